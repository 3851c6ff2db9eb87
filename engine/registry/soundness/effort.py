"""The clock of a proof: the time of the processor, so that a busy machine decides no less."""

from __future__ import annotations

import time


def spent() -> float:
    """Give the seconds that this thread has had of the processor."""
    return time.thread_time()
