"""From the printed code of an agreement to its sealed envelope, with the installation's own workshop."""

from __future__ import annotations

import pytest

from engine import operations
from engine.agreements import drafting, known_papers, scans
from engine.agreements.known_papers import Finding, Standing
from engine.documents import making, requests
from engine.documents.models import Paper, State
from engine.documents.store import Store, digest_of
from engine.documents.workshop import ChildWorkshop
from engine.settings import Settings
from tests.integration.programme import Programme


class Printed(Programme):
    """A programme whose documents are really made."""

    workshop: ChildWorkshop
    store: Store

    def print_papers(self) -> int:
        settings = Settings(environment="test", base_url="https://alize.test")
        hooks = operations.paper_hooks()
        done = 0
        while made := making.make_due(self.database, settings, self.workshop, self.store, hooks):
            done += made
        return done


@pytest.fixture
def programme(sqlite, clock, tmp_path):
    """An agreement to sign by four people, its file made."""
    found = Printed(sqlite, clock)
    found.workshop = ChildWorkshop(specimen=tmp_path / "seal")
    found.store = Store(tmp_path / "documents")
    found.install()
    found.appraise()
    found.decide()
    found.prepare()
    yield found
    found.workshop.close()


def papers(programme, kind) -> list[Paper]:
    return [each for each in programme.rows(Paper) if each.kind == kind]


def judged(programme, content):
    inspected = programme.workshop.inspect(content)
    with programme.database.start_reading() as work:
        return known_papers.judge(work, digest_of(content), inspected)


def test_the_code_printed_on_an_agreement_leads_back_to_it(programme):
    [paper] = papers(programme, "agreement")
    content = programme.store.read(paper.content_hash)

    inspected = programme.workshop.inspect(content)

    assert inspected.codes == (f"https://alize.test/papier/{paper.id.hex}",)
    with programme.work_as("officer") as work:
        assert scans.text_of(work, inspected).id == paper.subject_id
        assert len(scans.awaited(work, scans.text_of(work, inspected))) == 4


def test_what_was_signed_and_sealed_is_recognised_and_any_change_shows(programme):
    for position in range(4):
        programme.sign(position)
    programme.print_papers()
    [text], [envelope] = papers(programme, "agreement"), papers(programme, "envelope")
    assert (envelope.state, envelope.failure) == (State.MADE, None)
    signed, sealed = programme.store.read(text.content_hash), programme.store.read(envelope.content_hash)

    for content, kind in ((signed, "agreement"), (sealed, "envelope")):
        verdict = judged(programme, content)
        assert (verdict.finding, verdict.known.kind) == (Finding.KNOWN, kind)
        assert (verdict.known.standing, verdict.known.version) == (Standing.IN_FORCE, 1)
    assert judged(programme, sealed).seal.is_whole

    middle = len(sealed) // 3
    flipped = sealed[:middle] + bytes([sealed[middle] ^ 1]) + sealed[middle + 1 :]
    longer = sealed + b"\n% more\n"
    for changed in (flipped, longer):
        verdict = judged(programme, changed)
        assert verdict.finding in {Finding.ALTERED, Finding.UNREADABLE}, verdict
    assert judged(programme, longer).finding is Finding.ALTERED

    # The same seal on a file that this archive never kept: another installation's, or from before a restore.
    certificate = programme.workshop.certificate(programme.database.clock.wall())
    elsewhere = programme.workshop.seal(signed, certificate=certificate, reason="x", place="x")
    assert judged(programme, elsewhere).finding is Finding.SEALED
    assert judged(programme, signed[: len(signed) // 2]).finding in {Finding.FOREIGN, Finding.UNREADABLE}


def test_a_version_replaced_says_so_to_whoever_still_holds_it(programme):
    [paper] = papers(programme, "agreement")
    with programme.database.start_work() as work:
        found = known_papers.printed_on(work, paper.id)
        assert found.standing is Standing.BEING_SIGNED
        work.head_of(programme.case_id)

        drafting.void(work, drafting.latest(work, programme.case_id), reason="returned_to_committee")

    with programme.database.start_reading() as work:
        assert known_papers.printed_on(work, paper.id).standing is Standing.VOIDED
        with pytest.raises(requests.PaperNotFound):
            known_papers.printed_on(work, programme.case_id)
