"""A meeting as calendars read it: invited to, moved, called off; later words replace earlier ones."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import icalendar


class Method(enum.StrEnum):
    """What a calendar is to do with an event."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"  # A file that somebody downloads: nobody is asked to answer.


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One meeting; `sequence` grows each time it changes, so that a calendar keeps the last word.

    `starts_at` is None when it lasts the whole day: a consultation in writing.
    """

    uid: str
    sequence: int
    method: Method
    day: date
    starts_at: datetime | None
    minutes: int
    summary: str
    location: str = ""
    hour: str = ""
    link: str = ""
    organizer: str = ""
    is_in_writing: bool = False  # Nobody meets: each answers by that day.


def written(
    event: CalendarEvent, *, now: datetime, domain: str, sender: str = "", attendee: str = "", url: str = ""
) -> bytes:
    """The event as a file; `domain` makes its identifier the world's own, `sender` is whom one answers."""
    made = icalendar.Event()
    made.add("uid", f"{event.uid}@{domain}")
    made.add("sequence", event.sequence)
    made.add("dtstamp", now.astimezone(UTC))
    if event.starts_at is None:
        made.add("dtstart", event.day)
        made.add("dtend", event.day + timedelta(days=1))
        made.add("transp", "TRANSPARENT")
    else:
        made.add("dtstart", event.starts_at.astimezone(UTC))
        made.add("dtend", event.starts_at.astimezone(UTC) + timedelta(minutes=event.minutes))
    made.add("summary", event.summary)
    made.add("status", "CANCELLED" if event.method is Method.CANCEL else "CONFIRMED")
    for name, value in (("location", event.location or event.link), ("url", event.link or url)):
        if value:
            made.add(name, value)
    if url:
        made.add("description", url)
    if sender:
        organizer = icalendar.vCalAddress(f"mailto:{sender}")
        organizer.params["CN"] = icalendar.vText(event.organizer or sender)
        made.add("organizer", organizer)
        made.add("attendee", icalendar.vCalAddress(f"mailto:{attendee}"))
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Alizé//FR")
    calendar.add("version", "2.0")
    calendar.add("method", event.method.value)
    calendar.add_component(made)
    return bytes(calendar.to_ical())
