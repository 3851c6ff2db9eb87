"""A timer waits for its delay, and for what it lost to suspensions since it began to count (D7)."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
import pytest
import sqlalchemy as sa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.clock import FrozenClock, local_date
from engine.people.models import Basin
from engine.persistence.database import Database
from engine.persistence.unit_of_work import Actor
from engine.registry import versions
from engine.runtime import cases, instances, messages
from engine.runtime.models import Instance
from tests.conftest import START, sqlite_database
from tests.effort import times
from tests.integration.visits import DIAGRAM, Bench
from tests.unit.spiff import drawing as draw

PARIS = ZoneInfo("Europe/Paris")
DELAY = timedelta(days=10)
ASKED = {"form": "reminder_call", "role": "operator", "due": "P5D"}
# One timer counts from when it is armed, the other waits for a day that an operation writes.
REMINDER = draw.diagram(
    draw.start(), draw.parallel("f"), draw.catch("w", draw.literal("P10D")), draw.user("a", **ASKED),
    draw.service("plan", "tests.plan"), draw.catch("d", draw.dated("visit_on")), draw.user("b", **ASKED),
    draw.parallel("j"), draw.end(),
    flows="s>f f>w w>a a>j f>plan plan>d d>b b>j j>e", process="reminder",
)  # fmt: skip
ACTS = st.one_of(
    st.tuples(st.just("advance"), st.integers(1, 9)),
    st.tuples(st.just("begin"), st.just(0)),
    st.tuples(st.just("suspend"), st.integers(1, 90)),
    st.tuples(st.just("resume"), st.just(0)),
)
UNDER_ONE = [("suspend", 30), ("advance", 4), ("begin", 0), ("advance", 3), ("resume", 0)]
UNDER_TWO = [*UNDER_ONE, ("advance", 1), ("suspend", 30), ("advance", 2), ("resume", 0)]


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """A basin whose dossiers may have reminders beside them, in a database to be copied."""
    folder = tmp_path_factory.mktemp("timers")
    made = Bench(sqlite_database(folder, FrozenClock(START)))
    made.install()
    with made.database.start_work() as work:
        chain = work.database.get_one(Basin, 1).chain_id
        versions.publish(
            work, basin_id=1, files={"visit.bpmn": DIAGRAM.read_bytes(), "reminder.bpmn": REMINDER}, parameters={},
            charter_version="1", effective_on=date(2020, 1, 2), chain=chain,
        )  # fmt: skip
    made.case_id = made.start()
    made.folder = folder
    made.database.dispose()
    return made


class Life:
    """One dossier, its reminders, and how many days each has lost to suspensions since it began."""

    def __init__(self, bench: Bench) -> None:
        shutil.copy(bench.folder / "alize.db", bench.folder / "life.db")
        self.clock = FrozenClock(START)
        self.bench = Bench(Database(f"sqlite:///{bench.folder}/life.db", clock=self.clock), bench.officer)
        self.bench.database.sources.insert(0, cases.CaseHeads())
        self.bench.database.domain = self.bench.domain()
        self.case_id = bench.case_id
        self.is_suspended = False
        self.due: dict[UUID, date] = {}  # The local day, as if the suspension ended now.

    def today(self) -> date:
        return local_date(self.clock.instant, PARIS)

    def work(self):
        return self.bench.database.start_work(Actor(self.bench.officer))

    def advance(self, days: int) -> None:
        self.clock.advance(days=days)
        if self.is_suspended:
            self.due = {key: day + timedelta(days=days) for key, day in self.due.items()}

    def begin(self, _number: int) -> None:
        with self.work() as work:
            key = messages.start_satellite(
                work, case_id=self.case_id, process="reminder", routing={"visit_on": ""}
            )
        self.due[key] = self.today() + DELAY

    def suspend(self, days: int) -> None:
        if not self.is_suspended:
            self.is_suspended = True
            with self.work() as work:
                until = self.today() + timedelta(days=days)
                instances.suspend(work, case_id=self.case_id, until=until, reason="Pause.")

    def resume(self, _number: int) -> None:
        if self.is_suspended:
            self.is_suspended = False
            with self.work() as work:
                instances.resume(work, case_id=self.case_id)
            self.check()

    def check(self) -> None:
        """Both timers of each reminder wait for its day, and so does the routing; nothing else is kept."""
        with self.bench.database.start_reading() as work:
            rows = work.database.scalars(sa.select(Instance).where(Instance.process == "reminder")).all()
        assert {row.id for row in rows} == set(self.due)
        for row in rows:
            marking = orjson.loads(row.marking)
            days = {local_date(datetime.fromisoformat(token["due_at"]), PARIS) for token in marking["tokens"]}
            assert days == {self.due[row.id]}
            assert marking["routing"]["visit_on"] == self.due[row.id].isoformat()
            assert local_date(row.due_at, PARIS) == self.due[row.id]
            assert "since" not in row.marking
            assert "since" not in row.state


@settings(max_examples=times(25, 1_000), deadline=None)
@given(acts=st.lists(ACTS, min_size=3, max_size=14))
@example(acts=UNDER_ONE)
@example(acts=UNDER_TWO)
def test_a_timer_moves_by_what_was_left_of_a_suspension_when_it_began(bench, acts):
    life = Life(bench)
    try:
        for name, number in acts:
            getattr(life, name)(number)
        life.resume(0)
        life.check()
    finally:
        life.bench.database.dispose()
