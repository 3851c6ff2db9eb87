"""What a basin asks besides the programme: its own steps, and its own questions on any form."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import i18n
from engine.projects import documents
from engine.projects.recording import record
from engine.runtime import tasks
from engine.runtime.models import Submission, Task
from forms import basin_steps, catalogue, extras, fields
from forms.choices import Coded
from forms.context import Context

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Act, Routing
    from forms.context import Question

# What is asked in these is asked for the committee to decide.
BEFORE_THE_COMMITTEE = frozenset({"appraisal", "complementary", "completion"})


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer as people read it; `stored` is its value as JSON has it."""

    name: str
    label: str
    text: str
    stored: Any


@dataclass(frozen=True, slots=True)
class Given:
    """What was answered at one step: to a basin's own form (`is_step`), or to its questions on another."""

    task_id: UUID
    case_id: UUID
    process: str
    step: str
    title: str
    form: str
    is_step: bool
    occurred_on: date | None
    by: UUID | None
    on_behalf_of: UUID | None
    answers: tuple[Answered, ...]


def record_basin_step(act: Act) -> Mapping[str, Routing]:
    """Keep the answers of a step that a basin added, as they were given: they decide nothing.

    The history says that it was done; what was written is with the answers.
    """
    if act.task is not None:
        tasks.keep_submission(act.work, act.task, act.answers)
        documents.attach(
            act.work, act.answers.get("attachments"), project_id=act.case.id, subject_id=act.task.id
        )
        record(act, "projects.basin_step.recorded", act.task.id, process=act.task.process, step=act.step)
    return {}


def of_projects(work: UnitOfWork, project_ids: Collection[UUID], *, locale: str) -> dict[UUID, list[Given]]:
    """What basins asked of some projects besides the programme, in order: one statement for all of them.

    Whoever shows it asks `readers` first: it is for the committee and the operator.
    """
    if not project_ids:
        return {}
    rows = work.database.execute(
        sa.select(Submission, Task)
        .join(Task, Task.id == Submission.task_id)
        .where(
            Submission.case_id.in_(list(project_ids)),
            sa.or_(Submission.extras.is_not(sa.null()), Submission.form.in_(sorted(basin_steps.KEYS))),
        )
        .order_by(Submission.recorded_at, Submission.id)
    )
    found: dict[UUID, list[Given]] = {}
    for kept, task in rows:
        found.setdefault(kept.case_id, []).append(given(kept, task, locale))
    return found


def of_project(work: UnitOfWork, project_id: UUID, *, locale: str) -> list[Given]:
    """What a basin asked of a project besides the programme, in order; see `of_projects`."""
    return of_projects(work, [project_id], locale=locale).get(project_id, [])


def given(kept: Submission, task: Task, locale: str) -> Given:
    """What was answered at one step, in words."""
    questions = extras.kept(kept.questions) if kept.questions else ()
    context = Context(
        questions=questions,
        locale=locale,
        translate=lambda text, **values: i18n.translate(text, locale, **values),
    )
    is_step = kept.form in basin_steps.KEYS
    own = of_form(kept, context) if is_step else ()
    return Given(
        kept.task_id, kept.case_id, task.process, task.step, task.title, task.form, is_step,
        task.occurred_on, task.closed_by, task.on_behalf_of,
        (*own, *of_questions(questions, kept.extras or {}, context)),
    )  # fmt: skip


def of_form(kept: Submission, context: Context) -> Iterator[Answered]:
    """The answers to the form of a basin's step; its documents are with those of the project."""
    clean = catalogue.from_json(kept.form, kept.answers, kept.form_number)
    stored = catalogue.to_json(clean)
    for name, field in catalogue.form(kept.form).questions(Context()).asked().items():
        if not isinstance(field, fields.Files) and not field.is_empty(clean[name]):
            yield Answered(name, context.say(field.label), written(clean[name], context), stored[name])


def written(clean: Any, context: Context) -> str:
    """An answer to a form of ours as people read it."""
    if isinstance(clean, Coded):
        return context.say(clean.label)
    return extras.long_date(clean, context) if isinstance(clean, date) else str(clean)


def of_questions(
    questions: Collection[Question], stored: Mapping[str, Any], context: Context
) -> Iterator[Answered]:
    """The answers to a basin's questions, as they were asked then; those left empty are left out."""
    for question in questions:
        value = stored.get(question.name)
        text = extras.spoken(question, value, context)
        if text:
            yield Answered(question.name, context.say(question.label), text, value)
