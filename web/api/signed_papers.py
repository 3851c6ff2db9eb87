"""Documents that the programme makes, and what is signed: read, checked, brought back signed on paper."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

from flask import Response, jsonify, url_for

from engine import clock, errors
from engine.agreements import amendment_wording, known_papers, scans, standing
from engine.agreements import papers as signed
from engine.agreements.signatures import FORM
from engine.documents import requests
from engine.escalation import elsewhere
from engine.i18n import mark as _
from engine.operations import paper_readers
from engine.people import basins, organisations, persons
from engine.people.permissions import Permission
from engine.projects import documents
from web import auth
from web import work as web_work
from web.api import bodies, refusals, representations, writes
from web.api.bodies import Body, Identifier, Text
from web.api.endpoints import endpoint
from web.api.projects import readable

if TYPE_CHECKING:
    from engine.agreements.known_papers import Known, Verdict
    from engine.agreements.models import Agreement
    from engine.agreements.standing import Issue, Line
    from engine.documents.models import Paper
    from engine.documents.workshop import Inspected
    from engine.escalation.elsewhere import Elsewhere
    from engine.persistence.unit_of_work import UnitOfWork

BYTES = "application/octet-stream"


class NotMadeYet(errors.Conflict):
    """Ce document se prépare : demandez-le de nouveau dans quelques secondes."""

    retry_after = 5


class ScanSent(Body):
    """How a scan is called, and the text that it is a copy of where its code cannot be read."""

    name = Text(required=True, longest=documents.LONGEST_NAME, shortest=1)
    text_id = Identifier()


@endpoint(
    "GET",
    "/papers/<uuid:paper_id>",
    title=_("Lire l’état d’un document établi par le programme"),
    permission=Permission.SEE_PROJECT,
    answers={200: "Paper"},
    refusals=(404,),
)
def read_paper(paper_id: UUID) -> Response:
    """Say how far a document is, to those it is for."""
    with web_work.start_reading() as work:
        return jsonify(described(work, paper_readers.require_readable(work, paper_id)))


@endpoint(
    "GET",
    "/papers/<uuid:paper_id>/content",
    title=_("Lire un document établi par le programme"),
    permission=Permission.SEE_PROJECT,
    answers={200: None},
    answer_type=BYTES,
    refusals=(404, 409),
)
def read_paper_content(paper_id: UUID) -> Response:
    """Send the file of a document, to those it is for. Raises `NotMadeYet`."""
    with web_work.start_reading() as work:
        found = paper_readers.require_readable(work, paper_id)
    if found.content_hash is None:
        raise NotMadeYet
    response = Response(web_work.engine().store.read(found.content_hash), content_type=BYTES)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    return response


def described(work: UnitOfWork, found: Paper) -> dict[str, Any]:
    """A document as the API shows it."""
    return {
        "id": str(found.id),
        "kind": found.kind,
        "name": found.name,
        "version": found.version,
        "language": found.locale,
        "progress": requests.progress(work, found).value,
        "requested_at": representations.instant(found.requested_at),
        "made_at": representations.maybe_instant(found.made_at),
        "content_hash": found.content_hash,
        "size": found.size,
        "pages": found.pages,
        "standard": found.standard,
        "is_specimen": found.is_specimen,
        "is_sealed": found.sealed_by is not None,
        "is_timestamped": found.timestamped,
    }


@endpoint(
    "GET",
    "/projects/<uuid:project_id>/agreements",
    title=_("Lire ce qu’un projet a signé, ou doit signer"),
    note=_(
        "La convention avec son annexe, puis chaque avenant : les textes, et ligne par ligne qui a signé."
    ),
    permission=Permission.SEE_PROJECT,
    answers={200: "AgreementList"},
    refusals=(404,),
)
def list_agreements(project_id: UUID) -> Response:
    """List the texts of a project, who has signed them and who is waited for, since when."""
    with web_work.start_reading() as work:
        project = readable(work, project_id)
        issues = standing.of_project(work, project_id)
        waiting = elsewhere.of_form(work, project_id, FORM, basins.today(work, project.basin_id))
        zone = basins.zone_of(work, project.basin_id)
        lines = [line for each in issues for line in each.lines]
        people = persons.names(work, [line.person_id for line in lines])
        firms = organisations.names(work, {line.organisation_id for line in lines if line.organisation_id})
    return jsonify(items=[
        issued(each) | {"lines": [lined(line, waiting, people, firms, zone) for line in each.lines]}
        for each in issues
    ])  # fmt: skip


def issued(issue: Issue) -> dict[str, Any]:
    """What is signed together, without its lines."""
    changes = [
        amendment_wording.difference(each, web_work.locale()) for each in signed.changes_of(issue.text)
    ]
    return {
        "text": worded(issue.text),
        "beside": [worded(each) for each in issue.beside],
        "earlier": [worded(each) for each in issue.earlier],
        "changes": [{"label": each.label, "before": each.before, "after": each.after} for each in changes],
    }


def worded(text: Agreement) -> dict[str, Any]:
    """A version of a text: its words, what a signature on it binds, its files."""
    return {
        "id": str(text.id),
        "kind": text.kind,
        "number": text.number,
        "version": text.version,
        "state": text.state,
        "prepared_on": representations.day(text.prepared_on),
        "effective_on": representations.day(text.effective_on),
        "voided_at": representations.maybe_instant(text.voided_at),
        "language": text.locale,
        "digest": text.file_hash or text.text_hash,
        "words": text.body,
        "paper_id": representations.identifier(text.paper_id),
        "envelope_id": representations.identifier(text.envelope_id),
    }


def lined(
    line: Line, waiting: dict[UUID, Elsewhere], people: dict[UUID, str], firms: dict[UUID, str], zone: Any
) -> dict[str, Any]:
    """One line: whose it is, what has become of it, when they were last written to."""
    given = line.signature
    found = waiting.get(line.task_id) if line.task_id else None
    written_at = found.written_at if found else None
    return {
        "id": str(line.id),
        "position": line.position,
        "capacity": line.capacity,
        "person": people.get(line.person_id),
        "organisation": firms.get(line.organisation_id) if line.organisation_id else None,
        "way": line.way,
        "state": line.state.value,
        "task_id": representations.identifier(line.task_id),
        "since": representations.day(line.since),
        "signed_on": representations.day(given.signed_on if given else None),
        "refused_on": representations.day(given.refused_on if given else None),
        "mode": given.mode if given else None,
        "attested": given is not None and given.attested,
        "last_mail_on": representations.day(clock.local_date(written_at, zone) if written_at else None),
    }


@endpoint(
    "POST",
    "/validate",
    title=_("Vérifier un document"),
    note=_(
        "Le corps est le fichier, dix mégaoctets au plus. Il n’est pas gardé ; aucun jeton n’est demandé."
    ),
    public=True,
    body=None,
    media_type=BYTES,
    answers={200: "Verdict"},
    refusals=(422, 429, 503),
)
@auth.costly
def validate_file() -> Response:
    """Say whether a file is intact, and what of ours it is, or holds."""
    content = file_sent()
    inspected = looked_into(content)
    digest = hashlib.sha256(content).hexdigest()
    with web_work.start_reading() as work:
        verdict = known_papers.judge(work, digest, inspected)
    return jsonify(judged(verdict) | {"content_hash": digest})


def file_sent() -> bytes:
    """The file that is the body. Raises 413 and 400 refusals, `errors.InvalidAnswers` on `file`."""
    content = bodies.read_bytes(documents.LARGEST)
    if not content:
        raise refusals.malformed(_("Le corps de la demande est vide : un fichier est attendu."))
    documents.type_of(content)
    return content


def looked_into(content: bytes) -> Inspected:
    """What is inside a file. Raises `errors.Unavailable` where this installation cannot look."""
    workshop = web_work.engine().workshop
    if workshop is None:
        raise errors.Unavailable
    return workshop.inspect(content)


def judged(verdict: Verdict) -> dict[str, Any]:
    """A verdict as the API shows it."""
    seal = verdict.seal
    return {
        "finding": verdict.finding.value,
        "known": told(verdict.known) if verdict.known else None,
        "seal": {
            "by": seal.by,
            "at": representations.maybe_instant(seal.at),
            "is_whole": seal.is_whole,
            "is_timestamped": seal.timestamped,
        }
        if seal
        else None,
    }


def told(known: Known) -> dict[str, Any]:
    """What a file of ours is."""
    return {
        "kind": known.kind,
        "name": known.name,
        "number": known.number,
        "version": known.version,
        "latest_version": known.latest_version,
        "standing": known.standing.value if known.standing else None,
        "effective_on": representations.day(known.effective_on),
        "made_at": representations.maybe_instant(known.made_at),
    }


@endpoint(
    "POST",
    "/scans",
    title=_("Envoyer la numérisation d’un exemplaire signé"),
    note=_(
        "Le corps est le fichier. Le code imprimé dit de quel texte il s’agit ; chaque signature "
        "s’enregistre ensuite par « sign-on-paper » sur sa tâche ; "
        "renvoyez le fichier pour la signature suivante."
    ),
    permission=Permission.ATTEST_PAPER,
    query=ScanSent,
    body=None,
    media_type=BYTES,
    keyed=True,
    answers={201: "Scan"},
    refusals=(403, 404, 409, 503),
)
def send_scan(query: dict[str, Any]) -> Response:
    """Recognise a scan and keep it in its project; say which lines its text still waits for."""
    content = file_sent()
    inspected = looked_into(content)
    chosen = query.get("text_id")

    def kept(work: UnitOfWork) -> str:
        text = scans.text_of(work, inspected, chosen_id=chosen)
        scan = scans.keep(work, web_work.engine().store, text, content=content, name=query["name"])
        return url_for("api.read_document", project_id=text.project_id, document_id=scan.id)

    write = writes.create(kept)
    with web_work.start_reading() as work:
        text = scans.meant(work, inspected, chosen_id=chosen)
        awaited = scans.awaited(work, text)
        people = persons.names(work, [each.person_id for each in awaited])
    return write.answer(jsonify(
        document_id=str(write.made_id), text_id=str(text.id), kind=text.kind, number=text.number,
        version=text.version,
        lines=[
            {"task_id": str(each.task_id), "signatory_id": str(each.signatory_id), "capacity": each.capacity,
             "person": people.get(each.person_id)}
            for each in awaited
        ],
    ))  # fmt: skip
