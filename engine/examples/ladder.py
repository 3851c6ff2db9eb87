"""What the ladder of a late report gives: each rung's day, from the report's due day, in the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from engine.calendar import Calendar
from engine.escalation import basin_tables
from engine.escalation.ladder import Ladder, Rung, choice_again_date, next_rung_date
from engine.examples import following
from engine.examples.showing import Example, Line, Place
from engine.i18n import mark as _
from engine.projects import mandates
from engine.registry import parameters
from engine.registry.wording import Said

KEEP_AGAIN = "ladder.keep_again"
CLOSED = _("Le {day} n’est pas un jour d’envoi.")
TOO_NEAR = _("Le {day} serait trop près du message d’avant.")


def late_report(place: Place) -> Example:
    """Everything that is done about a report that never comes, and on which days."""
    due_on = following.of_project(place).due_on(1)
    about = _(
        "Pour le premier compte rendu d’une convention signée aujourd’hui, attendu le {day}, s’il manque."
    )
    return Example(Said(about, {"day": due_on}), list(lines(place, due_on)))


def lines(place: Place, due_on: date) -> Iterator[Line]:
    """The report opens, each rung follows, then what the chair may choose."""
    ladder, calendar = basin_tables.ladder_of(place.work, place.basin_id), following.calendar_of(place)
    opens_on = following.opening(place, due_on)
    yield of_rung(Rung.EARLY, opens_on, due_on + timedelta(days=ladder.early))
    days = climbed(ladder, calendar, due_on, opens_on)
    for rung, day in days.items():
        yield of_rung(rung, day, due_on + timedelta(days=ladder.offset(rung)), calendar)
    asked_on = days[Rung.CHAIR]
    yield Line(
        Said(_("Nouvelle question, si la présidence le garde")),
        choice_again_date(asked_on, ladder, calendar),
        of=KEEP_AGAIN,
    )
    yield Line(
        Said(_("Compte rendu d’un autre mandataire, nommé ce jour-là")),
        mandates.new_due_day(place.work, place.basin_id, asked_on),
        of=mandates.REPLACED,
    )


def climbed(ladder: Ladder, calendar: Calendar, due_on: date, opens_on: date) -> dict[Rung, date]:
    """The day of each rung after the opening, each sent on its day (D9)."""
    found: dict[Rung, date] = {}
    before, sent_on = Rung.EARLY, opens_on
    for rung in list(Rung)[1:]:
        sent_on = next_rung_date(
            ladder, calendar, due_on=due_on, rung=rung, previous=before, previous_sent_on=sent_on
        )
        found[rung], before = sent_on, rung
    return found


def of_rung(rung: Rung, day: date, wanted: date, calendar: Calendar | None = None) -> Line:
    """A rung's line; where its day is not the one its delay gives, why."""
    key = f"ladder.{rung.value}"
    note = None
    if day != wanted:
        is_open = calendar is not None and calendar.is_open(wanted)
        note = Said(TOO_NEAR if is_open else CLOSED, {"day": wanted})
    return Line(Said(parameters.BY_KEY[key].label), day, note, of=key)
