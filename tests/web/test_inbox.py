"""The inbox: what one has to do, by urgency, filtered by its address, taken in one click and undone."""

from __future__ import annotations

import io
from contextlib import contextmanager
from datetime import timedelta

import icalendar
import openpyxl
import pytest
import sqlalchemy as sa
from lxml import html

from engine.people import accounts
from engine.persistence.base import new_id
from engine.persistence.unit_of_work import Actor
from engine.runtime import tasks
from engine.runtime.models import Task
from tests.web.task_lives import Lives


@pytest.fixture
def lives(engine, world) -> Lives:
    return Lives(engine, world)


def main_of(answer) -> html.HtmlElement:
    """The page's main part, or the part that was sent alone."""
    page = html.document_fromstring(answer.get_data(as_text=True))
    return next(iter(page.xpath("//main")), page)


def titles(answer) -> list[str]:
    """The tasks of a list, in order."""
    return [each.text_content().strip() for each in main_of(answer).xpath("//a[@data-row-link]")]


def firms(answer) -> list[str]:
    return [each.text for each in main_of(answer).xpath("//td[contains(@class,'cell-firm')]/a")]


def groups(answer) -> list[tuple[str, str]]:
    """The groups of a list with their counts."""
    found = main_of(answer).xpath("//section[contains(@class,'urgency')]/h2")
    return [(each.text.strip(), each.xpath("span")[0].text) for each in found]


def text(answer) -> str:
    return " ".join(main_of(answer).text_content().split())


@contextmanager
def statements(engine):
    """The statements sent to the database meanwhile; opening and ending a transaction are not questions."""
    sent: list[str] = []

    def count(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    sa.event.listen(engine.database.engine, "before_cursor_execute", count)
    try:
        yield sent
    finally:
        sa.event.remove(engine.database.engine, "before_cursor_execute", count)


def test_everybody_begins_where_their_day_does(client, sign_in, flask_app):
    for who, where in (
        ("officer", "/taches"),
        ("member", "/taches"),
        ("steering", "/pilotage"),
        ("coordinator", "/pilotage"),
    ):
        answer = sign_in(flask_app.test_client(), who).get("/")
        assert (answer.status_code, answer.location) == (302, where)
    assert client.get("/").location == "/connexion"


def test_tasks_are_grouped_by_urgency(client, sign_in, lives, clock):
    late, waiting, suspended = lives.open(), lives.open(1), lives.open(2)
    clock.advance(days=8)
    soon = lives.open(3)
    clock.advance(days=4)
    lives.open(4)
    officer = lives.world.people["officer"]
    with lives.engine.database.start_work(Actor(officer)) as work:
        tasks.await_third_party(
            work, task_id=lives.task(waiting, "qualify").id, cause="firm",
            until=clock.instant.date() + timedelta(days=9), reason="Les comptes arrivent.",
        )  # fmt: skip
        work.connection.execute(sa.update(Task).where(Task.case_id == suspended).values(suspended=True))

    answer = sign_in(client, "officer").get("/taches")

    assert groups(answer) == [
        ("En retard", "1"), ("À faire sous 3 jours", "1"), ("Plus tard", "1"), ("En attente d’un tiers", "2"),
    ]  # fmt: skip
    said = text(answer)
    assert "En retard de 5 jours" in said
    assert "L’entreprise" in said
    assert "Projet suspendu" in said
    assert "5 tâches, dont 1 en retard" in said
    assert "<title>(5) Mes tâches – Alizé</title>" in answer.get_data(as_text=True)
    assert (
        str(lives.task(late, "qualify").id) in main_of(answer).xpath("//*[@class='first-thing']//a/@href")[0]
    )
    assert lives.task(soon, "qualify").due_on.isoformat() in answer.get_data(as_text=True)


def test_the_page_asks_the_database_four_things_and_no_more(client, sign_in, lives):
    for number in range(3):
        lives.open(number)
    browser = sign_in(client, "officer")
    browser.get("/taches")

    with statements(lives.engine) as sent:
        answer = browser.get("/taches")

    assert len(titles(answer)) == 3
    assert len(sent) <= 4, "\n\n".join(sent)


def test_one_sees_one_s_own_tasks_and_those_of_one_s_role_only(client, sign_in, flask_app, lives):
    lives.to_diagnostic()
    lives.open(1)

    assert titles(sign_in(client, "member").get("/taches")) == ["Établir le diagnostic préalable"]
    assert titles(sign_in(flask_app.test_client(), "officer").get("/taches")) == ["Qualifier la demande"]
    assert titles(sign_in(flask_app.test_client(), "other_officer").get("/taches")) == []


def test_filters_are_in_the_address(client, sign_in, lives, clock):
    lives.open()
    clock.advance(days=10)
    recent = lives.open(1)
    browser = sign_in(client, "officer")
    browser.post(f"/taches/{lives.task(recent, 'qualify').id}/prendre")

    assert firms(browser.get("/taches?scope=mine")) == ["Scierie du Lac 1 (démo)"]
    assert firms(browser.get("/taches?scope=claimable")) == ["Scierie du Lac (démo)"]
    assert firms(browser.get("/taches?overdue=1")) == ["Scierie du Lac (démo)"]
    assert firms(browser.get("/taches?q=scierie+2026-002")) == ["Scierie du Lac 1 (démo)"]
    assert firms(browser.get("/taches?q=QUALIFIER")) == ["Scierie du Lac (démo)", "Scierie du Lac 1 (démo)"]
    nothing = browser.get("/taches?q=introuvable")
    assert "Aucune tâche ne correspond" in text(nothing)
    assert main_of(nothing).xpath("//*[@class='empty']//a/@href") == ["/taches"]


@pytest.mark.parametrize(
    "query",
    ["scope=%00", "after=x", "after=1e400_0", "after=nan_00000000-0000-0000-0000-000000000000", "q=%00", "q=%25_%5C",
     "basin=nowhere", "after=-1e17_00000000000000000000000000000000", "q=" + "a" * 3000, "overdue=perhaps"],
)  # fmt: skip
def test_an_address_that_says_nothing_of_ours_still_shows_a_list(client, sign_in, query):
    assert sign_in(client, "officer").get(f"/taches?{query}").status_code == 200


def test_the_pages_of_a_long_list_show_each_task_once(client, sign_in, lives):
    copies(lives, lives.task(lives.open(), "qualify"), 120)
    browser = sign_in(client, "officer")

    seen, url = [], "/taches"
    while url:
        answer = browser.get(url)
        seen += main_of(answer).xpath("//a[@data-row-link]/@href")
        url = next(iter(main_of(answer).xpath("//a[@rel='next']/@href")), None)

    assert len(seen) == len(set(seen)) == 121
    assert browser.get("/taches?scope=claimable").get_data(as_text=True).count("99+") >= 1


def copies(lives, task, count):
    """More open tasks like one; only their number matters."""
    columns = {column.name: getattr(task, column.name) for column in Task.__table__.columns}
    with lives.engine.database.start_work() as work:
        work.connection.execute(sa.insert(Task), [columns | {"id": new_id()} for _each in range(count)])


def test_a_task_is_taken_in_one_click_and_given_back_by_undoing(client, sign_in, lives):
    task = lives.task(lives.open(), "qualify")
    browser = sign_in(client, "officer")
    [gesture] = main_of(browser.get("/taches")).xpath("//td[@class='cell-act']/button/@formaction")

    taken = browser.post(gesture)
    assert (taken.status_code, taken.location) == (303, "/taches")
    assert lives.row(task.id).assignee_id == lives.world.people["officer"]
    page = browser.get("/taches")
    assert "Vous avez pris « Qualifier la demande »." in text(page)
    [undo] = main_of(page).xpath("//*[@data-undo]/form/@action")

    assert browser.post(undo).status_code == 303
    assert lives.row(task.id).assignee_id is None


def test_with_htmx_only_the_list_comes_back_with_its_undo_bar_and_its_filters(client, sign_in, lives):
    task = lives.task(lives.open(), "qualify")
    browser = sign_in(client, "officer")

    answer = browser.post(f"/taches/{task.id}/prendre?scope=claimable", headers={"HX-Request": "true"})

    body = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "<html" not in body
    assert 'id="tasks"' in body
    assert 'data-undo="10"' in body
    assert f"/taches/{task.id}/rendre?scope=claimable" in body
    assert titles(answer) == []
    history = browser.get("/taches", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in history.get_data(as_text=True)


def test_the_second_to_take_a_task_is_told_who_did_and_sees_the_list_as_it_is(
    client, sign_in, flask_app, lives
):
    task = lives.task(lives.open(), "qualify")
    sign_in(client, "officer").post(f"/taches/{task.id}/prendre")

    answer = sign_in(flask_app.test_client(), "second_officer").post(
        f"/taches/{task.id}/prendre", headers={"HX-Request": "true"}
    )

    assert answer.status_code == 409
    assert "C’était Officer (démo), le 16 novembre 2026 à 10 h 00." in text(answer).replace("\xa0", " ")
    assert titles(answer) == []


def test_ticked_tasks_are_taken_together_one_gone_stopping_no_other(client, sign_in, flask_app, lives):
    first, second, gone = (lives.task(lives.open(number), "qualify") for number in range(3))
    sign_in(flask_app.test_client(), "second_officer").post(f"/taches/{gone.id}/prendre")
    browser = sign_in(client, "officer")

    answer = browser.post(
        "/taches/prendre", data={"task": [str(first.id), str(gone.id), str(second.id), "x"]}
    )

    assert answer.status_code == 303
    officer = lives.world.people["officer"]
    assert [lives.row(each.id).assignee_id == officer for each in (first, second, gone)] == [
        True,
        True,
        False,
    ]
    assert "Vous avez pris 2 tâches." in text(browser.get("/taches"))


def test_an_empty_list_says_what_comes_next(client, sign_in):
    answer = sign_in(client, "member").get("/taches")

    assert "Rien à faire pour l’instant" in text(answer)
    assert main_of(answer).xpath("//*[@class='empty']//a/@href") == ["/projets"]


def test_the_file_has_what_the_list_shows_and_no_formula(client, sign_in, lives):
    lives.open()
    with lives.engine.database.start_work() as work:
        work.connection.execute(sa.update(Task).values(firm="=cmd|' /C calc'!A0"))
    browser = sign_in(client, "officer")

    sent = browser.get("/taches.csv")
    lines = sent.data.decode("utf-8-sig").splitlines()
    assert sent.data.startswith(b"\xef\xbb\xbf")
    assert "attachment" in sent.headers["Content-Disposition"]
    assert lines[0].startswith("Tâche;Entreprise;Référence;Bassin;Échéance")
    assert len(lines) == 2
    assert "'=cmd" in lines[1]
    assert browser.get("/taches.csv?scope=mine").data.decode("utf-8-sig").count("\r\n") == 1

    book = openpyxl.load_workbook(io.BytesIO(browser.get("/taches.xlsx").data))
    assert [cell.value for cell in book.worksheets[0][2]][:2] == [
        "Qualifier la demande",
        "'=cmd|' /C calc'!A0",
    ]
    assert book.worksheets[0]["E2"].is_date
    assert browser.get("/taches.pdf").status_code == 404


def calendar_address(browser) -> str:
    found = main_of(browser.get("/taches")).xpath("//input[@id='calendar-address']/@value")[0]
    return found.partition("5000")[2]


def test_one_s_due_days_stand_in_one_s_own_calendar(client, sign_in, flask_app, lives):
    task = lives.to_diagnostic()
    address = calendar_address(sign_in(client, "member"))

    answer = flask_app.test_client().get(address)

    [event] = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert event["DTSTART"].dt == task.due_on
    assert str(event["SUMMARY"]) == "Établir le diagnostic préalable – Scierie du Lac (démo)"
    assert str(event["URL"]).endswith(f"/taches/{task.id}")


def test_a_calendar_s_address_is_one_person_s_and_ends_with_their_account(client, sign_in, flask_app, lives):
    member = lives.world.people["member"]
    address = calendar_address(sign_in(client, "member"))
    stranger = flask_app.test_client()

    assert stranger.get(address[:-6] + "x.ics").status_code == 404
    assert stranger.get("/calendrier/nothing.ics").status_code == 404
    with lives.engine.database.start_work(Actor(lives.world.people["administrator"])) as work:
        accounts.disable(work, member)
    assert stranger.get(address).status_code == 404


def test_the_list_speaks_english_to_those_who_do(client, sign_in, lives):
    lives.open()
    browser = sign_in(client, "officer")
    browser.post("/langue", data={"locale": "en"})

    said = text(browser.get("/taches"))

    assert "My tasks" in said
    assert "1 task" in said
    assert "Due within 3 days" in said or "Later" in said


def test_reading_opens_no_writing(client, sign_in, lives, monkeypatch):
    task = lives.to_diagnostic()
    browser = sign_in(client, "member")

    def refuse(*_values, **_names):
        raise AssertionError("a GET opened a writing unit")

    monkeypatch.setattr(lives.engine.database, "start_work", refuse)
    for path in ("/taches", "/taches.csv", "/taches/suivante", f"/taches/{task.id}",
                 f"/taches/{task.id}?vue=projet", f"/taches/{task.id}?vue=historique"):  # fmt: skip
        assert browser.get(path).status_code in {200, 303}
