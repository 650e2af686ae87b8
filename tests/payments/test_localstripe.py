"""Stripe's provider against localstripe, a peer that others wrote, through Stripe's own library."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import stripe
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from bot.payment_errors import SignatureWrong
from bot.payments.provider import Notice
from bot.payments.stripe_checkout import StripeCheckout
from bot.payments.stripe_events import notices_of
from bot.settings import Settings
from tests.payments.rigs_stripe import StripeParts
from tests.processes import MOST_WAIT_SECONDS, end

pytestmark = pytest.mark.proof("payments")

PEER = Path(__file__).parent / "localstripe_peer.py"
KEY = "sk_test_localstripe"
WEBHOOK_SECRET = "whsec_localstripe"  # noqa: S105 - opens nothing but this peer
GOOD_CARD = "4242424242424242"
CARD_WITHOUT_MONEY = "4000000000000341"
CARD_THAT_ASKS = "4000002500003155"
OURS = {"guild_id": "5000", "order_id": "7", "code": "K7QM-0007"}


@dataclass
class Peer:
    """localstripe, Stripe's library to act as buyers do, and the bot's provider."""

    base: str
    client: stripe.StripeClient
    provider: StripeCheckout

    async def card(self, number: str) -> str:
        """Return the id of a card."""
        card: Any = {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}
        made = await self.client.v1.payment_methods.create_async({"type": "card", "card": card})
        return made.id

    async def buy(self, number: str = GOOD_CARD) -> stripe.PaymentIntent:
        """Let a buyer pay 9.99 with a card."""
        return await self.client.v1.payment_intents.create_async(
            {
                "amount": 999,
                "currency": "eur",
                "metadata": OURS,
                "payment_method": await self.card(number),
                "confirm": True,
            }
        )

    async def send_webhooks_to(self, url: str) -> None:
        """Let the peer deliver signed events."""
        webhook = {"url": url, "secret": WEBHOOK_SECRET}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.base}/_config/webhooks/bot", json=webhook) as answer,
        ):
            assert answer.status == 200


@asynccontextmanager
async def localstripe() -> AsyncGenerator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, PEER, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), MOST_WAIT_SECONDS)
        yield line.decode().strip()
    finally:
        await end(process)


@pytest.fixture
async def peer() -> AsyncGenerator[Peer]:
    async with localstripe() as base:
        settings = Settings.model_validate(
            {
                "stripe_secret_key": KEY,
                "stripe_webhook_secret": WEBHOOK_SECRET,
                "stripe_api_base": base,
            }
        )
        provider = StripeCheckout.configured(settings, StripeParts())
        assert provider is not None
        http = stripe.AIOHTTPClient()
        client = stripe.StripeClient(KEY, base_addresses={"api": base}, http_client=http)
        try:
            yield Peer(base, client, provider)
        finally:
            await provider.close()
            await http.close_async()


async def test_a_payment_of_the_peers_is_understood(peer: Peer) -> None:
    intent = await peer.buy()
    payment = await peer.provider.payment(intent.id)
    assert (payment.guild_id, payment.order_id) == (5_000, 7)
    assert (payment.amount_minor, payment.currency) == (999, "EUR")
    assert payment.is_paid
    assert payment.is_test
    assert payment.paid_at >= intent.created
    assert payment.taken_back_minor == payment.disputes_open == 0


async def test_a_declined_card_pays_nothing(peer: Peer) -> None:
    with pytest.raises(stripe.CardError, match="declined"):
        await peer.buy(CARD_WITHOUT_MONEY)
    intents = await peer.client.v1.payment_intents.list_async()
    payment = await peer.provider.payment(intents.data[0].id)
    assert not payment.is_paid


@pytest.mark.parametrize("agrees", [True, False])
async def test_a_card_that_asks_its_owner_pays_when_they_agree(peer: Peer, *, agrees: bool) -> None:
    intent = await peer.buy(CARD_THAT_ASKS)
    assert intent.status == "requires_action"
    waiting = await peer.provider.payment(intent.id)
    assert (waiting.is_paid, waiting.is_open) == (False, True)
    # The library gives these parameters no types.
    await peer.client.raw_request_async(  # pyright: ignore[reportUnknownMemberType]
        "post",
        f"/v1/payment_intents/{intent.id}/_authenticate",
        client_secret=intent.client_secret,
        success=agrees,
    )
    assert (await peer.provider.payment(intent.id)).is_paid is agrees


@pytest.mark.parametrize("parts", [[999], [400], [400, 599]])
async def test_refunds_of_the_peers_are_counted(peer: Peer, parts: list[int]) -> None:
    intent = await peer.buy()
    for amount in parts:
        await peer.client.v1.refunds.create_async({"payment_intent": intent.id, "amount": amount})
    assert (await peer.provider.payment(intent.id)).refunded_minor == sum(parts)


async def test_a_webhook_that_the_peer_signed_is_taken(peer: Peer) -> None:
    arrived: asyncio.Queue[tuple[dict[str, str], bytes]] = asyncio.Queue()

    async def take(request: web.BaseRequest) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        arrived.put_nowait((headers, await request.read()))
        return web.Response()

    server = RawTestServer(take, host="127.0.0.1")
    await server.start_server()
    try:
        await peer.send_webhooks_to(str(server.make_url("/webhooks/stripe")))
        intent = await peer.buy()
        headers, body = await asyncio.wait_for(arrived.get(), MOST_WAIT_SECONDS)
    finally:
        await server.close()
    (notice,) = peer.provider.verify(headers, body)
    assert notice.payment_id == intent.id
    assert (await peer.provider.payment(notice.payment_id)).is_paid
    with pytest.raises(SignatureWrong):
        peer.provider.verify(headers, body.replace(b"999", b"998"))


async def test_events_of_a_downtime_are_listed_and_understood(peer: Peer) -> None:
    paid = [(await peer.buy()).id for _ in range(3)]
    with pytest.raises(stripe.CardError):
        await peer.buy(CARD_WITHOUT_MONEY)
    events = (await peer.client.v1.events.list_async({"limit": 100})).data
    notices: list[Notice] = []
    for event in events:
        notices += notices_of(event.to_dict())
    assert sorted(notice.payment_id for notice in notices) == sorted(paid)
    for notice in notices:
        assert (await peer.provider.payment(notice.payment_id)).is_paid
