"""`/payee`: told by the streamer, seen by them and by admins who pay, and erased at will."""

from collections.abc import AsyncGenerator

import pytest

from bot.client import BouquetBot
from bot.payments.payout_provider import PayoutProvider
from tests.payments.payout_rigs_stripe import StripePayoutRig, stripe_payout_rig
from tests.wire.paying import Till
from tests.wire.sentences import ADMINS_ONLY
from tests.wire.town import GUILD_ID, MEMBER_ID, Town, components_of

IBAN = "DE02 1203 0000 0000 2020 51"
FOOTER = "Only the streamer and the admins who pay see this. /payee erase forgets it."


@pytest.fixture
async def rig() -> AsyncGenerator[StripePayoutRig]:
    async with stripe_payout_rig() as made:
        yield made


@pytest.fixture
async def paying(till: Till) -> Town:
    """A town that takes money, where streamers are paid by hand."""
    return till.town


@pytest.fixture
async def connected(till: Till, rig: StripePayoutRig) -> Town:
    """A town that takes money, where streamers can be paid through Stripe."""

    def provide(_bot: BouquetBot) -> dict[str, PayoutProvider]:
        return {"stripe": rig.provider}

    till.town.provide_payouts = provide
    await till.town.restart()
    return till.town


async def test_a_streamer_tells_how_to_pay_them_and_sees_it(paying: Town) -> None:
    told = await paying.type("Luna", "payee set", reference=f"  {IBAN}\n")
    assert told.is_private
    assert told.text == f"How to pay you\nBy hand\n> {IBAN}\n{FOOTER}"
    assert (await paying.type("Luna", "payee show")).text == told.text
    assert (await paying.type("Luna", "payee show", member="Luna")).text == told.text


async def test_admins_see_it_and_nobody_else(paying: Town) -> None:
    await paying.type("Luna", "payee set", reference=IBAN)
    shown = await paying.type("Ada", "payee show", member="Luna")
    assert shown.is_private
    assert shown.text == f"How to pay Luna\nBy hand\n> {IBAN}\n{FOOTER}"
    for person in ("Mia", "Kai"):
        await paying.refuses(paying.type(person, "payee show", member="Luna"), ADMINS_ONLY)


async def test_what_is_typed_formats_nothing_and_mentions_nobody(paying: Town) -> None:
    told = await paying.type("Luna", "payee set", reference="**@everyone** [a](https://b.example)")
    assert "@everyone" not in told.text
    assert "**" not in told.text.replace("\\*", "")


async def test_what_is_erased_is_gone_for_everybody(paying: Town) -> None:
    await paying.type("Luna", "payee set", reference=IBAN)
    erased = await paying.type("Luna", "payee erase")
    assert erased.text == "It is forgotten. An account you have at Stripe stays yours."
    nothing = "Nothing is known about how to pay you. `/payee set` tells it."
    assert (await paying.type("Luna", "payee show")).text == nothing
    shown = await paying.type("Ada", "payee show", member="Luna")
    assert shown.text == "They have not told how to pay them. They do it with `/payee set`."
    again = await paying.type("Luna", "payee erase")
    assert again.text == "Nothing was known about how to pay you."


async def test_where_nothing_pays_by_itself_one_is_told_what_to_do(paying: Town) -> None:
    await paying.refuses(
        paying.type("Luna", "payee set"),
        "Nothing here pays by itself. `/payee set reference:` takes what an admin needs to pay you"
        " by hand.",
    )


async def test_a_guild_that_plays_needs_to_know_nothing(town: Town) -> None:
    for options in ({}, {"reference": IBAN}):
        await town.refuses(
            town.type("Luna", "payee set", **options),
            "This server plays, so nobody needs to know that of you. Nothing was kept.",
        )


async def test_a_reference_of_blanks_is_refused(paying: Town) -> None:
    await paying.refuses(
        paying.type("Luna", "payee set", reference=" \t ", force=True),
        "Please write how to pay you in 1 to 200 characters.",
    )


async def test_a_streamer_fills_in_a_page_of_stripes(connected: Town, rig: StripePayoutRig) -> None:
    invited = await connected.type("Luna", "payee set")
    assert invited.is_private
    assert "nobody here sees it" in invited.text
    (button,) = components_of(invited.message)
    account = await connected.bot.economy.payees.account(GUILD_ID, MEMBER_ID["Luna"], "stripe")
    assert button["url"].startswith(f"{rig.double.base}/setup/e/{account}/")
    missing = await connected.type("Luna", "payee show")
    assert "Through Stripe · something is missing there" in missing.text
    rig.double.world.fill_in(account)
    # Whoever is done and asks again is shown that.
    ready = await connected.type("Luna", "payee set")
    escaped = account.replace("_", "\\_")
    assert f"Through Stripe · ready\n> {escaped}" in ready.text
    assert not ready.message["components"]


async def test_a_stripe_that_is_down_or_forgot_somebody_is_told(
    connected: Town, rig: StripePayoutRig
) -> None:
    rig.go_down()
    await connected.refuses(
        connected.type("Luna", "payee set"),
        "The payment service does not answer. Nothing is owed; please try again soon.",
    )
    rig.come_up()
    await connected.type("Luna", "payee set")
    rig.go_down()
    assert "does not answer right now" in (await connected.type("Luna", "payee show")).text
    rig.come_up()
    account = await connected.bot.economy.payees.account(GUILD_ID, MEMBER_ID["Luna"], "stripe")
    rig.double.world.close_account(account)
    shown = await connected.type("Luna", "payee show")
    assert "not there any more; `/payee set` begins anew" in shown.text


async def test_an_account_of_a_way_that_is_not_set_up_any_more_is_still_shown_and_erased(
    connected: Town,
) -> None:
    await connected.type("Luna", "payee set")
    connected.provide_payouts = lambda _bot: {}
    await connected.restart()
    assert "does not answer right now" in (await connected.type("Luna", "payee show")).text
    assert "is forgotten" in (await connected.type("Luna", "payee erase")).text
