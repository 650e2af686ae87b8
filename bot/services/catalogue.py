"""The gifts there are. A new gift is a new row; codes stay for ever, they are in the books."""

from dataclasses import dataclass
from enum import StrEnum

from bot.errors import UnknownGift
from bot.texts import N_


class Tier(StrEnum):
    """How grand a gift is, by its price in coins."""

    BUD = "bud"  # under 100
    BLOOM = "bloom"  # under 1,000
    GARDEN = "garden"  # under 10,000
    WONDER = "wonder"  # 10,000 and more


_TIER_ENDS = ((100, Tier.BUD), (1_000, Tier.BLOOM), (10_000, Tier.GARDEN))


@dataclass(frozen=True, slots=True)
class Gift:
    """One item of the catalogue: a code for the books, a name for people, a price in coins."""

    code: str
    name: str
    emoji: str
    coins: int

    @property
    def tier(self) -> Tier:
        """Return how grand this gift is."""
        return next((tier for end, tier in _TIER_ENDS if self.coins < end), Tier.WONDER)


GIFTS = (
    Gift("petal", N_("Petal"), "🌸", 1),
    Gift("clover", N_("Lucky Clover"), "🍀", 2),
    Gift("daisy", N_("Daisy"), "🌼", 5),
    Gift("ladybird", N_("Ladybird"), "🐞", 10),
    Gift("tulip", N_("Tulip"), "🌷", 15),
    Gift("bumblebee", N_("Bumblebee"), "🐝", 20),
    Gift("cherries", N_("Cherry Pair"), "🍒", 30),
    Gift("sunflower", N_("Sunflower"), "🌻", 49),
    Gift("lemonade", N_("Lemonade"), "🍋", 75),
    Gift("honeypot", N_("Honey Pot"), "🍯", 99),
    Gift("butterfly", N_("Butterfly"), "🦋", 149),
    Gift("wind_chime", N_("Wind Chime"), "🎐", 199),
    Gift("posy", N_("Posy"), "💐", 299),
    Gift("songbird", N_("Songbird"), "🐦", 399),
    Gift("picnic", N_("Picnic Basket"), "🧺", 499),
    Gift("lantern", N_("Garden Lantern"), "🏮", 699),
    Gift("fountain", N_("Fountain"), "⛲", 899),
    Gift("fox", N_("Curious Fox"), "🦊", 1_200),
    Gift("swan", N_("White Swan"), "🦢", 1_999),
    Gift("rainbow", N_("Rainbow"), "🌈", 2_999),
    Gift("peacock", N_("Peacock"), "🦚", 4_888),
    Gift("cottage", N_("Rose Cottage"), "🏡", 6_999),
    Gift("comet", N_("Evening Comet"), "🌠", 9_999),
    Gift("maze", N_("Hedge Maze"), "🌳", 14_999),
    Gift("castle", N_("Garden Castle"), "🏰", 24_999),
    Gift("midsummer", N_("Midsummer Night"), "🎆", 34_999),
    Gift("eden", N_("Hanging Gardens"), "🏞️", 44_999),
)

_BY_CODE = {gift.code: gift for gift in GIFTS}
_BY_NAME = {gift.name.casefold(): gift for gift in GIFTS}


def find_gift(name: str) -> Gift:
    """Return the gift of that code or name, in any case.

    Raises:
        UnknownGift: there is none.
    """
    wanted = name.strip().casefold()
    gift = _BY_CODE.get(wanted) or _BY_NAME.get(wanted)
    if gift is None:
        raise UnknownGift(name[:40])
    return gift


def gifts_like(typed: str) -> list[Gift]:
    """Return the gifts whose name contains what was typed, cheapest first."""
    wanted = typed.strip().casefold()
    return [gift for gift in GIFTS if wanted in gift.name.casefold()]
