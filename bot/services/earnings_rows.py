"""Reads the sums that reports of earnings are made of."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.services.bonuses import Read
from bot.services.earnings_periods import Span
from bot.services.season_marks import season_entry_sql
from bot.services.tally_rows import HOUR_SECONDS, QUARTER_SECONDS, ReceivedRow

HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Streamer:
    """A streamer in the season that a guild is in, which began after the entry `since`.

    `first_at` is when the season's first gift was (seconds, UTC), 0 when there was none.
    """

    guild_id: int
    streamer_id: int
    season: int
    since: int
    first_at: int

    @property
    def names(self) -> dict[str, object]:
        """Return what queries are asked with."""
        return {
            "guild": self.guild_id,
            "member": self.streamer_id,
            "season": self.season,
            "since": self.since,
        }


@dataclass(frozen=True, slots=True)
class Sums:
    """What was received in some time (coins, after the fee), and what refunds took then."""

    gifts: int = 0
    paid_coins: int = 0
    bonus_coins: int = 0
    fee_coins: int = 0
    returned_coins: int = 0

    @property
    def coins(self) -> int:
        """Return what arrived."""
        return self.paid_coins + self.bonus_coins

    @classmethod
    def of(cls, row: ReceivedRow) -> "Sums":
        """Return what one row says."""
        return cls(row.gifts, row.paid_coins, row.bonus_coins, row.fee_coins, row.returned_coins)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.gifts + other.gifts,
            self.paid_coins + other.paid_coins,
            self.bonus_coins + other.bonus_coins,
            self.fee_coins + other.fee_coins,
            self.returned_coins + other.returned_coins,
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Sums of one moment, over as many times as were asked for, and coins by hour of the day.

    What is after the entry `fresh_after` is not in them.
    """

    fresh_after: int
    sums: list[Sums]
    hour_coins: list[int]


async def read_streamer(read: Read, guild_id: int, streamer_id: int) -> Streamer:
    """Return a streamer in the season that the guild is in."""
    rows = list(await read(_STREAMER_SQL, {"guild": guild_id, "member": streamer_id}))
    return Streamer(guild_id, streamer_id, *rows[0])


async def read_snapshot(
    read: Read,
    streamer: Streamer,
    times: Sequence[tuple[int, int]],
    offsets: Sequence[tuple[int, int, int]],
    *,
    step_seconds: int,
) -> Snapshot:
    """Return the sums over several times, each from one instant to before another.

    `offsets` are the times over which hours are counted, with the clock's offset in each (seconds).
    The times are read in steps of an hour or a quarter of one, in which they begin and end. It is
    one query, as the sums may grow between two.
    """
    values = {
        **streamer.names,
        "step_seconds": step_seconds,
        "times": _in_steps(times, step_seconds),
        "offsets": _in_steps(offsets, step_seconds),
    }
    snapshot = Snapshot(streamer.since, [Sums() for _ in times], [0] * HOURS_A_DAY)
    for kind, number, *sums in await read(_SNAPSHOT_SQL, values):
        if kind == _TIME:
            snapshot.sums[number] = Sums(*sums)
        elif kind == _HOUR:
            snapshot.hour_coins[number] = sums[0]
        else:
            snapshot = replace(snapshot, fresh_after=max(number, streamer.since))
    return snapshot


def step_of(times: Sequence[tuple[int, ...]]) -> int:
    """Return the longest step (seconds) in which times begin and end, and offsets of the clock."""
    is_hourly = all(at % HOUR_SECONDS == 0 for each in times for at in each)
    return HOUR_SECONDS if is_hourly else QUARTER_SECONDS


def _in_steps(times: Sequence[tuple[int, ...]], step_seconds: int) -> str:
    return json.dumps([[at // step_seconds for at in each] for each in times])


async def read_converted(read: Read, streamer: Streamer, span: Span) -> tuple[int, int]:
    """Return what was converted in a period: coins, and the diamonds they became."""
    values = {**streamer.names, "starts": span.starts_at, "ends": span.ends_at}
    rows = list(await read(_CONVERTED_SQL, values))
    return rows[0][0], rows[0][1]


@dataclass(frozen=True, slots=True)
class Shared:
    """What others' shares brought in some time, and what one's own shares took (coins)."""

    in_coins: int = 0
    out_coins: int = 0


async def read_shared(read: Read, streamer: Streamer, span: Span) -> Shared:
    """Return what was shared in a period."""
    values = {**streamer.names, "starts": span.starts_at, "ends": span.ends_at}
    rows = list(await read(_SHARED_SQL, values))
    return Shared(*rows[0])


async def read_paid_out(read: Read, streamer: Streamer) -> int:
    """Return the diamonds that were paid out in the season."""
    rows = list(await read(_PAID_OUT_SQL, streamer.names))
    return rows[0][0]


async def read_returned(read: Read, streamer: Streamer) -> list[tuple[int, int]]:
    """Return what refunds took of gifts that wait: when the gift was sent, and the coins."""
    return [(row[0], row[1]) for row in await read(_RETURNED_SQL, streamer.names)]


_STREAMER_SQL = f"""
WITH season_now AS (
    SELECT COALESCE((SELECT MAX(season) FROM season WHERE guild_id = :guild), 1) AS season,
           {season_entry_sql(":guild")} AS entry_id
), first AS (
    SELECT (SELECT MIN(t.step) * {HOUR_SECONDS} FROM earned_time AS t
             WHERE t.guild_id = :guild AND t.streamer_id = :member
               AND t.season = n.season AND t.step_seconds = {HOUR_SECONDS}) AS summed_at,
           (SELECT g.sent_at FROM gift AS g
             WHERE g.guild_id = :guild AND g.streamer_id = :member AND g.entry_id > n.entry_id
             ORDER BY g.entry_id LIMIT 1) AS sent_at,
           (SELECT MIN(s.began_at) FROM split_member AS m JOIN split AS s USING (guild_id, split_id)
             WHERE m.guild_id = :guild AND m.member_id = :member AND s.began_at > 0
               AND s.from_id >= n.entry_id) AS shared_at
      FROM season_now AS n
)
SELECT n.season, n.entry_id,
       COALESCE((SELECT MIN(at) FROM (SELECT f.summed_at AS at UNION ALL SELECT f.sent_at
                                      UNION ALL SELECT f.shared_at)), 0)
  FROM season_now AS n, first AS f
"""

_MARK, _TIME, _HOUR = range(3)
_SNAPSHOT_SQL = f"""
SELECT {_MARK}, COALESCE((SELECT tallied_id FROM tally WHERE guild_id = :guild), 0), 0, 0, 0, 0, 0
UNION ALL
SELECT {_TIME}, w.key, SUM(t.gifts), SUM(t.paid_coins), SUM(t.bonus_coins), SUM(t.fee_coins),
       SUM(t.returned_coins)
  FROM json_each(:times) AS w CROSS JOIN earned_time AS t
    ON t.guild_id = :guild AND t.streamer_id = :member AND t.season = :season
   AND t.step_seconds = :step_seconds AND t.step >= w.value ->> 0 AND t.step < w.value ->> 1
 GROUP BY w.key
UNION ALL
SELECT {_HOUR}, (t.step + (w.value ->> 2)) * :step_seconds / {HOUR_SECONDS} % {HOURS_A_DAY},
       SUM(t.paid_coins + t.bonus_coins), 0, 0, 0, 0
  FROM json_each(:offsets) AS w CROSS JOIN earned_time AS t
    ON t.guild_id = :guild AND t.streamer_id = :member AND t.season = :season
   AND t.step_seconds = :step_seconds AND t.step >= w.value ->> 0 AND t.step < w.value ->> 1
 GROUP BY 2
"""

# Most streamers convert now and then; joined the other way round, all entries would be looked at.
_CONVERTED_SQL = """
SELECT COALESCE(SUM(c.paid_coins + c.bonus_coins), 0), COALESCE(SUM(c.diamonds), 0)
  FROM conversion AS c CROSS JOIN entry AS e USING (guild_id, entry_id)
 WHERE c.guild_id = :guild AND c.streamer_id = :member AND c.entry_id > :since
   AND e.posted_at >= :starts AND e.posted_at < :ends
"""

# Both ways go by the agreements that somebody is in, which are few. What moved in a period moved
# after the entries of the hours before it.
_SHARED_SQL = f"""
WITH mine AS (
    SELECT s.split_id,
           MAX(:since, COALESCE((
                SELECT t.first_entry_id FROM earned_time AS t
                 WHERE t.guild_id = :guild AND t.streamer_id = s.streamer_id
                   AND t.season = :season AND t.step_seconds = {HOUR_SECONDS}
                   AND t.step < :starts / {HOUR_SECONDS}
                 ORDER BY t.step DESC LIMIT 1), 0)) AS after
      FROM split AS s
     WHERE s.guild_id = :guild AND (s.streamer_id = :member OR s.split_id IN (
            SELECT m.split_id FROM split_member AS m
             WHERE m.guild_id = :guild AND m.member_id = :member))
)
SELECT COALESCE(SUM((v.member_id = :member) * (v.paid_coins + v.bonus_coins)), 0),
       COALESCE(SUM((v.streamer_id = :member) * (v.paid_coins + v.bonus_coins)), 0)
  FROM mine AS m
 CROSS JOIN split_move AS v ON v.guild_id = :guild AND v.split_id = m.split_id
                           AND v.entry_id > m.after
 CROSS JOIN entry AS e ON e.guild_id = :guild AND e.entry_id = v.entry_id
 WHERE e.posted_at >= :starts AND e.posted_at < :ends
"""

_PAID_OUT_SQL = """
SELECT COALESCE(SUM(p.diamonds), 0)
  FROM claim AS c JOIN claim_payment AS p USING (guild_id, claim_id)
 WHERE c.guild_id = :guild AND c.streamer_id = :member AND p.entry_id > :since
"""

# What is noted as released does not wait any more.
_RETURNED_SQL = """
SELECT e.posted_at, r.coins - r.fee_coins
  FROM gift_return AS r JOIN entry AS e USING (guild_id, entry_id)
 WHERE r.guild_id = :guild AND r.streamer_id = :member AND r.entry_id > :since
   AND r.entry_id > COALESCE((SELECT released_id FROM tally WHERE guild_id = :guild), 0)
"""
