"""Finds the entries of one owner, newest first or onwards from one, a page at a time.

Lines are indexed by bucket of entries, then owner (migration 0001 says why). A walk asks for the
next entry in its bucket and, where there is none, goes on to the bucket beside it: two look-ups a
step, and a bucket is 16,384 entries, so even a rare visitor's page in books of millions is quick.
"""

from bot.ledger.books import Books
from bot.ledger.buckets import BUCKET_BITS


def _walk_sql(best: str, beyond: str, step: str, last_bucket: str, is_inside: str) -> str:
    """Return the query of a walk: `best` entry `beyond` the last one, bucket by bucket."""

    def side(owner: str) -> str:
        return f"""(
            SELECT {best}(l.entry_id) FROM line AS l
             WHERE l.guild_id = :guild_id AND l.{owner} = :owner_id AND l.{owner} <> 0
               AND l.entry_id >> {BUCKET_BITS} = walk.bucket {step} (walk.next IS NULL)
               AND l.entry_id {beyond} COALESCE(walk.next, walk.last))"""

    source, target = side("source_owner_id"), side("target_owner_id")
    # The first step goes from the bucket before the first one into it.
    return f"""
WITH RECURSIVE walk (bucket, last, next, found) AS (
    SELECT (:start >> {BUCKET_BITS}) - (0 {step} 1), :start, NULL, 0
    UNION ALL
    SELECT bucket {step} (next IS NULL), COALESCE(next, last),
           {best}(COALESCE({source}, {target}), COALESCE({target}, {source})),
           found + (next IS NOT NULL)
      FROM walk
     WHERE found + (next IS NOT NULL) < :count AND bucket {is_inside} {last_bucket}
)
SELECT next FROM walk WHERE next IS NOT NULL
"""


_NEWEST_SQL = "(SELECT MAX(entry_id) FROM entry WHERE guild_id = :guild_id)"
_BACKWARDS_SQL = _walk_sql("MAX", "<", "-", "0", ">=")
_ONWARDS_SQL = _walk_sql("MIN", ">", "+", f"{_NEWEST_SQL} >> {BUCKET_BITS}", "<=")


async def entry_ids_before(
    books: Books, guild_id: int, owner_id: int, before: int, count: int
) -> list[int]:
    """Return up to `count` entries older than `before` (0: the newest), newest first."""
    if before == 0:
        rows = await books.read(
            "SELECT COALESCE(MAX(entry_id), 0) + 1 FROM entry WHERE guild_id = ?", (guild_id,)
        )
        before = rows[0][0]
    return await _walk(books, _BACKWARDS_SQL, guild_id, owner_id, before, count)


async def entry_ids_from(
    books: Books, guild_id: int, owner_id: int, first: int, count: int
) -> list[int]:
    """Return up to `count` entries from `first` on, oldest first."""
    return await _walk(books, _ONWARDS_SQL, guild_id, owner_id, first - 1, count)


async def _walk(
    books: Books, sql: str, guild_id: int, owner_id: int, start: int, count: int
) -> list[int]:
    rows = await books.read(
        sql, {"guild_id": guild_id, "owner_id": owner_id, "start": start, "count": count}
    )
    return [row[0] for row in rows]
