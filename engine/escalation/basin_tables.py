"""The ladder of a basin: the table it may change, read as of the day of the act (D14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from engine.escalation.ladder import Ladder
from engine.people import basins

if TYPE_CHECKING:
    from datetime import date, datetime

    from engine.persistence.unit_of_work import UnitOfWork

PREFIX = "ladder."

# Current parameters: each basin's own value replaces the default at once, with author and reason.
DEFAULTS: Mapping[str, int] = {f"{PREFIX}{name}": days for name, days in asdict(Ladder()).items()}


def ladder_of(work: UnitOfWork, basin_id: int, *, on: date | datetime | None = None) -> Ladder:
    """Give the ladder of a basin. Raises `ValueError` when its parameters put the rungs out of order."""
    values = basins.parameters(work, basin_id, DEFAULTS, on=on)
    return Ladder.from_parameters({key.removeprefix(PREFIX): days for key, days in values.items()})
