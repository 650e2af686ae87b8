"""A thin double of Stripe, for what no peer on this machine has: checkouts, disputes and more.

It speaks the same HTTP on 127.0.0.1: forms in, JSON out, idempotency keys, lists with paging; and
it fails on request. What it answers and is sent is held against the types in Stripe's wheel.
"""

import asyncio
import contextlib
import copy
import re
from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

import stripe
from aiohttp import web
from aiohttp.test_utils import RawTestServer

from tests.payments import stripe_shapes as shapes
from tests.payments.stripe_shapes import Thing
from tests.payments.stripe_wheel import problems_of_answer, problems_of_parameters, resource_of
from tests.payments.stripe_world import Refused, StripeWorld

KEY = "sk_test_51double"


class Fault(StrEnum):
    """What can go wrong with one request."""

    DOWN = "the connection is closed before anything is done"
    DROPPED = "the work is done, and then the connection is closed"
    CUT = "the work is done, and the answer ends in its middle"
    BROKEN = "500"
    BROKEN_AFTERWARDS = "the work is done, and then 500"
    BUSY = "429"
    KEY_REVOKED = "401"
    GARBAGE = "200 and a page of HTML"
    STUCK = "no answer"


@dataclass
class Request:
    """What the double was asked."""

    method: str
    path: str
    parameters: dict[str, Any]
    key: str | None


@dataclass
class StripeDouble:
    """Stripe's API over one account."""

    world: StripeWorld
    base: str = ""
    requests: list[Request] = field(default_factory=list[Request])
    faults: deque[Fault | None] = field(default_factory=deque[Fault | None])
    lasting_fault: Fault | None = None
    refusal: Refused | None = None
    # What goes wrong with all requests of one method and path.
    route_faults: dict[tuple[str, str], Fault] = field(default_factory=dict[tuple[str, str], Fault])
    route_refusals: dict[tuple[str, str], Refused] = field(
        default_factory=dict[tuple[str, str], Refused]
    )
    _answers: dict[str, tuple[Request, Thing]] = field(
        default_factory=dict[str, tuple[Request, Thing]]
    )

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, or fail it as asked."""
        lasting = self.route_faults.get((request.method, request.path), self.lasting_fault)
        fault = self.faults.popleft() if self.faults else lasting
        if fault in _INSTEAD:
            return await self._fail(request, _INSTEAD[fault])
        asked = await _read(request)
        self.requests.append(asked)
        try:
            body, status = self._once(asked, request.headers.get("Authorization", "")), 200
        except Refused as refused:
            body, status = refused.body, refused.status
        if fault is not None:
            return await self._fail(request, _AFTERWARDS[fault])
        return web.json_response(body, status=status, headers={"Request-Id": "req_double"})

    async def _fail(
        self, request: web.BaseRequest, how: Refused | str | None
    ) -> web.StreamResponse:
        if how is None:
            assert request.transport is not None
            request.transport.abort()
            await asyncio.sleep(0)
            return web.Response()
        if how == "cut":
            response = web.StreamResponse(headers={"Content-Length": "1000"})
            await response.prepare(request)
            await response.write(b'{"id": ')
            assert request.transport is not None
            request.transport.abort()
            return response
        if how == "stuck":
            await asyncio.Event().wait()
        if how == "garbage":
            return web.Response(text="<html>Welcome to the hotel's network</html>")
        assert isinstance(how, Refused)
        return web.json_response(how.body, status=how.status)

    def _once(self, asked: Request, authorization: str) -> Thing:
        refusal = self.route_refusals.get((asked.method, asked.path), self.refusal)
        if refusal is not None:
            raise refusal
        if authorization != f"Bearer {KEY}":
            raise Refused(401, f"Invalid API Key provided: {authorization}")
        if asked.key is None:
            return self._do(asked)
        if asked.key in self._answers:
            first, body = self._answers[asked.key]
            if first != asked:
                message = "Keys for idempotent requests can only be used with the same parameters"
                raise Refused(400, message, type="idempotency_error")
            return body
        body = copy.deepcopy(self._do(asked))
        self._answers[asked.key] = (asked, body)
        return body

    def forget_keys(self) -> None:
        """Forget which keys were used, as Stripe does after a day."""
        self._answers.clear()

    def _do(self, asked: Request) -> Thing:
        for (method, pattern), (name, kind) in _ROUTES.items():
            found = re.fullmatch(pattern, asked.path)
            if found is not None and method == asked.method:
                wrong = list(problems_of_parameters(asked.parameters, kind))
                self.world.problems += wrong
                if wrong:
                    raise Refused(400, wrong[0])
                body: Thing = getattr(self, name)(asked.parameters, *found.groups())
                answers = body["data"] if body["object"] == "list" else [body]
                for each in answers:
                    self.world.problems += problems_of_answer(each, resource_of(each["object"]))
                return body
        message = f"Unrecognized request URL ({asked.method}: {asked.path})."
        self.world.problems.append(message)
        raise Refused(404, message)

    def _open_checkout(self, asked: Thing) -> Thing:
        now = self.world.clock()
        if not now + 30 * 60 <= int(asked["expires_at"]) <= now + 24 * 60 * 60:
            message = "The `expires_at` timestamp must be at least 30 minutes from now."
            raise Refused(400, message, param="expires_at")
        made = shapes.checkout(
            self.world.next_id("cs"), asked, now=now, page=self.base, is_live=self.world.is_live
        )
        if made["currency"] not in {"eur", "usd", "jpy", "kwd", "isk", "ugx", "mga"}:
            raise Refused(400, f"Invalid currency: {made['currency']}.", param="currency")
        self.world.things[made["id"]] = made
        self.world.intent_metadata[made["id"]] = asked["payment_intent_data"]["metadata"]
        return made

    def _checkout(self, asked: Thing, session_id: str) -> Thing:
        return self._expanded(self._one("checkout.session", session_id), asked)

    def _intent_route(self, asked: Thing, intent_id: str) -> Thing:
        return self._expanded(self._one("payment_intent", intent_id), asked)

    def _refund_route(self, asked: Thing) -> Thing:
        payment = self._one("payment_intent", asked["payment_intent"])
        if payment["status"] != "succeeded":
            message = f"This PaymentIntent ({payment['id']}) does not have a successful charge."
            raise Refused(400, message)
        charge = self.world.things[payment["latest_charge"]]
        if charge["refunded"]:
            message = f"Charge {charge['id']} has already been refunded."
            raise Refused(400, message, code="charge_already_refunded")
        return self.world.give_back(
            payment["id"],
            int(asked["amount"]),
            reason=asked["reason"],
            metadata=asked["metadata"],
        )

    def _checkouts(self, asked: Thing) -> Thing:
        return self._listed("checkout.session", asked, payment_intent=asked["payment_intent"])

    def _refunds(self, asked: Thing) -> Thing:
        self._one("payment_intent", asked["payment_intent"])
        return self._listed("refund", asked, payment_intent=asked["payment_intent"])

    def _disputes(self, asked: Thing) -> Thing:
        return self._listed("dispute", asked, payment_intent=asked["payment_intent"])

    def _events(self, asked: Thing) -> Thing:
        bounds = {name: int(value) for name, value in asked.get("created", {}).items()}
        types = asked["types"]
        assert len(types) <= 20
        return self._listed("event", asked, types=types, since=bounds.get("gte", 0))

    def _open_account(self, asked: Thing) -> Thing:
        assert asked["capabilities"] == {"transfers": {"requested": "true"}}
        made = shapes.account(self.world.next_id("acct"), asked, now=self.world.clock())
        self.world.things[made["id"]] = made
        return made

    def _own_account(self, asked: Thing) -> Thing:
        del asked
        return shapes.own_account(self.world.account_id, now=self.world.clock())

    def _account(self, asked: Thing, account_id: str) -> Thing:
        del asked
        if account_id not in self.world.things:
            message = (
                f"The provided key does not have access to account '{account_id}' (or that account"
                " does not exist). Application access may have been revoked."
            )
            raise Refused(403, message, code="account_invalid")
        return self._one("account", account_id)

    def _account_link(self, asked: Thing) -> Thing:
        self._account({}, asked["account"])
        # Each is a new page.
        url = f"{self.base}/setup/e/{asked['account']}/{self.world.next_id('link')}"
        return shapes.account_link(url, now=self.world.clock())

    def _transfer(self, asked: Thing) -> Thing:
        account = self.world.things.get(asked["destination"])
        if account is None:
            message = f"No such destination: '{asked['destination']}'"
            raise Refused(400, message, code="resource_missing", param="destination")
        if account["capabilities"]["transfers"] != "active":
            message = (
                "Your destination account needs to have at least one of the following capabilities"
                f" enabled: transfers ({account['id']})"
            )
            raise Refused(400, message, code="insufficient_capabilities_for_transfer")
        now, is_live = self.world.clock(), self.world.is_live
        made = shapes.transfer(self.world.next_id("tr"), asked, now=now, is_live=is_live)
        self.world.things[made["id"]] = made
        return made

    def _transfers(self, asked: Thing) -> Thing:
        return self._listed("transfer", asked, transfer_group=asked["transfer_group"])

    def _transfer_named(self, asked: Thing, transfer_id: str) -> Thing:
        del asked
        return self._one("transfer", transfer_id)

    def _listed(
        self,
        kind: str,
        asked: Thing,
        *,
        types: list[str] | None = None,
        since: int = 0,
        **having: str,
    ) -> Thing:
        """Return a page as Stripe cuts it: newest first, next to the thing that is counted from."""
        everything = self.world.all_of(kind, **having)
        for place in ("starting_after", "ending_before"):
            if place in asked and asked[place] not in {each["id"] for each in everything}:
                message = f"No such {kind}: '{asked[place]}'"
                raise Refused(400, message, code="resource_missing", param=place)
        ids = [each["id"] for each in everything]
        before = ids.index(asked["starting_after"]) if "starting_after" in asked else len(ids)
        after = ids.index(asked["ending_before"]) + 1 if "ending_before" in asked else 0
        found = [
            each
            for each in everything[after:before]
            if each["created"] >= since and (types is None or each["type"] in types)
        ]
        limit = int(asked.get("limit", 10))
        page = found[:limit] if "ending_before" in asked else found[-limit:]
        return {
            "object": "list",
            "data": page[::-1],
            "has_more": len(found) > limit,
            "url": f"/v1/{kind.replace('.', '/')}s",
        }

    def _one(self, kind: str, thing_id: str) -> Thing:
        thing = self.world.things.get(thing_id)
        if thing is None or thing["object"] != kind:
            message = f"No such {kind}: '{thing_id}'"
            raise Refused(404, message, code="resource_missing", param="id")
        return thing

    def _expanded(self, thing: Thing, asked: Thing) -> Thing:
        made = copy.deepcopy(thing)
        for path in asked.get("expand", []):
            place = made
            for name in path.split("."):
                if place[name] is None:
                    break
                place[name] = copy.deepcopy(self.world.things[place[name]])
                place = place[name]
        return made


_ROUTES: dict[tuple[str, str], tuple[str, type]] = {
    ("POST", "/v1/checkout/sessions"): (
        "_open_checkout",
        stripe.params.checkout.SessionCreateParams,
    ),
    ("GET", "/v1/checkout/sessions"): ("_checkouts", stripe.params.checkout.SessionListParams),
    ("GET", r"/v1/checkout/sessions/(\w+)"): (
        "_checkout",
        stripe.params.checkout.SessionRetrieveParams,
    ),
    ("GET", r"/v1/payment_intents/(\w+)"): (
        "_intent_route",
        stripe.params.PaymentIntentRetrieveParams,
    ),
    ("POST", "/v1/refunds"): ("_refund_route", stripe.params.RefundCreateParams),
    ("GET", "/v1/refunds"): ("_refunds", stripe.params.RefundListParams),
    ("GET", "/v1/disputes"): ("_disputes", stripe.params.DisputeListParams),
    ("GET", "/v1/events"): ("_events", stripe.params.EventListParams),
    ("POST", "/v1/accounts"): ("_open_account", stripe.params.AccountCreateParams),
    ("GET", "/v1/account"): ("_own_account", stripe.params.AccountRetrieveCurrentParams),
    ("GET", r"/v1/accounts/(\w+)"): ("_account", stripe.params.AccountRetrieveParams),
    ("POST", "/v1/account_links"): ("_account_link", stripe.params.AccountLinkCreateParams),
    ("POST", "/v1/transfers"): ("_transfer", stripe.params.TransferCreateParams),
    ("GET", "/v1/transfers"): ("_transfers", stripe.params.TransferListParams),
    ("GET", r"/v1/transfers/(\w+)"): ("_transfer_named", stripe.params.TransferRetrieveParams),
}
_BROKEN = Refused(500, "Something went wrong on Stripe's end.")
_INSTEAD: dict[Fault | None, Refused | str | None] = {
    Fault.DOWN: None,
    Fault.BROKEN: _BROKEN,
    Fault.BUSY: Refused(429, "Too many requests.", code="rate_limit"),
    Fault.KEY_REVOKED: Refused(401, f"Expired API Key provided: {KEY}"),
    Fault.GARBAGE: "garbage",
    Fault.STUCK: "stuck",
}
_AFTERWARDS: dict[Fault, Refused | str | None] = {
    Fault.DROPPED: None,
    Fault.CUT: "cut",
    Fault.BROKEN_AFTERWARDS: _BROKEN,
}


async def _read(request: web.BaseRequest) -> Request:
    form = request.query if request.method == "GET" else await request.post()
    tree: dict[str, Any] = {}
    for name, value in form.items():
        steps = re.findall(r"[^\[\]]+", name)
        place = tree
        for step in steps[:-1]:
            place = place.setdefault(step, {})
        place[steps[-1]] = value
    return Request(
        request.method, request.path, _with_lists(tree), request.headers.get("Idempotency-Key")
    )


def _with_lists(tree: Any) -> Any:
    """Return a form's tree with lists where the keys are 0, 1, 2."""
    if not isinstance(tree, dict):
        return tree
    grown = cast("dict[str, Any]", tree)
    branches: dict[str, Any] = {name: _with_lists(each) for name, each in grown.items()}
    if branches and list(branches) == [str(number) for number in range(len(branches))]:
        return list(branches.values())
    return branches


@contextlib.asynccontextmanager
async def running_double(
    clock: Callable[[], int], *, is_live: bool = False
) -> AsyncGenerator[StripeDouble]:
    """Start a double, and let the test fail when something it said or heard was not Stripe's."""
    double = StripeDouble(StripeWorld(clock, is_live=is_live))
    server = RawTestServer(double.answer, host="127.0.0.1")
    await server.start_server()
    double.base = str(server.make_url("")).rstrip("/")
    try:
        yield double
    finally:
        await server.close()
    assert double.world.problems == [], "\n".join(double.world.problems)
