"""What the parameters of the follow-up give: when reports are due, which may say « rien de nouveau »."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.calendar import Calendar
from engine.examples.showing import Example, Line, Place
from engine.i18n import mark as _
from engine.people import calendars
from engine.projects import grid, reports
from engine.registry import current
from engine.registry.wording import Said
from engine.spiff import durations

SHOWN = 5
SIGNED_TODAY = _("Pour une convention signée aujourd’hui.")


def of_project(place: Place, signed_on: date | None = None) -> grid.Grid:
    """The grid of a project signed on a day, today if none is said, decided as the basin proposes."""
    values = current.in_force(place.work, place.basin_id)
    asked = max(durations.parse_iso(values["follow_up.minimum"]).months, int(values["follow_up.months"]))
    since = signed_on or place.today
    return grid.Grid(since, int(values["follow_up.cadence_months"]), grid.ends_on(since, asked))


def days(follow_up: grid.Grid) -> Iterator[date]:
    """The days on which the reports of a follow-up are due, the first one in any case."""
    number = 1
    while number == 1 or not follow_up.is_over(number):
        yield follow_up.due_on(number)
        number = follow_up.next_number(number, follow_up.due_on(number))


def calendar_of(place: Place) -> Calendar:
    """The basin's calendar, as it stands or is supposed to."""
    return calendars.calendar_of(place.work, place.basin_id)


def opening(place: Place, due_on: date) -> date:
    """The day a report opens."""
    return reports.opening_day(due_on, int(place.value(reports.OPENS)), calendar_of(place))


def months(place: Place) -> Example:
    """How long a follow-up lasts."""
    follow_up = of_project(place)
    due = tuple(days(follow_up))
    return Example(
        Said(SIGNED_TODAY),
        [
            Line(Said(_("Fin du suivi, au plus tôt")), follow_up.ends_on, of="follow_up.months"),
            Line(Said(_("Comptes rendus attendus")), len(due)),
            Line(Said(_("Le dernier")), due[-1]),
        ],
    )


def cadence(place: Place) -> Example:
    """When reports are due."""
    follow_up = of_project(place)
    due = tuple(days(follow_up))
    return Example(
        Said(SIGNED_TODAY),
        [
            Line(Said(_("Premier compte rendu attendu")), due[0], of="follow_up.cadence_months"),
            Line(Said(_("Il s’ouvre")), opening(place, due[0])),
            Line(Said(_("Les suivants")), due[1:]),
            Line(Said(_("Comptes rendus attendus")), len(due)),
        ],
        [Said(_("Un projet décidé garde sa périodicité : celle-ci est proposée aux décisions à venir."))],
    )  # fmt: skip


def nothing_new(place: Place) -> Example:
    """Which reports may say « rien de nouveau », by a mandatary who says it whenever that is allowed."""
    at_most = int(place.value(reports.NOTHING_NEW))
    said: list[bool] = []
    lines = []
    for day in list(days(of_project(place)))[:SHOWN]:
        may = reports.may_follow(said, at_most)
        said.insert(0, may)
        told = _("« rien de nouveau » suffit") if may else _("un point complet est demandé")
        lines.append(Line(Said(_("Compte rendu du {day}"), {"day": day}), Said(told)))
    about = _("Pour une convention signée aujourd’hui, le mandataire n’ayant jamais rien de nouveau à dire.")
    return Example(Said(about), lines)
