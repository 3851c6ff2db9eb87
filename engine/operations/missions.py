"""The letter that says what is asked of a mandatary: once they accept, or take over from another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.committee import letters
from engine.people import holders
from engine.people.models import Role
from engine.projects import mandates
from engine.projects.recording import find, project_of
from engine.projects.statuses import AFTER_SIGNATURE, Status
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project
    from engine.runtime.acts import Act, Routing


def record_mandate_answer(act: Act) -> Mapping[str, Routing]:
    """Keep the mandatary's answer; accepted, their letter is asked for."""
    routing = mandates.record_mandate_answer(act)
    mandate = holders.holder(act.work, role=Role.MANDATARY, case_id=act.case.id, on=act.today)
    project = project_of(act)
    if routing["mandate_accepted"] and mandate is not None and project.decision_id is not None:
        letters.ask_for_mission(act.work, project, mandate.id)
    return routing


def write_to_successor(work: UnitOfWork, case_id: UUID) -> None:
    """Ask for the letter of the mandatary who has just taken over (D19).

    Before the mandate was accepted, the successor is asked to: their letter follows from their answer.
    """
    project = find(work, case_id)
    replacements = mandates.replacements(work, case_id)
    if replacements and project.decision_id is not None and is_accepted(work, project):
        letters.ask_for_mission(work, project, replacements[-1].id)


def is_accepted(work: UnitOfWork, project: Project) -> bool:
    """Whether the mandate was accepted: the agreement is being written, being signed or in force."""
    if project.status == Status.AGREEMENT_TO_SIGN or project.status in AFTER_SIGNATURE:
        return True
    being_written = sa.select(Task.id).where(
        Task.case_id == project.id, Task.form == "agreement_preparation", Task.closed_at.is_(None)
    )
    return work.connection.execute(being_written.limit(1)).first() is not None
