"""Every page for everybody: rules a program sees, small and zoomed screens, no script, forced colours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from engine.committee import agenda, interests
from engine.demo.dossier import Dossier
from engine.documents import requests
from engine.people import partnerships
from engine.people.models import Role
from engine.retention.models import Plan
from engine.retention.rules import Rule
from engine.runtime import version_change
from engine.variants import drafts
from tests import stories
from tests.effort import EXHAUSTIVE, sample
from tests.journeys.basin import EXPERT, HEAD
from tests.journeys.site import DESK, PHONE, SMALL, ZOOMED, Site, person
from web import app as web_app

# Pages that need something a single story does not have: what they are, or the story that looks at them.
ELSEWHERE = {
    "/": "leads elsewhere",
    "/taches/suivante": "leads elsewhere",
    "/projets/<uuid:project_id>/documents/<uuid:document_id>": "a file",
    "/connexion/code": "test_the_pages_of_whoever_has_no_account",
    "/taches/<uuid:task_id>/code": "test_the_pages_of_whoever_has_no_account",
    "/taches/<uuid:task_id>/merci": "test_the_pages_of_whoever_has_no_account",
    "/connexion/second-facteur": "test_second_factor",
    "/compte/second-facteur": "test_second_factor",
    "/administration/incidents/<uuid:incident_id>": "test_administration",
    "/projets/<uuid:project_id>/correction/<uuid:record_id>": "test_everyday",
    "/documents/<uuid:paper_id>": "a file",
    "/taches/<uuid:task_id>/document": "a file",
    "/taches/<uuid:task_id>/document/<int:number>": "a file",
    "/numerisations/<uuid:document_id>/<uuid:text_id>": "test_signed_papers",
    "/bassins/<string:slug>/processus/brouillon.zip": "a file",
    "/bassins/<string:slug>/processus/versions/<int:version_number>.zip": "a file",
    "/bassins/<string:slug>/processus/brouillon/reference": "test_variants_reference",
    "/bassins/<string:slug>/processus/brouillon/diagramme/<string:process>": "test_variants_drawn",
    "/bassins/<string:slug>/processus/brouillon/etapes/<string:step_key>": "as a new step",
    "/bassins/<string:slug>/processus/brouillon/questions/<string:questions_key>": "as new questions",
    "/bassins/<string:slug>/processus/brouillon/delais/<string:delay_key>": "as a new delay",
    "/bassins/<string:slug>/processus/brouillon/noms/<string:name_key>": "as a new name",
    "/bassins/<string:slug>/processus/repetitions/<uuid:shared_id>": "test_variants",
    "/bassins/<string:slug>/processus/migration/<uuid:batch_id>": "test_variants_migration",
    "/programme/relectures/<uuid:draft_id>": "test_variants",
    "/prestataire/<string:reference>": "a page of demonstrations, that no installation has without being told",
}
FILES = (
    "/static/", "/api/", ".csv", ".xlsx", ".svg", ".bpmn", ".ics", ".txt", "(csv, xlsx)", "healthz",
    "readyz", "/pieces/",
)  # fmt: skip
# Whose page it is, by how its address begins; the officer's otherwise.
BY = {
    "/administration": "administrator", "/signatures": "chair", "/pilotage": "steering",
    "/projets/<uuid:project_id>/remplacement-du-mandataire": "chair",
    "/seances/<uuid:session_id>/points/<uuid:item_id>/avis": "chair",
    "/bassins/nouveau": "administrator",
    "/bassins/<string:slug>/corriger": "administrator",
    "/bassins/<string:slug>/territoire": "coordinator",
    "/programme/relectures": "coordinator",
}  # fmt: skip
ROLES = (
    "chair", "member", "steering", "administrator", "basin_administrator", "coordinator", "auditor",
    "other_officer",
)  # fmt: skip
PARTS = 2


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
    with basin.acting("officer") as work:
        drafts.open_draft(work, basin_id=basin.id)
        batch_id = version_change.order(
            work, basin_id=basin.id, case_ids=[dossier.case_id, waiting.case_id], reason="Essai.",
            to_version_id=version_change.numbered(work, basin_id=basin.id, number=1),
        )  # fmt: skip
    with basin.acting("member3") as work:
        declared = interests.declare(
            work, project_id=waiting.case_id, situation="competitor", is_recused=True
        ).id
    with basin.acting("officer") as work:
        today = work.now.date()
        due = Plan(
            rule=Rule.ARCHIVE, subject_id=dossier.case_id, basin_id=basin.id, due_on=today, planned_on=today
        )
        work.database.add(due)
        work.database.flush()
        plan_id = due.id
    with site.engine.database.start_reading() as work:
        [agreement] = partnerships.of_basin(work, basin.id)
        paper = requests.of_project(work, dossier.case_id)[0]
        item = agenda.items_of(work, UUID(basin.session_now()))[0]
    return {
        "<uuid:item_id>": str(item.id),
        "/ordre-du-jour/retrait": f"/ordre-du-jour/retrait?point={item.key}",
        "<uuid:declaration_id>": str(declared),
        "<uuid:paper_id>": str(paper.id),
        "<string:code>": paper.id.hex,
        "<uuid:agreement_id>": str(agreement.id),
        "<string:name>": "ladder.early",
        "<int:version_number>": "1",
        "<uuid:batch_id>": str(batch_id),
        "<uuid:plan_id>": str(plan_id),
        "<uuid:project_id>": str(dossier.case_id),
        "<uuid:task_id>": str(waiting.task("qualify").id),
        "<uuid:session_id>": basin.session_now(),
        "<string:slug>": "terres-de-lorraine",
        "<uuid:organisation_id>": str(site.world.companies[0]),
        "<uuid:person_id>": str(site.world.people["member"]),
        "<uuid:assignment_id>": str(basin.role_of("officer", Role.OPERATOR).id),
        "<uuid:mail_id>": str(site.last_mail(HEAD).id),
    }


FIRST = {
    "name": "Atelier du Pont (démo)", "contact_name": "Paule Pont (démo)", "contact_email": "pont@exemple.test",
    "need": "Recruter.", "information_read": True,
}  # fmt: skip


def filled(rule: str, parts: dict[str, str]) -> str:
    """The address of a page, its parts filled in."""
    for name, value in parts.items():
        rule = rule.replace(name, value)
    assert "<" not in rule, f"say what stands for a part of {rule}, or which story looks at it"
    return rule


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_breaks_no_rule_on_a_desk_and_on_a_phone(site: Site, part: int) -> None:
    parts, visitors, problems = known(site), {}, []
    rules = pages_of(web_app.create_app(site.engine))
    assert len(rules) >= 48, rules
    judged = set(sample(rules, len(rules) // 3, "judged"))
    for rule in rules[part::PARTS]:
        who = next((name for start, name in BY.items() if rule.startswith(start)), "officer")
        if who not in visitors:
            visitors[who] = site.visit(who)
        visitor, path = visitors[who], filled(rule, parts)
        answer = visitor.page.goto(path)
        assert answer is not None
        if answer.status not in {200, 409}:
            problems.append(f"{rule}: {answer.status}")
        sizes = sample((DESK, PHONE), 1, "size", rule)
        if rule in judged:
            problems += visitor.found_wrong(*sizes)
        for size in (SMALL, ZOOMED, *sizes):
            visitor.page.set_viewport_size(size)
            problems += [f"{rule}: {each}" for each in visitor.too_wide()]
    assert not problems, "\n" + "\n".join(problems)


@pytest.mark.parametrize("locale", ["fr", "en"] if EXHAUSTIVE else ["fr"])
def test_what_each_role_may_open_breaks_no_rule(site: Site, locale: str) -> None:
    site.basin.session()
    site.basin.labelled()
    problems = []
    for number, who in enumerate(sample(ROLES, 3, "roles", locale)):
        visitor = site.visit(who, locale=locale)
        links = visitor.page.locator(".main-navigation a")
        for path in {links.nth(at).get_attribute("href") or "" for at in range(links.count())}:
            visitor.go(path)
            sizes = (DESK, PHONE) if EXHAUSTIVE else ((DESK, PHONE)[number % 2],)
            problems += [f"{who}: {each}" for each in visitor.found_wrong(*sizes)]
    assert not problems, "\n" + "\n".join(problems)


def test_the_form_of_each_step_breaks_no_rule(site: Site) -> None:
    seen: set[str] = set()
    officer, chair = site.visit("officer"), site.visit("chair")

    def look(dossier: Dossier) -> None:
        for task in dossier.open_tasks():
            if task.form not in seen:
                seen.add(task.form)
                reader = chair if task.role == Role.CHAIR or task.capacity == "chair" else officer
                reader.go(f"/taches/{task.id}")
                problems.extend(reader.found_wrong(PHONE, DESK) if EXHAUSTIVE else reader.found_wrong(PHONE))

    problems: list[str] = []
    for step in life_of(site):
        look(step)
    assert not problems, "\n" + "\n".join(problems)
    assert len(seen) >= 14, seen


def life_of(site: Site) -> Iterator[Dossier]:
    """A project at each of its steps, from its opening to its end."""
    basin = site.basin
    basin.session()
    dossier = basin.opened()
    yield dossier
    dossier.qualify(**stories.QUALIFICATION)
    yield dossier
    dossier.accept_prescription()
    yield dossier
    dossier.diagnose(stories.DIAGNOSTIC)
    yield dossier
    dossier.check()
    yield dossier
    due_on = (site.today + timedelta(days=30)).isoformat()
    dossier.record_decision(
        "approved_with_conditions",
        human_means=basin.means(),
        conditions=[{"text": "Devis", "due_on": due_on}],
    )
    yield dossier
    dossier.sign_off()
    yield dossier
    dossier.notify()
    yield dossier
    dossier.lift_conditions("Devis signé")
    yield dossier
    dossier.accept_mandate()
    yield dossier
    dossier.prepare(stories.OBJECTIVE)
    yield dossier
    dossier.sign_everything()
    yield dossier
    dossier.plan(dossier.intervention("production", "1", "Réorganiser l’atelier"))
    yield dossier
    dossier.intervene("Atelier réorganisé.", (basin.today, "1"))
    yield dossier
    dossier.review_accompaniment()
    site.wait(days=85)
    yield dossier
    yield basin.at_term()


def test_the_pages_of_whoever_has_no_account(site: Site) -> None:
    dossier = site.basin.opened()
    dossier.qualify(**stories.QUALIFICATION)
    dossier.accept_prescription()
    dossier.diagnose(stories.DIAGNOSTIC)
    dossier.check(
        "complementary", question="Le séchoir convient-il ?", expert_id=person(site.world, "expert"),
        complementary_due_on=(site.today + timedelta(days=14)).isoformat(),
    )  # fmt: skip
    expert = site.stranger(phone=True)
    expert.go("/connexion")
    expert.check()
    expert.page.locator("main [name=email]").first.fill(site.world.emails["member"])
    expert.page.get_by_role("button", name="code").click()
    expert.page.wait_for_url("**/connexion/code")
    expert.check()
    asked = site.last_mail(EXPERT)
    expert.open_link(asked)
    expert.check()
    expert.press("Recevoir un code")
    expert.check()
    expert.type_code(site.last_mail(EXPERT))
    expert.check()
    expert.submit()
    assert expert.errors()
    expert.check()
    expert.answer(findings="Oui.", recommendation="favourable", days_spent="1")
    expert.submit()
    assert expert.page.url.endswith("/merci")
    expert.check()
    expert.go("/projets")
    expert.check()


def test_nothing_moves_under_the_readers_eyes_in_the_inbox(site: Site) -> None:
    for number in range(12):
        site.basin.dossier().open(
            {**FIRST, "name": f"Atelier {number} (démo)", "siret": "", "not_registered": True}
        )
    officer = site.visit("officer")
    for size in (DESK, PHONE):
        officer.page.set_viewport_size(size)
        officer.go("/taches")
        assert officer.page.evaluate(LAYOUT_SHIFT) <= 0.01, size


# What the browser has counted of parts that moved without being asked to, once the font has come.
LAYOUT_SHIFT = """() => new Promise((say) => {
  let moved = 0;
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) moved += each.value;
  }).observe({ type: 'layout-shift', buffered: true });
  const painted = () => requestAnimationFrame(() => requestAnimationFrame(() => say(moved)));
  document.fonts.ready.then(painted);
})"""


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


def test_forced_colours_leave_every_control_visible(site: Site) -> None:
    site.basin.opened()
    officer = site.visit("officer")
    officer.page.emulate_media(forced_colors="active")
    officer.go("/taches")
    border = "each => getComputedStyle(each).borderTopStyle"
    assert officer.page.locator("main .button").first.evaluate(border) == "solid"
    officer.open_task("Qualifier la demande")
    assert officer.page.locator("form.fields button.button-primary").evaluate(border) == "solid"
