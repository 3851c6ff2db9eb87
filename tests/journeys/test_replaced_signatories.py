"""Whoever was to sign leaves before they have: the signature is asked of the right person, the history stays."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from engine.agreements.models import Signature
from engine.demo.dossier import Dossier
from tests.journeys.basin import FIRM, HEAD
from tests.journeys.site import DESK, PHONE, Site, Visitor, person

SIGN = "Signer la convention"


def being_signed(site: Site) -> Dossier:
    """An agreement to sign by four people; the head of the firm has signed."""
    site.basin.session()
    dossier = site.basin.to_sign()
    dossier.sign("beneficiary")
    site.basin.post()
    return dossier


def ends(site: Site, who: str, role: str) -> None:
    """The administrator ends a role of the basin, today."""
    administrator = site.visit("administrator")
    administrator.go("/administration/bassins/terres-de-lorraine/roles")
    row = administrator.page.locator("main tr", has_text=who).filter(has_text=role)
    row.get_by_role("link", name="Mettre fin").click()
    administrator.answer(reason="Départ en retraite.")
    administrator.send()
    assert administrator.sees("Le rôle a pris fin.")


def waits_for(visitor: Visitor, title: str) -> bool:
    """Whether a task waits for somebody in their inbox."""
    visitor.go("/taches")
    return visitor.page.locator("main").get_by_role("link", name=title).count() > 0


def signatures(site: Site) -> list[Signature]:
    """Every signature given, in order."""
    with site.engine.database.start_reading() as work:
        return list(work.database.scalars(sa.select(Signature).order_by(Signature.recorded_at)))


def asked(site: Site, who: str) -> bool:
    """Whether somebody was written to for a signature."""
    site.basin.post()
    return any(SIGN in mail.subject for mail in site.mails_to(site.world.emails[who]))


def signs(site: Site, who: str, capacity: str) -> None:
    """Somebody with an account reads in which capacity they sign, confirms who they are, and signs."""
    signatory = site.visit(who, phone=True)
    signatory.open_task(SIGN)
    assert signatory.sees(capacity)
    signatory.proves(who)
    signatory.check()
    signatory.answer(consent=True)
    signatory.submit()
    assert signatory.errors() == []
    assert signatory.sees("C’est fait")


def test_the_chair_s_mandate_ends_and_whoever_acts_as_chair_signs(site: Site) -> None:
    dossier = being_signed(site)
    chair = site.visit("chair")
    chair.open_task(SIGN)
    chair.proves("chair")
    chair.answer(consent=True)
    ends(site, "Chair (démo)", "Présidence")
    chair.submit()
    assert chair.sees("Seule la présidence du comité d’agrément peut le faire")
    assert [each.capacity for each in signatures(site)] == ["beneficiary"]

    site.wait(days=1)
    officer = site.visit("officer")
    officer.does(
        "Désigner une présidence par intérim", acting_chair_id=person(site.world, "member3"),
        ends_on=(site.today + timedelta(days=60)).isoformat(),
    )  # fmt: skip
    assert asked(site, "member3")
    assert not waits_for(site.visit("chair"), SIGN)
    officer.go(f"/projets/{dossier.case_id}/convention")
    assert officer.sees("1 signature sur 4"), "the firm's signature stands: the text names no chair"
    signs(site, "member3", "Présidence du comité d’agrément")
    dossier.sign_everything()
    officer.go(f"/projets/{dossier.case_id}/convention")
    assert officer.sees("4 signatures sur 4")
    assert officer.sees("Member3 (démo)")
    officer.go(f"/projets/{dossier.case_id}/historique")
    assert "Présidence par intérim désignée" in officer.text()


def test_the_chair_is_away_and_somebody_acts_for_a_time(site: Site) -> None:
    dossier = being_signed(site)
    officer = site.visit("officer")
    officer.go("/seances/interim")
    officer.answer(
        acting_chair_id=person(site.world, "member3"), starts_on=site.today.isoformat(),
        ends_on=(site.today + timedelta(days=20)).isoformat(),
    )  # fmt: skip
    officer.send()
    assert officer.errors() == []
    site.wait(days=1)
    assert asked(site, "member3")
    assert not waits_for(site.visit("chair"), SIGN)
    signs(site, "member3", "Présidence du comité d’agrément")
    officer.go(f"/projets/{dossier.case_id}/convention")
    assert officer.sees("2 signatures sur 4")


def test_a_company_leaves_and_another_person_signs_for_its_days(site: Site) -> None:
    dossier = being_signed(site)
    ends(site, "Fonderie prêteuse (démo)", "Entreprise partenaire")
    site.wait(days=1)
    officer = site.visit("officer")
    officer.open_task("Remplacer le signataire ou saisir le comité")
    assert officer.sees("Une entreprise qui doit signer n’est plus partenaire du bassin.")
    assert officer.sees("Fonderie prêteuse (démo)")
    officer.check(DESK, PHONE)
    officer.answer(choice="replace", reason="La fonderie a quitté le bassin.")
    assert "Ivan Tervenant (démo)" not in officer.page.locator("main [name=person_id]").inner_text()
    officer.answer(person_id=person(site.world, "member3"))
    officer.submit()
    assert officer.errors() == []

    assert asked(site, "member3")
    assert any("à redonner" in mail.subject for mail in site.mails_to(HEAD))
    convention = f"/projets/{dossier.case_id}/convention"
    officer.go(convention)
    assert officer.sees("0 signature sur 4")
    signs(site, "member3", "Entreprise partenaire, pour Fonderie prêteuse (démo)")
    dossier.sign_everything()
    officer.go(convention)
    assert officer.sees("4 signatures sur 4")
    officer.page.get_by_text("Lire la version 1, annulée").click()
    assert officer.sees("Ivan Tervenant (démo)"), "the history keeps who was to sign"


def test_another_mandatary_of_another_organisation_signs_the_text_drawn_up_for_them(site: Site) -> None:
    dossier = being_signed(site)
    former = site.visit("member2")
    former.open_task(SIGN)
    former.proves("member2")
    former.answer(consent=True)
    chair = site.visit("chair")
    chair.go(f"/projets/{dossier.case_id}/remplacement-du-mandataire")
    chair.answer(mandatary_id=person(site.world, "member3"), reason="Il change de métier.")
    chair.send()
    assert chair.errors() == []
    former.submit()
    assert former.sees("Rien de ce que vous venez d’envoyer n’a été enregistré.")
    assert not waits_for(former, SIGN)

    assert asked(site, "member3")
    assert any("à redonner" in mail.subject for mail in site.mails_to(HEAD))
    officer = site.visit("officer")
    convention = f"/projets/{dossier.case_id}/convention"
    officer.go(convention)
    assert officer.sees("0 signature sur 4")
    assert officer.sees("Member3 (démo)")
    signs(site, "member3", "Mandataire")
    dossier.sign_everything()
    officer.go(convention)
    assert officer.sees("4 signatures sur 4")
    officer.page.get_by_text("Lire la version 1, annulée").click()
    assert officer.sees("Member2 (démo)"), "the history keeps who was to sign"
    officer.go(f"/projets/{dossier.case_id}/historique")
    assert FIRM in officer.text()
