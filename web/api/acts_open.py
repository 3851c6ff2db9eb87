"""What a program may do to a project outside its tasks, and what each act asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, jsonify

from engine import operations
from engine.i18n import mark as _
from engine.people import permissions
from engine.people.permissions import Permission
from forms import catalogue, json_schema
from web import work as web_work
from web.api.endpoints import endpoint
from web.api.project_acts import ACTS, ProjectAct
from web.api.projects import readable

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project


@endpoint(
    "GET",
    "/projects/<uuid:project_id>/acts",
    title=_("Dire ce que l’on peut faire d’un projet"),
    note=_(
        "Les actes que le jeton permet, chacun avec son formulaire en JSON Schema : les personnes, les "
        "signatures ou les dates entre lesquelles choisir y sont."
    ),
    permission=Permission.SEE_PROJECT,
    answers={200: "ActList"},
    refusals=(404,),
)
def list_acts(project_id: UUID) -> Response:
    """List the acts that the bearer's rights allow on a project, and what each asks now."""
    with web_work.start_reading() as work:
        project = readable(work, project_id)
        items = [asked(work, project, each) for each in ACTS if may(work, project, each)]
    return jsonify(items=items)


def may(work: UnitOfWork, project: Project, act: ProjectAct) -> bool:
    """Whether the bearer's rights allow an act on this project; its state may still refuse it."""
    rights = permissions.permissions_of(work, work.actor.person_id)
    return rights.allows(act.permission, basin_id=project.basin_id, case_id=project.id)


def asked(work: UnitOfWork, project: Project, act: ProjectAct) -> dict[str, Any]:
    """An act: the last word of its path, its form with the choices of now, where answers start from."""
    context = operations.page_context(
        work, act.form, basin_id=project.basin_id, case_id=project.id, channel="json",
        locale=web_work.locale(),
    )  # fmt: skip
    return {
        "path": act.path,
        "title": web_work.translated(act.title),
        "form": act.form,
        "form_schema": json_schema.schema_of(catalogue.form(act.form), context),
        "prefill": catalogue.to_json(context.prefill),
    }
