"""Other languages are only files: every text is in the template, and a translation is read."""

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot import texts as texts_module
from bot.errors import AdminsOnly, NotEnoughCoins
from bot.texts import DOMAIN, texts_for

ROOT = Path(__file__).parents[1]
KEYWORDS = {"N_": None, "texts": None, "public_texts": None, "plural": (1, 2)}


def messages_in_the_code() -> set[str]:
    found: set[str] = set()
    for folder in ("bot", "cogs"):
        for _, _, message, _, _ in extract_from_dir(ROOT / folder, keywords=KEYWORDS):
            found.add(message if isinstance(message, str) else message[0])
    return found


def messages_in_the_template() -> set[str]:
    template = read_po(io.BytesIO((ROOT / "bot/locale/bouquet.pot").read_bytes()))
    return {
        message.id if isinstance(message.id, str) else message.id[0]
        for message in template
        if message.id
    }


def test_the_template_has_every_text_of_the_code() -> None:
    """When this fails, `make texts` writes the template anew."""
    assert messages_in_the_template() == messages_in_the_code()


def test_no_text_writes_the_word_coins_behind_a_number_itself() -> None:
    """The units `coins`, `amount` and `bare` write it, which know whether a price belongs there."""
    own = {
        "{count} coin",
        # The list ends with the last of its numbers.
        "**{bonus}** on the packs of {packs} coins",
    }
    written = re.compile(r"\{\w+\}[\s*_]*(?:\w+ )?coins?\b")
    assert {each for each in messages_in_the_code() if written.search(each)} == own


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = Catalog(locale="de")
    catalogue.add(("{count} coin", "{count} coins"), ("{count} Münze", "{count} Münzen"))
    catalogue.add(NotEnoughCoins.message, "Du hast {balance:coins}, nötig sind {price}. `/buy`!")
    with (folder / f"{DOMAIN}.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(texts_module, "LOCALE_FOLDER", tmp_path)
    texts_for.cache_clear()
    yield
    texts_for.cache_clear()
    shutil.rmtree(tmp_path)


@pytest.mark.usefixtures("german")
def test_a_refusal_is_read_in_the_readers_language() -> None:
    refusal = NotEnoughCoins(1, 12_000)
    assert refusal.sentence(texts_for("de")) == "Du hast 1 Münze, nötig sind 12.000. `/buy`!"
    assert refusal.sentence(texts_for("en-US")) == (
        "You have 1 coin and this costs 12,000. `/buy` gets more."
    )


@pytest.mark.usefixtures("german")
def test_what_is_not_translated_is_read_in_english() -> None:
    assert AdminsOnly().sentence(texts_for("de")) == AdminsOnly.message
