"""A town whose bot is a process of its own, which is killed and started again."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from typing_extensions import override

from bot.sandbox.server import Sandbox
from cogs.freshness import Freshness
from tests.auditing import findings_in
from tests.proofs.nursery import ENDED, KILLED, Nursery
from tests.wire.town import Action, Outcome, Town, TownClock

# Discord closes what nobody answered in three seconds; a claim on an announcement ends after 60.
PAST_ANSWERING_SECONDS = 4
PAST_LEASE_SECONDS = 61
_LATE_SECONDS = 1.0


class OutlivedTown(Town):
    """Plays on, over the same file and on the same Discord, when its bot was killed.

    `deaths` says for each life at which of its points it ends; after the last of them, and at 0,
    they live until the end.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        session: aiohttp.ClientSession,
        clock: TownClock,
        path: Path,
        nursery: Nursery,
    ) -> None:
        super().__init__(sandbox, session, clock, Freshness(), path)
        self._nursery = nursery
        self._deaths: Iterator[int] = iter(())
        self.killed = 0

    @override
    async def open(self, deaths: Iterator[int] | None = None) -> None:
        """Start a bot, again and again until one lives long enough to be ready."""
        self._deaths = deaths or self._deaths
        while not await self._begin_life():
            pass

    async def _begin_life(self) -> bool:
        life = {
            "path": str(self.path),
            "api_base": self.sandbox.api_base,
            "gateway_url": self.sandbox.gateway_url,
            "now": self.clock.seconds(),
            "dies_at": next(self._deaths, 0),
        }
        self._nursery.bear(life)
        return await self._survives("ready")

    async def _survives(self, answer: str) -> bool:
        """Return whether the bot gave its answer, and was not killed before."""
        line = await self._nursery.line()
        if line == KILLED:
            self.killed += 1
            return False
        assert line == answer, line
        return True

    async def tell(self, command: str) -> bool:
        """Let the bot do something at the time that it is; return whether it lived to say so."""
        self._nursery.tell(f"{command} {self.clock.seconds()}")
        return await self._survives("done")

    async def kill(self) -> None:
        """Kill the bot while it is at rest."""
        assert not await self.tell("die")

    async def revive(self) -> None:
        """Start the bot again after it was killed."""
        await self.open()

    async def look(self, moment: int) -> None:
        """Let the jobs look at a moment, and, when they were killed over it, once more later."""
        self.clock.moment = max(self.clock.moment, datetime.fromtimestamp(moment, UTC))
        while not await self.tell("look"):
            await self.revive()
            self.clock.advance(PAST_LEASE_SECONDS)

    async def insist(self, action: Callable[[], Action]) -> Outcome:
        """Let a person do something again and again, until the bot answers."""
        while True:
            if not await self.tell("now"):
                await self.revive()
            else:
                outcome = await self.act(action())
                if outcome.outcome == "answered":
                    return outcome
                assert outcome.outcome == "timeout", outcome.raw

    async def act(self, action: Action) -> Outcome:
        """Let a person do something; who waits for a bot that was killed sees Discord give up."""
        acting = asyncio.create_task(action)
        listening = self._nursery.listening()
        await asyncio.wait({acting, listening}, return_when=asyncio.FIRST_COMPLETED)
        if not acting.done():
            assert not await self._survives("nothing")
            self.clock.advance(PAST_ANSWERING_SECONDS)
            await self.revive()
        # What reached Discord only after the bot had died waits from then on for an answer.
        while not (await asyncio.wait({acting}, timeout=_LATE_SECONDS))[0]:
            self.clock.advance(PAST_ANSWERING_SECONDS)
        return await acting

    async def resend(self, outcome: Outcome) -> Outcome:
        """Let Discord deliver an interaction once more, long after it was answered."""
        return Outcome(await self.post("command", resend=outcome.raw["interaction"]))

    @override
    async def close(self) -> None:
        """Stop the bot; the books that it leaves must prove clean."""
        self._nursery.tell("end")
        await self._survives(ENDED)
        assert findings_in(self.path) == []
        assert not self.sandbox.world.unknown_requests
