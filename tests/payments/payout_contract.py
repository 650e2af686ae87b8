"""The rigs of the payouts' contract suite: `test_payout_contract.py` runs over all of them.

A **rig** is a provider of payouts in its world: the provider itself, made as the bot makes it, and
hands that do what streamers, banks and outages do. How to write one:

1. A file `tests/payments/payout_rigs_<name>.py`; the suite finds it by itself.
2. In it a class that inherits `PayoutRig`, sets `name` and `can`, and has at least `provider`,
   `restart`, `payout` and `went_out`. What `can` names has to be there as well.
3. `RIGS: dict[str, PayoutRigMaker]`, from a word for the test's name to an asynchronous context
   manager that yields the rig with its world running.

A rig's hands act on the world (the double, the sandbox), never on the provider. After `restart` the
provider is a new one, with nothing remembered; the world stays as it is. Use no real waiting.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from enum import StrEnum

from bot.payments.payout_provider import Payout, PayoutProvider, Sent, Streamer


class Can(StrEnum):
    """What a provider's world has; the suite leaves out the tests of what it has not."""

    SEND = "it sends by itself"
    GO_DOWN = "it can be out of reach"
    LOSE_ANSWERS = "its answer can be lost after the work was done"
    REFUSE = "it can say no"
    FORGET_KEYS = "it remembers the keys of requests for a while only"
    NEED_PAYEES = "a streamer has to be known there, and ready"
    INVITE = "it has a page for streamers to fill in"
    RETURN = "what went out can come back"
    CHANGE_PAYER = "it pays from an account, and the operator can set up another"


class PayoutRig(ABC):
    """A provider in its world. Inherit it; the module's docstring tells how."""

    name: str
    """What `provider.name` has to be, for ever."""

    can: frozenset[Can]

    @property
    @abstractmethod
    def provider(self) -> PayoutProvider:
        """Return the provider as it is now; another one after `restart`."""
        ...

    @abstractmethod
    async def restart(self) -> None:
        """Close the provider and make a new one over the same world."""
        ...

    @abstractmethod
    async def payout(self, claim_id: int) -> Payout:
        """Return a payout of this number that can be sent, each to another streamer (1 to 4)."""
        ...

    @abstractmethod
    def went_out(self, payout: Payout) -> int:
        """Return how many times the payout reached its streamer."""
        ...

    def streamer(self, payout: Payout) -> Streamer:
        """Return who gets a payout."""
        return Streamer(
            guild_id=payout.guild_id, member_id=payout.streamer_id, account=payout.account
        )

    def go_down(self) -> None:
        """Let every request fail from now on, quickly (`Can.GO_DOWN`)."""
        raise NotImplementedError

    def come_up(self) -> None:
        """Let requests succeed again (`Can.GO_DOWN`)."""
        raise NotImplementedError

    def lose_answers(self) -> None:
        """Let payouts go out from now on and their answers be lost (`Can.LOSE_ANSWERS`)."""
        raise NotImplementedError

    def refuse(self, payout: Payout) -> str:
        """Let the provider say no to a payout; return words of its reason (`Can.REFUSE`)."""
        raise NotImplementedError

    def forget_keys(self) -> None:
        """Forget which keys were used (`Can.FORGET_KEYS`)."""
        raise NotImplementedError

    def stranger(self) -> Streamer:
        """Return somebody whom the provider does not know (`Can.NEED_PAYEES`)."""
        raise NotImplementedError

    def want_more(self, streamer: Streamer) -> None:
        """Let a known streamer be not ready (`Can.NEED_PAYEES`)."""
        raise NotImplementedError

    def fill_in(self, account: str) -> None:
        """Let a streamer fill in their page (`Can.INVITE`)."""
        raise NotImplementedError

    def change_payer(self) -> None:
        """Let the operator set up another account, for `restart` to find (`Can.CHANGE_PAYER`)."""
        raise NotImplementedError

    def take_back(self, payout: Payout, sent: Sent) -> None:
        """Let all of what went out come back (`Can.RETURN`)."""
        raise NotImplementedError


PayoutRigMaker = Callable[[], AbstractAsyncContextManager[PayoutRig]]
