"""What a form is asked about, and the parts of its context, each worked out only when it is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from engine.people import basins
from engine.people.models import Basin
from engine.projects.models import Project
from engine.projects.recording import find
from engine.registry import parameters
from forms.context import Choice

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import TaskView

Value = TypeVar("Value")
Fact = tuple[str, str]


class Later(Mapping[str, Value]):
    """A mapping whose values are worked out when first read: choices that no answer needs cost nothing."""

    def __init__(self, makers: Mapping[str, Callable[[], Value]]) -> None:
        self._makers = makers
        self._made: dict[str, Value] = {}

    def __getitem__(self, key: str) -> Value:
        if key not in self._made:
            self._made[key] = self._makers[key]()
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


@dataclass(slots=True)
class Asked:
    """A form being shown or read: for which task or dossier, in which basin, on which day."""

    work: UnitOfWork
    form: str
    basin_id: int
    case_id: UUID | None
    task: TaskView | None
    today: date
    showing: bool

    @property
    def project(self) -> Project:
        """The dossier. Raises `ProjectNotFound`."""
        if self.case_id is None:
            raise LookupError(f"the form {self.form} is about a dossier")
        return find(self.work, self.case_id)

    @property
    def basin(self) -> Basin:
        """The basin."""
        return basins.find(self.work, self.basin_id)

    def parameters(self) -> dict[str, Any]:
        """The basin's current parameters, as of the act (D14)."""
        return basins.parameters(self.work, self.basin_id, parameters.defaults(parameters.Kind.CURRENT))


@dataclass(slots=True)
class Parts:
    """What a form's context is made of; `prefill` and `facts` are asked for only when it is shown."""

    choices: Mapping[str, Callable[[], Sequence[Choice]]] = field(default_factory=dict)
    prefill: Callable[[], Mapping[str, object]] = dict
    facts: Callable[[], Sequence[Fact]] = list
    limits: Mapping[str, object] = field(default_factory=dict)
    excluded: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def choices_of(rows: Iterable[tuple[UUID, str]]) -> list[Choice]:
    """Rows of identifiers and names as choices, each once."""
    return [Choice(str(identifier), name) for identifier, name in dict(rows).items()]
