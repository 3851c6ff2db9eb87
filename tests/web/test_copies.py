"""A copy of an installation says that it is one on every page, and the pages of the real one say nothing."""

from __future__ import annotations

import dataclasses

from engine.persistence import installation as stamped
from web import app as web_app


def test_every_page_of_a_copy_says_so(engine, client):
    with engine.database.start_work() as work:
        stamped.note_address(work, engine.settings.base_url)
    there = client.get("/connexion").text
    elsewhere = dataclasses.replace(engine.settings, base_url="https://essai.exemple.test")
    engine.settings, engine.standing_as_of = elsewhere, None

    here = web_app.create_app(engine).test_client().get("/connexion").text

    assert "Copie d’une installation qui sert ailleurs" not in there
    assert "Copie d’une installation qui sert ailleurs" in here
