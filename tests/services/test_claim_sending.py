"""Claims that a provider pays: what is on its way, what became of it, and who may send."""

import pytest

from bot.claim_errors import FirstClaimByHand, PartOutOfBounds
from bot.errors import ClaimMoved, KeyConflict, OwnClaim, ReasonMissing
from bot.ledger.audit import audit
from bot.services.claim import ClaimSending, ClaimStepped, sending_of
from bot.services.claim_states import ClaimAction, ClaimState
from bot.services.economy import Economy
from bot.services.proofs import FULL_AUDIT
from tests.services.conftest import ADMIN_ID, GUILD_ID, OTHER_ADMIN_ID, STREAMER_ID, Play
from tests.services.paid import Paid


class Desk:
    """Claim 2, approved, of a streamer whose claim 1 was paid by hand; each step by its name."""

    def __init__(self, economy: Economy, play: Play) -> None:
        self.economy = economy
        self.claims = economy.claims
        self._play = play

    async def prepare(self) -> None:
        """Pay a first claim of 100 and approve a second one of 200, of 500 diamonds."""
        await self._play.diamonds(500)
        for claim_id, diamonds in ((1, 100), (2, 200)):
            await self._play.claim(diamonds)
            await self.claims.approve(
                guild_id=GUILD_ID, key=f"a{claim_id}", admin_id=ADMIN_ID, claim_id=claim_id
            )
            if claim_id == 1:
                await self.pay("p1", claim_id=1)

    async def pay(self, key: str, claim_id: int = 2, diamonds: int | None = None) -> ClaimStepped:
        return await self.claims.mark_paid(
            guild_id=GUILD_ID,
            key=key,
            admin_id=ADMIN_ID,
            claim_id=claim_id,
            reference="transfer",
            diamonds=diamonds,
        )

    async def begin(
        self,
        key: str = "b",
        *,
        claim_id: int = 2,
        diamonds: int | None = None,
        by: int = OTHER_ADMIN_ID,
    ) -> ClaimStepped:
        return await self.claims.begin_sending(
            guild_id=GUILD_ID,
            key=key,
            admin_id=by,
            claim_id=claim_id,
            provider="wire",
            diamonds=diamonds,
        )

    async def sent(self, key: str = "s", claim_id: int = 2) -> ClaimStepped:
        return await self.claims.sent_paid(
            guild_id=GUILD_ID, key=key, claim_id=claim_id, reference="tr_1"
        )

    async def fail(self, key: str = "f", reason: str = "no account") -> ClaimStepped:
        return await self.claims.fail(guild_id=GUILD_ID, key=key, claim_id=2, reason=reason)

    async def actors(self) -> list[tuple[str, int]]:
        """Return what was done with claim 2, and by whom."""
        return [
            (step.action.value, step.actor_id) for step in await self.claims.timeline(GUILD_ID, 2)
        ]


@pytest.fixture
async def desk(economy: Economy, play: Play) -> Desk:
    desk = Desk(economy, play)
    await desk.prepare()
    return desk


async def test_what_is_on_its_way_is_known_until_it_is_paid(desk: Desk, play: Play) -> None:
    assert await desk.claims.sendings() == ()
    stepped = await desk.begin()
    sending = ClaimSending(
        guild_id=GUILD_ID,
        claim_id=2,
        part=1,
        streamer_id=STREAMER_ID,
        diamonds=200,
        amount_minor=0,
        currency="",
        provider="wire",
    )
    assert sending_of(stepped.claim) == sending
    assert sending.name == f"claim-{GUILD_ID}-2-1"
    assert await desk.claims.sendings() == (sending,)
    assert await play.pots(STREAMER_ID) == {"diamonds": 200, "claimed": 200}
    paid = await desk.sent()
    assert (paid.claim.state, paid.claim.note) == (ClaimState.PAID, "tr_1")
    assert await desk.claims.sendings() == ()
    assert await play.pots(STREAMER_ID) == {"diamonds": 200}


async def test_what_a_provider_did_is_noted_under_the_admin_who_let_it(desk: Desk) -> None:
    await desk.begin(by=OTHER_ADMIN_ID)
    await desk.sent()
    assert await desk.actors() == [
        ("request", STREAMER_ID),
        ("approve", ADMIN_ID),
        ("begin_sending", OTHER_ADMIN_ID),
        ("sent", OTHER_ADMIN_ID),
    ]


async def test_a_failed_claim_gives_its_diamonds_back_and_says_why(desk: Desk, play: Play) -> None:
    await desk.begin()
    failed = await desk.fail(reason=" no account " + "x" * 300)
    assert (failed.claim.state, failed.action) == (ClaimState.FAILED, ClaimAction.FAIL)
    assert failed.claim.note == ("no account " + "x" * 300)[:200]
    assert await play.pots(STREAMER_ID) == {"diamonds": 400}
    with pytest.raises(ReasonMissing):
        await desk.fail(reason=" ")


async def test_a_part_can_be_sent_and_the_rest_fails(desk: Desk, play: Play) -> None:
    await desk.begin("b1", diamonds=150)
    part = await desk.sent("s1")
    assert (part.action, part.claim.state) == (ClaimAction.SENT_PART, ClaimState.APPROVED)
    assert (part.claim.paid_diamonds, part.claim.left_diamonds) == (150, 50)
    rest = sending_of((await desk.begin("b2")).claim)
    assert (rest.part, rest.diamonds) == (2, 50)
    failed = await desk.fail()
    assert failed.claim.state is ClaimState.FAILED
    assert await play.pots(STREAMER_ID) == {"diamonds": 250}
    assert await audit(desk.economy.books.path, FULL_AUDIT) == []


async def test_what_is_left_after_a_part_can_be_paid_by_hand(desk: Desk) -> None:
    await desk.begin(diamonds=150)
    await desk.sent()
    paid = await desk.pay("p2")
    assert (paid.claim.state, paid.claim.provider) == (ClaimState.PAID, "manual")
    rows = await desk.economy.books.read(
        "SELECT part, diamonds, provider, reference, paid_by FROM claim_payment WHERE claim_id = 2"
    )
    assert rows == [
        (1, 150, "wire", "tr_1", OTHER_ADMIN_ID),
        (2, 50, "manual", "transfer", ADMIN_ID),
    ]


@pytest.mark.parametrize("diamonds", [0, -1, 201])
async def test_no_part_is_sent_that_is_not_of_the_claim(desk: Desk, diamonds: int) -> None:
    with pytest.raises(PartOutOfBounds) as refusal:
        await desk.begin(diamonds=diamonds)
    assert (refusal.value.left, refusal.value.asked) == (200, diamonds)


async def test_a_streamers_first_claim_of_a_season_is_never_sent(
    economy: Economy, play: Play
) -> None:
    await play.diamonds(500)
    desk = Desk(economy, play)
    for claim_id in (1, 2):
        await play.claim(100)
        await desk.claims.approve(
            guild_id=GUILD_ID, key=f"a{claim_id}", admin_id=ADMIN_ID, claim_id=claim_id
        )
    for claim_id in (1, 2):
        with pytest.raises(FirstClaimByHand) as refusal:
            await desk.begin(f"b{claim_id}", claim_id=claim_id)
        assert refusal.value.claim == claim_id
    part = await desk.pay("p1", claim_id=1, diamonds=60)
    assert part.claim.is_first
    assert (await desk.claims.find(GUILD_ID, 2)).is_first, "a part is not a paid claim"
    await desk.pay("p2", claim_id=1)
    assert not (await desk.claims.find(GUILD_ID, 2)).is_first
    assert (await desk.begin("b3")).claim.state is ClaimState.SENDING


async def test_a_perk_is_no_first_payment_in_money(economy: Economy, play: Play) -> None:
    await Paid(economy).begin()
    await play.set("diamond_value_minor", "2")
    await play.diamonds(500)
    await economy.perks.offer(GUILD_ID, ADMIN_ID, name="Row", role_id=5, diamonds=100, days=1)
    await economy.perks.claim(guild_id=GUILD_ID, key="perk", streamer_id=STREAMER_ID, perk_id=1)
    desk = Desk(economy, play)
    for claim_id in (1, 2):
        if claim_id > 1:
            assert (await play.claim(100)).claim.is_first
        await economy.claims.approve(
            guild_id=GUILD_ID, key=f"a{claim_id}", admin_id=ADMIN_ID, claim_id=claim_id
        )
        await desk.pay(f"p{claim_id}", claim_id=claim_id)
    assert not (await play.claim(100)).claim.is_first


async def test_each_season_has_a_first_claim_of_its_own(
    desk: Desk, economy: Economy, play: Play
) -> None:
    await desk.pay("p2")
    await Paid(economy).begin()
    await play.diamonds(500)
    assert (await play.claim(100)).claim.is_first
    await desk.claims.approve(guild_id=GUILD_ID, key="a3", admin_id=ADMIN_ID, claim_id=3)
    with pytest.raises(FirstClaimByHand):
        await desk.begin(claim_id=3)


async def test_nobody_sends_the_own_claim(desk: Desk) -> None:
    with pytest.raises(OwnClaim):
        await desk.begin(by=STREAMER_ID)


async def test_what_is_being_sent_takes_no_step_by_hand(desk: Desk) -> None:
    await desk.begin()
    for step in (
        desk.pay("p2"),
        desk.begin("b2"),
        desk.claims.reject(
            guild_id=GUILD_ID, key="r", admin_id=ADMIN_ID, claim_id=2, reason="late"
        ),
    ):
        with pytest.raises(ClaimMoved) as refusal:
            await step
        assert refusal.value.state == "sending"


async def test_nothing_becomes_of_what_was_not_sent(desk: Desk) -> None:
    for step in (desk.sent(), desk.fail()):
        with pytest.raises(ClaimMoved) as refusal:
            await step
        assert refusal.value.state == "approved"


async def test_each_of_these_steps_again_is_the_same_one(desk: Desk, play: Play) -> None:
    await desk.begin(diamonds=150)
    before = await play.entries()
    assert (await desk.begin(diamonds=150)).replayed
    with pytest.raises(KeyConflict):
        await desk.begin(diamonds=151)
    await desk.sent()
    again = await desk.sent()
    assert (again.replayed, again.action) == (True, ClaimAction.SENT_PART)
    assert (await desk.begin(diamonds=150)).replayed
    with pytest.raises(KeyConflict):
        await desk.fail("s")
    assert await play.entries() == before + 1
