"""How streamers are paid, in plain words, and why one was not."""

from bot.payout_errors import OWN_REASONS
from bot.texts import N_, Texts

_WAYS = {
    "manual": N_("By hand"),
    "bank": N_("By bank"),
    "stripe": N_("Through Stripe"),
    "role": N_("With a role"),
}


def way_words(provider: str) -> str:
    """Return the name of a way to be paid, for `texts`."""
    return _WAYS.get(provider, provider.capitalize())


def reason_words(texts: Texts, reason: str) -> str:
    """Return why something was not paid: our own reasons in the reader's language."""
    return texts(reason) if reason in OWN_REASONS else reason
