"""The guild's rates and its hold: what earned coins become, and how long they wait before that."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

import aiosqlite

from bot.ledger.books import Books
from bot.rate_errors import HoldUnchanged, RateIncomplete, RateUnchanged
from bot.services.bonuses import Read
from bot.services.clock import Clock
from bot.services.guilds import (
    Guilds,
    SettingChanged,
    SettingsChanged,
    stored_settings,
)
from bot.services.kept_rates import forget_rates, keep_rates
from bot.services.letters import write_letters
from bot.services.season_marks import season_entry_sql
from bot.services.settings import GuildSettings, parse_setting, setting_of

_SHOWN_CHANGES = 5


class Applies(StrEnum):
    """Which coins new rates are for."""

    LATER = "later"  # what is received from now on
    EARLIER = "earlier"  # everything that was not converted yet


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChange:
    """Rates (diamonds per coin) as they were set at an instant (seconds, UTC), and by whom."""

    paid_rate: Fraction
    bonus_rate: Fraction
    applies: Applies
    changed_by: int
    changed_at: int


@dataclass(frozen=True, slots=True)
class RatesNow:
    """The guild's settings, the latest changes of its rates, newest first, and what keeps others.

    `keeping_streamers` have coins that keep an older rate.
    """

    settings: GuildSettings
    changes: tuple[RateChange, ...]
    keeping_streamers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesChanged:
    """The rates before and after a change; so many streamers are told."""

    before: GuildSettings
    after: GuildSettings
    applies: Applies
    told: int
    settings: SettingsChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldChanged:
    """The hold before and after a change (days); so many streamers are told."""

    before_days: int
    after_days: int
    told: int
    settings: SettingsChanged


class Rates:
    """The service of rates and holds."""

    def __init__(self, books: Books, guilds: Guilds, clock: Clock) -> None:
        self._books = books
        self._guilds = guilds
        self._clock = clock
        # Heard after the commit, also when whoever asked for the change was cancelled meanwhile.
        books.listen(RatesChanged, lambda changed: guilds.keep(changed.settings))
        books.listen(HoldChanged, lambda changed: guilds.keep(changed.settings))

    async def now(self, guild_id: int) -> RatesNow:
        """Return the rates and the hold as they are, and how they came to be so."""
        rows = await self._books.read(_CHANGES_SQL, (guild_id, _SHOWN_CHANGES))
        kept = await self._books.read(_KEEPING_SQL, {"guild": guild_id})
        return RatesNow(
            settings=(await self._guilds.get(guild_id)).settings,
            changes=tuple(
                RateChange(
                    paid_rate=Fraction(paid),
                    bonus_rate=Fraction(bonus),
                    applies=Applies(applies),
                    changed_by=changed_by,
                    changed_at=changed_at,
                )
                for paid, bonus, applies, changed_by, changed_at in rows
            ),
            keeping_streamers=kept[0][0],
        )

    async def change(
        self,
        guild_id: int,
        admin_id: int,
        *,
        paid: str | None,
        bonus: str | None,
        applies: Applies | None,
    ) -> RatesChanged:
        """Change the rates to what an admin typed, and let every streamer know.

        Where bonus coins yield what paid ones do, they go on doing so unless `bonus` is given.

        Raises:
            RateIncomplete, SettingOutOfBounds, RateUnchanged: nothing changed.
        """
        if applies is None or (paid is None and bonus is None):
            raise RateIncomplete
        typed = {"paid_rate": paid, "bonus_rate": bonus}
        values: dict[str, Fraction] = {
            name: parse_setting(setting_of(name), text)
            for name, text in typed.items()
            if text is not None
        }
        await self._guilds.get(guild_id)

        async def write(connection: aiosqlite.Connection) -> RatesChanged:
            return await self._change(connection, guild_id, admin_id, values, applies)

        return await self._books.do(write)

    async def _change(
        self,
        connection: aiosqlite.Connection,
        guild_id: int,
        admin_id: int,
        values: dict[str, Fraction],
        applies: Applies,
    ) -> RatesChanged:
        before = await stored_settings(connection.execute_fetchall, guild_id)
        if before.paid_rate == before.bonus_rate and "bonus_rate" not in values:
            values = values | {"bonus_rate": values["paid_rate"]}
        changes = await self._store(connection, guild_id, admin_id, values)
        after = await stored_settings(connection.execute_fetchall, guild_id)
        keeps_some = applies is Applies.EARLIER and await _has_kept(
            connection.execute_fetchall, guild_id
        )
        is_same = (before.paid_rate, before.bonus_rate) == (after.paid_rate, after.bonus_rate)
        if is_same and not keeps_some:
            raise RateUnchanged
        change_id = await self._note(connection, guild_id, admin_id, after, applies)
        if applies is Applies.LATER:
            await keep_rates(connection, guild_id, change_id, before)
        else:
            await forget_rates(connection, guild_id)
        facts = {
            "paid_before": str(before.paid_rate),
            "bonus_before": str(before.bonus_rate),
            "paid_rate": str(after.paid_rate),
            "bonus_rate": str(after.bonus_rate),
            "applies": applies,
        }
        told = await self._tell(connection, guild_id, "rate_changed", str(change_id), facts)
        return RatesChanged(
            before=before, after=after, applies=applies, told=told, settings=changes
        )

    async def change_hold(self, guild_id: int, admin_id: int, days: int) -> HoldChanged:
        """Change for how many days received coins wait, and let every streamer know.

        What has passed the hold already stays free.

        Raises:
            SettingOutOfBounds, HoldUnchanged: nothing changed.
        """
        values = {"hold_days": parse_setting(setting_of("hold_days"), str(days))}
        await self._guilds.get(guild_id)

        async def write(connection: aiosqlite.Connection) -> HoldChanged:
            before = await stored_settings(connection.execute_fetchall, guild_id)
            if before.hold_days == values["hold_days"]:
                raise HoldUnchanged
            changes = await self._store(connection, guild_id, admin_id, values)
            facts = {"before_days": before.hold_days, "days": values["hold_days"]}
            subject = str(await _last_letter_id(connection.execute_fetchall, guild_id))
            told = await self._tell(connection, guild_id, "hold_changed", subject, facts)
            return HoldChanged(
                before_days=before.hold_days,
                after_days=values["hold_days"],
                told=told,
                settings=changes,
            )

        return await self._books.do(write)

    async def _store(
        self,
        connection: aiosqlite.Connection,
        guild_id: int,
        admin_id: int,
        values: dict[str, Fraction] | dict[str, int],
    ) -> SettingsChanged:
        changes: list[SettingChanged] = [
            await self._guilds.storing(guild_id, admin_id, setting_of(name), value)(connection)
            for name, value in values.items()
        ]
        return SettingsChanged(guild_id, tuple(changes))

    async def _note(
        self,
        connection: aiosqlite.Connection,
        guild_id: int,
        admin_id: int,
        after: GuildSettings,
        applies: Applies,
    ) -> int:
        rows = await connection.execute_fetchall(
            _NOTE_SQL,
            {
                "guild": guild_id,
                "paid_rate": str(after.paid_rate),
                "bonus_rate": str(after.bonus_rate),
                "applies": applies,
                "admin": admin_id,
                "now": self._clock(),
            },
        )
        return next(iter(rows))[0]

    async def _tell(
        self,
        connection: aiosqlite.Connection,
        guild_id: int,
        kind: str,
        subject: str,
        facts: dict[str, Any],
    ) -> int:
        rows = await connection.execute_fetchall(_STREAMERS_SQL, {"guild": guild_id})
        members = [row[0] for row in rows]
        await write_letters(
            connection,
            guild_id,
            members,
            kind,
            subject=subject,
            facts=facts,
            now=self._clock(),
        )
        return len(members)


async def _has_kept(read: Read, guild_id: int) -> bool:
    return next(iter(await read(_KEEPING_SQL, {"guild": guild_id})))[0] > 0


async def _last_letter_id(read: Read, guild_id: int) -> int:
    """Return a number that no change before had, as each of them wrote letters or told nobody."""
    rows = await read(
        "SELECT COALESCE(MAX(letter_id), 0) FROM letter WHERE guild_id = ?", (guild_id,)
    )
    return next(iter(rows))[0]


_CHANGES_SQL = """
SELECT paid_rate, bonus_rate, applies, changed_by, changed_at FROM rate_change
 WHERE guild_id = ? ORDER BY change_id DESC LIMIT ?
"""

_KEEPING_SQL = f"""
SELECT COUNT(DISTINCT streamer_id) FROM kept_rate
 WHERE guild_id = :guild AND paid_coins + bonus_coins > 0
   AND entry_id > {season_entry_sql(":guild")}
"""

_NOTE_SQL = """
INSERT INTO rate_change (guild_id, change_id, paid_rate, bonus_rate, applies, entry_id, changed_by,
                         changed_at)
SELECT :guild, (SELECT COALESCE(MAX(change_id), 0) + 1 FROM rate_change WHERE guild_id = :guild),
       :paid_rate, :bonus_rate, :applies,
       (SELECT COALESCE(MAX(entry_id), 0) FROM entry WHERE guild_id = :guild), :admin, :now
RETURNING change_id
"""

# Whoever is named one, and whoever ever received something, as many are streamers by a role.
_STREAMERS_SQL = """
SELECT member_id FROM streamer WHERE guild_id = :guild
UNION
SELECT owner_id FROM pot
 WHERE guild_id = :guild AND owner_id > 0 AND account IN ('earned_paid', 'earned_bonus')
 ORDER BY 1
"""
