"""The pages around a session: what its tasks are called, what they lead to, what refuses and says why."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
import sqlalchemy as sa
from lxml import html

from engine.committee import agenda, sessions
from engine.people import committee_seats
from engine.persistence.unit_of_work import Actor
from engine.runtime import messages
from engine.runtime.models import Task
from tests.web.lives import Life
from tests.web.test_inbox import statements

HELD = date(2026, 12, 10)
TODAY = date(2026, 11, 16)


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


def noon(day: date) -> datetime:
    """The middle of a day, wherever the basin is."""
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def page_of(answer) -> html.HtmlElement:
    return html.document_fromstring(answer.get_data(as_text=True))


def text_of(answer) -> str:
    """What a page says, on one line."""
    return " ".join(page_of(answer).text_content().split())


def title_of(answer) -> str:
    return str(page_of(answer).findtext(".//title"))


def task_of(engine, session_id, step: str) -> Task:
    """The open task of a step of a session."""
    with engine.database.start_reading() as work:
        found = sa.select(Task).where(Task.case_id == session_id, Task.closed_at.is_(None), Task.step == step)
        return work.database.scalars(found.order_by(Task.position).limit(1)).one()


def planned(engine, world, on: date, kind: str):
    """A session of one kind."""
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        return sessions.plan(work, basin_id=world.basin_id, answers={"held_on": on, "kind": kind}).id


def hold(engine, world, session_id) -> list[str]:
    """The officer notes that everybody was there; the seats that vote."""
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        day = sessions.find(work, session_id).held_on
        seats = committee_seats.seats_in_force(work, world.basin_id, day)
        rows = [
            {"seat_id": each.assignment_id, "presence": "present", "proxy_to_seat_id": None} for each in seats
        ]
        answers = {"held_on": day, "attendance": rows, "chaired_by_id": world.people["chair"]}
        sessions.hold(work, session_id, answers=answers)
    return [str(each.assignment_id) for each in seats if not each.guest]


def test_the_tasks_of_a_session_are_called_by_its_day(officer, engine, world, session_id):
    written = planned(engine, world, date(2026, 12, 3), "written")
    task = task_of(engine, session_id, "prepare_agenda")
    called, in_writing = "Séance du 10 décembre 2026", "Consultation écrite du 3 décembre 2026"

    listed = page_of(officer.get("/taches"))
    named = {each.text: each.get("href") for each in listed.xpath("//td[contains(@class,'cell-firm')]/a")}
    assert named[called] == f"/seances/{session_id}"
    assert named[in_writing] == f"/seances/{written}"
    assert "Comité d’agrément" not in listed.xpath("//main")[0].text_content()
    sheet = openpyxl.load_workbook(io.BytesIO(officer.get("/taches.xlsx").data)).active
    assert {called, in_writing} <= {row[1].value for row in sheet.iter_rows()}

    page = officer.get(f"/taches/{task.id}")
    assert title_of(page).startswith(f"Diffuser l’ordre du jour, {called}")
    [where] = page_of(page).xpath("//p[@class='kicker']/a")
    assert (where.text, where.get("href")) == (called, f"/seances/{session_id}")

    with engine.database.start_work(Actor(world.people["officer"])) as work:
        moved = {"held_on": date(2026, 12, 17), "kind": "meeting", "place": "Toul", "starts_at": "14:00"}
        sessions.move(work, session_id, answers=moved)
    assert "Séance du 17 décembre 2026" in text_of(officer.get("/taches"))


def test_a_task_of_a_session_done_is_told_by_its_day(officer, engine, session_id):
    task = task_of(engine, session_id, "prepare_agenda")

    after = officer.post(f"/taches/{task.id}", data={"message": "Merci."}, follow_redirects=True)

    assert "Diffuser l’ordre du jour, Séance du 10 décembre 2026." in text_of(after)


def test_holding_a_session_leads_to_it_and_an_error_in_a_row_is_in_the_title(
    client, sign_in, engine, world, session_id, clock
):
    clock.set(noon(HELD))
    officer = sign_in(client, "officer")
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        messages.send(work, case_id=session_id, name="session_began", required=False)
    task = task_of(engine, session_id, "hold_session")
    page = page_of(officer.get(f"/taches/{task.id}"))
    assert page.xpath(f"//*[@class='aside']//a[@href='/seances/{session_id}']/text()") == ["Voir la séance"]

    seats = page.xpath("//input[contains(@name,'-seat_id')]/@value")
    rows = {f"attendance-{number}-seat_id": seat for number, seat in enumerate(seats)}
    answer = officer.post(f"/taches/{task.id}", data={"held_on": HELD.isoformat(), **rows})

    assert answer.status_code == 422
    assert title_of(answer).startswith("Erreur\u202f: Tenir la séance")


def back_with(officer, address: str) -> str:
    """What the page of the session says to whoever opens a form too late, or too soon."""
    answer = officer.get(address)
    assert answer.status_code == 303
    assert answer.location == "/".join(address.split("/")[:3])
    return text_of(officer.get(answer.location))


def test_a_form_that_could_only_be_refused_leads_to_the_session_with_the_reason(
    officer, engine, world, session_id
):
    to_come, address = "Cette séance n’est plus à venir", f"/seances/{session_id}"
    assert "n’a pas encore eu lieu" in back_with(officer, f"{address}/presences")
    assert "Le procès-verbal n’est pas encore signé" in back_with(officer, f"{address}/erratum")
    assert "n’est pas une consultation écrite en cours" in back_with(officer, f"{address}/delai")
    for act in ("tenue", "report", "annulation"):
        assert officer.get(f"{address}/{act}").status_code == 200
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        sessions.cancel(work, session_id, reason="Grève.")
    for act in ("tenue", "report", "annulation", "presences", "diffusion", "ordre-du-jour/ajout"):
        assert to_come in back_with(officer, f"{address}/{act}"), act
    assert officer.get("/seances/00000000-0000-0000-0000-000000000001/tenue").status_code == 404


def test_a_consultation_still_answered_is_not_noted_as_held(officer, engine, world, life):
    life.ready()
    written = planned(engine, world, HELD, "written")
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        agenda.add(work, written, key=f"project_new:{life.case_id.hex}")
    task = task_of(engine, written, "prepare_agenda")
    assert officer.post(f"/taches/{task.id}", data={"message": "Merci."}).status_code == 303

    assert "La consultation écrite court encore" in back_with(officer, f"/seances/{written}/tenue")
    assert officer.get(f"/seances/{written}/delai").status_code == 200


def test_votes_that_were_not_given_are_not_said_noted(officer, engine, world, life):
    life.ready()
    today = life.session(TODAY)
    seats = hold(engine, world, today)
    with engine.database.start_reading() as work:
        [item] = [each for each in agenda.items_of(work, today) if each.project_id == life.case_id]
    address = f"/seances/{today}/points/{item.id}/voix"
    rows = {f"ballots-{number}-seat_id": seat for number, seat in enumerate(seats)}

    none = officer.post(address, data=rows, follow_redirects=True)
    assert "Aucun vote n’est noté sur ce point." in text_of(none)
    assert "Les votes sont notés" not in text_of(none)
    some = officer.post(address, data={**rows, "ballots-0-choice": "for"}, follow_redirects=True)
    assert "Les votes sont notés." in text_of(some)


def test_past_sessions_say_whether_their_minutes_are_signed(client, sign_in, engine, world, life, clock):
    first, second = life.session(TODAY), life.session(date(2026, 11, 18))
    hold(engine, world, first)
    clock.set(noon(date(2026, 11, 18)))
    hold(engine, world, second)
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        sessions.find(work, first).minutes_signed_on = date(2026, 11, 18)
    officer = sign_in(client, "officer")

    lines = page_of(officer.get("/seances")).xpath("//section[@aria-labelledby='past']//tbody/tr")

    said = ["".join(each.xpath("td[@data-label='Procès-verbal']//text()")).strip() for each in lines]
    assert said == ["Pas encore signé", "Signé"]
    sheet = openpyxl.load_workbook(io.BytesIO(officer.get("/seances.xlsx").data)).active
    signed = [row[-1] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert [each and each.date() for each in signed] == [date(2026, 11, 18), None]


def test_a_member_s_tasks_begin_with_the_dossier_to_receive(flask_app, sign_in, officer, engine, session_id):
    member = sign_in(flask_app.test_client(), "member")
    awaited = "Le dossier de la séance du 10 décembre 2026 vous attend"
    assert awaited not in text_of(member.get("/taches")), "its agenda is not sent yet"
    task = task_of(engine, session_id, "prepare_agenda")
    officer.post(f"/taches/{task.id}", data={"message": "Merci."})

    with statements(engine) as sent:
        page = member.get("/taches")
    assert awaited in text_of(page)
    assert len(sent) <= 5, "one more than whoever holds no seat, whatever there is to read"
    [link] = page_of(page).xpath("//a[starts-with(.,'Lire le dossier')]/@href")
    assert link == f"/seances/{session_id}/dossier"
    assert awaited not in text_of(officer.get("/taches"))

    member.post(f"{link}/recu", data={"key": "k" * 32})
    assert awaited not in text_of(member.get("/taches"))


def test_the_sessions_of_a_list_cost_one_statement(officer, engine, world, session_id):
    for day in (3, 17, 18):
        planned(engine, world, date(2026, 12, day), "meeting")
    officer.get("/taches")

    with statements(engine) as sent:
        officer.get("/taches")

    assert len(sent) <= 5, "the four of any list, and the days of its sessions"


def test_a_session_says_until_when_it_lasts_and_a_consultation_what_it_is(officer, engine, world, session_id):
    answers = {
        "held_on": HELD.isoformat(),
        "kind": "meeting",
        "starts_at": "14:00",
        "duration_minutes": "150",
    }
    form = page_of(officer.get(f"/seances/{session_id}/report"))
    assert form.xpath("//input[@name='duration_minutes']/@value") == ["120"]
    assert officer.post(f"/seances/{session_id}/report", data=answers).status_code == 303
    for address in ("/seances", f"/seances/{session_id}"):
        said = text_of(officer.get(address)).replace("\xa0", " ")
        assert "Réunion, de 14 h à 16 h 30" in said

    written = planned(engine, world, date(2026, 12, 3), "written")
    for act in (
        "report",
        "annulation",
        "tenue",
        "observations",
        "ordre-du-jour/ajout",
        "dossier",
        "signature",
    ):
        page = page_of(officer.get(f"/seances/{written}/{act}"))
        assert page.xpath("//p[@class='kicker']/a")[0].text == "Consultation écrite du 3 décembre 2026", act


def test_what_may_be_done_of_each_item_is_told_apart_by_ear(flask_app, sign_in, officer, engine, session_id):
    officer.post(f"/seances/{session_id}/ordre-du-jour/ajout", data={"title": "Calendrier de 2027"})
    task = task_of(engine, session_id, "prepare_agenda")
    officer.post(f"/taches/{task.id}", data={"message": "Merci."})
    member = sign_in(flask_app.test_client(), "member2")

    for address in (f"/seances/{session_id}", f"/seances/{session_id}/dossier"):
        links = page_of(member.get(address)).xpath(
            "//a[contains(@href,'/avis') or contains(@href,'/interets?')]"
        )
        named = [" ".join(each.text_content().split()) for each in links]
        assert len(named) == len(set(named)) >= 2
        assert all(" : " in each for each in named), named
