"""What routing variables hold: yes or no, a number, a day, or one of a few words."""

from __future__ import annotations

import ast
import enum
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.i18n import mark as _

DAY = re.compile(r"(\d{4}-\d{2}-\d{2})?", re.ASCII)
ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


class Kind(enum.StrEnum):
    """What a routing variable holds, or an expression gives."""

    YES_NO = "yes_no"
    NUMBER = "number"
    DAY = "day"
    WORD = "word"


# In this order: for Python, yes and no are numbers.
CONSTANTS: tuple[tuple[type, Kind], ...] = ((bool, Kind.YES_NO), (int, Kind.NUMBER), (str, Kind.WORD))


@dataclass(frozen=True, slots=True)
class Variable:
    """One routing variable. `values` are the words that operations write; empty when they are not listed."""

    kind: Kind
    values: frozenset[str] = frozenset()


def known_from(
    first_values: Mapping[str, object], words: Mapping[str, frozenset[str]]
) -> dict[str, Variable]:
    """Give what each variable holds, from its first value and its name: a day's ends in `_on`."""
    return {
        name: Variable(kind_of_value(name, value), words.get(name, frozenset()))
        for name, value in first_values.items()
    }


def kind_of_value(name: str, value: object) -> Kind:
    """Give what a variable holds, from its first value and its name."""
    if isinstance(value, str):
        return Kind.DAY if name.endswith("_on") else Kind.WORD
    return Kind.YES_NO if isinstance(value, bool) else Kind.NUMBER


class Mismatch(Exception):
    """An expression whose parts do not fit each other; `template` says which, filled by `values`."""

    def __init__(self, template: str, **values: object) -> None:
        self.template = template
        self.values = values
        super().__init__(template)


def kind_of(part: ast.expr, known: Mapping[str, Variable]) -> Kind | None:
    """Give what a part of an expression gives; None where a variable is not known. Raises `Mismatch`."""
    if isinstance(part, ast.Name):
        return known[part.id].kind if part.id in known else None
    if isinstance(part, ast.Constant):
        return next((kind for held, kind in CONSTANTS if isinstance(part.value, held)), None)
    if isinstance(part, ast.BoolOp):
        return require(Kind.YES_NO, part.values, known)
    if isinstance(part, ast.Compare):
        sides = [part.left, *part.comparators]
        for operator, (first, second) in zip(part.ops, itertools.pairwise(sides), strict=True):
            compare(operator, first, second, known)
        return Kind.YES_NO
    return of_calculation(part, known)


def of_calculation(part: ast.expr, known: Mapping[str, Variable]) -> Kind | None:
    """Give what a negation, a sum or a difference gives. Raises `Mismatch`."""
    if isinstance(part, ast.BinOp):
        return require(Kind.NUMBER, [part.left, part.right], known)
    if isinstance(part, ast.UnaryOp):
        kind = Kind.YES_NO if isinstance(part.op, ast.Not) else Kind.NUMBER
        return require(kind, [part.operand], known)
    return None


def require(kind: Kind, parts: list[ast.expr], known: Mapping[str, Variable]) -> Kind:
    """Ask that parts all give one kind. Raises `Mismatch`."""
    for part in parts:
        found = kind_of(part, known)
        if found not in (None, kind):
            template = (
                _("« {id} » emploie « {part} » comme une réponse par oui ou par non, ce qu’il n’est pas.")
                if kind is Kind.YES_NO
                else _("« {id} » calcule avec « {part} », qui n’est pas un nombre.")
            )
            raise Mismatch(template, part=shown(part))
    return kind


def compare(operator: ast.cmpop, first: ast.expr, second: ast.expr, known: Mapping[str, Variable]) -> None:
    """Ask that two parts can be compared. Raises `Mismatch`."""
    kinds = [kind_of(part, known) for part in (first, second)]
    for part, other, other_kind in ((first, second, kinds[1]), (second, first, kinds[0])):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            require_value(part.value, other, known)
            kinds = [other_kind if kind is Kind.WORD and other_kind is Kind.DAY else kind for kind in kinds]
    if None not in kinds and kinds[0] != kinds[1]:
        raise Mismatch(
            _("« {id} » compare « {first} » et « {second} », qui ne sont pas de même nature."),
            first=shown(first), second=shown(second),
        )  # fmt: skip
    if isinstance(operator, ORDERS) and any(kind in (Kind.YES_NO, Kind.WORD) for kind in kinds):
        raise Mismatch(
            _("« {id} » range « {first} » et « {second} » dans un ordre, ce qui n’a de sens que pour des "
              "nombres ou des dates."),
            first=shown(first), second=shown(second),
        )  # fmt: skip


def require_value(text: str, other: ast.expr, known: Mapping[str, Variable]) -> None:
    """Ask that a text is one that the variable it is compared with may hold. Raises `Mismatch`.

    An empty text is what a variable holds before anybody decided.
    """
    variable = known.get(other.id) if isinstance(other, ast.Name) else None
    if variable is None or not text:
        return
    is_unknown_word = variable.kind is Kind.WORD and bool(variable.values) and text not in variable.values
    if is_unknown_word or (variable.kind is Kind.DAY and not DAY.fullmatch(text)):
        raise Mismatch(
            _("« {id} » compare « {name} » à « {value} », qu’elle ne vaut jamais."),
            name=shown(other), value=text[:80],
        )  # fmt: skip


def shown(part: ast.expr) -> str:
    """Give a part of an expression as it was written, or nearly."""
    return ast.unparse(part)[:80]
