"""What opens while one types: gifts with prices, packs, amounts, settings."""

import logging

import pytest

from bot.services.catalogue import GIFTS
from bot.services.orders import PACKS_COINS
from bot.services.settings import SETTINGS
from tests.wire.town import Town


async def test_gifts_come_with_prices_cheapest_first(town: Town) -> None:
    await town.grant("Mia", 50_000)
    choices = await town.choices("Mia", "gift", "gift", streamer="Luna", gift="")
    assert [choice["value"] for choice in choices] == [gift.code for gift in GIFTS[:25]]
    assert choices[0]["name"] == "🌸 Petal · 1 coin"
    assert choices[17]["name"] == "🦊 Curious Fox · 1,200 coins"


async def test_gifts_say_how_much_is_missing(town: Town) -> None:
    await town.grant("Mia", 15)
    choices = await town.choices("Mia", "gift", "gift", streamer="Luna", gift="t")
    names = {choice["value"]: choice["name"] for choice in choices}
    assert names["tulip"] == "🌷 Tulip · 15 coins"
    assert names["sunflower" if "sunflower" in names else "comet"].endswith("more needed")
    assert names["butterfly"] == "🦋 Butterfly · 149 coins · 134 more needed"


async def test_gifts_are_found_by_any_part_of_the_name(town: Town) -> None:
    choices = await town.choices("Mia", "gift", "gift", streamer="Luna", gift="ROSE")
    assert [choice["value"] for choice in choices] == ["cottage"]
    assert not await town.choices("Mia", "gift", "gift", streamer="Luna", gift="no such thing")


async def test_a_chosen_gift_is_what_is_sent(town: Town) -> None:
    await town.grant("Mia", 15)
    (choice,) = await town.choices("Mia", "gift", "gift", streamer="Luna", gift="tuli")
    sent = await town.type("Mia", "gift", streamer="Luna", gift=choice["value"])
    assert "**Tulip**" in sent.text


@pytest.mark.parametrize(
    ("typed", "packs"), [("", list(PACKS_COINS)), ("7", [70, 700, 7_000]), ("x", [])]
)
async def test_packs_that_begin_as_typed_are_suggested(
    town: Town, typed: str, packs: list[int]
) -> None:
    choices = await town.choices("Mia", "buy", "pack", pack=typed)
    assert [choice["value"] for choice in choices] == packs
    assert [choice["name"] for choice in choices] == [f"{coins:,} coins" for coins in packs]


async def test_a_closed_economy_suggests_no_packs_and_logs_no_defect(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await town.type("Ada", "economy settings", setting="open", value="off")
    assert await town.choices("Mia", "buy", "pack", pack="7") == []
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_converting_shows_the_rate_before(town: Town) -> None:
    await town.type("Ada", "economy rate", bonus="1/2", applies="earlier")
    await town.earn("Luna", 101)
    choices = await town.choices("Luna", "convert", "coins", coins="")
    assert choices == [{"name": "100 coins → 50 diamonds", "value": 100}]
    choices = await town.choices("Luna", "convert", "coins", coins="40")
    assert [choice["name"] for choice in choices] == [
        "40 coins → 20 diamonds",
        "100 coins → 50 diamonds",
    ]
    for typed in ("0", "-1", "102", "many", "9" * 30):
        choices = await town.choices("Luna", "convert", "coins", coins=typed)
        assert [choice["value"] for choice in choices] == [100]
    assert not await town.choices("Mia", "convert", "coins", coins="")


async def test_settings_are_suggested_with_what_they_do(town: Town) -> None:
    choices = await town.choices("Ada", "economy settings", "setting", setting="")
    assert [choice["value"] for choice in choices] == [
        setting.name for setting in SETTINGS if not setting.command and not setting.is_about_money
    ]
    (choice,) = await town.choices("Ada", "economy settings", "setting", setting="FEE")
    assert choice["name"] == (
        "fee_percent · the server's share of each gift, in percent, rounded down"
    )


async def test_a_settings_value_shows_what_it_is_and_takes(town: Town) -> None:
    await town.type("Ada", "economy settings", setting="fee_percent", value="10")
    about, long = {"setting": "fee_percent", "value": ""}, "9" * 200
    (choice,) = await town.choices("Ada", "economy settings", "value", **about)
    assert choice == {"name": "now 10; takes a whole number from 0 to 90", "value": "10"}
    (choice,) = await town.choices("Ada", "economy settings", "value", **about | {"value": "12"})
    assert choice["value"] == "12"
    (choice,) = await town.choices("Ada", "economy settings", "value", **about | {"value": long})
    assert choice["value"] == long[:100]
    assert not await town.choices("Ada", "economy settings", "value", value="12")


async def test_half_typed_neighbours_disturb_nothing(town: Town) -> None:
    half = {"streamer": "Luna", "count": "1x", "gift": "tuli"}
    (choice,) = await town.choices("Mia", "gift", "gift", **half)
    assert choice["value"] == "tulip"
