"""A member who reads English: the invitation, the dossier, an interest, the code, the text they sign."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2

from engine.outbox.models import CapturedMail
from engine.people import basins
from tests.journeys.site import Site, Visitor
from tests.journeys.test_languages import FRENCH, KEPT, french_left
from tests.journeys.test_session import acknowledged, diffused, entry_of, planned, printed

# What a French-speaking officer typed stays as they typed it.
TYPED = ("Salle du conseil", "Merci de lire le dossier du séchoir")


def french_in(lines: list[str]) -> list[str]:
    """The lines that are in French, and not because somebody typed them so."""
    return [
        line
        for line in lines
        if FRENCH.search(KEPT.sub("", line)) and not any(each in line for each in TYPED)
    ]


def in_english(mail: CapturedMail) -> None:
    """A mail says all of it in English."""
    assert "Dear Member2 (démo)," in mail.text
    assert french_in([mail.subject, *mail.text.splitlines()]) == []


def words_of(content: bytes) -> str:
    """The words of a PDF."""
    file = pypdfium2.PdfDocument(content)
    words = "\n".join(page.get_textpage().get_text_bounded() for page in file)
    file.close()
    return words


def reader(site: Site) -> Visitor:
    """A member who has their pages and their mails in English."""
    member = site.visit("member2", phone=True)
    member.go("/compte")
    member.page.locator("main select[name=locale]").select_option("en")
    with member.page.expect_navigation():
        member.page.locator("main form:has(select[name=locale]) button").click()
    assert member.page.locator("html").get_attribute("lang") == "en"
    return member


def test_a_session_and_a_signature_are_lived_in_english_from_the_mail_to_the_text_signed(site: Site) -> None:
    site.wait(seconds=1)  # What is changed at the very instant of the publication is not a change.
    with site.engine.database.start_work() as work:
        basins.change_parameter(
            work, basin_id=site.world.basin_id, key="documents.language", value="en", reason="essai"
        )
    dossier = site.basin.appraised()
    member, officer = reader(site), site.visit("officer")
    address = site.world.emails["member2"]

    session = planned(officer)
    invited = site.last_mail(address)
    in_english(invited)
    assert "Thursday 26 November 2026" in " ".join(invited.text.split())
    assert "SUMMARY" in entry_of(invited)
    assert french_in(entry_of(invited).splitlines()) == []
    diffused(officer, session)
    in_english(site.last_mail(address))

    member.go(f"/seances/{session}/dossier")
    assert french_in(french_left(member)) == []
    acknowledged(member, button="Acknowledge and open the file")
    member.go(f"/projets/{dossier.case_id}/interets?seance={session}")
    assert french_left(member) == []
    member.send()
    assert member.errors()
    assert french_left(member) == [], "what is to be corrected too"
    member.answer(situation="expected_expert")
    member.send()
    assert member.sees("The declaration is recorded.")
    assert french_in(french_left(member)) == []

    site.wait_until(site.today + timedelta(days=10), hour=15)
    dossier.decide("approved", human_means=site.basin.means())
    dossier.accept_mandate()
    dossier.prepare("Dry the wood on site.")
    printed(site)
    asked = site.last_mail(address)
    in_english(asked)
    member.open_link(asked)
    assert french_left(member) == []
    member.proves("member2", english=True)
    in_english(site.last_mail(address, "code"))
    link = member.page.get_by_role("link", name="Read the document to sign (PDF)")
    words = words_of(member.page.request.get(link.get_attribute("href") or "").body())
    assert "Agreement of cooperation and development" in words
    assert french_in(words.splitlines()) == []
    assert member.sees("Article 1. Purpose"), "the very words of the file are on the page"
    member.answer(consent=True)
    member.submit()
    assert member.sees("Done: Sign the agreement"), member.errors()
    assert french_left(member) == []
