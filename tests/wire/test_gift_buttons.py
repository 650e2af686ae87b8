"""The buttons under gifts: send again, undo, and the yes and no to a large one."""

import pytest

from bot.errors import AlreadyUsed, OldButton
from bot.services.guilds import Person
from tests.wire.sentences import CLOSED, INVALID_FORM, NOT_YOURS, OLD, UNKNOWN_MESSAGE, USED
from tests.wire.town import GUILD_ID, MEMBER_ID, STREAMERS, Outcome, Town, components_of, text_of

FEW_COINS = "You have 0 coins and this costs 15. `/buy` gets more."


@pytest.fixture
async def tulip(town: Town) -> Outcome:
    """The card of Mia's tulip for Luna; Mia has 15 coins left."""
    await town.grant("Mia", 30)
    return await town.type("Mia", "gift", streamer="Luna", gift="tulip", message="Brava!")


@pytest.fixture
async def question(town: Town) -> Outcome:
    """The question before Mia's Rose Cottage for Luna; Mia could pay two."""
    await town.grant("Mia", 2 * 6_999)
    return await town.type("Mia", "gift", streamer="Luna", gift="cottage", message="For you")


# Send again


async def test_the_same_gift_goes_out_once_more(town: Town, tulip: Outcome) -> None:
    again = await town.press("Mia", tulip.message, tulip.button("Send again"))
    assert not again.is_private
    assert again.message["id"] != tulip.message["id"]
    assert again.text == tulip.text.replace("receipt #2", "receipt #3")
    assert again.labels == ["Send again", "Undo"]


async def test_each_card_can_be_sent_again_once(town: Town, tulip: Outcome) -> None:
    await town.grant("Mia", 30)
    again = await town.press("Mia", tulip.message, tulip.button("Send again"))
    await town.refuses(town.press("Mia", tulip.message, tulip.button("Send again")), USED)
    third = await town.press("Mia", again.message, again.button("Send again"))
    assert "receipt #5" in third.text


async def test_two_presses_at_once_are_one_gift(town: Town, tulip: Outcome) -> None:
    await town.grant("Mia", 30)
    press = tulip.button("Send again")
    both = await town.together(
        town.press("Mia", tulip.message, press), town.press("Mia", tulip.message, press)
    )
    # Each asks Discord about the streamer first, so either may come to the books first.
    refused, sent = sorted(both, key=lambda outcome: outcome.text != USED)
    assert refused.text == USED
    assert refused.is_private
    assert "receipt #4" in sent.text
    assert not sent.is_private
    assert await town.entries() == 4


@pytest.mark.parametrize("label", ["Send again", "Undo"])
@pytest.mark.parametrize("person", ["Noor", "Luna", "Ada"])
async def test_nobody_else_presses_the_givers_buttons(
    town: Town, tulip: Outcome, label: str, person: str
) -> None:
    await town.refuses(town.press(person, tulip.message, tulip.button(label)), NOT_YOURS)


async def test_sending_again_works_for_an_hour(town: Town, tulip: Outcome) -> None:
    town.clock.advance(60 * 60)
    again = await town.press("Mia", tulip.message, tulip.button("Send again"))
    assert not again.is_private


async def test_after_an_hour_the_card_is_old(town: Town, tulip: Outcome) -> None:
    town.clock.advance(60 * 60 + 1)
    await town.refuses(town.press("Mia", tulip.message, tulip.button("Send again")), OLD)


async def test_sending_again_needs_the_coins(town: Town, tulip: Outcome) -> None:
    again = await town.press("Mia", tulip.message, tulip.button("Send again"))
    await town.refuses(town.press("Mia", again.message, again.button("Send again")), FEW_COINS)


async def test_sending_again_to_a_streamer_who_left_is_refused(town: Town, tulip: Outcome) -> None:
    await town.post("member", member="Luna", action="leave")
    await town.refuses(
        town.press("Mia", tulip.message, tulip.button("Send again")),
        f"<@{MEMBER_ID['Luna']}> is not in this server any more. Pick somebody who is.",
    )


async def test_sending_again_to_somebody_who_is_no_streamer_any_more_is_refused(
    town: Town, tulip: Outcome
) -> None:
    await town.post("member", member="Luna", action="remove_role", role="Streamer")
    await town.refuses(
        town.press("Mia", tulip.message, tulip.button("Send again")),
        "Luna is not a streamer here. Admins choose streamers with `/economy streamers`.",
    )


async def test_a_closed_economy_sends_nothing_again(town: Town, tulip: Outcome) -> None:
    await town.type("Ada", "economy settings", setting="open", value="off")
    await town.refuses(town.press("Mia", tulip.message, tulip.button("Send again")), CLOSED)


# Undo


async def test_undo_gives_the_coins_back_and_leaves_a_quiet_card(
    town: Town, tulip: Outcome
) -> None:
    town.clock.advance(30)
    undone = await town.press("Mia", tulip.message, tulip.button("Undo"))
    assert undone.message["id"] == tulip.message["id"]
    assert undone.text == (
        f"<@{MEMBER_ID['Mia']}> took back 🌷 Tulip. The coins are where they came from.\n"
        "-# Receipt #2"
    )
    assert not undone.message["components"]
    assert "**30 coins**" in (await town.type("Mia", "wallet")).text
    assert "🌷 Tulip taken back **+15** 🪙" in (await town.type("Mia", "history")).text
    assert "🌷 Tulip taken back **-15** 💐" in (await town.type("Luna", "history")).text


async def test_undo_is_over_after_thirty_seconds(town: Town, tulip: Outcome) -> None:
    town.clock.advance(31)
    await town.refuses(
        town.press("Mia", tulip.message, tulip.button("Undo")),
        "A gift can be taken back for 30 seconds only. This one stays.",
    )


async def test_two_presses_of_undo_are_one(town: Town, tulip: Outcome) -> None:
    press = tulip.button("Undo")
    first, second = await town.together(
        town.press("Mia", tulip.message, press), town.press("Mia", tulip.message, press)
    )
    assert second.text == first.text
    assert await town.entries() == 3
    assert "**30 coins**" in (await town.type("Mia", "wallet")).text


async def test_a_gift_whose_coins_were_converted_stays(town: Town, tulip: Outcome) -> None:
    await town.type("Luna", "convert")
    await town.refuses(
        town.press("Mia", tulip.message, tulip.button("Undo")),
        "The streamer has already converted these coins, so the gift stays.",
    )


async def test_a_gift_taken_back_can_be_undone_even_when_the_economy_closed(
    town: Town, tulip: Outcome
) -> None:
    await town.type("Ada", "economy settings", setting="open", value="off")
    undone = await town.press("Mia", tulip.message, tulip.button("Undo"))
    assert "took back" in undone.text


# Large gifts


async def test_a_large_gift_asks_its_giver_first(town: Town, question: Outcome) -> None:
    assert question.is_private
    assert question.text == (
        "Send this gift?\n"
        f"🏡 **Rose Cottage** ×1 to <@{MEMBER_ID['Luna']}> for **6,999 coins**\n"
        "> For you\n-# Nothing is sent yet. You have 15 minutes."
    )
    assert question.labels == ["Send it", "Not now"]
    assert await town.entries() == 1


@pytest.mark.parametrize(("count", "asks"), [(4_999, False), (5_000, True)])
async def test_gifts_ask_from_the_threshold_on(town: Town, count: int, *, asks: bool) -> None:
    await town.grant("Mia", 5_000)
    sent = await town.type("Mia", "gift", streamer="Luna", gift="petal", count=count)
    assert sent.is_private == asks
    assert await town.entries() == (1 if asks else 2)


async def test_yes_sends_it_for_all_to_see(town: Town, question: Outcome) -> None:
    town.clock.advance(15 * 60)
    sent = await town.press("Mia", question.message, question.button("Send it"))
    assert sent.message["id"] == question.message["id"]
    assert sent.is_private
    assert sent.text == "Sent. Receipt #2"
    assert not sent.message["components"]
    card = (await town.visible("Noor"))[-1]
    assert text_of(card) == (
        f"## 🏡\n<@{MEMBER_ID['Mia']}> sent <@{MEMBER_ID['Luna']}> **Rose Cottage**\n"
        "> For you\n-# 6,999 coins · receipt #2"
    )


async def test_a_large_gift_asks_before_it_is_sent_again(town: Town, question: Outcome) -> None:
    await town.press("Mia", question.message, question.button("Send it"))
    card = (await town.visible("Mia"))[-1]
    again = next(c["custom_id"] for c in components_of(card) if c["label"] == "Send again")
    asked = await town.press("Mia", card, again)
    assert asked.is_private
    assert "Send this gift?" in asked.text
    assert await town.entries() == 2
    sent = await town.press("Mia", asked.message, asked.button("Send it"))
    assert sent.text == "Sent. Receipt #3"


async def test_no_sends_nothing(town: Town, question: Outcome) -> None:
    kept = await town.press("Mia", question.message, question.button("Not now"))
    assert kept.is_private
    assert kept.text == "Nothing was sent."
    assert not kept.message["components"]
    assert await town.entries() == 1


@pytest.mark.parametrize("label", ["Send it", "Not now"])
async def test_a_question_is_old_after_fifteen_minutes(
    town: Town, question: Outcome, label: str
) -> None:
    town.clock.advance(15 * 60 + 1)
    await town.refuses(town.press("Mia", question.message, question.button(label)), OLD)


@pytest.mark.parametrize("label", ["Send it", "Not now"])
async def test_nobody_else_answers_the_question(town: Town, question: Outcome, label: str) -> None:
    custom_id = question.button(label)
    await town.discord_refuses(town.press("Noor", question.message, custom_id), UNKNOWN_MESSAGE)
    await town.refuses(town.press("Noor", question.message, custom_id, force=True), NOT_YOURS)


async def test_two_yeses_are_one_gift_and_one_card(town: Town, question: Outcome) -> None:
    press = question.button("Send it")
    first, second = await town.together(
        town.press("Mia", question.message, press), town.press("Mia", question.message, press)
    )
    assert first.text == second.text == "Sent. Receipt #2"
    assert await town.entries() == 2
    cards = [m for m in await town.visible("Noor") if "Rose Cottage" in text_of(m)]
    assert len(cards) == 1


async def test_yes_and_no_at_once_agree_on_what_was_done(town: Town, question: Outcome) -> None:
    yes, no = question.button("Send it"), question.button("Not now")
    sent, kept = await town.together(
        town.press("Mia", question.message, yes), town.press("Mia", question.message, no)
    )
    # Whichever reaches the books first counts, and the other one says so.
    both = (sent.text, kept.text, await town.entries())
    assert both in {("Sent. Receipt #2", USED, 2), (OLD, "Nothing was sent.", 1)}


async def test_the_books_take_no_after_yes_for_used_and_yes_after_no_for_old(
    town: Town, question: Outcome
) -> None:
    drafts = town.bot.economy.gift_drafts
    luna = Person(MEMBER_ID["Luna"], "Luna", role_ids=frozenset({STREAMERS}))
    draft = await drafts.find(GUILD_ID, int(question.raw["interaction"]), MEMBER_ID["Mia"])
    await drafts.send(draft, luna)
    with pytest.raises(AlreadyUsed):
        await drafts.discard(draft)
    second = await town.type("Mia", "gift", streamer="Luna", gift="cottage")
    draft = await drafts.find(GUILD_ID, int(second.raw["interaction"]), MEMBER_ID["Mia"])
    await drafts.discard(draft)
    with pytest.raises(OldButton):
        await drafts.send(draft, luna)
    assert await town.entries() == 2


async def test_a_yes_after_the_no_sends_nothing(town: Town, question: Outcome) -> None:
    custom_id = question.button("Send it")
    await town.press("Mia", question.message, question.button("Not now"))
    await town.discord_refuses(town.press("Mia", question.message, custom_id), INVALID_FORM)
    assert await town.entries() == 1


async def test_yes_is_refused_when_the_coins_are_gone_by_then(
    town: Town, question: Outcome
) -> None:
    for _ in range(2):
        await town.type("Mia", "gift", streamer="Kai", gift="petal", count=4_999)
    await town.refuses(
        town.press("Mia", question.message, question.button("Send it")),
        "You have 4,000 coins and this costs 6,999. `/buy` gets more.",
    )


async def test_yes_is_refused_when_the_streamer_left_by_then(town: Town, question: Outcome) -> None:
    await town.post("member", member="Luna", action="leave")
    await town.refuses(
        town.press("Mia", question.message, question.button("Send it")),
        f"<@{MEMBER_ID['Luna']}> is not in this server any more. Pick somebody who is.",
    )


async def test_yes_is_refused_when_the_economy_closed_by_then(
    town: Town, question: Outcome
) -> None:
    await town.type("Ada", "economy settings", setting="open", value="off")
    await town.refuses(town.press("Mia", question.message, question.button("Send it")), CLOSED)
