"""Migrations are one line of numbered steps."""

from __future__ import annotations

import ast
import re

from tests.architecture import tree

FOLDER = "engine/persistence/migrations/versions"


def steps() -> list[tuple[str, str, str | None]]:
    """Each migration's file name, revision and predecessor, in the order of the file names."""
    found = []
    for module in tree.modules(FOLDER):
        if module.is_package:
            continue
        values = {
            target.id: node.value.value
            for node in module.syntax.body
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        found.append((module.path.rpartition("/")[2], values.get("revision"), values.get("down_revision")))
    return sorted(found)


def test_there_is_a_first_migration():
    assert steps(), "Write the first one: make migration m='lay down the tables'"


def test_migrations_are_numbered_without_a_gap():
    numbers = [re.match(r"(\d{4})_[a-z0-9_]+\.py$", name) for name, _, _ in steps()]

    assert all(numbers), f"Name each file NNNN_what_changes.py: {[name for name, _, _ in steps()]}"
    assert [int(number.group(1)) for number in numbers if number] == list(range(1, len(numbers) + 1))


def test_each_migration_follows_the_one_before():
    revisions = [revision for _, revision, _ in steps()]

    assert [previous for _, _, previous in steps()] == [None, *revisions][: len(revisions)], (
        "Two migrations follow the same one, or one is missing: number the newer after the other."
    )
