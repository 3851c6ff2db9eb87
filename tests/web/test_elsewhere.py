"""Beside an officer's tasks: what others hold up, one click to ask again, the next session."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.committee import sessions
from engine.outbox.models import Message
from engine.persistence.unit_of_work import Actor
from tests.stories import DIAGNOSTIC
from tests.web.task_lives import Lives
from tests.web.test_inbox import main_of, statements, text

PART = {"HX-Request": "true"}


@pytest.fixture
def lives(engine, world) -> Lives:
    return Lives(engine, world)


@pytest.fixture
def officer(flask_app, sign_in):
    """A browser of the officer, signed in now: a session does not last for weeks."""
    return lambda: sign_in(flask_app.test_client(), "officer")


def plan(lives, days, *, since=None):
    with lives.engine.database.start_work(Actor(lives.world.people["officer"])) as work:
        day = work.now.date() + timedelta(days=days)
        return sessions.plan(
            work, basin_id=lives.world.basin_id, answers={"held_on": day, "kind": "meeting"}
        ).id


def mails(lives, task_id):
    with lives.engine.database.start_reading() as work:
        return work.connection.execute(
            sa.select(Message.kind, Message.recipient_id).where(
                Message.task_id == task_id, Message.kind == "task_reminded"
            )
        ).all()


def test_the_inbox_of_an_officer_reads_what_stands_beside_it_afterwards(officer, sign_in, flask_app, lives):
    lives.open()
    browser = officer()
    with statements(lives.engine) as sent:
        page = browser.get("/taches")
    assert len(sent) <= 4
    [beside] = main_of(page).xpath("//aside[@id='elsewhere']")
    assert (beside.get("hx-get"), beside.get("hx-trigger")) == ("/taches/ailleurs", "load")
    assert "/taches/ailleurs" in beside.xpath(".//a/@href")
    member = sign_in(flask_app.test_client(), "member").get("/taches")
    assert not main_of(member).xpath("//aside[@id='elsewhere']")


def test_what_others_hold_up_says_who_since_when_and_how_to_reach_them(officer, lives, clock):
    task = lives.to_diagnostic()
    assert "Rien n’est en retard chez les autres" in text(officer().get("/taches/ailleurs"))
    clock.advance(days=(task.due_on - clock.instant.date()).days + 5)

    shown = text(officer().get("/taches/ailleurs", headers=PART))

    assert "Scierie du Lac (démo)" in shown
    assert "Établir le diagnostic préalable" in shown
    assert "En retard de 5 jours" in shown
    assert "Member (démo) Prescripteur" in shown


def test_the_part_is_read_in_a_bounded_number_of_statements(officer, lives, clock):
    for number in range(3):
        lives.to_diagnostic(number)
    plan(lives, 90)
    clock.advance(days=60)
    browser = officer()
    browser.get("/taches/ailleurs", headers=PART)

    with statements(lives.engine) as sent:
        answer = browser.get("/taches/ailleurs", headers=PART)

    assert text(answer).count("En retard de") == 3
    assert len(sent) <= 6, "\n\n".join(sent)


def test_the_signatories_of_one_agreement_stand_together_once_they_have_had_three_days(officer, lives, clock):
    tasks = lives.to_signatures()
    assert "Signer la convention" not in text(officer().get("/taches/ailleurs"))
    clock.advance(days=3)

    page = main_of(officer().get("/taches/ailleurs"))

    [card] = page.xpath("//ul[contains(@class,'held-up')]/li")
    assert len(card.xpath(".//div[@class='holder']")) == len(tasks) == 4
    said = " ".join(card.text_content().split())
    assert "Attend depuis 3 jours" in said
    assert "rappel aux signataires" in said


def test_a_decision_to_sign_is_the_chair_s_in_force(officer, lives, clock):
    case_id = lives.to_diagnostic().case_id
    lives.act(case_id, "preliminary_diagnostic", "member", DIAGNOSTIC)
    lives.act(case_id, "check_completeness", "officer", {"outcome": "complete"})
    session_id = plan(lives, 0)
    lives.act(case_id, "committee_decision", "officer", {
        "session_id": str(session_id), "outcome": "rejected", "reason": "jobs", "explanation": "Trop tôt.",
    })  # fmt: skip
    clock.advance(days=8)
    browser = officer()

    shown = text(browser.get("/taches/ailleurs"))
    browser.post(f"/taches/{lives.task(case_id, 'sign_off_decision').id}/relancer")

    assert "Signer la décision" in shown
    assert "Chair (démo) Présidence du comité" in shown
    [mail] = mails(lives, lives.task(case_id, "sign_off_decision").id)
    assert mail.recipient_id == lives.world.people["chair"]


def test_a_program_asks_again_once_and_is_told_why_it_may_not_ask_twice(api, lives, clock):
    task = lives.to_diagnostic()
    path = f"/tasks/{task.id}/remind"
    clock.advance(days=(task.due_on - clock.instant.date()).days + 1)

    first = api.post("officer", path, key="relance")
    replayed = api.post("officer", path, key="relance")
    again = api.post("officer", path)
    in_english = api.post("officer", path, headers={"Accept-Language": "en"})

    assert (first.status_code, first.json["id"], replayed.status_code) == (200, str(task.id), 200)
    assert mails(lives, task.id) == [("task_reminded", lives.world.people["member"])]
    listed = api.get("officer", f"/projects/{task.case_id}/mails").json["items"]
    assert [each["task_id"] for each in listed if each["kind"] == "task_reminded"] == [str(task.id)]
    assert (again.status_code, in_english.status_code) == (409, 409)
    assert "il y a moins d’une semaine" in again.json["detail"]
    assert in_english.json["detail"].startswith("A mail left less than a week ago")
    assert api.post("member", path).status_code == 403
    assert api.post("other_officer", path).status_code in {403, 404}
    assert api.post("officer", path, key=None).status_code == 400
    assert api.post("officer", path, scopes=("read",)).status_code == 403


def test_a_program_is_refused_where_there_is_nobody_to_write_to(api, lives, clock):
    own = lives.task(lives.open(), "qualify")
    api.post("officer", f"/tasks/{own.id}/claim")
    assert "vous revient" in api.post("officer", f"/tasks/{own.id}/remind").json["detail"]

    held = lives.to_diagnostic(1)
    clock.advance(days=(held.due_on - clock.instant.date()).days + 1)
    wait = {"cause": "firm", "until": "2026-12-20", "reason": "Attend ses comptes."}
    assert api.post("officer", f"/tasks/{held.id}/hold", {"answers": wait}).status_code == 200
    refused = api.post("officer", f"/tasks/{held.id}/remind")

    assert (refused.status_code, mails(lives, held.id)) == (409, [])
    assert "en attente d’un tiers" in refused.json["detail"]


def test_one_click_asks_again_and_a_week_passes_before_the_next(officer, lives, clock):
    task = lives.to_diagnostic()
    clock.advance(days=(task.due_on - clock.instant.date()).days + 1)
    browser = officer()
    [gesture] = main_of(browser.get("/taches/ailleurs")).xpath("//div[@class='holder']/form/@action")

    answer = browser.post(gesture, data={"back": "ailleurs"})

    assert (answer.status_code, answer.location) == (303, "/taches/ailleurs")
    shown = browser.get("/taches/ailleurs")
    assert "Member (démo) reçoit un courriel" in text(shown).replace("\u202f", " ")
    assert "Prochain possible le" in text(shown)
    assert not main_of(shown).xpath("//div[@class='holder']/form")
    assert mails(lives, task.id) == [("task_reminded", lives.world.people["member"])]

    again = browser.post(gesture)
    assert (again.status_code, again.location) == (303, "/taches")
    assert "Un courriel est parti il y a moins d’une semaine" in text(browser.get("/taches"))
    assert len(mails(lives, task.id)) == 1
    clock.advance(days=8)
    officer().post(gesture)
    assert len(mails(lives, task.id)) == 2


def test_the_project_s_page_asks_again_and_shows_when_it_was_done(officer, lives, clock):
    task = lives.to_diagnostic()
    clock.advance(days=9)
    url = f"/projets/{task.case_id}"
    form = main_of(officer().get(url)).xpath("//form[contains(@action,'/relancer')]")[0]

    answer = officer().post(
        form.get("action"), data={"project": form.xpath("input[@name='project']/@value")[0]}
    )

    assert answer.location == url
    shown = text(officer().get(url))
    assert "relancé le 25 novembre 2026" in shown
    assert "Relance de l’opérateur : Établir le diagnostic préalable" in shown.replace("\u202f", " ")


def test_a_task_of_another_basin_is_not_there(sign_in, client, lives):
    task = lives.to_diagnostic()
    assert sign_in(client, "other_officer").post(f"/taches/{task.id}/relancer").status_code == 404
    assert mails(lives, task.id) == []


def test_the_list_as_a_file_says_the_same(officer, lives, clock):
    task = lives.to_diagnostic()
    clock.advance(days=(task.due_on - clock.instant.date()).days + 5)

    answer = officer().get("/taches/ailleurs.csv")

    header, line = csv.reader(
        io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")), delimiter=";"
    )
    told = dict(zip(header, line, strict=True))
    assert (told["Entreprise"], told["Chez qui"], told["Jours de retard"]) == (
        "Scierie du Lac (démo)", "Member (démo)", "5",
    )  # fmt: skip
    assert officer().get("/taches/ailleurs.xlsx").data.startswith(b"PK")


def test_the_card_of_the_next_session_says_what_is_ready_and_what_is_missing(officer, lives):
    assert "Aucune séance n’est prévue." in text(officer().get("/taches/ailleurs", headers=PART))
    plan(lives, 10)
    lives.to_diagnostic()
    lives.open(1)

    shown = text(officer().get("/taches/ailleurs", headers=PART))

    assert "jeudi 26 novembre Dans 10 jours" in shown
    assert "Pas encore prêts 2" in shown
    assert "établir le diagnostic préalable (Member (démo))" in shown
    assert "qualifier la demande (Opérateur)" in shown


def test_a_past_session_nobody_noted_is_asked_for(officer, lives, clock):
    session_id = plan(lives, 2)
    clock.advance(days=5)

    part = officer().get("/taches/ailleurs", headers=PART)

    assert "La séance du 18 novembre 2026 n’est pas notée comme tenue." in text(part)
    assert f"/seances/{session_id}/tenue" in part.get_data(as_text=True)
