"""What runs periodically: it is seen alive when idle, well again after a failure, gone when it is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from prometheus_client import generate_latest

from engine import scheduler
from engine.persistence import claims
from web import metrics
from web.admin import words

PAGE = "/administration/taches-de-fond"


@pytest.fixture
def administrator(client, sign_in):
    return sign_in(client, "administrator")


def tick_of(name: str, run=lambda _engine: 0, every=timedelta(seconds=5)) -> scheduler.Tick:
    return scheduler.Tick(name, every, run)


def noted(engine, name: str) -> list[sa.Row]:
    with engine.database.start_reading() as work:
        return [run for run in claims.runs(work) if run.tick == name]


def fail(_engine) -> int:
    raise ValueError("la base a disparu")


def test_each_has_words_for_its_page():
    assert set(words.TICKS) == {tick.name for tick in scheduler.TICKS}


def test_an_idle_one_is_noted_once_a_minute(engine, clock):
    for _seconds in range(0, 60, 5):
        scheduler.run_tick(engine, tick_of("timers"))
        clock.advance(seconds=5)
    scheduler.run_tick(engine, tick_of("timers"))

    (run,) = noted(engine, "timers")
    assert (run.runs, run.last_started_at) == (2, clock.wall())


def test_a_failure_is_over_at_the_next_run_though_idle(engine, clock):
    scheduler.run_tick(engine, tick_of("timers", fail))
    assert "la base a disparu" in noted(engine, "timers")[0].last_error
    clock.advance(seconds=5)
    scheduler.run_tick(engine, tick_of("timers"))

    assert noted(engine, "timers")[0].last_error is None


def test_one_that_stopped_is_said_to_have_stopped(administrator, engine, clock):
    scheduler.run_tick(engine, tick_of("timers"))
    clock.advance(minutes=1)
    assert "aucun passage depuis" not in administrator.get(PAGE).text

    clock.advance(minutes=10)
    assert "aucun passage depuis" in administrator.get(PAGE).text


def test_processes_that_ended_are_not_shown_for_ever(administrator, engine, clock, monkeypatch):
    monkeypatch.setattr(scheduler, "process_name", lambda: "ancienne/1")
    scheduler.run_tick(engine, tick_of("timers"))
    clock.advance(minutes=10)
    monkeypatch.setattr(scheduler, "process_name", lambda: "nouvelle/2")
    scheduler.run_tick(engine, tick_of("timers"))

    page = administrator.get(PAGE).text
    assert "nouvelle/2" in page
    assert "ancienne/1" not in page
    clock.advance(days=8)
    scheduler.tidy(engine)
    assert noted(engine, "timers") == []


def test_a_supervision_reads_how_long_ago_each_ran_here(engine, clock):
    scheduler.run_tick(engine, tick_of("timers"))
    clock.advance(seconds=42)

    text = generate_latest(metrics.registry(engine)).decode()
    assert 'alize_tick_seconds{tick="timers"} 42.0' in text


class TestOfAnotherRelease:
    @pytest.fixture(autouse=True)
    def migrated(self, engine):
        """Somebody brought the tables to the next release under a process left running."""
        with engine.database.engine.begin() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    def test_a_tick_does_nothing(self, engine):
        ran = []
        scheduler.run_tick(engine, tick_of("timers", lambda _engine: ran.append(1) or 1))

        assert ran == []
        assert noted(engine, "timers") == []

    def test_a_page_that_acts_is_refused(self, client, world):
        answer = client.post("/connexion/code", data={"email": world.emails["member"]})

        assert answer.status_code == 503
        assert "9999" in answer.text
