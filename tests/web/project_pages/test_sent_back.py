"""A decision that the chair sent back waits for the officer who corrects it, not for a session any more."""

from __future__ import annotations

from datetime import date

from tests.web.project_pages.reading import TODAY, text_of

SESSION = date(2026, 12, 10)
SEND_BACK = {"decision": "send_back", "reason": "Le montant manque."}


def test_a_file_waits_for_the_session_until_it_was_decided(officer, life):
    life.session(SESSION)
    life.ready()

    assert "en attente de la prochaine séance" in text_of(officer.get(f"/projets/{life.case_id}"))
    assert "La prochaine séance" in text_of(officer.get("/projets"))


def test_a_decision_sent_back_waits_for_the_officer(officer, client, sign_in, life):
    life.session(SESSION)
    life.decided(life.session(TODAY))
    signed = life.task("sign_off_decision").id
    life.do("sign_off_decision", "chair", SEND_BACK)

    page = text_of(officer.get(f"/projets/{life.case_id}"))
    listed = text_of(officer.get("/projets"))
    following = text_of(sign_in(client, "chair").get(f"/taches/{signed}"))

    assert "renvoyée par la présidence, à corriger" in page
    assert "prochaine séance" not in page + listed + following
    assert "La suite : consigner la décision (Opérateur, à corriger)." in following


def test_once_corrected_it_waits_for_the_chair(officer, life):
    held = life.session(TODAY)
    life.decided(held)
    life.do("sign_off_decision", "chair", SEND_BACK)
    life.decision(held)

    assert "à corriger" not in text_of(officer.get(f"/projets/{life.case_id}"))
