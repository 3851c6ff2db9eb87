"""A basin changes its process without drawing: parameters, a step, questions, until a project runs through it."""

from __future__ import annotations

from tests.journeys.basin import FIRM
from tests.journeys.site import Site, Visitor
from tests.journeys.test_intake import ANSWERS, REQUEST, qualify
from tests.journeys.variants import (
    BANK,
    BANK_QUESTIONS,
    BANK_STEP,
    DRAFT,
    ask_questions,
    begun,
    looked_at,
)

DIAGNOSTIC_QUESTIONS = (
    {"label": "Nombre d’apprentis", "type": "number"},
    {"label": "Filière", "type": "choice", "proposed": "Bois\nMétal\nAutre", "mandatory": True},
)


def test_a_step_and_questions_are_added_rehearsed_approved_published_and_asked_of_a_project(
    site: Site,
) -> None:
    officer = begun(site)
    change_a_parameter(officer)
    add_the_bank(officer)
    add_questions(officer)
    assert officer.sees("Rien ne s’oppose à la publication")
    looked_at(officer)
    rehearse_and_share(officer)
    approve(site, officer)
    publish_from_tomorrow(site, officer)
    site.wait(days=1)
    run_through(site, officer)


def change_a_parameter(officer: Visitor) -> None:
    """Signatories have longer; the dates that result are seen before the value is kept."""
    officer.follow("Les changer, voir les dates")
    officer.page.locator("[name=agreement__signature_expiry]").fill("120")
    officer.page.locator("[name=agreement__signature_expiry_reason]").fill("Nos signataires voyagent.")
    officer.press("Voir les dates")
    assert "16 mars 2027" in officer.page.locator("#dates").inner_text()
    officer.send()
    assert officer.sees("120\u00a0jours au lieu de 90\u00a0jours")


def add_the_bank(officer: Visitor) -> None:
    """A step before the agenda, with its two questions."""
    officer.follow("Ajouter une étape")
    officer.answer(**BANK_STEP)
    ask_questions(officer, BANK_QUESTIONS)
    looked_at(officer)
    officer.send()
    assert officer.errors() == []
    assert officer.sees(BANK)


def add_questions(officer: Visitor) -> None:
    """Two questions at the end of the diagnostic."""
    officer.follow("Ajouter des questions")
    officer.answer(target="form/preliminary_diagnostic", reason="Nous suivons l’apprentissage.")
    ask_questions(officer, DIAGNOSTIC_QUESTIONS)
    officer.send()
    assert officer.errors() == []


def rehearse_and_share(officer: Visitor) -> None:
    """Twenty-four months in a moment, on a page that others may read."""
    officer.follow("Répéter sur un projet imaginaire")
    officer.answer(mois="24")
    officer.press("Jouer la répétition")
    assert (
        " 2028\u202f: «\u202fProjet clos\u202f»"
        in officer.page.locator("main [role=status]").first.inner_text()
    )
    assert officer.page.locator(".played-title").get_by_text(BANK).count()
    looked_at(officer)
    officer.press("Partager")
    assert "/repetitions/" in officer.page.url
    member = officer.site.visit("member")
    member.go(officer.page.url)
    assert member.page.locator(".played-title").get_by_text(BANK).count()
    looked_at(member)


def approve(site: Site, officer: Visitor) -> None:
    """A step is the national coordination's to read over, in another browser."""
    officer.go(DRAFT)
    officer.press("Soumettre à la relecture")
    looked_at(officer)
    coordinator = site.visit("coordinator")
    mail = site.last_mail(site.world.emails["coordinator"])
    assert "/programme/relectures" in mail.text
    coordinator.go("/programme/relectures")
    coordinator.follow("Relire")
    assert coordinator.sees(BANK)
    looked_at(coordinator)
    coordinator.answer(answer="approve")
    coordinator.send()
    assert coordinator.sees("est approuvée")


def publish_from_tomorrow(site: Site, officer: Visitor) -> None:
    """The officer chooses the day: the projects opened before it keep the version in force."""
    officer.go(DRAFT)
    officer.follow("Choisir le jour et publier")
    officer.answer(effective_on="2026-11-17")
    officer.send()
    assert officer.sees("La version 2 prendra effet le 17 novembre 2026")
    looked_at(officer)


def run_through(site: Site, officer: Visitor) -> None:
    """The next day's project asks for the step and the questions; its page tells what was answered."""
    officer.go("/projets/nouveau")
    officer.answer(**REQUEST, not_registered=True)
    officer.press("Ouvrir")
    qualify(officer)
    member = site.visit("member")
    member.does("Accepter", accepted="yes")
    member.open_task("Établir le diagnostic préalable")
    member.answer(**ANSWERS, extra_nombre_d_apprentis="3", extra_filiere="bois")
    looked_at(member)
    member.submit()
    assert member.errors() == []
    officer.does("Vérifier", outcome="complete")
    member.open_task(BANK)
    looked_at(member)
    member.answer(
        opinion="favourable", reasons="Elle suit.", extra_montant_du_pret_demande="40 000",
        extra_la_banque_demande_t_elle_une_garantie="no",
    )  # fmt: skip
    member.submit()
    assert member.errors() == []
    officer.go(f"/projets/{site.project_named(FIRM).id}")
    shown = officer.text()
    for words in (BANK, "40\u202f000", "Nombre d’apprentis", "Filière", "Bois"):
        assert words in shown, words
