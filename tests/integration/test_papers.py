"""Papers: asked for with an act, made once after it, kept under their hash."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine import errors
from engine.documents import making, requests
from engine.documents.models import State
from engine.documents.plain import PlainWorkshop
from engine.documents.store import digest_of
from engine.persistence import anchors, history
from engine.persistence.database import Database
from engine.settings import Settings
from tests.integration.papers_bench import MEMBER, Bench

MADE, REQUESTED = "documents.paper.made", "documents.paper.requested"


class Killed(BaseException):
    """The process is gone: nothing of ours sees it go."""


class Busy(PlainWorkshop):
    """A workshop that lets something else happen while it typesets."""

    def __init__(self, meanwhile):
        self.meanwhile = meanwhile

    def typeset(self, *args, **options):
        self.meanwhile()
        return super().typeset(*args, **options)


@pytest.fixture
def bench(database, tmp_path):
    return Bench(database, tmp_path).install()


def test_a_paper_is_made_once_its_act_has_committed_and_kept_under_its_hash(bench, clock):
    paper_id = bench.ask()

    assert bench.make() == 1
    assert bench.make() == 0

    paper = bench.paper(paper_id)
    content = bench.store.read(paper.content_hash)
    assert (paper.state, paper.version, paper.attempts, paper.leased_until) == (State.MADE, 1, 1, None)
    assert (paper.template, paper.standard, paper.pages) == ("letter@1", "a-2a+ua-1", 1)
    assert (paper.size, paper.content_hash) == (len(content), digest_of(content))
    assert (paper.made_at, paper.is_specimen, paper.sealed_by) == (clock.now(), True, None)
    assert bench.told() == [REQUESTED, MADE]


def test_the_history_says_what_was_made_and_verifies(bench):
    paper_id = bench.ask()
    bench.make()

    with bench.database.start_reading() as work:
        assert list(anchors.problems(work)) == []
        entry = work.connection.execute(
            sa.select(history.history).where(history.history.c.kind == MADE)
        ).one()
    assert entry.subject_id == paper_id
    assert bench.paper(paper_id).content_hash in entry.data
    assert "Courrier" not in entry.data, "a name is content, which can be erased"


def test_an_act_that_fails_asks_for_nothing(bench):
    with pytest.raises(ZeroDivisionError), bench.database.start_work(MEMBER) as work:
        requests.ask(
            work, kind="letter", subject_id=uuid4(), chain_id=bench.chain_id, basin_id=bench.basin_id,
            name="Courrier.pdf", audience="project",
        )  # fmt: skip
        1 / 0  # noqa: B018

    assert bench.make() == 0
    assert bench.told() == []


def test_versions_are_counted_by_subject_language_and_reader(bench):
    subject = uuid4()
    for details in ({}, {}, {"locale": "en"}, {"variant": "sans"}, {}):
        bench.ask(subject_id=subject, **details)
    bench.ask()

    with bench.database.start_reading() as work:
        found = [
            (each.locale, each.variant, each.version) for each in requests.of_subject(work, "letter", subject)
        ]
        last = requests.latest(work, "letter", subject)
        nothing = requests.latest(work, "letter", uuid4())
    assert found == [("en", "", 1), ("fr", "", 3), ("fr", "", 2), ("fr", "", 1), ("fr", "sans", 1)]
    assert last.version == 3
    assert nothing is None


def test_papers_of_one_act_leave_in_one_statement_each(bench):
    statements = []
    with bench.database.start_work(MEMBER) as work:
        sa.event.listen(bench.database.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
        requests.ask(
            work, kind="letter", subject_id=uuid4(), chain_id=bench.chain_id, basin_id=bench.basin_id,
            name="Courrier.pdf", audience="project",
        )  # fmt: skip

    assert [each for each in statements if "paper" in each] == [statements[0]]


def test_what_is_made_knows_its_language_and_that_it_is_a_specimen(bench):
    given = []

    class Watched(PlainWorkshop):
        def typeset(self, template, data, **options):
            given.append((template, data["locale"], data["is_specimen"]))
            return super().typeset(template, data, **options)

    bench.workshop = Watched()
    bench.ask(locale="en")
    bench.make()
    bench.settings = Settings(environment="production", secret_key="of this test")
    real = bench.ask()
    bench.make()

    assert given == [("letter", "en", True), ("letter", "fr", False)]
    assert bench.paper(real).is_specimen is False


def test_the_oldest_is_made_first_and_no_more_than_asked(bench, clock):
    asked = []
    for _ in range(3):
        asked.append(bench.ask())
        clock.advance(seconds=1)

    assert bench.make(limit=2) == 2

    assert [bench.paper(each).state for each in asked] == [State.MADE, State.MADE, State.REQUESTED]


def test_an_idle_tick_reads_one_index_and_writes_nothing(bench):
    for _ in range(30):
        bench.ask()
    bench.make(limit=100)
    statements = []
    sa.event.listen(
        bench.database.engine, "before_cursor_execute", lambda *a: statements.append((a[2], a[3]))
    )

    assert bench.make() == 0

    (statement, values), *others = [each for each in statements if each[0] != "BEGIN"]
    assert others == []
    assert "FOR UPDATE" not in statement
    with bench.database.reader.connect() as connection:
        if bench.database.is_sqlite:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        else:
            connection.exec_driver_sql("SET enable_seqscan = off")
            plan = connection.exec_driver_sql(f"EXPLAIN {statement}", values).all()
    assert "paper_due" in str(plan)


def test_nothing_is_locked_while_a_paper_is_typeset(bench):
    bench.workshop = Busy(lambda: bench.ask(kind="other"))
    first = bench.ask()

    assert bench.make(limit=1) == 1

    assert bench.paper(first).state == State.MADE


def test_two_makers_never_have_the_same_paper(bench):
    inside = []
    bench.workshop = Busy(lambda: inside.append(Bench.make(bench)) if not inside else None)
    paper_id = bench.ask()

    assert bench.make() == 1

    assert inside == [0]
    assert bench.paper(paper_id).attempts == 1
    assert bench.told() == [REQUESTED, MADE]


def test_several_makers_at_once_make_each_paper_once(bench):
    asked = [bench.ask() for _ in range(12)]
    others = [Database(bench.database.url, clock=bench.database.clock) for _ in range(3)]
    makers = [
        threading.Thread(target=Bench(each, bench.folder, chain_id=bench.chain_id).make, kwargs={"limit": 12})
        for each in others
    ]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    for each in others:
        each.dispose()

    assert {bench.paper(each).state for each in asked} == {State.MADE}
    assert bench.told().count(MADE) == 12


def test_a_maker_slower_than_its_lease_writes_nothing(bench, clock):
    followed = []
    bench.made = lambda _work, paper: followed.append(paper.id)
    paper_id = bench.ask()

    def outlast():
        bench.workshop = PlainWorkshop()
        clock.wall_instant += making.LEASE + timedelta(seconds=1)
        assert bench.make() == 1

    bench.workshop = Busy(outlast)

    assert bench.make(limit=1) == 1

    assert followed == [paper_id]
    assert bench.paper(paper_id).attempts == 2
    assert bench.told() == [REQUESTED, MADE]


def test_a_maker_dead_between_keeping_and_recording_leaves_one_paper_all_the_same(bench, clock, monkeypatch):
    paper_id = bench.ask()

    def die(*_args):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(making, "conclude", die)
        with pytest.raises(Killed):
            bench.make()
    kept = [path for path in bench.store.folder.rglob("*") if path.is_file()]
    assert len(kept) == 1
    assert bench.paper(paper_id).state == State.REQUESTED
    assert bench.make() == 0, "the dead one still holds its lease"
    clock.wall_instant += making.LEASE + timedelta(seconds=1)

    assert bench.make() == 1

    paper = bench.paper(paper_id)
    assert (paper.state, paper.attempts) == (State.MADE, 2)
    assert bench.store.path(paper.content_hash) in kept, "the same values give the same bytes"
    assert bench.told() == [REQUESTED, MADE]


def test_what_follows_is_of_one_act_with_the_record(bench, clock):
    def refuse(_work, _paper):
        raise errors.Conflict("le dossier a changé")

    paper_id = bench.ask()
    bench.made = refuse
    bench.make()
    assert (bench.paper(paper_id).state, bench.paper(paper_id).content_hash) == (State.REQUESTED, None)

    followed = []
    bench.made = lambda _work, paper: followed.append((paper.id, paper.state))
    clock.wall_instant += timedelta(minutes=1)
    assert bench.make() == 1

    assert followed == [(paper_id, State.MADE)]
    assert bench.told() == [REQUESTED, MADE]


def test_a_content_is_written_once(bench):
    paper_id = bench.ask()
    bench.make()

    with pytest.raises(sa.exc.DBAPIError, match="a paper is made once"), bench.database.start_work() as work:
        work.connection.execute(sa.text("UPDATE paper SET content_hash = 'other'"))

    assert bench.paper(paper_id).state == State.MADE
