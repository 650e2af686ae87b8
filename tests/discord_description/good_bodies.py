"""Requests that use every field the sandbox knows, each of which Discord takes."""

from typing import Any

from bot.sandbox.applications import application_id_of
from bot.sandbox.premium import usual_skus

TOKEN = "strict"  # noqa: S105 - any token works here
STAGE = "1200000000000000202"
GUILD = "1200000000000000001"
MIA = "1200000000000000101"
SKU = usual_skus(application_id_of(TOKEN))[0].id
STREAMER = "1200000000000000011"
PICTURE = "https://example.com/a.png"
TULIP = {"name": "🌷"}
GERMAN = {"de": "wort"}


def row(*components: dict[str, Any]) -> dict[str, Any]:
    """Put components into a row."""
    return {"type": 1, "components": list(components)}


EMBED = {
    "type": "rich",
    "title": "t",
    "url": "https://example.com/",
    "color": 5,
    "timestamp": "2026-03-01T12:00:00+00:00",
    "description": "d",
    "author": {"name": "a", "url": "https://example.com/", "icon_url": PICTURE},
    "image": {"url": PICTURE},
    "thumbnail": {"url": PICTURE},
    "footer": {"text": "f", "icon_url": PICTURE},
    "fields": [{"name": "n", "value": "v", "inline": True}],
}
BUTTONS = row(
    {
        "type": 2,
        "id": 2,
        "custom_id": "a",
        "style": 1,
        "label": "l",
        "disabled": False,
        "emoji": TULIP,
    },
    {"type": 2, "style": 5, "label": "l", "url": "https://example.com/"},
    {"type": 2, "style": 6, "sku_id": SKU},
)
CHOICE = {"label": "l", "value": "v", "description": "d", "default": True, "emoji": TULIP}
BOUNDS = {"placeholder": "p", "min_values": 0, "max_values": 1, "disabled": False}
SELECTS = [
    row({"type": 3, "custom_id": "b", "options": [CHOICE], **BOUNDS}),
    row({"type": 5, "custom_id": "c", "default_values": [{"id": MIA, "type": "user"}], **BOUNDS}),
    row({"type": 6, "custom_id": "d", "default_values": [{"id": STREAMER, "type": "role"}]}),
    row(
        {
            "type": 8,
            "custom_id": "e",
            "channel_types": [0],
            "default_values": [{"id": STAGE, "type": "channel"}],
        }
    ),
]
SAID: dict[str, Any] = {
    "content": "hello",
    "embeds": [EMBED],
    "components": [BUTTONS, *SELECTS],
    "flags": 4,
    "allowed_mentions": {"parse": ["roles"], "users": [MIA], "replied_user": True},
}
REFERENCE = {
    "type": 0,
    "message_id": "1",
    "channel_id": STAGE,
    "guild_id": GUILD,
    "fail_if_not_exists": False,
}
MESSAGE = SAID | {
    "nonce": "n",
    "enforce_nonce": False,
    "tts": False,
    "message_reference": REFERENCE,
}
MEDIA = {"media": {"url": PICTURE}, "description": "d", "spoiler": False}
CONTAINER: dict[str, Any] = {
    "type": 17,
    "id": 9,
    "accent_color": 5,
    "spoiler": False,
    "components": [
        {"type": 10, "content": "x"},
        {
            "type": 9,
            "components": [{"type": 10, "content": "y"}],
            "accessory": {"type": 11, **MEDIA},
        },
        {"type": 14, "divider": True, "spacing": 1},
        {"type": 12, "items": [MEDIA]},
        {"type": 13, "file": {"url": "attachment://a.txt"}, "spoiler": False},
        row({"type": 7, "custom_id": "m"}),
    ],
}
LAYOUT = {
    "flags": 1 << 15,
    "components": [CONTAINER],
    "attachments": [{"id": "0", "filename": "a.txt", "description": "d", "title": "t"}],
}
PLAIN = {"description": "d"}
OPTIONS: list[dict[str, Any]] = [
    {
        "type": 3,
        "name": "text",
        "name_localizations": GERMAN,
        "description": "d",
        "description_localizations": GERMAN,
        "required": True,
        "min_length": 1,
        "max_length": 5,
    },
    {
        "type": 3,
        "name": "kind",
        "description": "d",
        "choices": [{"name": "c", "name_localizations": GERMAN, "value": "v"}],
    },
    {"type": 3, "name": "typed", "description": "d", "autocomplete": True},
    {
        "type": 4,
        "name": "whole",
        "description": "d",
        "min_value": 1,
        "max_value": 5,
        "choices": [{"name": "c", "value": 3}],
    },
    {"type": 10, "name": "number", "description": "d", "min_value": 1.5, "max_value": 5.5},
    {"type": 5, "name": "truth", **PLAIN},
    {"type": 6, "name": "user", **PLAIN},
    {"type": 7, "name": "channel", "channel_types": [0], **PLAIN},
    {"type": 8, "name": "role", **PLAIN},
    {"type": 9, "name": "anybody", **PLAIN},
    {"type": 11, "name": "file", **PLAIN},
]
COMMAND: dict[str, Any] = {
    "name": "gift",
    "name_localizations": GERMAN,
    "description": "d",
    "description_localizations": GERMAN,
    "default_member_permissions": 32,
    "dm_permission": True,
    "contexts": [0, 1],
    "integration_types": [0],
    "type": 1,
    "nsfw": False,
    "options": OPTIONS,
}
GROUP: dict[str, Any] = {
    "name": "flower",
    "description": "d",
    "options": [
        {
            "type": 2,
            "name": "bed",
            "description": "d",
            "options": [
                {
                    "type": 1,
                    "name": "water",
                    "description": "d",
                    "options": [{"type": 3, "name": "word", "description": "d", "required": False}],
                }
            ],
        },
        {"type": 1, "name": "plant", "description": "d"},
    ],
}
MENU = {"name": "Wave at", "type": 2}
TEXT_BOUNDS = {"required": True, "min_length": 0, "max_length": 5, "value": "v", "placeholder": "p"}
MODAL: dict[str, Any] = {
    "custom_id": "m",
    "title": "t",
    "components": [
        row({"type": 4, "custom_id": "a", "style": 1, "label": "l", **TEXT_BOUNDS}),
        {
            "type": 18,
            "label": "l",
            "description": "d",
            "component": {"type": 4, "custom_id": "b", "style": 2},
        },
        {
            "type": 18,
            "label": "l",
            "component": {"type": 3, "custom_id": "c", "required": False, "options": [CHOICE]},
        },
        {
            "type": 18,
            "label": "l",
            "component": {"type": 19, "custom_id": "d", "min_values": 0, "max_values": 1},
        },
        {"type": 10, "content": "x"},
    ],
}
CHOICES = {"choices": [{"name": "n", "name_localizations": GERMAN, "value": "v"}]}
