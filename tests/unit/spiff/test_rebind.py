"""An instance moves to another version where it may; what somebody is doing stays as it is."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from engine.spiff import durations, parser, rebind, workflow
from tests.unit.spiff import drawing as draw
from tests.unit.spiff.drawing import Desk, complete, names, one
from tests.unit.spiff.moving import line, moved, played, refused


def test_a_step_added_further_on_is_done_when_its_turn_comes():
    old, new, desk = line("a", "b"), line("a", "b", "c"), Desk()
    begun = workflow.start(old, desk, {})

    found = moved(old, new, begun, desk)

    assert played(new, found.advanced, desk) == ["a", "b", "c"]


def test_a_step_put_in_just_after_what_is_being_done_comes_next():
    old, new, desk = line("a", "b"), line("a", "between", "b"), Desk()

    found = moved(old, new, workflow.start(old, desk, {}), desk)

    assert played(new, found.advanced, desk) == ["a", "between", "b"]


def looped(*, checked=False):
    """The loop of reports: wait for a date, report, again until it is over."""
    steps = ["report", *(["check"] if checked else [])]
    chain = " ".join(f"{one}>{other}" for one, other in zip(["wait", *steps], [*steps, "g"], strict=True))
    return one(
        draw.start(), draw.xor("m"), draw.catch("wait", draw.dated("opens_on")), *map(draw.user, steps),
        draw.xor("g", default="g__m"), draw.end(),
        flows=f"s>m m>wait {chain} g>m g>e", conditions={"g>e": "over"},
    )  # fmt: skip


@pytest.mark.parametrize("at_report", [False, True])
def test_a_step_put_into_the_loop_is_done_at_each_turn_from_then_on(at_report):
    old, new, desk = looped(), looped(checked=True), Desk()
    advanced = workflow.start(old, desk, {"opens_on": "2026-04-01", "over": False})
    if at_report:
        desk.now = advanced.due_at
        advanced = workflow.fire_timers(old, advanced.state, desk)

    found = moved(old, new, advanced, desk)

    assert found.advanced.due_at == advanced.due_at
    if not at_report:
        desk.now = advanced.due_at
        found_again = workflow.fire_timers(new, found.advanced.state, desk)
    else:
        found_again = found.advanced
    reported = complete(new, found_again, desk, "report")
    assert names(reported) == ["check"]
    assert complete(new, reported, desk, "check", over=True).ended


def timed(duration, step="a", *, name="later"):
    return one(
        draw.start(), draw.user(step), draw.user("b"), draw.end(),
        draw.boundary(name, "b", draw.literal(duration), interrupting=False), draw.end("told"),
        flows=f"s>{step} {step}>b b>e {name}>told",
    )  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [("P30D", "P15D"), ("P15D", "P30D")])
def test_a_delay_that_has_not_begun_follows_the_new_version(before, after):
    old, new, desk = timed(before), timed(after), Desk()
    begun = workflow.start(old, desk, {})

    found = moved(old, new, begun, desk)

    assert [(each.step, each.before, each.after) for each in found.later] == [("later", before, after)]
    armed = complete(new, found.advanced, desk, "a")
    assert armed.due_at == durations.add_duration(desk.now, after, desk.zone)


@pytest.mark.parametrize("after", ["P15D", "P60D"])
def test_a_date_that_runs_stays_as_it_is(after):
    old, new, desk = timed("P30D"), timed(after), Desk()
    armed = complete(old, workflow.start(old, desk, {}), desk, "a")
    desk.now += timedelta(days=29)

    found = moved(old, new, armed, desk)

    assert found.advanced.due_at == armed.due_at
    assert [(each.step, each.due_at) for each in found.kept] == [("later", armed.due_at)]
    assert found.begun == found.later == ()


def test_a_step_renamed_or_in_another_lane_is_the_same_step():
    old, desk = line("a", "b"), Desk()
    drawn = draw.diagram(draw.start(), draw.user("a"), draw.user("b"), draw.end(), flows="s>a a>b b>e")
    lanes = '<laneSet><lane id="l" name="Le bureau"><flowNodeRef>a</flowNodeRef></lane></laneSet><startEvent'
    text = drawn.decode().replace('name="a"', 'name="Visiter"').replace("<startEvent", lanes, 1)
    new = parser.parse({"p.bpmn": text.encode()}, "p")

    found = moved(old, new, workflow.start(old, desk, {}), desk)

    assert [(each.step.name, each.step.lane) for each in found.advanced.opened] == [("Visiter", "Le bureau")]


def test_a_step_that_is_being_done_and_is_gone_keeps_the_instance_back():
    old, new = line("a", "b"), line("b")

    found = refused(old, new, workflow.start(old, Desk(), {}))

    assert found == [
        "« a », où se trouve ce projet, n’est plus dans la nouvelle version : terminez-la d’abord."
    ]


def test_a_step_that_became_another_kind_keeps_the_instance_back():
    old, new = line("a", "b"), line(("a", draw.service("a")), "b")

    assert "n’est plus la même sorte" in refused(old, new, workflow.start(old, Desk(), {}))[0]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"form": "one"}, {"form": "other"}, "autre formulaire"),
        ({"role": "chair"}, {"role": "operator"}, "autre rôle"),
        ({"personal": "true"}, {}, "personnelle"),
        ({"operation": "test.do"}, {"operation": "test.more"}, "n’enregistre plus"),
        ({"step": "sign_off"}, {"step": "visit"}, "charte"),
    ],
)
def test_what_somebody_is_doing_stays_theirs_and_stays_the_same(before, after, said):
    old, new = line(("a", draw.user("a", **before))), line(("a", draw.user("a", **after)))

    assert said in refused(old, new, workflow.start(old, Desk(), {}))[0]


@pytest.mark.parametrize("what", [draw.literal("P10D"), draw.dated("visit_on"), draw.BELL])
def test_an_event_put_around_what_is_being_done_is_armed_as_of_now(what):
    old, desk = line("a"), Desk()
    new = line("a", more=(draw.boundary("new", "a", what), draw.end("out")), flows="new>out")
    begun = workflow.start(old, desk, {"visit_on": "2026-05-04"})
    desk.now += timedelta(days=2)

    found = moved(old, new, begun, desk)

    if what == draw.BELL:
        assert found.advanced.awaited == {"bell"}
        assert workflow.send_message(new, found.advanced.state, desk, "bell").end_event == "out"
        return
    due = datetime(2026, 3, 14, 9, tzinfo=UTC) if "P10D" in what else draw.local(2026, 5, 4)
    assert [(each.step, each.due_at) for each in found.begun] == [("new", due)]
    desk.now = due
    assert workflow.fire_timers(new, found.advanced.state, desk).end_event == "out"


def test_an_event_that_waits_for_a_day_nobody_has_written_keeps_the_instance_back():
    old, desk = line("a"), Desk()
    new = line(
        "a", more=(draw.boundary("new", "a", draw.dated("visit_on")), draw.end("out")), flows="new>out"
    )

    with pytest.raises(rebind.CannotMove) as refusal:
        rebind.move(old, new, workflow.start(old, desk, {"visit_on": ""}).marking, desk)

    assert "une date qui n’est pas encore fixée" in str(refusal.value)


def test_an_event_that_has_come_once_does_not_come_again():
    old = new = timed("P30D")
    desk = Desk()
    armed = complete(old, workflow.start(old, desk, {}), desk, "a")
    desk.now = armed.due_at
    told = workflow.fire_timers(old, armed.state, desk)

    found = moved(old, new, told, desk)

    assert found.advanced.timers == []


def bounded(*events):
    """A step with events around it, each with an end of its own."""
    more = [draw.boundary(name, "a", what, interrupting=cuts) for name, what, cuts in events]
    ends = [draw.end(f"{name}_end") for name, _, _ in events]
    return line("a", more=(*more, *ends), flows=" ".join(f"{name}>{name}_end" for name, _, _ in events))


@pytest.mark.parametrize(
    "events",
    [
        [],
        [("heard", draw.literal("P10D"), True)],
        [("heard", draw.BELL, False)],
        [("another", draw.BELL, True)],
    ],
)
def test_an_event_that_is_awaited_must_go_on_being_awaited(events):
    old, new = bounded(("heard", draw.BELL, True)), bounded(*events)

    found = refused(old, new, workflow.start(old, Desk(), {}))

    assert found == [
        "Pendant « a », ce projet attend « heard » : la nouvelle version ne l’attend plus, ou autrement."
    ]


def called(*, checked=False, branches=("d2", "d3")):
    """A call whose process does two things at once, then one more."""
    steps = [*branches, "after"]
    split = " ".join(f"f>{each} {each}>j" for each in branches)
    inner = draw.diagram(
        draw.start("s2"), draw.parallel("f"), draw.parallel("j"), *map(draw.user, steps), draw.end("e2"),
        flows=f"s2>f {split} j>after after>e2", process="q",
    )  # fmt: skip
    more, flows = (("check",), "c>check check>e") if checked else ((), "c>e")
    outer = draw.diagram(
        draw.start(), draw.call("c", "q"), *map(draw.user, more), draw.end(), flows=f"s>c {flows}"
    )
    return parser.parse(draw.files(outer, inner), "p")


def half_done(desk):
    old = called()
    return old, complete(old, workflow.start(old, desk, {}), desk, "d2")


def test_inside_a_call_one_branch_done_it_goes_on_with_the_other():
    desk = Desk()
    old, advanced = half_done(desk)
    new = called(checked=True)

    found = moved(old, new, advanced, desk)

    assert played(new, found.advanced, desk) == ["d3", "after", "check"]


@pytest.mark.parametrize("branches", [("d2", "d3", "d4"), ("d1", "d3")])
def test_a_join_that_has_received_tokens_must_wait_for_the_same(branches):
    desk = Desk()
    old, advanced = half_done(desk)

    found = refused(old, called(branches=branches), advanced)

    assert len(found) == 1
    assert "des étapes" in found[0].lower()
    assert "bloqué" in found[0]


def test_a_step_that_now_has_another_beside_it_keeps_the_instance_back():
    """Alone on one side of a fork, it would wait at the join for a branch that never began."""
    old, desk = line("a", "b"), Desk()
    new = one(
        draw.start(), draw.parallel("f"), draw.user("a"), draw.user("beside"), draw.parallel("j"),
        draw.user("b"), draw.end(), flows="s>f f>a f>beside a>j beside>j j>b b>e",
    )  # fmt: skip
    begun = workflow.start(old, desk, {})

    (sentence,) = refused(old, new, begun)
    assert "jamais exactement là où se trouve celui-ci (« a »)" in sentence
    assert refused(old, new, complete(old, begun, desk, "a")) == []


def signing(*, count="n", sequential=False, then=()):
    chain = " ".join(f"{one}>{other}" for one, other in zip(["sign", *then], [*then, "e"], strict=True))
    return one(
        draw.start(), draw.user("sign", draw.instances(count, sequential=sequential)),
        *map(draw.user, then), draw.end(), flows=f"s>sign {chain}",
    )  # fmt: skip


@pytest.mark.parametrize("sequential", [False, True])
def test_two_of_four_have_signed_and_the_two_others_still_do(sequential):
    old, new = signing(sequential=sequential), signing(sequential=sequential, then=("file",))
    desk = Desk()
    advanced = workflow.start(old, desk, {"n": 4})
    for _ in range(2):
        advanced = complete(old, advanced, desk, "sign")

    found = moved(old, new, advanced, desk)

    positions = {each.position for each in workflow.open_steps(old, advanced.state)}
    assert {each.position for each in found.advanced.opened} == positions
    assert played(new, found.advanced, desk) == ["sign", "sign", "file"]


@pytest.mark.parametrize("new", [signing(count="m"), signing(sequential=True), line("sign")])
def test_a_step_done_by_several_that_has_begun_goes_on_being_counted_alike(new):
    old, desk = signing(), Desk()
    advanced = complete(old, workflow.start(old, desk, {"n": 4}), desk, "sign")

    assert len(refused(old, new, advanced)) == 1


def choosing(*, duration="P10D", message=True, more=()):
    """An event gateway: a message or a date, whichever comes first."""
    events = [draw.catch("too_late", draw.literal(duration)), draw.user("call"), draw.end("lost")]
    flows = "s>w w>too_late too_late>call call>lost"
    if message:
        events += [draw.catch("rung", draw.BELL), *map(draw.user, more), draw.end("heard")]
        chain = " ".join(
            f"{one}>{other}" for one, other in zip(["rung", *more], [*more, "heard"], strict=True)
        )
        flows += f" w>rung {chain}"
    else:
        events += [draw.catch("again", draw.dated("again_on")), draw.end("heard")]
        flows += " w>again again>heard"
    return one(draw.start(), '<eventBasedGateway id="w" name="La réponse"/>', *events, flows=flows)


def test_whichever_comes_first_is_still_awaited_and_keeps_its_date():
    old, new, desk = choosing(), choosing(duration="P90D", more=("thank",)), Desk()
    waiting = workflow.start(old, desk, {})

    found = moved(old, new, waiting, desk)

    assert found.advanced.due_at == waiting.due_at
    assert found.later == ()
    assert names(workflow.send_message(new, found.advanced.state, desk, "bell")) == ["thank"]
    desk.now = waiting.due_at
    assert names(workflow.fire_timers(new, found.advanced.state, desk)) == ["call"]


def test_an_event_gateway_that_waits_for_something_else_keeps_the_instance_back():
    old, new = choosing(), choosing(message=False)

    found = refused(old, new, workflow.start(old, Desk(), {"again_on": "2026-06-01"}))

    assert found == [
        "« La réponse », que ce projet attend, n’attend plus la même chose dans la nouvelle version."
    ]


def test_what_begins_under_a_suspension_is_known_to():
    old, desk = line("a"), Desk()
    new = bounded(("new", draw.literal("P10D"), True))
    begun = workflow.start(old, desk, {})
    desk.is_suspended = True

    found = moved(old, new, begun, desk)

    events = orjson.loads(found.advanced.marking)["tokens"][0]["events"]
    assert events[0]["since"] == desk.now.isoformat()
