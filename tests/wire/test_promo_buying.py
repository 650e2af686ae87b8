"""`/buy` while promotions are open: what each pack brings, what is left, and who is asked first."""

from tests.services.promo import at
from tests.wire.promoting import HOUR, fill, move, preview, save
from tests.wire.town import Outcome, Town

NAME = "**x** `y` [l](http://e.c) @everyone"
ESCAPED = "\\*\\*x\\*\\* \\`y\\` \\[l]\\(http://e.c) @\u200beveryone"
NONE_LEFT = (
    "Buy 70 coins all the same?\nThis pack brings no bonus any more.\n-# Nothing is bought yet."
)


async def opened(town: Town, *, name: str = "Happy Hour", **limits: str) -> None:
    """Let a promotion be open, with these limits."""
    shown = await fill(town, await preview(town, name=name), "Limits", **limits)
    await save(town, shown)
    await move(town, 10 * HOUR)


async def bought(town: Town, offer: Outcome, pack: str = "70") -> Outcome:
    pressed = await town.press("Mia", offer.message, offer.button(pack))
    assert "for you" in pressed.text
    return pressed


async def test_a_cap_that_is_used_up_is_shown_with_nothing_left(town: Town) -> None:
    await opened(town, uses="1", coins="14")
    offer = await town.type("Mia", "buy")
    assert "Left for you: 14 coins\nLeft for you: 1 purchase\n" in offer.text + "\n"
    await bought(town, offer)
    offer = await town.type("Mia", "buy")
    assert "+ " not in offer.text
    assert offer.text.splitlines()[-4:] == [
        "🎉 Happy Hour",
        f"Until <t:{at(20)}:f>, <t:{at(20)}:R>",
        "Left for you: 0 coins",
        "Left for you: 0 purchases",
    ]
    assert "+ 14 bonus" in (await town.type("Noor", "buy")).text
    # Who reads that and buys all the same is not asked once more.
    await bought(town, offer)


async def test_who_names_a_pack_is_asked_when_its_bonus_is_used_up(town: Town) -> None:
    await opened(town, uses="1")
    assert "84 coins for you" in (await town.type("Mia", "buy", pack=70)).text
    entries = await town.entries()
    asked = await town.type("Mia", "buy", pack=70)
    assert asked.text == NONE_LEFT
    assert await town.entries() == entries
    assert "70 coins for you" in (await bought(town, asked, "Buy 70 coins")).text


async def test_who_names_a_pack_is_asked_when_the_budget_is_empty(town: Town) -> None:
    await opened(town, budget="14")
    assert "84 coins for you" in (await town.type("Noor", "buy", pack=70)).text
    assert (await town.type("Mia", "buy", pack=70)).text == NONE_LEFT


async def test_an_open_window_that_is_over_meanwhile_is_asked_about(town: Town) -> None:
    await opened(town)
    offer = await town.type("Mia", "buy")
    town.clock.advance(2 * HOUR - 1)
    offer = await town.type("Mia", "buy")
    town.clock.advance(1)
    asked = await town.press("Mia", offer.message, offer.button("70"))
    assert asked.text == NONE_LEFT
    # Nobody who names a pack now was told of it.
    assert "70 coins for you" in (await town.type("Mia", "buy", pack=70)).text


async def test_a_name_formats_nothing_and_mentions_nobody(town: Town) -> None:
    await opened(town, name=NAME)
    offer = await town.type("Mia", "buy")
    assert f"🎉 {ESCAPED}" in offer.text.splitlines()
