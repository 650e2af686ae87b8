"""What a member bought or meant to buy, page by page, and what became of each order."""

import pytest

from bot.currencies import Money
from bot.services.economy import Economy
from bot.services.purchases import PURCHASES_PAGE, PurchaseState
from tests.services.conftest import GIVER_ID, GUILD_ID, OTHER_GIVER_ID
from tests.services.paid import Paid


@pytest.fixture
async def paid(economy: Economy) -> Paid:
    paid = Paid(economy)
    await paid.begin()
    return paid


async def state(paid: Paid) -> PurchaseState:
    (purchase,) = (await paid.economy.purchases.page(GUILD_ID, GIVER_ID)).purchases
    return purchase.state


async def test_a_member_without_orders_has_an_empty_page(paid: Paid) -> None:
    page = await paid.economy.purchases.page(GUILD_ID, GIVER_ID)
    assert (page.purchases, page.newer, page.older) == ((), None, None)


async def test_every_page_leads_to_the_ones_beside_it(paid: Paid) -> None:
    made = [await paid.order(100, ordered_at=1) for _ in range(2 * PURCHASES_PAGE + 1)]
    await paid.order(100, ordered_at=1, member_id=OTHER_GIVER_ID)
    pages = [await paid.economy.purchases.page(GUILD_ID, GIVER_ID)]
    while (before := pages[-1].older) is not None:
        pages.append(await paid.economy.purchases.page(GUILD_ID, GIVER_ID, before=before))
    seen = [purchase.order_id for page in pages for purchase in page.purchases]
    assert seen == made[::-1]
    assert [page.newer for page in pages] == [None, 0, pages[0].older]


async def test_an_order_waits_or_is_closed(paid: Paid) -> None:
    await paid.order(100, ordered_at=1, expires_at=2)
    assert await state(paid) is PurchaseState.OPEN
    (purchase,) = (await paid.economy.purchases.page(GUILD_ID, GIVER_ID)).purchases
    assert (purchase.price, purchase.back) == (Money(100, "EUR"), None)


@pytest.mark.parametrize(
    ("payment", "expected", "back_minor"),
    [
        ({}, PurchaseState.PAID, None),
        ({"disputes_open": 1}, PurchaseState.DISPUTED, None),
        ({"refunded_minor": 400}, PurchaseState.PART_BACK, 400),
        ({"refunded_minor": 400, "lost_minor": 600}, PurchaseState.BACK, 1_000),
        # Whose price only the provider knows is given back as a whole.
        ({"amount_minor": 1, "refunded_minor": 1}, PurchaseState.BACK, None),
    ],
)
async def test_a_paid_order_says_what_became_of_its_money(
    paid: Paid, payment: dict[str, int], expected: PurchaseState, back_minor: int | None
) -> None:
    order_id = await paid.order(1_000, ordered_at=1)
    await paid.payment(order_id, **payment)
    (purchase,) = (await paid.economy.purchases.page(GUILD_ID, GIVER_ID)).purchases
    assert purchase.state is expected
    assert purchase.back == (None if back_minor is None else Money(back_minor, "EUR"))


async def test_a_test_purchase_has_no_price(economy: Economy) -> None:
    await economy.orders.buy_test(GUILD_ID, GIVER_ID, 1, 70)
    (purchase,) = (await economy.purchases.page(GUILD_ID, GIVER_ID)).purchases
    assert (purchase.state, purchase.price, purchase.code) == (PurchaseState.PAID, None, "")
