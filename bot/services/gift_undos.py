"""Taking a gift back: within 30 seconds, as long as its coins were not converted."""

from dataclasses import dataclass

import aiosqlite

from bot.errors import NotYourButton, UndoConverted, UndoTooLate
from bot.ledger.accounts import Account
from bot.ledger.books import Books
from bot.ledger.posting import Entry, Line, find_replay, post, request_hash
from bot.ledger.pots import balance_of
from bot.paid_errors import SeasonClosed
from bot.payment_errors import UndoReturned
from bot.services.clock import Clock
from bot.services.disputed_gifts import disputed_coins
from bot.services.gift_sums import net_bonus_sql, net_paid_sql, not_undone_sql
from bot.services.gifts import GiftReceipt, Gifts
from bot.services.kept_rates import lessen_kept
from bot.services.season_marks import current_season
from bot.services.shares import is_shared

UNDO_SECONDS = 30
_EARNED = (Account.EARNED_PAID, Account.EARNED_BONUS)


@dataclass(frozen=True, slots=True)
class GiftUndone:
    """A gift that was taken back; its coins are where they came from."""

    guild_id: int
    entry_id: int
    undo_id: int
    coins: int
    replayed: bool


class GiftUndos:
    """The service that takes gifts back."""

    def __init__(self, books: Books, gifts: Gifts, clock: Clock) -> None:
        self._books = books
        self._gifts = gifts
        self._clock = clock

    async def undo(self, guild_id: int, giver_id: int, entry_id: int) -> GiftUndone:
        """Take a gift back within 30 seconds, as long as its coins were not converted.

        Raises:
            NotYourButton: somebody else sent it.
            UndoTooLate, UndoReturned, UndoConverted, SeasonClosed: it stays.
        """
        now = self._clock()
        receipt = await self._gifts.find(guild_id, entry_id)
        if receipt.giver_id != giver_id:
            raise NotYourButton

        async def write(connection: aiosqlite.Connection) -> GiftUndone:
            return await _undo(connection, receipt, now)

        return await self._books.do(write)


async def _undo(connection: aiosqlite.Connection, receipt: GiftReceipt, now: int) -> GiftUndone:
    guild_id, entry_id = receipt.guild_id, receipt.entry_id
    key = f"undo:{entry_id}"
    replay = await find_replay(connection, guild_id, key, request_hash("undo", entry_id))
    if replay is not None:
        return GiftUndone(guild_id, entry_id, replay.entry_id, receipt.coins, replayed=True)
    season = await current_season(connection.execute_fetchall, guild_id)
    if entry_id <= season.entry_id:
        raise SeasonClosed
    # A clock set back must not open the time again.
    if not 0 <= now - receipt.sent_at <= UNDO_SECONDS:
        raise UndoTooLate
    # What a refund took out of the gift would be taken from the streamer twice.
    if await _is_returned(connection, receipt):
        raise UndoReturned
    if await is_shared(connection.execute_fetchall, guild_id, receipt.streamer_id, entry_id):
        raise UndoConverted
    lines = await _reversed_lines(connection, guild_id, entry_id)
    others = await _coins_of_others(connection, receipt)
    for line in lines:
        have = await balance_of(connection, guild_id, line.source_owner_id, line.source)
        if have < line.amount + others.get(line.source, 0):
            raise UndoConverted
    posted = await post(
        connection,
        Entry(
            guild_id=guild_id,
            key=key,
            kind="undo",
            actor_id=receipt.giver_id,
            posted_at=now,
            lines=lines,
            content=(entry_id,),
            reverses_id=entry_id,
        ),
    )
    await connection.execute_fetchall(
        "INSERT INTO gift_undo (guild_id, streamer_id, entry_id, undo_id) VALUES (?, ?, ?, ?)",
        (guild_id, receipt.streamer_id, entry_id, posted.entry_id),
    )
    for line in lines:
        if line.source in _EARNED:
            await lessen_kept(
                connection,
                guild_id,
                line.source_owner_id,
                entry_id,
                paid_coins=line.amount if line.source is Account.EARNED_PAID else 0,
                bonus_coins=line.amount if line.source is Account.EARNED_BONUS else 0,
            )
    return GiftUndone(guild_id, entry_id, posted.entry_id, receipt.coins, replayed=False)


async def _is_returned(connection: aiosqlite.Connection, receipt: GiftReceipt) -> bool:
    rows = await connection.execute_fetchall(
        "SELECT 1 FROM gift_return WHERE guild_id = ? AND streamer_id = ? AND entry_id = ? LIMIT 1",
        (receipt.guild_id, receipt.streamer_id, receipt.entry_id),
    )
    return bool(list(rows))


async def _coins_of_others(
    connection: aiosqlite.Connection, receipt: GiftReceipt
) -> dict[Account, int]:
    """Return the streamer's coins that are there for other gifts, by account.

    Conversions take the oldest coins, but none of a disputed gift. So what came later, and what
    waits for a bank, is not this gift's, and a refund or somebody's share may need it yet.
    """
    read = connection.execute_fetchall
    guild_id, streamer_id, entry_id = receipt.guild_id, receipt.streamer_id, receipt.entry_id
    rows = list(await read(_LATER_SQL, (guild_id, streamer_id, entry_id)))
    disputed = await disputed_coins(read, guild_id, streamer_id, entry_id - 1)
    return {Account.EARNED_PAID: rows[0][0] + disputed, Account.EARNED_BONUS: rows[0][1]}


async def _reversed_lines(
    connection: aiosqlite.Connection, guild_id: int, entry_id: int
) -> tuple[Line, ...]:
    rows = await connection.execute_fetchall(
        "SELECT target_owner_id, target_account, source_owner_id, source_account, amount"
        " FROM line WHERE guild_id = ? AND entry_id = ?",
        (guild_id, entry_id),
    )
    return tuple(Line(r[0], Account(r[1]), r[2], Account(r[3]), r[4]) for r in rows)


_LATER_SQL = f"""
SELECT COALESCE(SUM({net_paid_sql("g")}), 0), COALESCE(SUM({net_bonus_sql("g")}), 0)
  FROM gift AS g
 WHERE g.guild_id = ?1 AND g.streamer_id = ?2 AND g.entry_id > ?3
   AND {not_undone_sql("g")}
"""
