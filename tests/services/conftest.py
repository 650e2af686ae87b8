"""What the tests of the services share: people, and shorthand for what happened before a test."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from typing import Any

import aiosqlite
import pytest

from bot.ledger.accounts import Account
from bot.ledger.books import Books
from bot.ledger.posting import Entry, Line, Posted, from_house, post
from bot.services.claim import ClaimStepped
from bot.services.conversions import ConversionReceipt
from bot.services.economy import Economy
from bot.services.gifts import GiftReceipt, GiftRequest
from bot.services.guilds import Person
from bot.services.settings import parse_setting, setting_of

GUILD_ID = 7
ADMIN_ID = 1
OTHER_ADMIN_ID = 2
GIVER_ID = 10
OTHER_GIVER_ID = 11
STREAMER_ID = 20
STREAMER = Person(STREAMER_ID, "Luna")
GIVER = Person(GIVER_ID, "Mia")


def request_of(**values: Any) -> GiftRequest:
    """Return a request for one petal to the streamer, as far as a test says nothing else."""
    known: dict[str, Any] = {
        "guild_id": GUILD_ID,
        "key": "gift:1",
        "giver_id": GIVER_ID,
        "streamer": STREAMER,
        "gift": "petal",
    }
    return GiftRequest(**{**known, **values})


class Play:
    """Shorthand for what must have happened before the act that a test is about."""

    def __init__(self, economy: Economy) -> None:
        self.economy = economy
        self._numbers = count(1)

    def key(self) -> str:
        """Return a key that nobody used yet."""
        return f"play:{next(self._numbers)}"

    async def book(self, *lines: Line) -> Posted:
        """Post lines that no service would."""
        entry = Entry(
            guild_id=GUILD_ID,
            key=self.key(),
            kind="test",
            actor_id=ADMIN_ID,
            posted_at=1,
            lines=lines,
            content=(),
        )

        async def write(connection: aiosqlite.Connection) -> Posted:
            return await post(connection, entry)

        return await self.economy.books.do(write)

    async def coins(self, *, paid: int = 0, bonus: int = 0, member_id: int = GIVER_ID) -> None:
        """Give a member coins to spend."""
        for source, target, coins in (
            (Account.SOLD, Account.PAID, paid),
            (Account.GRANTED, Account.BONUS, bonus),
        ):
            if coins:
                await self.book(from_house(source, member_id, target, coins))

    async def earned(self, *, paid: int = 0, bonus: int = 0) -> None:
        """Let the streamer have received coins."""
        for source, target, coins in (
            (Account.SOLD, Account.EARNED_PAID, paid),
            (Account.GRANTED, Account.EARNED_BONUS, bonus),
        ):
            if coins:
                await self.book(from_house(source, STREAMER_ID, target, coins))

    async def diamonds(self, diamonds: int, streamer_id: int = STREAMER_ID) -> None:
        """Let a streamer have diamonds."""
        await self.book(from_house(Account.MINTED, streamer_id, Account.DIAMONDS, diamonds))

    async def set(self, name: str, text: str) -> None:
        """Change a setting of the guild, also one that has a command of its own."""
        guilds, setting = self.economy.guilds, setting_of(name)
        value = parse_setting(setting, text)
        await guilds.get(GUILD_ID)
        await self.economy.books.do(guilds.storing(GUILD_ID, ADMIN_ID, setting, value))

    async def gift(self, **values: Any) -> GiftReceipt:
        """Send a gift; see `request_of`."""
        return await self.economy.gifts.send(request_of(**{"key": self.key(), **values}))

    async def convert(self, coins: int | None = None, key: str | None = None) -> ConversionReceipt:
        """Convert the streamer's coins."""
        return await self.economy.conversions.convert(
            guild_id=GUILD_ID, key=key or self.key(), streamer_id=STREAMER_ID, coins=coins
        )

    async def claim(
        self, diamonds: int | None = None, *, key: str | None = None, streamer_id: int = STREAMER_ID
    ) -> ClaimStepped:
        """Request a claim."""
        return await self.economy.claims.request(
            guild_id=GUILD_ID, key=key or self.key(), streamer_id=streamer_id, diamonds=diamonds
        )

    async def pots(self, owner_id: int) -> dict[str, int]:
        """Return what an owner's pots hold, without the empty ones."""
        rows = await self.economy.books.read(
            "SELECT account, balance FROM pot WHERE guild_id = ? AND owner_id = ? AND balance <> 0",
            (GUILD_ID, owner_id),
        )
        return dict(rows)

    async def entries(self) -> int:
        """Return how many entries the books have."""
        return (await self.economy.books.read("SELECT COUNT(*) FROM entry"))[0][0]


@pytest.fixture
async def play(economy: Economy) -> Play:
    """The economy of a guild that named its streamer."""
    await economy.guilds.name_streamer(GUILD_ID, ADMIN_ID, STREAMER_ID)
    return Play(economy)


@pytest.fixture
def second(books: Books) -> Iterator[sqlite3.Connection]:
    """Another connection to the open books."""
    with closing(sqlite3.connect(books.path, isolation_level=None, timeout=0)) as connection:
        yield connection
