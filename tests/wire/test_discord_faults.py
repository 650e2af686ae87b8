"""Discord refuses, loses, doubles and delays: the bot recovers, books once and says what is so."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from cogs.answers import finish_answers
from tests.wire.naps import Naps, take_naps
from tests.wire.sentences import DEFECT, DISCORD_SILENT, TOO_LATE
from tests.wire.town import MOST_WAIT_SECONDS, Action, Outcome, Town, TownClock, text_of, until

pytestmark = pytest.mark.proof("sandbox")

ELSEWHERE = "Discord did not take my answer in <#1200000000000000202>, so here it is:"
MORE_THAN_THREE_SECONDS = 3.5


@dataclass(frozen=True)
class Way:
    """A command or a button that books once, and what its answer says."""

    do: Callable[[Town], Action]
    says: str
    is_public: bool = False


WAYS = {
    "gift": Way(
        lambda town: town.type("Mia", "gift", streamer="Luna", gift="tulip"),
        "**Tulip**",
        is_public=True,
    ),
    "buy": Way(lambda town: town.type("Mia", "buy", pack=700), "700 coins for you"),
    "convert": Way(lambda town: town.type("Luna", "convert", coins=100), "100 diamonds"),
    "claim": Way(
        lambda town: town.type("Luna", "claim request", diamonds=100), "waiting for an admin"
    ),
    "grant": Way(
        lambda town: town.type("Ada", "economy grant", member="Mia", coins=5, reason="a song"),
        "**5 coins** as bonus",
    ),
}
ASKERS = {
    "Mia": (WAYS["gift"], WAYS["buy"]),
    "Luna": (WAYS["convert"], WAYS["claim"]),
    "Ada": (WAYS["grant"],),
}
BY_WAY = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


@pytest.fixture
def naps(clock: TownClock, monkeypatch: pytest.MonkeyPatch) -> Naps:
    return take_naps(clock, monkeypatch)


@pytest.fixture
async def town(town: Town, naps: Naps) -> Town:
    """A town in which everything can be done, and discord.py waits by its clock."""
    assert naps.seconds == []
    await town.grant("Mia", 50_000)
    await town.earn("Luna", 1_000)
    await town.type("Luna", "convert", coins=500)
    return town


async def seen_by_all(town: Town, words: str) -> int:
    """Return how many messages with these words stand in the channel, for everybody to see."""
    return sum(words in text_of(one) for one in await town.visible("Theo"))


async def told(town: Town, way: Way, outcome: Outcome) -> None:
    """See that the person reads it exactly once: as the answer, in the channel, or in a letter."""
    await finish_answers(MOST_WAIT_SECONDS)
    asker = next(name for name, ways in ASKERS.items() if way in ways)
    assert await seen_by_all(town, way.says) == way.is_public
    letters = await town.letters(asker)
    if outcome.outcome == "answered":
        assert way.says in outcome.text
        assert letters == []
        return
    assert outcome.outcome == "timeout"
    assert len(letters) == (not way.is_public)
    for letter in letters:
        assert letter.startswith(ELSEWHERE)
        assert way.says in letter


# Refused for the moment: discord.py tries again by itself


@BY_WAY
async def test_a_rate_limit_is_waited_for(town: Town, naps: Naps, way: Way) -> None:
    before = await town.entries()
    await town.fault("rate_limit", on="first_answer", retry_after_seconds=1.5)
    outcome = await way.do(town)
    assert outcome.outcome == "answered"
    assert naps.seconds == [1.5]
    await told(town, way, outcome)
    assert await town.entries() == before + 1


@BY_WAY
async def test_what_a_rate_limit_made_late_is_said_elsewhere(town: Town, way: Way) -> None:
    before = await town.entries()
    await town.fault("rate_limit", on="first_answer", retry_after_seconds=5)
    await told(town, way, await way.do(town))
    assert await town.entries() == before + 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_error_is_tried_again(town: Town, naps: Naps, status: int) -> None:
    before = await town.entries()
    await town.fault("server_error", on="first_answer", status=status)
    outcome = await WAYS["gift"].do(town)
    assert outcome.outcome == "answered"
    assert naps.seconds == [1]
    await told(town, WAYS["gift"], outcome)
    assert await town.entries() == before + 1


@BY_WAY
async def test_what_server_errors_made_late_is_said_elsewhere(town: Town, way: Way) -> None:
    before = await town.entries()
    await town.fault("server_error", on="first_answer", status=502, times=3)
    await told(town, way, await way.do(town))
    assert await town.entries() == before + 1


# Done, but the word on it was lost


@BY_WAY
async def test_an_answer_that_arrived_unnoticed_is_not_given_twice(town: Town, way: Way) -> None:
    before = await town.entries()
    await town.fault("server_error", on="first_answer", status=502, after_work=True)
    await told(town, way, await way.do(town))
    assert await town.entries() == before + 1


@pytest.mark.parametrize("name", ["gift", "buy"])
async def test_thinking_that_began_unnoticed_still_ends_with_the_answer(
    town: Town, name: str, monkeypatch: pytest.MonkeyPatch, naps: Naps
) -> None:
    monkeypatch.setattr("cogs.answers.DEFER_AFTER_SECONDS", 0)
    before = await town.entries()
    await town.fault("server_error", on="first_answer", status=500, after_work=True)
    async with town.slow_books():
        _, task = await town.arrived(WAYS[name].do(town))
        await until(lambda: naps.seconds == [1])
    await told(town, WAYS[name], await task)
    assert await town.entries() == before + 1


# The interaction is over before it is answered


@BY_WAY
async def test_what_discord_no_longer_knows_is_said_elsewhere(town: Town, way: Way) -> None:
    before = await town.entries()
    await town.fault("refuse", code=10062)
    task = await acted(town, way)
    town.clock.advance(MORE_THAN_THREE_SECONDS)
    await told(town, way, await task)
    assert await town.entries() == before + 1


async def acted(town: Town, way: Way) -> Any:
    """Start something and return once it was refused, to wait for its end later."""
    _, task = await town.arrived(way.do(town))
    await until_disarmed(town)
    return task


async def until_written_to(town: Town, person: str) -> None:
    """Wait until a person got a letter."""
    async with asyncio.timeout(MOST_WAIT_SECONDS):
        while not await town.letters(person):
            pass


async def until_disarmed(town: Town) -> None:
    """Wait until every fault hit."""
    async with asyncio.timeout(MOST_WAIT_SECONDS):
        while (await town.get("faults"))["armed"]:
            pass


@BY_WAY
async def test_a_first_answer_that_travels_too_long_is_said_elsewhere(town: Town, way: Way) -> None:
    before = await town.entries()
    await town.fault("late")
    task = await acted(town, way)
    town.clock.advance(MORE_THAN_THREE_SECONDS)
    await told(town, way, await task)
    assert await town.entries() == before + 1


async def test_a_slow_answer_is_waited_for(town: Town) -> None:
    before = await town.entries()
    await town.fault("slow", on="first_answer", seconds=2)
    task = await acted(town, WAYS["gift"])
    town.clock.advance(2)
    outcome = await task
    assert outcome.outcome == "answered"
    await told(town, WAYS["gift"], outcome)
    assert await town.entries() == before + 1


async def test_a_card_that_was_undone_too_late_to_answer_is_changed_all_the_same(
    town: Town,
) -> None:
    card = await WAYS["gift"].do(town)
    await town.fault("refuse", code=10062)
    press = Way(lambda town: town.press("Mia", card.message, card.button("Undo")), "took back")
    task = await acted(town, press)
    town.clock.advance(MORE_THAN_THREE_SECONDS)
    assert (await task).outcome == "timeout"
    await finish_answers(MOST_WAIT_SECONDS)
    assert await seen_by_all(town, "took back") == 1
    assert await seen_by_all(town, "**Tulip**") == 0
    assert await town.letters("Mia") == []


async def test_a_channel_that_takes_no_messages_is_replaced_by_a_letter(town: Town) -> None:
    await town.fault("refuse", code=10062)
    await town.fault("refuse", code=50013, on="channel")
    task = await acted(town, WAYS["gift"])
    town.clock.advance(MORE_THAN_THREE_SECONDS)
    await task
    await finish_answers(MOST_WAIT_SECONDS)
    (letter,) = await town.letters("Mia")
    assert letter.startswith(ELSEWHERE)
    assert await seen_by_all(town, "**Tulip**") == 0


# discord.py tries a 500 five times, and a 503 once.
@pytest.mark.parametrize(("status", "times"), [(500, 5), (503, 1)])
async def test_a_channel_that_cannot_be_reached_is_replaced_by_a_letter(
    town: Town, status: int, times: int
) -> None:
    await town.fault("refuse", code=10062)
    await town.fault("server_error", status=status, on="channel", times=times)
    task = town.start(WAYS["gift"].do(town))
    await until_written_to(town, "Mia")
    town.clock.advance(MORE_THAN_THREE_SECONDS)
    await task
    await finish_answers(MOST_WAIT_SECONDS)
    (letter,) = await town.letters("Mia")
    assert "**Tulip**" in letter


async def test_what_discord_will_not_show_is_told_as_our_fault(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    before = await town.entries()
    await town.fault("refuse", code=50035)
    outcome = await WAYS["buy"].do(town)
    assert outcome.text == DEFECT
    assert await town.letters("Mia") == []
    assert [one.message for one in caplog.records if one.levelno >= logging.ERROR] == [
        "a command failed"
    ]
    assert await town.entries() == before + 1


async def test_even_that_is_said_in_a_letter_when_it_is_not_shown(town: Town) -> None:
    before = await town.entries()
    await town.fault("refuse", code=50035, times=2)
    task = await acted(town, WAYS["buy"])
    town.clock.advance(MORE_THAN_THREE_SECONDS)
    await task
    await finish_answers(MOST_WAIT_SECONDS)
    (letter,) = await town.letters("Mia")
    assert letter == f"{ELSEWHERE}\n{DEFECT}"
    assert await town.entries() == before + 1


async def test_who_takes_no_letters_finds_it_in_the_history(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await town.fault("refuse", code=10062)
    await town.fault("refuse", code=50007, on="channel")
    task = await acted(town, WAYS["buy"])
    town.clock.advance(MORE_THAN_THREE_SECONDS)
    await task
    await until(lambda: any("nobody could be told" in one.message for one in caplog.records))
    assert "Coins bought" in (await town.type("Mia", "history")).text


# Discord does not answer what is asked before a booking


async def test_who_cannot_be_looked_up_gets_nothing_booked(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    card = await WAYS["gift"].do(town)
    await town.fault("server_error", on="other", status=503, times=5)
    again = town.press("Mia", card.message, card.button("Send again"))
    await town.refuses(again, DISCORD_SILENT)
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]
    await town.fault("none")
    sent = await town.press("Mia", card.message, card.button("Send again"))
    assert "**Tulip**" in sent.text


# Interactions that come twice or late


@BY_WAY
async def test_an_interaction_that_comes_twice_books_once(town: Town, way: Way) -> None:
    before = await town.entries()
    await town.fault("deliver_twice")
    await told(town, way, await way.do(town))
    assert await town.entries() == before + 1


@BY_WAY
async def test_when_one_of_two_copies_is_refused_the_other_answers(town: Town, way: Way) -> None:
    before = await town.entries()
    await town.fault("deliver_twice")
    await town.fault("refuse", code=10062)
    await told(town, way, await way.do(town))
    assert await town.entries() == before + 1


@BY_WAY
async def test_when_both_copies_are_refused_it_is_said_elsewhere_once(town: Town, way: Way) -> None:
    before = await town.entries()
    await town.fault("deliver_twice")
    await town.fault("refuse", code=10062, times=2)
    task = await acted(town, way)
    town.clock.advance(MORE_THAN_THREE_SECONDS)
    await told(town, way, await task)
    assert await town.entries() == before + 1


async def test_a_copy_that_comes_after_all_was_said_elsewhere_says_nothing(town: Town) -> None:
    await town.fault("refuse", code=10062, times=2)
    task = town.start(WAYS["buy"].do(town))
    await until_written_to(town, "Mia")
    town.clock.advance(MORE_THAN_THREE_SECONDS)
    await town.post("fault", fault="drop", replay_events=1)
    await until_disarmed(town)
    await task
    await finish_answers(MOST_WAIT_SECONDS)
    assert len(await town.letters("Mia")) == 1


@BY_WAY
async def test_an_interaction_that_comes_late_books_nothing_and_says_so(
    town: Town, way: Way
) -> None:
    await town.type("Mia", "wallet")  # the bot now knows how far the two clocks are apart
    await town.fault("deliver_late", seconds=2.7)
    before = await town.everything()
    task = await acted_later(town, way)
    town.clock.advance(2.7)
    outcome = await task
    assert outcome.text == TOO_LATE
    assert await town.everything() == before


async def acted_later(town: Town, way: Way) -> Any:
    """Start something that does not reach the bot yet."""
    task = town.start(way.do(town))
    await until_disarmed(town)
    return task


# The gateway


@pytest.fixture
def greetings(town: Town) -> list[str]:
    """What the bot heard when it connected again."""
    heard: list[str] = []

    async def on_resumed() -> None:
        heard.append("resumed")

    async def on_connect() -> None:
        heard.append("connected")

    town.bot.add_listener(on_resumed)
    town.bot.add_listener(on_connect)
    return heard


GATEWAY_FAULTS = {
    "a drop": ({"fault": "drop"}, "resumed"),
    "a drop without a session": ({"fault": "drop", "resumable": False}, "connected"),
    "a request to reconnect": ({"fault": "reconnect"}, "resumed"),
    "an invalid session": ({"fault": "invalid_session"}, "connected"),
    "an interrupted session": ({"fault": "invalid_session", "resumable": True}, "resumed"),
}


@pytest.mark.parametrize(("fault", "greeting"), GATEWAY_FAULTS.values(), ids=GATEWAY_FAULTS)
async def test_the_bot_comes_back_by_itself(
    town: Town, greetings: list[str], fault: dict[str, Any], greeting: str
) -> None:
    before = await town.entries()
    await town.fault(**fault)
    await until(lambda: greetings == [greeting])
    outcome = await WAYS["gift"].do(town)
    await told(town, WAYS["gift"], outcome)
    assert await town.entries() == before + 1


async def test_what_was_typed_while_the_line_was_down_is_answered(
    town: Town, greetings: list[str], naps: Naps
) -> None:
    naps.most_seconds = 1
    before = await town.entries()
    await town.fault("drop", down_seconds=0.5)
    outcome = await WAYS["gift"].do(town)
    assert greetings == ["resumed"]
    await told(town, WAYS["gift"], outcome)
    assert await town.entries() == before + 1


async def test_what_was_typed_too_long_before_the_line_came_back_is_not_booked(
    town: Town, greetings: list[str]
) -> None:
    before = await town.everything()
    await town.fault("drop", down_seconds=10)
    outcome = await WAYS["gift"].do(town)
    assert outcome.outcome == "timeout"
    await until_written_to(town, "Mia")
    (letter,) = await town.letters("Mia")
    assert TOO_LATE in letter
    assert greetings == ["resumed"]
    assert await town.everything() == before
    assert await seen_by_all(town, "**Tulip**") == 0


async def test_events_that_come_again_after_a_resume_book_nothing(
    town: Town, greetings: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "cogs.delivery")
    for way in WAYS.values():
        await told(town, way, await way.do(town))
    before = await town.everything()
    seen = await town.visible("Theo")
    await town.fault("drop", replay_events=len(WAYS) * 4)
    await until(lambda: greetings == ["resumed"])
    refused = "was answered already"
    await until(lambda: sum(refused in one.message for one in caplog.records) >= len(WAYS))
    assert await town.everything() == before
    assert await town.visible("Theo") == seen
    for person in ("Mia", "Luna", "Ada"):
        assert await town.letters(person) == []


# The clock


async def test_the_time_to_take_a_gift_back_can_be_seen_to_pass(town: Town) -> None:
    card = await WAYS["gift"].do(town)
    moved = await town.post("clock", advance_seconds=31)
    assert moved["advanced_seconds"] == 31
    undo = await town.press("Mia", card.message, card.button("Undo"))
    assert "30 seconds" in undo.text
    assert undo.is_private
