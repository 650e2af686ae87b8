"""The streamer's side against a plain model: holds, rates, splits, reversals, claims, payouts."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from bot.errors import Refusal
from bot.payout_errors import PayoutNotFound, PayoutSilent, PayoutUnanswered
from bot.services.payout_word import PersonsWord
from tests.proofs.model import Refused
from tests.proofs.moody_payouts import MOODS
from tests.proofs.streamer_desk import ADMINS, PEOPLE, Call
from tests.proofs.streamer_model import DAY_SECONDS
from tests.proofs.streamer_rules import HOUR_SECONDS, CoinRules, people, streamers
from tests.services.conftest import GUILD_ID

# Admins more often than streamers, who may be admins too.
actors = st.sampled_from([*ADMINS, *ADMINS, *PEOPLE])
moods = st.sampled_from(MOODS)
# What a random walk would rarely find together: enough coins for claims that need two admins.
FIRST_COINS, FIRST_BONUS, FIRST_GIFT = 1_000, 90, 400


class StreamerMachine(CoinRules):
    """What becomes of diamonds, and what must hold after every step."""

    def __init__(self) -> None:
        super().__init__()
        self._imports = 0

    @initialize()
    def begin_in_the_middle(self) -> None:
        """Two streamers have an older claim behind them, and one shares with another."""
        for giver, streamer in ((11, 12), (12, 13), (13, 11)):
            self.buy(giver, FIRST_COINS)
            self.grant(giver, FIRST_BONUS)
            self.gift(giver, streamer, FIRST_GIFT)
        self.pass_time(3 * DAY_SECONDS)
        for number, streamer in enumerate((12, 13), 1):
            self.convert_coins(streamer, 200)
            self.claim(streamer, 50)
            self.step(number, 1, "approve")
            self.step(number, 1, "pay")
        for number, streamer in enumerate((12, 13), 3):
            self.claim(streamer, 40)
            self.step(number, 2, "approve")
        self.propose(12, {13: 30})
        self.agree(1, 13)

    # Claims -------------------------------------------------------------------------------------

    @rule(streamer=people, data=st.data())
    def request(self, streamer: int, data: st.DataObject) -> None:
        some = st.integers(1, self.model.claims.of(streamer).diamonds + 1)
        self.claim(streamer, data.draw(st.one_of(st.none(), some)))

    def claim(self, streamer: int, diamonds: int | None) -> None:
        key = self.desk.play.key()
        ours: dict[str, Any] = {
            "guild_id": GUILD_ID,
            "key": key,
            "streamer_id": streamer,
            "diamonds": diamonds,
        }
        stepped = self.both(
            lambda: self.economy.claims.request(**ours),
            lambda: self.model.claim(streamer, diamonds),
        )
        if stepped is not None:
            again = self.desk.run(self.economy.claims.request(**ours))
            assert (again.replayed, again.claim) == (True, stepped.claim)

    @rule(streamer=streamers)
    def request_and_approve(self, streamer: int) -> None:
        """A claim that the next rule may send, or pay."""
        self.claim(streamer, None)
        for admin in ADMINS:
            self.step(len(self.model.claims.claims), admin, "approve")

    @rule(
        data=st.data(),
        actor=actors,
        action=st.sampled_from(["approve", "approve", "pay", "part", "reject", "bounce", "cancel"]),
    )
    def step_one(self, data: st.DataObject, actor: int, action: str) -> None:
        number = self._number(data)
        part = data.draw(st.integers(0, 60)) if action == "part" else None
        if action == "cancel" and number <= len(self.model.claims.claims):
            own = self.model.claims.claims[number - 1].streamer
            actor = data.draw(st.sampled_from([own, own, actor]))
        self.step(number, actor, "pay" if action == "part" else action, part)

    def _number(self, data: st.DataObject) -> int:
        """Return the number of a claim, of an open one more often, or of none."""
        claims = self.model.claims.claims
        states = {"requested", "approved", "sending"}
        is_open = [number for number, each in enumerate(claims, 1) if each.state in states]
        return data.draw(st.sampled_from([*is_open * 3, *range(1, len(claims) + 2)]))

    def step(self, number: int, actor: int, action: str, part: int | None = None) -> None:
        key = self.desk.play.key()
        claims, theirs = self.economy.claims, self.model.claims
        common: dict[str, Any] = {"guild_id": GUILD_ID, "key": key, "claim_id": number}
        admin: dict[str, Any] = common | {"admin_id": actor}
        calls: dict[str, tuple[Call, Callable[[], Any]]] = {
            "approve": (lambda: claims.approve(**admin), lambda: theirs.approve(number, actor)),
            "reject": (
                lambda: claims.reject(**admin, reason="no"),
                lambda: theirs.reject(number, actor),
            ),
            "bounce": (
                lambda: claims.bounce(**admin, reason="no"),
                lambda: theirs.bounce(number, actor),
            ),
            "cancel": (
                lambda: claims.cancel(**common, streamer_id=actor),
                lambda: theirs.cancel(number, actor),
            ),
            "pay": (
                lambda: claims.mark_paid(**admin, reference="ref", diamonds=part),
                lambda: theirs.pay(number, actor, part),
            ),
        }
        self.both(*calls[action])

    @rule(data=st.data(), actor=actors, mood=moods)
    def send(self, data: st.DataObject, actor: int, mood: str) -> None:
        self._send(self._number(data), actor, mood)

    def _send(self, number: int, actor: int, mood: str) -> None:
        self.desk.payer.moods = {number: mood}
        call = self._press(number, actor, self.desk.play.key())

        async def send() -> None:
            try:
                await call()
            except PayoutUnanswered:
                assert mood in {"silent_before", "silent_after", "blind"}

        self.both(send, lambda: self.model.claims.send(number, actor, mood))

    @rule(data=st.data(), mood=st.sampled_from(["answers", "refuses"]))
    def send_at_once(self, data: st.DataObject, mood: str) -> None:
        """Admins press at once, one of them twice, while the job looks for what is sent."""
        number = self._number(data)
        self.desk.payer.moods = dict.fromkeys(self.model.claims.sending, "blind") | {number: mood}
        key, other = self.desk.play.key(), self.desk.play.key()
        presses = [
            self._press(number, 1, key),
            self._press(number, 2, other),
            self._press(number, 1, key),
        ]
        was_sending = number in self.model.claims.sending
        self.is_sound = False
        before = deepcopy(self.model)
        try:
            self.model.claims.send(number, 1, mood)
        except Refused:
            self.model = before
        is_refused = self.model == before
        self.desk.payer.moods |= {number: "blind"} if was_sending else {}
        results = self.desk.at_once(*presses, self.economy.payout_sending.run)
        assert all(isinstance(each, Refusal) for each in results if isinstance(each, Exception))
        assert all(isinstance(each, Refusal) for each in results[:3]) or not is_refused

    def _press(self, number: int, actor: int, key: str) -> Call:
        return lambda: self.economy.payout_sending.send(
            guild_id=GUILD_ID, key=key, admin_id=actor, claim_id=number
        )

    @precondition(lambda self: self.model.claims.sending)
    @rule(data=st.data())
    def ask_again(self, data: st.DataObject) -> None:
        """The job, an hour later, when it has waited long enough for everyone."""
        sending = self.model.claims.sending
        drawn = [data.draw(moods) for _ in sending]
        self.pass_time(HOUR_SECONDS)
        self._ask_again(drawn)

    def _ask_again(self, drawn: list[str]) -> None:
        self.desk.payer.moods = dict(zip(self.model.claims.sending, drawn, strict=True))
        self.both(self.economy.payout_sending.run, lambda: self.model.claims.ask_again(drawn))

    # Banks, and what people say ----------------------------------------------------------------

    @rule(is_gone=st.sampled_from([True, False, False]))
    def change_provider(self, is_gone: bool) -> None:  # noqa: FBT001 - hypothesis
        """The operator takes the provider away, or sets it up again."""
        self.model.claims.is_gone = is_gone
        payer = self.desk.payer
        self.desk.ways.providers = {} if is_gone else {payer.name: payer}

    @rule(actor=actors)
    def hand_out(self, actor: int) -> None:
        ours: dict[str, Any] = {
            "guild_id": GUILD_ID,
            "key": f"export:{self.desk.play.key()}",
            "admin_id": actor,
        }
        numbers = self.model.claims.hand_out(actor)
        exports = self.economy.payout_exports
        for _ in range(2):
            file = self.desk.run(exports.hand_out(**ours))
            assert [claim.claim_id for claim in file.claims] == numbers
        lost = self.desk.run(exports.handed_out(GUILD_ID, 0))
        assert [claim.claim_id for claim in lost.claims] == self.model.claims.at_bank

    @rule(data=st.data(), actor=actors)
    def bring_results(self, data: st.DataObject, actor: int) -> None:
        """All rows of a file, or none of them; of what a bank has, more often than not."""
        if not self.model.claims.at_bank:
            self.hand_out(data.draw(st.sampled_from(ADMINS)))
        known = st.sampled_from([*self.model.claims.at_bank * 6, self._number(data)])
        results = data.draw(st.dictionaries(known, st.booleans(), min_size=1, max_size=3))
        rows = [f"{claim},ref,{'paid' if paid else 'failed'}" for claim, paid in results.items()]
        text = "\n".join(("claim,reference,result", *rows))
        self._imports += 1
        ours: dict[str, Any] = {
            "guild_id": GUILD_ID,
            "import_id": self._imports,
            "admin_id": actor,
        }

        async def bring() -> None:
            # A file with a row in the way is not kept, so there is nothing to apply.
            imports = self.economy.payout_imports
            await imports.show(**ours, data=text.encode())
            for _ in range(2):
                await imports.apply(**ours)

        self.both(bring, lambda: self.model.claims.bring(results, actor))

    @rule(data=st.data(), actor=actors, mood=moods, is_paid=st.booleans())
    def say(self, data: st.DataObject, actor: int, mood: str, is_paid: bool) -> None:  # noqa: FBT001 - hypothesis
        number = self._waiting(data)
        theirs = self.model.claims
        if theirs.is_gone and number in theirs.sending:
            is_paid = number in theirs.transferred  # they looked, and tell the truth
        self.desk.payer.moods = {number: mood}
        word = PersonsWord(
            guild_id=GUILD_ID,
            key=self.desk.play.key(),
            admin_id=actor,
            claim_id=number,
            is_paid=is_paid,
            note="I looked",
        )

        async def say() -> None:
            try:
                taken = await self.economy.payout_sending.take_word(word)
            except PayoutSilent as silent:
                assert mood == "blind"
                raise PayoutNotFound from silent
            assert await self.economy.payout_sending.take_word(word) == taken

        self.both(say, lambda: self.model.claims.say(number, actor, mood, is_paid=is_paid))

    def _waiting(self, data: st.DataObject) -> int:
        """Return the number of a claim whose end nobody knows, one that is sent now if need be."""
        theirs = self.model.claims
        if not theirs.sending and not theirs.at_bank:
            approved = [
                number for number, each in enumerate(theirs.claims, 1) if each.state == "approved"
            ]
            if not approved:
                return self._number(data)
            number = data.draw(st.sampled_from(approved))
            mood = data.draw(st.sampled_from(["silent_before", "silent_after"]))
            self._send(number, data.draw(st.sampled_from(ADMINS)), mood)
            return number
        return data.draw(st.sampled_from([*theirs.sending, *theirs.at_bank]))

    # What must hold -----------------------------------------------------------------------------

    @invariant()
    def books_agree(self) -> None:
        for person in PEOPLE:
            purse, gems = self.model.of(person), self.model.claims.of(person)
            assert self.desk.pots(person) == {
                "paid": self.model.unspent(person),
                "bonus": purse.bonus,
                "debt": -purse.debt,
                "earned_paid": purse.earned_paid,
                "earned_bonus": purse.earned_bonus,
                "diamonds": gems.diamonds,
                "claimed": gems.claimed,
            }
            assert self.desk.held(person) == self.model.held(person)
        assert self.desk.claim_states() == [each.state for each in self.model.claims.claims]
        assert self.desk.defects() == []
        self._nothing_went_twice()
        self.is_sound = True

    def _nothing_went_twice(self) -> None:
        transfers = self.desk.payer.transfers
        assert {each.claim_id: each.diamonds for each in transfers} == self.model.claims.transferred
        assert len({each.key for each in transfers}) == len(transfers)

    def teardown(self) -> None:
        try:
            if self.is_sound:
                self._settle_everything()
        finally:
            self.desk.close()

    def _settle_everything(self) -> None:
        """Wait until nothing waits any more, and see that nothing came from nowhere or is lost."""
        for number, order in self.model.orders.items():
            if order.is_disputed:
                payment_id = self.payments[number - 1]
                values = {"refunded": order.refunded, "lost": order.lost}
                self.desk.run(self.desk.shop.say(payment_id, disputes_open=0))
                self.model.say(number, **values, is_disputed=False)
        self.pass_time(200 * DAY_SECONDS)
        self.change_provider(is_gone=False)
        self._ask_again(["answers"] * len(self.model.claims.sending))
        self.share()
        for person in PEOPLE:
            self.convert_coins(person, None)
        self.books_agree()
        self._is_conserved()

    def _is_conserved(self) -> None:
        desk, gems = self.desk, self.model.claims.gems.values()
        earned = sum(pots["earned_paid"] + pots["earned_bonus"] for pots in map(desk.pots, PEOPLE))
        received = sum(gift.net_paid + gift.net_bonus for gift in self.model.gifts)
        assert received == earned + desk.moved("converted")
        assert desk.moved("converted") == self.model.converted
        made = -desk.moved("minted")
        assert made == sum(each.diamonds + each.claimed + each.paid_out for each in gems)
        paid_out = desk.paid_out()
        assert sum(total for total, _ in paid_out.values()) == desk.moved("paid_out")
        for person in PEOPLE:
            sent = sum(each.diamonds for each in desk.payer.transfers if each.streamer_id == person)
            paid = self.model.claims.of(person).paid_out
            assert paid_out.get(person, (0, 0)) == (paid, sent)


StreamerMachine.TestCase.settings = settings(
    max_examples=28,
    stateful_step_count=40,
    deadline=None,
    # Every run walks other ways, in CI too; a failure prints what walks its way again.
    derandomize=False,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
TestStreamer = pytest.mark.proof("streamer")(pytest.mark.long(StreamerMachine.TestCase))
