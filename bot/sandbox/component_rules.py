"""What Discord allows in the components of messages, old rows and new layouts alike."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from bot.sandbox.component_parts import (
    SELECTS,
    ButtonStyle,
    Kind,
    check_custom_id,
    check_select,
    check_text,
)
from bot.sandbox.embed_rules import (
    ATTACHMENT_SCHEME,
    FILE_SCHEMES,
    WEB_SCHEMES,
    Path,
    check_list,
    check_url,
)
from bot.sandbox.emoji_rules import check_emoji
from bot.sandbox.rejections import FormProblems
from bot.sandbox.value_rules import check_snowflake, check_truths
from bot.sandbox.wire import Json, as_list, as_object, whole

MOST_ROWS = 5
MOST_BUTTONS_IN_ROW = 5
MOST_LAYOUT_COMPONENTS = 40
MOST_LAYOUT_CHARACTERS = 4000
MOST_GALLERY_ITEMS = 10
LONGEST_BUTTON_LABEL = 80
LONGEST_BUTTON_URL = 512
MOST_SECTION_TEXTS = 3
LONGEST_MEDIA_TEXT = 1024
ROW_WIDTH = 5
MOST_COMPONENT_ID = 2**31 - 1
MOST_COLOUR = 0xFFFFFF
UNIQUE = {
    "custom_id": "COMPONENT_CUSTOM_ID_DUPLICATED",
    "id": "COMPONENT_ID_DUPLICATED",
}

CONTAINER_CHILDREN = frozenset(
    {
        Kind.ACTION_ROW,
        Kind.SECTION,
        Kind.TEXT_DISPLAY,
        Kind.MEDIA_GALLERY,
        Kind.FILE,
        Kind.SEPARATOR,
    }
)
LAYOUT_TOP = CONTAINER_CHILDREN | {Kind.CONTAINER}
LISTS = ("components", "items", "options", "default_values", "channel_types")
Check = Callable[[FormProblems, Json, Path], None]


def walk(components: list[Any]) -> Iterator[Json]:
    """Go over all components, inner ones included, in reading order."""
    for _, component in walk_paths(components):
        yield component


def walk_paths(components: list[Any], path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """Go over all components in reading order, and tell where each stands."""
    for index, component in enumerate(map(as_object, components)):
        here = (*path, index)
        yield here, component
        yield from walk_paths(as_list(component.get("components")), (*here, "components"))
        for inner in ("accessory", "component"):
            if isinstance(component.get(inner), dict):
                for steps, child in walk_paths([component[inner]]):
                    yield (*here, inner, *steps[1:]), child


def find_component(components: list[Any], custom_id: str) -> Json | None:
    """Find the component that carries a custom id."""
    return next((one for one in walk(components) if one.get("custom_id") == custom_id), None)


def check_components(
    problems: FormProblems, components: list[Any], path: Path, *, is_layout: bool
) -> None:
    """Note everything that Discord would refuse in a message's components."""
    allowed = LAYOUT_TOP if is_layout else frozenset({Kind.ACTION_ROW})
    if not is_layout and len(components) > MOST_ROWS:
        problems.too_long(path, MOST_ROWS)
        return
    if is_layout and note_too_many(problems, components, path):
        return
    check_children(problems, components, path, allowed)
    if is_layout:
        _check_layout_text(problems, components, path)
    else:
        # In rows there are too few to count, but things may hide in what takes none.
        note_too_many(problems, components, path)
    check_duplicates(problems, components, path)


def note_too_many(problems: FormProblems, components: list[Any], path: Path) -> bool:
    """Note more components than a message can have, inner ones included."""
    count = sum(1 for _ in islice(walk(components), MOST_LAYOUT_COMPONENTS + 1))
    if count <= MOST_LAYOUT_COMPONENTS:
        return False
    problems.bad_length(path, 1, MOST_LAYOUT_COMPONENTS)
    return True


def check_children(
    problems: FormProblems, components: list[Any], path: Path, allowed: frozenset[Kind]
) -> None:
    """Check each component of a list, and that its type may stand there."""
    for index, component in enumerate(components):
        check_one(problems, component, (*path, index), allowed)


def check_one(
    problems: FormProblems, component: object, path: Path, allowed: frozenset[Kind]
) -> None:
    """Check one component whose type must be among the allowed ones."""
    kind, number = whole(as_object(component).get("type")), as_object(component).get("id")
    if kind is None or kind not in allowed:
        problems.not_one_of((*path, "type"), tuple(sorted(int(one) for one in allowed)))
        return
    if number is not None and not 0 <= (whole(number) or 0) <= MOST_COMPONENT_ID:
        message = f"int value should be between 0 and {MOST_COMPONENT_ID}."
        problems.add((*path, "id"), "NUMBER_TYPE_RANGE", message)
    if number is not None and whole(number) is None:
        problems.add((*path, "id"), "NUMBER_TYPE_COERCE", f'Value "{number}" is not int.')
    for name in LISTS:
        check_list(problems, as_object(component).get(name), (*path, name))
    CHECKS[Kind(kind)](problems, as_object(component), path)


def check_duplicates(problems: FormProblems, components: list[Any], path: Path) -> None:
    """Note custom ids that are there twice, also across rows, and numbers that are."""
    seen: set[tuple[str, object]] = set()
    for steps, component in islice(walk_paths(components), MOST_LAYOUT_COMPONENTS):
        for name, code in UNIQUE.items():
            value = component.get(name)
            # 0 stands for none.
            if not value or not isinstance(value, (str, int)):
                continue
            if (name, value) in seen:
                message = f"Component {name.replace('_', ' ')} cannot be duplicated"
                problems.add((*path, *steps, name), code, message)
            seen.add((name, value))


def _check_layout_text(problems: FormProblems, components: list[Any], path: Path) -> None:
    everything = islice(walk(components), MOST_LAYOUT_COMPONENTS)
    texts = [one.get("content") for one in everything if one.get("type") == Kind.TEXT_DISPLAY]
    if sum(len(text) for text in texts if isinstance(text, str)) > MOST_LAYOUT_CHARACTERS:
        message = f"The total of displayable text exceeds {MOST_LAYOUT_CHARACTERS} characters"
        problems.add(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)


def _check_row(problems: FormProblems, row: Json, path: Path) -> None:
    children = as_list(row.get("components"))
    if not 1 <= len(children) <= MOST_BUTTONS_IN_ROW:
        problems.bad_length((*path, "components"), 1, MOST_BUTTONS_IN_ROW)
        return
    check_children(problems, children, (*path, "components"), SELECTS | {Kind.BUTTON})
    width = 0
    for index, child in enumerate(map(as_object, children)):
        # A select is as wide as five buttons.
        width += ROW_WIDTH if child.get("type") in list(SELECTS) else 1
        if width > ROW_WIDTH and index < MOST_BUTTONS_IN_ROW:
            message = "The specified component exceeds the maximum width"
            where = (*path, "components", index)
            problems.add(where, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)


def _check_button(problems: FormProblems, button: Json, path: Path) -> None:
    style, label = button.get("style"), button.get("label")
    if whole(style) not in set(ButtonStyle):
        problems.not_one_of((*path, "style"), tuple(int(one) for one in ButtonStyle))
        return
    if label is not None and (not isinstance(label, str) or len(label) > LONGEST_BUTTON_LABEL):
        problems.too_long((*path, "label"), LONGEST_BUTTON_LABEL)
    check_emoji(problems, button.get("emoji"), (*path, "emoji"))
    check_truths(problems, button, path, "disabled")
    if style == ButtonStyle.LINK:
        check_url(problems, button.get("url"), (*path, "url"), (*WEB_SCHEMES, "discord://"))
        if len(str(button.get("url"))) > LONGEST_BUTTON_URL:
            problems.too_long((*path, "url"), LONGEST_BUTTON_URL)
    elif style == ButtonStyle.PREMIUM:
        _check_premium(problems, button, path)
    else:
        check_custom_id(problems, button, path)
    if style != ButtonStyle.PREMIUM and button.get("sku_id") is not None:
        message = "Only a premium button has a sku_id"
        problems.add((*path, "sku_id"), "BUTTON_COMPONENT_SKU_ID_NOT_ALLOWED", message)
    # Discord wants a button to show something; only a premium one brings its own label.
    if style != ButtonStyle.PREMIUM and not label and not button.get("emoji"):
        message = "A button must have a label or emoji"
        problems.add(path, "BUTTON_COMPONENT_MUST_HAVE_LABEL_OR_EMOJI", message)


def _check_premium(problems: FormProblems, button: Json, path: Path) -> None:
    if button.get("sku_id") is None:
        problems.required((*path, "sku_id"))
    else:
        check_snowflake(problems, button["sku_id"], (*path, "sku_id"))
    # That it has none of these is documented; with which words Discord refuses them is not.
    for name in ("custom_id", "label", "url", "emoji"):
        if button.get(name) is not None:
            message = f"A premium button cannot have a {name}"
            problems.add((*path, name), "BUTTON_COMPONENT_PREMIUM_EXCLUSIVE", message)


def _check_section(problems: FormProblems, section: Json, path: Path) -> None:
    children = as_list(section.get("components"))
    if not 1 <= len(children) <= MOST_SECTION_TEXTS:
        problems.bad_length((*path, "components"), 1, MOST_SECTION_TEXTS)
    check_children(problems, children, (*path, "components"), frozenset({Kind.TEXT_DISPLAY}))
    accessory = frozenset({Kind.BUTTON, Kind.THUMBNAIL})
    check_one(problems, section.get("accessory"), (*path, "accessory"), accessory)


def _check_text_display(problems: FormProblems, text: Json, path: Path) -> None:
    most = MOST_LAYOUT_CHARACTERS
    check_text(problems, text.get("content"), (*path, "content"), least=1, most=most)


def _check_media(problems: FormProblems, holder: Json, path: Path, name: str) -> None:
    url = as_object(holder.get(name)).get("url")
    check_url(problems, url, (*path, name, "url"), FILE_SCHEMES)
    described = holder.get("description")
    if described is not None:
        where = (*path, "description")
        check_text(problems, described, where, least=1, most=LONGEST_MEDIA_TEXT)
    check_truths(problems, holder, path, "spoiler")


def _check_thumbnail(problems: FormProblems, thumbnail: Json, path: Path) -> None:
    _check_media(problems, thumbnail, path, "media")


def _check_gallery(problems: FormProblems, gallery: Json, path: Path) -> None:
    items = as_list(gallery.get("items"))
    if not 1 <= len(items) <= MOST_GALLERY_ITEMS:
        problems.bad_length((*path, "items"), 1, MOST_GALLERY_ITEMS)
        return
    for index, item in enumerate(map(as_object, items)):
        _check_media(problems, item, (*path, "items", index), "media")


def _check_file(problems: FormProblems, file: Json, path: Path) -> None:
    check_truths(problems, file, path, "spoiler")
    url = as_object(file.get("file")).get("url")
    check_url(problems, url, (*path, "file", "url"), (ATTACHMENT_SCHEME,))


def _check_separator(problems: FormProblems, separator: Json, path: Path) -> None:
    check_truths(problems, separator, path, "divider")
    spacing = separator.get("spacing")
    if spacing is not None and whole(spacing) not in {1, 2}:
        problems.not_one_of((*path, "spacing"), (1, 2))


def _check_container(problems: FormProblems, container: Json, path: Path) -> None:
    children = as_list(container.get("components"))
    if not children:
        problems.bad_length((*path, "components"), 1, MOST_LAYOUT_COMPONENTS)
    check_children(problems, children, (*path, "components"), CONTAINER_CHILDREN)
    check_truths(problems, container, path, "spoiler")
    colour = container.get("accent_color")
    if colour is not None and not 0 <= (-1 if whole(colour) is None else colour) <= MOST_COLOUR:
        message = f"int value should be between 0 and {MOST_COLOUR}."
        problems.add((*path, "accent_color"), "NUMBER_TYPE_RANGE", message)


CHECKS: dict[Kind, Check] = {
    Kind.ACTION_ROW: _check_row,
    Kind.BUTTON: _check_button,
    Kind.SECTION: _check_section,
    Kind.TEXT_DISPLAY: _check_text_display,
    Kind.THUMBNAIL: _check_thumbnail,
    Kind.MEDIA_GALLERY: _check_gallery,
    Kind.FILE: _check_file,
    Kind.SEPARATOR: _check_separator,
    Kind.CONTAINER: _check_container,
    **dict.fromkeys(SELECTS, check_select),
}
