"""Faults that the real client meets: lost first answers, and interactions twice or late."""

import asyncio
from typing import Any

import discord
import pytest

from bot.sandbox.interaction_records import FIRST_ANSWER_SECONDS
from tests.sandbox.script import Script
from tests.sandbox.small_bot import SmallBot

pytestmark = pytest.mark.proof("sandbox")

COMPLETION = {
    "as": "Mia",
    "channel": "stage",
    "command": "flower bed water",
    "options": {"word": "a"},
    "focused": "word",
}


class Failures:
    """What the bot was refused."""

    def __init__(self, bot: SmallBot) -> None:
        self._codes: asyncio.Queue[int] = asyncio.Queue()
        bot.tree.error(self._note)

    async def _note(self, _interaction: Any, error: discord.app_commands.AppCommandError) -> None:
        cause = error.__cause__ or error
        assert isinstance(cause, discord.HTTPException), cause
        self._codes.put_nowait(cause.code)

    async def next(self) -> int:
        """Wait for the next refusal and give Discord's code."""
        return await asyncio.wait_for(self._codes.get(), 5)

    @property
    def none(self) -> bool:
        """Whether nothing was refused."""
        return self._codes.empty()


@pytest.fixture
def failures(bot: SmallBot) -> Failures:
    return Failures(bot)


async def test_a_refused_first_answer_leaves_the_person_without_one(
    script: Script, failures: Failures
) -> None:
    await script.fault("refuse")
    acting = asyncio.create_task(script.command("whisper"))
    assert await failures.next() == 10062
    assert not acting.done()
    await script.advance(FIRST_ANSWER_SECONDS + 1)
    assert (await acting)["outcome"] == "timeout"
    assert await script.messages() == []
    assert (await script.command("whisper"))["outcome"] == "answered"


async def test_a_late_first_answer_is_refused_after_three_seconds(
    script: Script, failures: Failures
) -> None:
    await script.fault("late")
    acting = asyncio.create_task(script.command("whisper"))
    await script.until_disarmed()
    await script.advance(FIRST_ANSWER_SECONDS)
    await script.pause()
    assert failures.none
    await script.advance(0.01)
    assert await failures.next() == 10062
    assert (await acting)["outcome"] == "timeout"
    assert await script.messages() == []


async def test_typing_does_not_use_up_what_was_meant_for_the_command(
    script: Script, failures: Failures
) -> None:
    assert failures.none
    for fault in ("rate_limit", "deliver_late"):
        await script.fault(fault)
    _, outcome = await script.post("autocomplete", COMPLETION)
    assert outcome["outcome"] == "answered"
    assert [one["times_left"] for one in await script.armed()] == [1, 1]


async def test_choices_can_be_refused_by_themselves(script: Script, failures: Failures) -> None:
    assert failures.none
    await script.fault("refuse", on="choices", code=40060)
    assert (await script.command("whisper"))["outcome"] == "answered"
    acting = asyncio.create_task(script.post("autocomplete", COMPLETION))
    await script.until_disarmed()
    await script.advance(FIRST_ANSWER_SECONDS + 1)
    assert (await acting)[1]["outcome"] == "timeout"


async def test_an_interaction_goes_out_twice(script: Script, failures: Failures) -> None:
    await script.fault("deliver_twice")
    outcome = await script.command("whisper")
    assert (outcome["outcome"], len(outcome["messages"])) == ("answered", 1)
    # The second answer is one too many.
    assert await failures.next() == 40060
    assert await script.armed() == []
    assert len(await script.messages()) == 1


async def test_an_interaction_reaches_the_bot_late(script: Script, failures: Failures) -> None:
    assert failures.none
    await script.fault("deliver_late", seconds=2)
    acting = asyncio.create_task(script.command("whisper"))
    await script.until_disarmed()
    await script.advance(1.999)
    await script.pause()
    assert not acting.done()
    await script.advance(0.001)
    outcome = await acting
    assert outcome["outcome"] == "answered"


async def test_an_interaction_that_reaches_the_bot_too_late_is_dead(
    script: Script, failures: Failures
) -> None:
    await script.fault("deliver_late", seconds=4)
    await script.fault("deliver_twice")
    acting = asyncio.create_task(script.command("whisper"))
    await script.until_disarmed()
    await script.advance(4)
    assert (await acting)["outcome"] == "timeout"
    assert [await failures.next() for _ in range(2)] == [10062, 10062]


async def test_the_real_client_tries_again_by_itself(
    script: Script, failures: Failures, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert failures.none
    naps: list[float] = []
    real_sleep = asyncio.sleep

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        await real_sleep(0)

    monkeypatch.setattr("discord.webhook.async_.asyncio.sleep", nap)
    await script.fault("rate_limit", on="first_answer", retry_after_seconds=7)
    await script.fault("server_error", on="first_answer", status=503)
    outcome = await script.command("whisper")
    assert outcome["outcome"] == "answered"
    assert [seconds for seconds in naps if seconds][:1] == [7]
    assert await script.armed() == []
