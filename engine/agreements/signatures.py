"""Sign the agreement and its annex, each in their capacity; the last signature labels the firm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.agreements import annex, drafting, envelopes, evidence, fallen, proving, signatories
from engine.agreements.models import AMENDMENT, Agreement, Signatory, Signature
from engine.i18n import mark as _
from engine.outbox import notify
from engine.people import chairs, holders, proofs
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
ONLINE, PAPER = signatories.ONLINE, proving.PAPER
# The answers that say which file was shown: of the first text, and of the annex signed with it.
DIGESTS = ("document_digest", "annex_digest")


class StaleVersion(errors.Conflict):
    """Cette version du texte n’est plus à signer : une autre l’a remplacée, relisez-la."""


class AlreadySigned(errors.Conflict):
    """Cette ligne est déjà signée."""


class NotAllSigned(errors.Conflict):
    """Toutes les signatures ne sont pas réunies : l’entreprise ne peut pas être labellisée."""


@dataclass(frozen=True, slots=True)
class Identified:
    """How whoever signs is known to be who they are, and from where on the network."""

    by: str
    proof_id: UUID | None = None
    proved_at: datetime | None = None
    address: str | None = None


def sign(act: Act) -> Mapping[str, Routing]:
    """Sign one line, or refuse to, on the exact files that were shown: the agreement and its annex at once.

    Online, it leans on a fresh proof, given before and apart. What the process asks for is found by its
    instance: the project’s own text, or an amendment’s.
    Raises `StaleVersion`, `AlreadySigned`, `proving.NotPrintedYet`, `proving.WayNotAllowed`,
    `proofs.ProofNeeded`, and `NotTheChair` for the chair’s line (R14, at each signature).
    """
    found = require_lines(act)
    line, texts = found[0].line, [each.text for each in found]
    # The form asks no such question: only the officer's record of a paper, or a provider's answer, says it.
    mode = str(coded(act.answers.get("mode", ONLINE)))
    refused = coded(act.answers["answer"]) == "refuse"
    require_current(act, texts)
    if mode == ONLINE and act.work.actor.person_id != line.person_id:
        raise locking.PersonalTask
    if not refused:
        proving.require_way(act.work, texts, mode=mode, way=line.way)
    signed_on = None if refused else signing_day(act, texts[0], mode=mode)
    if line.capacity == signatories.CHAIR:
        require_eligible(act, line.person_id, on=signed_on or act.today)
    identified = identity(act, line, mode=mode, refused=refused)
    given_now = [signature_of(act, each, mode, signed_on, identified) for each in found]
    act.work.database.add_all(given_now)
    keep_files(act, given_now[0])
    record(
        act, kind_of(texts[0], refused=refused, mode=mode), given_now[0].id, position=line.position,
        number=texts[0].number,
        person=line.person_id, signed_as=given_now[0].capacity, mode=mode, signed_on=signed_on,
        text_hash=given_now[0].text_hash, content={"reason": given_now[0].refused_reason},
        **bound_beside(given_now),
    )  # fmt: skip
    return {"signature_refused": refused}


def bound_beside(given_now: Sequence[Signature]) -> dict[str, Any]:
    """What the history adds where the annex was signed in the same act."""
    return {"annex_hash": given_now[1].text_hash} if len(given_now) > 1 else {}


def identity(act: Act, line: Signatory, *, mode: str, refused: bool) -> Identified:
    """Who says who signed: a fresh proof online, the officer on paper. Raises `proofs.ProofNeeded`.

    A refusal binds nobody to anything: being signed in is enough for it.
    """
    if mode == PAPER:
        return Identified(evidence.OFFICER)
    if mode == proving.PROVIDER:
        return Identified(evidence.PROVIDER)
    task_id = act.task.id if act.task else None
    if refused:
        return Identified("", address=act.work.actor.address)
    proof = proofs.require(act.work, person_id=line.person_id, task_id=task_id)
    proofs.count_use(act.work, proof.id)
    return Identified(proof.means.value, proof.id, proof.proved_at, act.work.actor.address or proof.address)


def signature_of(
    act: Act, each: signatories.ToSign, mode: str, signed_on: date | None, identified: Identified
) -> Signature:
    """The row that one text keeps of a signature, or of a refusal."""
    digest = proving.signed_hash(each.text)
    is_agreed = mode == ONLINE and signed_on is not None
    capacity = signatories.capacity_on(act.work, each.line, act.case.id, signed_on or act.today)
    return Signature(
        id=new_id(),
        basin_id=act.case.basin_id,
        agreement_id=each.text.id,
        signatory_id=each.line.id,
        person_id=each.line.person_id,
        capacity=capacity,
        text_hash=digest,
        mode=mode,
        signed_on=signed_on,
        refused_on=act.occurred_on if signed_on is None else None,
        refused_reason=act.answers.get("reason"),
        recorded_at=act.work.now,
        recorded_by=act.work.actor.person_id,
        document_id=act.answers.get("scan"),
        evidence_id=act.answers.get("evidence"),
        attested=bool(act.answers.get("attested")),
        proof_id=identified.proof_id,
        identified_by=identified.by or None,
        proved_at=identified.proved_at,
        address=identified.address,
        consent=evidence.consent(each.text, capacity, digest, act.work.locale) if is_agreed else None,
    )


def keep_files(act: Act, signature: Signature) -> None:
    """Attach the scan, or what the provider gave, to the signature that it proves."""
    files = [each for each in (signature.document_id, signature.evidence_id) if each is not None]
    if files:
        documents.attach(act.work, files, project_id=act.case.id, subject_id=signature.id)


def kind_of(text: Agreement, *, refused: bool, mode: str) -> str:
    """What the history says: signed, refused, or « signé sur papier par X », recorded by another."""
    if refused:
        return "agreements.signature.refused"
    if mode != ONLINE:
        return "agreements.signature.recorded"
    return "agreements.amendment.signed" if text.kind == AMENDMENT else "agreements.agreement.signed"


def require_lines(act: Act) -> list[signatories.ToSign]:
    """The lines that the task is about, not signed yet. Raises `StaleVersion`, `AlreadySigned`."""
    if act.task is None or act.task.position is None:
        raise LookupError("a signature is a task with a position")
    found = signatories.to_sign_at(act.work, act.case.id, act.task.position, act.instance_id)
    if not found:
        raise StaleVersion
    if any(each.is_signed for each in found):
        raise AlreadySigned
    return found


def require_current(act: Act, texts: Sequence[Agreement]) -> None:
    """Refuse a text that was voided, not made yet, or another than the one shown.

    Raises `StaleVersion`, `proving.NotPrintedYet`.
    """
    for text, name in zip(texts, DIGESTS, strict=False):
        shown = act.answers.get(name)
        if text.voided_at is not None or (shown and shown != proving.signed_hash(text)):
            raise StaleVersion
        proving.require_ready(text)


def require_eligible(act: Act, person_id: UUID, *, on: date) -> None:
    """Check R14 at the signature too: the mandate may have ended since the agreement was drafted.

    On paper, it is the day of the signature that counts, not the day it is typed (D1).
    """
    if not chairs.eligible_chair(act.work, person_id, act.case.basin_id, on, act.case.id):
        raise NotTheChair


def signing_day(act: Act, agreement: Agreement, *, mode: str) -> date:
    """The day of a signature: today online, the day written on paper, or that a provider gives.

    Nobody signs before the text, the decision it follows from, or the project: the eighteen months run
    from there (D2). Raises `errors.InvalidAnswers` on `signed_on`.
    """
    if mode == ONLINE:
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


def sign_on_paper(
    work: UnitOfWork, *, task_id: UUID, signed_on: date, document_id: UUID, attested: bool = False
) -> None:
    """Record that somebody signed on paper, with the scan: the officer's act, and shown as such (D18).

    The scan is a document of the project that proves nothing else yet; the officer may attest that the
    original is held.
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
    answers = {"answer": "accept", "mode": PAPER, "signed_on": signed_on, "scan": scan.id,
               "attested": attested}  # fmt: skip
    advance.complete_task(work, locked, standing.task, answers, occurred_on=signed_on)


def label_firm(act: Act) -> Mapping[str, Routing]:
    """Label the firm: the agreement takes effect on the day of its last signature, as signed (D2, R24).

    Raises `NotAllSigned`, whatever the diagram says: a firm is never labelled on a missing signature.
    """
    project = project_of(act)
    agreement = drafting.latest(act.work, project.id)
    if agreement is None or agreement.voided_at is not None:
        raise NotAllSigned
    beside = annex.all_of(act.work, agreement)
    effective_on = effective_day(act.work, project, agreement, *beside)
    months = project.follow_up_months or grid.MINIMUM_MONTHS
    for text in (agreement, *beside):
        text.state, text.effective_on = drafting.EFFECTIVE, effective_on
        envelopes.ask_for(act.work, text)
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


def effective_day(work: UnitOfWork, project: Project, *texts: Agreement) -> date:
    """The day from which texts signed together take effect: the last signature’s of them all, as signed (D2).

    Never before the project was opened, a day that nobody chooses. Raises `NotAllSigned`.
    """
    return max(project.opened_on, *(last_signature(work, text) for text in texts))


def last_signature(work: UnitOfWork, text: Agreement) -> date:
    """The day of the last signature of a text, once every line is signed. Raises `NotAllSigned`."""
    lines = signatories.lines_of(work, text.id)
    signed = {
        each.signatory_id: each.signed_on
        for each in given(work, text.id)
        if each.signed_on is not None and each.text_hash == (text.file_hash or text.text_hash)
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


def of_issue(work: UnitOfWork, agreement: Agreement) -> list[Signature]:
    """What was signed or refused of a version and of its annex, in order, voided signatures left out."""
    texts = [agreement.id, *(each.id for each in annex.all_of(work, agreement))]
    return [each for text_id in texts for each in given(work, text_id)]


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

    The version being signed is voided, and those who had signed it are told; it stays readable.
    """
    project = project_of(act)
    agreement = drafting.latest(act.work, project.id)
    if agreement is not None:
        signed, because = fallen.signed_of(act.work, agreement), fallen.why(act, agreement)
        drafting.void(act.work, agreement, reason="returned_to_committee")
        fallen.tell(act, agreement, signed, because)
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
