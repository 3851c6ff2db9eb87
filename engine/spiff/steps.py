"""The steps of a diagram, as drawn: BPMN ids and the attributes of Alizé's namespace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from forms import extras
from forms.extras import Question

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ALIZE = "https://alize.example/bpmn"

KINDS = {
    "userTask": "user",
    "manualTask": "user",
    "task": "user",
    "serviceTask": "service",
    "callActivity": "call",
    "subProcess": "subprocess",
    "startEvent": "start",
    "endEvent": "end",
    "intermediateCatchEvent": "catch",
    "intermediateThrowEvent": "throw",
    "boundaryEvent": "boundary",
    "exclusiveGateway": "exclusive",
    "parallelGateway": "parallel",
    "inclusiveGateway": "inclusive",
    "eventBasedGateway": "events",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One element of a diagram: who does what there, with which form or operation.

    `process` is the process of the file, also for an element drawn inside an embedded subprocess;
    `questions` are those that the basin adds to the form; `entry` is the name under which a project that
    runs already may begin there (D15).
    """

    process: str
    id: str
    kind: str
    name: str
    documentation: str
    lane: str | None
    form: str | None
    role: str | None
    operation: str | None
    due: str | None
    personal: bool
    charter_step: str | None
    waits_for: str | None
    at_least: int
    many: bool
    called: str | None
    questions: tuple[Question, ...] = ()
    entry: str | None = None


def steps_of(process: etree._Element) -> Iterator[Step]:
    """Give every step of a process element, embedded subprocesses included.

    Raises `extras.InvalidQuestions`.
    """
    lanes = lanes_of(process)
    for element in process.iter(*(f"{{{BPMN}}}{tag}" for tag in KINDS)):
        identifier = element.get("id")
        if identifier:
            yield step_of(element, process=process.get("id", ""), lane=lanes.get(identifier))


def step_of(element: etree._Element, *, process: str, lane: str | None) -> Step:
    """Give one element as a step."""
    at_least = alize(element, "at_least") or "0"
    return Step(
        process=process,
        id=element.get("id", ""),
        kind=KINDS[etree.QName(element).localname],
        name=element.get("name", ""),
        documentation=(element.findtext(f"{{{BPMN}}}documentation") or "").strip(),
        lane=lane,
        form=alize(element, "form"),
        role=alize(element, "role"),
        operation=alize(element, "operation"),
        due=alize(element, "due"),
        personal=alize(element, "personal") == "true",
        charter_step=alize(element, "step"),
        waits_for=alize(element, "waits_for"),
        at_least=int(at_least) if at_least.isdecimal() else 0,
        many=element.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics") is not None,
        called=element.get("calledElement"),
        questions=extras.read_all(questions_in(element)),
        entry=alize(element, "entry"),
    )


def questions_in(element: etree._Element) -> list[dict[str, Any]]:
    """Give the questions drawn inside a step, as they are written, right or not."""
    path = f"{{{BPMN}}}extensionElements/{{{ALIZE}}}question"
    found = []
    for question in element.findall(path):
        raw: dict[str, Any] = attributes_of(question)
        if choices := question.findall(f"{{{ALIZE}}}choice"):
            raw["choices"] = [attributes_of(one) for one in choices]
        found.append(raw)
    return found


def attributes_of(element: etree._Element) -> dict[str, str]:
    """Give the attributes of an element as they are written."""
    return {str(name): str(value) for name, value in element.attrib.items()}


def flows_of(process: etree._Element) -> Iterator[tuple[tuple[str, str, str], str]]:
    """Give each flow that is a step of the charter: process, source, target, then which."""
    for flow in process.iter(f"{{{BPMN}}}sequenceFlow"):
        if step := alize(flow, "step"):
            yield (process.get("id", ""), flow.get("sourceRef", ""), flow.get("targetRef", "")), step


def alize(element: etree._Element, name: str) -> str | None:
    """Give an attribute of Alizé's namespace, if it is there and says something."""
    return element.get(f"{{{ALIZE}}}{name}") or None


def lanes_of(process: etree._Element) -> dict[str, str]:
    """Give the lane's name of each element that stands in one."""
    return {
        (reference.text or "").strip(): lane.get("name", "")
        for lane in process.iter(f"{{{BPMN}}}lane")
        for reference in lane.findall(f"{{{BPMN}}}flowNodeRef")
    }


def scopes_of(process: etree._Element) -> Iterator[str]:
    """Give the ids under which tokens live: the process itself and its embedded subprocesses."""
    yield process.get("id", "")
    for embedded in process.iter(f"{{{BPMN}}}subProcess"):
        yield embedded.get("id", "")
