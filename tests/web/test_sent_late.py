"""A page's form sent after its session has ended comes back as typed, to its person only, and does nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from engine.projects.models import Note, Project
from tests.web.installation import PASSWORD
from web.auth import IDLE

REFERRER = {"Referer": "http://localhost/projets"}
TYPED = "Appelée : elle rappellera mardi."


@pytest.fixture
def late(client, sign_in, clock):
    """An officer whose session has ended while a page was open on their screen."""
    sign_in(client, "officer")
    client.get("/projets")
    return lambda: clock.advance(seconds=int((IDLE + timedelta(minutes=1)).total_seconds()))


def form_of(answer, action: str) -> dict[str, str]:
    """The controls of the page's form that is sent to an address, as a browser would send them."""
    [form] = html.document_fromstring(answer.text).xpath(f"//form[starts-with(@action, '{action}')]")
    found = {}
    for each in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
        if each.tag == "select":
            found[each.get("name")] = (each.xpath(".//option[@selected]/@value") or [""])[0]
        elif each.get("type") not in {"radio", "checkbox", "file"} or each.get("checked") is not None:
            found[each.get("name")] = (
                each.get("value") if each.tag == "input" else each.text_content().strip()
            )
    return {name: value or "" for name, value in found.items()}


def send(browser, path, fields):
    """Send a form with its own token and no other."""
    return browser.post(path, data=fields, headers=REFERRER, csrf=False)


def back_in(browser, world, who="officer"):
    """Sign in again, in another tab of the same browser."""
    answer = browser.post("/connexion", data={"email": world.emails[who], "password": PASSWORD})
    assert answer.status_code == 303


def count(engine, model) -> int:
    with engine.database.start_reading() as work:
        return work.connection.scalar(sa.select(sa.func.count()).select_from(model))


def set_aside(browser, path, late, **typed):
    """What the browser is left with when a page is sent after the session's end."""
    page = browser.get(path)
    fields = {**form_of(page, path.partition("?")[0]), **typed}
    late()
    return send(browser, path, fields)


def test_a_note_comes_back_as_typed_after_signing_in_and_is_then_sent(client, engine, world, project, late):
    path = f"/projets/{project}/note"
    aside = set_aside(client, path, late, text=TYPED)
    assert aside.status_code == 401
    assert "n’est pas perdu" in aside.text
    assert TYPED not in aside.headers.get("Set-Cookie", "")
    kept = form_of(aside, path)

    assert send(client, path, kept).status_code == 401  # Before signing in: it waits on.
    back_in(client, world)
    again = send(client, path, kept)

    assert again.status_code == 422
    assert "relisez ce que vous aviez tapé" in again.text
    assert form_of(again, path)["text"] == TYPED
    assert count(engine, Note) == 0
    assert send(client, path, form_of(again, path)).status_code == 303
    assert count(engine, Note) == 1


def test_an_intake_comes_back_as_typed(client, engine, world, project, late):
    path = "/projets/nouveau"
    kept = form_of(set_aside(client, path, late, name="Scierie du Bois (démo)", need=TYPED), path)
    back_in(client, world)

    shown = form_of(send(client, path, kept), path)

    assert (shown["name"], shown["need"]) == ("Scierie du Bois (démo)", TYPED)
    assert count(engine, Project) == 1


def test_a_session_to_plan_comes_back_as_typed(client, world, late):
    path = "/seances/nouvelle"
    kept = form_of(set_aside(client, path, late, place="Salle des fêtes"), path)
    back_in(client, world)

    assert form_of(send(client, path, kept), path)["place"] == "Salle des fêtes"


def test_it_comes_back_to_nobody_else(client, engine, world, project, late):
    path = f"/projets/{project}/note"
    kept = form_of(set_aside(client, path, late, text=TYPED), path)
    back_in(client, world, "second_officer")

    for fields in (kept, {**kept, "typed_by": "forged"}):
        refused = send(client, path, fields)
        assert refused.status_code == 400
        assert TYPED not in refused.text
    assert count(engine, Note) == 0


def test_another_site_fills_nothing_in(client, sign_in, engine, project):
    sign_in(client, "officer")

    for headers in ({}, {"Referer": "https://ailleurs.example/"}):
        answer = client.post(
            f"/projets/{project}/note", data={"text": TYPED, "csrf_token": "x"}, headers=headers, csrf=False
        )
        assert answer.status_code == 400
        assert TYPED not in answer.text
    assert count(engine, Note) == 0


def test_a_page_from_before_ones_sign_in_comes_back_as_typed(client, sign_in, engine, world, project):
    path = f"/projets/{project}/note"
    sign_in(client, "officer")
    fields = {**form_of(client.get(path), path), "text": TYPED}
    client.post("/deconnexion")
    back_in(client, world)

    again = send(client, path, fields)

    assert form_of(again, path)["text"] == TYPED
    assert count(engine, Note) == 0


def test_whoever_signed_out_leaves_nothing(client, sign_in, engine, project):
    path = f"/projets/{project}/note"
    sign_in(client, "officer")
    fields = {**form_of(client.get(path), path), "text": TYPED}
    client.post("/deconnexion")

    answer = send(client, path, fields)

    assert answer.status_code == 400
    assert TYPED not in answer.text
    assert "copiez ce que vous aviez tapé" in answer.text
    assert count(engine, Note) == 0
    assert "Votre session est terminée" in answer.text
    assert "Rien n’a été enregistré" in answer.text
    assert "mal formée" not in answer.text
