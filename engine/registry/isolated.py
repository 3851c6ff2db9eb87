"""The child that checks untrusted files: read a question, answer, wait for the next."""

from __future__ import annotations

from engine import isolation
from engine.registry import checks
from engine.registry.context import Context
from engine.registry.isolation import MEGABYTES


def answer(question: tuple[dict[str, bytes], str | None, Context, float]) -> bytes:
    """Check one file, or all of them together where none is named."""
    files, filename, context, seconds = question
    if filename is None:
        return checks.packed(checks.check_version(files, context, seconds=seconds))
    return checks.packed(checks.check(files[filename], filename=filename, context=context, seconds=seconds))


if __name__ == "__main__":
    isolation.answer_questions(answer, megabytes=MEGABYTES)
