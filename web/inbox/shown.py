"""A task being shown: what was typed, who looks, and what every part of its page asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from engine import operations
from engine.people import basins, persons
from engine.runtime import tasks
from forms.context import Context
from web import work as web_work
from web.auth import viewer

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import TaskView
    from engine.runtime.locking import Standing


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person sent and what is wrong with it, to be shown again; `act` is the gesture it was for."""

    answers: Mapping[str, object] | None = None
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    dated: Mapping[str, str] = field(default_factory=dict)
    act: str = ""
    had_files: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A task being shown: what every part of its page asks for."""

    work: UnitOfWork
    standing: Standing
    may: tasks.Allowed
    zone: ZoneInfo
    context: Context
    names: Mapping[Any, str]
    typed: Typed

    @classmethod
    def of(cls, work: UnitOfWork, standing: Standing, typed: Typed) -> Shown:
        """Read what the page of a task is about."""
        view = standing.task
        return cls(
            work=work,
            standing=standing,
            may=tasks.allowed(work, standing),
            zone=basins.zone_of(work, view.basin_id),
            context=operations.context(work, view, showing=True, channel="html", locale=web_work.locale()),
            names=persons.names(
                work, [view.assignee_id, view.closed_by, view.on_behalf_of, view.substitute_id]
            ),
            typed=typed,
        )

    @property
    def view(self) -> TaskView:
        """The task."""
        return self.standing.task

    @property
    def today(self) -> date:
        """The programme's day in the task's basin."""
        return self.work.today(self.zone)

    @property
    def asks(self) -> bool:
        """Whether this reader is shown the form."""
        return self.may.complete or self.may.on_behalf


def is_limited() -> bool:
    """True in a session opened by a mail's link: it has one page, this one."""
    return viewer().scope_task_id is not None
