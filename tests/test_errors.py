"""The tree of errors: what a person reads is on the error itself, and says what to do next."""

import string
from collections.abc import Iterator
from dataclasses import fields

import pytest

from bot import (
    calendar_errors,
    claim_errors,
    earnings_errors,
    errors,
    live_errors,
    paid_errors,
    payment_errors,
    payout_errors,
    promotion_errors,
    rate_errors,
    split_errors,
)
from bot.currencies import Money
from bot.errors import (
    BouquetError,
    ClaimOverDayLimit,
    LedgerError,
    NotEnoughCoins,
    Refusal,
    SettingOutOfBounds,
    StartError,
    Told,
    TryAgain,
)
from bot.payment_errors import PaymentError
from bot.texts import texts_for


def subclasses_of(kind: type[BouquetError]) -> Iterator[type[BouquetError]]:
    for child in kind.__subclasses__():
        yield child
        yield from subclasses_of(child)


ALL = sorted(set(subclasses_of(BouquetError)), key=lambda kind: kind.__name__)
BRANCHES = (StartError, LedgerError, PaymentError, Told)
TOLD = [kind for kind in ALL if issubclass(kind, Told) and kind not in {Told, TryAgain, Refusal}]


def sample(kind: type[Told]) -> Told:
    """Return an error whose fields have values of their types."""
    values = {"int": 1_800_000_000, "str": "something {odd}", "Money": Money(1_099, "EUR")}
    return kind(*(values[str(getattr(each.type, "__name__", each.type))] for each in fields(kind)))


def placeholders(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def test_errors_live_in_few_modules() -> None:
    assert {kind.__module__ for kind in ALL} == {
        errors.__name__,
        calendar_errors.__name__,
        claim_errors.__name__,
        paid_errors.__name__,
        promotion_errors.__name__,
        paid_errors.__name__,
        payment_errors.__name__,
        earnings_errors.__name__,
        live_errors.__name__,
        rate_errors.__name__,
        split_errors.__name__,
        payout_errors.__name__,
    }


def test_every_error_is_in_the_tree_of_the_modules_docstring() -> None:
    modules = (earnings_errors, errors, payment_errors, payout_errors)
    drawn = "".join(module.__doc__ or "" for module in modules)
    branches = {StartError, LedgerError, PaymentError, Told, TryAgain, Refusal}
    named = branches | {kind for kind in ALL if not issubclass(kind, Refusal)}
    assert [kind.__name__ for kind in named if kind.__name__ not in drawn] == []


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_error_says_what_it_is_and_is_of_one_branch(kind: type[BouquetError]) -> None:
    assert kind.__doc__
    assert not kind.__doc__.startswith(f"{kind.__name__}(")  # what dataclass writes by itself
    assert sum(issubclass(kind, branch) for branch in BRANCHES) == 1


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: kind.__name__)
def test_every_sentence_uses_exactly_the_fields_there_are(kind: type[Told]) -> None:
    names = {each.name for each in fields(kind)}
    assert placeholders(kind.message) == names
    sentence = sample(kind).sentence(texts_for("en-US"))
    assert "something {odd}" in sentence or "str" not in {
        str(getattr(each.type, "__name__", each.type)) for each in fields(kind)
    }
    assert str(sample(kind)) == sentence


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: kind.__name__)
def test_every_message_is_whole_sentences(kind: type[Told]) -> None:
    assert kind.message.endswith(".")
    assert kind.message[0].isupper() or kind.message[0] in "{“"


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: kind.__name__)
def test_no_two_errors_share_a_sentence(kind: type[Told]) -> None:
    assert [other for other in TOLD if other.message == kind.message] == [kind]


@pytest.mark.parametrize("locale", ["de", "ja", "pt-BR"])
def test_numbers_in_a_sentence_are_the_readers(locale: str) -> None:
    texts = texts_for(locale)
    assert texts.number(5_000) in NotEnoughCoins(1, 5_000).sentence(texts)


def test_a_sentence_has_its_values_in_their_units() -> None:
    assert (
        str(NotEnoughCoins(1, 1_200)) == "You have 1 coin and this costs 1,200. `/buy` gets more."
    )
    assert "<t:1800000000:R>" in str(ClaimOverDayLimit(300, 0, 1_800_000_000))
    assert str(SettingOutOfBounds("fee_percent", "a whole number from 0 to 90", "91")) == (
        "“fee_percent” takes a whole number from 0 to 90; “91” is not one of them. "
        "Nothing was changed."
    )


def test_two_refusals_alike_are_still_two_events() -> None:
    assert NotEnoughCoins(1, 2) != NotEnoughCoins(1, 2)
    assert len({NotEnoughCoins(1, 2), NotEnoughCoins(1, 2)}) == 2
