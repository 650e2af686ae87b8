"""`/economy mode`: the owner alone decides whether coins are sold, and confirms what that means."""

from typing import Any

import discord
import pytest
from discord import app_commands
from discord.ext import commands

from bot.services.economy import Economy
from cogs.mode_words import PAID_TEXT_VERSION
from tests.wire.naps import take_naps
from tests.wire.paying import Till
from tests.wire.promoting import preview, save
from tests.wire.selling import (
    AGREED,
    LINK_FIELDS,
    OWNER_ONLY,
    ask_paid,
    make_owner,
    offer_ways,
    order_by_hand,
    send_form,
)
from tests.wire.sentences import ADMINS_ONLY, DISCORD_SILENT, NOT_YOURS, OLD
from tests.wire.town import GUILD_ID, MEMBER_ID, Outcome, Town, TownClock

INCOMPLETE = (
    "Please also choose the currency of your prices and how members pay: `/economy mode mode:"
    " currency: provider:` takes all three. Nothing was changed."
)
NOT_AGREED = (
    "Paid mode begins once you have read the text and typed “I agree” below it. Nothing was"
    " changed; please use the command again."
)
NO_WAY = "Please choose how members pay. The operator of the bot sets up what there is."
NO_PACKS = (
    "⚠️ There is no pack to buy yet. Add some with `/economy packs usual` or `/economy packs add`."
)
ALREADY = (
    "This server is in paid mode already. Its links and way to pay can be changed, its currency"
    " only from play mode."
)


@pytest.fixture
async def by_hand(town: Town) -> Town:
    """A town that plays, whose bot can take money by hand."""
    await offer_ways(town, "manual", "test")
    return town


async def begin(town: Town, **values: str) -> Outcome:
    """Let the owner turn paid mode on."""
    return await send_form(town, await ask_paid(town), **(AGREED | values))


async def mode_of(town: Town) -> str:
    return (await town.bot.economy.seasons.current(GUILD_ID)).mode


def form_texts(asked: Outcome) -> list[str]:
    """Return what stands in a form: its texts, and the labels of its fields."""
    parts: list[dict[str, Any]] = asked.raw["modal"]["components"]
    return [part.get("content") or part["label"] for part in parts]


async def test_the_owner_sees_that_the_server_plays_and_how_to_change_that(by_hand: Town) -> None:
    shown = await by_hand.type("Olive", "economy mode")
    assert shown.is_private
    assert shown.text.startswith("This server plays\nCoins come from test purchases and grants")
    assert "`/economy mode mode: paid currency: provider:`" in shown.text
    assert "Since" not in shown.text


@pytest.mark.parametrize(
    "options",
    [{}, {"mode": "play"}, {"mode": "paid", "currency": "EUR", "provider": "manual"}],
)
async def test_an_admin_who_is_not_the_owner_is_refused(
    by_hand: Town, options: dict[str, str]
) -> None:
    await by_hand.refuses(by_hand.type("Ada", "economy mode", **options), OWNER_ONLY)


async def test_a_member_is_no_admin_in_the_first_place(by_hand: Town) -> None:
    forged = by_hand.type("Mia", "economy mode", mode="paid", force=True)
    await by_hand.refuses(forged, ADMINS_ONLY)


async def test_the_owner_is_asked_of_discord_where_no_servers_are_kept(
    by_hand: Town, clock: TownClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_naps(clock, monkeypatch)
    guild = by_hand.bot.get_guild(GUILD_ID)
    assert guild is not None
    monkeypatch.setattr(guild, "owner_id", None)
    assert "This server plays" in (await by_hand.type("Olive", "economy mode")).text
    await by_hand.refuses(by_hand.type("Ada", "economy mode"), OWNER_ONLY)
    await by_hand.fault("server_error", on="other", status=503, times=5)
    await by_hand.refuses(by_hand.type("Olive", "economy mode"), DISCORD_SILENT)


@pytest.mark.parametrize(
    "options", [{"mode": "paid"}, {"currency": "EUR"}, {"mode": "paid", "provider": "manual"}]
)
async def test_paid_mode_needs_a_currency_and_a_way_to_pay(
    by_hand: Town, options: dict[str, str]
) -> None:
    await by_hand.refuses(by_hand.type("Olive", "economy mode", **options), INCOMPLETE)


async def test_paid_mode_needs_a_currency_that_is_in_use(by_hand: Town) -> None:
    await by_hand.refuses(
        by_hand.type("Olive", "economy mode", mode="paid", currency="coins", provider="manual"),
        "“coins” is no currency in use. Please type its three letters, such as EUR or USD.",
    )


@pytest.mark.parametrize("provider", ["test", "stripe", "**bold**"])
async def test_only_ways_to_pay_that_are_set_up_can_be_chosen_and_never_play_money(
    by_hand: Town, provider: str
) -> None:
    await by_hand.refuses(
        by_hand.type("Olive", "economy mode", mode="paid", currency="EUR", provider=provider),
        f"“{provider}” is not set up on this bot. You can choose from:"
        " By hand: bank transfer or cash.",
    )


async def test_without_any_way_to_pay_there_is_no_paid_mode(town: Town) -> None:
    await offer_ways(town, "test")
    await town.refuses(
        town.type("Olive", "economy mode", mode="paid", currency="EUR", provider="manual"), NO_WAY
    )


async def test_a_way_to_pay_that_does_not_take_the_currency_is_refused(town: Town) -> None:
    await offer_ways(town, "stripe", euros=["stripe"])
    await town.refuses(
        town.type("Olive", "economy mode", mode="paid", currency="jpy", provider="stripe"),
        "That way to pay takes no JPY. Please choose another currency, or another way.",
    )


async def test_the_form_says_what_paid_mode_means_and_asks_for_links_and_the_word(
    by_hand: Town,
) -> None:
    asked = await ask_paid(by_hand, currency="eur")
    assert asked.raw["modal"]["title"] == "Sell coins for EUR"
    text, *labels = form_texts(asked)
    assert labels == [
        "Link to your terms of sale",
        "Link to your privacy policy",
        "Link to where buyers get help",
        "Type “I agree”",
    ]
    for told in (
        "The money goes straight to you",
        "archived, and the books start empty",
        "Coins go one way",
        "you owe it, under your own terms",
        "Bonus coins yield none",
        "18 or older",
        "taxes and the laws",
        "Nothing here is legal advice",
    ):
        assert told in text, told
    assert await mode_of(by_hand) == "play"


@pytest.mark.parametrize(
    ("provider", "payee"),
    [
        ("stripe", "The money goes to the Stripe account of whoever runs this bot."),
        ("discord", "The money goes to the team that owns this bot's app at Discord"),
        ("barter", "The money goes where whoever runs this bot has set it up."),
    ],
)
async def test_the_form_says_who_gets_the_money(town: Town, provider: str, payee: str) -> None:
    await offer_ways(town, provider)
    text = form_texts(await ask_paid(town, provider=provider))[0]
    assert payee in text


async def test_who_agrees_sells_coins_and_is_told_what_comes_next(by_hand: Town) -> None:
    await by_hand.type("Mia", "buy", pack=70)
    begun = await begin(by_hand)
    assert begun.is_private
    assert begun.text.startswith("Paid mode is on\nThe season that was played is archived")
    assert NO_PACKS in begun.text
    assert "By hand: bank transfer or cash" in begun.text
    assert "<https://example.org/privacy>" in begun.text
    assert await mode_of(by_hand) == "paid"
    assert (await by_hand.bot.economy.wallets.balance(GUILD_ID, MEMBER_ID["Mia"])).coins == 0


async def test_version_time_and_owner_are_kept(by_hand: Town) -> None:
    await begin(by_hand)
    rows = await by_hand.books.read("SELECT confirmed_by, text_version, began_at FROM season")
    now = by_hand.clock.seconds()
    assert [tuple(row) for row in rows] == [(MEMBER_ID["Olive"], PAID_TEXT_VERSION, now)]
    await by_hand.restart()
    shown = await by_hand.type("Olive", "economy mode")
    assert shown.text.startswith(f"This server sells coins\n{NO_PACKS}")
    olive = f"<@{MEMBER_ID['Olive']}>"
    version = f"-# Text version {PAID_TEXT_VERSION} was confirmed."
    assert f"Since\n<t:{now}:f>, by {olive}\n{version}" in shown.text
    for link in LINK_FIELDS.values():
        assert f"<{link}>" in shown.text


@pytest.mark.parametrize("word", ["i AGREE", " “I agree.” "])
async def test_the_word_is_read_kindly(by_hand: Town, word: str) -> None:
    await begin(by_hand, word=word)
    assert await mode_of(by_hand) == "paid"


@pytest.mark.parametrize("word", ["yes", "I do not agree", "I"])
async def test_another_word_changes_nothing(by_hand: Town, word: str) -> None:
    await by_hand.refuses(
        send_form(by_hand, await ask_paid(by_hand), **(AGREED | {"word": word})), NOT_AGREED
    )


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        (
            "http://example.org",
            "“http://example.org” is no link that people can open. It must begin with https://.",
        ),
        (
            "https://me:secret@example.org",
            (
                "“https://me:secret@example.org” has a user name in it, which everybody would see."
                " Leave that part out."
            ),
        ),
    ],
)
@pytest.mark.parametrize("name", LINK_FIELDS)
async def test_a_link_that_cannot_be_shown_changes_nothing(
    by_hand: Town, name: str, link: str, sentence: str
) -> None:
    asked = await ask_paid(by_hand)
    await by_hand.refuses(send_form(by_hand, asked, **(AGREED | {name: link})), sentence)


async def test_a_link_that_is_too_long_changes_nothing(by_hand: Town) -> None:
    asked = await ask_paid(by_hand)
    values = AGREED | {"terms": "https://example.org/" + "x" * 600}
    body = {"as": "Olive", "interaction": asked.raw["interaction"], "values": values}
    await by_hand.refuses(
        outcome_of(by_hand, body),
        "A link can have up to 512 characters. Please use a shorter one.",
    )


async def outcome_of(town: Town, body: dict[str, Any]) -> Outcome:
    """Send a form as no client of Discord's would."""
    return Outcome(await town.post("modal", **body, force=True))


async def test_whoever_gave_the_server_away_meanwhile_decides_nothing(by_hand: Town) -> None:
    asked = await ask_paid(by_hand)
    await by_hand.post("member", member="Olive", action="add_role", role="Admin")
    make_owner(by_hand, "Ada")
    await by_hand.refuses(send_form(by_hand, asked, **AGREED), OWNER_ONLY)
    await by_hand.refuses(by_hand.type("Olive", "economy mode"), OWNER_ONLY)
    assert "This server plays" in (await by_hand.type("Ada", "economy mode")).text


async def test_a_way_to_pay_that_went_away_meanwhile_is_not_begun_with(by_hand: Town) -> None:
    asked = await ask_paid(by_hand)
    del by_hand.bot.economy.providers["manual"]  # pyright: ignore[reportIndexIssue] - a live dict
    await by_hand.refuses(send_form(by_hand, asked, **AGREED), NO_WAY)


async def test_two_forms_begin_one_season(by_hand: Town) -> None:
    first, second = await ask_paid(by_hand), await ask_paid(by_hand)
    await send_form(by_hand, first, **AGREED)
    await send_form(by_hand, second, **AGREED)
    assert (await by_hand.bot.economy.seasons.current(GUILD_ID)).number == 2


async def test_a_second_form_with_other_links_does_not_go_past_the_first(by_hand: Town) -> None:
    first, second = await ask_paid(by_hand), await ask_paid(by_hand)
    await send_form(by_hand, first, **AGREED)
    other = AGREED | {"terms": "https://example.com/other"}
    await by_hand.refuses(send_form(by_hand, second, **other), ALREADY)


async def test_promotions_that_ended_with_the_season_are_told(by_hand: Town) -> None:
    await save(by_hand, await preview(by_hand))
    begun = await begin(by_hand)
    assert "1 promotion ended with it; `/promo create` plans a new one." in begun.text


async def test_packs_links_and_currency_of_the_last_time_are_still_there(by_hand: Town) -> None:
    await begin(by_hand)
    await by_hand.type("Ada", "economy packs usual")
    await save(by_hand, await preview(by_hand))
    assert "1 promotion ended with the season." in (await go_back(by_hand)).text
    asked = await ask_paid(by_hand)
    fields = [part["component"].get("value") for part in asked.raw["modal"]["components"][1:]]
    assert fields[:3] == list(LINK_FIELDS.values())
    begun = await send_form(by_hand, asked, **AGREED)
    assert "What comes next" not in begun.text


async def test_open_claims_hold_the_season_up(by_hand: Town) -> None:
    await by_hand.earn("Luna", 500)
    await by_hand.type("Luna", "convert")
    await by_hand.type("Luna", "claim request", diamonds=200)
    await by_hand.refuses(
        begin(by_hand),
        "The season cannot end while claims are open (1 now). Please pay or reject all of them with"
        " `/payouts queue`, then try again. Nothing was changed.",
    )


async def test_links_and_way_to_pay_change_without_a_new_season(town: Town) -> None:
    await offer_ways(town, "manual", "stripe")
    await begin(town)
    asked = await town.type("Olive", "economy mode", provider="stripe")
    text, *labels = form_texts(asked)
    assert asked.raw["modal"]["title"] == "Change how coins are sold"
    assert "**Stripe: cards and wallets**" in text
    assert "Stripe account of whoever runs this bot" in text
    assert [*labels][-1] == "Type “I agree”"
    values = LINK_FIELDS | {"terms": "https://example.com/new"}
    await town.refuses(send_form(town, asked, **values, word="yes"), NOT_AGREED)
    asked = await town.type("Olive", "economy mode", provider="stripe")
    changed = await send_form(town, asked, **values, word="I agree")
    assert changed.text.startswith("Paid mode is changed\n")
    assert "<https://example.com/new>" in changed.text
    settings = (await town.bot.economy.guilds.get(GUILD_ID)).settings
    assert (settings.provider, settings.terms_url) == ("stripe", "https://example.com/new")
    season = await town.bot.economy.seasons.current(GUILD_ID)
    assert season.number == 2
    kept = await town.bot.economy.seasons.changed_way(GUILD_ID, season)
    assert kept is not None
    assert (kept.member_id, kept.text_version) == (MEMBER_ID["Olive"], PAID_TEXT_VERSION)
    standing = (await town.type("Olive", "economy mode")).text
    said = f"<t:{kept.confirmed_at}:f>, confirmed by <@{MEMBER_ID['Olive']}>"
    assert f"Paid this way since\n{said}" in standing


async def test_new_links_need_no_new_word(by_hand: Town) -> None:
    await begin(by_hand)
    asked = await by_hand.type("Olive", "economy mode", mode="paid")
    assert len(form_texts(asked)) == 4
    changed = await send_form(
        by_hand, asked, **(LINK_FIELDS | {"support": "https://example.com/ask"})
    )
    assert "<https://example.com/ask>" in changed.text
    assert "Paid this way since" not in (await by_hand.type("Olive", "economy mode")).text


async def test_a_form_without_a_word_does_not_bring_back_a_way_that_was_left(town: Town) -> None:
    await offer_ways(town, "manual", "stripe")
    await begin(town)
    links = await town.type("Olive", "economy mode", mode="paid")
    way = await town.type("Olive", "economy mode", provider="stripe")
    await send_form(town, way, **LINK_FIELDS, word="I agree")
    await town.refuses(send_form(town, links, **LINK_FIELDS), OLD)
    assert (await town.bot.economy.guilds.get(GUILD_ID)).settings.provider == "stripe"


async def test_the_form_of_a_change_begins_with_what_is(by_hand: Town) -> None:
    await begin(by_hand)
    asked = await by_hand.type("Olive", "economy mode", mode="paid")
    fields = [part["component"]["value"] for part in asked.raw["modal"]["components"][1:]]
    assert fields == list(LINK_FIELDS.values())


async def test_the_currency_of_paid_mode_stays(by_hand: Town) -> None:
    await begin(by_hand)
    await by_hand.refuses(by_hand.type("Olive", "economy mode", currency="USD"), ALREADY)


async def test_a_change_that_comes_after_going_back_to_play_begins_nothing(by_hand: Town) -> None:
    await begin(by_hand)
    asked = await by_hand.type("Olive", "economy mode", mode="paid")
    await by_hand.bot.economy.seasons.begin_play(GUILD_ID, MEMBER_ID["Olive"])
    await by_hand.refuses(
        send_form(by_hand, asked, **LINK_FIELDS),
        "Prices belong to paid mode, which the server's owner turns on with `/economy mode`.",
    )


async def test_going_back_to_play_is_asked_first_also_after_a_restart(by_hand: Town) -> None:
    await begin(by_hand)
    asked = await by_hand.type("Olive", "economy mode", mode="play")
    assert "Nothing is changed yet." in asked.text
    assert await mode_of(by_hand) == "paid"
    await by_hand.restart()
    played = await by_hand.press("Olive", asked.message, asked.button("Go back to play"))
    assert played.text.startswith("This server plays again\n")
    assert await mode_of(by_hand) == "play"
    shown = await by_hand.type("Olive", "economy mode")
    assert f"by <@{MEMBER_ID['Olive']}>" in shown.text


async def test_who_keeps_selling_changes_nothing(by_hand: Town) -> None:
    await begin(by_hand)
    asked = await by_hand.type("Olive", "economy mode", mode="play")
    kept = await by_hand.press("Olive", asked.message, asked.button("Keep selling coins"))
    assert kept.text == "It stays as it is."
    assert await mode_of(by_hand) == "paid"


async def test_a_server_that_plays_is_not_asked_whether_to_play(by_hand: Town) -> None:
    shown = await by_hand.type("Olive", "economy mode", mode="play")
    assert shown.text.startswith("This server plays\n")
    assert shown.message["components"] == []


async def test_the_button_of_a_season_that_is_over_ends_no_other(by_hand: Town) -> None:
    await begin(by_hand)
    asked = await by_hand.type("Olive", "economy mode", mode="play")
    await by_hand.press("Olive", asked.message, asked.button("Keep selling coins"))
    old = await by_hand.type("Olive", "economy mode", mode="play")
    await by_hand.bot.economy.seasons.begin_play(GUILD_ID, MEMBER_ID["Olive"])
    await begin(by_hand)
    await by_hand.refuses(by_hand.press("Olive", old.message, old.button("Go back")), OLD)


async def test_nobody_else_presses_the_owners_button(by_hand: Town) -> None:
    await begin(by_hand)
    asked = await by_hand.type("Olive", "economy mode", mode="play")
    press = by_hand.press("Ada", asked.message, asked.button("Go back"), force=True)
    await by_hand.refuses(press, NOT_YOURS)


async def test_whoever_owns_the_server_no_more_cannot_press_it(by_hand: Town) -> None:
    await begin(by_hand)
    asked = await by_hand.type("Olive", "economy mode", mode="play")
    await by_hand.post("member", member="Olive", action="add_role", role="Admin")
    make_owner(by_hand, "Ada")
    await by_hand.refuses(
        by_hand.press("Olive", asked.message, asked.button("Go back")), OWNER_ONLY
    )


async def go_back(town: Town) -> Outcome:
    """Ask to go back to play, and press."""
    asked = await town.type("Olive", "economy mode", mode="play")
    return await town.press("Olive", asked.message, asked.button("Go back to play"))


async def test_what_members_have_keeps_paid_mode_with_its_numbers(till: Till) -> None:
    await till.buy("Mia", 700)
    await till.town.refuses(
        go_back(till.town),
        "Paid mode cannot end while anything is owed: members have 700 coins (€10.00)"
        " and 0 diamonds, and owe 0 coins (€0.00). All of it has to be zero first: spent, converted"
        " and paid out. Nothing was changed.",
    )


async def test_orders_that_wait_keep_paid_mode(till: Till) -> None:
    await till.by_hand()
    await till.town.bot.economy.seasons.begin_play(GUILD_ID, MEMBER_ID["Olive"])
    await till.begin("manual")
    await order_by_hand(till)
    until = till.town.clock.seconds() + 7 * 24 * 60 * 60
    await till.town.refuses(
        go_back(till.town),
        "The season cannot end while orders wait for their money (1 now). The last one runs out"
        f" <t:{until}:R>; please try again then. Nothing was changed.",
    )


async def test_disputes_keep_paid_mode(till: Till) -> None:
    await till.buy("Mia", 700)
    await till.change(disputes_open=1)
    await till.town.refuses(
        go_back(till.town),
        "Paid mode cannot end while disputes about payments are open (1 now). Please wait until"
        " they are decided. Nothing was changed.",
    )


async def test_the_owner_is_told_when_the_way_to_pay_is_gone(till: Till) -> None:
    await offer_ways(till.town, "manual")
    shown = await till.town.type("Olive", "economy mode")
    assert "⚠️ **Truth** is not set up on this bot any more, so nobody can buy." in shown.text


async def test_the_owner_is_told_when_the_way_to_pay_takes_the_currency_no_more(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(till.provider, "currencies", frozenset({"USD"}))
    shown = await till.town.type("Olive", "economy mode")
    assert "⚠️ **Truth** takes no EUR, so nobody can buy." in shown.text


async def test_the_owner_is_told_when_discord_has_no_number_for_a_pack(town: Town) -> None:
    await offer_ways(town, "discord")
    await Till(town).begin("discord")
    await town.bot.economy.packs.set_sku(GUILD_ID, MEMBER_ID["Ada"], 350, 77)
    shown = await town.type("Olive", "economy mode")
    assert "⚠️ Discord sells only packs that have its number." in shown.text


async def test_the_owner_is_told_when_the_economy_is_closed(till: Till) -> None:
    await till.town.type("Ada", "economy settings", setting="open", value="off")
    shown = await till.town.type("Olive", "economy mode")
    assert "⚠️ The economy is closed, so nobody can buy." in shown.text
    await till.town.type("Ada", "economy settings", setting="open", value="on")
    shown = await till.town.type("Olive", "economy mode")
    assert "Members can buy: everything is in place." in shown.text


async def test_currencies_are_suggested_by_code_and_name(by_hand: Town) -> None:
    choices = await by_hand.choices("Olive", "economy mode", "currency", currency="swiss")
    assert choices == [{"name": "CHF · Swiss Franc", "value": "CHF"}]


async def test_only_currencies_that_the_way_to_pay_takes_are_suggested(town: Town) -> None:
    await offer_ways(town, "stripe", euros=["stripe"])
    choices = await town.choices(
        "Olive", "economy mode", "currency", provider="stripe", currency=""
    )
    assert [choice["value"] for choice in choices] == ["EUR"]


async def test_ways_to_pay_are_suggested_with_who_gets_the_money(town: Town) -> None:
    await offer_ways(town, "manual", "stripe", "test", "barter")
    choices = await town.choices("Olive", "economy mode", "provider", provider="")
    assert [(choice["name"], choice["value"]) for choice in choices] == [
        ("Barter", "barter"),
        ("By hand: bank transfer or cash · paid to you", "manual"),
        ("Stripe: cards and wallets · paid to whoever runs this bot", "stripe"),
    ]
    choices = await town.choices("Olive", "economy mode", "provider", provider="transfer")
    assert [choice["value"] for choice in choices] == ["manual"]


async def test_all_of_economy_comes_and_goes_with_its_extension(economy: Economy) -> None:
    bot: Any = commands.Bot("!", intents=discord.Intents.none())
    bot.economy = economy
    seen: list[set[str]] = []
    for _ in range(2):
        await bot.load_extension("cogs.economy")
        found = {
            command.qualified_name
            for command in bot.tree.walk_commands()
            if isinstance(command, app_commands.Command)
        }
        seen.append(found)
        await bot.unload_extension("cogs.economy")
        assert list(bot.tree.walk_commands()) == []
    assert seen[0] == seen[1]
    assert {"economy grant", "economy mode", "economy packs add", "economy refund"} <= seen[0]
    await bot.close()
