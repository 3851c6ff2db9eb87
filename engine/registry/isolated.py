"""The child that checks untrusted files: read a question, answer, wait for the next."""

from __future__ import annotations

from engine import isolation
from engine.registry import checks
from engine.registry.context import Context
from engine.registry.isolation import MEGABYTES


def answer(question: tuple[bytes, str, Context]) -> bytes:
    """Check one file."""
    content, filename, context = question
    return checks.packed(checks.check(content, filename=filename, context=context))


if __name__ == "__main__":
    isolation.answer_questions(answer, megabytes=MEGABYTES)
