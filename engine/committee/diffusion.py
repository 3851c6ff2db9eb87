"""Send the agenda and its dossier to each seat, in the time that members have to read them (R17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.committee import agenda, life, sessions, telling
from engine.committee.agenda_models import AgendaItem, Diffusion
from engine.committee.bound_dossiers import ask, latest, recusals_among
from engine.i18n import mark as _
from engine.people import basins, committee_seats
from engine.people.models import Assignment, Organisation, Person
from engine.persistence.base import new_id

if TYPE_CHECKING:
    from datetime import date

    from engine.committee.models import CommitteeSession
    from engine.people.committee_seats import Seat
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing

MAIL = "session_agenda"
ON_THE_PAGE, BY_ANSWERING = "page", "answer"


class NobodyToConsult(errors.Conflict):
    """Aucun membre délibératif ne siège au comité : personne ne peut être consulté par écrit."""


class NothingToDecide(errors.Conflict):
    """L’ordre du jour est vide : une consultation écrite porte sur un point au moins."""


class NotDiffused(errors.Conflict):
    """L’ordre du jour de cette séance n’est pas encore diffusé."""


class NotAReader(errors.NotAllowed):
    """Cet ordre du jour ne vous a pas été adressé : il n’y a rien à en accuser réception."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One seat, when its holder was sent the agenda, and when they said to have received it."""

    seat_id: UUID
    person_id: UUID
    full_name: str
    organisation: str | None
    guest: bool
    sent_on: date
    acknowledged_at: datetime | None
    through: str | None
    paper_id: UUID | None


def diffuse_agenda(act: Act) -> Mapping[str, Routing]:
    """Send the agenda to each seat in force, guests included; in writing, each member with a voice answers.

    Sent later than the basin's notice, it says why: it is never refused for that. Raises
    `sessions.NotPlanned`, `NobodyToConsult`, `NothingToDecide`, `errors.InvalidAnswers`.
    """
    work = act.work
    session = sessions.require_planned(work, act.case.id)
    is_late = act.today > life.notice_day(work, session.basin_id, session.held_on)
    reason = act.answers.get("why_so_late")
    if is_late and not reason:
        raise errors.InvalidAnswers({"why_so_late": [_("Dites pourquoi l’ordre du jour part si tard.")]})
    seats = committee_seats.seats_in_force(work, session.basin_id, act.today)
    speaking = sum(not seat.guest for seat in seats)
    items = agenda.freeze(work, session)
    is_written = session.kind == sessions.WRITTEN
    if is_written and not speaking:
        raise NobodyToConsult
    if is_written and not items:
        raise NothingToDecide
    session.diffused_at, session.diffused_by = work.now, work.actor.person_id
    session.late_diffusion_reason = reason if is_late else None
    session.note = act.answers.get("message") or session.note
    send(work, session, items, {seat: position for position, seat in enumerate(seats)}, version=1)
    sessions.record(
        work, "committee.agenda.diffused", session, items=len(items), seats=len(seats), late=is_late,
        content={"message": session.note, "late_reason": session.late_diffusion_reason},
    )  # fmt: skip
    return {
        "is_written": is_written,
        "seat_count": speaking,
        "consultation_ends_on": (session.held_on + timedelta(days=1)).isoformat(),
    }


def diffuse_again(work: UnitOfWork, session_id: UUID, *, reason: str) -> CommitteeSession:
    """Send an agenda that changed once more, to whoever sits now; everybody is asked to receive it again.

    A seat keeps its place in a consultation. Raises `sessions.NotPlanned`, `NotDiffused`.
    """
    session = sessions.require_planned(work, session_id)
    before = latest(work, session.id)
    if session.diffused_at is None or not before:
        raise NotDiffused
    seats = committee_seats.seats_in_force(work, session.basin_id, basins.today(work, session.basin_id))
    kept = {each.seat_id: each.position for each in before}
    after = 1 + max(kept.values())
    new = [seat for seat in seats if seat.assignment_id not in kept]
    positions = {
        seat: kept[seat.assignment_id] if seat.assignment_id in kept else after + new.index(seat)
        for seat in seats
    }
    version = before[0].version + 1
    send(work, session, agenda.items_of(work, session.id), positions, version=version)
    sessions.record(
        work, "committee.agenda.diffused_again", session, version=version, seats=len(seats),
        content={"reason": reason},
    )  # fmt: skip
    return session


def send(
    work: UnitOfWork,
    session: CommitteeSession,
    items: Sequence[AgendaItem],
    positions: Mapping[Seat, int],
    *,
    version: int,
) -> None:
    """Write a line per seat, ask for one dossier per set of items left out, and write to each person once."""
    today = basins.today(work, session.basin_id)
    projects = {each.project_id for each in items if each.project_id is not None}
    recused = recusals_among(work, projects, {seat.person_id for seat in positions}, today)
    papers: dict[frozenset[UUID], UUID] = {}
    for seat, position in positions.items():
        without = recused.get(seat.person_id, frozenset())
        if without not in papers:
            papers[without] = ask(work, session, without)
        line = Diffusion(
            id=new_id(), basin_id=session.basin_id, session_id=session.id, version=version,
            seat_id=seat.assignment_id, person_id=seat.person_id, position=position, sent_on=today,
            paper_id=papers[without],
        )  # fmt: skip
        work.database.add(line)
    work.database.flush()
    telling.write(
        work, session, telling.AGENDA, (seat.person_id for seat in positions), more={"version": version}
    )


def receipts(work: UnitOfWork, session_id: UUID) -> list[Receipt]:
    """Who was sent the agenda last, and who said to have received it, in one statement."""
    last = sa.select(sa.func.max(Diffusion.version)).where(Diffusion.session_id == session_id)
    rows = work.connection.execute(
        sa.select(
            Diffusion.seat_id, Diffusion.person_id, Person.full_name, Organisation.name, Assignment.guest,
            Diffusion.sent_on, Diffusion.acknowledged_at, Diffusion.acknowledged_through, Diffusion.paper_id,
        )
        .join(Person, Person.id == Diffusion.person_id)
        .join(Assignment, Assignment.id == Diffusion.seat_id)
        .outerjoin(Organisation, Organisation.id == Assignment.organisation_id)
        .where(Diffusion.session_id == session_id, Diffusion.version == last.scalar_subquery())
        .order_by(Diffusion.position)
    )  # fmt: skip
    return [Receipt(*row) for row in rows]


def acknowledge(work: UnitOfWork, session_id: UUID) -> UUID | None:
    """Say that one received the agenda as it was last sent; said again, it changes nothing.

    Gives the dossier that was made for them. Raises `sessions.SessionNotFound`, `NotDiffused`, `NotAReader`.
    """
    session = sessions.lock(work, session_id)
    sent = latest(work, session.id)
    if not sent:
        raise NotDiffused
    mine = [each for each in sent if each.person_id == work.actor.person_id]
    if not mine:
        raise NotAReader
    receive(work, session, mine, through=ON_THE_PAGE)
    return mine[0].paper_id


def answered_by(work: UnitOfWork, session: CommitteeSession, person_id: UUID) -> None:
    """Note that whoever answers a consultation received what it is about."""
    mine = [each for each in latest(work, session.id) if each.person_id == person_id]
    receive(work, session, mine, through=BY_ANSWERING)


def receive(work: UnitOfWork, session: CommitteeSession, mine: Sequence[Diffusion], *, through: str) -> None:
    """Date the receipts of somebody that have no date yet."""
    waiting = [each for each in mine if each.acknowledged_at is None]
    for each in waiting:
        each.acknowledged_at, each.acknowledged_through = work.now, through
    if waiting:
        sessions.record(
            work, "committee.diffusion.acknowledged", session, version=waiting[0].version,
            seats=[each.seat_id.hex for each in waiting],
        )  # fmt: skip
