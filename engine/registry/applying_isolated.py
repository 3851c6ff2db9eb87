"""The child that puts drawn diagrams in order: within limits of memory and time, away from every page."""

from __future__ import annotations

from engine import isolation
from engine.registry import applying

if __name__ == "__main__":
    isolation.answer_questions(applying.answer, megabytes=applying.MEGABYTES)
