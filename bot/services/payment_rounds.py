"""The jobs of money: ask every provider what happened, and look again at what could change.

Most who run a bot have no address that a provider could reach, so asking is what carries the
payments; a webhook only makes it quicker.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping

from bot.errors import Told
from bot.payments.provider import PaymentProvider
from bot.services.clock import Clock
from bot.services.settlement import Settlement

log = logging.getLogger(__name__)


class PaymentRounds:
    """Runs over all providers; one that does not answer holds up no other."""

    def __init__(
        self,
        providers: Mapping[str, PaymentProvider],
        settlement: Settlement,
        clock: Clock,
    ) -> None:
        self._providers = providers
        self._settlement = settlement
        self._clock = clock
        self._polled_at: dict[str, int] = {}
        # Who was silent at the last round, so that an outage is one line in the log and not many.
        self._silent: set[str] = set()

    async def poll(self) -> None:
        """Settle what providers list since the last time, and close orders that nobody paid."""
        await self._each("poll", self._poll)
        try:
            await self._settlement.close_overdue()
        except Told as error:
            log.warning("orders are closed later: %s", error)

    def poll_ages_seconds(self) -> dict[str, int | None]:
        """Return how long ago each provider answered a poll, None for one that did not yet."""
        now = self._clock()
        return {
            name: max(now - self._polled_at[name], 0) if name in self._polled_at else None
            for name in self._providers
        }

    async def sweep(self) -> None:
        """Look again at every payment that could still be refunded or disputed."""
        await self._each("sweep", self._settlement.sweep)

    async def _poll(self, name: str) -> int:
        count = await self._settlement.poll(name)
        self._polled_at[name] = self._clock()
        return count

    async def _each(self, what: str, run: Callable[[str], Awaitable[int]]) -> None:
        for name in self._providers:
            try:
                count = await run(name)
            except Told as error:
                level = logging.DEBUG if name in self._silent else logging.WARNING
                log.log(level, "%s of %s goes on later: %s", what, name, error)
                self._silent.add(name)
            except Exception:
                # A defect of one provider must not keep the others' money waiting.
                log.exception("%s of %s failed", what, name)
            else:
                self._silent.discard(name)
                if count:
                    log.info("%s of %s: %d", what, name, count)
