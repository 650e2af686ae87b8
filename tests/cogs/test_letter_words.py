"""What letters say of money whose price nobody tells."""

from typing import Any

import pytest

from bot.payments.provider import NO_CURRENCY
from bot.services.letters import Letter
from bot.texts import texts_for
from cogs.letter_words import letter_embed

TEXTS = texts_for("en-US")
RECEIPT = {
    "code": "K7QM-2PXD",
    "coins": 700,
    "bonus_coins": 0,
    "lost_bonus_coins": 0,
    "debt_coins": 0,
    "price_minor": 999,
    "currency": "EUR",
    "is_test": False,
}
REVIEW = {"reason": "unknown_order", "payment_id": "77", "review_id": 3, "amount_minor": 999}


def letter(kind: str, **facts: Any) -> Letter:
    return Letter(guild_id=7, letter_id=1, member_id=10, kind=kind, facts=facts, tries=0)


@pytest.mark.parametrize(
    ("provider", "fields"),
    [("stripe", ["Price", "Coins", "Order"]), ("discord", ["Coins", "Order"])],
)
def test_a_receipt_states_no_price_that_only_discord_knows(
    provider: str, fields: list[str]
) -> None:
    embed = letter_embed(TEXTS, letter("receipt", **RECEIPT, provider=provider), "")
    assert [field.name for field in embed.fields] == fields


@pytest.mark.parametrize(
    ("currency", "start"),
    [
        ("EUR", "€9.99 came in and was not credited: It names no order"),
        (
            NO_CURRENCY,
            "A payment whose price is not told came in and was not credited: It names no order",
        ),
    ],
)
def test_an_owner_reads_an_amount_only_where_it_is_told(currency: str, start: str) -> None:
    embed = letter_embed(TEXTS, letter("review", **REVIEW, currency=currency), "")
    assert embed.description is not None
    assert embed.description.startswith(start)
    assert "Look at payment `77` where you take money" in embed.description
    assert "XXX" not in embed.description


CLAIM = {
    "claim_id": 3,
    "diamonds": 150,
    "note": "SEPA *7*",
    "left_diamonds": 50,
    "paid_diamonds": 150,
}


@pytest.mark.parametrize(
    "kind",
    [
        "claim_approved",
        "claim_at_bank",
        "claim_not_sent",
        "claim_rejected",
        "claim_failed",
        "claim_part_paid",
        "claim_paid",
    ],
)
@pytest.mark.parametrize(
    ("currency", "amount"), [("EUR", "150 diamonds (€3.00)"), ("", "150 diamonds")]
)
def test_a_claim_is_told_with_its_worth_where_it_has_one(
    kind: str, currency: str, amount: str
) -> None:
    facts = {**CLAIM, "currency": currency, "amount_minor": 300 if currency else 0}
    embed = letter_embed(TEXTS, letter(kind, **facts), "Garden")
    said = f"{embed.title}\n{embed.description}"
    assert "laim #3" in said
    is_returned = kind in {"claim_rejected", "claim_failed"}
    assert ("150 diamonds" if is_returned else amount) in said
    assert "€" in said if currency and not is_returned else "€" not in said
    assert (r"> SEPA \*7\*" in said) == (kind not in {"claim_approved", "claim_at_bank"})
    # A server that plays pays by no bank.
    assert ("bank" in said) == (kind == "claim_at_bank" and bool(currency))
