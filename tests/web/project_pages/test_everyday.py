"""What anybody does on a dossier any day."""

from __future__ import annotations

import io
import re

import pytest
import sqlalchemy as sa

from engine.outbox.models import Message
from engine.projects.follow_up_models import EndRequest, MandataryReplacement
from engine.projects.models import Document, Note
from tests.web.project_pages.reading import PDF, TODAY, rows, sent, text_of


def test_a_note_is_left_once_and_says_who_reads_it(officer, engine, life):
    address = f"/projets/{life.case_id}/note"
    answers = sent(officer.get(address), text="À rappeler en décembre.", audience="committee")

    for _time in range(2):
        assert officer.post(address, data=answers).status_code == 303

    assert [(each.text, each.audience) for each in rows(engine, Note)] == [
        ("À rappeler en décembre.", "committee")
    ]
    assert "visible par : le comité et l’opérateur" in text_of(
        officer.get(f"/projets/{life.case_id}/documents")
    )


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


def test_a_title_too_long_is_refused_whole_and_shown_again(officer, engine, life):
    answer = officer.post(
        f"/projets/{life.case_id}/document",
        data={"title": "é" * 151, "audience": "operator", "files-upload": (io.BytesIO(PDF), "scan.pdf")},
    )

    assert answer.status_code == 422
    assert "151 caractères" in text_of(answer)
    assert "é" * 151 in answer.text
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
        data={
            "requested_by": "firm",
            "cause": "ceased",
            "reason": "Cessation.",
            "requested_on": "2026-11-16",
        },
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


def test_the_officer_replaces_the_prescriber_once_and_nobody_else_does(client, sign_in, engine, world, life):
    address = f"/projets/{life.case_id}/remplacement-d-une-personne"
    prescriber = str(world.people["member"])
    life.do(
        "qualify", "officer",
        {"outcome": "continue", "prescriber_id": prescriber, "category": "development", "headcount": 12,
         "commune": "54528"},
    )  # fmt: skip
    life.do("accept_prescription", "member", {"accepted": True})
    assert sign_in(client, "chair").get(address).status_code == 403
    officer = sign_in(client, "officer")
    assert address in officer.get(f"/projets/{life.case_id}").get_data(as_text=True)
    page = officer.get(address)
    said = text_of(page)
    assert "Remplacer une personne" in said
    [part] = re.findall(
        r'value="([0-9a-f-]{36})"[^>]*>\s*<label[^>]*>\s*Prescripteur – ', page.get_data(as_text=True)
    )
    answers = sent(page, part_id=part, person_id=str(world.people["member2"]), reason="Départ en retraite.")

    for _time in range(2):
        assert officer.post(address, data=answers).status_code == 303

    assert life.task("preliminary_diagnostic").assignee_id == world.people["member2"]
    with engine.database.start_reading() as work:
        told = work.connection.execute(
            sa.select(Message.kind).where(Message.case_id == life.case_id)
        ).scalars()
        assert [kind for kind in told if kind == "task_taken_over"] == ["task_taken_over"]
    assert "Personne remplacée" in text_of(officer.get(f"/projets/{life.case_id}/historique"))


def test_a_replacement_without_anybody_comes_back_with_its_error(officer, engine, life):
    address = f"/projets/{life.case_id}/remplacement-d-une-personne"
    answer = officer.post(address, data=sent(officer.get(address), reason="Départ."))

    assert answer.status_code == 422
    assert "Choisissez une personne, ou écrivez son nom." in text_of(answer)
