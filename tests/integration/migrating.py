"""Versions that differ a little, published in a basin while its projects run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.people import basins
from engine.registry import versions
from engine.registry.models import ProcessVersion
from engine.runtime import version_change
from engine.runtime.models import Draft, Instance, Task
from tests.integration.programme import DIAGRAMS, LONG_AGO, Programme

REASON = "Le comité veut lire les comptes rendus."
RENAMED = "Rendre compte au comité"
# The report bears another name; a reading of the ladder changes its file, and nothing else.
EDITED: Mapping[str, Mapping[str, str]] = {
    "report.bpmn": {"Rendre compte du suivi": RENAMED},
    "late_report.bpmn": {"</bpmn:process>": "<!-- relu --></bpmn:process>"},
}
# The report is another step: whoever has one open keeps the version.
GONE: Mapping[str, Mapping[str, str]] = {
    "report.bpmn": {'"follow_up_report"': '"told_report"', ">follow_up_report<": ">told_report<"}
}
LONGER: Mapping[str, Mapping[str, str]] = {"project.bpmn": {"P18M": "P24M"}}


def labelled(programme: Programme) -> Programme:
    """A basin with a labelled project whose first report is open."""
    programme.install()
    programme.label()
    programme.play_until(date(2027, 2, 5))
    return programme


def unreported(programme: Programme) -> Programme:
    """The same a month later: the ladder of its report stands beside it."""
    programme.play_until(date(2027, 3, 5))
    return programme


def edited(edits: Mapping[str, Mapping[str, str]]) -> dict[str, bytes]:
    """The reference's diagrams with some words replaced; each must be there."""
    files = {path.name: path.read_text("utf-8") for path in sorted(DIAGRAMS.glob("*.bpmn"))}
    for name, words in edits.items():
        for before, after in words.items():
            assert before in files[name], before
            files[name] = files[name].replace(before, after)
    return {name: text.encode() for name, text in files.items()}


def published(programme: Programme, edits: Mapping[str, Mapping[str, str]] = EDITED) -> UUID:
    """A version of the basin in which some words of the reference are others."""
    return published_files(programme, edited(edits))


def published_files(programme: Programme, files: Mapping[str, bytes]) -> UUID:
    """A version of the basin made of these diagrams."""
    with programme.database.start_work() as work:
        chain = basins.chain_of(work, programme.basin_id)
        return versions.publish(
            work, basin_id=programme.basin_id, files=files, parameters={}, charter_version="2010",
            effective_on=LONG_AGO, chain=chain,
        ).id  # fmt: skip


def order(programme: Programme, version_id: UUID, *case_ids: UUID, by: str = "officer") -> UUID:
    """Ask for projects, or the one at hand, to go to a version."""
    with programme.work_as(by) as work:
        return version_change.order(
            work, basin_id=programme.basin_id, case_ids=case_ids or [programme.case_id],
            to_version_id=version_id, reason=REASON,
        )  # fmt: skip


def migrate(programme: Programme, version_id: UUID, *case_ids: UUID) -> UUID:
    """Ask, and carry it out."""
    batch_id = order(programme, version_id, *case_ids)
    version_change.carry_out(programme.database, batch_id)
    return batch_id


def report(programme: Programme, batch_id: UUID) -> version_change.Report:
    """What became of a batch."""
    with programme.database.start_reading() as work:
        return version_change.report(work, batch_id)


def undo(programme: Programme, case_id: UUID | None = None, *, by: str = "officer") -> None:
    """Take a project back."""
    with programme.work_as(by) as work:
        version_change.undo(work, case_id=case_id or programme.case_id)


def rows(programme: Programme) -> dict[str, list[dict[str, Any]]]:
    """Every instance, open task and draft of the project, as they are in their tables."""
    with programme.database.start_reading() as work:
        tables = {
            "instances": sa.select(Instance.__table__).where(Instance.case_id == programme.case_id),
            "tasks": sa.select(Task.__table__).where(Task.case_id == programme.case_id),
            "drafts": sa.select(Draft.__table__),
        }
        return {
            name: sorted((dict(row._mapping) for row in work.connection.execute(statement)), key=str)
            for name, statement in tables.items()
        }


def numbers(programme: Programme) -> dict[UUID, int]:
    """The number of each version, by id."""
    with programme.database.start_reading() as work:
        return dict(work.connection.execute(sa.select(ProcessVersion.id, ProcessVersion.number)).all())
