"""An instance may begin at an entry: its token is there, and all around it is as if it had come by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from engine.spiff import entering, parser, timers, workflow
from tests.unit.spiff import drawing as draw
from tests.unit.spiff.drawing import MORNING, Desk, complete, names, one


def line(*tasks: str):
    """Tasks one after the other; `here` before a name makes it an entry."""
    nodes = [
        draw.user(each.removeprefix("here:"), **({"entry": "here"} if ":" in each else {})) for each in tasks
    ]
    chain = [each.removeprefix("here:") for each in tasks]
    flows = " ".join(f"{a}>{b}" for a, b in zip(["s", *chain], [*chain, "e"], strict=True))
    return one(draw.start(), *nodes, draw.end(), flows=flows)


def test_what_comes_before_the_entry_is_never_done():
    spec, desk = line("a", "here:b", "c"), Desk()

    begun = workflow.start_at(spec, desk, {"known": True}, "here")
    after = complete(spec, begun, desk, "b")

    assert names(begun) == ["b"]
    assert begun.routing == {"known": True}
    assert names(after) == ["c"]
    assert complete(spec, after, desk, "c").ended


@pytest.mark.parametrize("name", ["there", ""])
def test_an_entry_that_no_diagram_has_is_refused_by_its_name(name):
    with pytest.raises(entering.NoSuchEntry) as refusal:
        workflow.start_at(line("a", "here:b"), Desk(), {}, name)

    assert name in str(refusal.value)


def test_an_entry_at_two_places_is_none():
    assert entering.entries(line("here:a", "here:b")) == {}
    assert entering.entries(line("a", "here:b")) == {"here": ("b",)}


def enclosed():
    """An entry in a subprocess of a called process, with something armed around each of them."""
    caller = draw.diagram(
        draw.start(), draw.user("first"), draw.call("c", "q"), draw.user("last"), draw.end(),
        draw.boundary("bell", "c", draw.BELL), draw.end("heard"),
        draw.boundary("stopped", "c", draw.ESCALATION), draw.user("after_stop"), draw.end("stopped_end"),
        flows="s>first first>c c>last last>e bell>heard stopped>after_stop after_stop>stopped_end",
    )  # fmt: skip
    inner = (
        f'<subProcess id="sub">{draw.start("s2")}{draw.user("before")}{draw.user("b", entry="here")}'
        f"{draw.xor('x', default='x__go')}{draw.user('go')}{draw.end('e2')}{draw.end('out', draw.ESCALATION)}"
        f"{draw.arrows('s2>before before>b b>x x>go x>out go>e2', {'x>out': 'is_stopped'})}"
        f"{draw.boundary('expired', 'b', draw.literal('P60D'))}{draw.end('late')}{draw.arrows('expired>late', {})}"
        "</subProcess>"
    )
    called = draw.diagram(
        draw.start(), inner, draw.end(), draw.boundary("term", "sub", draw.literal("P18M", "effective_on")),
        draw.end("over"), draw.boundary("said", "sub", draw.dated("told_on"), interrupting=False),
        draw.service("tell"), draw.end("told"),
        flows="s>sub sub>e term>over said>tell tell>told", process="q",
    )  # fmt: skip
    return parser.parse(draw.files(caller, called), "p")


ROUTING = {"effective_on": "2026-02-10", "told_on": "2026-04-01", "is_stopped": False}


def anonymous(marking: str) -> dict:
    """A marking without what differs from one instance to another."""

    def of(value):
        if isinstance(value, dict):
            return {key: of(each) for key, each in value.items() if key != "id"}
        return [of(each) for each in value] if isinstance(value, list) else value

    return of(orjson.loads(marking))


def test_an_instance_at_an_entry_stands_where_one_stands_that_walked_there():
    spec, desk = enclosed(), Desk()
    walked = complete(
        spec, complete(spec, workflow.start(spec, desk, ROUTING), desk, "first"), desk, "before"
    )

    entered = workflow.start_at(spec, desk, ROUTING, "here")

    assert anonymous(entered.marking) == anonymous(walked.marking)
    assert entered.timers == walked.timers
    assert entered.awaited == walked.awaited == {"bell"}
    assert names(entered) == ["b"]


def test_a_delay_around_an_entry_counts_from_its_own_day_and_the_others_from_now():
    begun = workflow.start_at(enclosed(), Desk(), ROUTING, "here")

    due = {timer.step: timer.due_at for timer in begun.timers}

    assert due == {
        "term": datetime(2027, 8, 9, 22, tzinfo=UTC), "said": datetime(2026, 3, 31, 22, tzinfo=UTC),
        "expired": MORNING + timedelta(days=60, hours=-1),
    }  # fmt: skip


def test_what_is_past_already_around_an_entry_comes_at_once():
    desk = Desk()

    begun = workflow.start_at(enclosed(), desk, {**ROUTING, "effective_on": "2024-01-05"}, "here")

    assert names(begun) == ["last"], "the term ended what held the entry"
    assert desk.performed == []


def test_a_day_that_the_diagram_waits_for_and_nobody_wrote_is_refused():
    with pytest.raises(timers.UndatedTimer):
        workflow.start_at(enclosed(), Desk(), {**ROUTING, "told_on": ""}, "here")


@pytest.mark.parametrize("kept", ["state", "marking"])
@pytest.mark.parametrize("way", ["to the end", "stopped", "bell", "told"])
def test_an_instance_begun_at_an_entry_goes_on_like_any_saved_or_rebuilt(kept, way):
    spec, desk = enclosed(), Desk()
    begun = workflow.start_at(spec, desk, ROUTING, "here")
    fresh = enclosed()
    state = begun.state if kept == "state" else workflow.rebuild(fresh, begun.marking, desk)

    if way == "bell":
        assert workflow.send_message(fresh, state, desk, "bell").end_event == "heard"
        return
    if way == "told":
        desk.now = datetime(2026, 4, 2, tzinfo=UTC)
        told = workflow.fire_timers(fresh, state, desk)
        assert desk.performed == [("test.do", "tell")]
        assert told.opened == []
        assert [each.step.id for each in workflow.open_steps(fresh, told.state)] == ["b"]
        return
    [task] = workflow.open_steps(fresh, state)
    after = workflow.complete(fresh, state, desk, task.id, {"is_stopped": way == "stopped"})
    expected = ["after_stop"] if way == "stopped" else ["go", "last"]
    for name in expected:
        assert names(after) == [name]
        after = complete(fresh, after, desk, name)
    assert after.ended


def test_an_entry_that_is_itself_a_call_or_a_subprocess_is_begun():
    called = draw.diagram(draw.start(), draw.user("inner"), draw.end(), flows="s>inner inner>e", process="q")
    inside = draw.start("s2") + draw.user("inner") + draw.end("e2") + draw.arrows("s2>inner inner>e2", {})
    for node in (
        '<callActivity id="c" calledElement="q" alize:entry="here"/>',
        f'<subProcess id="c" alize:entry="here">{inside}</subProcess>',
    ):
        caller = draw.diagram(draw.start(), draw.user("a"), node, draw.end(), flows="s>a a>c c>e")
        spec, desk = parser.parse(draw.files(caller, called), "p"), Desk()

        begun = workflow.start_at(spec, desk, {}, "here")

        assert names(begun) == ["inner"]
        assert complete(spec, begun, desk, "inner").ended


def test_two_calls_of_what_holds_an_entry_make_it_none():
    called = draw.diagram(
        draw.start(), draw.user("inner", entry="here"), draw.end(), flows="s>inner inner>e", process="q"
    )
    caller = draw.diagram(
        draw.start(), draw.call("c", "q"), draw.call("d", "q"), draw.end(), flows="s>c c>d d>e"
    )

    assert entering.entries(parser.parse(draw.files(caller, called), "p")) == {}


def test_an_entry_within_what_is_repeated_is_none():
    called = draw.diagram(
        draw.start(), draw.user("inner", entry="here"), draw.end(), flows="s>inner inner>e", process="q"
    )
    caller = draw.diagram(draw.start(), draw.call("c", "q", draw.instances("n")), draw.end(), flows="s>c c>e")

    assert entering.entries(parser.parse(draw.files(caller, called), "p")) == {}
