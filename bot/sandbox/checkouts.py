"""What happens to entitlements: bought, used up, taken back; and the bot hears of each."""

import json

from bot.sandbox.lookup import ScriptError
from bot.sandbox.premium import Entitlement, EntitlementKind, Sku, SkuKind
from bot.sandbox.wire import Json
from bot.sandbox.world import World


class Checkouts:
    """Changes entitlements and tells the bots, whatever their intents, and the pages."""

    def __init__(self, world: World) -> None:
        self._world = world

    def buy(self, sku: Sku, user_id: str, kind: EntitlementKind) -> Entitlement:
        """Let somebody buy, or be given, what a SKU stands for.

        Raises:
            ScriptError: they have it, and Discord sells it again only once the bot consumed it.
        """
        # In test mode one may buy again without that.
        if kind is not EntitlementKind.TEST_MODE_PURCHASE:
            self._refuse_second(sku, user_id)
        return self.create(sku, user_id, kind)

    def _refuse_second(self, sku: Sku, user_id: str) -> None:
        held = self._world.premium.of_person(sku.application_id, user_id)
        if any(one.sku_id == sku.id and one.is_active for one in held):
            waits = ", and the bot has not consumed it yet"
            more = waits if sku.kind is SkuKind.CONSUMABLE else ""
            sentence = f"You have {sku.name} already{more}."
            raise ScriptError(sentence)

    def create(
        self, sku: Sku, user_id: str, kind: EntitlementKind, guild_id: str | None = None
    ) -> Entitlement:
        """Make an entitlement."""
        entitlement = self._world.premium.add(sku, user_id, kind, guild_id)
        self._tell("ENTITLEMENT_CREATE", entitlement)
        return entitlement

    def consume(self, entitlement: Entitlement) -> None:
        """Use a consumable one up."""
        entitlement.is_consumed = True
        self._tell("ENTITLEMENT_UPDATE", entitlement)

    def delete(self, entitlement: Entitlement) -> None:
        """Take one back, as a refund does."""
        entitlement.is_deleted = True
        self._tell("ENTITLEMENT_DELETE", entitlement)

    def _tell(self, event: str, entitlement: Entitlement) -> None:
        text = json.dumps(entitlement.to_json())
        application = self._world.applications[entitlement.application_id]
        for session in application.sessions:
            if session.serves(entitlement.guild_id):
                session.dispatch(event, text)
        self._world.state_changed()


def described(sku: Sku | None, entitlement: Entitlement) -> Json:
    """Write an entitlement for scripts and the page, with what it is of."""
    return entitlement.to_json() | {"sku_name": sku.name if sku else "something not sold any more"}
