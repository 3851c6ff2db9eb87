"""Keep the metronome in step with a clock that is set back, by NTP or by hand."""

# The metronome keeps for each tick the instant of its next beat. A machine that was an hour ahead, and is put
# right, would send no mail and fire no timer for that hour.

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from engine import clock

log = structlog.get_logger()

LOOKED_AT_EVERY = timedelta(seconds=5)


class Metronome(Protocol):
    """What of the metronome is looked at."""

    @property
    def running(self) -> bool:
        """Whether it beats."""
        ...

    def get_job(self, job_id: str) -> Any:
        """What is to run at its next beat, and when; None for what does not run here."""
        ...


def watch(metronome: Metronome, longest: Mapping[str, timedelta]) -> None:
    """Look every few seconds, until the metronome stops; `longest` a tick may wait for its next beat."""

    def look() -> None:
        pause = threading.Event()
        while metronome.running:
            set_right(metronome, longest, clock.RealClock().wall())
            pause.wait(LOOKED_AT_EVERY.total_seconds())

    threading.Thread(target=look, name="stepping", daemon=True).start()


def set_right(metronome: Metronome, longest: Mapping[str, timedelta], wall: datetime) -> None:
    """Run now each tick whose next beat is farther off than it can ever be."""
    for name, wait in longest.items():
        job = metronome.get_job(name)
        beat: datetime | None = None if job is None else job.next_run_time
        if beat is not None and beat > wall + wait + LOOKED_AT_EVERY:
            log.warning("scheduler.tick.set_right", tick=name, was_for=beat.isoformat())
            job.modify(next_run_time=wall)
