"""The steps of a reference that a basin may change: who does each, on which form, in how many days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from engine.registry import changes, drawings, library, versions
from engine.variants import composing

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.registry import graph
    from engine.variants.models import VariantDraft


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
        processes = library.processes_of(versions.files_of(work, version_id))
        listed = [processes[drawing.process] for drawing in drawings.drawings(work, version_id)]
        known[:] = [place for process in listed for place in of_process(process)]
    return known


def of_drawing(work: UnitOfWork, draft: VariantDraft) -> Sequence[Place]:
    """The steps of a basin's own that its drawings hold, beside those of the reference."""
    known = {(place.process, place.step) for place in of_version(work, draft.reference_id)}
    drawn = library.processes_of(composing.in_bytes(draft.drawn))
    return [
        place
        for process in drawn.values()
        for place in of_process(process)
        if (place.process, place.step) not in known
    ]


def of_process(process: graph.Process) -> Iterator[Place]:
    """The steps of somebody in a process."""
    for node in process.nodes:
        if node.tag == "userTask":
            yield Place(
                process=process.id,
                process_name=process.name or process.id,
                step=node.id,
                name=node.name or node.id,
                role=node.alize.get("role", ""),
                form=node.alize.get("form", ""),
                due=node.alize.get("due", ""),
            )


@lru_cache(maxsize=16)
def _known(version_id: UUID) -> list[Place]:  # noqa: ARG001 -- the key of the cell.
    """The cell where a version's steps are kept, empty at first."""
    return []
