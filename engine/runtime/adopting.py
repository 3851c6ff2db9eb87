"""Take over a dossier that began before Alizé: its instance begins at a declared entry (D15)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.persistence.unit_of_work import UnitOfWork
from engine.registry.charter import articles
from engine.runtime import advance, cases
from engine.runtime.acts import Routing
from engine.spiff.entering import NoSuchEntry

__all__ = ["NoSuchEntry", "adopt"]


def adopt(
    work: UnitOfWork,
    *,
    case_id: UUID,
    basin_id: int,
    zone: ZoneInfo,
    process: str,
    reference: str,
    firm: str,
    entry: str,
    routing: Mapping[str, Routing],
    occurred_on: date | None = None,
) -> None:
    """Start a dossier at an entry of the version in force in its basin, up to its first wait.

    `routing` holds every variable, at the value that the way there would have left. Tasks open and timers
    are armed as if it had just come there; those who have a task of their own are told, and nobody of what
    is past. Its history says who declared it, and what is taken as done.
    Raises `versions.NothingPublished`, `NoSuchEntry`, `advance.OperationFailed` where a day is missing.
    """
    case = cases.on_the_version_in_force(
        work, case_id=case_id, basin_id=basin_id, zone=zone, process=process, reference=reference, firm=firm
    )
    day = occurred_on or work.today(zone)
    asserted = articles.charter().asserted_in(process)
    if entry not in asserted:
        raise NoSuchEntry(entry=entry)
    locked = cases.begin(work, case=case, process=process)
    work.record(
        "projects.project.adopted", chain=case_id, subject=case_id, basin_id=basin_id,
        occurred_on=day, entry=entry, asserted=" ".join(asserted[entry]),
        effective_on=routing.get("effective_on") or None,
    )  # fmt: skip
    advance.begin(work, locked, locked.root, routing, occurred_on=day, entry=entry)
