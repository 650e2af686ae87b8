"""What a promotion promises: which packs bring how many bonus coins, to whom, up to what."""

from dataclasses import dataclass

# What Discord shows of a name in an embed's title and in a list.
MOST_NAME_CHARACTERS = 60
MOST_ANNOUNCEMENT_CHARACTERS = 500
# What a banner has room for.
MOST_PICTURE_CHARACTERS = 80
MOST_PERCENT = 1_000
MOST_BONUS_COINS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The bonus and its limits; exactly one of percent and coins is above 0, other zeros mean none.

    `packs` are the packs it is for, by their coins, and empty for all; caps are for one member in
    one window; the budget is for all windows together (bonus coins).
    """

    bonus_percent: int = 0
    bonus_coins: int = 0
    packs: tuple[int, ...] = ()
    least_coins: int = 0
    first_purchase: bool = False
    member_coins: int = 0
    member_uses: int = 0
    budget_coins: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """What a member had of a window so far (bonus coins, uses), and whether they ever bought."""

    coins: int = 0
    uses: int = 0
    has_bought: bool = False


def full_bonus(terms: Terms, pack_coins: int) -> int:
    """Return the bonus coins that a pack brings by itself; percents are rounded down."""
    if pack_coins < terms.least_coins or (terms.packs and pack_coins not in terms.packs):
        return 0
    return terms.bonus_coins or pack_coins * terms.bonus_percent // 100


def bonus_of(terms: Terms, pack_coins: int, usage: Usage, budget_left: int) -> int:
    """Return the bonus coins a pack brings this member; `budget_left` counts if there is one."""
    if terms.first_purchase and usage.has_bought:
        return 0
    if terms.member_uses and usage.uses >= terms.member_uses:
        return 0
    bonus = full_bonus(terms, pack_coins)
    if terms.member_coins:
        bonus = min(bonus, max(terms.member_coins - usage.coins, 0))
    return min(bonus, budget_left) if terms.budget_coins else bonus
