"""What those who steer remark, as the API writes, answers and shows it; nothing waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, jsonify, url_for

from engine.committee import observations
from engine.i18n import mark as _
from engine.people import permissions, persons
from engine.people.permissions import Permission
from web import work as web_work
from web.api import answering, representations, writes
from web.api.bodies import Answers, Body
from web.api.endpoints import endpoint
from web.api.sessions import readable

if TYPE_CHECKING:
    from engine.committee.minutes_models import Observation
    from engine.persistence.unit_of_work import UnitOfWork

OBSERVATION, ANSWER = "observation", "observation_answer"
REFUSALS = (403, 404, 409, 503)


class Observed(Body):
    """What the steering committee remarks."""

    answers = Answers(required=True, form=OBSERVATION)


class Answered(Body):
    """What is answered to an observation."""

    answers = Answers(required=True, form=ANSWER)


@endpoint(
    "POST",
    "/observations/<uuid:observation_id>/answer",
    title=_("Répondre à une observation"),
    note=_("« answers » répond au formulaire « observation_answer »."),
    permission=Permission.CONDUCT_SESSION,
    body=Answered,
    keyed=True,
    answers={200: "Observation"},
    refusals=REFUSALS,
)
def answer_observation(observation_id: UUID, body: dict[str, Any]) -> Response:
    """Answer an observation, once."""

    def do(work: UnitOfWork) -> None:
        found = readable_observation(work, observation_id, Permission.CONDUCT_SESSION)
        answers = answering.clean(work, ANSWER, body["answers"], basin_id=found.basin_id)
        observations.answer(work, observation_id, text=answers["answer"])

    write = writes.act(do, url_for("api.show_observation", observation_id=observation_id))
    with web_work.start_reading() as work:
        return write.answer(jsonify(remarked(work, observations.find(work, observation_id))))


@endpoint(
    "GET",
    "/observations/<uuid:observation_id>",
    title=_("Lire une observation"),
    permission=Permission.SEE_PROJECT,
    answers={200: "Observation"},
    refusals=(404,),
)
def show_observation(observation_id: UUID) -> Response:
    """Show an observation and its answer."""
    with web_work.start_reading() as work:
        return jsonify(remarked(work, readable_observation(work, observation_id, Permission.SEE_PROJECT)))


@endpoint(
    "POST",
    "/sessions/<uuid:session_id>/observations",
    title=_("Écrire une observation sur une séance"),
    note=_("« answers » répond au formulaire « observation »."),
    permission=Permission.OBSERVE,
    body=Observed,
    keyed=True,
    answers={201: "Observation"},
    refusals=REFUSALS,
)
def observe_session(session_id: UUID, body: dict[str, Any]) -> Response:
    """Remark on a session; nothing waits for it."""

    def made(work: UnitOfWork) -> str:
        session = readable(work, session_id, Permission.OBSERVE)
        answers = answering.clean(work, OBSERVATION, body["answers"], basin_id=session.basin_id)
        return place_of(observations.write(work, session_id=session_id, text=answers["text"]))

    return observed(writes.create(made))


@endpoint(
    "POST",
    "/projects/<uuid:project_id>/observations",
    title=_("Écrire une observation sur un projet"),
    note=_("« answers » répond au formulaire « observation »."),
    permission=Permission.OBSERVE,
    body=Observed,
    keyed=True,
    answers={201: "Observation"},
    refusals=REFUSALS,
)
def observe_project(project_id: UUID, body: dict[str, Any]) -> Response:
    """Remark on a project; nothing waits for it."""

    def made(work: UnitOfWork) -> str:
        basin_id, _reference = observations.about(work, None, project_id)
        permissions.require(work, Permission.OBSERVE, basin_id=basin_id, case_id=project_id)
        answers = answering.clean(work, OBSERVATION, body["answers"], basin_id=basin_id)
        return place_of(observations.write(work, project_id=project_id, text=answers["text"]))

    return observed(writes.create(made))


def place_of(observation: Observation) -> str:
    """Where an observation is read."""
    return url_for("api.show_observation", observation_id=observation.id)


def observed(write: writes.Write) -> Response:
    """The observation as it is now, with the status and the place of the first answer."""
    with web_work.start_reading() as work:
        return write.answer(jsonify(remarked(work, observations.find(work, write.made_id))))


def readable_observation(work: UnitOfWork, observation_id: UUID, permission: Permission) -> Observation:
    """An observation on which the bearer may do this. Raises `ObservationNotFound`, and as `require`."""
    found = observations.find(work, observation_id)
    permissions.require(work, permission, basin_id=found.basin_id, case_id=found.project_id)
    permissions.require(work, Permission.SEE_BASIN, basin_id=found.basin_id)
    return found


def remarked(work: UnitOfWork, found: Observation) -> dict[str, Any]:
    """An observation as the API shows it."""
    names = persons.names(work, [found.written_by, found.answered_by])
    return {
        "id": str(found.id),
        "session_id": representations.identifier(found.session_id),
        "project_id": representations.identifier(found.project_id),
        "text": found.text,
        "written_by": names.get(found.written_by, ""),
        "written_at": representations.instant(found.written_at),
        "answer": found.answer,
        "answered_by": names.get(found.answered_by) if found.answered_by else None,
        "answered_at": representations.instant(found.answered_at) if found.answered_at else None,
    }
