"""A diagram under the hand of somebody who edits it; what and where is drawn by lot."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.registry import library
from tests.rules.editing import ALIZE, BPMN, flows, named

Element = etree._Element
# The processes that a project goes through, and the ladder beside it.
PROJECT = (
    "project", "engagement", "appraisal", "complementary", "decision", "completion", "agreement",
    "convention_signature", "accompaniment", "follow_up", "report", "closure", "late_report",
)  # fmt: skip
ACTIVITIES = ("userTask", "serviceTask", "callActivity", "subProcess", "intermediateCatchEvent")
GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway")
# A yes or no that means nothing where it is asked, in a project and in a ladder.
FREE_CHOICE, FREE_CHOICE_OF_LADDER = "intervention_requested", "ladder_paused"


class NoPlace(Exception):
    """This file has nothing that this edit could change."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """An edited reference: by which operator, of which process, around what."""

    operator: str
    process: str
    about: str
    files: Mapping[str, bytes]

    def __str__(self) -> str:
        return f"{self.operator} ({self.process}: {self.about})"


@dataclass(slots=True)
class Sheet:
    """One file being edited, and the dice that say where."""

    root: Element
    dice: random.Random

    @property
    def free_choice(self) -> str:
        """A yes or no that is known here."""
        is_ladder = self.root.find(f"{{{BPMN}}}process[@id='late_report']") is not None
        return FREE_CHOICE_OF_LADDER if is_ladder else FREE_CHOICE

    def one(self, *tags: str, where: Callable[[Element], bool] = lambda _each: True) -> Element:
        """One element of these kinds. Raises `NoPlace`."""
        found = [
            each for each in self.root.iter(*(f"{{{BPMN}}}{tag}" for tag in tags))
            if each.get("id") and where(each)
        ]  # fmt: skip
        if not found:
            raise NoPlace
        return self.dice.choice(found)

    def leaving(self, element: Element) -> list[Element]:
        """The arrows that leave an element."""
        return [flow for flow in flows(self.root) if flow.get("sourceRef") == element.get("id")]

    def entering(self, element: Element) -> list[Element]:
        """The arrows that lead to an element."""
        return [flow for flow in flows(self.root) if flow.get("targetRef") == element.get("id")]

    def is_on_a_line(self, element: Element) -> bool:
        """Whether an element has one way in and one way out."""
        return len(self.leaving(element)) == 1 and len(self.entering(element)) >= 1

    def step_on_a_line(self) -> Element:
        """An activity with one way out. Raises `NoPlace`."""
        return self.one(*ACTIVITIES, where=self.is_on_a_line)

    def add(self, beside: Element, tag: str, identifier: str, **values: str) -> Element:
        """Add an element where another stands."""
        added = etree.SubElement(scope_of(beside), f"{{{BPMN}}}{tag}", id=identifier)
        for key, value in values.items():
            added.set(key if key in ("name", "calledElement", "default") else f"{{{ALIZE}}}{key}", value)
        return added

    def draw(self, source: Element, target: Element, *, when: str | None = None) -> Element:
        """Draw an arrow."""
        number = len(flows(self.root))
        arrow = etree.SubElement(
            scope_of(source), f"{{{BPMN}}}sequenceFlow", id=f"drawn_{number}",
            sourceRef=source.get("id"), targetRef=target.get("id"),
        )  # fmt: skip
        if when:
            etree.SubElement(arrow, f"{{{BPMN}}}conditionExpression").text = when
        return arrow

    def lead(self, arrow: Element, target: Element) -> None:
        """Have an arrow lead elsewhere."""
        arrow.set("targetRef", target.get("id", ""))

    def target(self, arrow: Element) -> Element:
        """Where an arrow leads."""
        return named(self.root, arrow.get("targetRef", ""))

    def source(self, arrow: Element) -> Element:
        """Where an arrow comes from."""
        return named(self.root, arrow.get("sourceRef", ""))

    def boundaries(self, element: Element) -> list[Element]:
        """The events on an element's edge."""
        return [each for each in self.root.iter(f"{{{BPMN}}}boundaryEvent")
                if each.get("attachedToRef") == element.get("id")]  # fmt: skip


Operator = Callable[[Sheet], str]


def scope_of(element: Element) -> Element:
    """The process or subprocess in which an element stands."""
    scope = element.getparent()
    assert scope is not None
    return scope


def kind_of(element: Element) -> str:
    """The BPMN kind of an element."""
    return etree.QName(element).localname


def ours(name: str) -> str:
    """An attribute of our namespace."""
    return f"{{{ALIZE}}}{name}"


def mutant(dice: random.Random, operators: Mapping[str, Operator]) -> Mutant:
    """Draw an operator, a process and a place, until there is one."""
    while True:
        name, process = dice.choice(sorted(operators)), dice.choice(PROJECT)
        files = library.reference()
        try:
            return edited(files, f"{process}.bpmn", name, operators[name], dice)
        except NoPlace:
            continue


def mutant_of(files: Mapping[str, bytes], dice: random.Random, operators: Mapping[str, Operator]) -> Mutant:
    """Draw an operator, a file and a place in files that are not the reference's."""
    while True:
        name, file = dice.choice(sorted(operators)), dice.choice(sorted(files))
        try:
            return edited(files, file, name, operators[name], dice)
        except NoPlace:
            continue


def edited(
    files: Mapping[str, bytes], file: str, name: str, operator: Operator, dice: random.Random
) -> Mutant:
    """Edit one of some files. Raises `NoPlace`."""
    root = etree.fromstring(files[file])
    about = operator(Sheet(root, dice))
    tidy(root)
    return Mutant(name, file.removesuffix(".bpmn"), about, {**files, file: etree.tostring(root)})


def tidy(root: Element) -> None:
    """Forget what each element says of its arrows: the arrows say it."""
    for each in list(root.iter(f"{{{BPMN}}}incoming", f"{{{BPMN}}}outgoing")):
        scope_of(each).remove(each)
