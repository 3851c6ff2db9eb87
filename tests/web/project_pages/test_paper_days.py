"""A signature on paper is put right or struck out from the agreement’s page, and by a program."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from engine.agreements import signatures
from engine.agreements.models import Signature
from engine.persistence.unit_of_work import Actor
from engine.projects import documents
from tests.web.project_pages.reading import PDF, TODAY, rows, sent, text_of
from tests.web.project_pages.test_amending import amended


@pytest.fixture
def signing(life, engine, world, clock):
    """The mandatary's line recorded as signed on paper, five days after the agreement was drawn up."""
    life.to_sign(life.session(TODAY), TODAY)
    clock.advance(days=5)
    task = life.task("sign_agreement", position=3)
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        scan = documents.add(
            work, documents.Store(engine.documents), project_id=life.case_id, name="a.pdf", content=PDF
        )
        work.flush()
        signatures.sign_on_paper(
            work, task_id=task.id, signed_on=TODAY + timedelta(days=5), document_id=scan.id
        )
    return life


def test_the_officer_corrects_the_day_from_the_signed_line(signing, officer, engine):
    file = f"/projets/{signing.case_id}"
    address = f"{file}/jour-de-signature"
    assert address in officer.get(f"{file}/convention").get_data(as_text=True)
    assert address not in officer.get(file).get_data(as_text=True)
    [signature] = rows(engine, Signature)

    page = officer.get(address)
    answers = {"signature_id": str(signature.id), "reason": "Jour du scan."}
    refused = officer.post(address, data=sent(page, **answers, signed_on="2026-11-15"))
    done = officer.post(address, data=sent(page, **answers, signed_on="2026-11-18"))

    assert "21 novembre 2026" in text_of(page)
    assert (refused.status_code, done.status_code) == (422, 303)
    assert rows(engine, Signature)[0].signed_on == TODAY + timedelta(days=2)
    assert "le 18 novembre 2026 au lieu du 21 novembre 2026" in text_of(officer.get(f"{file}/historique"))


def test_a_program_corrects_the_day(api, engine, signing):
    [signature] = rows(engine, Signature)
    path = f"/projects/{signing.case_id}/correct-paper-day"
    right = {"answers": {"signature_id": str(signature.id), "signed_on": "2026-11-18", "reason": "Scan."}}

    assert api.post("chair", path, right).status_code == 403
    assert api.post("officer", path, right).status_code == 200
    assert api.post("officer", path, right).status_code == 422
    assert rows(engine, Signature)[0].signed_on == TODAY + timedelta(days=2)


def test_the_officer_strikes_out_from_the_signed_line_what_nobody_signed(signing, officer, engine):
    file = f"/projets/{signing.case_id}"
    address = f"{file}/signature-barree"
    assert address in officer.get(f"{file}/convention").get_data(as_text=True)
    [signature] = rows(engine, Signature)

    page = officer.get(address)
    refused = officer.post(address, data=sent(page, signature_id=str(signature.id), reason=""))
    done = officer.post(
        address, data=sent(page, signature_id=str(signature.id), reason="Sa voisine a signé.")
    )

    assert (refused.status_code, done.status_code) == (422, 303)
    told = text_of(officer.get(f"{file}/convention"))
    assert "Signée sur papier le 21 novembre 2026 barrée le 21 novembre 2026" in told
    assert address not in officer.get(f"{file}/convention").get_data(as_text=True)
    history = text_of(officer.get(f"{file}/historique"))
    assert "Signature sur papier barrée : mandataire, le 21 novembre 2026" in history
    assert "Sa voisine a signé." in history
    assert signing.task("sign_agreement", position=3).closed_at is None


def test_a_program_strikes_out_what_nobody_signed(api, engine, signing):
    [signature] = rows(engine, Signature)
    path = f"/projects/{signing.case_id}/strike-paper-signature"
    wrong = {"answers": {"signature_id": str(signature.id), "reason": "Sa voisine a signé."}}

    assert api.post("chair", path, wrong).status_code == 403
    assert api.post("officer", path, wrong).status_code == 200
    assert api.post("officer", path, wrong).status_code in {404, 422}
    assert rows(engine, Signature)[0].struck_at is not None


@pytest.mark.parametrize("page", ["jour-de-signature", "signature-barree"])
def test_nothing_is_asked_about_signatures_on_paper_where_there_is_none(life, officer, page):
    life.labelled(life.session(TODAY), TODAY)
    address = f"/projets/{life.case_id}/{page}"

    shown = officer.get(address)
    sent_all_the_same = officer.post(address, data={"key": uuid4().hex, "reason": "Erreur."})

    for answer in (shown, sent_all_the_same):
        assert "se corrige tant que son texte est en signature" in text_of(answer)
        assert 'name="reason"' not in answer.get_data(as_text=True)
    assert sent_all_the_same.status_code >= 400


def test_a_signature_on_paper_of_an_amendment_is_struck_out_from_its_line_and_no_other(
    life, officer, engine, world, api
):
    life.labelled(life.session(TODAY), TODAY)
    amended(life, api, engine, world)
    task = life.task("sign_agreement", position=0)
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        store = documents.Store(engine.documents)
        scan = documents.add(work, store, project_id=life.case_id, name="a.pdf", content=PDF)
        work.flush()
        signatures.sign_on_paper(work, task_id=task.id, signed_on=TODAY, document_id=scan.id)
    file = f"/projets/{life.case_id}"
    address = f"{file}/signature-barree"
    assert officer.get(f"{file}/convention").get_data(as_text=True).count(address) == 1
    [signature] = [each for each in rows(engine, Signature) if each.mode == "paper"]

    page = officer.get(address)
    answers = {"signature_id": str(signature.id), "reason": "Sa voisine a signé."}
    assert officer.post(address, data=sent(page, **answers)).status_code == 303

    assert life.task("sign_agreement", position=0).closed_at is None
    assert address not in officer.get(f"{file}/convention").get_data(as_text=True)
