"""The routes of SKUs and entitlements."""

from bot.sandbox.cast import OLIVE
from bot.sandbox.checkouts import Checkouts
from bot.sandbox.premium import Entitlement, EntitlementKind, SkuKind
from bot.sandbox.query_rules import read_ids, read_number, read_truth
from bot.sandbox.rejections import (
    NOT_CONSUMABLE,
    UNKNOWN_APPLICATION,
    UNKNOWN_ENTITLEMENT,
    UNKNOWN_GUILD,
    UNKNOWN_SKU,
    UNKNOWN_USER,
    DiscordError,
    FormProblems,
    NotInSandbox,
)
from bot.sandbox.rest import NO_CONTENT, Call, Reply, Route
from bot.sandbox.value_rules import check_snowflake
from bot.sandbox.wire import Json, whole
from bot.sandbox.world import World

MOST_ENTITLEMENTS = 100
GUILD_OWNER, USER_OWNER = 1, 2


class PremiumRoutes:
    """What a bot sells, and who has it."""

    def __init__(self, world: World, checkouts: Checkouts) -> None:
        self._world = world
        self._checkouts = checkouts

    def routes(self) -> list[Route]:
        """List these routes."""
        of_bot = "/applications/{application_id}"
        one = of_bot + "/entitlements/{entitlement_id}"
        return [
            Route("GET", of_bot + "/skus", self.skus),
            Route("GET", of_bot + "/entitlements", self.list),
            Route("POST", of_bot + "/entitlements", self.create),
            Route("GET", one, self.get),
            Route("DELETE", one, self.delete),
            Route("POST", one + "/consume", self.consume),
        ]

    def skus(self, call: Call) -> Reply:
        """List what the bot sells."""
        skus = self._world.premium.skus_of(self._own(call))
        return Reply([sku.to_json() for sku in skus.values()])

    def list(self, call: Call) -> Reply:
        """List entitlements by id, the oldest first; those just before `before`, if that is given.

        Deleted ones only come along with `exclude_deleted=false`.
        """
        found = self._filtered(call)
        limit = read_number(
            call.query, "limit", usual=MOST_ENTITLEMENTS, least=1, most=MOST_ENTITLEMENTS
        )
        shown = found[-limit:] if "before" in call.query else found[:limit]
        return Reply([one.to_json() for one in shown])

    def _filtered(self, call: Call) -> "list[Entitlement]":
        query = call.query
        if "only_active" in query:
            raise NotInSandbox(("only_active",), "only_active, which Discord documents nowhere")
        after = read_number(query, "after", usual=0)
        before = read_number(query, "before", usual=0)
        sku_ids = read_ids(query, "sku_ids")
        # Nothing of the sandbox ends by itself, so there is none that could be left out.
        read_truth(query, "exclude_ended", usual=False)
        hides_deleted = read_truth(query, "exclude_deleted", usual=True)
        wanted = {
            name: str(read_number(query, name, usual=0))
            for name in ("user_id", "guild_id")
            if name in query
        }
        return [
            one
            for one in self._world.premium.of_bot(self._own(call))
            if after < int(one.id)
            and (not before or int(one.id) < before)
            and (not sku_ids or one.sku_id in sku_ids)
            and not (hides_deleted and one.is_deleted)
            and all(getattr(one, name) == value for name, value in wanted.items())
        ]

    def create(self, call: Call) -> Reply:
        """Make a test entitlement, which is there until it is deleted."""
        application_id, form = self._own(call), call.json
        check_test_entitlement(form)
        sku = self._world.premium.skus_of(application_id).get(str(form["sku_id"]))
        if sku is None:
            raise DiscordError(UNKNOWN_SKU)
        user_id, guild_id = self._owner(str(form["owner_id"]), form["owner_type"])
        kind = EntitlementKind.APPLICATION_SUBSCRIPTION
        return Reply(self._checkouts.create(sku, user_id, kind, guild_id).to_json())

    def _owner(self, owner_id: str, owner_type: int) -> tuple[str, str | None]:
        if owner_type == GUILD_OWNER:
            if owner_id != self._world.guild.id:
                raise DiscordError(UNKNOWN_GUILD)
            # Somebody must have paid for the guild: who owns the bot does.
            return OLIVE.id, owner_id
        if owner_id not in self._world.guild.members:
            raise DiscordError(UNKNOWN_USER)
        return owner_id, None

    def get(self, call: Call) -> Reply:
        """Give one entitlement; whether Discord gives deleted ones is not documented."""
        return Reply(self._present(call).to_json())

    def delete(self, call: Call) -> Reply:
        """Delete a test entitlement; what was paid for, only Discord can take back."""
        entitlement = self._present(call)
        if entitlement.kind is not EntitlementKind.APPLICATION_SUBSCRIPTION:
            raise DiscordError(UNKNOWN_ENTITLEMENT)
        self._checkouts.delete(entitlement)
        return Reply(status=NO_CONTENT)

    def consume(self, call: Call) -> Reply:
        """Use up what can be, once."""
        entitlement = self._present(call)
        sku = self._world.premium.skus_of(entitlement.application_id).get(entitlement.sku_id)
        is_durable = sku is not None and sku.kind is SkuKind.DURABLE
        if is_durable or entitlement.is_consumed:
            raise DiscordError(NOT_CONSUMABLE)
        self._checkouts.consume(entitlement)
        return Reply(status=NO_CONTENT)

    def _present(self, call: Call) -> Entitlement:
        found = self._world.premium.find(self._own(call), call.parameters["entitlement_id"])
        if found is None or found.is_deleted:
            raise DiscordError(UNKNOWN_ENTITLEMENT)
        return found

    def _own(self, call: Call) -> str:
        application_id = call.parameters["application_id"]
        if application_id != call.application.id:
            raise DiscordError(UNKNOWN_APPLICATION)
        return application_id


def check_test_entitlement(form: Json) -> None:
    """Refuse a form for a test entitlement that Discord would refuse."""
    problems = FormProblems()
    for name in ("sku_id", "owner_id"):
        if form.get(name) is None:
            problems.required((name,))
        else:
            check_snowflake(problems, form[name], (name,))
    if form.get("owner_type") is None:
        problems.required(("owner_type",))
    elif whole(form["owner_type"]) not in {GUILD_OWNER, USER_OWNER}:
        problems.not_one_of(("owner_type",), (GUILD_OWNER, USER_OWNER))
    problems.raise_if_any()
