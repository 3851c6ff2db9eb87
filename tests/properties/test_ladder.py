"""What holds of every ladder, whatever the due day, the basin's calendar and its table."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import Calendar, NoOpenDay, QuietPeriod, Territory
from engine.escalation import ladder
from engine.escalation.ladder import Ladder, Rung

DUE_DAYS = st.dates(date(2024, 1, 1), date(2045, 12, 31))
AFTER_EARLY = list(Rung)[1:]


@st.composite
def quiet_periods(draw):
    first = date(2024, 1, 1) + timedelta(days=draw(st.integers(0, 365)))
    last = first + timedelta(days=draw(st.integers(0, 75)))
    return QuietPeriod((first.month, first.day), (last.month, last.day))


@st.composite
def calendars(draw):
    territory = draw(st.sampled_from(Territory))
    return Calendar(territory, tuple(draw(st.lists(quiet_periods(), max_size=3))))


@st.composite
def ladders(draw):
    gaps = draw(st.lists(st.integers(1, 40), min_size=3, max_size=3))
    return Ladder(
        early=-draw(st.integers(1, 40)),
        reminder=gaps[0],
        call=gaps[0] + gaps[1],
        chair=sum(gaps),
        keep_again=draw(st.integers(1, 90)),
        replaced=draw(st.integers(1, 60)),
    )


@st.composite
def climbs(draw):
    """A ladder climbed for real: each rung may have left some days after its planned day."""
    due_on, table, calendar = draw(DUE_DAYS), draw(ladders()), draw(calendars())
    sent = {Rung.EARLY: calendar.last_open_on_or_before(due_on + timedelta(days=table.early))}
    planned = dict(sent)
    for before, rung in pairwise(Rung):
        planned[rung] = ladder.next_rung_date(
            table, calendar, due_on=due_on, rung=rung, previous=before, previous_sent_on=sent[before]
        )
        late_by = draw(st.sampled_from([0, 0, 0, 1, 4, 30]))
        sent[rung] = calendar.first_open_on_or_after(planned[rung] + timedelta(days=late_by))
    return due_on, table, calendar, planned, sent


@given(climbs())
def test_rungs_never_fall_on_a_closed_day(climb):
    _, _, calendar, planned, _ = climb
    assert all(calendar.is_open(day) for day in planned.values())


@given(climbs())
def test_rungs_are_strictly_in_order(climb):
    *_, sent = climb
    days = [sent[rung] for rung in Rung]
    assert all(earlier < later for earlier, later in pairwise(days))


@given(climbs())
def test_no_rung_after_the_due_day_comes_before_its_nominal_day(climb):
    due_on, table, _, planned, _ = climb
    assert all(planned[rung] >= due_on + timedelta(days=table.offset(rung)) for rung in AFTER_EARLY)


@given(climbs())
def test_reminders_never_burst_after_a_quiet_period_or_an_outage(climb):
    _, table, _, planned, sent = climb
    for before, rung in pairwise(Rung):
        gap = table.offset(rung) - table.offset(before)
        assert 2 * (planned[rung] - sent[before]).days >= gap


@given(climbs())
def test_a_rung_waits_no_longer_than_its_two_reasons_and_the_closed_days(climb):
    due_on, table, calendar, planned, sent = climb
    for before, rung in pairwise(Rung):
        half_gap = (table.offset(rung) - table.offset(before) + 1) // 2
        reasons = [due_on + timedelta(days=table.offset(rung)), sent[before] + timedelta(days=half_gap)]
        waited = (max(reasons) + timedelta(days=n) for n in range((planned[rung] - max(reasons)).days))
        assert not any(calendar.is_open(day) for day in waited)


@given(DUE_DAYS, calendars())
def test_open_days_around_a_day_enclose_it_with_no_open_day_between(day, calendar):
    before, after = calendar.last_open_on_or_before(day), calendar.first_open_on_or_after(day)

    assert before <= day <= after
    between = (before + timedelta(days=n) for n in range(1, (after - before).days))
    assert not any(calendar.is_open(other) for other in between)


@given(DUE_DAYS, st.integers(-200, 200), st.sampled_from(Territory))
def test_working_days_added_are_working_days_counted(day, count, territory):
    calendar = Calendar(territory)
    start = calendar.first_open_on_or_after(day)

    end = calendar.add_working_days(start, count)

    assert calendar.is_working_day(end)
    assert calendar.working_days_between(start, end) == count


@given(st.lists(quiet_periods(), max_size=12), DUE_DAYS)
def test_a_calendar_is_refused_or_answers(periods, day):
    try:
        calendar = Calendar(Territory.FRANCE, tuple(periods))
        found = calendar.first_open_on_or_after(day)
    except NoOpenDay:
        return
    assert calendar.is_open(found)
