"""Signing in by a code received by mail, from the sign-in page or from a task’s link."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from engine import scheduler
from engine.outbox.models import CapturedMail, Message
from engine.runtime.models import Task
from tests.web import installation


@pytest.fixture
def delivered(engine):
    """Let the mails leave, then give the last one's text."""

    def deliver() -> str:
        scheduler.deliver_mail(engine)
        with engine.database.start_reading() as work:
            found = work.database.scalars(
                sa.select(CapturedMail).order_by(CapturedMail.captured_at.desc())
            ).first()
            return "" if found is None else found.text

    return deliver


@pytest.fixture
def task_of_head(engine, world, project):
    """A task that waits for somebody without an account."""
    return task_for(engine, world.people["head"], project)


@pytest.fixture
def task_of_member(engine, world, project):
    """A task that waits for a member, who has an account."""
    return task_for(engine, world.people["member"], project)


def task_for(engine, person_id, project):
    with engine.database.start_work() as work:
        task = work.database.scalars(sa.select(Task).where(Task.case_id == project)).first()
        task.assignee_id, task.pool = person_id, False
        return task.id


def code_in(text: str) -> str:
    found = re.search(r"\b(\d{6})\b", text)
    assert found, f"no code in {text!r}"
    return found[1]


class TestCode:
    def test_opens_a_session(self, client, world, delivered):
        sent = client.post("/connexion/code", data={"email": world.emails["member"], "next": "/compte"})
        page = client.get("/connexion/code")
        answer = client.post("/connexion/code/verifier", data={"code": code_in(delivered())})

        assert (sent.status_code, sent.location) == (303, "/connexion/code")
        assert world.emails["member"] in page.text
        assert (answer.status_code, answer.location) == (303, "/compte")
        assert client.get("/compte").status_code == 200

    def test_is_forgotten_by_the_outbox_once_it_left(self, client, world, engine, delivered):
        client.post("/connexion/code", data={"email": world.emails["member"]})
        code = code_in(delivered())

        with engine.database.start_reading() as work:
            kept = work.database.scalars(sa.select(Message.data).where(Message.kind == "code")).all()
        assert code not in str(kept)

    def test_of_an_unknown_address_looks_the_same_and_sends_nothing(self, client, delivered):
        answer = client.post("/connexion/code", data={"email": "inconnue@exemple.test"})

        assert (answer.status_code, answer.location) == (303, "/connexion/code")
        assert delivered() == ""

    def test_of_no_address_is_asked_for(self, client):
        answer = client.post("/connexion/code", data={"email": " "})

        assert answer.status_code == 422
        assert "Indiquez votre adresse" in answer.text

    def test_a_wrong_one_is_said_on_the_same_page(self, client, world, delivered):
        client.post("/connexion/code", data={"email": world.emails["member"]})
        code = code_in(delivered())
        wrong = f"{(int(code) + 1) % 10**6:06}"

        answer = client.post("/connexion/code/verifier", data={"code": wrong})

        assert answer.status_code == 401
        assert "Ce code ne convient pas" in answer.text
        assert 'autocomplete="one-time-code"' in answer.text

    def test_serves_once(self, client, world, delivered, flask_app):
        client.post("/connexion/code", data={"email": world.emails["member"]})
        code = code_in(delivered())
        client.post("/connexion/code/verifier", data={"code": code})
        other = flask_app.test_client()
        other.post("/connexion/code", data={"email": "inconnue@exemple.test"})
        with other.session_transaction() as session:
            session["code_for"] = world.emails["member"]

        assert other.post("/connexion/code/verifier", data={"code": code}).status_code == 401

    def test_without_having_asked_leads_back(self, client):
        assert client.get("/connexion/code").location == "/connexion"


class TestTaskLink:
    def test_alone_shows_whose_it_is_and_nothing_else(self, client, task_of_head):
        page = client.get(f"/taches/{task_of_head}/code")

        assert page.status_code == 200
        assert "Dirigeante Sans Compte" in page.text
        assert "d\N{WORD JOINER}…\N{WORD JOINER}@exemple.test" in page.text
        assert "dirigeante@exemple.test" not in page.text
        assert "Scierie" not in page.text

    def test_the_address_of_the_task_itself_asks_for_the_code_then_shows_the_task(
        self, client, task_of_head, delivered
    ):
        before = client.get(f"/taches/{task_of_head}")
        client.post(f"/taches/{task_of_head}/code")
        client.post(f"/taches/{task_of_head}/code/verifier", data={"code": code_in(delivered())})
        after = client.get(f"/taches/{task_of_head}")

        assert "Une tâche attend Dirigeante Sans Compte" in before.text
        assert "Scierie" not in before.text
        assert after.status_code == 200
        assert "Scierie" in after.text

    def test_following_it_ten_times_sends_nothing(self, client, task_of_head, delivered, engine):
        before = len(engine_messages(engine))
        for _time in range(10):
            client.get(f"/taches/{task_of_head}/code")

        assert len(engine_messages(engine)) == before

    def test_a_code_opens_a_session_for_this_task_only(self, client, task_of_head, delivered, engine, world):
        client.post(f"/taches/{task_of_head}/code")
        assert "Saisissez le code" in client.get(f"/taches/{task_of_head}/code").text
        answer = client.post(f"/taches/{task_of_head}/code/verifier", data={"code": code_in(delivered())})

        assert (answer.status_code, answer.location) == (303, f"/taches/{task_of_head}")
        assert client.get("/compte").status_code == 403
        assert client.get("/administration/personnes").status_code == 403
        assert client.post("/deconnexion").status_code == 303

    def test_the_session_of_somebody_without_account_lasts_two_hours(
        self, client, task_of_head, delivered, clock
    ):
        client.post(f"/taches/{task_of_head}/code")
        client.post(f"/taches/{task_of_head}/code/verifier", data={"code": code_in(delivered())})
        clock.advance(hours=3)

        assert client.get("/compte").status_code == 302

    def test_a_member_gets_their_own_session_and_is_remembered(self, client, task_of_member, delivered):
        client.post(f"/taches/{task_of_member}/code")
        assert "Se souvenir" in client.get(f"/taches/{task_of_member}/code").text
        client.post(
            f"/taches/{task_of_member}/code/verifier", data={"code": code_in(delivered()), "remember": "yes"}
        )
        opened = client.get("/compte").status_code
        client.delete_cookie("alize")

        assert opened == 200
        assert client.get("/compte").status_code == 200

    def test_a_wrong_code_opens_nothing(self, client, task_of_head, delivered):
        client.post(f"/taches/{task_of_head}/code")
        wrong = f"{(int(code_in(delivered())) + 1) % 10**6:06}"

        answer = client.post(f"/taches/{task_of_head}/code/verifier", data={"code": wrong})

        assert answer.status_code == 401
        assert client.get("/compte").status_code == 302

    def test_a_code_of_one_task_does_not_open_another(self, client, engine, world, task_of_head, delivered):
        second = installation.open_project(
            engine, world, siret="00000007500002", name="Atelier du Port (démo)"
        )
        other_task = task_for(engine, world.people["head"], second)
        client.post(f"/taches/{task_of_head}/code")
        code = code_in(delivered())

        assert client.post(f"/taches/{other_task}/code/verifier", data={"code": code}).status_code == 401

    def test_the_link_of_a_second_task_asks_for_its_own_code(
        self, client, engine, world, task_of_head, delivered
    ):
        second = installation.open_project(
            engine, world, siret="00000007500002", name="Atelier du Port (démo)"
        )
        other_task = task_for(engine, world.people["head"], second)
        client.post(f"/taches/{task_of_head}/code")
        client.post(f"/taches/{task_of_head}/code/verifier", data={"code": code_in(delivered())})

        shown = client.get(f"/taches/{other_task}")
        client.post(f"/taches/{other_task}/code")
        asked = client.get(f"/taches/{other_task}/code")
        client.post(f"/taches/{other_task}/code/verifier", data={"code": code_in(delivered())})

        assert "recevez un code" in shown.text
        assert "Saisissez le code reçu" in asked.text
        assert "Atelier du Port (démo)" in client.get(f"/taches/{other_task}").text

    def test_the_name_of_the_application_leads_back_to_the_one_task(self, client, task_of_head, delivered):
        client.post(f"/taches/{task_of_head}/code")
        client.post(f"/taches/{task_of_head}/code/verifier", data={"code": code_in(delivered())})

        refused = client.get("/projets")

        assert refused.status_code == 403
        assert f'class="brand" href="/taches/{task_of_head}"' in refused.text
        assert "n’ouvre que sa tâche" in refused.text

    def test_a_task_done_says_so_and_sends_no_code(self, client, engine, task_of_head):
        with engine.database.start_work() as work:
            work.database.get_one(Task, task_of_head).closed_at = work.now
        before = len(engine_messages(engine))
        page = client.get(f"/taches/{task_of_head}/code")
        client.post(f"/taches/{task_of_head}/code")

        assert "n’attend plus personne" in page.text
        assert len(engine_messages(engine)) == before

    def test_a_task_of_a_team_asks_to_sign_in(self, client, engine, project):
        with engine.database.start_reading() as work:
            task = work.database.scalars(sa.select(Task.id).where(Task.case_id == project)).first()

        assert "Une tâche est à prendre" in client.get(f"/taches/{task}/code").text

    def test_a_task_that_never_was_is_not_found(self, client, world):
        assert client.get(f"/taches/{world.people['head']}/code").status_code == 404

    def test_too_many_codes_are_refused_with_the_time_to_wait(self, client, task_of_head):
        answers = [client.post(f"/taches/{task_of_head}/code") for _time in range(6)]

        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["Retry-After"]) > 0


def engine_messages(engine) -> list:
    with engine.database.start_reading() as work:
        return list(work.database.scalars(sa.select(Message.id)))
