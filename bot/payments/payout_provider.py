"""What every provider of payouts can do: find out who can be paid, pay once, say what became of it.

A payout is committed as `sending` before its provider is asked, so whatever dies or goes silent
afterwards, it is known that something may be on its way. Then the provider is asked first whether
it sent it (`find`), and only if not to send it.

A provider knows no books and no Discord. It raises the errors of `bot/payment_errors.py` only:
`ProviderSilent` when nobody knows, `ProviderRefused` when it says no and nothing went; and
`PayoutUnclear` of `bot/payout_errors.py` when what went is not what was sent.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Streamer:
    """Who is to be paid; `account` is how the provider knows them, '' for not at all."""

    guild_id: int
    member_id: int
    account: str = ""


class PayeeState(StrEnum):
    """Whether a provider can pay somebody."""

    NONE = "none"  # it does not know them
    INCOMPLETE = "incomplete"  # it waits for something from them
    READY = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """A streamer as a provider knows them now.

    `account` is what is to be kept of it, `url` a page of the provider's where the streamer goes
    on, '' for none; such a page is theirs alone, and for minutes.
    """

    state: PayeeState
    account: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payout:
    """One part of a claim on its way; `amount_minor` counts minor units of `currency`.

    It is 0 where diamonds have no value in money. `account` is the payee's at the provider; for a
    role, the role's number.
    """

    guild_id: int
    claim_id: int
    part: int
    streamer_id: int
    diamonds: int
    amount_minor: int
    currency: str
    account: str

    @property
    def key(self) -> str:
        """Return what tells it from all others, for ever: the provider is asked for it by this."""
        return f"claim-{self.guild_id}-{self.claim_id}-{self.part}"


@dataclass(frozen=True, slots=True)
class Sent:
    """A payout that went out; `reference` is the provider's name of it, for a person to look up."""

    reference: str


class SentState(StrEnum):
    """What became of a payout that went out."""

    SENT = "sent"
    RETURNED = "returned"  # all of it came back
    UNKNOWN = "unknown"  # the provider has none of that name


class PayoutProvider(Protocol):
    """One way to pay streamers. Every provider passes `tests/payments/payout_contract.py`."""

    @property
    def name(self) -> str:
        """Return the word in the books, in settings and in logs; lower case, for ever."""
        ...

    @property
    def is_automatic(self) -> bool:
        """Tell whether it sends by itself; otherwise a person pays, and `send` refuses."""
        ...

    @property
    def has_page(self) -> bool:
        """Tell whether streamers fill in a page of the provider's before they can be paid."""
        ...

    def serves(self, guild_id: int) -> bool:
        """Tell whether it pays in a guild: whose money it is may not be the guild's."""
        ...

    async def payer(self) -> str:
        """Return the provider's name of the account that it pays from, '' where it has none.

        What was begun from one account must not be sent again from another.

        Raises:
            ProviderSilent: it cannot be asked now.
        """
        ...

    async def payee(self, streamer: Streamer) -> Payee:
        """Return whether a streamer can be paid; nothing is changed by asking.

        Raises:
            ProviderSilent: it cannot be asked now.
        """
        ...

    async def invite(self, streamer: Streamer) -> Payee:
        """Return the same, with a fresh page to go on where there is one; it may make an account.

        Raises:
            ProviderSilent, ProviderRefused: there is none; the same call again makes no second one.
        """
        ...

    async def send(self, payout: Payout) -> Sent:
        """Pay, or return what was paid under the same key before; twice is once.

        Raises:
            ProviderRefused: it says no, and nothing went.
            ProviderSilent: nobody knows; `find` does later.
            PayoutUnclear: something went under this key that is not this payout.
        """
        ...

    async def find(self, payout: Payout) -> Sent | None:
        """Return what went out under the payout's key, None when nothing did.

        Raises:
            ProviderSilent: it cannot be asked now.
            PayoutUnclear: something went under this key that is not this payout.
        """
        ...

    async def state(self, reference: str) -> SentState:
        """Return what became of what went out.

        Raises:
            ProviderSilent: it cannot be asked now.
        """
        ...

    async def close(self) -> None:
        """Give back what it holds; nothing is called afterwards."""
        ...
