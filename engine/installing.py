"""Make an installation: its tables, the reference published, a basin from its folder (D14)."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine import errors, operations
from engine.escalation import beginning
from engine.people import basins
from engine.people.models import TASK_ROLES, Basin
from engine.persistence import installation
from engine.projects.routing import (
    AMENDMENT_ROUTING,
    INITIAL_ROUTING,
    REQUEST_ROUTING,
    SEAT_ROUTING,
    SESSION_ROUTING,
    WORDS,
)
from engine.registry import (
    carrying,
    changes,
    checks,
    library,
    overlay,
    packaging,
    parameters,
    reading,
    variables,
    versions,
)
from engine.registry.context import Context
from engine.registry.models import ProcessVersion
from engine.registry.normalising import normalised
from engine.registry.problems import Problem
from engine.registry.rules import unwritten_date
from forms import catalogue

if TYPE_CHECKING:
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork

# The chain of what belongs to no basin: the reference's versions.
PROGRAMME_CHAIN = UUID(int=2)
PROGRAMME_ZONE = ZoneInfo("Europe/Paris")
CHARTER_VERSION = "2010"
# Every routing variable of this release, with what it holds: what a published diagram may read (D13).
VARIABLES = variables.known_from(
    {
        **INITIAL_ROUTING, **REQUEST_ROUTING, **SESSION_ROUTING, **SEAT_ROUTING,
        **beginning.INITIAL_ROUTING,
    },
    WORDS,
)  # fmt: skip
ROUTING = frozenset(VARIABLES)
# With which of them each life begins: a condition on any other would stop it.
STARTS = {
    "project": frozenset(INITIAL_ROUTING),
    "late_report": frozenset(beginning.INITIAL_ROUTING),
    "amendment": frozenset(AMENDMENT_ROUTING),
    "intervention_request": frozenset(REQUEST_ROUTING),
    "committee_session": frozenset(SESSION_ROUTING),
    "prescriber_seat_lost": frozenset(SEAT_ROUTING),
    "mandatary_seat_lost": frozenset(SEAT_ROUTING),
}


class UnsettledDrawings(errors.Conflict):
    """La nouvelle référence et les dessins du bassin ont changé les mêmes étapes : {summary}. Choisissez, dans le brouillon du bassin, ce qui est gardé."""  # noqa: E501


class NotPublishable(errors.Conflict):
    """Ces diagrammes ne peuvent pas être publiés. {summary}."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        told = " ".join(f"[{each.code}] {each.message()}" for each in problems[:5])
        super().__init__(summary=told.removesuffix("."))


def stamp(database: Database, *, environment: str) -> None:
    """Stamp a new database with what it is for, and publish the reference; done once."""
    with database.start_work() as work:
        stamped = work.connection.execute(
            sa.select(installation.installation.c.environment)
        ).scalar_one_or_none()
        if stamped is None:
            installation.stamp(work, environment=environment)
    require_publishable(as_they_run(library.reference()))  # Nobody waits for the database meanwhile.
    with database.start_work() as work:
        installation.require(work, environment=environment)
        publish_reference(work)


def publish_reference(work: UnitOfWork, files: Mapping[str, bytes] | None = None) -> versions.Published:
    """Publish a reference, the one that came with this release unless told, if it is not the last already.

    Those who publish one take turns.
    """
    installation.lock(work)
    return versions.publish(
        work,
        basin_id=None,
        files=require_publishable(as_they_run(files or library.reference())),
        parameters=parameters.defaults(parameters.Kind.PUBLISHED),
        charter_version=CHARTER_VERSION,
        effective_on=work.today(PROGRAMME_ZONE),
        chain=PROGRAMME_CHAIN,
    )


def add_basin(
    work: UnitOfWork,
    folder: library.BasinFolder,
    *,
    files: Mapping[str, bytes] | None = None,
    effective_on: date | None = None,
) -> Basin:
    """Add a basin from its folder: its row, its current parameters, its published diagrams."""
    about = folder.parameters
    basin = basins.add(
        work, slug=folder.slug, code=about.code, name=about.name, zone=about.zone, territory=about.territory
    )
    for key, value in folder.parameters.current.items():
        basins.change_parameter(work, basin_id=basin.id, key=key, value=value, reason=basins.FIRST_VALUE)
    publish_basin(work, basin, files or reference_of(work), folder, effective_on=effective_on)
    return basin


def publish_basin(
    work: UnitOfWork,
    basin: Basin,
    files: Mapping[str, bytes],
    folder: library.BasinFolder,
    *,
    effective_on: date | None = None,
    reasons: Mapping[str, Any] | None = None,
    replaces_coming: bool = True,
) -> versions.Published:
    """Publish diagrams for a basin, its parameters and changes in them.

    `reasons` says why its parameters are not the programme's, where that is known. Raises
    `NotPublishable`, and `versions.ComingReplaced` unless what waits for its day may be replaced.
    """
    basins.lock(work, basin.id)
    reference = versions.last_published(work, None)
    return versions.publish(
        work,
        basin_id=basin.id,
        files=require_publishable(folder.apply(files)),
        parameters=folder.parameters.published,
        charter_version=folder.parameters.charter_version,
        effective_on=effective_on or work.today(ZoneInfo(basin.zone)),
        chain=basin.chain_id,
        reference_id=None if reference is None else reference.id,
        made_of=versions.MadeOf(
            [changes.as_mapping(each) for each in folder.changes], folder.drawn, reasons or {}
        ),
        replaces_coming=replaces_coming,
    )


def reference_of(work: UnitOfWork) -> dict[str, bytes]:
    """The reference that the programme published last: the database is the truth (D14).

    Before anything is published, the one that came with this release.
    """
    last = versions.last_published(work, None)
    return library.reference() if last is None else versions.files_of(work, last.id)


def follow_reference(work: UnitOfWork, basin: Basin) -> versions.Published:
    """Publish the reference for a basin, with what its last version asked and changed of it.

    A version that waits for its day is the last one: what follows it takes its place, and begins no sooner.
    Raises what `folder_to_follow` raises, and `NotPublishable`.
    """
    basins.lock(work, basin.id)
    known, today = versions.last_version(work, basin.id), work.today(ZoneInfo(basin.zone))
    folder, reference = folder_to_follow(work, basin, known), reference_of(work)
    if known is None:
        return publish_basin(work, basin, reference, folder)
    start = max(known.effective_on, today)
    return publish_basin(work, basin, reference, folder, effective_on=start, reasons=known.reasons)


def folder_to_follow(work: UnitOfWork, basin: Basin, known: ProcessVersion | None) -> library.BasinFolder:
    """A basin as its last version has it, what it drew carried over to the reference of today.

    Where both changed a step, somebody has to say which is kept. Raises `UnsettledDrawings`.
    """
    folder = folder_of_version(work, basin, known)
    if known is None or not folder.drawn:
        return folder
    reference = reference_of(work)
    base = versions.files_of(work, known.reference_id) if known.reference_id else reference
    carried = carrying.carry_over(base, folder.drawn, reference)
    if carried.conflicts:
        raise UnsettledDrawings(summary=" ; ".join(each.sentence() for each in carried.conflicts))
    return dataclasses.replace(folder, drawn=carried.files)


def prove_following(database: Database, slug: str) -> None:
    """Have the check's answer ready for `follow_reference`, which would hold everybody's writes meanwhile.

    Raises what it raises, and `basins.UnknownBasin`.
    """
    with database.start_reading() as work:
        basin = basins.by_slug(work, slug)
        folder = folder_to_follow(work, basin, versions.last_version(work, basin.id))
        reference = reference_of(work)
    require_publishable(folder.apply(reference))


def prove_reference(database: Database) -> None:
    """The same for a basin that is added in the same act, and asks for nothing of its own yet."""
    with database.start_reading() as work:
        reference = reference_of(work)
    require_publishable(overlay.apply(reference, published=parameters.defaults(parameters.Kind.PUBLISHED)))


def folder_of_version(work: UnitOfWork, basin: Basin, known: ProcessVersion | None) -> library.BasinFolder:
    """A basin as a folder, as one of its versions has it; the reference's where it has none."""
    if known is None:
        return folder_of(work, basin, published={}, made=(), drawn={})
    return folder_of(
        work, basin, published=known.parameters, made=known.changes, drawn=known.drawn,
        charter_version=known.charter_version,
    )  # fmt: skip


def folder_of(
    work: UnitOfWork,
    basin: Basin,
    *,
    published: Mapping[str, Any],
    made: Sequence[Mapping[str, Any]],
    drawn: Mapping[str, str],
    charter_version: str = CHARTER_VERSION,
) -> library.BasinFolder:
    """A basin as a folder: who it is, its current parameters as they stand, what it asks and changes."""
    about = parameters.Parameters(
        name=basin.name, code=basin.code, zone=basin.zone, territory=basin.territory,
        charter_version=charter_version,
        published=parameters.as_published(published),
        current=basins.parameters(work, basin.id, parameters.defaults(parameters.Kind.CURRENT)),
    )  # fmt: skip
    files = {name: text.encode("utf-8") for name, text in drawn.items()}
    return library.BasinFolder(
        slug=basin.slug, parameters=about, changes=changes.read({"changes": made}, files), drawn=files
    )


def export_basin(work: UnitOfWork, slug: str) -> bytes:
    """A basin's process as one file, the diagrams that run today in it. Raises `basins.UnknownBasin`."""
    basin = basins.by_slug(work, slug)
    known = versions.published_in_force(work, basin_id=basin.id, on=work.today(ZoneInfo(basin.zone)))
    running = versions.files_of(work, known.id) if known is not None else {}
    return packaging.pack(folder_of_version(work, basin, known), running)


def publish_folder(
    work: UnitOfWork, folder: Path, *, slug: str | None, replaces_coming: bool = False
) -> versions.Published:
    """Publish a folder of diagrams (and, for a basin, its parameters) laid out as `workflows/` is.

    A basin's folder may be zipped, as `export_basin` gives it. One that is not known yet is added first,
    as its folder describes it. Raises `NotPublishable`, `versions.ComingReplaced`, what
    reading a folder raises and what applying its changes does.
    """
    if slug is None:
        return publish_reference(work, packaging.diagrams_at(folder))
    about = packaging.folder_at(folder, slug)
    try:
        basin = basins.by_slug(work, slug)
    except basins.UnknownBasin:
        basin = add_basin(work, about)
    return publish_basin(work, basin, reference_of(work), about, replaces_coming=replaces_coming)


def prove_folder(database: Database, folder: Path, *, slug: str | None) -> None:
    """Have the check's answer ready for `publish_folder`, which would hold everybody's writes meanwhile.

    Raises what it raises.
    """
    if slug is None:
        require_publishable(as_they_run(packaging.diagrams_at(folder)))
        return
    with database.start_reading() as work:
        reference = reference_of(work)
    require_publishable(packaging.folder_at(folder, slug).apply(reference))


def require_publishable(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The files, proved together to end properly and to keep the charter: they run as they are.

    What cannot be judged within its limits is not publishable (D28); the same files are judged once. Raises
    `NotPublishable`.
    """
    problems = problems_of(tuple(files.items()))
    if problems:
        raise NotPublishable(list(problems))
    return files


def as_they_run(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Files as they are published: what is proved is what is stored. A basin's are made so already."""
    return {name: as_it_runs(content) for name, content in files.items()}


def as_it_runs(content: bytes) -> bytes:
    """A file rewritten for the engine; one that cannot be read is left to the check, which says why."""
    try:
        return normalised(content)
    except reading.Unreadable:
        return content


def problems_of(files: tuple[tuple[str, bytes], ...]) -> tuple[Problem, ...]:
    """What keeps these files from being published; a check that settled nothing is asked again next time."""
    try:
        return problems_found(files)
    except Undecided as doubt:
        return doubt.problems


class Undecided(Exception):
    """A check that came to its limits, or gave no answer: on another day it may say more of the files."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__()


@functools.lru_cache(maxsize=8)
def problems_found(files: tuple[tuple[str, bytes], ...]) -> tuple[Problem, ...]:
    """What a check answers of these files; basins that follow the reference share it. Raises `Undecided`."""
    report = checks.check_version_safely(dict(files), known())
    if report.verdict is checks.Verdict.UNKNOWN:
        raise Undecided(report.problems)
    if report.verdict is checks.Verdict.ACCEPTED:
        return ()
    return tuple(filter(checks.is_error, report.problems)) or report.problems


def known(files: Mapping[str, bytes] | None = None, name: str = "") -> Context:
    """What a check knows besides a file: the names of this release, and the other files around it."""
    return Context(
        files={other: content for other, content in (files or {}).items() if other != name},
        forms=frozenset(catalogue.keys()),
        operations=frozenset(operations.OPERATIONS),
        roles=frozenset(map(str, TASK_ROLES)),
        routing=ROUTING,
        parameters=frozenset(parameters.defaults(parameters.Kind.PUBLISHED)),
        variables=VARIABLES,
        reference=elements_of_the_reference(),
        dates=dates_of_the_reference(),
        starts=STARTS,
    )


@functools.cache
def elements_of_the_reference() -> Mapping[str, frozenset[str]]:
    """The ids of what the reference's processes hold: what a variant adds is not among them."""
    processes = library.processes_of(library.reference())
    return {name: frozenset(node.id for node in process.nodes) for name, process in processes.items()}


@functools.cache
def dates_of_the_reference() -> frozenset[tuple[str, str]]:
    """Where the reference's timers wait for a date: each is written before its timer is come to."""
    processes = library.processes_of(library.reference()).values()
    places = (unwritten_date.place_of(process, node) for process in processes for node in process.nodes)
    return frozenset(place for place in places if place is not None)
