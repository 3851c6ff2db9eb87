"""A confirmation of projects to take over that comes after the session’s end is found again, and done once."""

from __future__ import annotations

from types import SimpleNamespace

from tests.integration import adopting
from tests.web.installation import LORRAINE
from tests.web.test_adoption import PAGE, count, kept, key, row, sent
from tests.web.test_sent_late import back_in, form_of, late, send, set_aside

__all__ = ["late", "row"]
CONFIRM = f"{PAGE}/confirmer"


def test_what_was_shown_an_hour_ago_is_shown_again_then_taken_over_once(client, engine, world, row, late):
    confirmation = form_of(SimpleNamespace(text=sent(client, [row])), CONFIRM)
    late()
    aside = send(client, CONFIRM, confirmation)
    assert (aside.status_code, count(engine)) == (401, 0)
    assert "n’est pas perdu" in aside.text
    back_in(client, world)

    again = send(client, CONFIRM, form_of(aside, CONFIRM))
    assert (again.status_code, count(engine)) == (422, 0)
    assert "Votre fichier est encore là" in again.text
    shown = client.post(PAGE, data={"kept": kept(again.text)})

    assert (shown.status_code, count(engine)) == (200, 0)
    assert "Un projet sera repris" in shown.text
    fields = {"kept": kept(shown.text), "key": key(shown.text)}
    assert client.post(CONFIRM, data=fields).status_code == 303
    assert client.post(CONFIRM, data=fields).status_code == 303
    assert count(engine) == 1


def test_the_form_of_one_project_comes_back_as_typed(client, engine, world, late):
    path = f"/bassins/{LORRAINE}/reprise/projet"
    typed = {
        "name": "Atelier 9 (démo)",
        "stage": "signing",
        "received_on": adopting.written(adopting.date(2026, 8, 1)),
    }
    aside = form_of(set_aside(client, path, late, **typed), path)
    back_in(client, world)

    shown = send(client, path, aside)

    assert form_of(shown, path)["name"] == "Atelier 9 (démo)"
    assert (shown.status_code, count(engine)) == (422, 0)
