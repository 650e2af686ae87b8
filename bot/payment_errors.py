"""What goes wrong around money: what a provider says, and what a buyer or an admin may read.

```
Told
├── TryAgain
│   ├── ProviderSilent      it cannot be asked right now; nothing is owed
│   └── RefundUnanswered    a refund may have gone; it is asked for again by itself
└── Refusal
    ├── ProviderRefused     it says no, and why
    └── (one class per rule, below)
PaymentError                never shown to a person: the caller is a machine, or it is a defect
├── WebhookRefused
│   ├── SignatureWrong
│   ├── EventUnreadable
│   └── WebhooksUnknown
├── PaymentUnknown
└── ProviderUnknown
```
"""

from dataclasses import dataclass

from bot.currencies import Money
from bot.errors import BouquetError, Refusal, TryAgain
from bot.texts import N_


class PaymentError(BouquetError):
    """Something about payments that no person reads."""


class WebhookRefused(PaymentError):
    """A request to a webhook that nothing is done about."""


class SignatureWrong(WebhookRefused):
    """The signature is missing, bad, stale, or of another mode than the configured one."""


class EventUnreadable(WebhookRefused):
    """The request is signed, and yet holds no event."""


class WebhooksUnknown(WebhookRefused):
    """The provider sends no webhooks, or is not configured for them."""


class PaymentUnknown(PaymentError):
    """The provider has no payment of that name."""


class ProviderSilent(TryAgain):
    """The provider of payments cannot be asked right now."""

    message = N_("The payment service does not answer. Nothing is owed; please try again soon.")


class RefundUnanswered(TryAgain):
    """A refund was asked for, and nobody knows yet whether the provider took it on."""

    message = N_(
        "The payment service does not answer, so nobody knows yet whether the money goes back. It"
        " is asked again by itself, and never gives it back twice; a letter tells you what became"
        " of it."
    )


@dataclass(eq=False)
class ProviderRefused(Refusal):
    """The provider of payments says no."""

    reason: str
    message = N_("The payment service says no: “{reason}”. Nothing was changed.")


class ProviderUnknown(PaymentError):
    """No provider of that name is configured."""


@dataclass(eq=False)
class ProviderGone(Refusal):
    """The guild's way to pay is not configured any more."""

    provider: str
    message = N_(
        "Buying with {provider} is not set up here right now. The people who run this server can"
        " change that."
    )


class NotForMoney(Refusal):
    """An order for money in a guild that plays."""

    message = N_("This server plays with test coins. `/buy` fills your wallet for free.")


class DisputeOpen(Refusal):
    """The buyer disputes a payment."""

    message = N_(
        "One of your payments is disputed, so your wallet rests until that is decided."
        " `/purchases` shows which one."
    )


class OrderClosed(Refusal):
    """The order waits for no payment any more."""

    message = N_("This order is closed and nothing is owed. `/buy` starts a new one.")


class OrderNotYours(Refusal):
    """Somebody else's order, or none at all."""

    message = N_("You have no such order. `/purchases` shows those you have.")


@dataclass(eq=False)
class TooManyOrders(Refusal):
    """A buyer whose orders already wait for so many payments."""

    most: int
    message = N_(
        "You have {most} orders that can still be paid. Pay one of them, or wait until one has run"
        " out: `/purchases` shows them."
    )


@dataclass(eq=False)
class CodeUnknown(Refusal):
    """There is no order with that code in this guild."""

    code: str
    message = N_(
        "There is no order {code} here. The code stands in the buyer's order, like K7QM-2PXD."
    )


class NothingPaid(Refusal):
    """An order that is to be refunded was never paid."""

    message = N_("Nothing was paid for this order, so there is nothing to give back.")


class RefundedAlready(Refusal):
    """All of an order's money went back before."""

    message = N_("All of this order's money went back already.")


class RefundWaits(Refusal):
    """Another refund of the order was asked for, and nobody knows yet what became of it."""

    message = N_(
        "A refund of this order was asked for and not answered yet. It is asked for again by"
        " itself, and a letter tells what became of it; then you can ask for more."
    )


@dataclass(eq=False)
class ReviewNotFound(Refusal):
    """Nothing of that number waits for a person in this guild."""

    review_id: int
    message = N_("No payment number {review_id} waits here. `/economy orders` shows those that do.")


@dataclass(eq=False)
class ReviewSettled(Refusal):
    """Nothing of that number waits for the operator."""

    review_id: int
    message = N_("No payment number {review_id} waits any more, so there is nothing to settle.")


class GiverFrozen(Refusal):
    """A giver whose payment is disputed."""

    message = N_(
        "One of your payments is disputed, so you cannot send gifts until that is decided."
        " `/purchases` shows which one."
    )


class StreamerFrozen(Refusal):
    """A streamer whose own payment is disputed."""

    message = N_("This streamer cannot receive gifts right now. Your coins are all still there.")


class UndoReturned(Refusal):
    """A refund or a lost dispute took coins out of the gift already."""

    message = N_(
        "A payment behind this gift went back and took coins of it along, so what is left of the"
        " gift stays."
    )


@dataclass(eq=False)
class CoinsOwed(Refusal):
    """A giver who owes coins."""

    debt: int
    message = N_(
        "You owe {debt:coins}, as a payment of yours went back after they were spent. The next pack"
        " pays that first: `/buy`."
    )


class SkuMissing(Refusal):
    """A pack that is to be sold through Discord has no SKU there."""

    message = N_("Discord does not sell this pack yet. Nothing is owed; `/buy` shows the others.")


class RefundIsDiscords(Refusal):
    """An app cannot give back what was paid to Discord."""

    message = N_(
        "Only Discord can give back what was paid there: its support does, when the buyer asks."
        " The coins follow by themselves."
    )


class RefundTooLarge(Refusal):
    """More is to go back than what is left of a payment."""

    message = N_("That is more than what is left of this payment. `/economy orders` shows it.")


class OwnOrder(Refusal):
    """An admin confirms the payment of an order of their own."""

    message = N_("This order is yours, so another admin has to see the money and confirm it.")


class ConfirmedOtherwise(Refusal):
    """A payment was confirmed before, with another amount or currency."""

    message = N_(
        "Another amount was confirmed for this order before, and that stands. `/economy orders`"
        " shows what became of it."
    )


class NotByHand(Refusal):
    """An order is to be confirmed by hand that is paid in another way, or not at all."""

    message = N_("This order is not paid by hand, so there is nothing to confirm.")


class NothingOnOffer(Refusal):
    """A guild that takes money and has no pack that could be bought."""

    message = N_(
        "Nothing is for sale here yet. Please ask an admin: `/economy packs show` says what is"
        " missing."
    )


class PlayOver(Refusal):
    """A test purchase in a guild that takes money by now."""

    message = N_("Coins have a price here by now. `/buy` shows the packs, and nothing was charged.")


@dataclass(eq=False)
class LimitIncomplete(Refusal):
    """A limit on spending without its period or its amount."""

    example: Money
    message = N_(
        "Please give both: the period, and the most for it, such as {example}, or “none” for no"
        " limit of your own."
    )


class AdultOnly(Refusal):
    """A buyer who does not declare to be old enough, or to be allowed to buy."""

    message = N_(
        "Coins are sold to people of 18 or older, and to younger ones whose guardian allows it."
        " Everything else here stays open to you."
    )
