"""What is typed in the administration, beside a task or in one’s account comes back too; no secret ever does."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from engine.people.models import Absence, Assignment, Organisation, Person
from engine.runtime.models import Task
from tests.web.installation import LORRAINE, PASSWORD
from tests.web.test_sent_late import REFERRER, back_in, count, form_of, send
from web.auth import IDLE

SECRET = "une phrase que personne ne garde"


@pytest.fixture
def in_time(client, sign_in):
    """Somebody signed in, whose session then ends."""

    def enter(who, clock):
        sign_in(client, who)
        client.get("/projets")
        clock.advance(seconds=int(IDLE.total_seconds()) + 60)
        return client

    return enter


def comes_back(browser, world, who, path, typed):
    """Send a page too late, sign in beside, find it again: what is shown then."""
    aside = browser.post(path, data=typed, headers=REFERRER)
    assert (aside.status_code, "n’est pas perdu" in aside.text) == (401, True)
    kept = form_of(aside, path)
    back_in(browser, world, who)
    again = send(browser, path, kept)
    assert again.status_code == 422
    assert "relisez ce que vous aviez tapé" in again.text
    return again.text


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/administration/personnes/nouvelle", {"full_name": "Nadège Prévost", "phone": "01 99 00 11 22"}),
        ("/administration/personnes/nouvelle", {"phone": "à retrouver"}),  # Wrong, and kept too.
        ("/administration/organisations/nouvelle", {"name": "Filature Neuve (démo)", "city": "Toul"}),
        (f"/administration/bassins/{LORRAINE}/roles/nouveau", {"role": "expert", "valid_from": "2026-12-24"}),
    ],
)  # fmt: skip
def test_the_administration_s_forms_come_back_as_typed(in_time, engine, world, clock, path, typed):
    tables = (Person, Organisation, Assignment)
    before = [count(engine, table) for table in tables]

    shown = comes_back(in_time("basin_administrator", clock), world, "basin_administrator", path, typed)

    for value in typed.values():
        assert f'value="{value}"' in shown
    assert [count(engine, table) for table in tables] == before


def test_a_correction_and_an_end_come_back_as_typed(in_time, engine, world, clock):
    person = world.people["member"]
    browser, who = in_time("basin_administrator", clock), "basin_administrator"

    path = f"/administration/personnes/{person}/corriger"
    assert 'value="Nom corrigé"' in comes_back(browser, world, who, path, {"full_name": "Nom corrigé"})

    with engine.database.start_reading() as work:
        seat = work.connection.scalar(
            sa.select(Assignment.id).where(Assignment.person_id == person, Assignment.role == "seat")
        )
    clock.advance(seconds=int(IDLE.total_seconds()) + 60)
    path = f"/administration/roles/{seat}/fin"
    assert "Départ à la retraite." in comes_back(
        browser, world, who, path, {"reason": "Départ à la retraite.", "ends_on": "2026-12-31"}
    )


def test_a_form_shown_again_is_then_sent(in_time, engine, world, clock):
    path = "/administration/personnes/nouvelle"
    browser = in_time("basin_administrator", clock)
    typed = {"full_name": "Nadège Prévost", "language": "fr"}
    shown = comes_back(browser, world, "basin_administrator", path, typed)
    before = count(engine, Person)

    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', shown)[1]
    assert send(browser, path, {**typed, "csrf_token": token}).status_code == 303

    assert count(engine, Person) == before + 1


def test_a_wait_comes_back_beside_its_task(in_time, engine, world, clock, project):
    with engine.database.start_reading() as work:
        task = work.connection.scalar(sa.select(Task.id).where(Task.case_id == project))

    shown = comes_back(
        in_time("officer", clock), world, "officer", f"/taches/{task}/attendre",
        {"awaiting-reason": "Le greffe rouvre mardi.", "awaiting-until": "2026-12-01"},
    )  # fmt: skip

    assert "Le greffe rouvre mardi." in shown
    with engine.database.start_reading() as work:
        assert work.connection.scalar(sa.select(Task.awaiting).where(Task.id == task)) is None


def test_days_away_come_back_as_typed(in_time, engine, world, clock):
    shown = comes_back(
        in_time("member", clock), world, "member", "/compte/absences",
        {"first_day": "2026-12-24", "last_day": "2027-01-02"},
    )  # fmt: skip

    assert 'value="2026-12-24"' in shown
    assert 'value="2027-01-02"' in shown
    assert count(engine, Absence) == 0


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/compte/mot-de-passe", {"current": PASSWORD, "password": SECRET}),
        ("/compte/second-facteur/confirmer", {"code": "123456"}),
        ("/connexion/second-facteur", {"code": "123456"}),
        ("/connexion/code/verifier", {"code": "123456"}),
        ("/connexion", {"email": "a@exemple.test", "password": SECRET}),
    ],
)
def test_a_password_or_a_code_is_never_kept(in_time, clock, path, typed):
    answer = in_time("member", clock).post(path, data=typed, headers=REFERRER)

    for secret in (PASSWORD, SECRET, "123456"):
        assert secret not in answer.text
    assert "n’est pas perdu" not in answer.text


def test_no_page_that_takes_a_secret_sets_anything_aside(client):
    kept = {
        name for name, view in client.application.view_functions.items() if name.startswith("auth.")
        and getattr(view, "when_idle", False)
    }  # fmt: skip

    assert kept == {"auth.declare_absence"}
