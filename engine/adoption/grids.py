"""The next report of a project followed already: a day of its own grid, never one that has passed (D4)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from engine import errors
from engine.i18n import mark as _
from engine.projects import grid, reports
from engine.projects.grid import Grid
from forms.texts import Message

if TYPE_CHECKING:
    from collections.abc import Mapping

OPEN_FOR = timedelta(days=14)  # A report given so long before its day is the one of that day (D9).
OFF_GRID = _(
    "Signée le {signed_on}, avec un compte rendu tous les {months} mois, la convention en attend le {before} "
    "ou le {after}."
)

AFTER_THE_END = _(
    "Le suivi finit le {ends_on} : aucun compte rendu n’est dû après ce jour. Laissez cette colonne vide, ou "
    "allongez la durée du suivi."
)
FIRST_TO_COME = _("Le premier compte rendu n’est dû que le {due_on} : laissez cette colonne vide.")


def grid_of(answers: Mapping[str, Any]) -> Grid:
    """The days on which the reports of a followed project are due."""
    return Grid(
        answers["signed_on"],
        answers["cadence_months"],
        grid.ends_on(answers["signed_on"], answers["follow_up_months"]),
    )


def next_number(answers: Mapping[str, Any], today: date) -> int:
    """Which report comes next: that of the day declared, else the first after today that is not given yet.

    Raises `errors.InvalidAnswers` for a day that is not of the grid or comes after its end, and for a report
    before the first.
    """
    days, given_on = grid_of(answers), answers["last_report_on"]
    number = days.first_after(max(today, given_on + OPEN_FOR) if given_on else today)
    asked = answers["next_report_on"]
    if asked is not None and asked > days.ends_on:
        raise errors.InvalidAnswers({"next_report_on": [Message(AFTER_THE_END, ends_on=days.ends_on)]})
    if asked is not None:
        number = days.first_after(asked - timedelta(days=1))
        if days.due_on(number) != asked:
            before = days.due_on(number - 1) if number > 1 else None
            raise off_grid(
                answers, before if before and before > today else days.due_on(number + 1), days.due_on(number)
            )
    if number == 1 and given_on is not None:
        told = Message(FIRST_TO_COME, due_on=days.due_on(1))
        raise errors.InvalidAnswers({"last_report_on": [told]})
    return number


def off_grid(answers: Mapping[str, Any], one: date, other: date) -> errors.InvalidAnswers:
    """What is told of a day on which no report is due, with the two days nearest to it."""
    before, after = sorted((one, other))
    told = Message(
        OFF_GRID, signed_on=answers["signed_on"], months=answers["cadence_months"], before=before, after=after
    )
    return errors.InvalidAnswers({"next_report_on": [told]})


def due_on(answers: Mapping[str, Any], today: date) -> date:
    """The day on which the next report of a followed project is due, as its process will ask for it."""
    return reports.due_day(grid_of(answers), next_number(answers, today), today)
