"""What our double of Stripe answers, one function for each kind of thing; plain JSON.

`test_stripe_double.py` holds every field against the types in Stripe's wheel.
"""

from typing import Any

Thing = dict[str, Any]


def checkout(session_id: str, asked: Thing, *, now: int, page: str, is_live: bool) -> Thing:
    """Return a checkout that was just made; `asked` are the request's parameters."""
    item = asked["line_items"][0]
    price = item["price_data"]
    amount = int(price["unit_amount"]) * int(item["quantity"])
    return {
        "id": session_id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": asked["adaptive_pricing"]["enabled"] == "true"},
        "after_expiration": None,
        "amount_subtotal": amount,
        "amount_total": amount,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None,
        "cancel_url": asked["cancel_url"],
        "client_reference_id": asked["client_reference_id"],
        "client_secret": None,
        "created": now,
        "currency": price["currency"],
        "customer": None,
        "customer_creation": "if_required",
        "customer_details": None,
        "customer_email": None,
        "expires_at": int(asked["expires_at"]),
        "livemode": is_live,
        "locale": None,
        "metadata": dict(asked["metadata"]),
        "mode": asked["mode"],
        "payment_intent": None,
        "payment_link": None,
        "payment_status": "unpaid",
        "status": "open",
        "submit_type": None,
        "success_url": asked["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{page}/c/pay/{session_id}",
    }


def intent(
    intent_id: str,
    *,
    now: int,
    amount: int,
    currency: str,
    metadata: dict[str, str],
    description: str | None = None,
    is_live: bool = False,
) -> Thing:
    """Return a payment that somebody is about to try."""
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{intent_id}_secret_x",
        "confirmation_method": "automatic",
        "created": now,
        "currency": currency,
        "customer": None,
        "description": description,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": is_live,
        "metadata": dict(metadata),
        "next_action": None,
        "payment_method": None,
        "payment_method_types": ["card"],
        "receipt_email": None,
        "setup_future_usage": None,
        "status": "requires_payment_method",
    }


def charge(charge_id: str, payment: Thing, *, now: int, status: str) -> Thing:
    """Return one try of a payment: succeeded, pending or failed."""
    return {
        "id": charge_id,
        "object": "charge",
        "amount": payment["amount"],
        "amount_captured": payment["amount"] if status == "succeeded" else 0,
        "amount_refunded": 0,
        "balance_transaction": None,
        "captured": status == "succeeded",
        "created": now,
        "currency": payment["currency"],
        "customer": None,
        "description": payment["description"],
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "livemode": payment["livemode"],
        "metadata": dict(payment["metadata"]),
        "paid": status == "succeeded",
        "payment_intent": payment["id"],
        "receipt_email": None,
        "receipt_url": None,
        "refunded": False,
        "status": status,
    }


def refund(
    refund_id: str,
    payment: Thing,
    *,
    now: int,
    amount: int,
    status: str,
    reason: str | None,
    metadata: dict[str, str],
) -> Thing:
    """Return a refund."""
    return {
        "id": refund_id,
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": payment["latest_charge"],
        "created": now,
        "currency": payment["currency"],
        "metadata": dict(metadata),
        "payment_intent": payment["id"],
        "reason": reason,
        "receipt_number": None,
        "status": status,
    }


def dispute(dispute_id: str, payment: Thing, *, now: int, amount: int, currency: str) -> Thing:
    """Return a dispute that was just opened."""
    return {
        "id": dispute_id,
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": payment["latest_charge"],
        "created": now,
        "currency": currency,
        "is_charge_refundable": False,
        "livemode": payment["livemode"],
        "metadata": {},
        "payment_intent": payment["id"],
        "reason": "fraudulent",
        "status": "needs_response",
    }


def booking(booking_id: str, *, now: int, amount: int, currency: str, source: str) -> Thing:
    """Return what a dispute took (below zero) or gave back."""
    return {
        "id": booking_id,
        "object": "balance_transaction",
        "amount": amount,
        "available_on": now,
        "created": now,
        "currency": currency,
        "description": None,
        "exchange_rate": None,
        "fee": 0,
        "fee_details": [],
        "net": amount,
        "reporting_category": "dispute",
        "source": source,
        "status": "available",
        "type": "adjustment",
    }


def fraud_warning(warning_id: str, payment: Thing, *, now: int) -> Thing:
    """Return a warning that a payment may be disputed soon."""
    return {
        "id": warning_id,
        "object": "radar.early_fraud_warning",
        "actionable": True,
        "charge": payment["latest_charge"],
        "created": now,
        "fraud_type": "made_with_stolen_card",
        "livemode": payment["livemode"],
        "payment_intent": payment["id"],
    }


def event(event_id: str, kind: str, subject: Thing, *, now: int, is_live: bool) -> Thing:
    """Return an event about something as it is now."""
    return {
        "id": event_id,
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": now,
        "data": {"object": subject},
        "livemode": is_live,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }


def account(account_id: str, asked: Thing, *, now: int) -> Thing:
    """Return somebody's account that was just made: they have to fill it in."""
    return {
        "id": account_id,
        "object": "account",
        "capabilities": {"transfers": "inactive"},
        "charges_enabled": False,
        "country": "DE",
        "created": now,
        "default_currency": "eur",
        "details_submitted": False,
        "email": None,
        "metadata": dict(asked["metadata"]),
        "payouts_enabled": False,
        "type": asked["type"],
    }


def own_account(account_id: str, *, now: int) -> Thing:
    """Return the account that a key is of."""
    asked: Thing = {"metadata": {}, "type": "standard"}
    return account(account_id, asked, now=now) | {
        "capabilities": {"transfers": "active"},
        "charges_enabled": True,
        "details_submitted": True,
        "payouts_enabled": True,
    }


def account_link(url: str, *, now: int) -> Thing:
    """Return a page where an account is filled in, once."""
    return {"object": "account_link", "created": now, "expires_at": now + 300, "url": url}


def transfer(transfer_id: str, asked: Thing, *, now: int, is_live: bool) -> Thing:
    """Return money that went to an account."""
    return {
        "id": transfer_id,
        "object": "transfer",
        "amount": int(asked["amount"]),
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": now,
        "currency": asked["currency"],
        "description": None,
        "destination": asked["destination"],
        "destination_payment": None,
        "livemode": is_live,
        "metadata": dict(asked["metadata"]),
        "reversed": False,
        "source_transaction": None,
        "source_type": "card",
        "transfer_group": asked["transfer_group"],
    }
