"""What Discord sold in the app's name, as the provider `discord` needs to know it.

Providers know no Discord library, so whoever has one stands behind this protocol:
`cogs/entitlements.py`.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

# As many as Discord lists at once.
PAGE = 100


class EntitlementKind(IntEnum):
    """How a person came to an entitlement (docs: Entitlement Types); all others are no sales."""

    PURCHASE = 1
    TEST_MODE_PURCHASE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """That a person has bought something of the app's; `kind` is Discord's number of how.

    What is deleted was refunded; what is consumed can be bought again.
    """

    entitlement_id: int
    sku_id: int
    user_id: int
    kind: int
    is_consumed: bool = False
    is_deleted: bool = False

    @property
    def is_sale(self) -> bool:
        """Return whether somebody bought it, for money or in test mode."""
        return self.kind in set(EntitlementKind)

    @property
    def is_test(self) -> bool:
        """Return whether a developer bought it in test mode, for nothing."""
        return self.kind == EntitlementKind.TEST_MODE_PURCHASE


class Entitlements(Protocol):
    """The entitlements of the app, deleted ones as well.

    Raises:
        ProviderSilent: Discord cannot be asked right now.
    """

    async def list(
        self,
        *,
        after: int = 0,
        user_id: int | None = None,
        sku_ids: tuple[int, ...] = (),
        limit: int = PAGE,
    ) -> tuple[Entitlement, ...]:
        """Return the entitlements with greater ids than `after`, oldest first."""
        ...

    async def consume(self, entitlement_id: int) -> None:
        """Use an entitlement up; one that was used up, or is gone, stays as it is."""
        ...
