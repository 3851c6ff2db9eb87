"""When each rung of a late report's ladder falls: pure arithmetic (D9)."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Self

from engine.calendar import Calendar

MAILS_AT_MOST = 3


class Rung(enum.StrEnum):
    """What is done about a report, in the order in which it is done.

    The first three are mails to the mandatary: the first, `reports.opens_on` gives its day. The officer's
    call and the chair's choice are announced to others, by ordinary task mails.
    """

    EARLY = "early"
    DUE = "due"
    REMINDER = "reminder"
    CALL = "call"
    CHAIR = "chair"


@dataclass(frozen=True, slots=True)
class Ladder:
    """Days from a report's due day to each rung, and two delays that a choice of the chair opens.

    Each basin may change them (D9). `keep_again` is how long the chair is left before
    being asked again; `replaced` is what a new mandatary is given to report.
    """

    early: int = -14
    due: int = 0
    reminder: int = 9
    call: int = 21
    chair: int = 45
    keep_again: int = 45
    replaced: int = 21

    def __post_init__(self) -> None:
        """Refuse rungs out of order: each must come at least a day after the one before."""
        offsets = [self.offset(rung) for rung in Rung]
        if any(later <= earlier for earlier, later in pairwise(offsets)):
            raise ValueError(f"rungs out of order: {offsets}")
        if self.early >= 0 or self.due != 0:
            raise ValueError("the early reminder precedes the due day, which is day 0")
        if self.keep_again < 1 or self.replaced < 1:
            raise ValueError("a delay is at least one day")

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, int]) -> Self:
        """Make a ladder of a basin's parameters; what the basin does not say keeps its default."""
        return cls(**{name: int(days) for name, days in parameters.items()})

    def offset(self, rung: Rung) -> int:
        """Give the days from the due day to a rung."""
        return int(getattr(self, rung.value))


def rung_date(
    due_on: date,
    offset: int,
    previous_sent_on: date | None,
    previous_offset: int | None,
    calendar: Calendar,
) -> date:
    """Give the day of a rung: the first open day when both its delay and a fair spacing are over.

    The delay runs from the due day. The spacing is half the gap between the two rungs' offsets,
    rounded up, from the day the rung before was really sent: after a quiet period or an outage,
    reminders that piled up do not leave one upon the other.
    """
    earliest = due_on + timedelta(days=offset)
    if previous_sent_on is not None and previous_offset is not None:
        half_gap = -((previous_offset - offset) // 2)
        earliest = max(earliest, previous_sent_on + timedelta(days=half_gap))
    return calendar.first_open_on_or_after(earliest)


def next_rung_date(
    ladder: Ladder,
    calendar: Calendar,
    *,
    due_on: date,
    rung: Rung,
    previous: Rung,
    previous_sent_on: date | None,
) -> date:
    """Give the day of `rung`, knowing when the one before was sent."""
    return rung_date(due_on, ladder.offset(rung), previous_sent_on, ladder.offset(previous), calendar)


def choice_again_date(asked_on: date, ladder: Ladder, calendar: Calendar) -> date:
    """Give the day the chair is asked again after keeping a late mandatary."""
    return calendar.first_open_on_or_after(asked_on + timedelta(days=ladder.keep_again))
