"""Move one locked project, with all that stands beside it, to another version; and what was there before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine import errors
from engine.i18n import mark as _
from engine.persistence.base import table_of
from engine.registry import versions
from engine.runtime import advance, cases, opening
from engine.runtime.models import Task
from engine.spiff import rebind
from engine.spiff.comparing import Refusal
from forms import extras

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.cases import InstanceState, LockedCase
    from engine.spiff.parser import Specification

CHANGED = "runtime.version.changed"

ENDED = _("Ce projet s’est terminé entre-temps : il n’a plus rien à changer.")
ALREADY = _("Ce projet est déjà sur cette version.")
NO_PROCESS = _("Cette version n’a pas le processus « {process} », que ce projet suit.")

instance = cases.instance
task = table_of(Task)
OPEN_TASKS = sa.select(task.c.id, task.c.title, task.c.search_text, task.c.version_id,
                       task.c.questions, task.c.process, task.c.step, task.c.instance_id).where(
    task.c.case_id == bindparam("case"), task.c.closed_at.is_(None)
)  # fmt: skip
GO_TO_VERSION = (
    sa.update(instance).where(instance.c.id == bindparam("key")).values(version_id=bindparam("now_on"))
)
FOLLOW = (
    sa.update(task)
    .where(task.c.id == bindparam("key"))
    .values(
        version_id=bindparam("now_on"),
        title=bindparam("called"),
        search_text=bindparam("words"),
        questions=bindparam("asked", type_=task.c.questions.type),
    )
)


class NotRunning(errors.Conflict):
    """Ce projet n’a plus à changer de version."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.told())
        self.why = why


@dataclass(frozen=True, slots=True)
class Step:
    """One instance of a project, and the version it is to go to."""

    state: InstanceState
    old: Specification
    new: Specification
    version_id: UUID


def require_running(locked: LockedCase, version_id: UUID) -> None:
    """Refuse a project that has ended, or is where it is to go. Raises `NotRunning`."""
    if locked.root.ended_at is not None:
        raise NotRunning(Refusal(ENDED))
    if locked.case.version_id == version_id:
        raise NotRunning(Refusal(ALREADY))


def steps(work: UnitOfWork, locked: LockedCase, version_id: UUID) -> list[Step]:
    """Give what has to move: the root and what stands beside it, but for what stays on the reference.

    A process that the basin's version was published without runs on the reference, before and after.
    Raises `rebind.CannotMove` when the version has not the project's own process.
    """
    if not versions.has(work, version_id=version_id, process=locked.root.process):
        raise rebind.CannotMove((Refusal(NO_PROCESS, {"process": locked.root.process}),))
    cases.satellites(work, locked)
    found = []
    for state in locked.instances():
        target = versions.holding(work, version_id=version_id, process=state.process)
        if target != state.version_id:
            old, new = (
                versions.specification(work, version_id=each, process=state.process)
                for each in (state.version_id, target)
            )
            found.append(Step(state, old, new, target))
    return found


def move_case(work: UnitOfWork, locked: LockedCase, version_id: UUID) -> dict[str, Any]:
    """Move a locked project as a whole, its open tasks with it; gives what was there before.

    Ids, drafts, due days and armed dates are as they were; a suspended project stays suspended, and one
    held by an incident stays held. Raises `NotRunning`, and `rebind.CannotMove` with the refusals of all.
    """
    require_running(locked, version_id)
    moving = steps(work, locked, version_id)
    results = moved(work, locked, moving)
    tasks = work.connection.execute(OPEN_TASKS, {"case": locked.case.id}).all()
    before = what_is_there(moving, tasks)
    for step, result in zip(moving, results, strict=True):
        advanced, state = result.advanced, step.state
        state.state, state.marking, state.due_at = advanced.state, advanced.marking, advanced.due_at
        state.awaited, state.version_id, state.is_changed = advanced.awaited, step.version_id, True
    work.write(GO_TO_VERSION, [{"key": each.state.id, "now_on": each.version_id} for each in moving])
    work.write(FOLLOW, followed(locked, moving, tasks))
    locked.case = replace(locked.case, version_id=version_id)
    return before


def moved(work: UnitOfWork, locked: LockedCase, moving: Sequence[Step]) -> list[rebind.Moved]:
    """Give where each instance will stand. Raises `rebind.CannotMove` with what keeps any of them back."""
    results: list[rebind.Moved] = []
    refusals: list[Refusal] = []
    today = work.today(locked.case.zone)
    for step in moving:
        host = advance.Advance(work, work.domain, locked, step.state, today)
        try:
            results.append(rebind.move(step.old, step.new, step.state.marking, host))
        except rebind.CannotMove as refusal:
            refusals += refusal.refusals
    if refusals:
        raise rebind.CannotMove(tuple({each.told(): each for each in refusals}.values()))
    return results


def followed(locked: LockedCase, moving: Sequence[Step], tasks: Sequence[Any]) -> list[dict[str, Any]]:
    """Give the rows of the open tasks that move: each bears the new name and asks the new questions.

    A title that was made for the person asked stays.
    """
    by_instance = {each.state.id: each for each in moving}
    rows = []
    for row in tasks:
        step = by_instance.get(row.instance_id)
        if step is None:
            continue
        element = row.process, row.step
        is_named_by_step = row.title == step.old.steps[element].name
        title = step.new.steps[element].name if is_named_by_step else row.title
        words = opening.searched(title, locked.case) if title != row.title else row.search_text
        asked = [extras.as_mapping(each) for each in step.new.steps[element].questions] or None
        rows.append(
            {"key": row.id, "now_on": step.version_id, "called": title, "words": words, "asked": asked}
        )
    return rows


def what_is_there(moving: Sequence[Step], tasks: Sequence[Any]) -> dict[str, Any]:
    """Give what is to be put back if the change is undone, as plain values."""
    ids = {each.state.id for each in moving}
    return {
        "instances": [
            {
                "id": str(each.state.id),
                "version_id": str(each.state.version_id),
                "state": each.state.state,
                "marking": each.state.marking,
                "awaited": sorted(each.state.awaited),
                "due_at": each.state.due_at.isoformat() if each.state.due_at else None,
            }
            for each in moving
        ],
        "tasks": [
            {"id": str(row.id), "version_id": str(row.version_id), "title": row.title,
             "search_text": row.search_text, "questions": row.questions}
            for row in tasks
            if row.instance_id in ids
        ],
    }  # fmt: skip


def told(refusals: Sequence[Refusal]) -> list[dict[str, Any]]:
    """Give sentences as a line keeps them."""
    return [{"text": each.template, "values": dict(each.values)} for each in refusals]


def read_told(kept: Sequence[Mapping[str, Any]]) -> tuple[Refusal, ...]:
    """Give back the sentences that a line keeps."""
    return tuple(Refusal(each["text"], each["values"]) for each in kept)
