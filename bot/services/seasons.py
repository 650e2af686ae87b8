"""Seasons: a guild plays, or it takes money, and between the two its books begin empty.

Whoever asks must be the server's owner: the cog checks that, services know no Discord. That the
provider is set up and takes the currency is checked where the providers are known.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import urlsplit

import aiosqlite

from bot.ledger.books import Books
from bot.paid_errors import (
    AlreadyPaidMode,
    LinkNotHttps,
    LinkTooLong,
    LinkWithPassword,
    PaidModeOnly,
    ProviderMissing,
)
from bot.services.clock import Clock
from bot.services.guilds import Guilds, SettingsChanged, stored_settings
from bot.services.money import find_currency
from bot.services.season_ends import (
    archive,
    end_promotions,
    end_splits,
    refuse_open_claims,
    refuse_open_orders,
    refuse_owing,
)
from bot.services.season_marks import Season, current_season
from bot.services.settings import PAID, PLAY, SPENDING_SETTINGS, GuildSettings

# Coins that money bought can be asked back for about that long, so they are held that long.
PAID_HOLD_DAYS = 30

# As long as Discord lets a button's link be.
MOST_LINK_CHARACTERS = 512

_PROVIDER = re.compile(r"[a-z][a-z0-9_]{0,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidSetup:
    """What the owner decides and confirms when a guild begins to take money.

    `currency` is an ISO 4217 code, `provider` a provider's name, `text_version` that of the text
    that was confirmed.
    """

    currency: str
    provider: str
    terms_url: str
    privacy_url: str
    support_url: str
    text_version: int


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who confirmed how a season goes, the version of the text (0: none), and when (UTC)."""

    member_id: int
    text_version: int
    confirmed_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonBegun:
    """A season that began; `entry_id` is the last one of the season before (`began_at` in UTC)."""

    guild_id: int
    season: int
    mode: str
    entry_id: int
    began_at: int
    promotions_ended: int
    replayed: bool
    changed: SettingsChanged


class Seasons:
    """The service of seasons; every change is one transaction."""

    def __init__(self, books: Books, guilds: Guilds, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._clock = clock
        books.listen(SeasonBegun, lambda begun: guilds.keep(begun.changed))

    async def current(self, guild_id: int) -> Season:
        """Return the season that a guild is in."""
        return await current_season(self._books.read, guild_id)

    async def confirmation(self, guild_id: int, season: Season) -> Confirmation | None:
        """Return who began a guild's season, None for the first one, which nobody did."""
        rows = await self._books.read(
            "SELECT confirmed_by, text_version, began_at FROM season"
            " WHERE guild_id = ? AND season = ?",
            (guild_id, season.number),
        )
        return Confirmation(*rows[0]) if rows else None

    async def changed_way(self, guild_id: int, season: Season) -> Confirmation | None:
        """Return who let the money go another way last in a season, None when nobody did."""
        rows = await self._books.read(
            "SELECT confirmed_by, text_version, confirmed_at FROM setup_confirmation"
            " WHERE guild_id = ? AND season = ? ORDER BY confirmation_id DESC LIMIT 1",
            (guild_id, season.number),
        )
        return Confirmation(*rows[0]) if rows else None

    async def begin_paid(self, guild_id: int, owner_id: int, setup: PaidSetup) -> SeasonBegun:
        """Archive the play season and begin to take money, with empty books.

        Promotions are taken off; those that are not saved yet, and questions about large gifts, are
        forgotten. In a guild that takes money with the very same set-up nothing changes, and the
        season it is in is returned.

        Raises:
            UnknownCurrency, ProviderMissing, LinkNotHttps, LinkTooLong, LinkWithPassword,
                AlreadyPaidMode, ClaimsOpen, OrdersOpen: nothing changed.
        """
        setup = check_setup(setup)
        await self._guilds.get(guild_id)

        async def write(connection: aiosqlite.Connection) -> SeasonBegun:
            season = await current_season(connection.execute_fetchall, guild_id)
            settings = await stored_settings(connection.execute_fetchall, guild_id)
            if season.mode == PAID:
                if _chosen(setup) != _chosen(settings):
                    raise AlreadyPaidMode
                return _again(guild_id, season)
            values = _chosen(setup) | {
                "hold_days": PAID_HOLD_DAYS,
                # What nobody paid for must not become something that is owed.
                "bonus_rate": Fraction(0),
            }
            if settings.currency not in {"", setup.currency}:
                values |= await _forget_limits(connection, guild_id)
            return await self._begin(
                connection, guild_id, owner_id, season, PAID, values, setup.text_version
            )

        return await self._books.do(write)

    async def begin_play(self, guild_id: int, owner_id: int) -> SeasonBegun:
        """Stop taking money; only when nothing is owed to or by anybody.

        In a guild that plays already nothing changes, and the season it is in is returned.

        Raises:
            ClaimsOpen, OrdersOpen, DisputesOpen, StillOwed: nothing changed.
        """
        await self._guilds.get(guild_id)

        async def write(connection: aiosqlite.Connection) -> SeasonBegun:
            season = await current_season(connection.execute_fetchall, guild_id)
            if season.mode == PLAY:
                return _again(guild_id, season)
            settings = await stored_settings(connection.execute_fetchall, guild_id)
            values: dict[str, Any] = {"hold_days": 0, "bonus_rate": settings.paid_rate}
            return await self._begin(connection, guild_id, owner_id, season, PLAY, values, 0)

        return await self._books.do(write)

    async def change_setup(self, guild_id: int, owner_id: int, setup: PaidSetup) -> SettingsChanged:
        """Change links and provider of a guild that takes money; its currency stays.

        With another provider the money goes another way, so what was confirmed is kept.

        Raises:
            PaidModeOnly: the guild plays.
            AlreadyPaidMode: the currency is another one.
            ProviderMissing, LinkNotHttps, LinkTooLong, LinkWithPassword: nothing changed.
        """
        setup = check_setup(setup)
        await self._guilds.get(guild_id)
        storing = self._guilds.storing_many(guild_id, owner_id, _chosen(setup))

        async def write(connection: aiosqlite.Connection) -> SettingsChanged:
            settings = await stored_settings(connection.execute_fetchall, guild_id)
            if not settings.is_paid:
                raise PaidModeOnly
            if setup.currency != settings.currency:
                raise AlreadyPaidMode
            if setup.provider != settings.provider:
                season = await current_season(connection.execute_fetchall, guild_id)
                await _note_way(connection, owner_id, guild_id, season, setup, self._clock())
            return await storing(connection)

        return await self._books.do(write)

    async def _begin(
        self,
        connection: aiosqlite.Connection,
        guild_id: int,
        owner_id: int,
        before: Season,
        mode: str,
        values: dict[str, Any],
        text_version: int,
    ) -> SeasonBegun:
        now = self._clock()
        number = before.number + 1
        await refuse_open_claims(connection, guild_id)
        await refuse_open_orders(connection, guild_id, now)
        if before.mode == PAID:
            await refuse_owing(connection, guild_id)
        ended = await end_promotions(connection, guild_id, owner_id, now)
        # Nobody can agree in one season to what was shown in the one before.
        for table in ("gift_draft", "promotion_draft"):
            await connection.execute_fetchall(
                f"DELETE FROM {table} WHERE guild_id = ?", (guild_id,)
            )
        await end_splits(connection, guild_id, owner_id, now)
        entry_id = await archive(connection, guild_id, number, owner_id, now)
        await connection.execute_fetchall(
            "INSERT INTO season (guild_id, season, mode, entry_id, confirmed_by, text_version,"
            " began_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (guild_id, number, mode, entry_id, owner_id, text_version, now),
        )
        store = self._guilds.storing_many(
            guild_id, owner_id, {**values, "mode": mode, "season_entry_id": entry_id}
        )
        return SeasonBegun(
            guild_id=guild_id,
            season=number,
            mode=mode,
            entry_id=entry_id,
            began_at=now,
            promotions_ended=ended,
            replayed=False,
            changed=await store(connection),
        )


def check_setup(setup: PaidSetup) -> PaidSetup:
    """Return a set-up with its links without blanks around them.

    Raises:
        UnknownCurrency, ProviderMissing, LinkNotHttps, LinkTooLong, LinkWithPassword: what is
            wrong first.
    """
    if not _PROVIDER.fullmatch(setup.provider):
        raise ProviderMissing
    return PaidSetup(
        currency=find_currency(setup.currency),
        provider=setup.provider,
        terms_url=check_link(setup.terms_url),
        privacy_url=check_link(setup.privacy_url),
        support_url=check_link(setup.support_url),
        text_version=setup.text_version,
    )


def check_link(link: str) -> str:
    """Return a link without blanks around it.

    Raises:
        LinkNotHttps, LinkTooLong, LinkWithPassword: it cannot be shown to members.
    """
    link = link.strip()
    if len(link) > MOST_LINK_CHARACTERS:
        raise LinkTooLong(MOST_LINK_CHARACTERS)
    if not link.isprintable() or any(each in link for each in " <>\"'`|\\"):
        raise LinkNotHttps(link[:100])
    try:
        parts = urlsplit(link)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise LinkNotHttps(link[:100]) from None
    if "@" in parts.netloc:
        raise LinkWithPassword(link[:100])
    if parts.scheme != "https" or not host or "." not in host.strip("."):
        raise LinkNotHttps(link[:100])
    return link


def _chosen(source: PaidSetup | GuildSettings) -> dict[str, Any]:
    """Return what the owner chose, by the names that settings and set-ups share."""
    names = ("currency", "provider", "terms_url", "privacy_url", "support_url")
    return {name: getattr(source, name) for name in names}


async def _note_way(
    connection: aiosqlite.Connection,
    owner_id: int,
    guild_id: int,
    season: Season,
    setup: PaidSetup,
    now: int,
) -> None:
    await connection.execute_fetchall(
        "INSERT INTO setup_confirmation (guild_id, confirmation_id, season, provider, confirmed_by,"
        " text_version, confirmed_at) VALUES (?1, (SELECT COALESCE(MAX(confirmation_id), 0) + 1"
        " FROM setup_confirmation WHERE guild_id = ?1), ?2, ?3, ?4, ?5, ?6)",
        (guild_id, season.number, setup.provider, owner_id, setup.text_version, now),
    )


async def _forget_limits(connection: aiosqlite.Connection, guild_id: int) -> dict[str, Any]:
    """Forget what would mean other money: limits on spending, and what a diamond is worth."""
    await connection.execute_fetchall("DELETE FROM spending_limit WHERE guild_id = ?", (guild_id,))
    limits = {setting.name: 0 for setting in SPENDING_SETTINGS}
    return {**limits, "diamond_value_minor": Fraction(0)}


def _again(guild_id: int, season: Season) -> SeasonBegun:
    return SeasonBegun(
        guild_id=guild_id,
        season=season.number,
        mode=season.mode,
        entry_id=season.entry_id,
        began_at=season.began_at,
        promotions_ended=0,
        replayed=True,
        changed=SettingsChanged(guild_id, ()),
    )
