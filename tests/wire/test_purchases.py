"""`/purchases`: what was bought and ordered, what became of it, and where to pay what waits."""

import pytest

from bot.services.orders import ORDER_SECONDS
from bot.services.purchases import PURCHASES_PAGE
from tests.wire.paying import LINKS, Till, code_of, links_of
from tests.wire.sentences import NOT_YOURS
from tests.wire.town import GUILD_ID, MEMBER_ID, Outcome, Town

DAY = 24 * 60 * 60


def fields(outcome: Outcome) -> list[tuple[str, str]]:
    """Return the names and values of the fields that are shown."""
    (embed,) = outcome.message["embeds"]
    return [(field["name"], field["value"]) for field in embed.get("fields", [])]


async def test_at_first_there_is_nothing(till: Till) -> None:
    seen = await till.town.type("Mia", "purchases")
    assert seen.is_private
    assert seen.text == "Your purchases\nNothing yet. `/buy` gets your first coins."


async def test_an_order_that_waits_can_be_paid_from_here(till: Till) -> None:
    ordered = await till.order()
    now, code = till.town.clock.seconds(), code_of(ordered)
    await till.town.restart()
    seen = await till.town.type("Mia", "purchases")
    ((what, became),) = fields(seen)
    assert what == "🪙 700 · €9.99"
    assert became.splitlines() == [
        f"⏳ waits for your payment until <t:{now + ORDER_SECONDS}:f>",
        f"-# `{code}` · <t:{now}:f> · Truth",
    ]
    assert seen.labels == [f"Pay {code}"]
    again = await till.town.press("Mia", seen.message, seen.button("Pay"))
    assert again.is_private
    assert again.text == ordered.text
    assert LINKS in again.text
    assert links_of(again) == links_of(ordered)
    assert len(till.provider.truth.orders) == 1


async def test_nobody_pays_from_anothers_list(till: Till) -> None:
    await till.order()
    seen = await till.town.type("Mia", "purchases")
    await till.town.refuses(
        till.town.press("Noor", seen.message, seen.button("Pay"), force=True), NOT_YOURS
    )


async def test_what_was_paid_meanwhile_cannot_be_paid_again(till: Till) -> None:
    await till.order()
    seen = await till.town.type("Mia", "purchases")
    await till.pay()
    await till.town.refuses(
        till.town.press("Mia", seen.message, seen.button("Pay")),
        "This order is closed and nothing is owed. `/buy` starts a new one.",
    )


async def shown(till: Till) -> str:
    """Return what is said of the newest order, which can be paid no more."""
    seen = await till.town.type("Mia", "purchases")
    assert not seen.labels
    return fields(seen)[0][1].splitlines()[0]


async def test_every_state_is_told_in_plain_words(till: Till) -> None:
    await till.buy()
    assert await shown(till) == "✅ paid"
    await till.change(disputes_open=1)
    assert await shown(till) == "⚖️ disputed: your wallet rests until that is decided"
    await till.change(disputes_open=0, refunded_minor=333)
    assert await shown(till) == "↩️ paid, and €3.33 of it went back to you"
    await till.change(refunded_minor=999)
    assert await shown(till) == "↩️ the payment went back to you"


async def test_an_order_that_nobody_paid_is_closed(till: Till) -> None:
    await till.order()
    till.town.clock.advance(ORDER_SECONDS)
    closed = "▫️ closed, as no payment came; nothing is owed"
    # Before the jobs came to it, and after.
    assert await shown(till) == closed
    await till.town.bot.economy.settlement.close_overdue()
    assert await shown(till) == closed


async def test_pages_turn_both_ways_also_after_a_restart(till: Till) -> None:
    town = till.town
    prices: list[int] = []
    for number in range(2 * PURCHASES_PAGE + 1):
        coins = (350, 700, 1_400)[number % 3]
        await till.buy(coins=coins, payment_id=f"pay-{number}")
        town.clock.advance(1)
        prices.insert(0, coins)
    first = await town.type("Mia", "purchases")
    assert first.labels == ["Older"]
    await town.restart()
    second = await town.press("Mia", first.message, first.button("Older"))
    assert second.message["id"] == first.message["id"]
    assert second.labels == ["Newer", "Older"]
    third = await town.press("Mia", second.message, second.button("Older"))
    assert third.labels == ["Newer"]
    told = [name for page in (first, second, third) for name, _ in fields(page)]
    assert [int(name.split()[1].replace(",", "")) for name in told] == prices
    back = await town.press("Mia", third.message, third.button("Newer"))
    assert fields(back) == fields(second)
    newest = await town.press("Mia", back.message, back.button("Newer"))
    assert fields(newest) == fields(first)
    assert newest.labels == ["Older"]
    await town.refuses(
        town.press("Noor", first.message, first.button("Older"), force=True), NOT_YOURS
    )


async def test_a_page_full_of_orders_that_wait_has_room_for_all_buttons(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Fewer may wait at once now than a page shows; those of before may be more.
    monkeypatch.setattr("bot.services.new_orders.MOST_OPEN_ORDERS", 2 * PURCHASES_PAGE + 1)
    for _ in range(2 * PURCHASES_PAGE + 1):
        await till.order(coins=350)
    seen = await till.town.type("Mia", "purchases")
    middle = await till.town.press("Mia", seen.message, seen.button("Older"))
    assert len(middle.labels) == PURCHASES_PAGE + 2


async def test_test_purchases_have_a_receipt_and_no_price(town: Town) -> None:
    await town.type("Mia", "buy", pack=70)
    seen = await town.type("Mia", "purchases")
    at = town.clock.seconds()
    assert fields(seen) == [("🪙 70", f"✅ done\n-# `#1` · <t:{at}:f> · test purchase")]


async def test_by_hand_an_order_waits_for_days(town: Town) -> None:
    till = Till(town)
    await till.by_hand()
    await till.begin("manual")
    await till.declare("Mia")
    ordered = await till.order()
    town.clock.advance(6 * DAY)
    seen = await town.type("Mia", "purchases")
    assert "· by hand, confirmed by an admin" in seen.text
    again = await town.press("Mia", seen.message, seen.button("Pay"))
    assert code_of(again) == code_of(ordered)
    assert again.text == ordered.text
    assert (await town.bot.economy.purchases.page(GUILD_ID, MEMBER_ID["Mia"])).older is None
