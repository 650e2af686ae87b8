"""`/promo` where coins have a price: the guild's own packs, and what the bonus is sold for."""

from typing import Any

import aiosqlite
import pytest

from tests.wire.paying import SETUP, Till
from tests.wire.promoting import HAPPY_HOUR, fill, preview, save, send, standing
from tests.wire.sentences import OLD
from tests.wire.town import GUILD_ID, MEMBER_ID, Outcome, Town

ADA = MEMBER_ID["Ada"]
ADD_PACKS = (
    "This server has no packs yet that a promotion could be for. Please add some first, with "
    "`/economy packs usual` or `/economy packs add`."
)


async def opened(town: Town, shown: Outcome) -> Outcome:
    """Open the form that has the packs."""
    return await town.press("Ada", shown.message, shown.button("Who and what"))


def options(asked: Outcome) -> dict[str, str]:
    """Return the packs that a form lists: their labels, by their values."""
    assert asked.outcome == "modal", asked.raw
    fields = [label["component"] for label in asked.raw["modal"]["components"]]
    (packs,) = (field for field in fields if field["custom_id"] == "packs")
    assert packs["max_values"] == len(packs["options"])
    return {one["value"]: one["label"] for one in packs["options"]}


async def remove_packs(town: Town, *removed: int) -> None:
    """Take packs out of the table, which no command does."""

    async def write(connection: aiosqlite.Connection) -> None:
        for coins in removed:
            await connection.execute_fetchall("DELETE FROM pack WHERE coins = ?", (coins,))

    await town.bot.economy.books.do(write)


def cost(shown: Outcome) -> list[str]:
    """Return the lines that tell what a promotion costs."""
    _, after = shown.text.split("At most it costs\n")
    return after.splitlines()[:3]


# The packs.


async def test_the_form_lists_the_guilds_packs_with_their_prices(till: Till) -> None:
    packs = till.town.bot.economy.packs
    await packs.hide(GUILD_ID, ADA, 700)
    await packs.move(GUILD_ID, ADA, 1_400, 1)
    asked = await opened(till.town, await preview(till.town))
    assert options(asked) == {
        "1400": "1,400 coins · €19.99",
        "350": "350 coins · €4.99",
        "700": "700 coins · €9.99 · hidden",
    }
    assert list(options(asked)) == ["1400", "350", "700"]
    shown = await send(till.town, asked, packs=["1400", "700"])
    assert "**20% more coins** on the packs of 700 and 1,400 coins" in shown.text
    assert standing(await opened(till.town, shown))["packs"] == ["1400", "700"]
    await save(till.town, shown)
    promotion = await till.town.bot.economy.promotions.find(GUILD_ID, 1)
    assert promotion.plan.terms.packs == (700, 1_400)


async def test_a_menu_has_room_for_all_packs_that_a_guild_can_have(till: Till) -> None:
    for coins in range(1, 23):
        await till.town.bot.economy.packs.put(GUILD_ID, ADA, coins, coins)
    asked = await opened(till.town, await preview(till.town))
    assert len(options(asked)) == 25
    shown = await send(till.town, asked, packs=list(options(asked)))
    assert "20, 21, 22" in shown.text


async def test_the_form_of_a_paid_guild_is_answered_after_a_restart(till: Till) -> None:
    asked = await opened(till.town, await preview(till.town))
    await till.town.restart()
    shown = await send(till.town, asked, packs=["1400"])
    assert "on the packs of 1,400 coins" in shown.text


async def test_a_pack_that_is_gone_breaks_no_form_that_had_it(till: Till) -> None:
    shown = await fill(till.town, await preview(till.town), "Who and what", packs=["350", "700"])
    await remove_packs(till.town, 700)
    refused = await fill(till.town, shown, "Limits", budget="500")
    sentence = "⚠️ This server has no pack of 700 coins. Choose among the packs it has, or none"
    assert refused.text.startswith(sentence)
    asked = await opened(till.town, shown)
    assert list(options(asked)) == ["350", "1400"]
    assert standing(asked)["packs"] == ["350"]
    assert "on the packs of 350 coins" in (await send(till.town, asked)).text


async def test_a_pack_that_goes_while_a_form_is_open_does_not_make_it_all_packs(
    till: Till,
) -> None:
    asked = await opened(till.town, await preview(till.town))
    await remove_packs(till.town, 700)
    await till.town.restart()
    refused = await send(till.town, asked, name="Rose Hour", packs=["700"])
    assert refused.text.startswith("⚠️ This server has no pack of 700 coins.")
    again = await till.town.press("Ada", refused.message, refused.button("Try again"))
    assert list(options(again)) == ["350", "1400"]
    assert standing(again)["packs"] is None
    assert standing(again)["name"] == "Rose Hour"


async def test_a_form_that_was_opened_in_play_mode_is_too_old(town: Town) -> None:
    asked = await opened(town, await preview(town))
    till = Till(town)
    await till.by_truth()
    await till.begin()
    await town.refuses(send(town, asked, packs=["700"]), OLD)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"least": "1401"}, "⚠️ The largest pack here has 1,400 coins, so none has 1,401 or more."),
        ({"packs": ["350"], "least": "700"}, "⚠️ No pack would bring a bonus that way."),
    ],
)
async def test_what_no_pack_of_the_guild_would_bring_is_refused(
    till: Till, values: dict[str, Any], sentence: str
) -> None:
    refused = await fill(till.town, await preview(till.town), "Who and what", **values)
    assert refused.text.startswith(sentence)
    assert "on every pack" in refused.text


async def test_without_packs_an_admin_is_told_to_add_some_first(town: Town) -> None:
    till = Till(town)
    await till.by_truth()
    await town.bot.economy.seasons.begin_paid(GUILD_ID, MEMBER_ID["Olive"], SETUP)
    refused = await town.type("Ada", "promo create", **HAPPY_HOUR)
    assert refused.text == ADD_PACKS
    assert refused.labels == ["Try again"]
    await town.type("Ada", "economy packs add", coins=100, price="1.99")
    shown = await fill(town, refused, "Try again")
    assert "**20% more coins** on every pack" in shown.text


async def test_a_form_whose_packs_are_all_gone_is_not_opened(till: Till) -> None:
    shown = await preview(till.town)
    await remove_packs(till.town, 350, 700, 1_400)
    await till.town.refuses(opened(till.town, shown), ADD_PACKS)


# The money.


async def test_a_preview_tells_what_the_bonus_costs(till: Till) -> None:
    shown = await preview(till.town)
    assert cost(shown) == [
        "For one purchase: 280 coins (€4.00)",
        "For one member in a window: no limit",
        "In all: no limit",
    ]
    shown = await fill(till.town, shown, "Limits", coins="1", budget="5000")
    assert cost(shown) == [
        "For one purchase: 1 coin (€0.02)",
        "For one member in a window: 1 coin (€0.02)",
        "In all: 5,000 coins (€71.40)",
    ]
    await save(till.town, shown)
    edited = await till.town.type("Ada", "promo edit", promotion=1)
    assert cost(edited) == cost(shown)


async def test_play_mode_speaks_of_no_money(town: Town) -> None:
    shown = await preview(town)
    asked = await opened(town, shown)
    assert options(asked)["70"] == "70 coins"
    shown = await fill(town, await send(town, asked, packs=["700"]), "Limits", budget="5000")
    assert cost(shown) == [
        "For one purchase: 140 coins",
        "For one member in a window: 5,000 coins",
        "In all: 5,000 coins",
    ]
    saved = await save(town, shown)
    told = await town.type("Ada", "promo show", promotion=1)
    for seen in (shown, saved, told):
        assert not any(sign in seen.text for sign in ("€", "$", "price"))
    assert not any("·" in label for label in options(asked).values())
