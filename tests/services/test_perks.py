"""Perks: a role for diamonds, given when its claim is paid and taken back after its days."""

import sqlite3
from collections.abc import AsyncGenerator

import aiosqlite
import pytest

from bot.claim_errors import FirstClaimByHand
from bot.errors import BooksUnreadable, EconomyClosed, KeyConflict, NotEnoughDiamonds
from bot.ledger.accounts import Account
from bot.ledger.audit import audit
from bot.ledger.books import Books
from bot.ledger.posting import Entry, Posted, from_house, post
from bot.payout_errors import (
    ROLE_TOO_HIGH,
    STREAMER_LEFT,
    PayeeNotReady,
    PayoutUnanswered,
    PerkInvalid,
    PerkUnknown,
    TooManyPerks,
)
from bot.sandbox.cast import STREAMER_ROLE_ID
from bot.sandbox.membership import Membership
from bot.services.claim import ClaimStepped
from bot.services.clock import DAY_SECONDS
from bot.services.economy import Economy
from bot.services.perk_rows import Perk
from bot.services.perks import MOST_PERKS
from bot.services.proofs import FULL_AUDIT
from cogs.role_giver import DiscordRoles
from tests.conftest import MovableClock
from tests.payments.payout_rigs_role import RoleRig, role_rig
from tests.services.conftest import ADMIN_ID, OTHER_ADMIN_ID
from tests.services.payouts import ways_of
from tests.wire.town import GUILD_ID, MEMBER_ID

pytestmark = pytest.mark.proof("streamer")

ROLE_ID = int(STREAMER_ROLE_ID)
MIA = MEMBER_ID["Mia"]
NAME = "Front row"


@pytest.fixture
async def rig() -> AsyncGenerator[RoleRig]:
    async with role_rig() as made:
        yield made


@pytest.fixture
def economy(books: Books, clock: MovableClock, rig: RoleRig) -> Economy:
    ways = ways_of(rig.provider)
    ways.roles = DiscordRoles(rig.discord.client)
    return Economy.over(books, clock, payout_ways=ways)


class Stall:
    """A guild of the sandbox that plays, with one perk: Mia's first claim was paid by hand."""

    def __init__(self, economy: Economy, rig: RoleRig) -> None:
        self.economy = economy
        self.rig = rig
        self._steps = 0

    async def prepare(self) -> None:
        """Offer a perk of 100 diamonds and 7 days."""
        await self.economy.perks.offer(
            GUILD_ID, ADMIN_ID, name=NAME, role_id=ROLE_ID, diamonds=100, days=7
        )
        await self.diamonds(1_000)
        first = await self.economy.claims.request(
            guild_id=GUILD_ID, key="first", streamer_id=MIA, diamonds=100
        )
        await self.approve(first.claim.claim_id)
        await self.pay_by_hand(first.claim.claim_id)

    async def diamonds(self, diamonds: int) -> None:
        """Let Mia have diamonds."""
        entry = Entry(
            guild_id=GUILD_ID,
            key=self.key(),
            kind="test",
            actor_id=ADMIN_ID,
            posted_at=1,
            lines=(from_house(Account.MINTED, MIA, Account.DIAMONDS, diamonds),),
            content=(),
        )

        async def write(connection: aiosqlite.Connection) -> Posted:
            return await post(connection, entry)

        await self.economy.books.do(write)

    def key(self) -> str:
        """Return a key that nobody used yet."""
        self._steps += 1
        return f"stall:{self._steps}"

    async def approve(self, claim_id: int) -> None:
        """Approve a claim."""
        await self.economy.claims.approve(
            guild_id=GUILD_ID, key=self.key(), admin_id=ADMIN_ID, claim_id=claim_id
        )

    async def pay_by_hand(self, claim_id: int) -> None:
        """Mark a claim paid."""
        await self.economy.claims.mark_paid(
            guild_id=GUILD_ID, key=self.key(), admin_id=ADMIN_ID, claim_id=claim_id, reference="me"
        )

    async def claim(self, key: str = "", perk_id: int = 1) -> ClaimStepped:
        """Let Mia claim a perk."""
        return await self.economy.perks.claim(
            guild_id=GUILD_ID, key=key or self.key(), streamer_id=MIA, perk_id=perk_id
        )

    async def send(self, claim_id: int, key: str = "") -> None:
        """Send a claim."""
        await self.economy.payout_sending.send(
            guild_id=GUILD_ID, key=key or self.key(), admin_id=OTHER_ADMIN_ID, claim_id=claim_id
        )

    async def buy(self) -> int:
        """Let Mia claim the perk and get it; return the claim's number."""
        claim_id = (await self.claim()).claim.claim_id
        await self.approve(claim_id)
        await self.send(claim_id)
        await self.economy.perk_returns.run()
        return claim_id

    def has_role(self) -> bool:
        """Tell whether Mia has the role."""
        return STREAMER_ROLE_ID in self.rig.sandbox.world.guild.members[str(MIA)].role_ids

    async def state(self, claim_id: int) -> tuple[str, str]:
        """Return where a claim stands, and the last word about it."""
        claim = await self.economy.claims.find(GUILD_ID, claim_id)
        return claim.state.value, claim.note

    async def ends(self) -> list[int]:
        """Return when Mia's perks end."""
        return [each.expires_at for each in await self.economy.perks.held(GUILD_ID, MIA)]


@pytest.fixture
async def stall(economy: Economy, rig: RoleRig) -> Stall:
    stall = Stall(economy, rig)
    await stall.prepare()
    return stall


# Offering ---------------------------------------------------------------------------------------


async def test_what_is_offered_is_listed_until_it_is_retired(economy: Economy) -> None:
    perks = economy.perks
    dear = await perks.offer(7, ADMIN_ID, name="Dear", role_id=5, diamonds=200, days=30)
    cheap = await perks.offer(7, ADMIN_ID, name="Cheap", role_id=5, diamonds=100, days=1)
    assert dear == Perk(7, 1, "Dear", 5, 200, 30)
    assert await perks.offered(7) == (cheap, dear)
    assert await perks.offered(8) == ()
    assert not (await perks.retire(7, 1)).is_offered
    assert await perks.offered(7) == (cheap,)
    for number in (1, 3):
        with pytest.raises(PerkUnknown):
            await perks.retire(7, number)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 81},
        {"diamonds": 0},
        {"diamonds": 10**15 + 1},
        {"days": 0},
        {"days": 366},
    ],
)
async def test_a_perk_has_bounds(economy: Economy, wrong: dict[str, object]) -> None:
    values: dict[str, object] = {"name": "x" * 80, "role_id": 5, "diamonds": 10**15, "days": 365}
    with pytest.raises(PerkInvalid):
        await economy.perks.offer(7, ADMIN_ID, **(values | wrong))  # pyright: ignore[reportArgumentType]
    await economy.perks.offer(7, ADMIN_ID, **values)  # pyright: ignore[reportArgumentType]


async def test_a_guild_offers_so_many_perks_at_once(economy: Economy) -> None:
    for _ in range(MOST_PERKS):
        await economy.perks.offer(7, ADMIN_ID, name="x", role_id=5, diamonds=1, days=1)
    with pytest.raises(TooManyPerks):
        await economy.perks.offer(7, ADMIN_ID, name="x", role_id=5, diamonds=1, days=1)
    await economy.perks.retire(7, 1)
    await economy.perks.offer(7, ADMIN_ID, name="x", role_id=5, diamonds=1, days=1)


# Claiming ---------------------------------------------------------------------------------------


async def test_a_perk_is_claimed_for_its_diamonds(stall: Stall) -> None:
    stepped = await stall.claim("perk:1")
    assert (stepped.claim.claim_id, stepped.claim.diamonds) == (2, 100)
    grant = await stall.economy.perks.granted(GUILD_ID, 2)
    assert grant is not None
    assert (grant.streamer_id, grant.role_id, grant.days, grant.expires_at) == (MIA, ROLE_ID, 7, 0)
    assert await stall.economy.perks.granted(GUILD_ID, 1) is None
    assert (await stall.claim("perk:1")).replayed
    with pytest.raises(KeyConflict):
        await stall.economy.claims.request(
            guild_id=GUILD_ID, key="perk:1", streamer_id=MIA, diamonds=101
        )
    assert await stall.ends() == []
    assert not stall.has_role()


async def test_a_perk_that_is_not_on_offer_is_not_claimed(stall: Stall) -> None:
    await stall.claim("perk:1")
    await stall.economy.perks.retire(GUILD_ID, 1)
    for perk_id in (1, 2):
        with pytest.raises(PerkUnknown):
            await stall.claim(perk_id=perk_id)
    assert len(await stall.economy.claims.own(GUILD_ID, MIA)) == 2
    # What was asked for before comes again with the same answer.
    assert (await stall.claim("perk:1")).replayed


async def test_the_rules_of_claims_are_those_of_perks(stall: Stall) -> None:
    await stall.economy.perks.offer(
        GUILD_ID, ADMIN_ID, name="Dear", role_id=ROLE_ID, diamonds=5_000, days=7
    )
    with pytest.raises(NotEnoughDiamonds):
        await stall.claim(perk_id=2)
    await stall.economy.guilds.change_setting(GUILD_ID, ADMIN_ID, "open", "no")
    with pytest.raises(EconomyClosed):
        await stall.claim()
    assert await stall.economy.perks.granted(GUILD_ID, 2) is None


# Giving -----------------------------------------------------------------------------------------


async def test_a_perk_is_given_for_its_days_and_taken_back(
    stall: Stall, clock: MovableClock
) -> None:
    claim_id = await stall.buy()
    assert stall.has_role()
    assert (await stall.state(claim_id))[0] == "paid"
    ends_at = clock() + 7 * DAY_SECONDS
    assert await stall.ends() == [ends_at]
    clock.now = ends_at - 1
    await stall.economy.perk_returns.run()
    assert stall.has_role()
    clock.now = ends_at
    await stall.economy.perk_returns.run()
    assert not stall.has_role()
    assert await stall.ends() == []
    # And that once: who gets the role in another way keeps it.
    Membership(stall.rig.sandbox.world).change(
        stall.rig.sandbox.world.guild.members[str(MIA)],
        "add_role",
        stall.rig.sandbox.world.guild.roles[STREAMER_ROLE_ID],
    )
    clock.advance(DAY_SECONDS)
    await stall.economy.perk_returns.run()
    assert stall.has_role()
    assert await audit(stall.economy.books.path, FULL_AUDIT) == []


async def test_the_days_count_from_when_it_was_paid_however_late_that_is_seen(
    stall: Stall, clock: MovableClock
) -> None:
    claim_id = (await stall.claim()).claim.claim_id
    await stall.approve(claim_id)
    paid_at = clock()
    await stall.send(claim_id)
    clock.advance(3 * DAY_SECONDS)  # as if the process had died in between
    await stall.economy.perk_returns.run()
    assert await stall.ends() == [paid_at + 7 * DAY_SECONDS]


async def test_the_same_role_twice_is_held_for_both_times(
    stall: Stall, clock: MovableClock
) -> None:
    began_at = clock()
    await stall.buy()
    clock.advance(DAY_SECONDS)
    await stall.buy()
    assert await stall.ends() == [began_at + days * DAY_SECONDS for days in (7, 14)]
    clock.now = began_at + 7 * DAY_SECONDS
    await stall.economy.perk_returns.run()
    assert stall.has_role()
    assert await stall.ends() == [began_at + 14 * DAY_SECONDS]
    clock.now = began_at + 14 * DAY_SECONDS
    await stall.economy.perk_returns.run()
    assert not stall.has_role()


async def test_a_role_that_is_just_being_given_again_is_not_taken(
    stall: Stall, clock: MovableClock
) -> None:
    began_at = clock()
    await stall.buy()
    claim_id = (await stall.claim()).claim.claim_id
    await stall.approve(claim_id)
    clock.now = began_at + 7 * DAY_SECONDS
    stall.rig.lose_answers()
    with pytest.raises(PayoutUnanswered):
        await stall.send(claim_id)
    stall.rig.come_up()
    # It has the role, and what was paid next would find it there.
    await stall.economy.perk_returns.run()
    assert stall.has_role()
    await stall.economy.payout_sending.run()
    assert (await stall.state(claim_id))[0] == "paid"
    clock.advance(10 * 60)
    await stall.economy.perk_returns.run()
    assert stall.has_role()
    assert await stall.ends() == [began_at + 14 * DAY_SECONDS]
    clock.now = began_at + 14 * DAY_SECONDS
    await stall.economy.perk_returns.run()
    assert not stall.has_role()


async def test_two_that_were_paid_unseen_follow_each_other(
    stall: Stall, clock: MovableClock
) -> None:
    for claim_id in (2, 3):
        await stall.claim()
        await stall.approve(claim_id)
        await stall.send(claim_id)
    await stall.economy.perk_returns.run()
    assert await stall.ends() == [clock() + days * DAY_SECONDS for days in (7, 14)]


async def test_a_perk_that_a_person_gave_is_taken_back_as_well(
    stall: Stall, clock: MovableClock
) -> None:
    await stall.claim()
    await stall.approve(2)
    await stall.pay_by_hand(2)
    await stall.economy.perk_returns.run()
    assert await stall.ends() == [clock() + 7 * DAY_SECONDS]


async def test_a_perk_whose_claim_came_to_nothing_is_forgotten(stall: Stall) -> None:
    await stall.claim()
    await stall.claim()
    await stall.economy.claims.cancel(guild_id=GUILD_ID, key="c", streamer_id=MIA, claim_id=2)
    await stall.economy.perk_returns.run()
    assert await stall.economy.perks.granted(GUILD_ID, 2) is None
    assert await stall.economy.perks.granted(GUILD_ID, 3) is not None
    assert await stall.ends() == []


# What can go wrong ------------------------------------------------------------------------------


async def test_a_role_that_may_not_be_given_gives_the_diamonds_back_and_says_why(
    stall: Stall,
) -> None:
    await stall.claim()
    await stall.approve(2)
    stall.rig.refuse(await stall.rig.payout(1))
    await stall.send(2)
    assert await stall.state(2) == ("failed", ROLE_TOO_HIGH)
    wallet = await stall.economy.wallets.balance(GUILD_ID, MIA)
    assert wallet.diamonds == 900


async def test_who_left_gets_no_role_and_the_diamonds_back(stall: Stall) -> None:
    await stall.claim()
    await stall.approve(2)
    world = stall.rig.sandbox.world
    Membership(world).change(world.guild.members[str(MIA)], "leave", None)
    await stall.send(2)
    assert await stall.state(2) == ("failed", STREAMER_LEFT)


async def test_a_role_whose_answer_was_lost_is_found(stall: Stall) -> None:
    await stall.claim()
    await stall.approve(2)
    stall.rig.lose_answers()
    with pytest.raises(PayoutUnanswered):
        await stall.send(2)
    stall.rig.come_up()
    assert stall.has_role()
    await stall.economy.payout_sending.run()
    assert (await stall.state(2))[0] == "paid"


async def test_a_streamers_first_claim_is_for_a_person_also_when_it_is_a_perk(
    stall: Stall, second: sqlite3.Connection
) -> None:
    second.execute("UPDATE claim SET state = 'rejected' WHERE claim_id = 1")
    await stall.claim()
    await stall.approve(2)
    with pytest.raises(FirstClaimByHand):
        await stall.send(2)
    assert not stall.has_role()


async def test_a_role_that_cannot_be_taken_back_is_tried_again_and_shown(
    stall: Stall, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    await stall.buy()
    role = stall.rig.sandbox.world.guild.roles[STREAMER_ROLE_ID]
    stall.rig.refuse(await stall.rig.payout(1))
    clock.advance(7 * DAY_SECONDS)
    for _ in range(2):  # the second is not due yet
        await stall.economy.perk_returns.run()
        (shown,) = await stall.economy.perks.refused(GUILD_ID)
        assert (shown.refusal, shown.tries) == (ROLE_TOO_HIGH, 1)
    assert "is taken back later" in caplog.text
    clock.advance(60)
    stall.rig.go_down()
    await stall.economy.perk_returns.run()
    stall.rig.come_up()
    # That Discord was silent meanwhile does not mend it.
    (shown,) = await stall.economy.perks.refused(GUILD_ID)
    assert (shown.refusal, shown.tries) == (ROLE_TOO_HIGH, 2)
    role["position"] = 1
    clock.advance(120)
    await stall.economy.perk_returns.run()
    assert not stall.has_role()
    assert await stall.economy.perks.refused(GUILD_ID) == ()


async def test_without_anybody_who_gives_roles_perks_are_for_a_person(
    stall: Stall, books: Books, clock: MovableClock
) -> None:
    await stall.buy()
    await stall.claim()
    await stall.approve(3)
    stall.economy = Economy.over(books, clock, payout_ways=ways_of())
    with pytest.raises(PayeeNotReady):
        await stall.send(3)
    clock.advance(7 * DAY_SECONDS)
    await stall.economy.perk_returns.run()
    assert stall.has_role()
    assert len(await stall.ends()) == 1


async def test_books_that_cannot_be_read_are_asked_later(
    stall: Stall, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def unreadable(*_: object) -> None:
        raise BooksUnreadable

    with monkeypatch.context() as patch:
        patch.setattr(stall.economy.books, "read", unreadable)
        await stall.economy.perk_returns.run()
    assert "perks are looked at later" in caplog.text
