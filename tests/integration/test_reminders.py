"""Reminders about other work than a report: to whoever holds the open task, and to nobody else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa

from engine.escalation import operations
from engine.outbox.models import Message
from engine.people import absences
from engine.persistence.unit_of_work import SYSTEM, Actor
from engine.runtime import cases
from engine.runtime.acts import Act
from engine.runtime.models import Task
from tests.integration.late_reports import LateReports

FORMS = {
    "remind_expert": ("complementary_diagnostic", "reminder_expert"),
    "remind_prescriber": ("file_completion", "reminder_prescriber"),
    "remind_signatories": ("agreement_signature", "reminder_signatories"),
}


@pytest.fixture
def late(sqlite) -> LateReports:
    made = LateReports(sqlite)
    made.install()
    made.start()
    return made


def open_task(late, form, holder, *, closed=False, instance_id=None):
    """Put a task in somebody's hands, like the one of the bench but for its form."""
    task_id = uuid4()
    with late.database.start_work() as work:
        table = Task.__table__
        like = work.connection.execute(sa.select(table).where(table.c.case_id == late.case_id)).first()
        values = like._asdict() | {
            "id": task_id,
            "form": form,
            "step": form,
            "assignee_id": late.people[holder],
            "closed_at": work.now if closed else None,
        }
        work.connection.execute(sa.insert(table).values(values))
    return task_id


def remind(late, name):
    """Run an operation as its diagram does, from a timer."""
    with late.database.start_work(SYSTEM) as work:
        case = cases.lock(work, late.case_id).case
        act = Act(
            work=work,
            case=case,
            instance_id=late.case_id,
            process="agreement",
            step=name,
            task=None,
            answers={},
            routing={},
            occurred_on=work.today(case.zone),
        )
        return getattr(operations, name)(act)


def reminders(late):
    with late.database.start_reading() as work:
        return work.database.scalars(sa.select(Message).where(Message.kind.startswith("reminder_"))).all()


@pytest.mark.parametrize("name", sorted(FORMS))
def test_the_holder_of_the_open_task_is_reminded_and_it_shows(late, name):
    form, kind = FORMS[name]
    task_id = open_task(late, form, "successor")

    assert remind(late, name) == {}

    [message] = reminders(late)
    assert (message.kind, message.recipient_id, message.task_id) == (kind, late.people["successor"], task_id)
    assert message.counts_for is None
    assert late.rungs() == [(kind, "sent", date(2026, 11, 16))]


def test_only_those_who_have_not_signed_are_reminded(late):
    open_task(late, "agreement_signature", "chair", closed=True)
    open_task(late, "agreement_signature", "mandatary")
    open_task(late, "agreement_signature", "successor")

    remind(late, "remind_signatories")

    assert {message.recipient_id for message in reminders(late)} == {
        late.people["mandatary"],
        late.people["successor"],
    }


def test_nobody_is_reminded_when_nothing_is_awaited(late):
    remind(late, "remind_expert")

    assert reminders(late) == []
    assert late.rungs() == []


def test_an_absent_signatory_is_left_in_peace_and_it_shows(late):
    open_task(late, "agreement_signature", "successor")
    with late.database.start_work(Actor(late.people["officer"])) as work:
        absences.declare(
            work,
            person_id=late.people["successor"],
            first_day=date(2026, 11, 16),
            last_day=date(2026, 11, 20),
        )

    remind(late, "remind_signatories")

    assert reminders(late) == []
    assert late.rungs() == [("reminder_signatories", "absent", date(2026, 11, 16))]


def test_a_reminder_fired_at_midnight_on_sunday_leaves_on_monday_at_eight(late, clock):
    open_task(late, "file_completion", "successor")
    clock.set(datetime(2026, 11, 21, 23, 0, tzinfo=UTC))

    remind(late, "remind_prescriber")
    late.play_until(clock, date(2026, 11, 24))

    assert late.mails("successor") == [("reminder_prescriber", date(2026, 11, 23))]


def test_signing_before_the_reminder_leaves_makes_it_moot(late, clock):
    task_id = open_task(late, "agreement_signature", "successor")
    clock.set(datetime(2026, 11, 21, 23, 0, tzinfo=UTC))
    remind(late, "remind_signatories")
    with late.database.start_work() as work:
        work.database.get_one(Task, task_id).closed_at = work.now

    late.play_until(clock, date(2026, 11, 24))

    assert late.mails("successor") == []
    assert [message.outcome for message in reminders(late)] == ["moot"]


def test_a_fourth_mail_about_one_report_is_never_written(late, clock):
    late.play_until(clock, date(2026, 12, 10))
    assert len(late.mails()) == 3
    with late.database.start_work(SYSTEM) as work:
        case = cases.lock(work, late.case_id).case
        routing = {"report_number": 2, "report_due_on": "2026-11-30", "reminder_on": "2026-12-09"}
        act = Act(
            work=work, case=case, instance_id=late.case_id, process="late_report", step="remind_mandatary",
            task=None, answers={}, routing=routing, occurred_on=work.today(case.zone),
        )  # fmt: skip
        operations.remind_mandatary(act)

    late.play_until(clock, date(2026, 12, 15))
    assert len(late.mails()) == 3
    assert late.rungs()[-1][:2] == ("reminder", "enough")
