"""The small forms of pages' acts: what they ask, what was typed, and the same page again when refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Blueprint, g, request

from engine import errors
from engine.operations import page_context
from engine.projects import documents
from engine.projects.models import Document
from forms import catalogue, presentation
from web import errors as web_errors
from web import work as web_work

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.persistence.unit_of_work import UnitOfWork
    from forms.context import Context
    from forms.questions import Form

UPLOAD = "-upload"
TYPED_BY = "typed_by"
OURS = ("csrf_token", "key", TYPED_BY)

Messages = Mapping[str, Sequence[str]]
ShowAgain = Callable[[Mapping[str, object], Messages], str]


@dataclass(frozen=True, slots=True)
class PageForm:
    """One form of a page: which, in which basin, about which dossier."""

    key: str
    basin_id: int
    case_id: UUID | None = None

    @property
    def form(self) -> Form:
        """Its title, its introduction, the words of its button."""
        return catalogue.form(self.key)

    def context(self, work: UnitOfWork, *, showing: bool = True, **limits: object) -> Context:
        """What the form must know of its dossier or basin."""
        found = page_context(work, self.key, basin_id=self.basin_id, case_id=self.case_id, showing=showing)
        return replace(found, limits={**found.limits, **limits})

    def inputs(
        self,
        context: Context,
        values: Mapping[str, object] | None = None,
        messages: Messages | None = None,
    ) -> list[presentation.Input]:
        """Its controls, with what was typed and what is wrong with it."""
        return presentation.inputs(self.form, context, values, messages)

    def read(
        self, work: UnitOfWork, answers: Mapping[str, object] | None = None, **limits: object
    ) -> dict[str, Any]:
        """The clean answers of this request. Raises `catalogue.InvalidAnswers`."""
        typed = answers_sent() if answers is None else answers
        return dict(catalogue.load(self.key, typed, self.context(work, showing=False, **limits)))


def answers_sent() -> dict[str, object]:
    """What was typed, without what every form carries."""
    items = request.form.items(multi=True)
    return presentation.answers_of((name, value) for name, value in items if name not in OURS)


def keep_files(
    work: UnitOfWork, question: str, *, project_id: UUID, kind: str, audience: str = "committee"
) -> list[Document]:
    """Keep the files sent for a question as documents of the dossier, in the same act.

    Raises `errors.InvalidAnswers` on the question.
    """
    store = documents.Store(web_work.engine().documents)
    kept = []
    for file in request.files.getlist(f"{question}{UPLOAD}"):
        if not file.filename:
            continue
        try:
            kept.append(
                documents.add(
                    work, store, project_id=project_id, name=file.filename, content=file.stream.read(),
                    kind=kind, audience=audience,
                )
            )  # fmt: skip
        except errors.InvalidAnswers as refusal:
            raise errors.InvalidAnswers({question: list(refusal.messages["file"])}) from refusal
    return kept


def show_again_with(show: ShowAgain) -> None:
    """Say which page shows again what this request typed, if it is refused."""
    g.show_again = show


def register(pages: Blueprint) -> None:
    """Bring refused answers of a blueprint's forms back to their page: 422, nothing written, nothing lost."""
    pages.register_error_handler(catalogue.InvalidAnswers, refused)
    pages.register_error_handler(errors.InvalidAnswers, refused)


@web_errors.unless_hidden
def refused(error: catalogue.InvalidAnswers | errors.InvalidAnswers) -> Response | tuple[str, int]:
    """The same page with what was typed and what is to be corrected."""
    show: ShowAgain | None = g.get("show_again")
    if show is None:
        return web_errors.expected(error)
    messages = {path: [web_work.translated(text) for text in texts] for path, texts in error.messages.items()}
    return show(answers_sent(), messages), HTTPStatus.UNPROCESSABLE_ENTITY


def general(messages: Messages | None, inputs: Sequence[presentation.Input]) -> list[str]:
    """What is wrong with no control of the page in particular."""
    known = {each.name for each in inputs}
    return [
        text for path, texts in (messages or {}).items() if path.split("-")[0] not in known for text in texts
    ]
