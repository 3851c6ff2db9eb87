"""Signing in with a password; what a session, a device and a language keep."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from engine.people import accounts
from engine.people.models import Device
from engine.persistence.history import history
from tests.web.installation import PASSWORD


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

    def test_ends_after_thirty_days_however_busy(self, client, sign_in, clock):
        sign_in(client, "member")
        answers = []
        for _half_day in range(59):
            clock.advance(hours=11, minutes=59)
            answers.append(client.get("/compte").status_code)
        clock.advance(hours=12)

        assert answers == [200] * 59
        assert client.get("/compte").status_code == 200
        clock.advance(hours=2)
        assert client.get("/compte").status_code == 302

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

    def test_an_answer_that_changes_nothing_leaves_the_cookie_alone_lest_it_undo_one_it_crosses(
        self, client, sign_in, clock
    ):
        officer = sign_in(client, "officer")
        officer.get("/taches")

        part = officer.get("/taches", headers={"HX-Request": "true"})
        assert part.status_code == 200
        assert "Set-Cookie" not in part.headers

        clock.advance(minutes=2)
        assert "Set-Cookie" in officer.get("/taches").headers  # That the session serves is remembered.

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
