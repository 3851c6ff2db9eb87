"""A firm registered, moved or renamed after its intake: its open projects show it as it is today."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.people import basins, organisations
from engine.people.folding import fold
from engine.projects.models import Project
from engine.projects.recording import find
from engine.runtime import cases, instances

if TYPE_CHECKING:
    from engine.people.models import Organisation, OrganisationIdentifier
    from engine.persistence.unit_of_work import UnitOfWork


def correct(work: UnitOfWork, organisation_id: UUID, **changes: str | None) -> Organisation:
    """Correct an organisation, and name its open projects after it; what has ended keeps its words.

    Raises `errors.InvalidAnswers`, `organisations.UnknownOrganisation`.
    """
    organisation = organisations.correct(work, organisation_id, **changes)
    for project_id in going_on(work, organisation_id):
        rename(work, project_id, organisation)
    return organisation


def register(
    work: UnitOfWork, organisation_id: UUID, *, siret: str, from_date: date | None = None
) -> OrganisationIdentifier:
    """Give an organisation the SIRET it has from a day on, and its open projects with it.

    A project opened for another of its establishments keeps that one.
    Raises `errors.InvalidAnswers`, `organisations.AlreadyKnown`.
    """
    today = basins.today(work, None)
    before = organisations.siret_on(work, organisation_id, today)
    found = organisations.register(work, organisation_id, siret=siret, from_date=from_date)
    if organisations.siret_on(work, organisation_id, today) == found.siret:
        for project_id in going_on(work, organisation_id):
            identify(work, project_id, before=before, siret=found.siret)
    return found


def going_on(work: UnitOfWork, organisation_id: UUID) -> list[UUID]:
    """The projects of a firm that have not ended, in the order they are locked in."""
    work.flush_objects()
    return list(
        work.connection.scalars(
            sa.select(Project.id)
            .where(Project.organisation_id == organisation_id, Project.ended_on.is_(None))
            .order_by(Project.id)
        )
    )


def rename(work: UnitOfWork, project_id: UUID, organisation: Organisation) -> None:
    """Show a project under the name that its firm has now, in lists and in open tasks too."""
    cases.lock(work, project_id)
    project = find(work, project_id)
    if project.firm == organisation.name:
        return
    besides = project.search_text.removeprefix(words_of(project))  # Its number elsewhere, for instance.
    project.firm = organisation.name
    project.search_text = f"{words_of(project)}{besides}"
    instances.rename(work, case_id=project_id, firm=project.firm)
    work.record(
        "projects.firm.renamed", chain=project_id, subject=organisation.id, basin_id=project.basin_id,
        content={"firm": project.firm},
    )  # fmt: skip


def words_of(project: Project) -> str:
    """The words by which any project is found."""
    return fold(f"{project.reference} {project.firm} {project.city or ''}")


def identify(work: UnitOfWork, project_id: UUID, *, before: str | None, siret: str) -> None:
    """Show a project with the SIRET of its firm, when it had none or the one before."""
    cases.lock(work, project_id)
    project = find(work, project_id)
    if project.siret not in {None, before}:
        return
    project.siret, project.not_registered = siret, False
    work.record(
        "projects.firm.registered", chain=project_id, subject=project.organisation_id,
        basin_id=project.basin_id, content={"siret": siret},
    )  # fmt: skip
