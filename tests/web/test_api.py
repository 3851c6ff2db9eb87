"""The API: who is let in, how requests are read, in what words it refuses."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from engine.people import tokens
from engine.persistence.unit_of_work import Actor
from tests.conftest import START
from tests.web.api_client import INTAKE, PROBLEM
from tests.web.installation import LORRAINE, PASSWORD, VALENCIENNES


@pytest.fixture
def new_project():
    return {"basin": LORRAINE, "answers": INTAKE}


# ── Tokens ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_password_gives_a_token_that_says_whose_it_is(api, world):
    answer = api.post(None, "/tokens", {"email": world.emails["officer"], "password": PASSWORD})

    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["scopes"] == ["act", "read"]
    me = api.get(None, "/me", headers={"Authorization": f"Bearer {answer.json['token']}"})
    assert me.json["person"]["id"] == str(world.people["officer"])
    assert [(each["slug"], each["roles"]) for each in me.json["basins"]] == [(LORRAINE, ["operator"])]
    assert "open_project" in me.json["basins"][0]["permissions"]
    assert me.json["national"] == {"roles": [], "permissions": []}


def test_a_wrong_password_is_refused_then_slowed_down(api, world):
    wrong = {"email": world.emails["officer"], "password": "autre chose"}

    refused = [api.post(None, "/tokens", wrong).status_code for _try in range(5)]
    slowed = api.post(None, "/tokens", {**wrong, "password": PASSWORD})

    assert refused == [401] * 5
    assert slowed.status_code == 429
    assert int(slowed.headers["Retry-After"]) > 60


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("", "no header"),
        ("Bearer", "no token"),
        ("Bearer alize_nonsense", "unknown"),
        ("Basic b2ZmaWNlcjpzZWNyZXQ=", "another scheme"),
        (f"Bearer {'x' * 5_000}", "too long"),
        ("Bearer ü\udcff", "not ASCII"),
    ],
)
def test_without_a_valid_token_nothing_is_shown(api, header, why):
    answer = api.get(
        None, "/me", headers={"Authorization": header.encode("utf-8", "ignore").decode("latin-1")}
    )

    assert answer.status_code == 401, why
    assert answer.mimetype == PROBLEM
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_or_expired_token_lets_nobody_in(api, engine, world):
    person_id = world.people["officer"]
    with engine.database.start_work(Actor(person_id, "cli")) as work:
        text, row = tokens.create(work, person_id=person_id, name="essai")
    asked = {"headers": {"Authorization": f"Bearer {text}"}}
    assert api.get(None, "/me", **asked).status_code == 200

    with engine.database.start_work(Actor(person_id, "cli")) as work:
        tokens.revoke(work, person_id, token_id=row.id)

    assert api.get(None, "/me", **asked).status_code == 401


def test_a_scope_bounds_what_its_holder_may(api, new_project):
    read_only = {"scopes": ("read",)}

    assert api.get("officer", "/projects", **read_only).status_code == 200
    refused = api.post("officer", "/projects", new_project, **read_only)

    assert refused.status_code == 403
    assert "« act »" in refused.json["detail"]


def test_the_session_of_a_browser_counts_for_nothing(flask_app, sign_in):
    browser = sign_in(flask_app.test_client(), "officer")

    assert browser.get("/api/v1/me").status_code == 401


# ── Basins ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_basin_shows_its_parameters_and_its_version(api):
    assert [each["slug"] for each in api.get("officer", "/basins").json["items"]] == [LORRAINE]
    assert len(api.get("coordinator", "/basins").json["items"]) == 2

    basin = api.get("officer", f"/basins/{LORRAINE}").json

    assert basin["parameters"]["current"]["follow_up.months"] >= 18
    assert basin["version"]["number"] == 1
    assert "project.bpmn" in basin["version"]["diagrams"]


@pytest.mark.parametrize("slug", [VALENCIENNES, "nulle-part", "%00", "Terres-De-Lorraine", "%F0%9F%8C%AC"])
def test_another_basin_looks_as_if_it_did_not_exist(api, slug):
    answer = api.get("officer", f"/basins/{slug}")

    assert answer.status_code == 404
    assert answer.json["detail"].startswith("Ce bassin n’existe pas")


# ── Bodies and words ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"data": b"{", "content_type": "application/json"}, 400),
        ({"data": b"", "content_type": "application/json"}, 400),
        ({"data": b"\xff\xfe\x00", "content_type": "application/json"}, 400),
        ({"data": b'{"basin": NaN}', "content_type": "application/json"}, 400),
        ({"data": b'{"basin": "a", "basin": "b"}', "content_type": "application/json"}, 400),
        ({"data": b'{"\\ud800": 1}', "content_type": "application/json"}, 400),
        ({"data": b"[" * 100_000, "content_type": "application/json"}, 400),
        ({"data": b"9" * 5_000, "content_type": "application/json"}, 400),
        ({"data": b"basin=x", "content_type": "application/x-www-form-urlencoded"}, 415),
        ({"data": b"{}", "content_type": "text/plain"}, 415),
        ({"data": b" " * 300_000, "content_type": "application/json"}, 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(api, how, status):
    assert api.post("officer", "/projects", **how).status_code == status


def test_refusals_speak_the_reader_s_language(api):
    french = api.get("officer", f"/projects/{uuid4()}")
    english = api.get("officer", f"/projects/{uuid4()}", headers={"Accept-Language": "en-GB,en;q=0.9"})
    other = api.get("officer", f"/projects/{uuid4()}", headers={"Accept-Language": "de"})
    by_field = api.get("officer", "/tasks?limit=0", headers={"Accept-Language": "en"})

    assert (
        french.json["detail"] == other.json["detail"] == "Ce projet n’existe pas, ou ne vous est pas visible."
    )
    assert "project" in english.json["detail"]
    assert "number" in by_field.json["errors"]["limit"][0]


def test_an_unknown_address_or_verb_is_a_problem_document_too(api):
    assert api.get("officer", "/moon").mimetype == PROBLEM
    wrong = api.call("officer", "DELETE", "/projects")
    assert (wrong.status_code, wrong.mimetype) == (405, PROBLEM)
    assert "GET" in wrong.headers["Allow"]


# ── The document ────────────────────────────────────────────────────────────────────────────────────────


def test_every_route_is_documented_and_nothing_else(api, flask_app):
    routes = {
        (
            verb,
            rule.rule.removeprefix("/api/v1")
            .replace("<uuid:", "{")
            .replace("<string:", "{")
            .replace(">", "}"),
        )
        for rule in flask_app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for verb in rule.methods - {"HEAD", "OPTIONS"}
    }

    assert routes == set(api.contract.operations)
    assert api.contract.document["openapi"].startswith("3.1")


def test_the_page_for_people_is_one_of_ours(client):
    french = client.get("/api/v1/docs")
    english = client.get("/api/v1/docs", headers={"Accept-Language": "en"})

    assert french.status_code == english.status_code == 200
    assert "Accomplir une tâche" in french.text
    assert "Complete a task" in english.text
    assert "/tasks/{task_id}/complete" in french.text


class Known(dict):
    """The parts of an address that are known; the others stay as they are written."""

    def __missing__(self, name):
        return f"{{{name}}}"


def test_a_get_never_opens_a_writing_unit(api, project, engine, monkeypatch):
    api.token("officer")
    monkeypatch.setattr(engine.database, "start_work", lambda *_: pytest.fail("a GET opened a unit to act"))
    unknown = uuid4()
    asked = {
        "/sessions": f"?basin={LORRAINE}",
        "/projects/look-alikes": f"?basin={LORRAINE}&name=Scierie",
        "/basins/{slug}/version-changes/preview": "?to=1",
    }
    paths = [
        re.sub(r"{\w+}", str(unknown), path.format_map(Known(project_id=project, slug=LORRAINE)))
        + asked.get(path, "")
        for verb, path in api.contract.operations
        if verb == "GET"
    ]

    assert len(paths) >= 20
    assert {api.get("officer", path).status_code for path in paths} == {200, 404, 409}


def test_times_are_in_utc_and_end_with_z(api, project, clock):
    clock.advance(hours=1)
    task = api.get("officer", "/tasks").json["items"][0]

    assert task["opened_at"] == "2026-11-16T09:00:00Z"
    assert task["due_at"].endswith("Z")
    assert timedelta(hours=1) == clock.now() - START
