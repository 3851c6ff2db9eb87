"""Playing an instance: steps, operations, ends, instances, messages, timers."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from engine.spiff import parser, playing, workflow
from engine.spiff.expressions import InvalidExpression
from engine.spiff.timers import UndatedTimer
from tests.unit.spiff import drawing as draw
from tests.unit.spiff.drawing import Desk


def one(*nodes, flows, **more):
    return parser.parse(draw.files(draw.diagram(*nodes, flows=flows, **more)), "p")


def names(advanced):
    return [task.step.id for task in advanced.opened]


def complete(spec, advanced, desk, step, **routing):
    """Complete the first open step of that name."""
    task = next(task for task in workflow.open_steps(spec, advanced.state) if task.step.id == step)
    return workflow.complete(spec, advanced.state, desk, task.id, routing)


def local(year, month, day, zone="Europe/Paris"):
    return datetime(year, month, day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


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


# Messages


def test_a_message_that_nobody_awaits_is_refused():
    spec, desk = one(draw.start(), draw.user("a"), draw.end(), flows="s>a a>e"), Desk()
    begun = workflow.start(spec, desk, {})

    assert not workflow.awaits(spec, begun.state, "bell")
    with pytest.raises(workflow.NotAwaited):
        workflow.send_message(spec, begun.state, desk, "bell")


def test_an_interrupting_message_leaves_the_scope_and_a_non_interrupting_one_is_heard_once():
    heard = (draw.start(), draw.user("a"), draw.user("b"), draw.end(), draw.end("f"))
    leaving = one(*heard, draw.boundary("x", "a", draw.BELL), flows="s>a a>e x>b b>f")
    staying = one(*heard, draw.boundary("x", "a", draw.BELL, interrupting=False), flows="s>a a>e x>b b>f")
    desk = Desk()

    begun = workflow.start(leaving, desk, {})
    left = workflow.send_message(leaving, begun.state, desk, "bell")
    assert begun.awaited == {"bell"}
    assert (names(left), left.closed, left.awaited) == (["b"], [begun.opened[0].id], frozenset())

    begun = workflow.start(staying, desk, {})
    stayed = workflow.send_message(staying, begun.state, desk, "bell")
    assert (names(stayed), stayed.closed) == (["b"], [])
    with pytest.raises(workflow.NotAwaited):
        workflow.send_message(staying, stayed.state, desk, "bell")


# Timers


def waiting_for(timer):
    return one(draw.start(), draw.catch("w", timer), draw.user("a"), draw.end(), flows="s>w w>a a>e")


def test_a_dated_timer_fires_at_midnight_of_the_basin():
    spec = waiting_for(draw.dated("opens_on"))
    for zone in ("Europe/Paris", "Indian/Reunion"):
        desk = Desk(zone=ZoneInfo(zone))
        begun = workflow.start(spec, desk, {"opens_on": "2026-04-16"})
        midnight = local(2026, 4, 16, zone)
        assert begun.due_at == midnight
        assert begun.timers == [workflow.ArmedTimer("p", "w", midnight, literal=False)]

        desk.now = midnight - timedelta(microseconds=1)
        assert not workflow.fire_timers(spec, begun.state, desk).opened
        desk.now = midnight
        assert names(workflow.fire_timers(spec, begun.state, desk)) == ["a"]


@pytest.mark.parametrize("value", ["", "soon", "2026-02-30", 20260101, "2026-01-01T00:00:00+00:00"])
def test_a_dated_timer_without_a_date_says_which_date_is_missing(value):
    with pytest.raises(UndatedTimer) as refusal:
        workflow.start(waiting_for(draw.dated("opens_on")), Desk(), {"opens_on": value})

    assert "opens_on" in refusal.value.message


def test_a_literal_timer_counts_from_now():
    begun = workflow.start(waiting_for(draw.literal("P1M")), Desk(now=local(2026, 1, 31)), {})

    assert begun.due_at == local(2026, 2, 28)
    assert begun.timers[0].literal


def test_eighteen_months_count_from_the_date_of_the_last_signature():
    spec = waiting_for(draw.literal("P18M", "effective_on"))
    recorded_late = Desk(now=datetime(2026, 11, 12, 15, 30, tzinfo=UTC))

    begun = workflow.start(spec, recorded_late, {"effective_on": "2026-08-31"})

    assert begun.due_at == local(2028, 2, 29)


def test_a_literal_timer_that_counts_from_no_date_is_refused():
    with pytest.raises(UndatedTimer):
        workflow.start(waiting_for(draw.literal("P18M", "effective_on")), Desk(), {"effective_on": ""})


def test_the_instant_is_fixed_when_the_timer_is_armed():
    spec, desk = waiting_for(draw.dated("opens_on")), Desk()
    begun = workflow.start(spec, desk, {"opens_on": "2026-04-16"})
    desk.now += timedelta(days=1)

    later = workflow.fire_timers(spec, begun.state, desk)

    assert later.due_at == begun.due_at
    assert later.state == begun.state


def test_a_date_already_past_fires_at_once():
    begun = workflow.start(waiting_for(draw.dated("opens_on")), Desk(), {"opens_on": "2020-01-01"})

    assert names(begun) == ["a"]


def test_what_is_due_fires_oldest_first_whatever_the_order_of_arming():
    after = (draw.service("remind"), draw.user("late"), draw.end(), draw.end("reminded"))
    spec = one(
        draw.start(), draw.user("a"), *after,
        draw.boundary("expired", "a", draw.literal("P90D")),
        draw.boundary("awaited", "a", draw.literal("P30D"), interrupting=False),
        flows="s>a a>e expired>late late>e awaited>remind remind>reminded",
    )  # fmt: skip
    desk = Desk()
    begun = workflow.start(spec, desk, {})

    desk.now += timedelta(days=200)
    fired = workflow.fire_timers(spec, begun.state, desk)

    assert desk.performed == [("test.do", "remind")]
    assert (names(fired), fired.timers) == (["late"], [])


def test_an_interruption_makes_later_timers_moot():
    spec = one(
        draw.start(), draw.user("a"), draw.service("remind"), draw.user("late"), draw.end(), draw.end("reminded"),
        draw.boundary("expired", "a", draw.literal("P10D")),
        draw.boundary("awaited", "a", draw.literal("P30D"), interrupting=False),
        flows="s>a a>e expired>late late>e awaited>remind remind>reminded",
    )  # fmt: skip
    desk = Desk()
    begun = workflow.start(spec, desk, {})

    desk.now += timedelta(days=200)

    assert names(workflow.fire_timers(spec, begun.state, desk)) == ["late"]
    assert desk.performed == []


def test_completing_a_step_wins_over_its_own_timer_that_nobody_had_fired():
    spec = one(
        draw.start(), draw.user("a"), draw.user("late"), draw.user("next"), draw.end(),
        draw.boundary("expired", "a", draw.literal("P10D")), flows="s>a a>next expired>late late>e next>e",
    )  # fmt: skip
    desk = Desk()
    begun = workflow.start(spec, desk, {})

    desk.now += timedelta(days=200)

    assert names(complete(spec, begun, desk, "a")) == ["next"]


def test_a_chain_of_due_timers_fires_in_one_act():
    spec = one(
        draw.start(), draw.catch("w", draw.dated("one_on")), draw.service("x"), draw.catch("v", draw.dated("two_on")),
        draw.user("a"), draw.end(), flows="s>w w>x x>v v>a a>e",
    )  # fmt: skip
    desk = Desk()
    begun = workflow.start(spec, desk, {"one_on": "2026-04-01", "two_on": "2026-04-02"})

    desk.now = local(2026, 5, 1)

    assert names(workflow.fire_timers(spec, begun.state, desk)) == ["a"]


def test_an_event_gateway_takes_what_comes_first():
    gateway = '<eventBasedGateway id="g"/>'
    spec = one(
        draw.start(), gateway, draw.catch("w", draw.literal("P10D")), draw.catch("m", draw.BELL),
        draw.user("late"), draw.user("rung"), draw.end(),
        flows="s>g g>w g>m w>late m>rung late>e rung>e",
    )  # fmt: skip
    desk = Desk()
    begun = workflow.start(spec, desk, {})
    assert (begun.awaited, [timer.step for timer in begun.timers]) == ({"bell"}, ["g"])

    assert names(workflow.send_message(spec, begun.state, desk, "bell")) == ["rung"]
    desk.now += timedelta(days=10)
    assert names(workflow.fire_timers(spec, begun.state, desk)) == ["late"]


def test_rescheduling_moves_dated_timers_and_never_literal_ones():
    spec = one(
        draw.start(), draw.parallel("f"), draw.catch("w", draw.dated("opens_on")), draw.catch("m", draw.literal("P18M")),
        draw.user("a"), draw.user("b"), draw.end(), flows="s>f f>w f>m w>a m>b a>e b>e",
    )  # fmt: skip
    desk = Desk()
    begun = workflow.start(spec, desk, {"opens_on": "2026-04-16"})
    literal = next(timer for timer in begun.timers if timer.literal)

    moved = workflow.reschedule(spec, begun.state, desk, lambda due_at: due_at + timedelta(days=20))

    assert [timer for timer in moved.timers if timer.literal] == [literal]
    assert moved.due_at == begun.due_at + timedelta(days=20)
    assert (moved.opened, moved.closed) == ([], [])
    desk.now = begun.due_at
    assert not workflow.fire_timers(spec, moved.state, desk).opened
    desk.now = moved.due_at
    assert names(workflow.fire_timers(spec, moved.state, desk)) == ["a"]
