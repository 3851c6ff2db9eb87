"""A parameter's example follows what is typed, beside the form; without scripts, a button shows it."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.site import Site
from tests.web.installation import LORRAINE

REMINDER = f"/bassins/{LORRAINE}/parametres/ladder.reminder"


def test_the_days_follow_what_is_typed_and_nothing_typed_is_lost(site: Site) -> None:
    officer = site.visit("officer")
    officer.go(REMINDER)
    page, panel, said = (
        officer.page,
        officer.page.locator("#outcome"),
        officer.page.locator("#parametre .error"),
    )
    expect(panel).to_contain_text("Ce que cela donne aujourd’hui")

    officer.answer(reason="Vote du comité")
    page.locator("[name=value]").fill("14")
    expect(panel).to_contain_text("mardi 2 mars 2027")
    expect(panel).to_contain_text("jeudi 25 février 2027")
    page.locator("[name=value]").fill("90")
    expect(said).to_contain_text("Indiquez un nombre entre 1 et 60.")
    expect(panel).to_contain_text("Corrigez la valeur")
    officer.check()
    page.locator("[name=value]").fill("15")
    expect(said).to_have_count(0)
    expect(panel).to_contain_text("mercredi 3 mars 2027")

    assert page.locator("[name=value]").evaluate("control => control === document.activeElement")
    assert page.locator("[name=reason]").input_value() == "Vote du comité"
    officer.check()
    officer.press("Changer")
    assert officer.sees("a une nouvelle valeur")
    expect(panel).to_contain_text("mercredi 3 mars 2027")


def test_without_scripts_a_button_shows_what_the_value_would_give(site: Site) -> None:
    officer = site.stranger(scripts=False, phone=True)
    officer.sign_in("officer")
    officer.go(REMINDER)
    officer.page.locator("[name=value]").fill("14")

    officer.press("Voir ce que cela donnerait")

    assert officer.page.url.endswith("#apercu")
    assert officer.sees("mardi 2 mars 2027")
    assert officer.page.locator("[name=value]").input_value() == "14"
    assert not officer.too_wide()
