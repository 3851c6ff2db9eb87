"""Rehearse within limits: in a child of its own, so that no diagram ever holds a page back."""

# A draft may be anything that a person drew: one that turns for ever would hold a web thread for ever, and
# two seconds of a processor are taken from everybody else's pages. The child has its own memory, its own
# caches, its own clock; it is kept warm, so that a second rehearsal finds the diagrams read already.

from __future__ import annotations

import orjson

from engine import errors, isolation
from engine.rehearsal.setting import Question
from engine.rehearsal.told import Rehearsal, from_mapping

CHILD = "engine.rehearsal.isolated"
SECONDS = 30.0
# Filtering a page, or drawing another of its diagrams, plays nothing again.
CHILDREN = isolation.Remembering(CHILD, answers=16)


class CannotRehearse(errors.Unavailable):
    """Cette répétition n’a pas pu aller au bout : vérifiez d’abord le processus, puis recommencez."""


def rehearse(question: Question) -> Rehearsal:
    """Play a rehearsal in this process's child; one played a moment ago is given again.

    Raises `CannotRehearse` when no answer came in time.
    """
    answer = CHILDREN.ask(question, SECONDS)
    if answer is None:
        raise CannotRehearse
    return from_mapping(orjson.loads(answer))


def stop() -> None:
    """End this process's child; the next rehearsal starts another."""
    isolation.stop(CHILD)
