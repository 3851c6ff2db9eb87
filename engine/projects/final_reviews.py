"""The final review as it was last written, and why the chair sent it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.projects.follow_up_models import FinalReview
from engine.runtime.models import Submission

if TYPE_CHECKING:
    from uuid import UUID

    from engine.persistence.unit_of_work import UnitOfWork

SIGN_OFF = "closure_sign_off"


def latest(work: UnitOfWork, project_id: UUID) -> FinalReview | None:
    """The last review written, struck through ones aside."""
    return work.database.scalars(
        sa.select(FinalReview)
        .where(FinalReview.project_id == project_id, FinalReview.struck_at.is_(None))
        .order_by(FinalReview.recorded_at.desc())
        .limit(1)
    ).first()


def sent_back_because(work: UnitOfWork, project_id: UUID) -> str | None:
    """Why the chair last sent the review back; none if they never did."""
    answers = work.database.scalars(
        sa.select(Submission.answers)
        .where(Submission.case_id == project_id, Submission.form == SIGN_OFF)
        .order_by(Submission.recorded_at.desc())
        .limit(1)
    ).first()
    return None if answers is None else answers.get("reason")
