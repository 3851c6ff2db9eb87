"""What a diagram may compute: comparisons of routing variables, evaluated by simpleeval."""

from __future__ import annotations

import ast
import operator
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import simpleeval

from engine import errors

LONGEST_TEXT = 300
MOST_NODES = 80

# Anything else is refused when the diagram is read: no call, attribute, subscript, power, product,
# comprehension, lambda, formatted string or assignment, hence nothing to execute and nothing to exhaust.
ALLOWED_NODES: tuple[type[ast.AST], ...] = (
    ast.Expr, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.BinOp, ast.Add, ast.Sub,
    ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Name, ast.Load, ast.Constant,
)  # fmt: skip
OPERATORS: Mapping[type[ast.AST], Callable[..., object]] = {
    ast.Not: operator.not_,
    ast.USub: operator.neg,
    ast.Add: simpleeval.safe_add,
    ast.Sub: operator.sub,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
# The functions a diagram may call, by name. None is needed: an operation computes, a diagram compares.
FUNCTIONS: Mapping[str, Callable[..., object]] = {}
KEPT = threading.local()


class InvalidExpression(errors.EngineError):
    """L’expression « {text} » n’est pas acceptée ({reason})."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read and accepted once, ready to be evaluated any number of times."""

    text: str
    tree: ast.Expr
    names: frozenset[str]

    def evaluate(self, routing: Mapping[str, object]) -> object:
        """Give the expression's value for these routing variables.

        Raises `InvalidExpression` when a variable is missing or the kinds do not compare.
        """
        evaluator = evaluator_of_this_thread()
        evaluator.names = routing
        try:
            return evaluator.eval(self.text, previously_parsed=self.tree)
        except (simpleeval.InvalidExpression, TypeError, ValueError, ArithmeticError) as problem:
            raise InvalidExpression(text=self.text, reason=str(problem)) from problem


def evaluator_of_this_thread() -> simpleeval.SimpleEval:
    """Give the one evaluator of this thread: making one costs more than using it."""
    found: simpleeval.SimpleEval | None = getattr(KEPT, "evaluator", None)
    if found is None:
        found = KEPT.evaluator = simpleeval.SimpleEval(
            operators=dict(OPERATORS), functions=dict(FUNCTIONS), names={}
        )
    return found


@lru_cache(maxsize=4096)
def compile_expression(text: str) -> Expression:
    """Read an expression and accept it, or refuse it.

    Raises `InvalidExpression`.
    """
    if len(text) > LONGEST_TEXT:
        raise InvalidExpression(text=text[:40], reason="trop longue")
    tree = parsed(text)
    nodes = list(ast.walk(tree))
    if len(nodes) > MOST_NODES:
        raise InvalidExpression(text=text, reason="trop compliquée")
    for node in nodes:
        require_allowed(node, text)
    return Expression(text, tree, frozenset(n.id for n in nodes if isinstance(n, ast.Name)))


def names_in(text: str) -> frozenset[str]:
    """Give the routing variables an expression reads. Raises `InvalidExpression`."""
    return compile_expression(text).names


def parsed(text: str) -> ast.Expr:
    """Give the tree of the one expression a text holds."""
    try:
        body = ast.parse(text.strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        raise InvalidExpression(text=text, reason="illisible") from problem
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        raise InvalidExpression(text=text, reason="une seule expression est attendue")
    return body[0]


def require_allowed(node: ast.AST, text: str) -> None:
    """Refuse a node that is not in the grammar, a private name, or a constant that is not routing."""
    if not isinstance(node, ALLOWED_NODES):
        raise InvalidExpression(text=text, reason=type(node).__name__)
    if isinstance(node, ast.Name) and node.id.startswith("_"):
        raise InvalidExpression(text=text, reason=node.id)
    if isinstance(node, ast.Constant) and not isinstance(node.value, str | int | bool):
        raise InvalidExpression(text=text, reason=type(node.value).__name__)
