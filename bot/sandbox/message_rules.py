"""What Discord allows in a message that a bot sends or edits."""

from bot.sandbox.component_rules import check_components
from bot.sandbox.embed_rules import Path, check_embeds, check_list, note_text
from bot.sandbox.mentions import check_allowed_mentions
from bot.sandbox.rejections import EMPTY_MESSAGE, DiscordError, FormProblems, NotInSandbox
from bot.sandbox.value_rules import NOT_AN_OBJECT, check_snowflake, check_truths
from bot.sandbox.wire import Json, as_list, as_object, whole

LONGEST_CONTENT = 2000
LONGEST_NONCE = 25
LONGEST_FILE_TEXT = 1024
MOST_FILES = 10
SUPPRESS_EMBEDS_FLAG = 1 << 2
SUPPRESS_NOTIFICATIONS_FLAG = 1 << 12
LAYOUT_FLAG = 1 << 15
REFERENCE_TYPES = (0, 1)
LISTS = ("embeds", "components", "attachments", "sticker_ids")
NEVER_IN_LAYOUTS = ("content", "embeds", "sticker_ids", "poll")
NOT_HERE = {"poll": "polls", "sticker_ids": "stickers"}
FORWARD = 1


def check_message(body: Json, path: Path = (), *, is_layout: bool) -> None:
    """Refuse a message whose parts break a rule."""
    problems = FormProblems()
    for name in LISTS:
        check_list(problems, body.get(name), (*path, name))
    note_text(problems, body.get("content"), (*path, "content"), most=LONGEST_CONTENT)
    if body.get("embeds"):
        check_embeds(problems, as_list(body["embeds"]), (*path, "embeds"))
    if body.get("components"):
        components = as_list(body["components"])
        check_components(problems, components, (*path, "components"), is_layout=is_layout)
    if body.get("attachments"):
        _check_attachments(problems, body, (*path, "attachments"))
    if body.get("allowed_mentions") is not None:
        check_allowed_mentions(problems, body["allowed_mentions"], (*path, "allowed_mentions"))
    _check_simple(problems, body, path)
    if is_layout:
        _check_layout(problems, body, path)
    problems.raise_if_any()
    for name, what in NOT_HERE.items():
        if body.get(name):
            raise NotInSandbox((*path, name), what)


def _check_simple(problems: FormProblems, body: Json, path: Path) -> None:
    check_truths(problems, body, path, "tts", "enforce_nonce")
    nonce, flags = body.get("nonce"), body.get("flags")
    if nonce is not None and not isinstance(nonce, (str, int)):
        message = "Value must be one of {<class 'int'>, <class 'str'>}."
        problems.add((*path, "nonce"), "UNION_TYPE_CHOICES", message)
    elif len(str(nonce or "")) > LONGEST_NONCE:
        problems.too_long((*path, "nonce"), LONGEST_NONCE)
    if flags is not None and (isinstance(flags, bool) or not isinstance(flags, int)):
        problems.add((*path, "flags"), "NUMBER_TYPE_COERCE", f'Value "{flags}" is not int.')


def _check_attachments(problems: FormProblems, body: Json, path: Path) -> None:
    attachments = as_list(body["attachments"])
    if len(attachments) > MOST_FILES:
        problems.too_long(path, MOST_FILES)
        return
    for index, note in enumerate(map(as_object, attachments)):
        for name in ("filename", "title", "description"):
            note_text(problems, note.get(name), (*path, index, name), most=LONGEST_FILE_TEXT)
        if not note.get("filename", True):
            problems.bad_length((*path, index, "filename"), 1, LONGEST_FILE_TEXT)
        if note.get("id") is None:
            problems.required((*path, index, "id"))


def _check_layout(problems: FormProblems, body: Json, path: Path) -> None:
    for name in NEVER_IN_LAYOUTS:
        if body.get(name):
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            flag = "MessageFlags.IS_COMPONENTS_V2"
            message = f"The '{name}' field cannot be used when using {flag}"
            problems.add((*path, name), code, message)


def refuse_legacy_rest(message: Json, changes: Json, path: Path = ()) -> None:
    """Refuse to turn a message into a layout while it keeps what a layout cannot have.

    Its content is taken away by null, its embeds by an empty list alone (discord-api-docs 7787).
    """
    kept: Json = {}
    if "content" not in changes:
        kept["content"] = message["content"]
    if changes.get("embeds") is None:
        kept["embeds"] = message["embeds"]
    problems = FormProblems()
    _check_layout(problems, kept, path)
    problems.raise_if_any()


def check_reference(reference: object) -> None:
    """Refuse what does not name a message to reply to."""
    if reference is None:
        return
    problems, path = FormProblems(), ("message_reference",)
    named = as_object(reference)
    if named is not reference:
        problems.add(path, **NOT_AN_OBJECT)
    elif named.get("message_id") is None:
        problems.required((*path, "message_id"))
    for name in ("message_id", "channel_id", "guild_id"):
        if named.get(name) is not None:
            check_snowflake(problems, named[name], (*path, name))
    check_truths(problems, named, path, "fail_if_not_exists")
    if named.get("type") is not None and whole(named["type"]) not in REFERENCE_TYPES:
        problems.not_one_of((*path, "type"), REFERENCE_TYPES)
    problems.raise_if_any()
    if named.get("type") == FORWARD:
        raise NotInSandbox((*path, "type"), "forwards")


def refuse_empty(message: Json) -> None:
    """Refuse a message that would show nothing; rows of buttons alone do not count."""
    embeds = [embed for embed in message["embeds"] if set(embed) - {"type", "flags"}]
    is_layout = message["flags"] & LAYOUT_FLAG and message["components"]
    has_content = message["content"].strip() or message["attachments"] or message.get("poll")
    if not has_content and not embeds and not is_layout:
        raise DiscordError(EMPTY_MESSAGE)
