"""A role for diamonds: what a claim buys where nothing is paid in money.

Giving a role that somebody has changes nothing, so this provider needs no memory. When a role is
taken back is no business of its: `bot/services/perks.py` knows what was promised.
"""

import re
from typing import Protocol, Self

from bot.payment_errors import ProviderRefused
from bot.payments.payout_provider import (
    Payee,
    PayeeState,
    Payout,
    Sent,
    SentState,
    Streamer,
)
from bot.payments.role_giver import RoleGiver
from bot.payout_errors import ROLE_GONE
from bot.settings import Settings

_REFERENCE = re.compile(r"role-([1-9][0-9]{0,19})-([1-9][0-9]{0,19})-([1-9][0-9]{0,19})", re.ASCII)


class RoleParts(Protocol):
    """What this provider takes of what the registry hands to all."""

    @property
    def roles(self) -> RoleGiver | None:
        """Return who gives roles, None where nobody does."""
        ...


class RolePayouts:
    """Roles as payouts; a payout's `account` is the role's number."""

    name = "role"
    is_automatic = True
    has_page = False

    def __init__(self, giver: RoleGiver) -> None:
        self._giver = giver

    @classmethod
    def configured(cls, settings: Settings, parts: RoleParts) -> Self | None:
        """Return the provider where somebody can give roles, None elsewhere."""
        del settings
        return None if parts.roles is None else cls(parts.roles)

    def serves(self, guild_id: int) -> bool:
        """Serve every guild: nothing of the operator's is given away."""
        del guild_id
        return True

    async def payer(self) -> str:
        """Have no account: a role costs nothing."""
        return ""

    async def payee(self, streamer: Streamer) -> Payee:
        """Be ready: a role needs nothing from whoever gets it."""
        return Payee(state=PayeeState.READY, account=streamer.account)

    async def invite(self, streamer: Streamer) -> Payee:
        """Be ready: there is no page to go to."""
        return await self.payee(streamer)

    async def send(self, payout: Payout) -> Sent:
        """Give the role; see PayoutProvider.send."""
        if not _is_number(payout.account):
            raise ProviderRefused(ROLE_GONE)
        await self._giver.give(payout.guild_id, payout.streamer_id, int(payout.account))
        return _sent(payout)

    async def find(self, payout: Payout) -> Sent | None:
        """Look whether the streamer has the role; see PayoutProvider.find."""
        if not _is_number(payout.account):
            return None
        has = await self._giver.has(payout.guild_id, payout.streamer_id, int(payout.account))
        return _sent(payout) if has else None

    async def state(self, reference: str) -> SentState:
        """Look whether the streamer still has the role; see PayoutProvider.state."""
        named = _REFERENCE.fullmatch(reference)
        if named is None:
            return SentState.UNKNOWN
        guild_id, member_id, role_id = map(int, named.groups())
        has = await self._giver.has(guild_id, member_id, role_id)
        return SentState.SENT if has else SentState.RETURNED

    async def close(self) -> None:
        """Do nothing: it holds nothing."""


def _is_number(account: str) -> bool:
    return re.fullmatch(r"[1-9][0-9]{0,19}", account, re.ASCII) is not None


def _sent(payout: Payout) -> Sent:
    return Sent(f"role-{payout.guild_id}-{payout.streamer_id}-{payout.account}")
