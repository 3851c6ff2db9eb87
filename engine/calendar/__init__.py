"""Which days a basin works, and when it wishes to be left in peace."""

from engine.calendar.openings import Calendar, NoOpenDay, QuietPeriod
from engine.calendar.working_days import (
    Territory,
    add_working_days,
    is_working_day,
    working_days_between,
)

__all__ = [
    "Calendar",
    "NoOpenDay",
    "QuietPeriod",
    "Territory",
    "add_working_days",
    "is_working_day",
    "working_days_between",
]
