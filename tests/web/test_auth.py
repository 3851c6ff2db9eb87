"""Signing in, by a password, by a code, by a task's link; and what a session may and may not."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
import sqlalchemy as sa

from engine import scheduler
from engine.outbox.models import CapturedMail, Message
from engine.people import accounts, second_factor
from engine.people.models import Account, Device
from engine.persistence.history import history
from engine.persistence.unit_of_work import Actor
from engine.runtime.models import Task
from tests.web import installation
from tests.web.installation import PASSWORD


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


def kinds_of(engine, person_id) -> list[str]:
    with engine.database.start_reading() as work:
        rows = sa.select(history.c.kind).where(history.c.chain_id == person_id).order_by(history.c.seq)
        return list(work.connection.scalars(rows))


class TestPassword:
    def test_the_right_one_opens_a_session_and_goes_where_one_wanted(self, client, world):
        answer = client.post(
            "/connexion",
            data={"email": world.emails["officer"], "password": PASSWORD, "next": "/compte"},
        )

        assert (answer.status_code, answer.location) == (303, "/compte")
        assert "Officer (démo)" in client.get("/compte").text

    def test_a_page_asked_for_before_is_found_again_after(self, client):
        answer = client.get("/compte")

        assert answer.status_code == 302
        assert parse_qs(urlsplit(answer.location).query) == {"next": ["/compte"]}

    @pytest.mark.parametrize(
        "target",
        ["https://ailleurs.test/", "//ailleurs.test", "/\\ailleurs.test", "javascript:alert(1)", "/\t/x"],
    )
    def test_never_leads_elsewhere(self, client, world, target):
        answer = client.post(
            "/connexion", data={"email": world.emails["officer"], "password": PASSWORD, "next": target}
        )

        assert answer.location == "/"

    def test_a_wrong_one_keeps_the_address_typed_never_the_password(self, client, world):
        answer = client.post(
            "/connexion", data={"email": world.emails["officer"], "password": "secret de trop"}
        )

        assert answer.status_code == 401
        assert world.emails["officer"] in answer.text
        assert "secret de trop" not in answer.text
        assert "ne convient pas" in answer.text

    def test_an_unknown_address_says_no_more_than_a_wrong_password(self, client, world):
        def refusal(address):
            answer = client.post("/connexion", data={"email": address, "password": "nimporte quoi"})
            main = answer.text.partition("<main")[2].replace(address, "…")
            return answer.status_code, re.sub(r'value="[^"]*"', "", main)

        assert refusal("inconnue@exemple.test") == refusal(world.emails["officer"])

    def test_five_failures_close_the_door_and_say_when_it_opens(self, client, world, clock):
        for _try in range(5):
            client.post("/connexion", data={"email": world.emails["officer"], "password": "non non non non"})

        shut = client.post("/connexion", data={"email": world.emails["officer"], "password": PASSWORD})
        clock.advance(minutes=16)
        again = client.post("/connexion", data={"email": world.emails["officer"], "password": PASSWORD})

        assert shut.status_code == 429
        assert 0 < int(shut.headers["Retry-After"]) <= 15 * 60
        assert again.status_code == 303

    def test_a_flood_from_one_address_is_stopped_before_any_hash(self, client):
        answers = [
            client.post("/connexion/code", data={"email": ""}, csrf=False, headers={"X-CSRFToken": token})
            for token in [client.token()]
            for _try in range(61)
        ]

        assert answers[-1].status_code == 429
        assert int(answers[-1].headers["Retry-After"]) > 0

    def test_a_disabled_account_opens_nothing(self, client, world, engine):
        with engine.database.start_work() as work:
            accounts.disable(work, world.people["officer"])

        answer = client.post("/connexion", data={"email": world.emails["officer"], "password": PASSWORD})

        assert answer.status_code == 403
        assert "désactivé" in answer.text

    def test_a_form_from_another_site_is_refused(self, client, world):
        answer = client.post(
            "/connexion", data={"email": world.emails["officer"], "password": PASSWORD}, csrf=False
        )

        assert answer.status_code == 400

    def test_signing_in_is_told_to_the_history(self, client, sign_in, world, engine):
        sign_in(client, "officer")

        assert kinds_of(engine, world.people["officer"])[-1] == "people.account.signed_in"


class TestSession:
    def test_what_the_browser_held_before_is_worth_nothing_after(self, client, sign_in):
        client.get("/connexion")
        with client.session_transaction() as before:
            before["planted"] = "by somebody else"
            token_before = before.get("csrf_token")
        sign_in(client, "officer")

        with client.session_transaction() as after:
            assert "planted" not in after
            assert after.get("csrf_token") != token_before

    def test_ends_by_idleness(self, client, sign_in, clock):
        sign_in(client, "officer")
        clock.advance(hours=11)
        still = client.get("/compte")
        clock.advance(hours=11)
        kept = client.get("/compte")
        clock.advance(hours=13)
        ended = client.get("/compte")

        assert (still.status_code, kept.status_code, ended.status_code) == (200, 200, 302)

    def test_ends_when_everything_of_the_account_is_ended(self, client, sign_in, engine, world):
        sign_in(client, "officer")
        with engine.database.start_work() as work:
            accounts.end_everything(work, world.people["officer"])

        assert client.get("/compte").status_code == 302

    def test_ends_when_the_account_is_disabled(self, client, sign_in, engine, world):
        sign_in(client, "officer")
        with engine.database.start_work() as work:
            accounts.disable(work, world.people["officer"])

        assert client.get("/compte").status_code == 302

    def test_ends_by_hand(self, client, sign_in):
        sign_in(client, "officer")

        assert client.post("/deconnexion").status_code == 303
        assert client.get("/compte").status_code == 302

    def test_nothing_signed_in_is_kept_by_a_browser(self, client, sign_in):
        assert sign_in(client, "officer").get("/compte").headers["Cache-Control"] == "no-store"

    def test_a_cookie_is_not_read_by_scripts_nor_sent_by_other_sites(self, client, world):
        answer = client.post("/connexion", data={"email": world.emails["officer"], "password": PASSWORD})
        cookie = answer.headers["Set-Cookie"]

        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie

    def test_a_script_asking_for_a_part_of_a_page_sends_the_whole_page_to_sign_in(self, client):
        answer = client.get("/compte", headers={"HX-Request": "true"})

        assert answer.status_code == 401
        assert answer.headers["HX-Redirect"].startswith("/connexion")

    def test_staying_needs_no_page(self, client, sign_in):
        assert sign_in(client, "officer").post("/connexion/prolonger").status_code == 204

    def test_a_page_costs_two_questions_to_know_who_asks(self, client, sign_in, engine):
        sign_in(client, "officer")
        asked: list[str] = []
        sa.event.listen(
            engine.database.engine,
            "before_cursor_execute",
            lambda _c, _cursor, statement, *_rest: asked.append(statement),
        )
        client.get("/aide")

        assert len([each for each in asked if each.startswith("SELECT")]) <= 3, asked


class TestRememberedDevice:
    def remembered(self, client, world, who="member"):
        client.post("/connexion", data={"email": world.emails[who], "password": PASSWORD, "remember": "yes"})
        client.delete_cookie("alize")
        return client

    def test_needs_no_password_for_ninety_days(self, client, world, clock):
        self.remembered(client, world)
        clock.advance(days=89)
        known = client.get("/compte")
        client.delete_cookie("alize")
        clock.advance(days=2)

        assert known.status_code == 200
        assert client.get("/compte").status_code == 302

    def test_reading_writes_nothing(self, client, world, engine):
        self.remembered(client, world)
        before = kinds_of(engine, world.people["member"])
        client.get("/compte")

        assert kinds_of(engine, world.people["member"]) == before

    def test_is_forgotten_by_signing_out_there(self, client, world):
        self.remembered(client, world)
        client.get("/compte")
        client.post("/deconnexion")

        assert client.get("/compte").status_code == 302

    def test_is_forgotten_from_the_account_page(self, client, world, engine):
        self.remembered(client, world)
        with engine.database.start_reading() as work:
            device = work.database.scalars(sa.select(Device.id)).one()
        assert "cet appareil" in client.get("/compte").text
        client.post(f"/compte/appareils/{device}/oublier")
        client.delete_cookie("alize")

        assert client.get("/compte").status_code == 302

    def test_another_member_cannot_forget_it(self, client, world, engine, flask_app, sign_in):
        self.remembered(client, world)
        with engine.database.start_reading() as work:
            device = work.database.scalars(sa.select(Device.id)).one()
        other = sign_in(flask_app.test_client(), "officer")

        assert other.post(f"/compte/appareils/{device}/oublier").status_code == 404


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
        assert "d…@exemple.test" in page.text
        assert "dirigeante@exemple.test" not in page.text
        assert "Scierie" not in page.text

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


class TestSecondFactor:
    """In production; demonstrations and tests ask for none."""

    @pytest.fixture
    def flask_app(self, flask_app, engine):
        object.__setattr__(engine.settings, "environment", "production")
        return flask_app

    @pytest.fixture
    def application(self, engine, world, clock):
        """The telephone of the officer, registered."""
        with engine.database.start_work(Actor(world.people["officer"])) as work:
            secret = second_factor.begin(work, world.people["officer"]).secret
            totp = pyotp.TOTP(secret)
            second_factor.confirm(work, world.people["officer"], totp.at(clock.wall()))
        clock.advance(seconds=60)
        return totp

    def password(self, client, world, who="officer", **more):
        return client.post(
            "/connexion", data={"email": world.emails[who], "password": PASSWORD, "next": "/compte", **more}
        )

    def test_an_officer_without_one_must_register_it_first(self, client, world):
        self.password(client, world)

        assert client.get("/compte").location == "/compte/second-facteur"
        assert "Votre rôle demande un second facteur" in client.get("/compte/second-facteur").text

    def test_a_member_is_not_asked(self, client, world):
        self.password(client, world, "member")

        assert client.get("/compte").status_code == 200

    def test_registering_shows_a_picture_then_the_recovery_codes_once(self, client, world, clock, engine):
        self.password(client, world)
        client.post("/compte/second-facteur")
        page = client.get("/compte/second-facteur")
        with engine.database.start_reading() as work:
            secret = work.database.get_one(Account, world.people["officer"]).totp_secret

        done = client.post(
            "/compte/second-facteur/confirmer", data={"code": pyotp.TOTP(secret).at(clock.wall())}
        )

        assert 'src="data:image/svg+xml' in page.text
        assert len(re.findall(r"<code>[a-z2-7]{4}(-[a-z2-7]{4}){3}</code>", done.text)) == 10
        assert client.get("/compte").status_code == 200
        assert "<code>" not in client.get("/compte/second-facteur").text

    def test_a_wrong_code_registers_nothing(self, client, world):
        self.password(client, world)
        client.post("/compte/second-facteur")

        answer = client.post("/compte/second-facteur/confirmer", data={"code": "000000"})

        assert answer.status_code == 422
        assert "Ce code ne convient pas" in answer.text

    def test_the_password_alone_opens_nothing_once_registered(self, client, world, application):
        answer = self.password(client, world)

        assert answer.location == "/connexion/second-facteur"
        assert client.get("/compte").location == "/connexion/second-facteur"

    def test_both_proofs_open_the_session(self, client, world, application, clock):
        self.password(client, world)
        answer = client.post("/connexion/second-facteur", data={"code": application.at(clock.wall())})

        assert (answer.status_code, answer.location) == (303, "/compte")
        assert client.get("/compte").status_code == 200

    def test_a_wrong_second_factor_is_counted_and_closes_the_door(self, client, world, application):
        self.password(client, world)
        answers = [client.post("/connexion/second-facteur", data={"code": "000000"}) for _try in range(6)]

        assert [each.status_code for each in answers] == [401] * 5 + [429]

    def test_the_first_proof_alone_is_forgotten_after_ten_minutes(self, client, world, application, clock):
        self.password(client, world)
        clock.advance(minutes=11)

        answer = client.post("/connexion/second-facteur", data={"code": application.at(clock.wall())})

        assert answer.location == "/connexion"

    def test_a_code_by_mail_is_followed_by_the_second_factor(self, client, world, application, delivered):
        client.post("/connexion/code", data={"email": world.emails["officer"]})
        answer = client.post("/connexion/code/verifier", data={"code": code_in(delivered())})

        assert answer.location == "/connexion/second-facteur"

    def test_a_device_remembered_after_both_proofs_asks_for_none(self, client, world, application, clock):
        self.password(client, world, remember="yes")
        client.post("/connexion/second-facteur", data={"code": application.at(clock.wall())})
        client.delete_cookie("alize")

        assert client.get("/compte").status_code == 200

    def test_a_device_remembered_before_asks_for_the_second_factor(self, client, world, engine, clock):
        self.password(client, world, remember="yes")
        client.delete_cookie("alize")
        with engine.database.start_work(Actor(world.people["officer"])) as work:
            secret = second_factor.begin(work, world.people["officer"]).secret
            second_factor.confirm(work, world.people["officer"], pyotp.TOTP(secret).at(clock.wall()))

        assert client.get("/compte").location == "/connexion/second-facteur"

    def test_removing_it_asks_for_one_of_its_codes(self, client, world, application, clock):
        self.password(client, world)
        client.post("/connexion/second-facteur", data={"code": application.at(clock.wall())})
        refused = client.post("/compte/second-facteur/retirer", data={"code": "000000"})
        clock.advance(seconds=60)
        client.post("/compte/second-facteur/retirer", data={"code": application.at(clock.wall())})

        assert refused.status_code == 401
        assert client.get("/compte").location == "/compte/second-facteur"


class TestAccount:
    def test_another_password_ends_the_other_sessions_and_not_this_one(self, flask_app, sign_in):
        here, elsewhere = (sign_in(flask_app.test_client(), "member") for _browser in range(2))
        answer = here.post(
            "/compte/mot-de-passe",
            data={"current": PASSWORD, "password": "une autre phrase tout aussi longue"},
        )

        assert answer.status_code == 303
        assert here.get("/compte").status_code == 200
        assert elsewhere.get("/compte").status_code == 302

    @pytest.mark.parametrize(
        ("current", "new", "status"),
        [("faux mot de passe", "une autre phrase", 401), (PASSWORD, "court", 422)],
    )
    def test_a_password_refused_says_why(self, client, sign_in, current, new, status):
        answer = sign_in(client, "member").post(
            "/compte/mot-de-passe", data={"current": current, "password": new}
        )

        assert answer.status_code == status
        assert 'role="alert"' in answer.text

    def test_ending_other_sessions_keeps_this_one(self, flask_app, sign_in):
        here, elsewhere = (sign_in(flask_app.test_client(), "member") for _browser in range(2))
        here.post("/compte/sessions/fermer")

        assert here.get("/compte").status_code == 200
        assert elsewhere.get("/compte").status_code == 302

    def test_an_absence_is_declared_and_withdrawn(self, client, sign_in):
        sign_in(client, "member")
        client.post("/compte/absences", data={"first_day": "2026-12-21", "last_day": "2027-01-02"})
        page = client.get("/compte").text
        address = re.search(r"/compte/absences/[0-9a-f-]{36}/retirer", page)
        client.post(address[0])

        assert "21 décembre 2026" in page
        assert "21 décembre 2026" not in client.get("/compte").text

    def test_another_member_cannot_withdraw_it(self, client, sign_in, flask_app):
        sign_in(client, "member")
        client.post("/compte/absences", data={"first_day": "2026-12-21", "last_day": "2027-01-02"})
        address = re.search(r"/compte/absences/[0-9a-f-]{36}/retirer", client.get("/compte").text)

        assert sign_in(flask_app.test_client(), "officer").post(address[0]).status_code == 404

    @pytest.mark.parametrize("last_day", ["2026-12-01", "", "demain"])
    def test_an_absence_that_cannot_be_is_refused_with_what_was_typed(self, client, sign_in, last_day):
        answer = sign_in(client, "member").post(
            "/compte/absences", data={"first_day": "2026-12-21", "last_day": last_day}
        )

        assert answer.status_code == 422
        assert 'value="2026-12-21"' in answer.text

    def test_the_language_chosen_stays(self, client, sign_in, flask_app):
        sign_in(client, "member").post("/compte/langue", data={"locale": "en"})

        assert "My account" in sign_in(flask_app.test_client(), "member").get("/compte").text


class TestLanguage:
    def test_is_changed_for_the_session_and_comes_back_to_the_page(self, client):
        answer = client.post("/langue", data={"locale": "en", "next": "/connexion?next=/compte"})

        assert answer.location == "/connexion?next=/compte"
        assert "Sign in to Alizé" in client.get("/connexion").text

    def test_survives_signing_in(self, client, sign_in):
        client.post("/langue", data={"locale": "en"})
        sign_in(client, "member")

        assert '<html lang="en">' in client.get("/compte").text

    def test_an_unknown_one_changes_nothing(self, client):
        client.post("/langue", data={"locale": "xx"})

        assert '<html lang="fr">' in client.get("/connexion").text
