"""Shorthand for claims: each step by its name, with a key of its own where a test names none."""

from bot.services.claim import Claim, ClaimStepped
from bot.services.economy import Economy
from tests.services.conftest import ADMIN_ID, GUILD_ID, STREAMER_ID, Play
from tests.services.paid import Paid


class ClaimDesk:
    """What admins, the streamer and a provider do with claims; claim 1 unless said otherwise."""

    def __init__(self, economy: Economy, play: Play) -> None:
        self.claims = economy.claims
        self._play = play

    async def approve(
        self, claim_id: int = 1, *, by: int = ADMIN_ID, key: str | None = None
    ) -> ClaimStepped:
        return await self.claims.approve(
            guild_id=GUILD_ID, key=key or self._play.key(), admin_id=by, claim_id=claim_id
        )

    async def reject(
        self,
        claim_id: int = 1,
        *,
        by: int = ADMIN_ID,
        reason: str = "sorry",
        key: str | None = None,
    ) -> ClaimStepped:
        return await self.claims.reject(
            guild_id=GUILD_ID,
            key=key or self._play.key(),
            admin_id=by,
            claim_id=claim_id,
            reason=reason,
        )

    async def cancel(
        self, claim_id: int = 1, *, by: int = STREAMER_ID, key: str | None = None
    ) -> ClaimStepped:
        return await self.claims.cancel(
            guild_id=GUILD_ID, key=key or self._play.key(), streamer_id=by, claim_id=claim_id
        )

    async def pay(
        self,
        diamonds: int | None = None,
        *,
        claim_id: int = 1,
        by: int = ADMIN_ID,
        key: str | None = None,
        reference: str = "transfer 5",
    ) -> ClaimStepped:
        return await self.claims.mark_paid(
            guild_id=GUILD_ID,
            key=key or self._play.key(),
            admin_id=by,
            claim_id=claim_id,
            reference=reference,
            diamonds=diamonds,
        )

    async def begin(
        self,
        diamonds: int | None = None,
        *,
        claim_id: int = 1,
        by: int = ADMIN_ID,
        key: str | None = None,
    ) -> ClaimStepped:
        return await self.claims.begin_sending(
            guild_id=GUILD_ID,
            key=key or self._play.key(),
            admin_id=by,
            claim_id=claim_id,
            provider="wire",
            diamonds=diamonds,
        )

    async def sent(self, claim_id: int = 1, *, key: str | None = None) -> ClaimStepped:
        return await self.claims.sent_paid(
            guild_id=GUILD_ID, key=key or self._play.key(), claim_id=claim_id, reference="tr_1"
        )

    async def fail(self, claim_id: int = 1, *, key: str | None = None) -> ClaimStepped:
        return await self.claims.fail(
            guild_id=GUILD_ID, key=key or self._play.key(), claim_id=claim_id, reason="no account"
        )

    async def bounce(self, claim_id: int = 1, *, key: str | None = None) -> ClaimStepped:
        return await self.claims.bounce(
            guild_id=GUILD_ID,
            key=key or self._play.key(),
            admin_id=ADMIN_ID,
            claim_id=claim_id,
            reason="came back",
        )

    async def find(self, claim_id: int = 1) -> Claim:
        return await self.claims.find(GUILD_ID, claim_id)


async def three_to_pay(economy: Economy, play: Play) -> ClaimDesk:
    """Approve claims 1, 2 and 3 for 100 diamonds, of two cents each; 40 of the third are paid."""
    await Paid(economy).begin()
    await play.set("diamond_value_minor", "2")
    await play.diamonds(1_000)
    desk = ClaimDesk(economy, play)
    for claim_id in (1, 2, 3):
        await play.claim(100)
        await desk.approve(claim_id)
    await desk.pay(40, claim_id=3)
    return desk
