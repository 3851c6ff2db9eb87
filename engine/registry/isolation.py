"""A warm child process that reads untrusted files within limits on memory and time."""

# One child per process, started at the first question and kept: a check costs milliseconds, an import a
# good part of a second. Questions and answers are length-prefixed on its standard input and output:
# pickles going down, bytes coming back, which the caller reads as data and never as objects. If a
# file makes the child exceed its limits, it is killed and another is started for the next question.

from __future__ import annotations

import atexit
import os
import pickle
import select
import struct
import subprocess
import sys
import threading
import time
from typing import IO

SECONDS = 1.0
MEGABYTES = 200
STARTING_SECONDS = 60.0
LENGTH = struct.Struct(">Q")
READY = b"ready"
LARGEST_ANSWER = 20_000_000


class ChildLost(Exception):
    """The child died, fell silent, or said something else than an answer."""


class Child:
    """One child process, asked one question at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, question: object, seconds: float) -> bytes | None:
        """Give the child's answer, or None when it did not come within the limits."""
        with self._turn:
            try:
                process = self._process or self._start()
                send(process.stdin, pickle.dumps(question))
                return receive(process.stdout, seconds)
            except (ChildLost, OSError):
                self.stop()
                return None

    def stop(self) -> None:
        """End the child, whatever it is doing."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.communicate()

    def _start(self) -> subprocess.Popen[bytes]:
        """Start a child and wait until it has read its own code: that time is nobody's question's."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "engine.registry.isolated"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONHASHSEED": "0"},
            start_new_session=True,
        )
        if receive(self._process.stdout, STARTING_SECONDS) != READY:
            raise ChildLost
        return self._process


# A forked worker must not talk to its parent's child: each process has its own.
_children: dict[int, Child] = {}


def ask(question: object, *, seconds: float = SECONDS) -> bytes | None:
    """Give this process's child a question; its answer, or None when it did not come in time."""
    return _children.setdefault(os.getpid(), Child()).ask(question, seconds)


@atexit.register
def stop() -> None:
    """End this process's child; the next question starts another."""
    child = _children.pop(os.getpid(), None)
    if child is not None:
        child.stop()


def send(pipe: IO[bytes] | None, message: bytes) -> None:
    """Write one message. Raises `OSError` when nobody reads any more."""
    if pipe is None:
        raise ChildLost
    pipe.write(LENGTH.pack(len(message)) + message)
    pipe.flush()


def receive(pipe: IO[bytes] | None, seconds: float) -> bytes:
    """Read one message within a delay. Raises `ChildLost`."""
    if pipe is None:
        raise ChildLost
    until = time.monotonic() + seconds
    (length,) = LENGTH.unpack(read_exactly(pipe, LENGTH.size, until))
    if length > LARGEST_ANSWER:
        raise ChildLost
    return read_exactly(pipe, length, until)


def read_exactly(pipe: IO[bytes], size: int, until: float) -> bytes:
    """Read so many bytes before an instant of the machine's own clock. Raises `ChildLost`."""
    parts: list[bytes] = []
    while size:
        ready, _, _ = select.select([pipe], [], [], max(0.0, until - time.monotonic()))
        part = os.read(pipe.fileno(), size) if ready else b""
        if not part:
            raise ChildLost
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
