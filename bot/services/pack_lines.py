"""The lines that bring a pack's coins to its buyer: a debt is paid first."""

import aiosqlite

from bot.errors import WalletFull
from bot.ledger.accounts import MOST_AMOUNT, Account
from bot.ledger.posting import Line, from_house
from bot.ledger.pots import balance_of
from bot.services.freezes import debt_of


async def lines_of_coins(
    connection: aiosqlite.Connection, guild_id: int, member_id: int, coins: int
) -> tuple[Line, ...]:
    """Return the lines of sold coins: into what the buyer owes, the rest into the wallet.

    Raises:
        WalletFull: the wallet cannot hold them.
    """
    repaid = min(coins, await debt_of(connection, guild_id, member_id))
    await refuse_full(connection, guild_id, member_id, Account.PAID, coins - repaid)
    return tuple(
        from_house(Account.SOLD, member_id, account, amount)
        for account, amount in ((Account.DEBT, repaid), (Account.PAID, coins - repaid))
        if amount
    )


async def refuse_full(
    connection: aiosqlite.Connection, guild_id: int, member_id: int, account: Account, coins: int
) -> None:
    """Raise WalletFull when a pot cannot hold that many more coins."""
    if await balance_of(connection, guild_id, member_id, account) + coins > MOST_AMOUNT:
        raise WalletFull
