"""Tests of the studio over a real process: what is drawn, and what happens when it is not."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.pictures.canvas import COIN, GARDEN
from bot.pictures.charts import Banner
from bot.pictures.errors import CannotDraw, StudioBusy, StudioClosed, TooSlow, Unwritable
from bot.pictures.studio import Limits, Studio
from tests.pictures.looking import earnings, pixels_of, sales, seen
from tests.processes import MOST_WAIT_SECONDS, ROOT

CHART = sales([1, 2, 3], [3, 2, 1])

needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGSTOP")


@contextlib.asynccontextmanager
async def closing(studio: Studio) -> AsyncGenerator[Studio]:
    try:
        yield studio
    finally:
        await studio.close()


def pid_of(studio: Studio) -> int:
    assert studio.process_id is not None
    return studio.process_id


def is_gone(process_id: int) -> bool:
    """Tell whether nothing is left of a process, not even its exit status."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return True
    return False


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def surroundings_of(process_id: int) -> str:
    return Path(f"/proc/{process_id}/environ").read_text("utf-8")


async def until_gone(process_id: int) -> None:
    async with asyncio.timeout(MOST_WAIT_SECONDS):
        while not is_gone(process_id):  # noqa: ASYNC110 - the end of a process sets no event
            await asyncio.sleep(0.01)


async def test_charts_come_back_as_pictures(studio: Studio) -> None:
    bars, banner = await studio.draw(CHART), await studio.draw(Banner("+50 %", "Come"))
    assert seen(bars).size == (1100, 560)
    assert pixels_of(seen(bars), COIN) > 2_000
    assert seen(banner).size == (1000, 300)


async def test_no_process_is_there_before_a_picture_is_wanted_and_one_for_all_of_them(
    studio: Studio,
) -> None:
    assert studio.process_id is None
    await studio.draw(CHART)
    first = studio.process_id
    await studio.draw(CHART)
    assert first is not None
    assert studio.process_id == first


async def test_pictures_ordered_together_come_to_those_who_ordered_them(studio: Studio) -> None:
    charts = [CHART, Banner("+1 %"), earnings(7), Banner("+2 %", "words")]
    together = await asyncio.gather(*(studio.draw(chart) for chart in charts))
    assert together == [await studio.draw(chart) for chart in charts]
    assert pixels_of(seen(together[2]), GARDEN) > 2_000


async def test_what_cannot_be_written_is_said_and_not_drawn(studio: Studio) -> None:
    with pytest.raises(Unwritable) as refused:
        await studio.draw(Banner("+50 %", "🎉 party 🎉"))
    assert refused.value.characters == "🎉"
    assert await studio.missing("日本 🎉 ok") == "日本🎉"
    assert await studio.missing("ok") == ""


async def test_a_process_that_was_killed_meanwhile_is_replaced(studio: Studio) -> None:
    first = await studio.draw(CHART)
    killed = pid_of(studio)
    os.kill(killed, signal.SIGKILL)
    assert await studio.draw(CHART) == first
    assert studio.process_id != killed
    assert is_gone(killed)


@needs_signals
async def test_a_process_killed_over_a_picture_is_replaced(studio: Studio) -> None:
    first = await studio.draw(CHART)
    killed = pid_of(studio)
    os.kill(killed, signal.SIGSTOP)
    drawing = asyncio.create_task(studio.draw(CHART))
    await asyncio.sleep(0)
    os.kill(killed, signal.SIGKILL)
    assert await drawing == first
    assert studio.process_id != killed


@needs_signals
async def test_a_process_that_hangs_is_killed_and_the_next_picture_is_drawn() -> None:
    async with closing(Studio(Limits(drawing_seconds=1.5))) as studio:
        first = await studio.draw(CHART)
        hanging = pid_of(studio)
        os.kill(hanging, signal.SIGSTOP)
        with pytest.raises(TooSlow):
            await studio.draw(CHART)
        assert is_gone(hanging)
        assert await studio.draw(CHART) == first


@needs_signals
async def test_who_gave_up_waiting_does_not_leave_their_picture_to_the_next(studio: Studio) -> None:
    expected = await studio.draw(CHART)
    kept = pid_of(studio)
    os.kill(kept, signal.SIGSTOP)
    drawing = asyncio.create_task(studio.draw(Banner("+50 %")))
    waiting = asyncio.create_task(studio.draw(Banner("+60 %")))
    await asyncio.sleep(0.05)
    for task in (drawing, waiting):
        task.cancel()
    os.kill(kept, signal.SIGCONT)
    assert await studio.draw(CHART) == expected
    assert studio.process_id == kept
    assert drawing.cancelled()
    assert waiting.cancelled()


@needs_signals
async def test_a_caller_waits_so_long_and_no_longer() -> None:
    # What was given up stays ordered until the start is over, however long that takes.
    limits = Limits(patience_seconds=0.2, most_waiting=1_000)
    async with closing(Studio(limits)) as studio:
        # The start alone takes longer, and goes on.
        with pytest.raises(TooSlow, match=r"0\.2 seconds"):
            await studio.draw(CHART)
        async with asyncio.timeout(MOST_WAIT_SECONDS):
            while True:
                with contextlib.suppress(TooSlow):
                    assert await studio.missing("ok") == ""
                    break


async def test_more_than_can_wait_are_turned_away_at_once() -> None:
    # The process starts first, which may take as long as it likes.
    limits = Limits(most_waiting=2, patience_seconds=MOST_WAIT_SECONDS)
    async with closing(Studio(limits)) as studio:
        drawn = await asyncio.gather(
            *(studio.draw(CHART) for _ in range(4)), return_exceptions=True
        )
        assert [type(each) for each in drawn] == [bytes, bytes, StudioBusy, StudioBusy]
        assert await studio.draw(CHART) == drawn[0]


async def test_a_process_without_work_ends_and_comes_back_when_there_is_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    async with closing(Studio(Limits(idle_seconds=0.05))) as studio:
        first = await studio.draw(CHART)
        folders = names(tmp_path)
        idle = studio.process_id
        if idle is not None:
            await until_gone(idle)
        assert studio.process_id is None
        assert await studio.draw(CHART) == first
        # What it found out about fonts was kept meanwhile.
        assert names(tmp_path) == folders != []


async def test_close_leaves_no_process_and_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    studio = Studio()
    await studio.draw(CHART)
    assert names(tmp_path)
    worker = pid_of(studio)
    await studio.close()
    assert is_gone(worker)
    assert names(tmp_path) == []
    await studio.close()
    with pytest.raises(StudioClosed):
        await studio.draw(CHART)


async def test_a_studio_that_was_never_used_closes() -> None:
    await Studio().close()


@needs_signals
async def test_close_tells_those_who_wait() -> None:
    studio = Studio()
    await studio.draw(CHART)
    os.kill(pid_of(studio), signal.SIGSTOP)
    tasks = [asyncio.create_task(studio.draw(CHART)) for _ in range(3)]
    await asyncio.sleep(0.05)
    worker = pid_of(studio)
    await studio.close()
    refused = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in refused] == [StudioClosed] * 3
    assert is_gone(worker)


@pytest.mark.parametrize("program", ["/nonexistent/python", "/bin/false", "/bin/echo"])
async def test_a_studio_whose_process_cannot_work_says_so(
    program: str, monkeypatch: pytest.MonkeyPatch, studio: Studio
) -> None:
    monkeypatch.setattr("bot.pictures.worker.sys.executable", program)
    for _ in range(2):
        with pytest.raises(CannotDraw):
            await studio.draw(CHART)
    assert studio.process_id is None


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_the_process_knows_no_secret_of_the_bot(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOUQUET_DISCORD_TOKEN", "secret-token")
    monkeypatch.setenv("SOME_KEY", "secret-key")
    await studio.draw(CHART)
    surroundings = surroundings_of(pid_of(studio))
    assert "secret" not in surroundings
    assert "BOUQUET" not in surroundings


PARENT = """
import asyncio
from bot.pictures.charts import Banner
from bot.pictures.studio import Studio

async def main():
    studio = Studio()
    await studio.draw(Banner("+50 %"))
    print("drawn", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_the_process_ends_and_clears_away_when_the_bot_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    # The worker has the bot's stderr, so that it ends where both have ended.
    async with python(PARENT) as parent:
        assert parent.stdout is not None
        assert await parent.stdout.readline() == b"drawn\n"
        assert names(tmp_path)
        parent.kill()
        await parent.communicate()
    assert names(tmp_path) == []


HANGING = """
import io
from bot.pictures.__main__ import serve
from bot.pictures.frames import Look, packed, written

def hang(request):
    while True:
        pass

serve(io.BytesIO(packed(written(Look("a")))), io.BytesIO(), hang, longest_seconds=0.3)
print("never")
"""


async def test_a_drawing_that_hangs_ends_even_when_nobody_is_there_to_kill_it() -> None:
    async with python(HANGING) as process:
        out, err = await process.communicate()
    assert process.returncode == 1
    assert b"in hang" in err
    assert out == b""


FAILING = """
import io
from bot.pictures.__main__ import serve
from bot.pictures.frames import Answer, Look, Tag, packed, written

def fail(request):
    if request.words == "bad":
        raise RuntimeError("no paint")
    return Answer(Tag.PICTURE, b"drawn")

answers = io.BytesIO()
requests = b"".join(packed(written(Look(words))) for words in ("bad", "good"))
serve(io.BytesIO(requests), answers, fail)
print(answers.getvalue())
"""


async def test_a_drawing_that_fails_says_why_and_the_next_is_drawn() -> None:
    async with python(FAILING) as process:
        out, _ = await process.communicate()
    assert b"RuntimeError: no paint" in out
    assert out.rstrip().endswith(b"Pdrawn'")


async def test_the_bot_itself_never_loads_what_draws() -> None:
    loaded = "import sys, bot.__main__; print({'matplotlib', 'numpy', 'PIL'} & set(sys.modules))"
    async with python(loaded) as process:
        out, _ = await process.communicate()
    assert out == b"set()\n"


@contextlib.asynccontextmanager
async def python(script: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Run a script in a process, which has so long and is gone afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        script,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(MOST_WAIT_SECONDS):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
