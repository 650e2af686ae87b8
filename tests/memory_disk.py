"""Keeps the files of the tests in memory, where a machine has a place for that.

A commit waits until the disk says that it has it, and the tests commit tens of thousands of times.
No test depends on that wait: what a killed process wrote is in the hands of the system, which keeps
it wherever the file is, and no test can cut the power. SQLite does the same calls either way.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes folders in it that are its user's alone
# A run needs some hundred megabytes; containers often have only 64 there.
ENOUGH_BYTES = 1024**3


def keep_files_in_memory() -> None:
    """Let this process, and those that it starts, make temporary files in memory.

    Who names a place for temporary files, by TMPDIR, gets them there.
    """
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and _is_fit():
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def _is_fit() -> bool:
    has_room = shutil.disk_usage(MEMORY).free >= ENOUGH_BYTES
    # Tests write programs and run them.
    runs_programs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    return has_room and runs_programs and os.access(MEMORY, os.W_OK)
