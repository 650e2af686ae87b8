"""What bots sell: SKUs, premium buttons, checkouts, and entitlements on every way to the bot."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest

from bot.sandbox.applications import application_id_of
from bot.sandbox.server import Sandbox
from tests.sandbox.conftest import running_bot
from tests.sandbox.forms import STAGE, button, first_error, link, row, select
from tests.sandbox.script import OTHER_BOT, Json, MovableClock, Script
from tests.sandbox.shop_bot import Shop

pytestmark = pytest.mark.proof("sandbox")

MIA = "1200000000000000101"
GUILD = "1200000000000000001"
OWN = f"/applications/{application_id_of(OTHER_BOT)}"
PURCHASE, GIFT, TEST_MODE = 1, 3, 4
NEVER = "1"
THIRD_BOT = "third.token"
SAVED_KITE = {"id": "5", "name": "x", "currency": "USD", "price_minor": 5, "type": 3}


@pytest.fixture
async def shop(sandbox: Sandbox) -> AsyncIterator[Shop]:
    """Give a connected bot that sells."""
    selling = Shop()
    async with running_bot(sandbox, selling):
        yield selling
    assert sandbox.world.unknown_requests == []


@pytest.fixture
async def skus(script: Script) -> list[Json]:
    """Give what the other bot sells."""
    status, listed = await script.rest("GET", f"{OWN}/skus")
    assert status == 200
    return listed


async def buy(script: Script, sku: str, who: str = "Mia", **fields: Any) -> Json:
    status, bought = await script.post("purchase", {"as": who, "sku": sku} | fields)
    assert status == 200, bought
    return bought


async def listed(script: Script, query: str = "") -> list[str]:
    status, found = await script.rest("GET", f"{OWN}/entitlements?{query}")
    assert status == 200, found
    return [one["id"] for one in found]


async def test_a_bot_sells_seven_packs_until_it_is_given_others(
    script: Script, skus: list[Json]
) -> None:
    assert [sku["name"] for sku in skus][:2] == ["70 coins", "350 coins"]
    assert len(skus) == 7
    assert {(sku["type"], sku["flags"], sku["slug"]) for sku in skus} >= {(3, 4, "17-500-coins")}
    assert "price_minor" not in skus[0], "Discord tells bots no price"
    wanted = [
        {"name": "Kite", "price_minor": 500, "currency": "JPY", "type": 2},
        {"name": "Ball", "price_minor": 99, "id": "77"},
    ]
    status, given = await script.post("skus", {"skus": wanted})
    assert (status, given[1]["id"], given[1]["currency"]) == (200, "77", "USD")
    state = await script.get("state")
    assert state["applications"][0]["skus"] == given
    _, now = await script.rest("GET", f"{OWN}/skus")
    assert [(sku["name"], sku["type"]) for sku in now] == [("Kite", 2), ("Ball", 3)]


@pytest.mark.parametrize(
    ("sku", "words"),
    [
        ({"price_minor": 5}, '"name"'),
        ({"name": "x" * 81, "price_minor": 5}, '"name"'),
        ({"name": "x"}, '"price_minor"'),
        ({"name": "x", "price_minor": 0}, '"price_minor"'),
        ({"name": "x", "price_minor": True}, '"price_minor"'),
        ({"name": "x", "price_minor": 5, "currency": "usd"}, '"currency"'),
        ({"name": "x", "price_minor": 5, "type": 5}, '"type"'),
        ({"name": "x", "price_minor": 5, "id": "x"}, '"id"'),
        ("x", '"name"'),
    ],
)
@pytest.mark.usefixtures("skus")
async def test_a_sku_that_makes_no_sense_is_not_taken(
    script: Script, sku: object, words: str
) -> None:
    status, refused = await script.post("skus", {"skus": [sku]})
    assert status == 400
    assert words in refused["error"]


@pytest.mark.usefixtures("skus")
async def test_two_skus_of_one_id_are_not_taken(script: Script) -> None:
    twice = [{"name": "x", "price_minor": 5}] * 2
    assert (await script.post("skus", {"skus": twice}))[0] == 400
    many = [{"name": str(number), "price_minor": 5} for number in range(51)]
    assert (await script.post("skus", {"skus": many}))[0] == 400


async def test_a_purchase_reaches_an_unmodified_bot_on_every_way(
    script: Script, shop: Shop
) -> None:
    bought = await buy(script, "70 coins")
    event, entitlement = await shop.hears()
    assert (event, entitlement.id) == ("create", int(bought["id"]))
    assert entitlement.type is discord.EntitlementType.purchase
    assert (entitlement.user_id, entitlement.sku_id) == (int(MIA), shop.sold[0].id)
    assert not entitlement.consumed
    assert not entitlement.deleted
    assert [one.id async for one in shop.entitlements()] == [entitlement.id]
    assert (await shop.fetch_entitlement(entitlement.id)).user_id == int(MIA)
    said = await script.command("held")
    assert said["messages"][0]["content"] == "70 coins"
    said = await script.command("held", who="Noor")
    assert said["messages"][0]["content"] == "nothing"
    said = await script.command("held", channel="dm")
    assert said["messages"][0]["content"] == "70 coins"


async def test_what_is_consumed_is_still_listed_and_no_longer_held(
    script: Script, shop: Shop
) -> None:
    await buy(script, "70 coins")
    _, entitlement = await shop.hears()
    await entitlement.consume()
    event, now = await shop.hears()
    assert (event, now.consumed) == ("update", True)
    assert [one.consumed async for one in shop.entitlements()] == [True]
    said = await script.command("held")
    assert said["messages"][0]["content"] == "nothing"
    with pytest.raises(discord.HTTPException):
        await entitlement.consume()


async def test_a_refund_deletes_and_only_who_asks_sees_deleted_ones(
    script: Script, shop: Shop
) -> None:
    bought = await buy(script, "70 coins")
    await shop.hears()
    status, refunded = await script.post("refund", {"as": "Mia", "entitlement": bought["id"]})
    assert (status, refunded["deleted"]) == (200, True)
    event, gone = await shop.hears()
    assert (event, gone.id, gone.deleted) == ("delete", int(bought["id"]), True)
    assert [one.id async for one in shop.entitlements()] == []
    # The flag is lost on the way unless `before` is there (discord.py 2.7.1), so it is sent here.
    assert shop.application_id is not None
    found = await shop.http.get_entitlements(shop.application_id, exclude_deleted=False)
    assert [(one["id"], one["deleted"]) for one in found] == [(bought["id"], True)]
    with pytest.raises(discord.NotFound):
        await gone.consume()
    with pytest.raises(discord.NotFound):
        await shop.fetch_entitlement(gone.id)
    status, refused = await script.post("refund", {"as": "Mia", "entitlement": bought["id"]})
    assert (status, refused["error"]) == (400, "This purchase was refunded already.")


async def test_a_bot_hears_after_a_dropped_line_what_was_bought_meanwhile(
    script: Script, shop: Shop
) -> None:
    await script.fault("drop")
    bought = await buy(script, "70 coins")
    event, entitlement = await shop.hears()
    assert (event, entitlement.id) == ("create", int(bought["id"]))


async def test_one_has_a_consumable_once_until_it_is_consumed(
    script: Script, skus: list[Json]
) -> None:
    first = await buy(script, skus[0]["id"])
    body = {"as": "Mia", "sku": skus[0]["id"]}
    status, refused = await script.post("purchase", body)
    assert (status, refused["error"]) == (
        400,
        "You have 70 coins already, and the bot has not consumed it yet.",
    )
    await buy(script, skus[1]["id"])
    await buy(script, skus[0]["id"], who="Noor")
    await script.rest("POST", f"{OWN}/entitlements/{first['id']}/consume")
    await buy(script, skus[0]["id"])


async def test_in_test_mode_one_may_buy_again_and_again(script: Script, skus: list[Json]) -> None:
    for _ in range(2):
        bought = await buy(script, skus[0]["id"], type=TEST_MODE)
        assert (bought["type"], bought["consumed"]) == (TEST_MODE, False)


async def test_what_lasts_is_bought_once_and_not_consumed(script: Script, skus: list[Json]) -> None:
    assert skus
    await script.post("skus", {"skus": [{"name": "Kite", "price_minor": 5, "type": 2}]})
    kite = await buy(script, "Kite")
    status, refused = await script.post("purchase", {"as": "Mia", "sku": "Kite"})
    assert (status, refused["error"]) == (400, "You have Kite already.")
    status, _ = await script.rest("POST", f"{OWN}/entitlements/{kite['id']}/consume")
    assert status == 400


@pytest.mark.usefixtures("skus")
async def test_a_purchase_that_makes_no_sense_is_refused(script: Script) -> None:
    for body in (
        {"as": "Mia", "sku": "a castle"},
        {"as": "Nobody", "sku": "70 coins"},
        {"as": "Mia", "sku": "70 coins", "type": 8},
        {"as": "Mia", "sku": "70 coins", "type": 0},
        {"as": "Mia"},
    ):
        status, _ = await script.post("purchase", body)
        assert status in {400, 404}, body
    bought = await buy(script, "70 coins")
    for body in (
        {"as": "Noor", "entitlement": bought["id"]},
        {"as": "Mia", "entitlement": "5"},
        {"as": "Mia"},
    ):
        status, _ = await script.post("refund", body)
        assert status in {400, 404}, body


async def test_people_see_what_they_bought(script: Script, skus: list[Json]) -> None:
    await buy(script, skus[0]["id"])
    await buy(script, skus[1]["id"], type=GIFT)
    await script.post("skus", {"skus": []})
    purchases = await script.get("purchases", **{"as": "Mia"})
    assert [(one["type"], one["deleted"]) for one in purchases] == [(PURCHASE, False), (3, False)]
    assert purchases[0]["sku_name"] == "something not sold any more"
    assert await script.get("purchases", **{"as": "Noor"}) == []


async def test_entitlements_are_filtered_and_paged(
    script: Script, skus: list[Json], clock: MovableClock
) -> None:
    ids: list[str] = []
    for who in ("Mia", "Noor", "Theo"):
        for sku in skus[:2]:
            clock.advance(1)
            ids.append((await buy(script, sku["id"], who=who))["id"])
    assert await listed(script) == ids
    assert await listed(script, f"user_id={MIA}") == ids[:2]
    assert await listed(script, f"user_id={NEVER}") == []
    assert await listed(script, f"guild_id={GUILD}") == []
    assert await listed(script, f"sku_ids={skus[1]['id']},{NEVER}") == ids[1::2]
    assert await listed(script, f"after={ids[2]}&limit=2") == ids[3:5]
    assert await listed(script, f"before={ids[4]}&limit=2") == ids[2:4]
    assert await listed(script, f"after={ids[1]}&before={ids[4]}") == ids[2:4]
    await script.post("refund", {"as": "Mia", "entitlement": ids[0]})
    assert await listed(script, "exclude_ended=true") == ids[1:]
    assert await listed(script, "exclude_deleted=1") == ids[1:]
    assert await listed(script, "exclude_deleted=false") == ids
    assert await listed(script, f"exclude_deleted=0&after={int(ids[0]) - 1}&limit=1") == ids[:1]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("after=x", "after"),
        ("before=x", "before"),
        ("user_id=mia", "user_id"),
        ("sku_ids=1,x", "sku_ids.1"),
        ("sku_ids=" + ",".join(["1"] * 101), "sku_ids"),
        ("exclude_deleted=maybe", "exclude_deleted"),
        ("exclude_ended=2", "exclude_ended"),
    ],
)
async def test_a_filter_that_makes_no_sense_is_refused(
    script: Script, query: str, place: str
) -> None:
    status, refused = await script.rest("GET", f"{OWN}/entitlements?{query}")
    assert (status, refused["code"]) == (400, 50035)
    assert first_error(refused["errors"])[0] == place


async def test_a_filter_that_the_sandbox_does_not_have_is_said_aloud(
    script: Script, sandbox: Sandbox
) -> None:
    status, _ = await script.rest("GET", f"{OWN}/entitlements?only_active=true")
    assert status == 400
    assert len(sandbox.world.unknown_requests) == 1
    sandbox.world.unknown_requests.clear()


async def test_a_test_entitlement_stays_until_it_is_deleted(
    script: Script, skus: list[Json]
) -> None:
    for owner_type, owner_id, guild in ((2, MIA, None), (1, GUILD, GUILD)):
        body = {"sku_id": skus[0]["id"], "owner_id": owner_id, "owner_type": owner_type}
        status, made = await script.rest("POST", f"{OWN}/entitlements", body)
        assert (status, made["type"], made.get("guild_id")) == (200, 8, guild)
        one = f"{OWN}/entitlements/{made['id']}"
        assert (await script.rest("GET", one))[1] == made
        assert (await script.rest("DELETE", one))[0] == 204
        assert (await script.rest("DELETE", one))[1]["code"] == 10029


async def test_what_was_paid_for_only_discord_takes_back(script: Script, skus: list[Json]) -> None:
    bought = await buy(script, skus[0]["id"])
    status, refused = await script.rest("DELETE", f"{OWN}/entitlements/{bought['id']}")
    assert (status, refused["code"]) == (404, 10029)


async def test_wrong_owners_skus_and_applications_are_refused(
    script: Script, skus: list[Json]
) -> None:
    good: Json = {"sku_id": skus[0]["id"], "owner_id": MIA, "owner_type": 2}
    for change, code in (
        ({"sku_id": NEVER}, 10027),
        ({"owner_id": NEVER}, 10013),
        ({"owner_type": 1}, 10004),
        ({"owner_type": 3}, 50035),
        ({"owner_type": True}, 50035),
        ({"sku_id": "x"}, 50035),
        ({"owner_id": None}, 50035),
    ):
        status, refused = await script.rest("POST", f"{OWN}/entitlements", good | change)
        assert (status >= 400, refused["code"]) == (True, code), change
    for path in (f"/applications/{NEVER}/skus", f"/applications/{NEVER}/entitlements"):
        assert (await script.rest("GET", path))[1]["code"] == 10002
    for path in ("", "/consume"):
        method = "POST" if path else "GET"
        _, refused = await script.rest(method, f"{OWN}/entitlements/{NEVER}{path}")
        assert refused["code"] == 10029


async def test_a_guilds_entitlement_comes_along_for_everybody_in_it(
    script: Script, shop: Shop
) -> None:
    guild = discord.Object(int(GUILD))
    await shop.create_entitlement(shop.sold[0], guild, discord.EntitlementOwnerType.guild)
    event, entitlement = await shop.hears()
    assert (event, entitlement.guild_id) == ("create", int(GUILD))
    for who in ("Mia", "Noor"):
        said = await script.command("held", who=who)
        assert said["messages"][0]["content"] == "70 coins"
    said = await script.command("held", channel="dm")
    assert said["messages"][0]["content"] == "nothing"


async def test_a_premium_button_is_sold_by_the_bot_and_sends_it_nothing(
    script: Script, shop: Shop
) -> None:
    offered = (await script.command("shop"))["messages"][0]
    shown = offered["components"][0]["components"][0]
    assert (shown["style"], shown["sku_id"]) == (6, str(shop.sold[0].id))
    assert not {"custom_id", "label"} & set(shown)
    outcome = await script.press(offered, "")
    assert outcome["outcome"] == "refused"


def premium(sku_id: object, **fields: object) -> Json:
    return {"type": 2, "style": 6, "sku_id": sku_id} | fields


def message(*components: Json) -> Json:
    return {"content": "Here you are", "components": [row(one) for one in components]}


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"label": "Buy"}, "label"),
        ({"custom_id": "b"}, "custom_id"),
        ({"url": "https://example.com/"}, "url"),
        ({"emoji": {"name": "🌷"}}, "emoji"),
        ({"sku_id": None}, "sku_id"),
        ({"sku_id": "x"}, "sku_id"),
        ({"sku_id": NEVER}, "sku_id"),
        ({"disabled": "yes"}, "disabled"),
    ],
)
async def test_a_premium_button_has_a_sku_of_the_bots_own_and_nothing_else(
    script: Script, skus: list[Json], fields: Json, place: str
) -> None:
    sku = skus[0]["id"]
    status, said = await script.rest("POST", STAGE, message(premium(sku)))
    assert status == 200, said
    wrong = message(premium(sku) | fields)
    for method, path in (("POST", STAGE), ("PATCH", f"{STAGE}/{said['id']}")):
        status, refused = await script.rest(method, path, wrong)
        assert (status, refused["code"]) == (400, 50035)
        assert first_error(refused["errors"])[0] == f"components.0.components.0.{place}"


async def test_another_bots_sku_is_refused_in_discords_own_words(
    script: Script, skus: list[Json]
) -> None:
    status, refused = await script.rest(
        "POST", STAGE, message(premium(skus[0]["id"])), token=THIRD_BOT
    )
    assert status == 400
    problem = refused["errors"]["components"]["0"]["components"]["0"]["sku_id"]["_errors"][0]
    assert problem == {
        "code": "BUTTON_COMPONENT_INVALID_APPLICATION",
        "message": "The application for this SKU does not exist or does not match the message"
        " author",
    }


async def test_only_premium_buttons_sell(script: Script, skus: list[Json]) -> None:
    sku = skus[0]["id"]
    for other in (button(sku_id=sku), link("https://example.com/", sku_id=sku)):
        status, refused = await script.rest("POST", STAGE, message(other))
        assert status == 400
        assert first_error(refused["errors"])[0].endswith("sku_id")
    fine = message(select(1), button(sku_id=None))
    assert (await script.rest("POST", STAGE, fine))[0] == 200


async def test_purchases_and_skus_survive_a_restart(tmp_path: Path, clock: MovableClock) -> None:
    path = tmp_path / "state.json"
    async with aiohttp.ClientSession() as http:
        first = Sandbox(state_path=path, clock=clock)
        await first.start()
        script = Script(first, http, clock)
        await script.rest("GET", f"{OWN}/skus")
        await script.post("skus", {"skus": [{"name": "Kite", "price_minor": 5, "currency": "EUR"}]})
        kept, gone = await buy(script, "Kite"), await buy(script, "Kite", who="Noor")
        await script.rest("POST", f"{OWN}/entitlements/{kept['id']}/consume")
        await script.post("refund", {"as": "Noor", "entitlement": gone["id"]})
        before = await script.get("state"), await script.get("purchases", **{"as": "Noor"})
        await first.close()
        second = Sandbox(state_path=path, clock=clock)
        await second.start()
        script = Script(second, http, clock)
        after = await script.get("state"), await script.get("purchases", **{"as": "Noor"})
        assert after[0]["applications"][0]["skus"] == before[0]["applications"][0]["skus"]
        assert after[1] == before[1]
        assert await listed(script) == [kept["id"]]
        _, one = await script.rest("GET", f"{OWN}/entitlements/{kept['id']}")
        assert one["consumed"]
        await second.close()


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("skus", {0: "5"}),
        ("skus", {1: [SAVED_KITE | {"type": 9}]}),
        ("skus", {1: [SAVED_KITE | {"name": 5}]}),
        ("skus", {1: ["x"]}),
        ("entitlements", {"type": 9}),
        ("entitlements", {"application_id": "5"}),
        ("entitlements", {"user_id": "x"}),
        ("entitlements", {"guild_id": "x"}),
        ("entitlements", {"deleted": 1}),
    ],
)
async def test_a_saved_purchase_that_makes_no_sense_sets_the_file_aside(
    tmp_path: Path, clock: MovableClock, part: str, change: dict[Any, Any]
) -> None:
    path = tmp_path / "state.json"
    async with aiohttp.ClientSession() as http:
        first = Sandbox(state_path=path, clock=clock)
        await first.start()
        script = Script(first, http, clock)
        await script.rest("GET", f"{OWN}/skus")
        await buy(script, "70 coins")
        await first.close()
    saved = json.loads(path.read_text("utf-8"))
    for name, value in change.items():
        saved[part][0][name] = value
    path.write_text(json.dumps(saved), "utf-8")
    second = Sandbox(state_path=path, clock=clock)
    await second.start()
    assert second.world.applications == {}
    assert path.with_name("state.json.unreadable").exists()
    await second.close()
