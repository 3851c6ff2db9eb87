"""Compare what an instance is doing with what another version says of the same places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import EventBasedGateway
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.bpmn.specs.mixins.parallel_gateway import ParallelGateway

from engine import i18n
from engine.i18n import mark as _
from engine.spiff import reaching
from engine.spiff.parser import Specification
from engine.spiff.rebuilding import CannotRebuild
from engine.spiff.steps import Step
from engine.spiff.timers import DatedTimer

Token = Mapping[str, Any]
Tokens = Sequence[Token]

GONE = _("« {step} », où se trouve ce projet, n’est plus dans la nouvelle version : terminez-la d’abord.")
OTHER_KIND = _("« {step} », où se trouve ce projet, n’est plus la même sorte d’étape : terminez-la d’abord.")
OTHER_CALL = _("« {step} », où se trouve ce projet, enchaîne d’autres étapes dans la nouvelle version.")
OTHER_COUNT = _(
    "« {step} » se fait à plusieurs et a commencé : la nouvelle version ne la répète plus de même."
)
OTHER_WAIT = _("« {step} », que ce projet attend, n’attend plus la même chose dans la nouvelle version.")
NOT_AWAITED = _(
    "Pendant « {step} », ce projet attend « {event} » : la nouvelle version ne l’attend plus, ou autrement."
)
OTHER_BRANCHES = _(
    "Des étapes menées en même temps sont déjà faites, et la nouvelle version en attend d’autres"
    " au même endroit ({where}) : ce projet y resterait bloqué."
)
OUT_OF_PLACE = _(
    "Dans la nouvelle version, un projet n’est jamais exactement là où se trouve celui-ci ({where}) :"
    " il y resterait bloqué, ou sauterait une étape."
)
NOT_REBUILT = _(
    "« {step} » attend une partie seulement des étapes qui y mènent : terminez ces étapes d’abord."
)
# What a step that is being done must keep: its attribute, and what is said when it changes.
KEPT = {
    "form": _("« {step} », en cours, demande un autre formulaire : faites-la d’abord."),
    "role": _("« {step} », en cours, revient à un autre rôle : faites-la d’abord."),
    "personal": _("« {step} », en cours, n’est plus personnelle de la même façon : faites-la d’abord."),
    "operation": _("« {step} », en cours, n’enregistre plus la même chose : faites-la d’abord."),
    "charter_step": _("« {step} », en cours, n’est plus la même étape de la charte : faites-la d’abord."),
    "called": OTHER_CALL,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an instance cannot move: a sentence for people, and the names it speaks of."""

    template: str
    values: Mapping[str, str] = field(default_factory=dict)

    def told(self, locale: str = i18n.SOURCE) -> str:
        """Give the sentence."""
        return i18n.translate(self.template, locale, **self.values)


def name_of(step: Step) -> str:
    """Give what people call a step; one that has no name is known by what it is for its designer."""
    return step.name or step.id


@dataclass(frozen=True, slots=True)
class Pair:
    """One process in both versions."""

    old: Specification
    new: Specification
    old_scope: Any
    new_scope: Any

    def old_step(self, name: str) -> Step:
        """Give an element as the old version has it."""
        return self.old.steps[self.old.scopes[self.old_scope.name], name]

    def new_step(self, name: str) -> Step:
        """Give an element as the new version has it."""
        return self.new.steps[self.new.scopes[self.new_scope.name], name]

    def called_by(self, name: str) -> Pair | None:
        """Give the process that an element calls or embeds in both versions."""
        old, new = (
            reaching.scope_called(specification, scope, scope.task_specs[name])
            for specification, scope in ((self.old, self.old_scope), (self.new, self.new_scope))
        )
        return None if old is None or new is None else Pair(self.old, self.new, old, new)


def compare(old: Specification, new: Specification, tokens: Tokens) -> tuple[Refusal, ...]:
    """Say what keeps tokens from standing at the same places in another version, each thing once."""
    found = {each.told(): each for each in of_process(Pair(old, new, old.top, new.top), tokens)}
    return tuple(found.values())


def of_process(pair: Pair, tokens: Tokens) -> Iterator[Refusal]:
    """Compare one process: its tokens one by one, then whether they may stand there together."""
    is_alike = True
    for token in tokens:
        for refusal in of_token(pair, token):
            is_alike = False
            yield refusal
    if not is_alike or reaching.shape(pair.old_scope) == reaching.shape(pair.new_scope):
        return
    places = frozenset(place for token in tokens for place in places_of(token))
    if not reaching.is_reachable(pair.new_scope, places):
        names = dict.fromkeys(name_of(pair.old_step(token["step"])) for token in tokens)
        yield Refusal(OUT_OF_PLACE, {"where": ", ".join(f"« {name} »" for name in names)})


def places_of(token: Token) -> list[reaching.Place]:
    """Give the places that a token stands at: a join's are the flows that it has received."""
    if "arrived" in token:
        return [(token["step"], origin) for origin in token["arrived"]]
    return [token["step"]]


def of_token(pair: Pair, token: Token) -> Iterator[Refusal]:
    """Compare one token's element, what is armed around it, and what goes on inside."""
    name = token["step"]
    was, now = pair.old_scope.task_specs[name], pair.new_scope.task_specs.get(name)
    told = {"step": name_of(pair.old_step(name))}
    if now is None:
        yield Refusal(GONE, told)
    elif type(was) is not type(now):
        yield Refusal(OTHER_KIND, told)
    elif isinstance(was, ParallelGateway):
        yield from of_join(pair, was, now)
    elif isinstance(was, CatchingEvent):
        if not awaits_the_same(was, now):
            yield Refusal(OTHER_WAIT, told)
    else:
        yield from of_activity(pair, token, told)


def of_join(pair: Pair, was: Any, now: Any) -> Iterator[Refusal]:
    """Compare a join that has received part of its tokens: those that it waits for must be the same."""
    before, after = reaching.sources(pair.old_scope, was), reaching.sources(pair.new_scope, now)
    if before != after:
        names = [*(name_of(pair.new_step(each)) for each in sorted(after - before)),
                 *(name_of(pair.old_step(each)) for each in sorted(before - after))]  # fmt: skip
        yield Refusal(OTHER_BRANCHES, {"where": ", ".join(f"« {each} »" for each in names)})


def of_activity(pair: Pair, token: Token, told: Mapping[str, str]) -> Iterator[Refusal]:
    """Compare what somebody does, or what a step has called, with the events armed around it."""
    name = token["step"]
    was, now = pair.old_step(name), pair.new_step(name)
    for attribute, sentence in KEPT.items():
        if getattr(was, attribute) != getattr(now, attribute):
            yield Refusal(sentence, told)
    specs = pair.old_scope.task_specs[name], pair.new_scope.task_specs[name]
    if counts(specs[0]) != counts(specs[1]) or was.at_least != now.at_least:
        yield Refusal(OTHER_COUNT, told)
    yield from of_events(pair, token, told)
    inner = pair.called_by(name)
    if inner is not None and was.called == now.called:
        for tokens in reaching.insides(token):
            yield from of_process(inner, tokens)


def counts(spec: Any) -> tuple[Any, ...]:
    """Give how a repeated step counts: how many, until when, and what each instance is."""
    if not isinstance(spec, MultiInstanceTask):
        return ()
    child = spec._wf_spec.task_specs[spec.task_spec]
    return spec.cardinality, spec.condition, type(child)


def of_events(pair: Pair, token: Token, told: Mapping[str, str]) -> Iterator[Refusal]:
    """Compare the events armed around a step: each must still be drawn, and wait for the same."""
    drawn = {each.name: each for each in reaching.boundaries(pair.new_scope, token["step"])}
    for event in token.get("events", ()):
        was, now = pair.old_scope.task_specs[event["step"]], drawn.get(event["step"])
        if now is None or was.cancel_activity != now.cancel_activity or not awaits_the_same(was, now):
            yield Refusal(NOT_AWAITED, {**told, "event": name_of(pair.old_step(event["step"]))})


def awaits_the_same(was: Any, now: Any) -> bool:
    """Whether two events wait for the same; the length of a delay may differ, for what is armed stays."""
    return awaited(was) == awaited(now)


def awaited(spec: Any) -> list[tuple[str, ...]]:
    """Give what an event waits for, without the length of a delay: an event gateway's events by name."""
    found = []
    for drawn_on, definition in definitions(spec):
        name = drawn_on.bpmn_id if drawn_on is not spec else ""
        said = ""
        if isinstance(definition, DatedTimer):
            said = definition.variable
        elif code := getattr(definition, "code", None):
            said = str(code)
        elif isinstance(definition, MessageEventDefinition):
            said = str(definition.name)
        counted_from = getattr(definition, "variable", None) or ""
        found.append((name, type(definition).__name__, said, counted_from))
    return sorted(found)


def definitions(spec: Any) -> list[tuple[Any, Any]]:
    """Give what an element waits for, each with the event it is drawn on: an event gateway has several."""
    if isinstance(spec, EventBasedGateway):
        return list(zip(spec.outputs, spec.event_definition.event_definitions, strict=True))
    definition = getattr(spec, "event_definition", None)
    return [] if definition is None else [(spec, definition)]


def not_rebuilt(old: Specification, problem: CannotRebuild) -> Refusal:
    """Say that a marking does not tell enough of a place where tokens gather."""
    known = (step for (_process, name), step in old.steps.items() if name == problem.details["step"])
    step = next(known, None)
    return Refusal(NOT_REBUILT, {"step": name_of(step) if step else str(problem.details["step"])})


def with_new_boundaries(old: Specification, new: Specification, tokens: Tokens) -> list[dict[str, Any]]:
    """Give the same tokens with the boundary events that the new version draws around what they do.

    An event that the old version has too, and that is not armed, has come already: it does not come again.
    """
    return added_in(Pair(old, new, old.top, new.top), tokens)


def added_in(pair: Pair, tokens: Tokens) -> list[dict[str, Any]]:
    """Give the tokens of one process, with the boundary events that are new there."""
    return [added_to(pair, token) for token in tokens]


def added_to(pair: Pair, token: Token) -> dict[str, Any]:
    """Give one token with its new boundary events, and so for what goes on inside."""
    name, more = token["step"], dict(token)
    before = {each.name for each in reaching.boundaries(pair.old_scope, name)}
    new = [
        {"step": each.name} for each in reaching.boundaries(pair.new_scope, name) if each.name not in before
    ]
    if new:
        more["events"] = [*token.get("events", ()), *new]
    inner = pair.called_by(name)
    if inner is None:
        return more
    if "inside" in token:
        more["inside"] = added_in(inner, token["inside"])
    if "instances" in token:
        more["instances"] = [
            {**each, "inside": added_in(inner, each["inside"])} if "inside" in each else each
            for each in token["instances"]
        ]
    return more


def running_events(specification: Specification, tokens: Tokens) -> frozenset[reaching.Element]:
    """Give the events that are armed already: they keep what they wait for."""
    return frozenset(running_in(specification, specification.top, tokens))


def running_in(specification: Specification, scope: Any, tokens: Tokens) -> Iterator[reaching.Element]:
    """Give the armed events of one process, and of those that it has called; the steps that are open too."""
    process = specification.scopes[scope.name]
    for token in tokens:
        spec = scope.task_specs[token["step"]]
        yield process, token["step"]
        yield from ((process, each["step"]) for each in token.get("events", ()))
        yield from ((process, each.bpmn_id) for each, _definition in definitions(spec))
        called = reaching.scope_called(specification, scope, spec)
        for inner in reaching.insides(token) if called else ():
            yield from running_in(specification, called, inner)
