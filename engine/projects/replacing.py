"""Another person in a part on a project: prescriber, expert, head of the firm; open tasks move at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.outbox import notify
from engine.people import assignments, committee_seats, holders
from engine.people.models import Person, Role
from engine.projects import appraisal
from engine.projects.follow_up_models import InterventionRequest
from engine.projects.models import ComplementaryDiagnostic
from engine.runtime import instances
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.people.models import Assignment
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project

# The mandatary is the chair's to replace (D19), and the chair's line follows whoever presides (E11).
REPLACEABLE = (Role.PRESCRIBER, Role.EXPERT, Role.SME_HEAD)
# Whoever speaks for the firm is nothing else on its project (D16).
OTHER_SIDE = frozenset({Role.PRESCRIBER, Role.MANDATARY, Role.EXPERT})


class HasAPartAlready(errors.NotAllowed):
    """Cette personne a déjà une part dans ce projet : on n’y est pas pour l’entreprise et pour un autre."""


class PartChanged(errors.Conflict):
    """Cette personne ne tient plus cette place dans le projet : elle a changé entre-temps."""


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's part on a project, which another may take over."""

    id: UUID
    role: Role
    person_id: UUID
    organisation_id: UUID | None


def parts(work: UnitOfWork, project: Project, on: date) -> list[Part]:
    """The parts that an officer may hand to somebody else on a day; one per role and person."""
    found: dict[tuple[str, UUID], Part] = {}
    for each in assignments.of_case(work, project.id, on):
        if each.role in REPLACEABLE and each.person_id is not None:
            part = Part(each.id, Role(each.role), each.person_id, each.organisation_id)
            found.setdefault((each.role, each.person_id), part)
    return sorted(found.values(), key=lambda part: REPLACEABLE.index(part.role))


def replace(
    work: UnitOfWork,
    project: Project,
    part: Part,
    *,
    person_id: UUID,
    organisation_id: UUID | None = None,
    reason: str,
    today: date,
) -> list[UUID]:
    """Hand a part to another person, with its open tasks; gives those. The caller holds the project's row.

    `organisation_id` is the one for which a prescriber who sits for several takes it.
    Personal tasks move too: it is their holder who changes, nobody completes them for another (D18).
    Raises `holders.SameHolder`, `committee_seats.NoSeat`, `holders.InConflict`, `HasAPartAlready`.
    """
    require_free(work, project, part, person_id, today)
    held = [
        each
        for each in holders.holders(work, role=part.role, case_id=project.id, on=today)
        if each.person_id == part.person_id
    ]
    for each in held:
        assignments.end(work, each.id, reason=reason, on=today)
    for each in held:
        take_over(work, project, each, person_id, today, seated_for=organisation_id)
    moved = open_tasks(work, project.id, part)
    instances.move_open_tasks(
        work, case_id=project.id, role=part.role.value, former=part.person_id, holder=person_id
    )
    follow(work, project, part, person_id)
    keep(work, project, part.role, former=part.person_id, to=person_id, reason=reason)
    tell(work, project, moved, former=part.person_id, to=person_id, today=today)
    return moved


def require_free(work: UnitOfWork, project: Project, part: Part, person_id: UUID, today: date) -> None:
    """Refuse whoever has the part already, or stands on the other side of the project (D16)."""
    if person_id == part.person_id:
        raise holders.SameHolder
    if part.role is Role.SME_HEAD:
        held = assignments.of_case(work, project.id, today)
        if any(each.person_id == person_id and each.role in OTHER_SIDE for each in held):
            raise HasAPartAlready
        return
    if person_id == project.sme_head_id:
        raise HasAPartAlready
    if part.role is Role.PRESCRIBER:
        return  # Their seat says for whom: `holders.hold` looks at it.
    firm = appraisal.organisation_of_expert(work, project.basin_id, person_id, today)
    if firm is not None and committee_seats.in_conflict(work, project.id, firm, today):
        raise holders.InConflict


def take_over(
    work: UnitOfWork,
    project: Project,
    held: Assignment,
    person_id: UUID,
    today: date,
    *,
    seated_for: UUID | None,
) -> None:
    """Give what somebody held to another: a prescriber sits for an organisation of their own (R17)."""
    own = held.role == Role.PRESCRIBER.value
    holders.hold(
        work, role=Role(held.role), case_id=project.id, basin_id=project.basin_id, person_id=person_id,
        organisation_id=seated_for if own else held.organisation_id, from_date=today,
    )  # fmt: skip


def open_tasks(work: UnitOfWork, project_id: UUID, part: Part) -> list[UUID]:
    """The open tasks of somebody in a part."""
    work.flush()
    return list(
        work.connection.scalars(
            sa.select(Task.id)
            .where(
                Task.case_id == project_id,
                Task.role == part.role.value,
                Task.assignee_id == part.person_id,
                Task.closed_at.is_(None),
            )
            .order_by(Task.opened_at, Task.id)
        )
    )


def follow(work: UnitOfWork, project: Project, part: Part, person_id: UUID) -> None:
    """Name the other person where a step to come will look: the firm's contact, an opinion, a request."""
    if part.role is Role.SME_HEAD:
        person = work.database.get_one(Person, person_id)
        project.sme_head_id, project.contact_name = person_id, person.full_name
        project.contact_email, project.contact_phone = person.email, person.phone
    if part.role is not Role.EXPERT:
        return
    for table, is_awaited in (
        (ComplementaryDiagnostic, ComplementaryDiagnostic.recorded_at.is_(None)),
        (InterventionRequest, InterventionRequest.closed_at.is_(None)),
    ):
        work.database.execute(
            sa.update(table)
            .where(table.project_id == project.id, table.expert_id == part.person_id, is_awaited)
            .values(expert_id=person_id)
        )


def keep(work: UnitOfWork, project: Project, role: Role, *, former: UUID, to: UUID, reason: str) -> None:
    """Write down in the project's history who took whose place, and why."""
    work.record(
        "projects.person.replaced", chain=project.id, subject=to, basin_id=project.basin_id,
        capacity=Role.OPERATOR.value, role=role.value, former=former, to=to,
        content={"reason": reason.strip()},
    )  # fmt: skip


def tell(
    work: UnitOfWork, project: Project, moved: Iterable[UUID], *, former: UUID, to: UUID | None, today: date
) -> None:
    """Write to both about each task that moved; to the one before, that the project did, if none was open."""
    common: dict[str, Any] = {
        "case_id": project.id, "basin_id": project.basin_id, "reference": project.reference,
    }  # fmt: skip
    rows = []
    for task_id in moved:
        if to is not None:
            rows.append(notify.row(work, kind="task_reassigned", recipient_id=to, task_id=task_id, **common))
        rows.append(notify.row(work, kind="task_taken_over", recipient_id=former, task_id=task_id, **common))
    if not rows:
        rows.append(
            notify.row(
                work, kind="handed_over", recipient_id=former, data={"handed_over_on": today}, **common
            )
        )
    notify.post(work, [each for each in rows if each["recipient_id"] != work.actor.person_id])
