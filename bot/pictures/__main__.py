"""The worker: reads requests from stdin, answers on stdout, and ends when stdin does."""

import contextlib
import faulthandler
import gc
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from typing import BinaryIO

from bot.pictures.frames import Answer, Request, Tag, next_frame, packed, read_request

# The bot kills a process that is silent for less time than this; it is for one whose bot is gone.
LONGEST_DRAWING_SECONDS = 30.0
_MOST_FAILURE_CHARACTERS = 4_000
# Somebody may be waiting for coins while a picture is drawn, so coins come first.
_NICENESS = 10


def serve(
    requests: BinaryIO,
    answers: BinaryIO,
    answer: Callable[[Request], Answer],
    longest_seconds: float = LONGEST_DRAWING_SECONDS,
) -> bool:
    """Answer every request until there are no more; one that takes too long ends the process.

    Returns whether the end was announced, by an empty request; else whoever asked is gone.
    """
    gc.freeze()
    _send(answers, Answer(Tag.READY))
    while content := next_frame(requests):
        # It needs neither this thread nor Python's lock, so nothing can hang too hard for it.
        faulthandler.dump_traceback_later(longest_seconds, exit=True)
        try:
            said = answer(read_request(content))
        except Exception:  # noqa: BLE001 - the bot logs it, and the next request may be fine
            trace = traceback.format_exc()[-_MOST_FAILURE_CHARACTERS:]
            said = Answer(Tag.FAILURE, trace.encode("utf-8", "replace"))
        faulthandler.cancel_dump_traceback_later()
        _send(answers, said)
        # A drawing is one knot of references; left alone, a few of them are 30 MB.
        gc.collect()
    return content is not None


def _send(answers: BinaryIO, answer: Answer) -> None:
    answers.write(packed(answer.tag.value + answer.content))
    answers.flush()


def main() -> None:
    """Serve whoever started this process, and gave it a folder as its argument."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    # What anybody prints goes to the log, never between two answers.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        # Libraries may print while they are loaded, so not before.
        from bot.pictures.drawing import answer  # noqa: PLC0415

        is_announced = False
        # When the bot is gone, so is the reason to say anything.
        with contextlib.suppress(BrokenPipeError):
            is_announced = serve(sys.stdin.buffer, answers, answer)
    if not is_announced:
        for folder in sys.argv[1:2]:  # the bot would have cleared it away
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
