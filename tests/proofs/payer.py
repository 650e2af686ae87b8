"""A process that pays claims, and dies in the middle of a step.

What a life in a nursery (see `nursery`) is told, and what it answers:

| line | answer |
|---|---|
| `live {"path", "stripe", "now", "dies_at"}` | `ready` |
| `send` lets an admin press the button | `done`, or the name of the error that the admin reads |
| `export` lets an admin hand out what is approved to a bank | `done` |
| `run` does what the job does | `done` |
| `end` | `ended 0` |

A step is a statement at the books, or a request to Stripe, which is a double in the test's process.
Each that has an effect has a point before it and one after it, when the process has not learned of
it yet (see `fate`). A life dies at the point whose number is `dies_at`.
"""

import asyncio
import contextlib
import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

import stripe
from pydantic import SecretStr

from bot.errors import Told
from bot.ledger.books import Books
from bot.payments import stripe_connect, stripe_transfers
from bot.payments.payout_registry import PayoutParts, configured_payouts
from bot.payments.payout_ways import PayoutWays
from bot.services.economy import Economy
from bot.settings import Settings
from tests.payments.stripe_double import KEY
from tests.proofs.fate import Fate, statements_at
from tests.proofs.nursery import bear_lives, say

GUILD_ID, ADMIN_ID, CLAIM_ID = 7, 2, 2
PRESS = "send:1"
EXPORT = "export:1"
_MOST_LINE_BYTES = 4_096


@contextlib.contextmanager
def requests_at(fate: Fate) -> Any:
    """Let every request pass a point before it is sent and one before its answer is read."""
    # The library gives one of its parameters no type.
    ask: Any = vars(stripe.AIOHTTPClient)["request_async"]

    async def counted(self: stripe.AIOHTTPClient, *arguments: Any, **more: Any) -> Any:
        fate.new_point()
        # It takes effect somewhere between the two; where it only asks, that is one point more.
        fate.happen()
        answer = await ask(self, *arguments, **more)
        fate.happen()
        fate.new_point()
        return answer

    with patch.object(stripe.AIOHTTPClient, "request_async", counted):
        yield


async def live(told: dict[str, Any]) -> None:
    """Do what is asked until the end is asked for."""
    fate = Fate(told["dies_at"])
    settings = Settings.model_validate(
        {
            "stripe_secret_key": SecretStr(KEY),
            "stripe_payouts": True,
            "stripe_payout_guilds": str(GUILD_ID),
            "stripe_api_base": told["stripe"],
        }
    )
    # To open what nothing is wrong with writes nothing.
    books = await Books.open(Path(told["path"]))
    ways = PayoutWays(configured_payouts(settings, PayoutParts()))
    economy = Economy.over(books, lambda: told["now"], payout_ways=ways)
    with statements_at(fate), requests_at(fate):
        say("ready")
        while (line := await asyncio.to_thread(os.read, 0, _MOST_LINE_BYTES)) != b"end\n":
            say(await _answer(economy, line.decode().strip()))
    for provider in ways.providers.values():
        await provider.close()
    await books.close()


async def _answer(economy: Economy, command: str) -> str:
    try:
        if command == "send":
            await economy.payout_sending.send(
                guild_id=GUILD_ID, key=PRESS, admin_id=ADMIN_ID, claim_id=CLAIM_ID
            )
        elif command == "export":
            await economy.payout_exports.hand_out(guild_id=GUILD_ID, key=EXPORT, admin_id=ADMIN_ID)
        else:
            await economy.payout_sending.run()
    except Told as error:
        return type(error).__name__
    return "done"


if __name__ == "__main__":
    assert stripe_connect, stripe_transfers  # loaded here, so that no life has to
    bear_lives(live)
