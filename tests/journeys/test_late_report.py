"""A report that does not come: what is sent and when, who is asked to call, who is asked to choose."""

from __future__ import annotations

from datetime import timedelta

from engine.clock import add_months
from tests.journeys.site import Site, person


def test_a_late_report_is_recalled_called_for_then_handed_to_another_mandataire(site: Site) -> None:
    basin = site.basin
    basin.session()
    dossier = basin.accompanied()
    due_on = add_months(site.today, 3)
    address = site.world.emails["member2"]
    site.basin.post()
    before = len(site.mails_to(address))
    site.wait_until(due_on + timedelta(days=25))
    sent = site.mails_to(address)[before:]
    assert len(sent) == 3, [mail.subject for mail in sent]

    officer = site.visit("officer")
    officer.open_task("Appeler le mandataire")
    assert officer.sees("01 99 00 00 22"), "the phone to call is on the page"
    officer.answer(reached="yes", summary="Il promet son compte rendu.")
    officer.submit()
    officer.go(f"/projets/{dossier.case_id}/documents")
    shown = officer.page.locator("table:has-text('Courriel') tbody tr").filter(has_text="compte rendu n° 1")
    assert shown.count() == 3, "every mail that counts, with its date"
    assert all(shown.nth(at).locator("time").count() == 1 for at in range(3))

    site.wait_until(due_on + timedelta(days=50))
    chair = site.visit("chair")
    chair.does("Maintenir ou remplacer le mandataire", choice="keep")
    site.wait(days=60)
    chair.does(
        "Maintenir ou remplacer le mandataire", choice="replace",
        mandatary_id=person(site.world, "member3"), reason="Sans nouvelles depuis trois mois.",
    )  # fmt: skip
    assert len(site.mails_to(address)) - before <= 4, "three about the report, one about the hand-over"
    successor = site.visit("member3")
    successor.does(
        "Rendre compte du suivi", weather="green", progress="Tout va bien.", jobs_created="2",
        jobs_sustained="8", contact_on=site.today.isoformat(),
    )  # fmt: skip
    assert dossier.steps() == ["prepare_amendment"], "the ladder vanished with the report"
    officer.go(f"/projets/{dossier.case_id}/suivi")
    assert officer.sees("Member2 (démo) → Member3 (démo)")
    assert officer.page.locator("section:has-text('Relances') tbody tr").count() >= 5
