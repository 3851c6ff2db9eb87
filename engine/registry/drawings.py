"""The diagrams of a version as people look at them: in the order of a project's life, their steps named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.persistence.base import table_of
from engine.registry import library, versions
from engine.registry.graph import Process
from engine.registry.models import ProcessVersion

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

FIRST = "project"
version = table_of(ProcessVersion)
COLUMNS = [
    version.c[name]
    for name in ("id", "basin_id", "number", "content_hash", "effective_on", "published_at",
                 "charter_version", "parameters")
]  # fmt: skip


class ProcessNotFound(errors.NotFound):
    """Ce processus n’existe pas dans cette version."""


@dataclass(frozen=True, slots=True)
class Step:
    """A task of somebody, as drawn."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """One process: its name, its steps, the processes it calls by the id of the element that calls."""

    process: str
    name: str
    file: str
    content: bytes
    steps: Sequence[Step]
    calls: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Version:
    """A published version: its number, its date, the hash of its content."""

    id: UUID
    basin_id: int | None
    number: int
    content_hash: str
    effective_on: date
    published_at: datetime
    charter_version: str
    parameters: Mapping[str, Any]  # The published ones, as they stand in the diagrams.


def in_force(work: UnitOfWork, basin_id: int | None, *, on: date) -> Version | None:
    """The version a project opened on that day takes, of a basin or of the reference; None when none is."""
    whose = version.c.basin_id.is_(None) if basin_id is None else version.c.basin_id == basin_id
    row = work.connection.execute(
        sa.select(*COLUMNS)
        .where(whose, version.c.effective_on <= on)
        .order_by(version.c.number.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Version(*row)


def drawings(work: UnitOfWork, version_id: UUID) -> Sequence[Drawing]:
    """The diagrams of a version, those of a project's life first; read once: versions never change."""
    known = _drawn(version_id)
    if not known:
        known[:] = in_order(versions.files_of(work, version_id))  # Two who come at once write the same.
    return known


def find(work: UnitOfWork, version_id: UUID, process: str) -> Drawing:
    """One diagram of a version. Raises `ProcessNotFound`."""
    for drawing in drawings(work, version_id):
        if drawing.process == process:
            return drawing
    raise ProcessNotFound


@lru_cache(maxsize=64)
def _drawn(version_id: UUID) -> list[Drawing]:  # noqa: ARG001 — the key of the cell.
    """The cell where a version's diagrams are kept, empty at first."""
    return []


def in_order(files: Mapping[str, bytes]) -> list[Drawing]:
    """The diagrams of a set of files, each after the one that calls it."""
    processes = library.processes_of(files)
    found = []
    for process_id in dict.fromkeys([*called_from(FIRST, processes), *sorted(processes)]):
        process, file = processes[process_id], f"{process_id}.bpmn"
        found.append(
            Drawing(
                process=process_id,
                name=process.name or process_id,
                file=file,
                content=files[file],
                steps=[
                    Step(node.id, node.name or node.id, node.alize.get("role", ""))
                    for node in process.nodes
                    if node.tag == "userTask"
                ],
                calls={
                    node.id: node.called
                    for node in process.nodes
                    if node.tag == "callActivity" and node.called in processes
                },
            )
        )
    return found


def called_from(process_id: str, processes: Mapping[str, Process]) -> Iterator[str]:
    """A process, then those it calls, each followed by its own; published diagrams call no circle."""
    process = processes.get(process_id)
    if process is None:
        return
    yield process_id
    for node in process.nodes:
        if node.tag == "callActivity" and node.called:
            yield from called_from(node.called, processes)
