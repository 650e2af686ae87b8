"""`/buy`: packs, the buttons of an offer, receipts."""

from typing import Any

import pytest

from bot.services.orders import PACKS_COINS
from tests.wire.sentences import CLOSED, INVALID_FORM, NOT_YOURS, OLD, UNKNOWN_MESSAGE, USED
from tests.wire.town import Town


async def test_the_offer_lists_every_pack_with_a_button_each(town: Town) -> None:
    offer = await town.type("Mia", "buy")
    assert offer.is_private
    assert offer.labels == [f"{coins:,}" for coins in PACKS_COINS]
    for coins in PACKS_COINS:
        assert f"**{coins:,}**" in offer.text
    assert "This server plays with test coins: a press fills your wallet at once." in offer.text
    assert await town.entries() == 0


async def test_a_press_credits_the_pack_and_shows_the_receipt_in_place_of_the_offer(
    town: Town,
) -> None:
    offer = await town.type("Mia", "buy")
    bought = await town.press("Mia", offer.message, offer.button("1,400"))
    assert bought.message["id"] == offer.message["id"]
    assert bought.is_private
    assert bought.text == (
        "1,400 coins for you\n"
        "You can spend **1,400 coins** now. `/gift` makes a streamer's day.\n"
        "Receipt #1"
    )
    assert not bought.message["components"]


async def test_a_pack_can_be_bought_by_its_number(town: Town) -> None:
    await town.type("Mia", "buy", pack=70)
    bought = await town.type("Mia", "buy", pack=350)
    assert bought.is_private
    assert "350 coins for you" in bought.text
    assert "You can spend **420 coins** now." in bought.text
    assert "Receipt #2" in bought.text


async def test_an_unknown_pack_is_refused(town: Town) -> None:
    await town.refuses(
        town.type("Mia", "buy", pack=71),
        "There is no pack of 71 coins. `/buy` shows the packs there are.",
    )


@pytest.mark.parametrize("pack", [0, -70, "many", 1.5, 2**60])
async def test_discord_passes_on_no_pack_that_is_not_a_whole_number_above_zero(
    town: Town, pack: Any
) -> None:
    await town.discord_refuses(town.type("Mia", "buy", pack=pack), INVALID_FORM)


@pytest.mark.parametrize(
    ("pack", "sentence"),
    [
        (0, "There is no pack of 0 coins. `/buy` shows the packs there are."),
        (-70, "There is no pack of -70 coins. `/buy` shows the packs there are."),
        (
            2**60,
            (
                "There is no pack of 1,152,921,504,606,846,976 coins. "
                "`/buy` shows the packs there are."
            ),
        ),
        ("many", "“many” is not a whole number. Please type digits only, such as 10."),
        (70.5, "“70.5” is not a whole number. Please type digits only, such as 10."),
    ],
)
async def test_a_forged_pack_is_refused_by_the_bot(town: Town, pack: Any, sentence: str) -> None:
    await town.refuses(town.type("Mia", "buy", pack=pack, force=True), sentence)


async def test_a_closed_economy_sells_nothing(town: Town) -> None:
    offer = await town.type("Mia", "buy")
    await town.type("Ada", "economy settings", setting="open", value="off")
    await town.refuses(town.type("Mia", "buy"), CLOSED)
    await town.refuses(town.type("Mia", "buy", pack=70), CLOSED)
    await town.refuses(town.press("Mia", offer.message, offer.button("70")), CLOSED)


async def test_an_offer_holds_for_thirty_minutes(town: Town) -> None:
    offer = await town.type("Mia", "buy")
    town.clock.advance(30 * 60)
    bought = await town.press("Mia", offer.message, offer.button("70"))
    assert "70 coins for you" in bought.text


async def test_an_older_offer_is_refused(town: Town) -> None:
    offer = await town.type("Mia", "buy")
    town.clock.advance(30 * 60 + 1)
    await town.refuses(town.press("Mia", offer.message, offer.button("70")), OLD)


async def test_one_offer_counts_once_whatever_is_pressed(town: Town) -> None:
    offer = await town.type("Mia", "buy")
    small, large = offer.button("70"), offer.button("17,500")
    first, again, other = await town.together(
        town.press("Mia", offer.message, small),
        town.press("Mia", offer.message, small),
        town.press("Mia", offer.message, large),
    )
    assert "Receipt #1" in first.text
    assert again.text == first.text
    assert other.text == USED
    assert other.is_private
    assert await town.entries() == 1


async def test_nobody_presses_anothers_offer(town: Town) -> None:
    offer = await town.type("Mia", "buy")
    custom_id = offer.button("70")
    await town.discord_refuses(town.press("Noor", offer.message, custom_id), UNKNOWN_MESSAGE)
    await town.refuses(town.press("Noor", offer.message, custom_id, force=True), NOT_YOURS)
