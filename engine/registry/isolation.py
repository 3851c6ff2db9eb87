"""The child that checks diagrams: files that anybody may have sent, read within limits."""

from __future__ import annotations

from engine import isolation

SECONDS = 1.0
MEGABYTES = 200
CHILD = "engine.registry.isolated"


def ask(question: object, *, seconds: float = SECONDS) -> bytes | None:
    """Give this process's child a question; its answer, or None when it did not come in time."""
    return isolation.child_of(CHILD).ask(question, seconds)


def stop() -> None:
    """End this process's child; the next question starts another."""
    isolation.stop(CHILD)
