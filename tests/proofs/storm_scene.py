"""What all who act in a storm over payments share: chance, time, the bot, and what was ordered."""

import asyncio
import contextlib
import random
import sqlite3
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.proofs.payment_service import PaymentService
from tests.proofs.payment_world import Died, PayingBot

MEMBERS = (10, 11, 12, 13)
PRICES = {100: 500, 333: 1_499, 1_000: 3_999}


@dataclass
class Order:
    """An order that a member wants, known to the bot or not yet."""

    order_id: int
    member_id: int
    coins: int
    is_made: bool = False
    payments: list[str] = field(default_factory=list[str])


@dataclass
class Scene:
    """Where a storm happens; `chance` is what a seed repeats."""

    chance: random.Random
    path: Path
    service: PaymentService
    bot: PayingBot
    orders: list[Order] = field(default_factory=list[Order])
    defects: list[str] = field(default_factory=list[str])

    async def ask(self, what: str, **values: Any) -> Any:
        """Ask the bot to do something; None when it died of it."""
        with contextlib.suppress(Died):
            return await self.bot.ask(what, **values)
        return None

    async def pass_time(self, seconds: int) -> None:
        """Let all clocks go on; a bot that is down looks at its own when it is back."""
        self.service.now += seconds
        if self.bot.is_up:
            await self.ask("clock", now=self.service.now)

    async def together(self, acts: list[asyncio.Task[None]]) -> None:
        """Let everything happen at once."""
        if acts:
            await asyncio.wait(acts)
        for act in acts:
            act.result()

    @contextlib.contextmanager
    def books(self) -> Generator[sqlite3.Connection]:
        """Look into the books, whatever the bot is at."""
        with contextlib.closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as books:
            yield books
