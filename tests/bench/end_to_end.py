"""`/gift` from the gateway to the answer, against a bare bot's pong, 200 in flight.

The sandbox and the driver share this process; each bot is a process of its own, as in real life.
Where the sandbox is the bottleneck both bots wait for it, which flatters the ratio: the processor
time of each bot is therefore printed beside it.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.sandbox.interactions import Outcome
from bot.sandbox.server import Sandbox
from tests.bench.figures import Figure, median_ratio

_IN_FLIGHT = 200
_INTERACTIONS = 3_000
_ROUNDS = 5
_MEMBERS = ("Mia", "Noor", "Theo")
_GIFT_OPTIONS = {"streamer": "Luna", "gift": "petal"}


class _Bot:
    """A bot in a process of its own, and what this bench makes it do."""

    def __init__(
        self, process: asyncio.subprocess.Process, command: str, options: dict[str, Any]
    ) -> None:
        self.process = process
        self.command = command
        self.options = options

    def cpu_seconds(self) -> float:
        """Return the processor time the bot has used so far (user and system)."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def measure(self, sandbox: Sandbox) -> tuple[float, float]:
        """Return the seconds that the interactions took, and the bot's processor seconds."""
        left = iter(range(_INTERACTIONS))
        cpu, started = self.cpu_seconds(), time.perf_counter()
        await asyncio.gather(*(self._member(sandbox, left, n) for n in range(_IN_FLIGHT)))
        return time.perf_counter() - started, self.cpu_seconds() - cpu

    async def _member(self, sandbox: Sandbox, left: Iterator[int], number: int) -> None:
        member = _MEMBERS[number % len(_MEMBERS)]
        for _ in left:
            outcome = await sandbox.interactions.command(
                as_=member, channel="stage", command=self.command, options=self.options
            )
            assert outcome.outcome == "answered", outcome.to_json()


@asynccontextmanager
async def _bot(
    sandbox: Sandbox,
    module: str,
    probe: str,
    command: str,
    options: dict[str, Any],
    **environment: str,
) -> AsyncGenerator[_Bot]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd()), **environment},
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        while (await _probe(sandbox, probe)).outcome != "answered":  # noqa: ASYNC110
            await asyncio.sleep(0.1)  # another process has no event to wait for
        yield _Bot(process, command, options)
    finally:
        process.terminate()
        await process.wait()


async def _probe(sandbox: Sandbox, command: str) -> Outcome:
    return await sandbox.interactions.command(as_="Mia", channel="stage", command=command)


async def against_pong(folder: Path) -> list[Figure]:
    """Measure interactions a second of `/gift` against those of a bare pong, turn by turn."""
    sandbox = Sandbox()
    await sandbox.start()
    where = {"API_BASE": sandbox.api_base, "GATEWAY": sandbox.gateway_url}
    ours = {
        "BOUQUET_DISCORD_API_BASE": sandbox.api_base,
        "BOUQUET_DISCORD_GATEWAY": sandbox.gateway_url,
        "BOUQUET_DISCORD_TOKEN": "gift",
        "BOUQUET_DATABASE_PATH": str(folder / "bench.sqlite3"),
    }
    async with (
        _bot(sandbox, "tests.bench.pong_bot", "ping", "ping", {}, **where) as pong,
        _bot(sandbox, "bot", "wallet", "gift", _GIFT_OPTIONS, **ours) as gift,
    ):
        await _prepare(sandbox)
        pairs: list[tuple[float, float]] = []
        cpu: list[tuple[float, float]] = []
        for _ in range(_ROUNDS):
            pong_seconds, pong_cpu = await pong.measure(sandbox)
            gift_seconds, gift_cpu = await gift.measure(sandbox)
            pairs.append((pong_seconds, gift_seconds))
            cpu.append((pong_cpu, gift_cpu))
    await sandbox.close()
    best = [_INTERACTIONS / min(pair[side] for pair in pairs) for side in (0, 1)]
    each = [min(pair[side] for pair in cpu) / _INTERACTIONS * 1e6 for side in (0, 1)]
    print(
        f"interactions a second, {_IN_FLIGHT} in flight: gift {best[1]:,.0f}, pong {best[0]:,.0f};"
        f" the bot's own processor time: gift {each[1]:.0f} us, pong {each[0]:.0f} us,"
        f" ratio {median_ratio(cpu):.2f}"
    )
    return [Figure("gift_vs_pong_end_to_end", median_ratio(pairs), 0.5)]


async def _prepare(sandbox: Sandbox) -> None:
    """Make Luna a streamer, and give everybody enough coins for every round."""
    command = sandbox.interactions.command
    await command(
        as_="Ada", channel="stage", command="economy streamers", options={"role": "Streamer"}
    )
    for member in _MEMBERS:
        for _ in range(_INTERACTIONS * _ROUNDS // 17_500 + 1):
            await command(as_=member, channel="stage", command="buy", options={"pack": 17_500})
