"""The corners of a report: what went back, what waits for a bank, and long lists."""

from dataclasses import replace
from fractions import Fraction

import discord
import pytest

from bot.currencies import CoinPrice
from bot.services.earnings import Earnings
from bot.services.earnings_rows import Sums
from bot.services.holds import Held
from bot.services.releases import Release
from bot.services.supporters import MOST_LISTED, Supporter, Supporters
from bot.services.wallets import Wallet
from bot.texts import Texts, texts_for
from cogs.earnings_card import earnings_embed, supporters_embed
from tests.cogs.earnings_samples import NOW, earnings_of, live_earnings_of

pytestmark = pytest.mark.proof("streamer")

ENGLISH = texts_for("en-US")
PRICED = ENGLISH.priced(CoinPrice(Fraction(2), "EUR"))
CROWD = Supporters(tuple(Supporter(member, 10, 1) for member in range(1, 8)), 9, NOW)


def embed_of(
    report: Earnings, texts: Texts = ENGLISH, *, name: str = "Luna", is_all: bool = True
) -> discord.Embed:
    return earnings_embed(texts, name, report, is_all=is_all, is_drawn=True)


def field(embed: discord.Embed, name: str) -> str:
    (value,) = [one.value for one in embed.fields if one.name and name in one.name]
    assert value is not None
    return value


def test_what_went_back_is_the_streamers_own_business() -> None:
    report = earnings_of(received=Sums(3, 90, 10, 5, 40))
    assert field(embed_of(report), "Received").endswith(
        "5 fee\n40 coins went back in this time, as payments did"
    )
    public = field(embed_of(report, is_all=False), "Received")
    assert public == "**100 coins** in 3 gifts\n90 from bought · 10 from bonus coins"


def test_a_hold_tells_its_days_and_what_waits_for_a_bank() -> None:
    releases = tuple(Release(NOW + day, 10) for day in range(6))
    report = earnings_of(
        held=Held(100, 0, NOW, 40),
        releases=releases,
        wallet=Wallet(0, 0, 130, 20, 0, 0),
    )
    embed = embed_of(report, PRICED)
    assert field(embed, "On hold").splitlines() == [
        "**100 coins (€2.00)**",
        *(f"10 coins (€0.20) <t:{NOW + day}:R>" for day in range(4)),
        f"20 coins (€0.40) later, the last <t:{NOW + 5}:R>",
        "40 coins (€0.80) until a bank has decided",
    ]
    assert field(embed, "Convertible").startswith("**50 coins (€1.00)** to `/convert`")


def test_a_long_list_says_how_many_more_there_are_and_from_when_it_is() -> None:
    report = earnings_of(supporters=CROWD)
    lines = [f"{member}. <@{member}> · 10 coins in 1 gift" for member in range(1, 8)]
    made = f"-# As of <t:{NOW}:R>"
    shown = field(embed_of(report), "Supporters").splitlines()
    assert shown == [*lines[:5], "and 4 more", made]
    listed = supporters_embed(ENGLISH, "Luna", report)
    assert listed.title == "Supporters of Luna"
    assert listed.description is not None
    assert listed.description.endswith("\n".join([*lines, "and 2 more", made]))


def test_the_longest_report_fits_into_what_discord_takes() -> None:
    huge = 10**15
    crowd = tuple(Supporter(2**63 - n, huge, huge) for n in range(MOST_LISTED))
    report = earnings_of(
        received=Sums(huge, huge, huge, huge, huge),
        before=Sums(1, 1),
        hours=(huge,) * 24,
        supporters=Supporters(crowd, 10**9, NOW),
        held=Held(huge, huge, NOW, huge),
        releases=(Release(NOW, huge),) * 30,
    )
    embed = earnings_embed(PRICED, "x" * 32, report, is_all=True, is_drawn=False)
    assert len(embed) <= 6_000
    assert all(len(one.value or "") <= 1_024 for one in embed.fields)
    assert len(supporters_embed(PRICED, "x" * 32, report).description or "") <= 4_096


def test_a_name_formats_nothing() -> None:
    assert embed_of(earnings_of(), name="**Luna**").title == r"Earnings of \*\*Luna\*\*"


def test_a_title_formats_nothing_and_mentions_nobody() -> None:
    report = live_earnings_of(60)
    assert report.span.live is not None
    live = replace(report.span.live, title="**Songs** @everyone")
    embed = embed_of(replace(report, span=replace(report.span, live=live)))
    assert (embed.description or "").startswith("**\\*\\*Songs\\*\\* @\u200beveryone** · <t:")


def test_hours_are_ranked_in_a_live_that_has_some() -> None:
    def has_hours(lasts_seconds: int) -> bool:
        embed = embed_of(live_earnings_of(lasts_seconds))
        return any("Best hours" in (one.name or "") for one in embed.fields)

    assert not has_hours(2 * 60 * 60)
    assert has_hours(2 * 60 * 60 + 1)
