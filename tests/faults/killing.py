"""A process of its own that is killed at a boundary: before or after a statement, before or after the commit."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from engine.persistence.database import Database
from tests.faults.trials import opened


class Killer:
    """Kills its own process at the n-th boundary."""

    def __init__(self, boundary: int) -> None:
        self.left = boundary

    def watch(self, engine: sa.Engine) -> None:
        """Count this engine's boundaries from now on."""
        for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
            sa.event.listen(engine, name, self.pass_one)

    def pass_one(self, *_: object) -> None:
        """Die here, or go on."""
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1


def in_a_child(url: str, instant: datetime, act: Callable[[Database], None], boundary: int) -> bool:
    """Do the act in a process that is killed at a boundary; True when it was killed.

    The caller's own connections are to be closed: a child must not share them.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            database = opened(url, instant)
            killer = Killer(boundary)
            killer.watch(database.engine)
            act(database)
            killer.pass_one()  # The commit is done, and nobody has been told.
            status = 0
        finally:
            os._exit(status)  # Nothing of the tests' own process is tidied up here.
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert killed or os.WEXITSTATUS(status) == 0, f"the child failed by itself: {status}"
    return killed
