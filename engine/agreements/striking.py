"""Strike out a signature recorded on paper for somebody who had not signed (D18, D21)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.agreements import paper_days, redrafting, signatories, signatures, standing
from engine.agreements.models import Agreement, Signatory, Signature
from engine.people import chairs
from engine.people.models import Role
from engine.projects.recording import find
from engine.runtime import cases, instances, reopening
from engine.runtime.models import Task
from engine.runtime.opening import VIEW_COLUMNS, view_of

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import TaskView
    from engine.runtime.cases import LockedCase


class InForceAlready(errors.Conflict):
    """La convention est en vigueur, plus rien ne s’y barre : une résiliation se demande à la présidence."""


def strike(work: UnitOfWork, project_id: UUID, answers: Mapping[str, Any]) -> None:
    """Open again the line of somebody who did not sign: what was recorded stays, struck out.

    Only what an officer attested is struck: a signature by code is its signatory’s own act.
    Raises `paper_days.NotOnPaper`, `InForceAlready`, `instances.CaseEnded`.
    """
    locked = cases.lock(work, project_id)
    instances.require_alive(locked)
    signature = paper_days.standing_on_paper(
        work, project_id, answers["signature_id"], else_raise=InForceAlready
    )
    for each in paper_days.recorded_with(work, signature):
        each.struck_at = each.voided_at = work.now
    work.record(
        "agreements.signature.struck", chain=project_id, subject=signature.id, basin_id=signature.basin_id,
        signed_as=signature.capacity, signed_on=signature.signed_on, person=signature.person_id,
        recorded_by=signature.recorded_by, content={"reason": answers["reason"]},
    )  # fmt: skip
    work.flush_objects()
    ask_again(work, locked, work.database.get_one(Signatory, signature.signatory_id))


def ask_again(work: UnitOfWork, locked: LockedCase, line: Signatory) -> None:
    """Open the line’s task again, for whoever signs in its capacity now.

    Where the firm has another head since, the text names the one who left: it is drawn up again.
    """
    project, today = find(work, locked.case.id), work.today(locked.case.zone)
    if line.capacity == signatories.BENEFICIARY and project.sme_head_id not in {None, line.person_id}:
        redrafting.send_for_redraft(work, project)
        return
    if line.capacity == signatories.CHAIR:
        chair = chairs.chair_in_force(work, locked.case.basin_id, today, locked.case.id)
        if chair is not None:
            signatories.reissue_chair(work, locked.case, chair)
            work.flush_objects()
    reopening.reopen_task(work, locked, done_for(work, line, locked.case.id), occurred_on=today)


def done_for(work: UnitOfWork, line: Signatory, case_id: UUID) -> TaskView:
    """The task by which a line was recorded as signed: that of its text’s own process."""
    text = work.database.get_one(Agreement, line.agreement_id)
    row = work.connection.execute(
        sa.select(*VIEW_COLUMNS)
        .where(
            Task.case_id == case_id,
            Task.instance_id == standing.instance_of(text),
            Task.role == Role.SIGNATORY.value,
            Task.form == signatures.FORM,
            Task.position == line.position,
            Task.closed_at.is_not(None),
        )
        .order_by(Task.closed_at.desc())
        .limit(1)
    ).one()
    return view_of(row)


def of_project(work: UnitOfWork, project_id: UUID) -> list[Signature]:
    """The signatures of a project that were struck out, in order."""
    return list(
        work.database.scalars(
            sa.select(Signature)
            .join(Agreement, Agreement.id == Signature.agreement_id)
            .where(Agreement.project_id == project_id, Signature.struck_at.is_not(None))
            .order_by(Signature.struck_at)
        )
    )
