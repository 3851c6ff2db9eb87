"""The papers of a dossier: documents, notes and calls, the mails sent with what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

from flask import Response, render_template, url_for

from engine.i18n import mark as _
from engine.outbox import mail_log
from engine.people import persons
from engine.people.permissions import Permission
from engine.projects import documents, everyday
from engine.projects.documents import DocumentNotFound
from engine.runtime import inbox
from forms import choices
from web import work as web_work
from web.auth import requires
from web.projects import words
from web.projects.access import open_file, reader_of
from web.projects.blueprint import pages
from web.projects.frame import File, frame, read_file

if TYPE_CHECKING:
    from engine.outbox.mail_log import LoggedMail
    from engine.projects.models import Document

SECRET = ("code", "invitation")
KINDS = {"application/pdf": "PDF", "image/png": "PNG", "image/jpeg": "JPEG"}


@pages.get("/projets/<uuid:project_id>/documents")
@requires(Permission.SEE_PROJECT)
def papers(project_id: UUID) -> str:
    """Show the documents, the notes and calls, and the mails of a dossier."""
    with web_work.start_reading() as work:
        file = read_file(work, project_id)
        audiences = file.reader.audiences
        kept = [each for each in documents.of_project(work, project_id) if each.audience in audiences]
        notes = everyday.notes(work, project_id, audiences=audiences)
        calls = everyday.calls(work, project_id, audiences=audiences)
        mails = mail_log.sent_for_case(work, project_id) if file.reader.reads_words else []
        people = persons.names(
            work,
            [each.recorded_by for each in kept]
            + [each.recorded_by for each in notes]
            + [each.recorded_by for each in calls],
        )
        titles = {each.id: each.title for each in (*inbox.done_of_case(work, project_id), *file.tasks)}
        head = frame(file, "projects.papers")
    return render_template(
        "projects/papers.html",
        **head,
        documents=[document_of(file, each, people) for each in kept],
        notes=sorted(
            [note_of(each, people) for each in notes] + [call_of(each, people) for each in calls],
            key=lambda each: (each["on"], each["recorded_at"]),
            reverse=True,
        ),
        mails=[mail_of(each, titles) for each in reversed(mails) if each.kind not in SECRET],
        shows_mails=file.reader.reads_words,
        note_url=address_if(file, "projects.ask_note"),
        call_url=address_if(file, "projects.ask_phone_call"),
        document_url=address_if(file, "projects.ask_document"),
    )


@pages.get("/projets/<uuid:project_id>/documents/<uuid:document_id>")
@requires(Permission.SEE_PROJECT)
def read_document(project_id: UUID, document_id: UUID) -> Response:
    """Send a document as an attachment, to those it is for. Raises `DocumentNotFound`."""
    with web_work.start_reading() as work:
        project = open_file(work, project_id)
        found = documents.find_document(work, document_id)
        if found.project_id != project_id or found.audience not in reader_of(project).audiences:
            raise DocumentNotFound
        content = documents.Store(web_work.engine().documents).read(found.content_hash)
        name, content_type = found.name, found.content_type
    response = Response(content, content_type=content_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


def address_if(file: File, endpoint: str) -> str | None:
    """The address of an act, for those who may do it."""
    may = Permission.NOTE in file.reader.permissions
    return url_for(endpoint, project_id=file.project.id) if may else None


def document_of(file: File, found: Document, people: dict[UUID, str]) -> dict[str, Any]:
    """One document as a line."""
    return {
        "name": found.name,
        "url": url_for("projects.read_document", project_id=file.project.id, document_id=found.id),
        "kind": KINDS.get(found.content_type, ""),
        "size": found.size,
        "on": found.occurred_on,
        "who": people.get(found.recorded_by),
        "audience": words.label(choices.Audience, found.audience),
        "struck": found.struck_at is not None,
    }


def note_of(found: Any, people: dict[UUID, str]) -> dict[str, Any]:
    """One note as a line."""
    return {
        "title": _("Note"),
        "text": found.text,
        "on": found.occurred_on,
        "recorded_at": found.recorded_at,
        "who": people.get(found.recorded_by),
        "audience": words.label(choices.Audience, found.audience),
        "struck": found.struck_at is not None,
    }


def call_of(found: Any, people: dict[UUID, str]) -> dict[str, Any]:
    """One call as a line."""
    outgoing = found.direction == "outgoing"
    title = _("Appel à {person}") if outgoing else _("Appel de {person}")
    return note_of(Told(found), people) | {"title": web_work.translated(title, person=found.correspondent)}


class Told:
    """A call read as a note: its summary is its text."""

    def __init__(self, call: Any) -> None:
        self._call = call

    def __getattr__(self, name: str) -> Any:
        return getattr(self._call, "summary" if name == "text" else name)


def mail_of(mail: LoggedMail, titles: dict[UUID, str]) -> dict[str, Any]:
    """One mail: about what, to whom, when it left or will, how it ended."""
    outcome, tone = words.outcome_of(mail)
    return {
        "about": words.MAILS.get(mail.kind, mail.kind),
        "task": titles.get(mail.task_id) if mail.task_id else None,
        "to": mail.recipient,
        "at": mail.sent_at or mail.failed_at or mail.send_after,
        "outcome": outcome,
        "tone": tone,
        "counts": mail.counts_for,
        "url": url_for("inbox.show_task", task_id=mail.task_id) if mail.task_id else None,
    }
