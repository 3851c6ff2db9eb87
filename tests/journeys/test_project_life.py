"""From intake to labelling, each person in their own browser."""

from __future__ import annotations

from tests.journeys.site import Site, person

FIRM = "Scierie du Lac (démo)"


def open_project(site: Site) -> None:
    """The officer opens a project for a firm, qualifies it and names a prescriber."""
    officer = site.visit("officer")
    officer.check()
    officer.go("/projets/nouveau")
    officer.check()
    officer.answer(siret="00000006700008")
    officer.press("Ouvrir")
    assert officer.sees("SIRET"), "a wrong key is refused on the page itself"
    officer.answer(
        siret="00000006700009", name=FIRM, city="Toul", contact_name="Claire Lac (démo)",
        contact_email="claire.lac@exemple.test", contact_phone="01 99 00 00 02",
        need="Embaucher deux compagnons.", information_read=True,
    )  # fmt: skip
    officer.press("Ouvrir")
    officer.check()
    officer.open_task("Qualifier la demande")
    officer.check()
    officer.answer(outcome="continue", category="development", headcount="12", commune="54528")
    officer.answer(prescriber_id=person(site.world, "member"))
    officer.submit()


def test_a_prescriber_drafts_then_submits_the_diagnostic_on_a_phone(site: Site) -> None:
    open_project(site)
    site.wait(minutes=1)
    [mail] = site.mails_to(site.world.emails["member"])
    assert "Accepter la prescription" in mail.subject

    member = site.visit("member", phone=True)
    member.check()
    member.open_task("Accepter la prescription")
    member.answer(accepted="yes")
    member.submit()
    member.open_task("Établir le diagnostic préalable")
    member.check()
    member.answer(summary="Deux compagnons de plus, une seconde scie.")
    member.press("Enregistrer le brouillon")
    member.go("/taches")
    member.open_task("Établir le diagnostic préalable")
    assert member.page.locator("[name=summary]").input_value().startswith("Deux compagnons")
