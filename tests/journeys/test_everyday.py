"""Acts of any day, figures after the last click, and the administration."""

from __future__ import annotations

from datetime import timedelta

from engine.clock import add_months
from tests.journeys.basin import FIRM
from tests.journeys.site import Site


def test_a_report_given_by_phone_is_typed_later_corrected_and_last_quarter_does_not_move(site: Site) -> None:
    basin = site.basin
    basin.session()
    dossier = basin.accompanied()
    due_on = add_months(site.today, 3)
    site.wait_until(due_on - timedelta(days=2))
    officer = site.visit("officer")
    officer.go(f"/taches/{dossier.task('follow_up_report').id}")
    spoken_on = (site.today - timedelta(days=9)).isoformat()
    officer.answer(
        weather="green", progress="Donné par téléphone.", jobs_created="2", jobs_sustained="12",
        contact_on=spoken_on, occurred_on=spoken_on,
    )  # fmt: skip
    officer.submit()
    assert officer.errors() == []
    officer.go(f"/projets/{dossier.case_id}/suivi")
    assert officer.sees("au nom de Member2 (démo)"), "both persons are shown"
    assert officer.sees("saisi le"), "and both days"

    officer.go(f"/projets/{dossier.case_id}/historique")
    officer.follow("Corriger un acte")
    officer.follow("Compte rendu")
    officer.check()
    officer.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    officer.answer(jobs_sustained="11", reason="Douze était faux.")
    if officer.page.locator("[name=consequences_read]").count():
        officer.answer(consequences_read=True)
    with officer.page.expect_navigation():
        officer.page.locator("main form button.button-primary").last.click()
    assert officer.errors() == []
    officer.go(f"/projets/{dossier.case_id}/suivi")
    assert officer.page.locator("tr.is-struck").count() == 1, "the wrong one stays, struck through"

    officer.go(f"/projets/{dossier.case_id}/appel")
    officer.answer(correspondent="Claire Lac (démo)", summary="Tout va bien.")
    officer.press("Noter un appel")
    assert officer.sees("Tout va bien.")


def test_a_task_put_aside_leaves_the_urgent_group_until_its_day(site: Site) -> None:
    dossier = site.basin.opened()
    officer = site.visit("officer")
    officer.go(f"/taches/{dossier.task('qualify').id}")
    officer.answer(
        awaiting__cause="firm", awaiting__until=(site.today + timedelta(days=10)).isoformat(),
        awaiting__reason="Le bilan de 2025.",
    )  # fmt: skip
    officer.press("Mettre en attente")
    officer.go("/taches")
    waiting = officer.page.locator(".urgency-waiting")
    assert FIRM in waiting.inner_text()
    officer.go(f"/projets/{dossier.case_id}")
    assert officer.sees("En attente")


def test_monitoring_counts_the_last_click_and_last_quarter_stays(site: Site) -> None:
    dossier = site.basin.prescribed()
    steering = site.visit("steering")
    steering.go("/pilotage")
    assert steering.sees("Établir le diagnostic préalable")
    before = steering.text()
    site.wait(days=3)
    day = site.today - timedelta(days=1)
    steering.go(f"/pilotage?connu-le={day.isoformat()}")
    then = steering.page.locator("main table").first.inner_text()
    member = site.visit("member")
    member.go(f"/taches/{dossier.task('preliminary_diagnostic').id}")
    dossier.diagnose({
        "summary": "Un atelier.", "bearer_rating": "strong", "project_rating": "strong",
        "impact_rating": "medium", "jobs_to_create": 4, "jobs_to_sustain": 8,
        "needs": [{"domain": "production", "days": "6"}], "subsidiarity": "Rien d’autre.",
        "deadweight": "later", "opinion": "favourable", "has_interest": False,
    })  # fmt: skip
    steering.go("/pilotage")
    assert steering.text() != before, "the last click is counted"
    steering.go(f"/pilotage?connu-le={day.isoformat()}")
    assert steering.page.locator("main table").first.inner_text() == then
    exported = steering.page.request.get("/pilotage/etapes.csv")
    assert exported.status == 200
    assert exported.body().startswith(b"\xef\xbb\xbf"), "spreadsheets read the accents"
