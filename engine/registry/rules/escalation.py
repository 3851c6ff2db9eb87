"""A late report is always noticed: the ladder begins on its due day, and the report stays to be given."""

from __future__ import annotations

from collections.abc import Iterator

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem

CODE = "CHARTER_ESCALATION"
LEVEL = Level.CHARTER
ARTICLE = "§VI"
BEGINS = "escalation.start"


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the follow-up reports without a ladder, or that a boundary event can take away."""
    for process in diagram.processes:
        for node in process.nodes:
            is_report = node.tag == "userTask" and node.alize.get("step") == "follow_up_report"
            if is_report and not is_watched(process, node):
                template = _(
                    "Le compte rendu « {id} » doit ouvrir l’échelle de relance le jour de son échéance, "
                    "sans que rien ne l’interrompe."
                )
                yield Problem(LEVEL, CODE, template, {"id": node.id}, (node.id,), article=ARTICLE)


def is_watched(process: graph.Process, report: graph.Node) -> bool:
    """Tell whether a dated boundary at the due date, and no other way out, leads to the ladder."""
    boundaries = list(process.boundaries(report.id))
    if any(boundary.interrupting for boundary in boundaries):
        return False
    return any(begins_ladder(process, boundary, report.alize.get("due")) for boundary in boundaries)


def begins_ladder(process: graph.Process, boundary: graph.Node, due: str | None) -> bool:
    """Tell whether a boundary waits for the report's own due date and then begins the ladder."""
    timer = boundary.timer
    if timer is None or timer.kind != "timeDate" or timer.text != due:
        return False
    targets = [process.node(flow.target) for flow in process.outgoing(boundary.id)]
    return any(target is not None and target.alize.get("operation") == BEGINS for target in targets)
