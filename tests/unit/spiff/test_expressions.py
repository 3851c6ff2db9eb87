"""A diagram compares routing variables, and can do nothing else."""

import os
import tempfile
import time
from pathlib import Path

import pytest

from engine.spiff import expressions
from engine.spiff.expressions import InvalidExpression, compile_expression

MARK = Path(
    tempfile.gettempdir(), f"alize_expression_attack_{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
)
ROUTING = {"decision_outcome": "approved", "signatory_count": 3, "decision_signed": True, "empty": ""}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("decision_outcome == 'approved'", True),
        ('decision_outcome != "approved"', False),
        ("decision_signed and signatory_count > 2", True),
        ("not decision_signed or signatory_count + 1 == 4", True),
        ("1 < signatory_count <= 3", True),
        ("signatory_count", 3),
        ("  decision_signed  ", True),
        ("-signatory_count < 0", True),
        ("empty == ''", True),
    ],
)
def test_comparisons_of_routing_variables_are_evaluated(text, expected):
    assert compile_expression(text).evaluate(ROUTING) == expected


ATTACKS = [
    f"__import__('os').system('touch {MARK}')",
    f"().__class__.__base__.__subclasses__()[0]('touch {MARK}')",
    "open('/etc/passwd').read()",
    "'{0.__class__}'.format(decision_outcome)",
    "(x for x in (1,)).gi_frame",
    "9**9**7",
    "'a'*10**9",
    "'a' * 100000000",
    "10 << 1000000",
    "lambda: 1",
    "(lambda: 1)()",
    "(x := 1)",
    "[x for x in range(10**9)]",
    "sum(x for x in range(10**9))",
    "{1: 2}",
    "[1, 2]",
    "(1, 2)",
    "f'{decision_outcome}'",
    "decision_outcome.upper()",
    "decision_outcome[0]",
    "decision_outcome if decision_signed else 1",
    "__builtins__",
    "_private",
    "eval('1')",
    "len(decision_outcome)",
    "1; 2",
    "import os",
    "x = 1",
    "1.5",
    "None",
    "b'x'",
    "...",
    "1j",
    "",
    "   ",
    "a ==",
    "decision_outcome is None",
    "'app' in decision_outcome",
    "await x",
    "a\0b",
    "(" * 150 + "1" + ")" * 150,
    "not " * 90 + "decision_signed",
    "a" * 400,
    "1 +" * 90 + "1",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_anything_else_is_refused_when_it_is_read_at_once_and_without_effect(text):
    MARK.unlink(missing_ok=True)
    began = time.perf_counter()

    with pytest.raises(InvalidExpression):
        compile_expression(text)

    assert time.perf_counter() - began < 1
    assert not MARK.exists()


def test_a_missing_variable_is_refused_when_it_is_evaluated():
    with pytest.raises(InvalidExpression) as refusal:
        compile_expression("unheard_of == 1").evaluate(ROUTING)

    assert "unheard_of" in refusal.value.message


def test_values_that_do_not_compare_are_refused():
    with pytest.raises(InvalidExpression):
        compile_expression("decision_outcome > 3").evaluate(ROUTING)


def test_a_variable_may_not_stand_for_a_function():
    with pytest.raises(InvalidExpression):
        compile_expression("decision_outcome()")


def test_the_names_an_expression_reads_are_told():
    assert expressions.names_in("a == 'b' and not c or d + 1 > e") == {"a", "c", "d", "e"}


def test_true_and_false_are_values_not_names():
    assert expressions.names_in("decision_signed == True") == {"decision_signed"}
    assert compile_expression("decision_signed == True").evaluate(ROUTING) is True
