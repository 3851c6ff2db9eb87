"""Absences: both days included, withdrawn ones forgotten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import errors
from engine.people import absences
from tests.unit.people.conftest import TODAY

FIRST, LAST = date(2026, 12, 21), date(2027, 1, 3)


def test_a_person_is_away_on_the_first_and_last_days_and_on_no_other(sqlite, committee):
    with sqlite.start_work() as work:
        absences.declare(work, person_id=committee.chair, first_day=FIRST, last_day=LAST)

    with sqlite.start_reading() as work:
        for day, away in (
            (FIRST - timedelta(1), False),
            (FIRST, True),
            (LAST, True),
            (LAST + timedelta(1), False),
        ):
            assert absences.is_absent(work, committee.chair, day) is away
        assert absences.absent_among(work, committee.members, FIRST) == {committee.chair}
        assert absences.absent_among(work, [], FIRST) == set()
        assert len(absences.of_person(work, committee.chair, since=LAST)) == 1
        assert absences.of_person(work, committee.chair, since=LAST + timedelta(1)) == []


def test_a_withdrawn_absence_counts_no_more_and_is_not_withdrawn_twice(sqlite, committee):
    with sqlite.start_work() as work:
        absence = absences.declare(work, person_id=committee.chair, first_day=TODAY, last_day=TODAY)
        absences.withdraw(work, absence_id=absence.id)
        assert not absences.is_absent(work, committee.chair, TODAY)
        with pytest.raises(absences.UnknownAbsence):
            absences.withdraw(work, absence_id=absence.id)


@pytest.mark.parametrize("last_day", [FIRST - timedelta(1), FIRST + timedelta(367)])
def test_days_out_of_order_or_a_year_apart_are_refused(sqlite, committee, last_day):
    with pytest.raises(errors.InvalidAnswers), sqlite.start_work() as work:
        absences.declare(work, person_id=committee.chair, first_day=FIRST, last_day=last_day)
