"""When a process that is to be killed in the middle of a step dies."""

import os
import signal


class Fate:
    """Counts the points of a life and ends it at one of them; at 0 it never does."""

    def __init__(self, dies_at: int) -> None:
        self._passed = 0
        self._dies_at = dies_at

    def point(self) -> None:
        """Pass one more point, or die there."""
        self._passed += 1
        if self._passed == self._dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
