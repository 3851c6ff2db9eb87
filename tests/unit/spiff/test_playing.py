"""Playing an instance: steps, operations, ends, instances."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from engine.spiff import parser, playing, workflow
from engine.spiff.expressions import InvalidExpression
from tests.unit.spiff import drawing as draw
from tests.unit.spiff.drawing import Desk, complete, names, one

# Steps


def test_an_act_tells_what_it_closed_what_it_opened_and_the_routing():
    spec = one(draw.start(), draw.user("a"), draw.user("b"), draw.end(), flows="s>a a>b b>e")
    desk = Desk()

    first = workflow.start(spec, desk, {"n": 1})
    second = complete(spec, first, desk, "a", n=2)
    last = complete(spec, second, desk, "b")

    assert (names(first), first.closed) == (["a"], [])
    assert (names(second), second.closed) == (["b"], [first.opened[0].id])
    assert second.opened[0].routing == {"n": 2}
    assert (last.opened, last.closed, last.ended, last.end_event) == ([], [second.opened[0].id], True, "e")
    assert last.routing == {"n": 2}


def test_a_step_that_is_not_open_cannot_be_completed():
    spec = one(draw.start(), draw.user("a"), draw.user("b"), draw.end(), flows="s>a a>b b>e")
    desk = Desk()
    first = workflow.start(spec, desk, {})
    second = complete(spec, first, desk, "a")

    for unknown in (uuid4(), first.opened[0].id):
        with pytest.raises(workflow.NotWaiting):
            workflow.complete(spec, second.state, desk, unknown, {})


def test_an_ended_instance_refuses_everything_and_stays_ended():
    spec = one(draw.start(), draw.user("a"), draw.end(), flows="s>a a>e")
    desk = Desk()
    first = workflow.start(spec, desk, {"n": 1})
    ended = complete(spec, first, desk, "a")

    with pytest.raises(workflow.NotWaiting):
        workflow.complete(spec, ended.state, desk, first.opened[0].id, {})
    with pytest.raises(workflow.NotAwaited):
        workflow.send_message(spec, ended.state, desk, "bell")
    again = workflow.fire_timers(spec, ended.state, desk)
    assert (again.ended, again.end_event, again.routing, again.due_at) == (True, "e", {"n": 1}, None)


@pytest.mark.parametrize("value", [None, 1.5, [1], {"a": 1}, datetime(2026, 1, 1, tzinfo=UTC), b"x"])
def test_routing_holds_texts_integers_and_booleans_only(value):
    spec = one(draw.start(), draw.user("a"), draw.end(), flows="s>a a>e")

    with pytest.raises(playing.InvalidRouting):
        workflow.start(spec, Desk(), {"n": value})


def test_an_exclusive_gateway_follows_the_routing_and_its_default_otherwise():
    spec = one(
        draw.start(), draw.xor("g", "g__no"), draw.user("yes"), draw.user("no"), draw.end(),
        flows="s>g g>yes g>no yes>e no>e", conditions={"g>yes": "answer == 'yes'"},
    )  # fmt: skip

    assert names(workflow.start(spec, Desk(), {"answer": "yes"})) == ["yes"]
    assert names(workflow.start(spec, Desk(), {"answer": "perhaps"})) == ["no"]
    with pytest.raises(InvalidExpression):
        workflow.start(spec, Desk(), {})


# Operations

WORKING = (draw.start(), draw.user("a"), draw.service("work", "x.work"), draw.user("b"), draw.end())
WORKING_FLOWS = "s>a a>work work>b b>e"


def test_a_service_task_performs_its_operation_in_place_and_sets_routing():
    spec = one(*WORKING, flows=WORKING_FLOWS)
    desk = Desk(answers={"work": {"n": 7}})

    second = complete(spec, workflow.start(spec, desk, {"n": 1}), desk, "a", m=2)

    assert desk.performed == [("x.work", "work")]
    assert (names(second), second.routing) == (["b"], {"n": 7, "m": 2})


def test_what_an_operation_raises_goes_through_and_the_saved_state_can_be_played_again():
    spec = one(*WORKING, flows=WORKING_FLOWS)
    problem = LookupError("no such project")
    desk = Desk(answers={"work": problem})
    first = workflow.start(spec, desk, {})

    with pytest.raises(LookupError) as raised:
        complete(spec, first, desk, "a")

    assert raised.value is problem
    desk.answers = {}
    assert names(complete(spec, first, desk, "a")) == ["b"]


def test_automatic_elements_that_turn_in_a_circle_are_stopped():
    spec = one(
        draw.start(), draw.user("a"), draw.xor("g"), draw.service("work"), draw.xor("h", "h__g"), draw.end(),
        flows="s>a a>g g>work work>h h>g h>e", conditions={"h>e": "over"},
    )  # fmt: skip
    desk = Desk()

    with pytest.raises(playing.EndlessRun):
        complete(spec, workflow.start(spec, desk, {"over": False}), desk, "a")


def test_an_element_that_another_has_just_cancelled_is_not_played():
    spec = one(
        draw.start(), draw.user("a"), draw.parallel("f"), draw.end("all_over", draw.TERMINATE), draw.service("work"), draw.end(),
        flows="s>a a>f f>work f>all_over work>e",
    )  # fmt: skip
    desk = Desk()

    ended = complete(spec, workflow.start(spec, desk, {}), desk, "a")

    assert (ended.end_event, desk.performed) == ("all_over", [])


def test_branches_act_in_the_order_of_their_names_however_they_were_drawn_or_saved():
    works = [draw.service(name) for name in ("gamma", "alpha", "beta")]
    spec = one(
        draw.start(), draw.user("a"), draw.parallel("f"), *works, draw.end(),
        flows="s>a a>f f>gamma f>alpha f>beta gamma>e alpha>e beta>e",
    )  # fmt: skip
    desk = Desk()

    complete(spec, workflow.start(spec, desk, {}), desk, "a")

    assert [step for _, step in desk.performed] == ["alpha", "beta", "gamma"]


def test_what_one_branch_decides_is_not_overwritten_by_another_that_ends_later():
    spec = one(
        draw.start(), draw.parallel("f"), draw.user("a"), draw.user("b"), draw.parallel("j"), draw.user("c"), draw.end(),
        flows="s>f f>a f>b a>j b>j j>c c>e",
    )  # fmt: skip
    desk = Desk()

    state = workflow.start(spec, desk, {"by_a": "", "by_b": ""})
    state = complete(spec, state, desk, "a", by_a="done")
    state = complete(spec, state, desk, "b", by_b="done")

    assert names(state) == ["c"]
    assert state.routing == {"by_a": "done", "by_b": "done"}


# Ends


def test_the_end_reached_is_told_whatever_the_way():
    nodes = (draw.start(), draw.parallel("f"), draw.user("a"), draw.user("b"), draw.end("plain"),
             draw.end("broken", draw.TERMINATE), draw.boundary("rung", "a", draw.BELL), draw.end("heard", draw.TERMINATE))  # fmt: skip
    spec = one(*nodes, flows="s>f f>a f>b a>plain b>broken rung>heard")
    desk = Desk()
    begun = workflow.start(spec, desk, {})

    waiting_for_b = complete(spec, begun, desk, "a")
    assert (waiting_for_b.ended, waiting_for_b.end_event) == (False, None)
    assert complete(spec, waiting_for_b, desk, "b").end_event == "broken"

    terminated = complete(spec, begun, desk, "b")
    assert (terminated.end_event, terminated.ended) == ("broken", True)
    assert set(terminated.closed) == {task.id for task in begun.opened}

    heard = workflow.send_message(spec, begun.state, desk, "bell")
    assert (heard.end_event, heard.ended, len(heard.closed)) == ("heard", True, 2)


def test_an_end_inside_a_called_process_is_not_the_end():
    caller = draw.diagram(
        draw.start(), draw.call("c", "q"), draw.user("after"), draw.end(), flows="s>c c>after after>e"
    )
    called = draw.diagram(
        draw.start(), draw.user("a"), draw.end("inner", draw.TERMINATE), flows="s>a a>inner", process="q"
    )
    spec = parser.parse(draw.files(caller, called), "p")
    desk = Desk()

    after = complete(spec, workflow.start(spec, desk, {}), desk, "a")

    assert (names(after), after.ended, after.end_event) == (["after"], False, None)
    assert after.opened[0].step.process == "p"


def test_an_escalation_leaves_the_called_process_by_its_boundary_and_keeps_the_routing():
    caller = draw.diagram(
        draw.start(), draw.call("c", "q"), draw.boundary("stopped", "c", draw.ESCALATION), draw.end(), draw.end("no"),
        flows="s>c c>e stopped>no",
    )  # fmt: skip
    called = draw.diagram(
        draw.start(), draw.user("a"), draw.end("out", draw.ESCALATION), flows="s>a a>out", process="q"
    )
    spec = parser.parse(draw.files(caller, called), "p")
    desk = Desk()

    after = complete(spec, workflow.start(spec, desk, {}), desk, "a", reason="moved")

    assert (after.end_event, after.routing) == ("no", {"reason": "moved"})


# Several instances


def many(**attributes):
    sequential = attributes.pop("sequential", False)
    task = draw.user("sign", draw.instances("n", sequential=sequential, until="refused"), **attributes)
    return one(draw.start(), task, draw.user("next"), draw.end(), flows="s>sign sign>next next>e")


@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("sequential", [False, True])
def test_a_repeated_step_opens_once_per_instance_with_its_position(count, sequential):
    spec, desk = many(sequential=sequential), Desk()
    state = workflow.start(spec, desk, {"n": count, "refused": False})
    seen = [task.position for task in state.opened]

    for _ in range(count):
        spec = many(sequential=sequential)  # As after a restart.
        state = complete(spec, state, desk, "sign")
        seen += [task.position for task in state.opened if task.step.id == "sign"]

    assert seen == list(range(count))
    assert names(state) == ["next"]
    assert state.opened[0].position is None


def test_the_first_refusal_ends_a_repeated_step():
    spec, desk = many(), Desk()
    begun = workflow.start(spec, desk, {"n": 4, "refused": False})

    refused = complete(spec, complete(spec, begun, desk, "sign"), desk, "sign", refused=True)

    assert names(refused) == ["next"]
    assert len(refused.closed) == 3


def test_too_few_instances_are_never_a_pass():
    spec, desk = many(at_least="2"), Desk()

    for count in (0, 1):
        with pytest.raises(workflow.TooFewInstances) as refusal:
            workflow.start(spec, desk, {"n": count, "refused": False})
        assert refusal.value.details == {"step": "sign", "at_least": 2, "count": count}
    assert len(workflow.start(spec, desk, {"n": 2, "refused": False}).opened) == 2


@pytest.mark.parametrize("count", ["3", True, -1, 100_000, ""])
def test_a_count_that_is_no_sensible_integer_is_refused(count):
    with pytest.raises(workflow.InvalidInstanceCount):
        workflow.start(many(), Desk(), {"n": count, "refused": False})


def test_a_repeated_step_that_needs_nobody_is_passed_over():
    assert names(workflow.start(many(), Desk(), {"n": 0, "refused": False})) == ["next"]


def test_steps_inside_a_repeated_call_know_which_call_they_belong_to():
    caller = draw.diagram(draw.start(), draw.call("c", "q", draw.instances("n")), draw.end(), flows="s>c c>e")
    called = draw.diagram(
        draw.start(), draw.user("a"), draw.user("b"), draw.end(), flows="s>a a>b b>e", process="q"
    )
    spec, desk = parser.parse(draw.files(caller, called), "p"), Desk()

    begun = workflow.start(spec, desk, {"n": 2})
    assert sorted((task.step.id, task.position) for task in begun.opened) == [("a", 0), ("a", 1)]

    second = next(task for task in begun.opened if task.position == 1)
    after = workflow.complete(spec, begun.state, desk, second.id, {})
    assert [(task.step.id, task.position) for task in after.opened] == [("b", 1)]


def test_what_decides_may_read_the_routing_as_it_stands():
    spec = one(draw.start(), draw.user("a"), draw.user("b"), draw.end(), flows="s>a a>b b>e")
    desk = Desk()
    begun = workflow.start(spec, desk, {"n": 1})

    after = workflow.complete(
        spec, begun.state, desk, begun.opened[0].id, lambda routing: {"n": routing["n"] + 1}
    )

    assert after.routing == {"n": 2}
