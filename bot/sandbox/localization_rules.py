"""What Discord allows in translated names and descriptions."""

from collections.abc import Callable
from itertools import islice
from typing import Any

from bot.sandbox.embed_rules import Path
from bot.sandbox.rejections import FormProblems
from bot.sandbox.wire import Json, as_object

LOCALES = frozenset(
    {
        *("ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr"),
        *("he", "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro"),
        *("ru", "sv-SE", "th", "tr", "uk", "vi", "zh-CN", "zh-TW"),
    }
)
Check = Callable[[FormProblems, Any, Path], None]


def check_localizations(
    problems: FormProblems, holder: Json, name: str, path: Path, check: Check
) -> None:
    """Check the translations of one text, each by the rule of the text itself."""
    given = holder.get(f"{name}_localizations")
    where = (*path, f"{name}_localizations")
    if given is None:
        return
    if as_object(given) is not given:
        message = "Only dictionaries may be used in a DictType"
        problems.add(where, "DICT_TYPE_CONVERT", message)
    if len(as_object(given)) > len(LOCALES):
        problems.too_long(where, len(LOCALES))
        return
    for locale, text in as_object(given).items():
        if locale not in LOCALES:
            problems.not_one_of((*where, locale), tuple(sorted(LOCALES)))
        # A translation may be null, which is as if it were not there.
        elif text is not None:
            check(problems, text, (*where, locale))


def longest(holder: Json, name: str) -> int:
    """Count the characters of a text or of its longest translation, whichever is more."""
    translations = as_object(holder.get(f"{name}_localizations")).values()
    texts = [holder.get(name), *islice(translations, len(LOCALES))]
    return max(len(text) if isinstance(text, str) else 0 for text in texts)
