"""The files of a dossier: what was joined to it, for whom, each kept under the hash of its content."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.documents.store import DocumentNotFound, Store, digest_of
from engine.i18n import mark as _
from engine.people import basins, permissions
from engine.persistence import claims
from engine.persistence.base import new_id
from engine.projects import audiences
from engine.projects.models import Document
from engine.projects.recording import find, find_kept, stamped

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

__all__ = [
    "LARGEST",
    "DocumentNotFound",
    "Store",
    "add",
    "attach",
    "find_document",
    "is_free",
    "named_as",
    "of_project",
    "readable",
    "require_free",
    "type_of",
]

LARGEST = 10 * 1024 * 1024
LONGEST_NAME = 200

# What a file is, by its first bytes: what it says it is proves nothing.
SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
# What a name may end with: a machine opens a file by its name, whatever it holds.
ENDINGS = {"application/pdf": (".pdf",), "image/png": (".png",), "image/jpeg": (".jpg", ".jpeg")}


def add(
    work: UnitOfWork,
    store: Store,
    *,
    project_id: UUID,
    name: str,
    content: bytes,
    kind: str = "attachment",
    occurred_on: date | None = None,
    subject_id: UUID | None = None,
    audience: str = "committee",
) -> Document:
    """Add a file to a dossier: PDF, PNG or JPEG, by what it contains, ten megabytes at most.

    The content is written before the row: a row always finds its content, and a content whose row was
    rolled back is only a file nobody asks for. Raises `errors.InvalidAnswers` on `file`.
    """
    project = find_kept(work, project_id)
    clean = Path(name.replace("\\", "/")).name.strip()
    if not clean or len(clean) > LONGEST_NAME or not clean.isprintable():
        raise errors.InvalidAnswers({"file": [_("Donnez au fichier un nom de 200 caractères au plus.")]})
    content_type = type_of(content)
    clean = named_as(clean, content_type)
    claims.hold_name(work, digest_of(content), alone=False)  # What is being removed is written anew.
    document = Document(
        id=new_id(),
        **stamped(work, project_id, project.basin_id, occurred_on or basins.today(work, project.basin_id)),
        name=clean,
        kind=kind,
        audience=audience,
        content_type=content_type,
        size=len(content),
        content_hash=store.keep(content),
        subject_id=subject_id,
    )
    work.database.add(document)
    tell_added(work, document)
    return document


def add_again(work: UnitOfWork, document: Document) -> Document:
    """Add a document’s file to its dossier once more, to prove something else; its content is not read."""
    again = Document(
        id=new_id(),
        **stamped(work, document.project_id, document.basin_id, basins.today(work, document.basin_id)),
        name=document.name,
        kind=document.kind,
        audience=document.audience,
        content_type=document.content_type,
        size=document.size,
        content_hash=document.content_hash,
    )
    work.database.add(again)
    tell_added(work, again)
    return again


def tell_added(work: UnitOfWork, document: Document) -> None:
    """Write in the history that a document was added."""
    work.record(
        "projects.document.added", chain=document.project_id, subject=document.id,
        basin_id=document.basin_id, occurred_on=document.occurred_on, hash=document.content_hash,
        size=document.size, content={"name": document.name},
    )  # fmt: skip


def type_of(content: bytes) -> str:
    """What a content is. Raises `errors.InvalidAnswers` when it is none of what is accepted."""
    if len(content) > LARGEST:
        raise errors.InvalidAnswers({"file": [_("Ce fichier dépasse 10 Mo.")]})
    for start, content_type in SIGNATURES:
        if content.startswith(start):
            return content_type
    raise errors.InvalidAnswers({"file": [_("Ce fichier n’est ni un PDF, ni une image PNG ou JPEG.")]})


def named_as(name: str, content_type: str) -> str:
    """A name that ends as what the file is: « devis.html » that holds a PDF is « devis.html.pdf »."""
    endings = ENDINGS[content_type]
    return name if name.lower().endswith(endings) else name + endings[0]


def attach(
    work: UnitOfWork, document_ids: Iterable[UUID] | None, *, project_id: UUID, subject_id: UUID
) -> None:
    """Join documents of the dossier to what was just recorded; one that proves something is left to it."""
    wanted = list(document_ids or ())
    if wanted:
        work.database.execute(
            sa.update(Document)
            .where(Document.id.in_(wanted), Document.project_id == project_id, Document.subject_id.is_(None))
            .values(subject_id=subject_id)
        )


def find_document(work: UnitOfWork, document_id: UUID) -> Document:
    """A document of a dossier. Raises `DocumentNotFound`."""
    document = work.database.get(Document, document_id)
    if document is None:
        raise DocumentNotFound
    return document


def require_free(work: UnitOfWork, document_id: UUID, *, project_id: UUID) -> Document:
    """A document of a dossier that proves nothing yet, not struck out. Raises `DocumentNotFound`."""
    document = find_document(work, document_id)
    if document.project_id != project_id or not is_free(document):
        raise DocumentNotFound
    return document


def is_free(document: Document) -> bool:
    """Whether a document may still be joined to something: neither joined already nor struck out."""
    return document.subject_id is None and document.struck_at is None


def of_project(work: UnitOfWork, project_id: UUID) -> list[Document]:
    """The documents of a dossier, the latest first, struck-out ones too; not those that were erased."""
    return list(
        work.database.scalars(
            sa.select(Document)
            .where(Document.project_id == project_id, Document.content_hash != "")
            .order_by(Document.recorded_at.desc())
        )
    )


def readable(work: UnitOfWork, project_id: UUID) -> list[Document]:
    """The documents of a dossier that the actor may name: those for them, and those they added (D21)."""
    rights = permissions.permissions_of(work, work.actor.person_id)
    mine = audiences.of_rights(rights, basin_id=find(work, project_id).basin_id, case_id=project_id)
    return [
        each
        for each in of_project(work, project_id)
        if each.audience in mine or each.recorded_by == work.actor.person_id
    ]
