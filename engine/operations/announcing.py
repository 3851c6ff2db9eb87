"""Write to those whom a task awaits; ask for an acting chair when nobody may sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine.agreements import amendments, drafting, signatories
from engine.committee import acting, life
from engine.outbox import notify
from engine.people import assignments, chairs
from engine.people.models import Role
from engine.projects import closing, everyday, reports
from engine.runtime import instances
from engine.runtime.acts import OpenedTask

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Case, TaskView


def announce(work: UnitOfWork, case: Case, opened: Sequence[OpenedTask], _closed: Sequence[UUID]) -> None:
    """Write once to each person concerned by a task just opened.

    Whoever acts is not told of what anybody of their role may now do: they are on the page that shows
    it. A task that closes is told to nobody: its mails still to leave are moot. One that opens under a
    suspension is announced once work goes on (D7).
    """
    told = [each for each in opened if not each.task.suspended]
    rows = [row for each in told for row in letters(work, case, each)]
    notify.post(work, rows)
    if any(awaits_chair(each.task) for each in told):
        acting.ask_for_one(work, case)


def resumed(work: UnitOfWork, case: Case, note: str | None) -> None:
    """Show a project as taken up again, and announce what had opened under its suspension."""
    everyday.resumed(work, case, note)
    opened = instances.opened_under_suspension(work, case.id)
    announce(work, case, [OpenedTask(view, {}) for view in opened], ())


def letters(work: UnitOfWork, case: Case, opened: OpenedTask) -> list[dict[str, Any]]:
    """The mails that announce a task."""
    task = opened.task
    is_report = task.form == reports.FORM and "report_number" in opened.routing
    data: dict[str, object] = {}
    if is_report:
        data = {"report_number": opened.routing.get("report_number"), "due_on": task.due_on}
    return [
        notify.row(
            work,
            kind="report_opened" if is_report else "task_opened",
            recipient_id=person_id,
            case_id=case.id,
            basin_id=case.basin_id,
            task_id=task.id,
            data=data,
            reference=case.reference,
            counts_for=int(opened.routing["report_number"]) if is_report else None,
        )
        for person_id in concerned(work, case, task)
    ]


def concerned(work: UnitOfWork, case: Case, task: TaskView) -> list[UUID]:
    """Whom a task awaits: its own person or their substitute, the chair to ask first, or the officers."""
    if task.assignee_id is not None:
        return [task.substitute_id or task.assignee_id]
    today = work.today(case.zone)
    if task.role == Role.CHAIR.value:
        chair = chairs.chair_in_force(work, case.basin_id, today, case.id)
        return [] if chair is None else [chair.person_id]
    if task.role not in set(Role):
        return []
    of_role = assignments.of_basin(work, case.basin_id, today, Role(task.role))
    people = dict.fromkeys(each.person_id for each in of_role if each.person_id is not None)
    return [each for each in people if each != work.actor.person_id]


def awaits_chair(task: TaskView) -> bool:
    """Whether a task is the chair's, as such or as a signatory of the agreement."""
    return task.role == Role.CHAIR.value or task.capacity == signatories.CHAIR


def ended(work: UnitOfWork, case: Case, end_event: str) -> None:
    """Set the project's end, and tell those concerned; an agreement nobody will sign any more is void.

    A session's case is no project: it ends its own way.
    """
    if life.is_session(case):
        life.ended(work, case, end_event)
        return
    closing.ended(work, case, end_event)
    agreement = drafting.latest(work, case.id)
    if agreement is not None and agreement.state == drafting.TO_SIGN:
        drafting.void(work, agreement, reason="project_ended")
    amendments.void_at_end(work, case.id)
