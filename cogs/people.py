"""What members are called, asked for all at once: the bot keeps nobody in mind."""

import asyncio
import logging
from collections.abc import Callable, Iterable

import discord

from bot.texts import Texts
from cogs.delivery import UNREACHED

log = logging.getLogger(__name__)

# Discord answers for so many at once, and to so many questions a minute.
_ASKED_AT_ONCE = 100
_MOST_PEOPLE = 1_000
_PATIENCE_SECONDS = 5.0


async def names_in(
    guild: discord.Guild | None,
    texts: Texts,
    people: Iterable[int],
    *,
    patience_seconds: float | None = None,
) -> Callable[[int], str]:
    """Return what members of a guild are called; who left, or is one too many, has a number."""
    names: dict[int, str] = {}
    asked = [] if guild is None else sorted(people)[:_MOST_PEOPLE]
    try:
        async with asyncio.timeout(patience_seconds or _PATIENCE_SECONDS):
            while asked and guild is not None:
                ids, asked = asked[:_ASKED_AT_ONCE], asked[_ASKED_AT_ONCE:]
                found = await guild.query_members(user_ids=ids, limit=len(ids), cache=False)
                names |= {member.id: member.display_name for member in found}
    except (RuntimeError, *UNREACHED) as error:  # the gateway is away, or slow
        log.warning("Discord did not say what %d members are called: %s", len(asked), error)

    def name_of(member_id: int) -> str:
        return names.get(member_id) or texts("member {id}", id=str(member_id))

    return name_of
