"""An agreement and its annex signed by everybody, each in their way, then sealed, checked and paid upon."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
import sqlalchemy as sa

from engine import scheduler
from engine.agreements import drafting
from engine.agreements.models import Agreement, Signature
from engine.demo.dossier import Dossier
from engine.people import assignments, basins, organisations
from engine.people.models import Role
from tests import pdfsig
from tests.journeys.basin import HEAD
from tests.journeys.site import DESK, PHONE, Site, Visitor, person
from tests.web.installation import LONG_AGO

OPERATOR = "Opérateur du bassin (démo)"
SUCCESSOR = "petit@exemple.test"


def settle(site: Site) -> None:
    """The basin signs in every way, its operator signs for the advances that it pays."""
    site.engine.settings = replace(site.engine.settings, signature_provider="local", base_url=site.address)
    site.wait(seconds=1)  # What is changed at the very instant of the publication is not a change.
    with site.engine.database.start_work() as work:
        for text in ("agreement", "annex"):
            basins.change_parameter(
                work, basin_id=site.world.basin_id, key=f"signature.{text}", value="any", reason="essai"
            )
        firm = organisations.add(work, name=OPERATOR, city="Toul", fictitious=True)
        assignments.assign(
            work, role=Role.OPERATOR_ORGANISATION, basin_id=site.world.basin_id, organisation_id=firm.id,
            from_date=LONG_AGO,
        )  # fmt: skip


def approved(site: Site) -> Dossier:
    """An advance, and days lent by two companies, the chair's among them; the mandate is accepted."""
    site.basin.session()
    means = [*site.basin.means(), *site.basin.means("chair", "2")]
    dossier = site.basin.approved(
        advance_amount=1_500_000, advance_months=20, deferral_months=2, human_means=means
    )
    dossier.accept_mandate()
    return dossier


def printed(site: Site) -> None:
    """The machine makes the documents that acts asked for, and sends what waits for them."""
    scheduler.make_papers(site.engine)
    site.basin.post()


def prepared(officer: Visitor) -> None:
    """The officer drafts the texts: one company signs on paper, the mandatary at a provider."""
    officer.open_task("Préparer la convention")
    for said in ("15 000,00 €", "20 mois", "Différé", "2 mois", "6 jours"):
        assert officer.sees(said), f"{said}, as it was decided"
    lines = officer.page.locator("main [name^='signatories-'][name$='-capacity']")
    capacities = [lines.nth(at).input_value() for at in range(lines.count())]
    assert capacities == [
        "beneficiary", "chair", "partner_company", "partner_company", "mandatary", "operator",
    ]  # fmt: skip
    firms = officer.page.locator("main [name^='signatories-'][name$='-organisation_id']")
    lender = str(officer.site.basin.organisations["lender"])
    at = next(at for at in range(firms.count()) if firms.nth(at).input_value() == lender)
    officer.answer(
        objective="Sécher le bois sur place.",
        **{
            f"signatories__{at}__person_id": person(officer.site.world, "expert"),
            f"signatories__{at}__mode": "paper",
            "signatories__4__mode": "provider",
            "signatories__5__person_id": person(officer.site.world, "officer"),
        },
    )
    officer.check(DESK, PHONE)
    officer.submit()
    assert officer.errors() == []
    printed(officer.site)


def reads(signatory: Visitor, texts: int) -> None:
    """The signatory opens each file before signing: a PDF, made of the very words of the page."""
    links = signatory.page.get_by_role("link", name="Lire le document à signer (PDF)")
    assert links.count() == texts
    for link in links.all():
        assert "/document" in (link.get_attribute("href") or "")
        answer = signatory.page.request.get(link.get_attribute("href") or "")
        assert answer.headers["content-type"] == "application/pdf"
        assert "inline" in answer.headers.get("content-disposition", "")
        file = pypdfium2.PdfDocument(answer.body())
        assert len(file) <= 2
        file.close()


def head_signs(site: Site) -> None:
    """The head of the firm has no account: a mail, a code, the files, a consent."""
    mail = [each for each in site.mails_to(HEAD) if "Signer la convention" in each.subject][-1]
    head = site.stranger(phone=True)
    head.open_with_code(mail)
    assert head.sees("Responsable de la PME")
    reads(head, texts=2)
    head.check()
    head.answer(consent=True)
    head.submit()
    assert head.page.url.endswith("/merci"), head.errors()


def agrees(visitor: Visitor, who: str) -> None:
    """Somebody signs the page that they have open."""
    if visitor.page.get_by_role("button", name="Recevoir un code pour signer").count():
        visitor.proves(who)
    visitor.answer(consent=True)
    visitor.submit()
    assert visitor.errors() == []


def text_of(site: Site, dossier: Dossier) -> Agreement:
    """The text being signed."""
    with site.engine.database.start_reading() as work:
        found = drafting.latest(work, dossier.case_id)
    assert found is not None
    assert found.file_hash is not None
    return found


def scanned(content: bytes) -> bytes:
    """A file printed and put on a scanner: nothing is left of it but pictures."""
    file = pypdfium2.PdfDocument(content)
    pictures = [file[at].render(scale=150 / 72, grayscale=True).to_pil() for at in range(len(file))]
    file.close()
    made = io.BytesIO()
    pictures[0].save(made, "PDF", save_all=True, append_images=pictures[1:], resolution=150)
    return made.getvalue()


def signatures(site: Site) -> list[Signature]:
    """Every signature given, in order."""
    with site.engine.database.start_reading() as work:
        return list(work.database.scalars(sa.select(Signature).order_by(Signature.recorded_at)))


def test_everybody_signs_in_their_way_and_what_is_sealed_is_checked_and_paid_upon(
    site: Site, tmp_path: Path
) -> None:
    lived(site, tmp_path)


@pytest.mark.repeated
@pytest.mark.postgresql
def test_everybody_signs_in_their_way_on_postgresql(postgres_site: Site, tmp_path: Path) -> None:
    lived(postgres_site, tmp_path)


def lived(site: Site, folder: Path) -> None:
    """An agreement and its annex, as the officer and five signatories live them."""
    settle(site)
    dossier = approved(site)
    officer = site.visit("officer")
    prepared(officer)
    convention = f"/projets/{dossier.case_id}/convention"
    officer.go(convention)
    assert officer.sees("0 signature sur 6")
    assert officer.sees("et 4 autres"), "five people, one of whom signs twice"
    assert officer.sees("sur papier, numérisé")

    # On a phone: the mail's link, the code, the files first, the consent.
    head_signs(site)
    officer.go(convention)
    assert officer.sees("1 signature sur 6")

    # The company's person has left: another text, and a page opened before binds nobody.
    chair = site.visit("chair")
    chair.open_task("Signer la convention")
    chair.proves("chair")
    chair.answer(consent=True)
    replaced(officer, dossier)
    chair.submit()
    assert chair.sees("Le texte a changé depuis que vous l’avez ouvert")
    assert chair.sees("Rien de ce que vous venez d’envoyer n’a été enregistré.")
    chair.check(DESK, PHONE)
    chair.follow("Lire la nouvelle version")
    assert chair.sees("La convention TDL-2026-C001, version 2")
    assert [each.capacity for each in signatures(site)] == ["beneficiary"] * 2, "on the text and its annex"
    assert all(each.voided_at is not None for each in signatures(site))
    officer.go(convention)
    assert officer.sees("0 signature sur 6")
    assert officer.sees("Lire la version 1, annulée")
    assert any("votre signature est à redonner" in each.subject for each in site.mails_to(HEAD))

    # The new text is signed by all, each in their way.
    head_signs(site)
    twice(chair)
    on_paper(officer, dossier, folder)
    at_provider(site)
    officer.go(convention)
    assert officer.sees("5 signatures sur 6")
    assert dossier.project().effective_on is None
    refused_payment(officer, dossier)
    last(officer)
    officer.go(convention)
    assert officer.sees("6 signatures sur 6")
    assert officer.sees("Labellisé")
    assert dossier.project().effective_on == site.today

    # Sealed by the tick, downloaded, checked here and by another's program; only then is money paid.
    printed(site)
    checked(site, sealed(officer, convention, folder), folder)
    paid(officer, dossier)


def replaced(officer: Visitor, dossier: Dossier) -> None:
    """Another person signs for the company that lends days."""
    officer.go(f"/projets/{dossier.case_id}/remplacement-d-une-personne")
    officer.page.get_by_label("Signataire pour une entreprise partenaire – Ivan Tervenant (démo)").check()
    officer.answer(full_name="Sacha Petit (démo)", email=SUCCESSOR, reason="Il a changé de métier.")
    officer.send()
    assert officer.errors() == []
    printed(officer.site)


def twice(chair: Visitor) -> None:
    """The chair signs for the committee and for their own company: two signatures, told so."""
    chair.go("/taches")
    assert chair.sees("Présidence du comité d’agrément")
    assert chair.sees("Entreprise partenaire"), "two lines of the same name are told apart"
    chair.open_task("Signer la convention")
    assert chair.sees("une autre signature, sur sa propre page")
    agrees(chair, "chair")
    chair.open_task("Signer la convention")
    assert chair.sees("signée le")
    agrees(chair, "chair")


def on_paper(officer: Visitor, dossier: Dossier, folder: Path) -> None:
    """The officer brings back what was signed by hand: its code says which text it is."""
    text = text_of(officer.site, dossier)
    path = folder / "numerisation.pdf"
    path.write_bytes(scanned(officer.site.engine.store.read(str(text.file_hash))))
    officer.go("/numerisations")
    officer.page.set_input_files("#file", str(path))
    officer.press("Continuer")
    assert officer.sees(f"Convention {text.number}, version 2")
    field = officer.page.locator("main .field", has_text="Sacha Petit (démo)")
    field.locator("input[type=date]").fill(officer.site.today.isoformat())
    officer.page.check("#attested")
    officer.press("Enregistrer ces signatures")
    assert officer.sees("Une signature est enregistrée.")


def at_provider(site: Site) -> None:
    """The mandatary signs on the provider's page, which the tick asks and hears."""
    scheduler.advance_providers(site.engine)
    mandatary = site.visit("member2", phone=True)
    mandatary.open_task("Signer la convention")
    mandatary.follow("Signer chez le prestataire")
    mandatary.check()
    mandatary.press("Signer")
    assert mandatary.sees("C’est signé.")
    site.clock.ahead += timedelta(minutes=2)  # The provider is asked every minute, no more often.
    scheduler.advance_providers(site.engine)


def refused_payment(officer: Visitor, dossier: Dossier) -> None:
    """No advance is paid out while a signature of the annex is missing."""
    officer.go(f"/projets/{dossier.case_id}/versement")
    assert officer.sees("Une avance se verse une fois que tous ont signé la convention et son annexe.")
    assert officer.page.locator("main [name=bank_reference]").count() == 0


def last(officer: Visitor) -> None:
    """The operator's own line, on the annex alone, is the last one."""
    officer.open_task("Signer")
    reads(officer, texts=1)
    agrees(officer, "officer")


def sealed(officer: Visitor, convention: str, folder: Path) -> list[Path]:
    """The envelopes of the agreement and of its annex, as the officer's browser saves them."""
    officer.go(convention)
    links = officer.page.locator("main .paper", has_text="Enveloppe").get_by_role("link")
    assert links.count() == 2
    assert officer.page.locator("main .paper", has_text="scellé").count() == 2
    officer.check(DESK, PHONE)
    saved = []
    for link in links.all():
        with officer.page.expect_download() as download:
            link.click(modifiers=["Alt"])  # What a browser saves, be it one that would show it.
        assert download.value.suggested_filename.endswith(".pdf")
        saved.append(folder / f"{len(saved)}-{download.value.suggested_filename}")
        download.value.save_as(saved[-1])
    return saved


def checked(site: Site, files: list[Path], folder: Path) -> None:
    """Anybody who holds an envelope learns that it is intact and what it is; one byte less, that it is not."""
    holder = site.stranger()
    for path in files:
        verdict_on(holder, path)
        assert holder.sees("Ce document est intact")
        assert holder.sees("Enveloppe de preuves, scellée")
        assert holder.sees("En vigueur")
        said = pdfsig.said_of(path)
        assert "Signature is Valid" in said
        assert "Total document signed" in said
    holder.check(DESK, PHONE)

    flipped = bytearray(files[0].read_bytes())
    flipped[len(flipped) // 3] ^= 1
    path = folder / "modifiee.pdf"
    path.write_bytes(bytes(flipped))
    verdict_on(holder, path)
    assert holder.sees("Ce document a été modifié depuis son scellement")
    assert not holder.sees("Ce document est intact")
    assert "Signature is Valid" not in pdfsig.said_of(path)
    holder.check(DESK, PHONE)


def verdict_on(holder: Visitor, path: Path) -> None:
    """Somebody asks what a file is worth."""
    holder.go("/validation")
    holder.page.set_input_files("#file", str(path))
    holder.send()


def paid(officer: Visitor, dossier: Dossier) -> None:
    """The advance is paid out, once everybody has signed: never another amount than the one decided."""
    officer.go(f"/projets/{dossier.case_id}")
    officer.page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
    officer.follow("Noter le versement de l’avance")
    officer.answer(amount="14 000", bank_reference="VIR 42")
    officer.send()
    assert officer.errors(), "another amount than the one decided"
    officer.answer(amount="15 000")
    officer.send()
    assert officer.errors() == []
    assert dossier.project().advance_paid_on == officer.site.today
    officer.go(f"/projets/{dossier.case_id}/versement")
    assert officer.page.locator("main [name=bank_reference]").count() == 0, "it is paid once"


def test_a_refusal_voids_the_signatures_given_and_nobody_may_sign_that_text_any_more(site: Site) -> None:
    site.basin.session()
    dossier = site.basin.to_sign()
    dossier.sign("beneficiary")
    chair = site.visit("chair")
    chair.open_task("Signer la convention")
    chair.proves("chair")
    chair.answer(consent=True)

    mandatary = site.visit("member2", phone=True)
    mandatary.open_task("Signer la convention")
    mandatary.page.get_by_text("Je ne peux pas signer ce texte").click()
    assert mandatary.sees("Un refus annule les signatures données et ramène le projet au comité.")
    mandatary.answer(reason="Six jours ne suffisent pas.")
    mandatary.press("Refuser de signer")
    assert mandatary.errors() == []

    chair.submit()
    assert chair.sees("Rien de ce que vous venez d’envoyer n’a été enregistré.")
    kept = signatures(site)
    assert [(each.capacity, each.voided_at is not None) for each in kept] == [
        ("beneficiary", True), ("mandatary", True),
    ]  # fmt: skip
    printed(site)
    officer = site.visit("officer")
    officer.go(f"/projets/{dossier.case_id}/convention")
    assert officer.sees("Refusée")
    assert "committee_decision" in dossier.steps()
    officer.check(DESK, PHONE)
