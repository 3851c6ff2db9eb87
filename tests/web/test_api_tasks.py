"""The API lists, shows, takes, drafts and completes tasks."""

from __future__ import annotations

from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine.persistence.base import table_of
from engine.runtime.models import Draft
from forms import catalogue
from forms.catalogue import Form
from tests.web import installation
from tests.web.api_client import qualification, task_of
from tests.web.installation import LORRAINE, VALENCIENNES


def test_a_task_is_taken_drafted_completed_and_then_shows_what_became_of_it(api, world, project):
    task = task_of(api, "officer", "qualify")
    before = api.get("officer", f"/tasks/{task}").json
    assert before["allowed"] == {
        "complete": True, "claim": True, "release": False, "delegate": True, "hold": True, "on_behalf": False,
    }  # fmt: skip
    assert "outcome" in before["form_schema"]["properties"]

    assert api.post("officer", f"/tasks/{task}/claim").json["assignee_id"] == str(world.people["officer"])
    taken = api.post("second_officer", f"/tasks/{task}/complete", {"answers": qualification(world)})
    assert taken.status_code == 409
    drafted = api.post("officer", f"/tasks/{task}/draft", {"answers": {"headcount": "une douzaine"}})
    assert drafted.json["draft"]["answers"] == {"headcount": "une douzaine"}
    assert api.get("second_officer", f"/tasks/{task}").json["draft"] is None

    done = api.post(
        "officer", f"/tasks/{task}/complete",
        {"answers": qualification(world), "occurred_on": "2026-11-16"},
    )  # fmt: skip

    assert done.status_code == 200
    assert done.json["closed"]["outcome"] == "completed"
    assert done.json["closed"]["occurred_on"] == "2026-11-16"
    assert (done.json["form_schema"], done.json["draft"]) == (None, None)
    again = api.post("officer", f"/tasks/{task}/complete", {"answers": qualification(world)})
    assert again.status_code == 409
    assert again.json["who"] == str(world.people["officer"])
    assert task_of(api, "member", "accept_prescription")


def test_a_draft_typed_before_an_upgrade_is_given_as_the_form_is_now(api, engine, project, monkeypatch):
    task = task_of(api, "officer", "qualify")
    api.post("officer", f"/tasks/{task}/claim")
    api.post("officer", f"/tasks/{task}/draft", {"answers": {"headcount": "12"}})
    today = catalogue.form("qualification")
    with engine.database.start_work() as work:
        work.connection.execute(
            sa.update(table_of(Draft)).values(form_number=today.number, answers={"staff": "12"})
        )
    later = Form("qualification", today.number + 1, today.title, today.intro, today.schema)
    monkeypatch.setitem(catalogue.FORMS, "qualification", later)
    monkeypatch.setitem(
        catalogue.UPCASTERS, ("qualification", today.number), lambda old: {"headcount": old["staff"]}
    )

    assert api.get("officer", f"/tasks/{task}").json["draft"]["answers"] == {"headcount": "12"}


def test_a_task_is_released_and_handed_over(api, world, project):
    task = task_of(api, "officer", "qualify")
    api.post("officer", f"/tasks/{task}/claim")

    assert api.post("officer", f"/tasks/{task}/release").json["assignee_id"] is None
    oneself = api.post("officer", f"/tasks/{task}/delegate", {"to": str(world.people["officer"])})
    assert (oneself.status_code, list(oneself.json["errors"])) == (422, ["to"])
    to = {"to": str(world.people["second_officer"])}
    assert api.post("officer", f"/tasks/{task}/delegate", to).json["assignee_id"] == to["to"]

    stranger = api.post("officer", f"/tasks/{task}/delegate", {"to": str(world.people["other_officer"])})
    assert stranger.status_code == 403
    assert api.post("member", f"/tasks/{task}/claim").status_code == 403
    assert api.post("other_officer", f"/tasks/{task}/claim").status_code == 404
    assert api.get("officer", f"/tasks/{uuid4()}").status_code == 404


def test_the_officer_types_what_a_member_said(api, world, project):
    task = task_of(api, "officer", "qualify")
    api.post("officer", f"/tasks/{task}/complete", {"answers": qualification(world)})
    theirs = task_of(api, "member", "accept_prescription")
    answers = {"answers": {"accepted": True}}

    assert api.post("officer", f"/tasks/{theirs}/complete", answers).status_code == 403
    for_another = {**answers, "on_behalf_of": str(world.people["member2"])}
    assert api.post("officer", f"/tasks/{theirs}/complete", for_another).status_code == 403
    done = api.post(
        "officer", f"/tasks/{theirs}/complete", {**answers, "on_behalf_of": str(world.people["member"])}
    )

    assert done.status_code == 200
    assert done.json["closed"]["by"] == str(world.people["officer"])
    assert done.json["closed"]["on_behalf_of"] == str(world.people["member"])


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("2026-11-17", 422),  # Tomorrow.
        ("9999-12-31", 422),
        ("0000-01-01", 422),
        ("0001-01-01", 422),
        ("2026-11-15", 422),  # Before the task opened, without a reason.
        ("16/11/2026", 422),
        (20261116, 422),
        (None, 200),
    ],
)
def test_the_day_of_an_act_is_a_day_that_can_be(api, world, project, said, status):
    task = task_of(api, "officer", "qualify")

    answer = api.post(
        "officer", f"/tasks/{task}/complete", {"answers": qualification(world), "occurred_on": said}
    )

    assert answer.status_code == status


def test_an_earlier_day_needs_a_reason_and_stays_within_the_project(api, world, project, clock):
    clock.advance(days=3)
    qualify = task_of(api, "officer", "qualify")
    api.post("officer", f"/tasks/{qualify}/complete", {"answers": qualification(world)})
    task = task_of(api, "member", "accept_prescription")
    said = {"answers": {"accepted": True}, "late_reason": "Noté sur un carnet."}

    for day in ("0001-01-01", "2026-11-15"):
        refused = api.post("member", f"/tasks/{task}/complete", {**said, "occurred_on": day})
        assert refused.status_code == 422
        assert "occurred_on" in refused.json["errors"]
    done = api.post("member", f"/tasks/{task}/complete", {**said, "occurred_on": "2026-11-17"})

    assert done.json["closed"]["occurred_on"] == "2026-11-17"


def test_the_inbox_is_filtered_and_read_page_by_page(api, engine, world):
    for name in ("Amidon", "Brasserie", "Câblerie"):
        installation.open_project(engine, world, siret=None, name=f"{name} (démo)")

    first = api.get("officer", "/tasks?limit=2&scope=claimable").json
    second = api.get("officer", f"/tasks?limit=2&scope=claimable&cursor={first['next']}").json

    assert len(first["items"]) == 2
    assert len(second["items"]) == 1
    assert second["next"] is None
    assert api.get("officer", "/tasks?scope=mine").json["items"] == []
    assert len(api.get("officer", f"/tasks?basin={LORRAINE}&q=cablerie").json["items"]) == 1
    assert api.get("officer", "/tasks?overdue=true").json["items"] == []
    assert api.get("officer", f"/tasks?basin={VALENCIENNES}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "/tasks?scope=theirs", "/tasks?limit=0", "/tasks?limit=1e3", "/tasks?limit=10&limit=20",
        "/tasks?overdue=yes", "/tasks?cursor=azerty", "/tasks?cursor=%F0%9F%98%80", "/tasks?bassin=x",
        "/tasks?cursor=MDAwMS0wMS0wMVQwMDowMDowMCswOTowMCAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMA",
        "/projects?cursor=MDAwMS0wMS0wMVQwMDowMDowMCswOTowMCAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMA",
        "/projects?phase=moon", "/projects?state=lost", "/projects?q=%00", "/history?after=-1",
        "/history?after=99999999999999999999", "/basins?page=2", "/monitoring/bottlenecks?from=0000-00-00", "/monitoring/bottlenecks?from=0001-01-01", "/monitoring/bottlenecks?as_of=9999-12-31",
        "/monitoring/bottlenecks?from=2026-02-01&to=2026-01-01",
    ],
)  # fmt: skip
def test_a_question_that_means_nothing_is_refused_by_name(api, query):
    answer = api.get("officer", query)

    assert answer.status_code == 422
    assert answer.json["errors"]
