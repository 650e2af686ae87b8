"""Reads a saved state, and refuses it as a whole when any part is not as it was saved."""

import json
from dataclasses import dataclass
from typing import Any, cast

from bot.sandbox.applications import Application
from bot.sandbox.component_rules import walk
from bot.sandbox.messages import StoredMessage
from bot.sandbox.option_values import OptionType
from bot.sandbox.premium import Entitlement, EntitlementKind, Sku, SkuKind
from bot.sandbox.query_rules import MOST_SNOWFLAKE
from bot.sandbox.wire import Json, as_list, as_object, whole

FORMAT = 1
MOST_DIGITS = 20
TEXT, LIST, OBJECT, NUMBER = str, list, dict, int
MESSAGE: dict[str, type] = {
    **dict.fromkeys(("id", "channel_id", "content", "timestamp"), TEXT),
    **dict.fromkeys(("attachments", "embeds", "components", "mentions", "mention_roles"), LIST),
    **dict.fromkeys(("type", "flags"), NUMBER),
    "author": OBJECT,
}
ATTACHMENT: dict[str, type] = dict.fromkeys(("id", "filename", "content_type", "url"), TEXT)
APPLICATION: dict[str, type] = {
    **dict.fromkeys(("id", "name", "description"), TEXT),
    "user": OBJECT,
    "commands": LIST,
}
SKU: dict[str, type] = {
    **dict.fromkeys(("id", "name", "currency"), TEXT),
    **dict.fromkeys(("price_minor", "type"), NUMBER),
}
ENTITLEMENT: dict[str, type] = {
    **dict.fromkeys(("id", "sku_id", "application_id", "user_id"), TEXT),
    **dict.fromkeys(("deleted", "consumed"), bool),
    "type": NUMBER,
}
COMMAND: dict[str, type] = {"id": TEXT, "name": TEXT, "type": NUMBER}


class Unreadable(ValueError):
    """A state that cannot have been saved like that."""


@dataclass(frozen=True, slots=True)
class SavedMember:
    """Who a person was: their roles, and whether they were there."""

    id: str
    role_ids: list[str]
    present: bool


@dataclass(frozen=True, slots=True)
class SavedState:
    """All that a state file tells, none of it taken over yet."""

    advanced_seconds: float
    last_snowflake: int
    members: list[SavedMember]
    applications: list[Application]
    direct_channels: list[tuple[str, str]]
    messages: list[StoredMessage]
    skus: list[tuple[str, list[Sku]]]
    entitlements: list[Entitlement]


def read_state(text: str, base_url: str) -> SavedState:
    """Read a state, its addresses turned into those of this start.

    Raises:
        ValueError: it is no JSON, or `Unreadable`, as some part is not as it was saved.
    """
    try:
        state = _checked(json.loads(text), {"base_url": TEXT})
    except RecursionError:
        raise Unreadable("it is nested too deep") from None
    if state.get("format") != FORMAT:
        raise Unreadable("its format is another one")
    # The port may be another one than last time.
    if old := json.dumps(state["base_url"])[1:-1]:
        state = as_object(json.loads(json.dumps(state).replace(old, base_url)))
    applications = [_application(one) for one in _listed(state, "applications")]
    known = {one.id for one in applications}
    return SavedState(
        # Files from before the clock could be moved have no future.
        advanced_seconds=_number(state.get("advanced_seconds", 0)),
        last_snowflake=_snowflake(state.get("last_snowflake")),
        members=[
            _member(member_id, one) for member_id, one in _checked(state.get("members"), {}).items()
        ],
        applications=applications,
        direct_channels=[_direct_channel(one, known) for one in _listed(state, "direct_channels")],
        messages=[_message(one, known) for one in _listed(state, "messages")],
        # Files from before bots could sell something have neither.
        skus=[_skus(one, known) for one in as_list(state.get("skus"))],
        entitlements=[_entitlement(one, known) for one in as_list(state.get("entitlements"))],
    )


def _checked(value: object, shape: dict[str, type]) -> Json:
    """Give an object of this shape; its id, if it has one, is a number, for it names files."""
    holder = as_object(value)
    if holder is not value:
        raise Unreadable("something in it is no object")
    for name, kind in shape.items():
        if not isinstance(holder.get(name), kind):
            message = f'"{name}" is no {kind.__name__}'
            raise Unreadable(message)
    if "id" in shape and not _is_id(holder["id"]):
        raise Unreadable("an id is no number")
    return holder


def _is_id(value: object) -> bool:
    return (
        isinstance(value, str)
        and value.isascii()
        and value.isdecimal()
        and len(value) <= MOST_DIGITS
    )


def _listed(holder: Json, name: str) -> list[Any]:
    listed = as_list(holder.get(name))
    if listed is not holder.get(name):
        message = f'"{name}" is no list'
        raise Unreadable(message)
    return listed


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Unreadable("a number is none")
    return value


def _snowflake(value: object) -> int:
    number = whole(value)
    if number is None or not 0 <= number <= MOST_SNOWFLAKE:
        raise Unreadable("the last id is none")
    return number


def _member(member_id: str, saved: object) -> SavedMember:
    member = _checked(saved, {"roles": LIST, "present": bool})
    return SavedMember(member_id, _texts(member["roles"]), member["present"])


def _texts(values: list[Any]) -> list[str]:
    if not all(isinstance(one, str) for one in values):
        raise Unreadable("something in it is no text")
    return values


def _application(saved: object) -> Application:
    read = _checked(saved, APPLICATION)
    _checked(read["user"], {"id": TEXT, "username": TEXT})
    application = Application(read["id"], read["name"], read["user"], read["description"])
    application.flags = int(_number(read.get("flags", application.flags)))
    for entry in read["commands"]:
        scope, commands = _pair(entry)
        if scope is not None and not _is_id(scope):
            raise Unreadable("commands are for no guild")
        listed = [_command(one) for one in as_list(commands)]
        application.commands[cast("str | None", scope)] = {one["id"]: one for one in listed}
    return application


def _pair(entry: object) -> tuple[object, object]:
    first, *others = as_list(entry) or [None]
    if len(others) != 1:
        raise Unreadable("something in it is no pair")
    return first, others[0]


def _command(saved: object) -> Json:
    command = _checked(saved, COMMAND)
    _check_options(command)
    return command


def _check_options(holder: Json) -> None:
    for option in map(as_object, as_list(holder.get("options"))):
        _checked(option, {"name": TEXT, "type": NUMBER})
        if option["type"] not in set(OptionType):
            raise Unreadable("an option is of no type")
        _check_options(option)


def _direct_channel(entry: object, known: set[str]) -> tuple[str, str]:
    application_id, user_id = _pair(entry)
    if application_id not in known or not _is_id(user_id):
        raise Unreadable("direct messages are with nobody")
    return str(application_id), str(user_id)


def _message(saved: object, known: set[str]) -> StoredMessage:
    read = _checked(saved, {"data": OBJECT, "channel_id": TEXT})
    data = _checked(read["data"], MESSAGE)
    _checked(data["author"], {"id": TEXT, "username": TEXT})
    for attachment in data["attachments"]:
        _checked(attachment, ATTACHMENT)
    for component in walk(data["components"]):
        _checked(component, {"type": NUMBER})
    if read.get("application_id") not in known:
        raise Unreadable("a message is by nobody")
    others = [read.get("guild_id"), read.get("reader_id")]
    if not all(one is None or _is_id(one) for one in others):
        raise Unreadable("a message is for nobody")
    return StoredMessage(data, read["channel_id"], read["application_id"], *others)


def _skus(entry: object, known: set[str]) -> tuple[str, list[Sku]]:
    application_id, listed = _pair(entry)
    if application_id not in known:
        raise Unreadable("something is sold by nobody")
    return str(application_id), [_sku(str(application_id), one) for one in as_list(listed)]


def _sku(application_id: str, saved: object) -> Sku:
    read = _checked(saved, SKU)
    if read["type"] not in set(SkuKind):
        raise Unreadable("a SKU is of no type")
    return Sku(
        id=read["id"],
        application_id=application_id,
        name=read["name"],
        price_minor=read["price_minor"],
        currency=read["currency"],
        kind=SkuKind(read["type"]),
    )


def _entitlement(saved: object, known: set[str]) -> Entitlement:
    read = _checked(saved, ENTITLEMENT)
    guild_id = read.get("guild_id")
    if read["application_id"] not in known or read["type"] not in set(EntitlementKind):
        raise Unreadable("an entitlement is of nobody's")
    if not all(_is_id(one) for one in (read["sku_id"], read["user_id"], guild_id or read["id"])):
        raise Unreadable("an entitlement is to nothing")
    return Entitlement(
        id=read["id"],
        sku_id=read["sku_id"],
        application_id=read["application_id"],
        user_id=read["user_id"],
        kind=EntitlementKind(read["type"]),
        guild_id=guild_id,
        is_consumed=read["consumed"],
        is_deleted=read["deleted"],
    )
