"""Pictures beside an answer: in the reader's language or else in English, and never in the way."""

from collections.abc import AsyncGenerator

import pytest

from bot.pictures.charts import Banner
from bot.pictures.errors import CannotDraw
from bot.pictures.studio import Studio
from bot.texts import Texts, texts_for
from cogs.pictures import Picture, drawn


@pytest.fixture
async def studio() -> AsyncGenerator[Studio]:
    opened = Studio()
    yield opened
    await opened.close()


async def test_a_language_that_no_picture_can_write_gets_an_english_one(studio: Studio) -> None:
    asked: list[str] = []

    def chart_in(texts: Texts) -> Banner:
        asked.append(texts.locale.language)
        return Banner({"ja": "五割増", "de": "+50 % für alle", "en": "+50%"}[asked[-1]])

    japanese = await drawn(studio, texts_for("ja"), chart_in, name="a.png", alt="五割増")
    assert asked == ["ja", "en"]
    assert japanese == Picture("a.png", await studio.draw(Banner("+50%")), "五割増")
    german = await drawn(studio, texts_for("de"), chart_in, name="a.png", alt="mehr")
    assert asked[2:] == ["de"]
    assert german is not None
    assert german.content == await studio.draw(Banner("+50 % für alle"))


async def test_without_a_studio_or_with_a_broken_one_there_is_no_picture() -> None:
    async def chart(studio: Studio | None, headline: str) -> Picture | None:
        return await drawn(
            studio, texts_for("en-US"), lambda _: Banner(headline), name="a.png", alt=""
        )

    assert await chart(None, "+50%") is None
    studio = Studio()
    assert await chart(studio, "🎉") is None
    # A translation may be longer than anything that can be drawn.
    assert await chart(studio, "x" * 81) is None
    await studio.close()
    with pytest.raises(CannotDraw):
        await studio.draw(Banner("+50%"))
    assert await chart(studio, "+50%") is None


def test_a_picture_can_be_sent_again_and_its_words_fit() -> None:
    picture = Picture("a.png", b"png", "w" * 2_000)
    first, second = picture.file(), picture.file()
    assert first.fp.read() == second.fp.read() == b"png"
    assert first.filename == "a.png"
    assert first.description == "w" * 1_024
