"""The conditions that an officer chooses in plain words: each is one that the check accepts."""

from __future__ import annotations

import pytest

from engine import installing
from engine.registry import library, variables
from engine.registry.variables import Kind
from engine.spiff import expressions
from web.variants import conditions


def test_every_variable_and_every_word_has_its_words():
    assert set(conditions.LABELS) == set(installing.VARIABLES)
    for name, variable in installing.VARIABLES.items():
        assert variable.values == set(conditions.WORDS.get(name, ())), name


@pytest.mark.parametrize("name", installing.VARIABLES)
def test_whatever_is_chosen_is_an_expression_that_the_check_accepts(name):
    variable = installing.VARIABLES[name]
    values = sorted(variable.values) or ["3"]

    for comparison in conditions.COMPARISONS[variable.kind]:
        for value in values:
            text = comparison.expression.format(name=name, value=value)
            tree = expressions.compile_expression(text).tree
            assert variables.kind_of(tree.value, installing.VARIABLES) is Kind.YES_NO, text


def test_a_process_is_offered_the_variables_of_the_lives_that_come_to_it():
    files = library.reference()

    of_project = list(conditions.known_in("appraisal", files))
    of_ladder = list(conditions.known_in("late_report", files))

    assert "qualification_outcome" in of_project
    assert "ladder_paused" not in of_project
    assert "ladder_paused" in of_ladder
    assert "qualification_outcome" not in of_ladder
