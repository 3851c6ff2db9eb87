"""A mandatary or a prescriber whose seat has ended: who names another is asked, once (R17, R28, D19)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine import errors
from engine.escalation import replacement
from engine.i18n import mark as _
from engine.operations import missions, proposals
from engine.operations.asked import Asked, Parts
from engine.operations.recalled import facts
from engine.people import assignments, basins, committee_seats
from engine.people.models import Assignment, Role
from engine.projects import mandates, parties, replacing
from engine.projects.models import Diagnostic, Project
from engine.projects.recording import coded, project_of, record
from engine.projects.routing import SEAT_ROUTING
from engine.projects.statuses import BEFORE_SIGNATURE
from engine.registry import versions
from engine.runtime import cases, in_turn, messages
from engine.runtime.models import Instance, is_live_satellite

if TYPE_CHECKING:
    from datetime import date

    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Operation, Routing
    from forms.context import Choice

# The chair names the mandatary (D19), the officer the prescriber.
PROCESSES = {Role.MANDATARY: "mandatary_seat_lost", Role.PRESCRIBER: "prescriber_seat_lost"}
KEPT = "prescriber_kept_on"  # The end of a process that asked, and learnt that nobody else was wanted.
MAY_NOT_KEEP = _(
    "Le diagnostic préalable revient à un membre qui siège au comité : désignez un autre prescripteur."
)
_asked = aliased(Instance)
_root = aliased(Instance)
_process = sa.case(
    (Assignment.role == Role.MANDATARY.value, PROCESSES[Role.MANDATARY]),
    else_=PROCESSES[Role.PRESCRIBER],
)


def lost(on: assignments.Day) -> sa.ColumnElement[bool]:
    """The condition that somebody's part on a project goes on without the seat that it asks for.

    Nothing is asked of a prescriber once the firm is labelled.
    """
    return sa.and_(
        parties.has_lost_seat(on),
        parties.is_held(on),
        Project.id == Assignment.case_id,
        Project.ended_on.is_(None),
        sa.or_(
            Assignment.role == Role.MANDATARY.value,
            Project.status.in_([status.value for status in BEFORE_SIGNATURE]),
        ),
    )


def was_asked() -> sa.Exists:
    """The condition that another is asked for, or that this one was kept: never twice for one person."""
    return sa.exists().where(
        _asked.case_id == Assignment.case_id,
        _asked.process == _process,
        sa.or_(
            _asked.ended_at.is_(None),
            sa.and_(_asked.end_event == KEPT, _asked.ended_at >= Assignment.created_at),
        ),
    )


def to_ask(on: assignments.Day) -> sa.Select[Any]:
    """The projects on which nobody was asked yet, with the process that asks."""
    return (
        sa.select(Assignment.case_id, _process.label("process"), _root.version_id)
        .join(_root, _root.id == Assignment.case_id)
        .join(Project, Project.id == Assignment.case_id)
        .where(lost(on), _root.ended_at.is_(None), ~was_asked())
        .distinct()
    )


def to_withdraw(on: assignments.Day) -> sa.Select[Any]:
    """The projects on which another is asked for that nobody lacks any more."""
    return sa.select(Instance.case_id).where(
        Instance.process.in_(PROCESSES.values()),
        is_live_satellite,
        ~sa.exists().where(Assignment.case_id == Instance.case_id, lost(on), _process == Instance.process),
    )


# What the tick asks: built once, for the day that each turn gives.
ON = sa.bindparam("on", type_=sa.Date())
TO_ASK, TO_WITHDRAW = to_ask(ON), to_withdraw(ON)


def ask_for_others(database: Database) -> int:
    """Look at every part that goes on without its seat; give how many projects needed something.

    Two statements where nothing has changed. A version published before this was drawn asks nobody.
    """
    with database.start_reading() as work:
        day = {"on": work.today(basins.NATIONAL_ZONE)}
        found = dict.fromkeys(work.connection.scalars(TO_WITHDRAW, day))
        drawn: dict[UUID, set[str]] = {}
        for case_id, process, version_id in work.connection.execute(TO_ASK, day).all():
            if version_id not in drawn:
                drawn[version_id] = set(versions.files_of(work, version_id))
            if f"{process}.bpmn" in drawn[version_id]:
                found[case_id] = None
    return in_turn.each(found, partial(see_to, database))


def see_to(database: Database, case_id: UUID) -> bool:
    """Ask for another on a project, or for nobody any more, as its seats are now."""
    with database.start_work() as work:
        locked = cases.lock(work, case_id)
        if locked.root.ended_at is not None:
            return False
        today = work.today(locked.case.zone)
        missing = to_ask(today).where(Assignment.case_id == case_id)
        asked = [row.process for row in work.connection.execute(missing).all()]
        for process in asked:
            messages.start_satellite(work, case_id=case_id, process=process, routing=SEAT_ROUTING)
        still = sa.select(_process).join(Project, Project.id == Assignment.case_id)
        lacking = set(work.connection.scalars(still.where(Assignment.case_id == case_id, lost(today))))
        over = [process for process in PROCESSES.values() if process not in lacking]
        return bool(asked) or withdraw(work, case_id, over, reason="seat_given_again")


def withdraw(work: UnitOfWork, case_id: UUID, processes: list[str], *, reason: str) -> bool:
    """Ask for nobody any more; True where somebody was asked for."""
    ended = [
        messages.cancel_satellites(work, case_id=case_id, process=process, reason=reason)
        for process in processes
    ]
    return any(ended)


def replaced(work: UnitOfWork, case_id: UUID, role: Role) -> None:
    """Another has taken the part: the task that asked for them disappears."""
    withdraw(work, case_id, [PROCESSES[role]], reason="replaced")


def then_asks_no_more(operation: Operation) -> Operation:
    """An operation by which the chair may name another mandatary: the task that asked for it disappears.

    Whoever is named has a letter of mission.
    """

    def run(act: Act) -> Mapping[str, Routing]:
        before = project_of(act).mandatary_id
        routing = operation(act)
        if project_of(act).mandatary_id != before:
            replaced(act.work, act.case.id, Role.MANDATARY)
            missions.write_to_successor(act.work, act.case.id)
        return routing

    return run


def replace_mandatary(act: Act) -> Mapping[str, Routing]:
    """Hand the mandate over to a member who sits (R28): the chair's act, as at any time (D19).

    Raises what `replacement.replace_mandatary` raises.
    """
    mandates.require_signing_chair(act)
    named = committee_seats.sitter(act.work, act.answers["mandatary_id"])
    replacement.replace_mandatary(
        act.work,
        case_id=act.case.id,
        to_person=named.person_id,
        to_organisation=named.organisation_id,
        reason=str(act.answers["reason"]),
        occurred_on=act.occurred_on,
        act=act,
    )
    missions.write_to_successor(act.work, act.case.id)
    return {}


def choose_prescriber(act: Act) -> Mapping[str, Routing]:
    """Hand the part of the prescriber to a member who sits, or keep who gave the diagnostic (R17).

    Raises `errors.InvalidAnswers`, `replacing.PartChanged`, and what `replacing.replace` raises.
    """
    project, reason = project_of(act), str(act.answers["reason"])
    part = prescriber(act.work, project, act.today)
    if part is None:
        raise replacing.PartChanged
    if coded(act.answers["choice"]) == "keep":
        if not may_keep(act.work, project, part):
            raise errors.InvalidAnswers({"choice": [MAY_NOT_KEEP]})
        record(act, "projects.prescriber.kept", project.id, person=part.person_id, content={"reason": reason})
        return {"prescriber_kept": True}
    named = committee_seats.sitter(act.work, act.answers["prescriber_id"])
    replacing.replace(
        act.work, project, part, person_id=named.person_id, organisation_id=named.organisation_id,
        reason=reason, today=act.today,
    )  # fmt: skip
    return {"prescriber_kept": False}


def prescriber(work: UnitOfWork, project: Project, on: date) -> replacing.Part | None:
    """The part of the prescriber, as it is held on a day."""
    parts = replacing.parts(work, project, on)
    return next((part for part in parts if part.role is Role.PRESCRIBER), None)


def may_keep(work: UnitOfWork, project: Project, part: replacing.Part) -> bool:
    """Whether a prescriber without a seat has nothing left to do: the diagnostic is given."""
    given = work.database.scalars(
        sa.select(Diagnostic.id).where(Diagnostic.project_id == project.id).limit(1)
    ).first()
    return given is not None and not replacing.open_tasks(work, project.id, part)


def prescriber_choice(asked: Asked) -> Parts:
    """The members who may prescribe: all but the one who has no seat any more."""

    def others() -> list[Choice]:
        return proposals.members_by_seat(asked)

    return Parts(choices={"prescriber_id": others}, facts=lambda: facts.of_project(asked))
