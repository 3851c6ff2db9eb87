"""Write the two TOML files of a basin's folder, so that reading them gives the same again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from engine.registry import changes, parameters
from engine.registry.changes import Change
from engine.registry.parameters import Kind, Parameters


def of_parameters(about: Parameters) -> str:
    """Write `parameters.toml`: who the basin is, what it publishes, what it may change at once."""
    basin = {key: getattr(about, key) for key in ("name", "code", "zone", "territory", "charter_version")}
    lines = ["[basin]", *(entry(key, value) for key, value in basin.items())]
    for kind, values in ((Kind.PUBLISHED, about.published), (Kind.CURRENT, about.current)):
        lines += ["", f"[{kind.value}]"]
        lines += [
            entry(json.dumps(line.key), values[line.key])
            for line in parameters.TABLE
            if line.kind is kind and line.key in values
        ]
    return "\n".join(lines) + "\n"


def of_changes(made: Sequence[Change]) -> str:
    """Write `overlay.toml`: one table per change, in their order."""
    if not made:
        return "changes = []\n"
    return "\n".join(
        "\n".join(["[[changes]]", *(entry(key, value) for key, value in changes.as_mapping(change).items())])
        + "\n"
        for change in made
    )


def entry(key: str, value: Any) -> str:
    """Write one line of a table."""
    return f"{key} = {inline(value)}"


def inline(value: Any) -> str:
    """Write a value on one line; a TOML basic string is written as JSON's."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | date):
        return str(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(entry(key, each) for key, each in value.items()) + " }"
    return "[" + ", ".join(inline(each) for each in value) + "]"
