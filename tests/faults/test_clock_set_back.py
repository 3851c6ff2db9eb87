"""A machine that was ahead is put right by NTP: what it put off by its wrong clock does not wait for it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from apscheduler.schedulers import base

from engine import scheduler, stepping
from engine.documents import making, requests
from engine.outbox import delivery, notify
from engine.outbox.captured import MailboxTransport
from engine.outbox.models import Message
from engine.outbox.smtp import SmtpTransport
from engine.persistence import claims
from engine.persistence import installation as stamped
from engine.projects.models import Project
from engine.settings import Settings
from tests.mail_server import MailServer, free_port
from tests.web import installation

SETTINGS = Settings(environment="test")
HOUR = timedelta(hours=1)


@pytest.fixture
def made(tmp_path, clock):
    """An installation, its mails delivered."""
    engine, world = installation.build(tmp_path, clock)
    installation.open_project(engine, world)
    while delivery.deliver_due(engine.database, SETTINGS, MailboxTransport(engine.database)):
        pass
    yield engine, world
    engine.close()


class Machine:
    """The machine's clock, as far ahead as the test says."""

    ahead = timedelta()

    @classmethod
    def wall(cls) -> datetime:
        return datetime.now(UTC) + cls.ahead

    @classmethod
    def now(cls, _connection=None) -> datetime:
        return cls.wall()


class MachineTime(datetime):
    """The same, as the metronome reads it."""

    @classmethod
    def now(cls, tz=None) -> datetime:
        return Machine.wall().astimezone(tz)


def test_ticks_go_on_at_once_when_the_clock_is_set_back(made, monkeypatch):
    engine, _ = made
    beaten = threading.Semaphore(0)
    tick = scheduler.Tick("timers", timedelta(seconds=0.05), lambda _engine: beaten.release() or 0, jitter=0)
    monkeypatch.setattr(scheduler, "TICKS", (tick,))
    monkeypatch.setattr(base, "datetime", MachineTime)
    monkeypatch.setattr(stepping.clock, "RealClock", Machine)
    monkeypatch.setattr(stepping, "LOOKED_AT_EVERY", timedelta(seconds=0.05))
    monkeypatch.setattr(engine.database, "clock", Machine)
    monkeypatch.setattr(Machine, "ahead", HOUR)

    metronome = scheduler.start(engine)
    try:
        assert beaten.acquire(timeout=30)
        monkeypatch.setattr(Machine, "ahead", timedelta())
        while beaten.acquire(blocking=False):  # What was under way.
            pass
        assert beaten.acquire(timeout=30)
        assert beaten.acquire(timeout=30), "and it goes on"
    finally:
        metronome.shutdown(wait=True)


@pytest.mark.parametrize("how", ["put off by a server that is gone", "leased by a process that died"])
def test_mail_does_not_wait_for_the_day_at_which_the_clock_had_been(made, clock, how):
    engine, world = made
    with engine.database.start_work() as work:
        notify.notify(
            work, kind="project_withdrawn", recipient_id=world.people["member"], basin_id=world.basin_id,
            data={"withdrawn_on": "2026-11-10"},
        )  # fmt: skip
    clock.advance(days=3)
    gone = Settings(environment="test", smtp_url=f"smtp://127.0.0.1:{free_port()}")
    if how.startswith("put off"):
        delivery.deliver_due(engine.database, gone, SmtpTransport(gone.smtp_url))
    else:
        delivery.claim(engine.database, SETTINGS, 20)
    clock.advance(days=-3)

    with MailServer() as server:
        back = Settings(environment="test", smtp_url=server.url)
        delivery.deliver_due(engine.database, back, SmtpTransport(back.smtp_url))

    assert len(server.received) == 1
    with engine.database.start_reading() as work:
        assert work.database.query(Message).filter(Message.outcome.is_(None)).count() == 0


def test_a_lease_taken_under_the_wrong_time_is_nobody_s(made, clock):
    engine, _ = made
    clock.advance(days=3)
    with engine.database.start_work() as work:
        assert claims.take_lease(work, name="clock", holder="dead", lasting=HOUR)
    clock.advance(days=-3)

    with engine.database.start_work() as work:
        assert claims.take_lease(work, name="clock", holder="alive", lasting=HOUR)
        assert not claims.take_lease(work, name="clock", holder="other", lasting=HOUR)


def test_a_document_put_off_under_the_wrong_time_is_due(made, clock):
    engine, world = made
    with engine.database.start_reading() as work:
        project = work.connection.scalar(sa.select(Project.id))
    clock.advance(days=3)
    with engine.database.start_work() as work:
        requests.ask(
            work, kind="dossier", subject_id=project, chain_id=project, basin_id=world.basin_id,
            name="dossier.pdf", audience="project",
        )  # fmt: skip
    clock.advance(days=-3)

    assert making.claim(engine.database) is not None


def test_whether_it_is_held_is_asked_again_after_the_clock_was_set_back(made, clock):
    engine, _ = made
    clock.advance(days=3)
    assert not engine.is_held()
    clock.advance(days=-3)
    with engine.database.start_work() as work:
        stamped.hold(work)

    assert engine.is_held()
