"""Answers a request: which drawing is whose, and what no picture can write."""

import unicodedata
from functools import cache

from bot.pictures.banners import draw_banner
from bot.pictures.bars import draw_bars
from bot.pictures.canvas import characters
from bot.pictures.charts import BarChart
from bot.pictures.frames import Answer, Look, Request, Tag

_known = cache(characters)


def answer(request: Request) -> Answer:
    """Return the picture, or the characters for want of which there is none."""
    lacking = missing(request.words)
    if lacking or isinstance(request, Look):
        return Answer(Tag.MISSING, lacking.encode("utf-8", "replace"))
    draw = draw_bars(request) if isinstance(request, BarChart) else draw_banner(request)
    return Answer(Tag.PICTURE, draw)


def missing(text: str) -> str:
    """Return the characters of a text that no picture can write, each once, in their order."""
    return "".join(dict.fromkeys(each for each in text if not _is_writable(each)))


def _is_writable(character: str) -> bool:
    return ord(character) in _known() and unicodedata.category(character)[0] != "C"
