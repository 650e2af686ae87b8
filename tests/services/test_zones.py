"""Zones: names as people type them, and what clocks show when they are set forward and back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.calendar_errors import UnknownZone
from bot.services.zones import (
    MOST_SUGGESTIONS,
    comes_twice,
    instant_of,
    instant_reached,
    is_skipped,
    read_zone,
    wall_at,
    zones_like,
)

BERLIN = ZoneInfo("Europe/Berlin")
SPRING_JUMP = 1_774_746_000  # 29 March 2026, 01:00 UTC: 02:00 becomes 03:00
AUTUMN_JUMP = 1_792_890_000  # 25 October 2026, 01:00 UTC: 03:00 becomes 02:00
MINUTE, HOUR = 60, 3_600
ANY_ZONE = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"}))


def wall(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(fold=fold)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("  EUROPE/BERLIN\n", "Europe/Berlin"),
        ("america/new york", "America/New_York"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("utc", "UTC"),
        ("etc/gmt+5", "Etc/GMT+5"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Istanbul", "Europe/Istanbul"),  # Asia/Istanbul is kept for old times' sake
    ],
)
def test_a_zone_is_read_in_any_case_and_with_blanks(typed: str, name: str) -> None:
    assert read_zone(typed).key == name


@pytest.mark.parametrize(
    "typed", ["", "Berl", "CEST", "+02:00", "localtime", "Factory", "../etc/passwd", "x" * 500]
)
def test_any_other_name_is_refused_with_two_examples(typed: str) -> None:
    with pytest.raises(UnknownZone, match=r"“Europe/Berlin” or “America/New_York”") as refused:
        read_zone(typed)
    assert refused.value.name == typed[:60]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("berl", ["Europe/Berlin"]),
        ("new york", ["America/New_York"]),
        ("NEW_Y", ["America/New_York"]),
        ("utc", ["UTC", "Etc/UTC"]),
        ("calcutta", ["Asia/Calcutta"]),
        ("no such place", []),
    ],
)
def test_what_is_typed_is_found_anywhere_in_a_name(typed: str, names: list[str]) -> None:
    assert zones_like(typed) == names


def test_cities_come_first_then_words_then_the_rest() -> None:
    assert zones_like("ist") == [
        "Europe/Istanbul",
        "Asia/Istanbul",  # an old name of the same
        "America/Boa_Vista",
        "Indian/Christmas",
    ]
    assert zones_like("lond")[0] == "Europe/London"
    assert zones_like("aires")[0] == "America/Argentina/Buenos_Aires"


def test_large_cities_are_offered_before_anything_is_typed() -> None:
    offered = zones_like(" ")
    assert len(offered) == len(set(offered)) == MOST_SUGGESTIONS
    offsets = [datetime(2026, 1, 15, tzinfo=read_zone(name)).utcoffset() for name in offered]
    assert offsets == sorted(offsets, key=lambda offset: offset or timedelta())


@settings(deadline=None)
@given(st.text(max_size=8) | ANY_ZONE)
def test_every_suggestion_is_a_zone_and_there_are_never_too_many(typed: str) -> None:
    names = zones_like(typed)
    assert len(names) <= MOST_SUGGESTIONS
    assert [read_zone(name).key for name in names] == names


@settings(deadline=None)
@example("GMT")
@given(ANY_ZONE)
def test_a_name_in_full_is_suggested_and_read(name: str) -> None:
    assert name in zones_like(name)
    assert read_zone(name.upper()).key == name


def test_a_wall_time_on_an_ordinary_day_has_one_instant() -> None:
    evening = wall("2026-07-01T18:00")
    assert wall_at(instant_of(evening, BERLIN), BERLIN) == evening
    assert instant_reached(evening, BERLIN) == instant_of(evening, BERLIN)
    assert not is_skipped(evening, BERLIN)
    assert not comes_twice(evening, BERLIN)


def test_a_skipped_wall_time_is_as_much_later_as_the_clock_was_set_forward() -> None:
    skipped = wall("2026-03-29T02:30")
    assert is_skipped(skipped, BERLIN)
    assert not comes_twice(skipped, BERLIN)
    assert wall_at(instant_of(skipped, BERLIN), BERLIN) == wall("2026-03-29T03:30")
    assert instant_of(skipped.replace(fold=1), BERLIN) == instant_of(skipped, BERLIN)


@pytest.mark.parametrize("skipped", ["02:00", "02:01", "02:30", "02:59"])
def test_a_skipped_wall_time_is_reached_at_the_jump(skipped: str) -> None:
    assert instant_reached(wall(f"2026-03-29T{skipped}"), BERLIN) == SPRING_JUMP


def test_the_times_beside_a_gap_are_what_they_say() -> None:
    before, after = wall("2026-03-29T01:59"), wall("2026-03-29T03:00")
    assert not is_skipped(before, BERLIN)
    assert not is_skipped(after, BERLIN)
    assert instant_reached(before, BERLIN) == SPRING_JUMP - MINUTE
    assert instant_reached(after, BERLIN) == SPRING_JUMP


def test_of_a_wall_time_that_comes_twice_the_first_is_meant() -> None:
    doubled = wall("2026-10-25T02:30")
    assert comes_twice(doubled, BERLIN)
    assert not is_skipped(doubled, BERLIN)
    assert instant_of(doubled, BERLIN) == AUTUMN_JUMP - HOUR // 2
    assert instant_reached(doubled, BERLIN) == AUTUMN_JUMP - HOUR // 2


def test_the_second_can_be_asked_for() -> None:
    second = wall("2026-10-25T02:30", fold=1)
    assert instant_of(second, BERLIN) == AUTUMN_JUMP + HOUR // 2
    assert instant_reached(second, BERLIN) == AUTUMN_JUMP + HOUR // 2
    assert wall_at(AUTUMN_JUMP + HOUR // 2, BERLIN).fold == 1


@given(ANY_ZONE, st.integers(1_700_000_000, 2_000_000_000))
def test_every_instant_is_found_again_from_its_wall_time(name: str, instant: int) -> None:
    zone = ZoneInfo(name)
    shown = wall_at(instant, zone)
    assert instant_of(shown, zone) == instant
    assert instant_reached(shown, zone) == instant
    assert not is_skipped(shown, zone)


@given(ANY_ZONE, st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)))  # noqa: DTZ001 - wall time
def test_no_wall_time_is_reached_after_its_instant(name: str, time: datetime) -> None:
    zone, time = ZoneInfo(name), time.replace(microsecond=0)
    reached = instant_reached(time, zone)
    assert reached <= instant_of(time, zone)
    assert wall_at(reached, zone) >= time
    assert wall_at(reached - 1, zone) < time
