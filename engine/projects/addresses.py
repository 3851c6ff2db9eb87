"""A mail that cannot arrive becomes a call for the officer, and a right address (D10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.i18n import mark as _
from engine.outbox import address_changes, mail_log
from engine.people import permissions, persons
from engine.persistence.base import new_id
from engine.projects.follow_up_models import AddressProblem
from engine.projects.models import Project
from engine.projects.recording import coded, record
from engine.runtime import cases, messages
from engine.runtime.models import Instance

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing

PROCESS = "invalid_address"
NOT_YOURS = _(
    "Cette personne a aussi un rôle ailleurs : demandez à l’administration nationale de corriger son "
    "adresse, puis répondez ici que l’adresse est confirmée."
)


def ask_to_call(work: UnitOfWork, *, case_id: UUID, person_id: UUID, address: str | None) -> bool:
    """Ask the officer to call a person whose mail came back; once for a dead address. True when asked.

    What is about no project, a session, asks nobody: the next mail about one does. The dossier is locked,
    then the person: mails about two dossiers may come back at once.
    """
    if work.database.get(Project, case_id) is None:
        return False
    locked = cases.lock(work, case_id)
    persons.lock(work, person_id)
    if locked.root.ended_at is not None or was_asked(work, person_id):
        return False
    if open_problem(work, case_id, person_id) is not None:
        return False
    problem = AddressProblem(
        id=new_id(),
        basin_id=locked.case.basin_id,
        project_id=case_id,
        person_id=person_id,
        address=address,
        found_at=work.now,
    )
    work.database.add(problem)
    work.record(
        "projects.address.found_invalid", chain=case_id, subject=problem.id, basin_id=locked.case.basin_id,
        person=person_id,
    )  # fmt: skip
    problem.instance_id = messages.start_satellite(work, case_id=case_id, process=PROCESS, routing={})
    return True


def was_asked(work: UnitOfWork, person_id: UUID) -> bool:
    """Whether somebody was asked to call a person since their present address was found dead.

    A call that fell with its project before anybody made it does not count.
    """
    found_at = persons.find(work, person_id).address_invalid_at
    if found_at is None:
        return False
    is_alive = sa.exists().where(Instance.id == AddressProblem.instance_id, Instance.ended_at.is_(None))
    since = sa.select(AddressProblem.id).where(
        AddressProblem.person_id == person_id,
        AddressProblem.found_at >= found_at,
        sa.or_(AddressProblem.closed_at.is_not(None), is_alive),
    )
    return work.connection.execute(since.limit(1)).first() is not None


def open_problem(work: UnitOfWork, case_id: UUID, person_id: UUID) -> AddressProblem | None:
    """The call still to be made to a person about a project."""
    return work.database.scalars(
        sa.select(AddressProblem).where(
            AddressProblem.project_id == case_id,
            AddressProblem.person_id == person_id,
            AddressProblem.closed_at.is_(None),
        )
    ).first()


def of_instance(work: UnitOfWork, instance_id: UUID) -> AddressProblem | None:
    """The address that a process is about."""
    return work.database.scalars(
        sa.select(AddressProblem).where(AddressProblem.instance_id == instance_id)
    ).first()


def correct_address(act: Act) -> Mapping[str, Routing]:
    """Keep what the call gave; mails that could not leave go to the right address.

    Raises `errors.InvalidAnswers` when the address is not this officer's to change.
    """
    problem = of_instance(act.work, act.instance_id)
    if problem is None:
        raise LookupError(f"no address to correct on {act.case.reference}")
    outcome = str(coded(act.answers["outcome"]))
    changes: dict[str, str | None] = {}
    if outcome == "corrected":
        changes["email"] = act.answers["email"]
    elif outcome == "no_email":
        changes["email"] = None
    if changes and not permissions.may_manage(act.work, problem.person_id):
        raise errors.InvalidAnswers({"outcome": [NOT_YOURS]})
    if act.answers.get("phone"):
        changes["phone"] = act.answers["phone"]
    person = persons.lock(act.work, problem.person_id)
    if changes:
        address_changes.correct(act.work, person.id, basin_id=act.case.basin_id, **changes)
    if outcome in {"corrected", "confirmed"}:
        person.address_invalid_at = None
        mail_log.retry_for(act.work, recipient_id=person.id, since=problem.found_at)
    problem.outcome, problem.note = outcome, act.answers.get("note")
    problem.closed_at, problem.closed_by = act.work.now, act.work.actor.person_id
    record(
        act, "projects.address.corrected", problem.id, person=person.id, outcome=outcome,
        content={"note": problem.note},
    )  # fmt: skip
    return {}
