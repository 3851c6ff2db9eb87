"""A session as one page: its agenda arranged, sent, received; its dossier on a phone; its calendar entry."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import unquote
from uuid import UUID

import pytest
import sqlalchemy as sa
from lxml import html

from engine.committee import agenda, sessions
from engine.committee.agenda_models import AgendaItem, Diffusion
from engine.committee.models import CommitteeSession
from engine.people import committee_seats, recusals
from engine.people.models import Person
from engine.persistence.unit_of_work import Actor
from engine.runtime.models import Task
from tests.web.installation import LORRAINE
from tests.web.lives import Life

HELD = date(2026, 12, 10)


@pytest.fixture
def life(engine, world, project) -> Life:
    return Life(engine, world, project)


@pytest.fixture
def officer(client, sign_in):
    return sign_in(client, "officer")


@pytest.fixture
def session_id(life):
    """A session to come, and a file that is ready for it."""
    life.ready()
    return life.session(HELD)


def text_of(answer) -> str:
    """What a page says, on one line."""
    return " ".join(html.fromstring(answer.get_data(as_text=True)).text_content().split())


def read(engine, statement):
    with engine.database.start_reading() as work:
        return list(work.database.scalars(statement))


def keys(engine, session_id) -> list[str]:
    with engine.database.start_reading() as work:
        return [each.key for each in agenda.items_of(work, session_id)]


def hold(engine, world, session_id) -> None:
    """The officer notes that everybody was there on the day."""
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        day = sessions.find(work, session_id).held_on
        seats = committee_seats.seats_in_force(work, world.basin_id, day)
        rows = [
            {"seat_id": each.assignment_id, "presence": "present", "proxy_to_seat_id": None} for each in seats
        ]
        answers = {"held_on": day, "attendance": rows, "chaired_by_id": world.people["chair"]}
        sessions.hold(work, session_id, answers=answers)


def first_key(page) -> str:
    return unquote(re.search(r'retrait[?]point=([^"]+)"', page.get_data(as_text=True))[1])


def diffuse(officer, engine, session_id, **answers) -> None:
    [task] = read(engine, sa.select(Task).where(Task.case_id == session_id, Task.closed_at.is_(None)))
    answer = officer.post(f"/taches/{task.id}", data={"message": "Merci de lire le dossier.", **answers})
    assert answer.status_code == 303
    assert answer.location == f"/seances/{session_id}", "whoever conducts a session comes back to it"


def test_the_agenda_shows_what_is_ready_and_until_when_it_is_to_be_sent(officer, session_id):
    said = text_of(officer.get(f"/seances/{session_id}"))

    assert "Ordre du jour 1" in said
    assert "1. Scierie du Lac (démo)" in said
    assert "À diffuser au plus tard le 3 décembre 2026" in said
    assert "Diffuser l’ordre du jour" in said


def test_the_officer_adds_moves_removes_and_puts_back(officer, engine, session_id):
    page = f"/seances/{session_id}"
    file = first_key(officer.get(page))
    assert officer.post(f"{page}/ordre-du-jour/ajout", data={"title": " "}).status_code == 422
    assert officer.post(f"{page}/ordre-du-jour/ajout", data={"title": "Calendrier"}).status_code == 303
    free = keys(engine, session_id)[0]
    assert (
        officer.post(f"{page}/ordre-du-jour/ordre", data={"point": free, "vers": "haut"}).status_code == 303
    )
    assert keys(engine, session_id) == [free, file]

    removal = f"{page}/ordre-du-jour/retrait?point={file}"
    assert officer.post(removal, data={"reason": ""}).status_code == 422
    assert officer.post(removal, data={"reason": "Le dirigeant est absent."}).status_code == 303
    assert "Le dirigeant est absent." in text_of(officer.get(page))
    assert keys(engine, session_id) == [free]
    assert officer.post(f"{page}/ordre-du-jour/remise", data={"point": file}).status_code == 303
    assert keys(engine, session_id) == [free, file]
    assert officer.post(f"{page}/ordre-du-jour/remise", data={"point": "n’importe quoi"}).status_code == 404


def test_a_member_reads_the_agenda_and_changes_nothing(client, sign_in, session_id):
    member = sign_in(client, "member")
    page = member.get(f"/seances/{session_id}")

    assert "1. Scierie du Lac (démo)" in text_of(page)
    assert "Retirer" not in text_of(page)
    assert member.post(f"/seances/{session_id}/ordre-du-jour/ajout", data={"title": "Moi"}).status_code == 403


def test_members_read_the_dossier_and_say_that_they_received_it(
    flask_app, sign_in, engine, world, session_id
):
    officer = sign_in(flask_app.test_client(), "officer")
    diffuse(officer, engine, session_id)
    member = sign_in(flask_app.test_client(), "member")
    said = text_of(member.get(f"/seances/{session_id}/dossier"))
    assert "Merci de lire le dossier." in said
    assert "Accuser réception et ouvrir le dossier" in said
    assert "Appréciations du prescripteur" in said

    for _twice in range(2):
        assert member.post(f"/seances/{session_id}/dossier/recu").status_code == 303
    received = read(engine, sa.select(Diffusion.person_id).where(Diffusion.acknowledged_at.is_not(None)))
    assert received == [world.people["member"]]
    assert "Accuser réception" not in text_of(member.get(f"/seances/{session_id}/dossier"))
    assert officer.post(f"/seances/{session_id}/dossier/recu").status_code == 403
    assert "Accusés de réception 1/" in text_of(officer.get(f"/seances/{session_id}"))


def test_whoever_stepped_back_reads_neither_the_firm_nor_its_file(
    client, sign_in, engine, world, session_id, life
):
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        recusals.recuse(
            work, case_id=life.case_id, basin_id=world.basin_id, person_id=world.people["member3"]
        )
    member = sign_in(client, "member3")

    said = text_of(member.get(f"/seances/{session_id}"))
    assert "Scierie du Lac" not in said
    assert "1 point n’est pas ici" in said
    assert "Scierie du Lac" not in text_of(member.get(f"/seances/{session_id}/dossier"))


def test_whoever_comes_back_to_the_agenda_moves_another_item(officer, engine, session_id):
    for title in ("Calendrier de 2027", "Budget"):
        officer.post(f"/seances/{session_id}/ordre-du-jour/ajout", data={"title": title})
    address = f"/seances/{session_id}"
    page = html.document_fromstring(officer.get(address).get_data(as_text=True))
    forms = page.xpath("//form[contains(@action,'/ordre-du-jour/ordre')]")
    sent = [{each.get("name"): each.get("value") for each in form.xpath("input[@name]")} for form in forms]
    first, second = [each for each in sent if each["vers"] == "bas"][:2]

    def press(gesture) -> list[str]:
        """A button of that page, as the browser kept it; then the first two items."""
        assert officer.post(f"{address}/ordre-du-jour/ordre", data=gesture).status_code == 303
        return keys(engine, session_id)[:2]

    assert press(first) == [second["point"], first["point"]]
    assert press(first) == [second["point"], first["point"]], "pressed twice, done once"
    assert press(second) == [first["point"], second["point"]], "and another button of that page acts"


def test_an_item_stepped_back_from_leaves_its_reader_s_agenda(
    client, sign_in, engine, world, session_id, life
):
    officer = Actor(world.people["officer"])
    with engine.database.start_work(officer) as work:
        added = agenda.add(work, session_id, title="Calendrier de 2027")
        agenda.shift(work, session_id, key=added.key, by=1)
        recusals.recuse(
            work, case_id=life.case_id, basin_id=world.basin_id, person_id=world.people["member3"]
        )
    with engine.database.start_reading() as work:
        places = [each.project_id for each in agenda.items_of(work, session_id)]
    at = places.index(life.case_id) + 1
    page = html.document_fromstring(
        sign_in(client, "member3").get(f"/seances/{session_id}").get_data(as_text=True)
    )

    shown = page.xpath("//ol[contains(@class,'agenda')]/li/@id")
    assert shown == [f"point-{number}" for number in range(1, len(places) + 1) if number != at]
    assert page.xpath("//*[@id='ordre-du-jour']/span/text()") == [str(len(places) - 1)]


def test_an_agenda_that_changed_is_sent_again_with_what_changed(officer, engine, session_id):
    page = f"/seances/{session_id}/diffusion"
    assert officer.get(page).status_code in {302, 303}
    diffuse(officer, engine, session_id)
    assert officer.post(page, data={"reason": ""}).status_code == 422
    assert officer.post(page, data={"reason": "Un point de plus."}).status_code == 303

    assert set(read(engine, sa.select(Diffusion.version))) == {1, 2}


def test_a_session_held_leads_to_each_decision_to_record(flask_app, sign_in, engine, world, clock, life):
    life.ready()
    session_id = life.session(date(2026, 11, 17))
    clock.advance(days=1)
    hold(engine, world, session_id)
    task = life.task("committee_decision")

    def decides(who: str) -> list[str]:
        page = sign_in(flask_app.test_client(), who).get(f"/seances/{session_id}").get_data(as_text=True)
        return html.fromstring(page).xpath(
            "//li[starts-with(@id, 'point-')]//a[contains(@href, '/taches/')]/@href"
        )

    assert (decides("officer"), decides("member2")) == ([f"/taches/{task.id}"], [])
    life.decision(session_id)
    assert decides("officer") == []


def test_a_consultation_is_called_so_and_has_no_hour(officer, engine, life):
    life.ready()
    answers = {"held_on": "2026-12-10", "kind": "written"}
    assert officer.post("/seances/nouvelle", data=answers).status_code == 303
    [session_id] = read(engine, sa.select(CommitteeSession.id))

    page = html.fromstring(officer.get(f"/seances/{session_id}").get_data(as_text=True))

    assert page.xpath("//h1/text()") == ["Consultation écrite du 10 décembre 2026"]
    assert "Réunion" not in page.xpath("//h1/..")[0].text_content()


def test_a_session_called_off_leaves_nothing_to_decide(officer, engine, session_id):
    diffuse(officer, engine, session_id)
    address = f"/seances/{session_id}"
    assert officer.post(f"{address}/annulation", data={"reason": "Grève."}).status_code == 303

    said = text_of(officer.get(address))

    assert "1. Scierie du Lac (démo)" in said
    assert "À décider" not in said


def test_the_text_of_minutes_is_given_room(client, sign_in, engine, clock, life):
    session_id = life.session(date(2026, 11, 17))
    clock.advance(days=1)
    hold(engine, life.world, session_id)
    [task] = read(engine, sa.select(Task).where(Task.case_id == session_id, Task.closed_at.is_(None)))

    page = sign_in(client, "officer").get(f"/taches/{task.id}").get_data(as_text=True)

    [rows] = html.fromstring(page).xpath("//textarea[@name='body']/@rows")
    assert int(rows) >= 20


def test_an_item_to_take_off_is_named(officer, session_id):
    page = f"/seances/{session_id}"
    key = first_key(officer.get(page))

    assert "Retirer un point Scierie du Lac (démo)" in text_of(
        officer.get(f"{page}/ordre-du-jour/retrait?point={key}")
    )


def test_an_agenda_sent_past_the_notice_says_why_and_is_sent(officer, engine, life):
    life.ready()
    session_id = life.session(date(2026, 11, 17))
    [task] = read(engine, sa.select(Task).where(Task.case_id == session_id, Task.closed_at.is_(None)))
    assert "Pourquoi si tard" in text_of(officer.get(f"/taches/{task.id}"))
    assert officer.post(f"/taches/{task.id}", data={"message": "Merci."}).status_code == 422

    diffuse(officer, engine, session_id, why_so_late="Le dossier vient d’arriver.")

    [session] = read(engine, sa.select(CommitteeSession))
    assert session.late_diffusion_reason == "Le dossier vient d’arriver."
    assert "Hors délai : Le dossier vient d’arriver." in text_of(officer.get(f"/seances/{session_id}"))


def test_nobody_is_offered_to_preside_over_an_item_before_the_day_of_its_session(
    client, sign_in, engine, clock, life
):
    officer = sign_in(client, "officer")
    life.ready()
    session_id = life.session(date(2026, 11, 17))
    diffuse(officer, engine, session_id, why_so_late="Le dossier vient d’arriver.")
    assert "Autre présidence pour ce point" not in text_of(officer.get(f"/seances/{session_id}"))

    clock.advance(days=1)
    officer = sign_in(client, "officer")
    assert "Autre présidence pour ce point" in text_of(officer.get(f"/seances/{session_id}"))

    [item] = [each for each in read(engine, sa.select(AgendaItem)) if each.project_id is not None]
    form = officer.get(f"/seances/{session_id}/points/{item.id}/presidence")
    [who] = html.fromstring(form.get_data(as_text=True)).xpath("(//input[@name='person_id'])[1]/@value")
    officer.post(f"/seances/{session_id}/points/{item.id}/presidence", data={"person_id": who})
    name = read(engine, sa.select(Person.full_name).where(Person.id == UUID(who)))[0]
    assert f"Présidence de ce point : {name}." in text_of(officer.get(f"/seances/{session_id}"))


def test_a_session_is_a_file_for_a_calendar(officer, session_id):
    answer = officer.get(f"/seances/{session_id}.ics")

    assert answer.content_type == "text/calendar; charset=utf-8"
    said = answer.get_data(as_text=True)
    assert "METHOD:PUBLISH" in said
    assert "DTSTART:20261210T130000Z" in said
    assert f"/seances/{session_id}" in said.replace("\r\n ", "")


def test_a_year_is_planned_in_one_form_or_not_at_all(officer, engine):
    page = officer.get("/seances/annee")
    assert "6 à 10" in text_of(page)
    days = ("2026-12-10", "2027-01-14", "2027-03-11")
    rows = {f"sessions-{number}-held_on": day for number, day in enumerate(days)} | {
        f"sessions-{number}-kind": "meeting" for number in range(3)
    }
    rows["sessions-0-duration_minutes"] = "90"
    assert officer.post("/seances/annee", data=rows | {"sessions-2-held_on": "2026-12-10"}).status_code == 422
    assert officer.post("/seances/annee", data=rows).status_code == 303
    assert officer.post("/seances/annee", data=rows).status_code == 409

    planned = read(engine, sa.select(CommitteeSession).order_by(CommitteeSession.held_on))
    assert [each.held_on.isoformat() for each in planned] == list(days)
    assert [each.number for each in planned] == ["TDL-2026-S001", "TDL-2027-S001", "TDL-2027-S002"]
    assert [each.duration_minutes for each in planned] == [90, 90, 90], "as long as the one before, unsaid"


def test_a_session_of_the_year_that_lasts_no_time_is_refused_beside_its_answer(officer):
    row = {"sessions-0-held_on": "2026-12-10", "sessions-0-kind": "meeting"}
    for minutes in ("0", "-30", "100000", "deux"):
        answer = officer.post("/seances/annee", data=row | {"sessions-0-duration_minutes": minutes})
        assert answer.status_code == 422
        assert "Séance 1, Durée prévue" in text_of(answer)


def test_a_file_that_would_wait_too_long_is_offered_a_consultation_in_writing(officer, engine, life):
    life.ready()
    session_id = life.session(date(2027, 1, 14))
    page = officer.get(f"/seances/{session_id}")
    assert "Scierie du Lac (démo) aura attendu 59 jours à cette séance." in text_of(page)
    [address] = html.fromstring(page.get_data(as_text=True)).xpath(
        "//a[contains(@href, 'forme=written')]/@href"
    )

    assert f"bassin={LORRAINE}" in address, "whoever plans in two basins plans it in this one"
    asked = officer.get(address).get_data(as_text=True)
    assert re.search(r'value="written"[^>]*(checked|selected)', asked)
    answer = officer.post(address, data={"held_on": "2026-12-01", "kind": "written"})
    assert answer.status_code == 303
    [written] = read(engine, sa.select(CommitteeSession).where(CommitteeSession.kind == "written"))
    assert keys(engine, written.id) == [f"project_new:{life.case_id.hex}"]
    assert "aura attendu" not in text_of(officer.get(f"/seances/{session_id}"))


def test_the_pages_take_few_statements_whatever_the_agenda_holds(officer, engine, session_id, world):
    counted: list[str] = []
    sa.event.listen(engine.database.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))

    def cost(address: str) -> int:
        """How many statements a page reads, besides who reads it."""
        officer.get(address)
        counted.clear()
        assert officer.get(address).status_code == 200
        return len([each for each in counted if each.lstrip().upper().startswith("SELECT")]) - 2

    cockpit = cost(f"/seances/{session_id}")
    diffuse(officer, engine, session_id)
    assert cockpit <= 12
    assert cost(f"/seances/{session_id}/dossier") <= 13


def test_the_steps_of_a_session_lead_to_it_and_show_where_it_is(officer, engine, session_id):
    [task] = read(engine, sa.select(Task).where(Task.case_id == session_id, Task.closed_at.is_(None)))
    listed = officer.get("/taches").get_data(as_text=True)
    assert f'href="/seances/{session_id}"' in listed
    assert f"/projets/{session_id}" not in listed

    for tab in ("", "?vue=projet", "?vue=historique"):
        page = officer.get(f"/taches/{task.id}{tab}")
        assert page.status_code == 200
        assert f"/projets/{session_id}" not in page.get_data(as_text=True)
        assert "Où en est la séance" in text_of(page)
    in_english = text_of(officer.get("/taches", headers={"Accept-Language": "en"}))
    assert "Séance du 10 décembre 2026" in in_english or "Session of 10 December 2026" in in_english
