"""Timers that read the host's clock: literal durations and dated waits, never a cycle."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
)

from engine import errors
from engine.spiff.durations import add_duration, parse_iso, start_of_day

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
VARIABLE = re.compile(r"[a-z][a-z0-9_]{0,60}")
# Where SpiffWorkflow keeps what a timer waits for, and whether it came; the library's own names.
DUE, FIRED = "event_value", "event_fired"
# Since when a delay counts that began under a suspension; nothing for any other (D7).
SINCE = "since"


class UndatedTimer(errors.EngineError):
    """La minuterie attend la date « {variable} », qui n’est pas fixée."""


class _Clocked(ABC):
    """Keeps the instant computed when the timer is armed, and fires when it is told to.

    The library asks every timer after every element, in no order of dates: after an absence, a reminder
    would leave after the expiry it announces. Who plays the instance fires what is due, oldest first.
    """

    def has_fired(self, my_task: Any) -> bool:
        """Arm on the first look; fired once `fire` has said so."""
        kept = my_task.internal_data
        if DUE not in kept:
            engine = my_task.workflow.script_engine
            kept[DUE] = self.due_instant(engine).isoformat()
            if since := self.counted_since(engine):
                kept[SINCE] = since
        return bool(kept.get(FIRED, False))

    @abstractmethod
    def due_instant(self, engine: Any) -> datetime:
        """Give the instant to wait for, as of now."""

    @abstractmethod
    def counted_since(self, engine: Any) -> str | None:
        """Give when its delay began, if that was under a suspension."""


class LiteralTimer(_Clocked, DurationTimerEventDefinition):
    """An ISO duration that is a constant of the published version (D3).

    It counts from now, or from the local midnight of a routing date (`alize:from`), so that eighteen
    months run from the last signature as signed (D2) and not from the moment it was recorded.
    """

    def __init__(self, name: str, duration: str, counts_from: str | None) -> None:
        parse_iso(duration)
        super().__init__(name, duration.strip())
        self.variable = require_variable(counts_from) if counts_from else None

    def due_instant(self, engine: Any) -> datetime:
        """Give the instant to wait for, as of now. Raises `UndatedTimer`."""
        start: datetime = engine.host.now
        if self.variable:
            start = midnight_of(engine.routing, self.variable, engine.host.zone)
        return add_duration(start, self.expression, engine.host.zone)

    def counted_since(self, engine: Any) -> str | None:
        """Its delay begins when it is armed."""
        return engine.host.now.isoformat() if engine.host.is_suspended else None


class DatedTimer(_Clocked, TimeDateEventDefinition):
    """Waits for the local midnight of a date that an operation has written (D3)."""

    def __init__(self, name: str, variable: str) -> None:
        self.variable = require_variable(variable)
        super().__init__(name, self.variable)

    def due_instant(self, engine: Any) -> datetime:
        """Give the instant to wait for. Raises `UndatedTimer`."""
        return midnight_of(engine.routing, self.variable, engine.host.zone)

    def counted_since(self, engine: Any) -> str | None:
        """Its delay began when its day was written."""
        since: str | None = engine.since.get(self.variable)
        return since


def due_at(task: Any) -> datetime | None:
    """Give the instant an armed timer waits for."""
    kept = task.internal_data.get(DUE)
    return datetime.fromisoformat(kept) if kept else None


def counted_since(task: Any) -> datetime | None:
    """Give when an armed timer's delay began, if that was under the suspension that goes on."""
    kept = task.internal_data.get(SINCE)
    return datetime.fromisoformat(kept) if kept else None


def move(task: Any, instant: datetime) -> None:
    """Let an armed timer wait for another instant, at the end of a suspension."""
    task.internal_data[DUE] = instant.isoformat()
    task.internal_data.pop(SINCE, None)


def fire(task: Any) -> None:
    """Let an armed timer go."""
    task.internal_data[FIRED] = True
    task.task_spec._update(task)


def require_variable(text: str) -> str:
    """Give the one routing variable a dated timer names. Raises `ValueError` for anything else."""
    if not VARIABLE.fullmatch(text.strip()):
        raise ValueError(f"{text[:60]!r} is not the name of a routing variable")
    return text.strip()


def midnight_of(routing: Mapping[str, object], variable: str, zone: ZoneInfo) -> datetime:
    """Give the instant at which the local day written in a routing variable begins.

    Raises `UndatedTimer` when nothing, or no date, is written there.
    """
    written = str(routing.get(variable, ""))
    if not DAY.fullmatch(written):
        raise UndatedTimer(variable=variable)
    try:
        day = date.fromisoformat(written)
    except ValueError as problem:
        raise UndatedTimer(variable=variable) from problem
    return start_of_day(day, zone)
