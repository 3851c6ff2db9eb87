"""Running projects pass to a new version when the officer says so: foreseen, done, told, undone."""

from __future__ import annotations

from tests.journeys.basin import FIRM
from tests.journeys.site import Site, Visitor
from tests.journeys.variants import HOME, looked_at
from tests.web.migrating import LONGER, REASON, carry_out, number_of, publish


def test_a_running_project_passes_to_the_new_version_and_back(site: Site) -> None:
    project = site.basin.opened().case_id
    publish(site.engine, site.world, edits=LONGER)
    officer = site.visit("officer")
    officer.go(HOME)
    officer.follow("Le faire passer")
    assert officer.sees("1 projet en cours est sur une autre version")
    assert officer.sees("peut bouger")
    officer.page.get_by_text("1 délai à venir change").click()
    assert "18 mois → 24 mois" in officer.text().replace("\u00a0", " ")
    looked_at(officer)
    confirm(officer)
    assert number_of(site.engine, project) == 1, "nobody is moved before their turn"
    carry_out(site.engine)
    officer.page.get_by_text("Le projet a eu son tour").wait_for()
    looked_at(officer)
    assert number_of(site.engine, project) == 2
    officer.press("Défaire")
    assert officer.sees("Défait par Officer (démo)")
    assert number_of(site.engine, project) == 1


def confirm(officer: Visitor) -> None:
    """Tick the project, read once more what will happen, say why."""
    officer.page.get_by_label(f"Choisir {FIRM}").check()
    officer.press("Continuer avec les projets cochés")
    looked_at(officer)
    officer.send()
    assert officer.errors(), "a reason is asked"
    officer.answer(reason=REASON)
    officer.send()
    assert officer.sees(REASON)
    looked_at(officer)
