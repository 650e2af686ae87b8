"""Statements of a random year over the real services add up to the books, to the coin."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.errors import Refusal
from bot.ledger.audit import audit
from bot.services.claims import Claim
from bot.services.economy import Economy
from bot.services.gifts import GiftReceipt
from bot.services.guilds import Person
from bot.services.proofs import FULL_AUDIT
from bot.services.statement_months import Month
from bot.services.statement_rows import Pots, StatementRow
from bot.services.statements import Statement
from tests.conftest import MovableClock
from tests.services.conftest import (
    ADMIN_ID,
    GIVER_ID,
    GUILD_ID,
    OTHER_GIVER_ID,
    STREAMER,
    Play,
)
from tests.services.shop import PRICE_MINOR, Shop

pytestmark = pytest.mark.proof("streamer")

HOUR = 60 * 60
STEPS = 700
OTHER = Person(21, "Kai")
STREAMERS = (STREAMER, OTHER)


class Year:
    """A year in a guild, as chance will have it; refusals are part of life."""

    def __init__(self, shop: Shop, chance: random.Random) -> None:
        self.shop = shop
        self.economy = shop.play.economy
        self.chance = chance
        self.payments: list[str] = []
        self.gifts: list[GiftReceipt] = []
        self.claims: list[Claim] = []
        self.done = Counter[str]()

    async def live(self) -> None:
        """Let a year pass, some hours between one event and the next."""
        events: list[tuple[Callable[[], Awaitable[object]], int]] = [
            (self.buy, 15),
            (self.grant, 8),
            (self.give, 60),
            (self.undo, 8),
            (self.convert, 12),
            (self.claim, 10),
            (self.step, 18),
            (self.refund, 12),
            (self.stay, 2),
            (self.set, 4),
        ]
        doings, weights = zip(*events, strict=True)
        for _ in range(STEPS):
            (do,) = self.chance.choices(doings, weights)
            try:
                await do()
            except Refusal:
                continue
            self.done[do.__name__] += 1
            self.shop.clock.advance(self.chance.randrange(365 * 24 * HOUR * 2 // STEPS))

    def giver(self) -> int:
        return self.chance.choice([GIVER_ID, OTHER_GIVER_ID])

    async def buy(self) -> None:
        coins = self.chance.randrange(50, 400)
        self.payments.append(await self.shop.bought(coins, member_id=self.giver()))

    async def grant(self) -> None:
        await self.economy.grants.grant(
            guild_id=GUILD_ID,
            key=self.shop.play.key(),
            admin_id=ADMIN_ID,
            member=Person(self.giver(), "Mia"),
            coins=self.chance.randrange(1, 500),
            reason="For nothing",
        )

    async def give(self) -> None:
        gift = self.chance.choice(["petal", "daisy", "tulip", "sunflower", "honeypot"])
        sent = await self.shop.play.gift(
            giver_id=self.giver(),
            streamer=self.chance.choice(STREAMERS),
            gift=gift,
            count=self.chance.randrange(1, 6),
        )
        self.gifts.append(sent)

    async def undo(self) -> None:
        await self.give()
        self.shop.clock.advance(self.chance.randrange(30))
        gift = self.gifts[-1]
        await self.economy.gift_undos.undo(GUILD_ID, gift.giver_id, gift.entry_id)

    async def convert(self) -> None:
        await self.economy.conversions.convert(
            guild_id=GUILD_ID,
            key=self.shop.play.key(),
            streamer_id=self.chance.choice(STREAMERS).member_id,
            coins=self.chance.choice([None, self.chance.randrange(1, 200)]),
        )

    async def claim(self) -> None:
        stepped = await self.shop.play.claim(
            self.chance.randrange(1, 150), streamer_id=self.chance.choice(STREAMERS).member_id
        )
        self.claims.append(stepped.claim)

    async def step(self) -> None:
        if not self.claims:
            return
        claim = self.chance.choice(self.claims[-6:])
        claims, key = self.economy.claims, self.shop.play.key()
        base: dict[str, Any] = {"guild_id": GUILD_ID, "key": key, "claim_id": claim.claim_id}
        steps: list[Callable[[], Awaitable[object]]] = [
            lambda: claims.approve(admin_id=ADMIN_ID, **base),
            lambda: claims.approve(admin_id=ADMIN_ID, **base),
            lambda: claims.mark_paid(admin_id=ADMIN_ID, reference="SEPA", **base),
            lambda: claims.mark_paid(admin_id=ADMIN_ID, reference="SEPA", **base),
            lambda: claims.reject(admin_id=ADMIN_ID, reason="No", **base),
            lambda: claims.cancel(streamer_id=claim.streamer_id, **base),
        ]
        await self.chance.choice(steps)()

    async def refund(self) -> None:
        await self.give()
        if self.payments:
            payment_id = self.chance.choice(self.payments[-2:])
            have = self.shop.truth.payments[payment_id].refunded_minor
            back = self.chance.randrange(have, PRICE_MINOR + 1)
            await self.shop.say(payment_id, refunded_minor=back)

    async def stay(self) -> None:
        if self.payments:
            await self.shop.say(self.chance.choice(self.payments[-8:]), refunded_minor=0)

    async def set(self) -> None:
        name, texts = self.chance.choice(
            [
                ("fee_percent", ("0", "7", "33", "90")),
                ("paid_rate", ("1", "1/2", "3/7")),
                ("bonus_rate", ("1", "1/10", "1/2")),
                ("hold_days", ("0", "7", "30")),
            ]
        )
        await self.shop.play.set(name, self.chance.choice(texts))


async def statement_of(
    economy: Economy, streamer_id: int, month: Month
) -> tuple[Statement, list[StatementRow]]:
    statement = await economy.statements.open(GUILD_ID, streamer_id, month)
    return statement, [row async for page in economy.statements.rows(statement) for row in page]


async def lines_of(economy: Economy, streamer_id: int) -> dict[int, Counter[str]]:
    """Return what each entry did to a streamer's pots, as plain Python reads the lines."""
    found: dict[int, Counter[str]] = {}
    for entry_id, source_id, source, target_id, target, amount in await economy.books.read(
        "SELECT entry_id, source_owner_id, source_account, target_owner_id, target_account, amount"
        " FROM line WHERE guild_id = ?",
        (GUILD_ID,),
    ):
        for owner_id, account, change in (
            (source_id, source, -amount),
            (target_id, target, amount),
        ):
            if owner_id == streamer_id and account in {
                "earned_paid",
                "earned_bonus",
                "diamonds",
                "claimed",
            }:
                found.setdefault(entry_id, Counter())[account] += change
    return found


@pytest.mark.parametrize("seed", range(3))
async def test_the_statements_of_a_year_are_the_books(
    economy: Economy, clock: MovableClock, seed: int
) -> None:
    play, chance = Play(economy), random.Random(seed)
    clock.now = int(datetime(2026, 1, 1, 12, tzinfo=UTC).timestamp())
    zone = chance.choice(["UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"])
    await economy.promotions.set_zone(GUILD_ID, ADMIN_ID, zone)
    for streamer in STREAMERS:
        await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, streamer.member_id)
    for name, text in (("hold_days", "7"), ("claim_least", "1")):
        await play.set(name, text)
    year = Year(Shop(play, clock), chance)
    await year.live()
    assert min(year.done[name] for name in ("undo", "convert", "claim", "step", "refund")) > 3
    kinds = set[str]()
    for streamer in STREAMERS:
        kinds |= await _add_up(economy, streamer.member_id, clock(), ZoneInfo(zone))
    assert kinds >= {"gift", "undo", "refund", "conversion", "claim", "claim_paid"}
    assert await audit(economy.books.path, FULL_AUDIT) == []


async def _add_up(economy: Economy, streamer_id: int, now: int, zone: ZoneInfo) -> set[str]:
    """Hold a streamer's statements against each other, pots and lines; return their kinds."""
    balance, rows = Pots(), list[StatementRow]()
    month, last = Month(2025, 12), Month.at(now, zone)
    while month <= last:
        statement, of_month = await statement_of(economy, streamer_id, month)
        assert statement.opening == balance, month
        assert sum((row.change for row in of_month), balance) == statement.closing
        assert all(Month.at(row.posted_at, zone) == month for row in of_month)
        balance = statement.closing
        rows += of_month
        month = month.moved(1)
    wallet = await economy.wallets.balance(GUILD_ID, streamer_id)
    assert balance == Pots(
        wallet.earned_paid_coins,
        wallet.earned_bonus_coins,
        wallet.diamonds,
        wallet.claimed_diamonds,
    )
    told: dict[int, Counter[str]] = {}
    for row in rows:
        sums = told.setdefault(row.entry_id, Counter())
        sums["earned_paid"] += row.change.paid_coins
        sums["earned_bonus"] += row.change.bonus_coins
        sums["diamonds"] += row.change.diamonds
        sums["claimed"] += row.change.claimed_diamonds
    assert told == await lines_of(economy, streamer_id)
    assert [row.entry_id for row in rows] == sorted(row.entry_id for row in rows)
    _check_words(rows)
    return {row.kind for row in rows}


def _check_words(rows: list[StatementRow]) -> None:
    """Hold the words of rows against their amounts."""
    for row in rows:
        if row.kind in {"gift", "undo", "refund"}:
            moved = abs(row.change.coins)
            assert row.spent_coins == moved + row.fee_coins, row
            assert row.gift
        assert bool(row.claim_id) == row.kind.startswith("claim")
        assert bool(row.paid_rate) == (row.kind == "conversion")
        assert bool(row.about_id) == (row.kind in {"undo", "refund"})
