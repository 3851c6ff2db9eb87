"""Who was at a session: noted when it is held, corrected until its minutes are signed, proxies by the rules."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine import errors
from engine.committee import attendance, items, sessions, voices
from engine.committee.agenda_models import Attendance
from engine.operations import page_context
from engine.people import basins
from engine.people.models import Assignment
from tests.integration import committee_items
from tests.integration.programme import MEMBERS, Programme
from tests.integration.sittings import planned

HELD = date(2026, 12, 10)


@pytest.fixture
def programme(database, clock):
    return Programme(database, clock).install()


@pytest.fixture
def sitting(programme):
    sitting = planned(programme, HELD)
    sitting.diffuse()
    programme.play_until(HELD)
    return sitting


def rows(programme, **seats):
    """Rows of the form: each of the others is excused."""
    found = []
    for name in MEMBERS:
        how = seats.get(name, "excused")
        row = {"seat_id": committee_items.seat(programme, name), "presence": how}
        if how in programme.people:
            row |= {"presence": "represented", "proxy_to_seat_id": committee_items.seat(programme, how)}
        found.append(row)
    return found


def note(programme, sitting, **seats):
    with programme.work_as("officer") as work:
        attendance.record(
            work, sitting.id, rows=rows(programme, **seats), chaired_by_id=programme.people["chair"]
        )


def noted(programme):
    names = {person_id: name for name, person_id in programme.people.items()}
    return {names[each.person_id]: each.presence for each in programme.rows(Attendance)}


def proxies(programme, each):
    with programme.work_as("officer") as work:
        basins.change_parameter(
            work, basin_id=programme.basin_id, key="committee.proxies_each", value=each, reason="essai",
            valid_from=work.now,
        )  # fmt: skip


def test_a_session_held_keeps_who_was_there_seat_by_seat(programme, sitting):
    proxies(programme, 1)
    given = [
        {name: str(value) for name, value in row.items()}
        for row in rows(programme, chair="present", mandatary="chair")
    ]
    sitting.own.complete(
        "hold_session", "officer",
        {"held_on": HELD.isoformat(), "attendance": given, "chaired_by_id": str(programme.people["chair"])},
    )  # fmt: skip

    assert noted(programme) == {
        "chair": "present", "mandatary": "represented", "prescriber": "excused", "successor": "excused",
    }  # fmt: skip
    assert [len(each) for each in (sitting.row.present_seat_ids,)] == [1]
    assert sitting.own.kinds().count("committee.attendance.recorded") == 1
    with programme.database.start_reading() as work:
        found = voices.voters(work, sitting.row, None)
    assert (len(found.seats), len(found.present), len(found.proxies)) == (4, 1, 1)
    assert found.chair == committee_items.seat(programme, "chair")


def test_who_arrives_late_is_noted_until_the_minutes_are_signed(programme, sitting):
    sitting.hold()
    note(programme, sitting, chair="present")
    assert sorted(noted(programme).values()) == ["excused", "excused", "excused", "present"]
    note(programme, sitting, chair="present", successor="present")
    assert noted(programme)["successor"] == "present"
    assert len(sitting.row.present_seat_ids) == 2

    with programme.work_as("officer") as work:
        sessions.find(work, sitting.id).minutes_signed_on = HELD
    with pytest.raises(items.MinutesSigned):
        note(programme, sitting, chair="present")
    assert noted(programme)["successor"] == "present"


def test_nobody_is_noted_at_a_session_to_come_or_called_off(programme):
    to_come = planned(programme, HELD + timedelta(days=7))
    with pytest.raises(items.NotHeldYet):
        note(programme, to_come, chair="present")
    with programme.work_as("officer") as work:
        sessions.cancel(work, to_come.id, reason="Salle fermée.")
    with pytest.raises(sessions.NotPlanned):
        note(programme, to_come, chair="present")
    assert programme.rows(Attendance) == []


def refused(programme, sitting, **seats) -> set[str]:
    with pytest.raises(errors.InvalidAnswers) as refusal:
        note(programme, sitting, **seats)
    return {text for texts in refusal.value.messages.values() for text in texts}


def test_a_proxy_that_would_represent_nobody_is_refused_seat_by_seat(programme, sitting):
    assert refused(programme, sitting, chair="present", mandatary="chair") == {attendance.NO_PROXIES}
    proxies(programme, 1)
    wrong = attendance.WRONG
    assert refused(programme, sitting, chair="present", mandatary="successor") == {
        wrong[attendance.Fault.TO_AN_ABSENT]
    }
    assert refused(programme, sitting, chair="present", mandatary="mandatary") == {
        wrong[attendance.Fault.TO_ONESELF]
    }
    assert refused(programme, sitting, chair="present", mandatary="chair", successor="chair") == {
        wrong[attendance.Fault.TOO_MANY]
    }
    assert refused(programme, sitting, chair="present", mandatary="chair", successor="mandatary") == {
        wrong[attendance.Fault.HANDED_ON]
    }
    with programme.work_as("officer") as work:
        work.database.get_one(Assignment, committee_items.seat(programme, "mandatary")).guest = True
    assert refused(programme, sitting, chair="present", mandatary="chair") == {
        wrong[attendance.Fault.OF_A_GUEST]
    }
    assert programme.rows(Attendance) == []


def test_a_session_noted_late_proposes_who_could_preside_on_its_day(programme, sitting):
    gone = programme.people["successor"]
    with programme.work_as("officer") as work:
        work.database.get_one(Assignment, committee_items.seat(programme, "successor")).valid_to = (
            HELD + timedelta(days=1)
        )
    programme.clock.advance(days=3)
    with programme.database.start_reading() as work:
        context = page_context(
            work, "session_held", basin_id=programme.basin_id, case_id=sitting.id, channel="json"
        )
        proposed = {each.value for each in context.choices["chaired_by_id"]}

    assert str(gone) in proposed
