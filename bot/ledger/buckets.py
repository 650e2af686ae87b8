"""The buckets of 16,384 entries that lines are indexed by (migration 0001 says why)."""

BUCKET_BITS = 14
_NEWEST_SQL = "(SELECT MAX(entry_id) FROM entry WHERE guild_id = :guild)"


def buckets_sql(first: str, last: str = _NEWEST_SQL) -> str:
    """Return the table `bucket (number)` for a WITH RECURSIVE, from one entry's to another's.

    Both are the SQL of an entry; the newest one is that of the guild `:guild`.
    """
    return f"""bucket (number) AS (
    SELECT {first} >> {BUCKET_BITS}
    UNION ALL
    SELECT number + 1 FROM bucket WHERE number < {last} >> {BUCKET_BITS}
)"""
