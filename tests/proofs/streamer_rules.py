"""What people do with coins, as rules for the model and the services alike: up to diamonds."""

from collections.abc import Callable
from copy import deepcopy
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from bot.errors import KeyConflict, Refusal
from bot.services.rates import Applies
from bot.services.splits import SplitParts
from tests.proofs.model import Refused
from tests.proofs.streamer_desk import PEOPLE, Call, StreamerDesk
from tests.proofs.streamer_model import DAY_SECONDS, PRICE_MINOR, StreamerModel
from tests.services.conftest import GUILD_ID

HOUR_SECONDS = 60 * 60
people = st.sampled_from(sorted(PEOPLE))
# The one who shares, more often than the others.
streamers = st.sampled_from([12, 12, 12, 13, 11])
rates = st.sampled_from([Fraction(text) for text in ("1", "1/2", "2/3", "3", "1/7")])
bonus_rates = st.one_of(rates, st.just(Fraction(0)))


class CoinRules(RuleBasedStateMachine):
    """Every rule asks the model and the services the same, and both must give the same answer."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = StreamerDesk()
        self.economy = self.desk.economy
        self.model = StreamerModel(
            self.desk.clock(),
            hold_days=2,
            fee_percent=0,
            paid_rate=Fraction(1),
            bonus_rate=Fraction(1, 2),
        )
        self.payments: list[str] = []
        self.entries: list[int] = []
        self.conversions: list[tuple[dict[str, Any], int]] = []
        self.is_sound = False

    def both(self, ours: Call, theirs: Callable[[], Any]) -> Any:
        """Do the same in both worlds; return our result, or None when both refuse."""
        self.is_sound = False
        before = deepcopy(self.model)
        try:
            theirs()
        except Refused:
            self.model = before
            with pytest.raises(Refusal):
                self.desk.run(ours())
            return None
        return self.desk.run(ours())

    # Money --------------------------------------------------------------------------------------

    @rule(member=people, coins=st.integers(1, 300))
    def buy(self, member: int, coins: int) -> None:
        number = len(self.payments) + 1
        payment_id = self.both(
            lambda: self.desk.shop.bought(coins, member_id=member),
            lambda: self.model.buy(number, member, coins),
        )
        self.payments.append(payment_id)

    @rule(member=people, coins=st.integers(1, 100))
    def grant(self, member: int, coins: int) -> None:
        key = self.desk.play.key()
        self.both(
            lambda: self.economy.grants.grant(
                guild_id=GUILD_ID,
                key=key,
                admin_id=1,
                member=PEOPLE[member],
                coins=coins,
                reason="x",
            ),
            lambda: self.model.grant(member, coins),
        )

    @rule(
        data=st.data(),
        refunded=st.integers(0, PRICE_MINOR),
        what=st.sampled_from(["refund", "refund whole", "open", "won", "lost"]),
    )
    def money_goes_back(self, data: st.DataObject, refunded: int, what: str) -> None:
        """A refund may also come back itself, as banks do not always find an account."""
        number = data.draw(st.integers(1, len(self.payments)))
        order = self.model.orders[number]
        refunded = {"refund": refunded, "refund whole": PRICE_MINOR}.get(what, order.refunded)
        refunded = min(refunded, PRICE_MINOR - order.lost)
        is_disputed = what == "open" or (order.is_disputed and what.startswith("refund"))
        lost = PRICE_MINOR - refunded if what == "lost" and order.is_disputed else order.lost
        self.both(
            lambda: self.desk.shop.say(
                self.payments[number - 1],
                refunded_minor=refunded,
                lost_minor=lost,
                disputes_open=int(is_disputed),
            ),
            lambda: self.model.say(number, refunded=refunded, lost=lost, is_disputed=is_disputed),
        )

    @rule(
        giver=people,
        streamer=streamers,
        coins=st.integers(1, 250),
        odd=st.integers(0, 9),
        days=st.sampled_from([0, 0, 1, 3]),
    )
    def buy_and_gift(self, giver: int, streamer: int, coins: int, odd: int, days: int) -> None:
        """A gift that the giver can afford, and a while after it."""
        self.buy(giver, coins + odd)
        self.gift(giver, streamer, coins)
        self.pass_time(days * DAY_SECONDS)

    @rule(giver=people, streamer=streamers, coins=st.integers(1, 250))
    def gift(self, giver: int, streamer: int, coins: int) -> None:
        receipt = self.both(
            lambda: self.desk.play.gift(
                giver_id=giver, streamer=PEOPLE[streamer], gift="petal", count=coins
            ),
            lambda: self.model.gift(giver, streamer, coins),
        )
        if receipt is not None:
            self.entries.append(receipt.entry_id)

    @rule(data=st.data(), is_givers=st.sampled_from([True, True, True, False]))
    def undo(self, data: st.DataObject, is_givers: bool) -> None:  # noqa: FBT001 - hypothesis
        number = len(self.entries) - data.draw(st.integers(0, min(4, len(self.entries) - 1)))
        gift = self.model.gifts[number - 1]
        self.take_back(number, gift.giver if is_givers else gift.streamer)

    def take_back(self, number: int, giver: int) -> None:
        self.both(
            lambda: self.economy.gift_undos.undo(GUILD_ID, giver, self.entries[number - 1]),
            lambda: self.model.undo(number, giver),
        )

    @rule(giver=people, streamer=streamers, coins=st.integers(1, 100), converts=st.booleans())
    def gift_and_take_back(self, giver: int, streamer: int, coins: int, converts: bool) -> None:  # noqa: FBT001 - hypothesis
        """A gift that is taken back when another came already, and maybe a conversion.

        Without a hold, since nothing is converted within half a minute otherwise.
        """
        self.buy(giver, 2 * coins)
        before = len(self.entries)
        self.gift(giver, streamer, coins)
        if converts:
            self.change_hold(0)
            self.convert_coins(streamer, None)
        self.gift(giver, streamer, coins)
        if len(self.entries) > before:
            self.take_back(before + 1, giver)

    # Time and rules -----------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1, 30, 31, HOUR_SECONDS, DAY_SECONDS, 3 * DAY_SECONDS]))
    def pass_time(self, seconds: int) -> None:
        self.is_sound = False
        self.desk.clock.advance(seconds)
        self.model.advance(seconds)

    @rule(days=st.sampled_from([0, 1, 2, 5]))
    def change_hold(self, days: int) -> None:
        self.both(
            lambda: self.economy.rates.change_hold(GUILD_ID, 1, days),
            lambda: self.model.change_hold(days),
        )

    @rule(paid=rates, bonus=bonus_rates, applies=st.sampled_from(Applies))
    def change_rates(self, paid: Fraction, bonus: Fraction, applies: Applies) -> None:
        self.both(
            lambda: self.economy.rates.change(
                GUILD_ID, 1, paid=str(paid), bonus=str(bonus), applies=applies
            ),
            lambda: self.model.change_rates(paid, bonus, is_later=applies is Applies.LATER),
        )

    @rule(percent=st.integers(0, 90))
    def change_fee(self, percent: int) -> None:
        self.desk.run(self.desk.play.set("fee_percent", str(percent)))
        self.model.fee_percent = percent

    @rule()
    def sum_up(self) -> None:
        self.desk.tally()

    # Splits -------------------------------------------------------------------------------------

    @rule(streamer=people, percents=st.dictionaries(people, st.integers(1, 45), min_size=1))
    def propose(self, streamer: int, percents: dict[int, int]) -> None:
        percents = {member: each for member, each in percents.items() if member != streamer}
        key = self.desk.play.key()
        if percents:
            parts = [SplitParts(PEOPLE[member], each) for member, each in percents.items()]
            self.both(
                lambda: self.economy.splits.propose(
                    guild_id=GUILD_ID, key=key, streamer=PEOPLE[streamer], parts=parts
                ),
                lambda: self.model.propose(streamer, percents),
            )

    @precondition(lambda self: self.model.splits)
    @rule(data=st.data(), member=people, is_end=st.sampled_from([False, False, True]))
    def answer(self, data: st.DataObject, member: int, is_end: bool) -> None:  # noqa: FBT001 - hypothesis
        number = data.draw(st.integers(1, len(self.model.splits)))
        if not is_end:
            named = sorted(self.model.splits[number - 1].percents)
            self.agree(number, data.draw(st.sampled_from([*named, *named, member])))
            return
        self.both(
            lambda: self.economy.splits.end(GUILD_ID, number, member),
            lambda: self.model.end(number, member),
        )

    def agree(self, number: int, member: int) -> None:
        self.both(
            lambda: self.economy.splits.agree(GUILD_ID, number, member),
            lambda: self.model.agree(number, member),
        )

    @rule()
    def share(self) -> None:
        self.both(self.economy.shares.run, self._share)

    def _share(self) -> None:
        for streamer in sorted(PEOPLE):
            self.model.share(streamer, leaves_young=True)

    # Conversions --------------------------------------------------------------------------------

    @rule(streamer=streamers, data=st.data())
    def convert(self, streamer: int, data: st.DataObject) -> None:
        """All, or some, or one more than what is free."""
        shared = deepcopy(self.model)
        shared.share(streamer, leaves_young=False)
        free = sum(shared.free(streamer))
        some = st.integers(1, free + 1)
        self.convert_coins(streamer, data.draw(st.one_of(st.none(), some, st.just(free + 1))))

    def convert_coins(self, streamer: int, coins: int | None) -> None:
        asked: dict[str, Any] = {
            "guild_id": GUILD_ID,
            "key": self.desk.play.key(),
            "streamer_id": streamer,
            "coins": coins,
        }
        receipt = self.both(
            lambda: self.economy.conversions.convert(**asked),
            lambda: self.model.convert(streamer, coins),
        )
        if receipt is not None:
            self.conversions.append((asked, receipt.entry_id))

    @precondition(lambda self: self.conversions)
    @rule(data=st.data())
    def convert_again(self, data: st.DataObject) -> None:
        asked, entry_id = data.draw(st.sampled_from(self.conversions))
        again = self.desk.run(self.economy.conversions.convert(**asked))
        assert (again.replayed, again.entry_id) == (True, entry_id)
        other: dict[str, Any] = asked | {"coins": (asked["coins"] or 0) + 1}
        with pytest.raises(KeyConflict):
            self.desk.run(self.economy.conversions.convert(**other))
