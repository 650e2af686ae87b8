"""The language of a page: what the browser asks for, where there are texts, else English."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo

from bot import texts as texts_module
from bot.texts import DOMAIN, texts_for
from bot.web.languages import language_tag, texts_for_reader
from bot.web.return_pages import OUTCOMES
from tests.web.conftest import Site

THANKS = {"de": "Danke <3", "pt_BR": "Obrigado!", "ar": "شكرا"}


@pytest.fixture(autouse=True)
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for locale, words in THANKS.items():
        folder = tmp_path / locale / "LC_MESSAGES"
        folder.mkdir(parents=True)
        catalogue = Catalog(locale=locale)
        catalogue.add(OUTCOMES["paid"].title, words)
        with (folder / f"{DOMAIN}.mo").open("wb") as file:
            write_mo(file, catalogue)
    monkeypatch.setattr(texts_module, "LOCALE_FOLDER", tmp_path)
    texts_for.cache_clear()
    yield
    texts_for.cache_clear()


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("", "en-US"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de-AT"),
        ("en-GB,de;q=0.9", "en-GB"),
        ("en;q=0.1, de;q=0.9", "de"),
        ("de;q=0, en", "en"),
        ("fr, de;q=0", "en-US"),
        ("fr-FR, fr;q=0.9, de;q=0.5, en;q=0.4", "de"),
        ("fr, ja", "en-US"),
        ("xx, de", "de"),
        ("pt-BR", "pt-BR"),
        ("pt-PT, de", "de"),
        ("*", "en-US"),
        ("de ; q=0.5 , *", "de"),
        ("DE-at", "de-AT"),
        ("../../etc/passwd", "en-US"),
        ("de;q=9", "en-US"),
        ("de;q=0.5.5, ar", "ar"),
        (",;=,\x00,de\x00", "en-US"),
        ("fr," * 1_000 + "de", "en-US"),
    ],
)
def test_the_best_language_with_texts_is_taken(header: str, tag: str) -> None:
    assert language_tag(texts_for_reader(header)) == tag


@pytest.mark.parametrize(
    ("wanted", "tag", "direction", "title"),
    [
        ("de-DE,de;q=0.9", "de-DE", "ltr", "Danke &lt;3"),
        ("ar", "ar", "rtl", "شكرا"),
        ("ja", "en-US", "ltr", "Thank you!"),
    ],
)
async def test_a_page_is_in_the_readers_language(
    site: Site, wanted: str, tag: str, direction: str, title: str
) -> None:
    headers = {"Accept-Language": wanted}
    async with site.session.get(f"{site.url}/return/paid", headers=headers) as answer:
        text = await answer.text()
        assert answer.headers["Content-Language"] == tag
        assert answer.headers["Vary"] == "Accept-Language"
    assert f'<html lang="{tag}" dir="{direction}">' in text
    assert f"<h1>{title}</h1>" in text
