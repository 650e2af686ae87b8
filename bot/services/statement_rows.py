"""The rows of a streamer's statement: what moved the pots, read from the lines of the books.

Amounts and balances come from the lines alone. The tables of gifts, conversions and claims only say
what it was; for a payment that went back they also say which gift lost what, and a statement whose
rows do not add up to the lines is refused.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from bot.ledger.accounts import Account
from bot.ledger.books import Books
from bot.services.gift_sums import fee_sql

# As many as are read and turned into rows without keeping others waiting.
PAGE_ENTRIES = 100
_SLICE_ENTRIES = 4_096


@dataclass(frozen=True, slots=True)
class Pots:
    """A streamer's pots, or how they changed: coins by what paid for them, diamonds.

    `claimed_diamonds` are those in open claims.
    """

    paid_coins: int = 0
    bonus_coins: int = 0
    diamonds: int = 0
    claimed_diamonds: int = 0

    def __add__(self, other: "Pots") -> "Pots":
        return Pots(
            self.paid_coins + other.paid_coins,
            self.bonus_coins + other.bonus_coins,
            self.diamonds + other.diamonds,
            self.claimed_diamonds + other.claimed_diamonds,
        )

    @property
    def coins(self) -> int:
        """Return the coins of both kinds."""
        return self.paid_coins + self.bonus_coins


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """Something that changed the pots, and what they held afterwards.

    `other_id` is who sent the gift, otherwise who did it. `spent_coins` is what the giver spent or
    got back, thereof `fee_coins` the guild's part. `about_id` is the receipt of the gift that was
    taken back. Rates are exact diamonds per coin, such as 1/2; `note` is a reason or a reference.
    """

    entry_id: int
    posted_at: int
    kind: str
    change: Pots
    balance: Pots
    other_id: int
    gift: str = ""
    count: int = 0
    message: str = ""
    spent_coins: int = 0
    fee_coins: int = 0
    about_id: int = 0
    claim_id: int = 0
    paid_rate: str = ""
    bonus_rate: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """What a payment that went back took of one gift (coins)."""

    gift_id: int
    coins: int
    fee_coins: int
    giver_id: int
    gift: str
    count: int


def _moved_sql(entries: str, first: str, last: str) -> str:
    """Return the SQL of what moved a streamer's pots: lines are found by bucket, then owner.

    By itself the database would read all lines of the entries, and the end of a season has
    hundreds of thousands.
    """

    def side(end: str, sign: str) -> str:
        return f"""
    SELECT l.entry_id, l.{end}_account, {sign}l.amount
      FROM {entries} CROSS JOIN line AS l INDEXED BY line_{end}
        ON l.guild_id = :guild AND l.entry_id >> 14 = ({first}) >> 14
       AND l.{end}_owner_id = :streamer AND l.{end}_owner_id <> 0
       AND l.entry_id BETWEEN {first} AND {last}"""

    return f"""
moved (entry_id, account, amount) AS ({side("target", "")}
    UNION ALL{side("source", "-")}
)"""


def _sum_sql(account: Account) -> str:
    return f"COALESCE(SUM(m.amount) FILTER (WHERE m.account = '{account}'), 0)"


_SUMS = ", ".join(
    map(_sum_sql, (Account.EARNED_PAID, Account.EARNED_BONUS, Account.DIAMONDS, Account.CLAIMED))
)

_SUM_SQL = f"""
WITH {_moved_sql("(SELECT 1)", ":first", ":last")}
SELECT {_SUMS} FROM moved AS m
"""


def _rates_sql(rate: str) -> str:
    """Return the SQL of all rates of a conversion at several ones, NULL of one at one rate."""
    return f"""(SELECT GROUP_CONCAT(p.{rate}, '; ')
                   FROM (SELECT {rate} FROM conversion_part
                          WHERE guild_id = :guild AND streamer_id = :streamer
                            AND entry_id = e.entry_id ORDER BY part) AS p)"""


# A gift that was taken back is told by its own row.
_ROWS_SQL = f"""
WITH {_moved_sql("json_each(:entries) AS w", "w.value", "w.value")}
SELECT e.entry_id, e.posted_at, e.kind, e.note, COALESCE(e.reverses_id, 0),
       {_SUMS},
       COALESCE(g.giver_id, e.actor_id), COALESCE(g.gift, ''), COALESCE(g.count, 0),
       COALESCE(g.message, ''), COALESCE(g.coins, 0),
       COALESCE({fee_sql("g")}, 0),
       COALESCE({_rates_sql("paid_rate")}, c.paid_rate, ''),
       COALESCE({_rates_sql("bonus_rate")}, c.bonus_rate, '')
  FROM moved AS m
 CROSS JOIN entry AS e ON e.guild_id = :guild AND e.entry_id = m.entry_id
  LEFT JOIN gift AS g ON g.guild_id = :guild AND g.streamer_id = :streamer
                     AND g.entry_id = COALESCE(e.reverses_id, e.entry_id)
  LEFT JOIN conversion AS c ON c.guild_id = :guild AND c.streamer_id = :streamer
                           AND c.entry_id = e.entry_id
 WHERE m.account IN ('earned_paid', 'earned_bonus', 'diamonds', 'claimed')
 GROUP BY e.entry_id ORDER BY e.entry_id
"""

_CLAIMS_SQL = """
SELECT s.entry_id, s.claim_id
  FROM claim AS c JOIN claim_step AS s ON s.guild_id = c.guild_id AND s.claim_id = c.claim_id
 WHERE c.guild_id = :guild AND c.streamer_id = :streamer AND s.entry_id BETWEEN :first AND :last
"""

_RETURNS_SQL = """
SELECT r.return_id, r.entry_id, r.coins, r.fee_coins, g.giver_id, g.gift, g.count
  FROM gift_return AS r JOIN gift AS g USING (guild_id, streamer_id, entry_id)
 WHERE r.guild_id = :guild AND r.streamer_id = :streamer AND r.return_id BETWEEN :first AND :last
 ORDER BY r.return_id, r.entry_id, r.order_id
"""


async def pots_after(
    books: Books, guild_id: int, streamer_id: int, entry_id: int, *, since: Pots, since_id: int = 0
) -> Pots:
    """Return what a streamer's pots held after an entry, from `since` after the entry `since_id`.

    It is the sum of the lines between the two, added up a few thousand entries at a time.
    """
    pots, first = since, since_id + 1
    while first <= entry_id:
        # A slice never reaches into the next bucket of lines.
        last = min(first | (_SLICE_ENTRIES - 1), entry_id)
        values: dict[str, object] = {
            "guild": guild_id,
            "streamer": streamer_id,
            "first": first,
            "last": last,
        }
        pots += Pots(*(await books.read(_SUM_SQL, values))[0])
        first = last + 1
    return pots


async def rows_of(
    books: Books, guild_id: int, streamer_id: int, entry_ids: list[int], before: Pots
) -> list[StatementRow]:
    """Return the rows of some entries in their order; `before` is what the pots held."""
    found = await books.read(
        _ROWS_SQL,
        {"guild": guild_id, "streamer": streamer_id, "entries": json.dumps(entry_ids)},
    )
    values: dict[str, object] = {
        "guild": guild_id,
        "streamer": streamer_id,
        "first": entry_ids[0],
        "last": entry_ids[-1],
    }
    claims = dict[int, int]()
    if any(row[8] for row in found):
        claims = dict(map(tuple, await books.read(_CLAIMS_SQL, values)))
    parts: dict[int, list[_Part]] = {}
    if any(row[2] == "refund" for row in found):
        for return_id, *part in await books.read(_RETURNS_SQL, values):
            parts.setdefault(return_id, []).append(_Part(*part))
    return list(_rows(found, claims, parts, before))


def _rows(
    found: list[Any], claims: dict[int, int], parts: dict[int, list[_Part]], balance: Pots
) -> Iterator[StatementRow]:
    for entry in found:
        for row in _rows_of_entry(entry, claims, parts.get(entry[0], []), balance):
            balance = row.balance
            yield row


def _rows_of_entry(
    found: tuple[Any, ...], claims: dict[int, int], parts: list[_Part], balance: Pots
) -> Iterator[StatementRow]:
    entry_id, posted_at, kind, note, about_id, paid, bonus, diamonds, claimed, *words = found
    other_id, gift, count, message, spent_coins, fee_coins, paid_rate, bonus_rate = words
    change = Pots(paid, bonus, diamonds, claimed)
    row = StatementRow(
        entry_id=entry_id,
        posted_at=posted_at,
        kind=kind,
        change=change,
        balance=balance + change,
        other_id=other_id,
        gift=gift,
        count=count,
        message=message,
        spent_coins=spent_coins,
        fee_coins=fee_coins,
        about_id=about_id,
        claim_id=claims.get(entry_id, 0),
        paid_rate=paid_rate,
        bonus_rate=bonus_rate,
        note=note,
    )
    if parts:
        yield from _rows_of_parts(row, parts, balance)
    else:
        yield row


def _rows_of_parts(
    whole: StatementRow, parts: list[_Part], balance: Pots
) -> Iterator[StatementRow]:
    """Yield a row for each gift that lost something, instead of one for all of them."""
    for part in parts:
        change = Pots(paid_coins=part.fee_coins - part.coins)
        balance += change
        yield replace(
            whole,
            change=change,
            balance=balance,
            other_id=part.giver_id,
            gift=part.gift,
            count=part.count,
            spent_coins=part.coins,
            fee_coins=part.fee_coins,
            about_id=part.gift_id,
        )
