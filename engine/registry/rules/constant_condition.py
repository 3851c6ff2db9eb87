"""A condition that always says the same: one of the branches after the choice is only drawn."""

from __future__ import annotations

import ast
import itertools
import operator
from collections.abc import Callable, Iterator, Mapping

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.context import Context
from engine.registry.problems import Level, Problem
from engine.registry.variables import Kind, Variable
from engine.spiff import expressions

CODE = "CONSTANT_CONDITION"
LEVEL = Level.HOUSE
MOST_TURNS = 2_000  # Evaluations for one file: a file made to harm holds hundreds of conditions.
MOST_TURNS_EACH = 64
COMPARED: Mapping[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
TEMPLATES = {
    True: _(
        "La condition de « {id} » est toujours vraie : les autres suites ne seraient jamais prises. "
        "Comparez une réponse que quelqu’un donne."
    ),
    False: _(
        "La condition de « {id} » n’est jamais vraie : cette suite ne serait jamais prise. "
        "Comparez une réponse que quelqu’un donne."
    ),
}
Values = Mapping[str, object]


def check(diagram: graph.Diagram, context: Context) -> Iterator[Problem]:
    """Find the conditions whose answer is known before anybody has given one."""
    turns = MOST_TURNS
    for flow in diagram.flows():
        if flow.condition is None or turns <= 0:
            continue
        try:
            tree = expressions.compile_expression(flow.condition).tree
        except expressions.InvalidExpression:
            continue  # The expression rule says so already.
        answers = set()
        for values in itertools.islice(every_case(tree.value, context.variables), turns):
            turns -= 1
            answers.add(answer(tree.value, values))
            if len(answers) > 1:
                break
        else:
            if len(answers) == 1 and turns > 0:
                (said,) = answers
                yield Problem(LEVEL, CODE, TEMPLATES[said], {"id": flow.id}, (flow.id,))


def every_case(condition: ast.expr, known: Mapping[str, Variable]) -> Iterator[Values]:
    """Give every case that the parts of a condition may be in; none where they are too many to tell.

    What is compared to a number or a day, or is not known, may hold or not.
    """
    cases: dict[str, tuple[object, ...]] = {}
    for part in parts_of(condition):
        names = [each.id for each in ast.walk(part) if isinstance(each, ast.Name)]
        if is_plain(part) and all(possible(known.get(name)) for name in names):
            cases.update({name: possible(known.get(name)) for name in names})
        else:
            cases[ast.unparse(part)] = (False, True)
    count = 1
    for values in cases.values():
        count *= len(values)
    if count <= MOST_TURNS_EACH:
        for chosen in itertools.product(*cases.values()):
            yield dict(zip(cases, chosen, strict=True))


def parts_of(condition: ast.expr) -> Iterator[ast.expr]:
    """Give what a condition joins by « and », « or » and « not »."""
    if isinstance(condition, ast.BoolOp):
        for each in condition.values:
            yield from parts_of(each)
    elif isinstance(condition, ast.UnaryOp) and isinstance(condition.op, ast.Not):
        yield from parts_of(condition.operand)
    else:
        yield condition


def is_plain(part: ast.expr) -> bool:
    """Tell whether a part is a variable, a constant, or whether one is the other."""
    if isinstance(part, ast.Compare):
        sides = [part.left, *part.comparators]
        return all(type(each) in COMPARED for each in part.ops) and all(map(is_simple, sides))
    return is_simple(part)


def is_simple(part: ast.expr) -> bool:
    """Tell whether a part is a variable or a constant."""
    return isinstance(part, ast.Name | ast.Constant)


def possible(variable: Variable | None) -> tuple[object, ...]:
    """Give all that a variable may hold; nothing where it is not one of a few things."""
    if variable is None:
        return ()
    if variable.kind is Kind.YES_NO:
        return (False, True)
    if variable.kind is Kind.WORD and variable.values:
        return ("", *sorted(variable.values))
    return ()


def answer(part: ast.expr, values: Values) -> bool:
    """Give what a condition says in one case."""
    if isinstance(part, ast.BoolOp):
        join = all if isinstance(part.op, ast.And) else any
        return join(answer(each, values) for each in part.values)
    if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not):
        return not answer(part.operand, values)
    whole = ast.unparse(part)
    if whole in values:
        return bool(values[whole])
    if isinstance(part, ast.Compare):
        sides = [value(each, values) for each in (part.left, *part.comparators)]
        pairs = zip(part.ops, itertools.pairwise(sides), strict=True)
        return all(COMPARED[type(compared)](*pair) for compared, pair in pairs)
    return bool(value(part, values))


def value(part: ast.expr, values: Values) -> object:
    """Give what a variable or a constant is worth in one case."""
    return values[part.id] if isinstance(part, ast.Name) else getattr(part, "value", None)
