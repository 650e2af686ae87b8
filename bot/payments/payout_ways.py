"""The ways to pay streamers, as services are given them."""

from dataclasses import dataclass, field

from bot.payments.payout_provider import PayoutProvider
from bot.payments.role_giver import RoleGiver


@dataclass(slots=True)
class PayoutWays:
    """Providers by their names, and who gives roles.

    They may be filled in until the first command comes, as some need a client that is made of the
    services.
    """

    providers: dict[str, PayoutProvider] = field(default_factory=dict[str, PayoutProvider])
    roles: RoleGiver | None = None
