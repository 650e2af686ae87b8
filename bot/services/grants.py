"""Bonus coins that an admin gives to a member, with a reason that stays in the books."""

from dataclasses import dataclass

import aiosqlite

from bot.errors import AmountOutOfBounds, GiftToBot, MemberLeft, ReasonMissing, WalletFull
from bot.ledger.accounts import MOST_AMOUNT, Account
from bot.ledger.books import Books
from bot.ledger.posting import Entry, find_replay, from_house, post, request_hash
from bot.ledger.pots import balance_of
from bot.services.clock import Clock
from bot.services.guilds import Person

MOST_GRANT_COINS = 1_000_000_000
MOST_REASON_CHARACTERS = 200


def check_reason(reason: str) -> str:
    """Return the reason without blanks around it.

    Raises:
        ReasonMissing: there is none, or it is too long.
    """
    reason = reason.strip()
    if not 1 <= len(reason) <= MOST_REASON_CHARACTERS:
        raise ReasonMissing
    return reason


@dataclass(frozen=True, slots=True)
class GrantReceipt:
    """A grant in the books (bonus coins)."""

    guild_id: int
    entry_id: int
    admin_id: int
    member_id: int
    coins: int
    reason: str
    replayed: bool


class Grants:
    """The service of grants."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock

    async def grant(
        self, *, guild_id: int, key: str, admin_id: int, member: Person, coins: int, reason: str
    ) -> GrantReceipt:
        """Give bonus coins; the same key again returns the first receipt.

        Raises:
            AmountOutOfBounds, ReasonMissing, GiftToBot, MemberLeft, WalletFull: nothing was given.
            KeyConflict: the key was used for another grant.
        """
        reason = check_reason(reason)
        if member.is_bot:
            raise GiftToBot
        if not member.is_member:
            raise MemberLeft(member.name)
        if not 1 <= coins <= MOST_GRANT_COINS:
            raise AmountOutOfBounds(1, MOST_GRANT_COINS)
        member_id = member.member_id
        entry = Entry(
            guild_id=guild_id,
            key=key,
            kind="grant",
            actor_id=admin_id,
            posted_at=self._clock(),
            lines=(from_house(Account.GRANTED, member_id, Account.BONUS, coins),),
            content=(admin_id, member_id, coins, reason),
            note=reason,
        )

        async def write(connection: aiosqlite.Connection) -> GrantReceipt:
            content_hash = request_hash(entry.kind, *entry.content)
            posted = await find_replay(connection, guild_id, key, content_hash)
            if posted is None:
                balance = await balance_of(connection, guild_id, member_id, Account.BONUS)
                if balance + coins > MOST_AMOUNT:
                    raise WalletFull
                posted = await post(connection, entry)
            return GrantReceipt(
                guild_id, posted.entry_id, admin_id, member_id, coins, reason, posted.replayed
            )

        return await self._books.do(write)
