"""What components only name and must be there: files that came along, SKUs that the bot sells."""

from collections.abc import Container, Iterator
from typing import Any

from bot.sandbox.component_rules import MOST_GALLERY_ITEMS, walk_paths
from bot.sandbox.embed_rules import ATTACHMENT_SCHEME, Path
from bot.sandbox.rejections import FormProblems
from bot.sandbox.wire import Json, as_list, as_object


def check_references(components: list[Any], filenames: Container[str]) -> None:
    """Refuse a layout that shows a file which did not come along."""
    problems = FormProblems()
    for steps, component in walk_paths(components):
        for where, media in _media_of(component):
            url = str(as_object(media).get("url"))
            if url.startswith(ATTACHMENT_SCHEME):
                name = url.removeprefix(ATTACHMENT_SCHEME)
                if name not in filenames:
                    code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
                    message = f"The referenced attachment {name} was not found."
                    problems.add(("components", *steps, *where, "url"), code, message)
    problems.raise_if_any()


def check_skus(components: list[Any], sku_ids: Container[str]) -> None:
    """Refuse a premium button for what this bot does not sell."""
    problems = FormProblems()
    for steps, component in walk_paths(components):
        sku_id = component.get("sku_id")
        if sku_id is not None and str(sku_id) not in sku_ids:
            message = "The application for this SKU does not exist or does not match the"
            where = ("components", *steps, "sku_id")
            code = "BUTTON_COMPONENT_INVALID_APPLICATION"
            problems.add(where, code, f"{message} message author")
    problems.raise_if_any()


def _media_of(component: Json) -> Iterator[tuple[Path, object]]:
    for name in ("media", "file"):
        if name in component:
            yield (name,), component[name]
    items = as_list(component.get("items"))[:MOST_GALLERY_ITEMS]
    for index, item in enumerate(map(as_object, items)):
        yield ("items", index, "media"), item.get("media")
