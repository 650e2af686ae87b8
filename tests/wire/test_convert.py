"""`/convert`: earned coins become diamonds, rounded down, the odd coins stay."""

from typing import Any

import pytest

from tests.wire.paying import Till
from tests.wire.sentences import CLOSED, INVALID_FORM
from tests.wire.town import Town


@pytest.fixture
async def earned(town: Town) -> Town:
    """A town in which Luna has earned 101 coins."""
    await town.earn("Luna", 101)
    return town


async def test_all_coins_become_diamonds_when_no_number_is_given(earned: Town) -> None:
    converted = await earned.type("Luna", "convert")
    assert converted.is_private
    assert converted.text == (
        "101 coins → 💎 101 diamonds\n"
        "Rate: 1 coin → 1 diamond\n"
        "You now have **101 diamonds** to `/claim request`. Left to convert: 0 coins.\n"
        "Receipt #3"
    )


async def test_a_number_converts_so_many(earned: Town) -> None:
    converted = await earned.type("Luna", "convert", coins=40)
    assert "40 coins → 💎 40 diamonds" in converted.text
    assert "Left to convert: 61 coins." in converted.text


async def test_odd_coins_stay_when_the_rate_rounds_down(earned: Town) -> None:
    await earned.type("Ada", "economy rate", paid="1/3", applies="earlier")
    await earned.type("Ada", "economy rate", bonus="1/3", applies="earlier")
    converted = await earned.type("Luna", "convert")
    assert "99 coins → 💎 33 diamonds\nRate: 3 coins → 1 diamond\n" in converted.text
    assert "Left to convert: 2 coins." in converted.text


async def test_two_rates_are_both_shown(earned: Town) -> None:
    await earned.type("Ada", "economy rate", bonus="1/2", applies="earlier")
    converted = await earned.type("Luna", "convert")
    assert "100 coins → 💎 50 diamonds" in converted.text
    assert "Rate: 1 coin → 1 diamond; from bonus coins 2 coins → 1 diamond" in converted.text


async def test_more_than_was_earned_is_refused(earned: Town) -> None:
    await earned.refuses(
        earned.type("Luna", "convert", coins=102),
        "You have 101 coins to convert, not 102. `/convert` alone converts all.",
    )


async def test_nothing_to_convert_is_refused(town: Town) -> None:
    await town.refuses(
        town.type("Mia", "convert"),
        "You have no earned coins to convert yet. Gifts you receive show in `/earnings show`.",
    )


async def test_so_little_that_it_yields_nothing_is_refused(earned: Town) -> None:
    await earned.type("Ada", "economy rate", paid="1/3", applies="earlier")
    await earned.type("Ada", "economy rate", bonus="1/3", applies="earlier")
    await earned.refuses(
        earned.type("Luna", "convert", coins=2),
        "2 coins would yield no diamond at 1/3 diamonds a coin. Convert more.",
    )


@pytest.mark.parametrize("coins", [0, -1, "all", 1.5])
async def test_discord_passes_on_no_amount_that_is_not_a_whole_number_above_zero(
    earned: Town, coins: Any
) -> None:
    await earned.discord_refuses(earned.type("Luna", "convert", coins=coins), INVALID_FORM)


@pytest.mark.parametrize(
    ("coins", "sentence"),
    [
        (0, "You have 101 coins to convert, not 0. `/convert` alone converts all."),
        (-5, "You have 101 coins to convert, not -5. `/convert` alone converts all."),
        (
            2**60,
            (
                "You have 101 coins to convert, not 1,152,921,504,606,846,976. "
                "`/convert` alone converts all."
            ),
        ),
        ("all", "“all” is not a whole number. Please type digits only, such as 10."),
        (1.5, "“1.5” is not a whole number. Please type digits only, such as 10."),
    ],
)
async def test_a_forged_amount_is_refused_by_the_bot(
    earned: Town, coins: Any, sentence: str
) -> None:
    await earned.refuses(earned.type("Luna", "convert", coins=coins, force=True), sentence)


async def test_a_closed_economy_converts_nothing(earned: Town) -> None:
    await earned.type("Ada", "economy settings", setting="open", value="off")
    await earned.refuses(earned.type("Luna", "convert"), CLOSED)


async def test_coins_from_bonus_coins_that_yield_nothing_are_told_so(town: Town) -> None:
    await town.type("Ada", "economy grant", member="Mia", coins=50, reason="hello")
    await town.type("Mia", "gift", streamer="Luna", gift="tulip")
    await town.type("Ada", "economy rate", bonus="0", applies="earlier")
    await town.refuses(
        town.type("Luna", "convert"),
        "Coins that came from bonus coins yield no diamonds in this server.",
    )


async def test_where_coins_are_sold_a_streamer_is_told_that_prices_are_not_the_pay(
    till: Till,
) -> None:
    await till.buy("Mia", 350)
    hold = await till.town.type("Ada", "economy hold")
    assert "until then a refund can take it back." in hold.text
    await till.town.type("Ada", "economy hold", days=0)
    await till.town.type("Mia", "gift", streamer="Luna", gift="posy")
    assert await till.town.choices("Luna", "convert", "coins", coins="") == [
        {"name": "299 coins (€4.27) → 299 diamonds", "value": 299}
    ]
    converted = await till.town.type("Luna", "convert", coins=200)
    assert converted.text.startswith(
        "200 coins (€2.86) → 💎 200 diamonds\nRate: 1 coin → 1 diamond"
    )
    assert (
        "Left to convert: 99 coins (€1.42).\n"
        "-# In brackets: what members pay for as many coins here, not what you are paid."
        in converted.text
    )
