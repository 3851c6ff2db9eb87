"""What people do that nobody planned: twice, backwards, in two tabs, too late, elsewhere, absurdly."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from playwright.sync_api import Browser

from engine import scheduler
from engine.clock import RealClock
from engine.demo.dossier import Dossier
from engine.documents.models import Paper
from tests.journeys.basin import FIRM, Basin, SimulatedClock
from tests.journeys.served import Served
from tests.journeys.site import Site, Visitor, build, person
from tests.stories import QUALIFICATION
from tests.web.installation import PASSWORD


def qualified(site: Site) -> tuple[str, str]:
    """A prescription to accept: the project's id, and the task's address."""
    dossier = site.basin.opened()
    dossier.qualify(**QUALIFICATION)
    return str(dossier.case_id), f"/taches/{dossier.task('accept_prescription').id}"


def test_a_double_click_is_one_act_and_the_back_button_shows_that_it_is_done(site: Site) -> None:
    _case_id, task = qualified(site)
    member = site.visit("member")
    member.go(task)
    member.answer(accepted="yes")
    with member.page.expect_navigation():
        member.page.locator("form.fields button.button-primary").dblclick(no_wait_after=True)
    member.page.wait_for_load_state()
    assert "/taches" in member.page.url
    assert member.errors() == []
    member.go(task)
    assert member.page.locator("form.fields").count() == 0
    assert member.sees("Fait par vous le 16 novembre 2026")
    member.page.go_back()
    member.page.go_back()
    if member.page.locator("form.fields button.button-primary").count():
        member.page.locator("form.fields button.button-primary").click()
        member.page.wait_for_load_state()
    assert "Erreur interne" not in member.text()
    history = site.basin.history(site.basin.dossier(case_id=site.project_named(FIRM).id))
    assert history.count("projects.prescription.answered") == 1


def test_the_second_of_two_tabs_is_told_who_was_first(site: Site) -> None:
    dossier = site.basin.opened()
    task = f"/taches/{dossier.task('qualify').id}"
    first, second = site.visit("officer"), site.visit("second_officer")
    for officer in (first, second):
        officer.go(task)
        officer.answer(outcome="drop", reason="Hors du périmètre.")
    first.submit()
    second.submit()
    assert "Officer (démo)" in second.text(), "who did it is said"
    assert second.page.locator("form.fields").count() == 0
    assert dossier.steps() == []


def test_what_is_sent_after_the_session_has_ended_comes_back_once_signed_in(site: Site) -> None:
    site.basin.prescribed()
    member = site.visit("member")
    member.open_task("Établir le diagnostic préalable")
    task = member.page.url
    site.clock.ahead = timedelta(days=2)
    with member.page.expect_response("**/brouillon"):
        member.answer(summary="Tapé après la fin de la session.")
    member.page.locator("[data-draft-status]").filter(has_text="est gardé").wait_for()
    member.answer(jobs_to_create="2")
    member.submit()
    assert member.sees("Ce que vous aviez tapé est gardé"), "it is said before one signs in"
    member.follow("Se connecter avec un mot de passe")
    member.type_password("member")
    member.page.wait_for_url(task)
    assert member.page.locator("[name=summary]").input_value() == "Tapé après la fin de la session."
    assert member.page.locator("[name=jobs_to_create]").input_value() == "2"


def test_a_page_left_open_while_one_signed_in_elsewhere_is_sent_again_as_it_was_typed(site: Site) -> None:
    dossier = site.basin.opened()
    officer = site.visit("officer")
    officer.open_task("Qualifier la demande")
    officer.answer(outcome="drop", reason="Hors du périmètre.")
    other = officer.page.context.new_page()
    other.goto("/compte")
    other.locator("form[action='/deconnexion'] button").evaluate("each => each.click()")
    other.wait_for_url("**/connexion*")
    other.locator("main [name=email]").first.fill(site.world.emails["officer"])
    other.locator("input[type=password]").fill(PASSWORD)
    other.locator("input[type=password]").press("Enter")
    other.wait_for_url(lambda url: "/connexion" not in url)
    officer.submit()
    assert any("dernière connexion" in line for line in officer.errors()), "it is said why"
    assert officer.page.locator("[name=reason]").input_value() == "Hors du périmètre."
    officer.submit()
    assert dossier.steps() == [], "sent again, it is done"


def test_a_link_pasted_by_somebody_else_shows_whose_task_it_is_and_nothing_to_send(site: Site) -> None:
    _case_id, task = qualified(site)
    reader = site.visit("member2")
    reader.go(task)
    assert reader.page.locator("form.fields").count() == 0
    assert reader.sees("Cette tâche revient à Member (démo).")
    sent = {"accepted": "yes", "csrf_token": reader.token()}
    assert reader.page.request.post(task, form=sent).status == 403
    stranger = site.stranger()
    stranger.go(task)
    assert "Scierie" not in stranger.text() or stranger.page.locator("form.fields").count() == 0


def test_a_server_killed_gives_back_the_draft_it_had_and_the_document_it_had_promised(
    tmp_path: Path, browser: Browser
) -> None:
    engine, world = build(tmp_path, RealClock())
    site = Site(engine, world, SimulatedClock(RealClock().now()), browser)
    site.basin = Basin(engine, site.clock, world)
    site.basin.session()
    promised = site.basin.approved()
    promised.accept_mandate()
    dossier = site.basin.opened(name="Atelier du Pont (démo)", siret="", not_registered=True)
    served = Served(tmp_path)
    try:
        site.address = served.start()
        officer = site.visit("officer")
        prepare(officer, person(world, "expert"))
        officer.open_task("Qualifier la demande")
        with officer.page.expect_response("**/brouillon"):
            officer.answer(outcome="drop", reason="Tapé avant la panne.")
        served.kill()
        served.start()
        officer.page.reload()
        assert officer.page.locator("[name=reason]").input_value() == "Tapé avant la panne."
        officer.submit()
        assert dossier.steps() == [], officer.errors()
        document_follows(officer, promised)
    finally:
        served.kill()
        for visitor in site.visitors:
            visitor.page.context.close()
        engine.close()


def prepare(officer: Visitor, signatory: str) -> None:
    """The officer drafts an agreement: the act is done, its document is still to be made."""
    officer.open_task("Préparer la convention")
    lines = officer.page.locator("[name^='signatories-'][name$='-capacity']")
    at = [lines.nth(line).input_value() for line in range(lines.count())].index("partner_company")
    officer.answer(objective="Sécher le bois sur place.", **{f"signatories__{at}__person_id": signatory})
    officer.submit()
    assert officer.errors() == []


def document_follows(officer: Visitor, dossier: Dossier) -> None:
    """After the power cut the act stands, its document was asked for once, and the next tick makes it."""
    site = officer.site

    convention = f"/projets/{dossier.case_id}/convention"

    def papers() -> list[str]:
        with site.engine.database.start_reading() as work:
            found = sa.select(Paper.state).where(Paper.chain_id == dossier.case_id, Paper.kind == "agreement")
            return list(work.connection.scalars(found))

    officer.go(convention)
    assert officer.sees("0 signature sur 4")
    assert officer.sees("Le document se prépare")
    assert papers() == ["requested"]
    scheduler.make_papers(site.engine)
    scheduler.make_papers(site.engine)
    assert papers() == ["made"]
    officer.go(convention)
    assert not officer.sees("Le document se prépare")
    link = officer.page.locator("main .paper").get_by_role("link", name=".pdf")
    assert officer.page.request.get(link.get_attribute("href") or "").body().startswith(b"%PDF")


def test_a_page_of_somebody_else_answers_in_words(site: Site) -> None:
    case_id, _task = qualified(site)
    elsewhere = site.visit("other_officer")
    for path, status in (
        (f"/projets/{case_id}", 404), ("/administration/incidents", 403), ("/nulle-part", 404),
        ("/taches/00000000-0000-4000-8000-000000000000", 404),
    ):  # fmt: skip
        assert elsewhere.status_of(path) == status, path
        elsewhere.go(path)
        assert elsewhere.page.locator("h1").count() == 1
        assert "Traceback" not in elsewhere.text()
        assert elsewhere.page.locator("main a").count() >= 1, "there is a way out"


def test_empty_and_absurd_answers_are_refused_in_place_and_kept(site: Site) -> None:
    site.basin.prescribed()
    member = site.visit("member")
    member.open_task("Établir le diagnostic préalable")
    member.submit()
    assert len(member.errors()) >= 8
    assert member.page.evaluate("document.activeElement.classList.contains('error-summary')")
    member.page.locator(".error-summary a").first.click()
    assert member.page.evaluate("document.activeElement.name") == "summary"
    absurd = "🦄\u202e x" * 50 + "<script>alert(1)</script>"
    member.answer(
        summary=absurd, jobs_to_create="-3", needs__0__domain="production", needs__0__days="mille",
        advance_requested="1e99",
    )  # fmt: skip
    member.submit()
    assert member.page.locator("[name=summary]").input_value() == absurd
    assert any("Emplois à créer" in line for line in member.errors())
    assert member.page.locator("[name='needs-0-days']").input_value() == "mille"
