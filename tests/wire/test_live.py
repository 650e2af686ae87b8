"""`/live`: begun and ended for all to see, reported to whoever may look."""

from typing import Any

import pytest

from bot.pictures.studio import Studio
from tests.wire.paying import Till
from tests.wire.sentences import CLOSED
from tests.wire.town import MEMBER_ID, Outcome, Town, components_of

pytestmark = pytest.mark.proof("streamer")

MINUTE = 60
HOUR = 60 * MINUTE
NO_SUCH_LIVE = (
    "There is no such live in this season. Please pick one from the list that"
    " `/earnings show live:` offers."
)
PRIVATE = (
    "Luna keeps these earnings private. With `/earnings public` streamers let everybody see what"
    " they receive."
)


async def start(town: Town, person: str = "Luna", **options: Any) -> Outcome:
    return await town.type(person, "live start", **options)


async def end(town: Town, person: str = "Luna") -> Outcome:
    return await town.type(person, "live end")


async def show(town: Town, live: int = 1, person: str = "Luna", **options: Any) -> Outcome:
    shown = await town.type(person, "earnings show", live=str(live), **options)
    assert shown.outcome == "answered", shown.raw
    assert shown.is_private
    return shown


async def a_live(town: Town, title: str = "Songs", *, coins: int = 30) -> Outcome:
    """Let Luna be live for two hours and ten minutes, and receive coins in the first one."""
    await start(town, title=title)
    if coins:
        await town.earn("Luna", coins)
    town.clock.advance(2 * HOUR + 10 * MINUTE)
    return await end(town)


async def test_everybody_reads_that_a_live_begins_and_what_to_do(town: Town) -> None:
    begun = await start(town, title="Songs by the *fire* @everyone")
    assert not begun.is_private
    assert f"🔴 **<@{MEMBER_ID['Luna']}> is live**" in begun.text
    assert "> Songs by the \\*fire\\* @\u200beveryone" in begun.text
    assert "`/gift` sends a gift." in begun.text
    assert "`/live end` ends it, and after 24 hours it ends by itself." in begun.text
    assert begun.message["mentions"] == []


async def test_a_live_needs_no_title(town: Town) -> None:
    begun = await start(town)
    assert ">" not in begun.text.split("is live**")[1]
    town.clock.advance(30)
    over = await end(town)
    assert "'s live is over** after 30 sec\nNo gifts this time." in over.text
    assert "**Live** ·" in (await show(town)).text


async def test_everybody_reads_how_long_it_was_and_how_many_gave_but_no_coins(town: Town) -> None:
    await start(town, title="Songs")
    for giver in ("Mia", "Noor", "Noor"):
        await town.earn("Luna", 10, giver=giver)
    town.clock.advance(2 * HOUR + 10 * MINUTE)
    over = await end(town)
    assert not over.is_private
    assert f"**<@{MEMBER_ID['Luna']}>'s live is over** after 2 hr 10 min\n> Songs" in over.text
    assert "💐 3 gifts from 2 supporters" in over.text
    assert "coin" not in over.text


async def test_the_button_shows_its_streamer_all_and_strangers_nothing(town: Town) -> None:
    over = await a_live(town)
    await town.restart()
    report = await town.press("Luna", over.message, over.button("Earnings"))
    assert report.is_private
    assert report.text.startswith("Earnings of Luna\n**Songs** · <t:")
    assert "· 2 hr 10 min\n" in report.text
    assert "**30 coins** in 1 gift\n0 from bought · 30 from bonus coins" in report.text
    assert "**30 coins** to `/convert`" in report.text
    assert "Best hours" in report.text
    await town.refuses(town.press("Mia", over.message, over.button("Earnings")), PRIVATE)
    await town.type("Luna", "earnings public", on=True)
    public = await town.press("Mia", over.message, over.button("Earnings"))
    assert "**30 coins** in 1 gift" in public.text
    assert "/convert" not in public.text


async def test_a_second_start_says_since_when_the_first_one_runs(town: Town) -> None:
    await start(town)
    began_at = town.clock.seconds()
    town.clock.advance(MINUTE)
    await town.refuses(
        start(town),
        f"You are live since <t:{began_at}:f> already. `/live end` ends that one first.",
    )


async def test_without_a_live_there_is_none_to_end(town: Town) -> None:
    await town.refuses(end(town), "You are not live right now. `/live start` begins a live.")


async def test_a_forgotten_live_has_ended_by_itself(town: Town) -> None:
    await start(town)
    over_at = town.clock.seconds() + 24 * HOUR
    town.clock.advance(25 * HOUR)
    await town.refuses(
        end(town),
        f"Your live ended by itself <t:{over_at}:R>, after 24 hours. `/earnings show live:` shows"
        " what it brought, and `/live start` begins the next one.",
    )
    assert "· 24 hr\n" in (await show(town)).text
    assert "is live" in (await start(town)).text


async def test_only_streamers_go_live(town: Town) -> None:
    await town.refuses(
        start(town, "Mia"),
        "This is for streamers. An admin can add you with `/economy streamers`.",
    )
    await town.type("Ada", "economy settings", setting="open", value="no")
    await town.refuses(start(town), CLOSED)


async def test_a_title_that_discord_should_have_refused_is_refused(town: Town) -> None:
    await town.refuses(
        start(town, title="x" * 81, force=True),
        "A live's title can have up to 80 characters; yours has 81.",
    )


async def test_lives_are_offered_newest_first_and_by_what_is_typed(town: Town) -> None:
    await a_live(town, "Songs")
    town.clock.advance(24 * HOUR)
    await start(town, title="Paint " + "very " * 14)
    offered = await town.choices("Luna", "earnings show", "live", live="")
    assert [each["value"] for each in offered] == ["2", "1"]
    assert offered[0]["name"].endswith("very… — Jan 16, 10:10\u202fAM (running)")
    assert len(offered[0]["name"]) <= 100
    assert offered[1]["name"] == "Songs — Jan 15, 8:00\u202fAM (2 hr 10 min)"
    found = await town.choices("Luna", "earnings show", "live", live="song")
    assert [each["value"] for each in found] == ["1"]
    assert await town.choices("Luna", "earnings show", "live", live="dance") == []


async def test_lives_are_offered_to_whoever_may_see_their_reports(town: Town) -> None:
    await a_live(town)

    async def offered(person: str) -> list[str]:
        choices = await town.choices(person, "earnings show", "live", member="Luna", live="")
        return [each["value"] for each in choices]

    assert await offered("Ada") == ["1"]
    assert await offered("Mia") == []
    await town.type("Luna", "earnings public", on=True)
    assert await offered("Mia") == ["1"]
    assert await town.choices("Mia", "earnings show", "live", live="") == []


async def test_an_admin_sees_the_report_of_a_streamers_live(town: Town) -> None:
    await a_live(town)
    report = await show(town, person="Ada", member="Luna")
    assert "**30 coins** to `/convert`" in report.text
    assert "Statement" in report.labels


@pytest.mark.parametrize("typed", ["2", "Songs", "-1", "9" * 19])
async def test_what_is_no_live_of_the_streamer_is_refused(town: Town, typed: str) -> None:
    await a_live(town)
    await town.refuses(town.type("Luna", "earnings show", live=typed), NO_SUCH_LIVE)


async def test_another_streamers_live_is_not_ones_own(town: Town) -> None:
    await a_live(town)
    await town.refuses(town.type("Kai", "earnings show", live="1"), NO_SUCH_LIVE)


async def test_a_live_is_what_is_shown_when_a_period_is_chosen_too(town: Town) -> None:
    await a_live(town)
    assert "**Songs** ·" in (await show(town, period="28")).text


async def test_a_running_live_is_told_as_one(town: Town) -> None:
    await start(town, title="Songs")
    began_at = town.clock.seconds()
    await town.earn("Luna", 30)
    town.clock.advance(10 * MINUTE)
    report = await show(town)
    assert f"🔴 **Songs** · live since <t:{began_at}:f>\n" in report.text
    assert "**30 coins** in 1 gift" in report.text
    assert "Best hours" not in report.text
    assert "before" not in report.text


async def test_a_live_is_compared_with_the_one_before(town: Town) -> None:
    await a_live(town, coins=20)
    await a_live(town, coins=30)
    await a_live(town, coins=30)
    await a_live(town, coins=0)
    assert "▲ 50% on the live before, which had 20 coins" in (await show(town, 2)).text
    assert "As much as in the live before" in (await show(town, 3)).text
    await start(town)
    town.clock.advance(MINUTE)
    assert "As much as in the live before at this point" in (await show(town, 5)).text
    await town.earn("Luna", 5)
    assert "Nothing in the live before at this point" in (await show(town, 5)).text
    town.clock.advance(MINUTE)
    await end(town)
    assert "Nothing in the live before" in (await show(town, 5)).text


async def test_the_buttons_lead_to_supporters_and_back_and_to_periods_also_after_a_restart(
    town: Town,
) -> None:
    await a_live(town)
    town.clock.advance(10 * HOUR)
    await town.earn("Luna", 5, giver="Mia")
    report = await show(town)
    assert [each for each in components_of(report.message) if each["style"] == 1] == []
    await town.restart()
    more = await town.press("Luna", report.message, report.button("Supporters"))
    assert more.text.startswith("Supporters of Luna\n**Songs** ·")
    assert f"1. <@{MEMBER_ID['Noor']}> · 30 coins in 1 gift" in more.text
    assert str(MEMBER_ID["Mia"]) not in more.text
    back = await town.press("Luna", more.message, more.button("Back"))
    assert back.text == report.text
    week = await town.press("Luna", back.message, back.button("7 days"))
    assert "**35 coins** in 2 gifts" in week.text
    statement = await town.press("Luna", back.message, back.button("Statement"))
    assert "**January 2027**" in statement.text


async def test_a_bot_that_can_draw_shows_a_live_by_quarters_of_an_hour(town: Town) -> None:
    town.bot.studio = Studio()  # closed by the bot that has it
    await start(town)
    town.clock.advance(20 * MINUTE)
    await town.earn("Luna", 30)
    town.clock.advance(20 * MINUTE)
    await end(town)
    (attachment,) = (await show(town)).message["attachments"]
    assert attachment["description"] == (
        "Bars by quarter of an hour, and a line of the total. 30 coins in 1 gift: 0 from bought,"
        " 30 from bonus coins. Most from 8:15\u202fAM on: 30 coins."
    )


async def test_where_coins_are_sold_a_live_tells_prices_to_its_streamer_alone(till: Till) -> None:
    await till.buy("Mia", 350)
    await start(till.town)
    await till.town.type("Mia", "gift", streamer="Luna", gift="posy")
    till.town.clock.advance(MINUTE)
    over = await end(till.town)
    assert "1 gift from 1 supporter" in over.text
    assert "€" not in over.text
    report = await till.town.press("Luna", over.message, over.button("Earnings"))
    assert "**299 coins (€4.27)** in 1 gift" in report.text
