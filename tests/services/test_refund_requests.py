"""Refunds that admins ask for, and the desk they look at orders from."""

import asyncio
from typing import Any
from unittest.mock import AsyncMock, patch

import pytest

from bot.errors import AlreadyUsed, BooksUnreadable, OldButton
from bot.ledger.audit import audit
from bot.ledger.books import Books
from bot.payment_errors import (
    PaymentUnknown,
    ProviderRefused,
    ProviderSilent,
    RefundTooLarge,
    RefundUnanswered,
)
from bot.payments.provider import Notice
from bot.services.checkouts import OpenOrder
from bot.services.clock import DAY_SECONDS
from bot.services.economy import Economy
from bot.services.order_desk import DESK_PAGE
from bot.services.proofs import FULL_AUDIT
from bot.services.refund_requests import RefundRequest
from bot.services.refund_retries import PATIENCE_SECONDS
from tests.conftest import MovableClock
from tests.payments.truth import Truth, TruthProvider
from tests.services.conftest import ADMIN_ID, GIVER_ID, GUILD_ID, Play
from tests.services.shop import PAID_SETUP

OTHER_ADMIN_ID = ADMIN_ID + 1


@pytest.fixture
def provider() -> TruthProvider:
    return TruthProvider(Truth())


@pytest.fixture
def economy(books: Books, clock: MovableClock, provider: TruthProvider) -> Economy:
    return Economy.over(books, clock, providers={"truth": provider})


class Shop:
    """A guild in paid mode with one pack of 100 coins for 5 euros."""

    def __init__(self, economy: Economy, clock: MovableClock, provider: TruthProvider) -> None:
        self.economy = economy
        self.clock = clock
        self.provider = provider

    async def sell(self, order_id: int = 1, **values: Any) -> str:
        """Let the buyer order and pay; return the order's code."""
        opened = await self.economy.checkouts.open(
            GUILD_ID, GIVER_ID, order_id, 100, title="100 coins"
        )
        assert isinstance(opened, OpenOrder)
        order = self.provider.truth.orders[opened.checkout.checkout_id]
        notice = self.provider.truth.pay(order, f"pay-{order_id}", self.clock(), **values)
        await self.economy.settlement.settle("truth", notice)
        return opened.order.code

    async def ask(self, code: str, typed: str | None = None, number: int = 7) -> RefundRequest:
        """Ask for a refund."""
        return await self.economy.refund_requests.ask(
            GUILD_ID, number, ADMIN_ID, code=code, reason="why", typed=typed, locale="en-US"
        )

    async def change(self, **values: Any) -> None:
        """Let something happen to the payment."""
        await self.economy.settlement.settle("truth", self.provider.truth.set("pay-1", **values))


@pytest.fixture
async def shop(play: Play, clock: MovableClock, provider: TruthProvider) -> Shop:
    economy = play.economy
    await economy.seasons.begin_paid(GUILD_ID, ADMIN_ID, PAID_SETUP)
    await economy.packs.put(GUILD_ID, ADMIN_ID, 100, 500)
    await economy.declarations.declare(GUILD_ID, GIVER_ID, "DE", "en-US")
    return Shop(economy, clock, provider)


@pytest.fixture(autouse=True)
async def audited(shop: Shop) -> Any:
    """Every test ends with clean books, whatever it did."""
    yield
    assert await audit(shop.economy.books.path, FULL_AUDIT) == []


@pytest.mark.parametrize(
    ("typed", "coins"), [(None, 100), ("5", 100), ("0.01", 0), ("2.49", 49), ("4.99", 99)]
)
async def test_what_is_said_to_go_back_is_what_goes_back(
    shop: Shop, play: Play, typed: str | None, coins: int
) -> None:
    request = await shop.ask(await shop.sell(), typed)
    assert (request.coins, request.bonus_coins) == (coins, 0)
    assert await play.pots(GIVER_ID) == {"paid": 100}
    sent = await shop.economy.refund_requests.send(GUILD_ID, ADMIN_ID, 7)
    assert (sent.coins, sent.unspent_coins) == (coins, coins)
    assert (await play.pots(GIVER_ID)).get("paid", 0) == 100 - coins


async def test_parts_add_up_to_the_whole(shop: Shop, play: Play) -> None:
    code = await shop.sell()
    coins: list[int] = []
    for number, typed in enumerate(("1.01", "1.01", None), start=1):
        request = await shop.ask(code, typed, number)
        sent = await shop.economy.refund_requests.send(GUILD_ID, ADMIN_ID, number)
        assert request.coins == sent.coins
        coins.append(sent.coins)
    assert coins == [20, 20, 60]
    assert await play.pots(GIVER_ID) == {}


async def test_a_test_payment_has_bonus_coins_to_go_back(shop: Shop) -> None:
    request = await shop.ask(await shop.sell(is_test=True), "2.50")
    assert (request.coins, request.bonus_coins) == (0, 50)


async def test_only_whoever_asked_can_send_it(shop: Shop) -> None:
    await shop.ask(await shop.sell())
    for admin_id, number in ((OTHER_ADMIN_ID, 7), (ADMIN_ID, 8)):
        with pytest.raises(OldButton):
            await shop.economy.refund_requests.send(GUILD_ID, admin_id, number)
    assert shop.provider.truth.refunds == {}


@pytest.mark.parametrize("typed", ["2", "3"])
async def test_what_was_sent_is_not_sent_again(shop: Shop, typed: str) -> None:
    await shop.ask(await shop.sell(), typed)
    await shop.economy.refund_requests.send(GUILD_ID, ADMIN_ID, 7)
    with pytest.raises(AlreadyUsed):
        await shop.economy.refund_requests.send(GUILD_ID, ADMIN_ID, 7)
    assert len(shop.provider.truth.refunds) == 1


async def test_a_request_that_was_sent_is_kept_for_ever(shop: Shop) -> None:
    code = await shop.sell()
    await shop.ask(code, "1")
    await shop.economy.refund_requests.send(GUILD_ID, ADMIN_ID, 7)
    shop.clock.advance(9 * DAY_SECONDS)
    await shop.ask(code, "1", number=8)
    (refund,) = (await shop.economy.order_desk.find(GUILD_ID, code)).refunds
    assert (refund.amount.minor, refund.reason, refund.admin_id) == (100, "why", ADMIN_ID)


async def spend_all(shop: Shop, play: Play) -> None:
    """Let the buyer's coins become gifts, diamonds, and a claim that is paid."""
    for name, value in (("hold_days", "0"), ("claim_least", "1")):
        await play.set(name, value)
    await play.gift(count=100, gift="petal")
    await play.convert()
    claimed = await play.claim()
    claims, claim_id = shop.economy.claims, claimed.claim.claim_id
    await claims.approve(guild_id=GUILD_ID, key="yes", admin_id=ADMIN_ID, claim_id=claim_id)
    await claims.mark_paid(
        guild_id=GUILD_ID, key="paid", admin_id=ADMIN_ID, claim_id=claim_id, reference="cash"
    )


async def test_no_coins_of_a_season_that_is_over_go_back(shop: Shop, play: Play) -> None:
    code = await shop.sell()
    await spend_all(shop, play)
    await shop.economy.seasons.begin_play(GUILD_ID, ADMIN_ID)
    request = await shop.ask(code)
    assert request.found.is_past
    assert (request.amount.minor, request.coins) == (500, 0)
    sent = await shop.economy.refund_requests.send(GUILD_ID, ADMIN_ID, 7)
    assert (sent.is_booked, sent.coins, sent.debt_coins) == (True, 0, 0)


async def test_a_page_behind_the_last_order_is_empty_and_leads_back(shop: Shop) -> None:
    page = await shop.economy.order_desk.waiting(GUILD_ID, after=99)
    assert (page.orders, page.count, page.older, page.newer) == ((), 0, None, None)
    assert DESK_PAGE == 5


async def unanswered(shop: Shop) -> str:
    """Let a refund be taken on by a provider whose answer is lost; return the order's code."""
    code = await shop.sell()
    await shop.ask(code, "2")
    refund = shop.provider.refund

    async def lose(payment_id: str, amount_minor: int, key: str) -> None:
        shop.provider.refund = refund
        await refund(payment_id, amount_minor, key)
        raise ProviderSilent

    shop.provider.refund = lose
    with pytest.raises(RefundUnanswered):
        await shop.economy.refund_requests.send(GUILD_ID, ADMIN_ID, 7)
    return code


async def letters(shop: Shop) -> list[str]:
    return [each.kind for each in await shop.economy.letters.claim()]


async def test_a_refund_whose_answer_was_lost_is_asked_for_again_and_given_once(
    shop: Shop, play: Play
) -> None:
    code = await unanswered(shop)
    (refund,) = (await shop.economy.order_desk.find(GUILD_ID, code)).refunds
    assert (refund.amount.minor, refund.sent_at) == (200, 0)
    await shop.economy.refund_retries.run()
    assert await letters(shop) == ["receipt"]  # a press may still be at work on it
    shop.clock.advance(PATIENCE_SECONDS)
    await shop.economy.refund_retries.run()
    await shop.economy.refund_retries.run()
    (refund,) = (await shop.economy.order_desk.find(GUILD_ID, code)).refunds
    assert refund.sent_at == shop.clock()
    assert shop.provider.truth.refunds == {"refund-7": 200}
    assert await play.pots(GIVER_ID) == {"paid": 60}
    assert sorted(await letters(shop)) == ["receipt", "refund_sent", "refunded"]


async def test_pressing_again_after_a_lost_answer_gives_it_once(shop: Shop, play: Play) -> None:
    await unanswered(shop)
    sent = await shop.economy.refund_requests.send(GUILD_ID, ADMIN_ID, 7)
    assert sent.amount.minor == 200
    assert shop.provider.truth.refunds == {"refund-7": 200}
    assert await play.pots(GIVER_ID) == {"paid": 60}
    shop.clock.advance(PATIENCE_SECONDS)
    await shop.economy.refund_retries.run()
    assert "refund_sent" not in await letters(shop)


async def test_pressing_twice_at_once_gives_it_once_and_says_so(shop: Shop, play: Play) -> None:
    await shop.ask(await shop.sell(), "3")
    is_taken, may_answer = asyncio.Event(), asyncio.Event()
    refund, do, books = shop.provider.refund, shop.economy.books.do, shop.economy.books

    async def answer_late(payment_id: str, amount_minor: int, key: str) -> None:
        await refund(payment_id, amount_minor, key)
        # A webhook is quicker than the answer.
        await shop.economy.settlement.settle("truth", Notice("", payment_id))
        is_taken.set()
        await may_answer.wait()

    async def write_late(write: Any) -> Any:
        if asyncio.current_task() is second:
            await is_taken.wait()
        return await do(write)

    with patch.object(shop.provider, "refund", answer_late), patch.object(books, "do", write_late):
        first = asyncio.create_task(shop.economy.refund_requests.send(GUILD_ID, ADMIN_ID, 7))
        second = asyncio.create_task(shop.economy.refund_requests.send(GUILD_ID, ADMIN_ID, 7))
        await is_taken.wait()
        for _ in range(20):
            await books.read("SELECT 1")
        may_answer.set()
        assert (await first).amount.minor == 300
        with pytest.raises(AlreadyUsed):
            await second
    assert await play.pots(GIVER_ID) == {"paid": 40}


async def test_what_a_press_settled_meanwhile_is_not_asked_for_again(shop: Shop) -> None:
    await unanswered(shop)
    shop.clock.advance(PATIENCE_SECONDS)
    read, asked = shop.economy.books.read, shop.provider.refund

    async def press_first(sql: str, *values: Any) -> Any:
        rows = await read(sql, *values)
        if "tried_at <= ?" in sql:
            await shop.economy.refund_requests.send(GUILD_ID, ADMIN_ID, 7)
            shop.provider.refund = AsyncMock(side_effect=ProviderRefused("asked again"))
        return rows

    with patch.object(shop.economy.books, "read", press_first):
        await shop.economy.refund_retries.run()
    shop.provider.refund = asked
    assert await letters(shop) == ["receipt", "refunded"]


@pytest.mark.parametrize("error", [None, ProviderRefused("The bank says no.")])
async def test_nothing_becomes_of_a_refund_without_its_letter(
    shop: Shop, error: Exception | None
) -> None:
    await unanswered(shop)
    shop.clock.advance(PATIENCE_SECONDS)
    refund = AsyncMock(side_effect=error)
    with (
        patch.object(shop.provider, "refund", refund),
        patch("bot.services.refund_retries.write_letter", side_effect=ZeroDivisionError),
    ):
        await shop.economy.refund_retries.run()
    shop.clock.advance(PATIENCE_SECONDS)
    with patch.object(shop.provider, "refund", refund):
        await shop.economy.refund_retries.run()
    kind = "refund_refused" if error else "refund_sent"
    assert kind in await letters(shop)


async def test_a_refund_that_died_before_it_was_asked_for_goes_all_the_same(
    shop: Shop, play: Play
) -> None:
    await shop.ask(await shop.sell(), None)
    shop.provider.is_silent = True
    with pytest.raises(RefundUnanswered):
        await shop.economy.refund_requests.send(GUILD_ID, ADMIN_ID, 7)
    shop.clock.advance(9 * DAY_SECONDS)
    await shop.economy.refund_retries.run()
    shop.provider.is_silent = False
    await shop.economy.refund_retries.run()
    assert await play.pots(GIVER_ID) == {"paid": 100}  # silent until a minute ago
    shop.clock.advance(PATIENCE_SECONDS)
    await shop.economy.refund_retries.run()
    assert await play.pots(GIVER_ID) == {}


@pytest.mark.parametrize(
    ("error", "reason"), [(ProviderRefused("The bank says no."), "The bank says no."), (None, "")]
)
async def test_a_late_no_is_told_and_the_same_can_be_asked_again(
    shop: Shop, error: Exception | None, reason: str
) -> None:
    code = await shop.sell()
    await shop.ask(code)
    shop.provider.is_silent = True
    with pytest.raises(RefundUnanswered):
        await shop.economy.refund_requests.send(GUILD_ID, ADMIN_ID, 7)
    shop.provider.is_silent = False
    refund = shop.provider.refund

    async def refuse(payment_id: str, amount_minor: int, key: str) -> None:
        del amount_minor, key
        raise error or PaymentUnknown(payment_id)

    shop.provider.refund = refuse
    shop.clock.advance(PATIENCE_SECONDS)
    for _ in range(2):
        await shop.economy.refund_retries.run()
    told = [each for each in await shop.economy.letters.claim() if each.kind != "receipt"]
    assert [(each.kind, each.member_id) for each in told] == [("refund_refused", ADMIN_ID)]
    assert told[0].facts["reason"] == reason
    assert (await shop.economy.order_desk.find(GUILD_ID, code)).refunds == ()
    shop.provider.refund = refund
    await shop.economy.refund_requests.send(GUILD_ID, ADMIN_ID, 7)


async def test_a_refund_waits_for_its_provider_to_be_set_up_again(
    shop: Shop, books: Books, clock: MovableClock, play: Play
) -> None:
    await unanswered(shop)
    shop.clock.advance(PATIENCE_SECONDS)
    await Economy.over(books, clock).refund_retries.run()
    shop.clock.advance(PATIENCE_SECONDS)
    await shop.economy.refund_retries.run()
    assert "refund_sent" in await letters(shop)
    assert await play.pots(GIVER_ID) == {"paid": 60}


async def test_a_defect_of_one_refund_keeps_no_other_waiting(shop: Shop, play: Play) -> None:
    for number in (1, 2):
        await shop.ask(await shop.sell(number), None, number)
    shop.provider.is_silent = True
    for number in (1, 2):
        with pytest.raises(RefundUnanswered):
            await shop.economy.refund_requests.send(GUILD_ID, ADMIN_ID, number)
    shop.provider.is_silent = False
    refund = shop.provider.refund

    async def stumble(payment_id: str, amount_minor: int, key: str) -> None:
        if key == "refund-1":
            raise ZeroDivisionError
        await refund(payment_id, amount_minor, key)

    shop.provider.refund = stumble
    shop.clock.advance(PATIENCE_SECONDS)
    await shop.economy.refund_retries.run()
    assert await play.pots(GIVER_ID) == {"paid": 100}


async def test_unreadable_books_only_put_it_off(shop: Shop) -> None:
    await unanswered(shop)
    shop.clock.advance(PATIENCE_SECONDS)
    with patch.object(type(shop.economy.books), "read", side_effect=BooksUnreadable):
        await shop.economy.refund_retries.run()
    await shop.economy.refund_retries.run()
    assert "refund_sent" in await letters(shop)


async def test_more_than_is_left_by_now_does_not_go_back(shop: Shop, play: Play) -> None:
    code = await shop.sell()
    await shop.ask(code, "3", number=7)
    await shop.ask(code, "3", number=8)
    await shop.economy.refund_requests.send(GUILD_ID, ADMIN_ID, 7)
    with pytest.raises(RefundTooLarge):
        await shop.economy.refund_requests.send(GUILD_ID, ADMIN_ID, 8)
    assert await play.pots(GIVER_ID) == {"paid": 40}
