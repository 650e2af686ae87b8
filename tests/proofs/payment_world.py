"""A bot that is killed while it asks a payment service for the truth, and starts anew."""

import asyncio
import json
import multiprocessing
import multiprocessing.process
import random
import signal
import socket
from pathlib import Path
from typing import Any

import aiohttp

from tests.proofs.paying_bot import live
from tests.proofs.payment_service import Event, PaymentService

MOST_WAIT_SECONDS = 60.0

# Every life is a fork of a process that has everything imported, which is most of a short life.
_LIVES = multiprocessing.get_context("forkserver")
_LIVES.set_forkserver_preload([live.__module__])


class Died(Exception):
    """The bot was killed before it answered."""


class PayingBot:
    """The bot's process of the moment; a new one is started when the last one was killed."""

    def __init__(self, path: Path, service: PaymentService, chance: random.Random) -> None:
        self._path = path
        self._service = service
        self._chance = chance
        self._without = ""
        self._process: multiprocessing.process.BaseProcess | None = None
        self._hears: asyncio.StreamReader
        self._tells: asyncio.StreamWriter
        self._reading: asyncio.Task[None] | None = None
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._number = 0
        # Many ask at once, and only one process can have the books.
        self._birth = asyncio.Lock()
        self._session = aiohttp.ClientSession()
        self._url = ""
        self.is_mortal = True
        self.deaths = 0
        self.defects: list[str] = []

    @property
    def is_up(self) -> bool:
        """Tell whether there is a process that could be asked."""
        return self._process is not None

    def take_out(self, protection: str) -> None:
        """Let the next lives be without a protection."""
        self._without = protection

    async def ask(self, what: str, **values: Any) -> Any:
        """Ask the bot to do something.

        Raises:
            Died: it was killed before it said that it did.
        """
        await self._alive()
        self._number += 1
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        line = json.dumps({"what": what, "number": self._number, **values})
        self._tells.write(f"{line}\n".encode())
        return await self._wait(answer)

    async def deliver(self, event: Event) -> bool:
        """Ring at the bot's webhook; return whether it says that it has the event.

        Raises:
            Died: it was killed before it answered.
        """
        await self._alive()
        body = {"id": event.event_id, "payment": event.payment_id}
        try:
            async with self._session.post(f"{self._url}/webhooks/truth", json=body) as response:
                event.is_taken |= response.status == 200
                return response.status == 200
        except aiohttp.ClientError as error:
            raise Died from error

    async def _wait(self, answer: "asyncio.Future[Any]") -> Any:
        async with asyncio.timeout(MOST_WAIT_SECONDS):
            return await answer

    async def _alive(self) -> None:
        """Start a process when there is none that lives."""
        async with self._birth:
            while self._process is None or self._reading is None or self._reading.done():
                if self._process is not None:
                    await self._bury()
                await self._start()

    async def _start(self) -> None:
        told = {
            "path": str(self._path),
            "truth": self._service.url,
            "now": self._service.now,
            "dies_at": self._chance.randint(60, 900) if self.is_mortal else 0,
            "without": self._without,
        }
        ours, theirs = socket.socketpair()
        self._hears, self._tells = await asyncio.open_connection(sock=ours)
        with theirs:
            self._process = _LIVES.Process(target=live, args=(told, theirs))
            self._process.start()
        first = await self._line()
        if first is None:
            self._reading = asyncio.create_task(asyncio.sleep(0))
            await self._reading
            return
        self._url = f"http://127.0.0.1:{first['port']}"
        self._reading = asyncio.create_task(self._read())

    async def _line(self) -> dict[str, Any] | None:
        try:
            line = await self._hears.readline()
        except ConnectionError:
            return None
        return json.loads(line) if line else None

    async def _read(self) -> None:
        """Hand out the answers until the process is gone, and then say so to all who wait."""
        while answer := await self._line():
            if answer["number"] == 0:
                self.defects.append(answer["answer"])
            else:
                self._answers.pop(answer["number"]).set_result(answer["answer"])
        for waiting in self._answers.values():
            waiting.set_exception(Died())
        self._answers.clear()

    async def _bury(self) -> None:
        """Wait for the end of a process that was killed, or has nobody any more who asks."""
        assert self._process is not None
        process, self._process = self._process, None
        self._tells.close()
        async with asyncio.timeout(MOST_WAIT_SECONDS):
            await asyncio.to_thread(process.join)
        code = process.exitcode
        process.close()
        assert code in {0, -signal.SIGKILL}, code
        self.deaths += code == -signal.SIGKILL

    async def fall(self) -> None:
        """Let the process be killed in the middle of nothing, and start no other yet."""
        if self._process is not None:
            self._process.kill()
            await self._bury()

    async def rest(self) -> None:
        """Let the process end in good order, so that the next one does not die."""
        self.is_mortal = False
        if self._process is not None:
            await self._bury()
        if self._reading is not None:
            await self._reading

    async def close(self) -> None:
        """Leave no process behind."""
        await self.fall()
        if self._reading is not None:
            await asyncio.wait({self._reading})
        await self._session.close()
