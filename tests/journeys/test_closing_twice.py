"""A session that two officers close, and minutes that a chair signs twice: one act, one signature, one mail."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from engine.persistence import history
from tests.journeys.basin import FIRM
from tests.journeys.site import Site, Visitor, person
from tests.journeys.test_session import diffused, planned, printed
from tests.journeys.test_voted_session import decides

SIGN = "Signer ce qui est coché"


def told(site: Site, kind: str) -> int:
    """How often something is told in the histories."""
    with site.engine.database.start_reading() as work:
        found = sa.select(sa.func.count()).where(history.history.c.kind == kind)
        return work.connection.scalar(found) or 0


def test_two_officers_close_a_session_and_the_chair_signs_its_minutes_twice(site: Site) -> None:
    site.basin.appraised()
    officers = [site.visit("officer"), site.visit("second_officer")]
    session = planned(officers[0])
    diffused(officers[0], session)
    site.wait_until(site.today + timedelta(days=10), hour=15)

    # Both hold it, both write its minutes: the second is told who was first, and nothing is done twice.
    at_once(officers, "Tenir la séance", chaired_by_id=person(site.world, "chair"))
    decides(officers[0], session, FIRM, "approved")
    at_once(officers, "Rédiger le procès-verbal")
    assert (told(site, "committee.session.held"), told(site, "committee.minutes.submitted")) == (1, 1)

    # The chair has the page in two tabs, presses twice, goes back, and sends the other tab.
    chair = site.visit("chair")
    page, other = chair.page, chair.page.context.new_page()
    for tab in (page, other):
        tab.goto(f"/seances/{session}/signature")
        tab.locator("main [name=confirmed]").check()
    with page.expect_navigation():
        page.get_by_role("button", name=SIGN).dblclick(no_wait_after=True)
    page.wait_for_load_state()
    assert chair.sees("2 actes signés")
    page.go_back()
    assert chair.sees("Le procès-verbal est signé : la séance est close.")
    assert page.get_by_role("button", name=SIGN).count() == 0
    with other.expect_navigation():
        other.get_by_role("button", name=SIGN).click()
    said = other.locator("body").inner_text()
    assert "2 actes cochés n’attendaient plus votre signature" in said
    assert "Cochez au moins une décision" not in said, "they were ticked"

    printed(site)
    for kind in ("decision.signed", "minutes.signed", "session.closed", "extract.received"):
        assert told(site, f"committee.{kind}") == 1, kind
    for who in ("member", "member2", "member3"):
        kinds = [mail.kind for mail in site.mails_to(site.world.emails[who])]
        assert kinds.count("minutes_available") == 1, who


def at_once(officers: list[Visitor], task: str, **answers: str) -> None:
    """Two officers have the same task before them, and send it one after the other."""
    for officer in officers:
        officer.open_task(task)
        officer.answer(**answers)
    for officer in officers:
        officer.submit()
    assert officers[0].sees("C’est fait")
    assert officers[1].sees("Cette tâche est déjà faite")
    assert "C’était Officer (démo)" in officers[1].text()
