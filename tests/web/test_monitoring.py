"""The monitoring page: who sees which basins, what it says, what it costs, what leaves it as a file."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import openpyxl
import pytest
import sqlalchemy as sa

from engine.persistence.base import table_of
from engine.persistence.unit_of_work import Actor
from engine.projects.models import Project
from engine.runtime import tasks
from engine.runtime.models import Task
from tests.web import installation
from tests.web.installation import LORRAINE, VALENCIENNES

QUALIFICATION = {"outcome": "drop", "reason": "Le projet ne se fait plus.", "note": "Projet abandonné."}


def text_of(answer):
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    page = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return re.sub(r"[ \n\t]+", " ", page)


@pytest.fixture
def worked(engine, world, clock):
    """Six projects opened on one day and taken one more day each to be qualified; a seventh waits."""
    for number in range(7):
        installation.open_project(engine, world, name=f"Scierie {number} (démo)")
    with engine.database.start_reading() as work:
        waiting = list(work.connection.scalars(sa.select(Task.id).order_by(Task.reference)))
    for task_id in waiting[:6]:
        clock.advance(days=1)
        with engine.database.start_work(Actor(world.people["officer"])) as work:
            view = tasks.find(work, task_id=task_id).task
            assert view.step == "qualify"
            tasks.complete(work, task_id=task_id, answers={
                "outcome": "continue", "prescriber_id": str(world.people["member"]), "category": "development",
                "headcount": 12, "commune": "54528",
            }, channel="json")  # fmt: skip
    return engine


def test_an_empty_page_says_what_to_do(client, sign_in):
    page = text_of(sign_in(client, "steering").get("/pilotage"))

    assert "Rien sur cette période" in page
    assert "Terres de Lorraine, du 1er décembre 2025 au 30 novembre 2026" in page


def test_the_page_says_how_long_for_whom_and_since_when(client, sign_in, worked):
    page = text_of(sign_in(client, "steering").get("/pilotage?tri=attente"))

    assert "Qualifier la demande" in page
    assert re.search(r"6 3,5 1 à 6", page), "count, median, interval"
    assert "L’opérateur" in page
    assert "depuis le 16 nov. 2026" in page
    assert "TDL-2026-007" in page


def test_projects_taken_over_are_counted_apart_once_there_is_one(client, sign_in, worked):
    browser = sign_in(client, "steering")
    assert "Repris en cours" not in text_of(browser.get("/pilotage"))
    with worked.database.start_work() as work:
        work.connection.execute(
            sa.update(table_of(Project)).where(Project.reference == "TDL-2026-003").values(adopted=True)
        )

    page = text_of(browser.get("/pilotage"))

    assert "Suivis ici Repris en cours" in page
    assert re.search(r"Total 6 1 ", page)


def test_the_figures_asked_again_as_of_a_day_do_not_move(client, sign_in, worked, clock):
    browser = sign_in(client, "steering")
    address = "/pilotage?du=2026-10-01&au=2026-12-31&connu-le=2026-11-19"
    before = text_of(browser.get(address))
    clock.set(datetime(2026, 12, 1, 9, tzinfo=UTC))
    browser = sign_in(client, "steering")

    assert text_of(browser.get(address)) == before
    assert "Ces chiffres sont ceux du 19 novembre 2026 au soir" in before


def test_another_basin_is_not_found(client, sign_in):
    browser = sign_in(client, "steering")

    assert browser.get(f"/pilotage?bassin={VALENCIENNES}").status_code == 404
    assert browser.get("/pilotage?bassin=nulle-part").status_code == 404
    assert browser.get(f"/pilotage/etapes.csv?bassin={VALENCIENNES}").status_code == 404
    assert browser.get(f"/pilotage?bassin={LORRAINE}").status_code == 200


def test_the_national_coordinator_sees_every_basin_s_figures_and_no_project(client, sign_in, worked):
    page = text_of(sign_in(client, "coordinator").get("/pilotage"))

    assert "Tous les bassins, du" in page
    assert "Valenciennois" in page
    assert "Qualifier la demande" in page
    assert "Scierie" not in page


@pytest.mark.parametrize("who", ["member", "other_member"])
def test_members_do_not_open_the_page(client, sign_in, who):
    assert sign_in(client, who).get("/pilotage").status_code == 403


def test_nobody_signed_in_is_sent_to_sign_in(client):
    assert client.get("/pilotage").status_code == 302


@pytest.mark.parametrize("address", ["du=hier", "au=2026-13-01", "du=2026-12-01&au=2026-01-01", "connu-le=0000-01-01",
                                     "du=9999-12-31", "du=%00", "processus=../../etc"])  # fmt: skip
def test_a_wrong_address_gets_a_sentence(client, sign_in, address):
    answer = sign_in(client, "steering").get(f"/pilotage?{address}")

    assert answer.status_code in (404, 422)


def test_a_period_that_ends_before_it_begins_offers_to_start_again(client, sign_in, worked):
    answer = sign_in(client, "officer").get("/pilotage?du=2027-01-01&au=2020-01-01")

    assert answer.status_code == 422
    assert "La fin de la période précède son début." in answer.text
    assert '<a class="button button-primary" href="/pilotage">' in answer.text
    assert "Alizé" in answer.get_data(as_text=True)


def test_every_process_is_drawn_with_its_heat(client, sign_in, worked):
    browser = sign_in(client, "steering")
    page = browser.get("/pilotage?processus=appraisal").get_data(as_text=True)

    assert 'data-step="qualify"' in page
    assert "3,5\N{NO-BREAK SPACE}j" in page or "3,5 j" in page
    assert 'fill="#f3a76a"' in page  # All the time of the period was spent there.
    assert browser.get("/pilotage").status_code == 200


def test_the_table_leaves_as_a_csv_that_a_spreadsheet_opens(client, sign_in, worked):
    answer = sign_in(client, "steering").get("/pilotage/etapes.csv")
    lines = answer.get_data().decode("utf-8-sig").splitlines()

    assert answer.headers["Content-Disposition"].startswith(
        'attachment; filename="pilotage-terres-de-lorraine-'
    )
    assert lines[0].startswith("Processus;Étape;Qui est attendu;Faites sur la période;Médiane (jours)")
    [qualify] = [line for line in lines if "Qualifier la demande" in line]
    assert qualify.split(";")[3:7] == ["6", "3.5", "1.0", "6.0"]


def test_the_table_leaves_as_a_workbook_too(client, sign_in, worked):
    answer = sign_in(client, "steering").get("/pilotage/etapes.xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).worksheets[0]
    assert sheet["A1"].value == "Processus"
    assert sheet.max_row >= 2


def test_the_page_speaks_english(client, sign_in, worked):
    browser = sign_in(client, "steering")
    with browser.session_transaction() as session:
        session["locale"] = "en"
    page = text_of(browser.get("/pilotage"))

    assert "Monitoring" in page
    assert "Median" in page


def test_the_page_begins_with_projects_and_says_what_slows_them_now(client, sign_in, worked):
    page = text_of(sign_in(client, "steering").get("/pilotage"))

    order = [
        "projets en cours",
        "Rien n’est en retard.",
        "Projets, emplois, comptes rendus",
        "Étape par étape",
    ]
    assert sorted(order, key=page.index) == order
    said = page.replace("\u202f", " ")
    assert "depuis le plus longtemps : « Qualifier la demande » (l’opérateur), 6 jours." in said
    assert "Sur la période, « Qualifier la demande » a pris le plus de temps" in said


def test_what_is_late_is_what_slows_things(client, sign_in, worked, clock):
    clock.advance(days=30)
    page = text_of(sign_in(client, "steering").get("/pilotage")).replace("\u202f", " ")

    assert "Ce qui freine le plus : « Accepter la prescription » (un membre du comité) – 6 sur 6" in page


def test_figures_lead_to_their_projects_for_those_who_may_see_them(client, sign_in, flask_app, worked):
    late = "/projets?bassin=terres-de-lorraine&amp;retard=1"
    assert late in sign_in(client, "steering").get("/pilotage").get_data(as_text=True)
    coordinator = sign_in(flask_app.test_client(), "coordinator")
    assert "/projets?" not in coordinator.get("/pilotage?bassin=terres-de-lorraine").get_data(as_text=True)


def test_an_installation_where_nothing_waits_says_so(client, sign_in):
    assert "Rien n’attend personne." in text_of(sign_in(client, "steering").get("/pilotage"))


def test_the_figures_take_three_statements(client, sign_in, worked):
    browser = sign_in(client, "steering")
    browser.get("/pilotage")  # The diagrams are read once per process.
    seen: list[str] = []

    @sa.event.listens_for(worked.database.engine, "before_cursor_execute")
    def note(connection, cursor, statement, *others):
        seen.append(statement)

    browser.get("/pilotage")

    figures = [each for each in seen if re.search(r"FROM \(?(task|project)\b", each)]
    assert len(figures) <= 4
    assert len(seen) <= 12, "\n".join(seen)


def test_one_of_a_thing_is_in_the_singular(client, sign_in, engine, world):
    installation.open_project(engine, world, name="Scierie seule (démo)")
    page = text_of(sign_in(client, "steering").get("/pilotage"))

    assert "1 projet en cours 1 tâche en attente" in page
    assert "0 tâche en retard 0 compte rendu en retard" in page
