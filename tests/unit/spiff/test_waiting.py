"""What an instance waits for: messages and timers."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.spiff import workflow
from engine.spiff.timers import UndatedTimer
from tests.unit.spiff import drawing as draw
from tests.unit.spiff.drawing import Desk, complete, local, names, one

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


def test_rescheduling_moves_dated_timers_and_never_the_minimum_duration():
    spec = one(
        draw.start(), draw.parallel("f"), draw.catch("w", draw.dated("opens_on")), draw.catch("m", draw.literal("P18M")),
        draw.user("a"), draw.user("b"), draw.end(), flows="s>f f>w f>m w>a m>b a>e b>e",
    )  # fmt: skip
    desk = Desk()
    begun = workflow.start(spec, desk, {"opens_on": "2026-04-16"})
    literal = next(timer for timer in begun.timers if timer.literal)

    moved = workflow.reschedule(spec, begun.state, desk, lambda due_at, _since: due_at + timedelta(days=20))

    assert [timer for timer in moved.timers if timer.literal] == [literal]
    assert moved.due_at == begun.due_at + timedelta(days=20)
    assert (moved.opened, moved.closed) == ([], [])
    desk.now = begun.due_at
    assert not workflow.fire_timers(spec, moved.state, desk).opened
    desk.now = moved.due_at
    assert names(workflow.fire_timers(spec, moved.state, desk)) == ["a"]


def test_routing_written_from_outside_moves_the_timer_that_waits_for_its_day_and_no_other():
    spec = one(
        draw.start(), draw.parallel("f"), draw.catch("w", draw.dated("ends_on")), draw.catch("x", draw.dated("opens_on")),
        draw.catch("m", draw.literal("P18M")), draw.user("a"), draw.user("b"), draw.user("c"), draw.end(),
        flows="s>f f>w f>x f>m w>a x>b m>c a>e b>e c>e",
    )  # fmt: skip
    desk = Desk()
    begun = workflow.start(spec, desk, {"ends_on": "2026-04-16", "opens_on": "2026-05-02", "months": 18})
    others = [timer for timer in begun.timers if timer.step != "w"]

    moved = workflow.reroute(spec, begun.state, desk, {"ends_on": "2026-10-16", "months": 24})

    assert moved.routing == {"ends_on": "2026-10-16", "opens_on": "2026-05-02", "months": 24}
    assert [timer for timer in moved.timers if timer.step != "w"] == others
    desk.now = begun.due_at
    assert not workflow.fire_timers(spec, moved.state, desk).opened
    desk.now = local(2026, 10, 16)
    assert sorted(names(workflow.fire_timers(spec, moved.state, desk))) == ["a", "b"]
