"""From an approval to a labelled firm: everybody signs their own task, the head of the firm with a code."""

from __future__ import annotations

from engine.agreements import drafting, proving
from engine.demo.dossier import Dossier
from tests.journeys.basin import EXPERT, FIRM, HEAD
from tests.journeys.site import Site


def sign(site: Site, *, english: bool = False) -> None:
    """Everybody signs, the head of the firm and the lending company's expert without an account."""
    for who in ("chair", "member2"):
        member = site.visit(who, locale="en" if english else "fr")
        member.open_task("Sign the agreement" if english else "Signer la convention")
        member.proves(who, english=english)
        member.answer(consent=True)
        member.submit()
        assert member.errors() == []
    for address in (HEAD, EXPERT):
        [asked] = [mail for mail in site.mails_to(address) if "Signer la convention" in mail.subject]
        signatory = site.stranger(phone=True)
        signatory.open_with_code(asked)
        assert signatory.sees("Scierie du Lac")
        assert signatory.sees("Article 1. Objet"), "the very text that is signed is on the page"
        signatory.answer(consent=True)
        signatory.submit()
        assert signatory.page.url.endswith("/merci")


def signed_hash(site: Site, dossier: Dossier) -> str:
    """What everybody has signed."""
    with site.engine.database.start_reading() as work:
        agreement = drafting.latest(work, dossier.case_id)
        assert agreement is not None
        return proving.signed_hash(agreement)


def test_the_mandataire_accepts_everybody_signs_and_the_firm_is_labelled(site: Site) -> None:
    basin = site.basin
    basin.session()
    dossier = basin.approved()
    mandatary = site.visit("member2", phone=True)
    mandatary.does("Accepter le mandat", accepted="yes")

    officer = site.visit("officer")
    officer.open_task("Préparer la convention")
    lines = officer.page.locator("[name^='signatories-'][name$='-capacity']")
    assert sorted(lines.nth(at).input_value() for at in range(lines.count())) == [
        "beneficiary", "chair", "mandatary", "partner_company",
    ]  # fmt: skip
    officer.answer(objective="Sécher le bois sur place.")
    lenders = next(at for at in range(lines.count()) if lines.nth(at).input_value() == "partner_company")
    officer.answer(**{f"signatories__{lenders}__person_id": str(site.world.people["expert"])})
    officer.submit()
    assert officer.errors() == []
    site.basin.post()

    officer.go(f"/projets/{dossier.case_id}/convention")
    assert officer.sees("0 signature sur 4")
    sign(site)
    officer.go(f"/projets/{dossier.case_id}/convention")
    assert officer.sees("4 signatures sur 4")
    officer.page.get_by_text("Lire le texte de la convention").click()
    assert officer.page.locator("main code").first.inner_text() == signed_hash(site, dossier), (
        "what was signed is shown"
    )
    assert dossier.project().status == "labelled"
    assert dossier.steps() == ["plan_interventions"], "accompaniment starts, the follow-up waits for its day"
    assert FIRM in officer.text()


def test_a_refused_signature_brings_the_project_back_to_the_committee(site: Site) -> None:
    site.basin.session()
    dossier = site.basin.to_sign()
    site.basin.post()
    [asked] = [mail for mail in site.mails_to(HEAD) if "Signer la convention" in mail.subject]
    head = site.stranger()
    head.open_with_code(asked)
    head.answer(reason="Les jours ne suffisent pas.")
    head.press("Refuser de signer")
    assert head.page.url.endswith("/merci")
    assert "committee_decision" in dossier.steps()
    assert "sign_agreement" not in dossier.steps()
