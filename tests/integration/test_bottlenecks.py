"""Where time goes: figures computed by hand, as of any instant, and the same as a naive reading of history."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from engine import clock as clocks
from engine.analytics import bottlenecks, closed_months
from engine.analytics.models import FactClass
from engine.analytics.questions import Question, year_until
from engine.persistence.unit_of_work import Actor
from engine.runtime import instances, tasks, timers
from tests.integration import facts as made_up
from tests.integration import history_reader
from tests.integration.visits import Bench

PARIS = ZoneInfo("Europe/Paris")
DAY = 86_400
QUARTER = (date(2026, 10, 1), date(2026, 12, 31))


@pytest.fixture
def bench(database) -> Bench:
    """The three-task process, with its people."""
    made = Bench(database)
    made.install()
    return made


def ask(bench, *, as_of=None, days=QUARTER, basin_ids=(1,)):
    with bench.database.start_reading() as work:
        return bottlenecks.read(work, Question(*days, basin_ids, as_of))


def figures(found, step):
    [one] = [each for each in found.steps if each.completed.step == step]
    return one


def claim(bench, task_id, by):
    with bench.database.start_work(Actor(by)) as work:
        tasks.claim(work, task_id=task_id)


def hold(bench, task_id, by, until):
    with bench.database.start_work(Actor(by)) as work:
        tasks.await_third_party(work, task_id=task_id, cause="le client", until=until, reason="congés")


def take_back(bench, task_id, by):
    with bench.database.start_work(Actor(by)) as work:
        tasks.resume(work, task_id=task_id)


def test_an_empty_installation_has_no_figures(bench):
    found = ask(bench)

    assert (found.steps, found.whom, found.oldest, found.open.waiting) == ([], [], [], 0)


def test_what_waits_says_since_when_for_whom_and_whether_it_is_late(bench, clock):
    first = bench.start()
    clock.advance(days=2)
    bench.start()
    clock.advance(days=5)  # The first is due on the 21st, today is the 23rd; the second on the 23rd.

    found = ask(bench)

    plan = figures(found, "plan")
    assert (plan.open.waiting, plan.open.late, plan.completed.completed) == (2, 1, 0)
    assert plan.open.oldest_since == datetime(2026, 11, 16, 9, tzinfo=UTC)
    assert [(each.waits_for, each.open.waiting) for each in found.whom] == [("operator", 2)]
    assert found.oldest[0].case_id == first
    assert plan.completed.lasted.median is None


def test_time_in_the_queue_in_hand_and_for_a_third_party_are_told_apart(bench, clock):
    [plan] = bench.open_tasks(bench.start())
    clock.advance(days=1)
    claim(bench, plan.id, bench.officer)
    clock.advance(days=2)
    hold(bench, plan.id, bench.officer, date(2026, 11, 30))
    clock.advance(days=3)
    held = ask(bench)
    take_back(bench, plan.id, bench.officer)
    clock.advance(days=1)
    bench.complete(plan.id, bench.officer)

    done = figures(ask(bench), "plan").completed

    assert (done.waiting_seconds, done.working_seconds, done.awaited_seconds) == (DAY, 3 * DAY, 3 * DAY)
    assert (done.completed, done.late) == (1, 1)  # Due on the 21st, done on the 23rd.
    assert dict(figures(held, "plan").held) == {"le client": 1}
    assert [(each.waits_for, each.open.waiting) for each in held.whom] == [("third_party", 1)]


def test_five_values_have_a_median_and_no_interval_six_have_both(bench, clock):
    for days in range(1, 7):
        case_id = bench.start()
        [plan] = bench.open_tasks(case_id)
        clock.advance(days=days)
        bench.complete(plan.id, bench.officer)
        done = figures(ask(bench), "plan").completed.lasted
        if days < 5:
            assert (done.count, done.median) == (days, None)
        if days == 5:
            assert (done.median, done.low) == (3 * DAY, None)

    assert (done.median, done.low, done.high) == (3.5 * DAY, DAY, 6 * DAY)
    assert done.ninetieth == 5.5 * DAY
    assert (done.first_quartile, done.third_quartile) == (2.25 * DAY, 4.75 * DAY)


def test_an_act_counts_in_the_period_in_which_it_happened(bench, clock):
    case_id = bench.start()
    [plan] = bench.open_tasks(case_id)
    clock.set(datetime(2027, 1, 5, 9, tzinfo=UTC))
    bench.complete(plan.id, bench.officer, occurred_on=date(2026, 11, 20))

    autumn, winter = ask(bench), ask(bench, days=(date(2027, 1, 1), date(2027, 3, 31)))

    assert figures(autumn, "plan").completed.late == 0  # By the day it was done, not typed (D1).
    assert autumn.completed == 1
    assert winter.completed == 0


def test_the_past_asked_again_has_not_moved(bench, clock):
    """Whatever is claimed, put on hold, done or dated back afterwards (D1, D23)."""
    first, second = bench.start(), bench.start()
    [plan], [other] = bench.open_tasks(first), bench.open_tasks(second)
    clock.advance(days=3)
    hold(bench, other.id, bench.officer, date(2026, 12, 1))
    then = clock.now()
    before = ask(bench)

    clock.advance(days=4)
    take_back(bench, other.id, bench.officer)
    bench.complete(plan.id, bench.officer, occurred_on=date(2026, 11, 18))
    bench.complete(other.id, bench.officer)
    bench.start()
    again, now = ask(bench, as_of=then), ask(bench)

    assert (again.steps, again.whom, again.oldest, again.open) == (
        before.steps, before.whom, before.oldest, before.open,
    )  # fmt: skip
    assert (before.open.waiting, before.completed) == (2, 0)
    assert (now.open.waiting, now.completed) == (1, 2)


def test_a_page_takes_two_statements_and_a_past_one_three(bench, clock):
    bench.start()
    clock.advance(days=1)
    seen: list[str] = []

    @sa.event.listens_for(bench.database.engine, "before_cursor_execute")
    def note(connection, cursor, statement, *others):
        seen.extend([statement] if statement.lstrip().startswith("SELECT") or "WITH" in statement else [])

    ask(bench)
    now = len(seen)
    ask(bench, as_of=clock.now() - timedelta(hours=1))

    assert (now, len(seen) - now) == (2, 3)


def live(bench, clock, chance):
    """A random half-year of a few projects; gives some instants on the way."""
    instants = []
    for _turn in range(60):
        clock.advance(hours=chance.randint(1, 90))
        timers.fire_due(bench.database)
        if chance.random() < 0.3:
            bench.start()
        with bench.database.start_reading() as work:
            open_tasks = list(work.connection.execute(OPEN))
        if open_tasks and chance.random() < 0.2:
            pause_or_go_on(bench, clock, chance.choice(open_tasks))
            continue
        for task in chance.sample(open_tasks, min(len(open_tasks), 2)):
            act(bench, clock, chance, task)
        if chance.random() < 0.1:
            instants.append(clock.now())
            clock.advance(seconds=1)
    return instants


def pause_or_go_on(bench, clock, task):
    """Suspend the project of a task, or take it up again."""
    with bench.database.start_work(Actor(bench.officer)) as work:
        if task.suspended:
            instances.resume(work, case_id=task.case_id)
        else:
            until = clocks.local_date(clock.now(), PARIS) + timedelta(days=6)
            instances.suspend(work, case_id=task.case_id, until=until, reason="sinistre")


OPEN = sa.text("SELECT * FROM task WHERE closed_at IS NULL ORDER BY opened_at, id").columns(
    id=sa.Uuid,
    case_id=sa.Uuid,
    suspended=sa.Boolean,
    opened_on=sa.Date,
    assignee_id=sa.Uuid,
    awaiting=sa.Text,
    step=sa.Text,
    personal=sa.Boolean,
)


def act(bench, clock, chance, task):
    if task.suspended:
        return
    by = {"plan": bench.officer, "meet": bench.member, "sign": bench.chair}[task.step]
    today = clocks.local_date(clock.now(), PARIS)
    what = chance.choice(("claim", "hold", "back", "done", "done", "done yesterday"))
    if what == "claim" and task.assignee_id is None and not task.personal:
        claim(bench, task.id, by)
    elif what == "hold" and task.awaiting is None:
        hold(bench, task.id, by, today + timedelta(days=chance.randint(0, 9)))
    elif what == "back" and task.awaiting is not None:
        take_back(bench, task.id, by)
    elif what == "done":
        bench.complete(task.id, by)
    elif what == "done yesterday":
        bench.complete(task.id, by, occurred_on=max(task.opened_on, today - timedelta(days=1)))


@pytest.mark.parametrize("attempt", range(2))
def test_figures_are_those_of_history_for_random_lives_at_every_instant(bench, clock, attempt):
    seed = random.randrange(10**6)
    instants = live(bench, clock, random.Random(seed))
    days = (date(2026, 12, 1), date(2027, 1, 31))

    for instant in [*instants, clock.now()]:
        found = ask(bench, days=days, as_of=instant)
        opened, done = history_reader.naive(bench, days, instant)
        assert {
            each.completed.step: (
                each.completed.completed, each.completed.waiting_seconds, each.completed.working_seconds,
                each.completed.awaited_seconds, each.completed.late, each.completed.lasted,
            )
            for each in found.steps
            if each.completed.completed
        } == history_reader.expected_of(done), f"seed {seed}"  # fmt: skip
        today = clocks.local_date(instant, PARIS)
        assert found.open.waiting == len(opened), f"seed {seed}"
        late = [each for each in opened.values() if each["due_on"] < today and not each["is_paused"]]
        assert found.open.late == len(late), f"seed {seed}"
        assert found.open.suspended == sum(each["is_paused"] for each in opened.values()), f"seed {seed}"
        assert found.open.oldest_since == min((each["at"] for each in opened.values()), default=None)


# Closed months.


@pytest.fixture
def country(database, clock):
    """Two years of made-up tasks in thirty basins, half a month after their end."""
    clock.set(datetime(2026, 11, 16, 9, tzinfo=UTC))
    made_up.generate(database, closed=4_000, open_tasks=50, days=740)
    return database


def close_all(database):
    number = 0
    while True:
        with database.start_work() as work:
            if not closed_months.close_month(work):
                return number
        number += 1


def national(database, days, as_of=None):
    with database.start_reading() as work:
        return bottlenecks.read(work, Question(*days, None, as_of))


def test_closed_months_give_the_same_counts_and_sums_and_medians_to_the_width_of_a_class(country):
    days = (date(2025, 7, 1), date(2026, 11, 30))
    before = national(country, days)
    assert close_all(country) == 24
    after = national(country, days)

    assert after.by_classes == country.is_sqlite
    for one, other in zip(before.steps, after.steps, strict=True):
        for name in (
            "process",
            "step",
            "completed",
            "late",
            "waiting_seconds",
            "working_seconds",
            "awaited_seconds",
        ):
            assert getattr(one.completed, name) == getattr(other.completed, name)
        assert other.completed.lasted.median == pytest.approx(one.completed.lasted.median, rel=0.026)
        assert other.completed.lasted.ninetieth == pytest.approx(one.completed.lasted.ninetieth, rel=0.03)


def test_closed_months_answer_about_the_past_as_it_was_known(country):
    days, then = (date(2025, 1, 1), date(2026, 3, 31)), datetime(2026, 3, 10, tzinfo=UTC)
    before = national(country, days, then)
    close_all(country)
    after = national(country, days, then)

    assert [(each.key, each.completed.completed) for each in after.steps] == [
        (each.key, each.completed.completed) for each in before.steps
    ]
    assert after.open == before.open


def test_a_month_is_counted_once_and_only_when_it_is_over(country, clock):
    close_all(country)
    with country.start_reading() as work:
        rows = work.connection.execute(sa.select(sa.func.count()).select_from(FactClass)).scalar_one()
    clock.set(datetime(2026, 12, 1, 0, 30, tzinfo=UTC))
    assert close_all(country) == 0
    clock.set(datetime(2026, 12, 1, 2, tzinfo=UTC))
    assert close_all(country) == 1
    assert close_all(country) == 0
    with country.start_reading() as work:
        assert work.connection.execute(sa.select(sa.func.count()).select_from(FactClass)).scalar_one() > rows


def test_one_basin_is_the_same_on_a_part_of_the_country(country):
    days = year_until(date(2026, 10, 15))
    with country.start_reading() as work:
        basins = list(work.connection.scalars(sa.text("SELECT id FROM basin")))
        each = [bottlenecks.read(work, Question(*days, (basin,))).completed for basin in basins]
        assert sum(each) == bottlenecks.read(work, Question(*days, tuple(basins))).completed
    assert sum(each) == national(country, days).completed > 1_000
