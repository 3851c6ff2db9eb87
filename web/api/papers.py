"""The papers of a project: documents and their content, notes and calls, the mails sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

from flask import Response, jsonify, url_for

from engine.i18n import mark as _
from engine.outbox import mail_log
from engine.people import persons
from engine.people.permissions import Permission
from engine.projects import documents, everyday, readers
from engine.projects.models import Document
from forms import choices
from web import work as web_work
from web.api import bodies, refusals, representations, writes
from web.api.bodies import Body, OneOf, Text
from web.api.endpoints import endpoint
from web.api.projects import readable

if TYPE_CHECKING:
    from engine.outbox.mail_log import LoggedMail
    from engine.persistence.unit_of_work import UnitOfWork

BYTES = "application/octet-stream"
# Their whole purpose is to let somebody in: they are told to nobody else.
SECRET = ("code", "invitation")


class NewDocument(Body):
    """What a file is called, and who reads it."""

    name = Text(required=True, longest=documents.LONGEST_NAME, shortest=1)
    audience = OneOf(
        tuple(str(each.value) for each in choices.Audience), load_default=choices.Audience.COMMITTEE.value
    )


@endpoint(
    "GET",
    "/projects/<uuid:project_id>/documents",
    title=_("Lister les documents d’un projet"),
    permission=Permission.SEE_PROJECT,
    answers={200: "DocumentList"},
    refusals=(404,),
)
def list_documents(project_id: UUID) -> Response:
    """List the documents that the bearer may read, the latest first, those struck out too."""
    with web_work.start_reading() as work:
        project = readable(work, project_id)
        mine = readers.of_actor(work, project)
        found = [each for each in documents.of_project(work, project_id) if each.audience in mine]
        people = persons.names(work, [each.recorded_by for each in found])
        items = [described(each, people) for each in found]
    return jsonify(items=items, next=None)


@endpoint(
    "POST",
    "/projects/<uuid:project_id>/documents",
    title=_("Ajouter un document à un projet"),
    note=_(
        "Le corps est le fichier : PDF, PNG ou JPEG, dix mégaoctets au plus. Son identifiant peut "
        "ensuite être joint à une réponse."
    ),
    permission=Permission.NOTE,
    query=NewDocument,
    body=None,
    media_type=BYTES,
    keyed=True,
    answers={201: "Document"},
    refusals=(403, 404, 409, 503),
)
def add_document(project_id: UUID, query: dict[str, Any]) -> Response:
    """Keep a file as a document of the project; answers to tasks may then name it."""
    content = bodies.read_bytes(documents.LARGEST)
    if not content:
        raise refusals.malformed(_("Le corps de la demande est vide : un fichier est attendu."))

    def kept(work: UnitOfWork) -> str:
        readable(work, project_id, Permission.NOTE)
        added = documents.add(
            work, documents.Store(web_work.engine().documents), project_id=project_id,
            name=query["name"], content=content, audience=query["audience"],
        )  # fmt: skip
        return url_for("api.read_document", project_id=project_id, document_id=added.id)

    write = writes.create(kept)
    with web_work.start_reading() as work:
        found = documents.find_document(work, write.made_id)
        return write.answer(jsonify(described(found, persons.names(work, [found.recorded_by]))))


@endpoint(
    "GET",
    "/projects/<uuid:project_id>/documents/<uuid:document_id>",
    title=_("Lire un document"),
    permission=Permission.SEE_PROJECT,
    answers={200: None},
    answer_type=BYTES,
    refusals=(404,),
)
def read_document(project_id: UUID, document_id: UUID) -> Response:
    """Send the content of a document, to those it is for. Raises `DocumentNotFound`."""
    with web_work.start_reading() as work:
        project = readable(work, project_id)
        found = documents.find_document(work, document_id)
        if found.project_id != project_id or found.audience not in readers.of_actor(work, project):
            raise documents.DocumentNotFound
        content = documents.Store(web_work.engine().documents).read(found.content_hash)
        name = found.name
    response = Response(content, content_type=BYTES)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response


@endpoint(
    "GET",
    "/projects/<uuid:project_id>/notes",
    title=_("Lister les notes et les appels d’un projet"),
    permission=Permission.SEE_PROJECT,
    answers={200: "NoteList"},
    refusals=(404,),
)
def list_notes(project_id: UUID) -> Response:
    """List the notes and the calls that the bearer may read, the latest first."""
    with web_work.start_reading() as work:
        mine = readers.of_actor(work, readable(work, project_id))
        found: list[Any] = [
            *everyday.notes(work, project_id, audiences=mine),
            *everyday.calls(work, project_id, audiences=mine),
        ]
        people = persons.names(work, [each.recorded_by for each in found])
    found.sort(key=lambda each: each.recorded_at, reverse=True)
    return jsonify(items=[noted(each, people) for each in found], next=None)


@endpoint(
    "GET",
    "/projects/<uuid:project_id>/mails",
    title=_("Lister les courriels d’un projet"),
    note=_("À qui, quand, et ce qu’il en fut ; pour l’opérateur et le comité."),
    permission=Permission.SEE_PROJECT,
    answers={200: "MailList"},
    refusals=(404,),
)
def list_mails(project_id: UUID) -> Response:
    """List what was sent about the project, the oldest first; nothing for who is not of the committee."""
    with web_work.start_reading() as work:
        project = readable(work, project_id)
        reads = readers.reads_words(readers.of_actor(work, project))
        found = mail_log.sent_for_case(work, project_id) if reads else []
    return jsonify(items=[mailed(each) for each in found if each.kind not in SECRET], next=None)


def described(found: Document, people: dict[UUID, str]) -> dict[str, Any]:
    """A document as the API shows it."""
    return {
        "id": str(found.id),
        "name": found.name,
        "kind": found.kind,
        "audience": found.audience,
        "content_type": found.content_type,
        "size": found.size,
        "content_hash": found.content_hash,
        "occurred_on": representations.day(found.occurred_on),
        "recorded_at": representations.instant(found.recorded_at),
        "recorded_by": people.get(found.recorded_by),
        "struck_at": representations.maybe_instant(found.struck_at),
    }


def noted(found: Any, people: dict[UUID, str]) -> dict[str, Any]:
    """A note or a call as the API shows it."""
    is_call = hasattr(found, "summary")
    return {
        "id": str(found.id),
        "kind": "phone_call" if is_call else "note",
        "text": found.summary if is_call else found.text,
        "correspondent": found.correspondent if is_call else None,
        "audience": found.audience,
        "occurred_on": representations.day(found.occurred_on),
        "recorded_at": representations.instant(found.recorded_at),
        "recorded_by": people.get(found.recorded_by),
        "struck_at": representations.maybe_instant(found.struck_at),
    }


def mailed(found: LoggedMail) -> dict[str, Any]:
    """A mail as the API shows it."""
    return {
        "kind": found.kind,
        "recipient": found.recipient,
        "task_id": representations.identifier(found.task_id),
        "counts_for": found.counts_for,
        "send_after": representations.instant(found.send_after),
        "sent_at": representations.maybe_instant(found.sent_at),
        "outcome": found.outcome,
    }
