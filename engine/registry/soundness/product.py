"""Several automata read as one, each combination of their states under a small number."""

from __future__ import annotations

from collections.abc import Sequence

from engine.registry.soundness.automata import Automaton


class Product:
    """The automata of a proof side by side; what they have read together is a number."""

    def __init__(self, automata: Sequence[Automaton]) -> None:
        self.automata = tuple(automata)
        self.alphabet = frozenset(label for automaton in automata for label in automaton.labels)
        self.combinations: list[tuple[int, ...]] = []
        self.numbers: dict[tuple[int, ...], int] = {}
        self.steps: dict[tuple[int, tuple[str, ...]], int] = {}
        self.broken: dict[int, list[int]] = {}
        self.initial = self.number(tuple(automaton.initial for automaton in automata))

    def number(self, combination: tuple[int, ...]) -> int:
        """Give the number of a combination of states."""
        known = self.numbers.get(combination)
        if known is None:
            known = self.numbers[combination] = len(self.combinations)
            self.combinations.append(combination)
        return known

    def visible(self, labels: Sequence[str]) -> tuple[str, ...]:
        """Give those labels that some automaton reads."""
        return tuple(label for label in labels if label in self.alphabet)

    def read(self, number: int, labels: tuple[str, ...]) -> int:
        """Give the number after reading some labels."""
        known = self.steps.get((number, labels))
        if known is None:
            combination = self.combinations[number]
            for label in labels:
                combination = tuple(
                    automaton.step(state, label) if label in automaton.labels else state
                    for automaton, state in zip(self.automata, combination, strict=True)
                )
            known = self.steps[number, labels] = self.number(combination)
        return known

    def violated(self, number: int) -> list[int]:
        """Give the automata that are violated, by their position."""
        known = self.broken.get(number)
        if known is None:
            states = enumerate(zip(self.automata, self.combinations[number], strict=True))
            known = [position for position, (automaton, state) in states if automaton.is_violated(state)]
            self.broken[number] = known
        return known

    def unaccepting(self, number: int) -> list[int]:
        """Give the automata that forbid a completion here, by their position."""
        states = enumerate(zip(self.automata, self.combinations[number], strict=True))
        return [position for position, (automaton, state) in states if not automaton.accepts(state)]
