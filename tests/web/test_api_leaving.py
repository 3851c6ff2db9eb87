"""Absences, who stands in, and handing over, by the API: the same rights and refusals as the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.people import tokens
from engine.persistence.unit_of_work import Actor
from tests.web.task_lives import Lives

LORRAINE = "terres-de-lorraine"
WHY = "Départ."


@pytest.fixture
def lives(engine, world) -> Lives:
    return Lives(engine, world)


@pytest.fixture
def days(clock):
    first = clock.instant.date()
    return {"first_day": first.isoformat(), "last_day": (first + timedelta(days=6)).isoformat()}


def seen(api, who):
    return [each["step"] for each in api.get(who, "/tasks?scope=mine").json["items"]]


def test_a_member_declares_names_and_withdraws(api, world, lives, days):
    lives.to_diagnostic()
    made = api.post("member", "/absences", days)
    assert made.status_code == 201
    absence = f"/absences/{made.json['id']}"
    assert made.headers["Location"].endswith(absence)

    named = api.post(
        "member", f"{absence}/substitutes",
        {"basin": LORRAINE, "substitute_id": str(world.people["member2"])},
    )  # fmt: skip
    [one] = named.json["substitutions"]
    assert (one["basin"], one["substitute"]["id"]) == (LORRAINE, str(world.people["member2"]))
    assert "preliminary_diagnostic" in seen(api, "member2")
    assert [each["id"] for each in api.get("member2", "/substitutions").json["items"]] == [one["id"]]

    ended = api.post("member2", f"/substitutions/{one['id']}/end").json
    assert ended["ended"] == "withdrawn"
    assert seen(api, "member2") == []
    assert api.post("member", f"{absence}/withdraw").json["withdrawn"] is True
    assert api.get("member", "/absences").json["items"] == []
    assert api.post("member", f"{absence}/withdraw").status_code == 404


def test_what_the_page_refuses_the_api_refuses_by_field(api, world, lives, days):
    lives.to_diagnostic()
    turned = {"first_day": days["last_day"], "last_day": days["first_day"]}
    assert "last_day" in api.post("member", "/absences", turned).json["errors"]
    absence = api.post("member", "/absences", days).json["id"]
    refused = api.post(
        "member", f"/absences/{absence}/substitutes",
        {"basin": LORRAINE, "substitute_id": str(world.people["steering"])},
    )  # fmt: skip
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["substitute"])


def test_the_same_key_declares_once(api, days):
    made = [api.post("member", "/absences", days, key="absence-1") for _again in range(2)]

    assert [each.status_code for each in made] == [201, 201]
    assert made[0].json["id"] == made[1].json["id"]
    assert len(api.get("member", "/absences").json["items"]) == 1


def test_an_officer_declares_for_a_colleague_and_nobody_else_does(api, world, days):
    theirs = {**days, "person_id": str(world.people["member"])}
    made = api.post("officer", "/absences", theirs)
    assert made.status_code == 201
    assert len(api.get("member", "/absences").json["items"]) == 1
    listed = api.get("officer", f"/absences?person_id={world.people['member']}").json["items"]
    assert [each["id"] for each in listed] == [made.json["id"]]

    for who, status in (("member2", 403), ("steering", 403), ("other_officer", 404)):
        assert api.post(who, "/absences", theirs).status_code == status, who
        assert api.get(who, f"/absences?person_id={world.people['member']}").status_code == status, who
        assert api.post(who, f"/absences/{made.json['id']}/withdraw").status_code == 404, who


def test_a_reading_token_declares_nothing(api, engine, world, days):
    person_id = world.people["member"]
    with engine.database.start_work(Actor(person_id, "cli")) as work:
        text, _row = tokens.create(work, person_id=person_id, name="Lecture", scopes=("read",))
    bearer = {"headers": {"Authorization": f"Bearer {text}"}}

    assert api.post(None, "/absences", days, **bearer).status_code == 403
    assert api.get(None, "/absences", **bearer).json["items"] == []


def test_a_departure_is_listed_checked_and_handed_over_once(api, world, lives):
    lives.to_diagnostic()
    person = f"/people/{world.people['member']}"
    held = api.get("administrator", f"{person}/holdings").json["items"]
    assert [each["what"] for each in held] == ["role", "part"]
    body = {
        "takers": [{"key": each["key"], "person_id": str(world.people["member2"])} for each in held],
        "reason": WHY,
    }

    checked = api.post("administrator", f"{person}/handover/check", body).json["items"]
    assert [each["refusal"] for each in checked] == [None, None]
    assert api.get("administrator", f"{person}/holdings").json["items"] == held, "nothing is done"

    done = [api.post("administrator", f"{person}/handover", body, key="departure-1") for _again in range(2)]
    assert [each.status_code for each in done] == [200, 200]
    assert done[0].json == done[1].json
    assert done[0].json["items"] == []
    assert {each["to"] for each in done[0].json["handed_over"]} == {str(world.people["member2"])}
    assert "preliminary_diagnostic" in seen(api, "member2")
    assert api.post("administrator", f"{person}/handover", body).status_code == 409


def test_a_line_that_cannot_be_says_why_and_all_is_refused(api, world, lives):
    lives.to_diagnostic()
    person = f"/people/{world.people['member']}"
    held = api.get("officer", f"{person}/holdings").json["items"]
    officer2 = str(world.people["second_officer"])
    body = {"takers": [{"key": each["key"], "person_id": officer2} for each in held], "reason": WHY}

    checked = api.post("officer", f"{person}/handover/check", body).json["items"]
    assert "ne tient pas de siège" in checked[1]["refusal"]
    assert api.post("officer", f"{person}/handover", body).status_code == 409
    assert api.get("officer", f"{person}/holdings").json["items"] == held
    for who, status in (("member", 403), ("other_officer", 404)):
        assert api.post(who, f"{person}/handover", body).status_code == status
    empty = api.post("officer", f"{person}/handover", {"takers": [], "reason": WHY})
    assert (empty.status_code, list(empty.json["errors"])) == (422, ["takers"])
