"""The annex on an advance: a text of its own, signed with the agreement it belongs to (R26)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.agreements.models import AGREEMENT, ANNEX, EFFECTIVE, Agreement, Signatory, Signature

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project


class AnnexNotSigned(errors.Conflict):
    """L’annexe de l’avance n’est pas signée par tous : rien ne peut être versé."""


def is_needed(project: Project) -> bool:
    """Whether the decision grants an advance with its term: the annex holds its calendar.

    An advance decided before terms were asked for stays in the agreement, that the operator then signs.
    """
    return bool(project.advance_cents and project.advance_months)


def kinds(project: Project) -> frozenset[str]:
    """The texts that a project signs together: its agreement, and its annex where there is one."""
    return frozenset({AGREEMENT, ANNEX}) if is_needed(project) else frozenset({AGREEMENT})


def all_of(work: UnitOfWork, agreement: Agreement) -> list[Agreement]:
    """The annex signed with a version of the agreement; none without an advance, or before there were any."""
    return list(
        work.database.scalars(
            sa.select(Agreement).where(Agreement.parent_id == agreement.id, Agreement.kind == ANNEX)
        )
    )


def is_wholly_signed(work: UnitOfWork, project_id: UUID) -> bool:
    """Whether everybody has signed what the advance rests on: the annex, or the agreement where it has none.

    Signatures that were struck out or that fell with their text do not count.
    """
    agreement = in_force(work, project_id)
    if agreement is None:
        return False
    texts = all_of(work, agreement) or [agreement]
    unsigned = (
        sa.select(Signatory.id)
        .outerjoin(
            Signature,
            sa.and_(
                Signature.signatory_id == Signatory.id,
                Signature.struck_at.is_(None),
                Signature.voided_at.is_(None),
                Signature.signed_on.is_not(None),
            ),
        )
        .where(Signatory.agreement_id.in_([text.id for text in texts]), Signature.id.is_(None))
    )
    return work.connection.execute(unsigned.limit(1)).first() is None


def in_force(work: UnitOfWork, project_id: UUID) -> Agreement | None:
    """The version of a project’s agreement that took effect."""
    work.flush_objects()
    return work.database.scalars(
        sa.select(Agreement)
        .where(Agreement.project_id == project_id, Agreement.kind == AGREEMENT, Agreement.state == EFFECTIVE)
        .order_by(Agreement.version.desc())
        .limit(1)
    ).first()


def require_signed(work: UnitOfWork, project_id: UUID) -> None:
    """Refuse to pay an advance before its annex is wholly signed (R26). Raises `AnnexNotSigned`."""
    if not is_wholly_signed(work, project_id):
        raise AnnexNotSigned
