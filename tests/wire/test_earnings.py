"""`/earnings`: what a streamer received, by day and by supporter, and what became of it."""

import pytest

from tests.wire.paying import Till
from tests.wire.sentences import INVALID_FORM
from tests.wire.town import MEMBER_ID, Town

DAY_SECONDS = 24 * 60 * 60
FOR_STREAMERS = "This is for streamers. An admin can add you with `/economy streamers`."


async def test_a_new_streamer_sees_empty_days_and_a_welcome(town: Town) -> None:
    earnings = await town.type("Luna", "earnings")
    assert earnings.is_private
    assert "Earnings of Luna\nThe last 7 days, in UTC" in earnings.text
    assert "**0 coins** in 0 gifts" in earnings.text
    assert "Nobody yet. Your first gift shows here." in earnings.text


async def test_received_converted_and_claimable_stand_side_by_side(town: Town) -> None:
    await town.type("Mia", "buy", pack=70)
    await town.type("Mia", "gift", streamer="Luna", gift="honeypot", count=1)
    await town.type("Mia", "gift", streamer="Luna", gift="cherries", count=2)
    await town.earn("Luna", 400)
    await town.type("Luna", "convert", coins=300)
    await town.type("Luna", "claim request", diamonds=120)
    earnings = await town.type("Luna", "earnings")
    assert "**460 coins** in 2 gifts\n60 from bought · 400 from bonus coins" in earnings.text
    assert "300 coins → 300 diamonds\n**160 coins** left to `/convert`" in earnings.text
    assert "**180 diamonds** to `/claim request`\n120 in claims" in earnings.text


async def test_one_gift_is_one_gift(town: Town) -> None:
    await town.earn("Luna", 1)
    earnings = await town.type("Luna", "earnings")
    assert "**1 coin** in 1 gift\n" in earnings.text
    assert f"1. <@{MEMBER_ID['Noor']}> · 1 coin in 1 gift" in earnings.text.splitlines()


async def test_days_are_bars_and_supporters_are_ranked(town: Town) -> None:
    await town.earn("Luna", 100, giver="Mia")
    town.clock.advance(2 * DAY_SECONDS)
    await town.earn("Luna", 40, giver="Noor")
    await town.earn("Luna", 10, giver="Theo")
    earnings = (await town.type("Luna", "earnings")).text.splitlines()
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


@pytest.mark.parametrize(("days", "coins"), [(7, "0 coins"), (28, "5 coins"), (90, "12 coins")])
async def test_the_period_reaches_further_back(town: Town, days: int, coins: str) -> None:
    await town.earn("Luna", 7)
    town.clock.advance(40 * DAY_SECONDS)
    await town.earn("Luna", 5)
    town.clock.advance(10 * DAY_SECONDS)
    earnings = await town.type("Luna", "earnings", period=days)
    assert f"The last {days} days" in earnings.text
    assert f"**{coins}** in" in earnings.text


async def test_a_gift_taken_back_was_not_received(town: Town) -> None:
    await town.grant("Mia", 15)
    sent = await town.type("Mia", "gift", streamer="Luna", gift="tulip")
    await town.press("Mia", sent.message, sent.button("Undo"))
    assert "**0 coins** in 0 gifts" in (await town.type("Luna", "earnings")).text


async def test_members_have_no_earnings(town: Town) -> None:
    await town.refuses(town.type("Mia", "earnings"), FOR_STREAMERS)


async def test_a_former_streamer_still_sees_what_came_in(town: Town) -> None:
    await town.earn("Luna", 30)
    await town.post("member", member="Luna", action="remove_role", role="Streamer")
    assert "**30 coins**" in (await town.type("Luna", "earnings")).text


async def test_discord_passes_on_only_the_periods_there_are(town: Town) -> None:
    await town.discord_refuses(town.type("Luna", "earnings", period=8), INVALID_FORM)


async def test_a_forged_period_is_read_as_a_week(town: Town) -> None:
    earnings = await town.type("Luna", "earnings", period=1_000_000, force=True)
    assert "The last 7 days" in earnings.text


async def test_where_coins_are_sold_a_streamer_reads_what_the_prices_are(till: Till) -> None:
    await till.buy("Mia", 350)
    await till.town.type("Ada", "economy settings", setting="fee_percent", value="10")
    await till.town.type("Mia", "gift", streamer="Luna", gift="posy")
    earnings = await till.town.type("Luna", "earnings")
    assert (
        "**270 coins (€3.86)** in 1 gift\n270 from bought · 0 from bonus coins\n"
        "29 coins (€0.42) fee" in earnings.text
    )
    assert f"1. <@{MEMBER_ID['Mia']}> · 299 coins (€4.27) in 1 gift" in earnings.text
    assert earnings.text.endswith(
        "In brackets: what members pay for as many coins here, not what you are paid."
    )
