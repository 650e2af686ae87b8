"""How bots answer: at once, later, twice, too late, with files, and only for one reader."""

import asyncio

import pytest

from tests.sandbox.script import Json, Script
from tests.sandbox.small_bot import PNG, SmallBot

pytestmark = pytest.mark.proof("sandbox")


async def started(bot: SmallBot) -> None:
    """Wait until a command of the bot holds."""
    await asyncio.wait_for(bot.held.wait(), 5)


async def moved(script: Script, seconds: float) -> None:
    """Move the clock and let everybody notice."""
    script.clock.advance(seconds)
    script.sandbox.deliveries.expire()
    await asyncio.sleep(0)


async def test_an_ephemeral_answer_is_for_its_reader_alone(script: Script, bot: SmallBot) -> None:
    outcome = await script.command("whisper")
    assert outcome["messages"][0]["flags"] == 64
    assert [one["content"] for one in await script.messages()] == ["psst"]
    assert await script.messages(who="Noor") == []
    assert bot.user is not None
    message_id = outcome["messages"][0]["id"]
    channel_id = outcome["messages"][0]["channel_id"]
    path = f"/channels/{channel_id}/messages/{message_id}"
    assert await script.rest("GET", path) == (404, {"message": "Unknown Message", "code": 10008})


async def test_after_thinking_the_edit_is_the_answer(script: Script, bot: SmallBot) -> None:
    asking = asyncio.create_task(script.command("think"))
    await started(bot)
    thinking = await script.messages()
    assert thinking[0]["flags"] == 128
    bot.gate.set()
    outcome = await asking
    assert outcome["outcome"] == "answered"
    assert outcome["messages"][0]["id"] == thinking[0]["id"]
    assert (outcome["messages"][0]["content"], outcome["messages"][0]["flags"]) == ("thought", 0)
    assert outcome["messages"][0]["edited_timestamp"] is None


async def test_the_first_follow_up_takes_the_place_of_thinking(
    script: Script, bot: SmallBot
) -> None:
    outcome = await script.command("ponder")
    assert bot.is_ready()
    assert [one["content"] for one in await script.messages()] == ["pondered"]
    assert outcome["messages"][0]["type"] == 20


async def test_still_thinking_after_five_seconds_is_told_as_deferred(
    script: Script, bot: SmallBot
) -> None:
    asking = asyncio.create_task(script.command("think", options={"hidden": True}))
    await started(bot)
    await moved(script, 4.9)
    assert not asking.done()
    await moved(script, 0.2)
    outcome = await asking
    assert outcome["outcome"] == "deferred"
    assert outcome["messages"][0]["flags"] == 128 | 64
    bot.gate.set()


async def test_after_three_seconds_the_token_is_dead(script: Script, bot: SmallBot) -> None:
    asking = asyncio.create_task(script.command("hold"))
    await started(bot)
    await moved(script, 3.0)
    assert not asking.done()
    await moved(script, 0.1)
    assert (await asking)["outcome"] == "timeout"
    bot.gate.set()
    assert await asyncio.wait_for(bot.error_codes.get(), 5) == 10062
    assert await script.messages() == []


async def test_a_command_without_a_connected_bot_times_out(script: Script) -> None:
    command = {"name": "lonely", "description": "No one is here"}
    status, _ = await script.rest("PUT", "/applications/@x/commands", [command])
    assert status == 400
    _, own = await script.rest("GET", "/applications/@me")
    status, _ = await script.rest("PUT", f"/applications/{own['id']}/commands", [command])
    assert status == 200
    interactions = script.sandbox.interactions
    command_call = interactions.command(as_="Mia", channel="stage", command="lonely")
    asking = asyncio.create_task(command_call)
    await asyncio.sleep(0)
    await moved(script, 3.1)
    assert (await asking).outcome == "timeout"


async def test_of_two_deliveries_one_answer_counts(script: Script, bot: SmallBot) -> None:
    bot.gate.set()
    outcome = await script.command("hold", deliveries=2)
    assert outcome["outcome"] == "answered"
    assert await asyncio.wait_for(bot.error_codes.get(), 5) == 40060
    assert len(await script.messages()) == 1


async def test_an_interaction_can_be_delivered_again(script: Script, bot: SmallBot) -> None:
    bot.gate.set()
    first = await script.command("hold")
    status, again = await script.post("command", {"resend": first["interaction"]})
    assert (status, again["outcome"], again["error"]["code"]) == (200, "refused", 40060)
    assert again["interaction"] == first["interaction"]
    assert len(await script.messages()) == 1


async def test_a_command_cannot_be_answered_with_choices(script: Script, bot: SmallBot) -> None:
    asking = asyncio.create_task(script.command("hold"))
    await started(bot)
    (interaction,) = script.sandbox.deliveries.in_flight()
    path = f"/interactions/{interaction.id}/{interaction.token}/callback"
    for kind in (1, 6, 7, 8, "x", None):
        status, refused = await script.rest("POST", path, {"type": kind}, token=None)
        assert (status, refused["code"]) == (400, 50035), kind
    bot.gate.set()
    assert (await asking)["outcome"] == "answered"


async def test_follow_ups_are_messages_of_their_own(script: Script, bot: SmallBot) -> None:
    await script.command("story")
    await asyncio.wait_for(bot.gate.wait(), 5)
    mine = [one["content"] for one in await script.messages()]
    assert mine == ["two, edited", "three"]
    assert [one["content"] for one in await script.messages(who="Noor")] == ["two, edited"]


async def test_a_picture_can_be_fetched(script: Script, bot: SmallBot) -> None:
    assert bot.is_ready()
    message = (await script.command("picture"))["messages"][0]
    attachment = message["attachments"][0]
    assert (attachment["description"], attachment["width"], attachment["height"]) == ("a dot", 2, 3)
    assert message["embeds"][0]["image"]["url"] == attachment["url"]
    async with script.http.get(attachment["url"]) as response:
        assert await response.read() == PNG
        assert response.headers["Content-Type"] == "image/png"


async def test_a_message_that_breaks_a_rule_can_be_answered_better(
    script: Script, bot: SmallBot
) -> None:
    asking = asyncio.create_task(script.command("say", options={"text": "x" * 2001}))
    assert await asyncio.wait_for(bot.error_codes.get(), 5) == 50035
    await moved(script, 3.1)
    assert (await asking)["outcome"] == "timeout"


async def test_direct_messages_are_between_two(script: Script, bot: SmallBot) -> None:
    assert bot.application_id
    await script.command("letter")
    channel = f"dm:{bot.application_id}"
    assert [one["content"] for one in await script.messages(channel=channel)] == ["dear"]
    assert await script.messages(who="Noor", channel="dm") == []


async def test_mentions_are_only_the_allowed_ones(script: Script, bot: SmallBot) -> None:
    assert bot.is_ready()
    text = "<@1200000000000000104> @everyone"
    message: Json = (await script.command("say", options={"text": text}))["messages"][0]
    assert (message["mentions"], message["mention_everyone"]) == ([], False)


@pytest.mark.parametrize("seconds", [14 * 60, 15 * 60 + 1])
async def test_a_token_lives_for_fifteen_minutes(
    script: Script, bot: SmallBot, seconds: float
) -> None:
    outcome = await script.command("whisper")
    interaction = script.sandbox.interactions.records.by_id(outcome["interaction"])
    assert interaction is not None
    script.clock.advance(seconds)
    path = f"/webhooks/{bot.application_id}/{interaction.token}"
    status, answer = await script.rest("POST", path, {"content": "late"}, token=None)
    if seconds < 15 * 60:
        assert (status, answer["content"]) == (200, "late")
    else:
        assert (status, answer["code"]) == (401, 50027)
