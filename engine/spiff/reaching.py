"""Where tokens may come to stand in one process, and what may still follow from where they stand."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, combinations
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.end_event import EndEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent, EventBasedGateway
from SpiffWorkflow.bpmn.specs.mixins.inclusive_gateway import InclusiveGateway
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.parallel_gateway import ParallelGateway
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.specs.ExclusiveChoice import ExclusiveChoice

from engine.spiff.parser import Specification

# An element that holds a token; or a parallel join, and the element from which it has received one.
Place = str | tuple[str, str]
Places = frozenset[Place]
# A process and the BPMN id of one of its elements.
Element = tuple[str, str]
# More ways to stand than any drawn process has: whoever has more is not looked at to the end.
MOST_MARKINGS = 20_000
MOST_BRANCHES = 6


def scope_called(specification: Specification, scope: Any, spec: Any) -> Any | None:
    """Give the process that an element calls or embeds, that of its instances when it is repeated."""
    if isinstance(spec, LoopTask):
        spec = scope.task_specs[spec.task_spec]
    return specification.called[spec.spec] if isinstance(spec, SubWorkflowTask) else None


def boundaries(scope: Any, name: str) -> list[Any]:
    """Give the boundary events drawn on an element."""
    split = scope.task_specs.get(f"{name}.BoundaryEventSplit")
    return [each for each in split.outputs if isinstance(each, BoundaryEvent)] if split else []


def followers(spec: Any) -> list[Any]:
    """Give the elements that flows lead to: what the library puts in between is passed over."""
    found = []
    for each in spec.outputs:
        if each.name.endswith(".BoundaryEventSplit"):
            found.append(next(one for one in each.outputs if not isinstance(one, BoundaryEvent)))
        elif each.bpmn_id is not None:
            found.append(each)
    return found


def sources(scope: Any, spec: Any) -> frozenset[str]:
    """Give the elements from which flows lead to one."""
    return frozenset(each.name for each in scope.task_specs.values() if spec in followers(each))


@lru_cache(maxsize=4096)
def is_reachable(scope: Any, places: Places) -> bool:
    """Whether tokens can come to stand at these places and no other, from the start of a process.

    A process that was proved sound ends properly from wherever its tokens can come. Activities are looked
    at as a whole, and two tokens at one place as one: no sound process has two.
    """
    first: Places = frozenset({scope.start.name})
    seen, pending = {first}, deque([first])
    while pending and len(seen) <= MOST_MARKINGS:
        marking = pending.popleft()
        if marking == places:
            return True
        for after in next_markings(scope, marking):
            if after not in seen:
                seen.add(after)
                pending.append(after)
    return False


def next_markings(scope: Any, marking: Places) -> Iterator[Places]:
    """Give every marking one element further on."""
    for place in marking:
        if isinstance(place, tuple):
            continue  # A join goes on by itself once the last token has come.
        spec = scope.task_specs[place]
        if is_terminate(spec):
            yield frozenset()
            continue
        for targets in departures(spec):
            yield arrived(scope, marking - {place}, spec, targets)
        for event in boundaries(scope, place):
            rest = marking - {place} if event.cancel_activity else marking
            yield rest | {event.name}


def is_terminate(spec: Any) -> bool:
    """Whether an element ends everything in its process."""
    return isinstance(spec, EndEvent) and isinstance(spec.event_definition, TerminateEventDefinition)


def departures(spec: Any) -> Iterator[Sequence[Any]]:
    """Give the sets of elements to which tokens may leave one, all at once."""
    following = followers(spec)
    if isinstance(spec, ExclusiveChoice | EventBasedGateway):
        yield from ([each] for each in following)
    elif isinstance(spec, InclusiveGateway):
        counts = range(1, min(len(following), MOST_BRANCHES) + 1)
        yield from chain.from_iterable(combinations(following, count) for count in counts)
    else:
        yield following


def arrived(scope: Any, rest: Places, source: Any, targets: Iterable[Any]) -> Places:
    """Give the marking once tokens have come from an element to others; a join that has all goes on."""
    marking = set(rest)
    for target in targets:
        awaited = sources(scope, target) if isinstance(target, ParallelGateway) else frozenset()
        if len(awaited) < 2:
            marking.add(target.name)
            continue
        marking.add((target.name, source.name))
        received = {(target.name, each) for each in awaited}
        if received <= marking:
            marking = (marking - received) | {target.name}
    return frozenset(marking)


@lru_cache(maxsize=4096)
def shape(scope: Any) -> frozenset[tuple[str, str, tuple[str, ...]]]:
    """Give what decides where tokens may go in a process: its elements, their kinds, what follows each."""
    return frozenset(
        (
            name,
            type(spec).__name__ + str(getattr(spec, "cancel_activity", "")),
            tuple(sorted(each.name for each in spec.outputs)),
        )
        for name, spec in scope.task_specs.items()
    )


def ahead(specification: Specification, tokens: Sequence[Mapping[str, Any]]) -> frozenset[Element]:
    """Give every element that may still be reached, those that hold a token among them."""
    return frozenset(ahead_in(specification, specification.top, tokens))


def ahead_in(
    specification: Specification, scope: Any, tokens: Sequence[Mapping[str, Any]]
) -> Iterator[Element]:
    """Give what may still be reached in one process, and in those that it calls."""
    held = {token["step"]: token for token in tokens if token["step"] in scope.task_specs}
    process = specification.scopes[scope.name]
    for name in reached(scope, held):
        yield process, name
        called = scope_called(specification, scope, scope.task_specs[name])
        if called is None:
            continue
        inner = insides(held[name]) if name in held else []
        # Behind a flow that leads back, what is held is begun anew.
        if name not in held or name in reached_again(scope, frozenset(held)):
            yield from everything(specification, called)
        for each in inner:
            yield from ahead_in(specification, called, each)


def insides(token: Mapping[str, Any]) -> list[Sequence[Mapping[str, Any]]]:
    """Give the tokens of each process that one token's element has called."""
    if "instances" in token:
        return [each["inside"] for each in token["instances"] if "inside" in each]
    return [token["inside"]] if "inside" in token else []


def reached(scope: Any, names: Iterable[str]) -> set[str]:
    """Give these elements of a process and all that may follow them, boundary events included."""
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += one_further(scope, name)
    return found


@lru_cache(maxsize=8192)
def one_further(scope: Any, name: str) -> tuple[str, ...]:
    """Give the elements that may follow one at once."""
    spec = scope.task_specs[name]
    return tuple(each.name for each in (*followers(spec), *boundaries(scope, name)) if each.bpmn_id)


@lru_cache(maxsize=4096)
def reached_again(scope: Any, names: frozenset[str]) -> frozenset[str]:
    """Give what may follow these elements: each of them only where a flow leads back to it."""
    return frozenset(reached(scope, {each for name in names for each in one_further(scope, name)}))


@lru_cache(maxsize=4096)
def everything_of(scope: Any) -> frozenset[str]:
    """Give every element of a process."""
    return frozenset(each.bpmn_id for each in scope.task_specs.values() if each.bpmn_id)


def everything(specification: Specification, scope: Any) -> Iterator[Element]:
    """Give every element of a process, and of those that it calls: no process calls itself."""
    process = specification.scopes[scope.name]
    for name in everything_of(scope):
        yield process, name
        if called := scope_called(specification, scope, scope.task_specs[name]):
            yield from everything(specification, called)
