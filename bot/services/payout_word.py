"""A person's word for what became of a claim that is being sent, and what came of the word."""

from dataclasses import dataclass

from bot.services.claim import Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonsWord:
    """An admin says that it was paid, with its reference, or that it was not, with the reason.

    It is about what the claim's step `seen_step` began, 0 for whatever is on its way.
    """

    guild_id: int
    key: str
    admin_id: int
    claim_id: int
    is_paid: bool
    note: str
    seen_step: int = 0


@dataclass(frozen=True, slots=True)
class WordTaken:
    """How the claim stands then; `is_found` says that the provider itself knew what it had paid."""

    claim: Claim
    is_found: bool
