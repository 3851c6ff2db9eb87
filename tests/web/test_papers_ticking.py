"""Papers are made by a tick, in every process that has a workshop; what waits or failed is said."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from prometheus_client import generate_latest

from engine import app, doctor, scheduler
from engine.documents import making, requests
from engine.documents.models import State
from engine.documents.plain import PlainWorkshop
from engine.documents.workshop import CertificateExpired, TsaSilent
from engine.operations import papers
from tests.web import installation
from web import metrics

(TICK,) = (tick for tick in scheduler.TICKS if tick.name == "documents")


@pytest.fixture
def letters(monkeypatch) -> list[UUID]:
    """A kind of paper, for the time of a test; which ones were made."""
    made: list[UUID] = []
    sheet = making.Sheet("letter@1", {"date": "2026-11-16"})
    monkeypatch.setitem(papers.SHEETS, "letter", lambda _work, _paper: sheet)
    monkeypatch.setitem(papers.MADE, "letter", lambda _work, paper: made.append(paper.id))
    return made


@pytest.fixture
def ask(engine, world, project):
    def asked(kind: str = "letter") -> UUID:
        with engine.database.start_work() as work:
            return requests.ask(
                work, kind=kind, subject_id=uuid4(), chain_id=project, project_id=project,
                basin_id=world.basin_id, name="Courrier.pdf", audience="project",
            )  # fmt: skip

    return asked


def state_of(engine, paper_id: UUID) -> tuple[str, str | None]:
    with engine.database.start_reading() as work:
        paper = requests.find(work, paper_id)
    return paper.state, paper.failure


def test_a_tick_makes_what_acts_asked_for(engine, letters, ask):
    engine.workshop = PlainWorkshop()
    asked = [ask(), ask()]

    scheduler.run_tick(engine, TICK)

    assert [state_of(engine, each) for each in asked] == [(State.MADE, None)] * 2
    assert set(letters) == set(asked)
    assert TICK.run(engine) == 0


def test_a_clock_that_is_advanced_makes_them_too():
    assert TICK.by_programme_time
    assert not TICK.while_held


def test_a_kind_that_nobody_gathers_fails_with_a_sentence(engine, ask):
    engine.workshop = PlainWorkshop()
    paper_id = ask("poème")

    scheduler.run_tick(engine, TICK)

    state, failure = state_of(engine, paper_id)
    assert state == State.FAILED
    assert "poème" in failure
    assert any("poème" in problem for problem in doctor.problems(engine))


def test_without_a_workshop_papers_wait_and_whoever_looks_is_told(engine, letters, ask, clock):
    engine.workshop = None
    paper_id = ask()
    scheduler.run_tick(engine, TICK)
    assert not any("document(s)" in problem for problem in doctor.problems(engine))

    clock.advance(minutes=11)

    assert state_of(engine, paper_id)[0] == State.REQUESTED
    assert any("1 document(s) attendent" in problem for problem in doctor.problems(engine))
    measured = generate_latest(metrics.registry(engine)).decode()
    assert "alize_papers_waiting 1.0" in measured
    assert "alize_papers_failed 0.0" in measured


def test_the_history_of_a_dossier_says_that_a_document_is_ready(
    engine, client, sign_in, letters, ask, project
):
    engine.workshop = PlainWorkshop()
    ask()
    scheduler.run_tick(engine, TICK)

    page = sign_in(client, "officer").get(f"/projets/{project}/historique").text

    assert "Document prêt" in page
    assert "Courrier.pdf" in page
    assert "documents.paper" not in page


@pytest.mark.parametrize(
    ("days", "problem"),
    [(61, None), (59, "valable jusqu’au 14/01/2027 seulement."), (-1, "n’est pas valable à cette date")],
)
def test_a_seal_that_ends_is_announced(engine, clock, days, problem):
    class Dated(PlainWorkshop):
        def certificate(self, wall):
            if days < 0:
                raise CertificateExpired
            return dataclasses.replace(super().certificate(wall), valid_until=wall + timedelta(days=days))

    engine.workshop = Dated()
    engine.settings = dataclasses.replace(engine.settings, seal_certificate="seal.p12")

    found = [each for each in doctor.problems(engine) if "ALIZE_SEAL_CERTIFICATE" in each]

    assert bool(found) is bool(problem)
    assert problem is None or problem in found[0]


def test_a_seal_that_commits_nobody_is_said(engine):
    class Weak(PlainWorkshop):
        def certificate(self, wall):
            return dataclasses.replace(super().certificate(wall), commits=False)

    engine.settings = dataclasses.replace(engine.settings, seal_certificate="seal.p12")
    engine.workshop = PlainWorkshop()
    assert not any("nonRepudiation" in each for each in doctor.problems(engine))
    engine.workshop = Weak()

    assert any("nonRepudiation" in each for each in doctor.problems(engine))


def test_the_service_of_timestamps_is_asked_when_told_to_and_only_then(engine):
    class Silenced(PlainWorkshop):
        asked = 0

        def seal(self, pdf, **options):
            self.asked += 1
            raise TsaSilent

    engine.workshop = silenced = Silenced()
    engine.settings = dataclasses.replace(
        engine.settings, seal_certificate="seal.p12", tsa_url="http://tsa.exemple.test"
    )

    assert not any("ALIZE_TSA_URL" in each for each in doctor.problems(engine))
    assert silenced.asked == 0
    assert any("ALIZE_TSA_URL" in each for each in doctor.problems(engine, network=True))
    assert silenced.asked == 1


def test_production_without_a_certificate_is_told_what_waits(engine):
    engine.settings = dataclasses.replace(engine.settings, environment="production")

    assert any("ALIZE_SEAL_CERTIFICATE" in each for each in doctor.seal_problems(engine))


def test_the_plain_workshop_is_refused_in_production(tmp_path):
    settings = installation.settings_for(tmp_path, environment="production")

    with pytest.raises(ValueError, match="not in production"):
        app.build(settings, workshop=PlainWorkshop())
