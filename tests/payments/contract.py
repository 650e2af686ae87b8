"""The rigs of the contract suite: `test_contract.py` runs over all of them.

A **rig** is a provider in its world: the provider itself, made as the bot makes it, and hands that
do what buyers, banks and outages do. How to write one:

1. A file `tests/payments/rigs_<name>.py`; the suite finds it by itself.
2. In it a class that inherits `Rig`, sets `name` and `can`, and has at least `provider`, `restart`,
   `order` and `pay`. What `can` names has to be there as well; the rest is never called.
3. `RIGS: dict[str, RigMaker]`, from a word for the test's name to an asynchronous context manager
   that takes an empty folder (for a database, if one is needed) and yields the rig with its world
   running. `@contextlib.asynccontextmanager async def made(folder: Path) -> AsyncGenerator[Rig]`.

```python
class ManualRig(Rig):
    name = "manual"
    can = frozenset({Can.REFUND, Can.REFUND_IN_PART})
    ...

RIGS: dict[str, RigMaker] = {"manual": manual}
```

A rig's hands act on the world (the double, the sandbox, the own database), never on the provider: a
payment or a refund comes about there, and the provider has to find it. After `restart` the provider
is a new one, with nothing remembered; the world stays as it is. Use no real waiting anywhere.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.payments.provider import Checkout, PayableOrder, PaymentProvider


class Can(StrEnum):
    """What a provider's world has; the suite leaves out the tests of what it has not."""

    ORDERS = "its payments name the order, and a checkout leads to its payment"
    EVENTS = "poll() tells of what happened"
    WEBHOOKS = "it sends signed webhooks"
    GOES_DOWN = "it can be out of reach"
    EXPIRE = "a checkout that nobody pays ends by itself"
    SLOW_MONEY = "a buyer can be done before the money is there"
    REFUND = "refund() gives everything back"
    REFUND_IN_PART = "refund() gives a part back"
    REFUND_ELSEWHERE = "money goes back without the bot: by a dashboard, a deleted entitlement"
    REFUND_FAILS = "a refund can fail after it succeeded"
    DISPUTES = "the buyer's bank can take the money back"


@dataclass(frozen=True, slots=True)
class Ring:
    """A webhook's request as the provider sends it; header names are lower case."""

    headers: Mapping[str, str]
    body: bytes


class Rig(ABC):
    """A provider in its world. Inherit it; the module's docstring tells how."""

    name: str
    """What `provider.name` has to be, for ever."""

    can: frozenset[Can]

    @property
    @abstractmethod
    def provider(self) -> PaymentProvider:
        """Return the provider as it is now; another one after `restart`."""
        ...

    @abstractmethod
    async def restart(self) -> None:
        """Close the provider and make a new one over the same world."""
        ...

    @abstractmethod
    def order(self, order_id: int) -> PayableOrder:
        """Return an order of this number that can be paid here: its currency, its price, its SKU.

        The same number gives the same order. At most 40 are asked for in a test, from 1 upwards.
        """
        ...

    @abstractmethod
    async def pay(self, order: PayableOrder, checkout: Checkout) -> str:
        """Let the buyer pay everything now, and return the payment's id at the provider.

        Where a payment comes about by the order itself (play money), return that one's id.
        """
        ...

    def price_of(self, order: PayableOrder) -> tuple[int, str]:
        """Return the amount (minor units) and currency that the provider says was paid."""
        return order.price_minor, order.currency

    async def rings(self) -> tuple[Ring, ...]:
        """Return the webhooks sent since the last call, oldest first (`Can.WEBHOOKS`)."""
        raise NotImplementedError

    async def go_down(self) -> None:
        """Let every request to the provider fail from now on, quickly (`Can.GOES_DOWN`)."""
        raise NotImplementedError

    async def come_up(self) -> None:
        """Let requests succeed again (`Can.GOES_DOWN`)."""
        raise NotImplementedError

    async def expire(self, order: PayableOrder, checkout: Checkout) -> None:
        """Let the checkout end without a payment (`Can.EXPIRE`)."""
        raise NotImplementedError

    async def promise(self, order: PayableOrder, checkout: Checkout) -> str:
        """Let the buyer be done while the money is still on its way (`Can.SLOW_MONEY`)."""
        raise NotImplementedError

    async def money_arrives(self, payment_id: str) -> None:
        """Let the promised money come (`Can.SLOW_MONEY`)."""
        raise NotImplementedError

    async def money_stays_away(self, payment_id: str) -> None:
        """Let the promised money never come (`Can.SLOW_MONEY`)."""
        raise NotImplementedError

    async def give_back(self, payment_id: str, amount_minor: int) -> None:
        """Give money back without the bot (`Can.REFUND_ELSEWHERE`).

        It is everything, unless the rig also names `Can.REFUND_IN_PART`.
        """
        raise NotImplementedError

    async def fail_refunds(self, payment_id: str) -> None:
        """Let every refund of the payment fail after all (`Can.REFUND_FAILS`)."""
        raise NotImplementedError

    async def dispute(self, payment_id: str) -> None:
        """Let the buyer's bank ask for everything back (`Can.DISPUTES`)."""
        raise NotImplementedError

    async def decide(self, payment_id: str, *, won: bool) -> None:
        """Let the dispute end; a lost one can still be won by an appeal (`Can.DISPUTES`)."""
        raise NotImplementedError


RigMaker = Callable[[Path], AbstractAsyncContextManager[Rig]]
