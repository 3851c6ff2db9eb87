"""How a project ends: closed at its term, terminated, withdrawn, not pursued; told to those concerned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.i18n import mark as _
from engine.outbox import notify
from engine.people import assignments, basins
from engine.people.models import Role
from engine.persistence.base import new_id
from engine.projects import documents, statuses
from engine.projects.follow_up_models import EndRequest, FinalReview
from engine.projects.mandates import require_signing_chair
from engine.projects.models import Project
from engine.projects.recording import coded, find, project_of, record, stamp
from engine.projects.reports import earliest_closing
from engine.projects.statuses import AFTER_SIGNATURE, BEFORE_SIGNATURE, EndKind, Status
from engine.runtime import cases, instances, messages, tasks

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Case, Routing

REVIEWED = ("jobs_created", "jobs_sustained", "relations_continue", "certification", "lessons", "testimony")
UNPURSUED = "unpursued"  # Why a request ends that nobody took up for a year.
TOLD = frozenset({Role.PRESCRIBER, Role.MANDATARY, Role.SME_HEAD})
# A withdrawal takes away what was asked of these; at another end they have given it already.
TOLD_OF_WITHDRAWAL = TOLD | {Role.EXPERT, Role.SIGNATORY}


class TooEarlyToClose(errors.NotAllowed):
    """Le suivi dure dix-huit mois au moins : la clôture sera possible à partir du {possible_on}.

    Cahier des charges §VI, R28: from the date of the last signature, as signed (D2). The local day of
    the closing decides, and so does the day the act is said to have happened on (D1).
    """


class InterventionStillAsked(errors.Conflict):
    """Une demande d’intervention est encore ouverte : elle doit recevoir sa réponse avant la clôture."""


class AmendmentStillOpen(errors.Conflict):
    """Un avenant est encore ouvert : il doit être signé, ou abandonné, avant la clôture."""


class EndNotSigned(errors.Conflict):
    """La convention est en vigueur : ce projet ne finit que par une clôture ou une résiliation signée.

    The chair signs either (R28, E4), whatever the diagram that leads to an end, and whatever it calls it.
    """


class NotSigned(errors.Conflict):
    """La convention n’est pas signée : ce projet se retire, il ne se résilie pas."""


class AlreadySigned(errors.Conflict):
    """La convention est signée : ce projet ne se retire plus, sa résiliation se demande."""


class AlreadyDecided(errors.Conflict):
    """Le comité s’est prononcé sur ce projet : il ne se classe plus sans suite."""


class EndDecided(errors.Conflict):
    """La fin de ce projet est déjà décidée et signée : il ne se retire plus."""


def record_final_review(act: Act) -> Mapping[str, Routing]:
    """Keep the final review; the chair is asked to sign the closure."""
    answers = act.answers
    review = FinalReview(
        id=new_id(),
        **stamp(act),
        **{name: answers.get(name) for name in REVIEWED},
        evidence=coded(answers.get("evidence")),
        satisfaction=coded(answers.get("satisfaction")),
        turnover_before_cents=answers.get("turnover_before"),
        turnover_after_cents=answers.get("turnover_after"),
        quotation_allowed=bool(answers.get("quotation_allowed")),
        may_join_committee=bool(answers.get("may_join_committee")),
        may_sponsor=bool(answers.get("may_sponsor")),
    )
    act.work.database.add(review)
    statuses.move(act.work, project_of(act), Status.FINAL_REVIEW)
    documents.attach(act.work, answers.get("attachments"), project_id=act.case.id, subject_id=review.id)
    record(act, "projects.final_review.recorded", review.id, jobs_created=review.jobs_created)
    return {}


def sign_closure(act: Act) -> Mapping[str, Routing]:
    """Sign the closure, or send the review back.

    Raises `NotTheChair`, `TooEarlyToClose`, `InterventionStillAsked`, `AmendmentStillOpen`.
    """
    chair = require_signing_chair(act)
    signed = coded(act.answers["decision"]) == "sign"
    if signed:
        project = project_of(act)
        require_may_close(act.work, project, today=min(act.occurred_on, act.today))
        project.end_kind = EndKind.CLOSED.value
    record(
        act, "projects.closure.signed" if signed else "projects.closure.sent_back", act.case.id,
        acting=chair.acting, organisation=chair.organisation_id,
        content={"reason": act.answers.get("reason")},
    )  # fmt: skip
    if not signed and act.task is not None:
        tasks.keep_submission(act.work, act.task, act.answers)
    return {"closure_signed": signed}


def require_may_close(work: UnitOfWork, project: Project, *, today: date) -> None:
    """Refuse a closure before its day, or while an intervention or an amendment is still open (D2, D5).

    The months run from the opening at the earliest, whatever day was written for the signature.
    """
    if project.effective_on is None:
        raise NotSigned
    since = max(project.effective_on, project.opened_on)
    possible_on = earliest_closing(since, project.follow_up_months or 0)
    if today < possible_on:
        raise TooEarlyToClose(possible_on=possible_on)
    if messages.open_satellites(work, case_id=project.id, process="intervention_request"):
        raise InterventionStillAsked
    if messages.open_satellites(work, case_id=project.id, process="amendment"):
        raise AmendmentStillOpen


def sign_termination(act: Act) -> Mapping[str, Routing]:
    """Sign an early end, which is never a follow-up carried through, or refuse it. Raises `NotTheChair`."""
    chair = require_signing_chair(act)
    signed = coded(act.answers["decision"]) == "sign"
    request = pending(act.work, act.case.id)
    if request is not None:
        request.accepted = signed
        request.decided_at, request.decided_by = act.work.now, act.work.actor.person_id
        request.decision_reason = act.answers.get("reason")
    project = project_of(act)
    if signed:
        project.end_kind = EndKind.TERMINATED.value
        project.end_cause = request.cause if request else None
        project.end_reason = request.reason if request else None
    record(
        act, "projects.termination.signed" if signed else "projects.termination.refused", act.case.id,
        acting=chair.acting, cause=project.end_cause, content={"reason": act.answers.get("reason")},
    )  # fmt: skip
    return {"termination_signed": signed}


def withdraw(
    work: UnitOfWork, *, project_id: UUID, requested_by: str, reason: str, occurred_on: date | None = None
) -> None:
    """Withdraw a project before its signature: it ends there, its open tasks disappear (E2).

    What the committee decided and the chair signed stands, though nobody was told yet.
    Raises `AlreadySigned`, `EndDecided`, `instances.CaseEnded`.
    """
    locked = cases.lock(work, project_id)
    instances.require_alive(locked)
    project = find(work, project_id)
    if project.status not in BEFORE_SIGNATURE:
        raise AlreadySigned
    if project.end_kind is not None:
        raise EndDecided
    day = day_asked(occurred_on, since=project.opened_on, today=work.today(locked.case.zone))
    request = _request(
        work, project=project, kind=EndKind.WITHDRAWN, requested_by=requested_by, reason=reason, day=day,
        cause=requested_by,
    )  # fmt: skip
    request.accepted, request.decided_at, request.decided_by = True, work.now, work.actor.person_id
    project.end_kind = EndKind.WITHDRAWN.value
    project.end_cause, project.end_reason = requested_by, reason
    messages.send(work, case_id=project_id, name="withdrawal_requested", occurred_on=day)


def drop(work: UnitOfWork, *, project_id: UUID) -> None:
    """End a request that nobody pursues, before any decision: it is not pursued, and nobody asked for it.

    It takes the way of a withdrawal, which every process keeps open until the signature.
    Raises `AlreadyDecided`, `EndDecided`, `instances.CaseEnded`, `messages.NobodyWaits`.
    """
    locked = cases.lock(work, project_id)
    instances.require_alive(locked)
    project = find(work, project_id)
    if project.decided_on is not None or project.status not in BEFORE_SIGNATURE:
        raise AlreadyDecided
    if project.end_kind is not None:
        raise EndDecided
    project.end_kind, project.end_cause = EndKind.DROPPED.value, UNPURSUED
    project.end_reason = _("Personne n’a suivi cette demande depuis un an.")
    messages.send(work, case_id=project_id, name="withdrawal_requested")


def day_asked(occurred_on: date | None, *, since: date, today: date) -> date:
    """The day on which an end was asked for: since there is something to end, today at the latest (D1).

    Raises `errors.InvalidAnswers` on `requested_on`.
    """
    day = occurred_on or today
    if day > today:
        raise errors.InvalidAnswers({"requested_on": [_("Cette date est dans le futur.")]})
    if day < since:
        raise errors.InvalidAnswers(
            {"requested_on": [_("Vérifiez cette date : le projet n’en était pas là.")]}
        )
    return day


def request_termination(
    work: UnitOfWork,
    *,
    project_id: UUID,
    requested_by: str,
    cause: str,
    reason: str,
    occurred_on: date | None = None,
) -> None:
    """Ask for an early end after the signature; work goes on until the chair has signed (E4).

    Raises `NotSigned`, `instances.CaseEnded`, `messages.NobodyWaits` when one is asked for already, or
    when the term is reached: the way out is then the closure.
    """
    locked = cases.lock(work, project_id)
    instances.require_alive(locked)
    project = find(work, project_id)
    if project.status not in AFTER_SIGNATURE or project.effective_on is None:
        raise NotSigned
    day = day_asked(occurred_on, since=project.effective_on, today=work.today(locked.case.zone))
    _request(
        work, project=project, kind=EndKind.TERMINATED, requested_by=requested_by, reason=reason, day=day,
        cause=cause,
    )  # fmt: skip
    messages.send(work, case_id=project_id, name="termination_requested", occurred_on=day)


def _request(
    work: UnitOfWork,
    *,
    project: Project,
    kind: EndKind,
    requested_by: str,
    reason: str,
    day: date,
    cause: str,
) -> EndRequest:
    request = EndRequest(
        id=new_id(),
        basin_id=project.basin_id,
        project_id=project.id,
        kind=kind.value,
        requested_by=requested_by,
        cause=cause,
        reason=reason,
        occurred_on=day,
        recorded_at=work.now,
        recorded_by=work.actor.person_id,
    )
    work.database.add(request)
    work.record(
        "projects.withdrawal.requested" if kind is EndKind.WITHDRAWN else "projects.termination.requested",
        chain=project.id, subject=request.id, basin_id=project.basin_id, occurred_on=day,
        requested_by=requested_by, cause=cause, content={"reason": reason},
    )  # fmt: skip
    return request


def pending(work: UnitOfWork, project_id: UUID) -> EndRequest | None:
    """The early end that was asked for and not decided yet."""
    return _last_request(work, project_id, EndRequest.accepted.is_(None))


def ended(work: UnitOfWork, case: Case, end_event: str) -> None:
    """Set a project's end when its process has reached one, and tell those concerned.

    Once the firm is labelled, what the chair signed decides, whatever the end event is called: the last
    fence of D2. Raises `EndNotSigned`, `NotSigned`, and what `require_may_close` raises.
    """
    project = find(work, case.id)
    kind = kind_of(project, end_event) if project.effective_on is None else kind_signed(work, project)
    if kind is EndKind.CLOSED:
        require_may_close(work, project, today=work.today(case.zone))
    project.end_kind = kind.value
    statuses.move(work, project, Status(kind))
    said = withdrawn_on(work, project.id) if kind is EndKind.WITHDRAWN else None
    project.ended_on = said or work.today(case.zone)
    work.record(
        "projects.project.ended", chain=case.id, subject=case.id, basin_id=case.basin_id,
        occurred_on=project.ended_on, end=kind.value, cause=project.end_cause,
    )  # fmt: skip
    tell_ended(work, project, kind)
    release_roles(work, project)


def withdrawn_on(work: UnitOfWork, project_id: UUID) -> date | None:
    """The day on which a project was withdrawn, as it was said; None when its process alone ended so."""
    request = _last_request(work, project_id, EndRequest.kind == EndKind.WITHDRAWN.value)
    return None if request is None else request.occurred_on


def _last_request(work: UnitOfWork, project_id: UUID, condition: sa.ColumnElement[bool]) -> EndRequest | None:
    return work.database.scalars(
        sa.select(EndRequest)
        .where(EndRequest.project_id == project_id, condition)
        .order_by(EndRequest.recorded_at.desc())
        .limit(1)
    ).first()


def kind_of(project: Project, end_event: str) -> EndKind:
    """Which end an end event is; what led there was kept on the project by the step that decided it."""
    if end_event == "closed":
        return EndKind.CLOSED
    if end_event == "withdrawn":
        return EndKind.DROPPED if project.end_kind == EndKind.DROPPED.value else EndKind.WITHDRAWN
    if end_event == "terminated":
        return EndKind.TERMINATED
    return EndKind(project.end_kind) if project.end_kind else EndKind.DROPPED


def kind_signed(work: UnitOfWork, project: Project) -> EndKind:
    """The end of a labelled firm's project that the chair signed. Raises `EndNotSigned`."""
    kind = EndKind(project.end_kind) if project.end_kind else None
    if kind is EndKind.CLOSED:
        return kind
    signed = sa.select(EndRequest.id).where(
        EndRequest.project_id == project.id,
        EndRequest.kind == EndKind.TERMINATED.value,
        EndRequest.accepted.is_(sa.true()),
    )
    if kind is EndKind.TERMINATED and work.database.scalars(signed.limit(1)).first() is not None:
        return kind
    raise EndNotSigned


def tell_ended(work: UnitOfWork, project: Project, kind: EndKind) -> None:
    """Write once to each person of the project who still has a part in it."""
    today = basins.today(work, project.basin_id)
    roles = TOLD_OF_WITHDRAWAL if kind is EndKind.WITHDRAWN else TOLD
    concerned = [
        each.person_id
        for each in assignments.of_case(work, project.id, today)
        if each.role in roles and each.person_id is not None
    ]
    data: dict[str, Any] = (
        {"withdrawn_on": project.ended_on}
        if kind is EndKind.WITHDRAWN
        else {"ended_on": project.ended_on, "outcome": kind.value}
    )
    notify.post(
        work,
        [
            notify.row(
                work,
                kind="project_withdrawn" if kind is EndKind.WITHDRAWN else "project_ended",
                recipient_id=person_id,
                case_id=project.id,
                basin_id=project.basin_id,
                data=data,
                reference=project.reference,
            )
            for person_id in dict.fromkeys(concerned)
            if person_id != work.actor.person_id
        ],
    )


def release_roles(work: UnitOfWork, project: Project) -> None:
    """Nothing is left to do on an ended project: acting chairs and signatories of it let go of their role.

    Those who prescribed or followed it keep theirs: they still read the dossier.
    """
    today = basins.today(work, project.basin_id)
    for each in assignments.of_case(work, project.id, today):
        if each.role in {Role.SIGNATORY, Role.CHAIR}:
            assignments.end(work, each.id, reason=_("Le projet est terminé"), on=today)
