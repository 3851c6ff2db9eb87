"""When a question is asked, or must be answered: it depends on the answer to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

ANY = "*"
NONE = ""
LONGEST_NUMBER = 10**40


@dataclass(frozen=True, slots=True)
class When:
    """Holds when `field` has one of `values`, written as in the page (« yes », « no » for a bool).

    The value `*` stands for any answer, the empty value for none.
    """

    field: str
    values: tuple[str, ...]

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Say whether the condition is met by these clean answers."""
        value = spelled(answers.get(self.field))
        return value in self.values or (ANY in self.values and value != NONE)


def when(field: str, *values: str | bool) -> When:
    """The condition that `field` has one of these values."""
    return When(field, tuple(spelled(value) for value in values))


def answered(field: str) -> When:
    """The condition that `field` has been answered."""
    return When(field, (ANY,))


def unanswered(field: str) -> When:
    """The condition that `field` has been left empty."""
    return When(field, (NONE,))


def spelled(value: object) -> str:
    """Write an answer as the page's control does."""
    if value is None or value == []:
        return NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and not isinstance(value, Enum) and abs(value) > LONGEST_NUMBER:
        return NONE  # Python refuses to write numbers of thousands of digits.
    return str(value.value) if isinstance(value, Enum) else str(value)
