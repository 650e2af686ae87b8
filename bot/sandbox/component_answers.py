"""Writes components as Discord gives them back: numbered, completed, files resolved."""

from collections.abc import Iterator
from typing import Any

from bot.sandbox.component_parts import SELECTS, Kind
from bot.sandbox.component_rules import walk
from bot.sandbox.embed_rules import ATTACHMENT_SCHEME
from bot.sandbox.wire import Json, as_list, as_object

MOST_NUMBERED = 10_000
DEFAULTS: dict[int, Json] = {
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
    Kind.CONTAINER: {"accent_color": None, "spoiler": False},
    Kind.SEPARATOR: {"spacing": 1, "divider": True},
    Kind.THUMBNAIL: {"description": None, "spoiler": False},
    Kind.FILE: {"spoiler": False},
    Kind.FILE_UPLOAD: {"min_values": 1, "max_values": 1},
}
GALLERY_ITEM_DEFAULTS: Json = {"description": None, "spoiler": False}


def answered_components(components: list[Any], attachments: list[Json]) -> list[Json]:
    """Give each component an id of its own, and its files their addresses."""
    taken = {one["id"] for one in walk(components) if one.get("id")}
    free = (number for number in range(1, MOST_NUMBERED) if number not in taken)
    files = {attachment["filename"]: attachment for attachment in attachments}
    return [_answered(component, free, files) for component in components]


def _answered(component: Json, free: Iterator[int], files: dict[str, Json]) -> Json:
    given = {name: value for name, value in component.items() if value is not None}
    answer = DEFAULTS.get(component["type"], {}) | given
    answer["id"] = component.get("id") or next(free)
    if "components" in answer:
        answer["components"] = [_answered(one, free, files) for one in answer["components"]]
    for inner in ("accessory", "component"):
        if inner in answer:
            answer[inner] = _answered(answer[inner], free, files)
    if "sku_id" in answer:
        answer["sku_id"] = str(answer["sku_id"])
    if "default_values" in answer:
        values = [as_object(value) for value in as_list(answer["default_values"])]
        answer["default_values"] = [value | {"id": str(value["id"])} for value in values]
    if "emoji" in answer:
        emoji = as_object(answer["emoji"])
        answer["emoji"] = {name: value for name, value in emoji.items() if value is not None}
    _resolve_files(answer, files)
    return answer


def _resolve_files(answer: Json, files: dict[str, Json]) -> None:
    if "media" in answer:
        answer["media"] = _media(answer["media"], files)
    if answer["type"] == Kind.MEDIA_GALLERY:
        items = [GALLERY_ITEM_DEFAULTS | as_object(item) for item in as_list(answer["items"])]
        answer["items"] = [item | {"media": _media(item["media"], files)} for item in items]
    if answer["type"] == Kind.FILE:
        file = files.get(answer["file"]["url"].removeprefix(ATTACHMENT_SCHEME), {})
        answer |= {"name": file.get("filename", ""), "size": file.get("size", 0)}
        answer["file"] = _media(answer["file"], files)


def _media(media: Json, files: dict[str, Json]) -> Json:
    url = media["url"]
    is_attached = url.startswith(ATTACHMENT_SCHEME)
    attachment = files.get(url.removeprefix(ATTACHMENT_SCHEME)) if is_attached else None
    if attachment is None:
        return {"id": "0", "url": url, "proxy_url": url}
    known = {name: attachment[name] for name in ("width", "height") if name in attachment}
    return known | {
        "id": attachment["id"],
        "attachment_id": attachment["id"],
        "url": attachment["url"],
        "proxy_url": attachment["proxy_url"],
        "content_type": attachment["content_type"],
    }
