"""Help, accessibility and legal notice: for everybody, in both languages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from engine import doctor

PAGES = ("/aide", "/accessibilite", "/mentions")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("language", "word"), [("fr", "Vous"), ("en", "You")])
def test_is_open_to_everybody_in_both_languages(client, page, language, word):
    client.post("/langue", data={"locale": language})
    answer = client.get(page)

    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert re.search(rf"\b{word}", answer.text, re.IGNORECASE)


@pytest.mark.parametrize("page", PAGES)
def test_french_pages_have_french_typography(client, page):
    text = re.sub(r"<[^>]+>", "¤", client.get(page).text.partition("<main")[2])

    assert not re.findall(r"\w'\w|\w [;:!?»](?=\s)|« ", text)


def test_every_role_has_its_guide_and_every_word_its_meaning(client):
    page = client.get("/aide").text

    for anchor in (
        "membre",
        "dirigeant",
        "presidence",
        "operateur",
        "pilotage",
        "seance",
        "interet",
        "signer",
        "verifier",
        "mots",
        "raccourcis",
        "securite",
    ):
        assert f'id="{anchor}"' in page
        assert f'href="#{anchor}"' in page
    for word in ("Mandataire", "Prescripteur", "Comité d’agrément", "Procès-verbal", "Avenant", "Variante"):
        assert f"<dt>{word}</dt>" in page


def test_the_statement_claims_no_more_than_what_was_done(client):
    page = client.get("/accessibilite").text

    assert "partiellement conforme" in page
    assert "Aucun audit par un tiers" in page
    assert "Défenseur des droits" in page


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_page_promises_what_is_not_there(client, language):
    """An editor of variants and the ledger of advances are still to come."""
    client.post("/langue", data={"locale": language})
    text = " ".join(client.get(page).text.partition("<main")[2] for page in PAGES[:2])

    assert not re.findall(r"éditeur|grand livre|sommes et|editor|ledger|money", text)


def test_every_page_leads_to_help_and_to_the_statement(client):
    page = client.get("/connexion").text

    assert 'href="/aide"' in page
    assert 'href="/accessibilite"' in page
    assert 'href="/mentions"' in page


@pytest.mark.parametrize(
    ("status", "address"),
    [(404, "/nulle-part"), (405, "/langue")],
)
def test_an_error_says_what_happened_and_what_to_do(client, status, address):
    answer = client.get(address)

    assert answer.status_code == status
    assert "Aller à l’accueil" in answer.text


def test_an_error_speaks_the_readers_language(client):
    assert "Page not found" in client.get("/nulle-part", headers={"Accept-Language": "en"}).text


def test_security_txt_leads_to_where_one_tells(client):
    text = client.get("/.well-known/security.txt").text

    assert "/aide#securite" in text


def test_security_txt_gives_the_address_of_the_installation(client, engine, monkeypatch):
    monkeypatch.setattr(engine, "settings", replace(engine.settings, security_contact="alerte@exemple.test"))

    assert "Contact: mailto:alerte@exemple.test\n" in client.get("/.well-known/security.txt").text


@pytest.mark.parametrize(
    ("language", "itself"), [("fr", "L’éditeur lui-même"), ("en", "The publisher itself")]
)
def test_the_notice_names_who_publishes_hosts_and_answers_for_data(
    client, sign_in, engine, monkeypatch, language, itself
):
    """Loi nº 2004-575, article 1-1; règlement (UE) 2016/679, article 13."""
    named = replace(
        engine.settings, publisher="Chambre <de> démonstration", data_protection="Camille Exemple"
    )
    monkeypatch.setattr(engine, "settings", named)
    sign_in(client, "officer")
    client.post("/langue", data={"locale": language})
    notice = client.get("/mentions").text

    assert "Chambre &lt;de&gt; démonstration" in notice
    assert itself in notice
    assert notice.count("Camille Exemple") == 2
    assert "Camille Exemple" in client.get("/compte/mes-donnees").text


def test_a_host_that_is_not_the_publisher_is_named(client, engine, monkeypatch):
    named = replace(engine.settings, publisher="Chambre de démonstration", hosting="Machines d’Exemple")
    monkeypatch.setattr(engine, "settings", named)

    assert re.search(r"<dt>Hébergeur</dt><dd>Machines d’Exemple</dd>", client.get("/mentions").text)


def test_a_notice_that_names_nobody_is_told_to_the_operator_in_production(engine):
    published = replace(engine.settings, environment="production")
    named = replace(published, publisher="Chambre de démonstration", data_protection="Camille Exemple")

    told = " ".join(doctor.notice_problems(published))

    assert "ALIZE_PUBLISHER" in told
    assert "ALIZE_DATA_PROTECTION" in told
    assert list(doctor.notice_problems(named)) == []
    assert list(doctor.notice_problems(engine.settings)) == []
