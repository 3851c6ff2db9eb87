"""A new reference for a basin that drew its own: one-sided changes are taken, the others are asked."""

from __future__ import annotations

import itertools

import pytest

from engine.registry import carrying, changes, differences, layout, library, overlay, parameters, reading
from engine.registry.carrying import Side
from engine.registry.checks import check
from engine.registry.context import Context
from tests.applied import applied, step

REFERENCE = library.reference()
FILE = "closure.bpmn"
BILAN = 'name="Établir le bilan final"'


def redrawn(*replaced: tuple[str, str], text: bytes = REFERENCE[FILE]) -> dict[str, bytes]:
    changed = text.decode()
    for old, new in replaced:
        assert old in changed, old
        changed = changed.replace(old, new)
    return {FILE: changed.encode()}


def with_steps(*points: str, **others: object) -> dict[str, bytes]:
    """The reference with a step drawn into it, as a basin or a new reference would have it."""
    made = applied(*(step(point, id=f"{others.get('id', 'own')}_{point}") for point in points))
    marks = {b' alize:added="before_closure"': b"", b' alize:added="before_agenda"': b""}
    return {name: plain(text, marks) for name, text in made.items() if text != REFERENCE[name]}


def plain(text: bytes, marks: dict[bytes, bytes]) -> bytes:
    for old, new in marks.items():
        text = text.replace(old, new)
    return text


def carried(drawn: dict[str, bytes], new: dict[str, bytes], settled=None):
    return carrying.carry_over(REFERENCE, drawn, {**REFERENCE, **new}, settled)


def process(content: bytes):
    return reading.read(content, FILE).processes[0]


def sentences(old: bytes, new: bytes) -> set[str]:
    return {each.sentence() for each in differences.between({FILE: old}, {FILE: new})}


def test_a_reference_that_did_not_change_the_file_leaves_the_drawing_as_it_is():
    drawn = redrawn((BILAN, 'name="Dresser le bilan"'))

    result = carried(drawn, {})

    assert result == carrying.Carried(drawn, ())


def test_a_basin_that_drew_nothing_of_it_gets_the_new_reference():
    new = redrawn((BILAN, 'name="Dresser le bilan"'), ('alize:due="P15D"', 'alize:due="P12D"'))

    result = carried({FILE: REFERENCE[FILE]}, new)

    assert result.conflicts == ()
    assert sentences(new[FILE], result.files[FILE]) == set()


def test_what_each_side_changed_alone_is_taken_from_both():
    drawn = redrawn(('name="Signer la clôture"', 'name="Signer la fin"'))
    new = redrawn((BILAN, 'name="Dresser le bilan"'), ('name="renvoyée"', 'name="à revoir"'))

    result = carried(drawn, new)

    after = process(result.files[FILE])
    assert result.conflicts == ()
    assert [after.node(each).name for each in ("final_review", "sign_closure")] == [
        "Dresser le bilan",
        "Signer la fin",
    ]
    assert {flow.name for flow in after.flows} >= {"à revoir", "oui"}


def test_a_step_of_the_basin_and_a_step_of_the_reference_are_both_there():
    drawn = with_steps("before_closure")
    theirs = REFERENCE[FILE].decode()
    task = (
        '<bpmn:userTask id="read_again" name="Relire" alize:form="basin_note" alize:role="chair" alize:due="P5D"'
        ' alize:operation="projects.record_basin_step"><bpmn:incoming>final_review__sign_closure</bpmn:incoming>'
        "<bpmn:outgoing>read_again__sign_closure</bpmn:outgoing></bpmn:userTask>"
    )
    flow = (
        '<bpmn:sequenceFlow id="read_again__sign_closure" sourceRef="read_again" targetRef="sign_closure"/>'
    )
    theirs = (
        theirs.replace('<bpmn:userTask id="sign_closure"', task + '<bpmn:userTask id="sign_closure"')
        .replace('sourceRef="final_review" targetRef="sign_closure"/>',
                 'sourceRef="final_review" targetRef="read_again"/>' + flow)
        .replace("<bpmn:flowNodeRef>sign_closure<", "<bpmn:flowNodeRef>read_again</bpmn:flowNodeRef>"
                 "<bpmn:flowNodeRef>sign_closure<")
        .replace("<bpmn:incoming>final_review__sign_closure</bpmn:incoming>\n      <bpmn:outgoing>sign_closure",
                 "<bpmn:incoming>read_again__sign_closure</bpmn:incoming>\n      <bpmn:outgoing>sign_closure")
        .replace('<bpmndi:BPMNEdge id="closure_opened__to_review_di"',
                 '<bpmndi:BPMNShape id="read_again_di" bpmnElement="read_again"><dc:Bounds x="565" y="370"'
                 ' width="118" height="78"/></bpmndi:BPMNShape>'
                 '<bpmndi:BPMNEdge id="read_again__sign_closure_di" bpmnElement="read_again__sign_closure">'
                 '<di:waypoint x="624" y="370"/><di:waypoint x="624" y="354"/></bpmndi:BPMNEdge>'
                 '<bpmndi:BPMNEdge id="closure_opened__to_review_di"')
    ).encode()  # fmt: skip

    result = carried(drawn, {FILE: theirs})

    assert result.conflicts == ()
    after = process(result.files[FILE])
    path, here = [], "closure_opened"
    while here != "closure_gateway":
        here = after.outgoing(here)[0].target
        path.append(here)
    assert path == [
        "own_before_closure",
        "to_review",
        "final_review",
        "read_again",
        "sign_closure",
        "closure_gateway",
    ]
    assert after.lanes["own_before_closure"] == "Opérateur"
    assert after.lanes["read_again"] == "Présidence"
    files = {**REFERENCE, FILE: result.files[FILE]}
    report = check(files[FILE], filename=FILE, context=Context(files=files))
    assert [each.code for each in report.problems if each.level in ("reading", "execution")] == []
    assert_drawn_apart(result.files[FILE])


def assert_drawn_apart(content: bytes) -> None:
    """No shape covers another, and every arrow touches what it joins."""
    drawn = layout.Layout(reading.read_root(content))
    solid = [each for each in drawn.shapes if not drawn.is_container(each)]
    for one, other in itertools.combinations(solid, 2):
        apart = drawn.host(one) == drawn.host(other) or not drawn.box(one).meets(drawn.box(other))
        assert apart, f"{one} covers {other}"
    for edge in drawn.edges:
        ends = drawn.points(edge)
        for end, element in zip((ends[0], ends[-1]), drawn.ends(edge), strict=True):
            assert drawn.box(element).meets(layout.Box(*end, 0, 0), 2), f"{edge} does not touch {element}"


def test_a_reference_drawn_anew_keeps_its_picture_and_finds_room_for_the_basin_s_step():
    drawn = with_steps("before_closure")
    new = redrawn(('<dc:Bounds x="283"', '<dc:Bounds x="263"'), ('<dc:Bounds x="407"', '<dc:Bounds x="417"'),
                  ('<di:waypoint x="283"', '<di:waypoint x="263"'))  # fmt: skip

    result = carried(drawn, new)

    assert result.conflicts == ()
    assert process(result.files[FILE]).node("own_before_closure")
    assert_drawn_apart(result.files[FILE])


@pytest.mark.parametrize(
    ("side", "name"), [(None, "Dresser"), (Side.OURS, "Dresser"), (Side.THEIRS, "Rédiger")]
)
def test_what_both_changed_is_asked_with_both_sides_and_settled_by_one(side, name):
    drawn, new = redrawn((BILAN, 'name="Dresser"')), redrawn((BILAN, 'name="Rédiger"'))
    settled = {} if side is None else {(FILE, "final_review"): side}

    result = carried(drawn, new, settled)

    assert process(result.files[FILE]).node("final_review").name == name
    if side is not None:
        assert result.conflicts == ()
        return
    (conflict,) = result.conflicts
    assert (conflict.file, conflict.element) == (FILE, "final_review")
    assert conflict.sentence() == "« Établir le bilan final » a changé des deux côtés"
    assert [said() for said in conflict.ours] == [
        "« Établir le bilan final » s’appelle désormais « Dresser »"
    ]
    assert [said() for said in conflict.theirs] == [
        "« Établir le bilan final » s’appelle désormais « Rédiger »"
    ]


def test_both_sides_that_changed_alike_agree():
    same = redrawn((BILAN, 'name="Dresser"'))

    assert carried(same, same).conflicts == ()


def test_an_arrow_that_both_lead_elsewhere_is_asked():
    to_end = (
        'sourceRef="final_review" targetRef="sign_closure"',
        'sourceRef="final_review" targetRef="closure_signed_off"',
    )
    to_join = (to_end[0], 'sourceRef="final_review" targetRef="closure_gateway"')

    result = carried(redrawn(to_end), redrawn(to_join))

    (conflict,) = result.conflicts
    assert conflict.element == "final_review__sign_closure"
    assert [said() for said in conflict.ours] == ["de « Établir le bilan final » à « Clôture signée »"]


def test_a_step_that_the_reference_took_away_and_the_basin_needs_stays_and_is_asked():
    new = redrawn(('id="final_review"', 'id="other_review"'), ('"final_review"', '"other_review"'),
                  (">final_review<", ">other_review<"))  # fmt: skip
    drawn = redrawn(
        (
            'sourceRef="closure_gateway" targetRef="to_review"',
            'sourceRef="closure_gateway" targetRef="final_review"',
        )
    )

    result = carried(drawn, new)

    assert process(result.files[FILE]).node("final_review")
    assert [each.element for each in result.conflicts] == ["final_review"]
    assert "dont votre dessin a besoin" in result.conflicts[0].sentence()
    settled = {(FILE, "final_review"): Side.THEIRS}
    after = process(carried(drawn, new, settled).files[FILE])
    assert after.node("final_review") is None
    assert all(after.node(flow.target) and after.node(flow.source) for flow in after.flows)


def test_a_basin_that_took_a_step_away_is_told_when_the_reference_leads_to_it():
    drawn = redrawn(('id="closure_signed_off"', 'id="other_end"'), ('"closure_signed_off"', '"other_end"'),
                    (">closure_signed_off<", ">other_end<"))  # fmt: skip
    new = redrawn(
        (
            'sourceRef="final_review" targetRef="sign_closure"',
            'sourceRef="final_review" targetRef="closure_signed_off"',
        )
    )

    result = carried(drawn, new)

    assert "dont la nouvelle référence a besoin" in result.conflicts[0].sentence()
    assert process(result.files[FILE]).node("closure_signed_off")


@pytest.mark.parametrize("name", sorted(REFERENCE))
def test_carrying_a_file_that_nobody_changed_changes_nothing_of_it(name):
    """Even when its text differs: a comment, an indent."""
    shuffled = REFERENCE[name].replace(b"\n      ", b"\n  ")

    result = carrying.carry_over({name: REFERENCE[name]}, {name: REFERENCE[name]}, {name: shuffled})

    assert result.conflicts == ()
    assert differences.between({name: REFERENCE[name]}, result.files) == []


def test_the_fifth_basin_is_carried_over_a_reference_that_renames_a_step():
    fifth = library.basin("cote-des-deux-phares")
    target = {
        **REFERENCE,
        "completion.bpmn": REFERENCE["completion.bpmn"].replace(b'name="Sans nouvelles"', b'name="Silence"'),
    }

    result = carrying.carry_over(REFERENCE, fifth.drawn, target)

    assert result.conflicts == ()
    told = {each.sentence() for each in differences.between(target, {**target, **result.files})}
    assert told == {"une étape ajoutée : Relire le dossier complété, après « Compléter le dossier »"}


def test_changes_are_anchored_again_or_said_to_be_lost():
    made = changes.read({"changes": [
        step("before_closure"), step("before_agenda"),
        {"kind": "due", "process": "appraisal", "step": "qualify", "due": "P9D", "reason": "Loin."},
    ]})  # fmt: skip
    target = {**REFERENCE, FILE: REFERENCE[FILE].replace(b' alize:point="before_closure"', b"")}

    result = carrying.reanchor(target, made, {})

    assert result.kept == made[1:]
    assert [type(each) for each in result.vanished] == [overlay.AnchorVanished]
    assert overlay.apply(
        target, published=parameters.defaults(parameters.Kind.PUBLISHED), changes=result.kept
    )


@pytest.mark.parametrize(
    "roles", list(itertools.product(("operator", "prescriber", "chair"), repeat=2)), ids="-".join
)
def test_a_basin_and_the_reference_that_each_add_a_step_have_both_and_a_picture(roles):
    name = "appraisal.bpmn"
    ours = applied(step("before_diagnostic", roles[0]))[name]
    theirs = applied(step("before_agenda", roles[1]))[name]

    result = carrying.carry_over(REFERENCE, {name: ours}, {**REFERENCE, name: theirs})

    assert result.conflicts == ()
    told = {each.sentence() for each in differences.between({name: REFERENCE[name]}, result.files)}
    assert told == {
        "une étape ajoutée : Visiter le site, avant le diagnostic",
        "une étape ajoutée : Lire les comptes, avant l’ordre du jour",
    }
    assert_drawn_apart(result.files[name])
