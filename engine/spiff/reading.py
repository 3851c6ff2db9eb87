"""Read a file that somebody sent: no entity, no network, no document type, no surprise in size."""

from __future__ import annotations

from lxml import etree

from engine import errors

LARGEST_FILE = 2_000_000
MOST_ELEMENTS = 20_000
YES_OR_NO = ("cancelActivity", "isExecutable", "isSequential", "isInterrupting", "triggeredByEvent")
SPELLED = {"1": "true", "0": "false"}


class InvalidDiagram(errors.EngineError):
    """Le diagramme « {file} » n’est pas accepté ({reason})."""


def read_xml(file: str, content: bytes) -> etree._Element:
    """Give the root element of a diagram.

    Raises `InvalidDiagram` when the file is too large, is not XML, or declares a document type: what an
    entity or an external subset could do then never has to be imagined.
    """
    if len(content) > LARGEST_FILE:
        raise InvalidDiagram(file=file, reason="fichier trop grand")
    reader = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=True, remove_pis=True, recover=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, reader)
    except (etree.XMLSyntaxError, ValueError) as problem:
        # An entity that is not expanded makes the file unreadable before its document type is seen.
        declared = b"<!DOCTYPE" in content.replace(b"\0", b"")
        raise InvalidDiagram(
            file=file, reason="DOCTYPE interdit" if declared else "XML illisible"
        ) from problem
    if root.getroottree().docinfo.internalDTD is not None:
        raise InvalidDiagram(file=file, reason="DOCTYPE interdit")
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise InvalidDiagram(file=file, reason="trop d’éléments")
    spell_out(root)
    return root


def spell_out(root: etree._Element) -> None:
    """Write yes and no as the library reads them: XML also has 1 and 0, of which it takes neither for yes."""
    for element in root.iter(etree.Element):
        for name in YES_OR_NO:
            if (said := element.get(name, "")) in SPELLED:
                element.set(name, SPELLED[said])
