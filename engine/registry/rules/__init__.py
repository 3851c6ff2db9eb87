"""The modelling rules: one rule, one file, one heading of docs/rules.md, one folder of examples.

A rule exposes `CODE`, `LEVEL` and `check(diagram, context)`, which yields problems and never raises,
whatever the file holds. They are listed here one by one, in the order in which they are asked: what a
rule finds may make what a later one says useless, never wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType

from engine.registry.context import Context
from engine.registry.graph import Diagram
from engine.registry.problems import Level, Problem
from engine.registry.rules import (
    automatic_cycle,
    condition_ignored,
    dangling_flow,
    dangling_reference,
    due,
    duplicate_id,
    escalation,
    event_gateway,
    event_subprocess,
    expression,
    form,
    gateway_default,
    implicit_end,
    implicit_split,
    invalid_id,
    join_in_cycle,
    minimum_duration,
    multi_instance,
    not_connected,
    not_executable,
    operation,
    parameter,
    personal_mark,
    process_size,
    question,
    recursive_call,
    reserved_id,
    role,
    routing_name,
    script_forbidden,
    start_event,
    timer,
    uncaught_error,
    unknown_call,
    unknown_element,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as the checker sees it. `name` is its file, its folder of examples and its heading."""

    name: str
    code: str
    level: Level
    check: Callable[[Diagram, Context], Iterator[Problem]]


def rule_of(module: ModuleType) -> Rule:
    """Give the rule that a module holds."""
    return Rule(module.__name__.rpartition(".")[2], module.CODE, module.LEVEL, module.check)


RULES: tuple[Rule, ...] = tuple(map(rule_of, (
    duplicate_id, invalid_id, dangling_flow, dangling_reference,
    unknown_element, event_subprocess, script_forbidden, reserved_id, start_event, implicit_end,
    implicit_split, not_connected, condition_ignored, gateway_default, expression, timer, join_in_cycle,
    automatic_cycle, recursive_call, unknown_call, uncaught_error, event_gateway, multi_instance,
    not_executable,
    form, question, operation, role, due, process_size, routing_name, parameter,
    personal_mark, minimum_duration, escalation,
)))  # fmt: skip
