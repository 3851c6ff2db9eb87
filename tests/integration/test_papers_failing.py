"""Papers that fail: tried again later and later, a missing seal waited for, each said with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from engine.documents import making, requests
from engine.documents.models import State
from engine.documents.plain import PlainWorkshop
from engine.documents.store import digest_of
from engine.documents.workshop import NoCertificate, NotTypeset
from engine.settings import Settings
from tests.integration.papers_bench import DAY, MEMBER, Bench

MADE, REQUESTED = "documents.paper.made", "documents.paper.requested"


class Killed(BaseException):
    """The process is gone: nothing of ours sees it go."""


class Unwilling(PlainWorkshop):
    """A workshop that fails, as long as it is told to."""

    failure: Exception | None = NotTypeset(reason="panne\n   ligne 3")

    def typeset(self, *args, **options):
        if self.failure is not None:
            raise self.failure
        return super().typeset(*args, **options)


class Sealless(PlainWorkshop):
    """A workshop whose certificate is yet to come."""

    is_ready = False

    def certificate(self, wall):
        if not self.is_ready:
            raise NoCertificate
        return super().certificate(wall)


class LooseSeal(PlainWorkshop):
    """A workshop whose seal does not cover the file."""

    def seal(self, pdf, **options):
        return super().seal(pdf, **options) + b"%and one more thing\n"


@pytest.fixture
def bench(database, tmp_path):
    return Bench(database, tmp_path).install()


def sealed_envelope(_work, _paper):
    return making.Sheet(
        "envelope@1", DAY, standard="a-3a+ua-1", is_sealed=True, reason="Convention", place="Toul",
        attachments={"preuve.txt": b"vu"},
    )  # fmt: skip


def test_a_failure_is_tried_again_later_and_later_then_somebody_must_look(bench, clock):
    bench.workshop = Unwilling()
    paper_id = bench.ask()
    waits = []
    while bench.paper(paper_id).state == State.REQUESTED:
        before = clock.wall()
        assert bench.make() == 1
        assert bench.make() == 0
        paper = bench.paper(paper_id)
        if paper.state == State.REQUESTED:
            waits.append(int((paper.next_try_at - before) / timedelta(minutes=1)))
            clock.wall_instant = paper.next_try_at

    assert waits == [1, 5, 15, 60, 240]
    assert (paper.state, paper.attempts, paper.failed_at) == (State.FAILED, 6, clock.now())
    assert paper.failure == "Le document n’a pas pu être composé (panne ligne 3)."
    assert bench.told() == [REQUESTED, "documents.paper.failed"]
    assert bench.make() == 0


def test_what_failed_can_be_asked_for_again(bench, clock):
    bench.workshop = Unwilling()
    paper_id = bench.ask()
    for _ in range(6):
        bench.make()
        clock.wall_instant += timedelta(hours=5)
    assert bench.paper(paper_id).state == State.FAILED

    bench.workshop.failure = None
    with bench.database.start_work(MEMBER) as work:
        requests.again(work, paper_id)
    assert bench.make() == 1

    paper = bench.paper(paper_id)
    assert (paper.state, paper.version, paper.attempts, paper.failure) == (State.MADE, 1, 1, None)
    assert bench.told() == [REQUESTED, "documents.paper.failed", REQUESTED, MADE]


def test_only_what_failed_is_asked_for_again(bench):
    paper_id = bench.ask()

    with pytest.raises(requests.NothingToMakeAgain), bench.database.start_work(MEMBER) as work:
        requests.again(work, paper_id)
    with pytest.raises(requests.PaperNotFound), bench.database.start_work(MEMBER) as work:
        requests.again(work, uuid4())


def test_processes_that_die_each_time_end_as_a_failure(bench, clock, monkeypatch):
    def die(*_args):
        raise Killed

    paper_id = bench.ask()
    with monkeypatch.context() as patched:
        patched.setattr(making, "produced", die)
        for _ in range(len(making.BACK_OFF) + 1):
            with pytest.raises(Killed):
                bench.make()
            clock.wall_instant += making.LEASE + timedelta(seconds=1)
    assert bench.paper(paper_id).state == State.REQUESTED

    assert bench.make() == 1

    paper = bench.paper(paper_id)
    assert (paper.state, paper.failure) == (State.FAILED, making.NEVER_RECORDED)


def test_a_missing_seal_is_waited_for_without_end_and_no_attempt_is_counted(bench, clock):
    bench.workshop, bench.gather = Sealless(), sealed_envelope
    paper_id = bench.ask()
    for _ in range(20):
        assert bench.make() == 1
        paper = bench.paper(paper_id)
        assert (paper.state, paper.attempts) == (State.REQUESTED, 0)
        assert paper.next_try_at == clock.wall() + making.SEAL_WAITS
        clock.wall_instant = paper.next_try_at
    assert paper.failure == NoCertificate().message

    bench.workshop.is_ready = True
    assert bench.make() == 1

    paper = bench.paper(paper_id)
    assert (paper.state, paper.sealed_by, paper.failure) == (State.MADE, "plain", None)


def test_a_sealed_paper_holds_its_attachments_and_its_seal_covers_it(bench):
    bench.settings = Settings(environment="test", tsa_url="http://127.0.0.1:9/tsa")
    kept = bench.store.keep(b"%PDF-1.7 the text that was signed")

    def envelope(work, paper):
        sheet = sealed_envelope(work, paper)
        return making.Sheet(
            sheet.template, sheet.data, standard=sheet.standard, is_sealed=True,
            attachments=sheet.attachments, from_store={"Convention.pdf": kept},
        )  # fmt: skip

    bench.gather = envelope
    paper = bench.paper(bench.ask())
    bench.make()

    paper = bench.paper(paper.id)
    found = bench.workshop.inspect(bench.store.read(paper.content_hash))
    assert (paper.state, paper.timestamped) == (State.MADE, True)
    assert found.attachments == {"Convention.pdf": kept, "preuve.txt": digest_of(b"vu")}
    assert [(each.is_whole, each.fingerprint) for each in found.signatures] == [(True, "plain")]


def test_a_seal_that_does_not_cover_the_file_is_refused(bench):
    bench.workshop, bench.gather = LooseSeal(), sealed_envelope
    paper_id = bench.ask()

    bench.make()

    paper = bench.paper(paper_id)
    assert (paper.state, paper.attempts, paper.content_hash) == (State.REQUESTED, 1, None)
    assert paper.failure == "Le document composé n’est pas ce qui était demandé (cachet)."


def test_an_unknown_kind_fails_at_once_and_says_why(bench):
    paper_id = bench.ask(kind="poème")

    assert bench.make() == 1

    paper = bench.paper(paper_id)
    assert (paper.state, paper.attempts) == (State.FAILED, 1)
    assert "Aucun modèle n’est prévu pour ce genre de document" in paper.failure
    assert "poème" in paper.failure
    assert bench.told() == [REQUESTED, "documents.paper.failed"]


def test_a_full_disk_leaves_no_half_file_and_the_paper_is_tried_again(bench, clock, monkeypatch):
    paper_id = bench.ask()

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("engine.documents.store.os.fsync", full)
        bench.make()
    assert [path for path in bench.store.folder.rglob("*") if path.is_file()] == []
    assert "plein" in bench.paper(paper_id).failure
    clock.wall_instant += timedelta(minutes=1)

    assert bench.make() == 1

    assert bench.paper(paper_id).state == State.MADE


def test_what_is_late_or_failed_is_counted_with_its_reason(bench, clock):
    bench.workshop = Unwilling()
    bench.ask(kind="poème")
    bench.ask()
    bench.make()
    with bench.database.start_reading() as work:
        assert [state for state, _, _ in requests.stuck(work)] == [State.FAILED]
    clock.advance(minutes=11)
    bench.ask()

    with bench.database.start_reading() as work:
        found = requests.stuck(work)

    assert [(state, count) for state, _, count in found] == [(State.FAILED, 1), (State.REQUESTED, 1)]
    assert "poème" in found[0][1]
    assert "panne" in found[1][1]


def test_the_papers_to_look_at_are_listed_page_by_page_in_one_s_own_basins(bench, clock):
    bench.workshop = Unwilling()
    ids = {bench.ask() for _ in range(5)}  # All at one instant: the cursor tells them apart.
    clock.advance(minutes=11)

    def pages(**asked):
        after, found = "", []
        while True:
            with bench.database.start_reading() as work:
                page = requests.stuck_page(work, after=after, limit=2, **asked)
            found.append([each.id for each in page.lines])
            if page.next is None:
                return found
            after = page.next

    assert [len(each) for each in pages()] == [2, 2, 1]
    assert {each for page in pages(basin_ids={bench.basin_id}) for each in page} == ids
    assert pages(basin_ids=set()) == [[]]
    with bench.database.start_reading() as work:
        assert requests.count_stuck(work, basin_ids={bench.basin_id}) == len(ids)
        assert requests.count_stuck(work, basin_ids=set()) == 0


def test_the_code_of_a_paper_leads_to_the_installation_that_made_it(bench):
    said = []

    class Reading(PlainWorkshop):
        def typeset(self, template, values, **options):
            said.append(values.get("code"))
            return super().typeset(template, values, **options)

    bench.workshop = Reading()
    bench.settings = replace(bench.settings, base_url="https://alize.exemple.test/")
    bench.gather = lambda _work, _paper: making.Sheet("letter@1", {**DAY, "code": "/verifier/1"})
    bench.ask()
    bench.make()
    bench.gather = lambda _work, _paper: making.Sheet("letter@1", DAY)
    bench.ask()
    bench.make()

    assert said == ["https://alize.exemple.test/verifier/1", None]
