"""A firm in difficulty on the pages of its dossier: who signals it, who reads it, how it is put right."""

from __future__ import annotations

import sqlalchemy as sa

from engine.outbox.models import Message
from engine.projects.follow_up_models import FirmAlert
from tests.web.project_pages.reading import TODAY, rows, sent, text_of

LOST = {"difficulty": "insolvency", "seriousness": "serious", "occurred_on": "2026-11-16",
        "statement": "Le tribunal a ouvert un redressement.", "proposal": "Une intervention en finance.",
        "judgment_on": "2026-11-10"}  # fmt: skip


def test_a_difficulty_is_signalled_once_shown_on_the_file_and_put_right(client, sign_in, engine, world, life):
    life.labelled(life.session(TODAY), TODAY)
    address = f"/projets/{life.case_id}/difficulte"
    officer = sign_in(client, "officer")
    assert address in officer.get(f"/projets/{life.case_id}").get_data(as_text=True)
    page = officer.get(address)
    assert "Une créance se déclare dans les deux mois qui suivent cette publication." in text_of(page)

    for _time in range(2):
        assert officer.post(address, data=sent(page, **LOST)).status_code == 303

    [kept] = rows(engine, FirmAlert)
    assert (kept.difficulty, str(kept.judgment_on)) == ("insolvency", "2026-11-10")
    at_a_glance = text_of(officer.get(f"/projets/{life.case_id}"))
    assert "Alerte du 16 novembre 2026 : procédure collective, grave. Le tribunal" in at_a_glance.replace(
        "\u202f", " "
    )
    followed = text_of(officer.get(f"/projets/{life.case_id}/suivi"))
    assert "Une intervention en finance." in followed
    assert "Jugement du 10 novembre 2026. Une créance se déclare" in followed
    history = text_of(officer.get(f"/projets/{life.case_id}/historique")).replace("\u202f", " ")
    assert "Alerte sur l’entreprise : procédure collective (grave)" in history
    assert "Proposition : Une intervention en finance." in history
    with engine.database.start_reading() as work:
        told = work.connection.scalars(
            sa.select(Message.recipient_id).where(Message.kind == "firm_in_difficulty")
        )
        found = set(told)
    assert world.people["chair"] in found
    assert not found & {world.people["officer"], life.project().sme_head_id}

    put_right = f"/projets/{life.case_id}/correction/{kept.id}"
    answers = {**LOST, "difficulty": "cash", "reason": "Pas de jugement.", "consequences_read": "yes"}
    assert officer.post(put_right, data=sent(officer.get(put_right), **answers)).status_code == 303

    right = next(each for each in rows(engine, FirmAlert) if each.struck_at is None)
    assert (right.difficulty, right.judgment_on, right.statement) == ("cash", None, kept.statement)
    assert "Alerte sur l’entreprise corrigée" in text_of(officer.get(f"/projets/{life.case_id}/historique"))


def test_the_mandatary_and_the_chair_signal_a_difficulty_and_no_other_member(client, sign_in, engine, life):
    address = f"/projets/{life.case_id}/difficulte"
    officer = sign_in(client, "officer")
    assert address not in officer.get(f"/projets/{life.case_id}").get_data(as_text=True)
    assert officer.post(address, data=LOST).status_code == 409

    life.labelled(life.session(TODAY), TODAY)

    for who, expected in (("member", 403), ("member2", 303), ("chair", 303)):  # The second is mandatary.
        assert sign_in(client, who).post(address, data=LOST).status_code == expected
    assert len(rows(engine, FirmAlert)) == 2


def test_a_difficulty_without_its_statement_comes_back_with_its_error(officer, engine, life):
    life.labelled(life.session(TODAY), TODAY)

    answer = officer.post(f"/projets/{life.case_id}/difficulte", data={**LOST, "statement": " "})

    assert answer.status_code == 422
    assert rows(engine, FirmAlert) == []
