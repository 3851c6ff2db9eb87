"""The list of dossiers, the file of one, what anybody does on it any day."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from lxml import html

from engine.people import partnerships
from engine.persistence import history
from engine.persistence.unit_of_work import Actor
from engine.projects import documents, everyday
from engine.projects.follow_up_models import EndRequest, MandataryReplacement
from engine.projects.models import Document, Note, Project
from tests.web import installation
from tests.web.lives import Life

TODAY = date(2026, 11, 16)
PARTS = ("", "/parcours", "/engagements", "/suivi", "/documents", "/historique")
INTAKE = {
    "siret": "000 000 075 00002",
    "name": "Verrerie de la Bouvade (démo)",
    "contact_name": "Aline Verre (démo)",
    "contact_email": "aline.verre@exemple.test",
    "need": "Recruter un souffleur.",
    "information_read": "yes",
}
PDF = b"%PDF-1.7\n%%EOF"


@pytest.fixture
def life(engine, world, project) -> Life:
    return Life(engine, world, project)


@pytest.fixture
def officer(client, sign_in):
    return sign_in(client, "officer")


@contextmanager
def counted(engine) -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    sent: list[str] = []

    def keep(_connection, _cursor, statement, *_rest):
        if not statement.startswith("PRAGMA"):
            sent.append(statement)

    sa.event.listen(engine.database.engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        sa.event.remove(engine.database.engine, "before_cursor_execute", keep)


def text_of(answer) -> str:
    """What a page says, on one line."""
    page = html.fromstring(answer.get_data(as_text=True))
    return " ".join(page.text_content().split())


def rows(engine, table):
    """Every row of a table."""
    with engine.database.start_reading() as work:
        return list(work.database.scalars(sa.select(table)))


def sent(page_answer, **answers) -> dict[str, object]:
    """Answers with the hidden key of a page."""
    found = re.search(r'name="key" value="([^"]+)"', page_answer.get_data(as_text=True))
    return {"key": found[1] if found else "", **answers}


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


# The file.


def test_the_file_says_where_it_is_whom_it_waits_for_and_how_to_reach_them(officer, life):
    said = text_of(officer.get(f"/projets/{life.case_id}"))

    assert "Étape en cours : Qualifier la demande, depuis le 16 novembre 2026, chez" in said
    assert "Claire Lac (démo)" in said
    assert "01 99 00 00 02" in said.replace("\xa0", " ")
    assert "Dossier ouvert" in said


def test_each_part_of_a_file_is_read_in_a_bounded_number_of_statements(officer, engine, life):
    life.labelled(life.session(TODAY), TODAY)
    for part in PARTS:
        officer.get(f"/projets/{life.case_id}{part}")
        with counted(engine) as statements:
            assert officer.get(f"/projets/{life.case_id}{part}").status_code == 200
        assert len(statements) <= 20, (part, len(statements), statements)


def test_the_drawing_shows_the_steps_done_and_the_one_where_it_waits(officer, life):
    life.ready()

    picture = officer.get(f"/projets/{life.case_id}/schema/appraisal.svg").get_data(as_text=True)
    decision = officer.get(f"/projets/{life.case_id}/schema/decision.svg").get_data(as_text=True)
    diagram = officer.get(f"/projets/{life.case_id}/schema/decision.bpmn")

    assert picture.startswith("<svg")
    assert "Cette partie est terminée." in picture
    assert "En cours : Consigner la décision." in decision.replace("\u202f", " ")
    assert b"<bpmn:definitions" in diagram.data
    assert officer.get(f"/projets/{life.case_id}/schema/late-report.svg").status_code == 404


def test_one_goes_into_the_processes_that_a_dossier_calls(officer, life):
    life.ready()

    page = officer.get(f"/projets/{life.case_id}/parcours")
    inner = text_of(officer.get(f"/projets/{life.case_id}/parcours?processus=decision"))

    assert "Vie d’un projet" in text_of(page)
    assert f"/projets/{life.case_id}/parcours?processus=decision" in page.get_data(as_text=True)
    assert "Vie d’un projet › Jusqu’à la convention signée ›" in inner
    assert officer.get(f"/projets/{life.case_id}/parcours?processus=nowhere").status_code == 404


def test_who_has_signed_who_has_not_and_since_when(client, sign_in, life, clock):
    life.to_sign(life.session(TODAY), TODAY)
    clock.advance(days=5)

    said = text_of(sign_in(client, "officer").get(f"/projets/{life.case_id}/engagements"))

    assert "0 signatures sur 4" in said
    assert said.count("Attendue depuis le 16 novembre 2026 (5 jours)") == 4
    assert "Entreprise partenaire 4 (démo) : 6 jours, production" in said


def test_both_dates_are_said_when_an_act_was_typed_later(client, sign_in, life, clock):
    clock.advance(days=9)
    officer = sign_in(client, "officer")
    officer.post(
        f"/projets/{life.case_id}/appel",
        data={"correspondent": "Claire Lac", "summary": "Elle rappelle lundi.", "called_on": "2026-11-17",
              "direction": "incoming", "audience": "committee"},
    )  # fmt: skip

    said = text_of(officer.get(f"/projets/{life.case_id}/historique"))

    assert "Appel noté 17 novembre 2026, saisi le 25 novembre 2026 à 10 h 00 · Officer (démo)" in said
    assert "Avec Claire Lac. Elle rappelle lundi." in said


def test_the_history_as_a_file_tells_only_what_the_reader_may_read(client, sign_in, engine, world, life):
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        everyday.write_note(work, project_id=life.case_id, text="Entre nous.", audience="operator")

    of_member = sign_in(client, "member").get(f"/projets/{life.case_id}/historique.csv")

    assert "Dossier ouvert" in of_member.get_data(as_text=True)
    assert "Entre nous" not in of_member.get_data(as_text=True)
    assert "Entre nous" not in text_of(client.get(f"/projets/{life.case_id}/documents"))


def test_a_file_reads_in_english_too(officer, life):
    with officer.session_transaction() as session:
        session["locale"] = "en"

    said = text_of(officer.get(f"/projets/{life.case_id}"))

    assert "Current step: " in said
    assert "since 16 November 2026" in said
    assert "with the operator" in said
    for french in ("Étape en cours", "Gestes", "Dates à venir", "chez l’opérateur", "Ajouter une note"):
        assert french not in said


# Everyday acts.


def test_a_note_is_left_once_and_says_who_reads_it(officer, engine, life):
    address = f"/projets/{life.case_id}/note"
    answers = sent(officer.get(address), text="À rappeler en décembre.", audience="committee")

    for _time in range(2):
        assert officer.post(address, data=answers).status_code == 303

    assert [(each.text, each.audience) for each in rows(engine, Note)] == [
        ("À rappeler en décembre.", "committee")
    ]
    assert "visible par : Le comité et l’opérateur" in text_of(officer.get(f"/projets/{life.case_id}/documents"))


def test_an_empty_note_comes_back_with_its_error_and_writes_nothing(officer, engine, life):
    answer = officer.post(f"/projets/{life.case_id}/note", data={"text": " ", "audience": "committee"})

    assert answer.status_code == 422
    assert "Une réponse est à corriger" in text_of(answer)
    assert rows(engine, Note) == []


def test_a_document_is_kept_under_its_title_and_read_by_those_it_is_for(client, sign_in, engine, world, life):
    officer = sign_in(client, "officer")
    answer = officer.post(
        f"/projets/{life.case_id}/document",
        data={"title": "Bilan comptable", "audience": "operator",
              "files-upload": (io.BytesIO(PDF), "scan 12.PDF")},
    )  # fmt: skip
    kept = rows(engine, Document)[0]
    address = f"/projets/{life.case_id}/documents/{kept.id}"

    assert answer.status_code == 303
    assert kept.name == "Bilan comptable.pdf"
    assert officer.get(address).data == PDF
    assert officer.get(address).headers["Content-Disposition"].startswith("attachment")
    assert sign_in(client, "member").get(address).status_code == 404


def test_a_file_that_is_no_document_is_refused(officer, engine, life):
    answer = officer.post(
        f"/projets/{life.case_id}/document",
        data={"title": "Programme", "audience": "committee", "files-upload": (io.BytesIO(b"MZ"), "a.exe")},
    )

    assert answer.status_code == 422
    assert "ni un PDF" in text_of(answer)
    assert rows(engine, Document) == []


def test_a_withdrawal_says_who_and_why_and_ends_the_dossier(officer, engine, life):
    answer = officer.post(
        f"/projets/{life.case_id}/retrait",
        data={"requested_by": "firm", "reason": "Le marché est perdu.", "requested_on": "2026-11-16"},
    )

    assert answer.status_code == 303
    assert [(each.kind, each.requested_by) for each in rows(engine, EndRequest)] == [("withdrawn", "firm")]
    said = text_of(officer.get(f"/projets/{life.case_id}"))
    assert "Projet terminé le 16 novembre 2026. Le marché est perdu." in said
    assert officer.post(f"/projets/{life.case_id}/retrait", data={}).status_code == 409


def test_a_signed_project_is_terminated_and_not_withdrawn(officer, engine, life):
    life.labelled(life.session(TODAY), TODAY)

    page = officer.get(f"/projets/{life.case_id}").get_data(as_text=True)
    answer = officer.post(
        f"/projets/{life.case_id}/resiliation",
        data={"requested_by": "firm", "cause": "ceased", "reason": "Cessation.", "requested_on": "2026-11-16"},
    )

    assert f"/projets/{life.case_id}/resiliation" in page
    assert f"/projets/{life.case_id}/retrait" not in page
    assert answer.status_code == 303
    assert life.task("sign_termination").personal


def test_the_chair_replaces_the_mandatary_and_nobody_else_does(client, sign_in, engine, world, life):
    life.labelled(life.session(TODAY), TODAY)
    address = f"/projets/{life.case_id}/remplacement-du-mandataire"
    answers = {"mandatary_id": str(world.people["member"]), "reason": "Départ en retraite."}

    assert sign_in(client, "officer").post(address, data=answers).status_code == 403
    assert sign_in(client, "chair").post(address, data=answers).status_code == 303

    kept = rows(engine, MandataryReplacement)
    assert [(each.from_person_id, each.to_person_id) for each in kept] == [
        (world.people["member2"], world.people["member"])
    ]
    assert "À ratifier à la prochaine séance" in text_of(client.get(f"/projets/{life.case_id}/suivi"))


def test_a_pause_shows_and_ends(officer, life):
    answer = officer.post(
        f"/projets/{life.case_id}/suspension",
        data={"requested_by": "firm", "reason": "Travaux.", "until": "2027-01-31"},
    )

    assert answer.status_code == 303
    assert "Suspendu jusqu’au 31 janvier 2027" in text_of(officer.get(f"/projets/{life.case_id}"))
    assert officer.post(f"/projets/{life.case_id}/reprise", data={"note": ""}).status_code == 303
    assert "Suspendu jusqu’au" not in text_of(officer.get(f"/projets/{life.case_id}"))


@pytest.mark.parametrize("slug", ["note", "appel", "document", "retrait", "suspension", "resiliation"])
def test_those_who_only_read_do_nothing(client, sign_in, life, slug):
    browser = sign_in(client, "auditor")

    assert browser.get(f"/projets/{life.case_id}/{slug}").status_code == 403
    assert browser.post(f"/projets/{life.case_id}/{slug}", data={}).status_code == 403


# Corrections.


def test_a_wrong_figure_is_replaced_with_its_reason_and_the_old_record_stays_struck(officer, engine, life):
    life.ready()
    listed = officer.get(f"/projets/{life.case_id}/correction")
    address = re.search(rf'"(/projets/{life.case_id}/correction/[0-9a-f-]+)"', listed.get_data(as_text=True))[1]
    page = officer.get(address)

    answer = officer.post(
        address,
        data=sent(page, jobs_to_create="6", reason="Une ligne comptée deux fois.", consequences_read="yes"),
    )

    assert "Dossier vérifié" in text_of(page)
    assert answer.status_code == 303
    said = officer.get(f"/projets/{life.case_id}/historique")
    assert "Diagnostic préalable corrigé" in text_of(said)
    assert "Une ligne comptée deux fois." in text_of(said)
    assert html.fromstring(said.get_data(as_text=True)).xpath("//*[contains(@class, 'struck')]")
    with engine.database.start_reading() as work:
        kinds = work.connection.scalars(
            sa.select(history.history.c.kind).where(history.history.c.chain_id == life.case_id)
        ).all()
    assert "projects.diagnostic.corrected" in kinds


def test_a_correction_asks_to_have_read_what_followed(officer, life):
    life.ready()
    listed = officer.get(f"/projets/{life.case_id}/correction").get_data(as_text=True)
    address = re.search(rf'"(/projets/{life.case_id}/correction/[0-9a-f-]+)"', listed)[1]

    answer = officer.post(address, data={"jobs_to_create": "6", "reason": "Erreur."})

    assert answer.status_code == 422
    assert "J’ai lu ce qui a découlé de cet acte" in text_of(answer)


def test_a_note_is_struck_out_with_what_should_have_been_read(officer, engine, world, life):
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        note = everyday.write_note(work, project_id=life.case_id, text="Mauvais dossier.", audience="operator")
        note_id: UUID = note.id

    answer = officer.post(
        f"/projets/{life.case_id}/correction/{note_id}",
        data={"reason": "Autre entreprise.", "correction": "Rien.", "consequences_read": "yes"},
    )

    assert answer.status_code == 303
    assert rows(engine, Note)[0].struck_at is not None


def test_a_document_of_one_dossier_is_not_read_through_another(officer, engine, world, life):
    other = installation.open_project(engine, world, siret="00000008300006", name="Tannerie du Lac (démo)")
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        kept = documents.add(
            work, documents.Store(engine.documents), project_id=other, name="a.pdf", content=PDF
        ).id

    assert officer.get(f"/projets/{life.case_id}/documents/{kept}").status_code == 404
    assert officer.get(f"/projets/{other}/documents/{kept}").status_code == 200


def test_once_the_firm_is_labelled_only_the_chair_suspends(client, sign_in, life):
    life.labelled(life.session(TODAY), TODAY)
    address = f"/projets/{life.case_id}/suspension"
    answers = {"requested_by": "firm", "reason": "Travaux.", "until": "2027-01-31"}

    of_officer = sign_in(client, "officer")
    assert address not in of_officer.get(f"/projets/{life.case_id}").get_data(as_text=True)
    assert of_officer.post(address, data=answers).status_code == 403
    of_chair = sign_in(client, "chair")
    assert address in of_chair.get(f"/projets/{life.case_id}").get_data(as_text=True)
    assert of_chair.post(address, data=answers).status_code == 303


def test_what_the_engine_did_by_itself_is_drawn_as_done(officer, life):
    life.labelled(life.session(TODAY), TODAY)

    page = officer.get(f"/projets/{life.case_id}/parcours").get_data(as_text=True)
    state = re.search(r'data-state="([^"]+)"', page)[1].replace("&#34;", '"')

    assert '"label_firm"' in state.partition('"done"')[2]
    assert '"follow_up"' in state.partition('"done"')[0]
