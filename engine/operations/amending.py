"""Amendments, from both sides: what the committee or the chair decided, and what the agreement says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.agreements import amended_facts, amendments, redrafting
from engine.agreements.amended_facts import TERMS, Decided
from engine.committee import decisions
from engine.projects import requests
from engine.projects.recording import coded, find
from engine.projects.routing import AMENDMENT_ROUTING
from engine.runtime import cases, instances, messages, tasks
from engine.runtime.models import Submission, Task
from forms import catalogue

if TYPE_CHECKING:
    from engine.agreements.differences import Change
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing, TaskView

FORM = "amendment_request"
# The chair has replaced the mandatary already (D19), and who signs is no decision of the committee's.
ALREADY_DECIDED = frozenset({"mandatary", "signatory"})


def request_amendment(work: UnitOfWork, project_id: UUID, answers: Mapping[str, Any]) -> UUID:
    """Ask for a change of an agreement in force (F11); the committee decides first where it must.

    Gives the process that it began. Raises `amendments.NotInForce`, `instances.CaseEnded`,
    `versions.NothingPublished`.
    """
    locked = cases.lock(work, project_id)
    instances.require_alive(locked)
    amendments.require_in_force(work, project_id)
    about = str(coded(answers["object"]))
    instance_id = messages.start_satellite(
        work, case_id=project_id, process=amendments.PROCESS,
        routing={**AMENDMENT_ROUTING, "amendment_decided": about in ALREADY_DECIDED},
    )  # fmt: skip
    work.flush()
    first = work.connection.scalars(
        sa.select(Task.id).where(Task.instance_id == instance_id, Task.closed_at.is_(None))
    ).one()
    asked = tasks.find(work, task_id=first).task
    tasks.keep_submission(work, replace(asked, form=FORM, form_number=catalogue.form(FORM).number), answers)
    work.record(
        "agreements.amendment.requested", chain=project_id, subject=instance_id,
        basin_id=find(work, project_id).basin_id, about=about,
        content={"what": answers["what"], "reason": answers["reason"]},
    )  # fmt: skip
    return instance_id


def request_of(work: UnitOfWork, instance_id: UUID) -> Mapping[str, Any] | None:
    """What was asked of the amendment that a process is about; None where nobody asked by a form."""
    kept = work.database.scalars(
        sa.select(Submission)
        .join(Task, Task.id == Submission.task_id)
        .where(Task.instance_id == instance_id, Submission.form == FORM)
    ).first()
    return None if kept is None else catalogue.from_json(FORM, kept.answers, kept.form_number)


def prepare_amendment(act: Act) -> Mapping[str, Routing]:
    """Draft the amendment from what was decided, or give it up.

    Raises `amendments.DecisionCancelled`, and what `amendments.prepare` raises.
    """
    if not act.answers["drop"] and is_cancelled(act.work, act.case.id, act.instance_id):
        raise amendments.DecisionCancelled
    return amendments.prepare(act, decided(act.work, act.case.id, act.instance_id))


def void_amendment(act: Act) -> Mapping[str, Routing]:
    """Void the amendment in signature, and say why: not signed, or not decided any more."""
    return amendments.void(act, is_cancelled=is_cancelled(act.work, act.case.id, act.instance_id))


def is_cancelled(work: UnitOfWork, case_id: UUID, instance_id: UUID) -> bool:
    """Whether the committee has cancelled what it decided of an amendment, for an interest (E17)."""
    found = decisions.latest(work, case_id, instance_id)
    return found is not None and found.reviewed == "cancelled"


def decided(work: UnitOfWork, case_id: UUID, instance_id: UUID) -> Decided:
    """What was decided in a process that amends, and by whom; nothing where no decision was asked for.

    One that the committee has cancelled since, for an interest declared too late, grants nothing (E17).
    """
    found = decisions.latest(work, case_id, instance_id)
    if found is None or found.signed_at is None or found.outcome not in decisions.APPROVING:
        return Decided()
    if found.reviewed == "cancelled":
        return Decided()
    is_request = requests.of_instance(work, instance_id) is not None
    return Decided(
        decision_id=found.id,
        number=found.number,
        decided_on=found.occurred_on,
        by_chair=found.chair_alone,
        adds=is_request,
        terms={} if is_request else {name: getattr(found, name) for name in TERMS},
    )


def foreseen(work: UnitOfWork, task: TaskView) -> list[Change]:
    """What the amendment that a task drafts would change, before the officer has said anything of it."""
    project = find(work, task.case_id)
    before = amended_facts.in_force(work, project.id)
    if before is None:
        return []
    found = decided(work, project.id, task.instance_id)
    return amended_facts.foreseen(work, project, before, found)


def redraft(act: Act) -> Mapping[str, Routing]:
    """Draw up again the text that a process has signed: the project's own agreement, or an amendment."""
    return redrafting.redraft(act) if act.instance_id == act.case.id else amendments.redraft(act)
