"""When mails leave and what is shown of them: by day, held, dropped, captured, listed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine.operations import mail
from engine.outbox import captured, delivery, mail_log
from engine.outbox.captured import MailboxTransport
from engine.outbox.models import CapturedMail
from engine.outbox.smtp import SmtpTransport
from engine.people import basins, calendars, persons
from engine.people.models import Basin
from engine.persistence import installation
from engine.persistence.unit_of_work import Actor
from engine.settings import Settings
from tests.integration.outbox_bench import deliver, found, people_of_a_basin, say
from tests.mail_server import MailServer


@pytest.fixture
def server():
    with MailServer() as started:
        yield started


@pytest.fixture
def town(database):
    return people_of_a_basin(database)


def test_a_reminder_waits_for_an_open_day_by_day(database, clock, server, town):
    clock.set(datetime(2026, 11, 20, 19, 30, tzinfo=UTC))  # a Friday evening
    message_id = say(
        database, town.claire, kind="report_late", basin_id=town.basin_id,
        data={"report_number": 2, "due_on": date(2026, 11, 11)},
    )  # fmt: skip

    deliver(database, SmtpTransport(server.url))
    assert server.received == []
    waiting = found(database, message_id)
    monday = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    assert (waiting.send_after, waiting.attempts, waiting.outcome) == (monday, 0, None)
    with database.start_reading() as work:
        assert mail_log.next_departure(work) == monday

    clock.set(monday)
    deliver(database, SmtpTransport(server.url))
    assert found(database, message_id).sent_at == monday


class SlowServer(MailboxTransport):
    """A mail server that takes five minutes for each mail."""

    def __init__(self, database, clock):
        super().__init__(database)
        self.clock, self.sent = clock, []

    def send(self, post):
        self.sent.append(post.letter.message.id)
        self.clock.wall_instant += timedelta(minutes=5)
        super().send(post)


def test_no_mail_is_begun_whose_lease_could_end_before_it_is_recorded(database, clock, town):
    said = {say(database, town.claire) for _ in range(3)}
    slow = SlowServer(database, clock)

    assert deliver(database, slow) == 2
    [left] = said - set(slow.sent)
    assert found(database, left).outcome is None
    assert deliver(database, slow) == 0  # Its lease, of ten minutes, ends in this very instant.
    clock.wall_instant += timedelta(minutes=1)
    assert deliver(database, slow) == 1

    assert set(slow.sent) == said
    assert len(slow.sent) == 3


def test_a_reminder_respects_the_basins_quiet_period_and_an_ordinary_task_mail_does_not(
    database, clock, server, town
):
    with database.start_work() as work:
        basins.change_parameter(
            work, basin_id=town.basin_id, key=calendars.QUIET_PERIODS, value=[["12-21", "01-03"]],
            reason="Fin d’année",
        )  # fmt: skip
    clock.set(datetime(2026, 12, 21, 23, 0, tzinfo=UTC))
    reminder = say(database, town.claire, kind="reminder_expert", basin_id=town.basin_id)
    by_timer = say(database, town.claire, actor=Actor(uuid4(), "system"), basin_id=town.basin_id)
    by_member = say(database, town.claire, basin_id=town.basin_id)

    deliver(database, SmtpTransport(server.url))

    assert found(database, by_member).outcome == "sent"
    assert found(database, by_timer).send_after == datetime(2026, 12, 22, 7, 0, tzinfo=UTC)
    assert found(database, reminder).send_after == datetime(2027, 1, 4, 7, 0, tzinfo=UTC)


def test_a_code_leaves_at_night_to_a_doubtful_address_and_is_then_forgotten(database, clock, server, town):
    clock.set(datetime(2026, 11, 22, 2, 0, tzinfo=UTC))
    with database.start_work() as work:
        persons.mark_address_invalid(work, town.claire)
    data = {"code": "042137", "expires_at": clock.wall() + timedelta(minutes=10)}
    message_id = say(database, town.claire, kind="code", data=data)

    deliver(database, SmtpTransport(server.url))

    assert "042137" in server.received[0].get_body(("plain",)).get_content()
    assert found(database, message_id).data == {}


def test_a_code_leaves_though_its_task_was_done_meanwhile(database, clock, server, town):
    data = {"code": "042137", "expires_at": clock.wall() + timedelta(minutes=10)}
    say(database, town.claire, kind="code", data=data, task_id=uuid4())

    moot = delivery.Hooks(facts=lambda work, message: delivery.Facts(is_moot=True))
    deliver(database, SmtpTransport(server.url), hooks=moot)

    assert len(server.received) == 1


def test_an_expired_code_is_moot(database, clock, server, town):
    message_id = say(database, town.claire, kind="code", data={"code": "042137", "expires_at": clock.wall()})

    deliver(database, SmtpTransport(server.url))

    assert server.received == []
    assert (found(database, message_id).outcome, found(database, message_id).data) == ("moot", {})


def test_a_held_database_sends_nothing(database, server, town):
    say(database, town.claire)
    with database.start_work() as work:
        installation.stamp(work, environment="test")
    with database.start_work() as work:
        installation.hold(work)

    assert deliver(database, SmtpTransport(server.url)) == 0

    with database.start_work() as work:
        installation.release(work)
    assert deliver(database, SmtpTransport(server.url)) == 1


def test_after_a_restore_what_was_written_before_a_date_is_dropped_and_says_so(database, clock, server, town):
    old = say(database, town.claire)
    clock.advance(days=1)
    since = clock.now()
    recent = say(database, town.claire)

    with database.start_work() as work:
        assert [mail.id for mail in mail_log.pending_since(work, since=since)] == [recent]
        assert mail_log.drop_restored(work, before=since) == 1
    deliver(database, SmtpTransport(server.url))

    assert (found(database, old).outcome, found(database, recent).outcome) == ("restored", "sent")


def test_the_demonstrations_mailbox_keeps_the_mail_and_nothing_leaves(database, clock, server, town):
    case_id = uuid4()
    message_id = say(database, town.claire, case_id=case_id, task_id=uuid4())

    deliver(database, MailboxTransport(database))

    assert server.received == []
    assert found(database, message_id).outcome == "captured"
    with database.start_reading() as work:
        (mail,) = captured.page(work, recipient_id=town.claire, case_id=case_id)
        assert mail.subject.startswith("[TDL-2026-014] Pour action")
        assert mail.captured_at == clock.now()
        assert captured.find(work, message_id).source.startswith("From: ")
        with pytest.raises(captured.UnknownMail):
            captured.find(work, uuid4())


def test_captured_twice_a_mail_is_shown_once(database, clock, town):
    class DiesAfterCapturing(MailboxTransport):
        def send(self, post):
            super().send(post)
            raise SystemExit

    say(database, town.claire)
    with pytest.raises(SystemExit):
        deliver(database, DiesAfterCapturing(database))
    clock.wall_instant += delivery.LEASE + timedelta(seconds=1)
    deliver(database, MailboxTransport(database))

    with database.start_reading() as work:
        assert work.connection.scalar(sa.select(sa.func.count()).select_from(CapturedMail)) == 1


def test_the_page_of_a_project_shows_what_was_said_to_whom_and_how_it_ended(database, clock, server, town):
    case_id = uuid4()
    sent = say(database, town.claire, case_id=case_id, counts_for=2)
    later = say(database, town.john, case_id=case_id, send_after=clock.now() + timedelta(days=3))
    say(database, town.john, case_id=uuid4())
    deliver(database, SmtpTransport(server.url))

    with database.start_reading() as work:
        first, second = delivery.sent_for_case(work, case_id)

    assert (first.id, first.recipient, first.outcome, first.sent_at, first.counts_for) == (
        sent, "Claire Démo", "sent", clock.now(), 2,
    )  # fmt: skip
    assert (second.id, second.recipient, second.outcome, second.sent_at) == (later, "John Démo", None, None)


def test_an_idle_tick_takes_no_lock(database, server, town):
    with database.start_work() as busy:
        busy.database.get_one(Basin, town.basin_id)
        assert deliver(database, SmtpTransport(server.url)) == 0


def test_what_left_cannot_be_sent_again_by_mistake(database, server, town):
    message_id = say(database, town.claire)
    deliver(database, SmtpTransport(server.url))

    with database.start_work() as work:
        with pytest.raises(mail_log.NotRetriable):
            mail_log.retry(work, message_id)
        with pytest.raises(mail_log.UnknownMessage):
            mail_log.retry(work, uuid4())


def test_a_demonstration_sends_nothing_whatever_the_settings_say(sqlite):
    here = {"smtp_url": "smtp://127.0.0.1:2525", "secret_key": "x"}

    demo = mail.transport(Settings(environment="demo", **here), sqlite)
    production = mail.transport(Settings(environment="production", **here), sqlite)
    unset = mail.transport(Settings(environment="production", secret_key="x"), sqlite)

    assert isinstance(demo, MailboxTransport)
    assert isinstance(production, SmtpTransport)
    assert unset is None
