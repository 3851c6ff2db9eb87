"""Documents that wait for their seal: the officers are written to, once a week, and nothing is lost."""

from __future__ import annotations

from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine.documents import making, requests
from engine.documents.models import State
from engine.documents.plain import PlainWorkshop
from engine.documents.store import Store
from engine.documents.workshop import CertificateExpired, NoCertificate
from engine.operations.waiting_papers import KIND, tell_waiting
from engine.outbox.models import Message
from engine.settings import Settings
from tests.integration.programme import Programme


class Sealless(PlainWorkshop):
    """A workshop whose certificate is missing, until one is installed."""

    refusal: type[Exception] | None = NoCertificate

    def certificate(self, wall):
        if self.refusal is not None:
            raise self.refusal
        return super().certificate(wall)


@pytest.fixture
def programme(database, clock):
    return Programme(database, clock).install()


@pytest.fixture
def workshop():
    return Sealless()


@pytest.fixture
def make(programme, workshop, tmp_path):
    """Make what is due, each paper to be sealed."""

    def sheet(_work, paper):
        return making.Sheet("envelope@1", {"date": "2026-11-16", "of": str(paper.subject_id)}, is_sealed=True)

    hooks = making.Hooks({"envelope": sheet}, waits=tell_waiting)
    settings, store = Settings(environment="test"), Store(tmp_path / "documents")
    return lambda: making.make_due(programme.database, settings, workshop, store, hooks)


def ask(programme):
    with programme.work_as("officer") as work:
        return requests.ask(
            work, kind="envelope", subject_id=uuid4(), chain_id=programme.chain, basin_id=programme.basin_id,
            name="Enveloppe.pdf", audience="project",
        )  # fmt: skip


def told(programme) -> list[Message]:
    with programme.database.start_reading() as work:
        return list(work.database.scalars(sa.select(Message).where(Message.kind == KIND)))


def test_the_officers_are_told_once_whatever_the_number_of_documents(programme, make, clock):
    programme.chain = uuid4()
    for _each in range(3):
        ask(programme)

    make()
    clock.advance(hours=2)
    make()

    [message] = told(programme)
    assert message.recipient_id == programme.people["officer"]
    assert message.data["reason"] == "NoCertificate"


def test_they_are_told_again_a_week_later_with_the_reason_of_that_day(programme, make, clock, workshop):
    programme.chain = uuid4()
    ask(programme)
    make()
    clock.advance(days=7)
    workshop.refusal = CertificateExpired

    make()

    assert sorted(each.data["reason"] for each in told(programme)) == ["CertificateExpired", "NoCertificate"]


def test_once_there_is_a_certificate_all_is_sealed_and_nobody_is_told(programme, make, clock, workshop):
    programme.chain = uuid4()
    paper_id = ask(programme)
    make()
    before = len(told(programme))
    workshop.refusal = None
    clock.advance(hours=2)

    make()

    with programme.database.start_reading() as work:
        found = requests.find(work, paper_id)
    assert (found.state, found.sealed_by, found.failure) == (State.MADE, "plain", None)
    assert len(told(programme)) == before
