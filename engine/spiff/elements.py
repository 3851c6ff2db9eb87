"""The elements that SpiffWorkflow plays our way: operations, counted instances, clocked timers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser import event_parsers
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, full_tag
from SpiffWorkflow.bpmn.parser.task_parsers import (
    CallActivityParser,
    ConditionalGatewayParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask

from engine import errors
from engine.spiff import steps, timers
from engine.spiff.inclusive import InclusiveJoin

MOST_INSTANCES = 200


class TooFewInstances(errors.EngineError):
    """L’étape « {step} » demande au moins {at_least} personne(s), {count} trouvée(s)."""


class InvalidInstanceCount(errors.EngineError):
    """L’étape « {step} » demande un nombre entier d’exécutions, « {count} » trouvé."""


class Operation(defaults.ServiceTask):
    """A service task: the host performs the operation it names, in place."""

    def _run_hook(self, my_task: Any) -> bool:
        my_task.workflow.script_engine.operate(my_task)
        return True


class _Counted(MultiInstanceTask):
    """Refuses to be entered with fewer instances than the diagram demands (D12).

    Zero signatories would otherwise label a firm that nobody signed for.
    """

    def _update_hook(self, my_task: Any) -> Any:
        engine = my_task.workflow.script_engine
        step = engine.step_of(my_task)
        count = engine.evaluate(my_task, self.cardinality)
        if type(count) is not int or not 0 <= count <= MOST_INSTANCES:
            raise InvalidInstanceCount(step=step.id, count=count)
        if count < step.at_least:
            raise TooFewInstances(step=step.id, at_least=step.at_least, count=count)
        return super()._update_hook(my_task)


class CountedParallel(_Counted, defaults.ParallelMultiInstanceTask):
    """Several instances at once, as many as a routing integer says."""


class CountedSequential(_Counted, defaults.SequentialMultiInstanceTask):
    """Several instances one after the other, as many as a routing integer says."""


class OwnRoundJoin(BoundaryEventJoin):
    """What stands behind a step with events on its edge, and closes that round of it alone.

    Where an event's way leads back to the step, the library has foreseen the next round by then, below the
    first, and would cancel its join with the others: the next round would end without its events ending.
    """

    def _find_tasks(self, my_task: Any) -> list[Any]:
        round_of = my_task.find_ancestor(self.split_task)
        found: list[Any] = super()._find_tasks(my_task)
        return [task for task in found if task.find_ancestor(self.split_task) is round_of]


class _Ours:
    """What every element's parser must know: our own multi-instance classes, and the join of its events."""

    PARALLEL_MI_CLASS = CountedParallel
    SEQUENTIAL_MI_CLASS = CountedSequential
    spec: Any
    bpmn_id: str

    def _add_boundary_event(self, children: Any) -> Any:
        split = super()._add_boundary_event(children)  # type: ignore[misc]
        self.spec.task_specs[f"{self.bpmn_id}.BoundaryEventJoin"].__class__ = OwnRoundJoin
        return split


class _Activity(_Ours, TaskParser):
    pass


class _Call(_Ours, CallActivityParser):
    pass


class _Embedded(_Ours, SubWorkflowParser):
    pass


class _Timed:
    """Reads a timer as one of ours, whatever event carries it."""

    node: etree._Element

    def parse_timer_event(self, event: etree._Element) -> timers.LiteralTimer | timers.DatedTimer:
        """Give the timer definition. Raises `ValueError` for a cycle or an expression."""
        name = self.node.get("id", "")
        literal = event.find(f"{{{steps.BPMN}}}timeDuration")
        if literal is not None:
            sources = (steps.alize(element, "from") for element in (literal, event, self.node))
            return timers.LiteralTimer(name, literal.text or "", next(filter(None, sources), None))
        dated = event.find(f"{{{steps.BPMN}}}timeDate")
        if dated is None:
            raise ValueError("only a duration or a dated timer may be drawn")
        return timers.DatedTimer(name, dated.text or "")


class _Start(_Timed, event_parsers.StartEventParser):
    pass


class _Boundary(_Timed, event_parsers.BoundaryEventParser):
    pass


class _Catch(_Timed, event_parsers.IntermediateCatchEventParser):
    pass


class DiagramParser(BpmnParser):
    """SpiffWorkflow's parser with our elements; one object per reading, a failure leaves it dirty."""

    OVERRIDE_PARSER_CLASSES: ClassVar[Mapping[str, tuple[type, type]]] = {
        full_tag("userTask"): (_Activity, defaults.UserTask),
        full_tag("manualTask"): (_Activity, defaults.ManualTask),
        full_tag("task"): (_Activity, defaults.NoneTask),
        full_tag("serviceTask"): (_Activity, Operation),
        full_tag("callActivity"): (_Call, defaults.CallActivity),
        full_tag("subProcess"): (_Embedded, defaults.SubWorkflowTask),
        full_tag("inclusiveGateway"): (ConditionalGatewayParser, InclusiveJoin),
        full_tag("startEvent"): (_Start, defaults.StartEvent),
        full_tag("boundaryEvent"): (_Boundary, defaults.BoundaryEvent),
        full_tag("intermediateCatchEvent"): (_Catch, defaults.IntermediateCatchEvent),
    }

    def get_document_positions(self, root: etree._Element) -> dict[str, dict[str, float]]:
        """Give no place in the picture: the library would try a gateway's arrows from the top downwards.

        They are tried as they are written, so that to move a shape changes nothing to what runs.
        """
        return {}

    def _add_diagram_indexes(self, bpmn: etree._Element) -> None:
        """Read the lanes, and nothing of the picture, of which a number may be none."""
        lanes = {
            each.text: lane.get("name")
            for lane in bpmn.iter(full_tag("lane"))
            for each in lane.findall(full_tag("flowNodeRef"))
            if each.text is not None
        }
        self.document_lanes[self._document_key(bpmn)] = lanes
