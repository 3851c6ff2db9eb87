"""The accompaniment's days and the mandataire's reports."""

from __future__ import annotations

from datetime import timedelta

from engine.clock import add_months
from tests.journeys.basin import EXPERT
from tests.journeys.site import Site, person


def test_interventions_are_planned_and_their_days_told_by_an_expert_without_account(site: Site) -> None:
    site.basin.session()
    dossier = site.basin.labelled()
    officer = site.visit("officer")
    officer.does(
        "Planifier les interventions",
        interventions__0__company_id=str(site.basin.organisations["lender"]),
        interventions__0__expert_id=person(site.world, "expert"), interventions__0__domain="production",
        interventions__0__objective="Réorganiser l’atelier", interventions__0__planned_days="2",
    )  # fmt: skip
    expert = site.stranger(phone=True)
    site.basin.post()
    [asked] = [mail for mail in site.mails_to(EXPERT) if "réaliser l’intervention" in mail.subject.lower()]
    expert.open_with_code(asked)
    assert expert.sees("Réorganiser l’atelier")
    expert.answer(
        outcome="done", summary="Atelier réorganisé.",
        worked_days__0__worked_on=site.today.isoformat(), worked_days__0__days="0,5",
    )  # fmt: skip
    expert.page.get_by_role("button", name="Ajouter une ligne").click()
    added = expert.page.locator("[name^='worked_days-'][name$='-days']:visible").last
    number = (added.get_attribute("name") or "").split("-")[1]
    expert.answer(**{
        f"worked_days__{number}__worked_on": site.today.isoformat(), f"worked_days__{number}__days": "1",
    })  # fmt: skip
    expert.submit()
    assert expert.errors() == []
    officer.does("Constater l’avancement", complete="yes")
    officer.go(f"/projets/{dossier.case_id}/engagements")
    assert "1,5 jour" in officer.text().replace("\u202f", " ").replace("\u00a0", " ")
    assert dossier.steps() == []


def test_nothing_new_takes_one_click_and_a_new_intervention_comes_back_as_a_decision(site: Site) -> None:
    basin = site.basin
    basin.session()
    dossier = basin.accompanied()
    signed_on = site.today
    site.wait_until(add_months(signed_on, 3) - timedelta(days=10))
    mandatary = site.visit("member2", phone=True)
    mandatary.does(
        "Rendre compte du suivi", weather="green", progress="Le séchoir est monté.", jobs_created="2",
        jobs_sustained="12", contact_on=site.today.isoformat(),
    )  # fmt: skip

    site.wait_until(add_months(signed_on, 6) - timedelta(days=10))
    mandatary.open_task("Rendre compte du suivi")
    assert mandatary.page.locator("#answer-jobs_created").input_value() == "2", "last time's figures"
    with mandatary.page.expect_navigation():
        mandatary.page.locator("form.quick button").click()
    assert mandatary.sees("C’est fait")

    site.wait_until(add_months(signed_on, 9) - timedelta(days=10))
    mandatary.open_task("Rendre compte du suivi")
    assert mandatary.page.locator("form.quick").count() == 0, "never twice in a row"
    mandatary.answer(
        weather="orange", progress="Il faut un commercial.", contact_on=site.today.isoformat(),
        new_intervention="yes", intervention_domain="sales", intervention_days="3",
    )  # fmt: skip
    mandatary.submit()
    assert mandatary.errors() == []

    officer = site.visit("officer")
    officer.does("Instruire la demande", forward="yes", domain="sales", days="3")
    assert "committee_decision" in dossier.steps()
    officer.go(f"/projets/{dossier.case_id}/suivi")
    assert officer.page.locator("main tbody").first.locator("tr").count() == 3
    assert officer.sees("Rien de nouveau") or officer.sees("Le séchoir est monté.")
