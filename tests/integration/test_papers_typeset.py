"""Papers made by the installation's own workshop: the text that is signed, then its sealed envelope."""

from __future__ import annotations

import dataclasses
import os
import signal
from datetime import timedelta
from uuid import UUID

import pytest

from engine import isolation
from engine.documents import making
from engine.documents.models import Paper, State
from engine.documents.store import digest_of
from engine.documents.workshop import CHILD, ChildWorkshop, Silent
from tests.integration.papers_bench import LETTER, Bench
from tests.unit.documents import samples

ENVELOPE = "envelope"


@pytest.fixture
def bench(sqlite, tmp_path):
    workshop = ChildWorkshop(specimen=tmp_path / "seal")
    yield Bench(sqlite, tmp_path, workshop=workshop, gather=agreement).install()
    workshop.close()


def agreement(_work, _paper):
    return making.Sheet("agreement@1", samples.agreement(), most_pages=6)


def made(bench, paper_id: UUID) -> Paper:
    """Make what is due, and give a paper of it; a failure shows why."""
    assert bench.make() == 1
    paper = bench.paper(paper_id)
    assert (paper.state, paper.failure) == (State.MADE, None)
    return paper


def test_the_text_to_sign_is_made_on_two_pages_as_a_specimen(bench):
    paper = made(bench, bench.ask())

    found = bench.workshop.inspect(bench.store.read(paper.content_hash))
    assert (paper.pages, paper.is_specimen, paper.sealed_by) == (2, True, None)
    assert (found.standards, found.is_tagged, found.signatures) == (("a-2a", "ua-1"), True, ())


def test_the_same_text_made_twice_is_the_same_file(bench):
    first, second = (made(bench, bench.ask()) for _ in range(2))

    assert first.id != second.id
    assert first.content_hash == second.content_hash


def test_the_envelope_holds_the_text_and_the_seal_covers_both(bench, clock):
    text = made(bench, bench.ask())

    def envelope(_work, _paper):
        return making.Sheet(
            "envelope@1", samples.envelope(), standard="a-3a+ua-1", is_sealed=True, reason="Convention",
            place="Toul", from_store={"texte.pdf": text.content_hash}, most_pages=6,
        )  # fmt: skip

    bench.gather = envelope

    paper = made(bench, bench.ask())

    content = bench.store.read(paper.content_hash)
    found = bench.workshop.inspect(content)
    assert digest_of(content) == paper.content_hash
    assert found.attachments == {"texte.pdf": text.content_hash}
    assert [(each.is_whole, each.fingerprint) for each in found.signatures] == [(True, paper.sealed_by)]
    assert paper.sealed_by == bench.workshop.certificate(clock.wall()).fingerprint


def test_a_child_that_hangs_is_killed_and_the_paper_made_at_the_next_attempt(bench, clock, tmp_path):
    made(bench, bench.ask())
    hasty = ChildWorkshop(specimen=tmp_path / "seal", seconds=0.5)
    patient, bench.workshop = bench.workshop, hasty
    os.kill(isolation.child_of(CHILD).pid, signal.SIGSTOP)
    paper_id = bench.ask()

    bench.make()

    paper = bench.paper(paper_id)
    assert (paper.state, paper.attempts, paper.failure) == (State.REQUESTED, 1, Silent().message)
    bench.workshop = patient
    clock.wall_instant += timedelta(minutes=1)
    assert made(bench, paper_id).attempts == 2


def test_a_text_with_more_pages_than_it_may_have_is_not_kept(bench):
    bench.gather = lambda work, paper: dataclasses.replace(agreement(work, paper), most_pages=1)
    paper_id = bench.ask(kind=LETTER)

    bench.make()

    assert "2 pages, 1 au plus" in bench.paper(paper_id).failure
    assert not bench.store.folder.exists()
