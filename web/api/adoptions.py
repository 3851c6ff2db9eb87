"""Projects that began before Alizé, as the API takes them over: one at a time, checked as the page does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, jsonify, url_for

from engine.adoption import files, single
from engine.i18n import mark as _
from engine.people import permissions
from engine.people.permissions import Permission
from web.api import answering, writes
from web.api.basins import visible
from web.api.bodies import Answers, Body, Switch
from web.api.endpoints import endpoint
from web.api.projects import shown

if TYPE_CHECKING:
    from engine.adoption.files import TakenOver
    from engine.persistence.unit_of_work import UnitOfWork


class Adopted(Body):
    """A project to take over, as the form « adoption » asks for it."""

    answers = Answers(required=True, form="adoption")


class Tried(Body):
    """Whether it is only tried."""

    dry_run = Switch(load_default=False)


@endpoint(
    "POST",
    "/basins/<string:slug>/adoptions",
    title=_("Reprendre un projet commencé avant Alizé"),
    note=_(
        "« answers » répond au formulaire « adoption » : l’étape où en est le projet, et ce qui y a mené. "
        "Personne ne reçoit de courriel sur ce qui est passé. Un projet déjà repris est refusé (422). "
        "Avec « dry_run=true », rien n’est repris : la réponse (200) dit ce que cela donnerait."
    ),
    permission=Permission.ADOPT_PROJECTS,
    query=Tried,
    body=Adopted,
    keyed=True,
    answers={200: "AdoptionForeseen", 201: "Project"},
    refusals=(403, 404, 409, 503),
)
def adopt_project(slug: str, query: dict[str, Any], body: dict[str, Any]) -> Response:
    """Take a project over in a basin, at its stage; or say what that would give."""

    def taken_over(work: UnitOfWork) -> str:
        basin = visible(work, slug)
        permissions.require(work, Permission.ADOPT_PROJECTS, basin_id=basin.id)
        clean = answering.clean(work, "adoption", body["answers"], basin_id=basin.id)
        found = single.take_over(work, clean, basin_id=basin.id)
        if query["dry_run"]:
            files.undo(files.Outcome([found]))
        return url_for("api.show_project", project_id=found.project_id)

    try:
        write = writes.create(taken_over)
    except files.Rehearsed as done:
        return foreseen(done.outcome.taken_over[0])
    return shown(write, write.made_id)


def foreseen(found: TakenOver) -> Response:
    """What a project would be heading for; its number is given when it is taken over for good."""
    return jsonify(
        firm=found.firm,
        stage=found.stage.value,
        tasks=[
            {"title": each.title, "role": each.role, "person": each.person, "due_on": each.due_on.isoformat()}
            for each in found.tasks
        ],
        next_report_on=found.next_report_on and found.next_report_on.isoformat(),
        closing_from=found.closing_from and found.closing_from.isoformat(),
    )
