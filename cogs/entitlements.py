"""What Discord sells for the bot: lists it, uses it up, and rings when something happens to it.

The provider `discord` knows no discord.py, so this is where it gets what it asks for. The gateway's
events are only doorbells: what is true of a purchase is asked afterwards, and what rang in vain is
found by the next look through the list.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
from discord.ext import commands

from bot.errors import TryAgain
from bot.payment_errors import ProviderSilent
from bot.payments.discord_premium import (
    DiscordPremium,
    changed_notice,
    created_notice,
    deleted_notice,
)
from bot.payments.entitlements import PAGE, Entitlement
from bot.payments.provider import Notice

log = logging.getLogger(__name__)

# discord.py waits for its limits by itself; who asks here has to go on at some time.
MOST_WAIT_SECONDS = 30.0

Ring = Callable[[str, Notice], Awaitable[object]]


class DiscordEntitlements:
    """The app's entitlements by way of a client that is logged in."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def list(
        self,
        *,
        after: int = 0,
        user_id: int | None = None,
        sku_ids: tuple[int, ...] = (),
        limit: int = PAGE,
    ) -> tuple[Entitlement, ...]:
        """Return the entitlements after an id, deleted ones as well, oldest first.

        Raises:
            ProviderSilent: Discord cannot be asked now.
        """
        async with _asking():
            # `client.entitlements(exclude_deleted=False)` drops its flag unless `before=` is given
            # (discord.py 2.7.1), and refunds would never be seen.
            found = await self._client.http.get_entitlements(
                self._application_id(),
                user_id=user_id,
                sku_ids=list(sku_ids) or None,
                after=after,
                limit=limit,
                exclude_deleted=False,
            )
        return tuple(_read(one) for one in found)

    async def consume(self, entitlement_id: int) -> None:
        """Use an entitlement up; one that was used up, or is gone, stays as it is.

        Raises:
            ProviderSilent: Discord cannot be asked now, or says no for another reason.
        """
        async with _asking():
            try:
                await self._client.http.consume_entitlement(self._application_id(), entitlement_id)
            except discord.NotFound:
                log.info("entitlement %d is gone, so it cannot be consumed", entitlement_id)
            except discord.HTTPException as error:
                if not await self._is_consumed(entitlement_id):
                    raise
                log.info("entitlement %d was consumed before: %s", entitlement_id, error)

    async def _is_consumed(self, entitlement_id: int) -> bool:
        found = await self.list(after=entitlement_id - 1, limit=1)
        return any(one.entitlement_id == entitlement_id and one.is_consumed for one in found)

    def _application_id(self) -> int:
        application_id = self._client.application_id
        # Before it is logged in there is none, and after its end nothing can be asked.
        if application_id is None or self._client.is_closed():
            raise ProviderSilent
        return application_id


@asynccontextmanager
async def _asking() -> AsyncGenerator[None]:
    """Turn whatever keeps Discord from answering into the one error that providers know."""
    try:
        async with asyncio.timeout(MOST_WAIT_SECONDS):
            yield
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
        log.warning("Discord does not tell of its purchases: %s", error)
        raise ProviderSilent from error


def _read(payload: Any) -> Entitlement:
    """Read an entitlement as REST has it; one of a server's has nobody who bought it."""
    return Entitlement(
        entitlement_id=int(payload["id"]),
        sku_id=int(payload["sku_id"]),
        user_id=int(payload.get("user_id") or 0),
        kind=int(payload["type"]),
        is_consumed=bool(payload.get("consumed")),
        is_deleted=bool(payload.get("deleted")),
    )


def _of_event(entitlement: discord.Entitlement) -> Entitlement:
    return Entitlement(
        entitlement_id=entitlement.id,
        sku_id=entitlement.sku_id,
        user_id=entitlement.user_id or 0,
        kind=entitlement.type.value,
        is_consumed=entitlement.consumed,
        is_deleted=entitlement.deleted,
    )


class EntitlementBells(commands.Cog):
    """Rings for every purchase, change and refund that the gateway tells of."""

    def __init__(self, ring: Ring) -> None:
        self._ring = ring

    @commands.Cog.listener()
    async def on_entitlement_create(self, entitlement: discord.Entitlement) -> None:
        """Ring for a purchase."""
        await self._tell(created_notice(_of_event(entitlement)))

    @commands.Cog.listener()
    async def on_entitlement_update(self, entitlement: discord.Entitlement) -> None:
        """Ring for a change."""
        await self._tell(changed_notice(_of_event(entitlement)))

    @commands.Cog.listener()
    async def on_entitlement_delete(self, entitlement: discord.Entitlement) -> None:
        """Ring for a refund."""
        await self._tell(deleted_notice(_of_event(entitlement)))

    async def _tell(self, notice: Notice | None) -> None:
        if notice is None:
            return
        try:
            await self._ring(DiscordPremium.name, notice)
        except TryAgain as error:
            # Nothing is lost: the next look through the list comes to it again.
            log.warning("entitlement %s has to wait: %s", notice.payment_id, error)
