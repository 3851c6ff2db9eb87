"""A basin as a rehearsal imagines it: its calendar and today's parameters, and what is in force there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from engine.people import basins
from engine.registry import parameters, versions
from engine.rehearsal.setting import Place

if TYPE_CHECKING:
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Playable:
    """Diagrams that may be rehearsed, and where they would be in force."""

    files: Mapping[str, bytes]
    place: Place


def place_of(work: UnitOfWork, basin: Basin, published: Mapping[str, Any], charter_version: str) -> Place:
    """The basin as it is imagined, with the published parameters to try."""
    return Place(
        name=basin.name, code=basin.code, zone=basin.zone, territory=basin.territory,
        charter_version=charter_version, published=dict(published),
        current=basins.parameters(work, basin.id, parameters.defaults(parameters.Kind.CURRENT)),
    )  # fmt: skip


def in_force(work: UnitOfWork, basin: Basin, *, on: date) -> Playable:
    """What a project opened that day would take. Raises `versions.NothingPublished`."""
    version = versions.published_in_force(work, basin_id=basin.id, on=on)
    if version is None:
        raise versions.NothingPublished
    files = {name: text.encode("utf-8") for name, text in version.files.items()}
    return Playable(files, place_of(work, basin, version.parameters, version.charter_version))
