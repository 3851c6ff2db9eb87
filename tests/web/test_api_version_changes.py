"""Programs foresee, ask for, read and undo the changes of version of running projects."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from engine.persistence.unit_of_work import Actor
from engine.runtime import inbox, tasks
from tests.conftest import START
from tests.web import installation
from tests.web.installation import LORRAINE, VALENCIENNES
from tests.web.migrating import GONE, LONGER, REASON, carry_out, number_of, publish

CHANGES = f"/basins/{LORRAINE}/version-changes"


def asked(project, **changed):
    return {"to": 2, "projects": [str(project)], "reason": REASON, **changed}


def test_a_program_foresees_what_would_become_of_each(api, engine, world, project):
    publish(engine, world, edits=LONGER)

    [found] = api.get("officer", f"{CHANGES}/preview?to=2").json["items"]

    assert (found["project"]["id"], found["version"], found["may_move"]) == (str(project), 1, True)
    assert ("P18M", "P24M") in {(each["before"], each["after"]) for each in found["later"]}
    assert api.get("officer", f"{CHANGES}/preview?to=9").status_code == 404
    assert api.get("officer", f"{CHANGES}/preview").status_code == 422


def test_the_preview_is_read_page_by_page_and_says_why_in_the_reader_s_language(api, engine, world, project):
    installation.open_project(engine, world, siret="00000008300006", name="Forge Éloi (démo)")
    publish(engine, world, edits=GONE)
    english = {"Accept-Language": "en"}

    first = api.get("officer", f"{CHANGES}/preview?to=2&limit=1", headers=english).json
    second = api.get("officer", f"{CHANGES}/preview?to=2&limit=1&cursor={first['next']}").json

    assert first["items"][0]["project"]["id"] != second["items"][0]["project"]["id"]
    assert second["next"] is None
    assert not first["items"][0]["may_move"]
    assert first["items"][0]["reasons"] != second["items"][0]["reasons"]


def test_a_program_moves_a_project_reads_what_became_of_it_and_takes_it_back(api, engine, world, project):
    publish(engine, world)

    made = api.post("officer", CHANGES, asked(project))
    carry_out(engine)
    place = made.headers["Location"].removeprefix("/api/v1")
    done = api.get("officer", place).json
    undone = api.post("officer", f"{place}/projects/{project}/undo")
    again = api.post("officer", f"{place}/projects/{project}/undo")
    [listed] = api.get("officer", CHANGES).json["items"]

    assert (made.status_code, made.json["counts"]) == (201, {"waiting": 1})
    assert (done["counts"], done["projects"][0]["may_undo"]) == ({"moved": 1}, True)
    assert done["projects"][0]["former_version"] == 1
    assert (undone.status_code, undone.json["projects"][0]["outcome"]) == (200, "undone")
    assert undone.json["projects"][0]["undone_by"] == "Officer (démo)"
    assert again.status_code == 409
    assert (listed["counts"], listed["reason"]) == ({"undone": 1}, REASON)
    assert number_of(engine, project) == 1


def test_a_program_is_told_what_is_already_asked_for(api, engine, world, project):
    publish(engine, world)
    api.post("officer", CHANGES, asked(project))

    [found] = api.get("officer", f"{CHANGES}/preview?to=2").json["items"]

    assert not found["may_move"]
    assert found["reasons"] == ["Son passage à la version 2 est déjà demandé\u202f: il attend son tour."]


def test_a_program_moves_nobody_to_a_version_that_never_was_in_force(api, engine, world, project, clock):
    soon = START.date() + timedelta(days=10)
    publish(engine, world, effective_on=soon)
    publish(engine, world, name="Accueillir autrement", effective_on=soon)
    clock.advance(days=11)

    refused = api.post("officer", CHANGES, asked(project))

    assert refused.status_code == 409
    assert "La version 2 a été remplacée par la version 3" in refused.json["detail"]
    assert api.post("officer", CHANGES, asked(project, to=3)).status_code == 201


def test_the_same_request_twice_is_one_change(api, engine, world, project):
    publish(engine, world)

    answers = [api.post("officer", CHANGES, asked(project), key="un") for _time in range(2)]
    another = api.post("officer", CHANGES, asked(project, reason="Autre chose."), key="un")

    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json["id"] == answers[1].json["id"]
    assert another.status_code == 422
    assert api.post("officer", CHANGES, asked(project), key=None).status_code == 400
    assert len(api.get("officer", CHANGES).json["items"]) == 1


def test_after_the_first_act_a_program_is_told_whose_it_was(api, engine, world, project):
    publish(engine, world)
    place = api.post("officer", CHANGES, asked(project)).headers["Location"].removeprefix("/api/v1")
    carry_out(engine)
    with engine.database.start_work(Actor(world.people["second_officer"])) as work:
        tasks.claim(work, task_id=inbox.open_of_case(work, project)[0].id)

    refused = api.post("officer", f"{place}/projects/{project}/undo")
    [line] = api.get("officer", place).json["projects"]

    assert refused.status_code == 409
    assert (line["may_undo"], line["acted_by"]) == (False, "Second Officer (démo)")


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"projects": []}, 422), ({"projects": ["x"]}, 422), ({"projects": [str(uuid4())]}, 404),
        ({"reason": "  "}, 422), ({"reason": ""}, 422), ({"to": 0}, 422), ({"to": 8}, 404),
        ({"to": "deux"}, 422), ({"because": "x"}, 422),
    ],
)  # fmt: skip
def test_absurd_orders_are_refused(api, engine, world, project, changed, status):
    publish(engine, world)

    assert api.post("officer", CHANGES, asked(project, **changed)).status_code == status
    assert api.get("officer", CHANGES).json["items"] == []


def test_what_another_basin_asked_for_does_not_exist(api, engine, world, project):
    publish(engine, world)
    place = api.post("officer", CHANGES, asked(project)).headers["Location"].removeprefix("/api/v1")
    elsewhere = place.replace(LORRAINE, VALENCIENNES)

    assert api.get("other_officer", place).status_code == 404
    assert api.get("other_officer", elsewhere).status_code == 404
    assert api.post("other_officer", f"{elsewhere}/projects/{project}/undo").status_code == 404
    assert api.get("member", place).status_code == 403
    assert api.post("officer", CHANGES, asked(project), scopes=("read",)).status_code == 403
