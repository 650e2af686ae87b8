"""Gifts through the service, with so many callers waiting at once."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import aiosqlite

from bot.ledger.accounts import Account
from bot.ledger.books import Books
from bot.ledger.posting import Entry, from_house, post
from bot.services.economy import Economy
from bot.services.gifts import GiftRequest
from bot.services.guilds import Person
from tests.bench.load import COINS, GIVER_IDS, GUILD_ID, STREAMER_IDS, Sent


class Service:
    """The real services over a real file, with givers that can pay and named streamers."""

    def __init__(self, books: Books, economy: Economy) -> None:
        self._books = books
        self._economy = economy
        self._streamers = {
            streamer_id: Person(streamer_id, f"Streamer {streamer_id}")
            for streamer_id in STREAMER_IDS
        }

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open fresh books and give everybody coins."""
        books = await Books.open(path)
        service = cls(books, Economy.over(books))
        for streamer_id in STREAMER_IDS:
            await service._economy.guilds.name_streamer(GUILD_ID, 1, streamer_id)
        await books.do(_give_coins)
        return service

    async def close(self) -> None:
        """Close the books."""
        await self._books.close()

    async def send(self, gifts: list[Sent], waiting: int) -> float:
        """Send the gifts, `waiting` at once, and return the seconds it took."""
        left = iter(gifts)
        started = time.perf_counter()
        await asyncio.gather(*(self._sender(left) for _ in range(waiting)))
        return time.perf_counter() - started

    async def _sender(self, left: Iterator[Sent]) -> None:
        send, streamers = self._economy.gifts.send, self._streamers
        for gift in left:
            await send(
                GiftRequest(
                    guild_id=GUILD_ID,
                    key=gift.key,
                    giver_id=gift.giver_id,
                    streamer=streamers[gift.streamer_id],
                    gift=gift.code,
                )
            )


async def _give_coins(connection: aiosqlite.Connection) -> None:
    for giver_id in GIVER_IDS:
        await post(
            connection,
            Entry(
                guild_id=GUILD_ID,
                key=f"grant:{giver_id}",
                kind="grant",
                actor_id=1,
                posted_at=int(time.time()),
                lines=(from_house(Account.SOLD, giver_id, Account.PAID, COINS),),
                content=(giver_id,),
            ),
        )
