"""The calls by which people buy and get their money back, and by which a bot is given SKUs."""

import re
from typing import Any

from aiohttp import web

from bot.sandbox.checkouts import Checkouts, described
from bot.sandbox.json_api import answer, checked, read_object, told
from bot.sandbox.lookup import NotThere, ScriptError, find_application, find_person
from bot.sandbox.lookup import only_application as the_only_one
from bot.sandbox.premium import USUAL_CURRENCY, EntitlementKind, Sku, SkuKind, sku_id
from bot.sandbox.wire import Json, as_object, whole
from bot.sandbox.world import World

MOST_SKUS = 50
LONGEST_NAME = 80
MOST_PRICE_MINOR = 10**9
MOST_ID_DIGITS = 20
SUBSCRIPTIONS = {EntitlementKind.PREMIUM_SUBSCRIPTION, EntitlementKind.APPLICATION_SUBSCRIPTION}
# Nobody checks out with a subscription here.
BUYABLE = tuple(int(kind) for kind in EntitlementKind if kind not in SUBSCRIPTIONS)


class PremiumApi:
    """Parses the calls and passes them on."""

    def __init__(self, world: World, checkouts: Checkouts) -> None:
        self._world = world
        self._checkouts = checkouts

    def routes(self) -> list[web.RouteDef]:
        """List the calls."""
        return [
            web.post("/sandbox/skus", told(self.set_skus)),
            web.post("/sandbox/purchase", told(self.purchase)),
            web.post("/sandbox/refund", told(self.refund)),
            web.get("/sandbox/purchases", told(self.purchases)),
        ]

    async def set_skus(self, request: web.Request) -> web.Response:
        """Let a bot sell something else."""
        fields = checked(await read_object(request), "skus")
        application_id = self._application_id(fields.get("application"))
        skus = read_skus(application_id, fields["skus"])
        self._world.premium.set_skus(application_id, skus)
        self._world.state_changed()
        return answer([sku.to_page_json() for sku in skus])

    async def purchase(self, request: web.Request) -> web.Response:
        """Let somebody buy."""
        fields = checked(await read_object(request), "purchase")
        member = find_person(self._world, fields["as_"])
        kind = fields.get("type", int(EntitlementKind.PURCHASE))
        if kind not in BUYABLE:
            sentence = f'"type" must be one of {BUYABLE}.'
            raise ScriptError(sentence)
        sku = self._sku(fields["sku"], fields.get("application"))
        return answer(described(sku, self._checkouts.buy(sku, member.id, EntitlementKind(kind))))

    async def refund(self, request: web.Request) -> web.Response:
        """Let Discord give somebody's money back, which takes the entitlement away."""
        fields = checked(await read_object(request), "refund")
        member, wanted = find_person(self._world, fields["as_"]), fields["entitlement"]
        for entitlement in self._world.premium.everything():
            if entitlement.id == wanted and entitlement.user_id == member.id:
                if entitlement.is_deleted:
                    raise ScriptError("This purchase was refunded already.")
                self._checkouts.delete(entitlement)
                skus = self._world.premium.skus_of(entitlement.application_id)
                return answer(described(skus.get(entitlement.sku_id), entitlement))
        sentence = f"{member.user['global_name']} has no entitlement {wanted!r}."
        raise NotThere(sentence)

    async def purchases(self, request: web.Request) -> web.Response:
        """List what somebody bought of a bot, also what was refunded, oldest first."""
        member = find_person(self._world, request.query.get("as"))
        application_id = self._application_id(request.query.get("application"))
        skus = self._world.premium.skus_of(application_id)
        bought = self._world.premium.of_person(application_id, member.id)
        return answer([described(skus.get(one.sku_id), one) for one in bought])

    def _application_id(self, name: str | None) -> str:
        found = find_application(self._world, name) if name else the_only_one(self._world)
        return found.id

    def _sku(self, name: str, application: str | None) -> Sku:
        """Find what is sold by its id, which is any bot's, or by its name."""
        for other_id in self._world.applications:
            if sku := self._world.premium.skus_of(other_id).get(name):
                return sku
        application_id = self._application_id(application)
        for sku in self._world.premium.skus_of(application_id).values():
            if sku.name.casefold() == name.casefold():
                return sku
        sentence = f"Nobody sells {name!r}."
        raise NotThere(sentence)


def read_skus(application_id: str, listed: list[Any]) -> list[Sku]:
    """Read what a bot shall sell."""
    if len(listed) > MOST_SKUS:
        sentence = f"A bot has {MOST_SKUS} SKUs at most."
        raise ScriptError(sentence)
    skus = [_read_sku(application_id, as_object(one)) for one in listed]
    if len({sku.id for sku in skus}) < len(skus):
        raise ScriptError("Two SKUs have the same id, or the same name and no id.")
    return skus


def _read_sku(application_id: str, given: Json) -> Sku:
    name, price_minor = given.get("name"), whole(given.get("price_minor"))
    currency, kind = given.get("currency", USUAL_CURRENCY), given.get("type", SkuKind.CONSUMABLE)
    if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_NAME:
        sentence = f'A SKU\'s "name" has 1 to {LONGEST_NAME} characters.'
        raise ScriptError(sentence)
    if price_minor is None or not 0 < price_minor <= MOST_PRICE_MINOR:
        sentence = f'"price_minor" must be a whole number from 1 to {MOST_PRICE_MINOR:,}.'
        raise ScriptError(sentence)
    if not isinstance(currency, str) or not re.fullmatch("[A-Z]{3}", currency):
        raise ScriptError('"currency" must be three capital letters, such as USD.')
    if whole(kind) not in set(SkuKind):
        raise ScriptError('"type" must be 2 (durable) or 3 (consumable); there is nothing else.')
    return Sku(
        id=_read_id(given.get("id")) or sku_id(application_id, name),
        application_id=application_id,
        name=name,
        price_minor=price_minor,
        currency=currency,
        kind=SkuKind(kind),
    )


def _read_id(given: object) -> str:
    if given is None:
        return ""
    if isinstance(given, str) and re.fullmatch(f"[0-9]{{1,{MOST_ID_DIGITS}}}", given):
        return given
    raise ScriptError('A SKU\'s "id" is a text of digits.')
