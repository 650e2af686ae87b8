"""Promotions in words: what they bring, to whom, when, and which of two instants was taken."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_day_names
from babel.lists import format_list
from babel.units import format_unit

from bot.services.clock import DAY_SECONDS
from bot.services.moments import Moment, MomentNote
from bot.services.promotion_plans import Announcement
from bot.services.promotion_steps import Step, What
from bot.services.promotion_terms import Terms
from bot.services.recurrence import LAST_WEEK, Kind, Occurrence, Recurrence
from bot.services.zones import comes_twice, instant_of, is_skipped
from bot.texts import N_, Texts
from cogs.looks import quoted
from cogs.promo_input import TakenDay

KINDS = {
    Kind.ONCE: N_("once"),
    Kind.DAILY: N_("daily"),
    Kind.WEEKLY: N_("weekly"),
    Kind.MONTHLY_DAY: N_("monthly by day, like the 15th"),
    Kind.MONTHLY_WEEKDAY: N_("monthly by weekday, like the 2nd Friday"),
}

_MONTH_WEEKS = {
    1: N_("Every month on the first {weekday} at {time}, for {lasts}"),
    2: N_("Every month on the second {weekday} at {time}, for {lasts}"),
    3: N_("Every month on the third {weekday} at {time}, for {lasts}"),
    4: N_("Every month on the fourth {weekday} at {time}, for {lasts}"),
    LAST_WEEK: N_("Every month on the last {weekday} at {time}, for {lasts}"),
}

_STEPS = {
    What.CREATED: N_("Created by {admin}, {done:until}"),
    What.EDITED: N_("Changed last by {admin}, {done:until}"),
    What.PAUSED: N_("Paused by {admin}, {done:until}"),
    What.RESUMED: N_("Resumed by {admin}, {done:until}"),
    What.WINDOW_ENDED: N_("A window was ended by {admin}, {done:until}"),
    What.CANCELLED: N_("Cancelled by {admin}, {done:until}"),
}

_UNITS = (("day", "d", DAY_SECONDS), ("hour", "h", 60 * 60), ("minute", "m", 60))
# Up to this long, the time of day says when a window ends.
_MOST_CLOCK_SECONDS = 12 * 60 * 60


def escaped(name: str) -> str:
    """Return a name or a title so that it formats nothing, hides no link and mentions nobody."""
    return quoted(name).removeprefix("> ")


def bonus_words(texts: Texts, terms: Terms) -> str:
    """Return the bonus in a few words."""
    if terms.bonus_percent:
        return texts("{percent}% more coins", percent=terms.bonus_percent)
    return texts("{coins:coins} on top", coins=terms.bonus_coins)


def bonus_typed(terms: Terms) -> str:
    """Return the bonus as an admin types it."""
    return f"{terms.bonus_percent}%" if terms.bonus_percent else str(terms.bonus_coins)


def bonus_line(texts: Texts, terms: Terms) -> str:
    """Return the bonus and the packs that bring it.

    A pack is named by its coins and has a price of its own, which every offer of it tells.
    """
    bonus = bonus_words(texts, terms)
    if terms.packs:
        packs = listed(texts, [texts.number(coins) for coins in terms.packs])
        return texts("**{bonus}** on the packs of {packs} coins", bonus=bonus, packs=packs)
    if terms.least_coins:
        least = terms.least_coins
        return texts("**{bonus}** on packs of {least:bare} or more", bonus=bonus, least=least)
    return texts("**{bonus}** on every pack", bonus=bonus)


def term_lines(texts: Texts, terms: Terms) -> list[str]:
    """Return what the terms promise and where they end, a line each."""
    lines = [bonus_line(texts, terms)]
    if terms.packs and terms.least_coins:
        lines.append(texts("Only for {least:bare} or more", least=terms.least_coins))
    if terms.first_purchase:
        lines.append(texts("Only for a member's first purchase"))
    if terms.member_coins:
        coins = terms.member_coins
        lines.append(texts("Up to {coins:coins} for each member in a window", coins=coins))
    if terms.member_uses:
        lines.append(
            texts.plural(
                "Up to {count} purchase for each member in a window",
                "Up to {count} purchases for each member in a window",
                terms.member_uses,
            )
        )
    if terms.budget_coins:
        lines.append(texts("Up to {coins:coins} in all", coins=terms.budget_coins))
    return lines


def rule_line(texts: Texts, rule: Recurrence, zone: ZoneInfo) -> str:
    """Return when windows open, on the wall clock of a zone."""
    words = _kind_words(texts, rule)
    if rule.until_date:
        words += texts(", until {day}", day=day_words(texts, rule.until_date))
    return words + "\n-# " + texts("Times follow the clock of {zone}.", zone=zone.key)


def _kind_words(texts: Texts, rule: Recurrence) -> str:
    time, lasts = f"{rule.start_time:%H:%M}", lasts_words(texts, rule.lasts_seconds)
    names = get_day_names("wide", locale=texts.locale)
    match rule.kind:
        case Kind.ONCE:
            return texts("Once, for {lasts}", lasts=lasts)
        case Kind.DAILY:
            return texts("Every day at {time}, for {lasts}", time=time, lasts=lasts)
        case Kind.WEEKLY:
            days = listed(texts, [names[day] for day in sorted(rule.weekdays)])
            return texts(
                "Every {weekdays} at {time}, for {lasts}", weekdays=days, time=time, lasts=lasts
            )
        case Kind.MONTHLY_DAY:
            day = rule.month_day
            return texts(
                "Every month on day {day} at {time}, for {lasts}", day=day, time=time, lasts=lasts
            )
        case Kind.MONTHLY_WEEKDAY:
            weekday, message = names[rule.weekday], _MONTH_WEEKS[rule.month_week]
            return texts(message, weekday=weekday, time=time, lasts=lasts)


def listed(texts: Texts, parts: Iterable[str]) -> str:
    """Return some words as a list in a sentence."""
    return format_list(list(parts), locale=texts.locale)


def day_words(texts: Texts, day: date) -> str:
    """Return a day of the calendar."""
    return format_date(day, "long", texts.locale)


def _duration_parts(seconds: int) -> Iterator[tuple[int, str, str]]:
    for unit, sign, unit_seconds in _UNITS:
        count, seconds = divmod(seconds, unit_seconds)
        if count:
            yield count, unit, sign


def lasts_words(texts: Texts, seconds: int) -> str:
    """Return a duration in words."""
    parts = (
        format_unit(count, f"duration-{unit}", "long", locale=texts.locale)
        for count, unit, _ in _duration_parts(seconds)
    )
    return " ".join(parts)


def lasts_typed(seconds: int) -> str:
    """Return a duration as it can be typed and read again."""
    return " ".join(f"{count}{sign}" for count, _, sign in _duration_parts(seconds))


def window_line(texts: Texts, starts_at: int, ends_at: int) -> str:
    """Return a window in each reader's own time (seconds, UTC)."""
    style = "t" if ends_at - starts_at <= _MOST_CLOCK_SECONDS else "f"
    return texts("{start:at} – {end}", start=starts_at, end=f"<t:{ends_at}:{style}>")


def clock_notes(
    texts: Texts, rule: Recurrence, zone: ZoneInfo, windows: Iterable[Occurrence]
) -> list[str]:
    """Return which instant was taken where a clock that is set forward or back leaves it open."""
    notes: list[str] = []
    for window in windows:
        wall = datetime.combine(date.fromisoformat(window.local_date), rule.start_time)
        end = wall + timedelta(seconds=rule.lasts_seconds)
        for shown, at in ((wall, window.starts_at), (end.replace(fold=0), window.ends_at)):
            note = _note(shown, at, zone)
            sentence = note.note_sentence(texts) if note else None
            if sentence:
                notes.append(sentence)
    return notes


def _note(wall: datetime, at: int, zone: ZoneInfo) -> Moment | None:
    if is_skipped(wall, zone):
        return Moment(at, wall, MomentNote.SKIPPED)
    if comes_twice(wall, zone) and at == instant_of(wall.replace(fold=0), zone):
        return Moment(at, wall, MomentNote.TWICE)
    return None


def taken_note(texts: Texts, taken: TakenDay) -> str:
    """Return which day was taken of two numbers that could be two days."""
    return texts(
        "“{text}” could be two days; I took {day}, as your language writes it.",
        text=escaped(taken.typed),
        day=day_words(texts, taken.day),
    )


def announcement_lines(texts: Texts, announcement: Announcement) -> list[str]:
    """Return where windows are announced, to whom, and with which words."""
    if not announcement.channel_id:
        return [texts("Nowhere: members see it in `/buy` alone.")]
    lines = [texts("In {channel}", channel=f"<#{announcement.channel_id}>")]
    if announcement.role_id:
        lines[0] += texts(", to {role}", role=f"<@&{announcement.role_id}>")
    if announcement.tells_ending:
        lines.append(texts("Also when it is about to end"))
    if announcement.text:
        lines.append(f">>> {announcement.text}")
    return lines


def step_line(texts: Texts, step: Step) -> str:
    """Return what was done to a promotion last, and by whom."""
    if step.what is What.OVER:
        return "-# " + texts("Over since its last window, {done:until}", done=step.done_at)
    said = texts(_STEPS[step.what], admin=f"<@{step.done_by}>", done=step.done_at)
    return f"-# {said}"
