"""What the outbox hands out: all that stands in one thing to say, where, and to whom."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import aiosqlite

from bot.services.bonuses import TERMS_COLUMNS, terms_from_row
from bot.services.promotion_terms import Terms


class Why(StrEnum):
    """Why something was not said, or not as it was meant."""

    NOTHING = ""
    GONE = "gone"  # the channel is not there
    CLOSED = "closed"  # the bot may not write there
    UNREACHED = "unreached"  # Discord took nothing until the window was over
    LATE = "late"  # nobody tried before the window was over
    UNWANTED = "unwanted"  # nobody needs it any more, which is no failure
    ROLE = "role"  # it was said, and the role was not mentioned


@dataclass(frozen=True, slots=True)
class Card:
    """A message that announced a window; its id is 0 when only its nonce is known."""

    channel_id: int
    message_id: int
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to say, with all that stands in it; `nonce` is the same at every try.

    The place and who set it are those of the promotion's terms now, the promise is the window's.
    `kind` is "started", "ending", "ended" (change `cards`) or "unsendable" (a letter of `why`).
    """

    guild_id: int
    outbox_id: int
    kind: str
    tries: int
    why: Why
    channel_id: int
    role_id: int
    admin_id: int
    promotion_id: int
    window_id: int
    name: str
    text: str
    picture_text: str
    starts_at: int
    ends_at: int
    terms: Terms
    cards: tuple[Card, ...] = ()

    @property
    def nonce(self) -> str:
        """Return what Discord tells one message of this bot from all others by."""
        return nonce_of(self.guild_id, self.outbox_id)


def nonce_of(guild_id: int, outbox_id: int) -> str:
    """Return a nonce of at most 25 characters; Discord compares those of all servers and places."""
    return f"{guild_id:x}:{outbox_id:x}"


async def read_notice(connection: aiosqlite.Connection, guild_id: int, outbox_id: int) -> Notice:
    """Return what there is to say, inside the transaction that claims it."""
    rows: list[Any] = list(await connection.execute_fetchall(_NOTICE_SQL, (guild_id, outbox_id)))
    row = rows[0]
    window_id = row[7]
    return Notice(
        guild_id=guild_id,
        outbox_id=outbox_id,
        kind=row[0],
        tries=row[1],
        why=Why(row[2]),
        channel_id=row[3],
        role_id=row[4],
        admin_id=row[5],
        promotion_id=row[6],
        window_id=window_id,
        name=row[8],
        text=row[9],
        picture_text=row[10],
        starts_at=row[11],
        ends_at=row[12],
        terms=terms_from_row(row[13:]),
        cards=await _cards(connection, guild_id, window_id) if row[0] == "ended" else (),
    )


async def _cards(
    connection: aiosqlite.Connection, guild_id: int, window_id: int
) -> tuple[Card, ...]:
    rows = await connection.execute_fetchall(_CARDS_SQL, (guild_id, window_id))
    cards = sorted((number, channel_id, message_id) for channel_id, message_id, number in rows)
    return tuple(
        Card(place, message, nonce_of(guild_id, number)) for number, place, message in cards
    )


_NOTICE_SQL = f"""
SELECT o.kind, o.tries, o.why, place.channel_id, place.role_id, place.set_by, w.promotion_id,
       w.window_id, p.name, t.announcement, t.picture_text, w.starts_at, w.ends_at,
       t.{TERMS_COLUMNS.replace(", ", ", t.")}
  FROM outbox AS o
  JOIN promotion_window AS w USING (guild_id, window_id)
  JOIN promotion AS p ON p.guild_id = w.guild_id AND p.promotion_id = w.promotion_id
  JOIN promotion_terms AS t ON t.guild_id = w.guild_id AND t.promotion_id = w.promotion_id
                           AND t.terms_id = w.terms_id
  JOIN promotion_terms AS place ON place.guild_id = w.guild_id AND place.terms_id = o.terms_id
                               AND place.promotion_id = w.promotion_id
 WHERE o.guild_id = ? AND o.outbox_id = ?
"""

# An announcement (of `outbox AS o`) that was sent, or may have been when its answer was lost.
MAY_BE_SENT_SQL = """o.kind IN ('started', 'ending') AND o.tries > 0
   AND (o.message_id <> 0 OR o.state = 'waiting' OR o.why IN ('unreached', 'unwanted'))"""

_CARDS_SQL = f"""
SELECT place.channel_id, o.message_id, o.outbox_id
  FROM outbox AS o
  JOIN promotion_window AS w USING (guild_id, window_id)
  JOIN promotion_terms AS place ON place.guild_id = w.guild_id AND place.terms_id = o.terms_id
                               AND place.promotion_id = w.promotion_id
 WHERE o.guild_id = ? AND o.window_id = ? AND {MAY_BE_SENT_SQL}
"""
