"""What the tests start themselves, they also end."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from tests.processes import end, running

DEAF = (
    "import signal\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('deaf', flush=True)\n"
    "signal.pause()\n"
)


async def test_a_process_that_will_not_end_is_killed() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DEAF, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    await process.stdout.readline()
    await end(process, patience_seconds=0.05)
    assert process.returncode == -signal.SIGKILL
    # Once more is no mistake.
    await end(process)


async def test_a_process_ends_although_the_test_failed(tmp_path: Path) -> None:
    seen: list[asyncio.subprocess.Process] = []

    async def failing_test() -> None:
        async with running(tmp_path, "sandbox") as process:
            seen.append(process)
            raise RuntimeError("the test failed")

    with pytest.raises(RuntimeError, match="the test failed"):
        await failing_test()
    assert seen[0].returncode is not None
