"""What Discord allows in a message that a bot sends or edits."""

from bot.sandbox.component_rules import check_components
from bot.sandbox.embed_rules import Path, check_embeds
from bot.sandbox.mentions import check_allowed_mentions
from bot.sandbox.rejections import EMPTY_MESSAGE, DiscordError, FormProblems
from bot.sandbox.wire import Json, as_list, as_object

LONGEST_CONTENT = 2000
LONGEST_NONCE = 25
LONGEST_DESCRIPTION = 1024
MOST_FILES = 10
SUPPRESS_EMBEDS_FLAG = 1 << 2
SUPPRESS_NOTIFICATIONS_FLAG = 1 << 12
LAYOUT_FLAG = 1 << 15
LISTS = ("embeds", "components", "attachments", "sticker_ids")
NEVER_IN_LAYOUTS = ("content", "embeds", "sticker_ids", "poll")


def check_message(body: Json, path: Path = (), *, is_layout: bool) -> None:
    """Refuse a message whose parts break a rule."""
    problems = FormProblems()
    check_lists(problems, body, path)
    content = body.get("content")
    if content is not None and not isinstance(content, str):
        problems.add((*path, "content"), "STRING_TYPE_CONVERT", "Could not interpret as string.")
    elif content and len(content) > LONGEST_CONTENT:
        problems.too_long((*path, "content"), LONGEST_CONTENT)
    if body.get("embeds"):
        check_embeds(problems, as_list(body["embeds"]), (*path, "embeds"))
    if body.get("components"):
        components = as_list(body["components"])
        check_components(problems, components, (*path, "components"), is_layout=is_layout)
    if body.get("attachments"):
        _check_attachments(problems, body, (*path, "attachments"))
    if body.get("allowed_mentions"):
        check_allowed_mentions(problems, body["allowed_mentions"], (*path, "allowed_mentions"))
    if len(str(body.get("nonce") or "")) > LONGEST_NONCE:
        problems.too_long((*path, "nonce"), LONGEST_NONCE)
    if is_layout:
        _check_layout(problems, body, path)
    problems.raise_if_any()


def check_lists(problems: FormProblems, body: Json, path: Path) -> None:
    """Note what should be a list and is none."""
    for name in LISTS:
        if body.get(name) is not None and not isinstance(body[name], list):
            message = "Only iterables may be used in a ListType"
            problems.add((*path, name), "LIST_TYPE_CONVERT", message)


def _check_attachments(problems: FormProblems, body: Json, path: Path) -> None:
    attachments = as_list(body["attachments"])
    if len(attachments) > MOST_FILES:
        problems.too_long(path, MOST_FILES)
    for index, note in enumerate(map(as_object, attachments)):
        if len(str(note.get("description") or "")) > LONGEST_DESCRIPTION:
            problems.too_long((*path, index, "description"), LONGEST_DESCRIPTION)


def _check_layout(problems: FormProblems, body: Json, path: Path) -> None:
    for name in NEVER_IN_LAYOUTS:
        if body.get(name):
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            flag = "MessageFlags.IS_COMPONENTS_V2"
            message = f"The '{name}' field cannot be used when using {flag}"
            problems.add((*path, name), code, message)


def refuse_empty(message: Json) -> None:
    """Refuse a message that would show nothing; rows of buttons alone do not count."""
    embeds = [embed for embed in message["embeds"] if set(embed) - {"type", "flags"}]
    is_layout = message["flags"] & LAYOUT_FLAG and message["components"]
    has_content = message["content"].strip() or message["attachments"] or message.get("poll")
    if not has_content and not embeds and not is_layout:
        raise DiscordError(EMPTY_MESSAGE)
