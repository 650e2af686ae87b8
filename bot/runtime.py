"""How the process runs: the event loop, and the garbage collector, whose defaults cost the most."""

import asyncio
import gc
from collections.abc import Coroutine
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")

# Python's first threshold of 700 objects collects many times for one interaction; measured, a
# threshold of 50,000 is the largest lever there is (a quarter more interactions a second).
_FIRST_THRESHOLD = 50_000


def tune_garbage_collection() -> None:
    """Collect rarely; call `gc.freeze` later, when everything long-lived is there."""
    gc.set_threshold(_FIRST_THRESHOLD, 20, 20)


def run(main: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run a coroutine on uvloop where it exists, else on asyncio's own loop."""
    try:
        from uvloop import new_event_loop  # noqa: PLC0415 - not there on Windows and PyPy
    except ImportError:
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(main)
