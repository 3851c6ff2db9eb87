"""The pages of rehearsals: choose, read the months, go on choice by choice, share what came out."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.errors import first_paragraph
from engine.i18n import translate
from engine.persistence.base import Base
from engine.projects import closing
from engine.registry import shared_rehearsals
from engine.rehearsal import asking
from tests.web.installation import LORRAINE, VALENCIENNES

HOME = f"/bassins/{LORRAINE}/processus"
PAGE = f"{HOME}/repetition"
FRENCH = first_paragraph(closing.NotSigned)
SHORT = "jouer=1&debut=2026-01-05&issue-qualification_outcome=reorient"


@pytest.fixture(scope="module", autouse=True)
def one_child():
    """The child serves every test of this file, and ends with it."""
    yield
    asking.stop()


@pytest.fixture
def officer(client, sign_in):
    return sign_in(client, "officer")


def text_of(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)).split())


def spaced(words: str) -> str:
    """A sentence as `text_of` gives it."""
    return " ".join(words.split())


def counts(engine) -> dict[str, int]:
    """How many rows each table of the installation has."""
    with engine.database.start_reading() as work:
        return {
            name: work.connection.scalar(sa.select(sa.func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }


def test_the_page_asks_before_it_plays_anything(officer):
    shown = officer.get(PAGE)

    assert shown.status_code == 200
    assert "Jouer la répétition" in text_of(shown)
    assert "Mois par mois" not in text_of(shown)


def test_a_rehearsal_is_read_month_by_month_and_writes_nothing_here(officer, engine):
    before = counts(engine)

    shown = officer.get(f"{PAGE}?{SHORT}")

    told = text_of(shown)
    assert "janvier 2026" in told
    assert "Qualifier la demande" in told
    assert "Projet sans suite" in told
    assert "Odette Opératrice (imaginaire)" in told
    assert 'data-step="engagement"' in shown.get_data(as_text=True)
    assert counts(engine) == before


def test_the_timeline_is_filtered_by_who_and_by_what(officer):
    mails = text_of(officer.get(f"{PAGE}?{SHORT}&quoi=courriels"))
    nobody = text_of(officer.get(f"{PAGE}?{SHORT}&qui=chair"))

    assert "Qualifier la demande" not in mails.split("Mois par mois")[1].split("Ce que cela demande")[0]
    assert "Rien à montrer avec ces filtres." in nobody


def test_whatever_the_address_says_the_page_answers(officer):
    odd = "jouer=1&debut=hier&mois=-3&rythme=lent&sinon=rien&hasard=%F0&fin=x&fin-apres=z&choix=,,&qui=<b>"

    shown = officer.get(f"{PAGE}?{odd}&issue-qualification_outcome=drop&processus=../etc")

    assert shown.status_code == 200
    assert "<b>" not in shown.get_data(as_text=True)


def test_she_chooses_as_it_goes(officer):
    asked = officer.get(f"{PAGE}?jouer=1&debut=2026-01-05&sinon=ask")
    assert "Que se passe-t-il" in text_of(asked)
    [link] = re.findall(r'href="([^"]*choix=drop[^"]*)"', asked.get_data(as_text=True))

    ended = officer.get(link.replace("&amp;", "&"))

    assert "Projet sans suite" in text_of(ended)
    assert "Que se passe-t-il" not in text_of(ended)


def test_what_is_refused_on_the_way_is_told_in_the_reader_s_language(officer):
    refused = f"{PAGE}?jouer=1&mois=1&debut=2026-01-05&fin=termination&fin-apres=0"
    french = text_of(officer.get(refused))
    officer.post("/langue", data={"locale": "en"})

    english = text_of(officer.get(refused))

    assert spaced(FRENCH) in french
    assert translate(FRENCH, "en") in english
    assert spaced(FRENCH) not in english


def test_the_draft_is_rehearsed_as_it_stands(officer):
    officer.post(f"{HOME}/brouillon")

    shown = officer.get(f"{HOME}/brouillon/repetition?{SHORT}")

    assert "Répéter le brouillon" in text_of(shown)
    assert "Projet sans suite" in text_of(shown)


def shared_by(officer) -> str:
    fields = dict(each.split("=") for each in SHORT.split("&"))
    answer = officer.post(PAGE, data={**fields, "titre": "Pour le comité"})
    assert answer.status_code == 303
    return answer.location


def test_a_shared_page_is_read_by_who_sees_the_basin_and_by_nobody_else(officer, flask_app, sign_in):
    address = shared_by(officer)

    shown = sign_in(flask_app.test_client(), "member").get(address)
    assert "Pour le comité" in text_of(shown)
    assert "Répétition partagée par" in text_of(shown)
    assert "Jouer la répétition" not in text_of(shown)
    assert "Pour le comité" in text_of(officer.get(PAGE))
    elsewhere = address.replace(LORRAINE, VALENCIENNES)
    assert sign_in(flask_app.test_client(), "member").get(elsewhere).status_code == 404


def test_a_shared_page_goes_after_ninety_days(officer, engine, clock):
    address = shared_by(officer)

    with engine.database.start_work() as work:
        assert shared_rehearsals.forget_expired(work) == 0
    clock.advance(days=91)
    with engine.database.start_work() as work:
        [left] = work.database.scalars(sa.select(shared_rehearsals.SharedRehearsal))
        assert left.expires_at - left.shared_at == timedelta(days=90)
        with pytest.raises(shared_rehearsals.UnknownRehearsal):
            shared_rehearsals.read(work, left.id)
        assert shared_rehearsals.of_basin(work, left.basin_id) == []
        assert shared_rehearsals.forget_expired(work) == 1
    assert address.startswith(f"{HOME}/repetitions/")


def test_what_turns_for_ever_is_told_and_the_next_rehearsal_plays(officer, monkeypatch):
    monkeypatch.setattr(asking, "SECONDS", 0.001)
    refused = officer.get(f"{PAGE}?{SHORT}&hasard=77")
    assert "Cette répétition n’a pas pu aller au bout" in text_of(refused)

    monkeypatch.undo()
    assert "Projet sans suite" in text_of(officer.get(f"{PAGE}?{SHORT}&hasard=78"))
