"""Read a file that somebody sent into a `Diagram`: refuse what is unsafe before looking at what it says."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from lxml import etree

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.layout import BPMNDI, DC, DI
from engine.registry.problems import Level, Problem
from engine.registry.written import (
    alize_of,
    counted_from,
    in_extensions,
    is_said,
    named_above,
    namespace_of,
    own_name_of,
    scope_of,
    tag_of,
    text_of,
)
from engine.spiff.reading import MOST_ELEMENTS
from engine.spiff.steps import ALIZE, BPMN, questions_in

LARGEST_FILE = 1_000_000
DEEPEST = 60
MOST_NODES = 500
MOST_ATTRIBUTES = 100  # Of one element: each is looked for among all the others.
XSI = "http://www.w3.org/2001/XMLSchema-instance"
OURS = frozenset({BPMN, ALIZE, XSI, "http://www.w3.org/XML/1998/namespace", BPMNDI, DC, DI})
EVENT_DEFINITION = "EventDefinition"
# What an event may name, and the attribute by which it is known outside its file.
CODES = {"message": "name", "signal": "name", "escalation": "escalationCode", "error": "errorCode"}
# What stands at most once in its parent, by what would take its place.
ONCE = (
    frozenset({"timeDuration", "timeDate", "timeCycle"}),
    frozenset({"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"}),
    frozenset({"conditionExpression"}),
    frozenset({"loopCardinality"}),
    frozenset({"completionCondition"}),
    frozenset({"extensionElements"}),
    frozenset({"script"}),
)
# Attributes that the engine does not read, with the values at which that changes nothing.
IGNORED = {
    "startQuantity": ("1",),
    "completionQuantity": ("1",),
    "parallelMultiple": ("false", "0"),
    "instantiate": ("false", "0"),
    "eventGatewayType": ("Exclusive",),
    "isForCompensation": ("false", "0"),
    "cancelActivity": ("true", "false", "1", "0"),
    "isInterrupting": ("true", "false", "1", "0"),
    "triggeredByEvent": ("true", "false", "1", "0"),
}
EVERYWHERE = frozenset({"process", "sequenceFlow"})  # What is read wherever it stands.
# Attributes of a multi-instance that the engine plays.
PLAYED_IN_LOOP = ("id", "isSequential")
REFERENCES = ("messageRef", "escalationRef", "errorRef", "signalRef")
NO_FLOW_ID = "generated_flow_{number}"

# Codes that reading itself gives, before any rule looks; docs/rules.md explains each.
MESSAGES = {
    "NOT_XML": _("Ce fichier n’est pas du XML lisible : exportez de nouveau le diagramme en BPMN 2.0."),
    "DTD_FORBIDDEN": _(
        "Ce fichier déclare un type de document (DOCTYPE) ; retirez-le : BPMN n’en a pas besoin."
    ),
    "TOO_LARGE": _("Ce fichier dépasse {limit} ko : un processus tient en quelques dizaines de ko."),
    "TOO_DEEP": _("Ce fichier emboîte plus de {limit} niveaux d’éléments."),
    "TOO_MANY_NODES": _("Ce fichier contient {count} étapes, {limit} au plus sont acceptées."),
    "TOO_MANY_ELEMENTS": _(
        "Ce fichier contient plus de {limit} éléments, dessin compris : découpez-le en plusieurs processus."
    ),
    "TOO_MANY_ATTRIBUTES": _(
        "Un élément de ce fichier porte {count} attributs, {limit} au plus sont acceptés : exportez de "
        "nouveau le diagramme en BPMN 2.0."
    ),
    "NO_PROCESS": _("Ce fichier ne contient aucun processus BPMN 2.0."),
}


class Unreadable(Exception):
    """A file that cannot be looked at any further; `problem` says why."""

    def __init__(self, code: str, **values: object) -> None:
        self.problem = Problem(Level.READING, code, MESSAGES[code], values)
        super().__init__(code)


def read(content: bytes, filename: str) -> graph.Diagram:
    """Give the diagram a file draws.

    Raises `Unreadable`: too large, not XML, a document type, too deep, too much of anything, no process.
    """
    root = read_root(content)
    if etree.QName(root).namespace != BPMN or next(root.iter(f"{{{BPMN}}}process"), None) is None:
        raise Unreadable("NO_PROCESS")
    tags = [tag_of(element) for element in root.iter(f"{{{BPMN}}}*")]
    count = max(tags.count("process"), sum(1 for tag in tags if tag in graph.NODES))
    if count > MOST_NODES:
        raise Unreadable("TOO_MANY_NODES", count=count, limit=MOST_NODES)
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise Unreadable("TOO_MANY_ELEMENTS", limit=MOST_ELEMENTS)
    return diagram_of(root, filename)


def read_root(content: bytes) -> etree._Element:
    """Give the root element of a safe XML file. Raises `Unreadable`."""
    if len(content) > LARGEST_FILE:
        raise Unreadable("TOO_LARGE", limit=LARGEST_FILE // 1000)
    scan(content)
    reader = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=True, remove_pis=True, recover=False,
    )  # fmt: skip
    try:
        return etree.fromstring(content, reader)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise Unreadable("NOT_XML") from problem


def scan(content: bytes) -> None:
    """Refuse a document type, and depths and numbers beyond measure, before a tree is built.

    Expat stops at the first line of a DOCTYPE, so that no entity is ever declared, whatever the
    encoding hides it behind. Raises `Unreadable`.
    """
    depth = 0

    def refuse_doctype(*_declaration: object) -> None:
        raise Unreadable("DTD_FORBIDDEN")

    def enter(_name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        if len(attributes) > MOST_ATTRIBUTES:
            raise Unreadable("TOO_MANY_ATTRIBUTES", count=len(attributes), limit=MOST_ATTRIBUTES)
        depth += 1
        if depth > DEEPEST:
            raise Unreadable("TOO_DEEP", limit=DEEPEST)

    def leave(_element: object) -> None:
        nonlocal depth
        depth -= 1

    scanner = expat.ParserCreate()
    scanner.StartDoctypeDeclHandler = refuse_doctype
    scanner.StartElementHandler = enter
    scanner.EndElementHandler = leave
    try:
        scanner.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as problem:
        raise Unreadable("NOT_XML") from problem


def diagram_of(root: etree._Element, filename: str) -> graph.Diagram:
    """Give a root element as plain data."""
    missing = generated_names(root)
    codes = codes_of(root)
    return graph.Diagram(
        filename=filename,
        processes=tuple(process_of(element, missing, codes) for element in root.iter(f"{{{BPMN}}}process")),
        ids=tuple(element.get("id", "") for element in root.iter(f"{{{BPMN}}}*") if element.get("id")),
        elements=tuple(elements_of(root)),
        foreign=tuple(foreign_of(root)),
        messages=declared(root, "message", "name"),
        escalations=declared(root, "escalation", "escalationCode"),
        errors=declared(root, "error", "errorCode"),
        unnamed=frozenset(
            element.get("id", "")
            for tag, code in CODES.items()
            for element in root.findall(f"{{{BPMN}}}{tag}")
            if not element.get(code)
        ),
        marks=tuple(marks_of(root)),
    )


def declared(root: etree._Element, tag: str, code: str) -> dict[str, str]:
    """Give the messages, escalations or errors a file declares: id → name or code."""
    found = root.findall(f"{{{BPMN}}}{tag}")
    return {element.get("id", ""): element.get(code, element.get("name", "")) for element in found}


def codes_of(root: etree._Element) -> dict[str, str]:
    """Give the code, or failing that the name, of everything an event may refer to, by id.

    What has neither is known by its id alone.
    """
    found: dict[str, str] = {}
    for tag, code in CODES.items():
        found |= {each: said or each for each, said in declared(root, tag, code).items()}
    return found


def generated_names(root: etree._Element) -> Iterator[str]:
    """Give the ids of arrows that have none, in their order in the file; nothing in it has one of these."""
    taken = {element.get("id") for element in root.iter(f"{{{BPMN}}}*")}
    names = (NO_FLOW_ID.format(number=number) for number in itertools.count(1))
    return (name for name in names if name not in taken)


def process_of(element: etree._Element, missing: Iterator[str], codes: Mapping[str, str]) -> graph.Process:
    """Give one process element as plain data, its embedded subprocesses included."""
    identifier = element.get("id", "")
    nodes, flows = [], []
    for child in element.iter(f"{{{BPMN}}}*"):
        tag = tag_of(child)
        if tag in graph.NODES:
            nodes.append(node_of(child, identifier, codes))
        elif tag == "sequenceFlow":
            flows.append(flow_of(child, missing))
    return graph.Process(
        id=identifier,
        name=element.get("name", ""),
        documentation=text_of(element, "documentation") or "",
        executable=is_said(element, "isExecutable"),
        nodes=tuple(nodes),
        flows=tuple(flows),
        lanes={
            (reference.text or "").strip(): lane.get("name", "")
            for lane in element.iter(f"{{{BPMN}}}lane")
            for reference in lane.findall(f"{{{BPMN}}}flowNodeRef")
        },
    )


def node_of(element: etree._Element, process: str, codes: Mapping[str, str]) -> graph.Node:
    """Give one flow node as plain data."""
    events = [child for child in element if tag_of(child).endswith(EVENT_DEFINITION)]
    event = events[0] if events else None
    names = [child.text or "" for child in element if tag_of(child) == "eventDefinitionRef"]
    reference = reference_of(element if event is None else event)
    return graph.Node(
        id=element.get("id", ""),
        tag=tag_of(element),
        name=element.get("name", ""),
        documentation=text_of(element, "documentation") or "",
        process=process,
        scope=scope_of(element),
        alize=alize_of(event) | alize_of(element) | counted_from(element, event),
        default=element.get("default"),
        attached_to=element.get("attachedToRef"),
        interrupting=is_interrupting(element),
        called=element.get("calledElement"),
        triggered_by_event=is_said(element, "triggeredByEvent"),
        events=(*(tag_of(child).removesuffix(EVENT_DEFINITION) for child in events), *names),
        reference=reference,
        timer=timer_of(event),
        loop=loop_of(element),
        questions=tuple(questions_in(element)),
        code=None if reference is None else codes.get(reference, reference),
        link=event.get("name") if event is not None and tag_of(event) == "linkEventDefinition" else None,
        for_compensation=is_said(element, "isForCompensation"),
        ignored=tuple(
            name for name, harmless in IGNORED.items() if element.get(name, harmless[0]) not in harmless
        ),
    )


def flow_of(element: etree._Element, missing: Iterator[str]) -> graph.Flow:
    """Give one sequence flow as plain data; a flow without id is given one (it is legal BPMN)."""
    identifier = element.get("id")
    return graph.Flow(
        id=identifier or next(missing),
        name=element.get("name", ""),
        source=element.get("sourceRef", ""),
        target=element.get("targetRef", ""),
        scope=scope_of(element),
        condition=text_of(element, "conditionExpression"),
        generated=not identifier,
        alize=alize_of(element),
    )


def is_interrupting(element: etree._Element) -> bool:
    """Tell whether an event ends what it stands on: a boundary its host, a start what surrounds it."""
    attribute = "isInterrupting" if tag_of(element) == "startEvent" else "cancelActivity"
    return is_said(element, attribute, unless_said=True)


def timer_of(event: etree._Element | None) -> graph.Timer | None:
    """Give what a timer event definition says, if it is one."""
    if event is None or tag_of(event) != "timerEventDefinition":
        return None
    for child in event:
        if tag_of(child) in ("timeDuration", "timeDate", "timeCycle"):
            return graph.Timer(tag_of(child), (child.text or "").strip())
    return graph.Timer("", "")


def loop_of(element: etree._Element) -> graph.Loop | None:
    """Give the loop marker of an activity, if it has one."""
    for child in element:
        tag = tag_of(child)
        if tag == "multiInstanceLoopCharacteristics":
            known = ("loopCardinality", "completionCondition", "documentation", "extensionElements")
            extras = (
                *(tag_of(part) for part in child if tag_of(part) not in known),
                *(str(name) for name in child.attrib if name not in PLAYED_IN_LOOP and "}" not in str(name)),
            )
            cardinality, completion = text_of(child, "loopCardinality"), text_of(child, "completionCondition")
            return graph.Loop(tag, cardinality, completion, extras)
        if tag == "standardLoopCharacteristics":
            return graph.Loop(tag)
    return None


def elements_of(root: etree._Element) -> Iterator[graph.Element]:
    """Give every BPMN element of the file that is no flow node, extensions' content left out.

    A process or an arrow in there is none to the engine, and would be one to us.
    """
    for element in root.iter(f"{{{BPMN}}}*"):
        tag = tag_of(element)
        if tag not in graph.NODES and (tag in EVERYWHERE or not in_extensions(element)):
            owner = element.getparent()
            if owner is None:
                yield graph.Element(tag, element.get("id", ""), "")
            else:
                yield graph.Element(
                    tag=tag,
                    id=element.get("id", ""),
                    owner=named_above(element),
                    parent=tag_of(owner),
                    repeated=is_repeated(element),
                )


def is_repeated(element: etree._Element) -> bool:
    """Tell whether an element that may stand once in its parent stands after another of its kind."""
    tag = tag_of(element)
    kind = next((group for group in ONCE if tag in group), frozenset())
    before = element.itersiblings(etree.Element, preceding=True) if kind else ()
    return any(tag_of(sibling) in kind for sibling in before)


def marks_of(root: etree._Element) -> Iterator[graph.Mark]:
    """Give what is written in our namespace: attributes on any element, and elements."""
    prefix = f"{{{ALIZE}}}"
    for element in root.iter(etree.Element):
        ours = [str(name) for name in element.keys() if str(name).startswith(prefix)]  # noqa: SIM118 - no copy
        if ours or str(element.tag).startswith(prefix):
            owner = element.get("id") or named_above(element)
            for name in ours:
                yield graph.Mark(name.removeprefix(prefix), known_as(element), owner)
            if str(element.tag).startswith(prefix):
                parent = element.getparent()
                yield graph.Mark(own_name_of(element), "" if parent is None else known_as(parent), owner)


def known_as(element: etree._Element) -> str:
    """Give the name of an element of BPMN or of ours, nothing for another vendor's."""
    return own_name_of(element) if namespace_of(str(element.tag)) in (BPMN, ALIZE) else ""


def foreign_of(root: etree._Element) -> Iterator[graph.Foreign]:
    """Give what other vendors' editors wrote: attributes and extension elements."""
    for element in root.iter(etree.Element):
        namespace = namespace_of(str(element.tag))
        if namespace == BPMN:
            for attribute in map(str, element.keys()):
                if attribute.startswith("{") and namespace_of(attribute) not in OURS:
                    yield graph.Foreign(attribute.rpartition("}")[2], element.get("id", ""))
        elif namespace not in OURS:
            owner = next((parent.get("id", "") for parent in element.iterancestors(f"{{{BPMN}}}*")
                          if parent.get("id")), "")  # fmt: skip
            yield graph.Foreign(own_name_of(element), owner)


def reference_of(event: etree._Element) -> str | None:
    """Give the id of the message, escalation, error or signal that an event definition names."""
    return next((event.get(name) for name in REFERENCES if event.get(name)), None)
