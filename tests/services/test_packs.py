"""Packs with prices: put, ordered, hidden, sold under SKUs, and only where money is taken."""

import pytest

from bot.paid_errors import (
    MoneyOutOfBounds,
    NoDefaultPrices,
    NoSuchPack,
    PackOutOfBounds,
    PaidModeOnly,
    SkuTaken,
    SkuWrong,
    TooManyPacks,
)
from bot.services.economy import Economy
from bot.services.packs import MOST_PACKS, PricedPack, find_pack
from tests.services.conftest import ADMIN_ID, GUILD_ID
from tests.services.paid import OWNER_ID, Paid


@pytest.fixture
async def paid(economy: Economy) -> Paid:
    paid = Paid(economy)
    await paid.begin()
    return paid


async def coins_of(economy: Economy) -> list[int]:
    return [pack.coins for pack in await economy.packs.all(GUILD_ID)]


async def put(economy: Economy, *packs: int) -> None:
    for coins in packs:
        await economy.packs.put(GUILD_ID, ADMIN_ID, coins, coins)


async def test_a_guild_begins_without_packs(economy: Economy, paid: Paid) -> None:
    assert paid
    assert await economy.packs.all(GUILD_ID) == await economy.packs.offered(GUILD_ID) == ()


async def test_a_new_pack_comes_last_and_a_new_price_changes_nothing_else(
    economy: Economy, paid: Paid
) -> None:
    assert paid
    await put(economy, 700, 70)
    await economy.packs.set_sku(GUILD_ID, ADMIN_ID, 700, 5)
    await economy.packs.hide(GUILD_ID, ADMIN_ID, 700)
    packs = await economy.packs.put(GUILD_ID, ADMIN_ID, 700, 999)
    assert packs == (
        PricedPack(coins=700, price_minor=999, currency="EUR", position=1, hidden=True, sku_id=5),
        PricedPack(coins=70, price_minor=70, currency="EUR", position=2, hidden=False, sku_id=0),
    )
    assert str(packs[0].price) == "Money(minor=999, currency='EUR')"


async def test_a_hidden_pack_is_not_offered_until_it_is_shown(economy: Economy, paid: Paid) -> None:
    assert paid
    await put(economy, 70, 350)
    await economy.packs.hide(GUILD_ID, ADMIN_ID, 70)
    assert [pack.coins for pack in await economy.packs.offered(GUILD_ID)] == [350]
    await economy.packs.show(GUILD_ID, ADMIN_ID, 70)
    assert [pack.coins for pack in await economy.packs.offered(GUILD_ID)] == [70, 350]


@pytest.mark.parametrize(
    ("position", "order"),
    [
        (1, [3, 1, 2, 4]),
        (2, [1, 3, 2, 4]),
        (4, [1, 2, 4, 3]),
        (9, [1, 2, 4, 3]),
        (-1, [3, 1, 2, 4]),
    ],
)
async def test_a_pack_moves_to_a_position(
    economy: Economy, paid: Paid, position: int, order: list[int]
) -> None:
    assert paid
    await put(economy, 1, 2, 3, 4)
    packs = await economy.packs.move(GUILD_ID, ADMIN_ID, 3, position)
    assert [pack.coins for pack in packs] == order == await coins_of(economy)
    assert [pack.position for pack in packs] == [1, 2, 3, 4]


async def test_two_packs_cannot_share_a_sku(economy: Economy, paid: Paid) -> None:
    assert paid
    await put(economy, 70, 350)
    await economy.packs.set_sku(GUILD_ID, ADMIN_ID, 70, 2**63 - 1)
    await economy.packs.set_sku(GUILD_ID, ADMIN_ID, 70, 2**63 - 1)
    with pytest.raises(SkuTaken) as refusal:
        await economy.packs.set_sku(GUILD_ID, ADMIN_ID, 350, 2**63 - 1)
    assert refusal.value.coins == 70
    await economy.packs.set_sku(GUILD_ID, ADMIN_ID, 70, 0)
    packs = await economy.packs.set_sku(GUILD_ID, ADMIN_ID, 350, 0)
    assert [pack.sku_id for pack in packs] == [0, 0]


@pytest.mark.parametrize("sku_id", [-1, 2**63])
async def test_what_cannot_be_a_sku_is_refused(economy: Economy, paid: Paid, sku_id: int) -> None:
    assert paid
    await put(economy, 70)
    with pytest.raises(SkuWrong):
        await economy.packs.set_sku(GUILD_ID, ADMIN_ID, 70, sku_id)


@pytest.mark.parametrize("coins", [0, -1, 1_000_000_001])
async def test_a_pack_has_bounds(economy: Economy, paid: Paid, coins: int) -> None:
    assert paid
    with pytest.raises(PackOutOfBounds):
        await economy.packs.put(GUILD_ID, ADMIN_ID, coins, 99)
    assert await coins_of(economy) == []


@pytest.mark.parametrize("price_minor", [0, -1, 10**12 + 1])
async def test_a_price_has_bounds(economy: Economy, paid: Paid, price_minor: int) -> None:
    assert paid
    with pytest.raises(MoneyOutOfBounds):
        await economy.packs.put(GUILD_ID, ADMIN_ID, 70, price_minor)
    await economy.packs.put(GUILD_ID, ADMIN_ID, 10**9, 10**12)


async def test_there_are_no_more_packs_than_fit_into_a_menu(economy: Economy, paid: Paid) -> None:
    assert paid
    await put(economy, *range(1, MOST_PACKS + 1))
    with pytest.raises(TooManyPacks):
        await put(economy, 26)
    with pytest.raises(TooManyPacks):
        await economy.packs.put_defaults(GUILD_ID, ADMIN_ID)
    await economy.packs.put(GUILD_ID, ADMIN_ID, 25, 1)
    assert len(await coins_of(economy)) == MOST_PACKS


@pytest.mark.parametrize("change", ["hide", "show", "move", "set_sku"])
async def test_what_is_not_there_cannot_be_changed(
    economy: Economy, paid: Paid, change: str
) -> None:
    assert paid
    await put(economy, 70)
    more = (1,) if change in {"move", "set_sku"} else ()
    with pytest.raises(NoSuchPack):
        await getattr(economy.packs, change)(GUILD_ID, ADMIN_ID, 71, *more)


async def test_the_usual_prices_leave_those_that_are_there(economy: Economy, paid: Paid) -> None:
    assert paid
    await economy.packs.put(GUILD_ID, ADMIN_ID, 700, 5)
    packs = await economy.packs.put_defaults(GUILD_ID, ADMIN_ID)
    assert {pack.coins: pack.price_minor for pack in packs} == {
        70: 99,
        350: 499,
        700: 5,
        1_400: 1_999,
        3_500: 4_999,
        7_000: 9_999,
        17_500: 24_999,
    }
    assert await economy.packs.put_defaults(GUILD_ID, ADMIN_ID) == packs


async def test_a_currency_without_usual_prices_says_so(economy: Economy) -> None:
    await Paid(economy).begin(currency="KWD")
    with pytest.raises(NoDefaultPrices):
        await economy.packs.put_defaults(GUILD_ID, ADMIN_ID)


async def test_play_mode_has_no_prices(economy: Economy) -> None:
    assert await economy.packs.offered(GUILD_ID) == ()
    for change in (
        economy.packs.put(GUILD_ID, ADMIN_ID, 70, 99),
        economy.packs.put_defaults(GUILD_ID, ADMIN_ID),
        economy.packs.hide(GUILD_ID, ADMIN_ID, 70),
        economy.packs.move(GUILD_ID, ADMIN_ID, 70, 1),
    ):
        with pytest.raises(PaidModeOnly):
            await change


async def test_packs_stay_with_their_currency(economy: Economy, paid: Paid) -> None:
    await put(economy, 70)
    await economy.seasons.begin_play(GUILD_ID, OWNER_ID)
    assert await coins_of(economy) == []
    await paid.begin(currency="JPY")
    assert await coins_of(economy) == []
    await put(economy, 350)
    await economy.seasons.begin_play(GUILD_ID, OWNER_ID)
    await paid.begin()
    assert await coins_of(economy) == [70]


async def test_only_what_is_offered_can_be_bought(economy: Economy, paid: Paid) -> None:
    assert paid
    await put(economy, 70)

    async def found(coins: int) -> bool:
        return (
            await economy.books.do(lambda connection: find_pack(connection, GUILD_ID, coins))
            is not None
        )

    assert [await found(70), await found(71)] == [True, False]
    await economy.packs.hide(GUILD_ID, ADMIN_ID, 70)
    assert not await found(70)
