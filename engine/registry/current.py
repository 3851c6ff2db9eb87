"""A basin's current parameters changed within the table's bounds, and what they were before (D14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from engine import errors
from engine.i18n import mark as _
from engine.people import basins
from engine.registry import drawings, parameters, versions

if TYPE_CHECKING:
    from engine.people.models import BasinParameter
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.registry.parameters import Parameter


class UnknownParameter(errors.NotFound):
    """Ce paramètre n’existe pas. « alize basin parameters » et la page du bassin en donnent la liste."""


class ChangesWithVersion(errors.Conflict):
    """Ce paramètre est dans les diagrammes : il change en publiant une nouvelle version du processus."""


def change(work: UnitOfWork, *, basin_id: int, key: str, value: object, reason: str) -> None:
    """Give a current parameter another value, at once, for acts from now on.

    Raises `UnknownParameter`, `ChangesWithVersion`, and `InvalidAnswers` on `value` or `reason` when
    the table, the charter or the other parameters do not allow it.
    """
    line = find(key)
    if line.kind is parameters.Kind.PUBLISHED:
        raise ChangesWithVersion(key=key)
    basins.lock(work, basin_id)
    if plain(in_force(work, basin_id)[key]) == plain(value):
        raise errors.InvalidAnswers(
            {"value": [_("C’est déjà la valeur en vigueur : il n’y a rien à changer.")]}
        )
    require_possible(work, basin_id, key, value)
    basins.change_parameter(work, basin_id=basin_id, key=key, value=plain(value), reason=reason)


def require_possible(work: UnitOfWork, basin_id: int, key: str, value: object) -> None:
    """Refuse a value that the table, the charter or the basin's other parameters do not allow.

    Raises `InvalidAnswers` on `value`.
    """
    problem = parameters.refusal_of(key, value, parameters.Kind.CURRENT)
    if problem is not None:
        raise errors.InvalidAnswers({"value": [problem]})
    values = {**in_force(work, basin_id), key: value}
    together = list(dict.fromkeys(problems_together(work, basin_id, values)))
    if together:
        raise errors.InvalidAnswers({"value": together})


def find(key: str) -> Parameter:
    """A line of the table. Raises `UnknownParameter`."""
    line = parameters.BY_KEY.get(key)
    if line is None:
        raise UnknownParameter(key=key)
    return line


def in_force(work: UnitOfWork, basin_id: int) -> Mapping[str, Any]:
    """Every parameter of a basin as it stands now: the current ones, and those of its diagrams."""
    version = drawings.in_force(work, basin_id, on=basins.today(work, basin_id))
    published = {} if version is None else version.parameters
    return {
        **parameters.defaults(),
        **known_of(published),
        **basins.parameters(work, basin_id, parameters.defaults(parameters.Kind.CURRENT)),
    }


def problems_together(work: UnitOfWork, basin_id: int, values: Mapping[str, Any]) -> Iterator[str]:
    """Give what is wrong with parameters beside each other, today and from the day of what is coming."""
    yield from parameters.problems_together(values)
    for published in versions.parameters_coming(work, basin_id, on=basins.today(work, basin_id)):
        yield from parameters.problems_together({**values, **known_of(published)})


def known_of(published: Mapping[str, Any]) -> dict[str, Any]:
    """The published parameters of a version that this release knows."""
    return {key: value for key, value in published.items() if key in parameters.BY_KEY}


def changes_of(work: UnitOfWork, basin_id: int, key: str) -> list[BasinParameter]:
    """Every value that one parameter was given, the latest first."""
    return [each for each in reversed(basins.changes(work, basin_id)) if each.key == key]


def plain(value: object) -> object:
    """A value as the database keeps it: pairs are lists."""
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value
