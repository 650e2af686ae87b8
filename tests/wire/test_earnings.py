"""`/earnings show`: what a streamer received, when, from whom, and what became of it."""

import io
from typing import Any

import aiohttp
import pytest
from PIL import Image

from bot.pictures.studio import Studio
from tests.wire.paying import Till
from tests.wire.sentences import INVALID_FORM
from tests.wire.town import MEMBER_ID, Outcome, Town, components_of

pytestmark = pytest.mark.proof("streamer")

HOUR_SECONDS = 60 * 60
DAY_SECONDS = 24 * HOUR_SECONDS
FOR_STREAMERS = "This is for streamers. An admin can add you with `/economy streamers`."
PRIVATE = (
    "Luna keeps these earnings private. With `/earnings public` streamers let everybody see what"
    " they receive."
)


async def show(town: Town, person: str = "Luna", **options: Any) -> Outcome:
    shown = await town.type(person, "earnings show", **options)
    assert shown.outcome == "answered", shown.raw
    assert shown.is_private
    return shown


async def make_public(town: Town, *, on: bool) -> str:
    return (await town.type("Luna", "earnings public", on=on)).text


async def test_a_new_streamer_sees_an_empty_week(town: Town) -> None:
    earnings = await show(town)
    assert earnings.text.startswith("Earnings of Luna\n**7 days** · since Jan 9, 2027, UTC time\n")
    assert "**0 coins** in 0 gifts" in earnings.text
    assert "As much as in the same time before" in earnings.text
    assert "Nobody in this time." in earnings.text
    assert "Best hours" not in earnings.text
    assert "On hold" not in earnings.text


async def test_received_converted_and_claimable_stand_side_by_side(town: Town) -> None:
    await town.type("Mia", "buy", pack=70)
    await town.type("Mia", "gift", streamer="Luna", gift="honeypot", count=1)
    await town.type("Mia", "gift", streamer="Luna", gift="cherries", count=2)
    await town.earn("Luna", 400)
    await town.type("Luna", "convert", coins=300)
    await town.type("Luna", "claim request", diamonds=120)
    earnings = await show(town)
    assert "**460 coins** in 2 gifts\n60 from bought · 400 from bonus coins" in earnings.text
    assert "**160 coins** to `/convert`\n300 coins → 300 diamonds in this time" in earnings.text
    assert "**180 diamonds** to `/claim request`\n120 in claims · 0 paid out" in earnings.text


async def test_one_gift_is_one_gift(town: Town) -> None:
    await town.earn("Luna", 1)
    earnings = await show(town)
    assert "**1 coin** in 1 gift\n" in earnings.text
    assert f"1. <@{MEMBER_ID['Noor']}> · 1 coin in 1 gift" in earnings.text.splitlines()


async def test_days_are_bars_and_supporters_are_ranked(town: Town) -> None:
    await town.earn("Luna", 100, giver="Mia")
    town.clock.advance(2 * DAY_SECONDS)
    await town.earn("Luna", 40, giver="Noor")
    await town.earn("Luna", 10, giver="Theo")
    earnings = (await show(town)).text.splitlines()
    days = [line for line in earnings if line.startswith("`")]
    assert len(days) == 7
    assert "██████████" in days[4]
    assert days[4].endswith("100`")
    assert "░░░░░░░░░░" in days[5]
    assert "█████░░░░░" in days[6]
    assert days[6].endswith("50`")
    ranked = [line for line in earnings if line[0].isdigit() and ". <@" in line]
    assert [MEMBER_ID[name] for name in ("Mia", "Noor", "Theo")] == [
        int(line.split("<@")[1].split(">")[0]) for line in ranked
    ]


@pytest.mark.parametrize(
    ("period", "name", "coins"),
    [
        ("today", "Today", "0 coins"),
        ("7", "7 days", "0 coins"),
        ("28", "28 days", "5 coins"),
        ("90", "90 days", "12 coins"),
        ("month", "This month", "0 coins"),
        ("all", "All", "12 coins"),
    ],
)
async def test_the_period_reaches_further_back(
    town: Town, period: str, name: str, coins: str
) -> None:
    await town.earn("Luna", 7)
    town.clock.advance(40 * DAY_SECONDS)
    await town.earn("Luna", 5)
    town.clock.advance(10 * DAY_SECONDS)
    earnings = await show(town, period=period)
    assert f"**{name}** · since" in earnings.text
    assert f"**{coins}** in" in earnings.text


async def test_a_period_is_compared_with_the_one_before(town: Town) -> None:
    await town.earn("Luna", 40)
    town.clock.advance(7 * DAY_SECONDS)
    assert "▼ 100% on the same time before, which had 40 coins" in (await show(town)).text
    await town.earn("Luna", 50)
    assert "▲ 25% on the same time before, which had 40 coins" in (await show(town)).text
    town.clock.advance(7 * DAY_SECONDS)
    await town.earn("Luna", 50)
    assert "As much as in the same time before" in (await show(town)).text
    town.clock.advance(21 * DAY_SECONDS)
    await town.earn("Luna", 5)
    assert "Nothing in the same time before" in (await show(town)).text


async def test_the_best_hours_are_those_of_the_servers_clock(town: Town) -> None:
    await town.type("Ada", "economy timezone", name="Europe/Berlin")
    await town.earn("Luna", 5)
    town.clock.advance(11 * HOUR_SECONDS)
    await town.earn("Luna", 80)
    earnings = await show(town)
    assert (
        "Best hours\n8:00\u202fPM to 9:00\u202fPM · 80 coins\n"
        "9:00\u202fAM to 10:00\u202fAM · 5 coins\n" in earnings.text
    )
    assert "Berlin time" in earnings.text


async def test_what_is_on_hold_says_until_when(town: Town) -> None:
    await town.type("Ada", "economy hold", days=7)
    for day in range(6):
        await town.earn("Luna", 10 + day)
        town.clock.advance(DAY_SECONDS)
    earnings = await show(town)
    first = town.clock.seconds() + DAY_SECONDS
    assert f"On hold\n**75 coins**\n10 coins <t:{first}:R>\n11 coins <t:" in earnings.text
    assert "29 coins later, the last <t:" in earnings.text
    assert "**0 coins** to `/convert`" in earnings.text


async def test_a_gift_taken_back_was_not_received(town: Town) -> None:
    await town.grant("Mia", 15)
    sent = await town.type("Mia", "gift", streamer="Luna", gift="tulip")
    await town.press("Mia", sent.message, sent.button("Undo"))
    assert "**0 coins** in 0 gifts" in (await show(town)).text


async def test_members_have_no_earnings(town: Town) -> None:
    await town.refuses(town.type("Mia", "earnings show"), FOR_STREAMERS)
    await town.refuses(town.type("Mia", "earnings public", on=True), FOR_STREAMERS)
    await town.refuses(
        town.type("Luna", "earnings show", member="Mia"),
        "Mia is not a streamer here. Admins choose streamers with `/economy streamers`.",
    )


async def test_a_former_streamer_still_sees_what_came_in(town: Town) -> None:
    await town.earn("Luna", 30)
    await town.post("member", member="Luna", action="remove_role", role="Streamer")
    assert "**30 coins**" in (await show(town)).text


async def test_discord_passes_on_only_the_periods_there_are(town: Town) -> None:
    await town.discord_refuses(town.type("Luna", "earnings show", period="8"), INVALID_FORM)


async def test_a_forged_period_is_read_as_a_week(town: Town) -> None:
    earnings = await town.type("Luna", "earnings show", period="century", force=True)
    assert "**7 days**" in earnings.text


async def test_where_coins_are_sold_a_streamer_reads_what_the_prices_are(till: Till) -> None:
    await till.buy("Mia", 350)
    await till.town.type("Ada", "economy settings", setting="fee_percent", value="10")
    await till.town.type("Mia", "gift", streamer="Luna", gift="posy")
    earnings = await show(till.town)
    assert (
        "**270 coins (€3.86)** in 1 gift\n270 from bought · 0 from bonus coins\n"
        "29 coins (€0.42) fee" in earnings.text
    )
    assert "On hold\n**270 coins (€3.86)**\n270 coins (€3.86) <t:" in earnings.text
    assert f"1. <@{MEMBER_ID['Mia']}> · 299 coins (€4.27) in 1 gift" in earnings.text
    assert earnings.text.endswith(
        "In brackets: what members pay for as many coins here, not what you are paid."
    )


async def test_earnings_are_private_until_their_streamer_says_otherwise(town: Town) -> None:
    await town.earn("Luna", 30)
    await town.refuses(town.type("Mia", "earnings show", member="Luna"), PRIVATE)
    assert (await make_public(town, on=True)).startswith("Everybody here can see now")
    public = await show(town, "Mia", member="Luna")
    assert "Earnings of Luna" in public.text
    assert "**30 coins** in 1 gift" in public.text
    assert f"<@{MEMBER_ID['Noor']}> · 30 coins" in public.text
    for private in ("Convertible", "/convert", "Diamonds", "In claims", "On hold", "fee"):
        assert private not in public.text
    assert "Statement" not in public.labels
    assert await make_public(town, on=False) == (
        "Only you and the admins can see your earnings now."
    )
    await town.refuses(town.type("Mia", "earnings show", member="Luna"), PRIVATE)


async def test_an_admin_sees_all_of_a_streamers_report(town: Town) -> None:
    await town.earn("Luna", 30)
    report = await show(town, "Ada", member="Luna")
    assert "**30 coins** to `/convert`" in report.text
    assert "Statement" in report.labels


async def test_the_buttons_look_at_other_periods_also_after_a_restart(town: Town) -> None:
    await town.earn("Luna", 30)
    town.clock.advance(10 * DAY_SECONDS)
    shown = await show(town)
    assert shown.labels == [
        *("Today", "7 days", "28 days", "90 days", "This month", "All"),
        *("Supporters", "Statement"),
    ]
    await town.restart()
    pressed = await town.press("Luna", shown.message, shown.button("28 days"))
    assert pressed.message["id"] == shown.message["id"]
    assert "**28 days**" in pressed.text
    assert "**30 coins** in 1 gift" in pressed.text
    chosen = [each["label"] for each in components_of(pressed.message) if each["style"] == 1]
    assert chosen == ["28 days"]


async def test_the_buttons_ask_anew_who_may_look(town: Town) -> None:
    await town.earn("Luna", 30)
    await make_public(town, on=True)
    public = await show(town, "Mia", member="Luna")
    public = await town.press("Mia", public.message, public.button("All"))
    assert "Diamonds" not in public.text
    await make_public(town, on=False)
    for label in ("All", "Supporters"):
        await town.refuses(town.press("Mia", public.message, public.button(label)), PRIVATE)


async def test_supporters_are_listed_further_and_there_is_a_way_back(town: Town) -> None:
    for person in ("Mia", "Noor", "Theo"):
        await town.earn("Luna", 10, giver=person)
    shown = await show(town)
    more = await town.press("Luna", shown.message, shown.button("Supporters"))
    assert more.text.startswith("Supporters of Luna\n**7 days**")
    assert more.text.count("· 10 coins in 1 gift") == 3
    back = await town.press("Luna", more.message, more.button("Back"))
    assert back.text == shown.text


async def test_an_admin_still_sees_what_a_streamer_who_left_received(town: Town) -> None:
    await town.earn("Luna", 30)
    shown = await show(town, "Ada", member="Luna")
    await town.post("member", member="Luna", action="leave")
    pressed = await town.press("Ada", shown.message, shown.button("All"))
    assert "Earnings of somebody who left" in pressed.text
    assert "**30 coins** in 1 gift" in pressed.text


async def test_a_bot_that_can_draw_shows_a_picture_instead_of_bars(town: Town) -> None:
    town.bot.studio = Studio()  # closed by the bot that has it
    await town.earn("Luna", 30)
    shown = await show(town)
    assert "█" not in shown.text
    (attachment,) = shown.message["attachments"]
    assert attachment["description"] == (
        "Bars by day, and a line of the total. 30 coins in 1 gift: 0 from bought, 30 from bonus"
        " coins. Most in Jan 15: 30 coins."
    )
    assert shown.message["embeds"][0]["image"]["url"]
    async with aiohttp.ClientSession() as session, session.get(attachment["url"]) as response:
        assert Image.open(io.BytesIO(await response.read())).size == (1100, 560)
    pressed = await town.press("Luna", shown.message, shown.button("Today"))
    (attachment,) = pressed.message["attachments"]
    assert attachment["description"].startswith("Bars by hour")
    more = await town.press("Luna", pressed.message, pressed.button("Supporters"))
    assert more.message["attachments"] == []
