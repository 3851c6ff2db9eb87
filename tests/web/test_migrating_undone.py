"""A project that changed version is taken back from the report, until the first act, which is named."""

from __future__ import annotations

import pytest

from engine.persistence.unit_of_work import Actor
from engine.projects import everyday
from engine.runtime import inbox, tasks
from tests.web import installation
from tests.web.migrating import carry_out, number_of, ordered, publish, text_of, undo_url


@pytest.fixture
def officer(client, sign_in):
    return sign_in(client, "officer")


@pytest.fixture
def second(engine, world):
    """Another project of the basin, of a firm of its own."""
    return installation.open_project(engine, world, siret="00000008300006", name="Forge Éloi (démo)")


def claimed(engine, world, case_id, who="second_officer"):
    """Somebody takes the first open task of a project."""
    with engine.database.start_work(Actor(world.people[who])) as work:
        tasks.claim(work, task_id=inbox.open_of_case(work, case_id)[0].id)


def test_each_is_undone_until_its_first_act_which_is_named(officer, engine, world, project, second):
    publish(engine, world)
    place = ordered(officer).location
    carry_out(engine)
    page = officer.get(place)
    assert page.text.count("/defaire") == 2

    claimed(engine, world, second)
    after = text_of(officer, place)
    url = undo_url(officer.get(place))
    undone = officer.post(url, data={"key": "a" * 32})
    back = text_of(officer, place)
    twice = officer.post(url, data={"key": "a" * 32})
    late = officer.post(url.replace(str(project), str(second)))
    told = text_of(officer, place)

    assert "Ne se défait plus : Second Officer (démo) a agi le" in after
    assert after.count("/defaire") == 1
    assert {undone.status_code, twice.status_code, late.status_code} == {303}
    assert "Scierie du Lac (démo) est revenu à la version 1" in back
    assert "Défait par Officer (démo)" in back
    assert "Forge Éloi (démo) reste sur cette version : Second Officer (démo) a agi sur ce projet le" in told
    assert (number_of(engine, project), number_of(engine, second)) == (1, 2)


def test_what_was_undone_already_is_told(officer, engine, world, project):
    publish(engine, world)
    place = ordered(officer).location
    carry_out(engine)
    url = undo_url(officer.get(place))

    answers = [officer.post(url).status_code for _time in range(2)]

    assert answers == [303, 303]
    assert "ce changement a déjà été annulé" in text_of(officer, place)


def test_a_note_since_leaves_the_way_back_open(officer, engine, world, project):
    publish(engine, world)
    place = ordered(officer).location
    carry_out(engine)
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        everyday.write_note(work, project_id=project, text="Vu.", audience="committee")

    assert undo_url(officer.get(place)) is not None
