"""The API opens, lists, shows and withdraws projects; the history, the figures and the clock."""

from __future__ import annotations

import pytest

from engine import app as engine_app
from engine.clock import FrozenClock
from engine.persistence.unit_of_work import Actor
from tests.conftest import START
from tests.web import installation
from tests.web.api_client import INTAKE, Program, qualification, task_of
from tests.web.installation import LORRAINE, VALENCIENNES


@pytest.fixture
def new_project():
    return {"basin": LORRAINE, "answers": INTAKE}


# ── Projects ────────────────────────────────────────────────────────────────────────────────────────────


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
    theirs = api.get("steering", f"/projects/{project}/history").json["items"]

    assert mine["content"] == {"text": "Entre nous."}
    assert "projects.note.written" not in {each["kind"] for each in theirs}


def test_what_corrects_a_note_keeps_to_the_operator_too(api, engine, world, project):
    from engine.projects import corrections, everyday

    with engine.database.start_work(Actor(world.people["officer"])) as work:
        note = everyday.write_note(work, project_id=project, text="Entre nous.", audience="operator")
        corrections.strike_out(
            work, project_id=project, record_id=note.id, reason="Autre firme.", correction="Rien."
        )

    mine = api.get("officer", f"/projects/{project}/history").json["items"][0]
    theirs = api.get("steering", f"/projects/{project}/history").json["items"]

    assert mine["content"] == {"reason": "Autre firme.", "correction": "Rien."}
    assert "projects.note.corrected" not in {each["kind"] for each in theirs}


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


# ── The rest ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_diagram_that_breaks_the_charter_comes_back_with_its_article_and_its_story(api):
    from engine.registry import library

    twelve = library.reference()["project.bpmn"].replace(b">P18M<", b">P12M<")

    report = api.post("officer", "/processes/check?filename=project.bpmn", data=twelve,
                      content_type="application/xml", key=None).json  # fmt: skip

    [problem] = report["problems"]
    assert (report["verdict"], report["sound"], report["conformant"]) == ("refused", True, False)
    assert (problem["code"], problem["article"]) == ("CHARTER_MINIMUM_DURATION", "§VI")
    assert problem["rule"] == "Le suivi dure au moins dix-huit mois."
    assert "P18M" in problem["remedy"]
    assert problem["story"][0]["element"] == problem["trace"][0] == "intake_received"
    assert problem["story"][-1]["sentence"]


def test_a_diagram_is_checked_and_never_run(api):
    from engine.registry import library

    good = api.post("officer", "/processes/check?filename=decision.bpmn", data=library.reference()["decision.bpmn"],
                    content_type="application/xml", key=None)  # fmt: skip
    bad = api.post("officer", "/processes/check", data=b"<a/>", content_type="application/xml", key=None)

    assert (good.json["verdict"], good.json["file"]) == ("accepted", "decision.bpmn")
    assert (good.json["sound"], good.json["conformant"]) == (True, True)
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
