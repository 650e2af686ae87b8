"""`/buy` where coins have a price: the offer, the declaration, the order, and where to pay."""

from dataclasses import replace
from typing import Any

import pytest

from bot.payments.discord_premium import DiscordPremium
from bot.services.new_orders import MOST_OPEN_ORDERS
from bot.services.orders import ORDER_SECONDS
from bot.services.promotion_terms import Terms
from bot.services.seasons import MOST_LINK_CHARACTERS
from cogs.checkout_words import MOST_BUTTON_URL_CHARACTERS
from cogs.entitlements import DiscordEntitlements
from tests.services.promo import once
from tests.wire.paying import LINKS, SETUP, Till, answer_questions, code_of, links_of, skus_of
from tests.wire.promoting import announced, cards, move
from tests.wire.sentences import CLOSED, NOT_YOURS, OLD, UNKNOWN_MESSAGE, USED
from tests.wire.town import GUILD_ID, MEMBER_ID, Town

HOUR = 60 * 60
CANCEL = "Cancel this order"
FOOT = f"A press opens an order. Nothing is charged before you pay for it.\nGood to know\n{LINKS}"
SILENT = "The payment service does not answer. Nothing is owed; please try again soon."
ORDER_CLOSED = "This order is closed and nothing is owed. `/buy` starts a new one."


async def promote(till: Till, **terms: Any) -> None:
    """Let every pack bring a bonus from now on, until two hours later."""
    known: dict[str, Any] = {"bonus_percent": 20, **terms}
    plan = once(Terms(**known))
    await till.town.bot.economy.promotions.create(GUILD_ID, MEMBER_ID["Ada"], "promo", plan)
    till.town.clock.advance(HOUR)


async def orders(town: Town) -> int:
    return (await town.books.read("SELECT COUNT(*) FROM purchase_order"))[0][0]


async def test_every_pack_of_the_offer_stands_with_its_price(till: Till) -> None:
    offer = await till.town.type("Mia", "buy")
    assert offer.is_private
    assert offer.text == (
        "Which pack would you like?\n"
        "🪙 **350** · €4.99\n🪙 **700** · €9.99\n🪙 **1,400** · €19.99\n\n" + FOOT
    )
    assert offer.labels == ["350 · €4.99", "700 · €9.99", "1,400 · €19.99"]
    assert await orders(till.town) == 0


async def test_prices_are_written_as_the_reader_writes_them(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.interaction_payload.GUILD_LOCALE", "de")
    offer = await till.town.type("Mia", "buy")
    assert "🪙 **1.400** · 19,99\xa0€" in offer.text


async def test_the_provider_reads_the_same_in_every_language_of_the_buyer(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.interaction_payload.GUILD_LOCALE", "de")
    await till.order(coins=1_400)
    (order,) = till.provider.truth.orders.values()
    assert order.title == "1,400 coins"


async def test_the_offer_tells_the_bonus_until_when_and_what_is_left(till: Till) -> None:
    await promote(till, member_coins=100, member_uses=2)
    offer = await till.town.type("Mia", "buy")
    ends_at = till.town.clock.seconds() + 2 * HOUR
    assert "🪙 **350** + 70 bonus · €4.99" in offer.text
    assert "🪙 **700** + 100 bonus (all that is left of 140) · €9.99" in offer.text
    assert f"Until <t:{ends_at}:f>, <t:{ends_at}:R>" in offer.text
    assert "Left for you: 100 coins" in offer.text
    assert "Left for you: 2 purchases" in offer.text


async def test_a_press_opens_an_order_in_place_of_the_offer(till: Till) -> None:
    await promote(till)
    offer = await till.town.type("Mia", "buy")
    ordered = await till.town.press("Mia", offer.message, offer.button("700"))
    end = till.town.clock.seconds() + ORDER_SECONDS
    (order,) = till.provider.truth.orders.values()
    assert ordered.message["id"] == offer.message["id"]
    assert ordered.is_private
    assert ordered.text == (
        f"Your order {order.code}\n"
        "The button opens the payment page. Nothing is charged before you pay there. Your coins"
        " follow by themselves, and I write to you when they are here.\n"
        "Coins\n🪙 **700 coins**\n"
        "Bonus\n🪙 **140 coins**\n"
        "Price\n**€9.99**\n"
        f"Waits for your payment, and holds the bonus, until\n<t:{end}:f>, <t:{end}:R>\n"
        f"Good to know\n`/purchases` shows this order, also to pay it later.\n{LINKS}"
    )
    assert links_of(ordered) == [("Pay €9.99", f"https://pay.example/checkout-{order.order_id}")]
    assert order.title == "700 coins"
    assert "**0 coins (€0.00)**" in (await till.town.type("Mia", "wallet")).text


async def test_a_paid_order_brings_its_coins(till: Till) -> None:
    await promote(till)
    await till.buy()
    wallet = await till.town.type("Mia", "wallet")
    assert "**840 coins (€12.00)**\n700 bought · 140 bonus" in wallet.text


async def test_an_order_shows_in_the_history_while_its_bonus_is_set_aside(till: Till) -> None:
    await promote(till)
    await till.order()
    assert "Bonus set aside for an order" in (await till.town.type("Mia", "history")).text
    till.town.clock.advance(ORDER_SECONDS)
    await till.town.bot.economy.settlement.close_overdue()
    assert "Bonus no longer set aside" in (await till.town.type("Mia", "history")).text


async def test_one_offer_becomes_one_order_whatever_is_pressed(till: Till) -> None:
    town = till.town
    offer = await town.type("Mia", "buy")
    first, again, other = await town.together(
        town.press("Mia", offer.message, offer.button("350")),
        town.press("Mia", offer.message, offer.button("350")),
        town.press("Mia", offer.message, offer.button("1,400")),
    )
    assert first.text == again.text
    assert links_of(first) == links_of(again)
    assert other.text == USED
    assert await orders(town) == 1


async def test_an_offer_still_sells_after_a_restart(till: Till) -> None:
    offer = await till.town.type("Mia", "buy")
    await till.town.restart()
    ordered = await till.town.press("Mia", offer.message, offer.button("350"))
    assert "Your order" in ordered.text


async def test_nobody_orders_from_anothers_offer(till: Till) -> None:
    offer = await till.town.type("Mia", "buy")
    custom_id = offer.button("350")
    await till.town.discord_refuses(
        till.town.press("Noor", offer.message, custom_id), UNKNOWN_MESSAGE
    )
    await till.town.refuses(
        till.town.press("Noor", offer.message, custom_id, force=True), NOT_YOURS
    )


async def test_an_offer_holds_for_thirty_minutes(till: Till) -> None:
    town = till.town
    offer = await town.type("Mia", "buy")
    town.clock.advance(ORDER_SECONDS + 1)
    await town.refuses(town.press("Mia", offer.message, offer.button("350")), OLD)


async def test_a_pack_can_be_ordered_by_its_number_and_is_suggested_with_its_price(
    till: Till,
) -> None:
    await promote(till)
    ordered = await till.order(coins=1_400)
    assert ordered.is_private
    assert links_of(ordered)[0][0] == "Pay €19.99"
    assert await till.town.choices("Mia", "buy", "pack", pack="3") == [
        {"name": "350 coins + 70 bonus · €4.99", "value": 350}
    ]
    await till.town.refuses(
        till.town.type("Mia", "buy", pack=70),
        "There is no pack of 70 coins. `/buy` shows the packs there are.",
    )


async def test_whoever_gets_less_bonus_than_was_shown_is_asked_first(till: Till) -> None:
    await promote(till, budget_coins=200)
    await till.declare("Noor")
    offer = await till.town.type("Mia", "buy")
    await till.order("Noor", 700)
    asked = await till.town.press("Mia", offer.message, offer.button("700"))
    assert asked.text == (
        "Order 700 coins for €9.99 all the same?\n"
        "This pack brings only **60 coins (€0.86)** as bonus now, not 140 coins (€2.00).\n"
        f"-# Nothing is ordered yet.\nGood to know\n{LINKS}"
    )
    assert await orders(till.town) == 1
    ordered = await till.town.press("Mia", asked.message, asked.button("Order 700 coins · €9.99"))
    assert "Bonus\n🪙 **60 coins**\n" in ordered.text


async def test_the_button_of_an_announcement_leads_to_prices_too(till: Till) -> None:
    await announced(till.town)
    await move(till.town, 10 * HOUR)
    (card,) = await cards(till.town)
    offer = await till.town.press("Mia", card.message, card.button("Buy"))
    assert offer.is_private
    assert offer.labels == ["350 · €4.99", "700 · €9.99", "1,400 · €19.99"]
    assert "🪙 **700** + 140 bonus · €9.99" in offer.text


async def test_a_provider_that_does_not_answer_owes_nobody_anything(till: Till) -> None:
    till.provider.is_silent = True
    offer = await till.town.type("Mia", "buy")
    told = await till.town.press("Mia", offer.message, offer.button("350"))
    assert told.text == SILENT
    assert told.is_private
    till.provider.is_silent = False
    # The order was closed, as nobody saw a way to pay.
    await till.town.refuses(
        till.town.press("Mia", offer.message, offer.button("350")), ORDER_CLOSED
    )
    assert "Your order" in (await till.order()).text


async def test_what_sells_nothing_says_why(till: Till) -> None:
    town, economy = till.town, till.town.bot.economy
    offer = await town.type("Mia", "buy")
    await town.type("Ada", "economy settings", setting="open", value="off")
    await town.refuses(town.type("Mia", "buy"), CLOSED)
    await town.refuses(town.type("Mia", "buy", pack=350), CLOSED)
    await town.refuses(town.press("Mia", offer.message, offer.button("350")), CLOSED)
    await town.type("Ada", "economy settings", setting="open", value="on")
    for coins in (350, 700, 1_400):
        await economy.packs.hide(GUILD_ID, MEMBER_ID["Ada"], coins)
    await town.refuses(
        town.type("Mia", "buy"),
        "Nothing is for sale here yet. Please ask an admin: `/economy packs show` says what is"
        " missing.",
    )
    assert await town.choices("Mia", "buy", "pack", pack="3") == []


async def test_over_a_limit_there_is_no_order(till: Till) -> None:
    town = till.town
    await town.type("Mia", "limits", period="day", amount="12")
    await till.order(coins=700)
    frees_at = town.clock.seconds() + ORDER_SECONDS
    await town.refuses(
        town.type("Mia", "buy", pack=350),
        "That would be over your own limit for 24 hours, €12.00: you have spent €9.99 of it. There"
        f" is room for this purchase <t:{frees_at}:R>.",
    )


async def test_an_offer_of_the_play_season_gives_nothing_away(town: Town) -> None:
    offer = await town.type("Mia", "buy")
    till = Till(town)
    await till.by_truth()
    await till.begin()
    await town.refuses(
        town.press("Mia", offer.message, offer.button("70")),
        "Coins have a price here by now. `/buy` shows the packs, and nothing was charged.",
    )


async def test_an_offer_of_the_paid_season_charges_nobody_in_play(till: Till) -> None:
    town = till.town
    offer = await town.type("Mia", "buy")
    await town.bot.economy.seasons.begin_play(GUILD_ID, MEMBER_ID["Olive"])
    await town.refuses(
        town.press("Mia", offer.message, offer.button("350")),
        "This server plays with test coins. `/buy` fills your wallet for free.",
    )


async def test_the_first_offer_asks_two_questions_once(till: Till) -> None:
    town = till.town
    offer = await town.type("Noor", "buy")
    assert offer.labels == ["Answer two questions"]
    assert "🪙 **700** · €9.99" in offer.text
    assert (
        "Before your first purchase I have two questions, once: where you live, and whether you are"
        " old enough to buy. Nothing is bought by answering them." in offer.text
    )
    asked = await town.press("Noor", offer.message, offer.button("Answer"))
    packs = await answer_questions(town, asked, "Noor", country=" germany ")
    assert packs.message["id"] == offer.message["id"]
    assert packs.labels == ["350 · €4.99", "700 · €9.99", "1,400 · €19.99"]
    declared = await town.bot.economy.declarations.of(GUILD_ID, MEMBER_ID["Noor"])
    assert declared is not None
    assert declared.country == "DE"
    ordered = await town.press("Noor", packs.message, packs.button("700"))
    assert "Your order" in ordered.text
    assert (await town.type("Noor", "buy")).labels == packs.labels


async def test_an_order_by_number_asks_the_questions_first(till: Till) -> None:
    offer = await till.town.type("Noor", "buy", pack=700)
    assert offer.labels == ["Answer two questions"]
    assert await orders(till.town) == 0


async def test_an_answer_that_cannot_be_is_told_and_asked_again(till: Till) -> None:
    town = till.town
    offer = await town.type("Noor", "buy")
    asked = await town.press("Noor", offer.message, offer.button("Answer"))
    await town.refuses(
        answer_questions(town, asked, "Noor", country="Atlantis"),
        "There is no country called “Atlantis”. Please type its name or its two letters, such as"
        " DE.",
    )
    asked = await town.press("Noor", offer.message, offer.button("Answer"))
    await town.refuses(
        answer_questions(town, asked, "Noor", adult="no"),
        "Coins are sold to people of 18 or older, and to younger ones whose guardian allows it."
        " Everything else here stays open to you.",
    )


async def test_the_questions_are_the_askers_own_and_survive_a_restart(till: Till) -> None:
    town = till.town
    offer = await town.type("Noor", "buy")
    await town.restart()
    await town.refuses(
        town.press("Mia", offer.message, offer.button("Answer"), force=True), NOT_YOURS
    )
    asked = await town.press("Noor", offer.message, offer.button("Answer"))
    assert asked.outcome == "modal"


async def test_play_mode_asks_nothing_and_speaks_of_no_money(town: Town) -> None:
    for command in ("buy", "purchases", "limits", "wallet"):
        seen = await town.type("Mia", command)
        text = f"{seen.text} {' '.join(seen.labels)}".casefold()
        for word in ("money", "price", "€", "pay", "charge", "cost"):
            assert word not in text, (command, word)
    offer = await town.type("Mia", "buy")
    bought = await town.press("Mia", offer.message, offer.button("70"))
    assert "Receipt #1" in bought.text


async def test_links_may_be_as_long_as_owners_can_make_them(till: Till) -> None:
    long = "https://example.org/" + "x" * (MOST_LINK_CHARACTERS - len("https://example.org/"))
    links = {"terms_url": long, "privacy_url": long, "support_url": long}
    await till.town.bot.economy.seasons.change_setup(
        GUILD_ID, MEMBER_ID["Olive"], replace(SETUP, **links)
    )
    ordered = await till.order()
    for name in ("Terms", "Privacy", "Support"):
        assert f"[{name}]({long})" in ordered.text


async def test_an_address_too_long_for_a_button_is_a_link_in_the_text(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cogs.checkout.MOST_BUTTON_URL_CHARACTERS", 10)
    monkeypatch.setattr("cogs.checkout_words.MOST_BUTTON_URL_CHARACTERS", 10)
    assert MOST_BUTTON_URL_CHARACTERS == 512
    ordered = await till.order()
    assert ordered.labels == [CANCEL]
    assert "**[Pay €9.99](https://pay.example/checkout-" in ordered.text


async def test_by_hand_the_order_tells_its_code_and_where_to_ask(town: Town) -> None:
    till = Till(town)
    await till.by_hand()
    await till.begin("manual")
    await till.declare("Mia")
    ordered = await till.order()
    code = code_of(ordered)
    assert ordered.labels == [CANCEL]
    assert (
        "1. [This server's support page](https://example.org/help_%28us%29) tells where to pay.\n"
        f"2. Pay **€9.99** there, with the code **`{code}`** as its reference. Nothing is charged"
        " before you pay there.\n"
        "3. An admin confirms it. Your coins follow, and I write to you when they are here."
        in ordered.text
    )
    economy = town.bot.economy
    payment = await economy.own_payments.order_of_code(GUILD_ID, code.lower())
    await economy.own_payments.confirm(
        GUILD_ID, payment.order_id, MEMBER_ID["Ada"], amount_minor=999, currency="EUR"
    )
    await economy.payment_rounds.poll()
    await till.post()
    (letter,) = await town.letters("Mia")
    assert letter.startswith("Thank you! 700 coins for you")


@pytest.fixture
async def premium(town: Town) -> Till:
    """The guild sells two of its packs through Discord."""
    till = Till(town)
    clock = town.clock.seconds
    await till.provide(lambda bot: {"discord": DiscordPremium(DiscordEntitlements(bot), clock)})
    await till.begin("discord", currency="USD")
    await till.declare("Mia")
    for sku in skus(town):
        coins = int(sku.name.split()[0].replace(",", ""))
        if coins in {350, 700}:
            await town.bot.economy.packs.set_sku(GUILD_ID, MEMBER_ID["Ada"], coins, int(sku.id))
    return till


def skus(town: Town) -> list[Any]:
    """Return what Discord sells for the bot."""
    application_id = str(town.bot.application_id)
    return list(town.sandbox.world.premium.skus_of(application_id).values())


async def test_through_discord_the_order_has_discords_own_button(premium: Till) -> None:
    town = premium.town
    offer = await town.type("Mia", "buy")
    # Discord sells no pack that it has no number of.
    assert offer.labels == ["350 · $4.99", "700 · $9.99"]
    ordered = await town.press("Mia", offer.message, offer.button("700"))
    assert "The button is Discord's own and shows the price in your currency." in ordered.text
    (sku_id,) = skus_of(ordered)
    await town.post("purchase", **{"as": "Mia", "sku": sku_id})
    await town.bot.economy.payment_rounds.poll()
    await premium.post()
    (letter,) = await town.letters("Mia")
    assert letter.startswith("Thank you! 700 coins for you")
    assert (await town.get("purchases", **{"as": "Mia"}))[0]["consumed"]


async def test_what_was_bought_at_discord_before_any_order_is_there_at_once(premium: Till) -> None:
    town = premium.town
    sku = next(one for one in skus(town) if one.name == "700 coins")
    await town.post("purchase", **{"as": "Mia", "sku": sku.id})
    await town.bot.economy.payment_rounds.poll()
    await premium.post()
    (letter,) = await town.letters("Mia")
    assert letter.startswith("Where do your coins belong?\nYour purchase came in,")
    ordered = await premium.order()
    assert (
        "A payment of yours was waiting for this order, so it is paid and your coins are here."
        in ordered.text
    )
    assert "until" not in ordered.text
    assert not ordered.message["components"]
    assert "700 bought" in (await town.type("Mia", "wallet")).text


async def test_a_buyer_cancels_an_order_also_after_a_restart(till: Till) -> None:
    await promote(till, budget_coins=140)
    ordered = await till.order()
    await till.town.restart()
    cancelled = await till.town.press("Mia", ordered.message, ordered.button(CANCEL))
    assert cancelled.message["id"] == ordered.message["id"]
    assert cancelled.text == (
        f"Order {code_of(ordered)} is cancelled\nNothing is owed. Money that is on its way already"
        " is credited all the same. `/buy` starts a new order."
    )
    assert cancelled.labels == []
    # Its bonus is there for the next one.
    assert "**140 coins**" in (await till.order()).text


async def test_nobody_cancels_anothers_order(till: Till) -> None:
    ordered = await till.order()
    custom_id = ordered.button(CANCEL)
    await till.town.discord_refuses(
        till.town.press("Noor", ordered.message, custom_id), UNKNOWN_MESSAGE
    )
    await till.town.refuses(
        till.town.press("Noor", ordered.message, custom_id, force=True), NOT_YOURS
    )


async def test_an_order_that_turns_out_to_be_paid_is_not_cancelled(till: Till) -> None:
    ordered = await till.order()
    (order,) = till.provider.truth.orders.values()
    till.provider.truth.pay(order, "pay-1", till.town.clock.seconds())
    told = await till.town.press("Mia", ordered.message, ordered.button(CANCEL))
    assert told.text.startswith(
        f"Order {order.code} is paid already\nIts coins are in your wallet."
    )
    assert "**700 coins (€10.00)**" in (await till.town.type("Mia", "wallet")).text


async def test_an_order_that_is_closed_cannot_be_cancelled(till: Till) -> None:
    ordered = await till.order()
    till.town.clock.advance(ORDER_SECONDS)
    await till.town.bot.economy.settlement.close_overdue()
    await till.town.refuses(
        till.town.press("Mia", ordered.message, ordered.button(CANCEL)), ORDER_CLOSED
    )


async def test_the_newest_order_has_the_bonus_and_the_older_one_says_so(till: Till) -> None:
    await promote(till, budget_coins=140)
    first = code_of(await till.order())
    second = await till.order()
    assert (
        "The bonus is with this order now\n"
        f"`{first}` can still be paid, and brings a bonus only if any is left then." in second.text
    )
    page = (await till.town.type("Mia", "purchases")).text
    assert "🪙 700 + 140 bonus · €9.99" in page
    assert "🪙 700 + up to 140 bonus · €9.99" in page
    assert "Its bonus is set aside for a newer order; it comes if any is left." in page


async def test_so_many_orders_wait_and_no_more(till: Till) -> None:
    for _ in range(MOST_OPEN_ORDERS):
        await till.order()
    await till.town.refuses(
        till.town.type("Mia", "buy", pack=700),
        "You have 5 orders that can still be paid. Pay one of them, or wait until one has run"
        " out: `/purchases` shows them.",
    )
