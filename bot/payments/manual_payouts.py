"""Paying by hand, the default: nothing is sent, a person pays and writes down the reference."""

from typing import Self

from bot.payment_errors import ProviderRefused
from bot.payments.payout_provider import (
    Payee,
    PayeeState,
    Payout,
    Sent,
    SentState,
    Streamer,
)
from bot.payout_errors import PAID_BY_HAND
from bot.settings import Settings


class ManualPayouts:
    """Payouts by hand; a streamer's `account` is what they wrote for whoever pays."""

    name = "manual"
    is_automatic = False
    has_page = False

    @classmethod
    def configured(cls, settings: Settings, parts: object) -> Self | None:
        """Return the provider, which needs no settings."""
        del settings, parts
        return cls()

    def serves(self, guild_id: int) -> bool:
        """Serve every guild: nothing of the operator's is given away."""
        del guild_id
        return True

    async def payer(self) -> str:
        """Have no account: a person pays from theirs."""
        return ""

    async def payee(self, streamer: Streamer) -> Payee:
        """Tell whether the streamer wrote how to pay them."""
        state = PayeeState.READY if streamer.account else PayeeState.NONE
        return Payee(state=state, account=streamer.account)

    async def invite(self, streamer: Streamer) -> Payee:
        """Tell the same: there is no page to go to."""
        return await self.payee(streamer)

    async def send(self, payout: Payout) -> Sent:
        """Refuse; see PayoutProvider.send."""
        del payout
        raise ProviderRefused(PAID_BY_HAND)

    async def find(self, payout: Payout) -> Sent | None:
        """Find nothing: what a person paid stands in the books alone."""
        del payout
        return None

    async def state(self, reference: str) -> SentState:
        """Know nothing of it."""
        del reference
        return SentState.UNKNOWN

    async def close(self) -> None:
        """Do nothing: it holds nothing."""
