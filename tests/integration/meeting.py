"""Acts that meet: each in its thread, kept open until the others are as far, or cannot be."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from threading import Barrier, BrokenBarrierError

from engine import errors
from engine.persistence.unit_of_work import UnitOfWork

AT_MOST = 0.5  # Seconds: whoever holds the lock goes on alone after that.


def meet(
    opened: Callable[[], AbstractContextManager[UnitOfWork]], *acts: Callable[[UnitOfWork], object]
) -> list[type[errors.EngineError] | None]:
    """Do several acts at the same instant, each in a unit of work; what each was refused with, if it was."""
    all_there = Barrier(len(acts))

    def run(act: Callable[[UnitOfWork], object]) -> type[errors.EngineError] | None:
        try:
            with opened() as work:
                act(work)
                with suppress(BrokenBarrierError):
                    all_there.wait(AT_MOST)
        except errors.EngineError as refusal:
            return type(refusal)
        return None

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))
