"""What people do with their tasks: complete, claim, release, delegate, draft, put on hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite

from engine import errors
from engine.i18n import mark as _
from engine.outbox import notify
from engine.people import permissions
from engine.people.permissions import Permission
from engine.persistence.base import table_of
from engine.persistence.unit_of_work import UnitOfWork
from engine.runtime import advance, locking, opening
from engine.runtime.acts import TaskView
from engine.runtime.locking import Standing
from engine.runtime.models import Draft, Submission, Task
from forms import basin_steps, catalogue, extras

LONGEST_WAIT = timedelta(days=180)
# Nothing of the programme happened before; a year typed wrong must not reach the arithmetic of dates.
EARLIEST_DAY = date(2000, 1, 1)

task = table_of(Task)
draft = table_of(Draft)
submission = table_of(Submission)

CLAIM = (
    sa.update(task)
    .where(task.c.id == bindparam("key"))
    .values(assignee_id=bindparam("person"), claimed_at=sa.func.coalesce(task.c.claimed_at, bindparam("at")))
)
RELEASE = (
    sa.update(task).where(task.c.id == bindparam("key")).values(assignee_id=None, **opening.NOBODY_STANDS_IN)
)
HAND_OVER = (
    sa.update(task)
    .where(task.c.id == bindparam("key"))
    .values(assignee_id=bindparam("person"), **opening.NOBODY_STANDS_IN)
)
AWAIT = (
    sa.update(task)
    .where(task.c.id == bindparam("key"))
    .values(
        awaiting=bindparam("cause"),
        awaiting_since=bindparam("since"),
        awaiting_until=bindparam("until"),
        awaiting_reason=bindparam("reason"),
        awaited_seconds=bindparam("awaited"),
    )
)
SUBMIT = sa.insert(submission)
READ_DRAFT = sa.select(draft).where(
    draft.c.task_id == bindparam("task_id"), draft.c.person_id == bindparam("person_id")
)


# Why a day comes before its task: a sentence, by whatever door it comes.
LONGEST_REASON = 300


class NotAHolder(errors.NotAllowed):
    """Cette personne ne tient pas ce rôle sur ce projet : elle ne peut pas recevoir la tâche."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the actor may do with a task now."""

    complete: bool
    claim: bool
    release: bool
    delegate: bool
    hold: bool
    on_behalf: bool


def complete(
    work: UnitOfWork,
    *,
    task_id: UUID,
    answers: Mapping[str, Any],
    occurred_on: date | None = None,
    late_reason: str | None = None,
    channel: str = "html",
) -> TaskView:
    """Record the answers to a task and let its process go on to its next wait; the task as it was open.

    `answers` are raw, as typed: field name → text, number, list of rows. `occurred_on` is the local
    day on which the thing happened, today by default (D1). The dossier is locked before anything is
    read, so that two people acting on one project take turns.

    Raises `locking.TaskNotFound`, `locking.NotYours`, `locking.PersonalTask`, `locking.AlreadyClosed`,
    `locking.TakenBySomeoneElse`, `catalogue.InvalidAnswers` or `errors.InvalidAnswers` (by field), and
    `advance.OperationFailed`; whatever is raised, nothing has changed.
    """
    standing, locked = locking.lock(work, task_id)
    locking.require_open(standing)
    locking.require_may_complete(work, standing)
    late_reason = (late_reason or "").strip() or None
    day = day_of_act(standing, occurred_on, late_reason, zone_day=work.today(locked.case.zone))
    context = work.domain.context(work, standing.task, showing=False, channel=channel)
    clean = catalogue.load(standing.task.form, answers, context)
    if late_reason:
        locked.completing[task_id].late_reason = late_reason
    own, to_basin = extras.split(clean, standing.task.extras())
    advance.complete_task(work, locked, standing.task, own, occurred_on=day)
    if any(value is not None for value in to_basin.values()):
        keep_extras(work, standing.task, to_basin, occurred_on=day)
    return standing.task


def day_of_act(
    standing: Standing, occurred_on: date | None, late_reason: str | None, *, zone_day: date
) -> date:
    """The local day an act happened on: never later than today, never before its step without a reason.

    Lateness goes by it (D1). Raises `errors.InvalidAnswers` on `occurred_on`.
    """
    if occurred_on is None:
        return zone_day
    if occurred_on > zone_day:
        raise errors.InvalidAnswers(
            {"occurred_on": [_("Cette date est dans le futur : indiquez aujourd’hui ou un jour passé.")]}
        )
    if occurred_on < EARLIEST_DAY:
        raise errors.InvalidAnswers({"occurred_on": [_("Vérifiez l’année de cette date.")]})
    if occurred_on < standing.task.opened_on and not late_reason:
        raise errors.InvalidAnswers(
            {"occurred_on": [_("Cette date précède l’ouverture de la tâche : donnez-en la raison.")]}
        )
    return occurred_on


def keep_submission(work: UnitOfWork, view: TaskView, clean: Mapping[str, Any]) -> None:
    """Keep the clean answers of a form that no domain table holds."""
    work.write(SUBMIT, submitted(work, view, catalogue.to_json(clean)))


def submitted(work: UnitOfWork, view: TaskView, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The row that keeps what was answered to a task."""
    return {
        "id": view.id,
        "task_id": view.id,
        "case_id": view.case_id,
        "form": view.form,
        "form_number": view.form_number,
        "answers": answers,
        "recorded_at": work.now,
        "recorded_by": work.actor.person_id,
    }


def keep_extras(work: UnitOfWork, view: TaskView, clean: Mapping[str, Any], *, occurred_on: date) -> None:
    """Keep the clean answers to a basin's questions, whatever keeps the form's own, with what was asked."""
    dialect = postgresql if work.connection.dialect.name == "postgresql" else sqlite
    kept = dialect.insert(submission)
    also = {name: kept.excluded[name] for name in ("extras", "questions")}
    row = submitted(work, view, {}) | {"extras": catalogue.to_json(clean), "questions": view.questions}
    work.write(kept.on_conflict_do_update(index_elements=["task_id"], set_=also), row)
    if view.form not in basin_steps.KEYS:  # A basin's own step says itself that it was done.
        _record(
            work, view.case_id, view, "runtime.questions.answered", occurred_on=occurred_on,
            capacity=view.capacity or view.role, count=sum(value is not None for value in clean.values()),
        )  # fmt: skip


def find(work: UnitOfWork, *, task_id: UUID) -> Standing:
    """A task and what the actor is to it; raises `locking.TaskNotFound`."""
    return locking.read(work, task_id)


def allowed(work: UnitOfWork, standing: Standing) -> Allowed:
    """What the actor may do with a task now; a page shows nothing else."""
    view = standing.task
    if view.closed_at is not None or view.suspended:
        return Allowed(False, False, False, False, False, False)
    own = locking.may_complete(work, standing)
    mine = view.assignee_id == work.actor.person_id
    rights = permissions.permissions_of(work, work.actor.person_id)
    delegates = rights.allows(Permission.DELEGATE, basin_id=view.basin_id, case_id=view.case_id)
    return Allowed(
        complete=own,
        claim=own and view.pool and not mine and not view.personal,
        release=own and view.pool and mine,
        delegate=view.pool and standing.holds and delegates and not view.personal,
        hold=own or standing.is_officer or standing.stands_in,
        on_behalf=(standing.is_officer or standing.stands_in)
        and not view.personal
        and not own
        and view.assignee_id is not None,
    )


def may_hold(standing: Standing) -> bool:
    """Whether the actor keeps a task going: its holder, whoever stands in for them, or an officer."""
    return standing.holds or standing.is_officer or standing.stands_in


def require_own(work: UnitOfWork, standing: Standing) -> None:
    """Refuse to take or give back in another's name: a substitute does the task, and it stays theirs."""
    view = standing.task
    if standing.stands_in:
        raise locking.TakenBySomeoneElse(who=view.assignee_id, when=view.claimed_at)
    locking.require_may_complete(work, standing)


def claim(work: UnitOfWork, *, task_id: UUID) -> None:
    """Take a task that any holder of its role may do; taking one's own again changes nothing.

    A personal task is taken by nobody: whoever presides on the day it is signed signs it (D18).
    """
    standing, locked = locking.lock(work, task_id)
    locking.require_open(standing)
    require_own(work, standing)
    if standing.task.personal and standing.task.pool:
        raise locking.PersonalTask
    if standing.task.assignee_id == work.actor.person_id:
        return
    work.write(CLAIM, {"key": task_id, "person": work.actor.person_id, "at": work.now}, expected=1)
    _record(work, locked.case.id, standing.task, "runtime.task.claimed")


def release(work: UnitOfWork, *, task_id: UUID) -> None:
    """Give a claimed task back to all who may do it."""
    standing, locked = locking.lock(work, task_id)
    locking.require_open(standing)
    require_own(work, standing)
    if not standing.task.pool or standing.task.assignee_id is None:
        return
    work.write(RELEASE, {"key": task_id}, expected=1)
    _record(work, locked.case.id, standing.task, "runtime.task.released")


def delegate(work: UnitOfWork, *, task_id: UUID, to: UUID) -> None:
    """Hand a task to another holder of its role, and write to them, and to whoever had taken it.

    To oneself it takes a colleague's task over; one that nobody has is taken by `claim`.
    Raises `NotAHolder`, and `errors.InvalidAnswers` on `to`. A personal task is handed to nobody (D18):
    its holder is replaced, by the act made for it.
    """
    standing, locked = locking.lock(work, task_id)
    locking.require_open(standing)
    view = standing.task
    if view.personal:
        raise locking.PersonalTask
    if not (standing.holds or standing.is_officer):
        raise locking.NotYours
    if not locking.is_holder(work, view, to):
        raise NotAHolder
    if to == work.actor.person_id and view.assignee_id in {None, to}:
        raise errors.InvalidAnswers({"to": [_("Vous ne pouvez pas vous la confier : prenez-la.")]})
    if to == view.assignee_id:
        return
    work.write(HAND_OVER, {"key": task_id, "person": to}, expected=1)
    _record(work, locked.case.id, view, "runtime.task.delegated", to=to)
    told = {"task_reassigned": to, "task_taken_over": view.assignee_id}
    notify.post(
        work,
        [
            notify.row(
                work, kind=kind, recipient_id=person_id, case_id=view.case_id, basin_id=view.basin_id,
                task_id=task_id, reference=view.reference,
            )
            for kind, person_id in told.items()
            if person_id not in {None, work.actor.person_id}
        ],
    )  # fmt: skip


def await_third_party(work: UnitOfWork, *, task_id: UUID, cause: str, until: date, reason: str) -> None:
    """Put a task "en attente de … jusqu'au …": it leaves the urgent group, the wait has its cause (D21).

    Raises `errors.InvalidAnswers` on `until` when the day is past or more than 180 days away.
    """
    standing, locked = locking.lock(work, task_id)
    locking.require_open(standing)
    if not may_hold(standing):
        raise locking.NotYours
    today = work.today(locked.case.zone)
    if not today <= until <= today + LONGEST_WAIT:
        raise errors.InvalidAnswers({"until": [_("Choisissez un jour d’ici six mois.")]})
    since, awaited = standing.awaiting_since, standing.awaited_seconds
    ended_at = opening.wait_ends(standing.task, locked.case.zone, work.now)
    if since is not None and ended_at < work.now:  # That wait was over: this is another one.
        since, awaited = None, opening.awaited_seconds(awaited, since, ended_at)
    work.write(
        AWAIT,
        {
            "key": task_id,
            "cause": cause,
            "since": since or work.now,
            "until": until,
            "reason": reason,
            "awaited": awaited,
        },
        expected=1,
    )
    _record(
        work, locked.case.id, standing.task, "runtime.task.put_on_hold",
        content={"reason": reason}, cause=cause, until=until,
    )  # fmt: skip


def resume(work: UnitOfWork, *, task_id: UUID) -> None:
    """Take a task back from "en attente de …"; the time waited is kept apart from work."""
    standing, locked = locking.lock(work, task_id)
    locking.require_open(standing)
    if standing.awaiting_since is None:
        return
    if not may_hold(standing):
        raise locking.NotYours
    ended_at = opening.wait_ends(standing.task, locked.case.zone, work.now)
    waited = opening.awaited_seconds(standing.awaited_seconds, standing.awaiting_since, ended_at)
    nothing = {"cause": None, "since": None, "until": None, "reason": None}
    work.write(AWAIT, {"key": task_id, "awaited": waited, **nothing}, expected=1)
    _record(work, locked.case.id, standing.task, "runtime.task.taken_back")


def save_draft(work: UnitOfWork, *, task_id: UUID, answers: Mapping[str, Any]) -> None:
    """Keep what the actor typed so far, valid or not; a draft is the person's own (D35)."""
    standing = locking.read(work, task_id)
    locking.require_open(standing)
    if not may_hold(standing):
        raise locking.NotYours
    dialect = postgresql if work.connection.dialect.name == "postgresql" else sqlite
    values = {
        "form": standing.task.form,
        "form_number": standing.task.form_number,
        "answers": dict(answers),
        "saved_at": work.now,
    }
    work.connection.execute(
        dialect.insert(draft)
        .values(task_id=task_id, person_id=work.actor.person_id, **values)
        .on_conflict_do_update(index_elements=["task_id", "person_id"], set_=values)
    )


def read_draft(work: UnitOfWork, *, task_id: UUID) -> sa.Row[Any] | None:
    """What the actor typed and has not sent: columns form, form_number, answers, saved_at."""
    return work.connection.execute(
        READ_DRAFT, {"task_id": task_id, "person_id": work.actor.person_id}
    ).one_or_none()


def discard_draft(work: UnitOfWork, *, task_id: UUID) -> None:
    """Throw the actor's draft away."""
    work.connection.execute(
        sa.delete(draft).where(draft.c.task_id == task_id, draft.c.person_id == work.actor.person_id)
    )


def forget_drafts(work: UnitOfWork) -> int:
    """Throw away what was typed for a task while somebody else was closing it; how many there were."""
    closed = sa.select(1).where(task.c.id == draft.c.task_id, task.c.closed_at.is_not(None)).exists()
    return work.connection.execute(sa.delete(draft).where(closed)).rowcount


def _record(
    work: UnitOfWork,
    case_id: UUID,
    view: TaskView,
    kind: str,
    *,
    content: Mapping[str, object] | None = None,
    **details: Any,
) -> None:
    work.record(
        kind, chain=case_id, subject=view.id, basin_id=view.basin_id, content=content,
        process=view.process, step=view.step, **details,
    )  # fmt: skip
