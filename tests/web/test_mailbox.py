"""The mailbox of a demonstration, served elsewhere than where it was made, its clock standing still."""

from __future__ import annotations

import re

from engine import scheduler
from engine.settings import Settings
from web import mailbox


def test_links_written_while_the_demonstration_was_made_open_it_where_it_is_served(flask_app, engine):
    here = "http://127.0.0.1:8123"
    object.__setattr__(engine.settings, "base_url", here)

    with flask_app.test_request_context(base_url=here):
        shown = mailbox.readable(f"Ouvrir la tâche :\n{Settings().base_url}/taches/1")

    assert shown == f"Ouvrir la tâche :\n{here}/taches/1"


def test_the_mail_asked_for_last_is_the_first_though_the_clock_stands_still(flask_app, engine, world):
    asking = ("member", "officer", "chair", "steering")
    for who in asking:
        flask_app.test_client().post("/connexion/code", data={"email": world.emails[who]})
        scheduler.deliver_mail(engine)

    page = flask_app.test_client().get("/messages").text

    written_to = re.findall(r'<span class="strong">(\w+) \(démo\)</span>', page)
    assert written_to == [who.capitalize() for who in reversed(asking)]
