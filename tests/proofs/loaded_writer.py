"""A process that sends gifts as fast as it can and says the key of every acknowledged one.

Its lives come from a nursery (see `nursery`); the first line of each is the number of its process.
"""

import asyncio
import os
from itertools import count
from pathlib import Path
from typing import Any

from bot.ledger.books import Books
from bot.services.economy import Economy
from bot.services.gifts import GiftRequest
from bot.services.guilds import Person
from tests.proofs.nursery import bear_lives, say

GUILD, GIVER, ADMIN = 1, 7, 9
LUNA = Person(50, "Luna")
WAITING = 32


async def _send_for_ever(told: dict[str, Any]) -> None:
    say(str(os.getpid()))
    path, life = Path(told["path"]), int(told["life"])
    economy = Economy.over(await Books.open(path))
    await economy.guilds.name_streamer(GUILD, ADMIN, LUNA.member_id)
    await economy.grants.grant(
        guild_id=GUILD,
        key=f"grant:{life}",
        admin_id=ADMIN,
        member=Person(GIVER, "Mia"),
        coins=1_000_000,
        reason="for the load",
    )
    numbers = count()
    await asyncio.gather(*(_send(economy, life, numbers) for _ in range(WAITING)))


async def _send(economy: Economy, life: int, numbers: "count[int]") -> None:
    for number in numbers:
        key = f"gift:{life}:{number}."
        await economy.gifts.send(
            GiftRequest(guild_id=GUILD, key=key, giver_id=GIVER, streamer=LUNA, gift="petal")
        )
        say(key)


if __name__ == "__main__":
    bear_lives(_send_for_ever)
