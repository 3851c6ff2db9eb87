"""Read a backup again: whether it is whole, what it holds of one project."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from engine import errors
from engine.backups.rows import read_rows
from engine.persistence.base import table_of
from engine.runtime.models import Instance
from engine.runtime.rebuilding import Saved

FORMAT = 2
PIECE = 1 << 20  # What is read of a file at once.
MANIFEST = "manifest.json"
DOCUMENTS = "documents/"

Progress = Callable[[int, int], None]  # How many things are done, of how many.


def unseen(done: int, total: int) -> None:
    """Show no progress."""


class NotABackup(errors.Conflict):
    """Ce fichier n’est pas une sauvegarde d’Alizé, ou il est abîmé : {reason}."""


def verify(path: Path, *, progress: Progress = unseen) -> dict[str, Any]:
    """Read a whole backup again, and give its manifest. Raises `NotABackup`, naming what is wrong.

    Every part must be there with the digest it was written with, each table with its rows, and nothing else.
    """
    with opened(path) as archive:
        return verified(archive, progress)


def verified(archive: zipfile.ZipFile, progress: Progress = unseen) -> dict[str, Any]:
    """Read every part of an open backup again; its manifest. Raises `NotABackup`."""
    manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise NotABackup(reason="son format n’est pas connu")
    digests: Mapping[str, str] = manifest["digests"]
    strange = set(archive.namelist()) ^ {*digests, MANIFEST}
    if strange:
        raise NotABackup(reason=f"« {min(strange)} » manque ou est de trop")
    for number, (name, expected) in enumerate(digests.items(), start=1):
        digest, lines = hashlib.sha256(), 0
        with archive.open(name) as file:
            for piece in pieces(file):
                digest.update(piece)
                lines += piece.count(b"\n")
        table = name.removeprefix("tables/").removesuffix(".jsonl")
        if digest.hexdigest() != expected or manifest["rows"].get(table, lines) != lines:
            raise NotABackup(reason=f"« {name} » n’est pas ce qui fut écrit")
        progress(number, len(digests))
    return manifest


def pieces(source: IO[bytes]) -> Iterator[bytes]:
    """What a file holds, piece by piece."""
    while piece := source.read(PIECE):
        yield piece


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """A backup to be read. Raises `NotABackup` for what is none, or is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError) as error:
        raise NotABackup(reason=str(error)) from error


def document_names(archive: zipfile.ZipFile) -> list[str]:
    """The parts of a backup that are documents."""
    return [name for name in archive.namelist() if name.startswith(DOCUMENTS) and not name.endswith("/")]


def saved_case(path: Path, case_id: UUID) -> Saved:
    """What a backup holds of where a project stood: the length of its history, its instances' markings.

    Raises `NotABackup`.
    """
    with opened(path) as archive:
        found = [row for row in read_rows(archive, table_of(Instance)) if row["case_id"] == case_id]
    length = max((row["history_length"] for row in found), default=0)
    return Saved(length, {row["id"]: row["marking"] for row in found})
