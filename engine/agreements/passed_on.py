"""A company's seat passed on before its line was signed: its new member signs, on a text that names them."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import aliased

from engine import errors
from engine.agreements import redrafting, signatories
from engine.agreements.models import AGREEMENT, AMENDMENT, TO_SIGN, Agreement, Signatory, Signature
from engine.people import assignments, basins, committee_seats
from engine.people.models import Assignment, Role
from engine.projects.recording import find
from engine.runtime import cases, in_turn, instances

if TYPE_CHECKING:
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork

log = structlog.get_logger()

REASON = "Le siège de l’entreprise a changé de titulaire."
_former = aliased(Assignment)
_present = aliased(Assignment)
_other = aliased(Assignment)


def is_passed_on(on: assignments.Day) -> sa.ColumnElement[bool]:
    """The condition that a line names somebody whose seat ended since, and that another holds it now.

    An expert named for a company holds no seat: their line stays theirs. So does a line that was drawn up
    after the seat had ended, for whoever wrote it knew.
    """

    def seat(held: type[Assignment]) -> sa.ColumnElement[bool]:
        return sa.and_(
            held.role == Role.SEAT.value,
            held.basin_id == Signatory.basin_id,
            held.organisation_id == Signatory.organisation_id,
        )

    signed = sa.exists().where(Signature.signatory_id == Signatory.id, Signature.struck_at.is_(None))
    return sa.and_(
        Agreement.state == TO_SIGN,
        Agreement.kind.in_([AGREEMENT, AMENDMENT]),
        Signatory.capacity == signatories.PARTNER_COMPANY,
        ~signed,
        sa.exists().where(
            seat(_former),
            _former.person_id == Signatory.person_id,
            _former.valid_to <= on,
            _former.valid_to >= Agreement.prepared_on,
        ),
        ~sa.exists().where(
            seat(_present), _present.person_id == Signatory.person_id, assignments.in_force(on, _present)
        ),
        sa.exists().where(seat(_other), _other.guest.is_(False), assignments.in_force(on, _other)),
    )


# What the tick asks: built once, for the day that each turn gives.
PASSED_ON = (
    sa.select(Agreement.project_id)
    .join(Signatory, Signatory.agreement_id == Agreement.id)
    .where(is_passed_on(sa.bindparam("on", type_=sa.Date())))
    .distinct()
)


def follow_seats(database: Database) -> int:
    """Have the texts being signed name whoever sits for a company now; how many were drawn up again.

    One statement where nothing has changed.
    """
    with database.start_reading() as work:
        today = work.today(basins.NATIONAL_ZONE)
        found = list(work.connection.scalars(PASSED_ON, {"on": today}))
    return in_turn.each(found, partial(follow, database))


def follow(database: Database, case_id: UUID) -> bool:
    """Draw a project's text up again for the new member of a company; False where its process cannot."""
    try:
        with database.start_work() as work:
            locked = cases.lock(work, case_id)
            instances.require_alive(locked)
            today = work.today(locked.case.zone)
            line = first_line(work, case_id, today)
            to = sitting_for(work, line, case_id, today) if line is not None else None
            if line is None or to is None:
                return False
            redrafting.replace_signatory(
                work, find(work, case_id), line, person_id=to, reason=REASON, today=today
            )
            return True
    except errors.Conflict as refusal:
        log.info("agreements.not_followed", case=str(case_id), reason=refusal.message)
        return False


def first_line(work: UnitOfWork, case_id: UUID, on: date) -> Signatory | None:
    """The first line of a project whose seat was passed on; a new text is looked at on the next turn."""
    return work.database.scalars(
        sa.select(Signatory)
        .join(Agreement, Agreement.id == Signatory.agreement_id)
        .where(Agreement.project_id == case_id, is_passed_on(on))
        .order_by(Signatory.position)
        .limit(1)
    ).first()


def sitting_for(work: UnitOfWork, line: Signatory, case_id: UUID, on: date) -> UUID | None:
    """Who sits for the line's company now, and may sign on this project."""
    for seat in committee_seats.seats_in_force(work, line.basin_id, on):
        is_theirs = seat.organisation_id == line.organisation_id and not seat.guest
        if is_theirs and not any(committee_seats.barred(work, case_id, seat.person_id, on)):
            return seat.person_id
    return None
