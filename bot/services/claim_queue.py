"""The queue of open claims: by age, page by page, all of them or those an admin asks for."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from bot.currencies import Money
from bot.services.claim import Claim
from bot.services.claim_rows import CLAIMS_SQL, IS_FIRST_SQL, OPEN_SQL, claim_of

QUEUE_PAGE = 10

# Reads with values by name, as `Books.read` does.
ReadNamed = Callable[[str, dict[str, object]], Awaitable[Iterable[Any]]]


class QueueKind(StrEnum):
    """Which open claims are asked for."""

    ALL = "all"
    WAITING = "waiting"
    APPROVED = "approved"
    SENDING = "sending"
    FIRST = "first"
    STREAMER = "streamer"


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which open claims are asked for; of a streamer, of which one."""

    kind: QueueKind = QueueKind.ALL
    streamer_id: int = 0

    @property
    def code(self) -> str:
        """Return it as a word without blanks, which `read` understands."""
        return f"s{self.streamer_id}" if self.kind is QueueKind.STREAMER else self.kind.value

    @classmethod
    def read(cls, code: str) -> Self:
        """Return the filter of a code; of what was forged, that of all claims."""
        if code[:1] == "s" and code[1:].isascii() and code[1:].isdigit():
            return cls(QueueKind.STREAMER, int(code[1:]))
        if code in set(QueueKind) - {QueueKind.STREAMER}:
            return cls(QueueKind(code))
        return cls()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimQueue:
    """A page of open claims by age, and the claim ids where the pages beside begin, if any do.

    `count`, `left_diamonds` and `left_worth` are of all that the filter shows, on every page.
    """

    claims: tuple[Claim, ...]
    shown: QueueFilter
    after: int
    newer: int | None
    older: int | None
    count: int
    left_diamonds: int
    left_worth: Money | None


_CONDITIONS = {
    QueueKind.ALL: "TRUE",
    QueueKind.WAITING: "c.state = 'requested'",
    QueueKind.APPROVED: "c.state = 'approved'",
    QueueKind.SENDING: "c.state = 'sending'",
    QueueKind.FIRST: IS_FIRST_SQL,
    QueueKind.STREAMER: "c.streamer_id = :streamer",
}
# A season has one currency, and no claim outlives its season.
_PAID = "FROM claim_payment AS p WHERE p.guild_id = c.guild_id AND p.claim_id = c.claim_id"
# Only the parts of what is open are looked at, however many claims were paid before.
SUM_SQL = f"""
SELECT COUNT(*), COALESCE(SUM(c.diamonds), 0), COALESCE(SUM(c.amount_minor), 0), MAX(c.currency),
       COALESCE(SUM((SELECT SUM(p.diamonds) {_PAID})), 0),
       COALESCE(SUM((SELECT SUM(p.amount_minor) {_PAID})), 0)
  FROM claim AS c
"""
# By itself the database walks all claims of the guild, however few are open.
OPEN_CLAIMS = "INDEXED BY claim_open"


async def read_queue(
    read: ReadNamed, guild_id: int, *, after: int = 0, shown: QueueFilter | None = None
) -> ClaimQueue:
    """Return the open claims that follow the claim `after`, oldest first."""
    shown = shown or QueueFilter()
    where = f"{OPEN_CLAIMS} WHERE c.guild_id = :guild AND {OPEN_SQL} AND {_CONDITIONS[shown.kind]}"
    values: dict[str, object] = {
        "guild": guild_id,
        "streamer": shown.streamer_id,
        "after": after,
        "page": QUEUE_PAGE,
    }
    rows = list(
        await read(
            f"{CLAIMS_SQL} {where} AND c.claim_id > :after ORDER BY c.claim_id LIMIT :page + 1",
            values,
        )
    )
    if not rows and after:
        # The last page was emptied: back to the first.
        return await read_queue(read, guild_id, shown=shown)
    claims = tuple(claim_of(row) for row in rows)
    older = None
    if after:
        before = await read(
            f"SELECT c.claim_id FROM claim AS c {where} AND c.claim_id <= :after"
            " ORDER BY c.claim_id DESC LIMIT 1 OFFSET :page",
            values,
        )
        older = next((row[0] for row in before), 0)
    count, diamonds, minor, currency, paid, paid_minor = next(
        iter(await read(f"{SUM_SQL} {where}", values))
    )
    return ClaimQueue(
        claims=claims[:QUEUE_PAGE],
        shown=shown,
        after=after,
        newer=claims[QUEUE_PAGE - 1].claim_id if len(claims) > QUEUE_PAGE else None,
        older=older,
        count=count,
        left_diamonds=diamonds - paid,
        left_worth=Money(minor - paid_minor, currency) if currency else None,
    )
