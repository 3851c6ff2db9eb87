"""What a file is, from its bytes or from the code printed on it: which text, which version, if in force."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.agreements import drafting
from engine.agreements.models import Agreement
from engine.documents import requests

if TYPE_CHECKING:
    from engine.documents.models import Paper
    from engine.documents.workshop import Inspected, SignatureFound
    from engine.persistence.unit_of_work import UnitOfWork


class Standing(enum.StrEnum):
    """Where a text to sign stands."""

    BEING_SIGNED = "being_signed"
    IN_FORCE = "in_force"
    REPLACED = "replaced"  # A later version was drawn up.
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Known:
    """A file of ours: no name of anybody, nothing of what it says."""

    kind: str  # A kind of paper: « agreement », « envelope », « minutes »…
    name: str  # As it is downloaded, without its ending.
    number: str | None  # Of a text to sign only, with its version and where it stands.
    version: int | None
    standing: Standing | None
    latest_version: int | None
    effective_on: date | None
    made_at: datetime | None


class Finding(enum.StrEnum):
    """What there is to say of a file that somebody brings back."""

    KNOWN = "known"  # Byte for byte one of ours.
    ALTERED = "altered"  # It bears our seal, and was changed since.
    SEALED = "sealed"  # Whole under our seal, and not in this archive.
    ENCLOSES = "encloses"  # Not ours, but one of ours is attached to it, as it was.
    FOREIGN = "foreign"  # Nothing of it is known here.
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a file is, and what of ours it is, or holds; the seal it bears where one was found."""

    finding: Finding
    known: Known | None = None
    seal: SignatureFound | None = None


def judge(work: UnitOfWork, content_hash: str, inspected: Inspected) -> Verdict:
    """Say what a file is. Whoever has its bytes has its content: what is told is what it says itself."""
    known = with_content(work, content_hash)
    if known is not None:
        return Verdict(Finding.KNOWN, known, next(iter(inspected.signatures), None))
    if not inspected.is_readable:
        return Verdict(Finding.ENCRYPTED if inspected.is_encrypted else Finding.UNREADABLE)
    seal = next((each for each in inspected.signatures if requests.has_sealed(work, each.fingerprint)), None)
    enclosed = next(
        (found for each in inspected.attachments.values() if (found := with_content(work, each))), None
    )
    if seal is not None:
        return Verdict(Finding.SEALED if seal.is_whole else Finding.ALTERED, enclosed, seal)
    if inspected.is_encrypted:
        return Verdict(Finding.ENCRYPTED)
    return Verdict(Finding.ENCLOSES if enclosed else Finding.FOREIGN, enclosed)


def with_content(work: UnitOfWork, content_hash: str) -> Known | None:
    """The file of ours with these bytes: one that we made, else a text signed before there were files."""
    for paper in requests.with_content(work, content_hash):
        return of_paper(work, paper)
    text = work.database.scalars(
        sa.select(Agreement).where(Agreement.text_hash == content_hash).limit(1)
    ).first()
    return of_text(work, text, kind=text.kind, name=text.number, made_at=text.prepared_at) if text else None


def printed_on(work: UnitOfWork, paper_id: UUID) -> Known:
    """The text whose code was read on a sheet. Raises `requests.PaperNotFound`."""
    return of_paper(work, requests.find(work, paper_id))


def of_paper(work: UnitOfWork, paper: Paper) -> Known:
    """What a paper is; a text to sign says where it stands."""
    name = paper.name.removesuffix(".pdf")
    text = work.database.get(Agreement, paper.subject_id)
    if text is not None:
        return of_text(work, text, kind=paper.kind, name=name, made_at=paper.made_at)
    return Known(paper.kind, name, None, None, None, None, None, paper.made_at)


def of_text(work: UnitOfWork, text: Agreement, *, kind: str, name: str, made_at: datetime | None) -> Known:
    """What a version of a text to sign is, and whether another has taken its place."""
    latest = latest_version(work, text)
    return Known(
        kind, name, text.number, text.version, standing_of(text, latest), latest, text.effective_on, made_at
    )


def standing_of(text: Agreement, latest: int) -> Standing:
    """Where a version stands."""
    if text.voided_at is not None:
        return Standing.REPLACED if latest > text.version else Standing.VOIDED
    return Standing.IN_FORCE if text.state == drafting.EFFECTIVE else Standing.BEING_SIGNED


def latest_version(work: UnitOfWork, text: Agreement) -> int:
    """The last version drawn up of the same text."""
    same: list[Any] = [
        Agreement.project_id == text.project_id, Agreement.kind == text.kind, Agreement.number == text.number,
    ]  # fmt: skip
    return int(work.connection.execute(sa.select(sa.func.max(Agreement.version)).where(*same)).scalar_one())
