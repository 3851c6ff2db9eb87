"""From the files of a version to a specification that any number of instances share."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask, MultiInstanceTask
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.specs.MultiChoice import MultiChoice

from engine import errors
from engine.spiff import steps
from engine.spiff.elements import DiagramParser
from engine.spiff.expressions import names_in
from engine.spiff.reading import InvalidDiagram, read_xml
from engine.spiff.steps import BPMN, Step
from forms.extras import InvalidQuestions

# SpiffWorkflow writes every change of state, with data, at lower levels.
for name in ("spiff", "spiff.task", "spiff.workflow"):
    logging.getLogger(name).setLevel(logging.WARNING)

# Elements that would run text as a program, or that SpiffWorkflow plays by changing the shared
# specification; the registry's rules say more, and more kindly. Here nothing dangerous passes.
NEVER = (
    "scriptTask", "businessRuleTask", "adHocSubProcess", "transaction", "conditionalEventDefinition",
    "timeCycle", "standardLoopCharacteristics",
    "loopDataInputRef", "inputDataItem", "outputDataItem", "dataObject",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Specification:
    """One process with all it calls, read once, never changed, shared between threads.

    `steps` is keyed by process and BPMN id; `routing_names` are the variables its diagrams read;
    `flow_steps` the charter's steps that a flow is, keyed by process, source and target.
    """

    process: str
    steps: Mapping[tuple[str, str], Step]
    processes: tuple[str, ...]
    routing_names: frozenset[str]
    flow_steps: Mapping[tuple[str, str, str], str]
    scopes: Mapping[str, str] = field(repr=False)
    top: Any = field(repr=False, compare=False)
    called: Mapping[str, Any] = field(repr=False, compare=False)

    def step(self, process: str, step: str) -> Step:
        """Give a step by its process and id."""
        return self.steps[process, step]


def parse(files: Mapping[str, bytes], process: str) -> Specification:
    """Read a process and all it calls from the files of a version.

    Raises `InvalidDiagram`, `InvalidExpression` or `InvalidDuration`.
    """
    roots = {file: read_xml(file, content) for file, content in files.items()}
    elements = processes_in(roots)
    reached = reached_from(process, elements)
    for name in reached:
        refuse_dangerous(name, elements[name])
    top, called = read_specs(roots, process)
    specs = [top, *called.values()]
    arm_instances(specs)
    return Specification(
        process=process,
        steps=MappingProxyType(steps_by_id(elements[name] for name in reached)),
        processes=tuple(reached),
        routing_names=frozenset(name for spec in specs for name in names_read(spec)),
        flow_steps=MappingProxyType(
            dict(flow for name in reached for flow in steps.flows_of(elements[name]))
        ),
        scopes=MappingProxyType(
            {scope: name for name in reached for scope in steps.scopes_of(elements[name])}
        ),
        top=top,
        called=MappingProxyType(called),
    )


def steps_by_id(elements: Iterable[etree._Element]) -> dict[tuple[str, str], Step]:
    """Give every step by its process and id. Raises `InvalidDiagram`: two share one, a wrong question."""
    found: dict[tuple[str, str], Step] = {}
    for element in elements:
        try:
            drawn = list(steps.steps_of(element))
        except InvalidQuestions as problem:
            raise InvalidDiagram(file=element.get("id", ""), reason=str(problem)[:200]) from problem
        for step in drawn:
            if (step.process, step.id) in found:
                raise InvalidDiagram(file=step.process, reason=f"deux éléments « {step.id} »")
            found[step.process, step.id] = step
    return found


def processes_in(roots: Mapping[str, etree._Element]) -> dict[str, etree._Element]:
    """Give every process of the files by id. Raises `InvalidDiagram` when two share one."""
    found: dict[str, etree._Element] = {}
    for file, root in roots.items():
        for element in root.iter(f"{{{BPMN}}}process"):
            identifier = element.get("id", "")
            if identifier in found:
                raise InvalidDiagram(file=file, reason=f"deux processus « {identifier} »")
            found[identifier] = element
    return found


def reached_from(process: str, elements: Mapping[str, etree._Element]) -> list[str]:
    """Give the processes called from one, itself first.

    Raises `InvalidDiagram` on a missing or circular call.
    """
    reached: list[str] = []

    def visit(name: str, callers: tuple[str, ...]) -> None:
        if name not in elements:
            raise InvalidDiagram(file=callers[-1] if callers else name, reason=f"processus « {name} » absent")
        if name in callers:
            raise InvalidDiagram(file=name, reason="un processus s’appelle lui-même")
        if name not in reached:
            reached.append(name)
        for call in elements[name].iter(f"{{{BPMN}}}callActivity"):
            visit(call.get("calledElement", ""), (*callers, name))

    visit(process, ())
    return reached


def refuse_dangerous(name: str, process: etree._Element) -> None:
    """Refuse what must never reach the library. Raises `InvalidDiagram`."""
    for tag in NEVER:
        if next(process.iter(f"{{{BPMN}}}{tag}"), None) is not None:
            raise InvalidDiagram(file=name, reason=f"élément {tag} interdit")
    for embedded in process.iter(f"{{{BPMN}}}subProcess"):
        if embedded.get("triggeredByEvent") == "true":
            raise InvalidDiagram(file=name, reason="sous-processus événementiel interdit")
    for service in process.iter(f"{{{BPMN}}}serviceTask"):
        if steps.alize(service, "operation") is None:
            raise InvalidDiagram(file=name, reason=f"aucune opération sur « {service.get('id')} »")


def read_specs(roots: Mapping[str, etree._Element], process: str) -> tuple[Any, dict[str, Any]]:
    """Give SpiffWorkflow's specification of a process and of all it calls. Raises `InvalidDiagram`."""
    parser = DiagramParser()
    try:
        for file, root in roots.items():
            parser.add_bpmn_xml(root, filename=file)
        top, called = parser.get_spec(process), parser.get_subprocess_specs(process)
    except errors.EngineError:
        raise
    # The library raises whatever its reading trips over: a reader of uploaded files may not guess which.
    except (SpiffWorkflowException, LookupError, TypeError, ValueError, AttributeError, RecursionError,
            NotImplementedError) as problem:  # fmt: skip
        raise our_own(problem) or InvalidDiagram(file=process, reason=str(problem)[:200]) from problem
    return top, dict(called)


def our_own(problem: BaseException | None) -> errors.EngineError | None:
    """Give the refusal of ours that the library has wrapped in its own, if there is one."""
    while problem is not None and not isinstance(problem, errors.EngineError):
        problem = problem.__context__
    return problem


def arm_instances(specs: list[Any]) -> None:
    """Connect each multi-instance to the end of its instances.

    The library does it when it creates the first instance: an instance restored against a freshly
    read specification would wait for ever.
    """
    for spec in specs:
        for task_spec in list(spec.task_specs.values()):
            if isinstance(task_spec, LoopTask):
                child = spec.task_specs[task_spec.task_spec]
                if not child.completed_event.is_connected(task_spec.merge_child):
                    child.completed_event.connect(task_spec.merge_child)


def names_read(spec: Any) -> Iterator[str]:
    """Give the routing variables a specification reads; accepts each of its expressions on the way."""
    for task_spec in spec.task_specs.values():
        for text in expressions_of(task_spec):
            yield from names_in(text)
        event = getattr(task_spec, "event_definition", None)
        for definition in (event, *getattr(event, "event_definitions", ())):
            if variable := getattr(definition, "variable", None):
                yield variable


def expressions_of(task_spec: Any) -> Iterator[str]:
    """Give the text of every expression of one element."""
    if isinstance(task_spec, MultiChoice):
        yield from (condition.args[0] for condition, _ in task_spec.cond_task_specs if condition)
    if isinstance(task_spec, MultiInstanceTask):
        yield from filter(None, (task_spec.cardinality, task_spec.condition))
