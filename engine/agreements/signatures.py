"""Sign the cooperation agreement, each in their capacity; the last signature labels the firm."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.agreements import drafting, signatories
from engine.agreements.models import Agreement, Signatory, Signature
from engine.i18n import mark as _
from engine.outbox import notify
from engine.people import chairs, holders
from engine.people.models import Role
from engine.persistence.base import new_id
from engine.projects import documents, grid, possible_days, statuses
from engine.projects.mandates import NotTheChair
from engine.projects.models import Project
from engine.projects.recording import coded, project_of, record
from engine.projects.statuses import Status
from engine.runtime import advance, locking

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing

FORM = "agreement_signature"
ONLINE = "online"
PAPER = "paper"


class StaleVersion(errors.Conflict):
    """Cette version de la convention n’est plus à signer : une autre l’a remplacée, relisez-la."""


class AlreadySigned(errors.Conflict):
    """Cette ligne de la convention est déjà signée."""


class NotAllSigned(errors.Conflict):
    """Toutes les signatures ne sont pas réunies : l’entreprise ne peut pas être labellisée."""


def sign(act: Act) -> Mapping[str, Routing]:
    """Sign one line of the agreement, or refuse to, on the exact text that was shown.

    Raises `StaleVersion`, `AlreadySigned`, `NotTheChair` for the chair's line (R14, at each signature).
    """
    line = require_line(act)
    agreement = act.work.database.get_one(Agreement, line.agreement_id)
    require_current(act, agreement)
    answers = act.answers
    refused = coded(answers["answer"]) == "refuse"
    # The form asks no such question: only `sign_on_paper` says it.
    on_paper = answers.get("mode") == PAPER
    if not on_paper and act.work.actor.person_id != line.person_id:
        raise locking.PersonalTask
    signed_on = None if refused else signing_day(act, agreement, on_paper=on_paper)
    if line.capacity == signatories.CHAIR:
        require_eligible(act, line.person_id, on=signed_on or act.today)
    signature = Signature(
        id=new_id(),
        basin_id=act.case.basin_id,
        agreement_id=agreement.id,
        signatory_id=line.id,
        person_id=line.person_id,
        capacity=line.capacity,
        text_hash=agreement.text_hash,
        mode=PAPER if on_paper else ONLINE,
        signed_on=signed_on,
        refused_on=act.occurred_on if refused else None,
        refused_reason=answers.get("reason"),
        recorded_at=act.work.now,
        recorded_by=act.work.actor.person_id,
        document_id=answers["scan"] if on_paper else None,
    )
    act.work.database.add(signature)
    if signature.document_id is not None:
        documents.attach(act.work, [signature.document_id], project_id=act.case.id, subject_id=signature.id)
    record(
        act, kind_of(refused=refused, on_paper=on_paper), signature.id,
        position=line.position, person=line.person_id, signed_as=line.capacity, mode=signature.mode,
        signed_on=signed_on, text_hash=agreement.text_hash, content={"reason": signature.refused_reason},
    )  # fmt: skip
    return {"signature_refused": refused}


def kind_of(*, refused: bool, on_paper: bool) -> str:
    """What the history says: signed, refused, or « signé sur papier par X », recorded by another."""
    if refused:
        return "agreements.signature.refused"
    return "agreements.signature.recorded" if on_paper else "agreements.agreement.signed"


def require_line(act: Act) -> Signatory:
    """The line that the task is about, not signed yet. Raises `StaleVersion`, `AlreadySigned`."""
    if act.task is None or act.task.position is None:
        raise LookupError("a signature is a task with a position")
    line = signatories.at(act.work, act.case.id, act.task.position)
    if line is None:
        raise StaleVersion
    signed = act.work.database.scalars(
        sa.select(Signature.id).where(Signature.signatory_id == line.id, Signature.struck_at.is_(None))
    ).first()
    if signed is not None:
        raise AlreadySigned
    return line


def require_current(act: Act, agreement: Agreement) -> None:
    """Refuse a version that was voided, or another text than the one shown. Raises `StaleVersion`."""
    shown = act.answers.get("document_digest")
    if agreement.voided_at is not None or (shown is not None and shown != agreement.text_hash):
        raise StaleVersion


def require_eligible(act: Act, person_id: UUID, *, on: date) -> None:
    """Check R14 at the signature too: the mandate may have ended since the agreement was drafted.

    On paper, it is the day of the signature that counts, not the day it is typed (D1).
    """
    if not chairs.eligible_chair(act.work, person_id, act.case.basin_id, on, act.case.id):
        raise NotTheChair


def signing_day(act: Act, agreement: Agreement, *, on_paper: bool) -> date:
    """The day of a signature: today online, the day written on paper.

    Nobody signs before the text, the decision it follows from, or the project: the eighteen months run
    from there (D2). Raises `errors.InvalidAnswers` on `signed_on`.
    """
    if not on_paper:
        return act.today
    day: date = act.answers["signed_on"]
    require_possible_day(act.work, project_of(act), agreement, day, today=act.today)
    return day


def require_possible_day(
    work: UnitOfWork, project: Project, agreement: Agreement, day: date, *, today: date
) -> None:
    """Refuse a day on which this text could not be signed. Raises `errors.InvalidAnswers` on `signed_on`."""
    if day > today:
        raise errors.InvalidAnswers(
            {"signed_on": [_("Cette date est dans le futur : indiquez aujourd’hui ou un jour passé.")]}
        )
    possible_days.require_since(
        work, "signed_on", day, agreement.prepared_on, project.decided_on, project.opened_on
    )


def sign_on_paper(work: UnitOfWork, *, task_id: UUID, signed_on: date, document_id: UUID) -> None:
    """Record that somebody signed on paper, with the scan: the officer's act, and shown as such (D18).

    The scan is a document of the project that proves nothing else yet.
    Raises `locking.TaskNotFound`, `locking.NotYours`, `locking.AlreadyClosed`,
    `documents.DocumentNotFound`, and what `sign` raises.
    """
    standing, locked = locking.lock(work, task_id)
    locking.require_open(standing)
    if not standing.is_officer:
        raise locking.NotYours
    scan = documents.require_free(work, document_id, project_id=standing.task.case_id)
    if standing.task.form != FORM:
        raise locking.NotYours
    answers = {"answer": "accept", "mode": PAPER, "signed_on": signed_on, "scan": scan.id}
    advance.complete_task(work, locked, standing.task, answers, occurred_on=signed_on)


def label_firm(act: Act) -> Mapping[str, Routing]:
    """Label the firm: the agreement takes effect on the day of its last signature, as signed (D2, R24).

    Raises `NotAllSigned`, whatever the diagram says: a firm is never labelled on a missing signature.
    """
    project = project_of(act)
    agreement = drafting.latest(act.work, project.id)
    if agreement is None or agreement.voided_at is not None:
        raise NotAllSigned
    effective_on = effective_day(act.work, project, agreement)
    months = project.follow_up_months or grid.MINIMUM_MONTHS
    agreement.state, agreement.effective_on = drafting.EFFECTIVE, effective_on
    project.effective_on = effective_on
    project.follow_up_ends_on = grid.ends_on(effective_on, months)
    statuses.move(act.work, project, Status.LABELLED)
    record(
        act, "agreements.firm.labelled", agreement.id, effective_on=effective_on,
        follow_up_ends_on=project.follow_up_ends_on, number=agreement.number,
    )  # fmt: skip
    tell_effective(act, project)
    return {
        "effective_on": effective_on.isoformat(),
        "follow_up_ends_on": project.follow_up_ends_on.isoformat(),
        "follow_up_months": months,
        "cadence_months": project.cadence_months or 3,
        "report_number": 0,
        "agreement_outcome": "signed",
    }


def effective_day(work: UnitOfWork, project: Project, agreement: Agreement) -> date:
    """The day from which the agreement takes effect: the last signature's, as signed (D2).

    Never before the project was opened, a day that nobody chooses. Raises `NotAllSigned`.
    """
    return max(last_signature(work, agreement), project.opened_on)


def last_signature(work: UnitOfWork, agreement: Agreement) -> date:
    """The day of the last signature, once every line is signed. Raises `NotAllSigned`."""
    lines = signatories.lines_of(work, agreement.id)
    signed = {
        each.signatory_id: each.signed_on
        for each in given(work, agreement.id)
        if each.signed_on is not None and each.text_hash == agreement.text_hash
    }
    if not lines or any(line.id not in signed for line in lines):
        raise NotAllSigned
    return max(day for day in signed.values() if day is not None)


def given(work: UnitOfWork, agreement_id: UUID) -> list[Signature]:
    """What was signed or refused of a version, in order, voided signatures left out."""
    return list(
        work.database.scalars(
            sa.select(Signature)
            .where(Signature.agreement_id == agreement_id, Signature.voided_at.is_(None))
            .order_by(Signature.recorded_at)
        )
    )


def tell_effective(act: Act, project: Project) -> None:
    """Write to the firm's head, the prescriber and the mandatary that the agreement is in effect."""
    told = [
        found.person_id
        for role in (Role.SME_HEAD, Role.PRESCRIBER, Role.MANDATARY)
        if (found := holders.holder(act.work, role=role, case_id=project.id, on=act.today)) is not None
    ]
    notify.post(
        act.work,
        [
            notify.row(
                act.work, kind="agreement_effective", recipient_id=person_id, case_id=project.id,
                basin_id=project.basin_id, reference=project.reference,
                data={"effective_on": project.effective_on, "follow_up_ends_on": project.follow_up_ends_on},
            )
            for person_id in dict.fromkeys(told)
            if person_id is not None
        ],
    )  # fmt: skip


def return_to_committee(act: Act) -> Mapping[str, Routing]:
    """Send the project back to the committee: refusal, other means, conditions or signatures out of time.

    The version being signed is voided; what was agreed before stays readable.
    """
    project = project_of(act)
    agreement = drafting.latest(act.work, project.id)
    if agreement is not None:
        drafting.void(act.work, agreement, reason="returned_to_committee")
        holders.release(
            act.work, role=Role.SIGNATORY, case_id=act.case.id, reason="returned_to_committee", on=act.today
        )
    statuses.move(act.work, project, Status.READY_FOR_COMMITTEE)
    record(
        act, "agreements.project.returned", project.id, refused=bool(act.routing.get("signature_refused")),
        means_changed=bool(act.routing.get("means_changed")),
    )  # fmt: skip
    return {
        "signature_refused": False,
        "means_changed": False,
        "mandate_accepted": False,
        "signatory_count": 0,
        "agreement_outcome": "returned",
    }
