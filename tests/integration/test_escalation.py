"""The ladder of a late report, played on the programme's diagrams: who gets what, when, and never again."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from engine.escalation import climbing, digest, replacement
from engine.operations import contexts
from engine.outbox.models import Message
from engine.people import absences, basins, calendars, persons
from engine.persistence.unit_of_work import Actor
from engine.projects import mandates
from engine.projects.models import PhoneCall
from engine.runtime import instances, messages, tasks, timers
from tests.integration.late_reports import DUE_ON, LateReports

CALLED = {"called_on": "2026-12-21", "reached": "yes", "summary": "Il fait le point demain."}


@pytest.fixture
def late(database) -> LateReports:
    """A project whose second report is due on Monday 30 November 2026."""
    made = LateReports(database)
    made.install()
    made.start()
    return made


def test_the_whole_ladder_leaves_three_mails_a_call_and_a_choice(late, clock):
    late.play_until(clock, date(2027, 1, 31))

    assert late.mails() == [
        ("report_opened", date(2026, 11, 16)),
        ("report_due_day", date(2026, 11, 30)),
        ("report_late", date(2026, 12, 9)),
    ]
    assert late.rungs() == [
        ("due", "sent", date(2026, 11, 30)),
        ("reminder", "sent", date(2026, 12, 9)),
    ]
    assert late.steps() == ["call_mandatary", "follow_up_report", "keep_or_replace"]
    opened = {task.step: task.opened_on for task in late.open_tasks()}
    assert opened["call_mandatary"] == date(2026, 12, 21)
    assert opened["keep_or_replace"] == date(2027, 1, 14)


def test_the_chair_reads_what_was_done_before_keeping_or_replacing(late, clock):
    late.play_until(clock, date(2026, 12, 21), hour=12)
    late.complete("call_mandatary", "officer", CALLED)
    late.play_until(clock, date(2027, 1, 20))
    [choice] = [task for task in late.open_tasks() if task.step == "keep_or_replace"]

    with late.database.start_reading(Actor(late.people["chair"])) as work:
        told = dict(contexts.context(work, tasks.find(work, task_id=choice.id).task).facts)

    assert told["Compte rendu attendu le"] == "30 novembre 2026"
    assert told["Retard"] == "51 jours"
    assert told["Courriels envoyés"] == (
        "16 novembre 2026 (rappel avant l’échéance) · 30 novembre 2026 (rappel le jour de l’échéance) · "
        "9 décembre 2026 (deuxième rappel)"
    )
    assert told["Appels notés"] == "21 décembre 2026 (joint au téléphone)", "its summary is the officers’ own"
    with late.database.start_reading(Actor(late.people["officer"])) as work:
        told = dict(contexts.context(work, tasks.find(work, task_id=choice.id).task).facts)
    assert told["Appels notés"] == "21 décembre 2026 (Mandatary (démo), Il fait le point demain.)"


def test_a_report_on_time_starts_no_ladder(late, clock):
    late.play_until(clock, date(2026, 11, 20))
    late.report()
    late.play_until(clock, date(2027, 1, 31))

    assert late.mails() == [("report_opened", date(2026, 11, 16))]
    assert late.rungs() == []
    assert late.steps() == []


def test_the_report_stops_everything_and_its_tasks_vanish(late, clock):
    late.play_until(clock, date(2027, 1, 20))
    assert "keep_or_replace" in late.steps()

    late.report()

    assert late.steps() == []
    before = late.mails("mandatary")
    late.play_until(clock, date(2027, 4, 1))
    assert late.mails("mandatary") == before


def test_a_report_recorded_the_same_night_spares_the_morning_mail(late, clock):
    late.play_until(clock, date(2026, 11, 29), hour=23)
    clock.set(datetime(2026, 11, 30, 4, 0, tzinfo=UTC))
    timers.fire_due(late.database)
    late.report()
    late.play_until(clock, date(2026, 12, 2))

    assert late.mails() == [("report_opened", date(2026, 11, 16))]
    with late.database.start_reading() as work:
        outcomes = work.connection.scalars(
            sa.select(Message.outcome).where(Message.kind == "report_due_day")
        ).all()
    assert outcomes == ["moot"]


def test_an_absence_declared_before_the_morning_mail_keeps_it_back(late, clock):
    late.play_until(clock, date(2026, 11, 29), hour=23)
    clock.set(datetime(2026, 11, 30, 4, 0, tzinfo=UTC))
    timers.fire_due(late.database)
    with late.database.start_work(Actor(late.people["officer"])) as work:
        absences.declare(
            work,
            person_id=late.people["mandatary"],
            first_day=date(2026, 11, 30),
            last_day=date(2026, 12, 1),
        )
    late.play_until(clock, date(2026, 12, 8))

    assert late.mails() == [("report_opened", date(2026, 11, 16))]
    with late.database.start_reading() as work:
        outcomes = work.connection.scalars(
            sa.select(Message.outcome).where(Message.kind == "report_due_day")
        ).all()
        unsent = climbing.unsent_of_case(work, late.case_id)
        [rung] = [each for each in climbing.rungs_of_case(work, late.case_id) if each.rung == "due"]
    assert outcomes == ["moot"]
    assert unsent == {rung.outbox_id: "moot"}, "the page says that it has not left"


def test_someone_on_declared_absence_is_left_in_peace_and_it_shows(late, clock):
    with late.database.start_work(Actor(late.people["officer"])) as work:
        absences.declare(
            work,
            person_id=late.people["mandatary"],
            first_day=date(2026, 11, 27),
            last_day=date(2026, 12, 4),
        )

    late.play_until(clock, date(2026, 12, 15))

    assert late.mails() == [("report_opened", date(2026, 11, 16)), ("report_late", date(2026, 12, 9))]
    assert [rung[:2] for rung in late.rungs()] == [("due", "absent"), ("reminder", "sent")]


def test_a_dead_address_gets_nothing_and_the_call_comes_all_the_same(late, clock):
    with late.database.start_work() as work:
        persons.mark_address_invalid(work, late.people["mandatary"])

    late.play_until(clock, date(2026, 12, 22))

    assert late.mails() == []
    assert [rung[:2] for rung in late.rungs()] == [
        ("due", "invalid_address"),
        ("reminder", "invalid_address"),
    ]
    assert "call_mandatary" in late.steps()


def test_who_waits_for_the_firm_is_not_chased_meanwhile(late, clock):
    late.play_until(clock, date(2026, 11, 25))
    [report] = late.open_tasks()
    with late.database.start_work(Actor(late.people["mandatary"])) as work:
        tasks.await_third_party(
            work, task_id=report.id, until=date(2026, 12, 10), cause="firm", reason="Bilan attendu (démo)"
        )

    late.play_until(clock, date(2026, 12, 31))

    assert [mail[0] for mail in late.mails()] == ["report_opened", "report_late"]
    assert late.rungs() == [
        ("due", "awaiting", date(2026, 11, 30)),
        ("reminder", "sent", date(2026, 12, 15)),  # the wait's end, plus half of nine days
    ]


def test_quiet_periods_hold_the_ladder_and_nothing_piles_up(late, clock):
    with late.database.start_work(Actor(late.people["officer"])) as work:
        basins.change_parameter(
            work,
            basin_id=late.basin_id,
            key=calendars.QUIET_PERIODS,
            value=[["11-28", "12-31"]],
            reason="Fin d’année",
        )

    late.play_until(clock, date(2027, 2, 28))

    assert late.mails() == [
        ("report_opened", date(2026, 11, 16)),
        ("report_due_day", date(2027, 1, 4)),
        ("report_late", date(2027, 1, 11)),
    ]
    opened = {task.step: task.opened_on for task in late.open_tasks()}
    assert opened["call_mandatary"] == date(2027, 1, 18)
    assert opened["keep_or_replace"] == date(2027, 2, 1)


def test_an_outage_of_a_month_sends_one_mail_not_three(late, clock):
    late.play_until(clock, date(2026, 11, 27))
    clock.set(datetime(2027, 1, 5, 9, 0, tzinfo=UTC))
    late.play_until(clock, date(2027, 1, 8))

    assert late.mails()[1:] == [("report_due_day", date(2027, 1, 5))]


def test_the_basins_own_ladder_is_followed(late, clock):
    with late.database.start_work(Actor(late.people["officer"])) as work:
        basins.change_parameter(
            work, basin_id=late.basin_id, key="ladder.reminder", value=14, reason="Plus de temps"
        )

    late.play_until(clock, date(2026, 12, 16))

    assert late.mails()[-1] == ("report_late", date(2026, 12, 14))


def test_the_officers_call_is_kept_with_what_was_said(late, clock):
    late.play_until(clock, date(2026, 12, 21), hour=20)

    late.complete("call_mandatary", "officer", CALLED)

    assert late.rungs()[-1] == ("call", "reached", date(2026, 12, 21))
    with late.database.start_reading() as work:
        [call] = work.database.scalars(sa.select(PhoneCall)).all()
    assert (call.correspondent, call.summary) == ("Mandatary (démo)", "Il fait le point demain.")


def test_a_mandatary_kept_is_asked_about_again_45_days_later_as_often_as_it_takes(late, clock):
    late.play_until(clock, date(2027, 1, 15))

    late.complete("keep_or_replace", "chair", {"choice": "keep"})
    assert "keep_or_replace" not in late.steps()
    late.play_until(clock, date(2027, 3, 5))

    [choice] = [task for task in late.open_tasks() if task.step == "keep_or_replace"]
    assert choice.opened_on == date(2027, 3, 1)
    assert late.rungs()[-1] == ("chair", "kept", date(2027, 1, 14))
    late.complete("keep_or_replace", "chair", {"choice": "keep"})
    late.play_until(clock, date(2027, 4, 20))
    assert "keep_or_replace" in late.steps()
    assert len(late.mails()) == 3


def test_a_mandatary_replaced_leaves_and_the_new_one_has_21_days_and_a_ladder(late, clock):
    late.play_until(clock, date(2027, 1, 15))

    late.complete(
        "keep_or_replace", "chair", {"choice": "replace", "mandatary_id": str(late.people["successor"])}
    )

    [report] = late.open_tasks()
    assert (report.step, report.assignee_id) == ("follow_up_report", late.people["successor"])
    assert report.due_on == date(2027, 2, 5)
    with late.database.start_reading() as work:
        [replaced] = mandates.replacements(work, late.case_id)
    assert replaced.reason == "Compte rendu en retard"
    late.play_until(clock, date(2027, 3, 31))
    assert [mail[0] for mail in late.mails("mandatary")][3:] == ["handed_over"]
    assert late.mails("successor") == [
        ("task_reassigned", date(2027, 1, 15)),
        ("report_due_day", date(2027, 2, 5)),
        ("report_late", date(2027, 2, 15)),
    ]
    assert late.steps() == ["call_mandatary", "follow_up_report", "keep_or_replace"]


def test_replaced_from_a_page_a_late_mandatary_hands_over_to_another_ladder(late, clock):
    late.play_until(clock, date(2026, 12, 22))
    assert "call_mandatary" in late.steps()

    with late.database.start_work(Actor(late.people["chair"])) as work:
        replacement.replace_mandatary(
            work, case_id=late.case_id, to_person=late.people["successor"], reason="Départ (démo)"
        )

    assert late.steps() == ["follow_up_report"]
    late.play_until(clock, date(2027, 1, 25))
    assert [mail[0] for mail in late.mails("successor")] == [
        "task_reassigned",
        "report_due_day",
        "report_late",
    ]


def test_replaced_before_the_due_day_there_is_one_ladder_only(late, clock):
    late.play_until(clock, date(2026, 11, 27))

    with late.database.start_work(Actor(late.people["chair"])) as work:
        replacement.replace_mandatary(
            work, case_id=late.case_id, to_person=late.people["successor"], reason="Départ (démo)"
        )
    with late.database.start_work() as work:
        assert list(messages.open_satellites(work, case_id=late.case_id, process="late_report")) == []
    late.play_until(clock, date(2027, 1, 20))

    assert late.mails("mandatary") == [
        ("report_opened", date(2026, 11, 16)),
        ("handed_over", date(2026, 11, 27)),
    ]
    assert [mail[0] for mail in late.mails("successor")] == [
        "task_reassigned",
        "report_due_day",
        "report_late",
    ]
    assert [task.step for task in late.open_tasks()].count("call_mandatary") == 1


def test_a_suspended_project_reminds_nobody(late, clock):
    late.play_until(clock, date(2026, 11, 25))
    with late.database.start_work(Actor(late.people["officer"])) as work:
        instances.suspend(work, case_id=late.case_id, until=date(2026, 12, 20), reason="Travaux (démo)")

    late.play_until(clock, date(2026, 12, 18))

    assert late.mails() == [("report_opened", date(2026, 11, 16))]


def test_the_steering_committee_reads_once_a_month_what_is_late(late, clock):
    late.play_until(clock, date(2026, 12, 31))
    clock.set(datetime(2027, 1, 1, 9, 0, tzinfo=UTC))
    assert digest.send_late_digests(late.database) == 0, "a holiday"
    clock.set(datetime(2027, 1, 4, 6, 30, tzinfo=UTC))
    assert digest.send_late_digests(late.database) == 0, "half past seven"

    clock.set(datetime(2027, 1, 4, 9, 0, tzinfo=UTC))
    assert digest.send_late_digests(late.database) == 1
    assert digest.send_late_digests(late.database) == 0
    late.deliver()

    assert late.mails("steering") == [("digest_late", date(2027, 1, 4))]
    with late.database.start_reading() as work:
        message = work.database.scalars(sa.select(Message).where(Message.kind == "digest_late")).one()
    assert message.data == {
        "month": "2027-01-01",
        "lines": [{"reference": "TDL-2026-014", "due_on": DUE_ON.isoformat(), "rung": "reminder"}],
    }


def test_a_month_without_lateness_writes_to_nobody(late, clock):
    late.report()
    clock.set(datetime(2027, 1, 4, 9, 0, tzinfo=UTC))

    assert digest.send_late_digests(late.database) == 0
