"""Documents that the programme makes: read by those they are for, checked by anybody who holds one."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from engine.committee import sessions
from engine.committee.agenda_models import AgendaItem, Diffusion
from engine.documents import making, requests
from engine.documents.plain import PlainWorkshop, one_page
from engine.people import recusals
from engine.persistence.unit_of_work import Actor
from engine.runtime import cases
from tests.web.project_pages.reading import text_of

LETTER = "decision_letter"


@pytest.fixture
def engine(engine):
    """The installation of this test, whose workshop is quick."""
    engine.workshop = PlainWorkshop()
    return engine


@pytest.fixture
def ask(engine, world, project):
    """Ask for a paper of the project, and make it unless told otherwise."""

    def asked(*, audience="project", is_made=True, seals=False, chain_id=None, project_id=project) -> UUID:
        with engine.database.start_work(Actor(world.people["officer"])) as work:
            paper_id = requests.ask(
                work, kind=LETTER, subject_id=uuid4(), chain_id=chain_id or project, basin_id=world.basin_id,
                project_id=project_id, name="Décision TDL-2026-D001.pdf", audience=audience,
            )  # fmt: skip
        if is_made:
            make(engine, seals=seals)
        return paper_id

    return asked


def make(engine, *, seals=False):
    """Make what is due."""

    def gather(_work, paper):
        data = {"date": "2026-11-16", "to": str(paper.subject_id)}
        return making.Sheet("decision_letter@1", data, most_pages=2, is_sealed=seals)

    hooks = making.Hooks({LETTER: gather}, making.nothing_follows)
    making.make_due(engine.database, engine.settings, engine.workshop, engine.store, hooks)


@pytest.fixture
def read(flask_app, sign_in):
    """What somebody meets at an address."""

    def asked(who, path, **options):
        return sign_in(flask_app.test_client(), who).get(path, **options)

    return asked


class TestAFile:
    def test_is_sent_to_be_read_in_the_page_under_its_own_name(self, engine, ask, read):
        paper_id = ask()

        answer = read("officer", f"/documents/{paper_id}")

        assert (answer.status_code, answer.content_type) == (200, "application/pdf")
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Content-Disposition"] == (
            "inline; filename*=UTF-8''D%C3%A9cision%20TDL-2026-D001.pdf"
        )

    def test_is_not_sent_again_to_a_reader_who_has_it_but_asked_for_each_time(self, engine, ask, read):
        paper_id = ask()
        first = read("officer", f"/documents/{paper_id}")

        again = read("officer", f"/documents/{paper_id}", headers={"If-None-Match": first.headers["ETag"]})

        assert (again.status_code, again.data) == (304, b"")
        assert first.headers["Cache-Control"] == "private, no-cache"

    @pytest.mark.parametrize(("audience", "who", "status"), [
        ("project", "member", 200),
        ("project", "steering", 200),
        ("committee", "member", 200),
        ("committee", "chair", 200),
        ("operator", "officer", 200),
        ("operator", "member", 404),
        ("project", "other_officer", 404),
        ("project", "coordinator", 403),
    ])  # fmt: skip
    def test_is_for_its_audience_in_its_basin(self, ask, read, audience, who, status):
        paper_id = ask(audience=audience)

        assert read(who, f"/documents/{paper_id}").status_code == status
        assert read(who, f"/documents/{paper_id}/etat").status_code == status

    def test_is_not_there_for_whoever_stepped_back_from_the_project(self, engine, world, project, ask, read):
        paper_id = ask()
        with engine.database.start_work(Actor(world.people["officer"])) as work:
            cases.lock(work, project)
            recusals.recuse(work, case_id=project, basin_id=world.basin_id, person_id=world.people["member"])

        assert read("member", f"/documents/{paper_id}").status_code == 404
        assert read("member2", f"/documents/{paper_id}").status_code == 200

    def test_of_a_session_is_for_the_committee_of_its_basin(self, ask, read):
        paper_id = ask(audience="committee", chain_id=uuid4(), project_id=None)

        assert read("member", f"/documents/{paper_id}").status_code == 200
        assert read("other_member", f"/documents/{paper_id}").status_code == 404

    def test_of_a_session_that_speaks_of_what_one_stepped_back_from_is_not_there_but_one_s_own(
        self, engine, world, project, ask, read
    ):
        with engine.database.start_work(Actor(world.people["officer"])) as work:
            held = {"held_on": date(2026, 12, 10), "kind": "meeting"}
            session_id = sessions.plan(work, basin_id=world.basin_id, answers=held).id
            work.database.add(
                AgendaItem(
                    basin_id=world.basin_id, session_id=session_id, position=1, kind="project_new", key="x",
                    project_id=project, added_at=work.now, added_by=work.actor.person_id,
                )
            )  # fmt: skip
        whole, own = (ask(audience="committee", chain_id=session_id, project_id=None) for _each in range(2))
        with engine.database.start_work(Actor(world.people["officer"])) as work:
            cases.lock(work, project)
            recusals.recuse(work, case_id=project, basin_id=world.basin_id, person_id=world.people["member"])
            work.database.add(
                Diffusion(
                    basin_id=world.basin_id, session_id=session_id, version=1, seat_id=uuid4(), paper_id=own,
                    person_id=world.people["member"], position=0, sent_on=date(2026, 12, 1),
                )
            )  # fmt: skip

        assert read("member", f"/documents/{whole}").status_code == 404
        assert read("member", f"/documents/{own}").status_code == 200
        assert read("member2", f"/documents/{whole}").status_code == 200

    def test_that_nobody_asked_for_is_not_there(self, read):
        assert read("officer", f"/documents/{uuid4()}").status_code == 404


class TestUntilItIsMade:
    def test_its_address_leads_to_how_far_it_is(self, ask, read):
        paper_id = ask(is_made=False)

        answer = read("officer", f"/documents/{paper_id}")

        assert (answer.status_code, answer.location) == (303, f"/documents/{paper_id}/etat")

    def test_a_page_says_so_without_a_script_and_a_line_asks_again_with_one(self, ask, read):
        paper_id = ask(is_made=False)
        address = f"/documents/{paper_id}/etat"

        page = read("officer", address)
        line = read("officer", address, headers={"HX-Request": "true"})

        assert "<h1>Lettre de décision</h1>" in page.text
        assert "Le document se prépare" in page.text
        assert f'href="{address}">Actualiser' in page.text
        assert "<h1>" not in line.text
        assert f'hx-get="{address}"' in line.text

    def test_once_made_the_line_asks_nothing_more(self, engine, ask, read):
        paper_id = ask()

        line = read("officer", f"/documents/{paper_id}/etat", headers={"HX-Request": "true"})

        assert "hx-get" not in line.text
        assert f'href="/documents/{paper_id}"' in line.text
        assert "Décision TDL-2026-D001.pdf" in text_of(line)
        assert "Spécimen" in line.text

    def test_what_nobody_knows_how_to_make_is_said_to_have_failed(self, engine, ask, read):
        paper_id = ask(is_made=False)
        hooks = making.Hooks({}, making.nothing_follows)
        making.make_due(engine.database, engine.settings, engine.workshop, engine.store, hooks)

        line = read("officer", f"/documents/{paper_id}/etat", headers={"HX-Request": "true"})

        assert "N’a pas pu être préparé" in line.text
        assert "hx-get" not in line.text

    def test_what_waits_for_its_seal_is_put_off_and_asks_no_more(self, engine, ask, read):
        from engine.documents.workshop import NoCertificate

        class Sealless(PlainWorkshop):
            def certificate(self, wall):
                raise NoCertificate

        engine.workshop = Sealless()
        paper_id = ask(seals=True)

        line = read("officer", f"/documents/{paper_id}/etat", headers={"HX-Request": "true"})

        assert "Préparation reportée" in line.text
        assert "hx-get" not in line.text


class TestValidation:
    @pytest.fixture
    def content(self, engine, ask):
        """The file of a sealed paper."""
        paper_id = ask(seals=True)
        with engine.database.start_reading() as work:
            return engine.store.read(requests.find(work, paper_id).content_hash)

    @staticmethod
    def check(client, content, name="lettre.pdf"):
        body = (
            b'--here\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n'
            b"Content-Type: application/pdf\r\n\r\n%s\r\n--here--\r\n" % (name.encode(), content)
        )
        return client.post("/validation", data=body, content_type="multipart/form-data; boundary=here")

    def test_says_that_a_file_of_ours_is_intact_and_what_it_is(self, client, content):
        answer = self.check(client, content)

        assert answer.status_code == 200
        assert "<h1>Ce document est intact</h1>" in answer.text
        assert "Lettre de décision" in answer.text
        assert "Sa pièce jointe" not in answer.text
        assert "Décision TDL-2026-D001" in text_of(answer)

    def test_says_that_a_sealed_file_was_changed_or_extended_since(self, client, content):
        changed = content.replace(b"MediaBox[0 0 595 842]", b"MediaBox[0 0 595 843]")

        for tampered in (changed, content + b"%something more\n"):
            assert "a été modifié depuis son scellement" in self.check(client, tampered).text

    def test_knows_nothing_of_another_file(self, client, engine):
        answer = self.check(client, one_page(b'{"template": "x", "standard": "a-2a", "attachments": {}}'))

        assert "Ce n’est pas un document de cette installation" in answer.text

    def test_finds_a_file_of_ours_that_another_encloses(self, client, engine, ask, content):
        with engine.database.start_reading() as work:
            digest = requests.with_content(work, making.digest_of(content))[0].content_hash
        around = one_page(
            b'{"template": "x", "standard": "a-2a", "attachments": {"A.pdf": "%s"}}' % digest.encode()
        )

        answer = self.check(client, around)

        assert "en contient un des nôtres, intact" in answer.text
        assert "Sa pièce jointe Elle est, octet pour octet, un fichier que nous gardons" in text_of(answer)
        assert "Décision TDL-2026-D001" in text_of(answer)

    @pytest.mark.parametrize(("sent", "said"), [
        (b"", "Choisissez un fichier."),
        (b"a text", "n’est ni un PDF"),
        (b"%PDF-1.7 cut", "endommagé"),
        (b"%PDF-" + b"0" * (10 * 1024 * 1024), "dépasse 10 Mo"),
    ])  # fmt: skip
    def test_refuses_what_nobody_can_look_into(self, client, engine, sent, said):
        answer = self.check(client, sent)

        assert answer.status_code == 422
        assert said in answer.text

    def test_is_asked_few_times_a_minute_from_one_address(self, client, engine):
        answers = [self.check(client, b"a text").status_code for _again in range(12)]

        assert answers == [422] * 10 + [429] * 2

    def test_keeps_nothing_of_what_was_sent(self, client, engine, content):
        before = sorted(engine.documents.rglob("*"))

        self.check(client, one_page(b'{"template": "x", "standard": "a-2a", "attachments": {}}'))

        assert sorted(engine.documents.rglob("*")) == before


class TestAPrintedCode:
    def test_says_to_anybody_which_paper_it_is_on(self, client, ask):
        paper_id = ask()

        page = client.get(f"/papier/{paper_id.hex}")

        assert page.status_code == 200
        assert "Décision TDL-2026-D001" in text_of(page)
        assert "Scierie" not in page.text

    @pytest.mark.parametrize("code", ["x" * 32, "0" * 32, "0" * 31, "..%2F..", "0" * 40])
    def test_that_is_none_of_ours_leads_nowhere(self, client, code):
        assert client.get(f"/papier/{code}").status_code == 404


@pytest.mark.parametrize(("language", "word"), [("fr", "1366 et 1367"), ("en", "1366 and 1367")])
def test_what_a_signature_is_worth_is_told_in_both_languages(client, language, word):
    client.post("/langue", data={"locale": language})

    page = client.get("/signature-electronique").text

    assert word in page
    assert "910/2014" in page
