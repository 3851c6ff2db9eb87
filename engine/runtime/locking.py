"""Lock a task with its dossier in one statement, and say what the actor is to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine import errors
from engine.people import basins, substitutions
from engine.people.models import CASE_ROLES, Assignment, Role
from engine.persistence.base import table_of
from engine.persistence.unit_of_work import UnitOfWork
from engine.runtime import cases, opening
from engine.runtime.acts import TaskView
from engine.runtime.cases import Completing, LockedCase
from engine.runtime.models import Draft, Instance, Task

task = table_of(Task)
instance = table_of(Instance)
assignment = table_of(Assignment)
draft = table_of(Draft)


class TaskNotFound(errors.NotFound):
    """Cette tâche n’existe pas, ou ne vous est pas visible."""


class NotYours(errors.NotAllowed):
    """Cette tâche revient à une autre personne."""


class StandsInNoMore(NotYours):
    """Votre remplacement a pris fin : cette tâche est de nouveau à son titulaire. Rien n’a été enregistré."""


class PersonalTask(errors.NotAllowed):
    """Cette tâche est personnelle : seule la personne désignée peut l’accomplir."""


class NotRepresented(errors.NotAllowed):
    """Cette tâche ne revient pas à la personne pour qui vous dites agir."""


class AlreadyClosed(errors.Conflict):
    """Cette tâche est déjà faite, ou n’a plus lieu d’être."""


class TakenBySomeoneElse(errors.Conflict):
    """Cette tâche a été prise par quelqu’un d’autre."""


class Suspended(errors.Conflict):
    """Ce projet est suspendu : la tâche reprendra avec lui."""


def in_force(held: sa.FromClause = assignment) -> sa.ColumnElement[bool]:
    """The condition that an assignment holds today: the day of its basin, Paris's for a national role."""
    today = sa.case(
        (held.c.basin_id.is_(None), bindparam("national_today", type_=sa.Date)),
        else_=bindparam("today", type_=sa.Date),
    )
    return sa.and_(
        held.c.valid_from <= today,
        sa.or_(held.c.valid_to.is_(None), held.c.valid_to > today),
    )


def _of_actor(*conditions: sa.ColumnElement[bool]) -> sa.Exists:
    return (
        sa.select(1)
        .where(
            assignment.c.person_id == bindparam("actor_id", type_=sa.Uuid),
            assignment.c.guest.is_(sa.false()),  # A guest seat lets nobody act (D16).
            in_force(),
            *conditions,
        )
        .exists()
    )


def spelled(roles: Iterable[str]) -> list[sa.ColumnElement[str]]:
    """Roles written out in a statement: bound, they would make SQLAlchemy write it anew each time."""
    return [sa.literal_column(f"'{role}'", sa.Text) for role in roles]


here = sa.or_(assignment.c.basin_id.is_(None), assignment.c.basin_id == task.c.basin_id)


def on_the_project(case_id: Any) -> sa.ColumnElement[bool]:
    """The condition that a role counts on a project: held on it, or in its basin where it may be (D17).

    An expert whom the basin knows is nobody on a project that did not ask for them.
    """
    of_a_project = sorted(role.value for role in CASE_ROLES)
    return sa.or_(
        assignment.c.case_id == case_id,
        sa.and_(assignment.c.case_id.is_(None), assignment.c.role.not_in(spelled(of_a_project))),
    )


HOLDS = _of_actor(here, assignment.c.role == task.c.role, on_the_project(task.c.case_id)).label("holds")
IS_OFFICER = _of_actor(assignment.c.basin_id == task.c.basin_id, assignment.c.role == "operator").label(
    "is_officer"
)
# Who sees the projects of a basin, or has a part in this one; to others the task does not exist.
SEES = ("operator", "chair", "seat", "steering", "administrator", "auditor")
IS_HERE = _of_actor(
    sa.or_(
        assignment.c.case_id == task.c.case_id,
        sa.and_(here, assignment.c.case_id.is_(None), assignment.c.role.in_(spelled(SEES))),
    )
).label("is_here")

# A page is shown to fewer than an act tells apart: whoever stepped back from a project sees none of its tasks
# by the committee, nor by presiding over it; a part of their own, a national role and the officer's stay.
recusal = assignment.alias("recusal")
STEPPED_BACK = (
    sa.select(1)
    .where(
        recusal.c.person_id == bindparam("actor_id", type_=sa.Uuid),
        recusal.c.case_id == task.c.case_id,
        recusal.c.role.in_(spelled([Role.RECUSED.value])),
        in_force(recusal),
    )
    .correlate(task)
    .exists()
)
BY_THE_COMMITTEE = sa.or_(
    sa.and_(here, assignment.c.case_id.is_(None), assignment.c.role.in_(spelled(SEES))),
    sa.and_(assignment.c.case_id == task.c.case_id, assignment.c.role.in_(spelled([Role.CHAIR.value]))),
)
NEVER_RECUSED = sa.or_(assignment.c.basin_id.is_(None), assignment.c.role.in_(spelled([Role.OPERATOR.value])))
MAY_SEE = _of_actor(
    sa.or_(
        sa.and_(
            assignment.c.case_id == task.c.case_id,
            assignment.c.role.not_in(spelled([Role.RECUSED.value, Role.CHAIR.value])),
        ),
        sa.and_(BY_THE_COMMITTEE, sa.or_(NEVER_RECUSED, sa.not_(STEPPED_BACK))),
    )
).label("is_here")

WAITED = (task.c.awaiting_since, task.c.awaited_seconds, task.c.suspended_seconds)
STANDING = (*WAITED, HOLDS, IS_OFFICER, IS_HERE)
SHOWN = (
    sa.select(*opening.VIEW_COLUMNS, *WAITED, HOLDS, IS_OFFICER, MAY_SEE, instance.c.zone.label("root_zone"))
    .join_from(task, instance, task.c.case_id == instance.c.id)
    .where(task.c.id == bindparam("task_id"))
)
# A dossier is known to be elsewhere once its row is read. When it is another day there, and only then,
# the roles are read again on that day: two or three hours a night in La Réunion.
ELSEWHERE = sa.select(HOLDS, IS_OFFICER, MAY_SEE).where(task.c.id == bindparam("task_id"))

# Asked of somebody else than the actor: whoever a task is handed to, or an officer acts for.
HOLDER = sa.select(1).where(
    assignment.c.person_id == bindparam("person"),
    assignment.c.role == bindparam("role"),
    sa.or_(assignment.c.basin_id.is_(None), assignment.c.basin_id == bindparam("basin")),
    on_the_project(bindparam("case", type_=sa.Uuid)),
    assignment.c.guest.is_(sa.false()),
    in_force(),
)

# Most acts by phone or by the API leave no draft behind: its deletion is then no statement at all.
HAS_DRAFTS = sa.select(1).where(draft.c.task_id == task.c.id).exists().label("has_drafts")

# Both rows are locked: were the task's not, PostgreSQL would give it back as it was before the wait.
LOCK = (
    sa.select(*opening.VIEW_COLUMNS, *STANDING, HAS_DRAFTS, *cases.ROOT_COLUMNS)
    .join_from(task, instance, task.c.case_id == instance.c.id)
    .where(task.c.id == bindparam("task_id"))
    .with_for_update(of=[instance, task], key_share=True)
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A task and what the actor is to it, read at once."""

    task: TaskView
    holds: bool  # The actor holds, today, the role that the task names on this project (D17).
    is_officer: bool
    is_here: bool
    stands_in: bool  # For the holder, who is away today; never for what is personal (D18).
    awaiting_since: datetime | None
    awaited_seconds: int


def parameters(work: UnitOfWork, task_id: UUID) -> dict[str, Any]:
    """What both statements bind."""
    return {"task_id": task_id, "actor_id": work.actor.person_id, **days(work, basins.NATIONAL_ZONE)}


def days(work: UnitOfWork, zone: ZoneInfo) -> dict[str, date]:
    """The days by which assignments are in force: the basin's own, and Paris's for national roles."""
    return {"today": work.today(zone), "national_today": work.today(basins.NATIONAL_ZONE)}


def zone_of(work: UnitOfWork, view: TaskView) -> ZoneInfo:
    """The zone of a task's dossier, which the act has locked already most of the time."""
    locked = cases.already_locked(work, view.case_id)
    return basins.zone_of(work, view.basin_id) if locked is None else locked.case.zone


def read(work: UnitOfWork, task_id: UUID) -> Standing:
    """A task as the actor may see it, without locking it; raises `TaskNotFound`."""
    row = work.connection.execute(SHOWN, parameters(work, task_id)).one_or_none()
    return _standing(work, row)


def lock(work: UnitOfWork, task_id: UUID) -> tuple[Standing, LockedCase]:
    """Lock a task and its dossier, then say what the actor is to it; raises `TaskNotFound`.

    What a page showed a minute ago proves nothing: everything is decided on what is read here.
    """
    asked = parameters(work, task_id)
    work.forget_what_was_read()
    row = work.connection.execute(LOCK, asked).one_or_none()
    if row is None:
        raise TaskNotFound
    standing = _standing(work, row)
    locked = cases.adopt(work, row)
    locked.completing[task_id] = Completing(
        standing.awaiting_since, standing.awaited_seconds, row.has_drafts, row.suspended_seconds
    )
    return standing, locked


def _standing(work: UnitOfWork, row: Any) -> Standing:
    if row is None:
        raise TaskNotFound
    view, roles = opening.view_of(row), row
    local = days(work, ZoneInfo(row.root_zone))
    if local["today"] != local["national_today"]:
        asked = {"task_id": view.id, "actor_id": work.actor.person_id, **local}
        roles = work.connection.execute(ELSEWHERE, asked).one()
    is_own, stands_in = view.assignee_id == work.actor.person_id, is_standing_in(work, view)
    if not (roles.is_here or is_own or stands_in):
        raise TaskNotFound  # Another basin's rows look as if they did not exist.
    return Standing(
        view, bool(roles.holds), bool(roles.is_officer), bool(roles.is_here), stands_in, row.awaiting_since,
        row.awaited_seconds,
    )  # fmt: skip


def is_standing_in(work: UnitOfWork, view: TaskView) -> bool:
    """Whether the actor does this task today for its holder: asked of the substitute that it names alone."""
    if view.substitute_id != work.actor.person_id or view.assignee_id is None or view.personal:
        return False
    return substitutions.may_act(
        work, person_id=view.assignee_id, substitute_id=work.actor.person_id, basin_id=view.basin_id,
        role=Role(view.role), case_id=view.case_id,
    )  # fmt: skip


def may_complete(work: UnitOfWork, standing: Standing) -> bool:
    """True when the actor holds the task's role here today and nobody else has the task."""
    assignee = standing.task.assignee_id
    if assignee is not None and assignee != work.actor.person_id:
        return False
    return standing.holds


def require_open(standing: Standing) -> None:
    """Refuse a task that is closed, saying by whom and when, or that is suspended."""
    view = standing.task
    if view.closed_at is not None:
        raise AlreadyClosed(who=view.closed_by, when=view.closed_at, outcome=view.outcome)
    if view.suspended:
        raise Suspended


def require_may_complete(work: UnitOfWork, standing: Standing) -> None:
    """Refuse an actor who may not complete the task, in their own name or another's (D17, D18)."""
    view = standing.task
    if work.on_behalf_of is None:
        if may_complete(work, standing):
            return
        if standing.stands_in and view.assignee_id is not None and is_holder(work, view, view.assignee_id):
            work.on_behalf_of = view.assignee_id  # The history names both.
            return
        if standing.holds and view.pool:
            raise TakenBySomeoneElse(who=view.assignee_id, when=view.claimed_at)
        raise PersonalTask() if view.personal and standing.is_officer else not_yours(work, view)
    if view.personal:
        raise PersonalTask
    if not (standing.is_officer or standing.stands_in):
        raise not_yours(work, view)
    if view.assignee_id != work.on_behalf_of or not is_holder(work, view, work.on_behalf_of):
        raise NotRepresented


def not_yours(work: UnitOfWork, view: TaskView) -> NotYours:
    """Why a task is not the actor's to do: they stood in for its holder, perhaps, and do so no more."""
    if view.assignee_id is not None and substitutions.is_over_for(
        work, person_id=view.assignee_id, substitute_id=work.actor.person_id, basin_id=view.basin_id
    ):
        return StandsInNoMore()
    return NotYours()


def is_holder(work: UnitOfWork, view: TaskView, person_id: UUID) -> bool:
    """Whether somebody holds, today, the role that a task names on its project (D17)."""
    asked = {
        "person": person_id, "role": view.role, "basin": view.basin_id, "case": view.case_id,
        **days(work, zone_of(work, view)),
    }  # fmt: skip
    return work.connection.execute(HOLDER, asked).first() is not None
