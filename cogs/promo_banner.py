"""The picture of a promotion: its bonus in large letters, and the admin's words below it."""

import asyncio
import logging

from bot.pictures.charts import Banner
from bot.pictures.errors import CannotDraw
from bot.pictures.studio import Studio
from bot.promotion_errors import PictureTextUnwritable
from bot.services.promotion_terms import Terms
from bot.texts import Texts
from cogs.pictures import Picture, drawn

log = logging.getLogger(__name__)

PICTURE_NAME = "promotion.png"

# Pictures are drawn one at a time, and few may wait. Those of many promotions that begin at once
# wait for their turn here: they keep no other picture from being drawn, and no card for long.
_MOST_WAIT_SECONDS = 12.0
_TURNS = 2


def bonus_headline(texts: Texts, terms: Terms) -> str:
    """Return the bonus in as few characters as can be."""
    if terms.bonus_percent:
        return texts("+{percent}%", percent=terms.bonus_percent)
    # The card that has the picture says it in words, with the price.
    return texts("+{coins:bare}", coins=terms.bonus_coins)


async def banner_picture(
    studio: Studio | None, texts: Texts, terms: Terms, text: str
) -> Picture | None:
    """Return the picture of a promotion, or None where none is wanted or none can be drawn."""
    if not text:
        return None
    headline = bonus_headline(texts, terms)
    alt = texts("A banner with flowers. It says: {headline}, {text}", headline=headline, text=text)
    return await drawn(
        studio,
        texts,
        lambda language: Banner(bonus_headline(language, terms), text),
        name=PICTURE_NAME,
        alt=alt,
    )


async def refuse_unwritable(studio: Studio | None, text: str) -> None:
    """Refuse words for a picture that its font cannot write, as long as anybody can tell.

    Raises:
        PictureTextUnwritable: so it is.
    """
    if studio is None or not text:
        return
    try:
        missing = await studio.missing(text)
    except CannotDraw as error:
        log.warning("nobody can tell whether a picture can be drawn: %s", error)
        return
    if missing:
        raise PictureTextUnwritable(" ".join(missing))


class Painter:
    """Has the pictures of announcements drawn, a few at a time."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(_TURNS)

    async def banner(
        self, studio: Studio | None, texts: Texts, terms: Terms, text: str
    ) -> Picture | None:
        """Return the picture of an announcement, or None if it goes out without one."""
        try:
            async with asyncio.timeout(_MOST_WAIT_SECONDS), self._turns:
                return await banner_picture(studio, texts, terms, text)
        except TimeoutError:
            return None
