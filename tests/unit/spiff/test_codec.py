"""A saved state: what it holds, what it refuses, how small it stays."""

import threading
from datetime import timedelta

import orjson
import pytest

from engine.spiff import codec, parser, workflow
from tests.unit.spiff import drawing as draw
from tests.unit.spiff.drawing import Desk, complete, names, one

TWO = (draw.start(), draw.user("a"), draw.user("b"), draw.end())


def test_a_state_of_another_format_is_refused_by_name():
    spec = one(*TWO, flows="s>a a>b b>e")
    state = orjson.loads(workflow.start(spec, Desk(), {}).state)

    for found in (0, 2, "1", None):
        with pytest.raises(codec.UnknownFormat) as refusal:
            workflow.open_steps(spec, orjson.dumps({**state, "format": found}).decode())
        assert str(found) in refusal.value.message
    with pytest.raises(codec.UnknownFormat):
        workflow.open_steps(spec, "[]")


def test_a_state_of_another_diagram_is_refused_by_its_step():
    spec = one(*TWO, flows="s>a a>b b>e")
    other = one(draw.start(), draw.user("elsewhere"), draw.end(), flows="s>elsewhere elsewhere>e")

    with pytest.raises(codec.UnknownStep) as refusal:
        workflow.open_steps(other, workflow.start(spec, Desk(), {}).state)

    assert refusal.value.details == {"step": "a", "process": "p"}


def test_a_state_holds_nothing_of_the_diagram_nor_of_what_is_over():
    spec = one(*TWO, flows="s>a a>b b>e")
    desk = Desk()

    after = complete(spec, workflow.start(spec, desk, {"n": 1}), desk, "a")

    rows = orjson.loads(after.state)["tokens"]
    assert [row[3] for row in rows] == ["Start", "b"]


def test_an_ended_instance_keeps_its_end_and_its_routing_only():
    spec = one(draw.start(), draw.user("a"), draw.end(), flows="s>a a>e")
    desk = Desk()

    ended = complete(spec, workflow.start(spec, desk, {"n": 1}), desk, "a")

    assert orjson.loads(ended.state) == {"format": 1, "routing": {"n": 1}, "end": "e", "tokens": None}


def test_looking_at_a_state_performs_nothing_and_needs_no_clock():
    spec = one(
        draw.start(), draw.user("a"), draw.boundary("late", "a", draw.literal("P1D")), draw.service("x"), draw.end(),
        flows="s>a a>x late>x x>e",
    )  # fmt: skip
    begun = workflow.start(spec, Desk(), {})

    assert [task.id for task in workflow.open_steps(spec, begun.state)] == [begun.opened[0].id]
    assert not workflow.awaits(spec, begun.state, "bell")


def loop_with_a_handler():
    """A task in a loop, with a reminder that is over each time before the task is done."""
    caller = draw.diagram(
        draw.start(), draw.xor("g"), draw.catch("w", draw.literal("P1D")), draw.call("c", "q"), draw.xor("h", "h__g"), draw.end(),
        flows="s>g g>w w>c c>h h>g h>e", conditions={"h>e": "turn == 300"},
    )  # fmt: skip
    called = draw.diagram(
        draw.start(), draw.user("a"), draw.service("remind"), draw.end(), draw.end("reminded"),
        draw.boundary("late", "a", draw.literal("P1D"), interrupting=False),
        flows="s>a a>e late>remind remind>reminded", process="q",
    )  # fmt: skip
    return draw.files(caller, called)


def test_three_hundred_turns_of_a_loop_neither_freeze_nor_grow():
    files = loop_with_a_handler()
    spec, desk = parser.parse(files, "p"), Desk()
    state = workflow.start(spec, desk, {"turn": 0})
    sizes = []

    for turn in range(1, 301):
        for _ in range(2):  # The wait of the loop, then the reminder.
            desk.now += timedelta(days=1, hours=2)
            state = workflow.fire_timers(spec, state.state, desk)
        state = complete(spec, state, desk, "a", turn=turn)
        sizes.append(len(state.state))

    assert (state.ended, state.end_event) == (True, "e")
    assert len(desk.performed) == 300
    assert max(sizes) <= 1_000
    assert max(sizes[10:-1]) <= max(sizes[:10]) + 2 * len("00")


def test_handlers_of_a_task_in_a_plain_loop_are_forgotten_too():
    spec = one(
        draw.start(), draw.xor("g"), draw.user("a"), draw.service("remind"), draw.xor("h", "h__g"), draw.end(), draw.end("reminded"),
        draw.boundary("late", "a", draw.literal("P1D"), interrupting=False),
        flows="s>g g>a a>h h>g h>e late>remind remind>reminded", conditions={"h>e": "over"},
    )  # fmt: skip
    desk = Desk()
    state = workflow.start(spec, desk, {"over": False})
    sizes = []

    for _ in range(60):
        desk.now += timedelta(days=2)
        state = workflow.fire_timers(spec, state.state, desk)
        state = complete(spec, state, desk, "a")
        sizes.append(len(state.state))

    assert len(desk.performed) == 60
    assert len(set(sizes[2:])) == 1
    assert complete(spec, state, desk, "a", over=True).end_event == "e"


def test_threads_share_one_specification():
    spec = parser.parse(loop_with_a_handler(), "p")
    ends, problems = [], []

    def live():
        try:
            desk = Desk()
            state = workflow.start(spec, desk, {"turn": 0})
            for turn in range(1, 31):
                desk.now += timedelta(days=2)
                state = workflow.fire_timers(spec, state.state, desk)
                state = complete(spec, state, desk, "a", turn=300 if turn == 30 else turn)
            ends.append((state.end_event, len(desk.performed)))
        except Exception as problem:  # noqa: BLE001 - shown by the assertion below
            problems.append(problem)

    threads = [threading.Thread(target=live) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not problems
    assert len(ends) == 8
    assert {end for end, _ in ends} == {"e"}
    assert len({performed for _, performed in ends}) == 1


def test_a_fresh_specification_gives_the_same_names_after_a_restart():
    files = loop_with_a_handler()
    desk = Desk()
    begun = workflow.start(parser.parse(files, "p"), desk, {"turn": 0})
    desk.now += timedelta(days=1, hours=2)

    after = workflow.fire_timers(parser.parse(files, "p"), begun.state, desk)

    assert names(after) == ["a"]
