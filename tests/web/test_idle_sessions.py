"""A page sent after its session has ended: a draft is kept for its person, and nothing else is done."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.people import accounts
from engine.persistence.unit_of_work import Actor
from engine.runtime import tasks
from engine.runtime.models import Task
from tests.web.installation import PASSWORD
from web.auth import COOKIE, IDLE

TYPED = {"outcome": "drop", "reason": "Tapé trop tard."}


@pytest.fixture
def task_id(engine, project):
    """The task that qualifies the project."""
    with engine.database.start_reading() as work:
        return work.connection.scalar(sa.select(Task.id).where(Task.case_id == project))


@pytest.fixture
def officer(client, sign_in, task_id, clock):
    """An officer whose session has ended while the task was open on their screen."""
    sign_in(client, "officer")
    assert client.get(f"/taches/{task_id}").status_code == 200
    clock.advance(seconds=int((IDLE + timedelta(minutes=1)).total_seconds()))
    return client


def draft_of(engine, world, who, task_id):
    with engine.database.start_reading(Actor(world.people[who])) as work:
        return tasks.read_draft(work, task_id=task_id)


def is_open(engine, task_id) -> bool:
    with engine.database.start_reading() as work:
        return work.connection.scalar(sa.select(Task.closed_at).where(Task.id == task_id)) is None


def test_what_is_typed_is_kept_and_nothing_is_done(officer, engine, world, task_id):
    answer = officer.post(f"/taches/{task_id}", data=TYPED)

    assert answer.status_code == 303
    assert answer.location == f"/taches/{task_id}/code"
    assert "est gardé" in officer.get(answer.location).text
    assert is_open(engine, task_id)
    assert draft_of(engine, world, "officer", task_id).answers["reason"] == TYPED["reason"]


def test_the_script_that_keeps_drafts_is_told(officer, engine, world, task_id):
    answer = officer.post(f"/taches/{task_id}/brouillon", data=TYPED, headers={"Accept": "application/json"})

    assert "connectez-vous" in answer.json["message"]
    assert draft_of(engine, world, "officer", task_id).answers["reason"] == TYPED["reason"]


def test_nothing_but_a_draft_is_let_through(officer, engine, task_id):
    for path in (f"/taches/{task_id}/prendre", f"/taches/{task_id}/brouillon/effacer", "/compte/langue"):
        assert officer.post(path, data={"locale": "en"}).status_code == 303, path
    assert officer.get("/projets").location.startswith("/connexion")
    with engine.database.start_reading() as work:
        assert work.connection.scalar(sa.select(Task.assignee_id).where(Task.id == task_id)) is None


def test_whoever_signed_out_leaves_nothing(officer, engine, world, task_id):
    officer.post("/deconnexion")
    officer.post(f"/taches/{task_id}", data=TYPED)

    assert draft_of(engine, world, "officer", task_id) is None


def test_sessions_closed_by_their_person_leave_nothing(officer, engine, world, task_id):
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        accounts.end_sessions(work, world.people["officer"])
    officer.post(f"/taches/{task_id}", data=TYPED)

    assert draft_of(engine, world, "officer", task_id) is None


def test_somebody_elses_task_gets_no_draft(flask_app, sign_in, engine, world, task_id, clock):
    member = sign_in(flask_app.test_client(), "member")
    clock.advance(seconds=int((IDLE + timedelta(minutes=1)).total_seconds()))
    member.post(f"/taches/{task_id}", data=TYPED)

    assert draft_of(engine, world, "member", task_id) is None
    assert is_open(engine, task_id)


def test_the_cookie_outlives_the_session_which_it_does_not_prolong(officer, engine, world, task_id):
    assert COOKIE > IDLE
    officer.post(f"/taches/{task_id}", data=TYPED)

    assert officer.get("/compte").status_code == 302
    assert (
        officer.post("/connexion", data={"email": world.emails["officer"], "password": PASSWORD}).status_code
        == 303
    )
    assert TYPED["reason"] in officer.get(f"/taches/{task_id}").text
