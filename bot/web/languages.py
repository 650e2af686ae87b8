"""Which language a browser asks for, among those that there are texts in."""

import re

from bot.texts import SOURCE_LOCALE, Texts, texts_for

# Browsers send a handful; nobody needs a hundred.
MOST_LETTERS = 200
_WISH = re.compile(r"([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2})(?:\s*;\s*q=([01](?:\.\d{0,3})?))?")


def texts_for_reader(accept_language: str) -> Texts:
    """Return the texts in the best language of an `Accept-Language` header, else English."""
    for tag in _by_preference(accept_language[:MOST_LETTERS]):
        texts = texts_for(tag)
        is_known = texts.locale.language == tag.partition("-")[0].lower()
        if is_known and texts.is_spoken:
            return texts
    return texts_for(SOURCE_LOCALE)


def language_tag(texts: Texts) -> str:
    """Return the language as HTML and HTTP write it, such as pt-BR."""
    return str(texts.locale).replace("_", "-")


def _by_preference(header: str) -> list[str]:
    """Return the language tags, the dearest first; those alike stay in their order."""
    wishes = [_WISH.fullmatch(part.strip()) for part in header.split(",")]
    weighed = [(float(wish[2] or 1), wish[1]) for wish in wishes if wish]
    weighed.sort(key=lambda pair: -pair[0])
    return [tag for weight, tag in weighed if weight > 0]
