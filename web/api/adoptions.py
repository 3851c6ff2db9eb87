"""Projects that began before Alizé, as the API takes them over: one at a time, checked as the page does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, url_for

from engine.adoption import single
from engine.i18n import mark as _
from engine.people import permissions
from engine.people.permissions import Permission
from web.api import answering, writes
from web.api.basins import visible
from web.api.bodies import Answers, Body
from web.api.endpoints import endpoint
from web.api.projects import shown

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


class Adopted(Body):
    """A project to take over, as the form « adoption » asks for it."""

    answers = Answers(required=True, form="adoption")


@endpoint(
    "POST",
    "/basins/<string:slug>/adoptions",
    title=_("Reprendre un projet commencé avant Alizé"),
    note=_(
        "« answers » répond au formulaire « adoption » : l’étape où en est le projet, et ce qui y a mené. "
        "Personne ne reçoit de courriel sur ce qui est passé. Un projet déjà repris est refusé (422)."
    ),
    permission=Permission.ADOPT_PROJECTS,
    body=Adopted,
    keyed=True,
    answers={201: "Project"},
    refusals=(403, 404, 409, 503),
)
def adopt_project(slug: str, body: dict[str, Any]) -> Response:
    """Take a project over in a basin, at its stage."""

    def taken_over(work: UnitOfWork) -> str:
        basin = visible(work, slug)
        permissions.require(work, Permission.ADOPT_PROJECTS, basin_id=basin.id)
        clean = answering.clean(work, "adoption", body["answers"], basin_id=basin.id)
        found = single.take_over(work, clean, basin_id=basin.id)
        return url_for("api.show_project", project_id=found.project_id)

    write = writes.create(taken_over)
    return shown(write, write.made_id)
