"""The page of an agreement: who has signed and who has not, since when, whom to remind, the files."""

from __future__ import annotations

import re

import pytest
from lxml import html

from tests.web.project_pages.reading import TODAY, text_of
from tests.web.test_inbox import statements


@pytest.fixture
def signing(life):
    """An agreement to sign, five days ago."""
    life.to_sign(life.session(TODAY), TODAY)
    return life


@pytest.fixture
def enter(sign_in, flask_app):
    """Somebody who signs in now: a session does not last for days."""
    return lambda who: sign_in(flask_app.test_client(), who)


def page_of(browser, life):
    return browser.get(f"/projets/{life.case_id}/convention")


def test_before_an_agreement_says_when_there_will_be_one(life, officer):
    assert "se prépare après une décision favorable" in text_of(page_of(officer, life))


def test_shows_who_has_signed_and_who_is_waited_for_since_when(signing, enter, clock):
    clock.advance(days=5)
    signing.sign(1)

    said = text_of(page_of(enter("officer"), signing))

    assert "1 signature sur 4" in said
    assert "Signée 21 novembre 2026 en ligne" in said
    assert said.count("Attendue depuis le 16 novembre 2026 (5 jours)") == 3


def test_no_line_is_broken_inside_a_number(signing, enter):
    page = html.fromstring(page_of(enter("officer"), signing).get_data(as_text=True))

    kept = page.xpath("//span[@class='whole']/text()")

    for place in ("h2", "p[@class='kicker']"):
        (said,) = page.xpath(f"//{place}/span[@class='whole']/text()")
        assert re.fullmatch(r"[A-Z]+-[0-9]{4}-[A-Z]?[0-9]+", said)
        assert said in kept


def test_an_officer_reminds_with_one_click_and_not_twice_a_week(signing, enter, clock):
    clock.advance(days=8)
    officer = enter("officer")
    page = page_of(officer, signing).get_data(as_text=True)
    addresses = [each for each in page.split('"') if each.endswith("/relancer")]

    done = officer.post(addresses[0], data={"project": str(signing.case_id), "back": "convention"})
    again = page_of(officer, signing).get_data(as_text=True)

    assert (done.status_code, done.location) == (303, f"/projets/{signing.case_id}/convention")
    assert addresses[0] not in again
    assert again.count("/relancer") == len(addresses) - 1
    assert "Prochain courriel possible le" in again


def test_nobody_else_reminds(signing, enter, clock):
    clock.advance(days=8)

    assert "/relancer" not in page_of(enter("member"), signing).text
    chair = page_of(enter("chair"), signing)
    assert "/relancer" not in chair.text
    assert "Lire et signer" in chair.text


def test_lists_the_file_of_the_text_with_its_words_and_its_hash(signing, officer, engine):
    page = page_of(officer, signing)

    assert "Fichiers" in page.text
    assert "Lire le texte de la convention" in page.text
    assert "Empreinte du fichier (SHA-256)" in text_of(page)


def test_the_envelope_is_there_once_everybody_has_signed(life, officer):
    life.labelled(life.session(TODAY), TODAY)

    said = text_of(page_of(officer, life))

    assert "En vigueur" in said
    assert "4 signatures sur 4" in said
    assert "Enveloppe" in said


def test_asks_the_database_few_questions(signing, officer, engine):
    with statements(engine) as counted:
        page_of(officer, signing)

    assert len(counted) <= 24, counted
