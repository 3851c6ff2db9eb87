"""A process made to be walked: its choices are the walker's, and each event that waits has a message of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from engine.registry import reading
from engine.spiff.steps import ALIZE, BPMN

CHOOSING = ("exclusiveGateway", "inclusiveGateway")
CAUGHT = ("timerEventDefinition", "messageEventDefinition")
REPEATED = "instances"


@dataclass(frozen=True, slots=True)
class Choice:
    """A gateway with several ways out; the variable that `name` begins says which are taken."""

    name: str
    ways: int
    inclusive: bool

    def variables(self) -> list[str]:
        """The routing variables that the walker draws."""
        return [f"{self.name}_{way}" for way in range(self.ways - 1)] if self.inclusive else [self.name]


@dataclass(frozen=True, slots=True)
class Instrumented:
    """The files as they are walked, and the choices that are left to the walker."""

    files: Mapping[str, bytes]
    choices: tuple[Choice, ...]


def instrumented(files: Mapping[str, bytes]) -> Instrumented:
    """Give the same processes with nothing left to data or to time: what may happen, the walker decides."""
    walked, choices = {}, []
    for name, content in files.items():
        root = reading.read_root(content)
        for process in root.iter(tag("process")):
            choices += list(freed(process))
            for event in list(process.iter(*map(tag, CAUGHT))):
                wait_for_own_message(root, process, event)
            for repeated in process.iter(tag("loopCardinality")):
                repeated.text = REPEATED
        walked[name] = etree.tostring(root)
    return Instrumented(walked, tuple(choices))


def freed(process: etree._Element) -> Iterator[Choice]:
    """Put the walker's variables on the ways out of every gateway that chooses; the last way is the default."""
    for gateway in list(process.iter(*map(tag, CHOOSING))):
        ways = [flow for flow in gateway.getparent().findall(tag("sequenceFlow"))
                if flow.get("sourceRef") == gateway.get("id")]  # fmt: skip
        if len(ways) < 2:
            continue
        inclusive = gateway.tag == tag("inclusiveGateway")
        choice = Choice(variable(process.get("id"), gateway.get("id")), len(ways), inclusive)
        gateway.set("default", ways[-1].get("id"))
        for number, flow in enumerate(ways):
            for condition in flow.findall(tag("conditionExpression")):
                flow.remove(condition)
            if number < len(ways) - 1:
                text = f"{choice.name}_{number}" if inclusive else f"{choice.name} == {number}"
                etree.SubElement(flow, tag("conditionExpression")).text = text
        yield choice


def wait_for_own_message(root: etree._Element, process: etree._Element, event: etree._Element) -> None:
    """Have an event wait for a message that nothing else waits for."""
    host = event.getparent()
    name = own_message(process.get("id"), host.get("id"))
    for attribute in ("due", "parameter", "from"):
        host.attrib.pop(f"{{{ALIZE}}}{attribute}", None)
        event.attrib.pop(f"{{{ALIZE}}}{attribute}", None)
    etree.SubElement(host, tag("messageEventDefinition"), id=f"{event.get('id')}_own", messageRef=name)
    host.remove(event)
    root.insert(0, etree.Element(tag("message"), id=name, name=name))


def own_message(process: str, element: str) -> str:
    """The message that one event alone waits for."""
    return f"at.{process}.{element}"


def variable(process: str, gateway: str) -> str:
    """The routing variable of one gateway."""
    return f"way_{process}_{gateway}".lower().replace(".", "_").replace("-", "_")


def tag(name: str) -> str:
    """A BPMN element's name with its namespace."""
    return f"{{{BPMN}}}{name}"
