"""Do something to each of many dossiers, so that one on which it fails stops no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from engine.persistence.database import Busy, Unreachable

log = logging.getLogger("alize.runtime")

Thing = TypeVar("Thing")


def each(things: Iterable[Thing], do: Callable[[Thing], int]) -> int:
    """Do something to each, in a unit of work of its own; how many times it was done.

    What somebody holds is left to the next turn. Whatever fails is logged, and raised once the others were
    seen to: the tick that asked is noted as failing. Raises at once when the database is out of reach.
    """
    done, failure = 0, None
    for thing in things:
        try:
            done += do(thing)
        except Busy:
            continue
        except Unreachable:
            raise
        except Exception as error:
            log.exception("runtime.turn.failed on=%s", thing)
            failure = error
    if failure is not None:
        raise failure
    return done
