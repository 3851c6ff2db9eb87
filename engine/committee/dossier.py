"""What there is to read on each item of a session, for its bound file and its page alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.committee import agenda
from engine.committee.agenda import Line
from engine.committee.agenda_models import AgendaItem
from engine.committee.item_kinds import Kind
from engine.committee.models import Decision
from engine.projects import basin_steps
from engine.projects.basin_steps import Given
from engine.projects.follow_up_models import FirmAlert, InterventionRequest
from engine.projects.models import (
    ComplementaryDiagnostic,
    Diagnostic,
    Document,
    FileCompletion,
    Project,
    SkillNeed,
)

if TYPE_CHECKING:
    from engine.committee.models import CommitteeSession
    from engine.persistence.unit_of_work import UnitOfWork

# The committee reads these of a project's documents: those of the operator's team stay theirs.
READ = ("committee", "project")
AT_FIRST = frozenset({Kind.PROJECT_NEW, Kind.COMPLEMENTARY_RETURNED, Kind.ADJOURNMENT_RETURNED})


@dataclass(slots=True)
class Entry:
    """One item with all that is known of its project; what it has nothing of is empty."""

    line: Line
    project: Project | None = None
    diagnostic: Diagnostic | None = None
    needs: list[SkillNeed] = field(default_factory=list)
    opinions: list[ComplementaryDiagnostic] = field(default_factory=list)
    completions: list[FileCompletion] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    alerts: list[FirmAlert] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    request: InterventionRequest | None = None
    given: list[Given] = field(default_factory=list)  # What its basin asked besides the programme.


@dataclass(slots=True)
class Dossier:
    """The items of a session in order; `left_out` counts those that its reader stepped back from."""

    entries: list[Entry] = field(default_factory=list)
    left_out: int = 0


def of(work: UnitOfWork, session: CommitteeSession, *, without: frozenset[UUID] = frozenset()) -> Dossier:
    """All that there is to read of a session's agenda, in seven statements or nine whatever its length."""
    rows = work.database.execute(
        sa.select(AgendaItem, Project)
        .outerjoin(Project, Project.id == AgendaItem.project_id)
        .where(AgendaItem.session_id == session.id, AgendaItem.removed_at.is_(None))
        .order_by(AgendaItem.position, AgendaItem.added_at, AgendaItem.id)
    ).all()
    every = [
        Entry(agenda.numbered_line(agenda.line_of(item), number), project)
        for number, (item, project) in enumerate(rows, start=1)
    ]
    kept = [each for each in every if each.line.project_id not in without]
    found = Dossier(kept, left_out=len(every) - len(kept))
    ids = {each.line.project_id for each in kept if each.line.project_id is not None}
    if ids:
        fill(work, found.entries, ids)
    return found


def fill(work: UnitOfWork, entries: Sequence[Entry], ids: Collection[UUID]) -> None:
    """Read what each project has, a statement per kind of record."""
    diagnosed = work.database.execute(
        sa.select(Diagnostic, SkillNeed)
        .outerjoin(SkillNeed, SkillNeed.diagnostic_id == Diagnostic.id)
        .where(Diagnostic.project_id.in_(list(ids)), Diagnostic.struck_at.is_(None))
        .order_by(Diagnostic.version, Diagnostic.recorded_at, SkillNeed.id)
    ).all()
    diagnostics = {diagnostic.project_id: diagnostic for diagnostic, _need in diagnosed}
    opinions = by_project(
        work,
        of_ids(ComplementaryDiagnostic, ComplementaryDiagnostic.project_id, ids).order_by(
            ComplementaryDiagnostic.ordered_at
        ),
    )
    completions = by_project(work, standing(FileCompletion, ids))
    decisions = by_project(
        work,
        of_ids(Decision, Decision.project_id, ids)
        .where(Decision.signed_at.is_not(None))
        .order_by(Decision.turn),
    )
    # Only a firm that is followed has difficulties, or asks for more.
    later = [each.line for each in entries if each.line.kind not in AT_FIRST]
    followed = {each.project_id for each in later if each.project_id is not None}
    alerts = by_project(work, standing(FirmAlert, followed)) if followed else {}
    documents = by_project(work, standing(Document, ids).where(Document.audience.in_(READ)))
    of_request = of_ids(InterventionRequest, InterventionRequest.project_id, followed)
    asked = work.database.scalars(of_request).all() if followed else []
    given = basin_steps.of_projects(work, ids, locale=work.locale)
    for entry in entries:
        project_id = entry.line.project_id
        if project_id is None:
            continue
        entry.diagnostic = diagnostics.get(project_id)
        entry.needs = [need for found, need in diagnosed if need is not None and found is entry.diagnostic]
        entry.opinions, entry.completions = opinions.get(project_id, []), completions.get(project_id, [])
        entry.decisions, entry.alerts = decisions.get(project_id, []), alerts.get(project_id, [])
        entry.documents, entry.given = documents.get(project_id, []), given.get(project_id, [])
        entry.request = next((each for each in asked if each.instance_id == entry.line.instance_id), None)


def of_ids(table: Any, column: Any, ids: Iterable[UUID]) -> sa.Select[Any]:
    """The rows of a table about some projects."""
    return sa.select(table).where(column.in_(list(ids)))


def standing(table: Any, ids: Iterable[UUID]) -> sa.Select[Any]:
    """The records of some projects that were not struck out, in order."""
    return of_ids(table, table.project_id, ids).where(table.struck_at.is_(None)).order_by(table.recorded_at)


def by_project(work: UnitOfWork, statement: sa.Select[Any]) -> dict[UUID, list[Any]]:
    """The rows of a statement, project by project, in their order."""
    found: dict[UUID, list[Any]] = {}
    for each in work.database.scalars(statement):
        found.setdefault(each.project_id, []).append(each)
    return found
