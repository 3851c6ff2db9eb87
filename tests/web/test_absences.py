"""On a telephone or not: days away, who does the tasks meanwhile, and what each of them then sees."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.people.models import Absence, Substitution
from tests.web.task_lives import TYPED_DIAGNOSTIC, Lives
from tests.web.test_inbox import main_of, statements, titles


@pytest.fixture
def lives(engine, world) -> Lives:
    return Lives(engine, world)


@pytest.fixture
def diagnosing(lives):
    """A project whose diagnostic waits for a member."""
    return lives.to_diagnostic().case_id


@pytest.fixture
def days(clock):
    first = clock.instant.date()
    return {"first_day": first.isoformat(), "last_day": (first + timedelta(days=6)).isoformat()}


def text(answer) -> str:
    return " ".join(main_of(answer).text_content().split())


def choice(world) -> str:
    return f"substitute-{world.basin_id}"


def declare(client, world, days, who="member2", path="/compte/absences"):
    return client.post(path, data={**days, choice(world): str(world.people[who]) if who else ""})


def count(engine, table) -> int:
    with engine.database.start_reading() as work:
        return work.connection.scalar(sa.select(sa.func.count()).select_from(table))


def test_a_member_names_who_does_their_tasks_and_both_lists_say_it(
    flask_app, sign_in, world, lives, diagnosing, days
):
    member, other = (sign_in(flask_app.test_client(), who) for who in ("member", "member2"))
    asked = member.get("/compte/absences")
    assert "Remplacement" in text(asked)
    assert declare(member, world, days).status_code == 303

    task = lives.task(diagnosing, "preliminary_diagnostic")
    listed = other.get("/taches")
    assert "Établir le diagnostic préalable" in " ".join(titles(listed)), titles(listed)
    assert "absent(e) jusqu’au" in text(listed)
    assert "la fait jusqu’au" in text(member.get("/taches"))
    shown = other.get(f"/taches/{task.id}")
    assert "l’histoire dira vos deux noms" in text(shown)
    behalf = re.search(r'name="on_behalf_of" value="([0-9a-f-]{36})"', shown.text)[1]
    sent = other.post(
        f"/taches/{task.id}", data={**TYPED_DIAGNOSTIC, "on_behalf_of": behalf, "key": "k" * 32}
    )
    assert sent.status_code == 303, text(sent)
    done = lives.row(task.id)
    assert (done.closed_by, done.on_behalf_of) == (world.people["member2"], world.people["member"])


def test_a_draft_of_the_substitute_is_kept(flask_app, sign_in, world, lives, diagnosing, days):
    declare(sign_in(flask_app.test_client(), "member"), world, days)
    task = lives.task(diagnosing, "preliminary_diagnostic")
    other = sign_in(flask_app.test_client(), "member2")

    assert other.post(f"/taches/{task.id}/brouillon", data={"summary": "Un début."}).status_code < 400
    assert "Un début." in other.get(f"/taches/{task.id}").text


def test_who_sends_a_task_after_the_period_is_told_that_it_is_over(
    flask_app, sign_in, world, lives, diagnosing, days
):
    member, other = (sign_in(flask_app.test_client(), who) for who in ("member", "member2"))
    declare(member, world, days)
    task = lives.task(diagnosing, "preliminary_diagnostic")
    shown = other.get(f"/taches/{task.id}")
    behalf = re.search(r'name="on_behalf_of" value="([0-9a-f-]{36})"', shown.text)[1]
    away = re.search(r"/compte/absences/[0-9a-f-]{36}/retirer", member.get("/compte/absences").text)[0]
    member.post(away)

    sent = other.post(f"/taches/{task.id}", data={**TYPED_DIAGNOSTIC, "on_behalf_of": behalf})

    assert sent.status_code == 403
    assert "Votre remplacement a pris fin" in text(sent)
    assert lives.row(task.id).closed_at is None
    stranger = sign_in(flask_app.test_client(), "member3").post(f"/taches/{task.id}", data=TYPED_DIAGNOSTIC)
    assert "remplacement" not in text(stranger)


def test_the_period_withdrawn_by_either_gives_the_tasks_back(flask_app, sign_in, world, diagnosing, days):
    member, other, third = (sign_in(flask_app.test_client(), who) for who in ("member", "member2", "member3"))
    declare(member, world, days)
    page = other.get("/compte/absences")
    assert "Vous remplacez" in text(page)
    address = re.search(r"/compte/remplacements/[0-9a-f-]{36}/retirer", page.text)[0]
    assert third.post(address).status_code == 404
    assert other.post(address).status_code == 303
    assert titles(other.get("/taches")) == []
    assert other.post(address).status_code == 404, "it is over"

    named = re.search(r"/compte/absences/[0-9a-f-]{36}/remplacant", member.get("/compte/absences").text)[0]
    assert member.post(named, data={choice(world): ""}).status_code == 422
    assert member.post(named, data={choice(world): str(world.people["member3"])}).status_code == 303
    assert titles(third.get("/taches")) != []
    away = re.search(r"/compte/absences/[0-9a-f-]{36}/retirer", member.get("/compte/absences").text)[0]
    member.post(away)
    assert titles(third.get("/taches")) == []


@pytest.mark.parametrize("who", ["member", "steering", "other_officer", "nobody"])
def test_a_choice_that_was_not_offered_changes_nothing(client, sign_in, world, engine, days, who):
    chosen = "personne" if who == "nobody" else str(world.people[who])
    answer = sign_in(client, "member").post("/compte/absences", data={**days, choice(world): chosen})

    assert (answer.status_code, count(engine, Absence), count(engine, Substitution)) == (422, 0, 0)
    assert days["first_day"] in answer.text


def test_an_officer_declares_the_absence_of_a_colleague_who_is_ill(
    flask_app, sign_in, world, engine, diagnosing, days
):
    officer = sign_in(flask_app.test_client(), "officer")
    path = f"/administration/personnes/{world.people['member']}/absences"
    assert declare(officer, world, days, path=path).status_code == 303
    assert "Member2" in text(officer.get(path)) or count(engine, Substitution) == 1
    assert titles(sign_in(flask_app.test_client(), "member2").get("/taches")) != []
    end = re.search(rf"{path[:-9]}/remplacements/[0-9a-f-]{{36}}/retirer", officer.get(path).text)[0]
    assert officer.post(end).status_code == 303
    gone = re.search(rf"{path}/[0-9a-f-]{{36}}/retirer", officer.get(path).text)[0]
    assert officer.post(gone).status_code == 303
    assert titles(sign_in(flask_app.test_client(), "member2").get("/taches")) == []


def test_a_substitute_s_inbox_asks_no_more_statements_than_names_do(
    flask_app, sign_in, world, engine, diagnosing, days
):
    other = sign_in(flask_app.test_client(), "member2")
    other.get("/taches")
    with statements(engine) as before:
        other.get("/taches")
    declare(sign_in(flask_app.test_client(), "member"), world, days)
    with statements(engine) as after:
        other.get("/taches")

    assert len(after) <= len(before) + 2, "the names, and the first firm’s page"


def test_the_page_is_in_english_too(client, sign_in, world, diagnosing, days):
    browser = sign_in(client, "member")
    browser.post("/compte/langue", data={"locale": "en"})
    declare(browser, world, days)

    said = text(browser.get("/compte/absences"))
    assert "My absences" in said
    assert "does the tasks" in said


def test_a_chair_is_told_that_signatures_wait(client, sign_in):
    assert "présidence par intérim" in text(sign_in(client, "chair").get("/compte/absences"))


def test_an_officer_s_colleagues_are_proposed_and_no_one_else(client, sign_in, world):
    page = sign_in(client, "officer").get("/compte/absences")
    offered = main_of(page).xpath(f"//select[@name='{choice(world)}']/option/@value")

    assert offered == ["", str(world.people["second_officer"])]


def test_a_form_sent_twice_declares_one_absence_and_names_once(
    flask_app, sign_in, engine, world, diagnosing, days
):
    member = sign_in(flask_app.test_client(), "member")
    answers = [declare(member, world, days) for _again in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert (count(engine, Absence), count(engine, Substitution)) == (1, 1)


def forms_of(page) -> list[tuple[str, str]]:
    """Where each form of a page is sent, with its hidden key."""
    return [
        (form.get("action"), form.xpath(".//input[@name='key']/@value")[0])
        for form in main_of(page).xpath("//form[@method='post'][.//input[@name='key']]")
    ]


@pytest.mark.parametrize("by", ["member", "officer"])
def test_every_button_of_the_page_pressed_twice_is_one_act(
    flask_app, sign_in, engine, world, diagnosing, days, by
):
    own = "/compte/absences"
    path = own if by == "member" else f"/administration/personnes/{world.people['member']}/absences"
    browser = sign_in(flask_app.test_client(), by)

    def press_twice(ending, **form):
        [(action, key)] = [each for each in forms_of(browser.get(path)) if each[0].endswith(ending)]
        answers = [browser.post(action, data={**form, "key": key}) for _again in range(2)]
        assert [(each.status_code, each.location) for each in answers] == [(303, path)] * 2, ending

    press_twice("/absences", **days)
    chosen = {choice(world): str(world.people["member2"])}
    press_twice("/remplacant", **chosen)
    [(end, key)] = [each for each in forms_of(browser.get(path)) if "/remplacements/" in each[0]]
    assert [browser.post(end, data={"key": key}).status_code for _again in range(2)] == [303, 303]
    press_twice("/remplacant", **chosen)
    [(gone, key)] = [
        each for each in forms_of(browser.get(path)) if re.search(r"absences/.*/retirer", each[0])
    ]
    assert [browser.post(gone, data={"key": key}).status_code for _again in range(2)] == [303, 303]
    assert (count(engine, Absence), count(engine, Substitution)) == (1, 2)


def test_who_cannot_any_more_says_so_with_two_presses(flask_app, sign_in, engine, world, diagnosing, days):
    declare(sign_in(flask_app.test_client(), "member"), world, days)
    other = sign_in(flask_app.test_client(), "member2")
    [(end, key)] = [each for each in forms_of(other.get("/compte/absences")) if "/remplacements/" in each[0]]

    assert [other.post(end, data={"key": key}).status_code for _again in range(2)] == [303, 303]


def test_days_that_are_past_are_refused_and_stay_typed(client, sign_in, engine, clock):
    past = (clock.instant.date() - timedelta(days=3)).isoformat()
    answer = sign_in(client, "member").post("/compte/absences", data={"first_day": past, "last_day": past})

    assert (answer.status_code, count(engine, Absence)) == (422, 0)
    assert "Ces jours sont passés" in text(answer)
    assert past in answer.text
