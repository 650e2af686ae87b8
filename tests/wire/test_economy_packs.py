"""`/economy packs`, `/economy limits`: prices typed as people write money, and who spends what."""

from typing import Any

import pytest

from bot.services.packs import MOST_PACK_COINS
from tests.wire.paying import Till
from tests.wire.selling import PAID_ONLY, offer_ways, open_to_all
from tests.wire.sentences import INVALID_FORM
from tests.wire.town import GUILD_ID, MEMBER_ID, Outcome, Town

FOOT = "Orders that were made keep the price they were made at."
LIST = "` 1` 🪙 **350** · €4.99\n` 2` 🪙 **700** · €9.99\n` 3` 🪙 **1,400** · €19.99"
NOT_MONEY = "“{typed}” is no amount in EUR. Please type it like €4.99."
NO_PACK = "No pack of 71 coins has a price here. `/economy packs show` says those there are."
NO_SKU = "That is no SKU id. Copy the long number from Discord's developer portal."
CHANGES: dict[str, dict[str, Any]] = {
    "add": {"coins": 70, "price": "0.99"},
    "price": {"coins": 350, "price": "3.99"},
    "hide": {"coins": 350},
    "unhide": {"coins": 350},
    "move": {"coins": 350, "position": 2},
    "sku": {"coins": 350, "sku": "77"},
    "usual": {},
}


async def packs(town: Town, what: str, **options: Any) -> Outcome:
    """Let Ada do something about packs."""
    return await town.type("Ada", f"economy packs {what}", **options)


async def test_packs_are_shown_in_their_order_with_their_prices(till: Till) -> None:
    shown = await packs(till.town, "show")
    assert shown.is_private
    assert shown.text == f"Packs\n{LIST}\n{FOOT}"


@pytest.mark.parametrize("what", ["show", *CHANGES])
async def test_a_server_that_plays_has_no_prices(town: Town, what: str) -> None:
    await town.refuses(packs(town, what, **CHANGES.get(what, {})), PAID_ONLY)


async def test_a_new_pack_comes_last(till: Till) -> None:
    added = await packs(till.town, "add", coins=70, price="0.99")
    assert added.text.startswith("Packs\n**70 coins** cost **€0.99** now.\n\n` 1` 🪙 **350**")
    assert "` 4` 🪙 **70** · €0.99" in added.text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("4,99", "€4.99"),
        ("€ 5", "€5.00"),
        ("12.50 eur", "€12.50"),
        ("1,234.50", "€1,234.50"),
        ("1.234,50", "€1,234.50"),
    ],
)
async def test_prices_are_typed_as_people_write_money(till: Till, typed: str, shown: str) -> None:
    added = await packs(till.town, "add", coins=70, price=typed)
    assert f"**70 coins** cost **{shown}** now." in added.text


async def test_a_german_reads_and_writes_prices_the_german_way(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.interaction_payload.GUILD_LOCALE", "de")
    # What Discord tells of people it has seen is made once, and Ada has been here before.
    added = await till.town.type("Olive", "economy packs add", coins=70, price="1.234")
    assert "1.234,00\xa0€" in added.text


async def test_adding_a_pack_that_is_there_changes_its_price(till: Till) -> None:
    changed = await packs(till.town, "add", coins=350, price="3")
    assert "` 1` 🪙 **350** · €3.00" in changed.text
    assert "` 4`" not in changed.text


async def test_a_pack_gets_another_price(till: Till) -> None:
    changed = await packs(till.town, "price", coins=700, price="8.49")
    assert "**700 coins** cost **€8.49** now." in changed.text
    assert "700 · €8.49" in (await till.town.type("Mia", "buy")).labels


async def test_an_order_that_was_made_keeps_its_price(till: Till) -> None:
    ordered = await till.order("Mia", 700)
    await packs(till.town, "price", coins=700, price="20")
    assert "€9.99" in ordered.text
    await till.pay()
    assert "€9.99" in (await till.town.type("Mia", "purchases")).text


@pytest.mark.parametrize("what", ["price", "hide", "unhide", "move", "sku"])
async def test_a_pack_that_is_not_there_cannot_be_changed(till: Till, what: str) -> None:
    options = CHANGES[what] | {"coins": 71}
    await till.town.refuses(packs(till.town, what, **options), NO_PACK)


@pytest.mark.parametrize("typed", ["free", "4.999", "-1", "4.99 USD"])
async def test_what_is_no_money_is_no_price(till: Till, typed: str) -> None:
    action = packs(till.town, "add", coins=70, price=typed)
    await till.town.refuses(action, NOT_MONEY.format(typed=typed))


@pytest.mark.parametrize("typed", ["0", "10000000000.01"])
async def test_a_price_has_bounds(till: Till, typed: str) -> None:
    await till.town.refuses(
        packs(till.town, "add", coins=70, price=typed),
        "Please type an amount of money from €0.01 to €10,000,000,000.00.",
    )


async def test_a_pack_has_bounds(till: Till) -> None:
    await till.town.discord_refuses(packs(till.town, "add", coins=0, price="1"), INVALID_FORM)
    await till.town.refuses(
        packs(till.town, "add", coins=MOST_PACK_COINS + 1, price="1"),
        "A pack can have from 1 to 1,000,000,000 coins.",
    )


async def test_a_server_has_so_many_packs_and_no_more(till: Till) -> None:
    town = till.town
    for coins in range(1, 23):
        await town.bot.economy.packs.put(GUILD_ID, MEMBER_ID["Ada"], coins, 100)
    full = "A server can have up to 25 packs. Change the price of one that is there."
    await town.refuses(packs(town, "add", coins=50, price="1"), full)
    await town.refuses(packs(town, "usual"), full)
    shown = await packs(town, "show")
    assert "`25` 🪙 **22** · €1.00" in shown.text


async def test_a_hidden_pack_is_offered_no_more_until_it_is_unhidden(till: Till) -> None:
    hidden = await packs(till.town, "hide", coins=700)
    assert hidden.text.startswith("Packs\nThe pack of **700 coins** is hidden now.")
    assert "` 2` ~~🪙 **700** · €9.99~~ · hidden" in hidden.text
    assert (await till.town.type("Mia", "buy")).labels == ["350 · €4.99", "1,400 · €19.99"]
    shown = await packs(till.town, "unhide", coins=700)
    assert "The pack of **700 coins** is for sale again." in shown.text
    assert "700 · €9.99" in (await till.town.type("Mia", "buy")).labels


async def test_when_all_packs_are_hidden_the_admin_is_told(till: Till) -> None:
    for coins in (350, 700, 1_400):
        shown = await packs(till.town, "hide", coins=coins)
    assert "⚠️ There is no pack to buy yet." in shown.text


async def test_packs_move(till: Till) -> None:
    moved = await packs(till.town, "move", coins=1_400, position=1)
    assert moved.text.startswith("Packs\n` 1` 🪙 **1,400** · €19.99\n` 2` 🪙 **350** · €4.99")
    moved = await packs(till.town, "move", coins=1_400, position=99)
    assert "` 3` 🪙 **1,400** · €19.99" in moved.text
    await till.town.restart()
    assert (await packs(till.town, "show")).text == moved.text


async def test_a_pack_gets_discords_number_and_loses_it(till: Till) -> None:
    number = "1234567890123456789"
    shown = await packs(till.town, "sku", coins=700, sku=f" {number} ")
    assert f"` 2` 🪙 **700** · €9.99 · SKU `{number}`" in shown.text
    await till.town.refuses(
        packs(till.town, "sku", coins=350, sku=number),
        "Your pack of 700 coins has that SKU already. Every pack needs its own.",
    )
    shown = await packs(till.town, "sku", coins=700, sku="none")
    assert "SKU" not in shown.text


@pytest.mark.parametrize("typed", ["abc", "-5", "1.5", "١٢٣", "9" * 19, "9" * 20])
async def test_what_is_no_number_of_discords_is_refused(till: Till, typed: str) -> None:
    await till.town.refuses(packs(till.town, "sku", coins=700, sku=typed), NO_SKU)


async def test_usual_packs_come_beside_those_that_are_there(till: Till) -> None:
    await packs(till.town, "price", coins=700, price="8")
    shown = await packs(till.town, "usual")
    assert "The usual packs are there. `/economy packs price` changes one." in shown.text
    assert "🪙 **17,500** · €249.99" in shown.text
    assert "🪙 **700** · €8.00" in shown.text
    assert "` 8`" not in shown.text


async def test_without_usual_prices_of_the_currency_packs_are_added_one_by_one(
    town: Town,
) -> None:
    await offer_ways(town, "truth")
    await Till(town).begin(currency="ISK")
    await town.refuses(
        packs(town, "usual"),
        "There are no usual prices for ISK. Please add packs with `/economy packs add`.",
    )


async def test_packs_are_suggested_by_what_can_be_done_with_them(till: Till) -> None:
    town = till.town
    await packs(town, "hide", coins=700)

    async def suggested(what: str, typed: str = "", person: str = "Ada") -> list[int]:
        choices = await town.choices(person, f"economy packs {what}", "coins", coins=typed)
        return [choice["value"] for choice in choices]

    assert await suggested("price") == await suggested("move") == await suggested("sku")
    assert await suggested("price") == [350, 700, 1_400]
    assert await suggested("hide") == [350, 1_400]
    assert await suggested("unhide") == [700]
    assert await suggested("price", "3") == [350]
    choices = await town.choices("Ada", "economy packs hide", "coins", coins="3")
    assert choices == [{"name": "350 coins · €4.99", "value": 350}]


async def test_packs_are_suggested_to_nobody_but_admins(till: Till) -> None:
    open_to_all(till.town, "economy")
    for what in ("price", "hide", "move", "sku"):
        command = f"economy packs {what}"
        assert await till.town.choices("Ada", command, "coins", coins="")
        assert await till.town.choices("Mia", command, "coins", coins="") == []


# `/economy limits`


async def limits(town: Town, **options: Any) -> Outcome:
    """Let Ada look at the limits or change one."""
    return await town.type("Ada", "economy limits", **options)


async def test_limits_begin_as_none(till: Till) -> None:
    shown = await limits(till.town)
    assert shown.is_private
    assert shown.text == (
        "What members can spend on coins\n"
        "Each member in 24 hours: no limit\n"
        "Each member in 7 days: no limit\n"
        "Each member in 30 days: no limit\n"
        "New buyers in 24 hours: no limit\n\n"
        "`/economy limits limit: amount:` changes one. Members set themselves lower ones with"
        " `/limits`."
    )


@pytest.mark.parametrize(
    ("limit", "words"),
    [("day", "24 hours"), ("week", "7 days"), ("month", "30 days")],
)
async def test_a_limit_holds_members_back_until_it_is_taken_off(
    till: Till, limit: str, words: str
) -> None:
    shown = await limits(till.town, limit=limit, amount="12,50")
    assert f"Each member in {words}: **€12.50**" in shown.text
    refused = await till.town.type("Mia", "buy", pack=1_400)
    assert refused.text == (
        f"This costs €19.99, and this server's limit for {words} is €12.50."
        " Please choose a smaller pack."
    )
    shown = await limits(till.town, limit=limit, amount="None")
    assert f"Each member in {words}: no limit" in shown.text
    await till.order("Mia", 1_400)


async def test_new_buyers_have_a_limit_of_their_own(till: Till) -> None:
    shown = await limits(till.town, limit="new", amount="10")
    assert "New buyers in 24 hours: **€10.00**" in shown.text
    assert "-# New is whoever first bought less than 7 days ago." in shown.text
    refused = await till.town.type("Mia", "buy", pack=1_400)
    assert "this server's limit for new buyers in 24 hours is €10.00" in refused.text
    shown = await limits(till.town, limit="new", amount="20", days=1)
    assert "-# New is whoever first bought less than 1 day ago." in shown.text
    shown = await limits(till.town, limit="new", amount="0")
    assert "New buyers in 24 hours: no limit" in shown.text


@pytest.mark.parametrize(
    "options", [{"limit": "day"}, {"amount": "5"}, {"days": 3}, {"limit": "new", "days": 3}]
)
async def test_half_a_limit_is_asked_for_whole(till: Till, options: dict[str, Any]) -> None:
    await till.town.refuses(
        limits(till.town, **options),
        "Please give both: whom and how long the limit is for, and the most they can spend, such as"
        " €50.00, or “none”.",
    )


async def test_days_belong_to_new_buyers(till: Till) -> None:
    await till.town.refuses(
        limits(till.town, limit="day", amount="5", days=3),
        "Only the limit for new buyers takes a number of days. Please leave it out.",
    )


@pytest.mark.parametrize("limit", ["day", "new"])
async def test_a_limit_is_an_amount_of_money(till: Till, limit: str) -> None:
    await till.town.refuses(
        limits(till.town, limit=limit, amount="much"), NOT_MONEY.format(typed="much")
    )
    await till.town.refuses(
        limits(till.town, limit=limit, amount="10000000000.01"),
        "Please type an amount of money from €0.00 to €10,000,000,000.00.",
    )


async def test_days_have_bounds(till: Till) -> None:
    for days in (0, 91):
        asked = limits(till.town, limit="new", amount="5", days=days)
        await till.town.discord_refuses(asked, INVALID_FORM)
    await till.town.refuses(
        limits(till.town, limit="new", amount="5", days=91, force=True),
        "The amount must be from 0 to 90.",
    )


async def test_a_server_that_plays_limits_nothing(town: Town) -> None:
    await town.refuses(limits(town), PAID_ONLY)
    await town.refuses(limits(town, limit="day", amount="5"), PAID_ONLY)
