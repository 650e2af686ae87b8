"""The world behind our double of Stripe: an account, and hands for buyers, banks and dashboard."""

import copy
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import stripe

from tests.payments import stripe_shapes as shapes
from tests.payments.contract import Ring
from tests.payments.stripe_shapes import Thing
from tests.payments.stripe_wheel import problems_of_event

WEBHOOK_SECRET = "whsec_double"  # noqa: S105 - opens nothing but this double


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, message: str, **more: str) -> None:
        super().__init__(message)
        self.status = status
        kind = "invalid_request_error" if status < 500 else "api_error"
        self.body = {"error": {"type": kind, "message": message, **more}}


def signed(body: str, *, secret: str = WEBHOOK_SECRET, at: int | None = None) -> Ring:
    """Return a webhook's request, signed now or at another time (seconds, UTC)."""
    stamp = int(time.time()) if at is None else at
    # The library gives its last parameter no type.
    header = stripe.WebhookSignature.generate_signature_header(  # pyright: ignore[reportUnknownMemberType]
        body, secret, stamp
    )
    headers = {"stripe-signature": header, "content-type": "application/json; charset=utf-8"}
    return Ring(headers, body.encode())


@dataclass
class StripeWorld:
    """One account; everything in it is plain JSON, under its id, in the order it came about."""

    clock: Callable[[], int]
    is_live: bool = False
    account_id: str = "acct_ours"
    things: dict[str, Thing] = field(default_factory=dict[str, Thing])
    intent_metadata: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    rings: list[Ring] = field(default_factory=list[Ring])
    problems: list[str] = field(default_factory=list[str])
    _count: int = 0

    def pay(self, session_id: str) -> str:
        """Let a buyer pay a checkout by card, and return the payment's id."""
        session = self.things[session_id]
        payment = self._try(session, "succeeded")
        session |= {"status": "complete", "payment_status": "paid"}
        self._tell("charge.succeeded", self.things[payment["latest_charge"]])
        self._tell("payment_intent.succeeded", payment)
        self._tell("checkout.session.completed", session)
        return payment["id"]

    def decline(self, session_id: str) -> str:
        """Let a buyer's card be declined; the page stays open."""
        payment = self._try(self.things[session_id], "failed")
        self._tell("payment_intent.payment_failed", payment)
        return payment["id"]

    def promise(self, session_id: str) -> str:
        """Let a buyer be done while a bank still has to pay."""
        session = self.things[session_id]
        payment = self._try(session, "pending")
        session |= {"status": "complete"}
        self._tell("checkout.session.completed", session)
        return payment["id"]

    def money_comes(self, payment_id: str, *, comes: bool) -> None:
        """Let a bank pay what was promised, or say that it will not."""
        payment = self.things[payment_id]
        session = self.checkout_of(payment_id)
        self._set_status(payment, "succeeded" if comes else "failed")
        if comes:
            session |= {"payment_status": "paid"}
            self._tell("payment_intent.succeeded", payment)
        word = "succeeded" if comes else "failed"
        self._tell(f"checkout.session.async_payment_{word}", session)

    def expire(self, session_id: str) -> None:
        """Let a checkout end; somebody's failed try ends with it."""
        session = self.things[session_id]
        session |= {"status": "expired", "url": None}
        if session["payment_intent"] is not None:
            self.things[session["payment_intent"]] |= {"status": "canceled"}
        self._tell("checkout.session.expired", session)

    def give_back(
        self,
        payment_id: str,
        amount: int,
        *,
        status: str = "succeeded",
        reason: str | None = None,
        metadata: dict[str, str] | None = None,
    ) -> Thing:
        """Refund a payment, at the dashboard or for the API."""
        payment = self.things[payment_id]
        charge = self.things[payment["latest_charge"]]
        if amount > charge["amount"] - charge["amount_refunded"]:
            message = f"Refund amount ({amount}) is greater than unrefunded amount on charge"
            raise Refused(400, message, param="amount")
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        made = shapes.refund(
            self.next_id("re"),
            payment,
            now=self.clock(),
            amount=amount,
            status=status,
            reason=reason,
            metadata=metadata or {},
        )
        self.things[made["id"]] = made
        self._tell("refund.created", made)
        self._tell("charge.refunded", charge)
        return made

    def set_refunds(self, payment_id: str, status: str) -> None:
        """Let all refunds of a payment get another status."""
        charge = self.things[self.things[payment_id]["latest_charge"]]
        for each in self.all_of("refund", payment_intent=payment_id):
            each["status"] = status
            if status in {"failed", "canceled"}:
                charge["amount_refunded"] -= each["amount"]
                charge["refunded"] = False
            self._tell("refund.failed" if status == "failed" else "refund.updated", each)

    def dispute(self, payment_id: str, amount: int | None = None, currency: str = "") -> Thing:
        """Let the buyer's bank take money back."""
        payment = self.things[payment_id]
        made = shapes.dispute(
            self.next_id("du"),
            payment,
            now=self.clock(),
            amount=payment["amount"] if amount is None else amount,
            currency=currency or payment["currency"],
        )
        self.things[made["id"]] = made
        self._book(made, -made["amount"])
        self.things[payment["latest_charge"]]["disputed"] = True
        self._tell("charge.dispute.created", made)
        self._tell("charge.dispute.funds_withdrawn", made)
        return made

    def set_disputes(self, payment_id: str, status: str) -> None:
        """Let all disputes of a payment get another status."""
        for each in self.all_of("dispute", payment_intent=payment_id):
            each["status"] = status
            taken = -sum(booked["amount"] for booked in each["balance_transactions"])
            if status in {"won", "warning_closed"} and taken:
                self._book(each, taken)
            closed = status in {"won", "lost", "warning_closed", "prevented"}
            self._tell(f"charge.dispute.{'closed' if closed else 'updated'}", each)

    def warn(self, payment_id: str) -> None:
        """Let a card network warn of fraud."""
        made = shapes.fraud_warning(
            self.next_id("issfr"), self.things[payment_id], now=self.clock()
        )
        self._tell("radar.early_fraud_warning.created", made)

    def sell_elsewhere(self) -> str:
        """Let the account's owner sell something in a shop, and return the payment's id."""
        payment = self._intent(amount=4_200, currency="eur", metadata={"basket": "17"})
        self._set_status(payment, "succeeded")
        self._tell("payment_intent.succeeded", payment)
        self.give_back(payment["id"], 100)
        return payment["id"]

    def fill_in(self, account_id: str, *, is_active: bool = True) -> None:
        """Let an account's owner fill it in, or let Stripe want more from them again."""
        self.things[account_id] |= {
            "capabilities": {"transfers": "active" if is_active else "pending"},
            "details_submitted": True,
            "payouts_enabled": is_active,
        }

    def close_account(self, account_id: str) -> None:
        """Let an account's owner leave."""
        del self.things[account_id]

    def reverse_transfer(self, transfer_id: str) -> None:
        """Take all of a transfer back, at the dashboard."""
        transfer = self.things[transfer_id]
        transfer |= {"reversed": True, "amount_reversed": transfer["amount"]}

    def forget_events(self, before: int) -> None:
        """Forget the events from before a time, as Stripe does after 30 days."""
        old = [each["id"] for each in self.all_of("event") if each["created"] < before]
        for event_id in old:
            del self.things[event_id]

    def checkout_of(self, payment_id: str) -> Thing:
        """Return the checkout that a payment belongs to."""
        return self.all_of("checkout.session", payment_intent=payment_id)[0]

    def events(self) -> list[Thing]:
        """Return all events, oldest first."""
        return self.all_of("event")

    def _try(self, session: Thing, status: str) -> Thing:
        assert session["status"] == "open", session["status"]
        if session["payment_intent"] is None:
            made = self._intent(
                amount=session["amount_total"],
                currency=session["currency"],
                metadata=self.intent_metadata[session["id"]],
            )
            session["payment_intent"] = made["id"]
        payment = self.things[session["payment_intent"]]
        self._set_status(payment, status)
        return payment

    def _intent(self, *, amount: int, currency: str, metadata: dict[str, str]) -> Thing:
        made = shapes.intent(
            self.next_id("pi"),
            now=self.clock(),
            amount=amount,
            currency=currency,
            metadata=metadata,
            is_live=self.is_live,
        )
        self.things[made["id"]] = made
        return made

    def _set_status(self, payment: Thing, status: str) -> None:
        last = self.things.get(payment["latest_charge"], {"status": "failed"})
        if last["status"] == "failed":
            made = shapes.charge(self.next_id("ch"), payment, now=self.clock(), status=status)
            self.things[made["id"]] = made
            payment["latest_charge"] = made["id"]
        charge = self.things[payment["latest_charge"]]
        comes = status == "succeeded"
        charge |= {"status": status, "paid": comes, "captured": comes}
        charge["amount_captured"] = charge["amount"] if comes else 0
        words = {"pending": "processing", "failed": "requires_payment_method"}
        payment["status"] = words.get(status, status)
        payment["amount_received"] = payment["amount"] if status == "succeeded" else 0

    def _book(self, dispute: Thing, amount: int) -> None:
        dispute["balance_transactions"].append(
            shapes.booking(
                self.next_id("txn"),
                now=self.clock(),
                amount=amount,
                currency=dispute["currency"],
                source=dispute["id"],
            )
        )

    def _tell(self, kind: str, subject: Thing) -> None:
        made = shapes.event(
            self.next_id("evt"),
            kind,
            copy.deepcopy(subject),
            now=self.clock(),
            is_live=self.is_live,
        )
        self.problems += problems_of_event(made)
        self.things[made["id"]] = made
        self.rings.append(signed(json.dumps(made, indent=2)))

    def next_id(self, prefix: str) -> str:
        """Return an id that nothing has."""
        self._count += 1
        # Ids of Stripe's do not sort by time.
        return f"{prefix}_test_{self._count * 7919 % 10007:05}{self._count}"

    def all_of(self, kind: str, **having: str) -> list[Thing]:
        """Return the things of a kind that have these values, oldest first."""
        return [
            thing
            for thing in self.things.values()
            if thing["object"] == kind and all(thing[k] == v for k, v in having.items())
        ]
