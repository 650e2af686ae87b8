"""Gives roles and takes them back, for the provider of payouts that knows no Discord."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.payment_errors import ProviderRefused, ProviderSilent
from bot.payout_errors import ROLE_GONE, ROLE_TOO_HIGH, STREAMER_LEFT

log = logging.getLogger(__name__)

# discord.py waits for its limits by itself; who asks here has to go on at some time.
MOST_WAIT_SECONDS = 30.0

_UNKNOWN_ROLE, _INVALID_ROLE, _UNKNOWN_MEMBER, _UNKNOWN_USER = 10_011, 50_028, 10_007, 10_013
_REASONS = {
    _UNKNOWN_ROLE: ROLE_GONE,
    _INVALID_ROLE: ROLE_GONE,
    _UNKNOWN_MEMBER: STREAMER_LEFT,
    _UNKNOWN_USER: STREAMER_LEFT,
}


class DiscordRoles:
    """Roles by way of a client that is logged in; it asks Discord, and remembers nothing."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def give(self, guild_id: int, member_id: int, role_id: int) -> None:
        """Give a role; see RoleGiver.give."""
        async with self._asking():
            await self._client.http.add_role(guild_id, member_id, role_id)

    async def has(self, guild_id: int, member_id: int, role_id: int) -> bool:
        """Tell whether a member has a role; see RoleGiver.has."""
        try:
            async with self._asking():
                member = await self._client.http.get_member(guild_id, member_id)
        except ProviderRefused:
            return False
        return str(role_id) in member["roles"]

    async def take(self, guild_id: int, member_id: int, role_id: int) -> None:
        """Take a role back; see RoleGiver.take."""
        try:
            async with self._asking():
                await self._client.http.remove_role(guild_id, member_id, role_id)
        except ProviderRefused as refused:
            if refused.reason == ROLE_TOO_HIGH:
                raise

    @asynccontextmanager
    async def _asking(self) -> AsyncGenerator[None]:
        """Turn what Discord answers into the two errors that providers know."""
        if self._client.application_id is None or self._client.is_closed():
            raise ProviderSilent
        try:
            async with asyncio.timeout(MOST_WAIT_SECONDS):
                yield
        except discord.NotFound as error:
            raise ProviderRefused(_REASONS.get(error.code, STREAMER_LEFT)) from None
        except discord.Forbidden:
            raise ProviderRefused(ROLE_TOO_HIGH) from None
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
            if isinstance(error, discord.HTTPException) and error.code in _REASONS:
                raise ProviderRefused(_REASONS[error.code]) from None
            log.warning("Discord does not take a role: %s", error)
            raise ProviderSilent from None
