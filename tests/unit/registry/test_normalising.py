"""What SpiffWorkflow would play otherwise is rewritten: it then plays rightly, and its picture stays readable."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from engine.registry import checks, library, reading
from engine.registry.context import Context
from engine.registry.normalising import normalised, pictures
from engine.spiff import parser, playing, waiting
from tests import effort
from web import bpmn_svg

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
    ' id="definitions" targetNamespace="https://alize.example/test"><process id="p" isExecutable="true">'
)
PROFILE = Context(profile_only=True)
TAGS = {"s": "startEvent", "e": "endEvent", "m": "exclusiveGateway", "x": "exclusiveGateway",
        "g": "parallelGateway", "j": "parallelGateway", "o": "inclusiveGateway", "i": "inclusiveGateway"}  # fmt: skip
# Drawings by their arrows: a node is what the first letter of its name says, else a user task.
LOOPS = {
    "parallel": "s>m m>g g>a g>b a>j b>j j>d d>x x>e x>m?again",
    "inclusive": "s>m m>o o>a o>b?also o>c?more a>i b>i c>i i>d d>x x>e x>m?again",
    "two_in_a_row": "s>m m>g g>a g>b a>j b>j j>d d>g2 g2>a2 g2>b2 a2>j2 b2>j2 j2>x x>e x>m?again",
    "nested": "s>m m>g g>a g>g2 g2>a2 g2>b2 a2>j2 b2>j2 j2>j a>j j>d d>x x>e x>m?again",
    "loop_in_a_branch": "s>m m>g g>m2 m2>a a>x2 x2>j x2>m2?more g>b b>j j>d d>x x>e x>m?again",
    "a_loop_with_its_own": "s>m m>g g>m2 m2>g2 g2>a g2>c a>j2 c>j2 j2>x2 x2>j x2>m2?more g>b b>j j>d d>x "
    "x>e x>m?again",
}
# Joins that nobody can put aside: a branch ends, is entered from elsewhere, or leaves before the join.
LEFT = {
    "a_branch_ends": "s>m m>g g>a g>b a>j b>x2 x2>j x2>e2?more j>d d>x x>e x>m?again",
    "entered_in_the_middle": "s>m m>g g>a g>m2 m2>b a>j b>j j>d d>x x>e x>y?again y>m y>m2?also",
    "several_ways_out": "s>m m>g g>a g>b a>j b>j j>d j>c d>m c>e",
}


def tag_of(name: str) -> str:
    if name[0] == "y":
        return "exclusiveGateway"
    return TAGS.get(name[0], "userTask")


def drawing(arrows: str, *, picture: bool = False) -> bytes:
    """A process from its arrows; of a choice, the arrow without a condition is the default."""
    flows = [(*arrow.partition("?")[0].split(">"), arrow.partition("?")[2]) for arrow in arrows.split()]
    names = list(dict.fromkeys(name for source, target, _ in flows for name in (source, target)))
    nodes = "".join(node(name, flows) for name in names)
    lines = "".join(
        f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}">'
        + (f"<conditionExpression>{condition}</conditionExpression>" if condition else "")
        + "</sequenceFlow>"
        for a, b, condition in flows
    )
    drawn = picture_of(names, flows) if picture else ""
    return f"{HEAD}{nodes}{lines}</process>{drawn}</definitions>".encode()


def node(name: str, flows: list[tuple[str, ...]]) -> str:
    plain = [f"{a}_{b}" for a, b, condition in flows if a == name and not condition]
    choices = any(a == name and condition for a, _, condition in flows)
    default = f' default="{plain[0]}"' if choices else ""
    entering = "".join(f"<incoming>{a}_{b}</incoming>" for a, b, _ in flows if b == name)
    leaving = "".join(f"<outgoing>{a}_{b}</outgoing>" for a, b, _ in flows if a == name)
    return f'<{tag_of(name)} id="{name}"{default}>{entering}{leaving}</{tag_of(name)}>'


def picture_of(names: list[str], flows: list[tuple[str, ...]]) -> str:
    """A picture of steps in columns, a loop's way back below."""
    place = {name: (160.0 * column, 100.0 * (column % 3)) for column, name in enumerate(names)}
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{name}_shape" bpmnElement="{name}"><dc:Bounds x="{x}" y="{y}" width="100" '
        f'height="80"/></bpmndi:BPMNShape>'
        for name, (x, y) in place.items()
    )
    edges = "".join(
        f'<bpmndi:BPMNEdge id="{a}_{b}_edge" bpmnElement="{a}_{b}"><di:waypoint x="{place[a][0] + 100}" '
        f'y="{place[a][1] + 40}"/><di:waypoint x="{place[b][0]}" y="{place[b][1] + 40}"/></bpmndi:BPMNEdge>'
        for a, b, _ in flows
    )
    return (
        '<bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="p">'
        f"{shapes}{edges}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    )


class Host:
    """A host whose choices fall at random."""

    zone = ZoneInfo("Europe/Paris")
    now = datetime(2027, 1, 15, 9, tzinfo=UTC)
    is_suspended = False

    def operate(self, step, routing):
        raise AssertionError((step.id, routing))


def walk(content: bytes, dice: random.Random, turns: int = 60) -> list[tuple[str, list[str], dict]]:
    """Play at random; what was done at each turn, what was open before, and what had been decided."""
    spec = parser.parse({"p.bpmn": content}, "p")
    routing = dict.fromkeys(spec.routing_names, False)
    play = playing.new_play(spec, Host(), routing)
    play.settle()
    done = []
    while not play.ended and len(done) < turns:
        opened = sorted(waiting.open_tasks(play).values(), key=lambda task: task.task_spec.name)
        task = dice.choice(opened)
        done.append(
            (task.task_spec.name, [each.task_spec.name for each in opened], dict(play.engine.routing))
        )
        play.engine.accept({name: dice.random() < (0.9 if name == "again" else 0.5) for name in routing})
        task.run()
        play.settle()
    return done


def opened_alone(done: list[tuple[str, list[str], dict]], step: str) -> bool:
    """Whether a step that comes after a join was never open beside another."""
    return all(opened == [step] for _, opened, _ in done if step in opened)


@pytest.mark.parametrize("name", LOOPS)
def test_join_waits_for_every_branch_from_the_second_turn_on(name):
    content = normalised(drawing(LOOPS[name]))
    turns = 0

    for seed in range(effort.times(25, 400)):
        done = walk(content, effort.dice("normalising", name, seed))
        turns += sum(step == "d" for step, _, _ in done)
        assert opened_alone(done, "d"), (name, seed, done)

    assert turns > 2 * effort.times(25, 400), "the walks must turn several times"


@pytest.mark.parametrize("name", ["parallel", "inclusive"])
def test_as_it_was_drawn_the_library_would_not_wait(name):
    def waits(seed: int) -> bool:
        try:
            return opened_alone(walk(drawing(LOOPS[name]), random.Random(seed)), "d")
        except AttributeError:  # The library trips over the tasks it should still have waited for.
            return False

    assert not all(waits(seed) for seed in range(60))


@pytest.mark.parametrize("name", LOOPS)
def test_what_is_rewritten_keeps_every_step_and_every_arrow(name):
    before = reading.read(drawing(LOOPS[name]), "p.bpmn").processes[0]
    after = reading.read(normalised(drawing(LOOPS[name])), "p.bpmn").processes[0]

    assert {node.id for node in before.nodes} <= {node.id for node in after.nodes}
    assert {flow.id: flow.condition for flow in before.flows}.items() <= {
        flow.id: flow.condition for flow in after.flows
    }.items()
    assert all(scope == "p" or scope.startswith(("p_g", "p_o")) for scope in after.scopes())


@pytest.mark.parametrize("name", LOOPS)
def test_what_is_rewritten_passes_every_rule_and_so_does_what_will_be(name):
    content = drawing(LOOPS[name])

    for written in (content, normalised(content)):
        report = checks.check(written, filename="p.bpmn", context=PROFILE)
        assert [problem.code for problem in report.problems] == []


@pytest.mark.parametrize("name", LOOPS)
def test_normalising_twice_changes_nothing_more(name):
    once = normalised(drawing(LOOPS[name], picture=True))

    assert once != drawing(LOOPS[name], picture=True)
    assert normalised(once) == once


@pytest.mark.parametrize("name", LEFT)
def test_join_that_cannot_be_put_aside_stays_and_is_refused(name):
    content = drawing(LEFT[name])

    report = checks.check(content, filename="p.bpmn", context=PROFILE)

    assert normalised(content) == content
    assert "JOIN_IN_CYCLE" in {problem.code for problem in report.problems}


def test_file_that_needs_nothing_stays_byte_for_byte():
    files = library.reference()

    assert {name: normalised(content) for name, content in files.items()} == files


def test_arrow_without_an_id_is_given_one_that_nothing_else_has():
    content = drawing("s>a a>e").replace(b'<sequenceFlow id="s_a"', b"<sequenceFlow")
    content = content.replace(b'id="a"', b'id="generated_flow_1"').replace(b'"a"', b'"generated_flow_1"')

    written = reading.read(normalised(content), "p.bpmn")

    assert [flow.id for flow in written.flows()] == ["generated_flow_2", "a_e"]
    assert [flow.id for flow in reading.read(content, "p.bpmn").flows()] == ["generated_flow_2", "a_e"]


def test_ids_of_what_is_added_are_free():
    content = drawing(LOOPS["parallel"]).replace(b'"d"', b'"p_g_together"')

    assert b'<subProcess id="p_g_together_2"' in normalised(content)


def test_file_in_which_ids_are_shared_is_left_to_the_rules():
    content = drawing(LOOPS["parallel"]).replace(b'id="b"', b'id="a"')

    assert normalised(content) == content


# ── The picture ─────────────────────────────────────────────────────────────────────────────────────────────


def shapes(content: bytes) -> dict[str, pictures.Box]:
    root = etree.fromstring(content)
    return {
        shape.get("bpmnElement"): pictures.box_of(shape)
        for shape in root.iter(f"{{{pictures.BPMNDI}}}BPMNShape")
    }


def scopes(content: bytes) -> dict[str, str]:
    return {node.id: node.scope for node in reading.read(content, "p.bpmn").nodes()}


def around(scope: str, stands_in: dict[str, str]) -> set[str]:
    """A scope and all that it stands in."""
    found = {scope}
    while scope in stands_in:
        scope = stands_in[scope]
        found.add(scope)
    return found


@pytest.mark.parametrize("name", LOOPS)
def test_steps_of_a_subprocess_are_drawn_inside_it_and_others_outside(name):
    content = normalised(drawing(LOOPS[name], picture=True))
    boxes, stands_in = shapes(content), scopes(content)

    assert set(boxes) == set(stands_in)
    for step, scope in stands_in.items():
        for frame in set(stands_in.values()) - {"p"}:
            if frame == scope:
                assert pictures.surrounding([boxes[step], boxes[frame]]) == boxes[frame], (step, frame)
            elif (
                step != frame
                and frame not in around(scope, stands_in)
                and step not in around(frame, stands_in)
            ):
                assert not boxes[step].meets(boxes[frame]), (step, frame)


@pytest.mark.parametrize("name", LOOPS)
def test_every_arrow_is_drawn_from_its_step_to_its_step(name):
    content = normalised(drawing(LOOPS[name], picture=True))
    root, boxes = etree.fromstring(content), shapes(content)
    edges = {edge.get("bpmnElement"): edge for edge in root.iter(f"{{{pictures.BPMNDI}}}BPMNEdge")}

    for flow in reading.read(content, "p.bpmn").flows():
        points = edges[flow.id].findall(f"{{{pictures.DI}}}waypoint")
        for end, point in ((flow.source, points[0]), (flow.target, points[-1])):
            across, down = float(point.get("x")), float(point.get("y"))
            box = boxes[end]
            assert box.left <= across <= box.right, (flow.id, end)
            assert box.top <= down <= box.bottom, (flow.id, end)


def test_picture_without_numbers_is_not_what_stops_a_publication():
    content = drawing(LOOPS["parallel"], picture=True)

    for odd in (b"NaN", b"1e400", b"-9e99", b"far"):
        assert b"p_g_together" in normalised(content.replace(b'x="160.0"', b'x="' + odd + b'"'))


def test_pool_and_lane_hold_what_was_widened():
    lanes = (
        b'<laneSet id="ls"><lane id="l" name="Comit\xc3\xa9"><flowNodeRef>g</flowNodeRef>'
        b"<flowNodeRef>a</flowNodeRef></lane></laneSet>"
    )
    pool = b'<bpmndi:BPMNShape id="l_shape" bpmnElement="l"><dc:Bounds x="-50" y="-50" width="2000" height="400"/></bpmndi:BPMNShape>'
    content = drawing(LOOPS["parallel"], picture=True)
    content = content.replace(b'isExecutable="true">', b'isExecutable="true">' + lanes)
    content = content.replace(b'bpmnElement="p">', b'bpmnElement="p">' + pool)

    written = normalised(content)

    boxes = shapes(written)
    assert boxes["l"].right == 1950 + 2 * pictures.SIDE
    assert all(box.right <= boxes["l"].right for box in boxes.values())
    assert reading.read(written, "p.bpmn").processes[0].lanes == {
        "p_g_together": "Comité", "g": "Comité", "a": "Comité",
    }  # fmt: skip


@pytest.mark.parametrize("name", LOOPS)
def test_server_draws_the_subprocess_that_was_added(name):
    content = normalised(drawing(LOOPS[name], picture=True))

    shown = bpmn_svg.render(content, title="Processus")

    assert "Étapes menées" in shown
    for step in scopes(content):
        assert f'data-step="{step}"' in shown


@pytest.mark.parametrize("arrow", ["m_g", "j_d"])
def test_an_arrow_drawn_within_another_leaves_the_file_to_the_rules(arrow):
    content = drawing(LOOPS["parallel"])
    root = etree.fromstring(content)
    flows = {flow.get("id"): flow for flow in root.iter("{*}sequenceFlow")}
    flows["g_a"].append(flows[arrow])

    assert b"_together" in normalised(content)
    assert normalised(etree.tostring(root)) == etree.tostring(root)


@pytest.mark.parametrize("height", ["0", "900", "anything"])
def test_what_runs_does_not_depend_on_where_a_shape_stands(height):
    root = etree.fromstring(drawing("s>x x>a?first x>b?second x>e a>e b>e", picture=True))
    (bounds,) = root.iterfind(".//{*}BPMNShape[@bpmnElement='a']/{*}Bounds")
    bounds.set("y", height)

    specification = parser.parse({"p.bpmn": etree.tostring(root)}, "p")
    play = playing.new_play(specification, Host(), {"first": True, "second": True})
    play.settle()

    assert [task.task_spec.name for task in waiting.open_tasks(play).values()] == ["a"]
