"""One project taken over from a form: the same checks as a line of a file, told by question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.adoption import files, taking_over
from engine.people import basins

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from engine.adoption.files import TakenOver
    from engine.persistence.unit_of_work import UnitOfWork


def take_over(work: UnitOfWork, answers: Mapping[str, Any], *, basin_id: int) -> TakenOver:
    """Take one project over from the form’s clean answers. Raises what `taking_over.take_over` raises."""
    basins.lock(work, basin_id)
    taking_over.pass_over_numbers(work, answers, basin_id=basin_id)
    project_id = taking_over.take_over(work, basin_id=basin_id, answers=answers)
    return files.shown(work, 1, project_id, answers)
