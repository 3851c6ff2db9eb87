"""Modules are small, say what they are for, and are named after things."""

from __future__ import annotations

import ast
import re

from tests.architecture import tree

LONGEST_MODULE = 400
LONGEST_FUNCTION = 40

# Words that say nothing about what is inside.
EMPTY_WORDS = {"common", "helper", "helpers", "info", "manager", "managers", "misc", "util", "utils"}
# Words of a layer that does not exist here; « service task » is BPMN's own name.
LAYER_WORDS = {"handler", "handlers", "service", "services"}
EMPTY_NAMES = {"data", "process"}

# What Alembic writes is a list, as long as there are columns: it is cut into modules, not into functions.
GENERATED = "/persistence/migrations/"

# The hard packages may go on with a page of prose, after the one line.
WITH_PROSE = ("engine/runtime/", "engine/persistence/")


def test_every_module_says_in_one_line_what_one_comes_for():
    problems = []
    for module in tree.modules(*tree.PACKAGES, "workflows", "tests"):
        if not module.text and module.path.startswith("tests/"):
            continue
        lines = (ast.get_docstring(module.syntax) or "").splitlines()
        if not lines:
            problems.append(f"{module.path}: none")
        elif not lines[0].endswith("."):
            problems.append(f"{module.path}: the first line does not end with a period: {lines[0]!r}")
        elif len(lines) > 1 and not module.is_package and not module.path.startswith(WITH_PROSE):
            problems.append(f"{module.path}: {len(lines)} lines")

    assert not problems, tree.listing(
        problems, "Open the module with a docstring of one line: what do I come here for?"
    )


def test_no_module_is_longer_than_a_reader_can_hold():
    problems = [
        f"{module.path}: {length} lines"
        for module in tree.modules(*tree.PACKAGES, "workflows", "tests")
        if (length := len(module.text.splitlines())) > LONGEST_MODULE
    ]

    assert not problems, tree.listing(
        problems, f"Split these modules by subject: {LONGEST_MODULE} lines is the limit."
    )


def test_no_function_is_longer_than_a_screen():
    problems = [
        f"{module.path}:{function.lineno} {function.name}: {length} lines"
        for module in tree.modules()
        if GENERATED not in module.path
        for function in module.functions()
        if (length := length_without_docstring(function)) > LONGEST_FUNCTION
    ]

    assert not problems, tree.listing(
        problems,
        f"Turn these functions into named steps: {LONGEST_FUNCTION} lines is the limit, docstring apart.",
    )


def length_without_docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function, decorators and docstring not counted."""
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is not None:
        length -= (first.end_lineno or first.lineno) - first.lineno + 1
    return length


def test_names_say_what_is_inside():
    problems = [
        f"{place}: {name}"
        for module in tree.modules()
        for place, name in names_of(module)
        if says_nothing(name)
    ]

    assert not problems, tree.listing(
        problems, "Name it after the thing it is or the act it does (words of docs/glossary.md)."
    )


def names_of(module: tree.Module) -> list[tuple[str, str]]:
    """The module's own name, and those of its classes and functions, with their places."""
    found = [(module.path, part.removesuffix(".py")) for part in module.path.split("/")[1:]]
    for node in ast.walk(module.syntax):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found += [(f"{module.path}:{node.lineno}", node.name)]
    return found


def says_nothing(name: str) -> bool:
    """Whether a name holds one of the empty words."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_").split("_")
    layer = any(
        word in LAYER_WORDS and words[place + 1 : place + 2] != ["task"] for place, word in enumerate(words)
    )
    return layer or bool(EMPTY_WORDS & set(words)) or name in EMPTY_NAMES


def test_only_the_command_line_prints():
    problems = [
        f"{module.path}:{call.lineno}"
        for module in tree.modules()
        if not module.path.startswith("web/cli/")
        for name, call in module.calls()
        if name in {"print", "pprint.pprint"}
    ]

    assert not problems, tree.listing(problems, "Log an event, or return what the command is to print.")


def test_nothing_is_left_for_later_in_the_code():
    words = re.compile(r"\b(TODO|FIXME|XXX|HACK|raise NotImplementedError)\b")
    problems = [
        f"{module.path}:{number} {line.strip()}"
        for module in tree.modules(*tree.PACKAGES, "workflows")
        for number, line in enumerate(module.text.splitlines(), start=1)
        if words.search(line)
    ]

    assert not problems, tree.listing(problems, "Finish it, or write one line in docs/status.md.")
