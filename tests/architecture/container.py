"""Read a Dockerfile and play its steps in a folder, where no container engine is at hand."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.architecture import tree

# What belongs to the machine inside an image, and nothing of ours: read, not played.
MACHINE_COMMANDS = {"useradd"}


@dataclass(frozen=True)
class Step:
    """One instruction of a Dockerfile: its word, and the rest."""

    word: str
    rest: str


@dataclass
class Stage:
    """One image of a Dockerfile, from its FROM to the next."""

    base: str
    name: str
    steps: list[Step] = field(default_factory=list)

    def all(self, word: str) -> list[str]:
        """What follows each instruction of this kind."""
        return [step.rest for step in self.steps if step.word == word]


def stages(text: str) -> list[Stage]:
    """The images of a Dockerfile, in order."""
    found: list[Stage] = []
    without_comments = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in re.sub(r"\\\n", " ", without_comments).splitlines():
        word, _, rest = line.strip().partition(" ")
        if word == "FROM":
            base, _, name = rest.partition(" AS ")
            found.append(Stage(base, name))
        elif word:
            found[-1].steps.append(Step(word, " ".join(rest.split())))
    return found


def copied(rest: str) -> tuple[str, list[str], str]:
    """A COPY's stage of origin (empty: the project), its sources and its destination."""
    words = shlex.split(rest)
    origin = next((word.removeprefix("--from=") for word in words if word.startswith("--from=")), "")
    paths = [word for word in words if not word.startswith("--")]
    return origin, paths[:-1], paths[-1]


def play(all_stages: list[Stage], folder: Path) -> dict[str, Path]:
    """Play every stage in its own folder under `folder` and return these, by stage name.

    The image's Python is a fresh virtual environment at its `/usr/local`; paths of commands that
    begin at the image's root are moved into the stage's folder.
    """
    roots: dict[str, Path] = {}
    for stage in all_stages:
        root = roots[stage.name] = folder / (stage.name or "final")
        subprocess.run([sys.executable, "-m", "venv", root / "usr/local"], check=True)
        place = root
        for step in stage.steps:
            if step.word == "WORKDIR":
                place = inside(root, step.rest)
                place.mkdir(parents=True, exist_ok=True)
            elif step.word == "COPY":
                copy(step.rest, roots, place)
            elif step.word == "RUN":
                run(step.rest, root, place)
    return roots


def copy(rest: str, roots: dict[str, Path], place: Path) -> None:
    """Copy as COPY does; of the project, only what is committed or built."""
    origin, sources, destination = copied(rest)
    root = next(reversed(roots.values()))
    for source in sources:
        start = inside(roots[origin], source) if origin else tree.ROOT / source
        to_folder = destination.endswith("/")
        end = inside(root, destination) if destination.startswith("/") else place / destination
        end = end / start.name if to_folder else end
        end.parent.mkdir(parents=True, exist_ok=True)
        if start.is_dir():
            ignored = shutil.ignore_patterns("node_modules", "__pycache__", "dist")
            shutil.copytree(start, end, dirs_exist_ok=True, symlinks=True, ignore=None if origin else ignored)
        else:
            shutil.copy2(start, end)


def run(command: str, root: Path, place: Path) -> None:
    """Run one RUN, its absolute paths moved under the stage's folder.

    Raises `AssertionError` with its output when it fails.
    """
    if shlex.split(command)[0] in MACHINE_COMMANDS:
        return
    moved = re.sub(r"(?<![\w.])/(opt|usr/local)/?", lambda found: f"{root}/{found.group(1)}/", command)
    path = f"{root}/usr/local/bin:{os.environ['PATH']}"
    result = subprocess.run(
        ["/bin/sh", "-c", moved],
        cwd=place,
        env={**os.environ, "PATH": path, "NODE_FROM_WHEEL": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}{result.stderr}"


def inside(root: Path, path: str) -> Path:
    """A path of the image, moved into the stage's folder."""
    return root / path.lstrip("/")
