"""`/gift`: the card that everybody sees, and everything that is refused."""

from typing import Any

import pytest

from bot.services.gifts import MOST_COUNT
from tests.wire.sentences import CHANGED, CLOSED, INVALID_FORM
from tests.wire.town import MEMBER_ID, Town, text_of


@pytest.fixture
async def rich(town: Town) -> Town:
    """A town in which Mia has 10,000 coins."""
    await town.grant("Mia", 10_000)
    return town


async def test_a_gift_is_a_public_card_with_both_names_and_the_receipt(rich: Town) -> None:
    sent = await rich.type("Mia", "gift", streamer="Luna", gift="tulip", count=3, message="Brava!")
    assert not sent.is_private
    assert sent.text == (
        f"## 🌷\n<@{MEMBER_ID['Mia']}> sent <@{MEMBER_ID['Luna']}> **Tulip** ×3\n"
        "> Brava!\n-# 45 coins · receipt #2"
    )
    assert sent.labels == ["Send again", "Undo"]
    for person in ("Mia", "Luna", "Noor", "Ada"):
        assert sent.message in await rich.visible(person)


async def test_a_single_gift_shows_no_count(rich: Town) -> None:
    sent = await rich.type("Mia", "gift", streamer="Luna", gift="petal")
    assert "**Petal**\n-# 1 coin · receipt #2" in sent.text


async def test_bonus_coins_are_spent_first(rich: Town) -> None:
    await rich.type("Mia", "buy", pack=70)
    await rich.type("Mia", "gift", streamer="Luna", gift="petal", count=4_999)
    assert "70 bought · 5,001 bonus" in (await rich.type("Mia", "wallet")).text


@pytest.mark.parametrize("name", ["wind_chime", "Wind Chime", "  wind chime "])
async def test_a_gift_is_found_by_code_or_name(rich: Town, name: str) -> None:
    sent = await rich.type("Mia", "gift", streamer="Luna", gift=name)
    assert "**Wind Chime**" in sent.text


async def test_a_message_formats_nothing_and_mentions_nobody(rich: Town) -> None:
    words = "**@everyone** [coins](https://a.example)[more](https://b.example)\n# now"
    sent = await rich.type("Mia", "gift", streamer="Luna", gift="petal", message=words)
    quote = sent.text.splitlines()[2]
    assert quote.startswith(r"> \*\*@")
    assert "@everyone" not in quote  # a character that has no width stands in between
    assert "](" not in quote
    assert quote.endswith("# now")
    assert not sent.message["mention_everyone"]
    assert not sent.message["mentions"]


async def test_nobody_is_pinged_by_a_card(rich: Town) -> None:
    sent = await rich.type("Mia", "gift", streamer="Luna", gift="petal", message="hi <@&1>")
    assert not sent.message["mentions"]
    assert not sent.message["mention_roles"]


async def test_a_fee_goes_to_the_server_and_is_rounded_down(rich: Town) -> None:
    await rich.type("Ada", "economy settings", setting="fee_percent", value="10")
    await rich.type("Mia", "gift", streamer="Luna", gift="sunflower")
    earnings = await rich.type("Luna", "earnings show")
    assert "**45 coins**" in earnings.text
    assert "4 fee" in earnings.text


@pytest.mark.parametrize(("coins", "balance"), [(1, "1 coin"), (14, "14 coins")])
async def test_too_few_coins_are_refused_with_the_way_to_more(
    town: Town, coins: int, balance: str
) -> None:
    await town.grant("Mia", coins)
    await town.refuses(
        town.type("Mia", "gift", streamer="Luna", gift="tulip"),
        f"You have {balance} and this costs 15. `/buy` gets more.",
    )


async def test_a_large_gift_that_cannot_be_paid_is_refused_without_a_question(rich: Town) -> None:
    await rich.refuses(
        rich.type("Mia", "gift", streamer="Luna", gift="eden"),
        "You have 10,000 coins and this costs 44,999. `/buy` gets more.",
    )


@pytest.mark.parametrize("count", [0, -1, MOST_COUNT + 1, "many", 2.5, 2**60])
async def test_discord_passes_on_no_count_outside_its_bounds(rich: Town, count: Any) -> None:
    await rich.discord_refuses(
        rich.type("Mia", "gift", streamer="Luna", gift="petal", count=count), INVALID_FORM
    )


@pytest.mark.parametrize("count", [0, -1, MOST_COUNT + 1, 2**53, -(2**60)])
async def test_a_forged_count_outside_its_bounds_is_refused_by_the_bot(
    rich: Town, count: int
) -> None:
    await rich.refuses(
        rich.type("Mia", "gift", streamer="Luna", gift="petal", count=count, force=True),
        "You can send from 1 to 9,999 of a gift at once.",
    )


@pytest.mark.parametrize("count", ["many", 2.5, True])
async def test_a_forged_count_that_is_no_whole_number_is_refused_by_the_bot(
    rich: Town, count: Any
) -> None:
    await rich.refuses(
        rich.type("Mia", "gift", streamer="Luna", gift="petal", count=count, force=True),
        f"“{count}” is not a whole number. Please type digits only, such as 10.",
    )


async def test_an_unknown_gift_is_refused(rich: Town) -> None:
    await rich.refuses(
        rich.type("Mia", "gift", streamer="Luna", gift="Rolls-Royce"),
        "There is no gift called “Rolls-Royce”. Pick one from the list that opens as you type.",
    )


async def test_a_gift_to_oneself_is_refused(rich: Town) -> None:
    await rich.earn("Luna", 10)
    await rich.refuses(
        rich.type("Luna", "gift", streamer="Luna", gift="petal"),
        "You cannot send a gift to yourself. Pick a streamer you enjoy.",
    )


async def test_a_gift_to_a_bot_is_refused(rich: Town) -> None:
    await rich.refuses(
        rich.type("Mia", "gift", streamer="Bouquet", gift="petal"),
        "Bots have no wallets. Pick a person.",
    )


@pytest.mark.parametrize("person", ["Noor", "Ada", "Olive"])
async def test_a_gift_to_somebody_who_is_no_streamer_is_refused(rich: Town, person: str) -> None:
    await rich.refuses(
        rich.type("Mia", "gift", streamer=person, gift="petal"),
        f"{person} is not a streamer here. Admins choose streamers with `/economy streamers`.",
    )


async def test_a_gift_to_a_streamer_who_left_is_refused(rich: Town) -> None:
    await rich.post("member", member="Luna", action="leave")
    await rich.refuses(
        rich.type("Mia", "gift", streamer="Luna", gift="petal"),
        "Luna is not in this server any more. Pick somebody who is.",
    )


async def test_a_streamer_who_lost_the_role_receives_nothing_more(rich: Town) -> None:
    await rich.post("member", member="Luna", action="remove_role", role="Streamer")
    await rich.refuses(
        rich.type("Mia", "gift", streamer="Luna", gift="petal"),
        "Luna is not a streamer here. Admins choose streamers with `/economy streamers`.",
    )


async def test_a_gift_to_nobody_at_all_is_refused(rich: Town) -> None:
    nobody = "1200000000000000999"
    await rich.discord_refuses(
        rich.type("Mia", "gift", streamer=nobody, gift="petal"), INVALID_FORM
    )


async def test_a_command_that_lacks_what_it_needs_is_told_to_be_typed_again(rich: Town) -> None:
    await rich.discord_refuses(rich.type("Mia", "gift", streamer="Luna"), INVALID_FORM)
    await rich.refuses(rich.type("Mia", "gift", streamer="Luna", force=True), CHANGED)


async def test_a_message_over_the_limit_is_refused(rich: Town) -> None:
    words = "x" * 201
    long = {"streamer": "Luna", "gift": "petal", "message": words}
    await rich.discord_refuses(rich.type("Mia", "gift", **long), INVALID_FORM)
    await rich.refuses(
        rich.type("Mia", "gift", **long, force=True),
        "A gift's message can have up to 200 characters; yours has 201.",
    )


async def test_a_closed_economy_sends_nothing(rich: Town) -> None:
    await rich.type("Ada", "economy settings", setting="open", value="off")
    await rich.refuses(rich.type("Mia", "gift", streamer="Luna", gift="petal"), CLOSED)
    await rich.type("Ada", "economy settings", setting="open", value="on")
    sent = await rich.type("Mia", "gift", streamer="Luna", gift="petal")
    assert not sent.is_private


async def test_a_refusal_is_seen_by_the_giver_alone(rich: Town) -> None:
    await rich.type("Mia", "gift", streamer="Noor", gift="petal")
    assert "not a streamer" in text_of((await rich.visible("Mia"))[-1])
    for person in ("Noor", "Luna", "Ada"):
        assert not [m for m in await rich.visible(person) if "not a streamer" in text_of(m)]
