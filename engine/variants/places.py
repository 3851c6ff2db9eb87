"""The steps of a reference that a basin may change: who does each, on which form, in how many days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from engine.registry import changes, drawings, library, versions

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Place:
    """A step of somebody, where a basin may say something."""

    process: str
    process_name: str
    step: str
    name: str
    role: str
    form: str
    due: str

    @property
    def has_days(self) -> bool:
        """Whether it is to be done in a number of days, rather than by a date of the project."""
        return changes.DUE.fullmatch(self.due) is not None


def of_version(work: UnitOfWork, version_id: UUID) -> Sequence[Place]:
    """The steps of a version, in the order of a project's life; read once: versions never change."""
    known = _known(version_id)
    if not known:  # Two may come at once: the second writes the same again, and adds nothing.
        files = versions.files_of(work, version_id)
        processes = library.processes_of(files)
        known[:] = [
            Place(
                process=drawing.process,
                process_name=drawing.name,
                step=node.id,
                name=node.name or node.id,
                role=node.alize.get("role", ""),
                form=node.alize.get("form", ""),
                due=node.alize.get("due", ""),
            )
            for drawing in drawings.drawings(work, version_id)
            for node in processes[drawing.process].nodes
            if node.tag == "userTask"
        ]
    return known


@lru_cache(maxsize=16)
def _known(version_id: UUID) -> list[Place]:  # noqa: ARG001 -- the key of the cell.
    """The cell where a version's steps are kept, empty at first."""
    return []
