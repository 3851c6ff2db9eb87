"""Minutes, errata and observations for programs: the same acts and guards, nothing more read than in pages."""

from __future__ import annotations

import pytest

from engine.people import recusals
from tests.web.lives import Life
from tests.web.project_pages.reading import TODAY
from tests.web.test_session_minutes import hold


@pytest.fixture
def life(engine, world, project) -> Life:
    return Life(engine, world, project)


@pytest.fixture
def held(life):
    """A session held today, which has one file to decide."""
    found = life.session(TODAY)
    life.ready()
    hold(life, found)
    return found


def test_minutes_are_given_signed_and_corrected_by_programs(api, life, held):
    address = f"/sessions/{held}/minutes"
    words = {"answers": {"body": "Procès-verbal\nLe comité agrée le projet."}}
    refused = api.post("officer", f"{address}/submit", words)
    assert refused.status_code == 409
    assert life.project().firm in refused.json["detail"]
    life.decision(held)
    life.do("sign_off_decision", "chair", {"decision": "sign"})
    assert api.post("member3", f"{address}/submit", words).status_code == 403
    given = api.post("officer", f"{address}/submit", words, key="une-fois")
    assert (given.status_code, given.json["state"]) == (200, "to_sign")
    assert api.post("officer", f"{address}/submit", words, key="une-fois").json["version"] == 1
    assert api.post("officer", f"{address}/submit", words).status_code == 409
    typed = {"wrong": "Agrée.", "right": "Agrée sous conditions.", "reason": "Oubli."}
    assert api.post("officer", f"/sessions/{held}/errata", {"answers": typed}).status_code == 409
    sign = {"answers": {"decision": "sign", "document_digest": given.json["document_digest"]}}
    assert api.post("officer", f"{address}/sign", sign).status_code == 403

    signed = api.post("chair", f"{address}/sign", sign).json

    assert (signed["state"], signed["signed_on"]) == ("signed", TODAY.isoformat())
    assert signed["words"] == ["Procès-verbal", "Le comité agrée le projet."]
    (item,) = signed["items"]
    assert (item["is_decided"], item["decision_number"]) == (True, "TDL-2026-D001")
    made = api.post("officer", f"/sessions/{held}/errata", {"answers": {**typed, "item_id": item["id"]}})
    assert (made.status_code, made.json["number"]) == (201, 1)
    read = api.get("member3", made.headers["Location"].removeprefix("/api/v1")).json
    assert read == api.get("steering", address).json["errata"][0] == made.json


def test_an_item_is_put_off_and_presided_by_programs(api, world, held):
    item = api.get("officer", f"/sessions/{held}/minutes").json["items"][0]["id"]
    put_off = {"answers": {"outcome": "postponed", "note": "Absent."}}
    assert api.post("chair", f"/agenda-items/{item}/outcome", put_off).status_code == 403

    shown = api.post("officer", f"/agenda-items/{item}/outcome", put_off).json["items"][0]
    assert (shown["outcome"], shown["note"], shown["is_decided"]) == ("postponed", "Absent.", True)

    presided = {"answers": {"person_id": str(world.people["member3"])}}
    shown = api.post("officer", f"/agenda-items/{item}/chair", presided).json["items"][0]
    assert "Présidence de ce point\u202f: Member3 (démo)." in shown["words"]
    ratified = {"answers": {"outcome": "ratified"}}
    assert api.post("officer", f"/agenda-items/{item}/outcome", ratified).status_code == 422


def test_who_stepped_back_reads_only_the_number_of_an_item(api, engine, world, life, held):
    with engine.database.start_work() as work:
        recusals.recuse(
            work, case_id=life.case_id, basin_id=world.basin_id, person_id=world.people["member3"]
        )

    shown = api.get("member3", f"/sessions/{held}/minutes").json["items"][0]

    assert (shown["number"], shown["title"], shown["words"]) == (1, None, [])


def test_those_who_steer_observe_and_are_answered(api, project, held):
    remark = {"answers": {"text": "Le quorum n’est pas noté."}}
    for place in (f"/sessions/{held}", f"/projects/{project}"):
        assert api.post("officer", f"{place}/observations", remark).status_code == 403
        made = api.post("steering", f"{place}/observations", remark)
        assert made.status_code == 201
        address = made.headers["Location"].removeprefix("/api/v1")
        answer = {"answers": {"answer": "Il l’est désormais."}}
        assert api.post("steering", f"{address}/answer", answer).status_code == 403
        assert api.post("officer", f"{address}/answer", answer).json["answered_by"] == "Officer (démo)"
        assert api.post("officer", f"{address}/answer", answer).status_code == 409
        assert api.get("steering", address).json["answer"] == "Il l’est désormais."
