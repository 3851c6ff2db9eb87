"""A session as calendars read it: one meeting under one identifier, whatever became of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import icalendar

from engine.outbox import events
from engine.outbox.events import CalendarEvent, Method

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
INVITED = CalendarEvent(
    uid="5f0c", sequence=0, method=Method.REQUEST, day=date(2026, 11, 20), minutes=120,
    starts_at=datetime(2026, 11, 20, 13, tzinfo=UTC), summary="Comité d’agrément, Toul",
    location="Salle du conseil", organizer="Inès Morel (démo)",
)  # fmt: skip


def read(event: CalendarEvent, **whom: str) -> tuple[str, Any]:
    """The method of a file, and its only meeting, as another program reads them."""
    calendar = icalendar.Calendar.from_ical(events.written(event, now=NOW, domain="alize.test", **whom))
    [meeting] = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), meeting


def test_a_later_word_is_about_the_same_meeting_and_replaces_the_one_before() -> None:
    moved = replace(INVITED, sequence=1, starts_at=datetime(2026, 11, 20, 14, tzinfo=UTC))
    called_off = replace(moved, sequence=2, method=Method.CANCEL)

    told = [read(each) for each in (INVITED, moved, called_off)]

    assert {str(meeting["UID"]) for _method, meeting in told} == {"5f0c@alize.test"}
    assert [int(meeting["SEQUENCE"]) for _method, meeting in told] == [0, 1, 2]
    assert [method for method, _meeting in told] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [str(meeting["STATUS"]) for _method, meeting in told] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [(meeting.start.hour, meeting.end.hour) for _method, meeting in told] == [
        (13, 15), (14, 16), (14, 16),
    ]  # fmt: skip


def test_an_invitation_says_who_invites_and_whom_and_a_file_asks_nobody() -> None:
    _method, asked = read(INVITED, sender="alize@exemple.test", attendee="chair@exemple.test")
    _method, file = read(replace(INVITED, method=Method.PUBLISH))

    assert (str(asked["ORGANIZER"]), str(asked["ATTENDEE"])) == (
        "mailto:alize@exemple.test", "mailto:chair@exemple.test",
    )  # fmt: skip
    assert str(asked["ORGANIZER"].params["CN"]) == "Inès Morel (démo)"
    assert "ORGANIZER" not in file
    assert "ATTENDEE" not in file


def test_what_is_answered_in_writing_lasts_the_day_and_takes_no_time() -> None:
    _method, meeting = read(replace(INVITED, starts_at=None, location="", is_in_writing=True))

    assert (meeting.start, meeting.end) == (date(2026, 11, 20), date(2026, 11, 21))
    assert str(meeting["TRANSP"]) == "TRANSPARENT"
    assert "LOCATION" not in meeting


def test_a_meeting_at_a_distance_is_where_its_link_leads() -> None:
    link = "https://visio.exemple.test/toul"
    _method, meeting = read(
        replace(INVITED, location="", link=link), url="https://alize.exemple.test/seances/1"
    )

    assert (str(meeting["LOCATION"]), str(meeting["URL"])) == (link, link)
    assert str(meeting["DESCRIPTION"]) == "https://alize.exemple.test/seances/1"


def test_what_somebody_typed_begins_no_line_of_the_file() -> None:
    hostile = "Salle\r\nATTENDEE:mailto:tiers@exemple.test\nBEGIN:VALARM"
    event = replace(INVITED, summary=hostile, location=hostile, organizer=hostile)
    written = events.written(event, now=NOW, domain="alize.test", sender="alize@exemple.test", attendee="")

    assert sum(line.startswith(b"ATTENDEE") for line in written.splitlines()) == 1
    assert b"\nBEGIN:VALARM" not in written
    _method, meeting = read(event)
    assert str(meeting["SUMMARY"]).replace("\r\n", "\n") == hostile.replace("\r\n", "\n")
