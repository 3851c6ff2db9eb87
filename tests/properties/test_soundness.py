"""What holds of every net, however its process was drawn: made smaller, it has the same faults."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from hypothesis import assume, given, settings, target
from hypothesis import strategies as st

from engine.registry import graph
from engine.registry.soundness import effort as spending
from engine.registry.soundness import exploration, proving, stories, translation
from engine.registry.soundness.exploration import Bounds, Exploration
from engine.registry.soundness.product import Product
from engine.registry.soundness.proving import Code
from engine.registry.soundness.reduction import reduced
from engine.registry.soundness.stories import STUCK, UNSAFE, Ending
from engine.registry.soundness.token_net import Net, Spot
from tests import bpmn, effort, models

ENOUGH = Bounds(states=4_000, seconds=2)
WHOLE = Bounds(states=20_000, seconds=5)
REJECTING = 3


@dataclass(frozen=True)
class Drawn:
    """An automaton drawn at random: whatever it reads, it goes where its table says."""

    read: tuple[str, ...]
    table: tuple[tuple[int, ...], ...]
    accepted: frozenset[int]
    initial: int = 0
    code: str = "drawn"

    @property
    def labels(self) -> frozenset[str]:
        return frozenset(self.read)

    def step(self, state: int, label: str) -> int:
        return state if state == REJECTING else self.table[state][self.read.index(label)]

    def is_violated(self, state: int) -> bool:
        return state == REJECTING

    def accepts(self, state: int) -> bool:
        return state in self.accepted


@st.composite
def automata(draw: st.DrawFn, process: graph.Process) -> tuple[Drawn, ...]:
    """Give automata that read some labels of a process, in an order that matters."""
    steps = sorted({node.alize["step"] for node in process.nodes if "step" in node.alize})
    labels = [label for step in steps for label in (step, f"{step}:entered")]
    found = []
    for _ in range(draw(st.integers(0, 2)) if labels else 0):
        read = tuple(draw(st.lists(st.sampled_from(labels), min_size=1, max_size=3, unique=True)))
        row = st.tuples(*[st.integers(0, REJECTING)] * len(read))
        table = draw(st.tuples(row, row, row))
        found.append(Drawn(read, table, draw(st.frozensets(st.integers(0, 2), min_size=1))))
    return tuple(found)


def walked(net: Net, product: Product, *, urgent: bool = False) -> Exploration:
    deadline = spending.spent() + ENOUGH.seconds
    found = exploration.explore(net, product, bounds=ENOUGH, deadline=deadline, urgent=urgent)
    assume(found.complete)
    return found


def unreached(net: Net, found: Exploration) -> set[Spot]:
    return net.elements - {spot for number in found.fired for spot in net.transitions[number].spots}


@settings(max_examples=effort.times(40, 600))
@given(st.data(), models.any_models())
def test_a_net_made_smaller_has_the_same_faults_and_violations(data, text):
    process = bpmn.diagram(text).processes[0]
    net = translation.net_of(process, {})
    product = Product(data.draw(automata(process)))
    whole = walked(net, product)
    prompt = reduced(net, product.alphabet, prompt=True)
    for small in (prompt, reduced(prompt, product.alphabet, prompt=False)):
        found = walked(small, product)

        assert (found.unsafe is None) == (whole.unsafe is None)
        if whole.unsafe is None:
            assert (found.lost is None, found.stuck is None) == (whole.lost is None, whole.stuck is None)
            assert unreached(small, found) == unreached(net, whole)
            assert found.violations.keys() == whole.violations.keys()
    target(float(whole.states))


@settings(max_examples=effort.times(40, 600))
@given(models.any_models())
def test_in_the_engines_order_it_is_lost_where_the_whole_net_is(text):
    net = translation.net_of(bpmn.diagram(text).processes[0], {})
    nothing = Product(())
    free = walked(net, nothing)
    assume(free.unsafe is None and free.lost is None)

    whole = walked(net, nothing, urgent=True)
    small = walked(reduced(net, frozenset(), prompt=True), nothing, urgent=True)

    assert (small.lost is None) == (whole.lost is None)


@settings(max_examples=effort.times(40, 600))
@given(models.sound_models())
def test_what_is_built_of_blocks_that_fit_is_sound(text):
    process = bpmn.diagram(text).processes[0]

    findings = proving.prove(process, {}, bounds=WHOLE).findings

    # Inclusive splits side by side, drawn by dozens, are beyond any bound: few are, or nothing could be drawn.
    assume({each.code for each in findings} != {Code.UNDECIDED})
    assert findings == ()


@settings(max_examples=effort.times(40, 600))
@given(st.data(), models.any_models())
def test_a_story_can_be_lived_and_ends_with_its_fault(data, text):
    process = bpmn.diagram(text).processes[0]
    net = translation.net_of(process, {})
    product = Product(data.draw(automata(process)))
    small = reduced(reduced(net, product.alphabet, prompt=True), product.alphabet, prompt=False)
    assume(len(net.transitions) < 80)  # Larger nets may be searched in part only.
    walked(net, product)
    found = walked(small, product)
    endings = {Ending(automaton=position): path for position, path in found.violations.items()}
    if found.unsafe is not None:
        endings = {UNSAFE: found.unsafe}
    elif found.stuck is not None:
        endings |= {STUCK: found.stuck}

    until = spending.spent() + ENOUGH.seconds
    shortest = stories.shortest(net, small, product, endings, until=until, looks=sys.maxsize)
    through = stories.through(net, small, product, endings, until=until, looks=sys.maxsize)

    assert shortest.keys() == through.keys() == endings.keys()
    for ending in endings:
        assert ends_so(net, product, shortest[ending].path, ending)
        assert ends_so(net, product, through[ending].path, ending)
        moves = stories.told(net, shortest[ending].path), stories.told(net, through[ending].path)
        assert len(moves[0]) <= len(moves[1])


def ends_so(net: Net, product: Product, path: list[int], ending: Ending) -> bool:
    """Fire a path from each start, and tell whether it ends as it should from one of them."""
    return any(lived(net, product, path, ending, start) for start in net.starts)


def lived(net: Net, product: Product, path: list[int], ending: Ending, marking: int) -> bool:
    """Fire a path from a marking, and tell whether it ends as it should."""
    triggers, reading, met = exploration.triggers_of(net), product.initial, 0
    for number in path:
        if met or number not in exploration.enabled(marking, triggers, net.transitions, urgent=False):
            return False
        marking, met = stories.fired(net, number, marking)
        reading = product.read(reading, product.visible(net.transitions[number].labels))
    if ending.unsafe:
        return bool(met)
    if ending.stuck:
        return bool(marking) and not exploration.enabled(marking, triggers, net.transitions, urgent=False)
    violated = ending.automaton in product.violated(reading)
    return violated or (not marking and ending.automaton in product.unaccepting(reading))
