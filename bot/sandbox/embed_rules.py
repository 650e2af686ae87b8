"""What Discord allows in embeds, and how it gives them back."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.rejections import FormProblems
from bot.sandbox.value_rules import check_truths
from bot.sandbox.wire import Json, as_list, as_object

MOST_EMBEDS = 10
MOST_FIELDS = 25
MOST_CHARACTERS = 6000
MOST_COLOUR = 0xFFFFFF
LONGEST_URL = 2048
LONGEST_TEXTS: dict[tuple[str, ...], int] = {
    ("title",): 256,
    ("description",): 4096,
    ("footer", "text"): 2048,
    ("author", "name"): 256,
}
# What a bot can set of an embed; the rest is left out.
KEPT = (
    *("title", "description", "url", "timestamp", "color"),
    *("footer", "image", "thumbnail", "author", "fields"),
)
REQUIRED_PARTS = (
    ("footer", "text"),
    ("author", "name"),
    ("image", "url"),
    ("thumbnail", "url"),
)
LONGEST_FIELD_TEXTS = {"name": 256, "value": 1024}
WEB_SCHEMES = ("http://", "https://")
ATTACHMENT_SCHEME = "attachment://"
FILE_SCHEMES = (*WEB_SCHEMES, ATTACHMENT_SCHEME)
Path = tuple[str | int, ...]


def check_embeds(problems: FormProblems, embeds: list[Any], path: Path) -> None:
    """Note everything that Discord would refuse in a message's embeds."""
    if len(embeds) > MOST_EMBEDS:
        # Nobody reads further, so that no list is so long that looking at it stops the rest.
        problems.too_long(path, MOST_EMBEDS)
        return
    for index, embed in enumerate(embeds):
        if as_object(embed) is embed:
            _check_embed(problems, as_object(embed), (*path, index))
        else:
            problems.add((*path, index), "MODEL_TYPE_CONVERT", "Only dictionaries may be used.")
    if sum(embed_characters(as_object(embed)) for embed in embeds) > MOST_CHARACTERS:
        message = f"Embed size exceeds maximum size of {MOST_CHARACTERS}"
        problems.add(path, "MAX_EMBED_SIZE_EXCEEDED", message)


def embed_characters(embed: Json) -> int:
    """Count the characters that Discord counts together."""
    texts = [embed.get("title"), embed.get("description")]
    texts += [as_object(embed.get("footer")).get("text")]
    texts += [as_object(embed.get("author")).get("name")]
    for one in as_list(embed.get("fields"))[:MOST_FIELDS]:
        texts += [as_object(one).get("name"), as_object(one).get("value")]
    return sum(len(text) for text in texts if isinstance(text, str))


def _check_embed(problems: FormProblems, embed: Json, path: Path) -> None:
    for steps, most in LONGEST_TEXTS.items():
        text: Any = embed
        for step in steps:
            text = as_object(text).get(step)
        note_text(problems, text, (*path, *steps), most=most)
    colour = embed.get("color")
    if isinstance(colour, bool) or not (colour is None or isinstance(colour, int)):
        message = f'Value "{colour}" is not int.'
        problems.add((*path, "color"), "NUMBER_TYPE_COERCE", message)
    elif colour is not None and not 0 <= colour <= MOST_COLOUR:
        message = f"int value should be between 0 and {MOST_COLOUR}."
        problems.add((*path, "color"), "NUMBER_TYPE_MAX", message)
    note_text(problems, embed.get("type"), (*path, "type"), most=MOST_CHARACTERS)
    for name, part in REQUIRED_PARTS:
        if embed.get(name) is not None and not as_object(embed[name]).get(part):
            problems.required((*path, name, part))
    check_list(problems, embed.get("fields"), (*path, "fields"))
    _check_fields(problems, as_list(embed.get("fields")), (*path, "fields"))
    _check_urls(problems, embed, path)
    _check_timestamp(problems, embed.get("timestamp"), (*path, "timestamp"))


def check_list(problems: FormProblems, value: object, path: Path) -> None:
    """Note what should be a list and is none."""
    if value is not None and not isinstance(value, list):
        message = "Only iterables may be used in a ListType"
        problems.add(path, "LIST_TYPE_CONVERT", message)


def note_text(problems: FormProblems, text: object, path: Path, *, most: int) -> None:
    """Note what is no text, or one that is too long."""
    if text is None:
        return
    if not isinstance(text, str):
        problems.add(path, "STRING_TYPE_CONVERT", "Could not interpret as string.")
    elif len(text) > most:
        problems.too_long(path, most)


def _check_fields(problems: FormProblems, fields: list[Any], path: Path) -> None:
    if len(fields) > MOST_FIELDS:
        problems.too_long(path, MOST_FIELDS)
        return
    for index, one in enumerate(fields):
        check_truths(problems, as_object(one), (*path, index), "inline")
        for name, most in LONGEST_FIELD_TEXTS.items():
            text = as_object(one).get(name)
            if text is None or text == "" or (isinstance(text, str) and not text.strip()):
                problems.required((*path, index, name))
            else:
                note_text(problems, text, (*path, index, name), most=most)


def _check_urls(problems: FormProblems, embed: Json, path: Path) -> None:
    places: list[tuple[tuple[str, ...], tuple[str, ...]]] = [(("url",), WEB_SCHEMES)]
    places += [((name, "url"), FILE_SCHEMES) for name in ("image", "thumbnail")]
    places += [(("footer", "icon_url"), FILE_SCHEMES), (("author", "icon_url"), FILE_SCHEMES)]
    places += [(("author", "url"), WEB_SCHEMES)]
    for steps, schemes in places:
        url: Any = embed
        for step in steps:
            url = as_object(url).get(step)
        if url is not None:
            check_url(problems, url, (*path, *steps), schemes)


def check_url(problems: FormProblems, url: object, path: Path, schemes: tuple[str, ...]) -> None:
    """Note an address that is too long or of a scheme that Discord refuses."""
    if not isinstance(url, str) or not url.startswith(schemes):
        known = ", ".join(repr(scheme.removesuffix("://")) for scheme in schemes)
        message = f"Scheme must be one of ({known})."
        problems.add(path, "URL_TYPE_INVALID_SCHEME", message)
    elif len(url) > LONGEST_URL:
        problems.too_long(path, LONGEST_URL)
    elif not _is_well_formed(url):
        problems.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")


def _is_well_formed(url: str) -> bool:
    if url.startswith(ATTACHMENT_SCHEME):
        return url != ATTACHMENT_SCHEME
    try:
        host = urlsplit(url).netloc
    except ValueError:
        return False
    return host != "" and not any(letter.isspace() for letter in url)


def _check_timestamp(problems: FormProblems, timestamp: object, path: Path) -> None:
    if timestamp is not None and not _is_time(timestamp):
        message = f"Could not parse {timestamp}. Should be ISO8601."
        problems.add(path, "DATE_TIME_TYPE_PARSE", message)


def _is_time(timestamp: object) -> bool:
    if not isinstance(timestamp, str):
        return False
    try:
        datetime.fromisoformat(timestamp)
    except ValueError:
        return False
    return True


def answered_embed(embed: Json, urls_by_filename: dict[str, str]) -> Json:
    """Write an embed as Discord gives it back, with attached pictures resolved."""
    answer = {name: embed[name] for name in KEPT if embed.get(name) is not None}
    answer["type"] = "rich"
    for name in ("image", "thumbnail"):
        if name in answer:
            answer[name] = answered_media(as_object(answer[name]), urls_by_filename)
    for name in ("footer", "author"):
        if icon_url := as_object(answer.get(name)).get("icon_url"):
            url = resolved_url(icon_url, urls_by_filename)
            answer[name] = answer[name] | {"icon_url": url, "proxy_icon_url": url}
    fields = [as_object(one) for one in as_list(answer.get("fields"))]
    if fields:
        answer["fields"] = [one | {"inline": bool(one.get("inline"))} for one in fields]
    return answer


def answered_media(media: Json, urls_by_filename: dict[str, str]) -> Json:
    """Write a picture as Discord gives it back."""
    url = resolved_url(str(media.get("url")), urls_by_filename)
    return media | {"url": url, "proxy_url": url, "width": 0, "height": 0, "flags": 0}


def resolved_url(url: str, urls_by_filename: dict[str, str]) -> str:
    """Turn `attachment://name` into the address of the uploaded file."""
    if url.startswith(ATTACHMENT_SCHEME):
        return urls_by_filename.get(url.removeprefix(ATTACHMENT_SCHEME), url)
    return url
