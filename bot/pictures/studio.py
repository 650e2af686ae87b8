"""Has pictures drawn: one at a time, in a process that is there only while pictures are wanted."""

import asyncio
import contextlib
import logging
from dataclasses import dataclass

from bot.pictures.charts import Chart
from bot.pictures.errors import CannotDraw, StudioBusy, StudioClosed, TooSlow, Unwritable
from bot.pictures.frames import Answer, Look, Request, Tag, written
from bot.pictures.worker import Worker

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long things may take, in seconds, and how many pictures may wait.

    `patience` is how long one caller waits in all, `drawing` when a silent process is killed,
    `start` how long it may take to begin (the first time on a machine it looks through all fonts),
    `idle` how long it stays for the next picture.
    """

    patience_seconds: float = 10.0
    drawing_seconds: float = 8.0
    start_seconds: float = 60.0
    idle_seconds: float = 300.0
    most_waiting: int = 8


@dataclass(frozen=True, slots=True)
class _Order:
    request: Request
    answer: asyncio.Future[Answer]


class Studio:
    """Draws charts; costs nothing before the first one."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._orders = asyncio.Queue[_Order](self._limits.most_waiting)
        self._working: asyncio.Task[None] | None = None
        self._worker = Worker(
            start_seconds=self._limits.start_seconds,
            drawing_seconds=self._limits.drawing_seconds,
        )
        self._is_closed = False

    @property
    def process_id(self) -> int | None:
        """Return the id of the process that draws, while there is one."""
        return self._worker.process_id

    async def draw(self, chart: Chart) -> bytes:
        """Return a chart as a PNG.

        Raises:
            Unwritable: it has characters that no picture can write; nothing is drawn.
            StudioBusy: too many others are waiting.
            TooSlow: it was not there in time.
            CannotDraw: anything else, which the log explains.
        """
        answer = await self._ask(chart)
        if answer.tag is Tag.MISSING:
            raise Unwritable(answer.text)
        return answer.content

    async def missing(self, text: str) -> str:
        """Return the characters of a text that no picture can write, each once.

        Raises:
            CannotDraw: nobody can tell, as in `draw`.
        """
        return (await self._ask(Look(text))).text

    async def close(self) -> None:
        """End the process; what is still waiting gets no picture."""
        self._is_closed = True
        if self._working is not None:
            self._working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._working
        while not self._orders.empty():
            _refuse(self._orders.get_nowait(), StudioClosed())

    async def _ask(self, request: Request) -> Answer:
        if self._is_closed:
            raise StudioClosed
        order = _Order(request, asyncio.get_running_loop().create_future())
        try:
            self._orders.put_nowait(order)
        except asyncio.QueueFull:
            raise StudioBusy from None
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        try:
            async with asyncio.timeout(self._limits.patience_seconds):
                answer = await order.answer
        except TimeoutError:
            raise TooSlow(self._limits.patience_seconds) from None
        if answer.tag is Tag.FAILURE:
            raise CannotDraw(answer.text)
        return answer

    async def _work(self) -> None:
        """Work off what is ordered, until the studio closes."""
        try:
            while True:
                order = await self._next_order()
                if not order.answer.done():  # else who asked has given up
                    await self._serve(order)
        finally:
            await self._worker.close()

    async def _next_order(self) -> _Order:
        """Return the next order; the process is not kept waiting for it for long."""
        if self._worker.process_id is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._limits.idle_seconds):
                    return await self._orders.get()
            await self._worker.end()
        return await self._orders.get()

    async def _serve(self, order: _Order) -> None:
        try:
            answer = await self._worker.ask(written(order.request))
        except Exception as error:  # whatever it is, it may harm this picture alone
            log.debug("a picture was not drawn", exc_info=error)
            _refuse(order, error)
        except BaseException:
            _refuse(order, StudioClosed())
            raise
        else:
            if not order.answer.done():
                order.answer.set_result(answer)


def _refuse(order: _Order, error: Exception) -> None:
    if order.answer.done():
        return
    if not isinstance(error, CannotDraw):
        error = CannotDraw(f"{type(error).__name__}: {error}")
    order.answer.set_exception(error)
