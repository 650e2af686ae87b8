"""A process that sends gifts as fast as it can and prints the key of every acknowledged one."""

import asyncio
import sys
from itertools import count
from pathlib import Path

from bot.ledger.books import Books
from bot.services.economy import Economy
from bot.services.gifts import GiftRequest
from bot.services.guilds import Person

GUILD, GIVER, ADMIN = 1, 7, 9
LUNA = Person(50, "Luna")
WAITING = 32


async def _send_for_ever(path: Path, life: int) -> None:
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
        print(key, flush=True)


if __name__ == "__main__":
    asyncio.run(_send_for_ever(Path(sys.argv[1]), int(sys.argv[2])))
