"""Ways round the charter that a drawing leaves in place what it is looked for by, and changes what is run."""

from __future__ import annotations

import pytest
from lxml import etree

from engine import installing
from engine.registry import checks
from tests.rules.editing import (
    ALIZE,
    BPMN,
    Edit,
    Files,
    drawn,
    edited,
    marked,
    named,
    on,
    redirected,
    renamed,
    said,
    written,
)

AFTER_A_DAY = (
    '<bpmn:boundaryEvent id="a_day" name="Un jour" attachedToRef="{host}"><bpmn:timerEventDefinition>'
    "<bpmn:timeDuration>P1D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    '<bpmn:sequenceFlow id="after_a_day" sourceRef="a_day" targetRef="{target}"/>'
)
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


def repeated(process: str, step: str, times: str) -> Edit:
    """A step is carried out as often as a number says."""
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics>"
        f"<bpmn:loopCardinality>{times}</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    return drawn(process, step, loop)


def gone(process: str) -> Edit:
    """A file is left out of the version."""

    def apply(files: Files) -> None:
        del files[f"{process}.bpmn"]

    return apply


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
    "the report is asked of as many as there may be": (
        (repeated("report", "follow_up_report", "signatory_count"),), "CHARTER_FOLLOW_UP"),
    "reports are called as often as a number says": (
        (repeated("follow_up", "report", "signatory_count"),), "CHARTER_FOLLOW_UP"),
    "all that follows the signature happens twice at once": (
        (repeated("project", "execution", "2"),), "CHARTER_ACCOMPANIMENT"),
    "the closure is signed by nobody, there being nobody": (
        (repeated("closure", "sign_closure", "signatory_count"),), "CHARTER_PERSONAL"),
    "a firm is labelled twice in one go": (
        (repeated("project", "label_firm", "2"),), "CHARTER_SIGNATURES"),
    "the ladder waits for a day long after the report's own": (
        (marked("report", "follow_up_report", due="follow_up_ends_on"),
         marked("report", "ladder_begins", due="follow_up_ends_on"),
         said("report", "ladder_begins", "timeDate", "follow_up_ends_on")), "CHARTER_ESCALATION"),
    "the project ends in a process that it calls": (
        (drawn("closure", "closure", '<bpmn:endEvent id="closed" name="Clos" alize:step="closed"/>'),
         redirected("closure", "closure_gateway__closure_signed_off", "closed"),
         marked("project", "closed", step=None)), "CHARTER_OUTCOME"),
    "support is a call of something else": (
        (written("project", "accompaniment", calledElement="completion"),), "CHARTER_ACCOMPANIMENT"),
    "a report is taken away before it is late, from outside": (
        (drawn("follow_up", "follow_up", AFTER_A_DAY.format(host="report", target="to_next_report")),),
        "CHARTER_ESCALATION"),
    "a rejection that hides what it is, unsigned": (
        (redirected("decision", "sign_off_gateway__to_session", "not_approved"),
         marked("decision", "not_approved", step=None)), "CHARTER_DECISION_SIGN_OFF"),
    "nobody can begin the ladder of reminders": ((gone("late_report"),), "MISSING_PROCESS"),
    "the project is known by another name": ((renamed("project", "project", "projet"),), "MISSING_PROCESS"),
}  # fmt: skip


def judged(edits: tuple[Edit, ...]) -> checks.Report:
    return checks.check_version(edited(*edits), installing.known(), seconds=PATIENCE)


@pytest.mark.parametrize("name", EVASIONS)
def test_what_goes_round_the_charter_is_refused(name):
    edits, code = EVASIONS[name]

    report = judged(edits)

    assert code in {problem.code for problem in report.problems}
    assert report.verdict == checks.Verdict.REFUSED
