"""The mailbox of a demonstration, served elsewhere than where it was made."""

from __future__ import annotations

from engine.settings import Settings
from web import mailbox


def test_links_written_while_the_demonstration_was_made_open_it_where_it_is_served(flask_app, engine):
    here = "http://127.0.0.1:8123"
    object.__setattr__(engine.settings, "base_url", here)

    with flask_app.test_request_context(base_url=here):
        shown = mailbox.readable(f"Ouvrir la tâche :\n{Settings().base_url}/taches/1")

    assert shown == f"Ouvrir la tâche :\n{here}/taches/1"
