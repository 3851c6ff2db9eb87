"""The calendar of an advance: equal monthly parts in whole cents, the last one absorbing the rest (R44)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine import clock

LAST_DAY = 28  # Every month has one: an instalment never drifts to another day.


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part to repay: the first is number 1, due so many months after the payment, and on that day."""

    number: int
    after_months: int
    due_on: date | None
    cents: int


def schedule(
    cents: int, months: int, deferral: int | None = None, *, first_on: date | None = None
) -> list[Instalment]:
    """As many instalments as `months`, whose sum is the advance to the cent; no interest, no fees.

    Nothing is due for the months of the deferral, then one instalment a month. `first_on` is the day of
    the first; without it none has a day yet. Raises ValueError for a sum, a term or a day that cannot be.
    """
    after = deferral or 0
    if cents <= 0 or months <= 0 or after < 0:
        raise ValueError(f"no calendar for {cents} cents in {months} months after {after}")
    if first_on is not None and first_on.day > LAST_DAY:
        raise ValueError(f"an instalment is due by the {LAST_DAY}th of a month, not on {first_on}")
    part = cents // months
    return [
        Instalment(
            number=number,
            after_months=after + number,
            due_on=clock.add_months(first_on, number - 1) if first_on else None,
            cents=part if number < months else cents - part * (months - 1),
        )
        for number in range(1, months + 1)
    ]


def first_day(paid_on: date, deferral: int | None = None) -> date:
    """The day of the first instalment: the payment's day of the month, the 28th at the latest."""
    following = clock.add_months(paid_on, (deferral or 0) + 1)
    return following.replace(day=min(paid_on.day, LAST_DAY))
