"""kill -9 between any two steps of a payout: it goes once, or never, and the books say which.

The service is the real one in a process of its own, which asks a double of Stripe over HTTP. One
claim is sent again and again, and each time the process dies one point later than the time before.
"""

import random
import shutil
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.ledger.audit import audit
from bot.ledger.books import Books
from bot.services.claim_states import ClaimState
from bot.services.economy import Economy
from bot.services.proofs import FULL_AUDIT
from tests.conftest import MovableClock
from tests.payments.payout_rigs_stripe import TRANSFER, StripePayoutRig, stripe_payout_rig
from tests.payments.stripe_world import Refused
from tests.proofs.nursery import ENDED, KILLED, Nursery
from tests.proofs.payer import CLAIM_ID, EXPORT, GUILD_ID
from tests.services.conftest import ADMIN_ID, STREAMER_ID, Play
from tests.services.payouts import PayoutDesk, ways_of

pytestmark = [pytest.mark.proof("streamer"), pytest.mark.long]

SEED = 20_261_130


@pytest.fixture
async def rig() -> AsyncGenerator[StripePayoutRig]:
    async with stripe_payout_rig() as made:
        yield made


@pytest.fixture
async def nursery() -> AsyncGenerator[Nursery]:
    async with Nursery.opened("tests.proofs.payer") as opened:
        yield opened


@dataclass
class Story:
    """One claim, on its way from the press of a button to where it ends."""

    path: Path
    rig: StripePayoutRig
    nursery: Nursery
    clock: MovableClock

    async def begin(self, template: Path) -> None:
        """Start over: the books as they were, and a Stripe that sent nothing."""
        for name in (self.path, self.path.with_name(f"{self.path.name}-wal")):
            name.unlink(missing_ok=True)
        shutil.copy(template, self.path)
        self.rig.double.forget_keys()
        things = self.rig.double.world.things
        for each in self.rig.double.world.all_of("transfer"):
            del things[each["id"]]

    async def life(self, *commands: str, dies_at: int = 0) -> bool:
        """Let a process live and do something; return whether it lived to the end."""
        self.nursery.bear(
            {
                "path": str(self.path),
                "stripe": self.rig.double.base,
                "now": self.clock(),
                "dies_at": dies_at,
            }
        )
        for command in (*commands, "end"):
            # What it answers to the line before.
            if await self.nursery.line() == KILLED:
                return False
            self.nursery.tell(command)
        last = await self.nursery.line()
        assert last in {ENDED, KILLED}, last
        return last == ENDED

    async def end(self, when: str) -> ClaimState:
        """See that the payout went as often as the books say, and return how the claim ended."""
        books = await Books.open(self.path)
        try:
            economy = Economy.over(books, self.clock)
            claim = await economy.claims.find(GUILD_ID, CLAIM_ID)
            actions = [
                step.action.value for step in await economy.claims.timeline(GUILD_ID, CLAIM_ID)
            ]
            wallet = await economy.wallets.balance(GUILD_ID, STREAMER_ID)
        finally:
            await books.close()
        went = [each["id"] for each in self.rig.double.world.all_of("transfer")]
        paid = claim.state is ClaimState.PAID
        assert went == ([claim.note] if paid else []), when
        assert actions == [*_STEPS, *_LAST[claim.state]], when
        assert wallet.diamonds == (400 if claim.state is ClaimState.FAILED else 200), when
        assert await audit(self.path, FULL_AUDIT) == [], when
        return claim.state

    async def is_handed_out(self, when: str) -> bool:
        """See that the bank has the claim or nobody does, and return whether it has."""
        books = await Books.open(self.path)
        try:
            exports = Economy.over(books, self.clock).payout_exports
            again = await exports.handed_out(GUILD_ID, ADMIN_ID)
            pressed_again = await exports.hand_out(guild_id=GUILD_ID, key=EXPORT, admin_id=ADMIN_ID)
            later = await exports.hand_out(guild_id=GUILD_ID, key="export:2", admin_id=ADMIN_ID)
        finally:
            await books.close()
        had = [claim.claim_id for claim in again.claims]
        assert had in ([], [CLAIM_ID]), when
        assert [claim.claim_id for claim in pressed_again.claims] == [CLAIM_ID], when
        assert later.claims == (), when
        assert await audit(self.path, FULL_AUDIT) == [], when
        return bool(had)


_STEPS = ["request", "approve"]
_LAST = {
    ClaimState.APPROVED: [],
    ClaimState.PAID: ["begin_sending", "sent"],
    ClaimState.FAILED: ["begin_sending", "fail"],
}


@pytest.fixture
async def template(tmp_path: Path, rig: StripePayoutRig) -> Path:
    """Write books with a claim that can be sent, to a streamer whom Stripe knows."""
    path = tmp_path / "template.sqlite3"
    books = await Books.open(path)
    try:
        economy = Economy.over(books, MovableClock(), payout_ways=ways_of(rig.provider))
        await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, STREAMER_ID)
        await PayoutDesk(economy, Play(economy)).prepare()
        payee = await economy.payees.invite(GUILD_ID, STREAMER_ID, "stripe")
        rig.double.world.fill_in(payee.account)
    finally:
        await books.close()
    return path


@pytest.fixture
def story(tmp_path: Path, rig: StripePayoutRig, nursery: Nursery, clock: MovableClock) -> Story:
    return Story(tmp_path / "books.sqlite3", rig, nursery, clock)


@pytest.mark.parametrize("says_no", [False, True], ids=["yes", "no"])
async def test_a_kill_between_any_two_steps_sends_once_or_never(
    story: Story, template: Path, *, says_no: bool
) -> None:
    if says_no:
        story.rig.double.route_refusals[TRANSFER] = Refused(400, "The balance is too low.")
    dies_at, survived, ends = 0, False, set[ClaimState]()
    while not survived:
        dies_at += 1
        await story.begin(template)
        survived = await story.life("send", dies_at=dies_at)
        assert await story.life("run")
        ends.add(await story.end(f"it died at point {dies_at}"))
    # The story is worth it: there were points before it began, at every request and after.
    assert dies_at > 6
    print(f"{dies_at} points")
    assert ends == {ClaimState.APPROVED, ClaimState.FAILED if says_no else ClaimState.PAID}


async def test_a_process_that_is_killed_again_and_again_sends_once(
    story: Story, template: Path
) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    for _ in range(6):
        await story.begin(template)
        deaths = [chance.randrange(1, 8) for _ in range(6)]
        for dies_at in deaths:
            # Stripe may have forgotten the key meanwhile, as it does after a day.
            if chance.random() < 0.5:
                story.rig.double.forget_keys()
            await story.life("send", "run", dies_at=dies_at)
        assert await story.life("send", "run")
        assert await story.end(f"it died at points {deaths}") is ClaimState.PAID


async def test_a_kill_while_a_file_is_made_hands_out_all_of_it_or_nothing(
    story: Story, template: Path
) -> None:
    dies_at, survived, ends = 0, False, set[bool]()
    while not survived:
        dies_at += 1
        await story.begin(template)
        survived = await story.life("export", dies_at=dies_at)
        # Whatever the file was worth that nobody saw: what is in it can be had again.
        ends.add(await story.is_handed_out(f"it died at point {dies_at}"))
    assert dies_at > 2
    print(f"{dies_at} points")
    assert ends == {True, False}
