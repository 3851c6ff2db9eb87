"""An event on a step's edge may come in the very act that entered the step: what follows it opens all the same."""

from __future__ import annotations

import pytest

from engine.spiff import workflow
from tests.unit.spiff import drawing as draw
from tests.unit.spiff.drawing import Desk, complete, one

# A step entered on a day already past, and a subprocess that tells at once.
HOSTS = {
    "a past day": draw.user("h"),
    "an escalation": '<subProcess id="h"><startEvent id="hs"/>'
    + draw.end("he", draw.ESCALATION)
    + '<sequenceFlow id="hs__he" sourceRef="hs" targetRef="he"/></subProcess>',
}
EVENTS = {"a past day": draw.dated("due_on"), "an escalation": draw.ESCALATION}
INSIDE = '<startEvent id="ms"/><userTask id="m"/><endEvent id="me"/>' + draw.arrows("ms>m m>me", {})
FOLLOWING = {
    "one step": (draw.user("m"), 1),
    "two at once": (draw.user("m", draw.instances("2")), 2),
    "two in turn": (draw.user("m", draw.instances("2", sequential=True)), 1),
    "two parts at once": (f'<subProcess id="w">{draw.instances("2")}{INSIDE}</subProcess>', 2),
    "one part": (f'<subProcess id="w">{INSIDE}</subProcess>', 1),
}


@pytest.mark.parametrize("interrupting", [True, False])
@pytest.mark.parametrize("following", FOLLOWING)
@pytest.mark.parametrize("event", EVENTS)
def test_what_follows_opens(event, following, interrupting):
    step, expected = FOLLOWING[following]
    name = "m" if 'id="m"' in step and "subProcess" not in step else "w"
    spec = one(
        draw.start(), draw.user("a"), HOSTS[event], step, draw.end(), draw.end("e2"),
        draw.boundary("b", "h", EVENTS[event], interrupting=interrupting),
        flows=f"s>a a>h h>e b>{name} {name}>e2",
    )  # fmt: skip
    desk = Desk()
    first = workflow.start(spec, desk, {"due_on": "2026-01-01"})

    second = complete(spec, first, desk, "a")

    assert [task.step.id for task in second.opened].count("m") == expected
    reloaded = workflow.open_steps(spec, second.state)
    assert {task.id for task in reloaded} == {task.id for task in second.opened}


@pytest.mark.parametrize("following", FOLLOWING)
def test_what_follows_a_race_that_is_over_at_once_opens(following):
    step, expected = FOLLOWING[following]
    name = "m" if 'id="m"' in step and "subProcess" not in step else "w"
    spec = one(
        draw.start(), draw.user("a"), '<eventBasedGateway id="r"/>', draw.catch("c", draw.dated("due_on")),
        draw.catch("c2", draw.BELL), step, draw.end(), draw.end("e2"),
        flows=f"s>a a>r r>c r>c2 c>{name} {name}>e2 c2>e",
    )  # fmt: skip
    desk = Desk()
    first = workflow.start(spec, desk, {"due_on": "2026-01-01"})

    second = complete(spec, first, desk, "a")

    assert [task.step.id for task in second.opened] == ["m"] * expected


# The step is left by its event and entered again, in one act: straight away, or by a gateway.
WAYS_BACK = {"straight": "b>o o>h", "by a gateway": "b>o o>g"}


@pytest.mark.parametrize("way_back", WAYS_BACK)
def test_a_step_that_is_entered_again_in_the_act_that_interrupted_it_is_left_as_usual(way_back):
    inside = (
        '<subProcess id="h"><startEvent id="hs"/><exclusiveGateway id="hg" default="hg__hp"/>'
        + draw.end("he", draw.ESCALATION)
        + draw.end("hp")
        + draw.arrows("hs>hg hg>he hg>hp", {"hg>he": "again"})
        + "</subProcess>"
    )
    spec = one(
        draw.start(), draw.user("a"), draw.xor("g"), inside, draw.service("o"), draw.user("m"), draw.end(),
        draw.boundary("b", "h", draw.ESCALATION), draw.boundary("c", "h", draw.BELL),
        flows=f"s>a a>g g>h h>m m>e {WAYS_BACK[way_back]} c>e",
    )  # fmt: skip
    desk = Desk(answers={"o": {"again": False}})
    first = workflow.start(spec, desk, {"again": True})

    second = complete(spec, first, desk, "a")

    assert draw.names(second) == ["m"]
    assert second.awaited == frozenset()
    assert complete(spec, second, desk, "m").end_event == "e"
