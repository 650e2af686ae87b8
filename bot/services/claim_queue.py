"""The queue of open claims: by age, page by page."""

from dataclasses import dataclass

from bot.services.bonuses import Read
from bot.services.claim import Claim
from bot.services.claim_rows import CLAIMS_SQL, OPEN_SQL, claim_of

QUEUE_PAGE = 4


@dataclass(frozen=True, slots=True)
class ClaimQueue:
    """Open claims by age, and the claim ids where the pages beside begin, if there are any."""

    claims: tuple[Claim, ...]
    after: int
    newer: int | None
    older: int | None


async def read_queue(read: Read, guild_id: int, *, after: int = 0) -> ClaimQueue:
    """Return the open claims that follow the claim `after`, oldest first."""
    rows = list(
        await read(
            f"{CLAIMS_SQL} WHERE c.guild_id = ? AND c.claim_id > ? AND {OPEN_SQL}"
            " ORDER BY c.claim_id LIMIT ?",
            (guild_id, after, QUEUE_PAGE + 1),
        )
    )
    if not rows and after:
        return await read_queue(read, guild_id)  # the last page was emptied: back to the first
    claims = tuple(claim_of(row) for row in rows)
    newer = claims[QUEUE_PAGE - 1].claim_id if len(claims) > QUEUE_PAGE else None
    older = await _page_before(read, guild_id, after) if after else None
    return ClaimQueue(claims[:QUEUE_PAGE], after, newer, older)


async def _page_before(read: Read, guild_id: int, after: int) -> int:
    rows = list(
        await read(
            f"SELECT claim_id FROM claim AS c WHERE c.guild_id = ? AND c.claim_id <= ?"
            f" AND {OPEN_SQL} ORDER BY c.claim_id DESC LIMIT 1 OFFSET ?",
            (guild_id, after, QUEUE_PAGE),
        )
    )
    return int(rows[0][0]) if rows else 0
