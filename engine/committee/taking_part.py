"""Who may take part in deciding an item, who did, and what takes their voice back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.committee.agenda_models import AgendaItem, Attendance, Ballot, InterestDeclaration
from engine.committee.models import CommitteeSession, Decision
from engine.people import basins, committee_seats, recusals
from engine.people.models import Assignment, Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from engine.people.committee_seats import Seat
    from engine.persistence.unit_of_work import UnitOfWork

GUEST, RECUSED, OWN_FIRM, ITS_HEAD = "guest", "recused", "own_firm", "its_head"
PRESENT, REPRESENTED = "present", "represented"


def day_of(work: UnitOfWork, session: CommitteeSession) -> date:
    """The day on which a session's seats count: its own, or today while it is to come."""
    return min(session.held_on, basins.today(work, session.basin_id))


def conflicts(work: UnitOfWork, project_id: UUID | None, seats: Sequence[Seat], on: date) -> dict[UUID, str]:
    """Which of some seats have no voice on a project on a day, and why.

    A guest's never has; nor whoever stepped back, the project's own firm, its head (D16). What is about no
    project leaves out the guests alone.
    """
    found = {seat.assignment_id: GUEST for seat in seats if seat.guest}
    if project_id is None:
        return found
    recused = recusals.recused_on(work, project_id, on)
    firms = firms_of(work, project_id)
    able = {seat.assignment_id for seat in committee_seats.free(work, project_id, seats, on)}
    for seat in seats:
        if seat.guest or (seat.assignment_id in able and seat.person_id not in recused):
            continue
        own = OWN_FIRM if seat.organisation_id in firms else ITS_HEAD
        found[seat.assignment_id] = RECUSED if seat.person_id in recused else own
    return found


def firms_of(work: UnitOfWork, project_id: UUID) -> set[UUID]:
    """The firm that a project is for."""
    rows = work.connection.scalars(
        sa.select(Assignment.organisation_id).where(
            Assignment.case_id == project_id, Assignment.role == Role.BENEFICIARY.value
        )
    )
    return {firm for firm in rows if firm is not None}


def attendance_of(work: UnitOfWork, session_id: UUID) -> list[Attendance]:
    """Who was there at a session, as it was noted; nothing while it was not."""
    return list(work.database.scalars(sa.select(Attendance).where(Attendance.session_id == session_id)))


def is_decided(work: UnitOfWork, item: AgendaItem) -> bool:
    """Whether nothing more is said of an item: removed, given an outcome, or decided and not sent back."""
    if item.removed_at is not None or item.outcome is not None:
        return True
    decision = None if item.decision_id is None else work.database.get(Decision, item.decision_id)
    return decision is not None and decision.sent_back_at is None


def signed_decisions(work: UnitOfWork, declared: InterestDeclaration) -> list[Decision]:
    """The signed decisions on a project in which a member took part who declares an interest in it now."""
    signed = work.database.scalars(
        sa.select(Decision)
        .where(Decision.project_id == declared.project_id, Decision.signed_at.is_not(None))
        .order_by(Decision.turn)
    )
    return [decision for decision in signed if took_part(work, decision, declared)]


def took_part(work: UnitOfWork, decision: Decision, declared: InterestDeclaration) -> bool:
    """Whether who declares an interest took part in a decision: there or represented, or they voted on it.

    Where nobody noted who was there, whoever held a seat with a voice that day is held to have been. What
    the chair decided alone is the chair's.
    """
    person_id = declared.person_id
    if decision.signed_by == person_id and decision.chair_alone:
        return True
    if decision.session_id is None:
        return False
    if had_stepped_back(work, decision, declared):
        return has_voted(work, decision, person_id)
    noted = attendance_of(work, decision.session_id)
    if noted:
        there = {each.person_id for each in noted if each.presence in (PRESENT, REPRESENTED)}
        return person_id in there or has_voted(work, decision, person_id)
    session = work.database.get_one(CommitteeSession, decision.session_id)
    held = committee_seats.speaking_seats(work, person_id, session.basin_id, session.held_on)
    known = {UUID(each) for each in session.present_seat_ids}
    return any(not known or seat.assignment_id in known for seat in held)


def had_stepped_back(work: UnitOfWork, decision: Decision, now: InterestDeclaration) -> bool:
    """Whether who declares an interest had stepped back before that: when the decision was signed.

    What the officer notes later as said in that very session was said in time.
    """
    declared = InterestDeclaration
    in_time = sa.or_(
        sa.and_(declared.recorded_at <= decision.signed_at, declared.id != now.id),
        sa.and_(declared.through == "in_session", declared.session_id == decision.session_id),
    )
    found = sa.select(declared.id).where(
        declared.project_id == decision.project_id,
        declared.person_id == now.person_id,
        declared.is_recused.is_(True),
        declared.declared_on <= decision.occurred_on,
        sa.or_(declared.ended_on.is_(None), declared.ended_on > decision.occurred_on),
        in_time,
    )
    return work.connection.execute(found.limit(1)).first() is not None


def has_voted(work: UnitOfWork, decision: Decision, person_id: UUID) -> bool:
    """Whether a vote of a person on what was decided stands."""
    return bool(
        work.connection.execute(
            sa.select(Ballot.id)
            .join(AgendaItem, AgendaItem.id == Ballot.item_id)
            .where(
                AgendaItem.decision_id == decision.id,
                Ballot.person_id == person_id,
                Ballot.kind == "vote",
                Ballot.withdrawn_at.is_(None),
            )
            .limit(1)
        ).first()
    )


def withdraw_all(work: UnitOfWork, project_id: UUID, person_id: UUID) -> int:
    """Withdraw what a person said of a project's items that nothing has decided; how many ballots.

    The caller holds the sessions of these items.
    """
    rows = work.database.execute(
        sa.select(Ballot, AgendaItem)
        .join(AgendaItem, AgendaItem.id == Ballot.item_id)
        .where(
            AgendaItem.project_id == project_id,
            Ballot.person_id == person_id,
            Ballot.withdrawn_at.is_(None),
        )
        .order_by(Ballot.id)
        .execution_options(populate_existing=True)
    )
    withdrawn = 0
    for ballot, item in rows.all():
        if not is_decided(work, item):
            ballot.withdrawn_at = work.now
            withdrawn += 1
            told(work, "committee.ballot.withdrawn", item, ballot, because=RECUSED)
    work.database.flush()
    return withdrawn


def told(work: UnitOfWork, kind: str, item: AgendaItem, ballot: Ballot, **data: Any) -> None:
    """Write in the session's history what became of a ballot; what it says stays erasable (D22)."""
    work.record(
        kind, chain=item.session_id, subject=ballot.id, basin_id=item.basin_id, item=item.id,
        seat=ballot.seat_id, of=ballot.kind, through=ballot.through,
        content={"choice": ballot.choice, "comment": ballot.comment}, **data,
    )  # fmt: skip
