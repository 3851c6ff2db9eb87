"""From a firm's request to a file ready for the committee."""

from __future__ import annotations

from datetime import timedelta

from tests.journeys.basin import EXPERT, FIRM, HEAD
from tests.journeys.site import Site, Visitor, person
from tests.stories import DIAGNOSTIC

ANSWERS = {
    "summary": "Une scierie qui veut sécher son bois.", "bearer_rating": "strong", "project_rating": "strong",
    "impact_rating": "medium", "jobs_to_create": "2", "jobs_to_sustain": "6",
    "needs__0__domain": "production", "needs__0__days": "3,5",
    "subsidiarity": "Rien d’autre ne finance des jours d’expert.", "deadweight": "later",
    "opinion": "favourable", "has_interest": "no",
}  # fmt: skip
REQUEST = {
    "name": FIRM, "contact_name": "Claire Lac (démo)", "contact_email": HEAD,
    "contact_phone": "01 99 00 00 02", "need": "Embaucher deux compagnons.", "information_read": True,
}  # fmt: skip


def qualify(officer: Visitor) -> None:
    """The officer qualifies the only request, and names the prescriber."""
    officer.does(
        "Qualifier la demande", outcome="continue", category="development", headcount="12",
        commune="54528", prescriber_id=person(officer.site.world, "member"),
    )  # fmt: skip


def test_a_wrong_siret_is_refused_on_the_page_which_keeps_what_was_typed(site: Site) -> None:
    officer = site.visit("officer")
    officer.go("/projets")
    officer.follow("Ouvrir un projet")
    officer.answer(**REQUEST, siret="00000006700008")
    officer.press("Ouvrir")
    assert ["SIRET" in line for line in officer.errors()] == [True]
    assert officer.page.locator("[name=name]").input_value() == FIRM

    officer.answer(siret="00000006700009")
    officer.press("Ouvrir")
    officer.page.wait_for_url("**/projets/*-*")
    assert site.project_named(FIRM).siret == "00000006700009"


def test_a_firm_known_in_the_basin_is_shown_before_a_second_file_is_opened(site: Site) -> None:
    site.basin.opened()
    officer = site.visit("officer")
    officer.go("/projets/nouveau")
    officer.answer(**REQUEST, siret="00000006700009")
    officer.press("Ouvrir")
    assert officer.sees("peut-être déjà connue")
    first = site.project_named(FIRM).id
    known = officer.page.locator("main").get_by_role("link", name=FIRM)
    assert known.get_attribute("href") == f"/projets/{first}"
    officer.press("Ouvrir un nouveau dossier quand même")
    officer.page.wait_for_url("**/projets/*-*")
    assert not officer.page.url.endswith(str(first))


def test_a_firm_not_yet_registered_gets_a_file_without_a_number(site: Site) -> None:
    officer = site.visit("officer")
    officer.go("/projets/nouveau")
    officer.answer(not_registered=True)
    assert not officer.page.locator("[name=siret]").is_visible(), "what is not asked is not shown"
    officer.answer(**REQUEST)
    officer.press("Ouvrir")
    officer.page.wait_for_url("**/projets/*-*")
    assert site.project_named(FIRM).siret is None
    qualify(officer)


def test_a_prescriber_answers_on_a_phone_and_the_officer_sends_back_then_accepts(site: Site) -> None:
    site.basin.opened()
    officer = site.visit("officer")
    qualify(officer)
    mail = site.last_mail(site.world.emails["member"])
    assert FIRM in mail.subject

    member = site.stranger(phone=True)
    member.open_with_code(mail)
    member.answer(accepted="yes")
    member.submit()

    member.open_task("Établir le diagnostic préalable")
    member.answer(summary="Une scierie qui veut sécher son bois.")
    member.press("Enregistrer le brouillon")
    member.go("/taches")
    assert member.sees("Brouillon")
    member.open_task("Établir le diagnostic préalable")
    assert member.page.locator("[name=summary]").input_value().startswith("Une scierie")
    member.answer(**ANSWERS)
    member.submit()
    assert member.errors() == []

    officer.does("Vérifier le dossier", outcome="incomplete", missing="Le chiffre d’affaires de 2025.")
    member.open_task("Établir le diagnostic préalable")
    assert member.sees("Le chiffre d’affaires de 2025."), "the reason is read before answering"
    assert member.page.locator("[name=summary]").input_value().startswith("Une scierie")
    member.answer(summary="Une scierie, 1,2 M€ de chiffre d’affaires.")
    member.submit()
    officer.does("Vérifier le dossier", outcome="complete")
    officer.go("/seances")
    assert officer.sees(FIRM), "the file is ready for the next session"


def test_an_expert_without_account_answers_late_by_a_link_and_a_code(site: Site) -> None:
    dossier = site.basin.prescribed()
    dossier.diagnose(DIAGNOSTIC)
    officer = site.visit("officer")
    due_on = site.today + timedelta(days=14)
    officer.does(
        "Vérifier le dossier", outcome="complementary", question="Le séchoir convient-il ?",
        expert_id=person(site.world, "expert"), complementary_due_on=due_on.isoformat(),
    )  # fmt: skip
    asked = site.last_mail(EXPERT)
    site.wait_until(due_on + timedelta(days=10))
    assert len(site.mails_to(EXPERT)) > 1, "late, the expert is reminded"

    expert = site.stranger(phone=True)
    expert.open_with_code(asked)
    assert expert.sees("Le séchoir convient-il ?")
    expert.answer(
        findings="Oui, avec une ventilation.", recommendation="favourable_if",
        conditions__0__text="Devis signé du séchoir", days_spent="1,5",
    )  # fmt: skip
    expert.submit()
    assert expert.page.url.endswith("/merci")
    assert expert.status_of("/projets") == 403, "the code opened one task and nothing else"
    assert dossier.steps() == ["committee_decision"], "the file goes on to the committee"
