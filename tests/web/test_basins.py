"""The pages of basins: which ones are shown, what they say, and their diagrams as files."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from engine import scheduler
from engine.people import basins
from engine.persistence import anchors
from engine.persistence.unit_of_work import Actor
from engine.registry import current
from tests.web.installation import LORRAINE, VALENCIENNES


def text_of(answer):
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def test_each_sees_their_basins(client, sign_in):
    page = text_of(sign_in(client, "member").get("/bassins"))

    assert "Terres de Lorraine" in page
    assert "Valenciennois" not in page


def test_the_coordinator_sees_them_all_by_name(client, sign_in):
    page = text_of(sign_in(client, "coordinator").get("/bassins"))

    assert page.index("Terres de Lorraine") < page.index("Valenciennois")
    assert "aucune en vigueur" in page  # The other basin has no agreement, and one partner company.
    assert "moins de quatre" in page


def test_another_basin_is_not_found(client, sign_in):
    browser = sign_in(client, "member")

    for path in ("", "/processus/project.svg", "/processus/project.bpmn"):
        assert browser.get(f"/bassins/{VALENCIENNES}{path}").status_code == 404
        assert browser.get(f"/bassins/nulle-part{path}").status_code == 404


def test_a_basin_says_who_presides_until_when_and_under_which_version(client, sign_in):
    page = text_of(sign_in(client, "member").get(f"/bassins/{LORRAINE}"))

    assert "Convention de partenariat du 1er janvier 2025 au 31 décembre 2027." in page
    assert "Chair (démo), Entreprise partenaire 1 (démo)" in page
    assert "4 entreprises partenaires" in page
    assert "Aucune séance n’est prévue." in page
    assert "en vigueur depuis le 1er janv. 2025" in page


def test_names_are_for_those_who_may_see_people(client, sign_in):
    page = text_of(sign_in(client, "coordinator").get(f"/bassins/{LORRAINE}"))

    assert "Chair (démo)" not in page
    assert "Présidence tenue." in page


def test_parameters_are_sentences_with_their_unit_date_and_reason(client, sign_in, engine, world, clock):
    clock.advance(days=1)
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        basins.change_parameter(
            work, basin_id=world.basin_id, key="ladder.call", value=28, reason="Une équipe réduite cet hiver."
        )
    page = text_of(sign_in(client, "officer").get(f"/bassins/{LORRAINE}"))

    assert re.search(r"Appel de l’opérateur 28.jours courant 17 nov. 2026 Une équipe réduite cet hiver", page)
    assert re.search(r"Ouverture et premier message 14.jours avant", page)
    assert re.search(
        r"Durée minimale du suivi Cahier des charges, §VI.+? 18.mois publié 1er janv. 2025", page
    )
    assert "du 1er août au 20 août" in page
    assert re.search(r"Rappel du jour dit 0.jour courant", page)
    assert re.search(r"Avance la plus élevée 30.000.€", page)


def test_an_officer_draws_the_perimeter_commune_by_commune(client, sign_in, engine, clock):
    clock.advance(days=1)
    officer = sign_in(client, "officer")
    address = f"/bassins/{LORRAINE}/parametres/perimeter.communes"

    wrong = officer.post(address, data={"value": "Toul", "reason": "Extension à Toul."})
    drawn = officer.post(address, data={"value": "54528, 2a004\n54323", "reason": "Extension à Toul."})

    assert (wrong.status_code, drawn.status_code) == (422, 303)
    assert "Un code de commune a cinq caractères" in wrong.text
    assert "2A004, 54323, 54528" in text_of(officer.get(address))
    with engine.database.start_reading() as work:
        values = current.in_force(work, basins.by_slug(work, LORRAINE).id)
    assert values["perimeter.communes"] == ["2A004", "54323", "54528"]


@pytest.mark.parametrize("process", ["project", "appraisal", "late_report"])
def test_diagrams_are_shown_and_downloaded(client, sign_in, process):
    browser = sign_in(client, "member")

    assert browser.get(f"/bassins/{LORRAINE}?processus={process}").status_code == 200
    picture = browser.get(f"/bassins/{LORRAINE}/processus/{process}.svg")
    assert picture.content_type.startswith("image/svg+xml")
    assert etree.fromstring(picture.get_data()).tag.endswith("svg")
    drawing = browser.get(f"/bassins/{LORRAINE}/processus/{process}.bpmn?telecharger=oui")
    assert drawing.headers["Content-Disposition"] == f'attachment; filename="{process}.bpmn"'
    assert etree.fromstring(drawing.get_data()).tag.endswith("definitions")


def test_the_reference_is_for_everybody_who_sees_a_basin(client, sign_in):
    answer = sign_in(client, "coordinator").get("/bassins/reference/processus/project.bpmn")

    assert answer.status_code == 200


def test_an_unknown_process_is_not_found(client, sign_in):
    browser = sign_in(client, "member")

    assert browser.get(f"/bassins/{LORRAINE}/processus/nothing.svg").status_code == 404
    assert browser.get(f"/bassins/{LORRAINE}?processus=nothing").status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_leaves_as_a_file(client, sign_in, kind):
    answer = sign_in(client, "coordinator").get(f"/bassins.{kind}")

    assert answer.status_code == 200
    if kind == "csv":
        assert answer.get_data().decode("utf-8-sig").startswith("Bassin;Sigle;Convention jusqu’au;")


def test_the_page_speaks_english(client, sign_in):
    browser = sign_in(client, "member")
    with browser.session_transaction() as session:
        session["locale"] = "en"
    page = text_of(browser.get(f"/bassins/{LORRAINE}"))

    assert "Partner companies" in page
    assert "Upcoming sessions" in page
    assert re.search(r"“Nothing new” in a row 1.time current 16 Nov 2026 The basin’s starting value", page)
    assert re.search(r"Reminder on the due day 0.days", page)


def test_the_last_anchor_is_shown_to_those_who_follow_the_figures(client, sign_in, engine):
    scheduler.anchor_histories(engine)
    with engine.database.start_reading() as work:
        root = anchors.latest(work, basins.by_slug(work, LORRAINE).id).root

    assert root in text_of(sign_in(client, "steering").get(f"/bassins/{LORRAINE}"))


def test_the_checklist_does_not_call_chosen_the_values_a_basin_was_installed_with(
    client, sign_in, engine, world
):
    browser, page = sign_in(client, "officer"), f"/bassins/{LORRAINE}/mise-en-marche"
    assert "Le bassin n’en a changé aucune depuis." in text_of(browser.get(page))

    with engine.database.start_work(Actor(world.people["officer"])) as work:
        for days in (10, 11):
            current.change(
                work, basin_id=world.basin_id, key="ladder.reminder", value=days, reason="usage du bassin"
            )

    assert re.search(r"Valeurs changées par le bassin\s*: 1\.", text_of(browser.get(page)))
