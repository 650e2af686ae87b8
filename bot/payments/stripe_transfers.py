"""Pays others from an account at Stripe: their accounts, links to fill them in, transfers.

Like `stripe_api`, it is imported only where it is configured.
"""

from typing import TYPE_CHECKING

import stripe
from typing_extensions import override

from bot.payment_errors import PaymentUnknown, ProviderRefused
from bot.payments.stripe_api import StripeApi
from bot.payout_errors import NOT_READY

if TYPE_CHECKING:
    from stripe.params import AccountCreateParams, AccountLinkCreateParams, TransferCreateParams

# One is all there should be; a second one would be a defect that somebody has to see.
_FIND_AT_MOST = 10
_TEST_KEYS = ("sk_test_", "rk_test_")


class StripeTransfers(StripeApi):
    """One account at Stripe, as far as it pays others."""

    # That a key is in use, or was used with other words, says nothing about what it did.
    no_errors = (stripe.CardError, stripe.InvalidRequestError)

    @property
    def is_test(self) -> bool:
        """Tell whether the key is one for tests, whose money is none."""
        return self._key.startswith(_TEST_KEYS)

    async def own_account(self) -> stripe.Account:
        """Return the account that the key is of."""
        return await self._ask(self._client.v1.accounts.retrieve_current_async())

    async def open_account(self, params: "AccountCreateParams", key: str) -> stripe.Account:
        """Make an account for somebody; the same key again returns the first one."""
        accounts = self._client.v1.accounts
        return await self._ask(
            accounts.create_async(params, {"idempotency_key": key}), can_refuse=True
        )

    async def account(self, account_id: str) -> stripe.Account:
        """Return somebody's account.

        Raises:
            PaymentUnknown: there is none, or it is no longer connected.
        """
        return await self._ask(self._client.v1.accounts.retrieve_async(account_id))

    async def account_link(self, params: "AccountLinkCreateParams") -> stripe.AccountLink:
        """Return a page where an account's owner fills it in; it can be opened once."""
        return await self._ask(self._client.v1.account_links.create_async(params), can_refuse=True)

    async def transfer(self, params: "TransferCreateParams", key: str) -> stripe.Transfer:
        """Send money to an account; the same key again sends nothing more."""
        transfers = self._client.v1.transfers
        return await self._ask(
            transfers.create_async(params, {"idempotency_key": key}), can_refuse=True
        )

    async def transfers_of(self, group: str) -> list[stripe.Transfer]:
        """Return the transfers of a group, newest first."""
        transfers = self._client.v1.transfers
        found = await self._ask(
            transfers.list_async({"transfer_group": group, "limit": _FIND_AT_MOST})
        )
        return found.data

    async def transfer_named(self, transfer_id: str) -> stripe.Transfer:
        """Return a transfer.

        Raises:
            PaymentUnknown: there is none.
        """
        return await self._ask(self._client.v1.transfers.retrieve_async(transfer_id))

    @override
    def _in_our_words(self, error: stripe.StripeError, *, can_refuse: bool) -> Exception:
        # It comes as if our key were wrong, and means that the streamer's account is gone. The
        # library leaves its code out there, so it is read where Stripe wrote it.
        if error.error is not None and error.error.code == "account_invalid":
            return ProviderRefused(NOT_READY) if can_refuse else PaymentUnknown()
        return super()._in_our_words(error, can_refuse=can_refuse)
