"""What a streamer received in parts of a quarter of an hour, which the sums know no better.

A live begins and ends at any second. The whole quarters in it are summed up; what is left at its
edges is read gift by gift, between the first and the last entry of the edge's quarter.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from bot.services.bonuses import Read
from bot.services.earnings_rows import Streamer, Sums
from bot.services.gift_sums import (
    brought_paid_sql,
    fee_sql,
    net_bonus_sql,
    not_undone_sql,
)
from bot.services.tally_rows import BEYOND_ENTRIES, QUARTER_SECONDS


class Edge(NamedTuple):
    """A part of one quarter of an hour (seconds, UTC), and the number of the time it is of."""

    number: int
    starts_at: int
    ends_at: int


def whole_quarters(starts_at: int, ends_at: int) -> tuple[int, int]:
    """Return when the whole quarters in a time begin and end; the same instant if it has none."""
    first = -(-starts_at // QUARTER_SECONDS) * QUARTER_SECONDS
    return first, max(first, ends_at // QUARTER_SECONDS * QUARTER_SECONDS)


def edges_of(times: Sequence[tuple[int, int]]) -> Iterator[Edge]:
    """Return what is left of times beside their whole quarters."""
    for number, (starts_at, ends_at) in enumerate(times):
        first, last = whole_quarters(starts_at, ends_at)
        for edge in (
            Edge(number, starts_at, min(first, ends_at)),
            Edge(number, last, ends_at),
        ):
            if edge.starts_at < edge.ends_at:
                yield edge


async def read_edges(
    read: Read, streamer: Streamer, edges: Sequence[Edge], *, fresh_after: int
) -> Mapping[int, Sums]:
    """Return the sums of edges by the numbers of their times.

    What is after the entry `fresh_after` is not summed up yet, so nobody knows what quarter it is
    of, and all of it is looked at.
    """
    if not edges:
        return {}
    values = {
        **streamer.names,
        "fresh": fresh_after,
        "step_seconds": QUARTER_SECONDS,
        "edges": json.dumps(edges),
    }
    return {number: Sums(*sums) for number, *sums in await read(_EDGES_SQL, values)}


_EDGES_SQL = f"""
WITH edge AS (
    SELECT w.value ->> 0 AS number, w.value ->> 1 AS starts, w.value ->> 2 AS ends
      FROM json_each(:edges) AS w
), part (number, starts, ends, first, last) AS (
    SELECT e.number, e.starts, e.ends, t.first_entry_id, MIN(t.last_entry_id, :fresh)
      FROM edge AS e CROSS JOIN earned_time AS t
        ON t.guild_id = :guild AND t.streamer_id = :member AND t.season = :season
       AND t.step_seconds = :step_seconds AND t.step = e.starts / :step_seconds
    UNION ALL
    SELECT e.number, e.starts, e.ends, :fresh + 1, {BEYOND_ENTRIES} FROM edge AS e
)
SELECT number, SUM(gifts), SUM(paid_coins), SUM(bonus_coins), SUM(fee_coins), SUM(returned_coins)
  FROM (SELECT p.number, 1 AS gifts,
               {brought_paid_sql("g")} AS paid_coins, {net_bonus_sql("g")} AS bonus_coins,
               {fee_sql("g")} AS fee_coins, 0 AS returned_coins
          FROM part AS p CROSS JOIN gift AS g
            ON g.guild_id = :guild AND g.streamer_id = :member
           AND g.entry_id BETWEEN p.first AND p.last
         WHERE g.sent_at >= p.starts AND g.sent_at < p.ends AND {not_undone_sql("g")}
        UNION ALL
        SELECT p.number, 0, 0, 0, 0, r.coins - r.fee_coins
          FROM part AS p CROSS JOIN gift_return AS r
            ON r.guild_id = :guild AND r.return_id BETWEEN p.first AND p.last
           AND r.streamer_id = :member
         CROSS JOIN entry AS e ON e.guild_id = :guild AND e.entry_id = r.return_id
         WHERE e.posted_at >= p.starts AND e.posted_at < p.ends)
 GROUP BY number
"""
