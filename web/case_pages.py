"""Where a case is read, and what it is called: a project's page and firm, or a session's day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from engine.committee import session_names
from engine.committee.session_names import Named
from engine.i18n import translate
from engine.projects import references

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


class OfCase(Protocol):
    """What is listed of a case: a task of it."""

    @property
    def case_id(self) -> UUID:
        """The case."""

    @property
    def reference(self) -> str:
        """Its number."""

    @property
    def firm(self) -> str:
        """The firm, or the committee."""


def address(case_id: UUID, reference: str) -> str:
    """The page of a case: its number says whether it is a session, at no statement."""
    part = "seances" if references.names_session(reference) else "projets"
    return f"/{part}/{case_id}"


def sessions_among(work: UnitOfWork, listed: Iterable[OfCase]) -> Mapping[UUID, Named]:
    """The sessions among some cases, in one statement; in none where all are projects."""
    return session_names.several(work, of_sessions(listed))


def of_sessions(listed: Iterable[OfCase]) -> set[UUID]:
    """Which cases are sessions: their number says it."""
    return {each.case_id for each in listed if references.names_session(each.reference)}


def name(firm: str, reference: str, locale: str, session: Named | None = None) -> str:
    """The firm of a project as it calls itself; a session by its day, else the committee, translated."""
    if session is not None:
        return session_names.heading(session, locale)
    return translate(firm, locale) if references.names_session(reference) else firm


def called(work: UnitOfWork, of: OfCase, locale: str) -> str:
    """What one case is called: by its session’s day, read in one statement, or by its firm, in none."""
    return name(of.firm, of.reference, locale, sessions_among(work, [of]).get(of.case_id))
