"""Many at once: what others lose money over must not even be close here."""

import asyncio
import random
from collections import Counter
from typing import Any

import pytest

from bot.errors import KeyConflict, NotEnoughCoins, Refusal
from bot.ledger.audit import audit
from bot.services.economy import Economy
from bot.services.gifts import GiftReceipt, GiftRequest
from bot.services.guilds import Person
from bot.services.proofs import FULL_AUDIT

pytestmark = pytest.mark.proof("books")

GUILD, GIVER, ADMIN = 1, 7, 9
LUNA = Person(50, "Luna")


@pytest.fixture
async def garden(economy: Economy) -> Economy:
    await economy.guilds.name_streamer(GUILD, ADMIN, LUNA.member_id)
    return economy


def request(key: str, *, gift: str = "ladybird", giver: int = GIVER) -> GiftRequest:
    return GiftRequest(guild_id=GUILD, key=key, giver_id=giver, streamer=LUNA, gift=gift)


async def grant(economy: Economy, coins: int, *, member: int = GIVER) -> None:
    await economy.grants.grant(
        guild_id=GUILD,
        key=f"grant:{member}:{coins}",
        admin_id=ADMIN,
        member=Person(member, "Mia"),
        coins=coins,
        reason="storm",
    )


async def all_at_once(*work: Any) -> list[Any]:
    return await asyncio.gather(*work, return_exceptions=True)


async def is_clean(economy: Economy) -> bool:
    return await audit(economy.books.path, FULL_AUDIT) == []


async def test_exactly_as_many_gifts_as_the_wallet_can_pay_succeed(garden: Economy) -> None:
    await grant(garden, 500)
    outcomes = await all_at_once(*(garden.gifts.send(request(f"g{n}")) for n in range(200)))
    assert Counter(outcome.__class__ for outcome in outcomes) == {
        GiftReceipt: 50,
        NotEnoughCoins: 150,
    }
    wallet = await garden.wallets.balance(GUILD, GIVER)
    assert wallet.coins == 0
    assert (await garden.wallets.balance(GUILD, LUNA.member_id)).earned_coins == 500
    assert await is_clean(garden)


async def test_one_interaction_twenty_times_at_once_is_one_entry(garden: Economy) -> None:
    await grant(garden, 500)
    outcomes = await all_at_once(*(garden.gifts.send(request("same")) for _ in range(20)))
    assert [outcome.replayed for outcome in outcomes].count(False) == 1
    assert len({outcome.entry_id for outcome in outcomes}) == 1
    assert (await garden.wallets.balance(GUILD, GIVER)).coins == 490
    assert await is_clean(garden)


async def test_one_key_with_two_contents_at_once_books_one_of_them(garden: Economy) -> None:
    await grant(garden, 500)
    outcomes = await all_at_once(
        garden.gifts.send(request("same", gift="daisy")),
        garden.gifts.send(request("same", gift="tulip")),
    )
    assert [type(outcome) for outcome in outcomes] == [GiftReceipt, KeyConflict]
    assert (await garden.wallets.balance(GUILD, GIVER)).coins == 495
    assert await is_clean(garden)


async def test_everything_can_be_converted_and_claimed_only_once(garden: Economy) -> None:
    await grant(garden, 500)
    await garden.gifts.send(request("first", gift="posy"))
    conversions = await all_at_once(
        *(
            garden.conversions.convert(
                guild_id=GUILD, key=f"c{n}", streamer_id=LUNA.member_id, coins=None
            )
            for n in range(20)
        )
    )
    assert sum(not isinstance(outcome, Exception) for outcome in conversions) == 1
    claims = await all_at_once(
        *(
            garden.claims.request(
                guild_id=GUILD, key=f"q{n}", streamer_id=LUNA.member_id, diamonds=200
            )
            for n in range(20)
        )
    )
    assert sum(not isinstance(outcome, Exception) for outcome in claims) == 1
    assert await is_clean(garden)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
async def test_cancelled_callers_never_harm_the_books(garden: Economy, seed: int) -> None:
    """Callers are cancelled at every point: while they wait, during the commit, after it."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    await grant(garden, 100_000)
    answered: set[int] = set()

    async def send(number: int) -> None:
        receipt = await garden.gifts.send(request(f"g{number}", gift="petal"))
        answered.add(receipt.entry_id)

    for storm in range(40):
        tasks = [asyncio.create_task(send(storm * 50 + n)) for n in range(50)]
        for _ in range(chance.randrange(60)):
            await asyncio.sleep(0)
        for task in chance.sample(tasks, 25):
            task.cancel()
        await all_at_once(*tasks)
    booked = {row[0] for row in await garden.books.read("SELECT entry_id FROM gift")}
    assert answered <= booked
    assert (await garden.wallets.balance(GUILD, GIVER)).coins == 100_000 - len(booked)
    assert await is_clean(garden)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3))
async def test_a_mixed_storm_of_many_members_adds_up(garden: Economy, seed: int) -> None:
    print(f"seed {seed}")
    chance = random.Random(seed)
    members = range(100, 120)

    async def one(number: int) -> None:
        member = chance.choice(members)
        kind = chance.randrange(10)
        if kind == 0:
            await garden.orders.buy_test(GUILD, member, number, 70)
        elif kind == 1:
            coins: int | None = chance.choice((None, 5, 50))
            await garden.conversions.convert(
                guild_id=GUILD, key=f"c{number}", streamer_id=LUNA.member_id, coins=coins
            )
        elif kind == 2:
            await garden.claims.request(
                guild_id=GUILD, key=f"q{number}", streamer_id=LUNA.member_id, diamonds=100
            )
        else:
            gift = chance.choice(("petal", "daisy", "ladybird", "sunflower"))
            await garden.gifts.send(request(f"g{number}", gift=gift, giver=member))

    for storm in range(20):
        outcomes = await all_at_once(*(one(1 + storm * 100 + n) for n in range(100)))
        assert all(outcome is None or isinstance(outcome, Refusal) for outcome in outcomes)
    assert await is_clean(garden)
