"""A warm child process that does what may hang, crash or take all memory, within limits."""

# One child per process and per work, started at the first question and kept: a question costs milliseconds,
# an import a good part of a second. Questions and answers are length-prefixed on its standard input and
# output: pickles going down, bytes coming back, which the caller reads as data and never as objects. If a
# question makes the child exceed its limits, it is killed and another is started for the next question.

from __future__ import annotations

import atexit
import contextlib
import hashlib
import math
import os
import pickle
import resource
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

STARTING_SECONDS = 60.0
LENGTH = struct.Struct(">Q")
READY = b"ready"
LARGEST_ANSWER = 20_000_000


class ChildLost(Exception):
    """The child died, fell silent, or said something else than an answer."""


class Child:
    """One child process running one module, asked one question at a time."""

    def __init__(self, module: str, *, largest_answer: int = LARGEST_ANSWER) -> None:
        self.module = module
        self.largest_answer = largest_answer
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, question: object, seconds: float) -> bytes | None:
        """Give the child's answer, or None when it did not come within the limits.

        The delay runs from when the child is there and free: nobody pays for another's question.
        """
        with self._turn:
            try:
                process = self._process or self._start()
                until = time.monotonic() + seconds
                send_before(process.stdin, pickle.dumps(question), until)
                return receive(process.stdout, until, self.largest_answer)
            except (ChildLost, OSError):
                self.stop()
                return None
            except BaseException:
                self.stop()  # Its answer would still come: to the next question.
                raise

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        return self._process.pid if self._process else None

    def stop(self) -> None:
        """End the child, whatever it is doing."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.communicate()

    def retire(self) -> None:
        """End the child once nobody waits for its answer."""
        with self._turn:
            self.stop()

    def _start(self) -> subprocess.Popen[bytes]:
        """Start a child and wait until it has read its own code: that time is nobody's question's."""
        self._process = subprocess.Popen(  # noqa: S603 - one of our modules, named by ours
            [sys.executable, "-m", self.module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONHASHSEED": "0"},
            start_new_session=True,
        )
        if self._process.stdin is not None:
            os.set_blocking(self._process.stdin.fileno(), False)
        until = time.monotonic() + STARTING_SECONDS
        if receive(self._process.stdout, until, self.largest_answer) != READY:
            raise ChildLost
        return self._process


# A forked worker must not talk to its parent's child: each process has its own.
_children: dict[tuple[int, str], Child] = {}


def child_of(module: str, *, largest_answer: int = LARGEST_ANSWER) -> Child:
    """This process's child that runs a module; it starts at its first question."""
    return _children.setdefault((os.getpid(), module), Child(module, largest_answer=largest_answer))


def stop(module: str) -> None:
    """End this process's child that runs a module; the next question starts another."""
    child = _children.get((os.getpid(), module))
    if child is not None:
        child.stop()


def retire(module: str) -> None:
    """End this process's child that runs a module, once no other thread waits for its answer."""
    child = _children.get((os.getpid(), module))
    if child is not None:
        child.retire()


class Remembering:
    """Asks a child that runs a module, and gives again what it answered to the same question a moment ago."""

    # A page shows, then an act takes up what it showed: the same is worked out once.

    def __init__(self, module: str, *, answers: int) -> None:
        self.module = module
        self.most = answers
        self._answers: dict[bytes, bytes] = {}
        self._turn = threading.Lock()

    def ask(self, question: object, seconds: float) -> bytes | None:
        """Give the answer; None, which is not remembered, when it did not come within the limits."""
        asked = hashlib.sha256(repr(question).encode()).digest()
        with self._turn:
            answer = self._answers.get(asked)
        if answer is None:
            answer = child_of(self.module).ask(question, seconds)
        if answer is not None:
            with self._turn:
                self._answers[asked] = answer
                while len(self._answers) > self.most:
                    del self._answers[next(iter(self._answers))]
        return answer

    def forget(self) -> None:
        """Ask everything anew."""
        with self._turn:
            self._answers.clear()


@atexit.register
def stop_all() -> None:
    """End every child of this process."""
    for process_id, module in list(_children):
        if process_id == os.getpid():
            stop(module)


# ── The parent's end of the pipes: never longer than a delay ────────────────────────────────────────────────


def send_before(pipe: IO[bytes] | None, message: bytes, until: float) -> None:
    """Write one message before an instant of the machine's own clock.

    Raises `ChildLost` when nobody took it in time, `OSError` when nobody reads any more.
    """
    if pipe is None:
        raise ChildLost
    left = memoryview(LENGTH.pack(len(message)) + message)
    while left:
        if not is_ready(pipe, select.POLLOUT, until):
            raise ChildLost
        left = left[os.write(pipe.fileno(), left) :]


def is_ready(pipe: IO[bytes], event: int, until: float) -> bool:
    """Wait until a pipe can be read or written, or an instant: a server may have thousands of files open."""
    poll = select.poll()
    poll.register(pipe, event)
    return bool(poll.poll(math.ceil(1000 * max(0.0, until - time.monotonic()))))


def receive(pipe: IO[bytes] | None, until: float, largest: int = LARGEST_ANSWER) -> bytes:
    """Read one message before an instant of the machine's own clock. Raises `ChildLost`."""
    if pipe is None:
        raise ChildLost
    (length,) = LENGTH.unpack(read_exactly(pipe, LENGTH.size, until))
    if length > largest:
        raise ChildLost
    return read_exactly(pipe, length, until)


def read_exactly(pipe: IO[bytes], size: int, until: float) -> bytes:
    """Read so many bytes before an instant. Raises `ChildLost`."""
    parts: list[bytes] = []
    while size:
        part = os.read(pipe.fileno(), min(size, 1 << 20)) if is_ready(pipe, select.POLLIN, until) else b""
        if not part:
            raise ChildLost
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


# ── The child's end: read a question, answer, wait for the next ─────────────────────────────────────────────


def answer_questions(
    answer: Callable[[Any], bytes], *, megabytes: int, answers: IO[bytes] | None = None
) -> None:
    """Answer until the parent closes the pipe, within so much memory; what a child's module runs.

    `answers` is the standard output, unless the module has put it aside from what its libraries print.
    """
    questions, answers = sys.stdin.buffer, answers or sys.stdout.buffer
    limit_memory(megabytes)
    write(answers, READY)
    while message := next_question(questions):
        write(answers, answer(pickle.loads(message)))  # noqa: S301 - the parent's own words


def limit_memory(megabytes: int) -> None:
    """Allow so many megabytes on top of what the code itself takes, and no file to be written."""
    pages = 0
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    taken = pages * resource.getpagesize()
    limit = taken + megabytes * 1_000_000
    if taken:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def next_question(pipe: IO[bytes]) -> bytes:
    """Read one question; nothing when the parent has gone."""
    header = pipe.read(LENGTH.size)
    if len(header) < LENGTH.size:
        return b""
    (length,) = LENGTH.unpack(header)
    return pipe.read(length)


def write(pipe: IO[bytes], message: bytes) -> None:
    """Write one message, however long its reader takes."""
    pipe.write(LENGTH.pack(len(message)) + message)
    pipe.flush()
