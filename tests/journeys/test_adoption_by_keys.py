"""The officer takes one project over without a mouse: answers, what it would give, the project’s own page."""

from __future__ import annotations

import sqlalchemy as sa

from engine.projects.models import Project
from tests.journeys.site import Site, person
from tests.journeys.test_keys_alone import SAYS, Keys
from tests.web.installation import LORRAINE

PAGE = f"/bassins/{LORRAINE}/reprise"


def typed(day: str) -> str:
    """A day as keys give it to the browser of these tests, which is American: month, day, year."""
    year, month, of_month = day.split("-")
    return f"{month}{of_month}{year}"


def test_one_project_is_taken_over_with_keys_alone(site: Site) -> None:
    officer = site.visit("officer")
    keys = Keys(officer)
    officer.go(PAGE)
    keys.follow("Reprendre un seul projet")
    keys.choose("stage", "signing")
    for name, text in (
        ("name", "Atelier du Clavier (démo)"), ("contact_name", "Camille Touche (démo)"),
        ("contact_email", "touche@exemple.test"), ("need", "Trouver un responsable."),
        ("received_on", typed("2026-08-01")), ("jobs_to_create", "2"), ("decided_on", typed("2026-07-01")),
    ):  # fmt: skip
        keys.write(name, text)
    keys.choose("mandatary_id", person(site.world, "member"))
    keys.write("advance_amount", "15 000")
    keys.write("advance_months", "24")
    keys.follow("Voir ce que cela donnera")
    assert [each for each in officer.errors() if "Décision du comité du" in each], officer.errors()

    keys.reach(SAYS, "Décision du comité du")
    officer.page.keyboard.press("Enter")
    assert officer.page.evaluate("document.activeElement.name") == "decided_on"
    officer.page.keyboard.type(typed("2026-10-01"))
    keys.follow("Voir ce que cela donnera")
    assert officer.sees("Accepter le mandat")
    officer.check()
    keys.follow("Reprendre ce projet")

    project = site.project_named("Atelier du Clavier (démo)")
    assert str(project.id) in officer.page.url
    with site.engine.database.start_reading() as work:
        assert work.connection.scalar(sa.select(sa.func.count()).where(Project.adopted.is_(True))) == 1
