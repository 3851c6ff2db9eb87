"""Write substitutes onto the tasks and the parts of those who are away, and take them off again."""

# The inbox and the opening of a task then ask nothing more: who stands in is on the row. What should be
# there is worked out anew each time, and only what differs is written, project by project: killed half-way,
# the next turn goes on; a part given meanwhile, a recusal, a seat lost are followed as well.

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine.outbox import notify
from engine.people import assignments, basins, substitutions
from engine.people.models import Assignment, Role, Substitution
from engine.people.substitutions import EndReason
from engine.persistence.base import table_of
from engine.runtime import cases, in_turn
from engine.runtime.models import Task, is_open, is_stood_in

if TYPE_CHECKING:
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork

task = table_of(Task)
assignment = table_of(Assignment)
ROLES = tuple(role.value for role in substitutions.ROLES)
ON_A_PROJECT = tuple(role.value for role in substitutions.ROLES if role is not Role.OPERATOR)


def _write(table: sa.Table) -> sa.Update:
    return (
        sa.update(table)
        .where(table.c.id == bindparam("key"))
        .values(substitute_id=bindparam("substitute"), substitute_until=bindparam("until"))
    )


WRITE = {"task": _write(task), "part": _write(assignment)}


@dataclass(frozen=True, slots=True)
class Change:
    """A task or a part whose substitute is not, or no longer, the one who should be there."""

    what: str  # task | part
    id: UUID
    case_id: UUID
    basin_id: int
    person_id: UUID | None
    before: UUID | None
    substitute_id: UUID | None
    until: date | None


def follow(database: Database) -> int:
    """End what is over, then give tasks to substitutes and back; how many projects or periods changed."""
    with database.start_reading() as work:
        over = [each.id for each in substitutions.going_on(work) if substitutions.why_over(work, each)]
    done = in_turn.each(over, partial(conclude, database))
    with database.start_reading() as work:
        touched = dict.fromkeys(each.case_id for each in changes(work))
    return done + in_turn.each(touched, partial(apply, database))


def conclude(database: Database, substitution_id: UUID) -> int:
    """End a substitution that should be, and tell both."""
    with database.start_work() as work:
        basins.lock(work, substitutions.find(work, substitution_id).basin_id)
        found = substitutions.find(work, substitution_id)
        reason = None if found.ended_at is not None else substitutions.why_over(work, found)
        if reason is None:
            return 0
        end(work, substitution_id, reason=reason)
        return 1


def end(work: UnitOfWork, substitution_id: UUID, *, reason: EndReason) -> Substitution:
    """End a substitution and write to both, but to whoever does it; tasks follow by `follow`.

    One that never began, its period over or not, is told of alike: it was announced.
    Raises `substitutions.UnknownSubstitution`.
    """
    found = substitutions.end(work, substitution_id, reason=reason)
    tell(work, found, "substitution_ended", {found.person_id, found.substitute_id}, reason=reason.value)
    return found


def tell(work: UnitOfWork, found: Substitution, kind: str, recipients: set[UUID], **more: object) -> None:
    """Write to each of these about a substitution, but to whoever acts."""
    data: dict[str, object] = {
        "substitution": found.id, "starts_on": found.first_day, "ends_on": found.last_day,
        "path": "/taches", **more,
    }  # fmt: skip
    notify.post(
        work,
        [
            notify.row(work, kind=kind, recipient_id=person_id, basin_id=found.basin_id, data=data)
            for person_id in sorted(recipients)
            if person_id != work.actor.person_id
        ],
    )


def changes(work: UnitOfWork, case_id: UUID | None = None) -> list[Change]:
    """What is not as it should be, on one project or everywhere."""
    basins.learn_zones(work)
    standing = substitutions.in_force(work, substitutions.going_on(work))
    named = {(each.person_id, each.basin_id): each for each in standing}
    people = list({each.person_id for each in standing})
    rows = [*_parts(work, people, case_id), *_tasks(work, people, case_id)]
    known: dict[tuple[UUID, str, UUID], bool] = {}

    def should_be(row: Any) -> Substitution | None:
        found = named.get((row.person_id, row.basin_id))
        if found is None or row.personal or row.role not in ROLES:
            return None
        key = (row.case_id, row.role, found.substitute_id)
        if key not in known:
            known[key] = substitutions.may_stand_in(
                work, substitute_id=found.substitute_id, basin_id=row.basin_id, role=Role(row.role),
                case_id=row.case_id, on=basins.today(work, row.basin_id),
            )  # fmt: skip
        return found if known[key] else None

    return list(_differences(rows, should_be))


def _differences(rows: list[Any], should_be: Any) -> Iterator[Change]:
    for row in rows:
        found = should_be(row)
        wanted = (None, None) if found is None else (found.substitute_id, found.last_day)
        if wanted != (row.substitute_id, row.substitute_until):
            yield Change(
                row.what, row.id, row.case_id, row.basin_id, row.person_id, row.substitute_id, *wanted
            )


def _tasks(work: UnitOfWork, people: list[UUID], case_id: UUID | None) -> list[Any]:
    """The open tasks of those who are away, and those that somebody stands in for already."""
    columns = (
        sa.literal("task").label("what"), task.c.id, task.c.case_id, task.c.basin_id, task.c.role,
        task.c.personal, task.c.assignee_id.label("person_id"), task.c.substitute_id, task.c.substitute_until,
    )  # fmt: skip
    of_absent = sa.and_(
        is_open, task.c.assignee_id.in_(people), task.c.role.in_(ROLES), task.c.personal.is_(sa.false())
    )
    found: dict[UUID, Any] = {}
    for condition in (is_stood_in, *([of_absent] if people else [])):
        asked = sa.select(*columns).where(condition)
        if case_id is not None:
            asked = asked.where(task.c.case_id == case_id)
        found |= {row.id: row for row in work.connection.execute(asked)}
    return sorted(found.values(), key=place_of)


def place_of(row: Any) -> tuple[bytes, bytes]:
    """Project by project. Asked of SQLite, that order would have it read every open task of the nation."""
    return (row.case_id or row.id).bytes, row.id.bytes


def _parts(work: UnitOfWork, people: list[UUID], case_id: UUID | None) -> list[Any]:
    """The parts on projects of those who are away, and those that somebody stands in for already."""
    work.flush_objects()
    columns = (
        sa.literal("part").label("what"), assignment.c.id, assignment.c.case_id, assignment.c.basin_id,
        assignment.c.role, sa.false().label("personal"), assignment.c.person_id, assignment.c.substitute_id,
        assignment.c.substitute_until,
    )  # fmt: skip
    is_written = assignment.c.substitute_id.is_not(None)
    # A day more or less between basins gives a part that nobody will use: what acts is the period's own day.
    of_absent = sa.and_(
        assignment.c.person_id.in_(people), assignment.c.case_id.is_not(None),
        assignment.c.role.in_(ON_A_PROJECT),
        assignments.in_force(basins.today(work, None), assignment.c),
    )  # fmt: skip
    found: dict[UUID, Any] = {}
    for condition in (is_written, *([of_absent] if people else [])):
        asked = sa.select(*columns).where(condition)
        if case_id is not None:
            asked = asked.where(assignment.c.case_id == case_id)
        found |= {row.id: row for row in work.connection.execute(asked)}
    return sorted(found.values(), key=place_of)


def apply(database: Database, case_id: UUID) -> int:
    """Write on one project's tasks and parts who stands in, under its lock; 1 when something changed."""
    with database.start_work() as work:
        locked = cases.lock(work, case_id)
        found = changes(work, case_id)
        for each in found:
            work.write(
                WRITE[each.what],
                {"key": each.id, "substitute": each.substitute_id, "until": each.until},
                expected=1,
            )
        for person_id, substitute_id, until, before in _told_of(found):
            kind = "runtime.tasks.given_back" if substitute_id is None else "runtime.tasks.stood_in"
            work.record(
                kind, chain=case_id, subject=case_id, basin_id=locked.case.basin_id, person=person_id,
                substitute=substitute_id or before, until=until,
            )  # fmt: skip
        return 1 if found else 0


def _told_of(found: list[Change]) -> list[tuple[UUID | None, UUID | None, date | None, UUID | None]]:
    """One line of history per person and substitute, however many tasks and parts."""
    return list(
        dict.fromkeys((each.person_id, each.substitute_id, each.until, each.before) for each in found)
    )
