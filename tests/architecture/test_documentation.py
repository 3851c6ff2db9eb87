"""What an installer or a reader may rely on is written down."""

from __future__ import annotations

import ast
import dataclasses
import re

from engine.settings import Settings
from tests.architecture import tree
from tests.tiers import ON_DEMAND, TIERS

MAKE = {
    *("run", "test", "test-fast", "prove", "check", "bench", "screenshots"),
    *("migration", "translations", "diagrams", "lock", "clean"),
}

PACKAGES = ("engine/", "forms/", "web/", "workflows/")

# Engine packages whose names begin a kind of event: `projects.report.recorded`.
ENGINE_PACKAGES = sorted(
    path.name for path in (tree.ROOT / "engine").iterdir() if (path / "__init__.py").is_file()
)


def read(path: str) -> str:
    """The text of a document."""
    return (tree.ROOT / path).read_text(encoding="utf-8")


def test_every_setting_is_in_the_operators_page():
    page = read("docs/operations.md")
    missing = [
        name
        for field in dataclasses.fields(Settings)
        if f"| `{(name := f'ALIZE_{field.name.upper()}')}` |" not in page
    ]

    assert not missing, f"Add a line of the table « Environment » of docs/operations.md for: {missing}"


def test_the_operators_page_names_no_setting_that_is_gone():
    known = {f"ALIZE_{field.name.upper()}" for field in dataclasses.fields(Settings)}
    named = set(re.findall(r"^\| `(ALIZE_\w+)` \|", read("docs/operations.md"), re.MULTILINE))

    assert named <= known, f"Delete these lines of docs/operations.md: {sorted(named - known)}"


def test_every_command_is_in_the_operators_page():
    from web import cli

    missing = [name for name in cli.alize.commands if f"alize {name}" not in read("docs/operations.md")]

    assert not missing, f"Say in docs/operations.md what these commands are for: {missing}"


def test_make_offers_the_commands_of_the_contract():
    offered = set(re.findall(r"^([a-z-]+):[^#\n]*## ", read("Makefile"), re.MULTILINE))

    assert offered >= MAKE, f"Give these a target with a ## comment: {sorted(MAKE - offered)}"


def test_every_link_of_a_document_leads_somewhere():
    problems = [
        f"{path}: {target}"
        for path in tree.files()
        if path.endswith(".md")
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", read(path))
        if not ((tree.ROOT / path).parent / target).exists()
    ]

    assert not problems, tree.listing(problems, "Correct these links.")


def test_every_folder_of_tests_is_run_by_a_tier():
    known = {tier.name for tier in TIERS} | set(ON_DEMAND)
    folders = {
        path.split("/")[1]
        for path in tree.files()
        if path.startswith("tests/") and re.search(r"/.*/?test_[^/]*\.py$", path) and path.count("/") > 1
    }

    assert folders <= known, f"Add a Tier to tests/tiers.py for: {sorted(folders - known)}"


def test_every_event_is_in_the_list_of_events():
    kind = re.compile(rf"^({'|'.join(ENGINE_PACKAGES)})\.[a-z_]+\.[a-z_]+$")
    named = {
        node.value
        for module in tree.modules("engine", "web")
        for node in ast.walk(module.syntax)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and kind.match(node.value)
    }
    listed = set(re.findall(r"^\| `([\w.]+)` \|", read("docs/events.md"), re.MULTILINE))

    assert listed >= named, f"Say in docs/events.md what these events are: {sorted(named - listed)}"
    assert named >= listed, f"Nothing records these any more, take them out: {sorted(listed - named)}"


def test_every_rule_that_is_cited_is_explained():
    # `(R14)`, `(D9)`, or at the beginning of a docstring; never a colour, a cell or a part of a word.
    citation = re.compile(r"(?:(?<=\"{3})|(?<![\w#&'\"./-]))([DEFR]\d{1,2})(?![\w'\"-])")
    page = read("docs/programme.md")
    explained = set(re.findall(r"^\| ([DER]\d+) \|", page, re.MULTILINE))
    explained |= set(re.findall(r"F\d+", page.partition("\n## F: ")[2]))
    problems = [
        f"{path}: {rule}"
        for path in tree.files()
        if path.endswith((".py", ".md", ".bpmn")) and path.startswith(("docs/", *PACKAGES))
        for rule in sorted(set(citation.findall(read(path))) - explained)
    ]

    assert not problems, tree.listing(problems, "Say in docs/programme.md what these stand for.")


def test_every_name_of_the_glossary_is_in_the_code():
    rows = re.findall(r"^\|[^|]+\|[^|]+\|([^|]+)\|$", read("docs/glossary.md"), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([a-z_.]+)`", row)}
    code = "".join(module.text for module in tree.modules())
    missing = sorted(name for name in named if not re.search(rf"\b{re.escape(name)}\b", code))

    assert named
    assert not missing, f"Nothing is called so any more, correct docs/glossary.md: {missing}"
