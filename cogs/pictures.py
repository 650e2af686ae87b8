"""Pictures beside an answer: drawn when there is a studio, left out when anything is in the way."""

import io
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import discord

from bot.pictures.charts import Chart
from bot.pictures.errors import CannotDraw, Unwritable
from bot.pictures.studio import Studio
from bot.texts import SOURCE_LOCALE, Texts, texts_for

log = logging.getLogger(__name__)

# Discord's own limit for what stands in a picture's place.
_MOST_ALT_CHARACTERS = 1024


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, its file name, and the words for who cannot see it."""

    name: str
    content: bytes
    alt: str

    def file(self) -> discord.File:
        """Return it for one message; discord.py closes what it has sent, so each needs its own."""
        alt = self.alt[:_MOST_ALT_CHARACTERS]
        return discord.File(io.BytesIO(self.content), self.name, description=alt)


def studio_of(interaction: discord.Interaction[Any]) -> Studio | None:
    """Return the studio of the bot that received an interaction; not every bot has one."""
    return studio_in(interaction.client)


def studio_in(client: discord.Client) -> Studio | None:
    """Return the studio of a bot; not every bot has one."""
    studio = getattr(client, "studio", None)
    assert studio is None or isinstance(studio, Studio)
    return studio


async def drawn(
    studio: Studio | None, texts: Texts, chart_in: Callable[[Texts], Chart], *, name: str, alt: str
) -> Picture | None:
    """Return a chart in the reader's language, or None: a command never fails for a picture.

    In a language that the pictures' font cannot write, the picture stands in English; its words
    for who cannot see it, and everything around it, stay in the reader's.
    """
    if studio is None:
        return None
    for language in (texts, texts_for(SOURCE_LOCALE).priced(texts.coin_price)):
        try:
            return Picture(name, await studio.draw(chart_in(language)), alt)
        except Unwritable as error:
            log.info("a picture cannot be in %s: %s", language.locale, error)
        except (CannotDraw, ValueError) as error:  # a translation may be longer than a label
            log.warning("no picture %s: %s", name, error)
            return None
    return None
