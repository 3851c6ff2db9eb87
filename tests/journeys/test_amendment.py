"""A new intervention granted by the chair alone: its amendment, before and after, signed again by those concerned."""

from __future__ import annotations

from datetime import timedelta

from engine.clock import add_months
from tests.journeys.site import Site, Visitor, person


def ask(site: Site, *, days: str) -> None:
    """The mandatary asks for an intervention from a phone, with the report."""
    site.wait_until(add_months(site.today, 3) - timedelta(days=10))
    mandatary = site.visit("member2", phone=True)
    mandatary.does(
        "Rendre compte du suivi", weather="orange", progress="Il faut un commercial.", jobs_created="2",
        jobs_sustained="12", contact_on=site.today.isoformat(), new_intervention="yes",
        intervention_domain="sales", intervention_days=days, intervention_purpose="Trouver un agent.",
    )  # fmt: skip


def prepare(site: Site, officer: Visitor) -> None:
    """The officer drafts the amendment as the page proposes it; the expert signs for the company."""
    officer.open_task("Préparer l’avenant")
    assert officer.sees("Ce que l’avenant change")
    assert officer.sees("Jours apportés par")
    lines = officer.page.locator("[name^='signatories-'][name$='-capacity']")
    found = [lines.nth(at).input_value() for at in range(lines.count())]
    assert found == ["beneficiary", "chair", "partner_company"], "those whom it concerns, and nobody else"
    officer.answer(signatories__2__person_id=person(site.world, "expert"))
    officer.submit()
    assert officer.errors() == []
    site.basin.post()


def test_a_few_days_more_are_granted_by_the_chair_alone_and_signed_as_an_amendment(site: Site) -> None:
    basin = site.basin
    basin.session()
    dossier = basin.accompanied()
    ask(site, days="2")
    officer, chair = site.visit("officer"), site.visit("chair", phone=True)
    officer.does(
        "Instruire la demande", forward="yes", domain="sales", days="2",
        company_id=str(basin.organisations["lender"]),
    )  # fmt: skip

    chair.open_task("Décider seule de la demande")
    assert chair.sees("La présidence décide seule jusqu’à")
    chair.answer(decision="sign")
    chair.submit()
    assert chair.errors() == []
    prepare(site, officer)

    convention = f"/projets/{dossier.case_id}/convention"
    officer.go(convention)
    assert officer.sees("-A1")
    assert officer.sees("0 signature sur 3")
    dossier.sign_everything()
    officer.go(convention)
    assert officer.sees("3 signatures sur 3")
    officer.check()
    assert "carry_out_intervention" in dossier.steps()
    officer.go(f"/projets/{dossier.case_id}/historique")
    assert officer.sees("prise par la présidence seule")


def test_more_days_wait_for_the_committee_and_another_change_is_asked_for_by_the_officer(site: Site) -> None:
    basin = site.basin
    basin.session()
    dossier = basin.accompanied()
    ask(site, days="8")
    officer = site.visit("officer")
    officer.does(
        "Instruire la demande", forward="yes", domain="sales", days="8",
        company_id=str(basin.organisations["lender"]),
    )  # fmt: skip
    assert "committee_decision" in dossier.steps()

    officer.go(f"/projets/{dossier.case_id}/avenant")
    officer.check()
    officer.answer(object="calendar", what="Six mois de suivi de plus.", reason="Le marché s’ouvre.")
    officer.press("Ouvrir la demande")
    assert officer.sees("La demande d’avenant est ouverte")
    assert dossier.steps().count("committee_decision") == 2
    officer.go("/seances")
    assert officer.sees("Avenant")
    assert officer.sees("Nouvelle intervention")
