"""The child that plays rehearsals: within limits of memory and time, away from the pages it serves."""

from __future__ import annotations

import os
import sys
from typing import IO

import orjson

from engine import isolation
from engine.rehearsal import rehearsing
from engine.rehearsal.setting import Question
from engine.rehearsal.told import as_mapping

MEGABYTES = 400


def answer(question: Question) -> bytes:
    """Play one rehearsal; what it gives is read as data."""
    played = rehearsing.play(
        question.files, question.place, question.choices, starts_on=question.starts_on,
        months=question.months, seed=question.seed,
    )  # fmt: skip
    return orjson.dumps(as_mapping(played))


def put_output_aside() -> IO[bytes]:
    """Keep the standard output for answers: what is logged goes where errors go."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return answers


if __name__ == "__main__":
    isolation.answer_questions(answer, megabytes=MEGABYTES, answers=put_output_aside())
