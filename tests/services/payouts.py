"""Shorthand for tests of payouts: a guild that pays in euros, and a claim that can be sent."""

from bot.payments.manual_payouts import ManualPayouts
from bot.payments.payout_provider import Payout, PayoutProvider
from bot.payments.payout_ways import PayoutWays
from bot.services.claim import Claim, ClaimStepped
from bot.services.economy import Economy
from tests.services.conftest import ADMIN_ID, GUILD_ID, OTHER_ADMIN_ID, STREAMER_ID, Play
from tests.services.paid import Paid

CENTS_PER_DIAMOND = 2


def ways_of(*providers: PayoutProvider) -> PayoutWays:
    """Return ways to pay with these providers, and by hand."""
    made: dict[str, PayoutProvider] = {ManualPayouts.name: ManualPayouts()}
    return PayoutWays(made | {provider.name: provider for provider in providers})


class PayoutDesk:
    """Claim 2 of 200 diamonds, approved, of a streamer whose claim 1 was paid by hand."""

    def __init__(self, economy: Economy, play: Play) -> None:
        self.economy = economy
        self.play = play

    async def prepare(self, *, is_paid: bool = True) -> None:
        """Pay a first claim of 100 and approve a second one of 200, of 500 diamonds."""
        if is_paid:
            await Paid(self.economy).begin()
            await self.play.set("diamond_value_minor", str(CENTS_PER_DIAMOND))
        await self.play.diamonds(500)
        await self.play.claim(100)
        await self.approve(1)
        await self.pay_by_hand(1)
        await self.play.claim(200)
        await self.approve(2)

    async def approve(self, claim_id: int) -> None:
        """Approve a claim."""
        await self.economy.claims.approve(
            guild_id=GUILD_ID, key=self.play.key(), admin_id=ADMIN_ID, claim_id=claim_id
        )

    async def pay_by_hand(self, claim_id: int, diamonds: int | None = None) -> None:
        """Pay a claim, or a part of it."""
        await self.economy.claims.mark_paid(
            guild_id=GUILD_ID,
            key=self.play.key(),
            admin_id=ADMIN_ID,
            claim_id=claim_id,
            reference="by hand",
            diamonds=diamonds,
        )

    async def send(
        self, key: str = "send:1", *, claim_id: int = 2, by: int = OTHER_ADMIN_ID
    ) -> ClaimStepped | Claim:
        """Send a claim."""
        return await self.economy.payout_sending.send(
            guild_id=GUILD_ID, key=key, admin_id=by, claim_id=claim_id
        )

    async def state(self, claim_id: int = 2) -> tuple[str, str]:
        """Return where a claim stands, and the last word about it."""
        claim = await self.economy.claims.find(GUILD_ID, claim_id)
        return claim.state.value, claim.note

    async def actions(self, claim_id: int = 2) -> list[str]:
        """Return what was done with a claim."""
        steps = await self.economy.claims.timeline(GUILD_ID, claim_id)
        return [step.action.value for step in steps]

    async def pots(self) -> dict[str, int]:
        """Return the streamer's pots."""
        return await self.play.pots(STREAMER_ID)


def payout_of(part: int = 1, *, account: str = "", diamonds: int = 200) -> Payout:
    """Return the payout of claim 2."""
    return Payout(
        guild_id=GUILD_ID,
        claim_id=2,
        part=part,
        streamer_id=STREAMER_ID,
        diamonds=diamonds,
        amount_minor=diamonds * CENTS_PER_DIAMOND,
        currency="EUR",
        account=account,
    )
