"""A provider of payments that asks a payment service over HTTP, with points to die around it."""

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.payment_errors import EventUnreadable, PaymentUnknown, ProviderRefused, ProviderSilent
from bot.payments.provider import (
    ORDER_SECONDS,
    Checkout,
    CheckoutKind,
    Notice,
    PayableOrder,
    Payment,
    Polled,
)
from tests.proofs.fate import Fate


class TruthOverHttp:
    """Asks a payment service over HTTP; see `payment_service`."""

    name = "truth"
    order_seconds = ORDER_SECONDS
    currencies = None

    def __init__(self, session: aiohttp.ClientSession, fate: Fate) -> None:
        self._session = session
        self._fate = fate

    async def start(self, order: PayableOrder) -> Checkout:
        return Checkout(kind=CheckoutKind.LINK, checkout_id=f"checkout-{order.order_id}")

    def verify(self, headers: Mapping[str, str], body: bytes) -> tuple[Notice, ...]:  # noqa: ARG002 - what the storm shakes is what comes after the signature
        try:
            event = json.loads(body)
            return (Notice(event["id"], event["payment"]),)
        except (ValueError, KeyError) as error:
            raise EventUnreadable from error

    async def poll(self, cursor: str) -> Polled:
        page = await self._ask("GET", f"/events?after={cursor or 0}")
        notices = tuple(Notice(each["id"], each["payment"]) for each in page["events"])
        return Polled(notices, str(page["cursor"]), has_more=page["has_more"])

    async def payment(self, payment_id: str) -> Payment:
        return Payment(**await self._ask("GET", f"/payments/{payment_id}"))

    async def refund(self, payment_id: str, amount_minor: int, key: str) -> None:
        wish = {"payment": payment_id, "amount": amount_minor, "key": key}
        await self._ask("POST", "/refunds", json=wish)

    async def settled(self, payment: Payment) -> None:
        """Need not hear of it."""

    async def close(self) -> None:
        """Hold nothing."""

    async def _ask(self, method: str, path: str, **values: Any) -> Any:
        self._fate.point()
        try:
            async with self._session.request(method, path, **values) as response:
                if response.status == 404:
                    raise PaymentUnknown
                answer = await response.json()
        except aiohttp.ClientError as error:
            raise ProviderSilent from error
        self._fate.point()
        if response.status == 402:
            raise ProviderRefused(answer["no"])
        return answer
