"""What an installation starts from: the reference diagrams and the basins' folders, read from the package."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from engine import errors
from engine.registry import graph, overlay, parameters, reading
from engine.registry.parameters import Parameters

DIAGRAM = ".bpmn"


class UnknownFolder(errors.NotFound):
    """Aucun bassin ne s’appelle « {slug} » dans les diagrammes fournis."""


@dataclass(frozen=True, slots=True)
class BasinFolder:
    """What a basin does differently: its parameters, and its changes to the reference's steps."""

    slug: str
    parameters: Parameters
    changes: tuple[Mapping[str, Any], ...]


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
    """Give one basin's folder. Raises `UnknownFolder`, `InvalidParameters`, `overlay.UnknownChange`."""
    if slug not in slugs():
        raise UnknownFolder(slug=slug)
    return basin_in(root().joinpath("basins", slug), slug)


def basin_in(folder: Traversable, slug: str) -> BasinFolder:
    """Read a basin's folder, wherever it is: the package's, or one that somebody wants to publish.

    Raises `InvalidParameters`, `overlay.UnknownChange`.
    """
    file = folder.joinpath("overlay.toml")
    table = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return BasinFolder(
        slug=slug,
        parameters=parameters.read(folder.joinpath("parameters.toml")),
        changes=tuple(overlay.changes_of(table)),
    )


def processes_of(files: Mapping[str, bytes]) -> dict[str, graph.Process]:
    """Give the processes of a set of trusted files by id, as siblings of a check.

    Raises `reading.Unreadable`.
    """
    return {
        process.id: process
        for name, content in files.items()
        for process in reading.read(content, name).processes
    }
