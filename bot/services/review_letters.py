"""Who is told of money that waits for a person: the operator, and those who run the server."""

from typing import Any

import aiosqlite

from bot.services.letters import NO_GUILD, OWNER, write_letter
from bot.services.money_admins import money_admins

# To the owner and the admins of a server; whether these are admins still is asked on sending.
FOR_ADMINS = "review"
FOR_OPERATOR = "operator_review"


async def write_review_letters(
    connection: aiosqlite.Connection, facts: dict[str, Any], now: int
) -> None:
    """Have the operator told of a payment, and its server's owner and admins, or whoever paid it.

    `facts` are those of `note_review`.
    """
    guild_id, asked_id = facts["guild_id"], facts["asked_id"]
    readers = [(NO_GUILD, OWNER, FOR_OPERATOR)]
    if guild_id != NO_GUILD:
        admins = await money_admins(connection.execute_fetchall, guild_id)
        readers += [(guild_id, each, FOR_ADMINS) for each in (OWNER, *admins)]
    elif asked_id:
        readers.append((NO_GUILD, asked_id, "unassigned"))
    for place, member_id, kind in readers:
        await write_letter(
            connection,
            place,
            member_id,
            kind,
            subject=str(facts["review_id"]),
            facts=facts,
            now=now,
        )
