"""All services over one set of books know of each other's work."""

from dataclasses import fields

import pytest

from bot.errors import EconomyClosed
from bot.ledger.books import Books
from bot.services.clock import utc_now
from bot.services.economy import Economy
from bot.services.orders import OrderReceipt
from tests.conftest import MovableClock
from tests.services.conftest import ADMIN_ID, GIVER_ID, GUILD_ID, STREAMER, request_of


def test_every_service_is_there(economy: Economy, books: Books) -> None:
    assert economy.books is books
    assert all(getattr(economy, field.name) is not None for field in fields(Economy))


async def test_the_services_share_one_clock(
    economy: Economy, books: Books, clock: MovableClock
) -> None:
    await economy.orders.buy_test(GUILD_ID, GIVER_ID, 1, 70)
    clock.advance(7)
    await economy.orders.buy_test(GUILD_ID, GIVER_ID, 2, 70)
    assert await books.read("SELECT posted_at FROM entry") == [(clock.now - 7,), (clock.now,)]


async def test_without_a_clock_the_time_is_now(books: Books) -> None:
    before = utc_now()
    receipt = await Economy.over(books).orders.buy_test(GUILD_ID, GIVER_ID, 1, 70)
    assert isinstance(receipt, OrderReceipt)
    assert before <= receipt.ordered_at <= utc_now()


async def test_a_change_of_settings_is_known_to_every_service_at_once(economy: Economy) -> None:
    await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, STREAMER.member_id)
    await economy.orders.buy_test(GUILD_ID, GIVER_ID, 1, 70)
    await economy.gifts.send(request_of())
    await economy.guilds.change_setting(GUILD_ID, ADMIN_ID, "open", "off")
    with pytest.raises(EconomyClosed):
        await economy.gifts.send(request_of(key="gift:2"))
    with pytest.raises(EconomyClosed):
        await economy.gift_drafts.offer(request_of(key="gift:3"), 3)
