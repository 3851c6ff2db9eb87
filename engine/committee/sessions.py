"""Sessions of a basin's approval committee: planned, moved, held; the one that files wait for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import clock as clocks
from engine import errors
from engine.committee import expecting, life, telling
from engine.committee.models import CommitteeSession, Decision
from engine.people import basins
from engine.persistence.base import new_id
from engine.projects.recording import coded
from engine.runtime import advance, cases, instances, locking, messages
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

PLANNED = "planned"
HELD = "held"
CANCELLED = "cancelled"
WRITTEN = "written"
USUAL_MINUTES = 120
PLAN = ("held_on", "starts_at", "place", "video_link", "note")
# The steps of a session that follow its day, and the rule by which each is due.
HOLD = "hold_session"
FOLLOWING = {
    "prepare_agenda": life.OWN_NOTICE,
    "answer_consultation": life.OWN_SESSION,
    HOLD: life.OWN_SESSION,
}


class SessionNotFound(errors.NotFound):
    """Cette séance n’existe pas, ou ne vous est pas visible."""


class NotPlanned(errors.Conflict):
    """Cette séance n’est plus à venir : elle a été tenue ou annulée."""


class HasDecided(errors.Conflict):
    """Une décision a été prise dans cette séance : elle ne s’annule plus, et garde son jour."""


class AlreadyPlanned(errors.Conflict):
    """Une séance est déjà prévue ce jour-là."""


class AlreadyDiffused(errors.Conflict):
    """L’ordre du jour est diffusé : une réunion ne devient plus une consultation écrite, ni l’inverse."""


class StillConsulted(errors.Conflict):
    """La consultation écrite court encore : elle se clôt quand chacun a répondu, ou à son échéance."""


def plan(work: UnitOfWork, *, basin_id: int, answers: Mapping[str, Any]) -> CommitteeSession:
    """Plan a session, whose own process begins; the files that wait for one are due on the day of the next.

    Raises `AlreadyPlanned`, `versions.NothingPublished`.
    """
    expecting.lock_waiting(work, basin_id)
    basins.lock(work, basin_id)
    require_free(work, basin_id, answers["held_on"])
    session = CommitteeSession(
        id=new_id(),
        basin_id=basin_id,
        **{name: answers.get(name) for name in PLAN},
        duration_minutes=answers.get("duration_minutes") or usual_minutes(work, basin_id),
        kind=coded(answers.get("kind")) or "meeting",
        state=PLANNED,
        planned_at=work.now,
        planned_by=work.actor.person_id,
    )
    work.database.add(session)
    life.open_case(work, session)
    record(work, "committee.session.planned", session, held_on=session.held_on)
    expecting.follow(work, basin_id)
    return session


def plan_year(
    work: UnitOfWork, *, basin_id: int, rows: Sequence[Mapping[str, Any]]
) -> list[CommitteeSession]:
    """Plan several sessions at once, in the order of their days; none if one of them cannot be.

    Raises `AlreadyPlanned`, `versions.NothingPublished`.
    """
    return [
        plan(work, basin_id=basin_id, answers=row) for row in sorted(rows, key=lambda row: row["held_on"])
    ]


def move(work: UnitOfWork, session_id: UUID, *, answers: Mapping[str, Any]) -> CommitteeSession:
    """Change a planned session's day, place or form; its own steps and the files waiting for it follow.

    Raises `SessionNotFound`, `NotPlanned`, `AlreadyPlanned`, `HasDecided`, `AlreadyDiffused`.
    """
    expecting.lock_waiting(work, find(work, session_id).basin_id)
    session = require_planned(work, session_id)
    require_other_day(work, session, answers["held_on"])
    kind = coded(answers.get("kind")) or session.kind
    if session.diffused_at is not None and WRITTEN in {kind, session.kind} and kind != session.kind:
        raise AlreadyDiffused
    before = session.held_on
    for name in PLAN:
        setattr(session, name, answers.get(name))
    session.kind = kind
    session.duration_minutes = answers.get("duration_minutes") or session.duration_minutes
    session.sequence += 1
    life.take_up(work, session)
    record(
        work, "committee.session.moved", session, before=before, held_on=session.held_on,
        sequence=session.sequence,
    )  # fmt: skip
    reschedule(work, session)
    telling.tell(work, session, telling.MOVED, before_on=before)
    expecting.follow(work, session.basin_id)
    return session


def reschedule(work: UnitOfWork, session: CommitteeSession) -> None:
    """Give the open steps of a session, and its consultation's end, the days that follow from its own."""
    work.flush()
    today, zone = basins.today(work, session.basin_id), basins.zone_of(work, session.basin_id)
    for step, task_id, due_on in open_steps(work, session.id):
        rule = FOLLOWING.get(step)
        day = rule and life.due_day(
            work, basin_id=session.basin_id, case_id=session.id, rule=rule, opened_on=today
        )
        if day and day != due_on:
            instances.reschedule_task(work, case_id=session.id, task_id=task_id, due_on=day)
    ends_at = clocks.start_of_day(session.held_on + timedelta(days=1), zone)
    instances.move_timers(work, case_id=session.id, move=lambda _instant, _since: ends_at)


def open_steps(work: UnitOfWork, session_id: UUID) -> list[tuple[str, UUID, date]]:
    """What a session waits for: each open step, its task, its day."""
    return [(each.step, each.id, each.due_on) for each in waiting_steps(work, session_id)]


def waiting_steps(work: UnitOfWork, session_id: UUID) -> Sequence[Any]:
    """What a session waits for: columns step, id, due_on, title, role, assignee_id."""
    return work.connection.execute(
        sa.select(Task.step, Task.id, Task.due_on, Task.title, Task.role, Task.assignee_id)
        .where(Task.case_id == session_id, Task.closed_at.is_(None))
        .order_by(Task.opened_at, Task.position)
    ).all()


def is_answered_still(work: UnitOfWork, session: CommitteeSession) -> bool:
    """Whether members are still asked to answer a consultation in writing."""
    if session.kind != WRITTEN or session.state != PLANNED:
        return False
    return any(each.step == "answer_consultation" for each in waiting_steps(work, session.id))


def cancel(work: UnitOfWork, session_id: UUID, *, reason: str) -> CommitteeSession:
    """Cancel a planned session; the files wait for the next.

    Raises `SessionNotFound`, `NotPlanned`, `HasDecided`.
    """
    expecting.lock_waiting(work, find(work, session_id).basin_id)
    session = require_planned(work, session_id)
    require_undecided(work, session.id)
    session.state = CANCELLED
    session.closed_at, session.closed_by = work.now, work.actor.person_id
    session.sequence += 1
    work.database.flush()
    if session.has_case:
        messages.send(work, case_id=session.id, name="session_cancelled")
    record(work, "committee.session.cancelled", session, content={"reason": reason})
    telling.tell(work, session, telling.CANCELLED)
    expecting.follow(work, session.basin_id)
    return session


def hold(work: UnitOfWork, session_id: UUID, *, answers: Mapping[str, Any]) -> CommitteeSession:
    """Record that a session took place, whether its agenda had been sent or not.

    It does what the task of holding it does: `attendance.hold_session`. Raises `SessionNotFound`,
    `NotPlanned`, `AlreadyPlanned`, `HasDecided`, `StillConsulted`.
    """
    session = require_planned(work, session_id)
    if answers["held_on"] != session.held_on:
        expecting.lock_days(work, session.basin_id)  # Before the number that it may have to be given.
    life.take_up(work, session)
    messages.send(work, case_id=session.id, name="session_began", required=False)
    work.flush()
    task_id = next((task_id for step, task_id, _due in open_steps(work, session.id) if step == HOLD), None)
    if task_id is None:
        raise StillConsulted
    standing, locked = locking.lock(work, task_id)
    day = min(answers["held_on"], work.today(locked.case.zone))
    advance.complete_task(work, locked, standing.task, answers, occurred_on=day)
    return find(work, session_id)


def find(work: UnitOfWork, session_id: UUID) -> CommitteeSession:
    """A session. Raises `SessionNotFound`."""
    session = work.database.get(CommitteeSession, session_id)
    if session is None:
        raise SessionNotFound
    return session


def require_planned(work: UnitOfWork, session_id: UUID) -> CommitteeSession:
    """A session still to come, its row locked. Raises `SessionNotFound`, `NotPlanned`."""
    session = lock(work, session_id)
    if session.state != PLANNED:
        raise NotPlanned
    return session


def lock(work: UnitOfWork, session_id: UUID) -> CommitteeSession:
    """A session, its case locked, then its row: nobody cancels it while a decision is written in it.

    Files are locked before, items after: the one order in which acts on both take turns. Raises
    `SessionNotFound`.
    """
    with suppress(cases.CaseNotFound):
        cases.lock(work, session_id)
    session = work.database.scalars(
        sa.select(CommitteeSession)
        .where(CommitteeSession.id == session_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if session is None:
        raise SessionNotFound
    if session.has_case:
        cases.lock(work, session_id)  # Begun while its row was waited for.
    return session


def lock_each(work: UnitOfWork, session_ids: Collection[UUID]) -> list[UUID]:
    """Lock several sessions: those whose minutes are open first, then the closed ones; in that order.

    Whoever signs minutes holds an open session, and writes in the closed ones whose minutes it approves.
    """
    ordered = work.connection.scalars(
        sa.select(CommitteeSession.id)
        .where(CommitteeSession.id.in_(list(session_ids)))
        .order_by(CommitteeSession.minutes_signed_on.is_not(None), CommitteeSession.id)
    ).all()
    for session_id in ordered:
        lock(work, session_id)
    return list(ordered)


def require_other_day(work: UnitOfWork, session: CommitteeSession, held_on: date) -> None:
    """Refuse another day to a session that decided, or one that is taken. `HasDecided`, `AlreadyPlanned`."""
    if held_on == session.held_on:
        return
    require_undecided(work, session.id)
    require_free(work, session.basin_id, held_on)


def require_undecided(work: UnitOfWork, session_id: UUID) -> None:
    """Refuse to change a session that a decision names, unless the chair sent it back. `HasDecided`."""
    if any(each.sent_back_at is None for each in decisions_of(work, session_id)):
        raise HasDecided


def require_free(work: UnitOfWork, basin_id: int, held_on: date) -> None:
    """Refuse a second session on a day, which nobody else takes meanwhile. Raises `AlreadyPlanned`."""
    expecting.lock_days(work, basin_id)
    taken = work.database.scalars(
        sa.select(CommitteeSession.id).where(
            CommitteeSession.basin_id == basin_id,
            CommitteeSession.held_on == held_on,
            CommitteeSession.state != CANCELLED,
        )
    ).first()
    if taken is not None:
        raise AlreadyPlanned(session_id=taken)


def usual_minutes(work: UnitOfWork, basin_id: int) -> int:
    """How long the meetings of a basin last: as long as the one planned last, or two hours."""
    last = work.connection.scalar(
        sa.select(CommitteeSession.duration_minutes)
        .where(CommitteeSession.basin_id == basin_id, CommitteeSession.kind != WRITTEN)
        .order_by(CommitteeSession.planned_at.desc(), CommitteeSession.held_on.desc())
        .limit(1)
    )
    return last or USUAL_MINUTES


def next_session(work: UnitOfWork, basin_id: int, after: date) -> CommitteeSession | None:
    """The next planned session on or after a day: what "waiting for the next session" waits for."""
    return work.database.scalars(
        sa.select(CommitteeSession)
        .where(
            CommitteeSession.basin_id == basin_id,
            CommitteeSession.state == PLANNED,
            CommitteeSession.held_on >= after,
        )
        .order_by(CommitteeSession.held_on)
        .limit(1)
    ).first()


def of_basin(work: UnitOfWork, basin_id: int, *, since: date | None = None) -> list[CommitteeSession]:
    """A basin's sessions in order, from a day on."""
    statement = sa.select(CommitteeSession).where(CommitteeSession.basin_id == basin_id)
    if since is not None:
        statement = statement.where(CommitteeSession.held_on >= since)
    return list(work.database.scalars(statement.order_by(CommitteeSession.held_on)))


def open_for_decisions(
    work: UnitOfWork, basin_id: int, on: date, *, since: date = date.min
) -> list[CommitteeSession]:
    """The sessions in which a decision may be recorded on a day: held, or planned for that day at most.

    The latest comes first, none before a project was there (`since`). A written consultation is a session
    of its own kind.
    """
    return list(
        work.database.scalars(
            sa.select(CommitteeSession)
            .where(
                CommitteeSession.basin_id == basin_id,
                CommitteeSession.state != CANCELLED,
                CommitteeSession.held_on.between(since, on),
            )
            .order_by(CommitteeSession.held_on.desc())
            .limit(12)
        )
    )


def decisions_of(work: UnitOfWork, session_id: UUID) -> list[Decision]:
    """The decisions recorded in a session, in order."""
    return list(
        work.database.scalars(
            sa.select(Decision).where(Decision.session_id == session_id).order_by(Decision.recorded_at)
        )
    )


def record(
    work: UnitOfWork,
    kind: str,
    session: CommitteeSession,
    content: Mapping[str, object] | None = None,
    **data: Any,
) -> None:
    """Write in a session's history, its own chain: sessions of a basin do not wait for each other (D22)."""
    work.record(
        kind, chain=session.id, subject=session.id, basin_id=session.basin_id,
        occurred_on=session.held_on, content=content, state=session.state, **data,
    )  # fmt: skip
