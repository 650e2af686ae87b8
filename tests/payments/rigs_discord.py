"""Discord's own shop over the sandbox, with the real discord.py between; see `contract.py`."""

import contextlib
import json
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from pathlib import Path

import discord
import pytest
from discord.http import Route
from nacl.signing import SigningKey
from typing_extensions import override

from bot.payments.discord_premium import SWEEP_EVERY_SECONDS, DiscordPremium
from bot.payments.provider import NO_CURRENCY, Checkout, PayableOrder, PaymentProvider
from bot.sandbox.cast import PEOPLE
from bot.sandbox.checkouts import Checkouts
from bot.sandbox.premium import Entitlement, EntitlementKind, Sku
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from cogs.entitlements import DiscordEntitlements
from tests.payments.contract import Can, Rig, RigMaker, Ring
from tests.sandbox.script import MovableClock

TOKEN = "premium"  # noqa: S105 - the sandbox takes any
GUILD_ID = 5_000
SIGNING_KEY = SigningKey(bytes(range(32)))
PUBLIC_KEY = SIGNING_KEY.verify_key.encode().hex()


@dataclass
class DiscordParts:
    """What the registry hands to providers, as far as Discord's takes it."""

    entitlements: DiscordEntitlements | None
    movable: MovableClock

    @property
    def clock(self) -> Callable[[], int]:
        """Return the clock (seconds, UTC)."""
        return lambda: int(self.movable().timestamp())


def discord_settings(**more: object) -> Settings:
    """Return the settings of a bot that sells through Discord."""
    values: dict[str, object] = {"discord_premium": True, "discord_public_key": PUBLIC_KEY}
    return Settings.model_validate(values | more)


def signed(body: object, at: int, key: SigningKey = SIGNING_KEY) -> Ring:
    """Sign a webhook's body as Discord does (seconds, UTC)."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {
        "content-type": "application/json",
        "x-signature-timestamp": str(at),
        "x-signature-ed25519": key.sign(str(at).encode() + raw).signature.hex(),
    }
    return Ring(headers, raw)


def event(name: str, data: object) -> dict[str, object]:
    """Write an event as Discord posts it to a webhook."""
    return {
        "version": 1,
        "application_id": "5",
        "type": 1,
        "event": {"type": name, "timestamp": "2027-01-15T08:00:00", "data": data},
    }


class DiscordRig(Rig):
    """A shop in the sandbox, and a client that is logged in there."""

    name = "discord"
    can = frozenset({Can.EVENTS, Can.WEBHOOKS, Can.REFUND_ELSEWHERE})

    def __init__(self, sandbox: Sandbox, client: discord.Client, clock: MovableClock) -> None:
        self.sandbox = sandbox
        self.client = client
        self.movable = clock
        self.checkouts = Checkouts(sandbox.world)
        self.skus = list(sandbox.world.premium.skus_of(str(client.application_id)).values())
        self._rings: list[Ring] = []
        self._provider = self._made()

    def _made(self) -> DiscordPremium:
        parts = DiscordParts(DiscordEntitlements(self.client), self.movable)
        made = DiscordPremium.configured(discord_settings(), parts)
        assert made is not None
        return made

    @property
    @override
    def provider(self) -> PaymentProvider:
        return self._provider

    @override
    async def restart(self) -> None:
        await self._provider.close()
        self._provider = self._made()

    @override
    def order(self, order_id: int) -> PayableOrder:
        # Everybody has each SKU at most once until it is consumed.
        sku = self.skus[order_id % len(self.skus)]
        member = PEOPLE[order_id // len(self.skus)]
        return PayableOrder(
            guild_id=GUILD_ID,
            order_id=order_id,
            member_id=int(member.id),
            coins=70,
            price_minor=sku.price_minor,
            currency=sku.currency,
            code=f"K7QM-{order_id:04}",
            title=sku.name,
            expires_at=self.now() + DiscordPremium.order_seconds,
            sku_id=int(sku.id),
        )

    def now(self) -> int:
        """Return the time (seconds, UTC)."""
        return int(self.movable().timestamp())

    def sku_of(self, order: PayableOrder) -> Sku:
        """Return what an order is for."""
        return next(sku for sku in self.skus if int(sku.id) == order.sku_id)

    def buy(
        self, order: PayableOrder, kind: EntitlementKind = EntitlementKind.PURCHASE
    ) -> Entitlement:
        """Let a buyer press the premium button."""
        bought = self.checkouts.buy(self.sku_of(order), str(order.member_id), kind)
        self._rings.append(signed(event("ENTITLEMENT_CREATE", bought.to_json()), self.now()))
        return bought

    def bought(self, payment_id: str) -> Entitlement:
        """Return what Discord knows of a payment."""
        found = self.sandbox.world.premium.find(str(self.client.application_id), payment_id)
        assert found is not None
        return found

    @override
    async def pay(self, order: PayableOrder, checkout: Checkout) -> str:
        return self.buy(order).id

    @override
    def price_of(self, order: PayableOrder) -> tuple[int, str]:
        return 1, NO_CURRENCY

    @override
    async def rings(self) -> tuple[Ring, ...]:
        rang, self._rings = tuple(self._rings), []
        return rang

    @override
    async def give_back(self, payment_id: str, amount_minor: int) -> None:
        self.checkouts.delete(self.bought(payment_id))
        # Nobody says so; the next look through the list finds it.
        self.movable.advance(SWEEP_EVERY_SECONDS)


@contextlib.asynccontextmanager
async def discord_rig() -> AsyncGenerator[DiscordRig]:
    """Serve a sandbox and log a client in."""
    clock = MovableClock()
    sandbox = Sandbox(clock=clock)
    await sandbox.start()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Route, "BASE", sandbox.api_base)
            async with discord.Client(intents=discord.Intents.none()) as client:
                await client.login(TOKEN)
                yield DiscordRig(sandbox, client, clock)
        assert sandbox.world.unknown_requests == []
    finally:
        await sandbox.close()


@contextlib.asynccontextmanager
async def _made(_folder: Path) -> AsyncGenerator[Rig]:
    async with discord_rig() as rig:
        yield rig


RIGS: dict[str, RigMaker] = {"discord": _made}
