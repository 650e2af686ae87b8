"""Shorthand for tests of the owner's and the admins' side of paid mode."""

from collections.abc import Iterable

from bot.client import BouquetBot
from bot.payments.manual import Manual
from bot.payments.provider import PaymentProvider
from bot.sandbox.session import Intent
from tests.payments.truth import Truth, TruthProvider
from tests.wire.paying import Till, code_of
from tests.wire.town import GUILD_ID, MEMBER_ID, Outcome, Town

LINK_FIELDS = {
    "terms": "https://example.org/terms",
    "privacy": "https://example.org/privacy",
    "support": "https://example.org/help",
}
AGREED = {**LINK_FIELDS, "word": "I agree"}
OWNER_ONLY = "Only the server's owner can decide that, not an admin. Please ask them."
PAID_ONLY = "Prices belong to paid mode, which the server's owner turns on with `/economy mode`."


class EuroProvider(TruthProvider):
    """A provider that takes euros alone."""

    currencies = frozenset({"EUR"})


async def offer_ways(town: Town, *names: str, euros: Iterable[str] = ()) -> None:
    """Let the bot start again with ways to pay of these names."""
    clock = town.clock.seconds

    def provide(bot: BouquetBot) -> dict[str, PaymentProvider]:
        made: dict[str, PaymentProvider] = {
            name: (EuroProvider if name in euros else TruthProvider)(Truth(), name=name)
            for name in names
        }
        if "manual" in names:
            made["manual"] = Manual(bot.economy.own_payments, clock)
        return made

    town.provide = provide
    await town.restart()


async def ask_paid(
    town: Town, currency: str = "EUR", provider: str = "manual", person: str = "Olive"
) -> Outcome:
    """Open the form in which the owner reads what paid mode means."""
    asked = await town.type(
        person, "economy mode", mode="paid", currency=currency, provider=provider
    )
    assert asked.outcome == "modal", asked.raw
    return asked


async def send_form(town: Town, asked: Outcome, person: str = "Olive", **values: str) -> Outcome:
    """Send a form with these values."""
    body = {"as": person, "interaction": asked.raw["interaction"], "values": values}
    return Outcome(await town.post("modal", **body))


def make_owner(town: Town, person: str) -> None:
    """Let somebody else own the server, and tell the bots."""
    guild = town.sandbox.world.guild
    guild.owner_id = str(MEMBER_ID[person])
    town.sandbox.world.tell_guild("GUILD_UPDATE", guild.to_json(), Intent.GUILDS)


async def order_by_hand(till: Till, person: str = "Mia", coins: int = 350) -> str:
    """Open an order that an admin confirms, and return its code."""
    return code_of(await till.order(person, coins))


async def coins_of(town: Town, person: str) -> int:
    """Return what somebody can spend."""
    wallet = await town.bot.economy.wallets.balance(GUILD_ID, MEMBER_ID[person])
    return wallet.coins


def open_to_all(town: Town, name: str) -> None:
    """Let an integration's settings show members a command that was registered for admins."""
    for application in town.sandbox.world.applications.values():
        for commands in application.commands.values():
            for command in commands.values():
                if command["name"] == name:
                    command["default_member_permissions"] = None
