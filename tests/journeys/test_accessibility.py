"""Every page for everybody: rules a program sees, small and zoomed screens, keyboard, no script."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.journeys.site import DESK, PHONE, Site, Visitor
from web import app as web_app

# Pages that need something a single story does not have; each is visited by the journey named.
ELSEWHERE = {
    "/connexion/second-facteur": "test_auth",
    "/connexion/code": "test_auth",
    "/compte/second-facteur": "test_auth",
    "/taches/suivante": "leads elsewhere",
    "/taches/<uuid:task_id>/merci": "test_agreement",
    "/taches/<uuid:task_id>/code": "stranger",
    "/administration/incidents/<uuid:incident_id>": "test_admin",
    "/projets/<uuid:project_id>/documents/<uuid:document_id>": "a file",
    "/projets/<uuid:project_id>/correction/<uuid:record_id>": "test_everyday",
    "/messages/<uuid:mail_id>": "a demonstration's",
    "/messages": "a demonstration's",
    "/": "leads elsewhere",
    "/sante": "not a page",
}
FILES = (
    "/static/",
    "/api/",
    ".csv",
    ".xlsx",
    ".svg",
    ".bpmn",
    ".ics",
    ".txt",
    "(csv, xlsx)",
    "healthz",
    "readyz",
    "/messages/",
)


def pages_of(app: Flask) -> list[str]:
    """The addresses that show a page."""
    rules = [rule.rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return sorted({rule for rule in rules if not any(part in rule for part in FILES)} - set(ELSEWHERE))


def known(site: Site) -> dict[str, str]:
    """What stands for each part of an address."""
    basin = site.basin
    basin.session()
    dossier = basin.labelled()
    waiting = basin.dossier()
    waiting.open({**FIRST, "siret": "", "not_registered": True})
    with site.engine.database.start_reading() as work:
        from engine.people import assignments
        from engine.people.models import Role

        role = assignments.of_basin(work, basin.id, site.today, Role.OPERATOR)[0].id
    return {
        "<uuid:project_id>": str(dossier.case_id),
        "<uuid:task_id>": str(waiting.task("qualify").id),
        "<uuid:session_id>": basin.session_now(),
        "<string:slug>": "terres-de-lorraine",
        "<uuid:organisation_id>": str(site.world.companies[0]),
        "<uuid:person_id>": str(site.world.people["member"]),
        "<uuid:assignment_id>": str(role),
    }


FIRST = {
    "name": "Atelier du Pont (démo)", "contact_name": "Paule Pont (démo)", "contact_email": "pont@exemple.test",
    "need": "Recruter.", "information_read": True,
}  # fmt: skip
BY = {"/administration": "administrator", "/signatures": "chair", "/projets/<uuid:project_id>/remplacement": "chair",
      "/pilotage": "steering"}  # fmt: skip


def visitor_for(rule: str, visitors: dict[str, Visitor], site: Site) -> Visitor:
    """Somebody whose page it is."""
    who = next((name for start, name in BY.items() if rule.startswith(start)), "officer")
    if who not in visitors:
        visitors[who] = site.visit(who)
    return visitors[who]


@pytest.mark.parametrize("part", range(4))
def test_every_page_breaks_no_rule_and_fits_every_screen(site: Site, part: int) -> None:
    parts, visitors = known(site), {}
    rules = pages_of(web_app.create_app(site.engine))
    assert len(rules) >= 45, rules
    problems = []
    for number, rule in enumerate(rules[part::4]):
        path = rule
        for name, value in parts.items():
            path = path.replace(name, value)
        assert "<" not in path, f"say what stands for a part of {rule}, or where it is visited"
        visitor = visitor_for(rule, visitors, site)
        visitor.page.set_viewport_size(PHONE if number % 2 else DESK)
        if visitor.status_of(path) not in {200, 409}:
            problems.append(f"{rule}: {visitor.status_of(path)}")
            continue
        visitor.go(path)
        try:
            visitor.check()
        except AssertionError as found:
            problems.append(str(found))
            visitor.noticed.clear()
        for width in (320, 683, 1366):  # 683 px is a desk at 200 %.
            visitor.page.set_viewport_size({"width": width, "height": 800})
            over = visitor.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if over > 0:
                problems.append(f"{rule}: {over} px too wide at {width}")
    assert not problems, "\n" + "\n".join(problems)


def test_without_scripts_one_signs_in_adds_a_row_and_submits(site: Site) -> None:
    dossier = site.basin.prescribed()
    member = site.stranger(scripts=False)
    member.sign_in("member")
    member.page.get_by_role("link", name="Établir le diagnostic préalable").first.click()
    page = member.page
    rows = page.locator("[data-rows='needs'] [data-row-item]")
    before = rows.count()
    page.locator("button[name=add_row][value=needs]").click()
    assert rows.count() > before
    from tests.journeys.test_intake import ANSWERS

    for name, value in ANSWERS.items():
        control = page.locator(f"main form.fields [name='{name.replace('__', '-')}']")
        if control.first.get_attribute("type") == "radio":
            page.locator(f"main [name='{name}'][value='{value}']").check()
        elif control.first.evaluate("each => each.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    page.locator("form.fields button.button-primary").last.click()
    assert dossier.steps() == ["check_completeness"], member.errors()


def test_the_keyboard_alone_reaches_and_sends_a_task(site: Site) -> None:
    dossier = site.basin.opened()
    officer = site.visit("officer")
    page = officer.page
    officer.go("/taches")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.hasAttribute('data-row-link')"), "j goes to the first task"
    page.keyboard.press("Enter")
    page.wait_for_url("**/taches/*-*")
    page.locator("[name=outcome]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.locator("[name=outcome][value=drop]").is_checked()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "reason"
    page.keyboard.type("Hors du périmètre.")
    for _step in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('form.fields button.button-primary')"):
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert officer.sees("C’est fait")
    assert dossier.steps() == []


def test_forced_colours_leave_every_control_visible(site: Site) -> None:
    site.basin.opened()
    officer = site.visit("officer")
    officer.page.emulate_media(forced_colors="active")
    officer.go("/taches")
    border = "each => getComputedStyle(each).borderTopStyle"
    assert officer.page.locator("main .button").first.evaluate(border) == "solid"
    officer.open_task("Qualifier la demande")
    assert officer.page.locator("form.fields button.button-primary").evaluate(border) == "solid"
