"""What holds of every variant, whatever a basin changes of the reference."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.registry import (
    changes,
    differences,
    library,
    overlay,
    packaging,
    parameters,
    points,
    reading,
    versions,
)
from engine.registry.layout import Layout
from engine.registry.parameters import Kind
from tests import effort

REFERENCE = library.reference()
BASIN = library.basin("valenciennois")
IDS = {name: set(reading.read(content, name).ids) for name, content in REFERENCE.items()}
TASKS = [
    (process.id, node)
    for process in library.processes_of(REFERENCE).values()
    for node in process.nodes
    if node.tag == "userTask"
]
WORDS = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=30)
DAYS = st.integers(1, 200).map("P{}D".format)


@st.composite
def questions(draw: st.DrawFn) -> list[dict[str, Any]]:
    kinds = draw(
        st.lists(st.sampled_from(["text", "number", "money", "date", "yes_no"]), min_size=1, max_size=4)
    )
    return [
        {
            "key": f"asked_{number}",
            "label": f"Question {number}",
            "type": kind,
            "mandatory": draw(st.booleans()),
        }
        for number, kind in enumerate(kinds)
    ]


@st.composite
def steps(draw: st.DrawFn, number: int) -> dict[str, Any]:
    point = draw(st.sampled_from(points.POINTS))
    asked = draw(st.none() | questions())
    return {
        "kind": "step", "point": point.key, "id": f"own_{number}", "name": draw(WORDS),
        "role": draw(st.sampled_from(point.roles)), "due": draw(DAYS), "reason": draw(WORDS),
        "form": "basin_questions" if asked else "basin_note", **({"questions": asked} if asked else {}),
    }  # fmt: skip


@st.composite
def variants(draw: st.DrawFn) -> tuple[changes.Change, ...]:
    """Up to six steps anywhere, and tasks of the reference named, timed or asked otherwise."""
    entries = [draw(steps(number)) for number in range(draw(st.integers(0, 6)))]
    for process, node in draw(
        st.lists(st.sampled_from(TASKS), unique_by=lambda task: task[1].id, max_size=4)
    ):
        about = {"process": process, "step": node.id, "reason": draw(WORDS)}
        entries.append({"kind": "name", "name": draw(WORDS), **about})
        entries.append({"kind": "questions", "questions": draw(questions()), **about})
        if changes.DUE.fullmatch(node.alize["due"]):
            entries.append({"kind": "due", "due": draw(DAYS), **about})
    return changes.read({"changes": entries})


def applied(made: tuple[changes.Change, ...]) -> dict[str, bytes]:
    return overlay.apply(REFERENCE, published=BASIN.parameters.published, changes=made)


def test_no_change_at_all_gives_the_reference_byte_for_byte():
    assert overlay.apply(REFERENCE, published=parameters.defaults(Kind.PUBLISHED)) == REFERENCE


@settings(max_examples=effort.times(8, 300), deadline=None)
@given(variants())
def test_a_variant_keeps_every_id_of_the_reference_and_each_is_unique(made):
    for name, content in applied(made).items():
        found = list(reading.read(content, name).ids)

        assert IDS[name] <= set(found)
        assert len(found) == len(set(found))


@settings(max_examples=effort.times(6, 200), deadline=None)
@given(variants())
def test_the_same_changes_give_the_same_files_byte_for_byte(made):
    again = changes.read({"changes": [changes.as_mapping(change) for change in made]})

    assert again == made
    assert applied(again) == applied(made)


@settings(max_examples=effort.times(6, 200), deadline=None)
@given(variants())
def test_only_what_was_changed_differs_and_each_step_is_told_once(made):
    found = differences.between(REFERENCE, applied(made))

    asked = {change.id if isinstance(change, changes.Step) else change.step for change in made}
    assert {each.element for each in found} <= asked
    assert sorted(each.element for each in found if each.what == "element") == sorted(
        change.id for change in made if isinstance(change, changes.Step)
    )
    assert all(each.what != "connection" for each in found)


@settings(max_examples=effort.times(6, 200), deadline=None)
@given(variants())
def test_what_is_exported_and_taken_back_runs_the_same(made):
    folder = library.BasinFolder("essai", BASIN.parameters, made)

    back = packaging.unpack(packaging.pack(folder, folder.apply(REFERENCE)))

    assert versions.content_hash(back.apply(REFERENCE)) == versions.content_hash(folder.apply(REFERENCE))


@settings(max_examples=effort.times(6, 200), deadline=None)
@given(variants())
def test_every_element_of_a_variant_is_drawn_and_every_flow_joins_its_ends(made):
    for content in applied(made).values():
        root = reading.read_root(content)
        drawn = Layout(root)
        for process in reading.diagram_of(root, "x.bpmn").processes:
            assert {node.id for node in process.nodes} <= set(drawn.shapes)
            assert {flow.id for flow in process.flows} <= set(drawn.edges)
            for node in process.nodes:
                entering, leaving = ({flow.id for flow in flows} for flows in
                                     (process.incoming(node.id), process.outgoing(node.id)))  # fmt: skip
                element = drawn.elements[node.id]
                named = {
                    tag: {each.text for each in element.findall(f"{{*}}{tag}")}
                    for tag in ("incoming", "outgoing")
                }
                assert named == {"incoming": entering, "outgoing": leaving}
