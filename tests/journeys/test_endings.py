"""How a project ends: at its term and not a day before, early, or withdrawn."""

from __future__ import annotations

from datetime import timedelta

from engine.clock import add_months
from tests.journeys.basin import HEAD
from tests.journeys.site import Site


def test_the_closure_is_possible_on_the_day_of_the_eighteenth_month_and_not_before(site: Site) -> None:
    basin = site.basin
    basin.session()
    dossier = basin.accompanied()
    signed_on = site.today
    for number in range(1, 6):
        site.wait_until(add_months(signed_on, 3 * number))
        dossier.report()
    term = add_months(signed_on, 18)
    site.wait_until(term - timedelta(days=1))
    dossier.report()
    assert "final_review" not in dossier.steps(), "the day before, nothing can be closed"
    mandatary = site.visit("member2")
    mandatary.go(f"/projets/{dossier.case_id}")
    assert mandatary.sees(f"{term.day} mai 2028"), "the day it will be possible is told"

    site.wait_until(term, hour=0)
    mandatary.does(
        "Établir le bilan final", jobs_created="3", jobs_sustained="10", evidence="certificate", satisfaction="5",
        lessons="Une organisation qui tient.",
    )  # fmt: skip
    chair = site.visit("chair")
    chair.open_task("Signer la clôture")
    chair.answer(decision="send_back", reason="Les emplois maintenus sont douze.")
    chair.submit()
    mandatary.open_task("Établir le bilan final")
    assert mandatary.sees("Les emplois maintenus sont douze.")
    assert mandatary.page.locator("[name=lessons]").input_value() == "Une organisation qui tient."
    mandatary.answer(jobs_sustained="12")
    mandatary.submit()
    chair.open_task("Signer la clôture")
    assert chair.sees("Une organisation qui tient."), "what is signed is read first"
    chair.answer(decision="sign")
    chair.submit()
    chair.go(f"/projets/{dossier.case_id}")
    assert chair.sees("Projet terminé le")
    assert dossier.project().status == "closed"


def test_a_firm_that_fails_ends_early_with_its_cause_once_the_chair_signs(site: Site) -> None:
    basin = site.basin
    basin.session()
    dossier = basin.accompanied()
    officer = site.visit("officer")
    officer.go(f"/projets/{dossier.case_id}")
    officer.follow("Demander la résiliation")
    officer.answer(requested_by="firm", cause="insolvency", reason="Liquidation prononcée.")
    officer.press("Demander la résiliation")
    chair = site.visit("chair")
    chair.open_task("Signer la fin anticipée")
    assert chair.sees("Liquidation prononcée.")
    chair.answer(decision="sign")
    chair.submit()
    assert dossier.project().status == "terminated"
    officer.go(f"/projets/{dossier.case_id}")
    assert officer.sees("Projet terminé le")
    assert dossier.steps() == []


def test_a_withdrawal_takes_open_tasks_away_and_tells_those_concerned(site: Site) -> None:
    dossier = site.basin.prescribed()
    member = site.visit("member")
    member.open_task("Établir le diagnostic préalable")
    task = member.page.url
    officer = site.visit("officer")
    officer.go(f"/projets/{dossier.case_id}")
    officer.follow("Retirer le projet")
    officer.answer(requested_by="firm", reason="Le dirigeant renonce.")
    officer.press("Retirer le projet")
    assert officer.sees("Le projet est retiré.")
    assert dossier.steps() == []
    member.go(task)
    assert member.page.locator("form.fields").count() == 0, "there is nothing left to send"
    assert any("retiré" in mail.subject or "retrait" in mail.text for mail in (
        site.last_mail(site.world.emails["member"]), site.last_mail(HEAD)
    ))  # fmt: skip
    officer.go(f"/projets/{dossier.case_id}/historique")
    assert officer.sees("Le dirigeant renonce.")
    assert officer.sees("Officer (démo)")
