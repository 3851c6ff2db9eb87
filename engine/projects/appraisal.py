"""From the intake to a file ready for the committee: what each step of the appraisal records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.i18n import mark as _
from engine.people import assignments, committee_seats, holders
from engine.people.models import Role
from engine.persistence.base import new_id
from engine.projects import documents, statuses
from engine.projects.models import (
    ComplementaryDiagnostic,
    CompletenessCheck,
    Diagnostic,
    FileCompletion,
    Recorded,
    SkillNeed,
)
from engine.projects.recording import coded, plain_rows, project_of, quarter_days, record, stamp
from engine.projects.statuses import EndKind, Status
from engine.runtime import tasks

if TYPE_CHECKING:
    from engine.people.committee_seats import Sitter
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing

STATUS_AFTER = {
    "complete": Status.READY_FOR_COMMITTEE,
    "incomplete": Status.DIAGNOSING,
    "complementary": Status.COMPLEMENTARY_DIAGNOSTIC,
}
QUALIFIED = ("category", "headcount", "headcount_on", "commune", "out_of_perimeter_reason",
             "activity_code", "created_on", "group", "reoriented_to")  # fmt: skip
DIAGNOSED = ("summary", "market", "bearer_rating", "bearer_comment", "project_rating", "project_comment",
             "impact_rating", "impact_comment", "jobs_to_create", "jobs_to_sustain", "horizon_months",
             "subsidiarity", "deadweight", "risks", "opinion", "interest", "visited_on")  # fmt: skip


def record_qualification(act: Act) -> Mapping[str, Routing]:
    """Say what becomes of a request; to be continued, it has a prescriber who holds a seat (R17).

    Raises `committee_seats.NoSeat`, `holders.InConflict`.
    """
    project, answers = project_of(act), act.answers
    outcome = str(coded(answers["outcome"]))
    for name in QUALIFIED:
        value = answers.get(name)
        setattr(project, name, coded(value) if isinstance(value, str) else value)
    project.schemes = plain_rows(answers.get("schemes"))
    project.qualification_note = answers.get("note")
    project.qualified_on = act.occurred_on
    if answers.get("city"):
        project.city = answers["city"]
    if outcome == "continue":
        name_prescriber(act, committee_seats.sitter(act.work, answers["prescriber_id"]))
        statuses.move(act.work, project, Status.DIAGNOSING)
    else:
        project.end_kind = (EndKind.REORIENTED if outcome == "reorient" else EndKind.DROPPED).value
        project.end_cause = outcome
        project.end_reason = answers.get("reason")
    record(act, "projects.project.qualified", project.id, outcome=outcome, category=project.category)
    return {"qualification_outcome": outcome}


def name_prescriber(act: Act, named: Sitter) -> None:
    """Give the project to a prescriber; the one before, who declined, lets go of it."""
    before = holders.holder(act.work, role=Role.PRESCRIBER, case_id=act.case.id, on=act.today)
    is_same_firm = before is None or named.organisation_id in {None, before.organisation_id}
    if before is not None and before.person_id == named.person_id and is_same_firm:
        return
    holders.replace_holder(
        act.work,
        role=Role.PRESCRIBER,
        case_id=act.case.id,
        basin_id=act.case.basin_id,
        person_id=named.person_id,
        organisation_id=named.organisation_id,
        reason=_("Un autre prescripteur est désigné"),
    )


def record_prescription_answer(act: Act) -> Mapping[str, Routing]:
    """Keep the prescriber's answer; declined, the project goes back to its qualification."""
    accepted = bool(act.answers["accepted"])
    keep_answers(act)
    if not accepted:
        statuses.move(act.work, project_of(act), Status.QUALIFYING)
    record(
        act, "projects.prescription.answered", act.case.id, accepted=accepted,
        content={"reason": act.answers.get("reason")},
    )  # fmt: skip
    return {"prescription_accepted": accepted}


def keep_answers(act: Act) -> None:
    """Keep the answers of a step that no domain table holds."""
    if act.task is not None:
        tasks.keep_submission(act.work, act.task, act.answers)


def record_diagnostic(act: Act) -> Mapping[str, Routing]:
    """Keep the preliminary diagnostic as submitted; submitted again, it is another version."""
    work, answers = act.work, act.answers
    diagnostic = Diagnostic(
        id=new_id(),
        **stamp(act),
        **{name: coded(answers.get(name)) if isinstance(answers.get(name), str) else answers.get(name)
           for name in DIAGNOSED},
        prescriber_id=None if act.task is None else act.task.assignee_id,
        version=latest_version(work, act.case.id) + 1,
        advance_requested_cents=answers.get("advance_requested") or 0,
        financing_plan=plain_rows(answers.get("financing_plan")),
        has_interest=bool(answers.get("has_interest")),
    )  # fmt: skip
    work.database.add(diagnostic)
    if answers.get("schemes"):
        project_of(act).schemes = plain_rows(answers["schemes"])
    work.database.flush()
    work.database.add_all(
        SkillNeed(
            basin_id=act.case.basin_id,
            diagnostic_id=diagnostic.id,
            domain=str(coded(need["domain"])),
            description=need.get("description"),
            quarter_days=quarter_days(need["days"]) or 0,
        )
        for need in answers.get("needs") or ()
    )
    documents.attach(work, answers.get("attachments"), project_id=act.case.id, subject_id=diagnostic.id)
    record(
        act,
        "projects.diagnostic.recorded",
        diagnostic.id,
        version=diagnostic.version,
        opinion=diagnostic.opinion,
    )
    return {}


def latest_version(work: UnitOfWork, project_id: UUID) -> int:
    """The number of a project's last diagnostic; one put right keeps the number it was sent with."""
    found = sa.select(sa.func.max(Diagnostic.version)).where(Diagnostic.project_id == project_id)
    return work.connection.scalar(found) or 0


def count_of(work: UnitOfWork, table: type[Recorded], project_id: UUID) -> int:
    """How many records of a kind a project has."""
    return work.database.execute(
        sa.select(sa.func.count()).select_from(table).where(table.project_id == project_id)
    ).scalar_one()


def record_completeness(act: Act) -> Mapping[str, Routing]:
    """Say whether the file may go before the committee; a written consultation orders an expert's opinion."""
    project, answers = project_of(act), act.answers
    outcome = str(coded(answers["outcome"]))
    check = CompletenessCheck(
        id=new_id(),
        **stamp(act),
        turn=count_of(act.work, CompletenessCheck, act.case.id) + 1,
        outcome=outcome,
        missing=answers.get("missing"),
        note=answers.get("note"),
    )
    act.work.database.add(check)
    routing: dict[str, Routing] = {"completeness_outcome": outcome}
    if outcome == "complementary":
        routing["complementary_due_on"] = order_opinion(
            act, question=answers["question"], expert_id=answers["expert_id"],
            due_on=answers["complementary_due_on"], ordered_in="written_consultation",
        )  # fmt: skip
    statuses.move(act.work, project, STATUS_AFTER[outcome])
    record(
        act, "projects.completeness.checked", check.id, outcome=outcome,
        content={"missing": check.missing, "note": check.note},
    )  # fmt: skip
    return routing


def order_opinion(
    act: Act,
    *,
    question: str,
    expert_id: UUID,
    due_on: date,
    ordered_in: str,
    decision_id: UUID | None = None,
) -> str:
    """Order a complementary diagnostic of an expert, for a day; gives that day as routing (R18)."""
    organisation_id = organisation_of_expert(act.work, act.case.basin_id, expert_id, act.today)
    order = ComplementaryDiagnostic(
        id=new_id(),
        basin_id=act.case.basin_id,
        project_id=act.case.id,
        ordered_at=act.work.now,
        ordered_by=act.work.actor.person_id,
        ordered_in=ordered_in,
        decision_id=decision_id,
        instance_id=act.instance_id,
        question=question,
        expert_id=expert_id,
        expert_organisation_id=organisation_id,
        due_on=due_on,
    )
    act.work.database.add(order)
    holders.hold(
        act.work, role=Role.EXPERT, case_id=act.case.id, basin_id=act.case.basin_id, person_id=expert_id,
        organisation_id=organisation_id,
    )  # fmt: skip
    record(
        act, "projects.opinion.ordered", order.id, expert=expert_id, due_on=due_on,
        content={"question": question},
    )  # fmt: skip
    return due_on.isoformat()


def organisation_of_expert(work: UnitOfWork, basin_id: int, person_id: UUID, on: date) -> UUID | None:
    """The organisation for which an expert of the basin works, when it is known."""
    of_basin = assignments.of_basin(work, basin_id, on)
    known = [
        each.organisation_id for each in of_basin if each.person_id == person_id and each.organisation_id
    ]
    return known[0] if known else None


def opinion_awaited(work: UnitOfWork, project_id: UUID, instance_id: UUID) -> ComplementaryDiagnostic | None:
    """The complementary diagnostic that one of a project's processes ordered and does not have yet."""
    return work.database.scalars(
        sa.select(ComplementaryDiagnostic)
        .where(
            ComplementaryDiagnostic.project_id == project_id,
            ComplementaryDiagnostic.instance_id == instance_id,
            ComplementaryDiagnostic.recorded_at.is_(None),
        )
        .order_by(ComplementaryDiagnostic.ordered_at.desc())
        .limit(1)
    ).first()


def record_complementary_diagnostic(act: Act) -> Mapping[str, Routing]:
    """Keep the expert's opinion; the file goes to the next session."""
    answers = act.answers
    order = opinion_awaited(act.work, act.case.id, act.instance_id)
    if order is None:
        raise LookupError(f"no opinion was ordered on {act.case.reference}")
    order.findings = answers["findings"]
    order.recommendation = coded(answers["recommendation"])
    order.conditions = [row["text"] for row in answers.get("conditions") or ()]
    order.quarter_days = quarter_days(answers.get("days_spent"))
    order.occurred_on = act.occurred_on
    order.recorded_at = act.work.now
    order.recorded_by = act.work.actor.person_id
    order.on_behalf_of = act.work.on_behalf_of
    documents.attach(act.work, answers.get("attachments"), project_id=act.case.id, subject_id=order.id)
    ready_again(act)
    record(act, "projects.opinion.given", order.id, recommendation=order.recommendation)
    return {}


def record_completion(act: Act) -> Mapping[str, Routing]:
    """Keep what the prescriber brought after an adjournment; the file goes to the next session."""
    completion = FileCompletion(id=new_id(), **stamp(act), completion=act.answers["completion"])
    act.work.database.add(completion)
    documents.attach(
        act.work, act.answers.get("attachments"), project_id=act.case.id, subject_id=completion.id
    )
    ready_again(act)
    record(act, "projects.file.completed", completion.id, content={"completion": completion.completion})
    return {}


def ready_again(act: Act) -> None:
    """The file waits for a session again, unless the firm is labelled already and asks for more."""
    project = project_of(act)
    if project.effective_on is None:
        statuses.move(act.work, project, Status.READY_FOR_COMMITTEE)


def diagnostics(work: UnitOfWork, project_id: UUID) -> list[Diagnostic]:
    """Every version of a project's preliminary diagnostic, as put right since, the latest first."""
    return list(
        work.database.scalars(
            sa.select(Diagnostic)
            .where(Diagnostic.project_id == project_id, Diagnostic.struck_at.is_(None))
            .order_by(Diagnostic.version.desc())
        )
    )


def needs_of(work: UnitOfWork, diagnostic_id: UUID) -> list[SkillNeed]:
    """The needs in skills of a diagnostic."""
    return list(work.database.scalars(sa.select(SkillNeed).where(SkillNeed.diagnostic_id == diagnostic_id)))


def opinions(work: UnitOfWork, project_id: UUID) -> list[ComplementaryDiagnostic]:
    """The complementary diagnostics of a project, ordered or given, in order."""
    return list(
        work.database.scalars(
            sa.select(ComplementaryDiagnostic)
            .where(ComplementaryDiagnostic.project_id == project_id)
            .order_by(ComplementaryDiagnostic.ordered_at)
        )
    )


def completions(work: UnitOfWork, project_id: UUID) -> list[FileCompletion]:
    """What a project's prescriber brought after each adjournment, in order."""
    found = sa.select(FileCompletion).where(FileCompletion.project_id == project_id)
    return list(work.database.scalars(found.order_by(FileCompletion.recorded_at)))


def checks(work: UnitOfWork, project_id: UUID) -> Iterable[CompletenessCheck]:
    """What the officer found of the file, the latest first: a file sent back shows why."""
    return work.database.scalars(
        sa.select(CompletenessCheck)
        .where(CompletenessCheck.project_id == project_id)
        .order_by(CompletenessCheck.turn.desc())
    )


def summary_of(diagnostic: Diagnostic) -> dict[str, Any]:
    """What a new version of the diagnostic starts from: the one that was sent back."""
    kept = {name: getattr(diagnostic, name) for name in DIAGNOSED}
    return {
        **kept,
        "advance_requested": diagnostic.advance_requested_cents or None,
        "financing_plan": diagnostic.financing_plan,
        "has_interest": diagnostic.has_interest,
    }
