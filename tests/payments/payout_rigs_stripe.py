"""Stripe Connect over our double of Stripe; see `payout_contract.py`."""

import contextlib
from collections.abc import AsyncGenerator

import stripe
from typing_extensions import override

from bot.payments.payout_provider import Payout, PayoutProvider, Sent, Streamer
from bot.payments.payout_registry import PayoutParts, configured_payouts
from bot.payments.stripe_connect import StripeConnect
from bot.sandbox.cast import GUILD_ID as TOWN_ID
from tests.payments.payout_contract import Can, PayoutRig, PayoutRigMaker
from tests.payments.rigs_stripe import NOW, stripe_settings
from tests.payments.stripe_double import Fault, StripeDouble, running_double
from tests.payments.stripe_world import Refused

GUILD_ID = 5_000
# Those of the tests of services, and the sandbox's, whose bots pay through the same rig.
SERVED = (GUILD_ID, 1, 7, int(TOWN_ID))
TRANSFER = ("POST", "/v1/transfers")
NO_MONEY = "You have insufficient available funds in your Stripe account."


class StripePayoutRig(PayoutRig):
    """A bot's Stripe account, and those of streamers."""

    name = StripeConnect.name
    can = frozenset(Can)

    def __init__(self, double: StripeDouble, currency: str) -> None:
        self.double = double
        self.currency = currency
        self._provider = self._made()
        self._accounts: dict[int, str] = {}

    def _made(self) -> PayoutProvider:
        settings = stripe_settings(
            self.double, stripe_payouts=True, stripe_payout_guilds=",".join(map(str, SERVED))
        )
        return configured_payouts(settings, PayoutParts())[self.name]

    @property
    @override
    def provider(self) -> PayoutProvider:
        return self._provider

    @override
    async def restart(self) -> None:
        await self._provider.close()
        self._provider = self._made()

    @override
    async def payout(self, claim_id: int) -> Payout:
        member_id = 600 + claim_id
        if claim_id not in self._accounts:
            streamer = Streamer(guild_id=GUILD_ID, member_id=member_id)
            payee = await self.provider.invite(streamer)
            self.double.world.fill_in(payee.account)
            self._accounts[claim_id] = payee.account
        return Payout(
            guild_id=GUILD_ID,
            claim_id=claim_id,
            part=1,
            streamer_id=member_id,
            diamonds=100,
            amount_minor=9_990,
            currency=self.currency,
            account=self._accounts[claim_id],
        )

    @override
    def went_out(self, payout: Payout) -> int:
        return len(self.double.world.all_of("transfer", transfer_group=payout.key))

    @override
    def go_down(self) -> None:
        self.double.lasting_fault = Fault.DOWN

    @override
    def come_up(self) -> None:
        self.double.lasting_fault = None
        self.double.route_faults.clear()

    @override
    def lose_answers(self) -> None:
        self.double.route_faults[TRANSFER] = Fault.DROPPED

    @override
    def refuse(self, payout: Payout) -> str:
        self.double.route_refusals[TRANSFER] = Refused(
            400, f"{NO_MONEY} ({payout.account})", code="balance_insufficient"
        )
        return NO_MONEY

    @override
    def forget_keys(self) -> None:
        self.double.forget_keys()

    @override
    def stranger(self) -> Streamer:
        return Streamer(guild_id=GUILD_ID, member_id=999)

    @override
    def want_more(self, streamer: Streamer) -> None:
        self.double.world.fill_in(streamer.account, is_active=False)

    @override
    def fill_in(self, account: str) -> None:
        self.double.world.fill_in(account)

    @override
    def change_payer(self) -> None:
        self.double.world.account_id = "acct_another"

    @override
    def take_back(self, payout: Payout, sent: Sent) -> None:
        self.double.world.reverse_transfer(sent.reference)


@contextlib.asynccontextmanager
async def stripe_payout_rig(currency: str = "EUR") -> AsyncGenerator[StripePayoutRig]:
    """Start a double of Stripe and a provider that pays through it."""
    usual_seconds = stripe.HTTPClient.INITIAL_DELAY
    stripe.HTTPClient.INITIAL_DELAY = 0.001  # between the library's own tries
    try:
        async with running_double(lambda: NOW) as double:
            rig = StripePayoutRig(double, currency)
            try:
                yield rig
            finally:
                await rig.provider.close()
    finally:
        stripe.HTTPClient.INITIAL_DELAY = usual_seconds


@contextlib.asynccontextmanager
async def _euros() -> AsyncGenerator[PayoutRig]:
    async with stripe_payout_rig() as rig:
        yield rig


@contextlib.asynccontextmanager
async def _shillings() -> AsyncGenerator[PayoutRig]:
    async with stripe_payout_rig("UGX") as rig:
        yield rig


# A currency with cents, and one that Stripe counts otherwise.
RIGS: dict[str, PayoutRigMaker] = {"stripe": _euros, "stripe-shillings": _shillings}
