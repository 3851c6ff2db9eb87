"""No toys: every parameter shown to a basin is read, every limit that a form asks for is supplied."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from engine.registry.parameters import TABLE

ROOT = Path(__file__).parents[2]
# In the diagrams themselves: `registry` writes them there when a version is published.
IN_DIAGRAMS = ROOT / "workflows" / "reference"


def texts_of(*folders: str, but: str = "") -> Iterator[str]:
    """Every string of the source files of some folders, and the fields of their classes."""
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            if path.relative_to(ROOT).as_posix() != but:
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                    if isinstance(node, ast.Constant) and isinstance(node.value, str):
                        yield node.value
                    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                        yield node.target.id


def asked_of_the_context() -> Iterator[str]:
    """The limits that forms ask for: as bounds, as switches, as conditions of a question."""
    for path in (ROOT / "forms").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "limits" and isinstance(node.value, ast.Tuple):
                yield from (each.value for each in node.value.elts if each.value)  # type: ignore[attr-defined]
            if isinstance(node, ast.keyword) and node.arg == "asked_if":
                yield node.value.value  # type: ignore[attr-defined]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                is_asked = node.func.attr in {"allows", "limit"} and isinstance(node.args[0], ast.Constant)
                if is_asked:
                    yield node.args[0].value  # type: ignore[attr-defined]


def is_read(key: str, texts: set[str]) -> bool:
    """Whether a key is written somewhere, whole or as `f"ladder.{rung}"` with the name of the rung."""
    group, _dot, name = key.partition(".")
    return key in texts or {f"{group}.", name} <= texts


def test_every_parameter_of_the_table_is_read_by_the_programme_or_by_a_diagram():
    diagrams = "".join(path.read_text(encoding="utf-8") for path in IN_DIAGRAMS.glob("*.bpmn"))
    read = set(texts_of("engine", "web", but="engine/registry/parameters.py"))
    toys = [line.key for line in TABLE if not is_read(line.key, read) and line.key not in diagrams]

    assert not toys, f"Shown to basins and read by nothing: {toys}"


def test_every_limit_that_a_form_asks_for_is_supplied():
    given = set(texts_of("engine", "web"))
    asked = set(asked_of_the_context()) - {""}

    assert len(asked) > 8
    assert not asked - given, f"Asked by forms and supplied by nobody: {sorted(asked - given)}"
