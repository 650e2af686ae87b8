"""A promotion as an admin plans it, before it is saved: name, terms, times, announcement."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from bot.calendar_errors import WindowsOverlap
from bot.promotion_errors import (
    AnnouncementTooLong,
    BonusOutOfBounds,
    LeastAboveAllPacks,
    NameMissing,
    NameTooLong,
    NeverPays,
    PackNotHere,
    PacksMissing,
    PictureTextTooLong,
)
from bot.services.promotion_terms import (
    MOST_ANNOUNCEMENT_CHARACTERS,
    MOST_BONUS_COINS,
    MOST_NAME_CHARACTERS,
    MOST_PERCENT,
    MOST_PICTURE_CHARACTERS,
    Terms,
    full_bonus,
)
from bot.services.recurrence import Recurrence, overlaps_itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Where a window is announced, to whom, and with which words; zeros mean nowhere, nobody.

    `picture_text` is what is written on its picture; without it there is none.
    """

    channel_id: int = 0
    role_id: int = 0
    tells_ending: bool = False
    text: str = ""
    picture_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that an admin decides about a promotion."""

    name: str
    terms: Terms
    recurrence: Recurrence
    announcement: Announcement = field(default_factory=Announcement)

    def to_json(self) -> str:
        """Write it for the table of drafts."""
        plan: dict[str, Any] = {
            "name": self.name,
            "terms": asdict(self.terms),
            "recurrence": self.recurrence.to_json(),
            "announcement": asdict(self.announcement),
        }
        return json.dumps(plan)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote."""
        plan = json.loads(text)
        terms = plan["terms"]
        return cls(
            name=plan["name"],
            terms=Terms(**terms | {"packs": tuple(terms["packs"])}),
            recurrence=Recurrence.from_json(plan["recurrence"]),
            announcement=Announcement(**plan["announcement"]),
        )


def check_plan(plan: Plan, packs: tuple[int, ...]) -> None:
    """Refuse a plan that breaks a rule; `packs` are the coins of the guild's packs.

    Raises:
        PacksMissing: the guild has none, so there is nothing that a plan could be for.
        NameMissing, NameTooLong, BonusOutOfBounds, PackNotHere, LeastAboveAllPacks, NeverPays,
        WindowsOverlap, AnnouncementTooLong, PictureTextTooLong: that part is wrong.
    """
    if not packs:
        raise PacksMissing
    if not plan.name.strip():
        raise NameMissing
    if len(plan.name) > MOST_NAME_CHARACTERS:
        raise NameTooLong(MOST_NAME_CHARACTERS)
    terms = plan.terms
    is_percent = 1 <= terms.bonus_percent <= MOST_PERCENT and terms.bonus_coins == 0
    is_fixed = 1 <= terms.bonus_coins <= MOST_BONUS_COINS and terms.bonus_percent == 0
    if not is_percent and not is_fixed:
        raise BonusOutOfBounds(MOST_PERCENT, MOST_BONUS_COINS)
    _check_packs(terms, packs)
    if overlaps_itself(plan.recurrence):
        raise WindowsOverlap
    if len(plan.announcement.text) > MOST_ANNOUNCEMENT_CHARACTERS:
        raise AnnouncementTooLong(MOST_ANNOUNCEMENT_CHARACTERS)
    if len(plan.announcement.picture_text) > MOST_PICTURE_CHARACTERS:
        raise PictureTextTooLong(MOST_PICTURE_CHARACTERS)


def _check_packs(terms: Terms, packs: tuple[int, ...]) -> None:
    for coins in terms.packs:
        if coins not in packs:
            raise PackNotHere(coins)
    if terms.least_coins > max(packs):
        raise LeastAboveAllPacks(terms.least_coins, max(packs))
    if not any(full_bonus(terms, coins) for coins in packs):
        raise NeverPays
