"""Tokens are listed and revoked: by their holder, by who looks after the account, on pages and by the API."""

from __future__ import annotations

import pytest

from engine.people import tokens
from engine.persistence.unit_of_work import Actor


@pytest.fixture
def made(engine, world):
    """Make a token for somebody: its text and its id."""

    def make(who, scopes=("read", "act")):
        person_id = world.people[who]
        with engine.database.start_work(Actor(person_id, "cli")) as work:
            text, row = tokens.create(work, person_id=person_id, name=f"Tableur de {who}", scopes=scopes)
            return text, row.id

    return make


def bearer(text):
    return {"headers": {"Authorization": f"Bearer {text}"}}


def test_one_lists_and_revokes_one_s_own(api, made):
    text, token_id = made("member")

    listed = api.get("member", "/tokens").json["items"]
    ended = api.post("member", f"/tokens/{token_id}/revoke").json

    assert "Tableur de member" in [each["name"] for each in listed]
    assert text not in str(listed)
    assert (ended["valid"], ended["revoked_at"] is not None) == (False, True)
    assert api.get(None, "/me", **bearer(text)).status_code == 401
    assert api.post("officer", f"/tokens/{token_id}/revoke").status_code == 404


def test_a_reading_token_ends_itself_and_no_other(api, made):
    text, token_id = made("member", ("read",))
    _other, other_id = made("member")

    assert api.post(None, f"/tokens/{other_id}/revoke", **bearer(text)).status_code == 403
    assert api.post(None, f"/tokens/{token_id}/revoke", **bearer(text)).json["valid"] is False
    assert api.get(None, "/me", **bearer(text)).status_code == 401


def test_the_administrator_revokes_another_s(api, made, world):
    text, token_id = made("member")
    theirs = f"/people/{world.people['member']}/tokens"

    assert token_id.hex in {
        each["id"].replace("-", "") for each in api.get("administrator", theirs).json["items"]
    }
    assert api.post("steering", f"{theirs}/{token_id}/revoke").status_code == 403
    assert api.post("other_officer", f"{theirs}/{token_id}/revoke").status_code == 404
    assert api.get(None, "/me", **bearer(text)).status_code == 200
    assert api.post("administrator", f"{theirs}/{token_id}/revoke").status_code == 200
    assert api.get(None, "/me", **bearer(text)).status_code == 401
    assert (
        api.post("administrator", f"/people/{world.people['chair']}/tokens/{token_id}/revoke").status_code
        == 404
    )


def test_the_account_s_page_shows_tokens_and_ends_them(api, made, client, sign_in):
    text, token_id = made("member")
    browser = sign_in(client, "member")
    assert "Tableur de member" in browser.get("/compte").text

    assert browser.post(f"/compte/jetons/{token_id}/revoquer").status_code == 303

    assert "Tableur de member" not in browser.get("/compte").text
    assert api.get(None, "/me", **bearer(text)).status_code == 401


def test_the_administration_s_page_does_too(api, made, client, sign_in, world):
    text, token_id = made("member")
    card = f"/administration/personnes/{world.people['member']}"
    browser = sign_in(client, "administrator")
    assert f"{card}/jetons" in browser.get(card).text
    page = browser.get(f"{card}/jetons").text
    assert "Tableur de member" in page
    assert "pour lire, agir, jusqu’au" in page
    assert f'<a href="{card}">Member (démo)</a>' in page

    assert browser.post(f"{card}/jetons/{token_id}/revoquer").status_code == 303

    assert "Aucun jeton en cours." in browser.get(f"{card}/jetons").text
    assert api.get(None, "/me", **bearer(text)).status_code == 401
