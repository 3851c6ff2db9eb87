"""The papers of a dossier: documents, notes and calls, the mails sent with what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

from flask import Response, render_template, request, url_for

from engine.documents import requests
from engine.i18n import mark as _
from engine.operations import paper_readers
from engine.outbox import mail_log
from engine.people import persons
from engine.people.permissions import Permission
from engine.projects import documents, everyday
from engine.projects.documents import DocumentNotFound
from engine.runtime import inbox
from forms import choices
from web import paper_files, spreadsheets, typography
from web import work as web_work
from web.auth import requires
from web.projects import words
from web.projects.access import open_file, reader_of
from web.projects.blueprint import pages
from web.projects.frame import File, frame, read_file

if TYPE_CHECKING:
    from engine.outbox.mail_log import LoggedMail
    from engine.projects.models import Document, Note, PhoneCall

SHOWN = 20  # The newest lines of each list; those before them are one link away.
WHOLE = "tous"  # In the address, the lists to show whole: « ?tous=notes ».
SECRET = ("code", "invitation")
LISTS = ("documents", "notes", "courriels")
PAPERS = (_("Date"), _("Nature"), _("Nom ou texte"), _("Par"), _("Visible par"), _("Barré"))
MAILS = (_("Courriel"), _("Tâche"), _("À"), _("Date"), _("Effet"), _("Compte rendu n°"))
KINDS = {"application/pdf": "PDF", "image/png": "PNG", "image/jpeg": "JPEG"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One list of the page: its newest lines or all, how many are left out, where it is shown otherwise."""

    name: str
    lines: Sequence[dict[str, Any]]
    left: int
    other_url: str | None
    newest: int = SHOWN


@pages.get("/projets/<uuid:project_id>/documents")
@requires(Permission.SEE_PROJECT)
def papers(project_id: UUID) -> str:
    """Show the documents, the notes and calls, and the mails of a dossier."""
    with web_work.start_reading() as work:
        file = read_file(work, project_id)
        kept, told = papers_of(file)
        mails = mails_of(file)
        made = made_of(file)
        head = frame(file, "projects.papers")
    return render_template(
        "projects/papers.html",
        **head,
        made=made,
        documents=listed("documents", kept, project_id),
        notes=listed("notes", told, project_id),
        mails=listed("courriels", mails, project_id),
        exports=spreadsheets.links("projects.export_papers", project_id=project_id) if kept or told else [],
        mail_exports=spreadsheets.links("projects.export_mails", project_id=project_id) if mails else [],
        shows_mails=file.reader.reads_words,
        note_url=address_if(file, "projects.ask_note"),
        call_url=address_if(file, "projects.ask_phone_call"),
        document_url=address_if(file, "projects.ask_document"),
    )


def made_of(file: File) -> list[paper_files.Line]:
    """The documents that the programme makes of a dossier, the latest first, those for its reader."""
    found = paper_readers.readable(file.work, requests.of_project(file.work, file.project.id))
    return [paper_files.line(file.work, each) for each in found]


def listed(name: str, lines: Sequence[dict[str, Any]], project_id: UUID) -> Listed:
    """The newest lines of a list, or all of them where the address asks; the other lists stay as they are."""
    whole = [each for each in dict.fromkeys(request.args.getlist(WHOLE)) if each in LISTS]
    if len(lines) <= SHOWN:
        return Listed(name, lines, 0, None)
    if name in whole:
        others = [each for each in whole if each != name]
        fewer = url_for("projects.papers", project_id=project_id, _anchor=name, tous=others)
        return Listed(name, lines, 0, fewer)
    more = url_for("projects.papers", project_id=project_id, _anchor=f"{name}-{SHOWN}", tous=[*whole, name])
    return Listed(name, lines[:SHOWN], len(lines) - SHOWN, more)


def papers_of(file: File) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The documents of a dossier, then its notes and calls, the latest first: those its reader may see."""
    work, project_id, audiences = file.work, file.project.id, file.reader.audiences
    kept = [each for each in documents.of_project(work, project_id) if each.audience in audiences]
    notes = everyday.notes(work, project_id, audiences=audiences)
    calls = everyday.calls(work, project_id, audiences=audiences)
    authors = [each.recorded_by for each in kept] + [each.recorded_by for each in notes]
    authors += [each.recorded_by for each in calls]
    people = persons.names(work, authors)
    told = [note_of(each, each.text, people) for each in notes] + [call_of(each, people) for each in calls]
    told.sort(key=lambda each: (each["on"], each["recorded_at"]), reverse=True)
    return [document_of(file, each, people) for each in kept], told


def mails_of(file: File) -> list[dict[str, Any]]:
    """The mails about a dossier, the latest first, for those who may read them."""
    if not file.reader.reads_words:
        return []
    mails = mail_log.sent_for_case(file.work, file.project.id)
    done = inbox.done_of_case(file.work, file.project.id)
    titles = {each.id: each.title for each in (*done, *file.tasks)}
    return [mail_of(each, titles) for each in reversed(mails) if each.kind not in SECRET]


@pages.get("/projets/<uuid:project_id>/documents.csv", defaults={"extension": "csv"})
@pages.get("/projets/<uuid:project_id>/documents.xlsx", defaults={"extension": "xlsx"})
@requires(Permission.SEE_PROJECT)
def export_papers(project_id: UUID, extension: spreadsheets.Format) -> Response:
    """The documents, notes and calls of a dossier as a file: those that this reader may see."""
    say = web_work.translated
    with web_work.start_reading() as work:
        file = read_file(work, project_id)
        kept, told = papers_of(file)
    rows = [
        (
            each["on"], say(each.get("title", _("Document"))), each.get("text", each.get("name")),
            each["who"], say(each["audience"]), say(_("oui")) if each["struck"] else "",
        )
        for each in (*kept, *told)
    ]  # fmt: skip
    header = [say(each) for each in PAPERS]
    return spreadsheets.answer(f"documents-{file.project.reference}", extension, header, rows)


@pages.get("/projets/<uuid:project_id>/courriels.csv", defaults={"extension": "csv"})
@pages.get("/projets/<uuid:project_id>/courriels.xlsx", defaults={"extension": "xlsx"})
@requires(Permission.SEE_PROJECT)
def export_mails(project_id: UUID, extension: spreadsheets.Format) -> Response:
    """The mails about a dossier as a file, for those who may read them; for others it is empty."""
    say, zone = web_work.translated, web_work.zone()
    with web_work.start_reading() as work:
        file = read_file(work, project_id)
        found = mails_of(file)
    rows = [
        (
            say(each["about"]), say(each["task"] or ""), each["to"],
            f"{each['at'].astimezone(zone):%Y-%m-%d %H:%M}", say(each["outcome"]), each["counts"],
        )
        for each in found
    ]  # fmt: skip
    header = [say(each) for each in MAILS]
    return spreadsheets.answer(f"courriels-{file.project.reference}", extension, header, rows)


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
    """The address of an act, for those who may do it, while something may still be written."""
    may = Permission.NOTE in file.reader.permissions and file.project.erased_at is None
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


def note_of(found: Note | PhoneCall, text: str, people: dict[UUID, str]) -> dict[str, Any]:
    """One note as a line, or a call by its summary."""
    return {
        "title": _("Note"),
        "text": text,
        "on": found.occurred_on,
        "recorded_at": found.recorded_at,
        "who": people.get(found.recorded_by),
        "audience": words.label(choices.Audience, found.audience),
        "struck": found.struck_at is not None,
    }


def call_of(found: PhoneCall, people: dict[UUID, str]) -> dict[str, Any]:
    """One call as a line."""
    outgoing = found.direction == "outgoing"
    title = _("Appel à {person}") if outgoing else _("Appel de {person}")
    said = web_work.translated(title, person=found.correspondent)
    return note_of(found, found.summary, people) | {"title": typography.elided(said, found.correspondent)}


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
