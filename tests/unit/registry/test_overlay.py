"""A basin's changes put into the reference: what runs, what is drawn, what is refused."""

from __future__ import annotations

import itertools

import pytest
from lxml import etree

from engine.registry import inserting, layout, library, overlay, points, reading
from engine.registry.layout import Layout
from tests.applied import applied, step
from web import bpmn_svg


def process(files: dict[str, bytes], name: str):
    return reading.read(files[f"{name}.bpmn"], f"{name}.bpmn").processes[0]


def test_every_point_is_on_one_flow_of_the_file_it_says():
    places = points.places(library.reference())

    assert {key: file for key, (file, _flow) in places.items()} == {
        each.key: each.file for each in points.POINTS
    }


@pytest.mark.parametrize("point", points.POINTS, ids=lambda point: point.key)
def test_a_step_stands_on_its_point_between_what_the_flow_joined(point):
    _file, flow_id = points.places(library.reference())[point.key]
    name = point.file.removesuffix(".bpmn")
    before = process(library.reference(), name)
    old = next(flow for flow in before.flows if flow.id == flow_id)

    files = applied(step(point.key))

    after = process(files, name)
    task = after.node(f"own_{point.key}")
    assert [flow.id for flow in after.incoming(task.id)] == [flow_id]
    assert [flow.target for flow in after.outgoing(task.id)] == [old.target]
    assert after.incoming(task.id)[0].condition == old.condition
    assert task.alize == {
        "form": "basin_note", "role": "operator", "due": "P15D", "operation": "projects.record_basin_step",
        "added": point.key,
    }  # fmt: skip
    assert task.scope == old.scope
    assert {node.id for node in before.nodes} < {node.id for node in after.nodes}
    assert {flow.id for flow in before.flows} < {flow.id for flow in after.flows}
    assert {name for name in files if files[name] != library.reference()[name]} == {point.file}


def test_several_steps_at_one_point_follow_each_other_as_declared():
    own = [step("before_closure", id=f"own_{number}") for number in (3, 1, 2)]

    after = process(applied(*own), "closure")

    path, here = [], "closure_opened"
    while here != "to_review":
        here = after.outgoing(here)[0].target
        path.append(here)
    assert path == ["own_3", "own_1", "own_2", "to_review"]
    assert points.places(applied(*own))["before_closure"][1] == "own_2__to_review"


@pytest.mark.parametrize(
    ("point", "role", "lane"),
    [
        ("before_diagnostic", "prescriber", "Prescripteur"),
        ("before_diagnostic", "operator", "Opérateur"),
        ("after_approval", "mandatary", "Mandataire"),
        ("before_closure", "operator", "Opérateur"),  # A lane that the closure did not have.
    ],
)
def test_a_step_stands_in_the_lane_of_its_role(point, role, lane):
    name = points.BY_KEY[point].file.removesuffix(".bpmn")

    after = process(applied(step(point, role)), name)

    assert after.lanes[f"own_{point}"] == lane


def boxes_of(content: bytes) -> tuple[Layout, dict[str, layout.Box]]:
    drawn = Layout(reading.read_root(content))
    return drawn, {each: drawn.box(each) for each in drawn.shapes}


@pytest.mark.parametrize(
    ("point", "role"), [(point, role) for point in points.POINTS for role in point.roles]
)
def test_the_picture_stays_readable(point, role):
    content = applied(*(step(point.key, role, id=f"own_{number}") for number in range(3)))[point.file]

    drawn, boxes = boxes_of(content)
    solid = {each: box for each, box in boxes.items() if not drawn.is_container(each)}
    hosts = {each: drawn.host(each) for each in solid}
    for (one, box), (other, second) in itertools.combinations(solid.items(), 2):
        attached = "boundaryEvent" in {etree.QName(drawn.elements[each]).localname for each in (one, other)}
        assert attached or hosts[one] == hosts[other] or not box.meets(second), f"{one} covers {other}"
    for edge in drawn.edges:
        source, target = drawn.ends(edge)
        ends = drawn.points(edge)
        for end, element in ((ends[0], source), (ends[-1], target)):
            assert boxes[element].meets(layout.Box(*end, 0, 0), 1.5), f"{edge} does not touch {element}"
        for part in layout.segments(ends):
            for each, box in solid.items():
                inside = layout.Box(box.x + 2, box.y + 2, box.width - 4, box.height - 4)
                is_own = any(one.startswith("own_") for one in (each, source, target))
                is_own = is_own and each not in (source, target)
                assert not (is_own and part.meets(inside)), f"{edge} runs through {each}"
    assert "own_1" in bpmn_svg.render(content, title="Essai")


def test_a_lane_grows_when_no_row_of_it_is_free():
    reference = library.reference()
    crossed = reference["closure.bpmn"].replace(
        b'<di:waypoint x="308" y="416"/>', b'<di:waypoint x="308" y="340"/>'
    )
    three = [step("before_closure", "chair", id=f"own_{number}") for number in range(3)]

    content = applied(*three, reference={**reference, "closure.bpmn": crossed})["closure.bpmn"]

    drawn, boxes = boxes_of(content)
    assert all(boxes["lane_chair"].meets(boxes[f"own_{number}"]) for number in range(3))
    assert boxes["lane_chair"].bottom <= boxes["closure_pool"].bottom
    assert drawn.points("closure_gateway__to_review")


def test_a_diagram_without_a_picture_gets_its_step_all_the_same():
    reference = library.reference()
    bare = reading.read_root(reference["closure.bpmn"])
    bare.remove(bare.find(f"{{{layout.BPMNDI}}}BPMNDiagram"))

    files = applied(step("before_closure"), reference={**reference, "closure.bpmn": etree.tostring(bare)})

    assert process(files, "closure").node("own_before_closure")


def test_questions_are_written_where_the_form_is_and_on_one_step_alone():
    question = {
        "key": "origin", "label": "Qui l’oriente ?", "type": "choice", "mandatory": True, "hint": "Une seule.",
        "choices": [{"value": "a", "label": "L’une"}, {"value": "b", "label": "L’autre"}],
    }  # fmt: skip
    hours = {"key": "hours", "label": "Heures", "type": "number", "unit": "heures"}
    files = applied(
        {"kind": "questions", "form": "intervention", "questions": [hours], "reason": "Des heures."},
        {"kind": "questions", "process": "appraisal", "step": "qualify", "questions": [question], "reason": "Oui."},
    )  # fmt: skip

    assert process(files, "appraisal").node("qualify").questions == (question | {"mandatory": "true"},)
    asked = [
        (name, node.id)
        for name in files
        for node in process(files, name.removesuffix(".bpmn")).nodes
        if node.questions == (hours,)
    ]
    assert asked == [
        ("accompaniment.bpmn", "carry_out_intervention"),
        ("intervention_request.bpmn", "carry_out_intervention"),
    ]


def test_a_delay_and_a_name_are_changed_and_nothing_else():
    files = applied(
        {"kind": "due", "process": "appraisal", "step": "qualify", "due": "P9D", "reason": "Loin."},
        {
            "kind": "name",
            "process": "appraisal",
            "step": "qualify",
            "name": "Orienter",
            "reason": "Notre mot.",
        },
    )

    before, after = process(library.reference(), "appraisal"), process(files, "appraisal")
    task = after.node("qualify")
    assert (task.name, task.alize["due"]) == ("Orienter", "P9D")
    assert [node for node in after.nodes if node.id != "qualify"] == [
        node for node in before.nodes if node.id != "qualify"
    ]


def test_a_drawn_file_stands_for_the_reference_s_and_takes_parameters_and_steps():
    drawn = library.reference()["closure.bpmn"].replace(
        "Établir le bilan final".encode(), b"Dresser le bilan"
    )
    diagram = {"kind": "diagram", "process": "closure", "reason": "Nos mots."}

    files = applied(diagram, step("before_closure"), drawn={"closure.bpmn": drawn})

    after = process(files, "closure")
    assert after.node("final_review").name == "Dresser le bilan"
    assert after.node("own_before_closure")


def test_a_file_drawn_from_the_result_keeps_its_step_once_as_the_change_says_it():
    result = applied(step("before_closure"))["closure.bpmn"]
    diagram = {"kind": "diagram", "process": "closure", "reason": "Nos mots."}

    files = applied(
        diagram, step("before_closure", name="Proposer de siéger"), drawn={"closure.bpmn": result}
    )

    own = [node for node in process(files, "closure").nodes if node.id.startswith("own_")]
    assert [node.name for node in own] == ["Proposer de siéger"]


def without(file: str, old: str, new: str) -> dict[str, bytes]:
    reference = library.reference()
    assert old.encode() in reference[file]
    return {**reference, file: reference[file].replace(old.encode(), new.encode())}


@pytest.mark.parametrize(
    ("reference", "entry", "said"),
    [
        (without("closure.bpmn", ' alize:point="before_closure"', ""), step("before_closure"),
         ("Proposer un siège", "avant la clôture", "Marquez de ce point")),
        (without("appraisal.bpmn", '"qualify"', '"sort_out"'),
         {"kind": "due", "process": "appraisal", "step": "qualify", "due": "P9D", "reason": "Loin."},
         ("qualify", "Instruction du dossier", "Rattachez ce changement")),
        ({}, {"kind": "name", "process": "appraisal", "step": "qualify", "name": "Orienter", "reason": "Mot."},
         ("Orienter", "n’a plus ce processus", "Retirez ce changement")),
        (library.reference(),
         {"kind": "due", "process": "agreement", "step": "lift_conditions", "due": "P9D", "reason": "Loin."},
         ("Lever les conditions", "une date du dossier", "retirez ce changement")),
        (library.reference(),
         {"kind": "questions", "form": "no_such_form", "reason": "Loin.",
          "questions": [{"key": "a", "label": "Pourquoi ?", "type": "text"}]},
         ("Pourquoi ?", "Aucune étape", "retirez-les")),
    ],
    ids=["point", "step", "process", "date", "form"],
)  # fmt: skip
def test_an_anchor_that_vanished_is_named_with_what_to_do(reference, entry, said):
    with pytest.raises(overlay.AnchorVanished) as refused:
        applied(entry, reference=reference)

    assert all(words in refused.value.message for words in said), refused.value.message
    assert refused.value.change.kind == entry["kind"]


def test_a_diagram_of_a_process_that_the_reference_no_longer_has_is_refused():
    reference = {name: text for name, text in library.reference().items() if name != "closure.bpmn"}
    diagram = {"kind": "diagram", "process": "closure", "reason": "Nos mots."}

    with pytest.raises(overlay.AnchorVanished, match="n’a plus ce processus"):
        applied(diagram, drawn={"closure.bpmn": b"<x/>"}, reference=reference)


def test_a_step_may_not_take_the_id_of_another_element():
    with pytest.raises(inserting.IdentifierTaken):
        applied(step("before_closure", id="final_review"))
