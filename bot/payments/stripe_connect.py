"""Paying streamers through Stripe Connect: transfers to an account of theirs that Stripe keeps.

They are separate from what buyers paid. A transfer carries the payout's key as its `transfer_group`
and is looked for by it before it is sent, since Stripe forgets idempotency keys after a day.
"""

import logging
import re
from typing import TYPE_CHECKING, Self

from bot.errors import SettingsWrong
from bot.payment_errors import PaymentUnknown, ProviderRefused
from bot.payments.payout_provider import (
    Payee,
    PayeeState,
    Payout,
    Sent,
    SentState,
    Streamer,
)
from bot.payments.stripe_amounts import from_stripe, to_stripe
from bot.payout_errors import NOT_READY, NOTHING_TO_SEND, PayoutUnclear
from bot.settings import Settings

if TYPE_CHECKING:
    import stripe

    from bot.payments.stripe_transfers import StripeTransfers

log = logging.getLogger(__name__)

_ACCOUNT = re.compile(r"acct_[A-Za-z0-9_]{1,250}", re.ASCII)
_TRANSFER = re.compile(r"tr_[A-Za-z0-9_]{1,250}", re.ASCII)


class StripeConnect:
    """Stripe as a provider of payouts."""

    name = "stripe"
    is_automatic = True
    has_page = True

    def __init__(self, api: "StripeTransfers", guild_ids: frozenset[int]) -> None:
        self._api = api
        self._guild_ids = guild_ids
        self._payer = ""

    @classmethod
    def configured(cls, settings: Settings, parts: object) -> Self | None:
        """Return the provider when the operator turned it on, None else.

        Raises:
            SettingsWrong: it is on, but the library is missing that it needs.
        """
        del parts
        if not settings.stripe_payouts or settings.stripe_secret_key is None:
            return None
        try:
            from bot.payments.stripe_transfers import StripeTransfers  # noqa: PLC0415
        except ModuleNotFoundError:
            message = (
                "BOUQUET_STRIPE_PAYOUTS is set, but Stripe's library is not installed:"
                " pip install 'stripe>=16,<17' adds it"
            )
            raise SettingsWrong(message) from None
        key = settings.stripe_secret_key.get_secret_value()
        guild_ids = frozenset(map(int, (settings.stripe_payout_guilds or "").split(",")))
        return cls(StripeTransfers(key, base=settings.stripe_api_base), guild_ids)

    def serves(self, guild_id: int) -> bool:
        """Serve the guilds that the operator named, as it is the operator's balance."""
        return guild_id in self._guild_ids

    async def payer(self) -> str:
        """Ask once whose account the key is of; see PayoutProvider.payer."""
        if not self._payer:
            account = await self._api.own_account()
            # An account has one name and two balances, and the one for tests knows not the other.
            self._payer = f"{account.id} (test)" if self._api.is_test else account.id
        return self._payer

    async def payee(self, streamer: Streamer) -> Payee:
        """Ask for the streamer's account; see PayoutProvider.payee."""
        if _ACCOUNT.fullmatch(streamer.account) is None:
            return Payee(state=PayeeState.NONE)
        try:
            account = await self._api.account(streamer.account)
        except PaymentUnknown:
            return Payee(state=PayeeState.NONE)
        return Payee(state=_state_of(account), account=account.id)

    async def invite(self, streamer: Streamer) -> Payee:
        """Make an account if there is none, and a page to fill it in; see PayoutProvider.invite."""
        payee = await self.payee(streamer)
        if payee.state is PayeeState.READY:
            return payee
        account_id = payee.account or await self._new_account(streamer)
        # Whoever comes back types `/payee show`; a page that expired is made anew there as well.
        back = f"https://discord.com/channels/{streamer.guild_id}"
        link = await self._api.account_link(
            {
                "account": account_id,
                "type": "account_onboarding",
                "refresh_url": back,
                "return_url": back,
            }
        )
        return Payee(state=PayeeState.INCOMPLETE, account=account_id, url=link.url)

    async def _new_account(self, streamer: Streamer) -> str:
        account = await self._api.open_account(
            {
                "type": "express",
                "capabilities": {"transfers": {"requested": True}},
                "metadata": {
                    "guild_id": str(streamer.guild_id),
                    "member_id": str(streamer.member_id),
                },
            },
            f"payee:{streamer.guild_id}:{streamer.member_id}:{streamer.account}",
        )
        return account.id

    async def send(self, payout: Payout) -> Sent:
        """Transfer what the payout is worth; see PayoutProvider.send."""
        found = await self.find(payout)
        if found is not None:
            return found
        if payout.amount_minor <= 0 or not payout.currency:
            raise ProviderRefused(NOTHING_TO_SEND)
        streamer = Streamer(
            guild_id=payout.guild_id, member_id=payout.streamer_id, account=payout.account
        )
        if (await self.payee(streamer)).state is not PayeeState.READY:
            raise ProviderRefused(NOT_READY)
        return Sent(await self._transfer(payout))

    async def _transfer(self, payout: Payout) -> str:
        amount = to_stripe(payout.amount_minor, payout.currency)
        try:
            transfer = await self._api.transfer(
                {
                    "amount": amount,
                    "currency": payout.currency.lower(),
                    "destination": payout.account,
                    "transfer_group": payout.key,
                    "metadata": {
                        "guild_id": str(payout.guild_id),
                        "claim_id": str(payout.claim_id),
                        "part": str(payout.part),
                    },
                },
                payout.key,
            )
        except ProviderRefused as refused:
            # What is told stays with the claim for ever, so the account must not stand in it.
            reason = refused.reason.replace(payout.account, "…")
        else:
            return transfer.id
        raise ProviderRefused(reason)

    async def find(self, payout: Payout) -> Sent | None:
        """Look for the payout's transfer; see PayoutProvider.find."""
        found = await self._api.transfers_of(payout.key)
        if not found:
            return None
        transfer = found[-1]
        currency = transfer.currency.upper()
        went = (from_stripe(transfer.amount, currency), currency)
        is_ours = went == (payout.amount_minor, payout.currency) and not transfer.amount_reversed
        if len(found) > 1 or not is_ours:
            # Nothing we sent, or it was taken back since: a person has to look.
            log.error("Stripe's transfers of %s are not what was sent", payout.key)
            raise PayoutUnclear
        return Sent(transfer.id)

    async def state(self, reference: str) -> SentState:
        """Ask for a transfer; see PayoutProvider.state."""
        if _TRANSFER.fullmatch(reference) is None:
            return SentState.UNKNOWN
        try:
            transfer = await self._api.transfer_named(reference)
        except PaymentUnknown:
            return SentState.UNKNOWN
        return SentState.RETURNED if transfer.reversed else SentState.SENT

    async def close(self) -> None:
        """Close the connections to Stripe."""
        await self._api.close()


def _state_of(account: "stripe.Account") -> PayeeState:
    capabilities = account.capabilities
    can_receive = capabilities is not None and capabilities.transfers == "active"
    return PayeeState.READY if can_receive else PayeeState.INCOMPLETE
