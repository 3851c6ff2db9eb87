"""Where a case is read, and what it is called: a project's page and firm, or a session's."""

from __future__ import annotations

from uuid import UUID

from engine.i18n import translate
from engine.projects import references


def address(case_id: UUID, reference: str) -> str:
    """The page of a case: its number says whether it is a session, at no statement."""
    part = "seances" if references.names_session(reference) else "projets"
    return f"/{part}/{case_id}"


def name(firm: str, reference: str, locale: str) -> str:
    """The firm of a project as it calls itself, or the committee in the reader's language."""
    return translate(firm, locale) if references.names_session(reference) else firm
