"""Copies signed on paper, brought back as scans: which text each is, and each signature it bears."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.agreements import signatories, signatures, standing
from engine.agreements.models import ANNEX, TO_SIGN, Agreement, Signature
from engine.documents.models import Paper
from engine.documents.store import digest_of
from engine.people import permissions
from engine.people.permissions import Permission
from engine.projects import documents
from engine.projects.models import Document

if TYPE_CHECKING:
    from engine.documents.store import Store
    from engine.documents.workshop import Inspected
    from engine.persistence.unit_of_work import UnitOfWork

KIND = "signed_scan"
CODE = "/papier/"
HEXADECIMAL = 32
MOST_PAGES = 20


class Unreadable(errors.InvalidAnswers):
    """Ce fichier est endommagé : numérisez l’exemplaire de nouveau."""


class Encrypted(errors.InvalidAnswers):
    """Ce fichier est chiffré : enregistrez-le sans mot de passe."""


class TooManyPages(errors.InvalidAnswers):
    """Ce fichier a plus de vingt pages : numérisez le seul exemplaire signé."""


class NoCode(errors.InvalidAnswers):
    """Aucun code n’a pu être lu ici : choisissez le texte, et joignez le fichier de nouveau."""


class OtherDocument(errors.Conflict):
    """Ce n’est pas le texte choisi : le code imprimé est celui de {number}, version {version}."""


class ReplacedVersion(errors.Conflict):
    """Cet exemplaire est la version {version} de {number} : elle a été annulée, et ne se signe plus."""


class NotBeingSigned(errors.Conflict):
    """Plus personne n’a à signer {number}, version {version}."""


class LineNotAwaited(errors.NotFound):
    """Cette signature n’est pas attendue sur ce texte."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A line that somebody still has to sign, and the task that its record completes."""

    signatory_id: UUID
    task_id: UUID
    capacity: str
    person_id: UUID
    organisation_id: UUID | None


def require_legible(inspected: Inspected) -> None:
    """Refuse what nobody could read later as the proof of anything.

    Raises `Encrypted`, `Unreadable`, `TooManyPages`, each on `file`.
    """
    for is_so, refusal in (
        (inspected.is_encrypted, Encrypted),
        (not inspected.is_readable, Unreadable),
        (inspected.pages > MOST_PAGES, TooManyPages),
    ):
        if is_so:
            raise refusal({"file": [errors.first_paragraph(refusal)]})


def recognise(work: UnitOfWork, inspected: Inspected) -> Agreement | None:
    """The text whose code is printed on a scan, whatever has become of it; None without one of ours."""
    for paper_id in filter(None, map(paper_of, inspected.codes)):
        found = work.database.scalars(
            sa.select(Agreement).join(Paper, Paper.subject_id == Agreement.id).where(Paper.id == paper_id)
        ).first()
        if found is not None:
            return found
    return None


def paper_of(code: str) -> UUID | None:
    """The paper that a code read on a page names: whichever address the installation had that day."""
    _before, mark, after = code.partition(CODE)
    try:
        return UUID(hex=after) if mark and len(after) == HEXADECIMAL else None
    except ValueError:
        return None


def text_of(work: UnitOfWork, inspected: Inspected, *, chosen_id: UUID | None = None) -> Agreement:
    """The text that a scan is a copy of: by its code, else as the officer chose by hand.

    Raises `Encrypted`, `Unreadable`, `TooManyPages`, `NoCode`, `OtherDocument`, `ReplacedVersion`,
    `NotBeingSigned`, and as `permissions.require` for a basin whose papers the actor does not attest.
    """
    require_legible(inspected)
    found = meant(work, inspected, chosen_id=chosen_id)
    read = recognise(work, inspected)
    if read is not None and issue_of(read) != issue_of(found):
        raise OtherDocument(number=read.number, version=read.version)
    require_awaited(work, found)
    return found


def meant(work: UnitOfWork, inspected: Inspected, *, chosen_id: UUID | None = None) -> Agreement:
    """The text that a scan is said to be of, by hand or by its code, whatever has become of it since.

    Raises `NoCode`, `LineNotAwaited`, and as `permissions.require`.
    """
    if chosen_id is not None:
        return find(work, chosen_id)
    found = recognise(work, inspected)
    if found is None:
        raise NoCode({"file": [errors.first_paragraph(NoCode)]})
    permissions.require(work, Permission.ATTEST_PAPER, basin_id=found.basin_id, case_id=found.project_id)
    return found


def find(work: UnitOfWork, text_id: UUID) -> Agreement:
    """A text that the actor may attest copies of. Raises `LineNotAwaited`, as `permissions.require`."""
    found = work.database.get(Agreement, text_id)
    if found is None:
        raise LineNotAwaited
    permissions.require(work, Permission.ATTEST_PAPER, basin_id=found.basin_id, case_id=found.project_id)
    return found


def issue_of(text: Agreement) -> tuple[UUID, int]:
    """What a text is signed with: an annex goes with the version of the agreement that it belongs to."""
    return (text.parent_id or text.id) if text.kind == ANNEX else text.id, text.version


def require_awaited(work: UnitOfWork, text: Agreement) -> None:
    """Refuse a text that is signed no more. Raises `ReplacedVersion`, `NotBeingSigned`."""
    if text.voided_at is not None:
        raise ReplacedVersion(number=text.number, version=text.version)
    if not awaited(work, text):
        raise NotBeingSigned(number=text.number, version=text.version)


def awaited(work: UnitOfWork, text: Agreement) -> list[Awaited]:
    """The lines of a text that somebody has yet to sign, in order.

    An agreement and its annex are two files: the operator, who signs the annex alone, is no line of the
    agreement. Whoever signs both has one line here, recorded on both by one act.
    """
    instance_id = standing.instance_of(text)
    own = {line.position for line in signatories.lines_of(work, text.id)}
    return [
        Awaited(line.id, task.id, line.capacity, line.person_id, line.organisation_id)
        for position, task in sorted(standing.open_tasks(work, text).items())
        if position in own
        for line in signatories.at(work, text.project_id, position, instance_id)[:1]
    ]


def being_signed(work: UnitOfWork) -> Iterator[Agreement]:
    """The texts being signed where the actor attests papers: what a scan without a code may be."""
    rights = permissions.permissions_of(work, work.actor.person_id)
    mine = rights.basins_with(Permission.ATTEST_PAPER)
    conditions: list[Any] = [
        Agreement.voided_at.is_(None),
        Agreement.state == TO_SIGN,
    ]
    if mine is not None:
        conditions.append(Agreement.basin_id.in_(mine))
    yield from work.database.scalars(
        sa.select(Agreement).where(*conditions).order_by(Agreement.number, Agreement.version)
    )


def keep(work: UnitOfWork, store: Store, text: Agreement, *, content: bytes, name: str) -> Document:
    """Keep a scan as a document of the project; the same one sent again is the document that is there.

    Raises `errors.InvalidAnswers` on `file`.
    """
    same = free_copy(work, text.project_id, digest_of(content))
    return same or documents.add(
        work, store, project_id=text.project_id, name=name, content=content, kind=KIND
    )


def scan_of(work: UnitOfWork, text: Agreement, document_id: UUID) -> Document:
    """A scan of the project of a text. Raises `documents.DocumentNotFound`."""
    found = documents.find_document(work, document_id)
    if found.project_id != text.project_id or found.kind != KIND:
        raise documents.DocumentNotFound
    return found


def free_copy(work: UnitOfWork, project_id: UUID, content_hash: str) -> Document | None:
    """A scan of a project with this very content, that proves nothing yet."""
    return work.database.scalars(
        sa.select(Document)
        .where(
            Document.project_id == project_id,
            Document.content_hash == content_hash,
            Document.kind == KIND,
            Document.subject_id.is_(None),
            Document.struck_at.is_(None),
        )
        .order_by(Document.recorded_at)
        .limit(1)
    ).first()


def record(
    work: UnitOfWork,
    *,
    text_id: UUID,
    signatory_id: UUID,
    document_id: UUID,
    signed_on: date,
    attested: bool,
) -> bool:
    """Record what a scan shows of one line, as the officer's act; False when this scan recorded it already.

    Each line is an act of its own, with its own copy of the scan: one may be struck out later, and not the
    others. Raises `LineNotAwaited`, `documents.DocumentNotFound`, as `find` and as
    `signatures.sign_on_paper`.
    """
    text = find(work, text_id)
    scan = scan_of(work, text, document_id)
    if is_recorded(work, signatory_id, scan.content_hash):
        return False
    line = next((each for each in awaited(work, text) if each.signatory_id == signatory_id), None)
    if line is None:
        raise LineNotAwaited
    copy = free_copy(work, text.project_id, scan.content_hash) or documents.add_again(work, scan)
    work.database.flush()
    signatures.sign_on_paper(
        work, task_id=line.task_id, signed_on=signed_on, document_id=copy.id, attested=attested
    )
    return True


def is_recorded(work: UnitOfWork, signatory_id: UUID, content_hash: str) -> bool:
    """Whether a line stands signed on this very scan."""
    statement = (
        sa.select(Signature.id)
        .join(Document, Document.id == Signature.document_id)
        .where(
            Signature.signatory_id == signatory_id,
            Signature.struck_at.is_(None),
            Document.content_hash == content_hash,
        )
    )
    return work.connection.execute(statement.limit(1)).first() is not None
