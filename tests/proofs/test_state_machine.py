"""The services against the plain model: whatever happens in whatever order, the books agree."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from bot.errors import KeyConflict, Refusal
from bot.services.catalogue import GIFTS, find_gift
from bot.services.economy import Economy
from bot.services.gifts import GiftRequest
from bot.services.guilds import Person
from bot.services.orders import PACKS_COINS
from bot.services.settings import parse_setting, setting_of
from tests.auditing import Auditor
from tests.conftest import MovableClock
from tests.new_books import open_books
from tests.proofs.model import Model, Pots, Refused

GUILD = 1
LEAST_CLAIM = 5
PEOPLE = {number: Person(number, f"Person {number}") for number in (11, 12, 13)}
people = st.sampled_from(sorted(PEOPLE))
# Cheap gifts are affordable, and a few coins are where rounding shows.
gifts = st.sampled_from([gift for gift in GIFTS if gift.coins < 500])

Call = Callable[[], Awaitable[Any]]


class BooksMachine(RuleBasedStateMachine):
    """Every rule asks the model and the services the same, and both must give the same answer."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "books.sqlite3"
        self.clock = MovableClock()
        self.books = self.run(open_books(self.path))
        self.auditor = Auditor(self.path)
        self.economy = Economy.over(self.books, self.clock)
        self.model = Model()
        self.done: list[tuple[Call, Any]] = []
        self.keys = 0
        for streamer in PEOPLE:
            self.run(self.economy.guilds.name_streamer(GUILD, 1, streamer))
        for name, value in (("claim_least", LEAST_CLAIM), ("confirm_from", 10**9)):
            self.run(self.economy.guilds.change_setting(GUILD, 1, name, str(value)))

    def run(self, work: Awaitable[Any]) -> Any:
        return self.loop.run_until_complete(work)

    def key(self) -> str:
        self.keys += 1
        return f"{self.keys:09}"

    def both(self, ours: Call, theirs: Callable[[], Any]) -> Any:
        """Do the same in both worlds; return our result, or None when both refuse."""
        try:
            theirs()
        except Refused:
            with pytest.raises(Refusal):
                self.run(ours())
            return None
        result = self.run(ours())
        self.done.append((ours, result))
        return result

    @initialize()
    def begin_in_the_middle(self) -> None:
        """From empty books a random walk would rarely get as far as a claim."""
        for giver, streamer, bonus in ((11, 12, 45), (12, 13, 300), (13, 11, 7)):
            self.buy(giver, 1_400)
            self.grant(giver, bonus)
            self.send(giver, streamer, find_gift("posy"), 2)
            self.convert_some(streamer, 400)
            self.claim_some(streamer, 90)

    @rule(member=people, coins=st.sampled_from(PACKS_COINS))
    def buy(self, member: int, coins: int) -> None:
        order = int(self.key())
        self.both(
            lambda: self.economy.orders.buy_test(GUILD, member, order, coins),
            lambda: self.model.buy(member, coins),
        )

    @rule(member=people, coins=st.integers(1, 300))
    def grant(self, member: int, coins: int) -> None:
        key = self.key()
        self.both(
            lambda: self.economy.grants.grant(
                guild_id=GUILD, key=key, admin_id=1, member=PEOPLE[member], coins=coins, reason="x"
            ),
            lambda: self.model.grant(member, coins),
        )

    @rule(giver=people, streamer=people, gift=gifts, count=st.integers(1, 9))
    def send(self, giver: int, streamer: int, gift: Any, count: int) -> None:
        key = self.key()
        request = GiftRequest(
            guild_id=GUILD,
            key=key,
            giver_id=giver,
            streamer=PEOPLE[streamer],
            gift=gift.code,
            count=count,
        )
        receipt = self.both(
            lambda: self.economy.gifts.send(request),
            lambda: self.model.gift(key, giver, streamer, gift.coins * count),
        )
        if receipt is not None:
            self.model.gifts[str(receipt.entry_id)] = self.model.gifts.pop(key)

    @precondition(lambda self: self.model.gifts)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.model.gifts)))
        giver = self.model.gifts[number][0]
        self.both(
            lambda: self.economy.gift_undos.undo(GUILD, giver, int(number)),
            lambda: self.model.undo(number),
        )

    @rule(streamer=people, data=st.data())
    def convert(self, streamer: int, data: st.DataObject) -> None:
        pots = self.model.of(streamer)
        self.convert_some(
            streamer, data.draw(st.integers(0, pots.earned_paid + pots.earned_bonus + 1))
        )

    def convert_some(self, streamer: int, coins: int) -> None:
        key = self.key()
        self.both(
            lambda: self.economy.conversions.convert(
                guild_id=GUILD, key=key, streamer_id=streamer, coins=coins
            ),
            lambda: self.model.convert(streamer, coins),
        )

    @precondition(lambda self: any(pots.diamonds for pots in self.model.pots.values()))
    @rule(data=st.data())
    def claim(self, data: st.DataObject) -> None:
        streamer = data.draw(st.sampled_from([n for n in PEOPLE if self.model.of(n).diamonds]))
        self.claim_some(streamer, data.draw(st.integers(1, self.model.of(streamer).diamonds + 1)))

    def claim_some(self, streamer: int, diamonds: int) -> None:
        key = self.key()
        self.both(
            lambda: self.economy.claims.request(
                guild_id=GUILD, key=key, streamer_id=streamer, diamonds=diamonds
            ),
            lambda: self.model.claim(streamer, diamonds, LEAST_CLAIM),
        )

    @precondition(lambda self: self.model.claims)
    @rule(state=st.sampled_from(["approved", "rejected", "paid", "cancelled"]), data=st.data())
    def step(self, state: str, data: st.DataObject) -> None:
        number = data.draw(st.integers(1, len(self.model.claims) + 1))
        actor = data.draw(people)
        self.both(
            self.step_call(state, number, actor, self.key()),
            lambda: self.model.step(number, actor, state),
        )

    def step_call(self, state: str, number: int, actor: int, key: str) -> Call:
        claims = self.economy.claims
        common: dict[str, Any] = {"guild_id": GUILD, "key": key, "claim_id": number}
        calls: dict[str, Call] = {
            "approved": lambda: claims.approve(**common, admin_id=actor),
            "rejected": lambda: claims.reject(**common, admin_id=actor, reason="no"),
            "paid": lambda: claims.mark_paid(**common, admin_id=actor, reference="ref"),
            "cancelled": lambda: claims.cancel(**common, streamer_id=actor),
        }
        return calls[state]

    @rule(percent=st.integers(0, 90), rate=st.sampled_from(["1", "1/2", "2/3", "3", "1/7"]))
    def change_rules(self, percent: int, rate: str) -> None:
        for name, value in (
            ("fee_percent", str(percent)),
            ("paid_rate", rate),
            ("bonus_rate", rate),
        ):
            setting = setting_of(name)
            stored = parse_setting(setting, value)
            self.run(self.economy.books.do(self.economy.guilds.storing(GUILD, 1, setting, stored)))
        self.model.fee_percent, self.model.rate = percent, Fraction(rate)

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        """The same request again changes nothing and gives the first booking's number."""
        ours, first = data.draw(st.sampled_from(self.done))
        again = self.run(ours())
        assert again.replayed
        assert getattr(again, "entry_id", 0) == getattr(first, "entry_id", 0)

    @precondition(lambda self: self.model.gifts)
    @rule(coins=st.integers(1, 50))
    def conflict(self, coins: int) -> None:
        """Other content under a key that is taken is an error, whatever it asks for."""
        key = self.key()
        self.model.grant(11, coins)
        for amount, outcome in ((coins, None), (coins + 1, KeyConflict)):
            work = self.economy.grants.grant(
                guild_id=GUILD, key=key, admin_id=1, member=PEOPLE[11], coins=amount, reason="x"
            )
            if outcome is None:
                self.run(work)
            else:
                with pytest.raises(outcome):
                    self.run(work)

    @invariant()
    def books_agree(self) -> None:
        for person in PEOPLE:
            wallet = self.run(self.economy.wallets.balance(GUILD, person))
            assert self.model.of(person) == Pots(
                wallet.paid_coins,
                wallet.bonus_coins,
                wallet.earned_paid_coins,
                wallet.earned_bonus_coins,
                wallet.diamonds,
                wallet.claimed_diamonds,
            )
        assert self.auditor.findings() == []

    def teardown(self) -> None:
        self.auditor.close()
        self.run(self.books.close())
        self.loop.close()
        shutil.rmtree(self.folder)


BooksMachine.TestCase.settings = settings(
    max_examples=50,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
TestBooks = pytest.mark.proof("books")(pytest.mark.long(BooksMachine.TestCase))
