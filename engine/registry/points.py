"""The five places of the reference where a basin may put a step of its own (domain.md §4.2, 12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from engine.i18n import mark as _
from engine.registry import reading
from engine.spiff.steps import ALIZE, BPMN, alize

MARK = f"{{{ALIZE}}}point"  # On the flow where the next step of a basin goes.
ADDED = f"{{{ALIZE}}}added"  # On a step that a basin put there: the point it was put at.


@dataclass(frozen=True, slots=True)
class Point:
    """A place for a basin's steps: in which file, what an officer should know of it, who may be asked."""

    key: str
    label: str
    file: str
    hint: str
    roles: tuple[str, ...]  # Those that somebody holds on a project when it comes there.


POINTS: tuple[Point, ...] = (
    Point(
        "before_diagnostic", _("avant le diagnostic"), "appraisal.bpmn",
        _("Une fois par prescription acceptée ; un diagnostic à reprendre ne la demande pas de nouveau."),
        ("operator", "prescriber", "chair"),
    ),
    Point(
        "before_agenda", _("avant l’ordre du jour"), "appraisal.bpmn",
        _("Une fois par dossier, quand il est complet : il n’est proposé à une séance qu’ensuite."),
        ("operator", "prescriber", "chair"),
    ),
    Point(
        "after_approval", _("après l’approbation"), "agreement.bpmn",
        _("À chaque approbation, avant la convention ; une décision annulée l’interrompt."),
        ("operator", "prescriber", "mandatary", "chair"),
    ),
    Point(
        "after_signature", _("après la signature"), "project.bpmn",
        _("Une fois, dès la labellisation, avant l’accompagnement ; les comptes rendus ne l’attendent pas."),
        ("operator", "mandatary", "chair"),
    ),
    Point(
        "before_closure", _("avant la clôture"), "closure.bpmn",
        _("Une fois, au terme du suivi ; un bilan final renvoyé ne la demande pas de nouveau."),
        ("operator", "mandatary", "chair"),
    ),
)  # fmt: skip
BY_KEY: Mapping[str, Point] = {point.key: point for point in POINTS}


def flow_at(root: etree._Element, key: str) -> etree._Element | None:
    """Give the flow of a diagram that carries a point, if one does."""
    for flow in root.iter(f"{{{BPMN}}}sequenceFlow"):
        if alize(flow, "point") == key:
            return flow
    return None


def places(files: Mapping[str, bytes]) -> dict[str, tuple[str, str]]:
    """Give where each point is in a set of diagrams: key → file, id of the flow.

    A point that no diagram carries any more is left out. Raises `reading.Unreadable`.
    """
    return {
        key: (name, flow.get("id", ""))
        for name, content in files.items()
        for flow in reading.read_root(content).iter(f"{{{BPMN}}}sequenceFlow")
        if (key := alize(flow, "point") or "") in BY_KEY
    }
