"""A document that the programme makes, as pages show it: how far it is, its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import UUID

from flask import Response, request, url_for

from engine.documents import requests
from engine.i18n import mark as _
from web import work as web_work

if TYPE_CHECKING:
    from engine.documents.models import Paper
    from engine.persistence.unit_of_work import UnitOfWork

PDF = "application/pdf"
KINDS = {
    "session_dossier": _("Dossier de séance"),
    "decision_letter": _("Lettre de décision"),
    "extract": _("Extrait du procès-verbal"),
    "minutes": _("Procès-verbal"),
    "erratum": _("Erratum"),
    "mission_letter": _("Lettre de mission"),
    "agreement": _("Convention de coopération"),
    "annex": _("Annexe financière"),
    "amendment": _("Avenant"),
    "envelope": _("Enveloppe de preuves, scellée"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One document of a page; see `_macros/paper.html`."""

    id: UUID
    name: str
    kind: str
    state: str
    url: str
    state_url: str
    size: int | None
    pages: int | None
    is_specimen: bool
    is_sealed: bool
    is_timestamped: bool


def line(work: UnitOfWork, found: Paper) -> Line:
    """A paper as a page shows it."""
    return Line(
        id=found.id,
        name=found.name,
        kind=KINDS.get(found.kind, found.kind),
        state=requests.progress(work, found).value,
        url=url_for("documents.read_paper", paper_id=found.id),
        state_url=url_for("documents.show_progress", paper_id=found.id),
        size=found.size,
        pages=found.pages,
        is_specimen=found.is_specimen,
        is_sealed=found.sealed_by is not None,
        is_timestamped=found.timestamped,
    )


def is_made(found: Paper) -> bool:
    """Whether there is a file to send."""
    return found.content_hash is not None


def sent(found: Paper) -> Response:
    """Send the file of a paper that is made, to be read in the page; its hash is its mark.

    Raises `store.DocumentNotFound` when the file is gone from the disk.
    """
    response = Response(web_work.engine().store.read(str(found.content_hash)), content_type=PDF)
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(found.name)}"
    # Kept by the reader's own machine only, and asked for again each time: they may no longer read it.
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(str(found.content_hash))
    response.make_conditional(request)
    return response


__all__ = ["KINDS", "PDF", "Line", "is_made", "line", "sent"]
