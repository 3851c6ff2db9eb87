"""Moved between the shipped variants anywhere in a life, an instance is refused with a reason or lives on."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

import pytest

from engine.registry import library
from engine.spiff import codec, parser, rebind, waiting, workflow
from engine.spiff.parser import Specification
from tests import effort
from tests.workflows import twins

ACTS = 60


@cache
def drawings() -> dict[str, dict[str, bytes]]:
    """The reference, and what each shipped basin makes of it."""
    reference = library.reference()
    return {"reference": reference} | {slug: library.basin(slug).apply(reference) for slug in library.slugs()}


@cache
def specification(name: str, process: str) -> Specification:
    return parser.parse(drawings()[name], process)


@dataclass
class Wanderer:
    """One instance that goes from variant to variant while it lives."""

    process: str
    dice: random.Random
    on: str = "reference"
    told: Counter = field(default_factory=Counter)
    sentences: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        words = {}
        for name in drawings():
            words |= twins.vocabulary(specification(name, self.process))
        first = datetime(2026, 1, 31, 9, tzinfo=UTC)
        self.host = twins.WalkingHost(words, self.dice, first, self.dice.choice([0.02, 0.1, 0.4]))
        begin = twins.WalkingHost(words, random.Random(1), first, 0).decisions()
        self.now = workflow.start(self.spec, self.host, begin)

    @property
    def spec(self) -> Specification:
        """The process as the variant at hand has it."""
        return specification(self.on, self.process)

    def try_to_move(self) -> None:
        """Go to another variant, or hear why not; what is moved still waits for the same people."""
        to = self.dice.choice([name for name in drawings() if name != self.on])
        new = specification(to, self.process)
        try:
            found = rebind.move(self.spec, new, self.now.marking, self.host)
        except rebind.CannotMove as refusal:
            self.told.update(each.template for each in refusal.refusals)
            self.sentences |= {each.told(locale) for each in refusal.refusals for locale in ("fr", "en")}
            return
        steps = {each.id: each.step.id for each in workflow.open_steps(self.spec, self.now.state)}
        assert {each.id: each.step.id for each in found.advanced.opened} == steps
        kept = {(each.process, each.step, each.due_at) for each in found.kept}
        assert kept == {(each.process, each.step, each.due_at) for each in self.now.timers}
        self.now, self.on = found.advanced, to
        self.told["moved"] += 1

    def act(self) -> None:
        """Somebody does their part, or the next date comes."""
        play = codec.load(self.spec, self.now.state, self.host)
        opened, messages = twins.sorted_open(play), sorted(waiting.awaited_messages(play))
        assert opened or self.now.due_at or messages, f"stuck on {self.on}: {self.now.marking}"
        if opened and (not self.now.due_at or self.dice.random() < 0.7):
            task = self.dice.choice(opened)[1]
            self.now = workflow.complete(
                self.spec, self.now.state, self.host, workflow.UUID(task.id), self.host.decisions()
            )
        elif self.now.due_at:
            self.host.now = max(self.host.now, self.now.due_at)
            self.now = workflow.fire_timers(self.spec, self.now.state, self.host)
        else:
            self.now = workflow.send_message(self.spec, self.now.state, self.host, messages[0])


def wander(process: str, seed: int) -> Wanderer:
    """Live so many acts, and try to move before each or nearly."""
    wanderer = Wanderer(process, random.Random(seed))
    for _ in range(ACTS):
        if wanderer.now.ended:
            break
        if wanderer.dice.random() < 0.6:
            wanderer.try_to_move()
        wanderer.act()
    assert not [each for each in wanderer.sentences if "{" in each or not each.endswith(".")]
    return wanderer


@pytest.mark.parametrize("process", twins.own_instances(twins.reference_files()))
def test_a_life_between_variants_is_never_stuck(process):
    dice, told = effort.dice("between variants", process), Counter()
    for _ in range(effort.times(12 if process == "project" else 2, 400)):
        seed = dice.randrange(1_000_000_000)
        try:
            told += wander(process, seed).told
        except AssertionError as problem:
            raise AssertionError(f"seed {seed}: {problem}") from problem

    if process == "project":
        assert told["moved"] > 20
        assert told[rebind.SHORTER], "some variants ask for twenty-four months, others for eighteen"
