"""What a rule of the charter looks like to the proof: an automaton that reads the labels of a run."""

from __future__ import annotations

from typing import Protocol


class Automaton(Protocol):
    """A finite automaton over labels. It reads only those of `labels`, in the order of the run."""

    @property
    def code(self) -> str:
        """The name under which a violation is told."""

    @property
    def labels(self) -> frozenset[str]:
        """The labels it reads."""

    @property
    def initial(self) -> int:
        """Its state before anything happened."""

    def step(self, state: int, label: str) -> int:
        """Give its next state after a label."""

    def is_violated(self, state: int) -> bool:
        """Tell whether the rule is broken, whatever comes next."""

    def accepts(self, state: int) -> bool:
        """Tell whether a process may be completed in this state."""
