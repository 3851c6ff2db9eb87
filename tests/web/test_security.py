"""What somebody with bad intentions tries: guess who has an account, read a log, take an account over."""

from __future__ import annotations

import dataclasses
import io
import logging
import re
from typing import ClassVar

import pytest
import sqlalchemy as sa

from engine import doctor, errors
from engine.outbox import captured
from engine.people import assignments, persons
from engine.people.models import Role, SignInAttempt
from engine.projects import addresses, documents
from engine.runtime.models import Task
from engine.settings import InvalidSettings, Settings
from tests.integration.programme import Programme
from web import app as web_app

SECRET = "postgresql+psycopg://alize:mot-de-passe@base/alize"


class TestWhetherAnAccountExists:
    def test_is_not_told_by_the_limits_of_passwords_and_codes_together(self, client, world):
        """Five wrong passwords shut out passwords; codes answer alike whether the address is known or not."""
        met = {}
        for email in (world.emails["member"], "inconnue@exemple.test"):
            for _time in range(5):
                client.post("/connexion", data={"email": email, "password": "une autre phrase de passe"})
            client.post("/connexion/code", data={"email": email})
            met[email] = [
                client.post("/connexion", data={"email": email, "password": "encore une phrase"}).status_code,
                client.post("/connexion/code/verifier", data={"code": "000000"}).status_code,
            ]

        assert list(met.values()) == [[429, 401], [429, 401]]


class TestLogs:
    def test_a_refusal_of_the_database_names_no_value(self, engine):
        with pytest.raises(sa.exc.DBAPIError) as refusal, engine.database.start_reading() as work:
            work.connection.execute(sa.text("SELECT * FROM nowhere WHERE x = :x"), {"x": "chiffre secret"})

        assert "chiffre secret" not in str(refusal.value)

    def test_a_fault_does_not_write_the_address_of_a_calendar(self, flask_app, client, caplog, monkeypatch):
        def broken(_token: str) -> None:
            raise RuntimeError("essai")

        monkeypatch.setattr("web.inbox.calendar_feed.owner", broken)
        with caplog.at_level(logging.ERROR):
            answer = client.get("/calendrier/un-jeton-que-personne-ne-lit.ics")

        assert answer.status_code == 500
        assert "web.request.failed" in caplog.text
        assert "un-jeton-que-personne-ne-lit" not in caplog.text


class TestDoctor:
    def test_prints_no_secret_that_a_file_gives(self, tmp_path):
        file = tmp_path / "database_url"
        file.write_text(SECRET, encoding="utf-8")
        environ = {"ALIZE_DATABASE_URL_FILE": str(file), "ALIZE_SECRET_KEY": "un secret à soi"}

        told = "\n".join(doctor.settings_lines(Settings.from_environment(environ), environ))

        assert "mot-de-passe" not in told
        assert "un secret à soi" not in told
        assert "ALIZE_DATABASE_URL=…  (donné)" in told


class TestAnotherPersonsAddress:
    """Codes go to the address on record (D20): whoever changes it signs in as that person."""

    @pytest.fixture
    def programme(self, sqlite, clock):
        made = Programme(sqlite, clock).install()
        made.label()
        return made

    @pytest.fixture
    def mandatary(self, programme):
        """A mandatary whose mail comes back, and whom the officer is asked to call."""
        person_id = programme.people["mandatary"]
        with programme.work_as("officer") as work:
            persons.mark_address_invalid(work, person_id)
            asked = {
                "case_id": programme.case_id,
                "person_id": person_id,
                "address": "mandatary@exemple.test",
            }
            assert addresses.ask_to_call(work, **asked)
        return person_id

    @pytest.mark.parametrize("answers", [
        {"outcome": "corrected", "email": "a.moi@exemple.test"},
        {"outcome": "no_email"},
    ])  # fmt: skip
    def test_is_not_the_officers_to_change_when_the_person_rules_elsewhere(
        self, programme, mandatary, answers
    ):
        with programme.database.start_work() as work:
            before = persons.find(work, mandatary).email
            assignments.assign(work, role=Role.ADMINISTRATOR, basin_id=None, person_id=mandatary)

        with pytest.raises(errors.InvalidAnswers):
            programme.complete("call_person", "officer", answers)

        with programme.database.start_reading() as work:
            assert persons.find(work, mandatary).email == before
        programme.complete("call_person", "officer", {"outcome": "confirmed"})


class TestUploads:
    @pytest.mark.parametrize(("name", "kept"), [
        ("devis.hta", "devis.hta.pdf"),
        ("devis.PDF", "devis.PDF"),
        ("devis", "devis.pdf"),
    ])  # fmt: skip
    def test_are_named_as_what_they_are_whatever_they_say(self, client, sign_in, engine, project, name, kept):
        """A page disguised as a PDF would be opened by its name, once downloaded."""
        sign_in(client, "officer")
        page = b"%PDF-1.4 <script>alert(1)</script>"
        sent = client.post(
            f"/projets/{project}/document",
            data={
                "title": "Devis", "audience": "project", "kind": "other",
                "files-upload": (io.BytesIO(page), name),
            },
        )  # fmt: skip

        assert sent.status_code == 303, sent.text
        with engine.database.start_reading() as work:
            [found] = documents.of_project(work, project)
        answer = client.get(f"/projets/{project}/documents/{found.id}")
        assert found.name == "Devis" + kept[kept.rindex(".") :].lower()
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''Devis.pdf")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert documents.named_as(name, "application/pdf") == kept


class TestBehindAProxy:
    @pytest.fixture
    def address_of(self, engine):
        """The address that limits count a sign-in under, for a number of proxies and a header."""

        def ask(proxies: int, forwarded: str) -> str:
            engine.settings = dataclasses.replace(engine.settings, proxies=proxies)
            browser = web_app.create_app(engine).test_client()
            browser.application.config["WTF_CSRF_ENABLED"] = False
            browser.post(
                "/connexion",
                data={"email": "personne@exemple.test", "password": "une phrase"},
                headers={"X-Forwarded-For": forwarded},
            )
            with engine.database.start_reading() as work:
                return work.database.scalars(sa.select(SignInAttempt.address)).one()

        return ask

    def test_a_visitor_is_known_by_the_address_that_the_proxy_saw(self, address_of):
        """What the visitor wrote before it counts for nothing."""
        assert address_of(1, "198.51.100.1, 203.0.113.9") == "203.0.113.9"

    def test_without_a_proxy_nobody_says_where_they_come_from(self, address_of):
        assert address_of(0, "203.0.113.9") == "127.0.0.1"

    def test_the_number_of_proxies_is_a_number(self):
        with pytest.raises(InvalidSettings, match="ALIZE_PROXIES"):
            Settings.from_environment({"ALIZE_PROXIES": "un", "ALIZE_SECRET_KEY": "un secret à soi"})


class TestTheProviderOfSignatures:
    SAFE: ClassVar = {"ALIZE_SECRET_KEY": "un secret à soi", "ALIZE_SIGNATURE_PROVIDER": "local"}

    def test_of_demonstrations_is_refused_in_production(self):
        with pytest.raises(InvalidSettings, match="ALIZE_SIGNATURE_PROVIDER=local"):
            Settings.from_environment(self.SAFE)
        assert (
            Settings.from_environment({**self.SAFE, "ALIZE_ENVIRONMENT": "demo"}).signature_provider
            == "local"
        )

    def test_is_one_that_comes_with_the_programme(self):
        with pytest.raises(InvalidSettings, match=r"ALIZE_SIGNATURE_PROVIDER=ailleurs.*de local"):
            Settings.from_environment({**self.SAFE, "ALIZE_SIGNATURE_PROVIDER": "ailleurs"})


def test_no_character_typed_in_a_search_of_mails_is_too_much_for_the_database(database):
    with database.start_reading() as work:
        assert captured.page(work, text="a\0b \ud800 \uffff % _ \\") == []


class TestWhatIsRefused:
    def test_leaves_no_file_of_somebody_who_may_only_look(self, client, sign_in, engine, project):
        """A member sees the task and may not complete it: their files would fill the disk for nothing."""
        with engine.database.start_work() as work:
            task = work.database.scalars(sa.select(Task).where(Task.case_id == project)).one()
            task.form, task_id = "follow_up_report", task.id
        sign_in(client, "member")

        answer = client.post(
            f"/taches/{task_id}", data={"attachments-upload": (io.BytesIO(b"%PDF-1.4 encore"), "a.pdf")}
        )

        assert answer.status_code == 403
        assert not list(engine.documents.rglob("*"))


def test_a_calendar_is_kept_by_nobody_on_its_way(client, sign_in, flask_app):
    """The address is public, the days are one person's: a shared cache has no business with them."""
    sign_in(client, "officer")
    [address] = set(re.findall(r"/calendrier/[^\"]+\.ics", client.get("/taches").text))
    answer = flask_app.test_client().get(address)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
