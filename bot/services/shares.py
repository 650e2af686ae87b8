"""Moves the shares of gifts that have passed their hold, by the agreements of their time.

What is due to somebody is their percent of the sum of all gifts shared so far, rounded down, less
what they got: of a thousand gifts of one coin, ten percent are a hundred coins and not nothing. A
conversion has them moved first, so that nobody converts what is another's. What a full wallet has
no room for waits with the streamer, and keeps nobody else's waiting.
"""

import logging
from dataclasses import dataclass
from typing import Any

import aiosqlite

from bot.errors import TryAgain
from bot.ledger.accounts import MOST_AMOUNT, Account
from bot.ledger.books import Books
from bot.ledger.posting import Entry, Line, post
from bot.services.bonuses import Read
from bot.services.clock import DAY_SECONDS, Clock
from bot.services.guilds import stored_settings
from bot.services.hold_marks import AHEAD_SECONDS, keep_mark
from bot.services.kept_rates import share_kept
from bot.services.share_rows import GIFTS_SQL, OPEN_SQL, through_id

log = logging.getLogger(__name__)

# Gifts younger than this may still be taken back, so the job leaves them alone.
YOUNG_SECONDS = 31
_MOST_GIFTS = 5_000


@dataclass(frozen=True, slots=True)
class _Due:
    """An agreement with gifts to share: up to `through`, of the streamer, after `settled_id`."""

    split_id: int
    streamer_id: int
    settled_id: int
    until_id: int


@dataclass(frozen=True, slots=True)
class _Owed:
    """What is due to somebody and has not moved, and what their pots have room for (coins)."""

    member_id: int
    paid_coins: int
    bonus_coins: int
    paid_room: int
    bonus_room: int

    @property
    def fitting_paid(self) -> int:
        return min(self.paid_coins, self.paid_room)

    @property
    def fitting_bonus(self) -> int:
        return min(self.bonus_coins, self.bonus_room)


async def move_shares(
    connection: aiosqlite.Connection,
    guild_id: int,
    streamer_id: int,
    hold_seconds: int,
    now: int,
    *,
    leaves_young: bool = False,
) -> bool:
    """Move what is due of a streamer's gifts now; return whether there may be more to do.

    With `leaves_young`, gifts that can still be taken back wait for another time.
    """
    read = connection.execute_fetchall
    rows = list(await read(_DUE_SQL, {"guild": guild_id, "member": streamer_id}))
    if not rows:
        return False
    # What is shared is not held again when a clock is set back.
    mark = await keep_mark(connection, guild_id, hold_seconds, now)
    has_more = False
    for split_id, settled_id, until_id in rows:
        due = _Due(split_id, streamer_id, settled_id, until_id)
        through = through_id(mark, settled_id, until_id)
        if leaves_young:
            through = await _old_mark(read, guild_id, settled_id, through, now)
        has_more |= await _share(connection, guild_id, due, through, now)
    return has_more


async def _old_mark(read: Read, guild_id: int, after: int, through: int, now: int) -> int:
    """Return the last entry, no later than `through`, before all that can still be taken back.

    Nobody looks at what is on hold, which can be all that a guild booked in a month.
    """
    rows = await read(
        "SELECT COALESCE(MIN(entry_id) - 1, ?3) FROM entry"
        " WHERE guild_id = ?1 AND entry_id > ?2 AND entry_id <= ?3 AND posted_at > ?4"
        " AND posted_at <= ?5",
        (guild_id, after, through, now - YOUNG_SECONDS, now + AHEAD_SECONDS),
    )
    return next(iter(rows))[0]


async def _share(
    connection: aiosqlite.Connection, guild_id: int, due: _Due, through: int, now: int
) -> bool:
    names = {
        "guild": guild_id,
        "split": due.split_id,
        "member": due.streamer_id,
        "after": due.settled_id,
        "through": through,
        "most": _MOST_GIFTS,
    }
    gifts: list[Any] = list(await connection.execute_fetchall(GIFTS_SQL, names))
    if len(gifts) == _MOST_GIFTS:
        through = max(gifts[-1][0], due.settled_id)
    shared = [gift for gift in gifts if not gift[3]]
    terms: list[Any] = list(await connection.execute_fetchall(_TERMS_SQL, (guild_id, due.split_id)))
    for entry_id, _, _, is_disputed, is_waiting in gifts:
        if bool(is_disputed) is not bool(is_waiting):
            await connection.execute_fetchall(
                _WAIT_SQL if is_disputed else _WAITS_NO_MORE_SQL,
                (guild_id, due.split_id, entry_id),
            )
    paid, bonus = sum(gift[1] for gift in shared), sum(gift[2] for gift in shared)
    await connection.execute_fetchall(
        "UPDATE split SET settled_id = ?, paid_coins = paid_coins + ?,"
        " bonus_coins = bonus_coins + ? WHERE guild_id = ? AND split_id = ?",
        (max(through, due.settled_id), paid, bonus, guild_id, due.split_id),
    )
    await share_kept(
        connection,
        guild_id,
        due.streamer_id,
        [gift[:3] for gift in shared],
        percents=[row[0] for row in terms],
        before_paid=terms[0][1],
        before_bonus=terms[0][2],
    )
    await _move(connection, guild_id, due, await _owed(connection, guild_id, due), now)
    return len(gifts) == _MOST_GIFTS


async def _owed(connection: aiosqlite.Connection, guild_id: int, due: _Due) -> list[_Owed]:
    rows = await connection.execute_fetchall(
        _OWED_SQL, {"guild": guild_id, "split": due.split_id, "most": MOST_AMOUNT}
    )
    return [_Owed(*row) for row in rows]


async def _move(
    connection: aiosqlite.Connection, guild_id: int, due: _Due, owed: list[_Owed], now: int
) -> None:
    """Post what is due, as far as there is room for it."""
    moves = [(each.member_id, each.fitting_paid, each.fitting_bonus) for each in owed]
    lines = [
        Line(due.streamer_id, account, member_id, account, coins)
        for member_id, paid, bonus in moves
        for account, coins in ((Account.EARNED_PAID, paid), (Account.EARNED_BONUS, bonus))
        if coins
    ]
    if not lines:
        return
    rows: list[Any] = list(await connection.execute_fetchall(_MOVED_SQL, (guild_id, due.split_id)))
    moved_coins = rows[0][0]
    posted = await post(
        connection,
        Entry(
            guild_id=guild_id,
            key=f"split:{due.split_id}:after:{moved_coins}",
            kind="split",
            actor_id=due.streamer_id,
            posted_at=now,
            lines=tuple(lines),
            content=(due.split_id, moved_coins, *moves),
        ),
    )
    for member_id, paid, bonus in moves:
        if paid or bonus:
            values = (guild_id, due.split_id, posted.entry_id, member_id, due.streamer_id)
            await connection.execute_fetchall(
                "INSERT INTO split_move VALUES (?, ?, ?, ?, ?, ?, ?)", (*values, paid, bonus)
            )
            await connection.execute_fetchall(
                "UPDATE split_member SET paid_coins = paid_coins + ?,"
                " bonus_coins = bonus_coins + ?"
                " WHERE guild_id = ? AND split_id = ? AND member_id = ?",
                (paid, bonus, guild_id, due.split_id, member_id),
            )


async def is_shared(read: Read, guild_id: int, streamer_id: int, gift_id: int) -> bool:
    """Tell whether parts of a gift are others' already."""
    rows = await read(_IS_SHARED_SQL, (guild_id, streamer_id, gift_id))
    return bool(list(rows))


class Shares:
    """The job that moves shares as gifts pass their hold."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock

    async def run(self) -> None:
        """Move what is due of every streamer who shares."""
        try:
            for guild_id, streamer_id in await self._books.read(_STREAMERS_SQL):
                await self._try_streamer(guild_id, streamer_id)
        except TryAgain as error:
            log.warning("shares are moved later: %s", error)

    async def _try_streamer(self, guild_id: int, streamer_id: int) -> None:
        """Move what is due of one streamer, or tell the log why not: the others' must not wait."""
        try:
            await self.run_streamer(guild_id, streamer_id)
        except TryAgain:
            raise
        except Exception:
            log.exception("shares of %d in %d cannot be moved", streamer_id, guild_id)

    async def run_streamer(self, guild_id: int, streamer_id: int) -> None:
        """Move what is due of one streamer."""

        async def write(connection: aiosqlite.Connection) -> bool:
            settings = await stored_settings(connection.execute_fetchall, guild_id)
            return await move_shares(
                connection,
                guild_id,
                streamer_id,
                settings.hold_days * DAY_SECONDS,
                self._clock(),
                leaves_young=True,
            )

        while await self._books.do(write):
            pass


_DUE_SQL = f"""
SELECT s.split_id, s.settled_id, s.until_id FROM split AS s
 WHERE s.guild_id = :guild AND s.streamer_id = :member AND s.state <> 'proposed' AND {OPEN_SQL}
 ORDER BY s.split_id
"""
_STREAMERS_SQL = f"""
SELECT DISTINCT s.guild_id, s.streamer_id FROM split AS s
 WHERE s.state <> 'proposed' AND {OPEN_SQL} ORDER BY 1, 2
"""

_WAIT_SQL = "INSERT INTO split_wait (guild_id, split_id, entry_id) VALUES (?, ?, ?)"
_WAITS_NO_MORE_SQL = "DELETE FROM split_wait WHERE guild_id = ? AND split_id = ? AND entry_id = ?"

_OWED_SQL = """
SELECT m.member_id, s.paid_coins * m.percent / 100 - m.paid_coins,
       s.bonus_coins * m.percent / 100 - m.bonus_coins,
       :most - COALESCE(paid.balance, 0), :most - COALESCE(bonus.balance, 0)
  FROM split AS s JOIN split_member AS m USING (guild_id, split_id)
  LEFT JOIN pot AS paid ON paid.guild_id = m.guild_id AND paid.owner_id = m.member_id
                       AND paid.account = 'earned_paid'
  LEFT JOIN pot AS bonus ON bonus.guild_id = m.guild_id AND bonus.owner_id = m.member_id
                        AND bonus.account = 'earned_bonus'
 WHERE s.guild_id = :guild AND s.split_id = :split
 ORDER BY m.member_id
"""
_TERMS_SQL = """
SELECT m.percent, s.paid_coins, s.bonus_coins
  FROM split AS s JOIN split_member AS m USING (guild_id, split_id)
 WHERE s.guild_id = ? AND s.split_id = ?
"""
_MOVED_SQL = """
SELECT SUM(paid_coins + bonus_coins) FROM split_member WHERE guild_id = ? AND split_id = ?
"""

_IS_SHARED_SQL = """
SELECT 1 FROM split AS s
 WHERE s.guild_id = ?1 AND s.streamer_id = ?2 AND s.from_id < ?3 AND s.settled_id >= ?3
   AND (s.until_id = 0 OR s.until_id >= ?3)
   AND NOT EXISTS (SELECT 1 FROM split_wait AS w
                    WHERE w.guild_id = ?1 AND w.split_id = s.split_id AND w.entry_id = ?3)
 LIMIT 1
"""
