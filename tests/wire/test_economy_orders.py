"""`/economy orders`, `confirm` and `refund`: what waits, what came in, and what goes back."""

import asyncio
from typing import Any

import pytest

from bot.payment_errors import ProviderRefused
from bot.services.promotion_terms import Terms
from tests.services.promo import HOUR, once
from tests.wire.paying import PRICES_MINOR, Till, code_of
from tests.wire.selling import coins_of, offer_ways, open_to_all, order_by_hand
from tests.wire.sentences import ADMINS_ONLY, NOT_YOURS, OLD, USED
from tests.wire.town import GUILD_ID, MEMBER_ID, MOST_WAIT_SECONDS, Outcome, Town

DAY = 24 * HOUR
MIA = f"<@{MEMBER_ID['Mia']}>"
NOTHING = "Nothing waits for you. Orders that are paid by hand appear here as they come."
FITS_NO_ORDER = (
    "Payments that fit no order were not credited. Give the money back where it came in, or leave"
    " it there, then settle the number with a note."
)
REASON = "Please say in 1 to 200 characters what this is for; it stays in the books."
UNANSWERED = (
    "The payment service does not answer, so nobody knows yet whether the money goes back. It is"
    " asked again by itself, and never gives it back twice; a letter tells you what became of it."
)
CODE_UNKNOWN = "There is no order {} here. The code stands in the buyer's order, like K7QM-2PXD."


@pytest.fixture
async def hand(town: Town) -> Till:
    """The guild takes money by hand, and Mia and Noor declared what buyers do."""
    till = Till(town)
    await till.by_hand()
    await till.begin("manual")
    await till.declare("Mia", "Noor", "Ada")
    return till


async def orders(town: Town, **options: Any) -> Outcome:
    """Let Ada look at what waits, or at one order."""
    return await town.type("Ada", "economy orders", **options)


async def confirm(town: Town, code: str, person: str = "Ada", **options: Any) -> Outcome:
    """Let an admin confirm an order."""
    return await town.type(person, "economy confirm", code=code, **options)


async def refund(town: Town, code: str, **options: Any) -> Outcome:
    """Let Ada ask for a refund."""
    values = {"order": code, "reason": "Bought twice", **options}
    return await town.type("Ada", "economy refund", **values)


async def confirmed(hand: Till, coins: int = 350, person: str = "Mia") -> str:
    """Let somebody order, let Ada confirm it, and return the order's code."""
    code = await order_by_hand(hand, person, coins)
    assert "is paid" in (await confirm(hand.town, code)).text
    return code


async def give_back(town: Town, code: str, label: str = "back", **options: Any) -> Outcome:
    """Ask for a refund and press."""
    asked = await refund(town, code, **options)
    return await town.press("Ada", asked.message, asked.button(label))


async def press_unanswered(town: Town, asked: Outcome) -> None:
    """Press, and let Discord lose the answer, so that the button stays where it is."""
    await town.fault("refuse", code=10062)
    task = town.start(town.press("Ada", asked.message, asked.button("Give")))
    async with asyncio.timeout(MOST_WAIT_SECONDS):
        while not await town.letters("Ada"):
            pass
    town.clock.advance(3.5)  # Discord waits for three
    await task


# What waits


async def test_nothing_waits_in_a_new_shop(hand: Till) -> None:
    shown = await orders(hand.town)
    assert shown.is_private
    assert shown.text == f"Orders and payments\n{NOTHING}"


async def test_what_is_missing_in_the_shop_is_told_here_too(hand: Till) -> None:
    await offer_ways(hand.town, "truth")
    assert "⚠️ **By hand: bank transfer or cash** is not set up" in (await orders(hand.town)).text


async def test_orders_by_hand_wait_with_code_buyer_coins_and_price(hand: Till) -> None:
    code = await order_by_hand(hand)
    until = hand.town.clock.seconds() + 7 * DAY
    assert (await orders(hand.town)).text == (
        "Orders and payments\n"
        "1 order waits for its money. `/economy confirm code:` credits it once you saw that the"
        " money is there.\n"
        f"⏳ {code} · €4.99\n🪙 **350** · {MIA}\n-# waits until <t:{until}:f>"
    )


async def promote(till: Till) -> None:
    """Let every pack bring a fifth more for two hours."""
    plan = once(Terms(bonus_percent=20))
    await till.town.bot.economy.promotions.create(GUILD_ID, MEMBER_ID["Ada"], "promo", plan)
    till.town.clock.advance(HOUR)


async def test_a_bonus_that_is_held_stands_with_the_order(hand: Till) -> None:
    await promote(hand)
    await order_by_hand(hand)
    until = hand.town.clock.seconds() + 7 * DAY
    assert f"🪙 **350** + 70 bonus · {MIA}\n-# bonus and order wait until <t:{until}:f>" in (
        (await orders(hand.town)).text
    )


@pytest.fixture
def many_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one buyer have as many open orders as many buyers have together."""
    monkeypatch.setattr("bot.services.new_orders.MOST_OPEN_ORDERS", 20)


@pytest.mark.usefixtures("many_orders")
async def test_pages_of_orders_turn_also_after_a_restart(hand: Till) -> None:
    codes = [await order_by_hand(hand) for _ in range(12)]

    def shown_in(outcome: Outcome) -> list[str]:
        return [code for code in codes if code in outcome.text]

    first = await orders(hand.town)
    assert shown_in(first) == codes[:5]
    assert "12 orders wait for their money." in first.text
    assert first.labels == ["Newer"]
    await hand.town.restart()
    second = await hand.town.press("Ada", first.message, first.button("Newer"))
    assert shown_in(second) == codes[5:10]
    third = await hand.town.press("Ada", second.message, second.button("Newer"))
    assert shown_in(third) == codes[10:]
    assert third.labels == ["Older"]
    back = await hand.town.press("Ada", third.message, third.button("Older"))
    assert shown_in(back) == codes[5:10]
    back = await hand.town.press("Ada", back.message, back.button("Older"))
    assert back.text == first.text


@pytest.mark.usefixtures("many_orders")
async def test_an_admin_no_more_turns_no_pages(hand: Till) -> None:
    for _ in range(6):
        await order_by_hand(hand)
    shown = await orders(hand.town)
    await hand.town.post("member", member="Ada", action="remove_role", role="Admin")
    press = hand.town.press("Ada", shown.message, shown.button("Newer"))
    await hand.town.refuses(press, ADMINS_ONLY)


# One order


async def test_one_order_is_shown_by_its_code_however_it_is_typed(hand: Till) -> None:
    code = await order_by_hand(hand)
    shown = await orders(hand.town, code=code.lower().replace("-", " "))
    assert shown.text.startswith(f"Order {code}\n⏳ Waits for its money until")
    assert "`/economy confirm` credits it once you saw that the money is there." in shown.text
    assert f"Buyer\n{MIA}\nCoins\n🪙 **350**\nPrice\n€4.99\n" in shown.text


async def test_an_order_that_a_service_credits_asks_nothing_of_admins(till: Till) -> None:
    code = code_of(await till.order())
    shown = await orders(till.town, code=code)
    assert "/economy confirm" not in shown.text
    await till.pay("pay-7")
    shown = await orders(till.town, code=code)
    assert "✅ Paid and credited. `/economy refund` gives money back." in shown.text
    assert shown.text.endswith("Payment pay-7")
    await till.change("pay-7", disputes_open=1)
    assert "⚖️ Disputed" in (await orders(till.town, code=code)).text


async def test_a_test_payment_says_that_it_was_one(till: Till) -> None:
    code = code_of(await till.order())
    await till.pay(is_test=True)
    assert "a test, so it brought bonus coins" in (await orders(till.town, code=code)).text


async def test_a_closed_order_says_what_still_can_happen(hand: Till) -> None:
    code = await order_by_hand(hand)
    hand.town.clock.advance(8 * DAY)
    await hand.town.bot.economy.settlement.close_overdue()
    assert "▫️ Closed, as no money came in time." in (await orders(hand.town, code=code)).text


@pytest.mark.parametrize("typed", ["NOPE-NOPE", "--"])
async def test_a_code_that_is_none_is_refused(hand: Till, typed: str) -> None:
    for action in (
        orders(hand.town, code=typed),
        confirm(hand.town, typed),
        refund(hand.town, typed),
    ):
        await hand.town.refuses(action, CODE_UNKNOWN.format(typed))


async def test_an_order_of_another_guild_is_unknown_here(hand: Till) -> None:
    code = await order_by_hand(hand)

    async def move(connection: Any) -> None:
        await connection.execute_fetchall("UPDATE purchase_order SET guild_id = 77")

    await hand.town.books.do(move)
    for action in (orders(hand.town, code=code), confirm(hand.town, code), refund(hand.town, code)):
        await hand.town.refuses(action, CODE_UNKNOWN.format(code))


# Confirmed


async def test_a_confirmed_order_is_credited_at_once(hand: Till) -> None:
    code = await order_by_hand(hand)
    paid = await confirm(hand.town, code.lower())
    assert paid.is_private
    assert paid.text == (
        f"Order {code} is paid\n"
        f"€4.99 for order `{code}`: 🪙 **350** for {MIA}, who gets a letter about it.\n"
        "Receipt #1"
    )
    assert await coins_of(hand.town, "Mia") == 350
    await hand.post()
    assert "Thank you! 350 coins for you" in (await hand.town.letters("Mia"))[0]
    assert NOTHING in (await orders(hand.town)).text


async def test_confirming_twice_counts_once(hand: Till) -> None:
    code = await confirmed(hand)
    again = await confirm(hand.town, code)
    assert "This was confirmed before, and counted once." in again.text
    assert await coins_of(hand.town, "Mia") == 350
    assert await hand.town.entries() == 1


async def test_two_admins_at_once_credit_once(hand: Till) -> None:
    code = await order_by_hand(hand)
    await hand.town.together(confirm(hand.town, code), confirm(hand.town, code, "Olive"))
    assert await coins_of(hand.town, "Mia") == 350
    assert await hand.town.entries() == 1


async def test_the_price_can_be_typed_too(hand: Till) -> None:
    code = await order_by_hand(hand)
    assert "is paid" in (await confirm(hand.town, code, amount="4,99 €")).text


async def test_money_in_time_brings_the_bonus_and_late_money_does_not(hand: Till) -> None:
    await promote(hand)
    first, second = await order_by_hand(hand), await order_by_hand(hand)
    paid = await confirm(hand.town, first)
    assert f"🪙 **350** + 70 bonus for {MIA}" in paid.text
    hand.town.clock.advance(8 * DAY)
    await hand.town.bot.economy.settlement.close_overdue()
    late = await confirm(hand.town, second)
    assert f"🪙 **350** for {MIA}" in late.text
    assert (
        "The bonus of 70 coins (€1.00) had run out when the money came, so it is not in."
        in late.text
    )


async def test_another_amount_is_kept_for_review_and_not_credited(hand: Till) -> None:
    code = await order_by_hand(hand)
    kept = await confirm(hand.town, code, amount="4.89")
    assert kept.text == (
        "Kept for review, not credited\n"
        f"€4.89 is noted for order `{code}`, which costs €4.99.\n"
        "It waits as **#1** in `/economy orders`. Give the money back, or let the buyer order anew"
        " and confirm that order with the right amount; then settle the number with a note."
    )
    assert await coins_of(hand.town, "Mia") == 0
    shown = await orders(hand.town)
    payment = f"{GUILD_ID}-"
    assert (
        f"⚠️ Payment #1: €4.89\nThe amount is not the price of its order.\nOrder `{code}` of {MIA}"
        " costs €4.99.\n-# payment `" + payment
    ) in shown.text
    assert FITS_NO_ORDER in shown.text
    assert "⏳" not in shown.text
    await hand.post()
    assert "A payment waits for you" in (await hand.town.letters("Olive"))[0]


async def test_what_was_confirmed_with_one_amount_stays_so(hand: Till) -> None:
    code = await order_by_hand(hand)
    await confirm(hand.town, code, amount="4.89")
    await hand.town.refuses(
        confirm(hand.town, code),
        "Another amount was confirmed for this order before, and that stands. `/economy orders`"
        " shows what became of it.",
    )


async def test_an_admin_cannot_confirm_an_order_of_their_own(hand: Till) -> None:
    code = await order_by_hand(hand, "Ada")
    await hand.town.refuses(
        confirm(hand.town, code),
        "This order is yours, so another admin has to see the money and confirm it.",
    )
    assert "is paid" in (await confirm(hand.town, code, "Olive")).text


async def test_an_order_of_a_service_is_not_confirmed_by_hand(till: Till) -> None:
    code = code_of(await till.order())
    await till.town.refuses(
        confirm(till.town, code),
        "This order is not paid by hand, so there is nothing to confirm.",
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("much", "“much” is no amount in EUR. Please type it like €4.99."),
        ("0", "Please type an amount of money from €0.01 to €10,000,000,000.00."),
    ],
)
async def test_an_amount_that_is_none_is_refused(hand: Till, typed: str, sentence: str) -> None:
    code = await order_by_hand(hand)
    await hand.town.refuses(confirm(hand.town, code, amount=typed), sentence)


async def test_waiting_orders_are_suggested_by_their_codes_to_admins(hand: Till) -> None:
    codes = [await order_by_hand(hand) for _ in range(3)]
    await confirm(hand.town, codes[0])
    await confirm(hand.town, codes[1], amount="1")
    for command in ("economy confirm", "economy orders"):
        choices = await hand.town.choices("Ada", command, "code", code="")
        assert choices == [{"name": f"{codes[2]} · 350 coins · €4.99", "value": codes[2]}]
        choices = await hand.town.choices("Ada", command, "code", code=codes[2][2:7].lower())
        assert [choice["value"] for choice in choices] == [codes[2]]
        assert await hand.town.choices("Ada", command, "code", code="I1O0") == []


# Payments that fit no order


async def reviewed(till: Till, number: int = 1) -> None:
    """Let money come in that is no order's price."""
    await till.order()
    await till.pay(f"pay-{number}", amount_minor=123)


async def settle(town: Town, shown: Outcome, number: int, words: str = "Sent back") -> Outcome:
    """Settle a payment with a note."""
    asked = await town.press("Ada", shown.message, shown.button(f"Settle #{number}"))
    return await town.submit("Ada", asked, words=words)


async def test_an_admin_settles_a_payment_with_a_note_also_after_a_restart(till: Till) -> None:
    await reviewed(till)
    shown = await orders(till.town)
    assert "⚠️ Payment #1: €1.23" in shown.text
    assert "payment `pay-1`" in shown.text
    await till.town.restart()
    settled = await settle(till.town, shown, 1, "Sent  back\n on Monday")
    assert settled.message["id"] == shown.message["id"]
    assert settled.text == f"Orders and payments\n{NOTHING}"
    rows = await till.town.books.read("SELECT note, settled_by, settled_at FROM payment_review")
    now = till.town.clock.seconds()
    assert [tuple(row) for row in rows] == [("Sent back on Monday", MEMBER_ID["Ada"], now)]


async def test_a_payment_is_settled_once(till: Till) -> None:
    await reviewed(till)
    shown, same = await orders(till.town), await orders(till.town)
    await settle(till.town, shown, 1)
    asked = await till.town.press("Ada", same.message, same.button("Settle #1"))
    await till.town.refuses(
        till.town.submit("Ada", asked, words="Once more"),
        "No payment number 1 waits here. `/economy orders` shows those that do.",
    )


async def test_a_settled_payment_that_is_confirmed_again_says_so(hand: Till) -> None:
    code = await order_by_hand(hand)
    await confirm(hand.town, code, amount="4.89")
    await settle(hand.town, await orders(hand.town), 1)
    kept = await confirm(hand.town, code, amount="4.89")
    assert "It was looked at before and settled, so nothing is left to do." in kept.text


async def test_settling_needs_words(till: Till) -> None:
    await reviewed(till)
    shown = await orders(till.town)
    asked = await till.town.press("Ada", shown.message, shown.button("Settle #1"))
    await till.town.refuses(till.town.submit("Ada", asked, words=" \u200b "), REASON)


async def test_an_admin_no_more_settles_nothing(till: Till) -> None:
    await reviewed(till)
    shown = await orders(till.town)
    asked = await till.town.press("Ada", shown.message, shown.button("Settle #1"))
    await till.town.post("member", member="Ada", action="remove_role", role="Admin")
    await till.town.refuses(till.town.submit("Ada", asked, words="Sent back"), ADMINS_ONLY)
    press = till.town.press("Ada", shown.message, shown.button("Settle #1"))
    await till.town.refuses(press, ADMINS_ONLY)


@pytest.mark.usefixtures("many_orders")
async def test_many_payments_come_up_as_others_are_settled(till: Till) -> None:
    for number in range(1, 8):
        await reviewed(till, number)
    shown = await orders(till.town)
    assert shown.labels == [f"Settle #{number}" for number in range(1, 6)]
    assert "More payments come up once these are settled." in shown.text
    shown = await settle(till.town, shown, 2)
    assert shown.labels == [f"Settle #{number}" for number in (1, 3, 4, 5, 6)]


async def test_a_payment_of_no_order_and_without_a_price_is_shown_as_it_is(till: Till) -> None:
    await till.order()
    await till.pay("pay-1", order_id=999, currency="XXX")
    shown = await orders(till.town)
    assert "⚠️ Payment #1: price not told\nIt names no order that is known here.\n-# payment" in (
        shown.text
    )


# Given back


async def test_a_refund_says_first_what_it_does(hand: Till) -> None:
    code = await confirmed(hand)
    asked = await refund(hand.town, code, amount="2,50")
    assert asked.is_private
    assert asked.text == (
        "Give €2.50 back?\n"
        f"**175 coins** go back from {MIA}: first those not spent, then out of gifts that can"
        f" still be taken back, and what is left {MIA} owes.\n"
        "You give the money back by hand: nobody else does. Press first, then send it.\n"
        "> Bought twice\n"
        f"Order\n`{code}`\nBuyer\n{MIA}\nMembers pay\nby hand, confirmed by an admin\n"
        "Nothing is given back yet."
    )
    assert asked.labels == ["Give €2.50 back", "Leave it"]
    assert await coins_of(hand.town, "Mia") == 350


async def test_a_refund_by_hand_is_booked_and_the_admin_sends_the_money(hand: Till) -> None:
    code = await confirmed(hand)
    asked = await refund(hand.town, code)
    await hand.town.restart()
    done = await hand.town.press("Ada", asked.message, asked.button("Give €4.99 back"))
    assert done.text == (
        "Give the money back by hand now\n"
        f"**€4.99** is noted as given back to {MIA}: please send it the way it came.\n"
        f"**350 coins** went back from {MIA}, who gets a letter about it.\n"
        "- 350 coins were not spent yet\n"
        "> Bought twice\n"
        f"Order {code}"
    )
    assert done.message["components"] == []
    assert await coins_of(hand.town, "Mia") == 0
    await hand.post()
    assert "A payment went back" in (await hand.town.letters("Mia"))[-1]


async def test_who_asked_for_a_refund_and_why_stays_with_the_order(hand: Till) -> None:
    code = await confirmed(hand)
    await give_back(hand.town, code, amount="1")
    await give_back(hand.town, code, amount="1.50", reason="*And* more")
    shown = await orders(hand.town, code=code)
    ada, now = f"<@{MEMBER_ID['Ada']}>", hand.town.clock.seconds()
    assert "↩️ Paid, and a part of the money went back." in shown.text
    assert "Went back\n€2.50\n-# €2.49 left" in shown.text
    assert f"Refund of €1.00\n> Bought twice\n-# {ada} · <t:{now}:f>" in shown.text
    assert f"Refund of €1.50\n> \\*And\\* more\n-# {ada}" in shown.text
    await give_back(hand.town, code)
    assert "↩️ All of the money went back." in (await orders(hand.town, code=code)).text


async def test_coins_that_were_given_away_come_out_of_gifts_and_the_rest_is_owed(
    hand: Till,
) -> None:
    code = await confirmed(hand, 350)
    await hand.town.type("Mia", "gift", streamer="Luna", gift="posy")
    spent = 350 - await coins_of(hand.town, "Mia")
    done = await give_back(hand.town, code)
    assert f"- {350 - spent} coins were not spent yet\n- {spent} coins came out of gifts" in (
        done.text
    )


async def test_what_the_streamer_converted_the_buyer_owes(hand: Till) -> None:
    code = await confirmed(hand, 350)
    await hand.town.type("Ada", "economy hold", days=0)
    await hand.town.type("Mia", "gift", streamer="Luna", gift="posy")
    await hand.town.type("Luna", "convert")
    done = await give_back(hand.town, code)
    assert "- 299 coins (€4.27) the buyer owes now" in done.text


async def test_a_bonus_goes_with_the_pack(hand: Till) -> None:
    await promote(hand)
    code = await confirmed(hand)
    asked = await refund(hand.town, code)
    assert (
        "Up to **70 coins (€1.00)** of bonus go with them, as far as they are there." in asked.text
    )
    await hand.town.press("Ada", asked.message, asked.button("Give"))
    assert await coins_of(hand.town, "Mia") == 0


async def test_a_refund_at_a_service_is_asked_for_there_and_booked_from_its_answer(
    till: Till,
) -> None:
    code = code_of(await till.order("Mia", 350))
    await till.pay()
    asked = await refund(till.town, code)
    assert "by hand" not in asked.text
    done = await till.town.press("Ada", asked.message, asked.button("Give"))
    assert done.text.startswith(f"€4.99 goes back\n**350 coins** went back from {MIA}")
    assert list(till.provider.truth.refunds.values()) == [499]


async def test_a_service_that_takes_its_time_is_said_to_work_on_it(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_of(await till.order("Mia", 350))
    await till.pay()

    async def later(payment_id: str, amount_minor: int, key: str) -> None:
        assert (payment_id, amount_minor) == ("pay-1", 499)
        assert key.startswith("refund-")

    monkeypatch.setattr(till.provider, "refund", later)
    done = await give_back(till.town, code)
    assert done.text.startswith(
        "€4.99 goes back\nThe payment service took it on and is working on it. The coins follow by"
        f" themselves, and {MIA} gets a letter then.\n> Bought twice"
    )
    assert await coins_of(till.town, "Mia") == 350


async def test_a_refund_of_a_season_that_is_over_takes_no_coins(till: Till) -> None:
    code = code_of(await till.order("Mia", 350))
    await till.pay()
    await till.change(refunded_minor=499)
    await till.town.bot.economy.seasons.begin_play(GUILD_ID, MEMBER_ID["Olive"])
    await till.change(refunded_minor=100)
    asked = await refund(till.town, code)
    assert "The order is of a season that is over, so no coins go back." in asked.text
    done = await till.town.press("Ada", asked.message, asked.button("Give €3.99 back"))
    assert done.text.startswith("€3.99 goes back\nNo coins had to go back.\n> Bought twice")


async def test_a_test_payments_refund_takes_bonus_coins(till: Till) -> None:
    code = code_of(await till.order("Mia", 350))
    await till.pay(is_test=True)
    asked = await refund(till.town, code)
    assert "Up to **350 coins (€5.00)** of bonus" in asked.text
    done = await till.town.press("Ada", asked.message, asked.button("Give"))
    assert f"**350 coins** went back from {MIA}" in done.text


async def test_leaving_a_refund_gives_nothing_back(hand: Till) -> None:
    code = await confirmed(hand)
    left = await give_back(hand.town, code, "Leave it")
    assert left.text == "Nothing was given back."
    assert await coins_of(hand.town, "Mia") == 350


@pytest.mark.parametrize(("amount", "left"), [("2", "2.99"), ("3", "1.99")])
async def test_pressing_twice_gives_back_once(hand: Till, amount: str, left: str) -> None:
    code = await confirmed(hand)
    asked = await refund(hand.town, code, amount=amount)
    await press_unanswered(hand.town, asked)
    again = hand.town.press("Ada", asked.message, asked.button("Give"))
    await hand.town.refuses(again, USED)
    assert f"€{left} left" in (await orders(hand.town, code=code)).text


async def test_pressing_twice_at_once_gives_back_once(hand: Till) -> None:
    code = await confirmed(hand)
    asked = await refund(hand.town, code, amount="3")
    press = asked.button("Give")
    await hand.town.together(
        hand.town.press("Ada", asked.message, press), hand.town.press("Ada", asked.message, press)
    )
    assert "€1.99 left" in (await orders(hand.town, code=code)).text


async def test_a_refund_whose_answer_was_lost_is_asked_for_again_under_one_key(till: Till) -> None:
    code = code_of(await till.order("Mia", 350))
    await till.pay()
    asked = await refund(till.town, code, amount="3")
    press = asked.button("Give")
    # It takes the refund on, and is silent when it is asked how the payment stands.
    till.provider.answers_left = 0
    till.provider.is_silent = True
    await till.town.refuses(till.town.press("Ada", asked.message, press), UNANSWERED)
    till.provider.is_silent, till.provider.answers_left = False, None
    done = await till.town.press("Ada", asked.message, press)
    assert done.text.startswith("€3.00 goes back\n**210 coins** went back")
    assert list(till.provider.truth.refunds.values()) == [300]


async def test_a_refund_that_went_through_unheard_is_not_asked_for_with_another_amount(
    hand: Till,
) -> None:
    code = await confirmed(hand)
    asked = await refund(hand.town, code, amount="3")
    await press_unanswered(hand.town, asked)

    async def forget(connection: Any) -> None:
        await connection.execute_fetchall("UPDATE refund_request SET sent_at = 0")

    await hand.town.books.do(forget)
    again = await hand.town.press("Ada", asked.message, asked.button("Give"))
    assert again.text == USED
    shown = (await orders(hand.town, code=code)).text
    assert "€1.99 left" in shown
    assert "no answer yet" not in shown


async def test_what_was_not_paid_or_went_back_cannot_go_back(hand: Till) -> None:
    code = await order_by_hand(hand)
    await hand.town.refuses(
        refund(hand.town, code),
        "Nothing was paid for this order, so there is nothing to give back.",
    )
    await confirm(hand.town, code)
    stale = await refund(hand.town, code)
    await give_back(hand.town, code)
    gone = "All of this order's money went back already."
    await hand.town.refuses(refund(hand.town, code), gone)
    press = hand.town.press("Ada", stale.message, stale.button("Give"))
    await hand.town.refuses(press, gone)


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("5", "That is more than what is left of this payment. `/economy orders` shows it."),
        ("lots", "“lots” is no amount in EUR. Please type it like €4.99."),
        ("0", "Please type an amount of money from €0.01 to €10,000,000,000.00."),
    ],
)
async def test_an_amount_that_cannot_go_back_is_refused(
    hand: Till, amount: str, sentence: str
) -> None:
    code = await confirmed(hand)
    await hand.town.refuses(refund(hand.town, code, amount=amount), sentence)


async def test_a_refund_needs_a_reason(hand: Till) -> None:
    code = await confirmed(hand)
    await hand.town.refuses(refund(hand.town, code, reason=" \u200b "), REASON)


async def test_a_way_to_pay_that_is_gone_gives_nothing_back(till: Till) -> None:
    code = code_of(await till.order())
    await till.pay()
    stale = await refund(till.town, code)
    await offer_ways(till.town, "manual")
    gone = (
        "Buying with truth is not set up here right now. The people who run this server can change"
        " that."
    )
    await till.town.refuses(refund(till.town, code), gone)
    await till.town.refuses(till.town.press("Ada", stale.message, stale.button("Give")), gone)


async def test_what_was_paid_to_discord_only_discord_gives_back(town: Town) -> None:
    till = Till(town)
    await offer_ways(town, "discord")
    till.provider = town.bot.economy.providers["discord"]  # pyright: ignore[reportAttributeAccessIssue] - a double
    await till.begin("discord")
    await till.declare("Mia")
    for coins in PRICES_MINOR:
        await town.bot.economy.packs.set_sku(GUILD_ID, MEMBER_ID["Ada"], coins, coins)
    code = code_of(await till.order())
    (order,) = till.provider.truth.orders.values()
    notice = till.provider.truth.pay(order, "pay-1", town.clock.seconds())
    await town.bot.economy.settlement.settle("discord", notice)
    await town.refuses(
        refund(town, code),
        "Only Discord can give back what was paid there: its support does, when the buyer asks. The"
        " coins follow by themselves.",
    )


async def test_a_service_that_says_no_is_quoted_and_one_that_is_silent_is_asked_again(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_of(await till.order())
    await till.pay()
    asked = await refund(till.town, code)
    till.provider.is_silent = True
    press = asked.button("Give")
    await till.town.refuses(till.town.press("Ada", asked.message, press), UNANSWERED)
    shown = (await orders(till.town, code=code)).text
    assert "no answer yet; it is asked for again by itself" in shown
    till.provider.is_silent = False

    async def refuse(_payment_id: str, _amount_minor: int, _key: str) -> None:
        raise ProviderRefused("too old")

    monkeypatch.setattr(till.provider, "refund", refuse)
    await till.town.refuses(
        till.town.press("Ada", asked.message, press),
        "The payment service says no: “too old”. Nothing was changed.",
    )


async def test_a_refund_is_sent_by_whoever_asked_for_it_and_is_still_an_admin(hand: Till) -> None:
    code = await confirmed(hand)
    asked = await refund(hand.town, code)
    press = asked.button("Give")
    await hand.town.refuses(hand.town.press("Olive", asked.message, press, force=True), NOT_YOURS)
    await hand.town.post("member", member="Ada", action="remove_role", role="Admin")
    await hand.town.refuses(hand.town.press("Ada", asked.message, press), ADMINS_ONLY)
    assert await coins_of(hand.town, "Mia") == 350


async def test_a_refund_that_nobody_sent_is_forgotten_after_a_day(hand: Till) -> None:
    code = await confirmed(hand)
    old = await refund(hand.town, code)
    hand.town.clock.advance(DAY)
    await refund(hand.town, code)
    press = hand.town.press("Ada", old.message, old.button("Give"))
    await hand.town.refuses(press, OLD)


async def test_orders_with_money_left_are_suggested_newest_first(hand: Till) -> None:
    first, second, third = [await confirmed(hand) for _ in range(3)]
    await order_by_hand(hand)
    await give_back(hand.town, second)
    choices = await hand.town.choices("Ada", "economy refund", "order", order="")
    assert [choice["value"] for choice in choices] == [third, first]
    choices = await hand.town.choices("Ada", "economy refund", "order", order=first[:5])
    assert choices == [{"name": f"{first} · 350 coins · €4.99", "value": first}]


async def test_orders_are_suggested_to_nobody_but_admins(hand: Till) -> None:
    await confirmed(hand)
    await order_by_hand(hand)
    open_to_all(hand.town, "economy")
    for person, many in (("Ada", 1), ("Mia", 0)):
        for command, option in (
            ("economy confirm", "code"),
            ("economy orders", "code"),
            ("economy refund", "order"),
        ):
            choices = await hand.town.choices(person, command, option, **{option: ""})
            assert len(choices) == many, (person, command)
