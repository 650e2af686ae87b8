"""Says what Stripe's payment, checkout, refunds and disputes mean together."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.payments.provider import Payment
from bot.payments.stripe_amounts import from_stripe
from bot.payments.stripe_events import OrderName

if TYPE_CHECKING:
    import stripe

# A refund takes the money from the seller the moment it is asked for, and Stripe tells when it
# could not be given: then it is `failed` or `canceled`, and the difference rule gives the coins
# again. If one that is on its way did not count, its coins could be spent meanwhile.
# Source: https://docs.stripe.com/refunds#refund-failures
_GIVEN_BACK = frozenset({"pending", "requires_action", "succeeded"})
FAILED_REFUNDS = frozenset({"failed", "canceled"})

# Inquiries (`warning_...`) take no money yet, but they are the buyer's bank asking, and the next
# step is a dispute: what the buyer gave stays in its hold. After 120 days they end by themselves.
_OPEN = frozenset(
    {
        "appeal_needs_response",
        "appeal_under_review",
        "needs_response",
        "under_review",
        "warning_needs_response",
        "warning_under_review",
    }
)
# Whether these took money stands in the dispute's own bookings: an appeal comes after money went,
# and a prevented dispute was either settled by the bank's network or fell away.
_BY_BOOKINGS = frozenset({"appeal_needs_response", "appeal_under_review", "prevented"})

_ON_ITS_WAY = frozenset({"processing", "requires_action", "requires_capture"})


def paid(
    intent: "stripe.PaymentIntent",
    order: OrderName,
    refunds: "Sequence[stripe.Refund]",
    disputes: "Sequence[stripe.Dispute]",
) -> Payment:
    """Return a payment whose money came."""
    currency = intent.currency.upper()
    lost = [dispute for dispute in disputes if _is_lost(dispute)]
    return Payment(
        payment_id=intent.id,
        guild_id=order.guild_id,
        order_id=order.order_id,
        amount_minor=from_stripe(intent.amount_received, currency),
        currency=currency,
        is_paid=True,
        paid_at=_paid_at(intent),
        refunded_minor=from_stripe(
            sum(each.amount for each in refunds if each.status in _GIVEN_BACK), currency
        ),
        lost_minor=from_stripe(sum(_disputed(each, intent) for each in lost), currency),
        disputes_open=sum(dispute.status in _OPEN for dispute in disputes),
        is_test=not intent.livemode,
    )


def _paid_at(intent: "stripe.PaymentIntent") -> int:
    """Return when the buyer was done paying, although a bank may have taken days from there on."""
    charge = intent.latest_charge
    return intent.created if charge is None or isinstance(charge, str) else charge.created


def _is_lost(dispute: "stripe.Dispute") -> bool:
    if dispute.status in _BY_BOOKINGS:
        return sum(booking.amount for booking in dispute.balance_transactions) < 0
    return dispute.status == "lost"


def _disputed(dispute: "stripe.Dispute", intent: "stripe.PaymentIntent") -> int:
    # A bank may dispute in a currency of its own; then nobody can say how much of ours that is.
    return dispute.amount if dispute.currency == intent.currency else intent.amount_received


def unpaid(
    intent: "stripe.PaymentIntent", order: OrderName, session: "stripe.checkout.Session | None"
) -> Payment:
    """Return a payment that somebody tried, and whether it can still succeed."""
    currency = intent.currency.upper()
    return Payment(
        payment_id=intent.id,
        guild_id=order.guild_id,
        order_id=order.order_id,
        amount_minor=from_stripe(intent.amount, currency),
        currency=currency,
        is_paid=False,
        is_open=_can_still_succeed(intent, session),
        is_test=not intent.livemode,
    )


def _can_still_succeed(
    intent: "stripe.PaymentIntent", session: "stripe.checkout.Session | None"
) -> bool:
    if intent.status == "processing":
        return True  # whatever became of the page, a bank is at it
    if session is None or session.status == "open":
        return intent.status != "canceled"
    # A voucher is paid at a till days after the page was left; a declined debit never is.
    return session.status == "complete" and intent.status in _ON_ITS_WAY


def untried(session: "stripe.checkout.Session", order: OrderName) -> Payment:
    """Return a checkout that nobody tried to pay yet, and whether its page is still open."""
    currency = (session.currency or "").upper()
    return Payment(
        payment_id=session.id,
        guild_id=order.guild_id,
        order_id=order.order_id,
        amount_minor=from_stripe(session.amount_total or 0, currency),
        currency=currency,
        is_paid=False,
        is_open=session.status == "open",
        is_test=not session.livemode,
    )
