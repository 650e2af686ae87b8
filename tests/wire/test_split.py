"""`/split`: proposed for all to see, agreed on by buttons, shown with what moved."""

from typing import Any

import pytest

from bot.services.split_rows import Split, SplitMember, SplitState
from bot.texts import texts_for
from cogs.split_words import choice_name
from tests.wire.town import MEMBER_ID, Outcome, Town

pytestmark = pytest.mark.proof("streamer")


async def propose(town: Town, **options: Any) -> Outcome:
    known: dict[str, Any] = {"first": "Theo", "first_percent": 20}
    return await town.type("Luna", "split propose", **{**known, **options})


async def test_a_proposal_is_agreed_on_by_everybody_named(town: Town) -> None:
    card = await propose(town, second="Mia", second_percent=5)
    assert not card.is_private
    assert "waits for everybody named to agree" in card.text
    assert f"▫️ <@{MEMBER_ID['Theo']}> · **20%**" in card.text
    assert f"💐 <@{MEMBER_ID['Luna']}> · **75%**" in card.text
    first = await town.press("Theo", card.message, card.button("I agree"))
    assert f"✅ <@{MEMBER_ID['Theo']}> · **20%**" in first.text
    last = await town.press("Mia", first.message, card.button("I agree"))
    assert "holds since" in last.text
    assert last.labels == []
    await town.earn("Luna", 100)
    town.clock.advance(31)
    await town.bot.economy.shares.run()
    shown = await town.type("Theo", "split show")
    assert shown.is_private
    assert "**20%** · 20 coins so far" in shown.text
    for person, line in (
        ("Theo", "20 coins shared with you"),
        ("Luna", "25 coins shared with others"),
    ):
        text = (await town.type(person, "earnings show")).text
        assert line in text
    history = await town.type("Theo", "history")
    assert f"Shared with you by <@{MEMBER_ID['Luna']}>" in history.text


async def test_what_is_for_others_is_told_wherever_a_streamer_looks(town: Town) -> None:
    card = await propose(town)
    await town.press("Theo", card.message, card.button("I agree"))
    await town.earn("Luna", 100)
    for command in ("wallet", "earnings show"):
        assert "20 coins for those you share with" in (await town.type("Luna", command)).text
    await town.type("Ada", "economy rate", paid="1/3", applies="earlier")
    await town.type("Ada", "economy rate", bonus="1/3", applies="earlier")
    assert "**80 coins** to `/convert`" in (await town.type("Luna", "earnings show")).text
    # Once moved, the odd coins of two who share wait for the next gift.
    ended = await town.type("Luna", "split end")
    assert "over since" in ended.text
    await propose(town, first_percent=15, second="Mia", second_percent=18)
    for person in ("Theo", "Mia"):
        shown = await town.type(person, "split show")
        await town.press(person, shown.message, shown.button("I agree"))
    await town.earn("Luna", 25)
    converted = await town.type("Luna", "convert")
    assert "Left to convert: 2 coins." in converted.text
    assert "For those you share with: 1 coin." in converted.text


async def test_everybody_named_can_answer_from_their_own_list(town: Town) -> None:
    await propose(town)
    shown = await town.type("Theo", "split show")
    done = await town.press("Theo", shown.message, shown.button("I agree"))
    assert "holds since" in done.text
    ended = await town.type("Theo", "split end")
    assert "What was received until then is still shared" in ended.text
    again = await town.type("Theo", "split show")
    assert "Nothing is shared" in again.text


async def test_a_proposal_can_be_declined(town: Town) -> None:
    card = await propose(town)
    done = await town.press("Theo", card.message, card.button("No, thanks"))
    assert "over since" in done.text
    assert "It never began, so nothing is shared." in done.text
    await town.refuses(town.type("Luna", "split end"), GONE)


async def test_an_old_no_ends_nothing_that_has_begun(town: Town) -> None:
    card = await propose(town)
    shown = await town.type("Theo", "split show")
    await town.press("Theo", shown.message, shown.button("I agree"))
    for person in ("Theo", "Luna"):
        await town.refuses(
            town.press(person, card.message, card.button("No, thanks")),
            "Everybody agreed, so this has begun. `/split end` ends it.",
        )
    assert "holds since" in (await town.type("Theo", "split show")).text


async def test_whoever_is_in_several_chooses_which_one_ends(town: Town) -> None:
    assert await town.choices("Theo", "split end", "agreement", agreement="") == []
    await town.type("Ada", "economy streamers", add="Theo")
    await town.type("Theo", "split propose", first="Mia", first_percent=10)
    card = await propose(town)
    await town.press("Theo", card.message, card.button("I agree"))
    choices = await town.choices("Theo", "split end", "agreement", agreement="")
    names = [choice["name"] for choice in choices]
    assert names == ["🕰️ Yours: 10% to Mia", "🤝 Luna's: 20% to you"]
    found = await town.choices("Theo", "split end", "agreement", agreement="luna")
    assert [choice["name"] for choice in found] == names[1:]
    await town.refuses(
        town.type("Theo", "split end"),
        "You are in 2 agreements. Please choose in `/split end` which of them is to end.",
    )
    ended = await town.type("Theo", "split end", agreement=found[0]["value"])
    assert f"💐 <@{MEMBER_ID['Luna']}> · **80%**" in ended.text
    ended = await town.type("Theo", "split end")
    assert f"💐 <@{MEMBER_ID['Theo']}> · **90%**" in ended.text


async def test_strangers_cannot_answer(town: Town) -> None:
    card = await propose(town)
    await town.refuses(
        town.press("Mia", card.message, card.button("I agree")),
        "Only the people named in it can answer this.",
    )


async def test_half_a_part_is_refused(town: Town) -> None:
    await town.refuses(
        propose(town, second="Mia"),
        "Each person needs a number of percent, and each number a person.",
    )


async def test_too_much_is_refused_with_how_much_it_can_be(town: Town) -> None:
    await town.refuses(
        propose(town, first_percent=60, second="Mia", second_percent=31),
        "All parts together can be at most 90 percent; these are 91. Something has to stay with"
        " you.",
    )


def test_a_choice_of_many_long_names_is_as_long_as_discord_takes() -> None:
    split = Split(
        guild_id=1,
        split_id=1,
        streamer_id=20,
        state=SplitState.ACTIVE,
        proposed_at=1,
        began_at=1,
        ended_at=0,
        ended_by=0,
        members=tuple(SplitMember(member_id=each, percent=18) for each in range(30, 35)),
    )
    name = choice_name(texts_for("en-US"), split, 20, lambda _: "W" * 32)
    assert len(name) == 100
    assert name.endswith("…")


GONE = "This agreement is over. `/split show` tells what holds now."
