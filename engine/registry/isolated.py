"""The child that checks untrusted files: read a question, answer, wait for the next."""

from __future__ import annotations

import contextlib
import pickle
import resource
import sys
from pathlib import Path
from typing import IO

from engine.registry import checks, isolation


def main() -> None:
    """Answer until the parent closes the pipe."""
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    limit_memory()
    isolation.send(answers, isolation.READY)
    while message := next_question(questions):
        content, filename, context = pickle.loads(message)  # noqa: S301 - the parent's own words
        report = checks.check(content, filename=filename, context=context)
        isolation.send(answers, checks.packed(report))


def limit_memory() -> None:
    """Allow so many megabytes on top of what the code itself takes, and no file to be written."""
    pages = 0
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    taken = pages * resource.getpagesize()
    limit = taken + isolation.MEGABYTES * 1_000_000
    if taken:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def next_question(pipe: IO[bytes]) -> bytes:
    """Read one question; nothing when the parent has gone."""
    header = pipe.read(isolation.LENGTH.size)
    if len(header) < isolation.LENGTH.size:
        return b""
    (length,) = isolation.LENGTH.unpack(header)
    return pipe.read(length)


if __name__ == "__main__":
    main()
