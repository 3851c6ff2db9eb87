"""The fixed grid of follow-up reports: effective date + k × cadence, whatever came before (D4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from engine.clock import add_months

MINIMUM_MONTHS = 18  # Cahier des charges §VI, R28; a basin may ask for more, never for less.


@dataclass(frozen=True, slots=True)
class Period:
    """One period of the grid: its number, the day its report is due, how late it came."""

    number: int
    due_on: date
    days_late: int = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """The due dates of one project's reports, from its effective date to the end of its follow-up."""

    effective_on: date
    cadence_months: int
    ends_on: date

    def __post_init__(self) -> None:
        """Refuse a grid that would never move on."""
        if self.cadence_months < 1:
            raise ValueError(f"a cadence of {self.cadence_months} months")

    def due_on(self, number: int) -> date:
        """The day report `number` (from 1) is due; counted from the anchor, so that it never drifts."""
        return add_months(self.effective_on, number * self.cadence_months)

    def first_after(self, day: date) -> int:
        """The number of the first report due strictly after `day`."""
        months = (day.year - self.effective_on.year) * 12 + day.month - self.effective_on.month
        start = max(1, months // self.cadence_months)
        return next(number for number in count(start) if self.due_on(number) > day)

    def next_number(self, number: int, today: date) -> int:
        """The report that follows `number`, today; the first of all when there was none yet.

        The first is never skipped, even when an agreement signed on paper is recorded months later:
        its report is then asked for at once, and covers what was missed.
        """
        return 1 if number == 0 else max(number + 1, self.first_after(today))

    def is_over(self, next_number: int) -> bool:
        """Whether the follow-up ends before that report would be due."""
        return self.due_on(next_number) > self.ends_on

    def covered(
        self, number: int, *, occurred_on: date, today: date, asked_on: date | None = None
    ) -> list[Period]:
        """The periods that report `number`, given on `occurred_on` and recorded today, stands for.

        Its own, and every later one whose due date has passed while it was open. Each has its own
        lateness, by the day the report was given and not by the day it was typed (D1). `asked_on` is the
        day it was due after a suspension, which moved what was to come and is nobody's lateness (D7).
        """
        moved = max(timedelta(0), (asked_on or self.due_on(number)) - self.due_on(number))
        return [
            Period(each, self.due_on(each), max(0, (occurred_on - self.due_on(each) - moved).days))
            for each in self._numbers(number, today)
        ]

    def _numbers(self, first: int, today: date) -> Iterator[int]:
        yield first
        for number in count(first + 1):
            due = self.due_on(number)
            if due > today or due > self.ends_on:
                return
            yield number


def ends_on(effective_on: date, follow_up_months: int) -> date:
    """The last day of the follow-up: at least 18 calendar months after the last signature (D2, R28)."""
    return add_months(effective_on, max(MINIMUM_MONTHS, follow_up_months))
