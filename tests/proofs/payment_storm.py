"""A storm over payments: everything at once, round after round, and once the bot is down a week."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

from tests.proofs.payment_service import Event
from tests.proofs.payment_world import Died
from tests.proofs.storm_bonuses import overspent
from tests.proofs.storm_buyers import Buyers
from tests.proofs.storm_refunds import Admins
from tests.proofs.storm_scene import Scene

ROUNDS = 30
_MINUTE, _HOUR, _DAY = 60, 60 * 60, 24 * 60 * 60
# Orders wait for half an hour, and events are brought for three days.
_WEEK = (10 * _MINUTE, _HOUR, _DAY, 2 * _DAY, 4 * _DAY - _HOUR - 10 * _MINUTE)
_MOST_RETRIES = 5


class Storm:
    """Does everything at once, by chance that a seed repeats."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._chance = scene.chance
        self._service = scene.service
        self._bot = scene.bot
        self._buyers = Buyers(scene)
        self.admins = Admins(scene)
        self.lost_events = 0

    async def rage(self) -> None:
        """Let everything happen."""
        down_at = self._chance.randrange(5, ROUNDS - 5)
        for number in range(ROUNDS):
            await self._scene.together(self._acts())
            if self._chance.random() < 0.4:
                await self._overtake()
            if number == down_at:
                await self._be_down()
            await self._scene.pass_time(self._chance.choice([0, 1, 30, 2 * _MINUTE, 10 * _MINUTE]))
            with self._scene.books() as books:
                self._scene.defects += overspent(books)

    def _acts(self) -> list[asyncio.Task[None]]:
        acts = [self._buyers.order() for _ in range(self._chance.randint(0, 3))]
        self._buyers.happen()
        ringing = [event for event in self._service.events if self._comes_now(event)]
        self._chance.shuffle(ringing)
        acts += [self._deliver(event) for event in ringing]
        acts += [self._buyers.spend() for _ in range(self._chance.randint(0, 3))]
        acts += [self.admins.refund() for _ in range(self._chance.randint(0, 2))]
        acts += [act() for act, often in self._rarer() if self._chance.random() < often]
        return [asyncio.create_task(act) for act in acts]

    def _rarer(self) -> list[tuple[Callable[[], Coroutine[Any, Any, None]], float]]:
        return [
            (self._poll, 0.2),
            (self._buyers.cancel, 0.15),
            (self.admins.press_again, 0.2),
            (self._retry, 0.2),
            (self._tick, 0.1),
        ]

    async def _poll(self) -> None:
        await self._scene.ask("poll")

    async def _retry(self) -> None:
        await self._scene.ask("retry")

    async def _tick(self) -> None:
        await self._scene.ask("tick")

    def _comes_now(self, event: Event) -> bool:
        often = 0.03 if event.is_taken else 0.5
        return self._service.brings(event) and self._chance.random() < often

    async def _deliver(self, event: Event) -> None:
        with contextlib.suppress(Died):
            await self._bot.deliver(event)

    async def _be_down(self) -> None:
        """Let a week pass in which buyers, banks and admins elsewhere do what they do."""
        await self._bot.fall()
        for seconds in _WEEK:
            await self._scene.pass_time(seconds)
            self._buyers.happen()
        self.lost_events = sum(
            not event.is_taken and not self._service.brings(event) for event in self._service.events
        )
        # What a bot does first that is back.
        await self._tick()
        await self._poll()

    async def _overtake(self) -> None:
        """Let an old answer about a payment arrive after a newer one could have been booked."""
        for payment_id in self._buyers.some_payments(1):
            answer_waits = self._service.hold(payment_id)
            old = asyncio.create_task(self._deliver(self._service.ring(payment_id)))
            waiting = asyncio.create_task(answer_waits.wait())
            await asyncio.wait({old, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if answer_waits.is_set():
                await self._overtake_by_new(payment_id)
            waiting.cancel()
            self._service.release(payment_id)
            await self._scene.together([old])

    async def _overtake_by_new(self, payment_id: str) -> None:
        self._buyers.turn(payment_id)
        with contextlib.suppress(Died):
            before = await self._bot.ask("entered")
            new = asyncio.create_task(self._deliver(self._service.events[-1]))
            # It waits for its turn, or is done already when there are no turns to wait for.
            while not new.done() and await self._bot.ask("entered") == before:
                pass
            looked_up = self._service.looked_up
            for _ in range(20):
                if not new.done() and self._service.looked_up == looked_up:
                    await self._bot.ask("entered")
            self._service.release(payment_id)
            await self._scene.together([new])

    async def settle_down(self) -> None:
        """Let nobody die any more, and everything arrive that did not."""
        await self._bot.rest()
        self._service.is_moody = False
        await self._bring_all()
        for _ in range(_MOST_RETRIES):
            await self._scene.pass_time(2 * _MINUTE)
            await self._retry()
        await self.admins.press_what_died()
        # Nobody pays any more, so what waits is closed and what it was promised goes back.
        await self._scene.pass_time(_HOUR)
        await self._poll()
        await self._bring_all()

    async def _bring_all(self) -> None:
        """Bring every event that still is brought; those that are not come by polling alone."""
        left = list(self._service.events)
        for _ in range(len(left)):
            left = [each for each in left if not each.is_taken and self._service.brings(each)]
            self._chance.shuffle(left)
            await self._scene.together(
                [asyncio.create_task(self._deliver(each)) for each in left[:8]]
            )
        self._scene.defects += [f"{event.event_id} is never taken" for event in left]

    async def ring_again(self) -> list[str]:
        """Deliver every event once more; return what is wrong with how the bot takes it."""
        before = self._service.looked_up
        for event in self._service.events:
            await self._bot.deliver(event)
        again = self._service.looked_up - before
        return [f"{again} payments were looked up for events taken before"] if again else []

    def told(self) -> str:
        """Return what happened, for whoever reads the test's output."""
        with self._scene.books() as books:
            bonuses = books.execute("SELECT COUNT(*), SUM(bonus_coins) FROM order_bonus").fetchone()
        return (
            f"{len(self._service.events)} events ({self.lost_events} by polling alone),"
            f" {len(self.admins.refunds)} refunds pressed, {len(self._service.refunds)} sent,"
            f" {bonuses[0]} bonuses of {bonuses[1]} coins"
        )
