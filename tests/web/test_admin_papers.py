"""Documents that somebody should look at: why they are not made, one click to have one made again."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from engine.documents import making, requests
from engine.documents.models import State
from engine.documents.plain import PlainWorkshop
from engine.persistence.unit_of_work import Actor


@pytest.fixture
def paper_id(engine, world, project) -> UUID:
    """A document that nobody knows how to make."""
    engine.workshop = PlainWorkshop()
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        asked = requests.ask(
            work, kind="decision_letter", subject_id=uuid4(), chain_id=project, basin_id=world.basin_id,
            project_id=project, name="Décision TDL-2026-D001.pdf", audience="project",
        )  # fmt: skip
    hooks = making.Hooks({})
    making.make_due(engine.database, engine.settings, engine.workshop, engine.store, hooks)
    return asked


@pytest.fixture
def enter(flask_app, sign_in, paper_id):
    return lambda who: sign_in(flask_app.test_client(), who)


def test_those_who_look_after_it_see_why_it_is_not_made(enter):
    for who in ("officer", "administrator", "auditor"):
        page = enter(who).get("/administration/documents").text
        assert "Décision TDL-2026-D001.pdf" in page
        assert "Aucun modèle n’est prévu pour ce genre de document" in page
    assert "Décision TDL-2026-D001.pdf" not in enter("other_officer").get("/administration/documents").text


def test_the_front_page_counts_it(enter):
    assert "1 demande qu’on s’en occupe." in enter("officer").get("/administration").text


def test_one_click_has_it_made_again(enter, engine, paper_id):
    officer = enter("officer")
    address = f"/administration/documents/{paper_id}/refaire"
    assert address in officer.get("/administration/documents").text

    done, again = officer.post(address), officer.post(address)

    assert (done.status_code, done.location) == (303, "/administration/documents")
    assert again.status_code == 409
    with engine.database.start_reading() as work:
        assert requests.find(work, paper_id).state == State.REQUESTED
    assert "Aucun document en peine" in officer.get("/administration/documents").text


def test_whoever_only_reads_has_no_button(enter, paper_id):
    auditor = enter("auditor")

    assert "/refaire" not in auditor.get("/administration/documents").text
    assert auditor.post(f"/administration/documents/{paper_id}/refaire").status_code == 403
    assert enter("other_officer").post(f"/administration/documents/{paper_id}/refaire").status_code == 404


def test_what_is_late_is_listed_and_is_made_by_itself(enter, engine, world, project, clock):
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        requests.ask(
            work, kind="decision_letter", subject_id=uuid4(), chain_id=project, basin_id=world.basin_id,
            project_id=project, name="Décision TDL-2026-D002.pdf", audience="project",
        )  # fmt: skip
    clock.advance(minutes=11)

    page = enter("officer").get("/administration/documents").text

    assert "Décision TDL-2026-D002.pdf" in page
    assert page.count("/refaire") == 1
