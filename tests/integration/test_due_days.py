"""The day by which a task is due is one on which it can be done; dates that were decided stay (D4, D5)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.operations import staging
from engine.people import basins, calendars
from engine.projects import mandates, reports
from engine.runtime import cases
from tests.integration.programme import Programme

QUIET = [["12-20", "01-04"]]


@pytest.fixture
def programme(sqlite, clock):
    made = Programme(sqlite, clock).install()
    with made.work_as("officer") as work:
        basins.change_parameter(
            work, basin_id=made.basin_id, key=calendars.QUIET_PERIODS, value=QUIET, reason="Noël"
        )
    made.open()
    return made


def due_on(programme, rule, opened_on, **routing):
    """The day by which a step is due that opens on a day."""
    with programme.database.start_work() as work:
        case = cases.lock(work, programme.case_id).case
        return staging.due_on(work, case, rule, routing, opened_on)


@pytest.mark.parametrize(
    ("rule", "opened_on", "due"),
    [
        ("P5D", date(2026, 11, 17), date(2026, 11, 23)),  # A Sunday: the Monday after.
        ("P5D", date(2026, 11, 18), date(2026, 11, 23)),  # Already a Monday.
        ("P10D", date(2027, 4, 26), date(2027, 5, 7)),  # Ascension Thursday: the Friday after.
        ("P21D", date(2026, 12, 1), date(2027, 1, 5)),  # The quiet days of Christmas.
        ("P1M", date(2026, 11, 21), date(2027, 1, 5)),
    ],
)
def test_a_delay_ends_on_the_first_day_on_which_the_basin_works(programme, rule, opened_on, due):
    assert due_on(programme, rule, opened_on) == due


def test_a_step_opened_on_a_tuesday_is_due_five_days_later_or_the_monday_after(programme):
    assert programme.task("qualify").due_on == date(2026, 11, 23)
    programme.clock.advance(days=1)
    programme.complete("qualify", "officer", programme.qualification())
    assert programme.task("accept_prescription").due_on == date(2026, 11, 23)


def test_a_date_that_was_decided_or_is_on_the_grid_stays_where_it_is(programme):
    sunday = date(2027, 2, 14)

    kept = due_on(programme, "report_due_on", date(2027, 1, 29), report_due_on=sunday.isoformat())

    assert kept == sunday


def test_without_a_date_or_a_session_the_delay_that_stands_for_it_ends_on_an_open_day(programme):
    assert due_on(programme, "conditions_due_on", date(2026, 11, 20), conditions_due_on="") == date(
        2027, 1, 5
    )
    assert due_on(programme, "session", date(2026, 12, 1)) == date(2027, 2, 1)  # 30 January: a Saturday.


def test_a_new_mandatary_has_at_least_21_days_up_to_an_open_day(programme):
    programme.complete("qualify", "officer", programme.qualification())
    programme.complete("accept_prescription", "prescriber", {"accepted": True})
    today = programme.today
    with programme.database.start_work() as work:
        assert mandates.new_due_day(work, programme.basin_id, today + timedelta(days=12)) == date(2027, 1, 5)
        assert mandates.new_due_day(work, programme.basin_id, today) == date(2026, 12, 7)


@pytest.mark.parametrize(
    ("early", "due_on", "opens_on"),
    [
        (-14, date(2026, 5, 17), date(2026, 4, 30)),  # Sunday 3 May; the Friday before is Labour Day.
        (-14, date(2027, 1, 12), date(2026, 12, 18)),  # In the quiet days of Christmas.
        (-20, date(2027, 2, 16), date(2027, 1, 27)),  # As this basin has it: an open Wednesday.
    ],
)
def test_a_report_opens_so_many_days_before_it_is_due_or_on_the_last_open_day_before_that(
    programme, early, due_on, opens_on
):
    with programme.work_as("officer") as work:
        basins.change_parameter(
            work, basin_id=programme.basin_id, key="ladder.early", value=early, reason="usage du bassin"
        )
    with programme.database.start_reading() as work:
        assert reports.opens_on(work, programme.basin_id, due_on) == opens_on
