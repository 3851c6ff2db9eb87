"""Amend an agreement in force: draft what was decided, sign it again, let it take effect; or void it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.agreements import amended_facts, drafting, envelopes, fallen, redrafting, signatories, signatures
from engine.agreements.amended_facts import TERMS, Decided, Proposal, Wanted
from engine.agreements.models import AMENDMENT, EFFECTIVE, TO_SIGN, Agreement
from engine.i18n import mark as _
from engine.outbox import notify
from engine.people import assignments, chairs, holders
from engine.people.models import Role
from engine.projects import grid, possible_days, requests
from engine.projects.follow_up_models import MandataryReplacement
from engine.projects.models import CommittedMeans
from engine.projects.recording import project_of, record
from engine.runtime import instances

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project
    from engine.runtime.acts import Act, Routing

PROCESS = "amendment"
FOLLOW_UP_LENGTHENED = "follow_up_lengthened"  # The message that a diagram waits for until the term.
# Why an amendment comes to nothing.
GIVEN_UP = "given_up"
REFUSED, NOT_SIGNED = "amendment_refused", "amendment_not_signed"
CAUSES = {fallen.REFUSED: REFUSED, fallen.NOT_SIGNED: NOT_SIGNED}
DROPPED: Mapping[str, Routing] = {
    "amendment_prepared": False, "signatory_count": 0, "signature_refused": False,
}  # fmt: skip


class AmendmentInSignature(errors.Conflict):
    """Un autre avenant de cette convention est en signature : il doit être signé ou abandonné d’abord."""


class NothingChanges(errors.Conflict):
    """Cet avenant ne changerait rien à ce qui est signé : renoncez-y, ou vérifiez ce qui a été décidé."""


class DecisionCancelled(errors.Conflict):
    """Le comité a annulé la décision dont cet avenant découlait : renoncez-y, avec un motif."""


class NotInForce(errors.Conflict):
    """La convention n’est pas en vigueur : elle n’a pas besoin d’avenant pour changer."""


def prepare(act: Act, decided: Decided) -> Mapping[str, Routing]:
    """Draft the amendment that carries out what was decided, or give it up with a reason.

    Raises `NotInForce`, `AmendmentInSignature`, `NothingChanges`, and `errors.InvalidAnswers` when somebody
    whom it concerns is left out, or on a day before the decision.
    """
    project = project_of(act)
    before = require_in_force(act.work, project.id)
    if act.answers["drop"]:
        record(
            act, "agreements.amendment.dropped", act.instance_id,
            content={"reason": act.answers.get("drop_reason")},
        )  # fmt: skip
        give_up(act, project, {"cause": GIVEN_UP})
        return DROPPED
    if in_signature(act.work, project.id) is not None:
        raise AmendmentInSignature
    possible_days.require_since(act.work, "occurred_on", act.occurred_on, decided.decided_on)
    lines = drafting.chosen(act, project, {AMENDMENT})
    wanted = Wanted(
        reason=act.answers["reason"], objective=act.answers.get("objective"),
        jobs_target=act.answers.get("jobs_target"), lines=tuple(lines),
    )  # fmt: skip
    number = next_number(act.work, before)
    proposal = amended_facts.proposed(
        act, project, before, number=number, version=1, decided=decided, wanted=wanted
    )
    require_those_concerned(act, project, before, decided, proposal)
    write(act, project, before, decided, proposal)
    return prepared(proposal)


def prepared(proposal: Proposal) -> Mapping[str, Routing]:
    """What the process must know of an amendment to sign."""
    return {
        "amendment_prepared": True, "signatory_count": len(proposal.lines), "signature_refused": False,
    }  # fmt: skip


def require_in_force(work: UnitOfWork, project_id: UUID) -> Agreement:
    """The text in force. Raises `NotInForce`."""
    found = amended_facts.in_force(work, project_id)
    if found is None:
        raise NotInForce
    return found


def require_those_concerned(
    act: Act, project: Project, before: Agreement, decided: Decided, proposal: Proposal
) -> None:
    """Refuse a draft that leaves out somebody whom it concerns: the chair always (R25).

    Raises `errors.InvalidAnswers`.
    """
    required = amended_facts.foreseen_lines(act.work, project, before, decided, on=act.today)
    has_chair = any(line.capacity == signatories.CHAIR for line in proposal.lines)
    if not has_chair or signatories.missing(required, proposal.lines):
        raise errors.InvalidAnswers(
            {"signatories": [_("Il manque des signataires que cet avenant concerne : un par qualité.")]}
        )


def next_number(work: UnitOfWork, before: Agreement) -> str:
    """The number of the next amendment, after its agreement’s: « TDL-2026-C012-A2 »."""
    parent = amended_facts.project_agreement(work, before)
    count = work.database.scalars(
        sa.select(sa.func.count(sa.distinct(Agreement.number))).where(
            Agreement.project_id == parent.project_id, Agreement.kind == AMENDMENT
        )
    ).one()
    return f"{parent.number}-A{count + 1}"


def write(act: Act, project: Project, before: Agreement, decided: Decided, proposal: Proposal) -> Agreement:
    """Keep a version of an amendment and its lines. Raises `NothingChanges`."""
    if not proposal.changes:
        raise NothingChanges
    parent = amended_facts.project_agreement(act.work, before)
    amendment = drafting.kept_text(
        act, project, proposal.facts, kind=AMENDMENT, parent=parent, instance_id=act.instance_id,
        decision_id=decided.decision_id, adds=decided.adds, changes=proposal.changes,
    )  # fmt: skip
    drafting.name_signatories(act, project, amendment, proposal.lines)
    record(
        act, "agreements.amendment.prepared", amendment.id, number=amendment.number,
        version=amendment.version, text_hash=amendment.text_hash, lines=len(proposal.lines),
        changes=len(proposal.changes),
    )  # fmt: skip
    return amendment


def redraft(act: Act) -> Mapping[str, Routing]:
    """Draw up the next version of the amendment being signed, with the people of today.

    What was decided stays; those whose signature falls are told. Raises `NothingChanges`.
    """
    project = project_of(act)
    former = require_of_instance(act)
    lines = signatories.lines_of(act.work, former.id)
    signed = [each.person_id for each in signatures.given(act.work, former.id) if each.signed_on is not None]
    reason = redrafting.reason_for(act.work, project, former)
    drafting.void(act.work, former, reason=reason)
    before = require_in_force(act.work, project.id)
    decided = decided_of(former)
    wanted = Wanted(
        reason=former.text["reason"], objective=former.text.get("objective"),
        jobs_target=former.text.get("jobs_target"), lines=tuple(of_today(act, project, before, former)),
    )  # fmt: skip
    proposal = amended_facts.proposed(
        act, project, before, number=former.number, version=former.version + 1, decided=decided, wanted=wanted
    )
    drawn_up = write(act, project, before, decided, proposal)
    act.work.flush_objects()
    for person_id in dict.fromkeys(line.person_id for line in lines):
        signatories.release(act.work, act.case, person_id, reason="amendment_redrafted", on=act.today)
    redrafting.tell(act, drawn_up, signed, reason)
    return prepared(proposal)


def decided_of(former: Agreement) -> Decided:
    """What was decided, as the version before says it."""
    text = former.text
    return Decided(
        decision_id=former.decision_id,
        number=text.get("decision_number"),
        decided_on=drafting.day_of(text.get("decided_on")),
        by_chair=bool(text.get("decided_by_chair")),
        adds=former.adds,
        terms={name: text.get(name) for name in TERMS},
    )


def of_today(act: Act, project: Project, before: Agreement, former: Agreement) -> list[signatories.Line]:
    """The lines of the version before, each with its person of today; the mandatary’s where he is new."""
    chair = chairs.chair_in_force(act.work, project.basin_id, act.today, project.id)
    signing = holders.holders(act.work, role=Role.SIGNATORY, case_id=project.id, on=act.today)
    lines = redrafting.following(
        project, signatories.lines_of(act.work, former.id), chair=chair, signing=signing
    )
    return [
        line
        for line in lines
        if line.capacity != signatories.MANDATARY
        or amended_facts.is_concerned(act.work, line, before, former.text)
    ]


def takes_effect(act: Act) -> Mapping[str, Routing]:
    """Let an amendment count from the day of its last signature: its days, its terms, its mandatary.

    Raises `signatures.NotAllSigned`, whatever the diagram says.
    """
    project = project_of(act)
    amendment = require_of_instance(act)
    amendment.effective_on = signatures.effective_day(act.work, project, amendment)
    amendment.state = EFFECTIVE
    put_means_in_force(act.work, amendment)
    change_terms(act, project, amendment)
    confirm_mandatary(act.work, amendment)
    request = requests.of_instance(act.work, act.instance_id)
    if request is not None:
        request.amendment_id = amendment.id
    record(
        act, "agreements.amendment.effective", amendment.id, number=amendment.number,
        version=amendment.version, effective_on=amendment.effective_on,
    )  # fmt: skip
    envelopes.ask_for(act.work, amendment)
    return {}


def put_means_in_force(work: UnitOfWork, amendment: Agreement) -> None:
    """Commit the days that were decided: beside those of before, or in their place."""
    if amendment.decision_id is None:
        return
    of_decision = CommittedMeans.decision_id == amendment.decision_id
    of_project = CommittedMeans.project_id == amendment.project_id
    if not amendment.adds:
        work.database.execute(
            sa.update(CommittedMeans)
            .where(of_project, ~of_decision, CommittedMeans.in_force.is_(True))
            .values(in_force=False)
        )
    work.database.execute(sa.update(CommittedMeans).where(of_project, of_decision).values(in_force=True))


def change_terms(act: Act, project: Project, amendment: Agreement) -> None:
    """Give the project the terms that were signed; a follow-up that lasts longer ends later."""
    for name in TERMS:
        if name in amendment.text:
            setattr(project, name, amendment.text[name] or (0 if name == "advance_cents" else None))
    if project.effective_on is None:
        return
    months = project.follow_up_months or grid.MINIMUM_MONTHS
    ends_on = grid.ends_on(project.effective_on, months)
    if any(each["name"] in ("follow_up_months", "cadence_months") for each in amendment.changes):
        project.follow_up_ends_on = ends_on
        instances.reroute(
            act.work,
            case_id=project.id,
            routing={
                "follow_up_months": months, "cadence_months": project.cadence_months or 3,
                "follow_up_ends_on": ends_on.isoformat(),
            },
        )  # fmt: skip
        act.send(FOLLOW_UP_LENGTHENED)


def confirm_mandatary(work: UnitOfWork, amendment: Agreement) -> None:
    """A mandatary of another organisation is provisional no more, once the amendment is signed (D19)."""
    work.database.execute(
        sa.update(MandataryReplacement)
        .where(
            MandataryReplacement.project_id == amendment.project_id,
            MandataryReplacement.provisional.is_(True),
            MandataryReplacement.recorded_at <= amendment.prepared_at,
        )
        .values(provisional=False)
    )


def void(act: Act, *, is_cancelled: bool = False) -> Mapping[str, Routing]:
    """Void an amendment that was refused, late, or is not decided any more; all else stays as it was.

    Those who had to sign it are told, whether they had or not, and why.
    """
    project = project_of(act)
    amendment = require_of_instance(act)
    because = {"cause": fallen.DECISION_CANCELLED} if is_cancelled else why(act, amendment)
    reason = because["cause"]
    drafting.void(act.work, amendment, reason=reason)
    act.work.flush_objects()
    lines = signatories.lines_of(act.work, amendment.id)
    for line in lines:
        signatories.release(act.work, act.case, line.person_id, reason="amendment_voided", on=act.today)
    told = give_up(act, project, because)
    tell(
        act, "amendment_voided", [line.person_id for line in lines if line.person_id not in told],
        {"number": amendment.number, **because},
    )  # fmt: skip
    return DROPPED


def why(act: Act, amendment: Agreement) -> Mapping[str, str]:
    """Why an amendment being signed comes to nothing, in its own codes; asked before it is voided."""
    because = fallen.why(act, amendment)
    return because | {"cause": CAUSES.get(because["cause"], because["cause"])}


def give_up(act: Act, project: Project, because: Mapping[str, str]) -> Collection[UUID]:
    """Close the request behind an amendment that comes to nothing, and tell those who waited for it.

    Gives all whom that concerns, whoever does it included.
    """
    request = requests.of_instance(act.work, act.instance_id)
    if request is not None:
        request.closed_at = act.work.now
    officers = assignments.of_basin(act.work, project.basin_id, act.today, Role.OPERATOR)
    concerned = [project.mandatary_id, project.sme_head_id, *(each.person_id for each in officers)]
    told = dict.fromkeys(person_id for person_id in concerned if person_id is not None)
    tell(act, "amendment_dropped", told, because)
    return told


def tell(act: Act, kind: str, people: Iterable[UUID], data: Mapping[str, str]) -> None:
    """Write to each of those people once, but whoever does it."""
    notify.post(
        act.work,
        [
            notify.row(
                act.work, kind=kind, recipient_id=person_id, case_id=act.case.id, basin_id=act.case.basin_id,
                reference=act.case.reference, data=data,
            )
            for person_id in dict.fromkeys(people)
            if person_id != act.work.actor.person_id
        ],
    )  # fmt: skip


def void_at_end(work: UnitOfWork, project_id: UUID) -> None:
    """Void the amendment that nobody will sign any more: its project has ended."""
    amendment = in_signature(work, project_id)
    if amendment is not None:
        drafting.void(work, amendment, reason="project_ended")


def in_signature(work: UnitOfWork, project_id: UUID) -> Agreement | None:
    """The amendment being signed: one at a time."""
    return work.database.scalars(
        sa.select(Agreement)
        .where(Agreement.project_id == project_id, Agreement.kind == AMENDMENT, Agreement.state == TO_SIGN)
        .limit(1)
    ).first()


def require_of_instance(act: Act) -> Agreement:
    """The amendment that this process has signed, its last version. No diagram leads here without one."""
    found = latest_of(act.work, act.instance_id)
    if found is None:
        raise LookupError(f"no amendment behind this process on {act.case.reference}")
    return found


def latest_of(work: UnitOfWork, instance_id: UUID) -> Agreement | None:
    """The last version of the amendment that a process has signed."""
    return work.database.scalars(
        sa.select(Agreement)
        .where(Agreement.instance_id == instance_id, Agreement.kind == AMENDMENT)
        .order_by(Agreement.version.desc())
        .limit(1)
    ).first()


def of_project(work: UnitOfWork, project_id: UUID) -> list[Agreement]:
    """Every version of a project’s amendments, the latest first."""
    return list(
        work.database.scalars(
            sa.select(Agreement)
            .where(Agreement.project_id == project_id, Agreement.kind == AMENDMENT)
            .order_by(Agreement.prepared_at.desc(), Agreement.version.desc())
        )
    )
