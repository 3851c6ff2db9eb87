"""What the quiet periods give: when nobody is chased, and the day on which what waited leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from engine.calendar import Calendar
from engine.examples import following
from engine.examples.showing import Example, Line, Place
from engine.i18n import mark as _
from engine.people import calendars
from engine.registry.wording import Said

YEAR = 366


def periods(place: Place) -> Example:
    """Each stretch of quiet days of the year to come."""
    calendar = following.calendar_of(place)
    found = [
        Line(
            Said(_("Du {first} au {last}"), {"first": first, "last": last}),
            Said(_("les rappels attendent le {day}"), {"day": calendar.first_open_on_or_after(first)}),
            Said(
                _("Un compte rendu qui devrait s’ouvrir là s’ouvre le {day}."),
                {"day": calendar.last_open_on_or_before(first)},
            ),
            of=calendars.QUIET_PERIODS,
        )
        for first, last in stretches(calendar, place.today)
    ]
    about = _("Dans l’année qui vient, jours fériés et fins de semaine du bassin compris.")
    none = [] if found else [Said(_("Aucune période calme : les rappels partent tous les jours ouvrés."))]
    return Example(Said(about), found, none)


def stretches(calendar: Calendar, since: date) -> Iterator[tuple[date, date]]:
    """The first and last days of each stretch of quiet days that begins within a year, or runs already."""
    days = [since + timedelta(days=each) for each in range(2 * YEAR)]
    for is_quiet, group in groupby(days, calendar.is_quiet):
        stretch = list(group)
        if is_quiet and stretch[0] < since + timedelta(days=YEAR):
            yield stretch[0], stretch[-1]
