"""What bots sell through Discord: their SKUs, and who holds an entitlement to which."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from bot.sandbox.snowflakes import Snowflakes, stable_snowflake
from bot.sandbox.wire import Json

AVAILABLE_FLAG = 1 << 2
USUAL_CURRENCY = "USD"
# What a bot sells until somebody sets other SKUs: coins, and their price in cents.
USUAL_PRICES = (
    (70, 99),
    (350, 499),
    (700, 999),
    (1_400, 1_999),
    (3_500, 4_999),
    (7_000, 9_999),
    (17_500, 24_999),
)


class SkuKind(IntEnum):
    """The types of SKUs that the sandbox has: bought once, or again and again."""

    DURABLE = 2
    CONSUMABLE = 3


class EntitlementKind(IntEnum):
    """How somebody came to an entitlement."""

    PURCHASE = 1
    PREMIUM_SUBSCRIPTION = 2
    DEVELOPER_GIFT = 3
    TEST_MODE_PURCHASE = 4
    FREE_PURCHASE = 5
    USER_GIFT = 6
    PREMIUM_PURCHASE = 7
    APPLICATION_SUBSCRIPTION = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sku:
    """Something that a bot sells; `price_minor` counts the currency's smallest units."""

    id: str
    application_id: str
    name: str
    price_minor: int
    currency: str = USUAL_CURRENCY
    kind: SkuKind = SkuKind.CONSUMABLE

    def to_json(self) -> Json:
        """Write the SKU as Discord does, which tells bots no price."""
        return {
            "id": self.id,
            "type": int(self.kind),
            "dependent_sku_id": None,
            "application_id": self.application_id,
            "manifest_labels": None,
            "access_type": 1,
            "name": self.name,
            "features": [],
            "release_date": None,
            "premium": False,
            "slug": re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-"),
            "flags": AVAILABLE_FLAG,
            "show_age_gate": False,
        }

    def to_page_json(self) -> Json:
        """Write the SKU for scripts, the page and the saved state, with its price."""
        return {
            "id": self.id,
            "name": self.name,
            "price_minor": self.price_minor,
            "currency": self.currency,
            "type": int(self.kind),
        }


@dataclass(slots=True, kw_only=True)
class Entitlement:
    """That a person, or the guild, has something of a bot's."""

    id: str
    sku_id: str
    application_id: str
    user_id: str
    kind: EntitlementKind
    guild_id: str | None = None
    is_consumed: bool = False
    is_deleted: bool = False

    @property
    def is_active(self) -> bool:
        """Whether it is still there to be used."""
        return not (self.is_consumed or self.is_deleted)

    def to_json(self) -> Json:
        """Write the entitlement as Discord does; what is bought once has neither start nor end."""
        place: Json = {"guild_id": self.guild_id} if self.guild_id else {}
        return place | {
            "id": self.id,
            "sku_id": self.sku_id,
            "application_id": self.application_id,
            "user_id": self.user_id,
            "promotion_id": None,
            "type": int(self.kind),
            "deleted": self.is_deleted,
            "gift_code_flags": 0,
            "consumed": self.is_consumed,
            "starts_at": None,
            "ends_at": None,
        }


class PremiumStore:
    """All SKUs and entitlements, by bot."""

    def __init__(self, snowflakes: Snowflakes) -> None:
        self._snowflakes = snowflakes
        self._skus: dict[str, dict[str, Sku]] = {}
        self._entitlements: dict[str, dict[str, Entitlement]] = {}

    def skus_of(self, application_id: str) -> dict[str, Sku]:
        """Give what a bot sells, by id."""
        if application_id not in self._skus:
            self.set_skus(application_id, usual_skus(application_id))
        return self._skus[application_id]

    def set_skus(self, application_id: str, skus: Iterable[Sku]) -> None:
        """Let a bot sell these instead; what was bought before stays."""
        self._skus[application_id] = {sku.id: sku for sku in skus}

    def add(
        self, sku: Sku, user_id: str, kind: EntitlementKind, guild_id: str | None = None
    ) -> Entitlement:
        """Make a new entitlement."""
        entitlement = Entitlement(
            id=self._snowflakes.next(),
            sku_id=sku.id,
            application_id=sku.application_id,
            user_id=user_id,
            kind=kind,
            guild_id=guild_id,
        )
        self.restore(entitlement)
        return entitlement

    def restore(self, entitlement: Entitlement) -> None:
        """Take over an entitlement as it was saved."""
        of_bot = self._entitlements.setdefault(entitlement.application_id, {})
        of_bot[entitlement.id] = entitlement

    def find(self, application_id: str, entitlement_id: str) -> Entitlement | None:
        """Find an entitlement of a bot's, also one that was deleted."""
        return self._entitlements.get(application_id, {}).get(entitlement_id)

    def of_bot(self, application_id: str) -> list[Entitlement]:
        """List the entitlements of a bot's, oldest first."""
        return list(self._entitlements.get(application_id, {}).values())

    def of_person(self, application_id: str, user_id: str) -> list[Entitlement]:
        """List what a person has, or had, of a bot's, oldest first."""
        return [
            one
            for one in self.of_bot(application_id)
            if one.user_id == user_id and one.guild_id is None
        ]

    def active(self, application_id: str, user_id: str, guild_id: str | None) -> list[Json]:
        """Write what comes along with somebody's interaction: what is there to be used."""
        if application_id not in self._entitlements:
            return []
        return [
            one.to_json()
            for one in self.of_bot(application_id)
            if one.is_active
            and (one.user_id == user_id if one.guild_id is None else one.guild_id == guild_id)
        ]

    def everything(self) -> Iterator[Entitlement]:
        """Give all entitlements of all bots."""
        for of_bot in self._entitlements.values():
            yield from of_bot.values()

    def catalogues(self) -> Iterator[tuple[str, list[Sku]]]:
        """Give what each bot sells."""
        for application_id, skus in self._skus.items():
            yield application_id, list(skus.values())


def usual_skus(application_id: str) -> list[Sku]:
    """Give the SKUs that a bot begins with; their ids are the same in every run."""
    return [
        Sku(
            id=sku_id(application_id, f"{coins:,} coins"),
            application_id=application_id,
            name=f"{coins:,} coins",
            price_minor=price_minor,
        )
        for coins, price_minor in USUAL_PRICES
    ]


def sku_id(application_id: str, name: str) -> str:
    """Tell the id of a SKU that was given none."""
    return stable_snowflake("sku", application_id, name)
