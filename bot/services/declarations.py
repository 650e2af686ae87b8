"""What a buyer declares once, before the first order for money: old enough, and from where."""

from dataclasses import dataclass
from typing import Any

import aiosqlite

from bot.ledger.books import Books
from bot.paid_errors import DeclarationMissing
from bot.services.bonuses import Read
from bot.services.clock import Clock
from bot.services.countries import find_country

# Of what is declared: 18 or older, or with the consent of a guardian. A new wording counts it up.
DECLARATION_VERSION = 1


@dataclass(frozen=True, slots=True)
class Declaration:
    """A member's declaration (ISO 3166 code; seconds, UTC)."""

    guild_id: int
    member_id: int
    country: str
    text_version: int
    declared_at: int


class Declarations:
    """The service of declarations; each member declares once in each guild."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock

    async def declare(
        self,
        guild_id: int,
        member_id: int,
        country: str,
        locale: str,
        *,
        text_version: int = DECLARATION_VERSION,
    ) -> Declaration:
        """Record that a member is 18 or older, or has a guardian's consent, and lives somewhere.

        The country is what was typed: a code, or a name in the reader's language. Who declared
        before keeps that declaration, which is returned.

        Raises:
            UnknownCountry: nothing was recorded.
        """
        code = find_country(country, locale)

        async def write(connection: aiosqlite.Connection) -> Declaration:
            await connection.execute_fetchall(
                "INSERT INTO declaration (guild_id, member_id, country, text_version, declared_at)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (guild_id, member_id, code, text_version, self._clock()),
            )
            return await require_declaration(connection.execute_fetchall, guild_id, member_id)

        return await self._books.do(write)

    async def of(self, guild_id: int, member_id: int) -> Declaration | None:
        """Return what a member declared, None before that."""
        return await _find(self._books.read, guild_id, member_id)


async def require_declaration(read: Read, guild_id: int, member_id: int) -> Declaration:
    """Return what a member declared, inside the transaction of an order.

    Raises:
        DeclarationMissing: nothing yet.
    """
    declaration = await _find(read, guild_id, member_id)
    if declaration is None:
        raise DeclarationMissing
    return declaration


async def _find(read: Read, guild_id: int, member_id: int) -> Declaration | None:
    rows: list[Any] = list(
        await read(
            "SELECT guild_id, member_id, country, text_version, declared_at FROM declaration"
            " WHERE guild_id = ? AND member_id = ?",
            (guild_id, member_id),
        )
    )
    return Declaration(*rows[0]) if rows else None
