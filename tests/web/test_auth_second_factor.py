"""The second factor, asked in production of those who sign or manage for others; one’s account."""

from __future__ import annotations

import re

import pyotp
import pytest
import sqlalchemy as sa

from engine import scheduler
from engine.outbox.models import CapturedMail
from engine.people import second_factor
from engine.people.models import Account
from engine.persistence.unit_of_work import Actor
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


def code_in(text: str) -> str:
    found = re.search(r"\b(\d{6})\b", text)
    assert found, f"no code in {text!r}"
    return found[1]


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

    def test_the_session_lasts_a_working_day_however_busy(self, client, world, application, clock):
        self.password(client, world)
        client.post("/connexion/second-facteur", data={"code": application.at(clock.wall())})
        answers = []
        for _hour in range(13):
            clock.advance(hours=1)
            answers.append(client.get("/compte").status_code)

        assert answers == [200] * 12 + [302]

    def test_registering_another_forgets_the_devices_that_knew_the_first(
        self, client, world, engine, application, clock
    ):
        self.password(client, world, remember="yes")
        client.post("/connexion/second-facteur", data={"code": application.at(clock.wall())})
        client.delete_cookie("alize")
        assert client.get("/compte").status_code == 200
        with engine.database.start_work(Actor(world.people["officer"])) as work:
            second_factor.remove(work, world.people["officer"])
            secret = second_factor.begin(work, world.people["officer"]).secret
            second_factor.confirm(work, world.people["officer"], pyotp.TOTP(secret).at(clock.wall()))
        client.delete_cookie("alize")

        assert client.get("/compte").status_code == 302

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
        page = client.get("/compte/absences").text
        address = re.search(r"/compte/absences/[0-9a-f-]{36}/retirer", page)
        client.post(address[0])

        assert "21 décembre 2026" in page
        assert "21 décembre 2026" not in client.get("/compte/absences").text

    def test_another_member_cannot_withdraw_it(self, client, sign_in, flask_app):
        sign_in(client, "member")
        client.post("/compte/absences", data={"first_day": "2026-12-21", "last_day": "2027-01-02"})
        address = re.search(r"/compte/absences/[0-9a-f-]{36}/retirer", client.get("/compte/absences").text)

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
