"""The officer sends a file, sees what it gives, confirms; or corrects what the page tells, line by line."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from lxml import html

from engine.app import Engine
from engine.people import persons
from engine.projects.models import Project
from tests.conftest import START
from tests.consoles import alize_in
from tests.integration import adopting
from tests.web.api_client import Program
from tests.web.installation import LORRAINE, World

PAGE = f"/bassins/{LORRAINE}/reprise"
TODAY = START.date()
Row = dict[str, str]


@pytest.fixture
def row(engine: Engine, world: World) -> Row:
    """A project followed for three months, of people and companies of this basin."""
    with engine.database.start_reading() as work:
        mandatary = persons.find(work, world.people["member"])
    signed_on = TODAY - timedelta(days=90)
    return adopting.base(41, "En suivi") | {
        "Demande reçue le": adopting.written(signed_on - timedelta(days=90)),
        "Décision du comité du": adopting.written(signed_on - timedelta(days=30)),
        "Mandataire (courriel)": str(mandatary.email), "Avance accordée (€)": "15 000",
        "Durée du remboursement (mois)": "24", "Dernière signature le": adopting.written(signed_on),
    }  # fmt: skip


def sent(browser: FlaskClient, rows: Sequence[Mapping[str, str]], name: str = "projets.csv") -> str:
    """The page that answers a file."""
    answer = browser.post(PAGE, data={"file": (io.BytesIO(adopting.as_csv(rows)), name)})
    assert answer.status_code in {200, 422}, answer.status_code
    return answer.text


def kept(page: str) -> str:
    """What the page carries of the file."""
    return str(html.fromstring(page).xpath("//input[@name='kept']/@value")[0])


def key(page: str) -> str:
    """The hidden key of the confirmation."""
    return str(html.fromstring(page).xpath("//form[.//input[@name='kept']]//input[@name='key']/@value")[0])


def count(engine: Engine) -> int:
    """How many projects were taken over."""
    with engine.database.start_reading() as work:
        found = sa.select(sa.func.count()).select_from(Project).where(Project.adopted.is_(True))
        return int(work.connection.scalar(found) or 0)


def test_a_file_is_shown_first_then_taken_over_once(officer: FlaskClient, engine: Engine, row: Row) -> None:
    page = sent(officer, [row])
    assert "Un projet sera repris" in page
    assert "Atelier 41 (démo)" in page
    assert "Planifier les interventions" in page
    assert count(engine) == 0, "nothing is written before it is confirmed"
    data = {"kept": kept(page), "key": key(page)}
    first = officer.post(f"{PAGE}/confirmer", data=data)
    assert (first.status_code, first.location) == (303, PAGE)
    officer.post(f"{PAGE}/confirmer", data=data)
    assert count(engine) == 1
    shown = officer.get(PAGE).text
    assert "Déjà repris ici" in shown
    assert "Rien à reprendre" in sent(officer, [row])


def test_what_is_wrong_is_told_by_line_and_column_and_in_an_annotated_file(
    officer: FlaskClient, engine: Engine, row: Row
) -> None:
    wrong = row | {"Dernière signature le": "31/02/2025", "Mandataire (courriel)": "inconnue@exemple.test"}
    page = sent(officer, [wrong])
    assert "Dernière signature le" in page
    assert "Cette date n’existe pas" in page
    assert "À inviter ou à ajouter d’abord : inconnue@exemple.test" in page
    annotated = officer.post(f"{PAGE}/annote", data={"kept": kept(page)})
    sheet = openpyxl.load_workbook(io.BytesIO(annotated.data)).active
    assert sheet is not None
    assert "Cette date n’existe pas" in str(sheet["A2"].value)
    comments = [cell.comment.text for cell in sheet[2] if cell.comment]
    assert len(comments) == 2
    again = officer.post(PAGE, data={"file": (io.BytesIO(annotated.data), "annoté.xlsx")})
    assert "Cette date n’existe pas" in again.text, "the annotated file is read again as the first one was"
    assert count(engine) == 0


def test_the_model_is_filled_and_sent_back(officer: FlaskClient, engine: Engine, row: Row) -> None:
    model = officer.get(f"{PAGE}/modele.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(model.data))
    assert book.sheetnames == ["Projets", "Notice", "Listes"]
    sheet = book["Projets"]
    titles = {str(cell.value): cell.column for cell in sheet[1]}
    for title, value in row.items():
        sheet.cell(row=2, column=titles[title], value=value)
    filled = io.BytesIO()
    book.save(filled)
    filled.seek(0)
    answer = officer.post(PAGE, data={"file": (filled, "modèle.xlsx")})
    assert "Un projet sera repris" in answer.text, re.sub(r"<[^>]+>", " ", answer.text)[:3000]
    csv = officer.get(f"{PAGE}/modele.csv").data.decode("utf-8-sig")
    assert csv.startswith("Étape;Votre numéro;Entreprise;SIRET")


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04", b"une;autre\nliste;ici\n"])
def test_what_is_no_file_of_projects_is_refused_in_words(officer: FlaskClient, content: bytes) -> None:
    answer = officer.post(PAGE, data={"file": (io.BytesIO(content), "x.csv")})
    assert answer.status_code == 422
    assert "error-summary" in answer.text


def test_a_confirmation_that_carries_nothing_takes_nothing_over(officer: FlaskClient, engine: Engine) -> None:
    answer = officer.post(f"{PAGE}/confirmer", data={"kept": "rien"})
    assert answer.status_code == 422
    assert "envoyez-le de nouveau" in answer.text
    assert count(engine) == 0


def test_one_project_is_taken_over_from_a_form_with_the_same_checks(
    officer: FlaskClient, engine: Engine, world: World
) -> None:
    page = officer.get(f"{PAGE}/projet")
    assert page.status_code == 200
    typed = {
        "stage": "signing", "name": "Atelier 9 (démo)", "contact_name": "Camille Neuf (démo)",
        "contact_email": "neuf@exemple.test", "need": "Trouver un responsable.", "received_on": "2026-08-01",
        "jobs_to_create": "2", "decided_on": "2026-07-01", "mandatary_id": str(world.people["member"]),
        "advance_amount": "15 000", "advance_months": "24", "key": "k1",
    }  # fmt: skip
    refused = officer.post(f"{PAGE}/projet", data=typed)
    assert refused.status_code == 422
    assert "Ce jour précède" in refused.text
    typed |= {"decided_on": "2026-10-01", "key": "k2"}
    foreseen = officer.post(f"{PAGE}/projet", data=typed)
    assert foreseen.status_code == 200
    assert "Accepter le mandat" in foreseen.text
    assert count(engine) == 0
    seen = html.fromstring(foreseen.text).xpath("//input[@name='seen']/@value")[0]
    changed = officer.post(f"{PAGE}/projet", data=typed | {"need": "Autre chose.", "seen": seen, "key": "k4"})
    assert changed.status_code == 200, "what was changed since it was shown is shown again"
    assert count(engine) == 0
    done = officer.post(f"{PAGE}/projet", data=typed | {"seen": seen, "key": "k3"})
    assert done.status_code == 303
    assert count(engine) == 1
    shown = officer.get(done.location)
    assert "Atelier 9 (démo)" in shown.text


def test_titles_that_are_wrong_are_shown_in_the_annotated_file(officer: FlaskClient, row: Row) -> None:
    misspelt = {("Étage" if title == "Étape" else title): value for title, value in row.items()}
    page = sent(officer, [misspelt])
    assert "Aucune colonne ne s’appelle « Étage »" in page
    annotated = officer.post(f"{PAGE}/annote", data={"kept": kept(page)})
    sheet = openpyxl.load_workbook(io.BytesIO(annotated.data)).active
    assert sheet is not None
    told = {str(cell.value): cell.comment.text for cell in sheet[1] if cell.comment}
    assert "Aucune colonne" in told["Étage"]
    assert "Il manque la colonne « Étape »" in told["À corriger"]


def test_more_than_a_page_can_show_is_in_the_annotated_file(officer: FlaskClient, row: Row) -> None:
    wrong = dict.fromkeys(row, "?") | {"Étape": "En suivi"}
    page = sent(officer, [wrong] * 40)
    count = int(re.search(r"(\d+) choses sont à corriger", page)[1])  # type: ignore[index]
    shown = len(html.fromstring(page).xpath("//tbody/tr"))
    assert (shown, count > shown) == (200, True)
    assert f"Les {count - shown} autres sont dans votre fichier annoté" in page


def test_a_line_that_was_taken_over_before_is_shown_with_its_project(officer: FlaskClient, row: Row) -> None:
    page = sent(officer, [row])
    officer.post(f"{PAGE}/confirmer", data={"kept": kept(page), "key": key(page)})
    another = row | {"Entreprise": "Autre (démo)", "SIRET": "", "Votre numéro": "2024-42"}
    again = html.fromstring(sent(officer, [row, another]))
    [link] = again.xpath("//section[@aria-labelledby='foreseen-title']//ul//a")
    assert link.text == "Atelier 41 (démo)"
    assert officer.get(link.get("href")).status_code == 200


def test_the_page_is_english_too(officer: FlaskClient, row: Row) -> None:
    officer.post("/langue", data={"locale": "en"})
    assert "Take projects over" in officer.get(PAGE).text
    model = officer.get(f"{PAGE}/modele.csv").data.decode("utf-8-sig")
    assert ";Your number;" in model
    page = sent(officer, [row | {"Dernière signature le": "31/02/2025"}])
    assert "does not exist" in page
    refused = sent(officer, [row | {"Mandataire (courriel)": "x", "Condition à lever": "Bail"}])
    told = html.fromstring(refused).xpath("//tbody/tr/td[1]/text()")
    assert told == ["Mandataire (mail)", "Condition to be met"]
    assert "suivi" not in " ".join(html.fromstring(refused).xpath("//tbody/tr/td[2]/text()"))


def test_the_command_tries_then_takes_over(
    engine: Engine, world: World, row: Row, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "projets.csv"
    file.write_bytes(adopting.as_csv([row]))
    run = alize_in(tmp_path, environment="test")
    tried = run("adopt", str(file), "--basin", LORRAINE, "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert count(engine) == 0
    done = run("adopt", str(file), "--basin", LORRAINE)
    assert "Atelier 41 (démo)" in done.output
    assert count(engine) == 1
    again = run("adopt", str(file), "--basin", LORRAINE)
    assert "déjà repris" in again.output
    file.write_bytes(adopting.as_csv([row | {"SIRET": "12", "Entreprise": "Autre (démo)"}]))
    refused = run("adopt", str(file), "--basin", LORRAINE)
    assert refused.exit_code == 1
    assert "Ligne 2, colonne « SIRET »" in refused.output
    filled = file.read_bytes()
    assert run("adopt", str(file), "--basin", LORRAINE, "--model").exit_code == 1
    assert file.read_bytes() == filled, "a file that was filled is not written over"
    assert run("adopt", str(tmp_path / "modele.xlsx"), "--basin", LORRAINE, "--model").exit_code == 0
    assert openpyxl.load_workbook(tmp_path / "modele.xlsx").sheetnames[0] == "Projets"
    assert run("adopt", str(tmp_path / "nowhere.csv"), "--basin", LORRAINE).exit_code == 1


def test_a_program_takes_one_project_over_once(api: Program, engine: Engine, world: World) -> None:
    answers = {
        "stage": "signing", "name": "Atelier 9 (démo)", "contact_name": "Camille Neuf (démo)",
        "contact_email": "neuf@exemple.test", "need": "Trouver un responsable.", "received_on": "2026-08-01",
        "jobs_to_create": 2, "decided_on": "2026-10-01", "mandatary_id": str(world.people["member"]),
        "advance_amount": 1_500_000, "advance_months": 24,
    }  # fmt: skip
    path = f"/basins/{LORRAINE}/adoptions"
    tried = api.post("officer", f"{path}?dry_run=true", {"answers": answers}, key="one")
    assert tried.status_code == 200
    assert (tried.json["stage"], tried.json["next_report_on"]) == ("signing", None)
    assert [each["title"] for each in tried.json["tasks"]] == ["Accepter le mandat"]
    wrong = api.post("officer", f"{path}?dry_run=true", {"answers": answers | {"decided_on": "2026-07-01"}})
    assert (wrong.status_code, count(engine)) == (422, 0)
    made = api.post("officer", path, {"answers": answers}, key="one")
    assert (made.status_code, made.json["phase"], made.json["state"]) == (201, "agreement", "approved")
    again = api.post("officer", path, {"answers": answers})
    assert again.status_code == 422
    assert count(engine) == 1
    late = api.post(
        "officer", path, {"answers": answers | {"name": "Autre (démo)", "decided_on": "2026-07-01"}}
    )
    assert late.status_code == 422
