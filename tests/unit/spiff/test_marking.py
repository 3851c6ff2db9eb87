"""The neutral marking tells where an instance stands, in BPMN's words; an instance is rebuilt from it."""

from datetime import timedelta

import orjson
import pytest

from engine.spiff import codec, parser, workflow
from engine.spiff.rebuilding import CannotRebuild
from tests.unit.spiff import drawing as draw
from tests.unit.spiff.drawing import Desk, complete, names, one


def deep():
    """A call inside a call, with an instance of everything that may wait."""
    caller = draw.diagram(
        draw.start(), draw.parallel("f"), draw.call("c", "q"), draw.user("side"), draw.parallel("j"), draw.user("last"), draw.end(),
        draw.boundary("rung", "c", draw.BELL), draw.end("heard", draw.TERMINATE),
        flows="s>f f>c f>side c>j side>j j>last last>e rung>heard",
    )  # fmt: skip
    called = draw.diagram(
        draw.start(), draw.user("sign", draw.instances("n")), draw.end(), draw.end("no"), draw.service("remind"), draw.end("reminded"),
        draw.boundary("expired", "sign", draw.literal("P90D")),
        draw.boundary("awaited", "sign", draw.dated("remind_on"), interrupting=False),
        flows="s>sign sign>e expired>no awaited>remind remind>reminded", process="q",
    )  # fmt: skip
    return draw.files(caller, called)


ROUTING = {"n": 3, "remind_on": "2026-04-01"}


def test_a_marking_is_a_public_text_without_a_name_of_the_library():
    spec, desk = parser.parse(deep(), "p"), Desk()
    begun = workflow.start(spec, desk, ROUTING)
    signatures = sorted(task for task in begun.opened if task.step.id == "sign" for task in [task.id])
    side = next(task.id for task in begun.opened if task.step.id == "side")

    marking = orjson.loads(begun.marking)

    call = next(token for token in marking["tokens"] if token["step"] == "c")
    sign = call["inside"][0]
    assert marking["process"] == "p"
    assert marking["routing"] == ROUTING
    assert {"step": "side", "id": str(side)} in marking["tokens"]
    assert call["events"] == [{"step": "rung", "messages": ["bell"]}]
    assert [event["step"] for event in sign["events"]] == ["awaited", "expired"]
    assert sign["done"] == 0
    assert sorted(one["id"] for one in sign["instances"]) == [str(task) for task in signatures]
    for word in ("Split", "Join", "[child]", "Start", "spiff", "event_value", "key_or_index", "internal"):
        assert word not in begun.marking


def test_an_instance_rebuilt_from_its_marking_plays_on_like_the_one_that_was_saved():
    spec, desk = parser.parse(deep(), "p"), Desk()
    saved = workflow.start(spec, desk, ROUTING)

    for _ in range(2):
        saved = complete(spec, saved, desk, "sign")
    desk.now += timedelta(days=40)
    saved = workflow.fire_timers(spec, saved.state, desk)
    saved = complete(spec, saved, desk, "side")
    rebuilt = workflow.rebuild(parser.parse(deep(), "p"), saved.marking, desk)

    assert workflow.open_steps(spec, rebuilt) == workflow.open_steps(spec, saved.state)
    same = workflow.fire_timers(spec, rebuilt, desk)
    assert (same.marking, same.timers, same.awaited) == (saved.marking, saved.timers, saved.awaited)
    joined = complete(spec, same, desk, "sign")
    assert names(joined) == ["last"]
    assert complete(spec, joined, desk, "last").end_event == "e"


def test_a_rebuilt_instance_still_waits_for_the_other_branch_of_a_parallel_join():
    spec, desk = parser.parse(deep(), "p"), Desk()
    saved = complete(spec, workflow.start(spec, desk, {**ROUTING, "n": 1}), desk, "side")

    join = next(token for token in orjson.loads(saved.marking)["tokens"] if token["step"] == "j")
    rebuilt = workflow.rebuild(spec, saved.marking, desk)
    heard = workflow.send_message(spec, rebuilt, desk, "bell")

    assert join == {"step": "j", "arrived": ["side"]}
    assert [task.step.id for task in workflow.open_steps(spec, rebuilt)] == ["sign"]
    assert heard.end_event == "heard"


def test_timers_keep_their_instants_when_an_instance_is_rebuilt_later():
    spec, desk = parser.parse(deep(), "p"), Desk()
    saved = workflow.start(spec, desk, ROUTING)
    desk.now += timedelta(days=5)

    rebuilt = workflow.rebuild(spec, saved.marking, desk)

    assert workflow.fire_timers(spec, rebuilt, desk).timers == saved.timers


def test_a_sequential_step_is_rebuilt_where_it_stood():
    task = draw.user("sign", draw.instances("n", sequential=True))
    spec = one(draw.start(), task, draw.user("next"), draw.end(), flows="s>sign sign>next next>e")
    desk = Desk()
    saved = complete(spec, workflow.start(spec, desk, {"n": 3}), desk, "sign")

    state = workflow.fire_timers(spec, workflow.rebuild(spec, saved.marking, desk), desk)
    seen = []
    while names_of(spec, state) == ["sign"]:
        seen.append(workflow.open_steps(spec, state.state)[0].position)
        state = complete(spec, state, desk, "sign")

    assert seen == [1, 2]
    assert names(state) == ["next"]


def names_of(spec, advanced):
    return [task.step.id for task in workflow.open_steps(spec, advanced.state)]


def test_an_ended_instance_is_rebuilt_as_ended():
    spec = one(draw.start(), draw.user("a"), draw.end(), flows="s>a a>e")
    desk = Desk()
    ended = complete(spec, workflow.start(spec, desk, {"n": 1}), desk, "a")

    assert workflow.rebuild(spec, ended.marking, desk) == ended.state


def test_what_cannot_be_rebuilt_is_refused_by_its_step():
    spec = one(
        draw.start(), draw.parallel("f"), draw.user("a"), draw.user("b"), '<inclusiveGateway id="j" default="j__e"/>', draw.end(),
        flows="s>f f>a f>b a>j b>j j>e",
    )  # fmt: skip
    desk = Desk()
    saved = complete(spec, workflow.start(spec, desk, {}), desk, "a")

    with pytest.raises(CannotRebuild) as refusal:
        workflow.rebuild(spec, saved.marking, desk)

    assert refusal.value.details["step"] == "j"


def test_a_marking_of_another_diagram_or_format_is_refused():
    spec = one(draw.start(), draw.user("a"), draw.end(), flows="s>a a>e")
    other = one(draw.start(), draw.user("elsewhere"), draw.end(), flows="s>elsewhere elsewhere>e")
    marking = workflow.start(spec, Desk(), {}).marking

    with pytest.raises(CannotRebuild):
        workflow.rebuild(other, marking, Desk())
    with pytest.raises(codec.UnknownFormat):
        workflow.rebuild(spec, marking.replace('"format":1', '"format":9'), Desk())


def test_what_began_under_a_suspension_is_kept_until_it_ends_and_rebuilt_with_the_rest():
    spec, desk = parser.parse(deep(), "p"), Desk(is_suspended=True)
    saved = workflow.start(spec, desk, ROUTING)
    assert orjson.loads(saved.marking)["since"] == {"remind_on": desk.now.isoformat()}
    rebuilt = workflow.rebuild(spec, saved.marking, desk)
    asked: list[list[object]] = []
    desk.is_suspended = False

    for state in (saved.state, rebuilt):
        seen: list[object] = []

        def move(instant, since, seen=seen):
            seen.append((instant, since))
            return instant + timedelta(days=3)

        moved = workflow.reschedule(spec, state, desk, move)
        asked.append(sorted(seen))
        assert "since" not in moved.marking + moved.state

    assert asked[0] == asked[1]
    assert {since for _, since in asked[0]} == {desk.now}
    assert len(asked[0]) == 3


def test_a_state_written_before_suspensions_were_told_apart_is_read_as_before():
    spec, desk = parser.parse(deep(), "p"), Desk()
    begun = workflow.start(spec, desk, ROUTING)
    seen = []

    workflow.reschedule(spec, begun.state, desk, lambda instant, since: seen.append(since) or instant)

    assert "since" not in begun.state + begun.marking
    assert seen == [None] * 3
