"""Move an instance to another version of its process: whether it may, and where it then stands."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Any

import orjson

from engine import errors
from engine.i18n import mark as _
from engine.spiff import comparing, durations, reaching, waiting
from engine.spiff.comparing import Refusal
from engine.spiff.parser import Specification
from engine.spiff.playing import Host
from engine.spiff.rebuilding import CannotRebuild, rebuilt_play
from engine.spiff.timers import DUE, DatedTimer, LiteralTimer, UndatedTimer
from engine.spiff.workflow import LONGEST_THAT_MOVES, Advanced, ArmedTimer, summary

Tokens = Sequence[Mapping[str, Any]]

SKIPPED = _(
    "« {step} » reste à faire, et la nouvelle version le place avant l’étape où se trouve ce projet :"
    " il ne serait jamais fait."
)
SHORTER = _(
    "La durée minimale de suivi passerait de {before} mois à {after} : un projet en cours garde la sienne."
)
NO_MINIMUM = _(
    "Ce projet doit encore attendre la fin du suivi ({before} mois au moins), et la nouvelle version"
    " la place avant l’étape où il se trouve."
)
UNKNOWN = _(
    "La nouvelle version consulte « {name} », que ce projet n’a pas reçu à son ouverture :"
    " il garde la version sous laquelle il a été ouvert."
)
UNDATED = _("« {step} » attend dans la nouvelle version une date qui n’est pas encore fixée pour ce projet.")


class CannotMove(errors.Conflict):
    """Ce projet ne change pas de version ({why})."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(why=" ; ".join(each.told().removesuffix(".") for each in refusals))
        self.refusals = tuple(refusals)


@dataclass(frozen=True, slots=True)
class Later:
    """What is not begun yet and changes: a delay or a due rule, as it was and as it will be.

    One of the two is empty where the other version has none.
    """

    process: str
    step: str
    name: str
    before: str
    after: str
    kind: str  # timer | due


@dataclass(frozen=True, slots=True)
class Moved:
    """Where an instance stands on its new version, and what became of its dates."""

    advanced: Advanced
    kept: tuple[ArmedTimer, ...]
    begun: tuple[ArmedTimer, ...]
    later: tuple[Later, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Ahead:
    """What may still be reached from where the tokens stand, in both versions."""

    old: frozenset[reaching.Element]
    new: frozenset[reaching.Element]


def refusals(old: Specification, new: Specification, marking: str) -> tuple[Refusal, ...]:
    """Say all that keeps an instance from moving: nothing when it may.

    `marking` is its neutral marking under the old version, of an instance that has not ended.
    """
    content = orjson.loads(marking)
    live = comparing.compare(old, new, content["tokens"])
    if live:
        return live  # What lies ahead of a place that is gone cannot be told.
    return ahead_refused(old, new, content["routing"], what_is_ahead(old, new, content["tokens"]))


def what_is_ahead(old: Specification, new: Specification, tokens: Tokens) -> Ahead:
    """Give what may still be reached in both versions, of tokens that may stand in both."""
    return Ahead(reaching.ahead(old, tokens), reaching.ahead(new, tokens))


def ahead_refused(
    old: Specification, new: Specification, routing: Mapping[str, Any], ahead: Ahead
) -> tuple[Refusal, ...]:
    """Say what lies ahead and keeps an instance from moving."""
    return (*skipped(old, new, ahead), *shortened(old, new, ahead), *unknown(old, new, routing))


def move(old: Specification, new: Specification, marking: str, host: Host) -> Moved:
    """Give where an instance stands once it has moved: ids, drafts' tasks and armed dates are as they were.

    Boundary events that the new version adds around what is being done are armed. Nothing is played: what
    is due fires with the next tick. Raises `CannotMove`.
    """
    content = orjson.loads(marking)
    tokens = content["tokens"]
    live = comparing.compare(old, new, tokens)
    if live:
        raise CannotMove(live)
    ahead = what_is_ahead(old, new, tokens)
    found = ahead_refused(old, new, content["routing"], ahead)
    if found:
        raise CannotMove(found)
    added = comparing.with_new_boundaries(old, new, tokens)
    try:
        play = rebuilt_play(new, orjson.dumps({**content, "tokens": added}).decode(), host)
    except CannotRebuild as problem:
        raise CannotMove((comparing.not_rebuilt(old, problem),)) from problem
    fresh = arm_new(play)
    advanced = summary(play, before=set())
    begun = [each for each in advanced.timers if (each.process, each.step) in fresh]
    kept = [each for each in advanced.timers if each not in begun]
    later = changes_ahead(old, new, tokens, ahead)
    return Moved(advanced, tuple(kept), tuple(begun), tuple(later))


def arm_new(play: Any) -> set[tuple[str, str]]:
    """Arm the timers that have just been put around what is being done; which. Raises `CannotMove`."""
    armed = set()
    for task, definition in waiting.waiting_events(play):
        if isinstance(definition, LiteralTimer | DatedTimer) and DUE not in task.internal_data:
            step = play.engine.step_of(task)
            try:
                definition.has_fired(task)
            except UndatedTimer as problem:
                refusal = Refusal(UNDATED, {"step": comparing.name_of(step)})
                raise CannotMove((refusal,)) from problem
            armed.add((step.process, step.id))
    return armed


def skipped(old: Specification, new: Specification, ahead: Ahead) -> Iterator[Refusal]:
    """Say which of the charter's steps were still to come, and would have been left behind.

    A step that the new version has nowhere is another matter: the charter was held to it when it was
    published.
    """
    to_come, would_come = charter_steps(old, ahead.old), charter_steps(new, ahead.new)
    anywhere = charter_steps(new, new.steps)
    for label, name in to_come.items():
        if label in anywhere and label not in would_come:
            yield Refusal(SKIPPED, {"step": name})


def charter_steps(specification: Specification, elements: Container[reaching.Element]) -> dict[str, str]:
    """Give the charter's steps among these elements, and the flows that leave them, by name for people."""
    found: dict[str, str] = {}
    for element, step in sorted(specification.steps.items(), key=itemgetter(0)):
        if step.charter_step and element in elements:
            found.setdefault(step.charter_step, comparing.name_of(step))
    for (process, source, target), label in specification.flow_steps.items():
        if (process, source) in elements:
            found.setdefault(label, comparing.name_of(specification.steps[process, target]))
    return found


def shortened(old: Specification, new: Specification, ahead: Ahead) -> Iterator[Refusal]:
    """Say whether the time to closure could become shorter: the charter's minimum is one literal timer (D2).

    One that runs already keeps its date; it is held to the new version all the same, whose other rules
    count on it.
    """
    before = minimum(old, ahead.old)
    if before is None:
        return
    after = minimum(new, ahead.new)
    if after is None:
        yield Refusal(NO_MINIMUM, {"before": str(before)})
    elif after < before:
        yield Refusal(SHORTER, {"before": str(before), "after": str(after)})


def minimum(specification: Specification, elements: frozenset[reaching.Element]) -> int | None:
    """Give the longest of the minimum durations among these elements, in months; none when there is none."""
    found = [
        durations.parse_iso(timer.expression).months
        for element, timer in literal_timers(specification).items()
        if element in elements
    ]
    return max((each for each in found if each >= LONGEST_THAT_MOVES), default=None)


def unknown(old: Specification, new: Specification, routing: Mapping[str, Any]) -> Iterator[Refusal]:
    """Say which routing variables the new version reads that this instance was never given."""
    for name in sorted(new.routing_names - old.routing_names - set(routing)):
        yield Refusal(UNKNOWN, {"name": name})


def changes_ahead(old: Specification, new: Specification, tokens: Tokens, ahead: Ahead) -> Iterator[Later]:
    """Give the delays and due rules that are to come and differ: those not begun follow the new version."""
    running = comparing.running_events(old, tokens)
    sides = ((old, ahead.old), (new, ahead.new))
    for kind, told in (("timer", delays), ("due", due_rules)):
        before, after = (
            {element: text for element, text in told(version).items() if element in to_come}
            for version, to_come in sides
        )
        for element in sorted(before.keys() | after.keys()):
            was, will_be = before.get(element, ""), after.get(element, "")
            if was != will_be and element not in running:
                step = (new if will_be else old).steps[element]
                yield Later(*element, comparing.name_of(step), was, will_be, kind)


def delays(specification: Specification) -> dict[reaching.Element, str]:
    """Give each literal delay as drawn."""
    return {element: timer.expression for element, timer in literal_timers(specification).items()}


def due_rules(specification: Specification) -> dict[reaching.Element, str]:
    """Give the due rule of each step that people do and that has one."""
    return {element: step.due for element, step in specification.steps.items() if step.due}


def literal_timers(specification: Specification) -> dict[reaching.Element, LiteralTimer]:
    """Give every literal timer, by the element that waits for it; an event gateway's by its events."""
    return {
        (specification.scopes[scope.name], name): timer
        for scope in (specification.top, *specification.called.values())
        for name, timer in literal_timers_of(scope)
    }


@lru_cache(maxsize=4096)
def literal_timers_of(scope: Any) -> tuple[tuple[str, LiteralTimer], ...]:
    """Give the literal timers of one process: a version never changes, and hundreds of projects ask."""
    return tuple(
        (drawn_on.bpmn_id, definition)
        for spec in scope.task_specs.values()
        for drawn_on, definition in comparing.definitions(spec)
        if isinstance(definition, LiteralTimer)
    )
