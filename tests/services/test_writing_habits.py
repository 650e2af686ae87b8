"""How people write days: what the locales of Discord say about it."""

import pytest

from bot.services.writing_habits import ENGLISH, Habits, Order, habits_of

DAY, MONTH = Order.DAY_FIRST, Order.MONTH_FIRST


@pytest.mark.parametrize(
    ("locale", "habits"),
    [
        ("en-US", Habits(("en",), MONTH, DAY)),
        ("en-GB", Habits(("en",), DAY, DAY)),
        ("de", Habits(("de", "en"), DAY, DAY)),
        ("no", Habits(("nb", "en"), DAY, DAY)),
        ("pt-BR", Habits(("pt", "en"), DAY, DAY)),
        ("zh-TW", Habits(("zh", "en"), MONTH, DAY)),
        ("ko", Habits(("ko", "en"), MONTH, MONTH)),
    ],
)
def test_a_locale_has_its_words_and_its_order(locale: str, habits: Habits) -> None:
    assert habits_of(locale) == habits


def test_the_first_locale_decides_the_order_and_all_of_them_the_words() -> None:
    assert habits_of("en-US", "de") == Habits(("de", "en"), MONTH, DAY)
    assert habits_of("de", "en-US") == Habits(("de", "en"), DAY, DAY)
    assert habits_of("de", "fr") == Habits(("de", "fr", "en"), DAY, DAY)
    assert habits_of("es-ES", "es-419") == habits_of("es-ES")


@pytest.mark.parametrize("locale", ["", "xx-YY", "not a locale"])
def test_of_an_unknown_locale_nothing_is_known_but_english(locale: str) -> None:
    assert habits_of(locale) == habits_of() == ENGLISH
    assert habits_of(locale, "de") == habits_of("de")


def test_a_language_that_is_not_read_still_has_its_order() -> None:
    assert habits_of("sw") == Habits(("en",), DAY, DAY)


def test_the_other_order_is_the_other() -> None:
    assert (DAY.other, MONTH.other) == (MONTH, DAY)
