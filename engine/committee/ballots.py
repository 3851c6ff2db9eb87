"""What seats say of an item: opinions before the session, votes in it; given again, taken back, shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.committee import items, sessions, taking_part, voices, votes
from engine.committee.agenda_models import AgendaItem, Ballot
from engine.committee.models import Decision
from engine.committee.voices import OPINION, VOTE
from engine.people.models import Assignment, Organisation, Person
from engine.persistence.base import new_id

if TYPE_CHECKING:
    from engine.committee.models import CommitteeSession
    from engine.people.committee_seats import Seat
    from engine.persistence.unit_of_work import UnitOfWork

SELF, IN_SESSION, PROXY = "self", "in_session", "proxy"


class NotYourSeat(errors.NotAllowed):
    """Vous ne tenez pas ce siège, ou il n’a pas de voix délibérative."""


class Recused(errors.NotAllowed):
    """Ce siège s’est déporté, ou il est de l’entreprise du projet : il ne donne ni avis ni vote."""


class NotPresent(errors.Conflict):
    """Ce siège n’est ni présent ni représenté : il ne vote pas."""


class NobodyNoted(errors.Conflict):
    """Notez d’abord les présences : ne votent que les membres présents ou représentés."""


class ItemClosed(errors.Conflict):
    """Ce point est décidé, ou retiré de l’ordre du jour : plus personne ne s’y prononce."""


class NoOpinionNow(errors.Conflict):
    """Un avis se donne entre la diffusion de l’ordre du jour et la séance."""


class WhichSeat(errors.Conflict):
    """Vous tenez plusieurs sièges : dites pour lequel vous donnez cet avis."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one seat says of an item, with the names that readers know it by."""

    seat_id: UUID
    person_id: UUID
    person: str
    organisation: str | None
    choice: str
    comment: str | None
    cast_at: datetime


@dataclass(frozen=True, slots=True)
class Opinions:
    """The opinions on an item as one reader may read them: their own, and the others’ once they gave it."""

    own: list[Said] = field(default_factory=list)
    others: list[Said] = field(default_factory=list)
    count: int = 0  # Of all, read or not.
    are_shown: bool = False


def give_opinion(
    work: UnitOfWork, item_id: UUID, *, choice: str, comment: str | None = None, seat_id: UUID | None = None
) -> Ballot:
    """Give one’s own opinion of an item before its session; given again, it replaces the one before.

    Raises `items.ItemNotFound`, `NoOpinionNow`, `ItemClosed`, `NotYourSeat`, `WhichSeat`, `Recused`.
    """
    session, item = items.lock(work, item_id)
    if session.state != sessions.PLANNED or session.diffused_at is None:
        raise NoOpinionNow
    require_open(work, item)
    seat = own_seat(work, session, item, seat_id)
    return put(work, item, seat, kind=OPINION, choice=choice, comment=comment, through=SELF)


def answer(
    work: UnitOfWork, session: CommitteeSession, item: AgendaItem, seat: Seat, *, choice: str,
    comment: str | None,
) -> Ballot:  # fmt: skip
    """Vote in writing, for the seat that answers a consultation; its session is locked by the caller.

    Raises `ItemClosed`, `Recused`.
    """
    require_open(work, item)
    require_voice(work, session, item, seat)
    return put(work, item, seat, kind=VOTE, choice=choice, comment=comment, through=SELF)


def record(work: UnitOfWork, item_id: UUID, *, rows: Sequence[Mapping[str, object]]) -> votes.Result:
    """Note the votes given in session on an item, and what they come to; no choice takes a vote back.

    Only seats that are there, or represented, and did not step back, vote. Raises `items.ItemNotFound`,
    `items.NotHeldYet`, `items.MinutesSigned`, `items.ItemRemoved`, `ItemClosed`, `NobodyNoted`, `Recused`,
    `NotPresent`, `NotYourSeat`.
    """
    session, item = items.lock(work, item_id)
    items.require_running(work, session, item)
    require_open(work, item)
    if not taking_part.attendance_of(work, session.id):
        raise NobodyNoted
    voters = voices.voters_on(work, session, item)
    able = votes.represented_by(voters, voices.rules(work, session, VOTE))
    seats = {seat.assignment_id: seat for seat in voices.seats_of(work, session)}
    for row in rows:
        seat_id, choice = UUID(str(row["seat_id"])), row.get("choice")
        if choice is None:
            withdraw(work, item, seat_id)
            continue
        if seat_id not in voters.seats:
            raise NotYourSeat
        if seat_id in voters.recused:
            raise Recused
        if seat_id not in able:
            raise NotPresent
        through = IN_SESSION if seat_id in voters.present else PROXY
        put(work, item, seats[seat_id], kind=VOTE, choice=str(choice), comment=None, through=through)
    return voices.result(work, session, item, VOTE)


def put(
    work: UnitOfWork,
    item: AgendaItem,
    seat: Seat,
    *,
    kind: str,
    choice: str,
    comment: str | None,
    through: str,
) -> Ballot:
    """Write what a seat says, in place of what it said before; the same again changes nothing."""
    before = {each.seat_id: each for each in voices.standing(work, item.id, kind)}.get(seat.assignment_id)
    if before is not None:
        if (before.choice, before.comment, before.person_id) == (choice, comment, seat.person_id):
            return before
        before.withdrawn_at = work.now
        work.database.flush()
    made = Ballot(
        id=new_id(),
        basin_id=item.basin_id,
        item_id=item.id,
        kind=kind,
        seat_id=seat.assignment_id,
        person_id=seat.person_id,
        choice=choice,
        comment=comment,
        through=through,
        cast_by=work.actor.person_id,
        cast_at=work.now,
    )
    work.database.add(made)
    work.database.flush()
    by_themselves = made.person_id == made.cast_by
    taking_part.told(
        work, "committee.ballot.cast" if by_themselves else "committee.ballot.recorded", item, made
    )
    return made


def withdraw(work: UnitOfWork, item: AgendaItem, seat_id: UUID) -> None:
    """Take back a vote noted by mistake; its session is locked by the caller."""
    for ballot in voices.standing(work, item.id, VOTE):
        if ballot.seat_id == seat_id:
            ballot.withdrawn_at = work.now
            taking_part.told(work, "committee.ballot.withdrawn", item, ballot, because="noted_by_mistake")
    work.database.flush()


def require_open(work: UnitOfWork, item: AgendaItem) -> None:
    """Refuse to say anything of an item that is decided or removed. Raises `ItemClosed`."""
    if taking_part.is_decided(work, item):
        raise ItemClosed


def own_seat(work: UnitOfWork, session: CommitteeSession, item: AgendaItem, seat_id: UUID | None) -> Seat:
    """The seat by which the actor speaks on an item. Raises `NotYourSeat`, `WhichSeat`, `Recused`."""
    held = [
        seat
        for seat in voices.seats_of(work, session)
        if seat.person_id == work.actor.person_id and not seat.guest
    ]
    if seat_id is None and len(held) > 1:
        raise WhichSeat
    named = [seat for seat in held if seat_id in (None, seat.assignment_id)]
    if not named:
        raise NotYourSeat
    require_voice(work, session, item, named[0])
    return named[0]


def require_voice(work: UnitOfWork, session: CommitteeSession, item: AgendaItem, seat: Seat) -> None:
    """Refuse a seat that stepped back, or is the project’s own. Raises `Recused`."""
    if seat.assignment_id in voices.voters(work, session, item.project_id).recused:
        raise Recused


def opinions(work: UnitOfWork, item_ids: Collection[UUID], reader: UUID) -> dict[UUID, Opinions]:
    """The opinions on items as a reader may read them, in one statement.

    Their own always; the others’ once they gave theirs, or the item is decided.
    """
    return {item_id: shown(rows, reader) for item_id, rows in said_of(work, item_ids, OPINION).items()}


def votes_of(work: UnitOfWork, item_ids: Collection[UUID]) -> dict[UUID, list[Said]]:
    """The votes that stand on items, with names, in one statement."""
    found = said_of(work, item_ids, VOTE)
    return {item_id: [said for said, _open in rows] for item_id, rows in found.items()}


def are_shown(session: CommitteeSession, voted: Sequence[Said], reader: UUID) -> bool:
    """Whether the votes on an item are read: in writing, once one voted oneself, or when it is over."""
    is_running = session.kind == voices.WRITTEN and session.state == sessions.PLANNED
    return not is_running or any(each.person_id == reader for each in voted)


def said_of(work: UnitOfWork, item_ids: Collection[UUID], kind: str) -> dict[UUID, list[tuple[Said, bool]]]:
    """What stands on items, each with whether its item is decided."""
    if not item_ids:
        return {}
    closed = sa.or_(
        AgendaItem.outcome.is_not(None),
        AgendaItem.removed_at.is_not(None),
        sa.and_(Decision.id.is_not(None), Decision.sent_back_at.is_(None)),
    )
    rows = work.connection.execute(
        sa.select(
            Ballot.item_id, closed.label("is_decided"), Ballot.seat_id, Ballot.person_id, Person.full_name,
            Organisation.name, Ballot.choice, Ballot.comment, Ballot.cast_at,
        )
        .join(AgendaItem, AgendaItem.id == Ballot.item_id)
        .outerjoin(Decision, Decision.id == AgendaItem.decision_id)
        .join(Person, Person.id == Ballot.person_id)
        .outerjoin(Assignment, Assignment.id == Ballot.seat_id)
        .outerjoin(Organisation, Organisation.id == Assignment.organisation_id)
        .where(Ballot.item_id.in_(list(item_ids)), Ballot.kind == kind, Ballot.withdrawn_at.is_(None))
        .order_by(Person.search_name, Ballot.id)
    )  # fmt: skip
    found: dict[UUID, list[tuple[Said, bool]]] = {}
    for row in rows:
        said = Said(row[2], row[3], row[4], row[5], row[6], row[7], row[8])
        found.setdefault(row[0], []).append((said, bool(row[1])))
    return found


def shown(rows: list[tuple[Said, bool]], reader: UUID) -> Opinions:
    """What one reader may read of an item’s opinions."""
    own = [said for said, _decided in rows if said.person_id == reader]
    others = [said for said, _decided in rows if said.person_id != reader]
    are_shown = bool(own) or any(decided for _said, decided in rows)
    return Opinions(own, others if are_shown else [], len(rows), are_shown)
