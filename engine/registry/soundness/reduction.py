"""Make a net smaller without changing what is proved of it: fewer places, far fewer markings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.registry.soundness import effort
from engine.registry.soundness.token_net import Net, Transition, bits, union

# What must be equal for two transitions to do the same.
Effect = tuple[object, ...]


def reduced(net: Net, alphabet: frozenset[str], *, prompt: bool, until: float = math.inf) -> Net:
    """Give a smaller net with the same faults; it reads the labels of `alphabet` in the same orders.

    With `prompt`, what the engine does at once still goes before what waits for somebody. Each
    transition keeps, in `parts`, the transitions of the first net that it stands for. After `until`, the
    net is given as far as it was made smaller: each step on the way is as good.
    """
    begun = net if net.starts == (net.starts[0] & -net.starts[0],) else with_one_start(net)
    reduction = Reduction(begun, alphabet, prompt=prompt)
    reduction.run(until)
    unneeded = frozenset(part for transition in reduction.unneeded for part in transition.parts)
    return replace(
        begun,
        transitions=list(reduction.transitions.values()),
        unneeded=begun.unneeded | unneeded,
    )


def with_one_start(net: Net) -> Net:
    """Give the same net with one place marked at first, from which all its ways of starting go."""
    beginning = 1 << len(net.spots)
    ways = [Transition(pre=beginning, post=start) for start in net.starts]
    return replace(net, spots=[*net.spots, None], transitions=[*ways, *net.transitions], starts=(beginning,))


class Reduction:
    """A net being reduced: its transitions by number, and for each place who fills and who empties it."""

    def __init__(self, net: Net, alphabet: frozenset[str], *, prompt: bool) -> None:
        self.alphabet = alphabet
        self.prompt = prompt
        self.fleeting = net.fleeting
        self.kept = union(net.starts)
        self.transitions: dict[int, Transition] = {}
        self.effects: dict[Effect, int] = {}
        self.producers: dict[int, set[int]] = {}
        self.consumers: dict[int, set[int]] = {}
        self.masked: set[int] = set()
        self.waiting: dict[int, None] = {}  # Places to look at, in order.
        self.number = 0
        self.unneeded: list[Transition] = []
        self.gone = 0  # Places that nothing fills any more, until they are taken out everywhere.
        for transition in net.transitions:
            self.kept |= transition.read | union(place for place, _ in transition.joins)
        for transition in net.transitions:
            self.add(transition)
        self.signatures = signatures(net.transitions)

    def run(self, until: float) -> None:
        """Apply every rule until none applies, or time is up."""
        while effort.spent() < until:
            while self.waiting and effort.spent() < until:
                place = next(iter(self.waiting))
                del self.waiting[place]
                self.look_at(place)
            if not (self.clean() or self.merge_parallel()):
                return

    def look_at(self, place: int) -> None:
        """Apply to a place the first rule that makes it disappear, if one does."""
        if place & self.kept or not self.consumers.get(place) or not self.producers.get(place):
            return
        producers = [self.transitions[number] for number in self.producers[place]]
        consumers = [self.transitions[number] for number in self.consumers[place]]
        self.drop_idle(place, consumers)
        if self.is_passage(place, producers, consumers):
            self.fuse(place)
        elif self.is_end(place, producers, consumers) or self.is_idle(place, producers, consumers):
            self.forget(place)
        elif not self.prompt and self.is_prologue(place, producers, consumers):
            self.fuse(place)

    # What fits a rule.

    def is_passage(self, place: int, producers: list[Transition], consumers: list[Transition]) -> bool:
        """Tell whether a token may leave a place at once, unseen, for places that count alike.

        Nothing can then tell the place from those that come after it.
        """
        after = union(consumer.post for consumer in consumers)
        if not all(self.is_silent(consumer, place) and consumer.post for consumer in consumers):
            return False
        if after & place or any(self.signature(each) != self.signature(place) for each in bits(after)):
            return False
        if len(producers) * len(consumers) > len(producers) + len(consumers):
            return False
        if self.prompt and not self.is_prompt(place, producers, consumers):
            return False
        return not any(producer.post & after or producer.pre & place for producer in producers)

    def is_prompt(self, place: int, producers: list[Transition], consumers: list[Transition]) -> bool:
        """Tell whether the engine's own order survives: it leaves the place at once, or both sides wait."""
        if not any(consumer.waits for consumer in consumers):
            return True
        return all(each.waits for each in consumers) and all(
            each.waits and each.post == place for each in producers
        )

    def is_prologue(self, place: int, producers: list[Transition], consumers: list[Transition]) -> bool:
        """Tell whether what fills a place may as well wait until the token is taken from it.

        It fills nothing else, unseen, from places that count alike, and the token can always be taken.
        """
        if len(producers) != 1:
            return False
        (producer,) = producers
        if producer.post != place or not producer.pre or producer.pre & (self.kept | place):
            return False
        if not self.is_silent(producer, producer.pre):
            return False
        if any(self.signature(each) != self.signature(place) for each in bits(producer.pre)):
            return False
        return all(
            consumer.pre == place and not (consumer.read | consumer.reset | consumer.zero)
            for consumer in consumers
        )

    def is_end(self, place: int, producers: list[Transition], consumers: list[Transition]) -> bool:
        """Tell whether all that may happen to a token is to disappear, and two never meet there."""
        if not all(self.is_silent(consumer, place) and not consumer.post for consumer in consumers):
            return False
        if self.prompt and any(consumer.waits for consumer in consumers):
            return False
        if len(producers) == 1:
            (producer,) = producers
            alike = all(self.signature(each) == self.signature(place) for each in bits(producer.pre))
            if producer.post == place and alike and producer.pre and self.is_plain(producer):
                return True  # Two tokens here would have met before it.
            if producer.pre and not producer.pre & ~self.fleeting:
                return True  # It is fired once at most.
        return self.is_accompanied(place, producers)

    def is_idle(self, place: int, producers: list[Transition], consumers: list[Transition]) -> bool:
        """Tell whether a place only lets something be done that changes nothing else.

        So it is with an event that is armed, once what it sets off has been found to end by itself.
        """
        if self.signature(place, zeros_only=True) or not self.is_accompanied(place, producers):
            return False
        accompanying = producers[0].post
        for producer in producers:
            accompanying &= producer.post
        return all(
            consumer.pre == place
            and not (consumer.post or consumer.reset or consumer.zero)
            and not consumer.read & ~accompanying
            and not self.is_visible(consumer)
            for consumer in consumers
        )

    def is_accompanied(self, place: int, producers: list[Transition]) -> bool:
        """Tell whether another place is marked whenever this one is, so that two tokens meet there too."""
        together = producers[0].post & ~place
        for producer in producers:
            together &= producer.post
        return any(self.outlasts(companion, place) for companion in bits(together))

    def outlasts(self, companion: int, place: int) -> bool:
        """Tell whether whatever empties a companion finds the place empty, or empties it too."""
        takers = self.consumers.get(companion, set()) | {
            number for number in self.masked if self.transitions[number].reset & companion
        }
        return all(
            (self.transitions[number].zero | self.transitions[number].reset | self.transitions[number].pre)
            & place
            for number in takers
        )

    def is_silent(self, transition: Transition, place: int) -> bool:
        """Tell whether a transition does nothing but move a token from a place, unseen."""
        return transition.pre == place and self.is_plain(transition) and not self.is_visible(transition)

    @staticmethod
    def is_plain(transition: Transition) -> bool:
        """Tell whether a transition takes and gives tokens, and does no more."""
        return not (transition.read or transition.reset or transition.zero or transition.joins)

    def is_visible(self, transition: Transition) -> bool:
        """Tell whether an automaton reads something of a transition."""
        return any(label in self.alphabet for label in transition.labels)

    def signature(self, place: int, *, zeros_only: bool = False) -> tuple[int, ...]:
        """Give which sets of places hold a place, among those that something is emptied of or tested for."""
        resets, zeros = self.signatures.get(place, ((), ()))
        return zeros if zeros_only else (*resets, -1, *zeros)

    # What a rule does.

    def drop_idle(self, place: int, consumers: list[Transition]) -> None:
        """Drop a transition that puts back what it takes, where another may take it."""
        for consumer in list(consumers):
            back = consumer.pre == consumer.post == place and self.is_silent(consumer, place)
            if back and len(consumers) > 1 and (consumer.waits or not self.prompt):
                consumers.remove(consumer)
                self.remove(self.number_of(consumer))
                self.alive_with(consumer, self.producers[place])
                self.unneeded.append(consumer)

    def fuse(self, place: int) -> None:
        """Put each way out of a place after each way into it."""
        producers = [self.remove(number) for number in sorted(self.producers[place])]
        consumers = [self.remove(number) for number in sorted(self.consumers[place])]
        for first in producers:
            for second in consumers:
                self.add(one_after_the_other(first, second, place))
        self.gone |= place

    def forget(self, place: int) -> None:
        """Take away a place and all that empties it."""
        consumers = [self.remove(number) for number in sorted(self.consumers[place])]
        self.unneeded += consumers
        for number in sorted(self.producers[place]):
            producer = self.remove(number)
            spots = tuple(dict.fromkeys((*producer.spots, *(s for c in consumers for s in c.spots))))
            self.add(replace(producer, post=producer.post & ~place, spots=spots))
        self.gone |= place

    def clean(self) -> bool:
        """Take the places that are gone out of what is emptied and tested. False if it changes nothing."""
        changed = False
        for number in sorted(self.masked):
            transition = self.transitions[number]
            if (transition.reset | transition.zero) & self.gone:
                left = replace(
                    transition, reset=transition.reset & ~self.gone, zero=transition.zero & ~self.gone
                )
                self.remove(number)
                self.add(left)
                changed = True
        self.gone = 0
        return changed

    def merge_parallel(self) -> bool:
        """Keep one of several places that are always filled and emptied together."""
        groups: dict[tuple[object, ...], list[int]] = {}
        for place, consumers in self.consumers.items():
            producers = self.producers.get(place)
            if consumers and producers and not place & self.kept:
                alike = (frozenset(producers), frozenset(consumers), self.signature(place))
                groups.setdefault(alike, []).append(place)
        superfluous = [place for group in groups.values() for place in group[1:]]
        for place in superfluous:
            for number in sorted(self.producers[place] | self.consumers[place]):
                transition = self.remove(number)
                self.add(replace(transition, pre=transition.pre & ~place, post=transition.post & ~place))
            self.gone |= place
        return bool(superfluous)

    # Keeping the books.

    def add(self, transition: Transition) -> None:
        """Add a transition, or let one that does the same stand for it too."""
        effect = self.effect_of(transition)
        same = self.effects.get(effect)
        if same is not None:
            self.transitions[same] = standing_for_both(self.transitions[same], transition)
            return
        number = self.number
        self.number += 1
        self.transitions[number] = transition
        self.effects[effect] = number
        if transition.reset or transition.zero:
            self.masked.add(number)
        for place in bits(transition.inputs):
            self.consumers.setdefault(place, set()).add(number)
            self.waiting[place] = None
        for place in bits(transition.post):
            self.producers.setdefault(place, set()).add(number)
            self.waiting[place] = None

    def remove(self, number: int) -> Transition:
        """Take a transition away and give it."""
        transition = self.transitions.pop(number)
        del self.effects[self.effect_of(transition)]
        self.masked.discard(number)
        for place in bits(transition.inputs):
            self.consumers[place].discard(number)
            self.waiting[place] = None
        for place in bits(transition.post):
            self.producers[place].discard(number)
            self.waiting[place] = None
        return transition

    def alive_with(self, gone: Transition, numbers: Iterable[int]) -> None:
        """Let the elements of a transition that is gone count as reached when one of others is fired."""
        for number in numbers:
            other = self.transitions[number]
            spots = tuple(dict.fromkeys((*other.spots, *gone.spots)))
            self.transitions[number] = replace(other, spots=spots)

    def number_of(self, transition: Transition) -> int:
        """Give the number of a transition of the net."""
        return self.effects[self.effect_of(transition)]

    def effect_of(self, transition: Transition) -> Effect:
        """Give all that a transition does, as far as the proof can see."""
        visible = tuple(label for label in transition.labels if label in self.alphabet)
        waits = transition.waits if self.prompt else False
        return (transition.pre, transition.post, transition.read, transition.reset, transition.zero,
                transition.joins, visible, waits, transition.entry)  # fmt: skip


def one_after_the_other(first: Transition, second: Transition, place: int) -> Transition:
    """Give the transition that does what two do, the second taking what the first put in a place."""
    return replace(
        first,
        post=first.post & ~place | second.post,
        spots=tuple(dict.fromkeys((*first.spots, *second.spots))),
        moves=first.moves + second.moves,
        labels=first.labels + second.labels,
        parts=first.parts + second.parts,
    )


def standing_for_both(kept: Transition, same: Transition) -> Transition:
    """Give the transition that stands for two of the same effect: it tells the shorter story."""
    spots = tuple(dict.fromkeys((*kept.spots, *same.spots)))
    told = same if len(same.moves) < len(kept.moves) else kept
    return replace(kept, spots=spots, moves=told.moves, labels=told.labels, parts=told.parts)


def signatures(transitions: Iterable[Transition]) -> dict[int, tuple[tuple[int, ...], tuple[int, ...]]]:
    """Give for each place the sets of places, by number, that hold it: those emptied, those tested."""
    emptied: dict[int, int] = {}
    tested: dict[int, int] = {}
    for transition in transitions:
        emptied.setdefault(transition.reset, len(emptied))
        for mask in tests_of(transition):
            tested.setdefault(mask, len(tested))
    found: dict[int, tuple[list[int], list[int]]] = {}
    for kind, sets in enumerate((emptied, tested)):
        for mask, number in sets.items():
            for place in bits(mask):
                found.setdefault(place, ([], []))[kind].append(number)
    return {place: (tuple(resets), tuple(zeros)) for place, (resets, zeros) in found.items()}


def tests_of(transition: Transition) -> Iterator[int]:
    """Give the sets of places that a transition looks at without taking from them.

    A token at an input of an inclusive join, or on its only way there, counts alike: the join waits for
    it, and either way it may come.
    """
    yield transition.zero
    for place, before in transition.joins:
        yield place | before
