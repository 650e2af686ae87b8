"""Brings interactions to their bots, and lets whoever acted wait for what comes of them."""

import asyncio
from functools import partial

from bot.sandbox.faults import Faults
from bot.sandbox.holding import HoldingRoom
from bot.sandbox.interaction_records import (
    FIRST_ANSWER_SECONDS,
    PATIENCE_SECONDS,
    Interaction,
    InteractionKind,
    Outcome,
    Result,
)
from bot.sandbox.snowflakes import Clock

LOOK_EVERY_SECONDS = 0.05


class Deliveries:
    """The interactions that are on their way, until somebody answers or time is over."""

    def __init__(self, clock: Clock, faults: Faults, holding: HoldingRoom) -> None:
        self._clock = clock
        self._faults = faults
        self._holding = holding
        self._waiting: dict[Interaction, None] = {}
        self._timer: asyncio.TimerHandle | None = None

    async def send(self, interaction: Interaction, deliveries: int) -> Outcome:
        """Deliver a new interaction, with the fault that it meets, and wait for its end."""
        # A completion that nobody asked for aloud must not use up what was meant for a command.
        if self._faults.on_deliveries and interaction.kind is not InteractionKind.AUTOCOMPLETE:
            times, later_seconds = self._faults.take_for_delivery()
            return await self._deliver(interaction, deliveries * times, later_seconds)
        return await self._deliver(interaction, deliveries)

    async def send_again(self, interaction: Interaction) -> Outcome:
        """Deliver an old interaction once more as it was."""
        return await self._deliver(interaction, 1)

    def expire(self) -> None:
        """End the waiting of everybody whose time is over; call it after moving the clock."""
        now = self._clock().timestamp()
        for interaction in self.in_flight():
            waited = now - interaction.waiting_since
            in_work = interaction.acknowledged and not interaction.redelivered
            if waited > PATIENCE_SECONDS and in_work:
                interaction.settle(Result.DEFERRED)
            elif waited > FIRST_ANSWER_SECONDS and not in_work:
                interaction.settle(Result.TIMEOUT)

    def in_flight(self) -> list[Interaction]:
        """List the interactions that somebody waits for."""
        return list(self._waiting)

    def close(self) -> None:
        """Stop looking at the clock and let everybody go."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
        for interaction in self.in_flight():
            interaction.settle(Result.TIMEOUT)

    async def _deliver(
        self, interaction: Interaction, deliveries: int, later_seconds: float = 0.0
    ) -> Outcome:
        interaction.waiter = waiter = asyncio.get_running_loop().create_future()
        interaction.waiting_since = self._clock().timestamp()
        self._waiting[interaction] = None
        if later_seconds:
            self._holding.call_after(later_seconds, partial(dispatch, interaction, deliveries))
        else:
            dispatch(interaction, deliveries)
        self._look_later()
        try:
            return await waiter
        finally:
            del self._waiting[interaction]
            interaction.waiter = None

    def _look_later(self) -> None:
        # One timer for all who wait costs less than one for each.
        if self._timer is None and self._waiting:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(LOOK_EVERY_SECONDS, self._look)

    def _look(self) -> None:
        self._timer = None
        self.expire()
        self._look_later()


def dispatch(interaction: Interaction, deliveries: int) -> None:
    """Send an interaction so many times to every session that serves its place."""
    for session in interaction.application.sessions:
        if session.serves(interaction.guild_id):
            for _ in range(deliveries):
                session.dispatch("INTERACTION_CREATE", interaction.payload)
