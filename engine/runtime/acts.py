"""What an operation receives and what the domain lends to the runtime."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.persistence.base import new_id
from engine.persistence.unit_of_work import UnitOfWork
from forms import extras
from forms.extras import Question

Routing = str | int | bool


@dataclass(frozen=True, slots=True)
class Case:
    """The dossier an act is about: `id` is the project's, and its root instance's."""

    id: UUID
    basin_id: int
    version_id: UUID
    reference: str
    firm: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as an operation, a page or the API may read it."""

    id: UUID
    instance_id: UUID
    case_id: UUID
    basin_id: int
    process: str
    step: str
    title: str
    form: str
    form_number: int
    role: str
    pool: bool
    assignee_id: UUID | None
    capacity: str | None
    position: int | None
    personal: bool
    charter_step: str | None
    waits_for: str
    reference: str
    firm: str
    opened_at: datetime
    opened_on: date
    due_on: date
    due_at: datetime
    claimed_at: datetime | None
    awaiting: str | None
    awaiting_until: date | None
    awaiting_reason: str | None
    suspended: bool
    closed_at: datetime | None
    closed_by: UUID | None
    on_behalf_of: UUID | None
    outcome: str | None
    occurred_on: date | None
    questions: Sequence[Mapping[str, Any]] | None = None
    substitute_id: UUID | None = None
    substitute_until: date | None = None

    def extras(self) -> tuple[Question, ...]:
        """The basin's own questions, asked after the form's; kept as they were when the task opened."""
        return extras.kept(self.questions) if self.questions else ()


@dataclass(frozen=True, slots=True)
class SatelliteStart:
    """A process to start beside the dossier's own, once the present advance is saved."""

    process: str
    routing: Mapping[str, Routing]
    id: UUID = field(default_factory=new_id)


@dataclass(slots=True)
class Act:
    """What an operation receives: who does what on which dossier, and the clean answers.

    An operation changes domain rows and returns the routing variables to set. It never commits. `entry` is
    where the dossier is being taken over that began elsewhere: what is known of it was declared (D15).
    """

    work: UnitOfWork
    case: Case
    instance_id: UUID
    process: str
    step: str
    task: TaskView | None
    answers: Mapping[str, Any]
    routing: Mapping[str, Routing]
    occurred_on: date
    sends: list[str] = field(default_factory=list)
    starts: list[SatelliteStart] = field(default_factory=list)
    entry: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The basin's time zone."""
        return self.case.zone

    @property
    def today(self) -> date:
        """The programme's day in the basin."""
        return self.work.today(self.case.zone)

    def send(self, message: str) -> None:
        """Tell the dossier's waiting instances, once the present advance is saved; nobody need wait."""
        self.sends.append(message)

    def start_satellite(self, process: str, routing: Mapping[str, Routing]) -> UUID:
        """Start a process beside the dossier's own, once the present advance is saved; its id to be."""
        start = SatelliteStart(process, routing)
        self.starts.append(start)
        return start.id


Operation = Callable[[Act], Mapping[str, Routing]]


@dataclass(frozen=True, slots=True)
class Casting:
    """Who a task is for: a person, or any holder of a role in the basin when `person_id` is None.

    The task bears the `title` where it depends on what this person is asked for, else its step’s name.
    `substitute_id` does it until a day, included, while that person is away.
    """

    role: str
    person_id: UUID | None = None
    capacity: str | None = None
    title: str | None = None
    substitute_id: UUID | None = None
    substitute_until: date | None = None


@dataclass(frozen=True, slots=True)
class OpenedTask:
    """A task just opened, as told to whoever announces it."""

    task: TaskView
    routing: Mapping[str, Routing]


@dataclass(frozen=True, slots=True)
class Domain:
    """What the domain lends to the runtime, which never imports it; put together by `engine.app`.

    `cast(work, case, role, position, instance_id)` says whom a step is for that an instance opens;
    `context(work, task, showing=…)` gives a form's choices and limits, and what to show beside it.
    `due_on(work, case, rule, routing, opened_on)` turns a due rule into a day, and
    `awaits(waits_for, routing)` says who is waited for, where that depends on what came before;
    `postpone(work, case, day, suspended_on, resumed_on)` moves a day by the working days lost (D7), but
    for the routing dates named `anchored`, and `hold_back(work, case, day, moved)` says how far a timer of
    the project's own process may go; `resumed(work, case, note)` is told when a suspension is over, and
    `goes_on` names the forms of the tasks that a suspension leaves alone.
    """

    operations: Mapping[str, Operation]
    cast: Callable[[UnitOfWork, Case, str, int | None, UUID], Casting]
    due_on: Callable[[UnitOfWork, Case, str, Mapping[str, Routing], date], date]
    context: Callable[..., Any]
    announce: Callable[[UnitOfWork, Case, Sequence[OpenedTask], Sequence[UUID]], None]
    ended: Callable[[UnitOfWork, Case, str], None]
    postpone: Callable[[UnitOfWork, Case, date, date, date], date]
    anchored: frozenset[str] = frozenset()
    goes_on: frozenset[str] = frozenset()
    awaits: Callable[[str, Mapping[str, Routing]], str] = lambda waits_for, _routing: waits_for
    hold_back: Callable[[UnitOfWork, Case, date, date], date] = lambda _work, _case, _day, moved: moved
    resumed: Callable[[UnitOfWork, Case, str | None], None] = lambda _work, _case, _note: None
