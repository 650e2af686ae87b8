"""Shorthand for tests of paid mode: a guild that takes money, buyers who declared, payments."""

from dataclasses import dataclass, field, replace
from typing import Any

from bot.payments.manual import Manual
from bot.services.payment_booking import Outcome as Booked
from bot.services.seasons import PaidSetup
from tests.payments.truth import Truth, TruthProvider
from tests.wire.town import GUILD_ID, MEMBER_ID, Outcome, Provide, Town, components_of

SETUP = PaidSetup(
    currency="EUR",
    provider="truth",
    terms_url="https://example.org/terms",
    privacy_url="https://example.org/privacy",
    support_url="https://example.org/help_(us)",
    text_version=1,
)
LINKS = (
    "[Terms](https://example.org/terms) · [Privacy](https://example.org/privacy)"
    " · [Support](https://example.org/help_%28us%29)"
)
PRICES_MINOR = {350: 499, 700: 999, 1_400: 1_999}
LINK = 5
PREMIUM = 6


@dataclass
class Till:
    """A town whose guild takes money, over a payment service that always knows the truth."""

    town: Town
    provider: TruthProvider = field(default_factory=lambda: TruthProvider(Truth()))

    async def begin(self, provider: str = "truth", **changes: Any) -> None:
        """Begin to take money, with three packs."""
        setup = replace(SETUP, provider=provider, **changes)
        economy = self.town.bot.economy
        await economy.seasons.begin_paid(GUILD_ID, MEMBER_ID["Olive"], setup)
        for coins, price_minor in PRICES_MINOR.items():
            await economy.packs.put(GUILD_ID, MEMBER_ID["Olive"], coins, price_minor)

    async def provide(self, provide: Provide) -> None:
        """Let the bot start again with these ways to pay."""
        self.town.provide = provide
        await self.town.restart()

    async def by_truth(self) -> None:
        """Let the bot know the service that knows the truth."""
        await self.provide(lambda _bot: {"truth": self.provider})

    async def by_hand(self) -> None:
        """Let the bot take money by hand."""
        clock = self.town.clock.seconds
        await self.provide(lambda bot: {"manual": Manual(bot.economy.own_payments, clock)})

    async def declare(self, *people: str) -> None:
        """Let people have declared what buyers do."""
        for person in people:
            await self.town.bot.economy.declarations.declare(
                GUILD_ID, MEMBER_ID[person], "DE", "en-US"
            )

    async def order(self, person: str = "Mia", coins: int = 700) -> Outcome:
        """Open an order by the pack's number."""
        ordered = await self.town.type(person, "buy", pack=coins)
        assert "Your order" in ordered.text, ordered.text
        return ordered

    async def pay(self, payment_id: str = "pay-1", **values: Any) -> Booked:
        """Let the newest order be paid, and settle it."""
        order = max(self.provider.truth.orders.values(), key=lambda one: one.order_id)
        at = self.town.clock.seconds()
        notice = self.provider.truth.pay(order, payment_id, at, **values)
        settled = await self.town.bot.economy.settlement.settle("truth", notice)
        return settled.outcome

    async def change(self, payment_id: str = "pay-1", **values: Any) -> None:
        """Let something happen to a payment, and settle it."""
        notice = self.provider.truth.set(payment_id, **values)
        await self.town.bot.economy.settlement.settle("truth", notice)

    async def buy(self, person: str = "Mia", coins: int = 700, payment_id: str = "pay-1") -> None:
        """Order and pay."""
        await self.order(person, coins)
        assert await self.pay(payment_id) is Booked.CREDITED

    async def post(self) -> None:
        """Do what the jobs do: send what waits to be said."""
        await self.town.bot.announce()


def code_of(ordered: Outcome) -> str:
    """Return the code of an order that is shown."""
    title: str = ordered.message["embeds"][0]["title"]
    return title.removeprefix("Your order ")


def links_of(outcome: Outcome) -> list[tuple[str, str]]:
    """Return the labels and addresses of the buttons that lead somewhere else."""
    return [
        (one["label"], one["url"]) for one in components_of(outcome.message) if one["style"] == LINK
    ]


def skus_of(outcome: Outcome) -> list[str]:
    """Return what Discord's own buttons sell."""
    buttons = components_of(outcome.message)
    return [one["sku_id"] for one in buttons if one["style"] == PREMIUM]


async def answer_questions(
    town: Town, asked: Outcome, person: str = "Mia", **answers: str
) -> Outcome:
    """Send the form of the declaration."""
    assert asked.outcome == "modal", asked.raw
    values = {"country": "Germany", "adult": "yes"} | answers
    body = {"as": person, "interaction": asked.raw["interaction"], "values": values}
    return Outcome(await town.post("modal", **body))
