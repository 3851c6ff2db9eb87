"""Draw small BPMN files from one line of text, for tests of what reads, proves or runs diagrams."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from engine.registry import graph, reading

HEADER = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:alize="https://alize.example/bpmn"'
    ' id="definitions" targetNamespace="https://alize.example/tests">'
)
TASKS = {
    "user": "userTask", "manual": "manualTask", "task": "task", "service": "serviceTask",
    "script": "scriptTask", "receive": "receiveTask", "send": "sendTask", "rule": "businessRuleTask",
    "sub": "subProcess", "eventsub": "subProcess", "transaction": "transaction",
    "adhoc": "adHocSubProcess", "call": "callActivity",
}  # fmt: skip
GATEWAYS = {
    "xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway",
    "event": "eventBasedGateway", "complex": "complexGateway",
}  # fmt: skip
EVENTS = ("timer", "message", "signal", "error", "escalation", "link", "cancel", "conditional",
          "terminate", "compensate")  # fmt: skip
DECLARED = {"message": "name", "signal": "name", "error": "errorCode", "escalation": "escalationCode"}
TOKEN = re.compile(
    r"\s*(?:(?P<arrow>>)(?:\((?P<said>[^)]*)\))?|(?P<end>;)|(?P<open>\{)|(?P<close>\})"
    r"|(?P<name>[\w.-]+)(?::(?P<kind>[a-z-]+~?))?(?:@(?P<host>[\w.-]+))?(?:\[(?P<attributes>[^\]]*)\])?)"
)


@dataclass
class Step:
    """One element, and what is drawn inside it."""

    name: str
    kind: str
    host: str | None
    attributes: dict[str, str]
    inside: Scope | None = None


@dataclass
class Scope:
    """The elements and arrows of a process or subprocess, in the order in which they were told."""

    steps: dict[str, Step] = field(default_factory=dict)
    arrows: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)


def drawn(text: str, *, process: str = "p") -> bytes:
    """Give the BPMN file that a line of text describes.


        s:start > g:and > a > j:and > e:end ; g > b > j

    Steps are separated by arrows, lines by `;`. A step is told once by `name:kind` (a user task where no kind
    is said) and by its name alone afterwards. What follows a kind:

        t:timer@a          a boundary event on `a`; t:timer~@a does not interrupt it
        a[role=chair]      attributes of our namespace; id= name= called= code= loop= are BPMN's own
        sub:sub{ ... }     an embedded subprocess and what is drawn in it
        >(if=approved)     a condition on an arrow; >(default) the default one; >(step=x) our attribute
    """
    return drawn_together({process: text})


def drawn_together(texts: Mapping[str, str]) -> bytes:
    """Give one file with several processes, by id."""
    scopes = {name: scope_of(text) for name, text in texts.items()}
    codes = {found for scope in scopes.values() for found in codes_in(scope)}
    declared = "".join(
        f'<bpmn:{event} id="{event}_{code}" name="{code}"'
        + (f' {DECLARED[event]}="{code}"' if DECLARED[event] != "name" else "")
        + "/>"
        for event, code in sorted(codes)
    )
    numbers = itertools.count(1)
    written = "".join(
        f'<bpmn:process id="{name}" isExecutable="true">{"".join(elements(scope, numbers))}</bpmn:process>'
        for name, scope in scopes.items()
    )
    return f"{HEADER}{declared}{written}</bpmn:definitions>".encode()


def diagram(text: str, *, process: str = "p") -> graph.Diagram:
    """Give what a line of text describes, as it is read."""
    return reading.read(drawn(text, process=process), f"{process}.bpmn")


def processes(**texts: str) -> dict[str, graph.Process]:
    """Give several processes by id, as they are read from one file each."""
    return {name: diagram(text, process=name).processes[0] for name, text in texts.items()}


def scope_of(text: str) -> Scope:
    """Read a line of text. Raises `ValueError` for what is not understood."""
    scopes, before, said = [Scope()], [""], [""]
    position = 0
    while text[position:].strip():
        token = TOKEN.match(text, position)
        if token is None:
            raise ValueError(f"not understood: {text[position:]!r}")
        position = token.end()
        if token["name"]:
            step = add(scopes[-1], token)
            if before[-1]:
                scopes[-1].arrows.append((before[-1], step.name, pairs(said[-1])))
            before[-1], said[-1] = step.name, ""
        elif token["arrow"]:
            said[-1] = token["said"] or ""
        elif token["end"]:
            before[-1] = said[-1] = ""
        elif token["open"]:
            inner = scopes[-1].steps[before[-1]].inside = Scope()
            scopes.append(inner)
            before.append("")
            said.append("")
        else:
            scopes.pop(), before.pop(), said.pop()
    return scopes[0]


def add(scope: Scope, token: re.Match[str]) -> Step:
    """Give the step that a token names, told for the first time or again."""
    name = token["name"]
    if name not in scope.steps:
        attributes = pairs(token["attributes"] or "")
        scope.steps[name] = Step(name, token["kind"] or "user", token["host"], attributes)
    return scope.steps[name]


def pairs(text: str) -> dict[str, str]:
    """Read « a=1, b » : what has no value is true."""
    parts = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    return {key.strip(): value.strip() if equals else "true" for key, equals, value in parts}


def codes_in(scope: Scope) -> Iterator[tuple[str, str]]:
    """Give every code or name that an event refers to, with the kind of event."""
    for step in scope.steps.values():
        event = event_of(step)
        if "code" in step.attributes and event in DECLARED:
            yield event, step.attributes["code"]
        if step.inside is not None:
            yield from codes_in(step.inside)


def event_of(step: Step) -> str:
    """Give the kind of event definition of a step, « » for none."""
    return next((part for part in step.kind.rstrip("~").split("-") if part in EVENTS), "")


def tag_of(step: Step) -> str:
    """Give the BPMN element that a kind stands for."""
    kind = step.kind.rstrip("~")
    if kind in TASKS or kind in GATEWAYS:
        return (TASKS | GATEWAYS)[kind]
    if step.host:
        return "boundaryEvent"
    if kind.startswith("start"):
        return "startEvent"
    if kind.startswith("throw"):
        return "intermediateThrowEvent"
    if kind.startswith("end") or kind == "terminate":
        return "endEvent"
    if kind == "catch" or kind in EVENTS:
        return "intermediateCatchEvent"
    raise ValueError(f"unknown kind: {step.kind!r}")


def elements(scope: Scope, numbers: Iterator[int]) -> Iterator[str]:
    """Write the elements of a scope, then its arrows."""
    arrows = [(f"f{next(numbers)}", *arrow) for arrow in scope.arrows]
    for step in scope.steps.values():
        default = next((name for name, source, _, said in arrows
                        if source == step.name and "default" in said), None)  # fmt: skip
        yield element(step, default, numbers)
    for name, source, target, said in arrows:
        condition = said.get("if")
        ours = "".join(f" alize:{key}={quoteattr(value)}" for key, value in said.items()
                       if key not in ("if", "default"))  # fmt: skip
        opening = f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}"{ours}'
        inside = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>"
        yield f"{opening}/>" if condition is None else f"{opening}>{inside}</bpmn:sequenceFlow>"


def element(step: Step, default: str | None, numbers: Iterator[int]) -> str:
    """Write one element with its event definition, its loop and what is inside it."""
    said = dict(step.attributes)
    own = {"id": step.name, "name": said.pop("name", step.name), "default": default}
    own["calledElement"] = said.pop("called", None)
    code, duration, loop = said.pop("code", None), said.pop("duration", "P1D"), said.pop("loop", None)
    own["isForCompensation"] = said.pop("compensation", None)
    if step.host:
        own |= {"attachedToRef": step.host, "cancelActivity": "false" if step.kind.endswith("~") else None}
    elif step.kind.startswith("start") and step.kind.endswith("~"):
        own["isInterrupting"] = "false"
    if step.kind == "eventsub":
        own["triggeredByEvent"] = "true"
    written = "".join(f" {key}={quoteattr(value)}" for key, value in own.items() if value is not None)
    written += "".join(f" alize:{key}={quoteattr(value)}" for key, value in said.items())
    inside = definition(step, code, duration) + looping(loop)
    if step.inside is not None:
        inside += "".join(elements(step.inside, numbers))
    tag = tag_of(step)
    return f"<bpmn:{tag}{written}>{inside}</bpmn:{tag}>"


def definition(step: Step, code: str | None, duration: str) -> str:
    """Write the event definition of a step, if it is such an event."""
    event = event_of(step)
    if not event or tag_of(step) in {*TASKS.values(), *GATEWAYS.values()}:
        return ""
    named = f' {event}Ref="{event}_{code}"' if code and event in DECLARED else ""
    named = f' name="{code}"' if event == "link" else named
    inside = f"<bpmn:timeDuration>{duration}</bpmn:timeDuration>" if event == "timer" else ""
    return (
        f'<bpmn:{event}EventDefinition id="{step.name}_event"{named}>{inside}</bpmn:{event}EventDefinition>'
    )


def looping(loop: str | None) -> str:
    """Write how often an activity is carried out, if it is said."""
    if loop is None:
        return ""
    return (
        "<bpmn:multiInstanceLoopCharacteristics>"
        f"<bpmn:loopCardinality>{loop}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )
