"""« Mes données », the administration's pages of erasure and retention: who, what is said, what is refused."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from engine.people import accounts, assignments, persons
from engine.people.models import Role
from engine.persistence import history
from engine.projects.models import Project
from engine.retention import erasing, plans, replaying
from engine.retention.models import Erasure, Plan
from engine.runtime.models import Instance, Task

CONFIRMED = {"confirmed": "yes"}


@pytest.fixture
def administrator(client, sign_in):
    return sign_in(client, "administrator")


@pytest.fixture
def gone(engine, world):
    """Somebody who had a role in the first basin, and has none any more."""
    with engine.database.start_work() as work:
        person = persons.add(work, full_name="Odile Partie", email="partie@exemple.test")
        held = assignments.assign(work, role=Role.STEERING, basin_id=world.basin_id, person_id=person.id)
        assignments.end(work, held.id, reason="départ")
        return person.id


@pytest.fixture
def ended(engine, project, clock):
    """A project rejected two years ago, less twenty days, whose end is planned."""
    with engine.database.start_work() as work:
        work.connection.execute(
            sa.update(Project)
            .where(Project.id == project)
            .values(ended_on=work.now.date(), end_kind="rejected", status="rejected")
        )
        work.connection.execute(sa.update(Instance).where(Instance.id == project).values(ended_at=work.now))
        work.connection.execute(
            sa.update(Task).where(Task.case_id == project).values(closed_at=work.now, outcome="withdrawn")
        )
    clock.advance(days=365 * 2 - 20)
    plans.forget_due(engine.database, engine.store)
    return project


def plan_of(engine):
    with engine.database.start_reading() as work:
        return work.database.scalars(sa.select(Plan).where(Plan.rule == "rejected")).one()


def kinds(engine, person_id):
    with engine.database.start_reading() as work:
        found = sa.select(history.history.c.kind).where(history.history.c.chain_id == person_id)
        return list(work.connection.scalars(found))


def text_and_links(answer) -> str:
    """The words of a page, and where it leads."""
    main = html.document_fromstring(answer.text).find(".//main")
    return " ".join([text_of(answer), *main.xpath(".//@href"), *main.xpath(".//@action")])


def text_of(answer) -> str:
    return " ".join(html.document_fromstring(answer.text).xpath("string(//main)").split())


def test_a_member_downloads_all_that_is_held_on_them_and_it_is_noted(member, engine, world):
    assert "Télécharger mes données" in member.get("/compte/mes-donnees").text
    assert "/compte/mes-donnees" in member.get("/compte").text

    answer = member.post("/compte/mes-donnees")

    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    made = zipfile.ZipFile(io.BytesIO(answer.data))
    data = json.loads(made.read("donnees.json"))
    assert data["parts"]["person"]["rows"][0]["email"] == world.emails["member"]
    assert "people.data.exported" in kinds(engine, world.people["member"])
    page = html.document_fromstring(made.read("LISEZ-MOI.html"))
    assert page.findtext(".//h1") == "Ce que le système sait de vous"
    assert world.emails["officer"] not in made.read("person.csv").decode()


def test_the_administration_gives_it_to_who_has_no_account(administrator, engine, gone):
    answer = administrator.post(f"/administration/personnes/{gone}/donnees")

    assert json.loads(zipfile.ZipFile(io.BytesIO(answer.data)).read("donnees.json"))["person"] == gone.hex
    assert "people.data.exported" in kinds(engine, gone)


def test_an_erasure_is_said_confirmed_and_done_once(administrator, engine, gone):
    address = f"/administration/personnes/{gone}/effacer"
    assert address in administrator.get(f"/administration/personnes/{gone}").text
    page = administrator.get(address)
    assert "Gardé, et pourquoi" in text_of(page)

    refused = administrator.post(address)
    assert refused.status_code == 422
    assert "Cochez la case" in refused.text
    done = administrator.post(address, data=CONFIRMED)
    assert done.status_code == 303
    with engine.database.start_reading() as work:
        assert persons.find(work, gone).full_name == "Personne effacée"
        assert work.database.scalars(sa.select(Erasure)).one().finished_at is not None
    assert "Odile" not in administrator.get(f"/administration/personnes/{gone}").text
    again = administrator.post(address, data=CONFIRMED)
    assert again.status_code == 409
    assert "déjà effacée" in administrator.get(address).text
    lines = replaying.read(engine.documents.parent / replaying.FILE)
    assert [each["subject"] for each in lines] == [gone.hex]


def test_an_erasure_sent_twice_is_one_act_with_one_friendly_answer(administrator, gone, engine):
    address = f"/administration/personnes/{gone}/effacer"
    sent = CONFIRMED | {"key": key_of(administrator.get(address))}

    # A real browser asks for no page between the two, which would show what there is to say.
    token = {"X-CSRFToken": administrator.token()}
    answers = [administrator.post(address, data=sent, csrf=False, headers=token) for _again in range(2)]

    assert [(each.status_code, each.location) for each in answers] == [(303, "/administration/personnes")] * 2
    assert "Cette personne est effacée." in administrator.get("/administration/personnes").text
    assert kinds(engine, gone).count("retention.person.erased") == 1


def test_what_stops_half_way_is_said_to_go_on_by_itself(administrator, gone, engine, monkeypatch):
    address = f"/administration/personnes/{gone}/effacer"
    with monkeypatch.context() as broken:
        broken.setattr(erasing, "finish", lambda *_: 1 / 0)
        assert administrator.post(address, data=CONFIRMED).status_code == 303
    assert "se terminera de lui-même" in text_of(administrator.get("/administration/personnes"))
    assert "se terminera de lui-même" in text_of(administrator.get(address))

    plans.forget_daily(engine.database, engine.store)
    with engine.database.start_reading() as work:
        assert persons.find(work, gone).full_name == "Personne effacée"


def test_whoever_is_erased_is_listed_no_more_nor_given_anything(administrator, gone, world):
    administrator.post(f"/administration/personnes/{gone}/effacer", data=CONFIRMED)
    assert "Personne effacée" not in text_of(administrator.get("/administration/personnes"))

    card = administrator.get(f"/administration/personnes/{gone}")
    assert "Personne effacée" in card.text
    assert "il ne reste d’elle qu’un identifiant" in card.text
    for verb in ("/corriger", "/acces", "/effacer", "/absences", "/roles/nouveau"):
        assert verb not in text_and_links(card), verb
    refused = administrator.post(
        f"/administration/personnes/{gone}/corriger", data={"full_name": "Odile Partie", "language": "fr"}
    )
    assert refused.status_code == 409
    assert "est effacée" in refused.text


def test_who_has_a_role_is_not_erased_and_the_page_says_what_to_do(administrator, world):
    address = f"/administration/personnes/{world.people['member']}/effacer"
    assert "À faire d’abord" in administrator.get(address).text

    refused = administrator.post(address, data=CONFIRMED)
    assert refused.status_code == 409
    assert "mettez-y fin d’abord" in refused.text


@pytest.mark.parametrize("who", ["officer", "chair", "member", "steering"])
def test_others_do_not_erase(client, sign_in, engine, gone, who):
    browser = sign_in(client, who)
    for path in ("effacer", "donnees"):
        assert browser.post(f"/administration/personnes/{gone}/{path}", data=CONFIRMED).status_code == 403
    with engine.database.start_reading() as work:
        assert persons.find(work, gone).full_name == "Odile Partie"


def key_of(page) -> str:
    """The hidden key of a page's form."""
    return re.search(r'name="key" value="([^"]+)"', page.text)[1]


def test_an_officer_sees_what_is_due_and_puts_it_off(ended, officer, engine):
    page = officer.get("/administration/conservation")
    plan = plan_of(engine)
    address = f"/administration/conservation/{plan.id}/reporter"
    assert address in page.text
    assert "Conservation" in officer.get("/administration").text
    assert officer.get(address).status_code == 200

    wrong = officer.post(address, data={"until": str(plan.planned_on), "reason": "Recours"})
    assert wrong.status_code == 422
    assert "après l’échéance prévue" in wrong.text
    later = plan.planned_on + timedelta(days=90)
    assert officer.post(address, data={"until": str(later), "reason": ""}).status_code == 422
    sent = {"until": str(later), "reason": "Un recours est en cours.", "key": key_of(officer.get(address))}
    assert [officer.post(address, data=sent).status_code for _again in range(2)] == [303, 303], (
        "a double click"
    )
    assert "Un recours est en cours." in officer.get("/administration/conservation").text
    assert plan_of(engine).planned_on == later


def test_a_skeleton_s_pages_say_that_the_firm_is_erased(client, sign_in, engine, ended, clock, world):
    for _day in range(32):
        clock.advance(days=1)
        plans.forget_due(engine.database, engine.store)
        with engine.database.start_work() as work:  # Or their account would be closed, and rightly.
            accounts.note_sign_in(work, world.people["officer"], by="code")
    officer = sign_in(client, "officer")

    for path in ("", "/historique", "/parcours", "/documents"):
        answer = officer.get(f"/projets/{ended}{path}")
        assert answer.status_code in {200, 404}
        assert "Dupré" not in answer.text
        assert "retention." not in answer.text, "a fact without its words"
        assert "Il compte toujours dans les chiffres" in answer.text
        assert "/note" not in text_and_links(answer)
    assert "Entreprise effacée" in officer.get(f"/projets/{ended}").text
    assert "Entreprise effacée" in officer.get("/projets?etat=ended").text
    note = {"text": "Mme Dupré a rappelé.", "audience": "committee"}
    refused = officer.post(f"/projets/{ended}/note", data=note)
    assert refused.status_code == 409
    assert "plus possible" in refused.text


def test_what_is_put_apart_is_for_who_looks_after_the_basin(ended, officer, flask_app, sign_in, engine):
    with engine.database.start_work() as work:
        work.connection.execute(sa.update(Project).where(Project.id == ended).values(archived_at=work.now))
    member = sign_in(flask_app.test_client(), "member")

    assert officer.get(f"/projets/{ended}").status_code == 200
    assert member.get(f"/projets/{ended}").status_code == 404
    assert str(ended) in officer.get("/projets?etat=ended").text
    assert str(ended) not in member.get("/projets?etat=ended").text
