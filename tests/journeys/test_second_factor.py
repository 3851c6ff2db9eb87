"""In production, who manages for others registers a second factor, and shows it at each sign-in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser

from tests.journeys.basin import SimulatedClock
from tests.journeys.site import DESK, PHONE, Site, build


@pytest.fixture
def site(tmp_path: Path, clock: SimulatedClock, browser: Browser) -> Iterator[Site]:
    """An installation in production, on SQLite."""
    engine, world = build(tmp_path, clock, environment="production")
    made = Site(engine, world, clock, browser)
    made.open()
    yield made
    made.close()


def test_an_officer_registers_an_application_then_shows_its_code(site: Site) -> None:
    officer = site.visit("officer")
    officer.page.wait_for_url("**/compte/second-facteur")
    officer.check(DESK, PHONE)
    officer.press("Commencer")
    officer.check(DESK, PHONE)
    application = pyotp.TOTP(officer.page.locator("code.secret").inner_text().replace(" ", ""))
    officer.page.locator("[name=code]").fill("000000")
    officer.press("Enregistrer l’application")
    officer.check(DESK, PHONE)
    officer.page.locator("[name=code]").fill(application.at(site.clock.wall()))
    officer.press("Enregistrer l’application")
    officer.check(DESK, PHONE)
    assert officer.page.locator("main code").count() >= 8, "the recovery codes are shown once"
    officer.go("/taches")
    assert officer.page.locator("h1").inner_text() == "Mes tâches"

    site.clock.ahead = timedelta(minutes=1)  # A code serves once.
    elsewhere = site.stranger()
    elsewhere.go("/connexion")
    elsewhere.type_password("officer")
    elsewhere.page.wait_for_url("**/connexion/second-facteur")
    elsewhere.check(DESK, PHONE)
    elsewhere.page.locator("[name=code]").fill(application.at(site.clock.wall()))
    elsewhere.page.locator("[name=code]").press("Enter")
    elsewhere.page.wait_for_url(lambda url: "second-facteur" not in url)
    elsewhere.go("/compte/second-facteur")
    elsewhere.check(DESK, PHONE)
