"""The days that a project is heading for: each thing is said once, on the day that holds."""

from __future__ import annotations

from datetime import date

import pytest

from engine.escalation.replacement import replace_mandatary
from engine.projects import timeline
from tests.integration.programme import Programme

DUE, NEXT = date(2027, 2, 16), date(2027, 5, 16)  # Three and six months after the signature.


@pytest.fixture
def labelled(sqlite, clock):
    programme = Programme(sqlite, clock).install()
    programme.label()
    return programme


def reports(programme) -> list[tuple[date, str]]:
    """What is said of the reports to come, the nearest first."""
    with programme.database.start_reading() as work:
        dates = timeline.dates_to_come(work, programme.case_id)
    return [(each.on, each.what) for each in dates if "compte" in each.what.lower()]


def test_a_report_not_asked_for_yet_is_a_day_to_come(labelled):
    assert reports(labelled)[:2] == [(DUE, "Compte rendu de suivi"), (NEXT, "Compte rendu de suivi")]


def test_a_report_asked_for_is_said_once_with_its_task(labelled):
    labelled.play_until(date(2027, 2, 2))

    assert reports(labelled)[:2] == [(DUE, "Rendre compte du suivi"), (NEXT, "Compte rendu de suivi")]


def test_a_report_that_its_new_mandatary_gives_later_is_said_once(labelled):
    labelled.play_until(date(2027, 2, 10))
    with labelled.work_as("chair") as work:
        replace_mandatary(
            work, case_id=labelled.case_id, to_person=labelled.people["successor"], reason="Départ."
        )

    [moved, following, *_more] = reports(labelled)

    assert moved == (labelled.task("follow_up_report").due_on, "Rendre compte du suivi")
    assert moved[0] > DUE
    assert following == (NEXT, "Compte rendu de suivi")


def test_a_late_report_is_no_day_to_come_and_the_next_one_is(labelled):
    labelled.play_until(date(2027, 2, 20))

    assert reports(labelled)[0] == (NEXT, "Compte rendu de suivi")
