"""The lines of a text being signed that nobody may sign any more: the company that they name has left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine.agreements import signatories
from engine.agreements.models import AGREEMENT, AMENDMENT, TO_SIGN, Agreement, Signatory, Signature
from engine.people import assignments, committee_seats
from engine.people.models import Assignment, Role

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

_partner = aliased(Assignment)
_named = aliased(Assignment)


@dataclass(frozen=True, slots=True)
class Lost:
    """A line that nobody may sign any more for its company."""

    project_id: UUID
    line: Signatory
    text: Agreement


def is_lost(on: assignments.Day) -> sa.ColumnElement[bool]:
    """The condition that a line waits for a company that left, and that nobody was named for it since."""
    partnership = sa.and_(
        _partner.organisation_id == Signatory.organisation_id,
        _partner.basin_id == Signatory.basin_id,
        _partner.role == Role.PARTNER_COMPANY.value,
    )
    later = sa.exists().where(
        partnership,
        sa.or_(_partner.valid_to > _named.valid_from, _partner.ended_at >= _named.created_at),
    )
    named_since = sa.exists().where(
        _named.case_id == Agreement.project_id,
        _named.role == Role.SIGNATORY.value,
        _named.person_id == Signatory.person_id,
        _named.organisation_id == Signatory.organisation_id,
        assignments.in_force(on, _named),
        ~later,
    )
    signed = sa.exists().where(Signature.signatory_id == Signatory.id, Signature.struck_at.is_(None))
    return sa.and_(
        Agreement.state == TO_SIGN,
        Agreement.kind.in_([AGREEMENT, AMENDMENT]),
        Signatory.capacity == signatories.PARTNER_COMPANY,
        sa.exists().where(partnership, _partner.valid_to <= on),
        ~committee_seats.is_partner(Signatory.organisation_id, Signatory.basin_id, on),
        ~signed,
        ~named_since,
    )


def of_project(work: UnitOfWork, project_id: UUID, on: date) -> list[Lost]:
    """The lines of a project that nobody may sign any more for their company, in order."""
    work.flush()
    rows = work.database.execute(
        sa.select(Signatory, Agreement)
        .join(Agreement, Agreement.id == Signatory.agreement_id)
        .where(Agreement.project_id == project_id, is_lost(on))
        .order_by(Agreement.prepared_at, Signatory.position)
    )
    return [Lost(project_id, line, text) for line, text in rows]
