"""The list of dossiers, and how one is opened."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from engine.people import organisations, partnerships
from engine.persistence.unit_of_work import Actor
from engine.projects import dossiers
from engine.projects.models import Project
from tests.web import installation
from tests.web.project_pages.reading import INTAKE, PARTS, counted, rows, sent, text_of

# The list.


def test_the_list_says_whom_each_dossier_waits_for_and_since_when(client, sign_in, project, clock):
    clock.advance(days=12)

    said = text_of(sign_in(client, "officer").get("/projets"))

    assert "Scierie du Lac (démo)" in said
    assert "Opérateur · depuis 12 jours" in said
    assert "Qualifier la demande" in said


def test_filters_are_in_the_address_and_an_empty_answer_offers_a_way_out(officer, project):
    assert "Scierie du Lac" in text_of(officer.get("/projets?q=scierie+lac"))
    assert "Scierie du Lac" in text_of(officer.get("/projets?phase=diagnostic"))

    nothing = text_of(officer.get("/projets?phase=decision"))

    assert "Scierie du Lac" not in nothing
    assert "Aucun projet ne répond à ces filtres" in nothing
    assert officer.get("/projets?phase=nowhere").status_code == 422


def test_the_list_is_read_in_a_bounded_number_of_statements(officer, engine, world, project):
    installation.open_project(engine, world, siret="00000008300006", name="Tannerie du Lac (démo)")
    officer.get("/projets")

    with counted(engine) as statements:
        officer.get("/projets")

    assert len(statements) <= 6, statements


def test_the_list_as_a_file_opens_in_a_spreadsheet_and_runs_nothing(officer, engine, world):
    installation.open_project(engine, world, name='=HYPERLINK("x") (démo)')

    answer = officer.get("/projets.csv")

    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "'=HYPERLINK" in answer.get_data(as_text=True)
    assert officer.get("/projets.xlsx").data.startswith(b"PK")


def test_projects_of_another_basin_do_not_exist(client, sign_in, project):
    browser = sign_in(client, "other_officer")

    assert "Scierie" not in text_of(browser.get("/projets"))
    for part in PARTS:
        assert browser.get(f"/projets/{project}{part}").status_code == 404
    assert browser.get(f"/projets/{uuid4()}").status_code == 404


# Opening one.


def test_an_officer_opens_a_dossier_once_however_often_the_button_is_pressed(officer, engine):
    answers = sent(officer.get("/projets/nouveau"), **INTAKE)

    first = officer.post("/projets/nouveau", data=answers)
    shown = text_of(officer.get(first.location))
    second = officer.post("/projets/nouveau", data=answers)

    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert [each.firm for each in rows(engine, Project)] == ["Verrerie de la Bouvade (démo)"]
    assert "Dossier ouvert : Verrerie de la Bouvade (démo)." in shown


def test_look_alikes_are_shown_before_a_dossier_is_opened_and_refuse_nothing(officer, engine, project):
    changed = {**INTAKE, "name": "La Scierie du lac", "not_registered": "yes", "siret": ""}

    shown = officer.post("/projets/nouveau", data=sent(officer.get("/projets/nouveau"), **changed))

    assert shown.status_code == 200
    assert "peut-être déjà connue" in text_of(shown)
    assert f"/projets/{project}" in shown.get_data(as_text=True)
    assert len(rows(engine, Project)) == 1

    confirmed = sent(shown, **changed, lookalikes_seen="yes")
    assert officer.post("/projets/nouveau", data=confirmed).status_code == 303
    assert len(rows(engine, Project)) == 2


def test_a_number_known_under_another_name_is_told_before_the_dossier_bears_it(officer, engine):
    with engine.database.start_work() as work:
        organisations.add(work, name="Filature des Cévennes (démo)", siret=INTAKE["siret"])

    shown = officer.post("/projets/nouveau", data=sent(officer.get("/projets/nouveau"), **INTAKE))

    assert shown.status_code == 200
    assert "C’est celui de « Filature des Cévennes (démo) »" in text_of(shown)
    assert rows(engine, Project) == []

    confirmed = sent(shown, **INTAKE, lookalikes_seen="yes")
    opened = officer.post("/projets/nouveau", data=confirmed)
    assert opened.status_code == 303
    assert "Dossier ouvert : Filature des Cévennes (démo)." in text_of(officer.get(opened.location))


def test_a_wrong_siret_comes_back_with_what_was_typed_and_writes_nothing(officer, engine):
    answer = officer.post("/projets/nouveau", data={**INTAKE, "siret": "12345678901234"})

    assert answer.status_code == 422
    assert "SIRET" in text_of(answer)
    assert "Verrerie de la Bouvade" in answer.get_data(as_text=True)
    assert rows(engine, Project) == []


def test_no_dossier_is_opened_without_a_partnership_agreement(officer, engine, world):
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        agreement = partnerships.of_basin(work, world.basin_id)[0]
        partnerships.move_end(work, agreement.id, ends_on=date(2026, 6, 30), reason="Le bassin s’arrête.")

    page = officer.get("/projets/nouveau")
    answer = officer.post("/projets/nouveau", data=INTAKE)

    assert "Aucune convention de partenariat n’est en vigueur" in text_of(page)
    assert 'name="siret"' not in page.get_data(as_text=True)
    assert answer.status_code == 409
    assert rows(engine, Project) == []


def test_a_member_opens_no_dossier(client, sign_in):
    assert sign_in(client, "member").get("/projets/nouveau").status_code == 403


# What is late.


def two_projects(engine, world, clock):
    """One whose first task is late, and one opened since."""
    installation.open_project(engine, world)
    clock.advance(days=12)
    installation.open_project(engine, world, siret="00000008300006", name="Tannerie du Lac (démo)")


def test_late_projects_are_one_click_away(client, sign_in, engine, world, clock):
    two_projects(engine, world, clock)
    officer = sign_in(client, "officer")

    late = officer.get("/projets?retard=1")

    assert "Scierie du Lac" in text_of(late)
    assert "Tannerie" not in text_of(late)
    assert "/projets.csv?retard=1" in late.get_data(as_text=True)
    file = officer.get("/projets.csv?retard=1").get_data(as_text=True)
    assert "Scierie du Lac" in file
    assert "Tannerie" not in file


def test_nothing_late_is_good_news(client, sign_in, project):
    assert "Aucun projet en retard" in text_of(sign_in(client, "officer").get("/projets?retard=1"))


def test_the_most_overdue_come_first_when_asked(client, sign_in, engine, world, clock):
    two_projects(engine, world, clock)
    officer = sign_in(client, "officer")

    by_opening, by_lateness = (text_of(officer.get(f"/projets{query}")) for query in ("", "?tri=retard"))

    assert by_opening.index("Tannerie du Lac") < by_opening.index("Scierie du Lac")
    assert by_lateness.index("Scierie du Lac") < by_lateness.index("Tannerie du Lac")


def test_the_pages_of_a_list_by_lateness_show_each_project_once(engine, world, clock):
    two_projects(engine, world, clock)
    with engine.database.start_reading() as work:
        first = dossiers.list_projects(work, by_lateness=True, limit=1)
        second = dossiers.list_projects(work, by_lateness=True, limit=1, after=first.next)
    assert [each.firm for page in (first, second) for each in page.projects] == [
        "Scierie du Lac (démo)", "Tannerie du Lac (démo)",
    ]  # fmt: skip
    assert second.next is None


def test_a_status_narrows_the_list(officer, project):
    assert "Scierie du Lac" in text_of(officer.get("/projets?statut=qualifying"))
    assert "Aucun projet ne répond" in text_of(officer.get("/projets?statut=labelled"))
    assert officer.get("/projets?statut=nowhere").status_code == 422
