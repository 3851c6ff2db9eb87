"""What is written on one element of a file: its kind, its text, the attributes of our own namespace."""

from __future__ import annotations

from lxml import etree

from engine.spiff.steps import ALIZE, BPMN


def tag_of(element: etree._Element) -> str:
    """Give the name of an element without its namespace: nothing for what is of no BPMN.

    The engine looks for BPMN's own elements; those that another vendor calls the same say nothing to it.
    """
    namespace, _, name = str(element.tag).rpartition("}")
    return name if namespace == f"{{{BPMN}" else ""


def own_name_of(element: etree._Element) -> str:
    """Give the name of any element, whoever's it is."""
    return str(element.tag).rpartition("}")[2]


def namespace_of(name: str) -> str:
    """Give the namespace of an element's or attribute's whole name, « » for none."""
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def scope_of(element: etree._Element) -> str:
    """Give the id of the process or subprocess an element stands in."""
    parent = element.getparent()
    return "" if parent is None else parent.get("id", "")


def named_above(element: etree._Element) -> str:
    """Give the id of the nearest element around one that has an id: what people know it by."""
    return next((above.get("id", "") for above in element.iterancestors() if above.get("id")), "")


def in_extensions(element: etree._Element) -> bool:
    """Tell whether an element is inside vendor extensions, whose content says nothing to us."""
    return next(element.iterancestors(f"{{{BPMN}}}extensionElements"), None) is not None


def text_of(element: etree._Element, tag: str) -> str | None:
    """Give the text of a direct child, stripped, or None when there is no such child.

    What stands in or after an element inside it is left out, as the engine does.
    """
    child = element.find(f"{{{BPMN}}}{tag}")
    return None if child is None else (child.text or "").strip()


def is_said(element: etree._Element, attribute: str, *, unless_said: bool = False) -> bool:
    """Tell what an attribute says that is true or false, in either spelling of XML."""
    said = element.get(attribute)
    return unless_said if said is None else said.strip() in ("true", "1")


def alize_of(element: etree._Element | None) -> dict[str, str]:
    """Give the attributes of our own namespace."""
    if element is None:
        return {}
    prefix = f"{{{ALIZE}}}"
    return {
        str(key).removeprefix(prefix): str(value)
        for key, value in element.attrib.items()
        if str(key).startswith(prefix)
    }


def counted_from(element: etree._Element, event: etree._Element | None) -> dict[str, str]:
    """Give the day from which a timer counts: the engine takes what is said nearest to the duration."""
    if event is None or tag_of(event) != "timerEventDefinition":
        return {}
    places = (event.find(f"{{{BPMN}}}timeDuration"), event, element)
    said = next(filter(None, (alize_of(place).get("from") for place in places)), None)
    return {} if said is None else {"from": said}
