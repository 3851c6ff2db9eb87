"""Interests as the API declares, ends and lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, jsonify, url_for

from engine.committee import interests
from engine.i18n import mark as _
from engine.people import permissions
from engine.people.permissions import Permission
from engine.projects import dossiers
from engine.projects.recording import coded
from web import work as web_work
from web.api import answering, representations, writes
from web.api.basins import visible
from web.api.bodies import Answers, Body, Identifier, Text
from web.api.endpoints import endpoint

if TYPE_CHECKING:
    from engine.committee.interests import Registered
    from engine.persistence.unit_of_work import UnitOfWork

DECLARATION = "interest_declaration"
REFUSALS = (403, 404, 409, 503)


class Declared(Body):
    """What links a member to a project; in which session they said so, if it was in one."""

    answers = Answers(required=True, form=DECLARATION)
    session_id = Identifier(load_default=None)


class Ended(Body):
    """Why a declared interest is over."""

    reason = Text(longest=500, shortest=1, required=True)


@endpoint(
    "POST",
    "/projects/<uuid:project_id>/interests",
    title=_("Déclarer un intérêt sur un projet"),
    note=_("« answers » répond au formulaire « interest_declaration »."),
    permission=Permission.SEE_PROJECT,
    body=Declared,
    keyed=True,
    answers={201: "Interest"},
    refusals=REFUSALS,
)
def declare_interest(project_id: UUID, body: dict[str, Any]) -> Response:
    """Declare what links the bearer to a project; the officer says of whom they write it down."""

    def made(work: UnitOfWork) -> str:
        project = dossiers.find(work, project_id)
        permissions.require(work, Permission.SEE_PROJECT, basin_id=project.basin_id, case_id=project_id)
        answers = answering.clean(
            work, DECLARATION, body["answers"], basin_id=project.basin_id, case_id=project_id
        )
        declared = interests.declare(
            work,
            project_id=project_id,
            situation=str(coded(answers["situation"])),
            details=answers["details"],
            is_recused=answers["is_recused"],
            person_id=answers["person_id"],
            session_id=body["session_id"],
        )
        return url_for("api.show_interest", declaration_id=declared.id)

    return shown_interest(writes.create(made))


@endpoint(
    "GET",
    "/interests/<uuid:declaration_id>",
    title=_("Montrer une déclaration d’intérêt"),
    permission=Permission.SEE_BASIN,
    answers={200: "Interest"},
    refusals=(404,),
)
def show_interest(declaration_id: UUID) -> Response:
    """Show a declaration: one's own, or any to those who read the register."""
    with web_work.start_reading() as work:
        return jsonify(interest(readable_interest(work, declaration_id)))


@endpoint(
    "POST",
    "/interests/<uuid:declaration_id>/end",
    title=_("Mettre fin à une déclaration d’intérêt"),
    permission=Permission.SEE_BASIN,
    body=Ended,
    keyed=True,
    answers={200: "Interest"},
    refusals=REFUSALS,
)
def end_interest(declaration_id: UUID, body: dict[str, Any]) -> Response:
    """End a declaration: whoever stepped back comes back to the project."""

    def do(work: UnitOfWork) -> None:
        readable_interest(work, declaration_id)
        interests.end(work, declaration_id, reason=body["reason"])

    return shown_interest(writes.act(do, url_for("api.show_interest", declaration_id=declaration_id)))


@endpoint(
    "GET",
    "/basins/<string:slug>/interests",
    title=_("Lire le registre des intérêts d’un bassin"),
    permission=Permission.SEE_BASIN,
    answers={200: "InterestList"},
    refusals=(404,),
)
def list_interests(slug: str) -> Response:
    """List a basin's declarations, the latest first; a member reads their own."""
    with web_work.start_reading() as work:
        basin = visible(work, slug)
        rights = permissions.require(work, Permission.SEE_BASIN, basin_id=basin.id)
        person_id = None if rights.allows(Permission.SEE_INTERESTS, basin_id=basin.id) else rights.person_id
        found = interests.register(work, basin.id, person_id=person_id, without=rights.hidden())
        return jsonify(items=[interest(each) for each in found])


def shown_interest(write: writes.Write) -> Response:
    """The declaration as it is now, with the status and the place of the first answer."""
    with web_work.start_reading() as work:
        return write.answer(jsonify(interest(interests.named(work, write.made_id))))


def readable_interest(work: UnitOfWork, declaration_id: UUID) -> Registered:
    """A declaration that the bearer may read. Raises `InterestNotFound`."""
    found = interests.named(work, declaration_id)
    rights = permissions.permissions_of(work, work.actor.person_id)
    declared = found.declaration
    reads = rights.allows(Permission.SEE_INTERESTS, basin_id=declared.basin_id, case_id=declared.project_id)
    if declared.person_id != rights.person_id and not reads:
        raise interests.InterestNotFound
    return found


def interest(found: Registered) -> dict[str, Any]:
    """A declaration as the API shows it: never the firm, which whoever stepped back does not read."""
    declared = found.declaration
    return {
        "id": str(declared.id),
        "project_id": str(declared.project_id),
        "reference": found.reference,
        "person": found.person,
        "organisation": found.organisation,
        "situation": declared.situation,
        "details": declared.details,
        "is_recused": declared.is_recused,
        "through": declared.through,
        "declared_on": representations.day(declared.declared_on),
        "is_late": declared.is_late,
        "ended_on": representations.day(declared.ended_on),
        "ended_reason": declared.ended_reason,
    }
