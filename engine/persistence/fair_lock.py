"""A mutex that serves waiting threads in order: for SQLite's writers inside one process."""

from __future__ import annotations

import threading
from collections import deque


class FairLock:
    """A lock handed over in order of arrival.

    SQLite waits by polling with growing naps and `threading.Lock` serves whoever comes first: under
    steady load some writers would starve for a second. In order, the wait is bounded by the queue.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._queue: deque[threading.Lock] = deque()

    def acquire(self, timeout: float) -> bool:
        """Wait for one's turn, at most `timeout` seconds; False when it did not come."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._queue.append(turn)
        if turn.acquire(timeout=timeout):
            return True
        return self._leave(turn)

    def release(self) -> None:
        """Hand the lock, still held, to the next in line."""
        with self._guard:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._held = False

    def _leave(self, turn: threading.Lock) -> bool:
        """Give up one's place, unless the turn came at the very last instant."""
        with self._guard:
            if turn in self._queue:
                self._queue.remove(turn)
                return False
        return True
