"""Read what a task's page sends: answers, files, on which day, in whose name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request

from engine import errors
from engine.i18n import mark as _
from engine.projects import documents
from engine.runtime import tasks
from forms import catalogue, presentation
from forms.context import Context
from web import work as web_work

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage

    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import TaskView

OURS = ("csrf_token", "key", "occurred_on", "late_reason", "on_behalf_of")
UPLOAD = "-upload"
TOO_LONG = _("{length} caractères : {longest} au plus.")


@dataclass(frozen=True, slots=True)
class Sent:
    """One sending of a task's form."""

    answers: dict[str, object]
    dated: dict[str, str]

    @property
    def on_behalf_of(self) -> UUID | None:
        """For whom the officer acts. Raises `errors.InvalidAnswers`."""
        return identifier(self.dated["on_behalf_of"], "on_behalf_of")

    @property
    def occurred_on(self) -> date | None:
        """The day it happened, when it is not today. Raises `errors.InvalidAnswers`."""
        text = self.dated["occurred_on"].strip()
        try:
            return date.fromisoformat(text) if text else None
        except ValueError as error:
            raise errors.InvalidAnswers({"occurred_on": [_("Donnez une date comme 2026-11-12.")]}) from error

    @property
    def late_reason(self) -> str | None:
        """Why the act comes before its task. Raises `errors.InvalidAnswers` when it is too long."""
        text = self.dated["late_reason"].strip()
        if len(text) > tasks.LONGEST_REASON:
            said = web_work.translated(TOO_LONG, length=len(text), longest=tasks.LONGEST_REASON)
            raise errors.InvalidAnswers({"late_reason": [said]})
        return text or None


def sent() -> Sent:
    """What this request sends."""
    typed = request.form.items(multi=True)
    answers = presentation.answers_of((name, value) for name, value in typed if name not in OURS)
    plain = {name: request.form.get(name, "").replace("\0", "") for name in OURS}
    return Sent(answers, plain)


def identifier(text: str, name: str) -> UUID | None:
    """An identifier, or nothing for an empty text. Raises `errors.InvalidAnswers` on `name`."""
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise errors.InvalidAnswers({name: [_("Choisissez l’une des réponses proposées.")]}) from error


def uploaded(name: str) -> list[FileStorage]:
    """The files sent for a question; an empty control sends one without a name."""
    return [file for file in request.files.getlist(f"{name}{UPLOAD}") if file.filename]


def has_files() -> bool:
    """Whether this request carries files."""
    return any(file.filename for file in request.files.values())


def with_files(work: UnitOfWork, view: TaskView, answers: dict[str, object]) -> dict[str, object]:
    """The answers with what was uploaded: each file is first a document of the dossier, in the same act.

    Raises `errors.InvalidAnswers` under the question's name.
    """
    questions = catalogue.form(view.form).questions(Context()).asked()
    found = dict(answers)
    for name, question in questions.items():
        if question.kind == "file" and uploaded(name):
            known = found.get(name, [])
            kept = [known] if isinstance(known, str) else list(known) if isinstance(known, list) else []
            found[name] = [*kept, *(str(each) for each in stored(work, view, name))]
    return found


def stored(work: UnitOfWork, view: TaskView, name: str) -> list[UUID]:
    """Keep the files of one question; the identifiers of their documents."""
    store = documents.Store(web_work.engine().documents)
    with errors_under(name):
        return [
            documents.add(
                work, store, project_id=view.case_id, name=file.filename or "", content=file.stream.read(),
                kind=view.form,
            ).id
            for file in uploaded(name)
        ]  # fmt: skip


@contextmanager
def errors_under(name: str) -> Iterator[None]:
    """Say under a question's own name what is wrong with its files."""
    try:
        yield
    except errors.InvalidAnswers as error:
        told = [text for texts in error.messages.values() for text in texts]
        raise errors.InvalidAnswers({name: told}) from error
