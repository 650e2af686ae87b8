"""Balances as the writer sees them inside its transaction."""

import aiosqlite

from bot.ledger.accounts import Account
from bot.ledger.books import Books
from bot.ledger.posting import post
from bot.ledger.pots import balance_of
from tests.ledger.conftest import GUILD_ID, MEMBER_ID, STREAMER_ID, book, entry_of, granted, moved


async def test_a_pot_that_nobody_touched_holds_nothing(books: Books) -> None:
    async def look(connection: aiosqlite.Connection) -> int:
        return await balance_of(connection, GUILD_ID, MEMBER_ID, Account.PAID, Account.BONUS)

    assert await books.do(look) == 0


async def test_pots_of_several_accounts_are_added_up(books: Books) -> None:
    await book(books, entry_of(granted(100), granted(50, STREAMER_ID), key="test:grant"))
    await book(books, entry_of(moved(30), key="test:move"))
    await book(books, entry_of(granted(1000), key="test:grant", guild_id=GUILD_ID + 1))

    async def look(connection: aiosqlite.Connection) -> tuple[int, int, int]:
        return (
            await balance_of(connection, GUILD_ID, MEMBER_ID, Account.BONUS),
            await balance_of(connection, GUILD_ID, STREAMER_ID, Account.BONUS),
            await balance_of(
                connection, GUILD_ID, STREAMER_ID, Account.BONUS, Account.EARNED_BONUS
            ),
        )

    assert await books.do(look) == (70, 50, 80)


async def test_a_balance_includes_what_the_same_transaction_booked(books: Books) -> None:
    async def write(connection: aiosqlite.Connection) -> int:
        await post(connection, entry_of(granted(100)))
        return await balance_of(connection, GUILD_ID, MEMBER_ID, Account.BONUS)

    assert await books.do(write) == 100
