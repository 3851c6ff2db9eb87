"""The modelling rules: one rule, one file, one heading of docs/rules.md, one folder of examples.

A rule exposes `CODE`, `LEVEL` and `check(diagram, context)`, which yields problems and never raises,
whatever the file holds. They are listed here one by one, in the order in which they are asked: what a
rule finds may make what a later one says useless, never wrong.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType

from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem
from engine.registry.rules import (
    automatic_cycle,
    boundary_event,
    condition_ignored,
    constant_condition,
    dangling_flow,
    dangling_reference,
    due,
    duplicate_id,
    end_event,
    entry,
    event_gateway,
    event_name,
    event_subprocess,
    expression,
    expression_type,
    form,
    gateway_default,
    ignored_attribute,
    implicit_end,
    implicit_split,
    invalid_id,
    join_in_cycle,
    long_wait,
    misplaced_element,
    multi_instance,
    new_nodes,
    not_connected,
    not_executable,
    operation,
    parallel_flows,
    parameter,
    process_size,
    question,
    recursive_call,
    reserved_id,
    role,
    routing_name,
    script_forbidden,
    shared_id,
    start_event,
    timer,
    uncaught_error,
    unknown_attribute,
    unknown_call,
    unknown_element,
    unwritten_date,
)  # fmt: skip
from engine.registry.titles import Titles

# Of one rule, in one file: nobody reads more, and a file made to harm would have thousands.
MOST_FINDINGS = 50


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as the checker sees it. `name` is its file, its folder of examples and its heading."""

    name: str
    code: str
    level: Level
    check: Callable[[Diagram, Context], Iterator[Problem]]


def rule_of(module: ModuleType) -> Rule:
    """Give the rule that a module holds; its sentences call elements by their names."""

    def check(diagram: Diagram, context: Context) -> Iterator[Problem]:
        called = Titles(diagram)
        found = itertools.islice(module.check(diagram, context), MOST_FINDINGS)
        return (called.titled(problem) for problem in found)

    return Rule(module.__name__.rpartition(".")[2], module.CODE, module.LEVEL, check)


RULES: tuple[Rule, ...] = tuple(map(rule_of, (
    duplicate_id, invalid_id, dangling_flow, dangling_reference, misplaced_element,
    unknown_element, event_subprocess, script_forbidden, ignored_attribute, reserved_id, shared_id,
    start_event, end_event, implicit_end, implicit_split, parallel_flows, not_connected, condition_ignored,
    gateway_default, expression, timer, join_in_cycle, automatic_cycle, recursive_call, unknown_call,
    uncaught_error, boundary_event, event_name, event_gateway, multi_instance, not_executable,
    form, question, operation, role, due, long_wait, process_size, routing_name, expression_type,
    constant_condition, parameter, unwritten_date, unknown_attribute, entry, new_nodes,
)))  # fmt: skip
