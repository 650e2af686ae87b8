"""Guilds: their settings and who is a streamer, kept at hand for the hot path.

One process writes, and every change passes through here after its commit, so what is kept is what
the database says.
"""

from dataclasses import dataclass, replace
from typing import Any

import aiosqlite

from bot.errors import ClaimLimitsCross, TooManyStreamers
from bot.ledger.books import Books
from bot.ledger.writer import Procedure
from bot.paid_errors import PaidModeOnly
from bot.services.bonuses import Read
from bot.services.clock import DAY_SECONDS, Clock
from bot.services.hold_marks import keep_mark
from bot.services.settings import (
    STREAMER_ROLE,
    GuildSettings,
    Setting,
    find_setting,
    parse_setting,
    setting_of,
    settings_from_rows,
)

MOST_NAMED_STREAMERS = 500


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in a command, as far as the rules need to know them."""

    member_id: int
    name: str
    is_bot: bool = False
    is_member: bool = True
    role_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Guild:
    """What the rules need to know about a guild at this moment."""

    settings: GuildSettings
    streamer_ids: frozenset[int]

    def is_streamer(self, person: Person) -> bool:
        """Tell whether a member may receive gifts: named, or by role."""
        return (
            person.member_id in self.streamer_ids
            or self.settings.streamer_role_id in person.role_ids
        )


@dataclass(frozen=True, slots=True)
class SettingChanged:
    """A setting of a guild before and after, as text."""

    guild_id: int
    setting: Setting
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """Several settings of a guild that were changed together."""

    guild_id: int
    changes: tuple[SettingChanged, ...]


@dataclass(frozen=True, slots=True)
class StreamerListed:
    """A member was put on a guild's list of streamers or taken off it, if that was a change."""

    guild_id: int
    member_id: int
    is_named: bool
    is_change: bool


_SETTINGS_SQL = "SELECT name, value FROM guild_setting WHERE guild_id = ?"


async def stored_settings(read: Read, guild_id: int) -> GuildSettings:
    """Return a guild's settings as a transaction sees them, which may be newer than those kept."""
    rows = await read(_SETTINGS_SQL, (guild_id,))
    return settings_from_rows([(row[0], row[1]) for row in rows])


class Guilds:
    """Reads and changes what belongs to a guild."""

    def __init__(self, books: Books, clock: Clock) -> None:
        self._books = books
        self._clock = clock
        self._known: dict[int, Guild] = {}
        # Heard after the commit, also when whoever asked for the change was cancelled meanwhile.
        books.listen(SettingChanged, self.keep_setting)
        books.listen(SettingsChanged, self.keep)
        books.listen(StreamerListed, self._keep_streamer)

    def known(self, guild_id: int) -> Guild | None:
        """Return what is at hand of a guild, None before it was first asked for."""
        return self._known.get(guild_id)

    async def get(self, guild_id: int) -> Guild:
        """Return a guild's settings and streamers."""
        return self._known.get(guild_id) or await self._load(guild_id)

    async def change_setting(
        self, guild_id: int, admin_id: int, name: str, text: str
    ) -> SettingChanged:
        """Change one setting to what an admin typed.

        Raises:
            UnknownSetting, SetElsewhere, SettingOutOfBounds, ClaimLimitsCross: nothing changed.
            PaidModeOnly: it is about money, and the guild plays.
        """
        setting = find_setting(name)
        if setting.is_about_money and not (await self.get(guild_id)).settings.is_paid:
            raise PaidModeOnly
        return await self._store(guild_id, admin_id, setting, parse_setting(setting, text))

    async def set_streamer_role(self, guild_id: int, admin_id: int, role_id: int) -> SettingChanged:
        """Make everybody with a role a streamer; 0 ends that."""
        return await self._store(guild_id, admin_id, STREAMER_ROLE, role_id)

    async def has_decided_streamer_role(self, guild_id: int) -> bool:
        """Tell whether a streamer role was ever set or ended in a guild."""
        rows = await self._books.read(
            "SELECT 1 FROM guild_setting WHERE guild_id = ? AND name = ?",
            (guild_id, STREAMER_ROLE.name),
        )
        return bool(rows)

    async def name_streamer(self, guild_id: int, admin_id: int, member_id: int) -> bool:
        """Name a streamer; return whether that is new.

        Raises:
            TooManyStreamers: the guild named as many as it can.
        """
        now = self._clock()

        async def write(connection: aiosqlite.Connection) -> StreamerListed:
            rows = list(
                await connection.execute_fetchall(
                    "SELECT COUNT(*) FROM streamer WHERE guild_id = ? AND member_id <> ?",
                    (guild_id, member_id),
                )
            )
            if rows[0][0] >= MOST_NAMED_STREAMERS:
                raise TooManyStreamers(MOST_NAMED_STREAMERS)
            added = await connection.execute_fetchall(
                "INSERT INTO streamer (guild_id, member_id, named_by, named_at)"
                " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING member_id",
                (guild_id, member_id, admin_id, now),
            )
            return StreamerListed(guild_id, member_id, is_named=True, is_change=bool(list(added)))

        await self.get(guild_id)
        return (await self._books.do(write)).is_change

    async def unname_streamer(self, guild_id: int, member_id: int) -> bool:
        """Take a named streamer off the list; return whether they were on it."""

        async def write(connection: aiosqlite.Connection) -> StreamerListed:
            removed = await connection.execute_fetchall(
                "DELETE FROM streamer WHERE guild_id = ? AND member_id = ? RETURNING member_id",
                (guild_id, member_id),
            )
            return StreamerListed(
                guild_id, member_id, is_named=False, is_change=bool(list(removed))
            )

        await self.get(guild_id)
        return (await self._books.do(write)).is_change

    async def _store(
        self, guild_id: int, admin_id: int, setting: Setting, value: Any
    ) -> SettingChanged:
        await self.get(guild_id)
        return await self._books.do(self.storing(guild_id, admin_id, setting, value))

    def storing(
        self, guild_id: int, admin_id: int, setting: Setting, value: Any
    ) -> Procedure[SettingChanged]:
        """Return what stores a setting, for a transaction that does more; `get` comes first."""
        text = setting.kind.write(value)
        now = self._clock()

        async def write(connection: aiosqlite.Connection) -> SettingChanged:
            # Of two changes at once, the second must see the first, which is not kept here yet.
            before = await stored_settings(connection.execute_fetchall, guild_id)
            after = replace(before, **{setting.name: value})
            if after.claim_least > after.claim_most_per_day:
                raise ClaimLimitsCross(after.claim_least, after.claim_most_per_day)
            old = setting.kind.write(getattr(before, setting.name))
            if setting.name == "hold_days":
                await keep_mark(connection, guild_id, before.hold_days * DAY_SECONDS, now)
            await connection.execute_fetchall(
                "INSERT INTO guild_setting (guild_id, name, value, changed_by, changed_at)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value,"
                " changed_by = excluded.changed_by, changed_at = excluded.changed_at",
                (guild_id, setting.name, text, admin_id, now),
            )
            return SettingChanged(guild_id, setting, before=old, after=text)

        return write

    def storing_many(
        self, guild_id: int, admin_id: int, values: dict[str, Any]
    ) -> Procedure[SettingsChanged]:
        """Return what stores several settings; `keep` has to hear of them after the commit."""
        jobs = [
            self.storing(guild_id, admin_id, setting_of(name), value)
            for name, value in values.items()
        ]

        async def write(connection: aiosqlite.Connection) -> SettingsChanged:
            return SettingsChanged(guild_id, tuple([await job(connection) for job in jobs]))

        return write

    def keep(self, changed: SettingsChanged) -> None:
        """Keep at hand what was committed, also as part of something larger."""
        for each in changed.changes:
            self.keep_setting(each)

    def keep_setting(self, changed: SettingChanged) -> None:
        """Hear of a change that is committed."""
        guild = self._known.get(changed.guild_id)
        if guild is not None:
            value = changed.setting.kind.parse(changed.after)
            settings = replace(guild.settings, **{changed.setting.name: value})
            self._known[changed.guild_id] = replace(guild, settings=settings)

    def _keep_streamer(self, listed: StreamerListed) -> None:
        guild = self._known.get(listed.guild_id)
        if guild is not None:
            member = {listed.member_id}
            ids = guild.streamer_ids | member if listed.is_named else guild.streamer_ids - member
            self._known[listed.guild_id] = replace(guild, streamer_ids=ids)

    async def _load(self, guild_id: int) -> Guild:
        rows = await self._books.read(_SETTINGS_SQL, (guild_id,))
        streamers = await self._books.read(
            "SELECT member_id FROM streamer WHERE guild_id = ?", (guild_id,)
        )
        guild = Guild(settings_from_rows(rows), frozenset(row[0] for row in streamers))
        # A change that committed while this was read is newer than what was read.
        return self._known.setdefault(guild_id, guild)
