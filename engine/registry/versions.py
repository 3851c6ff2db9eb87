"""Publish diagrams as immutable versions, and read a version as it runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine import errors
from engine.people import basins
from engine.persistence.base import new_id, table_of
from engine.persistence.unit_of_work import UnitOfWork
from engine.registry.models import ProcessVersion
from engine.spiff import parser

version = table_of(ProcessVersion)
FILES = sa.select(version.c.files).where(version.c.id == bindparam("id"))
IN_FORCE = (
    sa.select(version.c.id)
    .where(version.c.basin_id == bindparam("basin_id"), version.c.effective_on <= bindparam("on"))
    .order_by(version.c.number.desc())
    .limit(1)
)
REFERENCES = sa.select(version.c.id).where(version.c.basin_id.is_(None)).order_by(version.c.number.desc())


class NothingPublished(errors.Unavailable):
    """Ce bassin n’a pas encore de processus publié : aucun projet ne peut y être ouvert."""


class VersionNotFound(errors.NotFound):
    """Cette version de processus n’existe pas."""


class ComingReplaced(errors.Conflict):
    """La version {number}, publiée pour le {day}, ne prendrait jamais effet : dites qu’elle est à remplacer, ou attendez ce jour."""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Coming:
    """A version that waits for its day."""

    number: int
    effective_on: date
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Published:
    """A version just published, or found to be there already; `replaces` will never be in force for it."""

    id: UUID
    number: int
    content_hash: str
    is_new: bool
    replaces: tuple[Coming, ...] = ()


@dataclass(frozen=True, slots=True)
class MadeOf:
    """What a basin made its version of, besides the reference: the next draft begins from it."""

    changes: Sequence[Mapping[str, Any]] = ()
    drawn: Mapping[str, bytes] = field(default_factory=dict)
    reasons: Mapping[str, Any] = field(default_factory=dict)


def content_hash(files: Mapping[str, bytes]) -> str:
    """What a set of diagrams is known by: a hash of names and bytes, whatever their order."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\x1f{len(files[name])}\x1f".encode() + files[name])
    return digest.hexdigest()


def publish(
    work: UnitOfWork,
    *,
    basin_id: int | None,
    files: Mapping[str, bytes],
    parameters: Mapping[str, Any],
    charter_version: str,
    effective_on: date,
    chain: UUID,
    reference_id: UUID | None = None,
    made_of: MadeOf | None = None,
    replaces_coming: bool = True,
) -> Published:
    """Make a set of diagrams the version that new projects take from `effective_on`.

    Publishing the same content again changes nothing. The caller has checked the diagrams; they are
    parsed here all the same, so that nothing that cannot run is ever stored. `chain` is the history
    chain of the basin (or of the programme for the reference); `made_of` is what a basin changed.
    Raises `ComingReplaced` unless what waits for its day may be replaced.
    """
    wanted = content_hash(files)
    last = last_published(work, basin_id)
    if last is not None and last.content_hash == wanted:
        return Published(last.id, last.number, wanted, is_new=False)
    replaces = replaced(work, basin_id, effective_on, may_be=replaces_coming)
    require_runnable(tuple(sorted(files.items())))
    published = Published(new_id(), last.number + 1 if last else 1, wanted, is_new=True, replaces=replaces)
    work.connection.execute(
        sa.insert(version).values(
            id=published.id,
            basin_id=basin_id,
            number=published.number,
            content_hash=wanted,
            files=in_text(files),
            parameters=dict(parameters),
            reference_id=reference_id,
            charter_version=charter_version,
            effective_on=effective_on,
            published_at=work.now,
            published_by=work.actor.person_id,
            **columns_of(made_of or MadeOf()),
        )
    )
    record(work, published, chain=chain, basin_id=basin_id)
    return published


def columns_of(made: MadeOf) -> dict[str, Any]:
    """What a version is made of, as its row keeps it."""
    return {
        "changes": [dict(change) for change in made.changes],
        "drawn": in_text(made.drawn),
        "reasons": dict(made.reasons),
    }


def in_text(files: Mapping[str, bytes]) -> dict[str, str]:
    """Diagrams as a row keeps them."""
    return {name: content.decode("utf-8") for name, content in sorted(files.items())}


def last_published(work: UnitOfWork, basin_id: int | None) -> sa.Row[Any, Any, Any] | None:
    """Find the latest version of a basin, or of the reference: its id, its number, its hash."""
    same_basin = version.c.basin_id == basin_id if basin_id is not None else version.c.basin_id.is_(None)
    return work.connection.execute(
        sa.select(version.c.id, version.c.number, version.c.content_hash)
        .where(same_basin)
        .order_by(version.c.number.desc())
        .limit(1)
    ).one_or_none()


def last_version(work: UnitOfWork, basin_id: int | None) -> ProcessVersion | None:
    """The last version that a basin, or the programme, published, whether it is in force yet or not."""
    found = last_published(work, basin_id)
    return None if found is None else work.database.get(ProcessVersion, found.id)


def record(work: UnitOfWork, published: Published, *, chain: UUID, basin_id: int | None) -> None:
    """Write in the history that a version was published, with the hash it is known by."""
    work.record(
        "registry.version.published",
        chain=chain,
        subject=published.id,
        basin_id=basin_id,
        number=published.number,
        content_hash=published.content_hash,
    )


@lru_cache(maxsize=8)
def require_runnable(files: tuple[tuple[str, bytes], ...]) -> None:
    """Parse every process of a set of diagrams, once for the basins that share it; raises what refuses."""
    for name, content in files:
        parser.parse(dict(files), name.removesuffix(".bpmn"))
        content.decode("utf-8")


def in_force(work: UnitOfWork, *, basin_id: int, on: date) -> UUID:
    """The version that a project opened on that day takes; raises `NothingPublished`."""
    found: UUID | None = work.connection.execute(
        IN_FORCE, {"basin_id": basin_id, "on": on}
    ).scalar_one_or_none()
    if found is None:
        raise NothingPublished
    return found


def published_in_force(work: UnitOfWork, *, basin_id: int, on: date) -> ProcessVersion | None:
    """The whole row of the version that a project opened on that day takes; None before the first."""
    found = work.connection.execute(IN_FORCE, {"basin_id": basin_id, "on": on}).scalar_one_or_none()
    return None if found is None else work.database.get(ProcessVersion, found)


def coming(work: UnitOfWork, basin_id: int, *, on: date) -> list[Coming]:
    """Each version that waits for its day, and that no later one comes before; the last published first."""
    rows = work.connection.execute(
        sa.select(version.c.number, version.c.effective_on, version.c.parameters)
        .where(version.c.basin_id == basin_id)
        .order_by(version.c.number.desc())
    )
    found: list[Coming] = []
    for row in rows:
        if row.effective_on <= on:
            break
        if not found or row.effective_on < found[-1].effective_on:
            found.append(Coming(row.number, row.effective_on, dict(row.parameters)))
    return found


def parameters_coming(work: UnitOfWork, basin_id: int, *, on: date) -> list[Mapping[str, Any]]:
    """The published parameters of each version that waits for its day."""
    return [each.parameters for each in coming(work, basin_id, on=on)]


def replaced(
    work: UnitOfWork, basin_id: int | None, effective_on: date, *, may_be: bool = True
) -> tuple[Coming, ...]:
    """The versions of a basin that one in force from a day would keep from ever being so.

    Raises `ComingReplaced` where none may be replaced.
    """
    waiting = [] if basin_id is None else coming(work, basin_id, on=basins.today(work, basin_id))
    found = tuple(each for each in waiting if each.effective_on >= effective_on)
    if found and not may_be:
        raise ComingReplaced(number=found[0].number, day=found[0].effective_on)
    return found


def holding(work: UnitOfWork, *, version_id: UUID, process: str) -> UUID:
    """The version that a process runs on: the one given, else the newest reference that has it.

    A basin keeps the version it published, and what this release drew since then runs all the same; its
    published parameters are then the reference's. Raises `NothingPublished`.
    """
    if has(work, version_id=version_id, process=process):
        return version_id
    references: Sequence[UUID] = work.connection.scalars(REFERENCES).all()
    for each in references:
        if has(work, version_id=each, process=process):
            return each
    raise NothingPublished


def has(work: UnitOfWork, *, version_id: UUID, process: str) -> bool:
    """Whether a version has a process; read once per machine process, for versions never change.

    Raises `VersionNotFound`.
    """
    if _cell((version_id, process)):
        return True
    known = _names(version_id)
    if not known:
        known.append(frozenset(files_of(work, version_id)))
    return f"{process}.bpmn" in known[0]


def files_of(work: UnitOfWork, version_id: UUID) -> dict[str, bytes]:
    """The diagrams of a version, as they run, read once in an act; raises `VersionNotFound`."""
    known: dict[str, bytes] | None = work.memory.get((__name__, version_id))
    if known is None:
        found = work.connection.execute(FILES, {"id": version_id}).scalar_one_or_none()
        if found is None:
            raise VersionNotFound
        known = {name: text.encode("utf-8") for name, text in found.items()}
        work.memory[__name__, version_id] = known
    return dict(known)


def specification(work: UnitOfWork, *, version_id: UUID, process: str) -> parser.Specification:
    """A process of a version, parsed once per machine process and shared: versions never change."""
    cell = _cell((version_id, process))
    if not cell:
        cell.append(parser.parse(files_of(work, version_id), process))
    return cell[0]


@lru_cache(maxsize=512)
def _cell(_: tuple[UUID, str]) -> list[parser.Specification]:
    """Where the specification of a version's process is kept, empty at first."""
    return []


@lru_cache(maxsize=512)
def _names(_: UUID) -> list[frozenset[str]]:
    """Where the names of a version's files are kept, empty at first."""
    return []
