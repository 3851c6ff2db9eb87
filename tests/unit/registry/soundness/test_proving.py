"""Whole processes: calls in their place, several processes in a file, bounds, and the shipped reference."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from engine.registry import graph, library, reading
from engine.registry.soundness import promptness, proving, translation
from engine.registry.soundness.exploration import Bounds
from tests import bpmn


def proved(text: str, *, bounds: Bounds = proving.BOUNDS, **called: str) -> proving.Proof:
    processes = bpmn.processes(main=text, **called)
    return proving.prove(processes["main"], processes, bounds=bounds)


def parallel(branches: int, steps: int = 2, gateway: str = "and") -> str:
    """A split, that many branches of that many tasks, and a join."""
    lines = (
        f"g > {' > '.join(f'a{number}_{step}' for step in range(steps))} > j" for number in range(branches)
    )
    return f"s:start > g:{gateway}; j:{gateway} > e:end; {'; '.join(lines)}"


def reminded(tasks: int) -> str:
    """Tasks one after the other, each with a reminder that somebody must deal with."""
    line = " > ".join(f"a{number}" for number in range(tasks))
    reminders = (f"t{number}:timer~@a{number} > b{number} > u{number}:end" for number in range(tasks))
    return f"s:start > {line} > e:end; {'; '.join(reminders)}"


def failing(branches: int) -> str:
    """Parallel subprocesses that may each fail: much that nothing reduces."""
    lines = (
        f"g > q{n}:sub{{ t{n}:start > a{n} > x{n}:xor > u{n}:end; x{n} > v{n}:end-error[code=E] }} > m{n}:xor > j;"
        f" z{n}:error@q{n}[code=E] > m{n}"
        for n in range(branches)
    )
    return f"s:start > g:and; j:and > e:end; {'; '.join(lines)}"


@pytest.fixture(scope="module")
def reference() -> dict[str, graph.Process]:
    diagrams = [reading.read(content, name) for name, content in library.reference().items()]
    return {process.id: process for diagram in diagrams for process in diagram.processes}


@pytest.mark.parametrize("name", sorted(path.removesuffix(".bpmn") for path in library.reference()))
def test_every_reference_process_is_sound(reference, name):
    proof = proving.prove(reference[name], reference)

    assert proof.findings == ()
    assert proof.sound is True


def test_the_life_of_a_project_is_walked_through_with_every_call_in_its_place(reference):
    net = translation.net_of(reference["project"], reference)

    assert {"project", "engagement", "decision", "agreement", "report"} <= {
        spot.process for spot in net.elements
    }
    assert len(net.transitions) > 150


def test_a_called_process_may_keep_its_caller_from_its_end():
    proof = proved(
        "s:start > c:call[called=inner] > e:end", inner="t:start > x:xor > u:end; x > m:xor > a > m"
    )

    assert [finding.code for finding in proof.findings] == ["LIVELOCK"]


def test_a_called_process_is_caught_by_codes_across_files():
    inner = "t:start > x:xor > u:end; x > v:end-escalation[code=stopped]"

    caught = proved(
        "s:start > c:call[called=inner] > e:end; b:escalation@c[code=stopped] > f:end", inner=inner
    )
    missed = proved("s:start > c:call[called=inner] > e:end; b:escalation@c[code=other] > f:end", inner=inner)

    assert caught.sound is True
    assert [finding.code for finding in missed.findings] == ["DEAD_ACTIVITY"]


def test_a_step_of_a_called_process_is_reached_if_one_of_its_callers_reaches_it():
    proof = proved(
        "s:start > c:call[called=inner] > d:call[called=inner] > e:end; b:escalation@c > f:end",
        inner="t:start > a > x:xor > u:end; x > v:end-escalation[code=stopped]",
    )

    assert proof.sound is True


def test_a_call_of_something_unknown_is_a_step_of_which_nothing_is_said():
    assert proved("s:start > c:call[called=elsewhere] > e:end").sound is True


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("s:start > c:call[called=main] > e:end", {}),
        ("s:start > c:call[called=inner] > e:end", {"inner": "t:start > d:call[called=main] > u:end"}),
        ("s:start > main:sub{ a } > e:end", {}),  # A subprocess named as the process it is in.
    ],
)
def test_what_cannot_be_told_is_undecided_and_never_sound(text, called):
    proof = proved(text, **called)

    assert proof.sound is None
    assert proof.undecided
    assert [finding.code for finding in proof.findings] == ["UNDECIDED"]


def test_calls_within_calls_do_not_make_nets_without_measure():
    """Each process calls the next twice: sixteen levels would be sixty-five thousand copies."""
    levels = {
        f"p{number}": f"s:start > c:call[called=p{number + 1}] > d:call[called=p{number + 1}] > e:end"
        for number in range(16)
    }

    proof = proved("s:start > c:call[called=p0] > e:end", **levels)

    assert proof.undecided
    assert proof.states == 0


def test_a_subprocess_in_a_subprocess_as_deep_as_may_be_read():
    depth = 25
    text = "".join(f"q{number}:sub{{ t{number}:start > " for number in range(depth))
    text += "a" + "".join(f" > u{number}:end }}" for number in reversed(range(depth)))

    assert proved(f"s:start > {text} > e:end").sound is True


def test_a_walk_beyond_its_bounds_is_undecided():
    proof = proved(failing(10), bounds=Bounds(states=1000))

    assert proof.sound is None
    assert [finding.code for finding in proof.findings] == ["UNDECIDED"]
    assert proof.states <= 1100


def test_a_walk_out_of_time_is_undecided():
    assert proved(failing(10), bounds=Bounds(seconds=0.0)).undecided


def test_a_fault_seen_before_the_bounds_is_one():
    proof = proved(f"{failing(10)}; e2:end; g > m:xor > z > e2; g > y > m", bounds=Bounds(states=1000))

    assert proof.sound is False
    assert not proof.undecided


@pytest.mark.parametrize(
    "text",
    [
        parallel(22),
        parallel(100),
        parallel(8, gateway="or"),
        parallel(12, steps=1, gateway="or"),
        reminded(12),
        reminded(36),
        "s:start > " + " > ".join(f"a{number}" for number in range(400)) + " > e:end",
        "s:start > a > e:end; "
        + "; ".join(f"h{n}:eventsub{{ t{n}:start-message~ > b{n} > u{n}:end }}" for n in range(12)),
    ],
    ids=[
        "22 branches",
        "100 branches",
        "8 inclusive",
        "12 inclusive",
        "12 reminders",
        "36 reminders",
        "long line",
        "12 handlers",
    ],
)
def test_wide_processes_are_proved_by_reduction_in_time_and_memory(text):
    processes = bpmn.processes(main=text)
    started = time.process_time()

    proof = proving.prove(processes["main"], processes)

    assert proof.sound is True
    assert time.process_time() - started < 1


def test_a_walk_to_its_bounds_keeps_within_its_memory():
    processes = bpmn.processes(main=failing(14))
    tracemalloc.start()
    proof = proving.prove(processes["main"], processes, bounds=Bounds(states=8_000, seconds=10))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert proof.undecided
    assert peak < 8_000_000  # The longest walk is twenty-five times as long.


def test_states_are_counted():
    assert proved("s:start > a > e:end").states == 5  # One for each arrow, the start before, the end after.
    assert proved(parallel(3, steps=1)).states == 13  # Two to the third while they work, and five around.


def test_the_processes_to_prove_are_those_that_no_other_calls():
    processes = bpmn.processes(
        main="s:start > c:call[called=inner] > e:end",
        inner="t:start > a > u:end",
        other="v:start > b > w:end",
    )
    empty = graph.Process("pool", "", "", executable=False, nodes=(), flows=())

    found = proving.roots([*processes.values(), empty])

    assert [process.id for process in found] == ["main", "other"]


def test_processes_that_only_call_each_other_are_all_to_be_proved():
    processes = bpmn.processes(p="s:start > c:call[called=q] > e:end", q="t:start > d:call[called=p] > u:end")

    assert [process.id for process in proving.roots(processes.values())] == ["p", "q"]


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("s:start > a > e:end; t:timer@a > b > f:end", True),
        ("s:start > a:service > e:end; t:timer@a > b > f:end", False),  # The service is done before any date.
        ("s:start > m:xor > a:service > x:xor > m; x > e:end", False),  # Round and round by itself.
        ("s:start > m:xor > a > x:xor > m; x > e:end", True),
        ("s:start > q:sub{ t:start > a > u:end } > e:end; d:timer@q > f:end", True),
        ("s:start > q:sub{ t:start > a:service > u:end } > e:end; d:timer@q > f:end", False),
    ],
)
def test_by_its_shape_one_sees_that_the_engines_order_changes_nothing(text, harmless):
    processes = bpmn.processes(main=text)

    assert promptness.is_harmless(translation.net_of(processes["main"], processes)) is harmless
