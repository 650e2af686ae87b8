"""`/economy rate` and `/economy hold`, seen, changed and told; large conversions ask."""

import pytest

from cogs.postman import deliver_letters
from tests.wire.town import Town

pytestmark = pytest.mark.proof("streamer")


async def test_the_rate_is_shown_with_how_it_came_to_be(town: Town) -> None:
    shown = await town.type("Ada", "economy rate")
    assert shown.is_private
    assert "What earned coins become\nRate: 1 coin → 1 diamond" in shown.text
    await town.type("Ada", "economy rate", paid="1/2", applies="later")
    again = await town.type("Ada", "economy rate")
    assert "2 coins → 1 diamond · for what is received from now on" in again.text


async def test_what_was_received_keeps_its_rate_and_streamers_are_told(town: Town) -> None:
    await town.earn("Luna", 10)
    changed = await town.type("Ada", "economy rate", paid="1/2", applies="later")
    assert "Rate: 2 coins → 1 diamond\n-# Before: 1 coin → 1 diamond" in changed.text
    assert "It is for what is received from now on." in changed.text
    await deliver_letters(town.bot, town.bot.economy)
    (letter,) = await town.letters("Luna")
    assert "Rate: 2 coins → 1 diamond\n-# Before: 1 coin → 1 diamond" in letter
    assert "What you have keeps its rate." in letter
    await town.earn("Luna", 4)
    converted = await town.type("Luna", "convert")
    assert "14 coins → 💎 12 diamonds" in converted.text
    assert "10 coins → 10 diamonds · Rate: 1 coin → 1 diamond" in converted.text
    assert "4 coins → 2 diamonds · Rate: 2 coins → 1 diamond" in converted.text


@pytest.mark.parametrize("options", [{"paid": "1/2"}, {"applies": "later"}, {"bonus": "0"}])
async def test_half_a_change_is_refused(town: Town, options: dict[str, str]) -> None:
    await town.refuses(
        town.type("Ada", "economy rate", **options),
        "A change needs the new rate in `paid:` or `bonus:`, and in `applies:` whether it is for"
        " what is received from now on or for everything not converted yet.",
    )


async def test_a_forged_choice_is_no_choice(town: Town) -> None:
    await town.refuses(
        town.type("Ada", "economy rate", paid="1/2", applies="never", force=True),
        "A change needs the new rate in `paid:` or `bonus:`, and in `applies:` whether it is for"
        " what is received from now on or for everything not converted yet.",
    )


async def test_the_hold_is_seen_and_changed(town: Town) -> None:
    shown = await town.type("Ada", "economy hold")
    assert "Received coins can be converted at once." in shown.text
    assert "A gift waits that long after it was sent." in shown.text
    assert not {"money", "refund"} & set(shown.text.split())  # nobody pays any here
    changed = await town.type("Ada", "economy hold", days=7)
    assert "Received coins can be converted after 7 days." in changed.text
    assert "-# Before: Received coins can be converted at once." in changed.text
    await town.earn("Luna", 4)
    await town.type("Ada", "economy hold", days=0)
    await town.type("Luna", "convert")
    await deliver_letters(town.bot, town.bot.economy)
    (letter,) = await town.letters("Luna")
    assert "Coins you receive can be converted at once now." in letter
    await town.type("Ada", "economy hold", days=7)
    await town.refuses(
        town.type("Ada", "economy hold", days=7),
        "Received coins wait for that long already; nothing changed.",
    )
    await town.earn("Luna", 10)
    waits = await town.type("Luna", "convert")
    assert "10 coins more wait until their hold is over; the first are free" in waits.text


async def test_a_large_conversion_asks_and_twice_is_once(town: Town) -> None:
    await town.type("Ada", "economy settings", setting="convert_confirm_from", value="100")
    await town.type("Ada", "economy rate", paid="1/2", applies="earlier")
    await town.earn("Luna", 101)
    offer = await town.type("Luna", "convert")
    assert "100 coins → 💎 50 diamonds" in offer.text
    assert "Too few for one more diamond: 1 coin." in offer.text
    assert "Nothing is converted yet." in offer.text
    before = await town.entries()
    yes = offer.button("Convert to 50 diamonds")
    done = await town.press("Luna", offer.message, yes)
    assert "You now have **50 diamonds**" in done.text
    await town.press("Luna", offer.message, yes)
    assert await town.entries() == before + 1


async def test_a_large_conversion_can_be_left(town: Town) -> None:
    await town.type("Ada", "economy settings", setting="convert_confirm_from", value="100")
    await town.earn("Luna", 101)
    offer = await town.type("Luna", "convert")
    left = await town.press("Luna", offer.message, offer.button("Not now"))
    assert "Nothing was converted" in left.text


async def test_a_large_conversion_is_its_streamers(town: Town) -> None:
    await town.type("Ada", "economy settings", setting="convert_confirm_from", value="100")
    await town.earn("Luna", 101)
    offer = await town.type("Luna", "convert")
    yes = offer.button("Convert to 101 diamonds")
    await town.type("Ada", "economy rate", paid="1/2", applies="earlier")
    await town.refuses(
        town.press("Luna", offer.message, yes),
        "This is not what you were shown any more: 100 coins would be 50 diamonds now."
        " `/convert` shows it anew.",
    )
