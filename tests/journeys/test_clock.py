"""A demonstration's clock: an administrator plays time on, and everything due happens at its own date."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from engine.outbox.captured import MailboxTransport
from engine.persistence import stored_clock
from tests.journeys.basin import FIRM, SimulatedClock
from tests.journeys.site import Site, Visitor, build

# What the mails about a report are called: it opens, it is due, it is late.
REPORTS = re.compile("point de suivi|nous attendons des nouvelles")
# How long a stopped advance waits for the story to go on, if the story fails.
PATIENCE = 20.0


class SlowPost(MailboxTransport):
    """A post that stops at its first mail until it is told to go on."""

    def __init__(self, site: Site) -> None:
        super().__init__(site.engine.database)
        self.reached, self.released = threading.Event(), threading.Event()

    def send(self, post: Any) -> None:
        """Keep a mail, once released."""
        self.reached.set()
        self.released.wait(PATIENCE)
        super().send(post)


@pytest.fixture
def site(tmp_path: Path, clock: SimulatedClock, browser: Browser) -> Iterator[Site]:
    """A demonstration with one project in its follow-up; its time is the database's own."""
    engine, world = build(tmp_path, clock, environment="demo")
    site = Site(engine, world, clock, browser)
    site.open()
    site.basin.session()
    site.basin.accompanied()
    engine.database.clock = stored_clock.StoredClock(engine.database.engine)
    with engine.database.engine.begin() as connection:
        stored_clock.set_instant(connection, clock.instant)
    yield site
    site.close()


def advance(visitor: Visitor, step: str) -> None:
    """Choose a step of the bar and press its button."""
    page = visitor.page
    page.get_by_label("Avancer l’horloge").select_option(step)
    with page.expect_navigation():
        page.get_by_role("button", name="Avancer", exact=True).click()


def test_an_administrator_plays_time_on_and_tasks_mails_and_the_project_follow(site: Site) -> None:
    administrator = site.visit("administrator")
    administrator.go("/administration")
    strip = administrator.page.get_by_role("region", name="Démonstration")
    assert "16 novembre 2026" in strip.inner_text()
    advance(administrator, "next")
    assert administrator.sees("Nous sommes le 2 février 2027"), "the next thing due is the first report"
    advance(administrator, "P30D")
    assert administrator.page.url.endswith("/administration"), "one stays on one's page"
    assert "4 mars 2027" in strip.inner_text()
    administrator.check()

    mandatary = site.visit("member2")
    assert mandatary.sees("Rendre compte du suivi"), "the task follows"
    mandatary.go(f"/projets/{site.project_named(FIRM).id}")
    assert mandatary.sees("Rendre compte du suivi"), "the project's page too"
    mandatary.go("/messages?q=member2")
    mails = mandatary.page.locator("main").get_by_role("link", name=REPORTS)
    assert mails.count() == 3, "and the mails have left"
    mandatary.check()

    bar = mandatary.page.get_by_role("region", name="Démonstration")
    assert "4 mars 2027" in bar.inner_text(), "everybody sees the time"
    assert bar.get_by_role("button").count() == 0, "and only an administrator moves it"
    sent = {"by": "P1D", "csrf_token": mandatary.token()}
    assert mandatary.page.request.post("/administration/horloge", form=sent).status == 403


def test_two_advances_at_once_are_refused_with_words(site: Site) -> None:
    first, second = site.visit("administrator"), site.visit("administrator")
    for visitor in (first, second):
        visitor.go("/administration")
    post = site.engine.transport = SlowPost(site)
    first.page.get_by_label("Avancer l’horloge").select_option("P30D")
    first.page.get_by_role("button", name="Avancer", exact=True).click(no_wait_after=True)
    assert post.reached.wait(PATIENCE), "the first advance is sending its first mail"
    advance(second, "P1D")
    assert second.sees("Quelqu’un fait déjà avancer l’horloge")
    with first.page.expect_navigation():
        post.released.set()
    assert first.sees("Nous sommes le")
    advance(first, "P1D")
    assert first.sees("Nous sommes le"), "the clock is free again"
