"""Stretches of a life that many tests only go through: played once per process of tests, then put back."""

from __future__ import annotations

import copy
import functools
import hashlib
import io
import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar, cast

import sqlalchemy as sa

from engine.clock import FrozenClock
from engine.persistence.database import Database

AT_MOST = 48  # stretches kept by a process of tests, of one or two megabytes each
OUTSIDE = ("database", "clock")  # What a bench is given, and does not own.


class Bench(Protocol):
    """A basin that a test plays, with its database and its clock.

    One that owns more than its plain attributes says what it knows (`known`) and knows it again (`take_up`).
    """

    database: Database
    clock: FrozenClock


Given = ParamSpec("Given")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Place:
    """Where a bench is: what the file of its database holds, what it knows, what time it is."""

    content: bytes
    known: dict[str, Any]
    times: dict[str, datetime | timedelta]


# What a stretch led to from a place, and what it answered.
LED_TO: OrderedDict[tuple[object, ...], tuple[Place, Any]] = OrderedDict()


def remembered(stretch: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Play a stretch once from each place it is played from; afterwards, put back where it led.

    Only what starts alike is alike: the same bytes in the file, the same things known, the same instant, by
    the same clock. On PostgreSQL, or while somebody holds the file open, or asked otherwise than usual, the
    stretch is played.
    """

    @functools.wraps(stretch)
    def played(*given: Given.args, **named: Given.kwargs) -> Answer:
        bench: Any = given[0]
        place = None if given[1:] or named else place_of(bench)
        if place is None:
            return stretch(*given, **named)
        key = (stretch, type(bench), type(bench.clock), *place.times.items(), digest(place))
        if key not in LED_TO:
            answer = stretch(*given, **named)
            led_to = place_of(bench)
            if led_to is not None:
                keep(key, led_to, answer)
            return answer
        LED_TO.move_to_end(key)
        there, known_answer = LED_TO[key]
        put_back(bench, there)
        return cast("Answer", copy.deepcopy(known_answer))

    return played


def keep(key: tuple[object, ...], place: Place, answer: object) -> None:
    """Remember where a stretch led; what was used longest ago is forgotten."""
    LED_TO[key] = (place, copy.deepcopy(answer))
    while len(LED_TO) > AT_MOST:
        LED_TO.popitem(last=False)


def file_of(database: Database) -> Path | None:
    """The file of a database, when it is all there: nobody has it open."""
    if not database.is_sqlite:
        return None
    database.dispose()
    file = Path(sa.make_url(database.url).database or "")
    return file if file.exists() and not Path(f"{file}-wal").exists() else None


def place_of(bench: Bench) -> Place | None:
    """Where a bench is; nothing when that cannot be put back."""
    file = file_of(bench.database)
    if file is None:
        return None
    known = bench.known() if hasattr(bench, "known") else copy.deepcopy(attributes_of(bench))
    return Place(file.read_bytes(), known, dict(vars(bench.clock)))


def attributes_of(bench: Bench) -> dict[str, Any]:
    """What a bench owns."""
    return {name: value for name, value in vars(bench).items() if name not in OUTSIDE}


def digest(place: Place) -> bytes:
    """What tells two places apart, but for their instants."""
    known = io.BytesIO()
    pickler = pickle.Pickler(known)
    pickler.fast = True  # What is equal is written alike, be it one thing seen twice or two.
    pickler.dump(place.known)
    return hashlib.blake2b(place.content + known.getvalue(), digest_size=16).digest()


def put_back(bench: Bench, place: Place) -> None:
    """Put a bench where a stretch led."""
    file = file_of(bench.database)
    assert file is not None
    file.write_bytes(place.content)
    vars(bench.clock).update(place.times)
    if hasattr(bench, "take_up"):
        bench.take_up(place.known)
    else:
        vars(bench).update(copy.deepcopy(place.known))
