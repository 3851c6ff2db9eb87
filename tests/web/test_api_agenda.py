"""A session's agenda for programs: arranged, sent, received; nothing more read than in pages."""

from __future__ import annotations

from datetime import date

import pytest

from engine.people import recusals
from engine.persistence.unit_of_work import Actor
from tests.web.lives import Life

HELD = date(2026, 12, 10)


@pytest.fixture
def life(engine, world, project) -> Life:
    return Life(engine, world, project)


@pytest.fixture
def session(life) -> str:
    """The address of a session to come, with a file that is ready."""
    life.ready()
    return f"/sessions/{life.session(HELD)}"


def kinds(api, session, who="officer") -> list[str]:
    return [each["kind"] for each in api.get(who, f"{session}/agenda").json["items"]]


def test_an_agenda_is_arranged_and_sent_by_a_program(api, session):
    [item] = api.get("officer", f"{session}/agenda").json["items"]
    assert (item["kind"], item["item_id"], item["since"]) == ("project_new", None, "2026-11-16")
    added = api.post("officer", f"{session}/agenda/add", {"answers": {"title": "Calendrier"}})
    assert [each["title"] for each in added.json["items"]] == [None, "Calendrier"]
    free = added.json["items"][1]["key"]
    api.post("officer", f"{session}/agenda/reorder", {"keys": f"{free} {item['key']}"})
    assert kinds(api, session) == ["free", "project_new"]
    taken = {"key": item["key"], "answers": {"reason": "Absent."}}
    assert api.post("officer", f"{session}/agenda/remove", taken).json["removed"] == [
        {"key": item["key"], "reason": "Absent."}
    ]
    api.post("officer", f"{session}/agenda/restore", {"key": item["key"]})
    assert api.post("officer", f"{session}/agenda/pick", {"key": item["key"]}).status_code == 409

    sent = api.post("officer", f"{session}/diffuse", {"answers": {}})
    assert sent.json["diffused_at"] is not None
    assert api.post("officer", f"{session}/diffuse", {"answers": {}}).status_code == 409
    again = api.post("officer", f"{session}/diffuse-again", {"answers": {"reason": "Un point."}})
    assert again.status_code == 200


def test_a_member_says_by_program_that_they_received_it(api, session):
    assert api.post("member", f"{session}/acknowledge").status_code == 409
    api.post("officer", f"{session}/diffuse", {"answers": {}})
    for _twice in range(2):
        assert api.post("member", f"{session}/acknowledge").status_code == 200
    assert api.post("officer", f"{session}/acknowledge").status_code == 403

    listed = api.get("officer", f"{session}/receipts").json["items"]
    assert [each["person"] for each in listed if each["acknowledged_at"]] == ["Member (démo)"]


def test_whoever_stepped_back_reads_a_number_and_changes_nothing(api, engine, world, life, session):
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        recusals.recuse(
            work, case_id=life.case_id, basin_id=world.basin_id, person_id=world.people["member3"]
        )
    seen = api.get("member3", f"{session}/agenda").json

    assert (seen["items"], seen["left_out"]) == ([], [1])
    assert life.case_id.hex not in str(seen)
    typed = {"answers": {"title": "Moi"}}
    assert api.post("member3", f"{session}/agenda/add", typed).status_code == 403
