"""The officer brings back a signed copy: recognised by its code or chosen by hand, recorded line by line."""

from __future__ import annotations

import dataclasses
import io
import re
from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine.agreements import drafting, provider_requests, scans
from engine.agreements.models import Agreement, ProviderRequest, Signatory, Signature
from engine.agreements.providers import Answer, Request, ToBeSigned
from engine.committee.models import CommitteeSession
from engine.documents.plain import PlainWorkshop
from engine.documents.workshop import Inspected
from engine.people import basins
from engine.persistence.unit_of_work import Actor
from engine.projects.models import Document
from engine.runtime.advance import OperationFailed
from engine.runtime.models import Incident
from tests.web import installation
from tests.web.lives import Life
from tests.web.project_pages.reading import TODAY, rows, text_of

CODE = re.compile(rb"%code (\S+)")


class Reader(PlainWorkshop):
    """A workshop that reads the code of a scan in a comment of its file."""

    def inspect(self, content):
        if b"encrypted" in content:
            return Inspected(is_encrypted=True)
        if b"cut" in content:
            return Inspected()
        return Inspected(
            is_readable=True, pages=2, codes=tuple(each.decode() for each in CODE.findall(content))
        )


@pytest.fixture
def engine(engine):
    engine.workshop = Reader()
    return engine


@pytest.fixture
def life(engine, world, project):
    """An agreement to sign by four people."""
    found = Life(engine, world, project)
    found.to_sign(found.session(TODAY), TODAY)
    return found


@pytest.fixture
def officer(flask_app, sign_in, life):
    return sign_in(flask_app.test_client(), "officer")


def text(engine, life) -> Agreement:
    with engine.database.start_reading() as work:
        return drafting.latest(work, life.case_id)


def scan(engine, life, more=b""):
    """The content of a scan of the agreement."""
    return b"%PDF-1.7\n%code https://x.test/papier/" + text(engine, life).paper_id.hex.encode() + b"\n" + more


def send(officer, content, **answers):
    data = {"file": (io.BytesIO(content), "exemplaire.pdf"), **answers}
    return officer.post("/numerisations", data=data)


def fields(page):
    """The names of the days to write."""
    return re.findall(r'name="(signed_on-[0-9a-f]{32})"', page.text)


def test_a_scan_leads_to_the_lines_of_its_text_and_records_those_dated(officer, engine, life):
    sent = send(officer, scan(engine, life))
    page = officer.get(sent.location)
    names = fields(page)

    done = officer.post(sent.location, data={
        names[0]: "2026-11-16", names[3]: "2026-11-16", names[1]: "", "attested": "true",
    })  # fmt: skip

    assert (sent.status_code, done.status_code, len(names)) == (303, 303, 4)
    assert done.location == f"/projets/{life.case_id}/convention"
    said = text_of(officer.get(done.location))
    assert "2 signatures sont enregistrées." in said
    assert "2 signatures sur 4" in said
    assert "qui atteste tenir l’original" in said
    assert [each.mode for each in rows(engine, Signature)] == ["paper", "paper"]


def test_the_same_scan_sent_again_is_kept_once(officer, engine, life):
    first = send(officer, scan(engine, life))
    again = send(officer, scan(engine, life))

    assert first.location == again.location
    assert len([each for each in rows(engine, Document) if each.kind == "signed_scan"]) == 1


def test_another_scan_of_the_same_name_from_the_same_page_is_not_taken_for_the_first(officer, engine, life):
    first = send(officer, scan(engine, life), key="cafe")
    again = send(officer, scan(engine, life), key="cafe")
    another = send(officer, scan(engine, life, b"page 2"), key="cafe")

    assert (first.status_code, again.location, another.status_code) == (303, first.location, 422)
    assert "Un autre envoi de cette page est déjà enregistré" in another.text
    assert len([each for each in rows(engine, Document) if each.kind == "signed_scan"]) == 1


def test_without_a_code_the_text_is_chosen_by_hand(officer, engine, life):
    refused = send(officer, b"%PDF-1.7 no code here")
    chosen = send(officer, b"%PDF-1.7 no code here", text=str(text(engine, life).id))

    assert refused.status_code == 422
    assert "Aucun code n’a pu être lu" in refused.text
    assert str(text(engine, life).id) in refused.text
    assert chosen.status_code == 303


@pytest.mark.parametrize(("content", "status", "said"), [
    (b"", 422, "Choisissez un fichier."),
    (b"plain text", 422, "n’est ni un PDF"),
    (b"%PDF-1.7 encrypted", 422, "chiffré"),
    (b"%PDF-1.7 cut", 422, "endommagé"),
])  # fmt: skip
def test_what_nobody_can_read_is_refused(officer, life, content, status, said):
    answer = send(officer, content)

    assert answer.status_code == status
    assert said in answer.text


def test_a_version_that_was_replaced_is_refused_and_named(officer, engine, life):
    content = scan(engine, life)
    with engine.database.start_work() as work:
        work.head_of(life.case_id)
        drafting.void(work, work.database.get_one(Agreement, text(engine, life).id), reason="new_version")

    answer = send(officer, content)

    assert answer.status_code == 409
    assert "elle a été annulée" in answer.text


@pytest.mark.parametrize(("typed", "said"), [
    ({}, "au moins"),
    ({"day": "2026-11-16"}, "Attestez"),
    ({"day": "demain", "attested": "true"}, "Indiquez le jour"),
    ({"day": "2026-12-25", "attested": "true"}, "dans le futur"),
    ({"day": "2020-01-01", "attested": "true"}, ""),
])  # fmt: skip
def test_what_is_typed_wrong_records_nothing_and_comes_back(officer, engine, life, typed, said):
    sent = send(officer, scan(engine, life))
    name = fields(officer.get(sent.location))[0]
    answers = {name: typed["day"]} if "day" in typed else {}

    answer = officer.post(sent.location, data=answers | {k: v for k, v in typed.items() if k != "day"})

    assert answer.status_code == 422
    assert said in answer.text
    assert rows(engine, Signature) == []


def test_a_signature_whose_process_fails_leaves_the_others_recorded(officer, engine, life, monkeypatch):
    address = send(officer, scan(engine, life)).location
    names = fields(officer.get(address))
    record = scans.record
    task = life.task("sign_agreement", position=1)

    def failing(work, **asked):
        if f"signed_on-{asked['signatory_id'].hex}" == names[1]:
            raise OperationFailed(
                case_id=life.case_id, basin_id=life.world.basin_id, instance_id=task.instance_id,
                process=task.process, step=task.step, operation="agreements.sign", task_id=task.id,
                cause=ValueError("broken"),
            )  # fmt: skip
        return record(work, **asked)

    monkeypatch.setattr(scans, "record", failing)
    answer = officer.post(address, data=dict.fromkeys(names[:3], "2026-11-16") | {"attested": "true"})

    assert answer.status_code == 422
    assert "2 signatures sont enregistrées." in text_of(answer)
    assert "L’action n’a pas abouti" in text_of(answer)
    assert (len(rows(engine, Signature)), len(rows(engine, Incident))) == (2, 1)


def test_what_is_not_attested_is_said_beside_its_box(officer, engine, life):
    address = send(officer, scan(engine, life)).location
    page = officer.post(address, data={fields(officer.get(address))[0]: "2026-11-16"})

    assert re.search(r'id="attested"[^>]* aria-describedby="attested-error"', page.text)
    assert 'id="attested-error"' in page.text


def test_the_texts_to_choose_among_cost_no_statement_each(officer, engine, world, life):
    counted = []
    sa.event.listen(engine.database.engine, "before_cursor_execute", lambda *event: counted.append(event[2]))

    def cost():
        officer.get("/numerisations")
        counted.clear()
        page = officer.get("/numerisations")
        return page.text.count("(démo)</option>"), len(counted)

    one, before = cost()
    again = installation.open_project(engine, world, siret="00000007500002", name="Menuiserie (démo)")
    other = Life(engine, world, again)
    [session] = rows(engine, CommitteeSession)
    other.to_sign(session.id, TODAY)
    two, after = cost()

    assert (one, two) == (1, 2)
    assert after == before


def test_an_address_typed_for_another_text_is_refused(officer, engine, life):

    sent = send(officer, scan(engine, life))
    document = sent.location.split("/")[2]

    assert officer.get(f"/numerisations/{document}/{uuid4()}").status_code == 404
    assert officer.get(f"/numerisations/{uuid4()}/{text(engine, life).id}").status_code == 404


def test_a_printed_code_leads_the_officer_here_and_nobody_else(officer, engine, life, client):
    address = f"/papier/{text(engine, life).paper_id.hex}"

    assert "/numerisations" in officer.get(address).text
    page = client.get(address)
    assert "/numerisations" not in page.text
    assert "En signature" in page.text


class TestTheProviderOfDemonstrations:
    @pytest.fixture
    def engine(self, engine):
        engine.settings = dataclasses.replace(engine.settings, signature_provider="local")
        return engine

    def test_shows_what_is_asked_and_takes_one_answer(self, engine, client):

        asked = Request(
            uuid4(), "Convention TDL", "Maud (démo)", None, (ToBeSigned("a.pdf", b"x", "0" * 64),)
        )
        path = engine.provider.start(asked).url.removeprefix(engine.settings.base_url)

        page = client.get(path)
        done = client.post(path, data={"answer": "sign"})
        again = client.post(path, data={"answer": "refuse"})

        assert "rien n’y est signé pour de vrai" in page.text
        assert (done.status_code, again.status_code) == (303, 409)
        answered = client.get(path).text
        assert "C’est signé." in answered
        assert "Revenir à Alizé" in answered
        assert "Revenir à Alizé" not in page.text
        assert client.post(path, data={"answer": "x"}).status_code == 400

    def test_is_reached_from_the_task_and_asked_again_when_it_let_go(
        self, engine, world, life, flask_app, sign_in, clock
    ):
        task = life.task("sign_agreement", position=1)
        with engine.database.start_work(Actor(world.people["officer"])) as work:
            basins.change_parameter(
                work, basin_id=world.basin_id, key="signature.agreement", value="any", reason="essai"
            )
            for line in work.database.query(Signatory).filter_by(position=1):
                line.way = "provider"
        chair = sign_in(flask_app.test_client(), "chair")
        assert "/prestataire" not in chair.get(f"/taches/{task.id}").text

        provider_requests.advance_due(engine.database, engine.provider, engine.store)
        page = chair.get(f"/taches/{task.id}").text
        assert "Signer chez le prestataire" in page
        assert "Chez le prestataire" in text_of(chair.get(f"/projets/{life.case_id}/convention"))

        [request] = rows(engine, ProviderRequest)
        engine.provider.answer(request.reference, Answer.EXPIRED, on=TODAY)
        clock.advance(minutes=2)
        provider_requests.advance_due(engine.database, engine.provider, engine.store)
        assert "Demander de nouveau au prestataire" in chair.get(f"/taches/{task.id}").text

        asked = chair.post(f"/taches/{task.id}/prestataire")

        assert (asked.status_code, asked.location) == (303, f"/taches/{task.id}")
        assert chair.post(f"/taches/{task.id}/prestataire").status_code == 409
        assert sorted(each.state for each in rows(engine, ProviderRequest)) == ["asked", "expired"]
