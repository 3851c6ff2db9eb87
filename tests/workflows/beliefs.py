"""Walk the engine and the token net side by side: what one offers, the other must offer too."""

# Nobody tells the net which branches the engine took: it keeps every marking in which the engine might be, and
# drops those in which it would offer something else. When none is left, one of the two is wrong.

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.registry import library
from engine.registry.soundness import exploration, translation
from engine.registry.soundness.token_net import Net
from engine.spiff import parser, workflow
from tests.workflows.instrumented import REPEATED, Instrumented, instrumented, own_message

MOST_BELIEFS = 20_000
Spots = frozenset[tuple[str, str]]


class TooManyBeliefs(Exception):
    """The net may be in more markings than are worth looking at."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is offered at rest: steps and events, by process and element, or the end."""

    offered: Spots
    ended: bool


@dataclass(slots=True)
class Beliefs:
    """The markings in which the engine may be, as far as what it offered tells."""

    net: Net
    markings: set[int] = field(default_factory=set)
    triggers: dict[int, list[int]] = field(default_factory=dict)
    expected: set[Seen] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.triggers = exploration.triggers_of(self.net)
        self.markings = set(self.net.starts)

    def keep(self, seen: Seen) -> None:
        """Let the net come to rest, and keep the markings in which it offers what was seen."""
        resting = self.at_rest()
        self.expected = {self.offers(marking) for marking in resting}
        self.markings = {marking for marking in resting if self.offers(marking) == seen}

    def follow(self, chosen: tuple[str, str]) -> None:
        """Do in every marking what was done in the engine."""
        following = set()
        for marking in self.markings:
            for number in self.enabled(marking):
                if self.told(number) == chosen:
                    following.add(self.fired(marking, number))
        self.markings = following

    def at_rest(self) -> set[int]:
        """Every marking that the net comes to before anybody is waited for."""
        seen, pending, resting = set(self.markings), list(self.markings), set()
        while pending:
            marking = pending.pop()
            silent = [number for number in self.enabled(marking) if not self.net.transitions[number].waits]
            if not silent:
                resting.add(marking)
            for number in silent:
                following = self.fired(marking, number)
                if following not in seen:
                    seen.add(following)
                    pending.append(following)
            if len(seen) > MOST_BELIEFS:
                raise TooManyBeliefs
        return resting

    def offers(self, marking: int) -> Seen:
        """What the net offers in a marking at rest."""
        return Seen(frozenset(self.told(number) for number in self.enabled(marking)), ended=marking == 0)

    def enabled(self, marking: int) -> list[int]:
        return exploration.enabled(marking, self.triggers, self.net.transitions, urgent=False)

    def told(self, number: int) -> tuple[str, str]:
        return tuple(self.net.transitions[number].spots[0])

    def fired(self, marking: int, number: int) -> int:
        transition = self.net.transitions[number]
        taken = transition.pre
        for place, _ in transition.joins:
            taken |= place & marking
        left = marking & ~taken & ~transition.reset
        assert not left & transition.post, "two tokens meet, in a process that was proved sound"
        return left | transition.post


@dataclass
class Drawing:
    """A host whose operations decide nothing: the walker draws every choice."""

    dice: random.Random
    model: Instrumented
    instances: int
    straight: float = 0.5  # How often the first way is taken: walks that get far, and walks that turn back.
    now: datetime = datetime(2026, 11, 16, 9, tzinfo=UTC)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Paris"))
    is_suspended: bool = False

    def operate(self, _step: object, _routing: Mapping[str, object]) -> dict[str, object]:
        return self.drawn()

    def drawn(self) -> dict[str, object]:
        """A new way for every choice."""
        routing: dict[str, object] = {REPEATED: self.instances}
        for choice in self.model.choices:
            for name in choice.variables():
                first = self.dice.random() < self.straight
                routing[name] = (
                    first if choice.inclusive else (0 if first else self.dice.randrange(choice.ways))
                )
        return routing


class Walk:
    """One instance of the engine, saved and restored at every step, and the net that must agree with it."""

    def __init__(self, files: Mapping[str, bytes], process: str, *, seed: int, instances: int = 2) -> None:
        self.model = instrumented(files)
        self.dice = random.Random(seed)
        self.host = Drawing(self.dice, self.model, instances, self.dice.choice([0.2, 0.6, 0.9, 0.97]))
        self.patience = self.dice.choice([0.5, 0.9, 0.99])
        self.process = process
        self.spec = parser.parse(self.model.files, process)
        drawn = library.processes_of(self.model.files)
        self.beliefs = Beliefs(translation.net_of(drawn[process], drawn))
        # The steps that several people carry out: done by one of them, they are not over.
        self.repeated = {(each.id, node.id) for each in drawn.values() for node in each.nodes if node.loop}
        self.names = {own_message(each.id, node.id): (each.id, node.id)
                      for each in drawn.values() for node in each.nodes}  # fmt: skip
        self.open: dict[UUID, tuple[str, str]] = {}
        self.acts: list[str] = []
        routing = dict.fromkeys(self.spec.routing_names, False) | self.host.drawn()
        self.state = ""
        self.take(workflow.start(self.spec, self.host, routing))

    def take(self, advanced: workflow.Advanced) -> None:
        """Remember what the engine offers now."""
        for task_id in advanced.closed:
            self.open.pop(task_id, None)
        self.open |= {each.id: (each.step.process, each.step.id) for each in advanced.opened}
        self.state, self.ended = advanced.state, advanced.ended
        self.awaited = {self.names[name] for name in advanced.awaited}

    def go(self, most: int) -> int:
        """Walk until the end, or so many acts; give how many there were."""
        self.compare()
        while not self.ended and len(self.acts) < most:
            self.act()
            self.compare()
        return len(self.acts)

    def compare(self) -> None:
        """Ask both what they offer. Raises `AssertionError` where the net expected something else."""
        seen = Seen(frozenset(self.open.values()) | frozenset(self.awaited), self.ended)
        self.beliefs.keep(seen)
        assert self.beliefs.markings, disagreement(self.acts, seen, self.beliefs.expected)

    def act(self) -> None:
        """Do one of the things that are offered, drawn by lot; restored now and then as by another process."""
        if self.dice.random() < 0.15:
            self.spec = parser.parse(self.model.files, self.process)
        task_id, spot = self.dice.choice(self.options())
        self.acts.append(".".join(spot))
        if task_id is None:
            rerouted = workflow.reroute(self.spec, self.state, self.host, self.host.drawn())
            name = own_message(*spot)
            self.take(workflow.send_message(self.spec, rerouted.state, self.host, name))
        else:
            self.take(workflow.complete(self.spec, self.state, self.host, task_id, self.host.drawn()))
            if spot in self.open.values() and task_id not in self.open and spot in self.repeated:
                return  # Others of the same step are still to do theirs.
        self.beliefs.follow(spot)

    def options(self) -> list[tuple[UUID | None, tuple[str, str]]]:
        """The steps that are open, or the events that are waited for: rarely those, as long as somebody works."""
        steps = [*sorted(self.open.items(), key=str)]
        events = [(None, spot) for spot in sorted(self.awaited)]
        return steps if steps and (not events or self.dice.random() < self.patience) else events


def disagreement(acts: list[str], seen: Seen, expected: Collection[Seen]) -> str:
    """Say on what the two disagree, and how one comes there."""
    told = [sorted(map(".".join, each.offered)) or ("ended" if each.ended else "stuck") for each in expected]
    offered = sorted(map(".".join, seen.offered)) or ("ended" if seen.ended else "stuck")
    return f"after {acts}: the engine offers {offered}, the net {told[:4]}"
