"""The charter's file speaks of what the reference has, and the reference bears all of it."""

from __future__ import annotations

import pytest

from engine.operations import OPERATIONS
from engine.registry import library
from engine.registry.charter import articles, automata, bearers
from forms import catalogue

CHARTER = articles.charter()
KEYS = frozenset(catalogue.keys())
PROCESSES = library.processes_of(library.reference())


def steps_drawn() -> set[str]:
    items = [item for process in PROCESSES.values() for item in (*process.nodes, *process.flows)]
    return {item.alize["step"] for item in items if "step" in item.alize}


@pytest.mark.parametrize("article", CHARTER.articles, ids=lambda article: article.id)
def test_every_step_an_article_speaks_of_is_in_the_reference(article):
    labels = {label for rule in article.rules for label in rule.line.labels}
    named = {label.removesuffix(automata.ENTERED) for label in labels}

    assert named | {bearer.step for bearer in article.bearers} <= steps_drawn()


@pytest.mark.parametrize("article", CHARTER.articles, ids=lambda article: article.id)
def test_every_article_binds_something_that_exists(article):
    assert article.rules or article.bearers or article.forbidden_roles
    assert {root for rule in article.rules for root in rule.roots} <= set(PROCESSES)
    for bearer in article.bearers:
        assert bearer.form is None or bearer.form in KEYS
        assert bearer.operation is None or bearer.operation in OPERATIONS
        assert bearer.role is None or bearer.role in bearers.ROLES
        assert bearer.on <= set(bearers.KINDS) | {"subProcess"}


@pytest.mark.parametrize("process", PROCESSES.values(), ids=lambda process: process.id)
def test_whatever_bears_a_step_in_the_reference_may(process):
    assert list(bearers.faults(CHARTER, process, PROCESSES)) == []


def test_steps_that_matter_by_their_outcome_are_on_an_arrow_with_its_condition():
    answers = [bearer for article in CHARTER.articles for bearer in article.bearers
               if "sequenceFlow" in bearer.on]  # fmt: skip

    assert len(answers) >= 9
    assert all(bearer.condition for bearer in answers)


def test_processes_that_begin_by_themselves_are_known():
    called = {node.called for process in PROCESSES.values() for node in process.nodes if node.called}

    assert set(PROCESSES) - called <= CHARTER.projects | CHARTER.satellites
    assert CHARTER.projects | CHARTER.satellites <= set(PROCESSES)


def test_a_process_that_nobody_knows_is_held_to_what_a_project_is():
    assert CHARTER.rules_of("somebody_drew_this") == CHARTER.rules_of("project")
    assert {article.id for article, _rule in CHARTER.rules_of("invalid_address")} == {"outcome"}


def test_the_coordinator_approves_steps_and_drawings():
    assert articles.review_asked_for() == {"step", "diagram"}
