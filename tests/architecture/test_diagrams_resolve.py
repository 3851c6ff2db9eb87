"""What a diagram names exists, and what exists is named by a diagram or a page."""

from __future__ import annotations

import ast
from collections import defaultdict

import pytest
from lxml import etree

from tests.architecture import tree

ALIZE = "{https://alize.example/bpmn}"
# What the steps that basins add call: none is in the reference.
OF_BASINS = {"projects.record_basin_step"}


def named(attribute: str) -> dict[str, list[str]]:
    """The values of one of our attributes in the reference diagrams, with the steps that carry them."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((tree.ROOT / "workflows/reference").glob("*.bpmn")):
        for element in etree.parse(path).iter("*"):
            if value := element.get(f"{ALIZE}{attribute}"):
                found[value].append(f"{path.stem}.{element.get('id')}")
    return found


def words_in_code() -> set[str]:
    """Every string of the engine and the pages: what they name, they use."""
    return {
        node.value
        for module in tree.modules("engine", "web")
        for node in ast.walk(module.syntax)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_form_of_a_diagram_exists():
    from forms import catalogue

    unknown = {form: steps for form, steps in named("form").items() if form not in set(catalogue.keys())}

    assert not unknown, f"Add these forms to forms/, or correct the diagram: {unknown}"


def test_every_form_is_used():
    from forms import basin_steps, catalogue

    unused = sorted(set(catalogue.keys()) - set(named("form")) - words_in_code() - basin_steps.KEYS)

    assert not unused, f"No diagram and no page uses these forms: delete them, or name them. {unused}"


def test_every_operation_of_a_diagram_exists():
    from engine.operations import OPERATIONS

    unknown = {name: steps for name, steps in named("operation").items() if name not in OPERATIONS}

    assert not unknown, f"Add these to the table of engine/operations.py, or correct the diagram: {unknown}"


def test_every_operation_is_used():
    from engine.operations import OPERATIONS

    unused = sorted(set(OPERATIONS) - set(named("operation")) - OF_BASINS)

    assert not unused, f"No diagram calls these operations: delete them from engine/operations.py. {unused}"


def test_every_role_of_a_diagram_exists():
    from engine.people.models import Role

    known = {role.value for role in Role}
    unknown = {role: steps for role, steps in named("role").items() if role not in known}

    assert not unknown, f"Add these to engine/people/models.py::Role, or correct the diagram: {unknown}"


@pytest.mark.parametrize("attribute", ["form", "role", "due"])
def test_every_user_task_says_who_does_what_by_when(attribute):
    bpmn = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
    missing = [
        f"{path.stem}.{task.get('id')}"
        for path in sorted((tree.ROOT / "workflows/reference").glob("*.bpmn"))
        for task in etree.parse(path).iter(f"{bpmn}userTask")
        if not task.get(f"{ALIZE}{attribute}")
    ]

    assert not missing, f"Give alize:{attribute} to these user tasks: {missing}"
