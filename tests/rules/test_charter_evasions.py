"""Ways round the charter that a drawing leaves in place what it is looked for by, and changes what is run."""

from __future__ import annotations

import pytest
from lxml import etree

from engine import installing
from engine.registry import checks
from tests.rules.editing import ALIZE, BPMN, Edit, edited, named, on

PATIENCE = 20.0  # Much above what a proof takes: tests may share a slow machine.


def counted_otherwise(where: str) -> Edit:
    """The engine reads the day that a timer counts from where it stands nearest to the duration."""

    def change(root: etree._Element) -> None:
        part = next(named(root, "minimum_duration").iter(f"{{{BPMN}}}{where}"))
        part.set(f"{{{ALIZE}}}from", "conditions_due_on")

    return on("project", change)


def foreign(process: str, element: str, tag: str) -> Edit:
    """What the engine reads is put into another vendor's namespace, where it does not."""

    def change(root: etree._Element) -> None:
        next(named(root, element).iter(f"{{{BPMN}}}{tag}")).tag = f"{{urn:another-vendor}}{tag}"

    return on(process, change)


def set_aside(process: str, element: str, beside: str) -> Edit:
    """An element is put among what other vendors write, where the engine looks for none."""

    def change(root: etree._Element) -> None:
        extensions = etree.SubElement(named(root, beside), f"{{{BPMN}}}extensionElements")
        extensions.append(named(root, element))

    return on(process, change)


EVASIONS: dict[str, tuple[tuple[Edit, ...], str]] = {
    "the months count from another day, said beside the duration": (
        (counted_otherwise("timeDuration"),), "CHARTER_MINIMUM_DURATION"),
    "the months count from another day, said beside the timer": (
        (counted_otherwise("timerEventDefinition"),), "CHARTER_MINIMUM_DURATION"),
    "all signatories are asked in a language that the engine does not read": (
        (foreign("convention_signature", "sign_agreement", "multiInstanceLoopCharacteristics"),),
        "MISPLACED_ELEMENT"),
    "the months are waited for in a language that the engine does not read": (
        (foreign("project", "minimum_duration", "timerEventDefinition"),), "MISPLACED_ELEMENT"),
    "an arrow is drawn where the engine does not look": (
        (set_aside("closure", "closure_gateway__to_review", beside="sign_closure"),), "MISPLACED_ELEMENT"),
}  # fmt: skip


def judged(edits: tuple[Edit, ...]) -> checks.Report:
    return checks.check_version(edited(*edits), installing.known(), seconds=PATIENCE)


@pytest.mark.parametrize("name", EVASIONS)
def test_what_goes_round_the_charter_is_refused(name):
    edits, code = EVASIONS[name]

    report = judged(edits)

    assert code in {problem.code for problem in report.problems}
    assert report.verdict == checks.Verdict.REFUSED
