"""The file of one dossier: where it is, whom it waits for, what was done."""

from __future__ import annotations

from engine.persistence.unit_of_work import Actor
from engine.projects import everyday
from tests.web.project_pages.reading import PARTS, TODAY, counted, text_of


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
        assert len(statements) <= 22, (part, len(statements), statements)


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

    said = text_of(sign_in(client, "officer").get(f"/projets/{life.case_id}/convention"))

    assert "0 signature sur 4" in said
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
