"""A program learns from the API what it may do to a project, and among whom it may choose."""

from __future__ import annotations

import pytest

from tests.web.api_client import qualification, task_of


@pytest.fixture
def path(project):
    return f"/projects/{project}"


def acts(api, name: str, path: str) -> dict[str, dict]:
    return {each["path"]: each for each in api.get(name, f"{path}/acts").json["items"]}


def choices(act: dict, question: str) -> dict[str, str]:
    """The values that a question takes, under what people read."""
    asked = act["form_schema"]["properties"][question]
    # What may be left out may also be null.
    offered = asked.get("oneOf") or asked["anyOf"][0]["oneOf"]
    return {each["title"]: each["const"] for each in offered}


def test_each_is_told_what_their_rights_allow(api, path):
    assert set(acts(api, "officer", path)) == {
        "withdraw", "terminate", "replace-person", "correct-paper-day",
        "strike-paper-signature", "suspend", "resume", "alerts", "notes", "calls", "amendments",
        "advance-payment", "strike-advance-payment",
    }  # fmt: skip
    assert "replace-mandatary" in acts(api, "chair", path)
    assert acts(api, "steering", path) == {}
    assert api.get("other_officer", f"{path}/acts").status_code == 404


def test_a_person_is_replaced_by_what_the_api_alone_has_told(api, world, path):
    task = task_of(api, "officer", "qualify")
    api.post("officer", f"/tasks/{task}/complete", {"answers": qualification(world)})
    act = acts(api, "officer", path)["replace-person"]
    [part] = [value for title, value in choices(act, "part_id").items() if title.startswith("Prescripteur")]
    names = {value: title for title, value in choices(act, "person_id").items()}
    assert str(world.people["member2"]) in names

    answers = {"part_id": part, "person_id": str(world.people["member2"]), "reason": "Départ en retraite."}
    replaced = api.post("officer", f"{path}/{act['path']}", {"answers": answers})

    assert replaced.status_code == 200
    assert api.get("member2", "/tasks").json["items"][0]["step"] == "accept_prescription"
    assert api.get("member", "/tasks").json["items"] == []
    again = api.post("officer", f"{path}/{act['path']}", {"answers": answers})
    assert again.status_code in {409, 422}
