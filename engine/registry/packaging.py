"""A basin's process as one file to keep, send and bring back: the layout of `workflows/basins`, zipped."""

from __future__ import annotations

import dataclasses
import io
import re
import stat
import tomllib
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine import errors
from engine.i18n import mark as _
from engine.registry import changes, library, parameters, reading, tables
from engine.registry.library import BasinFolder

LARGEST_ARCHIVE = 5_000_000
LARGEST_CONTENT = 20_000_000
LARGEST_TABLE = 200_000
MOST_ENTRIES = 120
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 60
DRAWN = re.compile(r"[a-z][a-z0-9_]{0,59}\.bpmn")
RESULT = "diagrams"  # Where the diagrams stand as they run: to look at, never read back.
PARAMETERS, OVERLAY = "parameters.toml", "overlay.toml"
# What computers add to an archive by themselves.
LITTER = re.compile(r"(?:__MACOSX/.*|(?:.*/)?(?:\.DS_Store|Thumbs\.db))")
# Whatever else compresses unfolds as much as it likes before one may look.
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # The same content gives the same file, whenever it is written.
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
)


class BadArchive(errors.Conflict):
    """Ce fichier ne peut pas être repris : {why}"""  # noqa: D400 — the reason ends the sentence.


class NothingToPublish(errors.Conflict):
    """Aucun diagramme (.bpmn) n’est à publier ici : un dossier se présente comme « workflows/reference »."""


class NoParameters(errors.Conflict):
    """Ce dossier n’a pas de « parameters.toml » : il se présente comme ceux de « workflows/basins »."""


def diagrams_at(folder: Path) -> dict[str, bytes]:
    """Read the diagrams of a folder, as those of the reference are. Raises `NothingToPublish`."""
    files = library.diagrams_in(folder) if folder.is_dir() else {}
    if not files:
        raise NothingToPublish
    return files


def folder_at(path: Path, slug: str) -> BasinFolder:
    """Read a basin's folder, or its zip, for the basin of that name.

    Raises `NoParameters`, and what `unpack` or `library.basin_in` raise.
    """
    if path.is_file():
        with path.open("rb") as file:
            sent = unpack(file.read(LARGEST_ARCHIVE + 1))
        return dataclasses.replace(sent, slug=slug)
    if not path.joinpath(PARAMETERS).is_file():
        raise NoParameters
    return library.basin_in(path, slug)


def pack(folder: BasinFolder, diagrams: Mapping[str, bytes]) -> bytes:
    """Give a basin's folder as a zip: its parameters, its changes, what it drew, what comes of it."""
    contents = {
        PARAMETERS: tables.of_parameters(folder.parameters).encode("utf-8"),
        OVERLAY: tables.of_changes(folder.changes).encode("utf-8"),
        **folder.drawn,
        **{f"{RESULT}/{name}": content for name, content in diagrams.items()},
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(contents):
            archive.writestr(zipfile.ZipInfo(f"{folder.slug}/{name}", LONG_AGO), contents[name],
                             zipfile.ZIP_DEFLATED)  # fmt: skip
    return written.getvalue()


def unpack(content: bytes) -> BasinFolder:
    """Read a zip that somebody sent as a basin's folder: judged as any folder is, and nothing is written.

    The diagrams as they ran are left aside: what is published is made anew from the rest. Raises
    `BadArchive`, `parameters.InvalidParameters`, `changes.InvalidChanges`.
    """
    slug, files = unzipped(content)
    drawn = {name: text for name, text in files.items() if name.endswith(library.DIAGRAM)}
    if PARAMETERS not in files:
        raise BadArchive(why=_("il n’a pas de « parameters.toml »."))
    for name, text in drawn.items():
        require_diagram(name, text)
    overlay = table_of(OVERLAY, files[OVERLAY]) if OVERLAY in files else {}
    return BasinFolder(
        slug=slug,
        parameters=parameters.read(table_of(PARAMETERS, files[PARAMETERS])),
        changes=changes.read(overlay, drawn),
        drawn=drawn,
    )


def require_diagram(name: str, content: bytes) -> None:
    """Refuse a drawn file that cannot be read safely, or stored. Raises `BadArchive`."""
    try:
        reading.read(content, name)
        content.decode("utf-8")
    except reading.Unreadable as problem:
        raise BadArchive(why=f"{name} : {problem.problem.message()}") from problem
    except UnicodeDecodeError as problem:
        raise BadArchive(why=_("« {name} » n’est pas écrit en UTF-8.").format(name=name)) from problem


def table_of(name: str, content: bytes) -> Mapping[str, Any]:
    """Read a table. Raises `BadArchive`."""
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise BadArchive(why=_("« {name} » n’est pas du TOML lisible.").format(name=name)) from problem


def unzipped(content: bytes) -> tuple[str, dict[str, bytes]]:
    """Give the folder's name and its files, each within its limits. Raises `BadArchive`."""
    if len(content) > LARGEST_ARCHIVE:
        raise BadArchive(why=_("il dépasse {limit} Mo.").format(limit=LARGEST_ARCHIVE // 1_000_000))
    slugs: set[str] = set()
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in entries(archive):
                slug, name = placed(info)
                slugs.add(slug)
                if name in files:
                    raise BadArchive(why=_("« {name} » s’y trouve deux fois.").format(name=name))
                files[name] = content_of(archive, info)
                if sum(map(len, files.values())) > LARGEST_CONTENT:
                    raise BadArchive(why=_("son contenu est trop grand."))
    except UNREADABLE as problem:
        raise BadArchive(why=_("ce n’est pas une archive zip lisible.")) from problem
    if len(slugs) != 1:
        raise BadArchive(why=_("il doit contenir un seul dossier, celui du bassin."))
    return slugs.pop(), {name: text for name, text in files.items() if not name.startswith(f"{RESULT}/")}


def entries(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """Give the files of an archive, what computers add left out. Raises `BadArchive`."""
    found = archive.infolist()
    if len(found) > MOST_ENTRIES:
        raise BadArchive(why=_("il contient plus de {most} fichiers.").format(most=MOST_ENTRIES))
    for info in found:
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or info.flag_bits & 1:
            raise BadArchive(why=_("il contient autre chose que des fichiers lisibles."))
        if info.compress_type not in METHODS:
            raise BadArchive(why=_("il est compressé d’une manière inhabituelle : faites un zip ordinaire."))
        if not info.is_dir() and not LITTER.fullmatch(info.filename):
            yield info


def placed(info: zipfile.ZipInfo) -> tuple[str, str]:
    """Give the folder a file is in, and its name there. Raises `BadArchive` for any other place."""
    slug, _slash, name = info.filename.partition("/")
    drawn = name.removeprefix(f"{RESULT}/")
    is_known = name in (PARAMETERS, OVERLAY) or DRAWN.fullmatch(drawn)
    if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG or not is_known:
        shown = info.filename[:80] if info.filename.isprintable() else "?"
        raise BadArchive(why=_("« {name} » n’est pas un fichier d’un bassin.").format(name=shown))
    return slug, name


def content_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Read one file, whatever size it pretends to have. Raises `BadArchive`."""
    most = reading.LARGEST_FILE if info.filename.endswith(library.DIAGRAM) else LARGEST_TABLE
    with archive.open(info) as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise BadArchive(why=_("« {name} » est trop grand.").format(name=info.filename))
    return content
