"""Interests, attendance, opinions and votes for programs: the same acts, nothing more read than in pages."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from engine.committee.agenda_models import AgendaItem, key_of
from engine.committee.models import CommitteeSession
from engine.people.models import Role
from engine.persistence.base import new_id
from engine.persistence.unit_of_work import Actor
from tests.web.installation import LORRAINE
from tests.web.lives import Life
from tests.web.test_history_told import given
from tests.web.test_interests import seats

TODAY, COMING = date(2026, 11, 16), date(2026, 12, 10)


@pytest.fixture
def life(engine, world, project) -> Life:
    return Life(engine, world, project)


@pytest.fixture
def item(engine, world, life):
    """An item about the project, in a session whose agenda was sent: its session and its own identifiers."""

    def put(on, kind="meeting"):
        session_id = life.session(on)
        life.ready()
        with engine.database.start_work(Actor(world.people["officer"])) as work:
            session = work.database.get_one(CommitteeSession, session_id)
            session.diffused_at, session.kind = work.now, kind
            made = AgendaItem(
                id=new_id(), basin_id=world.basin_id, session_id=session_id, position=1, kind="project_new",
                key=key_of("project_new", life.case_id), project_id=life.case_id, instance_id=life.case_id,
                added_at=work.now, added_by=world.people["officer"],
            )  # fmt: skip
            work.database.add(made)
        return session_id, made.id

    return put


def firm_of(engine, life):
    with engine.database.start_reading() as work:
        return work.connection.scalar(sa.text("SELECT firm FROM project"))


def test_an_interest_is_declared_read_and_ended(api, project, engine, life):
    sent = {"answers": {"situation": "competitor"}}
    made = api.post("member3", f"/projects/{project}/interests", sent, key="une-fois")
    assert made.status_code == 201
    assert made.json["is_recused"] is True
    again = api.post("member3", f"/projects/{project}/interests", sent, key="une-fois")
    assert (again.status_code, again.json["id"]) == (201, made.json["id"])
    assert api.post("member3", f"/projects/{project}/interests", sent).status_code == 404
    address = made.headers["Location"].removeprefix("/api/v1")
    firm = firm_of(engine, life)
    for who in ("member3", "chair", "officer", "steering"):
        assert firm not in str(api.get(who, address).json)
    assert api.get("member2", address).status_code == 404
    listed = api.get("officer", f"/basins/{LORRAINE}/interests").json["items"]
    assert [each["id"] for each in listed] == [made.json["id"]]
    assert api.get("member2", f"/basins/{LORRAINE}/interests").json["items"] == []
    # They stepped back from it: it is by their own list that they find it again, to end it.
    own = api.get("member3", f"/basins/{LORRAINE}/interests").json["items"]
    assert [each["id"] for each in own] == [made.json["id"]]

    assert api.post("member2", f"{address}/end", {"reason": "Fini."}).status_code == 404
    ended = api.post("member3", f"{address}/end", {"reason": "Nous avons vendu."})
    assert (ended.status_code, ended.json["ended_on"]) == (200, "2026-11-16")
    assert api.get("member3", f"/projects/{project}").status_code == 200


def test_what_members_declare_is_told_to_the_committee_and_not_to_the_firm(api, project, engine, world):
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        given(work, world, project, Role.EXPERT)
    api.post("member3", f"/projects/{project}/interests", {"answers": {"situation": "competitor"}})

    def told(who):
        items = api.get(who, f"/projects/{project}/history?limit=200").json["items"]
        return [each for each in items if each["kind"] == "committee.interest.declared"]

    assert [each["content"]["situation"] for each in told("member2")] == ["competitor"]
    assert told("expert") == []


def test_the_officer_declares_for_a_member_and_nobody_else_does(api, project, world):
    sent = {"answers": {"situation": "competitor", "person_id": str(world.people["member3"])}}
    assert api.post("member2", f"/projects/{project}/interests", sent).status_code == 422
    made = api.post("officer", f"/projects/{project}/interests", sent)
    assert (made.status_code, made.json["through"]) == (201, "in_session")
    assert api.post("officer", f"/projects/{project}/interests", sent).status_code == 409


def test_opinions_of_others_are_read_once_one_gave_one_s_own(api, item):
    _session, item_id = item(COMING)
    first = {"answers": {"choice": "against", "comment": "Le marché est étroit."}}
    given = api.post("member3", f"/agenda-items/{item_id}/opinion", first)
    assert (given.status_code, len(given.json["opinions"])) == (200, 1)
    unread = api.get("member2", f"/agenda-items/{item_id}/result").json
    assert (unread["opinions"], unread["opinion_count"]) == ([], 1)
    assert api.get("officer", f"/agenda-items/{item_id}/result").json["opinions"] == []
    read = api.post("member2", f"/agenda-items/{item_id}/opinion", {"answers": {"choice": "for"}}).json
    assert {each["choice"] for each in read["opinions"]} == {"for", "against"}


def test_whoever_stepped_back_reads_and_says_nothing_of_the_item(api, project, item):
    _session, item_id = item(COMING)
    api.post("member3", f"/projects/{project}/interests", {"answers": {"situation": "competitor"}})
    assert api.get("member3", f"/agenda-items/{item_id}/result").status_code == 404
    said = {"answers": {"choice": "for"}}
    assert api.post("member3", f"/agenda-items/{item_id}/opinion", said).status_code == 404


def test_attendance_and_votes_are_noted_and_counted(api, engine, world, item):
    session_id, item_id = item(TODAY)
    known = seats(engine, world)
    rows = [{"seat_id": str(seat), "presence": "present"} for seat in known.values()]
    refused = api.post("officer", f"/sessions/{session_id}/attendance", {"answers": {"attendance": rows}})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["chaired_by_id"])
    early = [{"seat_id": str(known["member3"]), "choice": "for"}]
    assert (
        api.post("officer", f"/agenda-items/{item_id}/ballots", {"answers": {"ballots": early}}).status_code
        == 422
    )
    answers = {"attendance": rows, "chaired_by_id": str(world.people["chair"])}
    noted = api.post("officer", f"/sessions/{session_id}/attendance", {"answers": answers})
    assert noted.status_code == 200
    assert {each["presence"] for each in noted.json["items"]} == {"present"}
    assert api.get("member3", f"/sessions/{session_id}/attendance").json == noted.json

    shown = api.get("officer", f"/agenda-items/{item_id}/result").json
    assert shown["result"] is None
    votes = [
        {"seat_id": str(known["member3"]), "choice": "for"},
        {"seat_id": str(known["chair"]), "choice": "for"},
    ]
    voted = api.post("officer", f"/agenda-items/{item_id}/ballots", {"answers": {"ballots": votes}}).json
    assert (voted["result"]["votes_for"], voted["result"]["is_carried"]) == (2, True)
    assert (
        api.post("member3", f"/agenda-items/{item_id}/ballots", {"answers": {"ballots": votes}}).status_code
        == 403
    )


def test_only_a_consultation_under_way_is_extended(api, life):
    session_id = life.session(COMING)
    sent = {"answers": {"until": "2026-12-17", "reason": "Deux réponses manquent."}}
    assert api.post("officer", f"/sessions/{session_id}/extend", sent).status_code == 409
    assert api.post("member3", f"/sessions/{session_id}/extend", sent).status_code == 403
