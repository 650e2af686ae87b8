"""Money that fits no order: who is told of it, and how it gets off the list."""

from typing import Any

import aiosqlite
import pytest

from bot.errors import ReasonMissing
from bot.payment_errors import ReviewNotFound, ReviewSettled
from bot.payments.provider import Payment
from bot.services.letters import NO_GUILD, OWNER, Letter
from bot.services.money_admins import MOST_MONEY_ADMINS, money_admins
from bot.services.payment_reviews import OPERATOR_ID, ReviewReason, note_review
from bot.services.waiting_payments import read_waiting
from tests.conftest import MovableClock
from tests.services.conftest import ADMIN_ID, GIVER_ID, GUILD_ID, Play
from tests.services.shop import PAID_SETUP, PRICE_MINOR, Shop

pytestmark = pytest.mark.proof("payments")

OTHER_GUILD_ID = GUILD_ID + 1


@pytest.fixture
async def shop(play: Play, clock: MovableClock) -> Shop:
    return Shop(play, clock)


async def keep(shop: Shop, payment_id: str, *, guild_id: int = GUILD_ID, **values: Any) -> None:
    """Keep a payment for review."""
    known: dict[str, Any] = {"amount_minor": 499, "currency": "EUR", "is_paid": True}
    payment = Payment(**known | values, payment_id=payment_id)

    async def write(connection: aiosqlite.Connection) -> None:
        await note_review(
            connection,
            "truth",
            payment,
            ReviewReason.UNKNOWN_ORDER,
            guild_id=guild_id,
            order_id=0,
            now=shop.clock(),
        )

    await shop.play.economy.books.do(write)


async def due(shop: Shop) -> list[Letter]:
    """Return the letters that are due."""
    return list(await shop.play.economy.letters.claim())


async def readers(shop: Shop) -> list[tuple[int, int, str]]:
    """Return to whom the letters that are due go, in which guild, and of which kind."""
    return [(one.guild_id, one.member_id, one.kind) for one in await due(shop)]


async def wrote(shop: Shop, sql: str, *values: object) -> None:
    """Let something be in the books that no command of this test brought."""
    await shop.play.economy.books.do(lambda connection: connection.execute_fetchall(sql, values))


async def settled(shop: Shop) -> list[Any]:
    """Return who settled what, and why."""
    rows = await shop.play.economy.books.read(
        "SELECT review_id, settled_by, settled_at, note FROM payment_review WHERE settled_at > 0"
    )
    return [tuple(row) for row in rows]


async def test_the_operator_the_owner_and_the_admins_of_money_are_told_once(shop: Shop) -> None:
    await shop.play.set("hold_days", "1")
    for _ in range(2):
        await keep(shop, "pay-1")
    assert sorted(await readers(shop)) == [
        (NO_GUILD, OWNER, "operator_review"),
        (GUILD_ID, OWNER, "review"),
        (GUILD_ID, ADMIN_ID, "review"),
    ]


async def test_money_of_no_server_is_told_the_operator_alone(shop: Shop) -> None:
    await keep(shop, "pay-1", guild_id=NO_GUILD)
    assert await readers(shop) == [(NO_GUILD, OWNER, "operator_review")]


async def test_whoever_paid_in_a_shop_that_tells_no_server_is_asked_too(shop: Shop) -> None:
    await keep(shop, "pay-1", guild_id=NO_GUILD, member_id=GIVER_ID, sku_id=5)
    first, second = await due(shop)
    assert (first.member_id, first.kind) == (OWNER, "operator_review")
    assert (second.member_id, second.kind) == (GIVER_ID, "unassigned")
    assert first.facts["asked_id"] == GIVER_ID


async def test_a_purchase_that_names_nobody_asks_nobody(shop: Shop) -> None:
    await keep(shop, "pay-1", guild_id=NO_GUILD, sku_id=5)
    assert await readers(shop) == [(NO_GUILD, OWNER, "operator_review")]


async def test_payments_of_two_services_with_one_name_are_told_both(shop: Shop) -> None:
    await keep(shop, "pay-1")
    await wrote(shop, "UPDATE payment_review SET provider = 'other'")
    await keep(shop, "pay-1")
    assert sorted(letter.facts["review_id"] for letter in await due(shop)) == [1, 1, 2, 2]


async def test_everything_that_concerns_money_makes_an_admin_of_it(shop: Shop) -> None:
    place = GUILD_ID
    await shop.play.economy.seasons.begin_paid(place, 101, PAID_SETUP)
    await wrote(shop, "DELETE FROM guild_setting")
    assert await money_admins(shop.play.economy.books.read, place) == (101,)
    for table, row in (
        ("pack", "10, 99, 'EUR', 1, 0, 0, 102, 2000000001"),
        ("own_payment", "1, 'manual', 9, 'EUR', 2000000002, 0, 103, 0, 0, 1, ''"),
        ("own_refund", "1, 'k', 9, 104, 2000000003, ''"),
        ("refund_request", "1, 1, 9, 'why', 105, 2000000004, 0, 0"),
        ("payment_review", "1, 'x', 'y', 'defect', 0, 0, 0, 9, 'EUR', 1, 106, 2000000005, 'why'"),
        ("guild_setting", "'hold_days', '1', 107, 2000000006"),
    ):
        await wrote(shop, f"INSERT INTO {table} VALUES (?, {row})", place)
    assert await money_admins(shop.play.economy.books.read, place) == (107, 106, 105, 104, 103)
    assert await money_admins(shop.play.economy.books.read, OTHER_GUILD_ID) == ()


async def test_who_did_something_last_comes_first_and_there_are_few(shop: Shop) -> None:
    for number in range(MOST_MONEY_ADMINS + 2):
        await wrote(
            shop,
            "INSERT INTO pack VALUES (?, ?, 99, 'EUR', 1, 0, 0, ?, ?)",
            *(GUILD_ID, 10 + number, 100 + number, 1_000 + number),
        )
    # What was done before does not make somebody later than others.
    await wrote(shop, "INSERT INTO guild_setting VALUES (?, 'fee_percent', '1', 106, 1)", GUILD_ID)
    found = await money_admins(shop.play.economy.books.read, GUILD_ID)
    assert found == (106, 105, 104, 103, 102)


async def test_the_operator_and_the_bot_itself_are_no_admins(shop: Shop) -> None:
    await keep(shop, "pay-1")
    await keep(shop, "pay-2")
    await shop.play.economy.payment_reviews.settle_as_operator(1, "given back")
    await wrote(shop, "UPDATE payment_review SET settled_at = 5 WHERE review_id = 2")
    assert await money_admins(shop.play.economy.books.read, GUILD_ID) == ()


@pytest.mark.parametrize("guild_id", [GUILD_ID, NO_GUILD])
async def test_the_operator_settles_payments_of_any_server_and_of_none(
    shop: Shop, guild_id: int
) -> None:
    await keep(shop, "pay-1", guild_id=guild_id)
    reviews = shop.play.economy.payment_reviews
    assert await reviews.settle_as_operator(1, " given\nback ") == "given back"
    assert await settled(shop) == [(1, OPERATOR_ID, shop.clock(), "given back")]
    with pytest.raises(ReviewSettled):
        await reviews.settle_as_operator(1, "again")
    assert await settled(shop) == [(1, OPERATOR_ID, shop.clock(), "given back")]


async def test_an_operator_with_a_name_is_kept_by_it(shop: Shop) -> None:
    await keep(shop, "pay-1")
    await shop.play.economy.payment_reviews.settle_as_operator(1, "given back", 77)
    assert await settled(shop) == [(1, -77, shop.clock(), "given back")]


@pytest.mark.parametrize("note", ["", " \n ", "x" * 201])
async def test_a_note_that_says_nothing_or_too_much_settles_nothing(shop: Shop, note: str) -> None:
    await keep(shop, "pay-1")
    with pytest.raises(ReasonMissing):
        await shop.play.economy.payment_reviews.settle_as_operator(1, note)
    assert await settled(shop) == []


async def test_a_servers_own_list_has_its_own_payments_alone(shop: Shop) -> None:
    await keep(shop, "pay-1")
    await keep(shop, "pay-2", guild_id=NO_GUILD)
    await keep(shop, "pay-3", guild_id=OTHER_GUILD_ID)
    reviews = shop.play.economy.payment_reviews
    assert [one.payment_id for one in await reviews.waiting(GUILD_ID)] == ["pay-1"]
    for number in (2, 3):
        with pytest.raises(ReviewNotFound):
            await reviews.dismiss(GUILD_ID, ADMIN_ID, number, "not ours")
    waiting = await read_waiting(shop.play.economy.books.path)
    assert [one.review_id for one in waiting] == [1, 2, 3]
    await reviews.settle_as_operator(3, "given back")
    assert [one.payment_id for one in await reviews.waiting(GUILD_ID)] == ["pay-1"]


async def test_the_operators_list_knows_the_buyer_from_the_order_or_the_payment(
    shop: Shop,
) -> None:
    order = await shop.order()
    await shop.settlement.settle(
        "truth", shop.truth.pay(order, "pay-1", shop.clock(), amount_minor=PRICE_MINOR - 1)
    )
    await keep(shop, "pay-2", guild_id=NO_GUILD, member_id=12, sku_id=5, currency="XXX")
    first, second = await read_waiting(shop.play.economy.books.path)
    assert (first.guild_id, first.order_id, first.buyer_id) == (GUILD_ID, order.order_id, GIVER_ID)
    assert (first.amount_minor, first.currency, first.reason) == (
        PRICE_MINOR - 1,
        "EUR",
        "wrong_amount",
    )
    assert (first.noted_at, first.sku_id) == (shop.clock(), 0)
    assert (second.guild_id, second.buyer_id, second.sku_id) == (NO_GUILD, 12, 5)


async def test_a_letter_that_is_handed_on_goes_to_each_once(shop: Shop) -> None:
    await keep(shop, "pay-1", guild_id=NO_GUILD)
    letters = shop.play.economy.letters
    (letter,) = await due(shop)
    assert letter.is_for_operator
    for _ in range(2):
        await letters.hand_on(letter, (11, 12))
    handed = await due(shop)
    assert [(one.guild_id, one.member_id) for one in handed] == [(NO_GUILD, 11), (NO_GUILD, 12)]
    assert {one.facts["payment_id"] for one in handed} == {"pay-1"}
    assert not any(one.is_for_operator for one in handed)
    assert len({one.nonce for one in (letter, *handed)}) == 3


async def test_a_letter_knows_which_server_it_tells_of(shop: Shop) -> None:
    await keep(shop, "pay-1")
    assert {letter.about_id for letter in await due(shop)} == {GUILD_ID}
    plain = Letter(guild_id=5, letter_id=1, member_id=2, kind="receipt", facts={}, tries=0)
    assert plain.about_id == 5
