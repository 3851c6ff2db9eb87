"""The API: who is let in, what each verb answers, in what words it refuses."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from engine import app as engine_app
from engine.clock import FrozenClock
from engine.people import tokens
from engine.persistence.unit_of_work import Actor
from tests.conftest import START
from tests.web import installation
from tests.web.api_client import PROBLEM, Program
from tests.web.installation import LORRAINE, PASSWORD, VALENCIENNES

INTAKE = {
    "siret": "00000007500002",
    "name": "Menuiserie des Trois Sapins (démo)",
    "contact_name": "Odile Sapin (démo)",
    "contact_phone": "01 99 00 00 03",
    "need": "Former deux apprentis.",
    "information_read": True,
}


@pytest.fixture
def api(flask_app, engine, world):
    return Program.of(flask_app, engine, world)


@pytest.fixture
def new_project():
    return {"basin": LORRAINE, "answers": INTAKE}


def qualification(world):
    return {
        "outcome": "continue",
        "prescriber_id": str(world.people["member"]),
        "category": "development",
        "headcount": 12,
        "commune": "54528",
    }


def task_of(api, who, step):
    """The task of a step, from somebody's inbox."""
    found = [each for each in api.get(who, "/tasks").json["items"] if each["step"] == step]
    assert found, f"{step} is not in the inbox of {who}"
    return found[0]["id"]


# ── Tokens ──────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── Basins ──────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── Projects ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_project_is_opened_shown_listed_and_withdrawn(api, new_project):
    opened = api.post("officer", "/projects", new_project)
    assert opened.status_code == 201
    path = opened.headers["Location"].removeprefix("/api/v1")

    project = api.get("officer", path).json
    assert project == opened.json
    assert (project["state"], project["phase"], project["basin"]) == ("qualifying", "diagnostic", LORRAINE)
    assert [each["step"] for each in project["next"]] == ["qualify"]
    assert project["advance"] == {"cents": 0, "currency": "EUR"}
    listed = api.get("officer", "/projects?q=sapins&state=open&phase=diagnostic").json["items"]
    assert [each["id"] for each in listed] == [project["id"]]

    reason = {"requested_by": "firm", "reason": "Le dirigeant renonce.", "requested_on": "2026-11-16"}
    gone = api.post("officer", f"{path}/withdraw", {"answers": reason})

    assert gone.status_code == 200
    assert (gone.json["state"], gone.json["next"], gone.json["end"]["kind"]) == ("withdrawn", [], "withdrawn")
    again = api.post("officer", f"{path}/withdraw", {"answers": reason})
    assert again.status_code == 409
    kinds = [each["kind"] for each in api.get("officer", f"{path}/history").json["items"]]
    assert kinds[0] == "projects.project.ended"
    assert kinds[-1] == "projects.project.opened"


def test_a_list_is_read_page_by_page(api, engine, world, clock):
    for number in range(5):
        installation.open_project(engine, world, siret=None, name=f"Firme {number} (démo)")
        clock.advance(minutes=1)

    seen, cursor = [], ""
    while cursor is not None:
        page = api.get("officer", f"/projects?limit=2&cursor={cursor}").json
        assert len(page["items"]) <= 2
        seen += [each["firm"] for each in page["items"]]
        cursor = page["next"]

    assert seen == [f"Firme {number} (démo)" for number in range(4, -1, -1)]


def test_a_history_is_read_page_by_page(api, project):
    whole = [each["number"] for each in api.get("officer", f"/projects/{project}/history").json["items"]]

    first = api.get("officer", f"/projects/{project}/history?limit=1").json
    rest = (
        api.get("officer", f"/projects/{project}/history?cursor={first['next']}").json
        if first["next"]
        else {"items": []}
    )

    assert [each["number"] for each in [*first["items"], *rest["items"]]] == whole


def test_a_note_keeps_to_the_operator(api, engine, world, project):
    from engine.projects import everyday

    with engine.database.start_work(Actor(world.people["officer"])) as work:
        everyday.write_note(work, project_id=project, text="Entre nous.", audience="operator")

    mine = api.get("officer", f"/projects/{project}/history").json["items"][0]
    theirs = api.get("steering", f"/projects/{project}/history").json["items"][0]

    assert mine["content"] == {"text": "Entre nous."}
    assert (theirs["kind"], theirs["content"]) == ("projects.note.written", {})


def test_the_drawing_marks_where_the_project_stands(api, project):
    whole = api.get("officer", f"/projects/{project}/diagram.svg")
    inside = api.get("officer", f"/projects/{project}/diagram.svg?process=appraisal")

    assert whole.mimetype == inside.mimetype == "image/svg+xml"
    assert whole.text.startswith("<svg")
    assert 'stroke-width="4"' in inside.text
    assert api.get("officer", f"/projects/{project}/diagram.svg?process=../secret").status_code == 404


def test_a_project_of_another_basin_looks_as_if_it_did_not_exist(api, project):
    for path in ("", "/history", "/diagram.svg"):
        assert api.get("other_officer", f"/projects/{project}{path}").status_code == 404
    assert api.get("other_officer", "/projects").json["items"] == []
    assert api.get("other_officer", f"/projects?basin={LORRAINE}").status_code == 404
    withdrawal = {"answers": {"requested_by": "firm", "reason": "x"}}
    assert api.post("other_officer", f"/projects/{project}/withdraw", withdrawal).status_code == 404
    assert api.post("steering", f"/projects/{project}/withdraw", withdrawal).status_code == 403


def test_the_coordinator_sees_figures_and_no_project(api, project):
    assert api.get("coordinator", "/monitoring/bottlenecks").status_code == 200
    assert api.get("coordinator", f"/projects/{project}").status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"basin": LORRAINE}, "answers"),
        ({"basin": LORRAINE, "answers": INTAKE, "bassin": 1}, "bassin"),
        ({"basin": 3, "answers": INTAKE}, "basin"),
        ({"basin": LORRAINE, "answers": []}, "answers"),
        ({"basin": LORRAINE, "answers": {**INTAKE, "siret": "123"}}, "siret"),
        ({"basin": LORRAINE, "answers": {**INTAKE, "couleur": "bleu"}}, "couleur"),
        ({"basin": "terres\u0000", "answers": INTAKE}, "basin"),
        ([], ""),
    ],
)
def test_what_is_wrong_is_said_by_field_and_nothing_is_written(api, body, field):
    answer = api.post("officer", "/projects", body)

    assert answer.status_code == 422
    assert field in answer.json["errors"]
    assert api.get("officer", "/projects").json["items"] == []


# ── Tasks ───────────────────────────────────────────────────────────────────────────────────────────────────


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


def test_a_task_is_released_and_handed_over(api, world, project):
    task = task_of(api, "officer", "qualify")
    api.post("officer", f"/tasks/{task}/claim")

    assert api.post("officer", f"/tasks/{task}/release").json["assignee_id"] is None
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


def test_an_earlier_day_needs_a_reason_and_stays_within_memory(api, world, project):
    task = task_of(api, "officer", "qualify")
    said = {"answers": qualification(world), "late_reason": "Noté sur un carnet."}

    assert (
        api.post("officer", f"/tasks/{task}/complete", {**said, "occurred_on": "0001-01-01"}).status_code
        == 422
    )
    done = api.post("officer", f"/tasks/{task}/complete", {**said, "occurred_on": "2026-11-10"})

    assert done.json["closed"]["occurred_on"] == "2026-11-10"


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


# ── Bodies and words ────────────────────────────────────────────────────────────────────────────────────────


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


# ── The rest ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_diagram_is_checked_and_never_run(api):
    from engine.registry import library

    good = api.post("officer", "/processes/check?filename=decision.bpmn", data=library.reference()["decision.bpmn"],
                    content_type="application/xml", key=None)  # fmt: skip
    bad = api.post("officer", "/processes/check", data=b"<a/>", content_type="application/xml", key=None)

    assert (good.json["verdict"], good.json["file"]) == ("accepted", "decision.bpmn")
    assert bad.json["verdict"] == "refused"
    assert bad.json["problems"]
    for how, status in (
        ({"data": b"x" * 1_000_001, "content_type": "application/xml"}, 413),
        ({"data": b"", "content_type": "application/xml"}, 400),
        ({"json": {}}, 415),
    ):
        assert api.call("officer", "POST", "/processes/check", key=None, **how).status_code == status
    assert (
        api.post("member", "/processes/check", data=b"<a/>", content_type="application/xml").status_code
        == 403
    )


def test_the_history_is_read_from_where_one_stopped(api, project):
    whole = api.get("auditor", "/history").json
    first = api.get("auditor", "/history?limit=3").json
    rest = api.get("auditor", f"/history?after={first['next']}").json

    assert [each["seq"] for each in first["items"] + rest["items"]] == [
        each["seq"] for each in whole["items"]
    ]
    assert api.get("auditor", f"/history?after={rest['next']}").json == {"items": [], "next": rest["next"]}
    assert all(len(each["hash"]) == 64 for each in whole["items"])


def test_the_history_of_other_basins_is_left_out(api, project, world):
    mine = {each["basin_id"] for each in api.get("steering", "/history").json["items"]}

    assert mine == {world.basin_id}
    assert api.get("member", "/history").status_code == 403


def test_figures_are_those_of_the_last_click(api, project, world, clock):
    clock.advance(days=2)
    task = task_of(api, "officer", "qualify")
    api.post("officer", f"/tasks/{task}/complete", {"answers": qualification(world)})

    now = api.get("officer", f"/monitoring/bottlenecks?basin={LORRAINE}").json
    then = api.get("officer", f"/monitoring/bottlenecks?basin={LORRAINE}&as_of=2026-11-17").json

    assert now["completed"] == 1
    assert now["steps"][0]["step"] in {"qualify", "accept_prescription"}
    assert (then["completed"], then["open"]["waiting"]) == (0, 1)
    assert api.get("member", "/monitoring/bottlenecks").status_code == 403
    assert api.get("officer", f"/monitoring/bottlenecks?basin={VALENCIENNES}").status_code == 404


def test_the_clock_of_the_world_moves_for_nobody(api):
    assert api.post("administrator", "/clock/advance", {"by": "P30D"}).status_code == 403
    assert api.post("officer", "/clock/advance", {"by": "P30D"}).status_code == 403


def test_production_has_no_clock_to_move(tmp_path, clock):
    from web import app as web_app

    settings = installation.settings_for(tmp_path, "production", base_url="https://alize.exemple.test")
    engine = engine_app.build(settings, clock=clock)
    client = web_app.create_app(engine).test_client()

    assert client.post("/api/v1/clock/advance", json={"by": "P30D"}).status_code == 404
    assert "/clock/advance" not in client.get("/api/v1/openapi.json").json["paths"]
    engine.close()


def test_a_simulated_clock_plays_what_falls_due(tmp_path, installed_simulated):
    api = installed_simulated
    before = api.get("officer", "/tasks").json["items"]
    assert before[0]["urgency"] != "late"

    moved = api.post("administrator", "/clock/advance", {"by": "P30D"}, key="thirty days")
    again = api.post("administrator", "/clock/advance", {"by": "P30D"}, key="thirty days")

    assert moved.status_code == again.status_code == 200
    assert moved.json["now"] == again.json["now"] == "2026-12-16T09:00:00Z"
    assert api.get("officer", "/tasks?overdue=true").json["items"]
    for by in ("P0D", "P10Y", "demain", "-P1D"):
        assert api.post("administrator", "/clock/advance", {"by": by}).status_code == 422
    assert api.post("officer", "/clock/advance", {"by": "P1D"}).status_code == 403


@pytest.fixture
def installed_simulated(tmp_path):
    from engine.persistence import stored_clock
    from web import app as web_app

    engine, world = installation.build(tmp_path, FrozenClock(START))
    installation.open_project(engine, world)
    with engine.database.start_work() as work:
        stored_clock.set_instant(work.connection, START)
    engine.close()
    engine = engine_app.build(installation.settings_for(tmp_path, clock="simulated"))
    yield Program.of(web_app.create_app(engine), engine, world)
    engine.close()


# ── The document ────────────────────────────────────────────────────────────────────────────────────────────


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


def test_a_get_never_opens_a_writing_unit(api, project, engine, monkeypatch):
    api.token("officer")
    monkeypatch.setattr(engine.database, "start_work", lambda *_: pytest.fail("a GET opened a unit to act"))
    paths = [
        path.format(project_id=project, slug=LORRAINE, task_id=uuid4())
        for verb, path in api.contract.operations
        if verb == "GET"
    ]

    assert len(paths) >= 12
    assert {api.get("officer", path).status_code for path in paths} == {200, 404}


def test_times_are_in_utc_and_end_with_z(api, project, clock):
    clock.advance(hours=1)
    task = api.get("officer", "/tasks").json["items"][0]

    assert task["opened_at"] == "2026-11-16T09:00:00Z"
    assert task["due_at"].endswith("Z")
    assert timedelta(hours=1) == clock.now() - START
