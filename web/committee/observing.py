"""What those who steer remark on a session or on a project, and what is answered; nothing waits for it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import flash, g, render_template, url_for

from engine.committee import observations
from engine.i18n import mark as _
from engine.people import basins, permissions, persons
from engine.people.permissions import Permission
from engine.projects import dossiers
from forms.presentation import Input
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires, viewer
from web.committee.access import heading, session_asked
from web.committee.act_pages import Values
from web.committee.blueprint import pages
from web.page_forms import Messages, PageForm, general, show_again_with
from web.sent_late import set_aside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.committee.minutes_models import Observation
    from engine.persistence.unit_of_work import UnitOfWork

WRITE, ANSWER = "observation", "observation_answer"


@pages.get("/seances/<uuid:session_id>/observations")
@requires(Permission.SEE_PROJECT)
def session_observations(session_id: UUID) -> str:
    """Show what was remarked on a session."""
    return observations_page(session_id=session_id)


@pages.post("/seances/<uuid:session_id>/observations")
@requires(Permission.OBSERVE)
@keeps_when_idle(set_aside)
def observe_session(session_id: UUID) -> Response:
    """Write an observation on a session."""
    show_again_with(partial(observations_page, session_id=session_id))
    with once.start_work() as work:
        session, basin = session_asked(work, session_id, Permission.OBSERVE)
        answers = PageForm(WRITE, basin.id).read(work)
        observations.write(work, session_id=session.id, text=answers["text"])
        response = once.done(work, url_for("committee.session_observations", session_id=session_id))
    flash(web_work.translated(_("Votre observation est envoyée.")), "success")
    return response


@pages.get("/projets/<uuid:project_id>/observations")
@requires(Permission.SEE_PROJECT)
def project_observations(project_id: UUID) -> str:
    """Show what was remarked on a project, to those who read it for the committee."""
    return observations_page(project_id=project_id)


@pages.post("/projets/<uuid:project_id>/observations")
@requires(Permission.OBSERVE)
@keeps_when_idle(set_aside)
def observe_project(project_id: UUID) -> Response:
    """Write an observation on a project."""
    show_again_with(partial(observations_page, project_id=project_id))
    with once.start_work() as work:
        basin_id, _about = project_asked(work, project_id, Permission.OBSERVE)
        answers = PageForm(WRITE, basin_id).read(work)
        observations.write(work, project_id=project_id, text=answers["text"])
        response = once.done(work, url_for("committee.project_observations", project_id=project_id))
    flash(web_work.translated(_("Votre observation est envoyée.")), "success")
    return response


@pages.post("/observations/<uuid:observation_id>/reponse")
@requires(Permission.CONDUCT_SESSION)
@keeps_when_idle(set_aside)
def answer_observation(observation_id: UUID) -> Response:
    """Answer an observation; whoever wrote it is told."""
    with once.start_work() as work:
        found = observations.find(work, observation_id)
        permissions.require(
            work, Permission.CONDUCT_SESSION, basin_id=found.basin_id, case_id=found.project_id
        )
        show_again_with(partial(observations_page, session_id=found.session_id, project_id=found.project_id))
        answers = PageForm(ANSWER, found.basin_id).read(work)
        observations.answer(work, observation_id, text=answers["answer"])
        response = once.done(work, address(found))
    flash(web_work.translated(_("Votre réponse est envoyée.")), "success")
    return response


def address(found: Observation) -> str:
    """The page on which an observation is read."""
    if found.session_id is not None:
        return url_for("committee.session_observations", session_id=found.session_id)
    return url_for("committee.project_observations", project_id=found.project_id)


def project_asked(work: UnitOfWork, project_id: UUID, permission: Permission) -> tuple[int, str]:
    """A project that the reader sees for its committee: its basin, its firm. Raises `ProjectNotFound`.

    Its firm and its experts do not read what is remarked of it.
    """
    project = dossiers.find(work, project_id)
    permissions.require(work, permission, basin_id=project.basin_id, case_id=project_id)
    permissions.require(work, Permission.SEE_BASIN, basin_id=project.basin_id)
    g.zone = basins.zone_of(work, project.basin_id)
    return project.basin_id, project.firm


def observations_page(
    values: Values | None = None,
    messages: Messages | None = None,
    *,
    session_id: UUID | None = None,
    project_id: UUID | None = None,
) -> str:
    """The observations on a session or on a project, and the form to write one."""
    with web_work.start_reading() as work:
        if session_id is not None:
            session, basin = session_asked(work, session_id, Permission.SEE_PROJECT)
            basin_id, about = basin.id, heading(session)
        elif project_id is not None:
            basin_id, about = project_asked(work, project_id, Permission.SEE_PROJECT)
        found = observations.of(work, session_id=session_id, project_id=project_id)
        form = PageForm(WRITE, basin_id)
        rights = viewer().rights
        may_write = rights.allows(Permission.OBSERVE, basin_id=basin_id, case_id=project_id)
        may_answer = rights.allows(Permission.CONDUCT_SESSION, basin_id=basin_id, case_id=project_id)
        inputs = form.inputs(form.context(work), values, messages) if may_write else []
        rows = rows_of(work, found, may_answer=may_answer)
    return render_template(
        "committee/observations.html",
        about=about,
        back_url=url_for("committee.show_session", session_id=session_id)
        if session_id
        else url_for("projects.show_project", project_id=project_id),
        observations=rows,
        inputs=inputs,
        general_errors=general(messages, [*inputs, *(each["input"] for each in rows if each["input"])]),
        action=url_for("committee.observe_session", session_id=session_id)
        if session_id
        else url_for("committee.observe_project", project_id=project_id),
        intro=form.form.intro,
        submit=form.form.submit,
        key=once.new_key(),
    )


def rows_of(work: UnitOfWork, found: list[Observation], *, may_answer: bool) -> list[dict[str, Any]]:
    """The observations, each with its answer, or the form to give it."""
    names = persons.names(work, [one for each in found for one in (each.written_by, each.answered_by)])
    return [
        {
            "id": each.id,
            "text": each.text,
            "by": names.get(each.written_by),
            "at": each.written_at,
            "answer": each.answer,
            "answered_by": names.get(each.answered_by) if each.answered_by else None,
            "answered_at": each.answered_at,
            "input": answer_input(each) if may_answer and each.answer is None else None,
            "answer_url": url_for("committee.answer_observation", observation_id=each.id),
            "key": once.new_key(),
        }
        for each in found
    ]


def answer_input(found: Observation) -> Input:
    """The control of an answer."""
    return Input(
        name="answer",
        id=f"answer-{found.id}",
        kind="textarea",
        label=web_work.translated(_("Réponse")),
        required=True,
        max_length=3000,
    )
