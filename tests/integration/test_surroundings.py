"""`alize doctor` says in words what an installation stands on that is wrong, and what to do about it."""

from __future__ import annotations

import shutil
import ssl
from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from engine import scheduler, surroundings
from engine.outbox import notify
from engine.outbox.models import Message
from engine.persistence import claims
from engine.persistence import installation as stamped
from engine.runtime.models import Instance
from engine.settings import Settings
from tests.web import installation

SERVED = Settings(environment="production", base_url="https://alize.exemple.test", proxies=1)


@pytest.fixture
def made(tmp_path, clock):
    """An installation in which nothing has happened yet."""
    engine, world = installation.build(tmp_path, clock)
    yield engine, world
    engine.close()


def told(engine, what, *given) -> list[str]:
    with engine.database.start_reading() as work:
        return list(what(work, *given))


def test_a_disk_that_is_nearly_full_is_told_with_what_is_left(tmp_path, monkeypatch):
    settings = Settings(data_dir=str(tmp_path), database_url=f"sqlite:///{tmp_path}/alize.db")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=10**12, free=4 * 10**10))
    (told_first,) = surroundings.disk_problems(settings)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=10**12, free=10**11))

    assert "40.0 Go" in told_first
    assert "faites de la place" in told_first
    assert list(surroundings.disk_problems(settings)) == []


def test_a_scheduler_that_never_ran_stopped_or_fails_is_told(made, clock):
    engine, _ = made
    assert "encore tourné" in told(engine, surroundings.tick_problems)[0]

    tidy = next(each for each in scheduler.TICKS if each.name == "tidy")
    scheduler.run_tick(engine, tidy)
    assert told(engine, surroundings.tick_problems) == []
    clock.advance(minutes=10)
    assert "systemctl restart alize-scheduler" in told(engine, surroundings.tick_problems)[0]

    def fail(_engine):
        raise RuntimeError("plus de papier")

    scheduler.run_tick(engine, scheduler.Tick("digests", timedelta(hours=1), fail))
    assert "plus de papier" in told(engine, surroundings.tick_problems)[0]


def test_a_held_base_says_so_and_nothing_of_what_waits_because_of_it(made):
    engine, _ = made
    with engine.database.start_work() as work:
        stamped.hold(work)

    assert "alize resume" in told(engine, surroundings.standing_problems, SERVED)[0]
    assert told(engine, surroundings.tick_problems) == []


def test_a_backup_that_is_old_or_was_never_made_is_told(made, clock):
    engine, _ = made
    assert "Aucune sauvegarde" in told(engine, surroundings.standing_problems, SERVED)[0]

    with engine.database.start_work() as work:
        stamped.note_backup(work)
    assert told(engine, surroundings.standing_problems, SERVED) == []
    clock.advance(hours=40)
    assert "alize-backup" in told(engine, surroundings.standing_problems, SERVED)[0]


def test_mail_that_should_have_left_is_told_with_the_reason(made, clock):
    engine, world = made
    with engine.database.start_work() as work:
        notify.notify(
            work, kind="project_withdrawn", recipient_id=world.people["member"], basin_id=world.basin_id,
            data={"withdrawn_on": "2026-11-10"},
        )  # fmt: skip
    assert told(engine, surroundings.mail_problems) == []
    clock.advance(hours=3)
    with engine.database.start_work() as work:
        work.connection.execute(sa.update(Message).values(failure="connexion refusée"))

    (late,) = told(engine, surroundings.mail_problems)

    assert late.startswith("1 courriel(s) auraient dû partir")
    assert late.endswith("connexion refusée")


def test_a_machine_that_is_behind_its_history_is_told(made, clock):
    engine, world = made
    installation.open_project(engine, world)
    assert told(engine, surroundings.clock_problems) == []

    clock.advance(hours=-2)

    assert "NTP" in told(engine, surroundings.clock_problems)[0]


def test_a_machine_whose_clock_differs_from_the_server_s_is_told(database):
    """The clock of the tests stands in 2026 whatever the server's says."""
    if database.is_sqlite:
        pytest.skip("the file has no clock of its own")
    with database.start_reading() as work:
        (drift,) = surroundings.clock_problems(work)

    assert "celle de la base diffèrent" in drift


def test_a_damaged_project_is_told_with_its_cure(made):
    engine, world = made
    installation.open_project(engine, world)
    assert told(engine, surroundings.instance_problems) == []
    with engine.database.start_work() as work:
        work.connection.execute(sa.update(Instance).values(state="{"))

    (damaged,) = told(engine, surroundings.instance_problems)

    assert "alize instance rebuild TDL-" in damaged


def test_everybody_under_one_address_is_told():
    assert list(surroundings.proxy_problems(SERVED)) == []
    assert "Donnez 1" in next(
        surroundings.proxy_problems(Settings(environment="production", base_url="https://a"))
    )


@pytest.mark.parametrize(("days", "said"), [(90, None), (10, "expire le"), (-1, "expire le")])
def test_the_end_of_the_address_s_certificate_is_told(monkeypatch, clock, days, said):
    monkeypatch.setattr(surroundings, "certificate_end", lambda *_: clock.wall() + timedelta(days=days))

    found = list(surroundings.certificate_problems(SERVED.base_url, clock.wall()))

    assert [said in each for each in found] == ([] if said is None else [True])


@pytest.mark.parametrize(("error", "said"), [
    (ssl.SSLCertVerificationError(1, "self-signed certificate"), "est refusé"),
    (ConnectionRefusedError("refusée"), "ne répond pas d’ici"),
])  # fmt: skip
def test_an_address_that_does_not_answer_or_is_not_believed_is_told(monkeypatch, clock, error, said):
    def fail(*_given):
        raise error

    monkeypatch.setattr(surroundings, "certificate_end", fail)

    assert said in next(surroundings.certificate_problems(SERVED.base_url, clock.wall()))
    assert list(surroundings.certificate_problems("http://127.0.0.1:5000", clock.wall())) == []


def test_the_last_run_of_each_tick_counts_not_that_of_a_process_that_died(made, clock):
    engine, _ = made
    with engine.database.start_work() as work:
        work.connection.execute(
            sa.insert(claims.tick_run).values(
                tick="outbox",
                process_name="dead/1",
                last_started_at=clock.wall() - timedelta(days=2),
                last_error="il y a deux jours",
            )
        )
    scheduler.run_tick(engine, scheduler.Tick("outbox", timedelta(seconds=5), lambda _: 0))

    assert told(engine, surroundings.tick_problems) == []
