"""Bad days: a disk that fills up under an act, a mail server gone for three days. Nothing is lost, nothing bursts."""

from __future__ import annotations

import errno
import os
from collections import Counter
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine import operations
from engine.documents.store import UNFINISHED, NoRoomForFile, Store
from engine.outbox import delivery, notify
from engine.outbox.mail_log import ASKS_AGAIN
from engine.outbox.models import Message
from engine.outbox.smtp import SmtpTransport
from engine.people import organisations
from engine.people.models import Organisation
from engine.persistence import anchors
from engine.persistence.database import NoRoom
from engine.runtime import incidents, timers
from engine.settings import Settings
from tests.faults.trials import footprint
from tests.integration.programme import Programme
from tests.integration.visits import PARIS
from tests.mail_server import MailServer, free_port

SETTINGS = Settings(environment="test")


@pytest.fixture
def programme(sqlite, clock):
    """A labelled project whose first report is open."""
    found = Programme(sqlite, clock).install()
    found.label()
    found.play_until(date(2027, 2, 10))
    return found


def limit_pages(programme: Programme, limit: int) -> None:
    """Have the file grow no more, as on a full disk: SQLite itself then refuses to write."""
    programme.database.dispose()

    @sa.event.listens_for(programme.database.engine, "connect")
    def narrow(connection, _record):
        connection.execute(f"PRAGMA max_page_count = {limit}")


def pages(programme: Programme) -> int:
    with programme.database.start_reading() as work:
        return work.connection.scalar(sa.text("PRAGMA page_count"))


def test_a_full_disk_refuses_the_act_in_words_leaves_nothing_half_written_and_recovers(programme):
    full = pages(programme)
    limit_pages(programme, full)

    with pytest.raises(NoRoom, match="disque du service est plein"):
        for number in range(2_000):  # What is free inside the file is used up first.
            with programme.work_as("officer") as work:
                organisations.add(work, name=f"Entreprise {number} {'x' * 150}", from_date=programme.today)
    before = footprint(programme)
    with pytest.raises(NoRoom):
        programme.report()

    assert footprint(programme) == before
    assert programme.steps() == ["follow_up_report", "plan_interventions"]
    with programme.database.start_reading() as work:
        assert incidents.list_open(work) == [], "a full disk is no fault of a step"
    limit_pages(programme, full * 10)
    programme.report()
    assert programme.steps() == ["plan_interventions"]
    with programme.database.start_reading() as work:
        assert list(anchors.problems(work)) == []


def test_a_server_whose_disk_is_full_refuses_the_act_in_the_same_words(database):
    """PostgreSQL's own answer, which it gives when a file cannot grow."""
    if database.is_sqlite:
        pytest.skip("has a disk of its own, above")
    full = sa.text("DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$")

    with pytest.raises(NoRoom, match="disque du service est plein"), database.start_work() as work:
        organisations.add(work, name="Forge Un", from_date=work.today(PARIS))
        work.connection.execute(full)

    with database.start_work() as work:
        assert work.connection.scalar(sa.select(sa.func.count()).select_from(Organisation)) == 0
        organisations.add(work, name="Forge Un", from_date=work.today(PARIS))


def test_a_file_that_finds_no_room_is_refused_in_words_and_leaves_no_half(tmp_path, monkeypatch):
    store = Store(tmp_path)

    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(os, "fsync", full)
        with pytest.raises(NoRoomForFile, match="n’a pas été gardé"):
            store.keep(b"devis")

    assert [each for each in tmp_path.rglob("*") if each.is_file() or each.name.startswith(UNFINISHED)] == []
    assert store.read(store.keep(b"devis")) == b"devis"


def deliver(programme: Programme, transport: SmtpTransport) -> int:
    hooks = operations.mail_hooks(programme.database)
    return delivery.deliver_due(programme.database, SETTINGS, transport, hooks=hooks)


def waiting(programme: Programme) -> list[Message]:
    with programme.database.start_reading() as work:
        return list(work.database.scalars(sa.select(Message).where(Message.outcome.is_(None))))


def test_three_days_without_a_mail_server_lose_nothing_and_end_without_a_burst(programme, clock):
    with MailServer() as before:
        while deliver(programme, SmtpTransport(before.url)):
            pass
    gone = SmtpTransport(f"smtp://127.0.0.1:{free_port()}")
    programme.play_until(date(2027, 2, 14))
    task = programme.task("follow_up_report")
    with programme.database.start_work() as work:  # Asked again each morning: all of them wait.
        for day in range(3):
            notify.notify(
                work, kind="task_reminded", recipient_id=task.assignee_id, case_id=programme.case_id,
                basin_id=programme.basin_id, task_id=task.id, dedupe_key=f"again-{day}",
            )  # fmt: skip
    for _ in range(12 * 3):
        deliver(programme, gone)
        clock.advance(hours=2)
        while timers.fire_due(programme.database):
            pass

    assert waiting(programme)
    assert {message.outcome for message in programme.mails()} <= {None, "sent", "moot"}
    assert all(message.attempts <= 1 for message in waiting(programme)), "none of its attempts is used up"
    programme.clock.set(programme.clock.instant.replace(hour=10) + timedelta(days=1))
    with MailServer() as back:
        for _ in range(8):
            deliver(programme, SmtpTransport(back.url))
            clock.advance(minutes=15)
        sent = Counter(str(mail["To"]) for mail in back.received)

    reminders = [each for each in programme.mails() if each.kind in ASKS_AGAIN and each.task_id == task.id]
    told = Counter(each.outcome for each in reminders if each.created_at >= clock.now() - timedelta(days=7))
    assert told["moot"] >= 2, told
    assert told["sent"] <= 1, told
    assert sent
    assert not [each for each in waiting(programme) if each.send_after <= clock.now()]
    assert {message.outcome for message in programme.mails()} <= {None, "sent", "moot"}


def test_what_was_done_meanwhile_is_not_asked_for_once_the_server_is_back(programme, clock):
    gone = SmtpTransport(f"smtp://127.0.0.1:{free_port()}")
    task = programme.task("follow_up_report")
    deliver(programme, gone)
    programme.report()
    clock.advance(days=3)

    with MailServer() as back:
        for _ in range(4):
            deliver(programme, SmtpTransport(back.url))
            clock.advance(minutes=15)

    about = [each for each in programme.mails() if each.task_id == task.id]
    assert {each.outcome for each in about} == {"moot"}
