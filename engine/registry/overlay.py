"""Put a basin into the reference: its published parameters become literals of its own diagrams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from engine import errors
from engine.registry import reading
from engine.registry.parameters import Parameters
from engine.spiff.steps import BPMN, alize

KINDS: frozenset[str] = frozenset()  # The kinds of changes an overlay may make to the reference's steps.


class UnknownParameter(errors.EngineError):
    """L’élément « {element} » demande le paramètre publié « {key} », qui n’existe pas."""


class UnknownChange(errors.EngineError):
    """Le changement « {kind} » de l’overlay n’est pas connu."""


def substitute(files: Mapping[str, bytes], parameters: Parameters) -> dict[str, bytes]:
    """Give the diagrams of a basin: file name → BPMN, with every published parameter as a literal.

    What is proved must be what runs (D3), so values stand in the file itself. A flow without
    an id is given one: SpiffWorkflow would drop it silently. A file that needs nothing stays as it is,
    byte for byte, and keeps its hash.

    Raises `UnknownParameter`, or `reading.Unreadable` for a file that is not safe to read.
    """
    return {name: substituted(content, parameters.published) for name, content in files.items()}


def substituted(content: bytes, published: Mapping[str, Any]) -> bytes:
    """Give one diagram with its parameters as literals."""
    root = reading.read_root(content)
    changed = [set_literal(timer, published) for timer in parametrised(root)]
    changed += [name_flow(flow, number) for number, flow in enumerate(nameless_flows(root), start=1)]
    if not any(changed):
        return content
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def parametrised(root: etree._Element) -> Iterator[etree._Element]:
    """Give the events whose timer a basin may set."""
    for element in root.iter(f"{{{BPMN}}}*"):
        if alize(element, "parameter"):
            yield element


def set_literal(event: etree._Element, published: Mapping[str, Any]) -> bool:
    """Write a parameter's value in its timer; tell whether that changed anything."""
    key = alize(event, "parameter") or ""
    literal = event.find(f".//{{{BPMN}}}timeDuration")
    if literal is None or key not in published:
        raise UnknownParameter(element=event.get("id", ""), key=key)
    if (literal.text or "").strip() == published[key]:
        return False
    literal.text = published[key]
    return True


def nameless_flows(root: etree._Element) -> list[etree._Element]:
    """Give the flows that the file gave no id."""
    return [flow for flow in root.iter(f"{{{BPMN}}}sequenceFlow") if not flow.get("id")]


def name_flow(flow: etree._Element, number: int) -> bool:
    """Give a flow the id under which the checks spoke of it."""
    flow.set("id", reading.NO_FLOW_ID.format(number=number))
    return True


def changes_of(table: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the changes an overlay lists. Raises `UnknownChange` for one that cannot be made."""
    changes = list(table.get("changes", []))
    for change in changes:
        kind = str(change.get("kind", "")) if isinstance(change, Mapping) else str(change)
        if kind not in KINDS:
            raise UnknownChange(kind=kind)
    return changes
