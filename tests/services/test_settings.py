"""Every setting takes what its bounds say, and nothing else."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from bot.errors import SettingOutOfBounds, UnknownSetting
from bot.services.settings import (
    SEASON_SETTINGS,
    SETTINGS,
    SPENDING_SETTINGS,
    STREAMER_ROLE,
    GuildSettings,
    find_setting,
    parse_setting,
    setting_of,
    settings_from_rows,
)

TAKEN: list[tuple[str, str, Any]] = [
    ("open", "on", True),
    ("open", " YES ", True),
    ("open", "true", True),
    ("open", "Off", False),
    ("open", "no", False),
    ("open", "false", False),
    ("fee_percent", "0", 0),
    ("fee_percent", " 90 ", 90),
    ("fee_percent", "007", 7),
    ("confirm_from", "1", 1),
    ("convert_confirm_from", "1", 1),
    ("convert_confirm_from", "1,000,000,000", 1_000_000_000),
    ("confirm_from", "1,000,000,000", 1_000_000_000),
    ("paid_rate", "1/1000", Fraction(1, 1000)),
    ("paid_rate", "1000", Fraction(1000)),
    ("paid_rate", "1000/1000", Fraction(1)),
    ("paid_rate", " 0.5 ", Fraction(1, 2)),
    ("paid_rate", "2/3", Fraction(2, 3)),
    ("paid_rate", ".25", Fraction(1, 4)),
    ("bonus_rate", "0", Fraction(0)),
    ("bonus_rate", "1/1000", Fraction(1, 1000)),
    ("bonus_rate", "1000", Fraction(1000)),
    ("claim_least", "1", 1),
    ("claim_least", "1000000000", 1_000_000_000),
    ("claim_most_per_day", "1", 1),
    ("claim_most_per_day", "1,000,000,000,000,000", 10**15),
    ("hold_days", "0", 0),
    ("hold_days", "180", 180),
    ("claim_two_approvals_from", "0", 0),
    ("claim_two_approvals_from", "1,000,000,000,000,000", 10**15),
    ("diamond_value_minor", "0", Fraction(0)),
    ("diamond_value_minor", "1/2", Fraction(1, 2)),
    ("diamond_value_minor", "100000", Fraction(100_000)),
]

ZEROS = "0" * 18  # in front they must not carry a number past its bounds

REFUSED = [
    ("open", ["", "1", "maybe", "on off", "öffnen"]),
    ("fee_percent", ["91", "-1", "100", "9.5", "10%", ZEROS + "95"]),
    ("convert_confirm_from", ["0", "1000000001", "-5"]),
    ("confirm_from", ["0", "1000000001", "-5", ZEROS + "1000000001"]),
    ("paid_rate", ["0", "1/1001", "1001", "1/0", "-1/2", "0.0001", "1000.5", "inf", "nan"]),
    ("bonus_rate", ["1/1001", "1001", "-1", "-0.5", "1/0", "2/2001"]),
    ("claim_least", ["0", "1000000001", "2,5", "1,00", ZEROS + "1000000001"]),
    ("claim_most_per_day", ["0", "1000000000000001", ZEROS + "1000000000000001"]),
    ("claim_two_approvals_from", ["-1", "1000000000000001"]),
    ("diamond_value_minor", ["100001", "-1", "1/1001", "1/0"]),
    ("hold_days", ["181", "-1", "1.5", ZEROS + "181"]),
]

# What int() or Fraction() alone might take, or choke on.
NO_NUMBERS = ["", " ", "ten", "1_0", "٣", "½", "1 0", "1e1", "0x1", "+1", "9" * 5_000]


def test_every_setting_is_in_these_tables() -> None:
    names = {setting.name for setting in SETTINGS}
    assert {name for name, _, _ in TAKEN} == names
    assert {name for name, _ in REFUSED} == names


@pytest.mark.parametrize(("name", "text", "value"), TAKEN)
def test_a_value_within_the_bounds_is_taken_and_read_back(
    name: str, text: str, value: object
) -> None:
    setting = setting_of(name)
    assert parse_setting(setting, text) == value
    stored = setting.kind.write(value)
    assert getattr(settings_from_rows([(name, stored)]), name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [(name, text) for name, texts in REFUSED for text in [*texts, *NO_NUMBERS]],
)
def test_a_value_out_of_bounds_is_refused_with_the_bounds(name: str, text: str) -> None:
    setting = setting_of(name)
    with pytest.raises(SettingOutOfBounds) as refusal:
        parse_setting(setting, text)
    assert refusal.value.name == name
    assert refusal.value.bounds == setting.kind.bounds
    assert refusal.value.value == text[:40]


@pytest.mark.parametrize("text", ["1e2", "1E2", "1e-2", "1_0/2", "٣/٤"])
def test_a_rate_is_a_plain_fraction(text: str) -> None:
    # An exponent of eight digits would keep the whole process busy for minutes.
    with pytest.raises(SettingOutOfBounds):
        parse_setting(setting_of("paid_rate"), text)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_a_default_is_within_its_own_bounds(setting: Any) -> None:
    default = getattr(GuildSettings(), setting.name)
    assert setting.kind.parse(setting.kind.write(default)) == default


@pytest.mark.parametrize("typed", ["fee_percent", " Fee_Percent "])
def test_a_setting_is_found_by_its_name_in_any_case(typed: str) -> None:
    assert find_setting(typed).name == "fee_percent"


@pytest.mark.parametrize(
    "typed", ["", "fee", "streamer_role_id", "mode", "spend_day_minor", "__class__", "x" * 100]
)
def test_an_unknown_setting_is_refused_by_its_name(typed: str) -> None:
    with pytest.raises(UnknownSetting) as refusal:
        find_setting(typed)
    assert refusal.value.name == typed[:40]


@pytest.mark.parametrize("role_id", [0, 1_234_567_890_123_456_789, 2**63 - 1])
def test_a_role_of_any_snowflake_is_kept(role_id: int) -> None:
    stored = STREAMER_ROLE.kind.write(role_id)
    assert settings_from_rows([("streamer_role_id", stored)]).streamer_role_id == role_id


@pytest.mark.parametrize("setting", [*SEASON_SETTINGS, *SPENDING_SETTINGS], ids=lambda s: s.name)
def test_what_has_a_command_of_its_own_is_read_back_as_it_was_stored(setting: Any) -> None:
    value = {"mode": "paid", "new_buyer_days": 90}.get(setting.name)
    if value is None:
        value = 2**53 if isinstance(getattr(GuildSettings(), setting.name), int) else "https://a.b"
    settings = settings_from_rows([(setting.name, setting.kind.write(value))])
    assert settings == replace(GuildSettings(), **{setting.name: value})
    assert settings.is_paid == (setting.name == "mode")


def test_there_are_two_modes() -> None:
    with pytest.raises(ValueError, match="free"):
        settings_from_rows([("mode", "free")])


def test_what_a_guild_never_set_has_its_default() -> None:
    assert settings_from_rows([]) == GuildSettings()
    assert settings_from_rows([("fee_percent", "5")]) == GuildSettings(fee_percent=5)
