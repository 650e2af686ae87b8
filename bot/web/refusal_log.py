"""A line for each refused request, but never so many that a flood of them fills the disk."""

import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

WINDOW_SECONDS = 60.0
MOST_LINES = 10


@dataclass(slots=True)
class _Window:
    began_at: float
    lines: int = 0
    left_out: int = 0


class RefusalLog:
    """Logs at most `MOST_LINES` a minute of each status, and how many were left out.

    Every status counts by itself, so that a flood of bad signatures does not hide that the books
    cannot be written. What is logged are our own words, never a part of a request.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._windows: dict[int, _Window] = {}

    def refused(self, status: int, why: str) -> None:
        """Note a request that nothing was done about."""
        if self._has_room(status):
            log.warning("refused a request with %d: %s", status, why)

    def failed(self, error: BaseException) -> None:
        """Note a defect: what kind, and where. Its words may be the request's, so they stay out."""
        if self._has_room(500):
            log.error("a request failed with %s in %s", type(error).__name__, _where(error))

    def close(self) -> None:
        """Say how many lines were left out since the last one."""
        for status, window in self._windows.items():
            self._say_left_out(status, window)
        self._windows.clear()

    def _has_room(self, status: int) -> bool:
        now = self._clock()
        window = self._windows.get(status)
        if window is None or now - window.began_at >= WINDOW_SECONDS:
            if window is not None:
                self._say_left_out(status, window)
            window = self._windows[status] = _Window(now)
        if window.lines >= MOST_LINES:
            window.left_out += 1
            return False
        window.lines += 1
        return True

    def _say_left_out(self, status: int, window: _Window) -> None:
        if window.left_out:
            log.warning("refused %d more requests with %d", window.left_out, status)


def _where(error: BaseException) -> str:
    """Return the way to a failure, the last call first."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    return ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames) or "nowhere"
