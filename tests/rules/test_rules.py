"""Every modelling rule accepts its valid examples and refuses its invalid ones, at the right element."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.registry import checks, library, overlay, reading, rules
from engine.registry.charter import articles
from engine.registry.context import Context
from engine.registry.normalising import normalised
from engine.registry.problems import Level
from engine.registry.rules import Rule
from engine.registry.soundness import proving
from engine.registry.variables import Kind, Variable
from engine.spiff import parser

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent
EXPECTED = re.compile(rb"<!-- expects: (.+?) -->")
CONTEXT = Context(
    forms=frozenset({"report_form"}),
    operations=frozenset({"projects.record", "escalation.start"}),
    roles=frozenset({"operator", "chair", "mandatary", "signatory"}),
    routing=frozenset({"approved", "refused", "outcome", "signatory_count", "effective_on", "report_due_on"}),
    parameters=frozenset({"follow_up.minimum"}),
    variables={
        "approved": Variable(Kind.YES_NO),
        "refused": Variable(Kind.YES_NO),
        "outcome": Variable(Kind.WORD, frozenset({"approved", "refused"})),
        "signatory_count": Variable(Kind.NUMBER),
        "effective_on": Variable(Kind.DAY),
        "report_due_on": Variable(Kind.DAY),
    },
    reference={"p": frozenset({"s", "e", "c"})},
    dates=frozenset({("report_due_on", "projects.record"), ("effective_on", "p"), ("report_due_on", "p")}),
)
PROFILE = Context(profile_only=True)
BY_NAME = {rule.name: rule for rule in rules.RULES}


def examples(kind: str) -> list[Path]:
    return sorted(path for path in FOLDER.glob(f"*/{kind}*.bpmn") if path.parent.name != "hostile")


def identified(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


def rule_of(path: Path) -> Rule:
    return BY_NAME[path.parent.name]


@pytest.mark.parametrize("path", examples("valid"), ids=identified)
def test_rule_accepts_its_valid_example_and_so_does_every_other_rule(path):
    report = checks.check(path.read_bytes(), filename=path.name, context=CONTEXT)

    assert [problem.message() for problem in report.problems] == []
    assert report.verdict == checks.Verdict.ACCEPTED


@pytest.mark.parametrize("path", examples("valid"), ids=identified)
def test_what_the_rules_accept_the_engine_can_read(path):
    content = overlay.substituted(path.read_bytes(), {"follow_up.minimum": "P18M"})
    files = {"p.bpmn": normalised(content)}

    assert parser.parse(files, "p").process == "p"


@pytest.mark.parametrize("path", examples("invalid"), ids=identified)
def test_rule_refuses_its_invalid_example_at_the_element_to_blame(path):
    content, rule = path.read_bytes(), rule_of(path)
    expected = EXPECTED.search(content)

    report = checks.check(content, filename=path.name, context=CONTEXT)

    found = [problem for problem in report.problems if problem.code == rule.code]
    assert found, f"{rule.code} expected, found {[problem.code for problem in report.problems]}"
    assert all(problem.level is rule.level for problem in found)
    assert all(problem.message() for problem in found)
    if expected:
        assert expected[1].decode() in {element for problem in found for element in problem.elements}
    assert report.levels[rule.level] == checks.Answer.REFUSED
    assert report.verdict == checks.Verdict.REFUSED


def test_every_rule_has_its_folder_of_examples_and_every_folder_its_rule():
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir() and not path.name.startswith("_")}

    assert folders - {"hostile"} == set(BY_NAME)
    for name in BY_NAME:
        assert list((FOLDER / name).glob("valid*.bpmn")), f"write tests/rules/{name}/valid.bpmn"
        assert list((FOLDER / name).glob("invalid*.bpmn")), f"write tests/rules/{name}/invalid.bpmn"


def test_every_rule_file_is_listed_and_codes_are_unique():
    files = {path.stem for path in (ROOT / "engine" / "registry" / "rules").glob("*.py")} - {"__init__"}

    assert files == set(BY_NAME), "list the rule in engine/registry/rules/__init__.py"
    assert len({rule.code for rule in rules.RULES}) == len(rules.RULES)


def test_every_code_has_its_heading_in_the_documentation():
    headings = set(
        re.findall(r"^### `([A-Z_]+)`", (ROOT / "docs" / "rules.md").read_text("utf-8"), re.MULTILINE)
    )

    codes = {rule.code for rule in rules.RULES} | set(reading.MESSAGES) | set(proving.Code)
    codes |= {article.code for article in articles.charter().articles} | {checks.MISSING_PROCESS}
    assert headings == codes, "docs/rules.md has one heading per code, and no other"


def test_profile_asks_for_nothing_about_the_programme():
    content = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"><process id="p"
      isExecutable="true"><startEvent id="s"/><sequenceFlow sourceRef="s" targetRef="t"/><userTask id="t"/>
      <sequenceFlow sourceRef="t" targetRef="e"/><endEvent id="e"/></process></definitions>"""

    asked = checks.check(content, filename="any.bpmn", context=PROFILE)
    whole = checks.check(content, filename="any.bpmn", context=CONTEXT)

    assert asked.verdict == checks.Verdict.ACCEPTED
    assert asked.levels[Level.HOUSE] == checks.Answer.NOT_ASKED
    assert {problem.level for problem in whole.problems} == {Level.HOUSE}


@pytest.mark.parametrize("name", sorted(library.reference()))
def test_the_reference_keeps_its_own_rules(name):
    files = library.reference()
    context = Context(files=files)

    report = checks.check(files[name], filename=name, context=context)

    assert [(problem.code, problem.elements) for problem in report.problems] == []
