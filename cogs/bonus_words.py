"""How a pack's bonus is told: what it brings now, until when, and how much of it is left."""

from bot.services.bonuses import Bonus
from bot.services.orders import LessBonus
from bot.texts import Texts


def bonus_text(texts: Texts, bonus: Bonus | None) -> str:
    """Return what stands behind a pack's coins."""
    if bonus is None:
        return ""
    if bonus.is_partial:
        return texts(
            " + {bonus} bonus (all that is left of {full})",
            bonus=bonus.coins,
            full=bonus.full_coins,
        )
    return texts(" + {bonus} bonus", bonus=bonus.coins)


def window_text(texts: Texts, bonus: Bonus) -> str:
    """Return until when a bonus lasts, and what is left of it for this member."""
    lines = [
        texts("Until {end}, {relative:until}", end=f"<t:{bonus.ends_at}:f>", relative=bonus.ends_at)
    ]
    if bonus.left_coins is not None:
        lines.append(texts("Left for you: {coins:coins}", coins=bonus.left_coins))
    if bonus.left_uses is not None:
        lines.append(
            texts.plural(
                "Left for you: {count} purchase", "Left for you: {count} purchases", bonus.left_uses
            )
        )
    return "\n".join(lines)


def less_text(texts: Texts, less: LessBonus) -> str:
    """Return that a pack brings less than its buyer could expect."""
    bonus = less.pack.bonus_coins
    if bonus == 0:
        return texts("This pack brings no bonus any more.")
    return texts(
        "This pack brings only **{bonus:coins}** as bonus now, not {expected:amount}.",
        bonus=bonus,
        expected=less.expected_coins,
    )
