"""Without a mouse: where the focus is, what the keys do, a task from the inbox to its end."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import ViewportSize

from tests.effort import EXHAUSTIVE
from tests.journeys.site import DESK, PHONE, Site, Visitor

# Where the focus is: what has it, whether one sees that it has it, whether nothing covers it.
FOCUS = """() => {
  const each = document.activeElement, box = each.getBoundingClientRect();
  const outlined = ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  const at = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 12));
  const label = each.labels?.[0];
  return {
    what: `${each.tagName} ${each.id} ${each.name ?? ''} ${each.textContent.trim().slice(0, 30)}`,
    isBody: each === document.body,
    isSeen: [each, each.parentElement].some((shown) => outlined(getComputedStyle(shown))),
    isBare: !!at && (each.contains(at) || at.contains(each) || !!label?.contains(at)),
    isSubmit: each.matches('form.fields button.button-primary'),
    isInForm: !!each.closest('form.fields'),
    top: box.top + scrollY,
  };
}"""
MOST_STOPS = 120


def focus(visitor: Visitor) -> dict[str, object]:
    """Press Tab, and say where that leads."""
    visitor.page.keyboard.press("Tab")
    found: dict[str, object] = visitor.page.evaluate(FOCUS)
    return found


@pytest.mark.parametrize("size", [DESK, PHONE] if EXHAUSTIVE else [DESK])
def test_tab_goes_through_a_form_in_order_and_one_always_sees_where(site: Site, size: ViewportSize) -> None:
    site.basin.prescribed()
    member = site.visit("member")
    member.page.set_viewport_size(size)
    member.open_task("Établir le diagnostic préalable")
    stops = []
    for _stop in range(MOST_STOPS):
        stops.append(focus(member))
        if stops[-1]["isSubmit"] or stops[-1]["isBody"]:
            break
    assert stops[-1]["isSubmit"], "the button is reached"
    assert [each["what"] for each in stops if not each["isSeen"]] == []
    assert [each["what"] for each in stops if not each["isBare"]] == [], "the focus is never covered"
    tops = [float(str(each["top"])) for each in stops if each["isInForm"]]
    assert len(tops) >= 10
    assert all(below >= above - 40 for above, below in itertools.pairwise(tops)), "from top to bottom"


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


def test_the_keys_of_the_inbox_move_tick_take_search_and_can_be_turned_off(site: Site) -> None:
    dossiers = [site.basin.dossier() for _number in range(12)]
    for number, dossier in enumerate(dossiers):
        dossier.open({
            "name": f"Atelier {number} (démo)", "siret": "", "not_registered": True, "need": "Recruter.",
            "contact_name": "Paule Pont (démo)", "contact_email": "pont@exemple.test", "information_read": True,
        })  # fmt: skip
    officer = site.visit("officer")
    page = officer.page
    officer.go("/taches")
    row = "[...document.querySelectorAll('[data-row]')].findIndex((each) => each.contains(document.activeElement))"
    page.keyboard.press("j")
    assert page.evaluate(row) == 0
    page.keyboard.press("j")
    assert page.evaluate(row) == 1
    page.keyboard.press("k")
    assert page.evaluate(row) == 0
    page.keyboard.press("x")
    assert page.locator("[data-row] input[type=checkbox]").first.is_checked()
    page.keyboard.press("k")
    with page.expect_response("**/prendre*"):
        page.keyboard.press("a")
    page.locator(".messages, [data-undo]").get_by_text("Vous avez pris").wait_for()
    assert not page.evaluate("document.activeElement === document.body"), "the focus is not lost"
    holders = [task.assignee_id for each in dossiers for task in each.open_tasks()]
    assert holders.count(site.world.people["officer"]) == 1
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.hasAttribute('data-search')")
    page.keyboard.type("jk?")
    assert page.locator("[data-search]").input_value() == "jk?", "keys are letters while one types"
    page.locator("h1").evaluate("each => { each.tabIndex = -1; each.focus(); }")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Raccourcis clavier")
    assert dialog.is_visible()
    dialog.get_by_label("Utiliser ces raccourcis").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    page.keyboard.press("?")
    assert not dialog.is_visible(), "turned off, they stay off"
