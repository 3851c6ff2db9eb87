"""Acts outside tasks through the API: sessions, papers, pauses, waits, corrections, and who reads what."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.web import installation
from tests.web.api_client import qualification, task_of
from tests.web.installation import LORRAINE, VALENCIENNES

PDF = {"data": b"%PDF-1.4 un devis", "content_type": "application/pdf"}


@pytest.fixture
def path(project):
    return f"/projects/{project}"


def with_prescriber(api, world):
    """The project has its prescriber, who reads as one of the committee."""
    task = task_of(api, "officer", "qualify")
    api.post("officer", f"/tasks/{task}/complete", {"answers": qualification(world)})


# ── Sessions ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_session_is_planned_moved_held_and_another_cancelled(api, world):
    plan = {"held_on": "2026-12-03", "kind": "meeting", "starts_at": "14:00", "place": "Toul"}
    planned = api.post("officer", "/sessions", {"basin": LORRAINE, "answers": plan})
    assert planned.status_code == 201
    session = planned.headers["Location"].removeprefix("/api/v1")
    assert api.get("member", session).json["place"] == "Toul"
    assert api.post("officer", "/sessions", {"basin": LORRAINE, "answers": plan}).status_code == 409

    moved = api.post("officer", f"{session}/move", {"answers": {**plan, "held_on": "2026-11-16"}}).json
    assert (moved["held_on"], moved["state"]) == ("2026-11-16", "planned")
    there = {"present_seat_ids": [], "chaired_by_id": str(world.people["chair"])}
    refused = api.post("officer", f"{session}/hold", {"answers": there})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["attendance"])
    assert api.post("officer", f"{session}/move", {"answers": {}}).status_code == 422

    cancelled = api.post("officer", f"{session}/cancel", {"reason": "Salle fermée."}).json
    assert cancelled["state"] == "cancelled"
    assert api.post("officer", f"{session}/cancel", {"reason": "Encore."}).status_code == 409
    listed = api.get("officer", f"/sessions?basin={LORRAINE}&since=2026-11-01").json["items"]
    assert [each["state"] for each in listed] == ["cancelled"]
    assert api.get("officer", f"/sessions?basin={VALENCIENNES}").status_code == 404
    assert api.get("other_officer", session).status_code == 404


def test_a_session_asked_for_twice_is_planned_once(api):
    asked = {"basin": LORRAINE, "answers": {"held_on": "2026-12-03", "kind": "written"}}

    first = api.post("officer", "/sessions", asked, key="decembre")
    again = api.post("officer", "/sessions", asked, key="decembre")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json


def test_an_acting_chair_is_designated(api, world):
    asked = {
        "acting_chair_id": str(world.people["member"]),
        "starts_on": "2026-11-16",
        "ends_on": "2026-12-01",
    }

    assert api.post("member", f"/basins/{LORRAINE}/acting-chair", {"answers": asked}).status_code == 403
    done = api.post("chair", f"/basins/{LORRAINE}/acting-chair", {"answers": asked})

    assert (done.status_code, done.json["acting_chair_id"]) == (201, asked["acting_chair_id"])
    assert "chair" in api.get("member", "/me").json["basins"][0]["roles"]


# ── Papers ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_document_is_added_once_and_read_by_those_it_is_for(api, world, path):
    with_prescriber(api, world)
    for_officer = f"{path}/documents?name=devis.pdf&audience=operator"

    first = api.post("officer", for_officer, key="devis", **PDF)
    again = api.post("officer", for_officer, key="devis", **PDF)

    assert (first.status_code, first.json) == (201, again.json)
    place = first.headers["Location"].removeprefix("/api/v1")
    assert api.get("officer", place).data == PDF["data"]
    assert api.get("second_officer", f"{path}/documents").json["items"] == [first.json]
    assert api.get("member", place).status_code == 404
    assert api.get("member", f"{path}/documents").json["items"] == []
    assert api.get("other_officer", place).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("page.html", b"<script>alert(1)</script>", 422),
        ("vide.pdf", b"", 400),
        ("%2e%2e%2f%2e%2e%2fetc%2fpasswd", b"%PDF-1.4", 201),
        ("", b"%PDF-1.4", 422),
        ("gros.pdf", b"%PDF-" + b"0" * (10 * 1024 * 1024), 413),
    ],
)
def test_what_a_document_may_be(api, path, name, content, status):
    answer = api.post(
        "officer", f"{path}/documents?name={name}", data=content, content_type="application/octet-stream"
    )

    assert answer.status_code == status
    if status == 201:
        assert answer.json["name"] == "passwd.pdf"


def test_notes_and_calls_reach_those_they_were_written_for(api, world, path):
    with_prescriber(api, world)
    api.post("officer", f"{path}/notes", {"answers": {"text": "Entre nous.", "audience": "operator"}})
    api.post("officer", f"{path}/notes", {"answers": {"text": "Pour le comité.", "audience": "committee"}})
    api.post("officer", f"{path}/calls", {"answers": {"correspondent": "Claire Lac", "summary": "Rappelle."}})

    def read(who):
        return sorted(each["text"] for each in api.get(who, f"{path}/notes").json["items"])

    assert read("officer") == ["Entre nous.", "Pour le comité.", "Rappelle."]
    assert read("member") == ["Pour le comité."]
    assert api.get("officer", f"{path}/mails").json["items"]


# ── Pauses, waits, exits ────────────────────────────────────────────────────────────────────────────────


def test_a_project_is_suspended_and_taken_up_again(api, path):
    pause = {"answers": {"requested_by": "firm", "reason": "Travaux.", "until": "2027-01-15"}}

    suspended = api.post("officer", f"{path}/suspend", pause).json
    assert suspended["suspended_until"] == "2027-01-15"
    assert api.post("officer", f"{path}/suspend", pause).status_code == 409
    resumed = api.post("officer", f"{path}/resume", {"answers": {}}).json
    assert resumed["suspended_until"] is None
    assert api.post("officer", f"{path}/resume", {"answers": {}}).status_code == 409


def test_a_task_waits_for_somebody_and_is_taken_up_again(api, path):
    task = f"/tasks/{task_of(api, 'officer', 'qualify')}"
    wait = {"cause": "firm", "until": "2026-12-01", "reason": "Attend son SIRET."}

    held = api.post("officer", f"{task}/hold", {"answers": wait}).json
    assert held["awaiting"] == wait
    assert (
        api.post("officer", f"{task}/hold", {"answers": {**wait, "until": "2030-01-01"}}).status_code == 422
    )
    assert api.post("officer", f"{task}/resume").json["awaiting"] is None


def test_what_cannot_be_done_yet_is_refused(api, world, path):
    replaced = {"answers": {"mandatary_id": str(world.people["member"]), "reason": "Muté."}}
    ended = {"answers": {"requested_by": "firm", "cause": "insolvency", "reason": "Procédure."}}
    task = f"/tasks/{task_of(api, 'officer', 'qualify')}"
    paper = {"signed_on": "2026-11-16", "document_id": str(uuid4())}

    assert api.post("chair", f"{path}/replace-mandatary", replaced).status_code == 409
    assert api.post("officer", f"{path}/terminate", ended).status_code == 409
    assert api.post("officer", f"{task}/sign-on-paper", paper).status_code == 404


def test_a_scan_of_another_project_signs_nothing(api, engine, world, path):
    other = installation.open_project(engine, world, siret=None, name="Autre (démo)")
    scan = api.post("officer", f"/projects/{other}/documents?name=page.pdf", **PDF).json
    task = api.get("officer", path).json["next"][0]["task_id"]

    answer = api.post(
        "officer", f"/tasks/{task}/sign-on-paper", {"signed_on": "2026-11-16", "document_id": scan["id"]}
    )

    assert answer.status_code == 404


# ── Corrections ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_note_is_struck_out_with_what_should_have_been_read(api, path, clock):
    clock.advance(minutes=1)
    api.post("officer", f"{path}/notes", {"answers": {"text": "Dix salariés.", "audience": "committee"}})
    [record] = api.get("officer", f"{path}/records").json["items"]
    correct = f"{path}/records/{record['id']}/correct"
    said = {"reason": "Mal entendu.", "correction": "Douze salariés."}

    assert record["values"]["text"] == "Dix salariés."
    assert list(api.post("officer", correct, {"reason": "Mal entendu."}).json["errors"]) == ["correction"]
    assert api.post("officer", correct, {**said, "changes": {"text": "Douze."}}).status_code == 422
    assert api.post("steering", correct, said).status_code == 403
    first = api.post("officer", correct, said, key="douze")
    again = api.post("officer", correct, said, key="douze")

    assert (first.status_code, first.json["items"]) == (200, [])
    assert first.json == again.json
    assert api.post("officer", correct, said).status_code == 409
    [note] = api.get("officer", f"{path}/notes").json["items"]
    assert note["struck_at"] is not None


def test_what_followed_must_have_been_read(api, world, path):
    api.post("officer", f"{path}/notes", {"answers": {"text": "Dix salariés.", "audience": "committee"}})
    with_prescriber(api, world)
    [record] = api.get("officer", f"{path}/records").json["items"]
    shown = api.get("officer", f"{path}/records/{record['id']}").json
    said = {"reason": "Mal entendu.", "correction": "Douze salariés."}

    refused = api.post("officer", f"{path}/records/{record['id']}/correct", said)

    assert "projects.project.qualified" in [each["kind"] for each in shown["followed"]]
    assert list(refused.json["errors"]) == ["consequences_read"]
    read = {**said, "consequences_read": True}
    assert api.post("officer", f"{path}/records/{record['id']}/correct", read).status_code == 200
