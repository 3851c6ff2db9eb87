"""Interests and voices in pages: declared on a phone, gone from view, read by those who may, noted once."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa
from lxml import html

from engine.committee.agenda_models import AgendaItem, Ballot, InterestDeclaration, key_of
from engine.committee.models import CommitteeSession
from engine.people import committee_seats
from engine.people.models import Assignment, Role
from engine.persistence.base import new_id
from engine.persistence.unit_of_work import Actor
from engine.projects.models import Project
from tests.web.lives import Life
from tests.web.test_recusals import FIRM, firms_shown

TODAY, COMING = date(2026, 11, 16), date(2026, 12, 10)


@pytest.fixture
def life(engine, world, project) -> Life:
    return Life(engine, world, project)


@pytest.fixture
def browser(flask_app, sign_in):
    """Somebody's browser, signed in."""

    def open_for(who):
        return sign_in(flask_app.test_client(), who)

    return open_for


def rows(engine, table):
    with engine.database.start_reading() as work:
        return list(work.database.scalars(sa.select(table)))


@pytest.fixture
def item(engine, world, life):
    """The item of the project in a session whose agenda was sent; gives its address."""

    def put(on=COMING, *, is_sent=True):
        session_id = life.session(on)
        life.ready()
        with engine.database.start_work(Actor(world.people["officer"])) as work:
            session = work.database.get_one(CommitteeSession, session_id)
            session.diffused_at = work.now if is_sent else None
            made = AgendaItem(
                id=new_id(), basin_id=world.basin_id, session_id=session_id, position=1, kind="project_new",
                key=key_of("project_new", life.case_id), project_id=life.case_id, instance_id=life.case_id,
                added_at=work.now, added_by=world.people["officer"],
            )  # fmt: skip
            work.database.add(made)
        return f"/seances/{session_id}/points/{made.id}"

    return put


def seats(engine, world):
    """The seats of the basin's committee, by name."""
    names = {person_id: name for name, person_id in world.people.items()}
    with engine.database.start_reading() as work:
        found = work.database.scalars(
            sa.select(Assignment).where(
                Assignment.basin_id == world.basin_id, Assignment.role == Role.SEAT.value
            )
        )
        return {names[each.person_id]: each.id for each in found}


def test_a_guest_is_not_asked_for_an_opinion_that_would_be_refused(browser, engine, world, item):
    address = item()
    session = address.partition("/points/")[0]
    member = browser("member3")
    assert f'href="{address}/avis"' in member.get(session).text
    with engine.database.start_work() as work:
        work.database.get_one(Assignment, seats(engine, world)["member3"]).guest = True

    assert f'href="{address}/avis"' not in member.get(session).text
    page = html.fromstring(member.get(f"{address}/avis").text)
    assert not page.xpath("//main//form[.//*[@name='choice']]")


def test_a_member_of_the_projects_own_firm_is_not_asked_for_an_opinion_of_it(
    browser, engine, world, item, project
):
    address = item()
    session = address.partition("/points/")[0]
    with engine.database.start_work() as work:
        work.database.get_one(
            Assignment, seats(engine, world)["member3"]
        ).organisation_id = work.database.get_one(Project, project).organisation_id

    member = browser("member3")
    page = html.fromstring(member.get(f"{address}/avis").text)
    assert not page.xpath("//main//form[.//*[@name='choice']]")
    assert f'href="{address}/avis"' not in member.get(session).text
    assert f'href="{address}/avis"' in browser("member2").get(session).text


def test_a_member_declares_and_the_project_leaves_their_view(browser, project, engine, item):
    address = item()
    member = browser("member3")
    page = member.get(f"/projets/{project}/interets").get_data(as_text=True)
    assert FIRM in page
    assert "Membre" not in re.findall(r'<label class="form-label"[^>]*>([^<]*)', page)

    answer = member.post(f"/projets/{project}/interets", data={"situation": "competitor"})
    assert answer.status_code == 303
    assert answer.location.startswith("/seances")
    assert "Votre déport est noté" in member.get(answer.location).get_data(as_text=True)
    (kept,) = rows(engine, InterestDeclaration)
    assert (kept.is_recused, kept.through) == (True, "self")

    for path in (f"/projets/{project}", f"/projets/{project}/interets", f"{address}/avis"):
        assert member.get(path).status_code == 404, path
    for path in ("/seances", "/seances/interets", "/seances/interets.csv", "/projets"):
        assert firms_shown(member.get(path)) == set(), path
    assert browser("member2").get(f"{address}/avis").status_code == 200


def test_a_member_who_declares_from_a_session_comes_back_to_it(browser, project, item):
    address = item()
    session = address.split("/points/")[0]
    member = browser("member3")

    answer = member.post(
        f"/projets/{project}/interets?seance={session.rsplit('/', 1)[1]}", data={"situation": "competitor"}
    )

    assert answer.location == session
    said = member.get(session).get_data(as_text=True)
    assert "Votre déport est noté" in said
    assert "1 point n’est pas ici" in said


def test_an_item_leads_back_to_its_place_on_the_agenda(browser, item):
    address = item()
    session = address.split("/points/")[0]
    member = browser("member2")

    page = html.fromstring(member.get(f"{address}/avis").get_data(as_text=True))

    [back] = page.xpath("//p[@class='kicker']/a/@href")
    assert back == f"{session}#point-1"
    assert html.fromstring(member.get(session).get_data(as_text=True)).xpath("//*[@id='point-1']")


def test_an_answer_that_is_missing_is_asked_for_again(browser, project, engine):
    member = browser("member3")
    again = member.post(f"/projets/{project}/interets", data={"situation": "other"})
    assert again.status_code == 422
    assert "Écrivez quelques mots" in again.get_data(as_text=True)
    assert rows(engine, InterestDeclaration) == []


def test_sent_twice_it_is_declared_once(browser, project, engine):
    member = browser("member3")
    page = member.get(f"/projets/{project}/interets").get_data(as_text=True)
    key = re.search(r'name="key" value="([^"]+)"', page)
    sent = {"situation": "expected_expert", "key": key[1] if key else ""}
    first = member.post(f"/projets/{project}/interets", data=sent)
    again = member.post(f"/projets/{project}/interets", data=sent)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    assert len(rows(engine, InterestDeclaration)) == 1


def test_the_officer_writes_down_what_a_member_says_in_session(browser, project, engine, world, life):
    session_id = life.session(TODAY)
    officer = browser("officer")
    address = f"/projets/{project}/interets?seance={session_id}"
    assert officer.post(address, data={"situation": "competitor"}).status_code == 422
    sent = {"situation": "competitor", "person_id": str(world.people["member3"])}
    answer = officer.post(address, data=sent)
    assert (answer.status_code, answer.location) == (303, f"/seances/{session_id}")
    (kept,) = rows(engine, InterestDeclaration)
    assert (kept.through, kept.session_id, kept.person_id) == (
        "in_session",
        session_id,
        world.people["member3"],
    )
    assert officer.post(address, data=sent).status_code == 409


def test_the_register_is_read_whole_by_some_and_their_own_by_members(browser, project):
    browser("member3").post(f"/projets/{project}/interets", data={"situation": "competitor"})
    browser("member2").post(f"/projets/{project}/interets", data={"situation": "none"})
    whole = browser("steering").get("/seances/interets").get_data(as_text=True)
    assert whole.count(FIRM) == 2
    own = browser("member2").get("/seances/interets").get_data(as_text=True)
    assert "Aucun lien" in own
    assert "Concurrent" not in own
    csv = browser("officer").get("/seances/interets.csv").get_data(as_text=True)
    assert csv.count(FIRM) == 2
    assert "Concurrent de l’entreprise" in csv
    assert browser("officer").get("/seances/interets.xlsx").status_code == 200


def test_an_interest_is_ended_by_its_member_with_a_reason(browser, project, engine):
    member = browser("member3")
    member.post(f"/projets/{project}/interets", data={"situation": "competitor"})
    (kept,) = rows(engine, InterestDeclaration)
    assert browser("member2").get(f"/interets/{kept.id}/fin").status_code == 404
    page = member.get(f"/interets/{kept.id}/fin").get_data(as_text=True)
    assert FIRM not in page
    assert member.post(f"/interets/{kept.id}/fin", data={"reason": " "}).status_code == 422
    assert member.post(f"/interets/{kept.id}/fin", data={"reason": "Nous avons vendu."}).status_code == 303
    assert member.get(f"/projets/{project}").status_code == 200


def test_opinions_are_read_once_one_s_own_is_given(browser, engine, item):
    address = item()
    first, second = browser("member3"), browser("member2")
    said = {"choice": "against", "comment": "Le marché est étroit."}
    assert first.post(f"{address}/avis", data=said).status_code == 303
    before = second.get(f"{address}/avis").get_data(as_text=True)
    assert "Le marché est étroit." not in before
    assert "1 avis est donné" in before

    second.post(f"{address}/avis", data={"choice": "for"})
    assert "Le marché est étroit." in second.get(f"{address}/avis").get_data(as_text=True)
    assert len(rows(engine, Ballot)) == 2
    assert browser("officer").get(f"{address}/avis").status_code == 403


def test_no_opinion_is_asked_for_before_the_agenda_is_sent(browser, engine, item):
    address = item(is_sent=False)
    member = browser("member3")
    assert 'name="choice"' not in member.get(f"{address}/avis").get_data(as_text=True)
    assert member.post(f"{address}/avis", data={"choice": "for"}).status_code == 409
    assert rows(engine, Ballot) == []


def test_votes_are_noted_for_those_there_and_the_page_says_what_they_come_to(browser, engine, world, item):
    address = item(TODAY)
    officer = browser("officer")
    waits = officer.get(f"{address}/voix").get_data(as_text=True)
    assert "Notez d’abord les présences" in waits
    held = address.split("/points/")[0]
    known = seats(engine, world)
    page = officer.get(f"{held}/presences").get_data(as_text=True)
    shown = re.findall(r'name="attendance-[0-9]+-seat_id"[^>]*value="([^"]+)"', page)
    assert sorted(shown) == sorted(str(each) for each in known.values())
    there = {"chaired_by_id": str(world.people["chair"])}
    for number, seat in enumerate(shown):
        absent = seat == str(known["member3"])
        there |= {
            f"attendance-{number}-seat_id": seat,
            f"attendance-{number}-presence": "absent" if absent else "present",
        }
    assert officer.post(f"{held}/presences", data=there).status_code == 303

    page = officer.get(f"{address}/voix").get_data(as_text=True)
    voting = re.findall(r'name="ballots-[0-9]+-seat_id"[^>]*value="([^"]+)"', page)
    assert str(known["member3"]) not in voting
    assert "ni présent ni représenté" in page
    sent = {}
    for number, seat in enumerate(voting):
        sent |= {f"ballots-{number}-seat_id": seat, f"ballots-{number}-choice": "for"}
    assert officer.post(f"{address}/voix", data=sent).status_code == 303
    said = officer.get(f"{address}/voix").get_data(as_text=True)
    assert "Approuvé" in said
    assert len(rows(engine, Ballot)) == len(voting)


def test_a_consultation_is_put_off_with_a_reason_only_while_it_runs(browser, engine, world, life):
    session_id = life.session(COMING)
    officer = browser("officer")
    sent = {"until": "2026-12-17", "reason": "Deux réponses manquent."}
    assert officer.get(f"/seances/{session_id}/delai").location == f"/seances/{session_id}"
    assert officer.post(f"/seances/{session_id}/delai", data={"until": "2026-12-17"}).status_code == 422
    assert officer.post(f"/seances/{session_id}/delai", data=sent).status_code == 409
    assert rows(engine, CommitteeSession)[0].held_on == COMING


def test_attendance_of_a_session_to_come_is_refused(browser, engine, world, life):
    session_id = life.session(COMING)
    officer = browser("officer")
    with engine.database.start_reading() as work:
        seat = committee_seats.seats_in_force(work, world.basin_id, COMING)[0].assignment_id
    sent = {
        "chaired_by_id": str(world.people["chair"]), "attendance-0-seat_id": str(seat),
        "attendance-0-presence": "present",
    }  # fmt: skip
    assert officer.post(f"/seances/{session_id}/presences", data=sent).status_code == 409
