"""What a coin costs in a guild: without a discount, and never from before a change."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from bot.currencies import CoinPrice
from bot.ledger.books import Books
from bot.services.coin_prices import CoinPrices
from bot.services.economy import Economy
from tests.services.conftest import ADMIN_ID, GUILD_ID
from tests.services.paid import OWNER_ID, SETUP, Paid

PRICES_MINOR = {1_400: 1_999, 350: 499, 700: 999}
# Of the three packs, a coin costs most in the largest.
DEAREST = CoinPrice(Fraction(1_999, 1_400), "EUR")


@pytest.fixture
async def selling(economy: Economy) -> Economy:
    await Paid(economy).begin()
    for coins, price_minor in PRICES_MINOR.items():
        await economy.packs.put(GUILD_ID, ADMIN_ID, coins, price_minor)
    assert await economy.coin_prices.of(GUILD_ID) == DEAREST
    return economy


async def priced(economy: Economy) -> CoinPrice | None:
    """Return the price at hand, which must be the one that the database says."""
    price = await economy.coin_prices.of(GUILD_ID)
    assert price == await CoinPrices(economy.books).of(GUILD_ID)
    return price


async def test_where_a_guild_plays_coins_have_no_price(economy: Economy) -> None:
    assert await priced(economy) is None


async def test_without_a_pack_that_can_be_bought_coins_have_no_price(economy: Economy) -> None:
    await Paid(economy).begin()
    assert await priced(economy) is None
    await economy.packs.put(GUILD_ID, ADMIN_ID, 70, 99)
    await economy.packs.hide(GUILD_ID, ADMIN_ID, 70)
    assert await priced(economy) is None


async def test_two_prices_that_a_float_cannot_tell_apart_are_told_apart(selling: Economy) -> None:
    # A third, and a ten-millionth of a billionth more.
    await selling.packs.put(GUILD_ID, ADMIN_ID, 999_999_999, 999_999_999 * 5)
    await selling.packs.put(GUILD_ID, ADMIN_ID, 999_999_998, 999_999_998 * 5 + 1)
    assert await priced(selling) == CoinPrice(Fraction(999_999_998 * 5 + 1, 999_999_998), "EUR")


Change = Callable[[Economy], Awaitable[object]]


def _setup(economy: Economy, **values: str) -> Awaitable[object]:
    return economy.seasons.change_setup(GUILD_ID, OWNER_ID, replace(SETUP, **values))


CHANGES: dict[str, tuple[Change, Fraction | None]] = {
    "add": (lambda e: e.packs.put(GUILD_ID, ADMIN_ID, 10, 99), Fraction(99, 10)),
    "price": (lambda e: e.packs.put(GUILD_ID, ADMIN_ID, 1_400, 1_000), Fraction(999, 700)),
    "hide": (lambda e: e.packs.hide(GUILD_ID, ADMIN_ID, 1_400), Fraction(999, 700)),
    "usual": (lambda e: e.packs.put_defaults(GUILD_ID, ADMIN_ID), Fraction(24_999, 17_500)),
    "move": (lambda e: e.packs.move(GUILD_ID, ADMIN_ID, 1_400, 3), DEAREST.minor),
    "setting": (
        lambda e: e.guilds.change_setting(GUILD_ID, ADMIN_ID, "open", "off"),
        DEAREST.minor,
    ),
    "set-up": (lambda e: _setup(e, support_url="https://example.org/us"), DEAREST.minor),
    "play": (lambda e: e.seasons.begin_play(GUILD_ID, OWNER_ID), None),
}


@pytest.mark.parametrize(("change", "price"), CHANGES.values(), ids=list(CHANGES))
async def test_a_change_is_known_at_once(
    selling: Economy, change: Change, price: Fraction | None
) -> None:
    await change(selling)
    assert await priced(selling) == (price and CoinPrice(price, "EUR"))


async def test_a_pack_that_is_shown_again_counts_again(selling: Economy) -> None:
    await selling.packs.hide(GUILD_ID, ADMIN_ID, 1_400)
    assert await priced(selling) != DEAREST
    await selling.packs.show(GUILD_ID, ADMIN_ID, 1_400)
    assert await priced(selling) == DEAREST


async def test_a_new_season_has_the_prices_of_its_own_currency(selling: Economy) -> None:
    await selling.seasons.begin_play(GUILD_ID, OWNER_ID)
    assert await priced(selling) is None
    await selling.seasons.begin_paid(GUILD_ID, OWNER_ID, replace(SETUP, currency="JPY"))
    assert await priced(selling) is None
    await selling.packs.put(GUILD_ID, ADMIN_ID, 70, 150)
    assert await priced(selling) == CoinPrice(Fraction(150, 70), "JPY")


async def test_at_discord_a_coin_costs_what_the_list_says_of_packs_that_are_sold_there(
    selling: Economy,
) -> None:
    await _setup(selling, provider="discord")
    assert await priced(selling) is None
    await selling.packs.set_sku(GUILD_ID, ADMIN_ID, 350, 5)
    assert await priced(selling) == CoinPrice(Fraction(499, 350), "EUR")
    await _setup(selling, provider="manual")
    assert await priced(selling) == DEAREST


async def test_a_guilds_change_says_nothing_about_another_guild(selling: Economy) -> None:
    assert await selling.coin_prices.of(GUILD_ID + 1) is None
    await selling.packs.hide(GUILD_ID, ADMIN_ID, 1_400)
    assert await selling.coin_prices.of(GUILD_ID + 1) is None


async def test_what_is_at_hand_is_not_read_again(
    selling: Economy, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await selling.coin_prices.of(GUILD_ID + 1) is None
    monkeypatch.setattr(books, "read", None)
    assert await selling.coin_prices.of(GUILD_ID) == DEAREST
    assert await selling.coin_prices.of(GUILD_ID + 1) is None


async def test_a_price_that_changes_while_it_is_read_is_not_kept(
    selling: Economy, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    prices, read = CoinPrices(books), books.read

    async def overtaken(sql: str, parameters: tuple[object, ...] = ()) -> list[Any]:
        rows = await read(sql, parameters)
        if "FROM pack" in sql:
            await selling.packs.put(GUILD_ID, ADMIN_ID, 10, 99)
        return rows

    with monkeypatch.context() as patched:
        patched.setattr(books, "read", overtaken)
        assert await prices.of(GUILD_ID) == DEAREST
    assert await prices.of(GUILD_ID) == CoinPrice(Fraction(99, 10), "EUR")
