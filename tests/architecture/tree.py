"""The source tree as the architecture tests read it: files, modules and their syntax."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("engine", "forms", "web")


@dataclass(frozen=True)
class Module:
    """One Python file of ours."""

    path: str  # from the root, with slashes

    @cached_property
    def text(self) -> str:
        """The source."""
        return (ROOT / self.path).read_text(encoding="utf-8")

    @cached_property
    def syntax(self) -> ast.Module:
        """The parsed source."""
        return ast.parse(self.text, filename=self.path)

    @property
    def is_package(self) -> bool:
        """Whether the file opens a package."""
        return self.path.endswith("__init__.py")

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method, nested ones included."""
        for node in ast.walk(self.syntax):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Every call, with the dotted name of what is called as far as it can be read."""
        for node in ast.walk(self.syntax):
            if isinstance(node, ast.Call):
                yield dotted(node.func), node


def dotted(node: ast.expr) -> str:
    """The dotted name of an expression: `datetime.datetime.now`; `?` for what is not a name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return "?"


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """The modules of these folders; of the three packages when none is named."""
    found = [
        path.relative_to(ROOT).as_posix()
        for folder in folders or PACKAGES
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "node_modules" not in path.parts
    ]
    return tuple(Module(path) for path in found)


@cache
def files() -> tuple[str, ...]:
    """Every file that is, or would be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(path for path in sorted(set(listed.stdout.splitlines())) if (ROOT / path).is_file())


@cache
def text_of(path: str) -> str | None:
    """A file's text, or None for a picture, a font or another binary file."""
    content = (ROOT / path).read_bytes()
    if b"\0" in content[:8000]:
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def listing(problems: list[str], advice: str) -> str:
    """The message of a failed test: what to do, then each place."""
    return "\n".join([advice, *(f"  {problem}" for problem in problems)])
