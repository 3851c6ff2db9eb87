"""What each kind of paper is made of, and what follows once it is made: two tables, a line per kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.agreements import envelopes
from engine.agreements import papers as signed
from engine.committee import letters, session_sheets
from engine.documents import making
from engine.operations import session_papers, waiting_papers

if TYPE_CHECKING:
    from engine.documents.models import Paper
    from engine.persistence.unit_of_work import UnitOfWork

# A kind that is asked for and is not here fails at once, and says so.
SHEETS: dict[str, making.Gather] = {
    "agreement": signed.sheet, "annex": signed.sheet, "amendment": signed.sheet,
    "envelope": envelopes.sheet,
    "decision_letter": letters.decision_sheet, "mission_letter": letters.mission_sheet,
    "session_dossier": session_papers.sheet,
    "minutes": session_sheets.minutes_sheet, "extract": session_sheets.extract_sheet,
    "erratum": session_sheets.erratum_sheet,
}  # fmt: skip
MADE: dict[str, Callable[[UnitOfWork, Paper], None]] = {
    "agreement": signed.bind, "annex": signed.bind, "amendment": signed.bind,
    "envelope": envelopes.archived, "minutes": session_sheets.bind_minutes,
}  # fmt: skip


def paper_hooks() -> making.Hooks:
    """What the domain lends to the makers of papers."""
    return making.Hooks(gather=SHEETS, made=made, waits=waiting_papers.tell_waiting)


def made(work: UnitOfWork, paper: Paper) -> None:
    """Let follow what follows from a paper of its kind, in the act that records it."""
    MADE.get(paper.kind, making.nothing_follows)(work, paper)
