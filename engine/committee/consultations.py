"""A written consultation: what each member answers, in their own name, and until when (§ V)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.committee import (
    agenda,
    ballots,
    diffusion,
    expecting,
    items,
    readers,
    sessions,
    taking_part,
    voices,
)
from engine.committee.agenda_models import AgendaItem, Ballot, Diffusion
from engine.committee.item_kinds import TOLD, Kind, Outcome
from engine.i18n import mark as _
from engine.i18n import translate
from engine.people.folding import clean
from engine.projects.recording import coded

if TYPE_CHECKING:
    from engine.committee.models import CommitteeSession
    from engine.people.committee_seats import Seat
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing


NOBODY_VOTED = _("Personne n’a voté par écrit sur ce point.")


class NotConsulted(errors.Conflict):
    """Cette séance n’est pas une consultation écrite en cours."""


def answer_consultation(act: Act) -> Mapping[str, Routing]:
    """Keep the votes of one seat on the items put to it in writing, but for those it stepped back from.

    Raises `sessions.NotPlanned`, `ballots.Recused`, `ballots.NotYourSeat`, and `errors.InvalidAnswers`
    for an item that is not put to it, or left without an answer.
    """
    work = act.work
    session = sessions.require_planned(work, act.case.id)
    seat = answering(work, session, None if act.task is None else act.task.position)
    asked = {item.id: item for item in put_to(work, session, seat)}
    rows: list[Mapping[str, Any]] = list(act.answers["answers"] or ())
    if {row["item_id"] for row in rows} != set(asked):
        raise errors.InvalidAnswers(
            {
                "answers": [
                    _("Les points soumis à votre vote ont changé : relisez-les, et répondez sur chacun.")
                ]
            }
        )
    for row in rows:
        ballots.answer(
            work, session, asked[row["item_id"]], seat, choice=str(coded(row["choice"])),
            comment=row.get("comment"),
        )  # fmt: skip
    sessions.record(
        work, "committee.consultation.answered", session, seat=seat.assignment_id, items=len(rows)
    )
    diffusion.answered_by(work, session, seat.person_id)
    return {}


def answering(work: UnitOfWork, session: CommitteeSession, position: int | None) -> Seat:
    """The seat that a line of a consultation is for, as it was sent the agenda. `ballots.NotYourSeat`."""
    seat_id = work.connection.execute(
        sa.select(Diffusion.seat_id)
        .where(Diffusion.session_id == session.id, Diffusion.position == position)
        .order_by(Diffusion.version.desc())
        .limit(1)
    ).scalar_one_or_none()
    for seat in voices.seats_of(work, session):
        if seat.assignment_id == seat_id and not seat.guest:
            return seat
    raise ballots.NotYourSeat


def put_to(work: UnitOfWork, session: CommitteeSession, seat: Seat) -> list[AgendaItem]:
    """The items on which a seat is asked to vote: those to decide, that it has no conflict on.

    What the committee is only told of is not put to the vote, nor what is decided already.
    """
    on = taking_part.day_of(work, session)
    return [
        item
        for item in agenda.items_of(work, session.id)
        if Kind(item.kind) not in TOLD
        and not taking_part.is_decided(work, item)
        and seat.assignment_id not in taking_part.conflicts(work, item.project_id, [seat], on)
    ]


def answered(work: UnitOfWork, session_id: UUID) -> set[UUID]:
    """The seats that have answered a consultation."""
    rows = work.connection.scalars(
        sa.select(Ballot.seat_id)
        .join(AgendaItem, AgendaItem.id == Ballot.item_id)
        .where(
            AgendaItem.session_id == session_id,
            Ballot.kind == voices.VOTE,
            Ballot.withdrawn_at.is_(None),
        )
        .distinct()
    )
    return set(rows)


def is_unanswered(work: UnitOfWork, session: CommitteeSession) -> bool:
    """Whether a consultation in writing was sent to its members, and none of them voted on anything."""
    was_sent = session.kind == sessions.WRITTEN and session.diffused_at is not None
    return was_sent and not answered(work, session.id)


def put_off(work: UnitOfWork, session: CommitteeSession) -> None:
    """Let what nobody answered wait for another session; silence decides nothing.

    What the committee is only told of was told. The session is locked by the caller.
    """
    note = translate(NOBODY_VOTED, readers.language(work, session.basin_id))
    for each in items.undecided(work, session.id):
        if Kind(each.item.kind) not in TOLD:
            items.conclude(work, session, each.item, Outcome.POSTPONED, note)


def extend(work: UnitOfWork, session_id: UUID, *, until: date, reason: str) -> CommitteeSession:
    """Give those who have not answered a consultation some days more.

    Raises `NotConsulted`, `errors.InvalidAnswers`, and as `sessions.move`.
    """
    expecting.lock_waiting(work, sessions.find(work, session_id).basin_id)
    session = sessions.lock(work, session_id)
    is_open = session.state == sessions.PLANNED and session.diffused_at is not None
    if session.kind != sessions.WRITTEN or not is_open:
        raise NotConsulted
    if until <= session.held_on:
        raise errors.InvalidAnswers({"until": [_("La nouvelle échéance doit venir après celle qui court.")]})
    before = session.held_on
    as_planned = {name: getattr(session, name) for name in sessions.PLAN}
    moved = sessions.move(work, session_id, answers={**as_planned, "held_on": until, "kind": session.kind})
    sessions.record(
        work, "committee.consultation.extended", moved, before=before, until=until,
        content={"reason": clean(reason)},
    )  # fmt: skip
    return moved
