"""The bound dossiers of a session: one per set of projects that some of its readers stepped back from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.committee import readers, sessions
from engine.committee.agenda_models import AgendaItem, Diffusion
from engine.documents import requests
from engine.documents.models import Paper
from engine.i18n import mark as _
from engine.i18n import translate
from engine.people import assignments, basins
from engine.people.models import Assignment, Role

if TYPE_CHECKING:
    from datetime import date

    from engine.committee.models import CommitteeSession
    from engine.persistence.unit_of_work import UnitOfWork

PAPER, AUDIENCE = "session_dossier", "committee"
FILE = _("Ordre du jour {number}.pdf")


def ask(work: UnitOfWork, session: CommitteeSession, without: frozenset[UUID]) -> UUID:
    """Ask for the dossier of a session without the projects that some readers stepped back from."""
    locale = readers.language(work, session.basin_id)
    return requests.ask(
        work, kind=PAPER, subject_id=session.id, chain_id=session.id, basin_id=session.basin_id,
        locale=locale, variant=variant_of(without), audience=AUDIENCE,
        name=translate(FILE, locale, number=session.number),
    )  # fmt: skip


def variant_of(without: Iterable[UUID]) -> str:
    """What a dossier is known by that leaves some projects out; nothing when it is whole."""
    left_out = ",".join(sorted(each.hex for each in without))
    return hashlib.sha256(left_out.encode()).hexdigest()[:16] if left_out else ""


def left_out(work: UnitOfWork, session_id: UUID, variant: str) -> frozenset[UUID]:
    """The projects that a dossier leaves out: those that a reader for whom it is made stepped back from."""
    if not variant:
        return frozenset()
    on_agenda = projects_of(work, session_id)
    people = {each.person_id for each in latest(work, session_id)}
    today = basins.today(work, sessions.find(work, session_id).basin_id)
    for without in recusals_among(work, on_agenda, people, today).values():
        if variant_of(without) == variant:
            return without
    # Nobody it was made for is left: it tells of nothing that anybody may have stepped back from.
    return frozenset(on_agenda)


def recusals_among(
    work: UnitOfWork, projects: Iterable[UUID], people: Iterable[UUID], on: date
) -> dict[UUID, frozenset[UUID]]:
    """The projects of an agenda that each of some people stepped back from, on a day."""
    rows = work.connection.execute(
        sa.select(Assignment.person_id, Assignment.case_id).where(
            Assignment.role == Role.RECUSED.value,
            Assignment.case_id.in_(list(projects)),
            Assignment.person_id.in_(list(people)),
            assignments.in_force(on),
        )
    )
    found: dict[UUID, set[UUID]] = {}
    for person_id, case_id in rows:
        if person_id is not None and case_id is not None:
            found.setdefault(person_id, set()).add(case_id)
    return {person_id: frozenset(cases) for person_id, cases in found.items()}


def follow_recusal(work: UnitOfWork, session_id: UUID, person_id: UUID) -> None:
    """Give whoever steps back from a project, or comes back to it, the dossier of what they may read now.

    The caller holds the session. Nothing changes where it was not sent, or not to them. Nothing more is made
    for a session that was held since: they have the one that leaves out the same, where there is one.
    """
    lines = [each for each in latest(work, session_id) if each.person_id == person_id]
    if not lines:
        return
    session = sessions.find(work, session_id)
    today = basins.today(work, session.basin_id)
    without = recusals_among(work, projects_of(work, session_id), [person_id], today).get(
        person_id, frozenset()
    )
    found = work.database.scalars(
        sa.select(Paper.id)
        .where(
            Paper.kind == PAPER, Paper.subject_id == session_id, Paper.variant == variant_of(without),
            Paper.requested_at >= session.diffused_at,
        )
        .order_by(Paper.version.desc())
        .limit(1)
    ).first()  # fmt: skip
    if found is None and session.state == sessions.PLANNED:
        found = ask(work, session, without)
    for line in lines:
        line.paper_id = found
    work.database.flush()


def latest(work: UnitOfWork, session_id: UUID) -> list[Diffusion]:
    """The lines of the last time that an agenda was sent, in order; none before the first."""
    last = sa.select(sa.func.max(Diffusion.version)).where(Diffusion.session_id == session_id)
    return list(
        work.database.scalars(
            sa.select(Diffusion)
            .where(Diffusion.session_id == session_id, Diffusion.version == last.scalar_subquery())
            .order_by(Diffusion.position)
        )
    )


def projects_of(work: UnitOfWork, session_id: UUID) -> frozenset[UUID]:
    """The projects that a session's agenda tells of."""
    work.flush()
    found = work.connection.scalars(
        sa.select(AgendaItem.project_id).where(
            AgendaItem.session_id == session_id,
            AgendaItem.removed_at.is_(None),
            AgendaItem.project_id.is_not(None),
        )
    )
    return frozenset(each for each in found if each is not None)
