"""What an installation starts from: the reference diagrams and the basins' folders, read from the package."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from engine import errors
from engine.i18n import mark as _
from engine.registry import applying, changes, graph, parameters, reading
from engine.registry.changes import Change
from engine.registry.parameters import Parameters

DIAGRAM = ".bpmn"


class UnknownFolder(errors.NotFound):
    """Aucun bassin ne s’appelle « {slug} » dans les diagrammes fournis."""


@dataclass(frozen=True, slots=True)
class BasinFolder:
    """What a basin does differently: its parameters, its changes of the reference, what it drew itself."""

    slug: str
    parameters: Parameters
    changes: tuple[Change, ...] = ()
    drawn: Mapping[str, bytes] = field(default_factory=dict)

    def apply(self, reference: Mapping[str, bytes]) -> dict[str, bytes]:
        """Give the diagrams of this basin. Raises what `applying.applied` raises."""
        return applying.applied(
            reference, published=self.parameters.published, changes=self.changes, drawn=self.drawn
        )


def root() -> Traversable:
    """Give the folder of diagrams that came with the program, from a checkout or a wheel alike."""
    return resources.files("workflows")


def reference() -> dict[str, bytes]:
    """Give the reference diagrams: file name → content."""
    return diagrams_in(root().joinpath("reference"))


def diagrams_in(folder: Traversable) -> dict[str, bytes]:
    """Give the diagrams of a folder, by name."""
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return {file.name: file.read_bytes() for file in files if file.name.endswith(DIAGRAM)}


def slugs() -> list[str]:
    """Give the basins that have a folder."""
    folder = root().joinpath("basins")
    return sorted(entry.name for entry in folder.iterdir() if entry.joinpath("parameters.toml").is_file())


def basin(slug: str) -> BasinFolder:
    """Give one basin's folder. Raises `UnknownFolder`, `InvalidParameters`, `InvalidChanges`."""
    if slug not in slugs():
        raise UnknownFolder(slug=slug)
    return basin_in(root().joinpath("basins", slug), slug)


def basin_in(folder: Traversable, slug: str) -> BasinFolder:
    """Read a basin's folder, wherever it is: the package's, or one that somebody wants to publish.

    Raises `InvalidParameters`, `changes.InvalidChanges`.
    """
    drawn = diagrams_in(folder)
    return BasinFolder(
        slug=slug,
        parameters=parameters.read(folder.joinpath("parameters.toml")),
        changes=changes.read(overlay_of(folder), drawn),
        drawn=drawn,
    )


def overlay_of(folder: Traversable) -> Mapping[str, Any]:
    """Read the table of a folder's changes, empty when it has none. Raises `changes.InvalidChanges`."""
    file = folder.joinpath("overlay.toml")
    if not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise changes.InvalidChanges([_("« overlay.toml » n’est pas du TOML lisible.")]) from problem


def processes_of(files: Mapping[str, bytes]) -> dict[str, graph.Process]:
    """Give the processes of a set of trusted files by id, as siblings of a check.

    Raises `reading.Unreadable`.
    """
    return {
        process.id: process
        for name, content in files.items()
        for process in reading.read(content, name).processes
    }
