"""What became of promotions when their clock was set to another zone, in words."""

from bot.services.promotion_zones import WindowMoved, ZoneChanged
from bot.texts import Texts
from cogs.promo_words import escaped, window_line

_MOST_LINES = 10


def moved_lines(texts: Texts, changed: ZoneChanged) -> list[str]:
    """Return the windows that were lost and those that moved, as many as one message takes."""
    lost_first = sorted(changed.moved, key=lambda one: one.after is not None)
    lines = [_line(texts, one) for one in lost_first[:_MOST_LINES]]
    more = len(lost_first) - _MOST_LINES
    if more > 0:
        lines.append(
            texts.plural(
                "-# {count} more has moved. `/promo show` tells when it opens.",
                "-# {count} more have moved. `/promo show` tells when they open.",
                more,
            )
        )
    return lines


def _line(texts: Texts, moved: WindowMoved) -> str:
    name = escaped(moved.name)
    if moved.after is None:
        return texts(
            "⚠️ **{name}** has no window to come any more. "
            "`/promo edit` gives it another time (promotion {number:receipt}).",
            name=name,
            number=moved.promotion_id,
        )
    window = window_line(texts, moved.after.starts_at, moved.after.ends_at)
    return texts("**{name}** opens next: {window}", name=name, window=window)
