"""A late report whatever happens to it: acts, waits, absences, outages, suspensions, replacements, bounces."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import errors
from engine.calendar.openings import CLOSES_AT, OPENS_AT
from engine.clock import FrozenClock
from engine.escalation import replacement
from engine.escalation.climbing import rungs_of_case
from engine.outbox.models import CapturedMail
from engine.people import absences, basins, calendars, persons
from engine.persistence import history
from engine.persistence.database import Database
from engine.persistence.unit_of_work import Actor
from engine.runtime import cases, instances, tasks, timers
from engine.runtime.models import Instance
from forms import catalogue
from tests.conftest import START, sqlite_database
from tests.effort import OF_LIVES, times
from tests.integration.late_reports import PARIS, LateReports

REMINDERS = {"report_opened", "report_due_day", "report_late"}
MANDATARIES = ("mandatary", "successor")
QUIET = ([], [["12-20", "01-04"]], [["11-25", "12-15"], ["02-01", "02-20"]])

ACTS = st.one_of(
    st.tuples(st.just("play"), st.integers(1, 40)),
    st.tuples(st.just("play"), st.integers(1, 10)),
    st.tuples(st.just("outage"), st.integers(1, 70)),
    st.tuples(st.just("await"), st.integers(0, 60)),
    st.tuples(st.just("take_back"), st.just(0)),
    st.tuples(st.just("absence"), st.integers(1, 20)),
    st.tuples(st.just("suspend"), st.integers(1, 90)),
    st.tuples(st.just("resume"), st.just(0)),
    st.tuples(st.just("bounce"), st.integers(0, 1)),
    st.tuples(st.just("correct"), st.integers(0, 1)),
    st.tuples(st.just("quiet"), st.integers(0, len(QUIET) - 1)),
    st.tuples(st.just("call"), st.just(0)),
    st.tuples(st.just("keep"), st.just(0)),
    st.tuples(st.just("replace"), st.integers(0, 1)),
    st.tuples(st.just("replace_from_page"), st.integers(0, 1)),
)


class Life:
    """One report's life: what happens to it, and what must be true all along."""

    def __init__(self, late: LateReports, clock: FrozenClock) -> None:
        self.late, self.clock = late, clock
        self.told: list[str] = []
        self.seen: set[object] = set()

    def act(self, name: str, number: int) -> None:
        """Something happens; what the programme refuses changes nothing."""
        self.told.append(f"{self.clock.instant:%d/%m} {name} {number}")
        self.seen = {mail.id for mail in self.reminders()}
        try:
            getattr(self, name)(number)
        except (errors.EngineError, catalogue.InvalidAnswers) as refusal:
            self.told[-1] += f" refused: {type(refusal).__name__}"
        self.check()

    def play(self, days: int) -> None:
        day = self.clock.instant.astimezone(PARIS).date() + timedelta(days=days)
        self.late.play_until(self.clock, day)

    def outage(self, days: int) -> None:
        """Nothing runs for days; then everything that was due comes at once."""
        self.clock.advance(days=days, hours=7)
        self.play(1)

    def work(self, name: str):
        return self.late.database.start_work(Actor(self.late.people[name], "web"))

    @property
    def today(self):
        return self.clock.instant.astimezone(PARIS).date()

    def task(self, step: str):
        return next((each for each in self.late.open_tasks() if each.step == step), None)

    def holder(self) -> str:
        assignee = self.task("follow_up_report").assignee_id
        return next(name for name in MANDATARIES if self.late.people[name] == assignee)

    def await_(self, days: int) -> None:
        task = self.task("follow_up_report")
        with self.work(self.holder()) as work:
            tasks.await_third_party(
                work, task_id=task.id, until=self.today + timedelta(days=days), cause="firm", reason="Bilan"
            )

    def take_back(self, _number: int) -> None:
        task = self.task("follow_up_report")
        with self.work(self.holder()) as work:
            tasks.resume(work, task_id=task.id)

    def absence(self, days: int) -> None:
        with self.work("officer") as work:
            absences.declare(
                work, person_id=self.late.people[self.holder()], first_day=self.today,
                last_day=self.today + timedelta(days=days),
            )  # fmt: skip

    def suspend(self, days: int) -> None:
        with self.work("chair") as work:
            instances.suspend(
                work, case_id=self.late.case_id, until=self.today + timedelta(days=days), reason="Pause"
            )

    def resume(self, _number: int) -> None:
        with self.work("chair") as work:
            instances.resume(work, case_id=self.late.case_id)

    def bounce(self, who: int) -> None:
        with self.work("officer") as work:
            persons.mark_address_invalid(work, self.late.people[MANDATARIES[who]])

    def correct(self, who: int) -> None:
        with self.work("officer") as work:
            address = f"{MANDATARIES[who]}{len(self.told)}@exemple.test"
            persons.correct(work, self.late.people[MANDATARIES[who]], email=address)

    def quiet(self, which: int) -> None:
        with self.work("officer") as work:
            basins.change_parameter(
                work, basin_id=self.late.basin_id, key=calendars.QUIET_PERIODS, value=QUIET[which],
                reason="Essai",
            )  # fmt: skip

    def complete(self, step: str, by: str, answers: dict[str, object]) -> None:
        task = self.task(step)
        if task is not None:
            with self.work(by) as work:
                tasks.complete(work, task_id=task.id, answers=answers)

    def call(self, _number: int) -> None:
        answers = {"called_on": self.today.isoformat(), "reached": "yes", "summary": "Demain."}
        self.complete("call_mandatary", "officer", answers)

    def keep(self, _number: int) -> None:
        self.complete("keep_or_replace", "chair", {"choice": "keep", "reason": "Il répondra."})

    def replace(self, who: int) -> None:
        answers = {"choice": "replace", "mandatary_id": str(self.late.people[MANDATARIES[who]])}
        self.complete("keep_or_replace", "chair", answers)

    def replace_from_page(self, who: int) -> None:
        with self.work("chair") as work:
            replacement.replace_mandatary(
                work, case_id=self.late.case_id, to_person=self.late.people[MANDATARIES[who]], reason="Départ"
            )

    def reminders(self) -> list[CapturedMail]:
        with self.late.database.start_reading() as work:
            return list(
                work.database.scalars(
                    sa.select(CapturedMail)
                    .where(CapturedMail.kind.in_(REMINDERS))
                    .order_by(CapturedMail.captured_at)
                )
            )

    def check(self) -> None:
        """What must be true whatever happened."""
        mails = self.reminders()
        self.check_mails(mails)
        self.check_moot([mail for mail in mails if mail.id not in self.seen])
        self.check_rungs()
        self.check_path()

    def check_mails(self, mails: list[CapturedMail]) -> None:
        """Three mails per person at most, each of its kind once, by day, on days open as of that day."""
        per_person = Counter(mail.recipient_id for mail in mails)
        assert max(per_person.values(), default=0) <= 3, (mails, self.told)
        with self.late.database.start_reading() as work:
            for mail in mails:
                local = mail.captured_at.astimezone(PARIS)
                calendar = calendars.calendar_of(work, self.late.basin_id, on=mail.captured_at)
                assert calendar.is_open(local.date()), (mail.kind, local, self.told)
                assert OPENS_AT <= local.time() < CLOSES_AT, (mail.kind, local, self.told)

    def check_moot(self, mails: list[CapturedMail]) -> None:
        """What has just left went to whoever owes the report, and was not suspended, dead or away then."""
        holder = self.task("follow_up_report").assignee_id
        with self.late.database.start_reading() as work:
            root = work.database.get_one(Instance, self.late.case_id)
            for mail in mails:
                day = mail.captured_at.astimezone(PARIS).date()
                assert mail.recipient_id == holder, (mail.kind, day, self.told)
                assert root.suspended_on is None or day <= root.suspended_on, (mail.kind, day, self.told)
                assert persons.find(work, holder).address_invalid_at is None, (mail.kind, day, self.told)
                if mail.kind != "report_opened":
                    assert not absences.is_absent(work, holder, day), (mail.kind, day, self.told)

    def check_rungs(self) -> None:
        """Each ladder climbs each of its mails once, and pauses once per mandatary."""
        with self.late.database.start_reading() as work:
            rungs = rungs_of_case(work, self.late.case_id)
            ladders = work.connection.execute(
                sa.select(sa.func.count()).where(history.history.c.kind == "escalation.ladder.started")
            ).scalar_one()
        climbed = Counter(rung.rung for rung in rungs)
        assert climbed["due"] <= ladders, (climbed, self.told)
        assert climbed["reminder"] <= climbed["due"], (climbed, self.told)
        pauses = Counter(rung.recipient_id for rung in rungs if rung.outcome == "awaiting")
        assert max(pauses.values(), default=0) <= 1, (pauses, self.told)
        sent = [rung for rung in rungs if rung.outcome == "sent"]
        assert len({rung.outbox_id for rung in sent}) == len(sent)

    def check_path(self) -> None:
        """A late report always waits for something that will happen, or for somebody who was asked."""
        timers.fire_due(self.late.database)
        report = self.task("follow_up_report")
        with self.late.database.start_reading() as work:
            live = work.database.scalars(sa.select(Instance).where(Instance.ended_at.is_(None))).all()
        root = next(each for each in live if each.id == self.late.case_id)
        ladders = [each for each in live if each.process == "late_report"]
        assert len(ladders) <= 1, self.told
        if report.suspended:
            assert root.wake_at is not None, self.told
            return
        for step in ("call_mandatary", "keep_or_replace"):
            self.check_asked_on_an_open_day(self.task(step))
        is_late = report.due_on < self.today
        if is_late:
            assert ladders, self.told
        for ladder in ladders:
            assert ladder.due_at is not None or self.task("keep_or_replace") is not None, self.told
            assert ladder.due_at is None or root.wake_at is not None, self.told
            assert ladder.due_at is None or root.wake_at <= ladder.due_at, self.told

    def check_asked_on_an_open_day(self, task) -> None:
        """The officer and the chair are asked on a day that was open when they were."""
        if task is None:
            return
        with self.late.database.start_reading() as work:
            calendar = calendars.calendar_of(work, self.late.basin_id, on=task.opened_at)
        assert calendar.is_open(task.opened_on), (task.step, task.opened_on, self.told)

    def end(self) -> None:
        """The report comes; from then on nothing is asked and nothing leaves."""
        with self.late.database.start_reading() as work:
            is_suspended = work.database.get_one(Instance, self.late.case_id).suspended_on is not None
        if is_suspended:
            self.resume(0)
        before = len(self.reminders())
        self.late.report()
        assert self.late.steps() == [], self.told
        self.clock.advance(days=1)
        self.play(120)
        assert len(self.reminders()) == before, self.told


# `await` is a word of the language.
setattr(Life, "await", Life.await_)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A report opened fourteen days before it is due, in a database to be copied."""
    folder = tmp_path_factory.mktemp("ladders")
    database = sqlite_database(folder, FrozenClock(START))
    late = LateReports(database)
    late.install()
    late.start()
    database.dispose()
    return SimpleNamespace(folder=folder, late=late)


def lived(template, number: int) -> Life:
    """The same report, on a database of its own."""
    path = template.folder / f"life{number}.db"
    shutil.copy(template.folder / "alize.db", path)
    clock = FrozenClock(START)
    late = LateReports(Database(f"sqlite:///{path}", clock=clock))
    late.people, late.case_id = template.late.people, template.late.case_id
    late.basin_id = template.late.basin_id
    late.database.sources.insert(0, cases.CaseHeads())
    late.database.domain = late.domain()
    return Life(late, clock)


@settings(max_examples=times(25, 2_000), phases=OF_LIVES, deadline=None)
@given(acts=st.lists(ACTS, min_size=3, max_size=14))
def test_whatever_happens_nobody_is_chased_too_much_and_no_late_report_is_forgotten(template, acts):
    life = lived(template, 0)
    try:
        for name, number in acts:
            life.act(name, number)
        life.end()
    finally:
        life.late.database.dispose()


def test_the_days_of_a_life_are_those_of_the_programme(template):
    life = lived(template, 1)
    life.play(60)

    assert isinstance(life.clock.instant, datetime)
    assert [mail.kind for mail in life.reminders()] == ["report_opened", "report_due_day", "report_late"]
    life.late.database.dispose()
