"""Mails: written with the act, delivered at least once by a real server, moot ones never."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine.outbox import delivery, kinds, mail_log, notify
from engine.outbox.delivery import Facts, Hooks
from engine.outbox.models import Message
from engine.outbox.smtp import SmtpTransport
from engine.people import persons
from engine.people.models import Person
from engine.persistence.database import Busy
from tests.integration.outbox_bench import MEMBER, deliver, facts, found, people_of_a_basin, say
from tests.mail_server import MailServer


@pytest.fixture
def server():
    with MailServer() as started:
        yield started


@pytest.fixture
def town(database):
    return people_of_a_basin(database)


def test_a_mail_is_delivered_once_and_its_date_and_address_are_kept(database, clock, server, town):
    message_id = say(database, town.claire, basin_id=town.basin_id, task_id=uuid4())

    assert deliver(database, SmtpTransport(server.url)) == 1
    assert deliver(database, SmtpTransport(server.url)) == 0

    assert server.recipients == ["claire@exemple.test"]
    message = found(database, message_id)
    assert (message.outcome, message.address, message.attempts) == ("sent", "claire@exemple.test", 1)
    assert message.sent_at == clock.now()
    assert message.leased_until is None


def test_a_mail_that_was_not_committed_never_leaves(database, server, town):
    with pytest.raises(ZeroDivisionError), database.start_work(MEMBER) as work:
        notify.notify(work, kind="task_opened", recipient_id=town.claire)
        1 / 0  # noqa: B018

    assert deliver(database, SmtpTransport(server.url)) == 0
    assert server.received == []


def test_several_messages_of_one_act_are_one_statement(database, town):
    statements = []
    with database.start_work(MEMBER) as work:
        rows = [notify.row(work, kind="task_opened", recipient_id=town.claire) for _ in range(3)]
        notify.post(work, rows)
        sa.event.listen(database.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))

    assert sum("INTO outbox" in statement for statement in statements) == 1
    with database.start_reading() as work:
        assert work.connection.scalar(sa.select(sa.func.count()).select_from(Message)) == 3


def test_what_must_be_said_once_is_said_once(database, town):
    for _ in range(2):
        say(database, town.claire, dedupe_key="digest:TDL:2026-11")

    with database.start_reading() as work:
        assert work.connection.scalar(sa.select(sa.func.count()).select_from(Message)) == 1


def test_an_unknown_kind_is_refused(database, town):
    with pytest.raises(kinds.UnknownKind):
        say(database, town.claire, kind="newsletter")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"report_number": 1},
        {"report_number": 1, "due_on": date(2026, 3, 2), "more": 1},
        {"report_number": 1, "due_on": "Madame Dupont a oublié"},
        {"report_number": object(), "due_on": date(2026, 3, 2)},
    ],
)
def test_missing_unknown_or_personal_data_is_refused(database, town, data):
    with pytest.raises(kinds.WrongData):
        say(database, town.claire, kind="report_late", data=data)


def test_a_temporary_refusal_is_tried_again_later_by_the_machines_clock(database, clock, server, town):
    message_id = say(database, town.claire)
    server.answers = ["451 come back later", "250 OK"]

    deliver(database, SmtpTransport(server.url))
    waiting = found(database, message_id)
    assert waiting.outcome is None
    assert "451" in waiting.failure
    assert waiting.next_try_at == clock.wall() + timedelta(minutes=1)

    assert deliver(database, SmtpTransport(server.url)) == 0
    clock.wall_instant += timedelta(minutes=1)
    assert deliver(database, SmtpTransport(server.url)) == 1

    assert found(database, message_id).outcome == "sent"
    assert len(server.received) == 1


def test_each_wait_is_longer_and_after_two_days_somebody_must_look(database, clock, server, town):
    message_id = say(database, town.claire, basin_id=town.basin_id)
    server.answers = ["451 no"] * 20
    waits = []
    while found(database, message_id).outcome is None:
        before = clock.wall()
        deliver(database, SmtpTransport(server.url))
        message = found(database, message_id)
        if message.next_try_at:
            waits.append(message.next_try_at - before)
            clock.wall_instant = message.next_try_at

    assert waits == sorted(waits)
    assert sum(waits, timedelta()) > timedelta(days=1)
    with database.start_reading() as work:
        (dead,) = mail_log.failures(work, basin_ids={town.basin_id}).lines
        assert (dead.id, dead.outcome, dead.recipient, dead.attempts) == (
            message_id,
            "dead",
            "Claire Démo",
            8,
        )

    server.answers = []
    with database.start_work() as work:
        mail_log.retry(work, message_id)
    deliver(database, SmtpTransport(server.url))
    assert found(database, message_id).outcome == "sent"
    with database.start_reading() as work:
        assert mail_log.failures(work).lines == []


def test_a_server_that_is_down_loses_nothing(database, clock, town):
    message_id = say(database, town.claire)
    with MailServer() as gone:
        url = gone.url
    deliver(database, SmtpTransport(url))
    assert found(database, message_id).outcome is None

    clock.wall_instant += timedelta(minutes=2)
    with MailServer() as back:
        deliver(database, SmtpTransport(back.url))
        assert len(back.received) == 1
    assert found(database, message_id).outcome == "sent"


def test_a_permanent_refusal_marks_the_address_and_asks_somebody_to_telephone(database, server, town):
    told = []
    hooks = Hooks(facts=facts, on_invalid_address=lambda work, message: told.append(message.id))
    first, second = say(database, town.claire), say(database, town.claire)
    server.refusals["claire@exemple.test"] = "550 5.1.1 no such user"

    deliver(database, SmtpTransport(server.url), hooks=hooks)

    assert set(told) == {first, second}, "a mail that could not leave may be the first about a dossier"
    outcomes = sorted([found(database, first).outcome, found(database, second).outcome])
    assert outcomes == ["no_address", "refused"]
    with database.start_reading() as work:
        assert work.database.get_one(Person, town.claire).address_invalid_at is not None

    third = say(database, town.claire)
    deliver(database, SmtpTransport(server.url), hooks=hooks)
    assert found(database, third).outcome == "no_address"
    assert server.received == []


def test_once_corrected_the_address_gets_what_it_missed(database, clock, server, town):
    since = clock.now()
    message_id = say(database, town.claire)
    server.refusals["claire@exemple.test"] = "550 5.1.1 no such user"
    deliver(database, SmtpTransport(server.url))

    with database.start_work() as work:
        persons.correct(work, town.claire, email="claire.demo@exemple.test")
        assert mail_log.retry_for(work, recipient_id=town.claire, since=since) == 1
    deliver(database, SmtpTransport(server.url))

    assert server.recipients == ["claire.demo@exemple.test"]
    assert found(database, message_id).outcome == "sent"


@pytest.mark.parametrize(
    ("reply", "outcome", "invalid"),
    [
        ("550 unknown", "refused", True),
        ("554 rejected", "refused", False),
        ("552 5.2.2 mailbox full", "refused", False),
        ("554 5.7.1 relay access denied", None, False),  # our own setting: the address is not to blame
        ("450 4.2.1 greylisted", None, False),
    ],
)
def test_only_a_refusal_about_the_address_marks_it(database, server, town, reply, outcome, invalid):
    message_id = say(database, town.claire)
    server.refusals["claire@exemple.test"] = reply

    deliver(database, SmtpTransport(server.url))

    assert found(database, message_id).outcome == outcome
    with database.start_reading() as work:
        assert (work.database.get_one(Person, town.claire).address_invalid_at is not None) is invalid


class DiesAfterSending(SmtpTransport):
    """A process killed between the server's « 250 » and our record of it."""

    def send(self, post):
        super().send(post)
        raise SystemExit


def test_a_crash_between_send_and_record_sends_again_under_the_same_message_id(database, clock, server, town):
    message_id = say(database, town.claire)
    with pytest.raises(SystemExit):
        deliver(database, DiesAfterSending(server.url))
    assert found(database, message_id).outcome is None

    assert deliver(database, SmtpTransport(server.url)) == 0, "the lease still runs"
    clock.wall_instant += delivery.LEASE + timedelta(seconds=1)
    assert deliver(database, SmtpTransport(server.url)) == 1

    assert len(server.received) == 2
    assert server.received[0]["Message-ID"] == server.received[1]["Message-ID"]
    assert server.received[0]["Subject"] == server.received[1]["Subject"]
    assert found(database, message_id).outcome == "sent"


def test_two_processes_share_the_work_and_send_each_mail_once(database, server, town):
    sent_ids = {say(database, town.claire) for _ in range(12)}
    done = []

    def work_through():
        while deliver(database, SmtpTransport(server.url), limit=2):
            done.append(threading.get_ident())

    threads = [threading.Thread(target=work_through) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert len(server.received) == len(sent_ids)
    assert len({mail["Message-ID"] for mail in server.received}) == len(sent_ids)
    assert {found(database, message_id).outcome for message_id in sent_ids} == {"sent"}


def test_what_became_moot_is_not_sent_and_says_so(database, server, town):
    message_id = say(database, town.claire, task_id=uuid4())

    deliver(database, SmtpTransport(server.url), hooks=Hooks(facts=lambda work, message: Facts(is_moot=True)))

    assert server.received == []
    message = found(database, message_id)
    assert (message.outcome, message.sent_at, message.failed_at) == ("moot", None, None)


def test_a_person_without_address_is_not_an_error(database, server, town):
    with database.start_work() as work:
        nobody = persons.add(work, full_name="Sans Adresse (démo)").id
    message_id = say(database, nobody)

    deliver(database, SmtpTransport(server.url))

    assert found(database, message_id).outcome == "no_address"


def test_one_poisoned_message_stops_no_other(database, server, town):
    bad, good = say(database, town.claire), say(database, town.john)

    def explode(work, message):
        if message.id == bad:
            raise RuntimeError("boom")
        return facts(work, message)

    deliver(database, SmtpTransport(server.url), hooks=Hooks(facts=explode))

    assert found(database, good).outcome == "sent"
    assert found(database, bad).outcome is None
    assert "boom" in found(database, bad).failure


class BusyAfterSending(SmtpTransport):
    """A transport after whose first mail the database refuses the next writers, some times."""

    def __init__(self, url, database, times):
        super().__init__(url)
        self.database, self.times = database, times

    def send(self, post):
        if self.times:
            refused, start_work = self.times, self.database.start_work
            self.times = 0

            def busy(*arguments, **options):
                nonlocal refused
                if refused:
                    refused -= 1
                    raise Busy
                return start_work(*arguments, **options)

            self.database.start_work = busy
        super().send(post)


@pytest.mark.parametrize("reply", [None, "451 later", "550 5.1.1 no such user"])
def test_a_database_busy_after_sending_sends_no_mail_twice(database, clock, server, town, reply):
    first, second = say(database, town.claire), say(database, town.john)
    if reply is not None:
        server.refusals["claire@exemple.test"] = reply
        server.refusals["john@exemple.test"] = reply

    deliver(database, BusyAfterSending(server.url, database, times=3))
    sent = len(server.received)
    clock.wall_instant += delivery.LEASE + timedelta(seconds=1)
    deliver(database, SmtpTransport(server.url))

    expected = {None: "sent", "451 later": None, "550 5.1.1 no such user": "refused"}[reply]
    assert [found(database, each).outcome for each in (first, second)] == [expected] * 2
    assert sent == len(server.received) == (2 if reply is None else 0)


def test_one_outcome_that_cannot_be_recorded_stops_no_other_mail(database, server, town):
    say(database, town.claire), say(database, town.john)

    deliver(database, BusyAfterSending(server.url, database, times=delivery.TRIES))

    with database.start_reading() as work:
        outcomes = work.connection.scalars(sa.select(Message.outcome)).all()
    assert sorted(outcomes, key=str) == [None, "sent"]


def test_a_refusal_is_recorded_even_if_nobody_can_be_asked_to_telephone(database, clock, server, town):
    first, second = say(database, town.claire), say(database, town.john)
    server.refusals["claire@exemple.test"] = "550 5.1.1 no such user"

    def explode(work, message):
        raise RuntimeError("boom")

    hooks = Hooks(facts=facts, on_invalid_address=explode)
    deliver(database, SmtpTransport(server.url), hooks=hooks)

    assert (found(database, first).outcome, found(database, second).outcome) == ("refused", "sent")
    clock.wall_instant += delivery.LEASE + timedelta(seconds=1)
    assert deliver(database, SmtpTransport(server.url), hooks=hooks) == 0


def test_a_mail_whose_end_is_never_recorded_is_given_up_in_the_end(database, clock, server, town):
    message_id = say(database, town.claire)
    for _ in range(8):
        with pytest.raises(SystemExit):
            deliver(database, DiesAfterSending(server.url))
        clock.wall_instant += delivery.LEASE + timedelta(seconds=1)

    assert deliver(database, SmtpTransport(server.url)) == 0

    dead = found(database, message_id)
    assert (dead.outcome, dead.attempts, dead.leased_until) == ("dead", 8, None)
    assert len(server.received) == 8


def test_a_batch_shares_one_connection(database, server, town):
    for _ in range(5):
        say(database, town.claire)

    deliver(database, SmtpTransport(server.url))

    assert len(server.received) == 5
    assert server.connections == 1
