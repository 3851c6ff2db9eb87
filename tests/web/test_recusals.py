"""Whoever steps back from a project sees none of it: no page, no list, no program tells them of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from engine import errors
from engine.committee import readiness
from engine.escalation import elsewhere
from engine.people import chairs, permissions, recusals
from engine.people.permissions import Permission
from engine.persistence.unit_of_work import Actor
from engine.runtime import cases, inbox, locking, tasks
from tests.web import installation
from tests.web.api_client import INTAKE
from tests.web.lives import Life
from tests.web.test_inbox import statements

FIRM, OTHER_FIRM = "Scierie du Lac (démo)", INTAKE["name"]
TODAY, COMING = date(2026, 11, 16), date(2026, 12, 10)


@pytest.fixture
def life(engine, world, project) -> Life:
    return Life(engine, world, project)


@pytest.fixture
def step_back(engine, world, project):
    """Somebody steps back from the project; gives what ends it."""

    def recuse(who):
        with engine.database.start_work(Actor(world.people["officer"])) as work:
            cases.lock(work, project)
            return recusals.recuse(
                work, case_id=project, basin_id=world.basin_id, person_id=world.people[who]
            ).id

    return recuse


@pytest.fixture
def come_back(engine, world, project):
    def end(step):
        with engine.database.start_work(Actor(world.people["officer"])) as work:
            cases.lock(work, project)
            recusals.end(work, step, reason="L’offre n’a pas été retenue.")

    return end


@pytest.fixture
def browse(flask_app, sign_in):
    """What somebody's page says."""

    def ask(who, path):
        return sign_in(flask_app.test_client(), who).get(path)

    return ask


def firms_shown(answer) -> set[str]:
    """Which of the two firms an answer names."""
    assert answer.status_code == 200, answer.status_code
    text = str(answer.json) if answer.is_json else answer.get_data(as_text=True)
    return {firm for firm in (FIRM, OTHER_FIRM) if firm in text}


def another_project(engine, world):
    return installation.open_project(engine, world, siret=INTAKE["siret"], name=OTHER_FIRM)


PAGES = ("", "/historique", "/historique.csv", "/suivi", "/engagements", "/convention", "/documents")


def test_the_project_s_pages_do_not_exist_for_them_until_they_come_back(
    browse, step_back, come_back, project, api
):
    found = [path for path in PAGES if browse("member3", f"/projets/{project}{path}").status_code == 200]
    assert {"", "/historique", "/historique.csv"} <= set(found)
    step = step_back("member3")

    for path in found:
        assert browse("member3", f"/projets/{project}{path}").status_code == 404, path
        assert browse("member2", f"/projets/{project}{path}").status_code == 200, path
    assert api.get("member3", f"/projects/{project}").status_code == 404
    assert api.get("member3", f"/projects/{project}/history").status_code == 404

    come_back(step)
    assert browse("member3", f"/projets/{project}").status_code == 200
    assert api.get("member3", f"/projects/{project}").status_code == 200


def test_lists_of_projects_leave_it_out(engine, world, browse, step_back, project, api):
    another_project(engine, world)
    for path in ("/projets", "/projets.csv"):
        assert firms_shown(browse("member3", path)) == {FIRM, OTHER_FIRM}
    step_back("member3")

    for path in ("/projets", "/projets.csv", "/projets?q=scierie+lac", "/projets?tri=retard"):
        assert FIRM not in firms_shown(browse("member3", path)), path
    assert firms_shown(browse("member3", "/projets")) == {OTHER_FIRM}
    assert [each["firm"] for each in api.get("member3", "/projects").json["items"]] == [OTHER_FIRM]
    assert firms_shown(browse("member2", "/projets")) == {FIRM, OTHER_FIRM}


def test_a_part_of_their_own_keeps_the_project_in_their_lists(browse, step_back, life):
    life.ready()
    step_back("member")  # Who prescribed it.

    assert firms_shown(browse("member", "/projets")) == {FIRM}
    assert browse("member", f"/projets/{life.case_id}").status_code == 200


def test_what_waits_for_the_session_leaves_it_out(browse, step_back, life):
    session_id = life.session(COMING)
    life.ready()
    paths = ("/seances", f"/seances/{session_id}")
    for path in paths:
        assert firms_shown(browse("member3", path)) == {FIRM}
    step_back("member3")

    for path in paths:
        assert firms_shown(browse("member3", path)) == set()
        assert firms_shown(browse("member2", path)) == {FIRM}


def test_what_a_session_decided_leaves_it_out(browse, step_back, life):
    session_id = life.session(TODAY)
    life.decided(session_id)
    assert firms_shown(browse("member3", f"/seances/{session_id}")) == {FIRM}
    step_back("member3")

    assert firms_shown(browse("member3", f"/seances/{session_id}")) == set()
    assert firms_shown(browse("officer", f"/seances/{session_id}")) == {FIRM}


def test_a_recused_chair_is_shown_no_sign_off_and_can_give_none(browse, step_back, life, api, engine, world):
    life.decided(life.session(TODAY))
    task, chair = life.task("sign_off_decision"), Actor(world.people["chair"])
    paths = ("/taches", "/taches.csv", "/signatures")
    for path in paths:
        assert firms_shown(browse("chair", path)) == {FIRM}
    assert browse("chair", f"/taches/{task.id}").status_code == 200
    step_back("chair")

    for path in paths:
        assert firms_shown(browse("chair", path)) == set(), path
    assert browse("chair", f"/taches/{task.id}").status_code == 404
    assert api.get("chair", f"/tasks/{task.id}").status_code == 404
    assert api.get("chair", "/tasks").json["items"] == []
    with engine.database.start_reading(chair) as work:
        viewer = inbox.Viewer.of(permissions.permissions_of(work, chair.person_id))
        assert inbox.counts(work, viewer) == inbox.Counts(late=0, mine=0, claimable=0)
        with pytest.raises(locking.TaskNotFound):
            locking.read(work, task.id)
    with pytest.raises(errors.NotAllowed), engine.database.start_work(chair) as work:
        tasks.complete(work, task_id=task.id, answers={"decision": "sign"}, channel="json")


def test_the_chair_s_other_tasks_stay(browse, step_back, life, engine, world):
    session_id = life.session(TODAY)
    life.decided(session_id)
    other = Life(engine, world, another_project(engine, world))
    other.decided(session_id)
    step_back("chair")

    for path in ("/taches", "/signatures"):
        assert firms_shown(browse("chair", path)) == {OTHER_FIRM}
    assert browse("chair", f"/taches/{other.task('sign_off_decision').id}").status_code == 200


def test_an_acting_chair_of_the_project_takes_the_chair_s_place(browse, step_back, life, engine, world):
    life.decided(life.session(TODAY))
    step_back("chair")
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        cases.lock(work, life.case_id)
        chairs.designate_acting_chair(
            work, basin_id=world.basin_id, person_id=world.people["member2"], case_id=life.case_id
        )

    assert firms_shown(browse("member2", "/signatures")) == {FIRM}
    life.do("sign_off_decision", "member2", {"decision": "sign"})
    assert "notify_decision" in steps_of(life)


def steps_of(life) -> list[str]:
    with life.engine.database.start_reading() as work:
        return [each.step for each in inbox.open_of_case(work, life.case_id)]


def test_an_acting_chair_who_steps_back_in_turn_sees_no_more(browse, step_back, life, engine, world):
    life.decided(life.session(TODAY))
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        cases.lock(work, life.case_id)
        chairs.designate_acting_chair(
            work, basin_id=world.basin_id, person_id=world.people["member3"], case_id=life.case_id
        )
    task = life.task("sign_off_decision")
    assert browse("member3", f"/taches/{task.id}").status_code == 200
    step_back("member3")

    assert firms_shown(browse("member3", "/taches")) == set()
    assert browse("member3", f"/taches/{task.id}").status_code == 404


def test_an_officer_who_steps_back_runs_the_basin_on(browse, step_back, life, engine, world, clock):
    life.session(COMING)
    life.ready()
    step_back("officer")
    clock.advance(days=40)

    task = life.task("committee_decision")
    assert browse("officer", f"/taches/{task.id}").status_code == 200
    for path in ("/taches", "/projets", "/seances"):
        assert firms_shown(browse("officer", path)) == {FIRM}, path
    with engine.database.start_reading(Actor(world.people["officer"])) as work:
        [basin] = readiness.of_basins(work, [world.basin_id])
        assert [each.firm for each in basin.ready] == [FIRM]
        held_up = elsewhere.at_others(work, {world.basin_id}, world.people["second_officer"])
        assert FIRM not in {each.firm for each in held_up}, "an officer's own task is nobody else's"


def test_what_a_recused_chair_would_hold_up_is_not_asked_of_them(step_back, life, engine, world, clock):
    life.decided(life.session(TODAY))
    clock.advance(days=30)

    def asked() -> list[str | None]:
        with engine.database.start_reading(Actor(world.people["officer"])) as work:
            found = elsewhere.at_others(work, {world.basin_id}, world.people["officer"])
        return [each.person for each in found if each.step == "sign_off_decision"]

    with statements(engine) as before:
        assert asked() == ["Chair (démo)"]
    step_back("chair")

    with statements(engine) as after:
        assert asked() == [None]
    assert len(after) <= len(before)


def test_the_figures_count_it_and_do_not_name_it(browse, step_back, life, api, clock):
    life.ready()
    clock.advance(days=40)
    for answer in (browse("chair", "/pilotage"), api.get("chair", "/monitoring/bottlenecks")):
        assert firms_shown(answer) == {FIRM}
    before = api.get("chair", "/monitoring/bottlenecks").json["open"]
    step_back("chair")

    for answer in (browse("chair", "/pilotage"), api.get("chair", "/monitoring/bottlenecks")):
        assert firms_shown(answer) == set()
    assert api.get("chair", "/monitoring/bottlenecks").json["open"] == before
    assert firms_shown(browse("steering", "/pilotage")) == {FIRM}


def test_the_history_read_by_a_program_leaves_it_out(engine, world, step_back, project, api):
    other = another_project(engine, world)

    def chains(who) -> set[UUID]:
        items = api.get(who, "/history").json["items"]
        return {UUID(each["chain_id"]) for each in items} & {project, other}

    assert chains("steering") == {project, other}
    step_back("steering")

    assert chains("steering") == {other}
    assert chains("officer") == {project, other}


@pytest.mark.parametrize("path", ["/projets", "/taches", "/seances"])
def test_stepping_back_costs_no_statement(engine, world, step_back, life, sign_in, flask_app, path):
    life.session(COMING)
    life.ready()
    another_project(engine, world)
    member = sign_in(flask_app.test_client(), "member3")

    def count() -> int:
        member.get(path)
        with statements(engine) as sent:
            assert member.get(path).status_code == 200
        return len(sent)

    before = count()
    step_back("member3")

    assert count() <= before


def test_a_permission_of_the_basin_stays(engine, world, step_back, project):
    step_back("chair")

    with engine.database.start_reading(Actor(world.people["chair"])) as work:
        rights = permissions.permissions_of(work, world.people["chair"])
    assert rights.allows(Permission.SEE_MONITORING, basin_id=world.basin_id)
    assert not rights.allows(Permission.REPLACE_MANDATARY, basin_id=world.basin_id, case_id=project)


def test_what_ended_hides_nothing_any_more(browse, step_back, come_back, project, clock):
    step = step_back("member3")
    clock.advance(days=1)
    assert firms_shown(browse("member3", "/projets")) == set()
    come_back(step)

    assert firms_shown(browse("member3", "/projets")) == {FIRM}
