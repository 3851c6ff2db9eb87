"""Where the tests write: in memory where there is room, else in the machine's temporary folder."""

# A database of PostgreSQL is six hundred files: on a disk that others use too, making and removing them takes
# longer than most tests. Nothing that is tested depends on the disk: no test cuts the power.

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - kept in memory by Linux; others have no such folder.
ENOUGH = 4 * 1024**3  # bytes: several times what a run of two processes needs
PREFIX = "alize-tests-"
HELD = "held"  # the file that a run keeps locked for as long as it lives


def pytest_configure() -> None:
    """Have this process and those that it starts write in memory, unless TMPDIR says otherwise."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    remove_abandoned()
    if shutil.disk_usage(MEMORY).free < ENOUGH:
        return
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=MEMORY))
    hold(folder)
    os.environ["TMPDIR"], tempfile.tempdir = str(folder), None  # Read again from the environment.
    # What is asked to be called first is called last: PostgreSQL has stopped by then.
    atexit.register(leave, folder)


def hold(folder: Path) -> None:
    """Lock the folder's file until this process ends, however it ends."""
    # Locked before it has its name: whoever finds the name without the lock knows that nobody is there.
    handle = os.open(folder / "new", os.O_CREAT | os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    (folder / "new").rename(folder / HELD)


def leave(folder: Path) -> None:
    """Give the memory back, but for what pytest keeps of tests that failed: that goes at the next run."""
    if not any(folder.glob("pytest-of-*/pytest-*")):
        shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned() -> None:
    """Remove what earlier runs left: those that were killed, and those that failed.

    A PostgreSQL server whose run was killed notices within a minute that its folder is gone, and stops.
    """
    for held in MEMORY.glob(f"{PREFIX}*/{HELD}"):
        if os.access(held, os.W_OK) and is_abandoned(held):
            shutil.rmtree(held.parent, ignore_errors=True)


def is_abandoned(held: Path) -> bool:
    """Whether no process holds the lock any more."""
    try:
        with held.open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # Held, or removed by somebody else just now.
        return False
    return True
