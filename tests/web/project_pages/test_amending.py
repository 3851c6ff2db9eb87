"""An amendment asked for and drafted from pages, or by a program; an advance whose payment is recorded."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from engine.agreements.models import AdvancePayment, Agreement
from engine.committee.models import Decision
from engine.persistence.unit_of_work import Actor
from engine.projects.models import Project
from engine.runtime.models import Task
from tests.printing import print_papers
from tests.web.project_pages.reading import TODAY, rows, sent, text_of

ASKED = {"object": "signatory", "what": "Une autre représentante.", "reason": "Départ en retraite."}


@pytest.fixture
def labelled(life):
    """A labelled firm."""
    life.labelled(life.session(TODAY), TODAY)
    return life


def file_of(life) -> str:
    """The address of the file."""
    return f"/projets/{life.case_id}"


def steps(engine) -> list[str]:
    """What waits for somebody."""
    with engine.database.start_reading() as work:
        return sorted(work.connection.scalars(sa.select(Task.step).where(Task.closed_at.is_(None))))


def test_an_amendment_is_asked_for_from_the_file_s_page(labelled, officer, engine):
    address = f"{file_of(labelled)}/avenant"
    assert address in officer.get(file_of(labelled)).get_data(as_text=True)

    page = officer.get(address)
    assert "Texte en vigueur" in text_of(page)
    refused = officer.post(address, data=sent(page, object="means", what="Deux jours."))
    done = officer.post(address, data=sent(page, **ASKED))

    assert (refused.status_code, done.status_code) == (422, 303)
    assert "prepare_amendment" in steps(engine)
    assert "Avenant demandé" in text_of(officer.get(f"{file_of(labelled)}/historique"))


def test_a_double_click_asks_for_one_amendment(labelled, officer, engine):
    address = f"{file_of(labelled)}/avenant"
    answers = sent(officer.get(address), **ASKED)

    first, second = officer.post(address, data=answers), officer.post(address, data=answers)

    assert (first.status_code, second.status_code) == (303, 303)
    assert steps(engine).count("prepare_amendment") == 1


def test_what_waits_for_the_committee_is_called_an_amendment(labelled, officer):
    address = f"{file_of(labelled)}/avenant"

    officer.post(address, data=sent(officer.get(address), **{**ASKED, "object": "means"}))

    said = text_of(officer.get("/seances"))
    assert "Avenant" in said
    assert "Nouvelle intervention" not in said


def test_before_the_signature_there_is_nothing_to_amend_nor_to_pay(life, officer):
    life.to_sign(life.session(TODAY), TODAY)
    page = officer.get(file_of(life)).get_data(as_text=True)

    assert f"{file_of(life)}/avenant" not in page
    assert f"{file_of(life)}/versement" not in page
    assert officer.post(f"{file_of(life)}/avenant", data=ASKED).status_code == 409


def amended(labelled, api, engine, world, *, person: str = "member") -> str:
    """The officer asks for another signatory of the company, and drafts the amendment; the task's path."""
    api.post("officer", f"/projects/{labelled.case_id}/amendments", {"answers": ASKED})
    task = labelled.task("prepare_amendment")
    project = labelled.project()
    lines = (
        ("beneficiary", project.organisation_id, project.sme_head_id),
        ("chair", world.companies[0], world.people["chair"]),
        ("partner_company", world.companies[3], world.people[person]),
    )
    answers = {
        "drop": False, "reason": ASKED["reason"], "objective": "Une ligne de plus.",
        "signatories": [
            {"capacity": capacity, "organisation_id": str(firm), "person_id": str(who), "mode": "online"}
            for capacity, firm, who in lines
        ],
    }  # fmt: skip
    done = api.post("officer", f"/tasks/{task.id}/complete", {"answers": answers})
    assert done.status_code in {200, 303}, done.json
    print_papers(engine.database)
    return f"/taches/{labelled.task('sign_agreement', position=1).id}"


def test_a_program_asks_for_an_amendment_and_its_text_is_shown_before_and_after(
    labelled, api, engine, world, client, sign_in
):
    path = amended(labelled, api, engine, world)

    agreement, amendment = sorted(rows(engine, Agreement), key=lambda each: each.number)
    assert amendment.number == f"{agreement.number}-A1"
    said = text_of(sign_in(client, "chair").get(path))
    assert f"Avenant à la convention {agreement.number}" in said or amendment.number in said
    page = text_of(client.get(f"/projets/{labelled.case_id}/convention"))
    assert amendment.number in page
    assert re.search("Signataire pour .*entreprise partenaire", page)


def test_the_page_says_that_an_amendment_stands_though_its_decision_is_cancelled(
    labelled, api, engine, world, officer
):
    amended(labelled, api, engine, world)
    for position in range(3):
        labelled.sign(position)
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        decision = work.database.scalars(sa.select(Decision)).one()
        decision.reviewed = "cancelled"
        amendment = work.database.scalars(sa.select(Agreement).where(Agreement.kind == "amendment")).one()
        amendment.decision_id, number = decision.id, decision.number

    page = officer.get(f"{file_of(labelled)}/convention")

    assert f"Le comité a annulé la décision {number}" in text_of(page)
    assert "il reste en vigueur tant qu’un autre avenant ne revient pas dessus" in text_of(page)
    for act in ("avenant", "resiliation"):
        assert f'href="{file_of(labelled)}/{act}"' in page.get_data(as_text=True)
    assert "Annulée par le comité" in text_of(officer.get(f"{file_of(labelled)}/engagements"))


def test_only_an_officer_asks_for_an_amendment_or_records_a_payment(labelled, api):
    for path in ("amendments", "advance-payment"):
        asked = api.post("chair", f"/projects/{labelled.case_id}/{path}", {"answers": ASKED})
        assert asked.status_code == 403, path


def with_an_advance(labelled, engine, world) -> None:
    """As if an advance had been decided before there were annexes: all have signed the agreement."""
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        project = work.database.get_one(Project, labelled.case_id)
        project.advance_cents = 1_500_000


def test_the_payment_of_an_advance_is_recorded_once_from_the_file_s_page(labelled, officer, engine, world):
    with_an_advance(labelled, engine, world)
    address = f"{file_of(labelled)}/versement"
    page = officer.get(address)
    assert "15\u202f000" in text_of(page) or "15 000" in text_of(page)
    answers = {"paid_on": TODAY.isoformat(), "bank_reference": "VIR 42"}

    refused = officer.post(address, data=sent(page, **answers, amount="14 000"))
    done = officer.post(address, data=sent(page, **answers, amount="15 000"))

    assert (refused.status_code, done.status_code) == (422, 303)
    [payment] = rows(engine, AdvancePayment)
    assert (payment.amount_cents, payment.paid_on) == (1_500_000, TODAY)
    assert "Avance versée le" in text_of(officer.get(file_of(labelled)))
    assert officer.post(address, data=sent(page, **answers, amount="15 000", key="b")).status_code in {
        303,
        409,
    }
    assert len(rows(engine, AdvancePayment)) == 1


def test_a_program_is_told_why_an_advance_cannot_be_paid(labelled, api, engine, world):
    path = f"/projects/{labelled.case_id}/advance-payment"
    said = {"paid_on": TODAY.isoformat(), "amount": 1_500_000, "bank_reference": "VIR 42"}
    refused = api.post("officer", path, {"answers": said})
    assert refused.status_code in {409, 422}

    with_an_advance(labelled, engine, world)
    assert api.post("officer", path, {"answers": said}).status_code == 200
    assert api.post("officer", path, {"answers": said}).status_code == 409


def test_a_payment_recorded_by_mistake_is_struck_out_from_the_file_s_page(labelled, officer, engine, world):
    with_an_advance(labelled, engine, world)
    paying, striking = f"{file_of(labelled)}/versement", f"{file_of(labelled)}/versement-barre"
    assert striking not in officer.get(file_of(labelled)).get_data(as_text=True)
    answers = {"paid_on": TODAY.isoformat(), "bank_reference": "VIR 42", "amount": "15 000"}
    officer.post(paying, data=sent(officer.get(paying), **answers))
    assert striking in officer.get(file_of(labelled)).get_data(as_text=True)
    page = officer.get(striking)
    assert "VIR 42" in text_of(page)

    refused = officer.post(striking, data=sent(page, reason=""))
    done = officer.post(striking, data=sent(page, reason="Le virement est revenu."))

    assert (refused.status_code, done.status_code) == (422, 303)
    assert "Avance versée le" not in text_of(officer.get(file_of(labelled)))
    history = officer.get(f"{file_of(labelled)}/historique")
    assert "Versement de l’avance barré" in text_of(history)
    assert "Le virement est revenu." in text_of(history)
    assert 'class="strong struck"' in history.get_data(as_text=True)
    again = officer.post(paying, data=sent(officer.get(paying), **answers))
    assert again.status_code == 303
    assert len(rows(engine, AdvancePayment)) == 2


def test_a_program_strikes_a_payment_out_and_only_an_officer_s(labelled, api, engine, world):
    with_an_advance(labelled, engine, world)
    paid = {"paid_on": TODAY.isoformat(), "amount": 1_500_000, "bank_reference": "VIR 42"}
    path = f"/projects/{labelled.case_id}/strike-advance-payment"
    why = {"answers": {"reason": "Erreur de dossier."}}
    assert api.post("officer", path, why).status_code == 409
    api.post("officer", f"/projects/{labelled.case_id}/advance-payment", {"answers": paid})

    assert api.post("chair", path, why).status_code == 403
    assert api.post("officer", path, why).status_code == 200
    assert api.post("officer", path, why).status_code == 409
