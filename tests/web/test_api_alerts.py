"""A firm in difficulty through the API: signalled by those who may, told to the committee, put right."""

from __future__ import annotations

import pytest

from tests.web.lives import Life
from tests.web.project_pages.reading import TODAY

LOST = {"difficulty": "lost_customer", "seriousness": "watch", "statement": "Le premier client s’en va."}
KIND = "projects.firm_alert.signalled"


@pytest.fixture
def path(project):
    return f"/projects/{project}"


@pytest.fixture
def followed(engine, world, project):
    life = Life(engine, world, project)
    life.labelled(life.session(TODAY), TODAY)
    return life


def test_a_difficulty_is_signalled_by_those_who_follow_the_firm(api, followed, path):
    for who, expected in (("officer", 200), ("chair", 200), ("member2", 200), ("member", 403)):
        assert api.post(who, f"{path}/alerts", {"answers": LOST}).status_code == expected

    told = [each for each in api.get("officer", f"{path}/history").json["items"] if each["kind"] == KIND]
    assert len(told) == 3
    assert told[0]["content"]["statement"] == LOST["statement"]
    mails = api.get("officer", f"{path}/mails").json["items"]
    assert sum(each["kind"] == "firm_in_difficulty" for each in mails) == 7  # Nobody's own.


def test_a_firm_that_is_not_labelled_is_refused_and_so_is_an_unknown_kind(api, world, path):
    assert api.post("officer", f"{path}/alerts", {"answers": LOST}).status_code == 409
    wrong = {**LOST, "difficulty": "weather", "occurred_on": "2026-11-17"}
    refused = api.post("officer", f"{path}/alerts", {"answers": wrong})
    assert (refused.status_code, sorted(refused.json["errors"])) == (422, ["difficulty", "occurred_on"])


def test_an_alert_is_put_right_by_its_answers(api, followed, path):
    api.post("officer", f"{path}/alerts", {"answers": LOST})
    [alert] = [each for each in api.get("officer", f"{path}/records").json["items"]
               if each["kind"] == "firm_alert"]  # fmt: skip
    body = {"reason": "Plus grave.", "changes": {"seriousness": "serious"}, "consequences_read": True}

    answer = api.post("officer", f"{path}/records/{alert['id']}/correct", body)

    [right] = [each for each in answer.json["items"] if each["kind"] == "firm_alert"]
    assert (right["values"]["seriousness"], right["replaces_id"]) == ("serious", alert["id"])
