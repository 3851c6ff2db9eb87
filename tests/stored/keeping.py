"""Read what a release left: its diagrams and the basins’, instances at every kind of rest, an installation."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
DIAGRAMS, INSTANCES = "diagrams.json.xz", "instances.jsonl.xz"
VARIANTS = "variants"
DATABASE, ABOUT = "alize.db.xz", "alize.json"


@dataclass(frozen=True)
class Kept:
    """An instance as a release saved it: where it rests, when, its state and its marking."""

    process: str
    rests: tuple[str, ...]
    now: datetime
    state: str
    marking: str
    is_suspended: bool = False

    @property
    def name(self) -> str:
        """What a failing test is known by."""
        return f"{self.process}: {', '.join(self.rests)}"[:100]


def releases() -> list[str]:
    """The releases that left something here, the oldest first."""
    found = (path.name for path in FOLDER.iterdir() if (path / INSTANCES).exists())
    return sorted(found, key=lambda name: tuple(map(int, name.split("."))))


def basins(release: str) -> list[str]:
    """The basins whose variants a release shipped."""
    return sorted(path.name for path in (FOLDER / release / VARIANTS).glob("*"))


def folder_of(release: str, basin: str = "") -> Path:
    """Where the reference of a release is kept, or what a basin made of it."""
    return FOLDER / release / VARIANTS / basin if basin else FOLDER / release


def diagrams(release: str, basin: str = "") -> dict[str, bytes]:
    """The diagrams that a release shipped: the reference, or a basin’s."""
    kept = json.loads(lzma.decompress((folder_of(release, basin) / DIAGRAMS).read_bytes()))
    own = {name: text.encode() for name, text in kept.items()}
    return diagrams(release) | own if basin else own


def instances(release: str, basin: str = "") -> Iterator[Kept]:
    """The instances that a release saved, on the reference or on a basin’s variant."""
    content = (folder_of(release, basin) / INSTANCES).read_bytes()
    for line in lzma.decompress(content).decode().splitlines():
        row = json.loads(line)
        yield Kept(**row | {"now": datetime.fromisoformat(row["now"]), "rests": tuple(row["rests"])})


def put_database(release: str, file: Path) -> dict[str, Any]:
    """Write the installation of a release to a file; who is who in it, and what time it was."""
    file.write_bytes(lzma.decompress((FOLDER / release / DATABASE).read_bytes()))
    about: dict[str, Any] = json.loads((FOLDER / release / ABOUT).read_text(encoding="utf-8"))
    return about


def keep_diagrams(folder: Path, files: dict[str, bytes]) -> None:
    """Write the diagrams of a release."""
    content = json.dumps({name: text.decode() for name, text in sorted(files.items())})
    (folder / DIAGRAMS).write_bytes(lzma.compress(content.encode(), preset=9))


def keep_instances(folder: Path, kept: list[Kept]) -> None:
    """Write the instances of a release, one a line."""
    rows = (asdict(each) | {"now": each.now.isoformat()} for each in kept)
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / INSTANCES).write_bytes(lzma.compress(content.encode(), preset=9))


def keep_database(folder: Path, file: Path, about: dict[str, Any]) -> None:
    """Write the installation of a release."""
    (folder / DATABASE).write_bytes(lzma.compress(file.read_bytes(), preset=9))
    (folder / ABOUT).write_text(json.dumps(about, indent=1, sort_keys=True) + "\n", encoding="utf-8")
