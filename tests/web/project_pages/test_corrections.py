"""What was recorded wrongly is struck through and replaced."""

from __future__ import annotations

import re
from uuid import UUID

import sqlalchemy as sa
from lxml import html

from engine.people import persons
from engine.persistence import history
from engine.persistence.unit_of_work import Actor
from engine.projects import corrections, documents, everyday
from engine.projects.models import Note
from tests.web import installation
from tests.web.project_pages.reading import PDF, TODAY, rows, sent, text_of


def test_a_wrong_figure_is_replaced_with_its_reason_and_the_old_record_stays_struck(officer, engine, life):
    life.ready()
    listed = officer.get(f"/projets/{life.case_id}/correction")
    address = re.search(rf'"(/projets/{life.case_id}/correction/[0-9a-f-]+)"', listed.get_data(as_text=True))[
        1
    ]
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
        note = everyday.write_note(
            work, project_id=life.case_id, text="Mauvais dossier.", audience="operator"
        )
        note_id: UUID = note.id

    answer = officer.post(
        f"/projets/{life.case_id}/correction/{note_id}",
        data={"reason": "Autre entreprise.", "correction": "Rien.", "consequences_read": "yes"},
    )

    assert answer.status_code == 303
    assert rows(engine, Note)[0].struck_at is not None


def test_whoever_corrects_second_is_told_who_was_first(officer, engine, world, life):
    with engine.database.start_work(Actor(world.people["chair"])) as work:
        note = everyday.write_note(work, project_id=life.case_id, text="Faux.", audience="operator")
        work.flush()
        corrections.strike_out(
            work, project_id=life.case_id, record_id=note.id, reason="Autre firme.", correction="Rien."
        )
        first = persons.find(work, world.people["chair"]).full_name

    answer = officer.post(
        f"/projets/{life.case_id}/correction/{note.id}",
        data={"reason": "Erreur.", "correction": "Juste.", "consequences_read": "yes"},
    )

    assert answer.status_code == 409
    assert f"Cet acte a déjà été corrigé par {first}, le " in text_of(answer)


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
