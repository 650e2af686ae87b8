"""`/limits`: what a member spends on coins, and the limits on it."""

import pytest

from tests.wire.paying import Till
from tests.wire.sentences import NOT_IN_GUILD
from tests.wire.town import GUILD_ID, MEMBER_ID, Outcome, Town

DAY = 24 * 60 * 60
BOTH = (
    "Please give both: the period, and the most for it, such as €20.00, or “none” for no limit of"
    " your own."
)


def told(outcome: Outcome) -> dict[str, str]:
    """Return what is said of each period."""
    (embed,) = outcome.message["embeds"]
    return {field["name"]: field["value"] for field in embed["fields"]}


async def test_without_limits_what_was_spent_is_told(till: Till) -> None:
    await till.buy()
    seen = await till.town.type("Mia", "limits")
    assert seen.is_private
    assert seen.text.startswith("What you spend on coins\n`/limits period: amount:`")
    assert told(seen) == {
        f"In {period}": "**€9.99** spent\nNo limit" for period in ("24 hours", "7 days", "30 days")
    }


async def test_own_limits_and_the_servers_stand_side_by_side(till: Till) -> None:
    limits = till.town.bot.economy.spending_limits
    await limits.set_guild(GUILD_ID, MEMBER_ID["Ada"], "week", "15", "en-US")
    await till.town.type("Mia", "limits", period="day", amount="€12")
    await till.town.type("Mia", "limits", period="week", amount="20")
    await till.buy()
    assert told(await till.town.type("Mia", "limits")) == {
        "In 24 hours": "**€9.99** spent · **€2.01** left\nYour own limit: €12.00",
        "In 7 days": (
            "**€9.99** spent · **€5.01** left\nYour own limit: €20.00\nThis server's limit: €15.00"
        ),
        "In 30 days": "**€9.99** spent\nNo limit",
    }


async def test_what_is_over_a_limit_leaves_nothing(till: Till) -> None:
    await till.buy()
    await till.town.type("Mia", "limits", period="day", amount="5")
    assert (
        told(await till.town.type("Mia", "limits"))["In 24 hours"]
        == "**€9.99** spent · **€0.00** left\nYour own limit: €5.00"
    )


async def test_a_lower_limit_counts_at_once_a_higher_one_a_day_later(till: Till) -> None:
    town = till.town
    first = await town.type("Mia", "limits", period="day", amount="20")
    assert first.is_private
    assert first.text == "Your limit for 24 hours is **€20.00** now."
    lower = await town.type("Mia", "limits", period="day", amount="7.50")
    assert lower.text == "Your limit for 24 hours is **€7.50** now."
    at = town.clock.seconds() + DAY
    higher = await town.type("Mia", "limits", period="day", amount="50")
    assert higher.text == (
        f"Your limit for 24 hours stays **€7.50** until <t:{at}:f>, and is **€50.00** from then on."
        " You can lower it again at any time."
    )
    assert told(await town.type("Mia", "limits"))["In 24 hours"].splitlines()[1:] == [
        "Your own limit: €7.50",
        f"Your own from <t:{at}:f> on: €50.00",
    ]
    await town.restart()
    town.clock.advance(DAY)
    assert told(await town.type("Mia", "limits"))["In 24 hours"].endswith("limit: €50.00")


@pytest.mark.parametrize("word", ["none", "None", "off"])
async def test_a_limit_is_taken_off_a_day_later(till: Till, word: str) -> None:
    town = till.town
    await town.type("Mia", "limits", period="month", amount="20")
    at = town.clock.seconds() + DAY
    asked = await town.type("Mia", "limits", period="month", amount=word)
    assert asked.text == (
        f"Your limit for 30 days stays **€20.00** until <t:{at}:f>, and there is none of your own"
        " after that. You can lower it again at any time."
    )
    assert (
        f"None of your own from <t:{at}:f> on"
        in told(await town.type("Mia", "limits"))["In 30 days"]
    )
    town.clock.advance(DAY)
    assert told(await town.type("Mia", "limits"))["In 30 days"] == "**€0.00** spent\nNo limit"
    again = await town.type("Mia", "limits", period="month", amount=word)
    assert again.text == "You have no limit of your own for 30 days."


async def test_a_limit_of_nothing_lets_nothing_be_bought(till: Till) -> None:
    await till.town.type("Mia", "limits", period="day", amount="0")
    await till.town.refuses(
        till.town.type("Mia", "buy", pack=350),
        "This costs €4.99, and your own limit for 24 hours is €0.00. Please choose a smaller pack.",
    )


async def test_limits_are_everybodys_own(till: Till) -> None:
    await till.town.type("Mia", "limits", period="day", amount="5")
    assert told(await till.town.type("Noor", "limits"))["In 24 hours"] == (
        "**€0.00** spent\nNo limit"
    )


async def test_half_a_limit_is_none(till: Till) -> None:
    await till.town.refuses(till.town.type("Mia", "limits", period="day"), BOTH)
    await till.town.refuses(till.town.type("Mia", "limits", amount="5"), BOTH)
    forged = till.town.type("Mia", "limits", period="year", amount="5", force=True)
    await till.town.refuses(forged, BOTH)


@pytest.mark.parametrize("typed", ["many", "1.234", " ", "-5"])
async def test_what_is_no_amount_is_refused(till: Till, typed: str) -> None:
    await till.town.refuses(
        till.town.type("Mia", "limits", period="day", amount=typed, force=True),
        f"“{typed.strip()}” is no amount in EUR. Please type it like €4.99.",
    )


async def test_in_play_there_is_nothing_to_limit(town: Town) -> None:
    sentence = (
        "Limits are for coins that are sold. This server plays with test coins, so there is nothing"
        " to limit: `/buy` is free."
    )
    await town.refuses(town.type("Mia", "limits"), sentence)
    await town.refuses(town.type("Mia", "limits", period="day", amount="5"), sentence)


async def test_in_direct_messages_there_are_no_limits(till: Till) -> None:
    assert till.town.bot.user is not None
    place = f"dm:{till.town.bot.user.id}"
    for command in ("limits", "purchases"):
        forged = till.town.type("Mia", command, channel=place, force=True)
        assert (await forged).text == NOT_IN_GUILD
