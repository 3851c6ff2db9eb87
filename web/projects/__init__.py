"""The pages of dossiers: the list, the file of one, opening one, everyday acts, corrections."""

from __future__ import annotations

from web import sent_late
from web.projects import acts, agreement, correcting, dossier, drawings, history, listing, opening, papers
from web.projects.blueprint import pages

sent_late.register(pages)

__all__ = [
    "acts", "agreement", "correcting", "dossier", "drawings", "history", "listing", "opening", "pages",
    "papers",
]  # fmt: skip
