"""The mandatary of a project: named, accepting or declining, replaced in one act (D19)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.i18n import mark as _
from engine.outbox import notify
from engine.people import apart, basins, calendars, chairs, committee_seats, holders
from engine.people.models import Assignment, Role
from engine.persistence.base import new_id
from engine.projects import appraisal
from engine.projects.follow_up_models import MandataryReplacement
from engine.projects.recording import find, project_of, record
from engine.projects.statuses import Status
from engine.runtime import cases, instances, messages
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.people.committee_seats import Sitter
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing

REPLACED = "ladder.replaced"  # A basin’s parameter: days to report once the mandate is handed over (D9).
TEXT_CHANGED = "agreement_text_changed"  # The message that a diagram waits for while all sign.
NEW_MANDATARY_HAS = 21  # The same, where a basin says nothing.


class NotTheChair(errors.NotAllowed):
    """Seule la présidence du comité d’agrément peut le faire, si son mandat est en vigueur.

    Le mandat est en vigueur quand la personne siège pour une entreprise partenaire active, et que le
    projet n’est pas celui de sa propre entreprise (R14, D16).
    """


class PrescribedForAnother(NotTheChair):
    """Vous avez prescrit ce projet en remplacement : ce bassin en laisse la décision à une autre présidence."""  # noqa: E501


class BeingSigned(errors.Conflict):
    """La convention est en signature, et ce parcours ne sait pas la refaire avec un autre mandataire.

    Un signataire peut la refuser : le projet revient alors au comité, qui désigne le mandataire.
    """


@dataclass(frozen=True, slots=True)
class Replacement:
    """A mandate handed over: the row kept, and the day the new mandatary's report is due, if one is open.

    It is provisional when the organisation is another (D19).
    """

    id: UUID
    report_task_id: UUID | None
    report_due_on: date | None
    is_provisional: bool = False


def require_chair(work: UnitOfWork, *, basin_id: int, case_id: UUID, on: date) -> chairs.Chair:
    """The mandate under which the actor signs today, on this project (R14, D18).

    Raises `PrescribedForAnother` where that keeps them from it, else `NotTheChair`.
    """
    for chair in chairs.chairs_in_force(work, basin_id, on, case_id):
        if chair.person_id == work.actor.person_id:
            return chair
    if work.actor.person_id in apart.kept_from_deciding(work, basin_id, case_id):
        raise PrescribedForAnother
    raise NotTheChair


def require_signing_chair(act: Act) -> chairs.Chair:
    """The mandate under which the actor signs an act of a process: today, and on the day it happened (D1).

    Raises `NotTheChair`.
    """
    asked: dict[str, Any] = {"basin_id": act.case.basin_id, "case_id": act.case.id}
    if act.occurred_on != act.today:
        require_chair(act.work, on=act.occurred_on, **asked)
    return require_chair(act.work, on=act.today, **asked)


def name_mandatary(work: UnitOfWork, *, project_id: UUID, named: Sitter, reason: str, on: date) -> Assignment:
    """Give the project to a mandatary who holds a seat with a voice, not for the firm itself (R28, D16).

    Raises `committee_seats.NoSeat`, `holders.InConflict`.
    """
    project = find(work, project_id)
    before = holders.holder(work, role=Role.MANDATARY, case_id=project_id, on=on)
    is_same_firm = before is not None and named.organisation_id in {None, before.organisation_id}
    if before is not None and before.person_id == named.person_id and is_same_firm:
        after = before
    else:
        _before, after = holders.replace_holder(
            work, role=Role.MANDATARY, case_id=project_id, basin_id=project.basin_id,
            person_id=named.person_id, organisation_id=named.organisation_id, reason=reason, from_date=on,
        )  # fmt: skip
    project.mandatary_id, project.mandatary_organisation_id = named.person_id, after.organisation_id
    return after


def record_mandate_answer(act: Act) -> Mapping[str, Routing]:
    """Keep the mandatary's answer; declined, the chair names another one."""
    accepted = bool(act.answers["accepted"])
    appraisal.keep_answers(act)
    record(
        act, "projects.mandate.answered", act.case.id, accepted=accepted,
        content={"reason": act.answers.get("reason"), "objectives": act.answers.get("objectives")},
    )  # fmt: skip
    return {"mandate_accepted": accepted}


def reassign_mandate(act: Act) -> Mapping[str, Routing]:
    """Name another mandatary after a refusal: the chair does. Raises `NotTheChair`."""
    chair = require_signing_chair(act)
    project_of(act)
    named = name_mandatary(
        act.work,
        project_id=act.case.id,
        named=committee_seats.sitter(act.work, act.answers["mandatary_id"]),
        reason=_("Mandat décliné"),
        on=act.today,
    )
    record(
        act, "projects.mandate.reassigned", named.id, to=named.person_id, acting=chair.acting,
        content={"reason": act.answers.get("reason")},
    )  # fmt: skip
    return {"mandate_accepted": False}


def replace_mandatary(
    work: UnitOfWork,
    *,
    case_id: UUID,
    to_person: UUID,
    to_organisation: UUID | None = None,
    reason: str,
    occurred_on: date | None = None,
    send: Callable[[str], None] | None = None,
) -> Replacement:
    """Hand a project over to another mandatary, in one act of the chair (D19).

    Open tasks move at once. An open report keeps its place in the grid; the new mandatary has 21 days,
    and the ladder of the one before ends. It waits for the next session's ratification, and is
    provisional when the organisation changes. The new ladder is for the caller to start: its dates are
    the escalation's (`report_due_on` of what this gives). An operation passes `Act.send` as `send`: the
    process that runs it cannot be told anything before it has gone on.
    An agreement being signed names the mandatary: it is drawn up again, and signed again by all (E4).
    Raises `NotTheChair`, `holders.SameHolder`, `committee_seats.NoSeat`, `holders.InConflict`, `BeingSigned`.
    """
    locked = cases.lock(work, case_id)
    instances.require_alive(locked)
    project = find(work, case_id)
    today = work.today(locked.case.zone)
    require_chair(work, basin_id=project.basin_id, case_id=case_id, on=today)
    require_reason(reason)
    before, after = holders.replace_holder(
        work, role=Role.MANDATARY, case_id=case_id, basin_id=project.basin_id, person_id=to_person,
        organisation_id=to_organisation, reason=reason, from_date=today,
    )  # fmt: skip
    project.mandatary_id, project.mandatary_organisation_id = to_person, after.organisation_id
    if before is not None and before.person_id is not None:
        instances.move_open_tasks(
            work, case_id=case_id, role=Role.MANDATARY.value, former=before.person_id, holder=to_person
        )
    report = hand_over_report(work, case_id=case_id, today=today)
    if report is not None and send is not None:
        send("report_closed")
    elif report is not None:
        messages.send(work, case_id=case_id, name="report_closed", required=False)
    kept = _keep(
        work, basin_id=project.basin_id, case_id=case_id, before=before, after=after, reason=reason,
        occurred_on=occurred_on or today, report=report,
    )  # fmt: skip
    _tell(work, kept, reference=project.reference)
    if project.status == Status.AGREEMENT_TO_SIGN.value:
        work.flush()
        if not messages.send(work, case_id=case_id, name=TEXT_CHANGED, required=False):
            raise BeingSigned
    return Replacement(kept.id, report[0] if report else None, kept.new_due_on, kept.provisional)


def require_reason(reason: str) -> None:
    """Refuse to replace somebody without saying why. Raises `errors.InvalidAnswers`."""
    if not reason.strip():
        raise errors.InvalidAnswers({"reason": [_("Indiquez le motif du remplacement.")]})


def hand_over_report(work: UnitOfWork, *, case_id: UUID, today: date) -> tuple[UUID, date, date] | None:
    """Give the open report 21 days from today; its task, its first due day and the new one, or None.

    A report that falls due later than that keeps its own day.
    """
    work.flush()
    found = work.connection.execute(
        sa.select(Task.id, Task.due_on).where(
            Task.case_id == case_id, Task.form == "follow_up_report", Task.closed_at.is_(None)
        )
    ).first()
    if found is None:
        return None
    basin_id = cases.lock(work, case_id).case.basin_id
    new_due_on = max(found.due_on, new_due_day(work, basin_id, today))
    if new_due_on != found.due_on:
        instances.reschedule_task(work, case_id=case_id, task_id=found.id, due_on=new_due_on)
    return found.id, found.due_on, new_due_on


def new_due_day(work: UnitOfWork, basin_id: int, today: date) -> date:
    """The day by which a mandatary named today reports: a delay, which ends on an open day (D9)."""
    days: int = basins.parameter(work, basin_id, REPLACED, default=NEW_MANDATARY_HAS)
    return calendars.calendar_of(work, basin_id).first_open_on_or_after(today + timedelta(days=days))


def _keep(
    work: UnitOfWork,
    *,
    basin_id: int,
    case_id: UUID,
    before: Assignment | None,
    after: Assignment,
    reason: str,
    occurred_on: date,
    report: tuple[UUID, date, date] | None,
) -> MandataryReplacement:
    is_other = before is not None and before.organisation_id != after.organisation_id
    kept = MandataryReplacement(
        id=new_id(),
        basin_id=basin_id,
        project_id=case_id,
        from_person_id=before.person_id if before else None,
        from_organisation_id=before.organisation_id if before else None,
        to_person_id=after.person_id,
        to_organisation_id=after.organisation_id,
        reason=reason.strip(),
        occurred_on=occurred_on,
        recorded_at=work.now,
        recorded_by=work.actor.person_id,
        provisional=is_other,
        report_due_on=report[1] if report else None,
        new_due_on=report[2] if report else None,
    )
    work.database.add(kept)
    work.record(
        "projects.mandatary.replaced", chain=case_id, subject=kept.id, basin_id=basin_id,
        occurred_on=occurred_on, capacity="chair", former=kept.from_person_id, to=kept.to_person_id,
        provisional=kept.provisional, report_due_on=kept.report_due_on, new_due_on=kept.new_due_on,
        content={"reason": kept.reason},
    )  # fmt: skip
    return kept


def _tell(work: UnitOfWork, kept: MandataryReplacement, *, reference: str) -> None:
    """Tell the one before, and give the new one each task that moved."""
    common: dict[str, Any] = {"basin_id": kept.basin_id, "case_id": kept.project_id, "reference": reference}
    rows = []
    if kept.from_person_id is not None:
        rows.append(
            notify.row(
                work,
                kind="handed_over",
                recipient_id=kept.from_person_id,
                data={"handed_over_on": kept.occurred_on},
                **common,
            )
        )
    moved = work.connection.execute(
        sa.select(Task.id).where(
            Task.case_id == kept.project_id, Task.role == Role.MANDATARY.value, Task.closed_at.is_(None)
        )
    ).scalars()
    rows += [
        notify.row(work, kind="task_reassigned", recipient_id=kept.to_person_id, task_id=task_id, **common)
        for task_id in moved
    ]
    notify.post(work, rows)


def to_ratify(work: UnitOfWork, basin_id: int) -> list[MandataryReplacement]:
    """The replacements that the next session is asked to ratify."""
    return list(
        work.database.scalars(
            sa.select(MandataryReplacement)
            .where(MandataryReplacement.basin_id == basin_id, MandataryReplacement.ratified_in.is_(None))
            .order_by(MandataryReplacement.recorded_at)
        )
    )


def replacements(work: UnitOfWork, project_id: UUID) -> list[MandataryReplacement]:
    """Every replacement of a project's mandatary, in order."""
    return list(
        work.database.scalars(
            sa.select(MandataryReplacement)
            .where(MandataryReplacement.project_id == project_id)
            .order_by(MandataryReplacement.recorded_at)
        )
    )


def candidates(work: UnitOfWork, *, basin_id: int, case_id: UUID) -> list[committee_seats.Seat]:
    """The seats whose holder may be this project's mandatary: with a voice, not the firm's nor its head's."""
    today = basins.today(work, basin_id)
    found = committee_seats.seats_in_force(work, basin_id, today)
    return committee_seats.free(work, case_id, [seat for seat in found if not seat.guest], today)
