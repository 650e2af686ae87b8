"""What each guild can set for itself: one row per setting, with its bounds."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from bot.errors import SettingOutOfBounds, UnknownSetting
from bot.ledger.accounts import MOST_AMOUNT
from bot.rate_errors import SetElsewhere
from bot.services.whole_numbers import read_whole
from bot.services.zones import read_zone
from bot.texts import N_

PLAY, PAID = "play", "paid"
MOST_HOLD_DAYS = 180
MODES = (PLAY, PAID)


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """The settings of one guild, each with its default.

    Money is in minor units of `currency`, which stays what it was when a guild goes back to play;
    0 is no limit. `season_entry_id` is the last entry of the season before, 0 when there was none.
    """

    open: bool = True
    fee_percent: int = 0
    confirm_from: int = 5_000
    convert_confirm_from: int = 5_000
    paid_rate: Fraction = Fraction(1)
    bonus_rate: Fraction = Fraction(1)
    claim_least: int = 100
    claim_most_per_day: int = 100_000
    streamer_role_id: int = 0
    timezone: str = "UTC"
    hold_days: int = 0
    mode: str = PLAY
    season_entry_id: int = 0
    currency: str = ""
    provider: str = ""
    terms_url: str = ""
    privacy_url: str = ""
    support_url: str = ""
    spend_day_minor: int = 0
    spend_week_minor: int = 0
    spend_month_minor: int = 0
    new_buyer_days: int = 0
    new_buyer_day_minor: int = 0
    diamond_value_minor: Fraction = Fraction(0)
    claim_two_approvals_from: int = 0

    @property
    def is_paid(self) -> bool:
        """Return whether coins are sold for money here."""
        return self.mode == PAID


@dataclass(frozen=True, slots=True)
class Kind:
    """How a setting's value is typed, stored and bounded; `parse` raises ValueError."""

    bounds: str
    parse: Callable[[str], Any]
    write: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing an admin can change, by its name in `GuildSettings`.

    What has consequences of its own is changed with a `command` of its own. What is about money is
    there in paid mode alone.
    """

    name: str
    about: str
    kind: Kind
    is_about_money: bool = False
    command: str = ""


def _switch() -> Kind:
    words = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}

    def parse(text: str) -> bool:
        try:
            return words[text.strip().casefold()]
        except KeyError:
            raise ValueError(text) from None

    return Kind(N_("on or off"), parse, lambda value: "on" if value else "off")


def _whole(least: int, most: int, bounds: str) -> Kind:
    def parse(text: str) -> int:
        number = read_whole(text, ",")
        if number is None or not least <= number <= most:
            raise ValueError(text)
        return number

    return Kind(bounds, parse, str)


_MOST_RATE = 1_000
# A diamond may be worth this many minor units, as some currencies have small ones.
_MOST_VALUE = 100_000
_PLAIN_RATE = re.compile(r"[0-9]+(/[0-9]+|\.[0-9]+)?|\.[0-9]+")


def _rate(least: Fraction, bounds: str, *, most: int = _MOST_RATE) -> Kind:
    def parse(text: str) -> Fraction:
        # Fraction() would also take "1e99999999", and be busy with it for minutes.
        if len(text) > 12 or not _PLAIN_RATE.fullmatch(text.strip()):  # noqa: PLR2004 - "1000/1000" fits
            raise ValueError(text)
        try:
            rate = Fraction(text.strip())
        except ZeroDivisionError:
            raise ValueError(text) from None
        if not least <= rate <= most or rate.denominator > _MOST_RATE:
            raise ValueError(text)
        return rate

    return Kind(bounds, parse, str)


SETTINGS = (
    Setting("open", N_("whether members can buy, gift, convert and claim"), _switch()),
    Setting(
        "fee_percent",
        N_("the server's share of each gift, in percent, rounded down"),
        _whole(0, 90, N_("a whole number from 0 to 90")),
    ),
    Setting(
        "confirm_from",
        N_("gifts of this many coins or more ask before they are sent"),
        _whole(1, 1_000_000_000, N_("a whole number from 1 to 1,000,000,000")),
    ),
    Setting(
        "paid_rate",
        N_("diamonds for a coin received from bought coins"),
        _rate(Fraction(1, _MOST_RATE), N_("a fraction such as 1/2 or 0.5, from 1/1000 to 1000")),
        command="/economy rate",
    ),
    Setting(
        "bonus_rate",
        N_("diamonds for a coin received from bonus coins"),
        _rate(Fraction(0), N_("0, or a fraction such as 1/2 or 0.5, up to 1000")),
        command="/economy rate",
    ),
    Setting(
        "convert_confirm_from",
        N_("conversions of this many coins or more ask before they are done"),
        _whole(1, 1_000_000_000, N_("a whole number from 1 to 1,000,000,000")),
    ),
    Setting(
        "claim_least",
        N_("the fewest diamonds a claim can ask for"),
        _whole(1, 1_000_000_000, N_("a whole number from 1 to 1,000,000,000")),
    ),
    Setting(
        "claim_most_per_day",
        N_("the most diamonds a streamer can claim in 24 hours"),
        _whole(1, MOST_AMOUNT, N_("a whole number from 1 to 1,000,000,000,000,000")),
    ),
    Setting(
        "hold_days",
        N_("days until received coins can be converted"),
        _whole(0, MOST_HOLD_DAYS, N_("a whole number from 0 to 180")),
        command="/economy hold",
    ),
    Setting(
        "claim_two_approvals_from",
        N_(
            "claims of this many diamonds or more, also in several within 24 hours, need two admins"
            " to approve them; 0 is never"
        ),
        _whole(0, MOST_AMOUNT, N_("a whole number from 0 to 1,000,000,000,000,000")),
    ),
    Setting(
        "diamond_value_minor",
        N_("what a diamond is worth in claims, in cents or your currency's smallest unit"),
        _rate(
            Fraction(0), N_("0, or a fraction such as 1/2 or 0.5, up to 100000"), most=_MOST_VALUE
        ),
        is_about_money=True,
    ),
)

# Set with a command of its own, where Discord offers the roles to pick from.
STREAMER_ROLE = Setting(
    "streamer_role_id", N_("whoever has this role is a streamer"), _whole(0, 2**63 - 1, "")
)

# The same, where the zones are offered, and windows that follow the wall clock are remade.
TIMEZONE = Setting(
    "timezone",
    N_("the wall clock that promotions follow"),
    Kind(N_("a time zone such as Europe/Berlin"), lambda text: read_zone(text).key, str),
)

MOST_NEW_BUYER_DAYS = 90


def _word(*words: str) -> Kind:
    def parse(text: str) -> str:
        if text not in words:
            raise ValueError(text)
        return text

    return Kind("", parse, str)


def _number(name: str, most: int = 2**63 - 1) -> Setting:
    return Setting(name, "", _whole(0, most, ""))


def _text(name: str) -> Setting:
    return Setting(name, "", Kind("", str, str))


# What a season brings with it; see `bot/services/seasons.py`.
SEASON_SETTINGS = (
    Setting("mode", "", _word(*MODES)),
    _number("season_entry_id"),
    _text("currency"),
    _text("provider"),
    _text("terms_url"),
    _text("privacy_url"),
    _text("support_url"),
)

# Typed as people write money of the guild's currency; see `bot/services/spending_limits.py`.
SPENDING_SETTINGS = (
    _number("spend_day_minor"),
    _number("spend_week_minor"),
    _number("spend_month_minor"),
    _number("new_buyer_days", MOST_NEW_BUYER_DAYS),
    _number("new_buyer_day_minor"),
)

# These have commands of their own.
_SET_ELSEWHERE = (STREAMER_ROLE, TIMEZONE, *SEASON_SETTINGS, *SPENDING_SETTINGS)

_BY_NAME = {setting.name: setting for setting in (*SETTINGS, *_SET_ELSEWHERE)}
assert _BY_NAME.keys() == {field.name for field in fields(GuildSettings)}


def find_setting(name: str) -> Setting:
    """Return the setting that admins change under that name.

    Raises:
        UnknownSetting: there is none.
        SetElsewhere: it has a command of its own.
    """
    setting = _BY_NAME.get(name.strip().casefold())
    if setting is None or setting in _SET_ELSEWHERE:
        raise UnknownSetting(name[:40])
    if setting.command:
        raise SetElsewhere(setting.name, setting.command)
    return setting


def setting_of(name: str) -> Setting:
    """Return the setting of a field of `GuildSettings`, also one that has a command of its own."""
    return _BY_NAME[name]


def parse_setting(setting: Setting, text: str) -> Any:
    """Return the value that an admin typed.

    Raises:
        SettingOutOfBounds: the setting does not take it.
    """
    try:
        return setting.kind.parse(text)
    except ValueError:
        raise SettingOutOfBounds(setting.name, setting.kind.bounds, text[:40]) from None


def settings_from_rows(rows: list[tuple[str, str]]) -> GuildSettings:
    """Return the settings that a guild's stored rows say, defaults for the rest."""
    return GuildSettings(**{name: _BY_NAME[name].kind.parse(value) for name, value in rows})
