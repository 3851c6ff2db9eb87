"""Projects as the API opens, lists and shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, jsonify, url_for

from engine import errors
from engine.i18n import mark as _
from engine.people import permissions
from engine.people.permissions import Permission
from engine.projects import archived, dossiers, readers, timeline
from engine.projects.statuses import Phase, Status
from web import work as web_work
from web.api import answering, bodies, drawings, representations, writes
from web.api.basins import visible
from web.api.bodies import Answers, Body, Listing, OneOf, Text, Whole
from web.api.endpoints import endpoint

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project

STATES = ("open", "ended", *(status.value for status in Status))


class ProjectsAsked(Listing):
    """Which projects."""

    basin = Text(longest=60, load_default="")
    phase = OneOf(tuple(phase.value for phase in Phase), load_default=None)
    state = OneOf(STATES, load_default=None)
    q = Text(longest=bodies.LONGEST_SEARCH, load_default="")


class NewProject(Body):
    """A firm's request, in a basin; `known_as` confirms the other name that its SIREN has already."""

    basin = Text(longest=60, required=True)
    answers = Answers(required=True, form="intake")
    known_as = Text(longest=200, load_default="")


class KnownUnderAnotherName(errors.Conflict):
    """Ce SIREN est celui de « {known_as} » : vérifiez-le, ou confirmez ce nom dans « known_as ».

    Nothing is recorded meanwhile. The page of the intake asks the same.
    """


class EventsAsked(Body):
    """Which entries of a project's history."""

    limit = Whole(least=1, most=bodies.MOST_ROWS, load_default=bodies.USUAL_ROWS)
    cursor = Whole(least=1, most=2**31 - 1, load_default=None)


@endpoint(
    "GET",
    "/projects",
    title=_("Lister les projets"),
    permission=Permission.SEE_PROJECT,
    query=ProjectsAsked,
    answers={200: "ProjectList"},
    refusals=(404,),
)
def list_projects(query: dict[str, Any]) -> Response:
    """List the projects that the bearer sees, the latest opened first."""
    with web_work.start_reading() as work:
        rights = permissions.permissions_of(work, work.actor.person_id)
        if query["basin"]:
            visible(work, query["basin"])
        page = dossiers.list_projects(
            work,
            basin_ids=rights.basins_with(Permission.SEE_PROJECT),
            also=rights.cases_with(Permission.SEE_PROJECT),
            without=rights.hidden(),
            archives=rights.basins_with(Permission.READ_ARCHIVE),
            basin=query["basin"],
            phase=query["phase"],
            state=query["state"],
            q=query["q"],
            after=query["cursor"],
            limit=query["limit"],
        )
        items = [representations.project_summary(work, each) for each in page.projects]
    return jsonify(items=items, next=page.next)


@endpoint(
    "POST",
    "/projects",
    title=_("Ouvrir un projet"),
    note=_(
        "« answers » répond au formulaire « intake ». Un SIREN connu sous un autre nom est refusé (409), "
        "avec ce nom dans « known_as » : renvoyez-le pour confirmer, le projet le portera."
    ),
    permission=Permission.OPEN_PROJECT,
    body=NewProject,
    keyed=True,
    answers={201: "Project"},
    refusals=(403, 404, 409, 503),
)
def open_project(body: dict[str, Any]) -> Response:
    """Open a project in a basin, from the answers of the intake.

    Raises `KnownUnderAnotherName` for a number known otherwise, as the page asks before it records.
    """

    def opened(work: UnitOfWork) -> str:
        basin = visible(work, body["basin"])
        permissions.require(work, Permission.OPEN_PROJECT, basin_id=basin.id)
        clean = answering.clean(work, "intake", body["answers"], basin_id=basin.id)
        known = dossiers.known_name(work, name=clean["name"], siret=clean.get("siret"))
        if known not in {None, body["known_as"]}:
            raise KnownUnderAnotherName(known_as=known)
        project_id = dossiers.open_project(work, basin_id=basin.id, answers=clean)
        return url_for("api.show_project", project_id=project_id)

    write = writes.create(opened)
    return shown(write, write.made_id)


@endpoint(
    "GET",
    "/projects/<uuid:project_id>",
    title=_("Montrer un projet"),
    note=_("Où il en est, ce qui est attendu de qui, et les dates à venir."),
    permission=Permission.SEE_PROJECT,
    answers={200: "Project"},
    refusals=(404,),
)
def show_project(project_id: UUID) -> Response:
    """Show a project: where it stands, what is awaited of whom, which days it is heading for."""
    return project_now(project_id)


def project_now(project_id: UUID) -> Response:
    """The project as it is now, for those who may see it."""
    with web_work.start_reading() as work:
        return jsonify(representations.project(work, readable(work, project_id)))


@endpoint(
    "GET",
    "/projects/<uuid:project_id>/history",
    title=_("Lire l’historique d’un projet"),
    note=_(
        "Le plus récent d’abord ; une note, un appel ou un document reste à ceux pour qui il fut écrit, et "
        "les autres propos au comité et à l’opérateur. Une page peut donc être plus courte que demandé."
    ),
    permission=Permission.SEE_PROJECT,
    query=EventsAsked,
    answers={200: "EventList"},
    refusals=(404,),
)
def list_events(project_id: UUID, query: dict[str, Any]) -> Response:
    """List what happened on a project, the latest first, as much of it as the bearer may read."""
    with web_work.start_reading() as work:
        project = readable(work, project_id)
        found = timeline.timeline(work, project_id, before=query["cursor"], at_most=query["limit"] + 1)
        page = found[: query["limit"]]
        items = [representations.event(each) for each in readers.told(work, project, page)]
    return jsonify(items=items, next=str(page[-1].number) if len(found) > len(page) else None)


@endpoint(
    "GET",
    "/projects/<uuid:project_id>/diagram.svg",
    title=_("Dessiner un processus d’un projet"),
    permission=Permission.SEE_PROJECT,
    query=drawings.DrawingAsked,
    answers={200: None},
    answer_type="image/svg+xml",
    refusals=(404,),
)
def draw_project(project_id: UUID, query: dict[str, Any]) -> Response:
    """Draw a process of the project, the steps where it stands marked."""
    with web_work.start_reading() as work:
        picture = drawings.draw(work, readable(work, project_id), query["process"])
    return Response(picture, content_type="image/svg+xml; charset=utf-8")


def readable(work: UnitOfWork, project_id: UUID, permission: Permission = Permission.SEE_PROJECT) -> Project:
    """A project, when the bearer may do this on it. Raises `NotFound` families, `MissingPermission`."""
    project = dossiers.find(work, project_id)
    permissions.require(work, permission, basin_id=project.basin_id, case_id=project_id)
    archived.require_readable(work, project)
    return project


def shown(write: writes.Write, project_id: UUID) -> Response:
    """The project as it is now, with the status and the place of the first answer."""
    return write.answer(project_now(project_id))
