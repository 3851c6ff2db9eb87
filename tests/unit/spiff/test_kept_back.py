"""A move that would shorten the time to closure, or leave a step of the charter behind, is refused."""

from itertools import pairwise

import pytest

from engine.spiff import parser, workflow
from tests.unit.spiff import drawing as draw
from tests.unit.spiff.drawing import Desk, complete, one
from tests.unit.spiff.moving import line, moved, refused


def followed(duration, *, first=("sign",), then=()):
    """Signature, then the minimum duration, then the end."""
    steps = [*first, "minimum", *then]
    chain = " ".join(f"{one}>{other}" for one, other in zip(["s", *steps], [*steps, "e"], strict=True))
    drawn = [draw.user(each, step=each) for each in (*first, *then)]
    wait = draw.catch("minimum", draw.literal(duration, "signed_on"))
    return one(draw.start(), *drawn, wait, draw.end(), flows=chain)


@pytest.mark.parametrize("is_running", [False, True])
def test_a_shorter_minimum_is_refused_before_it_runs_and_while_it_runs(is_running):
    old, new, desk = followed("P24M"), followed("P18M"), Desk()
    advanced = workflow.start(old, desk, {"signed_on": "2026-03-02"})
    if is_running:
        advanced = complete(old, advanced, desk, "sign")

    assert refused(old, new, advanced) == [
        "La durée minimale de suivi passerait de 24 mois à 18 : un projet en cours garde la sienne."
    ]


def test_a_longer_minimum_is_for_those_who_have_not_begun_theirs():
    old, new, desk = followed("P18M"), followed("P24M"), Desk()
    begun = workflow.start(old, desk, {"signed_on": "2026-03-02"})
    running = complete(old, begun, desk, "sign")

    assert moved(old, new, running, desk).advanced.due_at == running.due_at
    later = moved(old, new, begun, desk)
    assert [(each.before, each.after) for each in later.later] == [("P18M", "P24M")]
    assert complete(new, later.advanced, desk, "sign").due_at == draw.local(2028, 3, 2)


def test_a_minimum_that_would_be_left_behind_is_refused():
    old, new, desk = followed("P18M"), followed("P18M", first=(), then=("sign",)), Desk()

    found = refused(old, new, workflow.start(old, desk, {"signed_on": "2026-03-02"}))

    assert len(found) == 1
    assert "doit encore attendre la fin du suivi (18 mois au moins)" in found[0]


def test_a_step_of_the_charter_that_would_be_left_behind_is_refused():
    old = line("prepare", ("approve", draw.user("approve", step="sign_off")), "pay")
    new = line(("approve", draw.user("approve", step="sign_off")), "prepare", "pay")
    desk = Desk()
    begun = workflow.start(old, desk, {})

    (sentence,) = refused(old, new, begun)
    assert "« approve » reste à faire, et la nouvelle version le place avant l’étape" in sentence
    paying = complete(old, complete(old, begun, desk, "prepare"), desk, "approve")
    assert refused(old, new, paying) == []


def decided(*, flow, steps):
    """A decision whose favourable answer is a flow of the charter's, among other steps."""
    chain = " ".join(f"{one}>{other}" for one, other in pairwise(["s", *steps, "e"]))
    drawn = draw.diagram(
        draw.start(), *(draw.xor(each, default=f"{each}__no") if each == "g" else draw.user(each) for each in steps),
        draw.end(), draw.end("no"), flows=f"{chain} g>no", conditions={flow.replace("__", ">"): "favourable"},
    )  # fmt: skip
    marked = drawn.decode().replace(f'id="{flow}"', f'id="{flow}" alize:step="favourable_decision"')
    return parser.parse({"p.bpmn": marked.encode()}, "p")


def test_an_answer_of_the_charter_that_would_be_left_behind_is_refused():
    old = decided(flow="g__pay", steps=("prepare", "g", "pay"))
    new = decided(flow="g__prepare", steps=("g", "prepare", "pay"))
    begun = workflow.start(old, Desk(), {"favourable": True})

    (sentence,) = refused(old, new, begun)

    assert sentence.startswith("« pay » reste à faire")
    assert refused(old, decided(flow="g__pay", steps=("prepare", "visit", "g", "pay")), begun) == []


def test_a_report_that_would_never_be_asked_for_is_refused():
    """At least one report lies between the signature and the end: not on the wrong side of the project."""
    report = ("report", draw.user("report", step="follow_up_report"))
    old, new = line("wait", report, "close"), line(report, "wait", "close")

    assert "« report » reste à faire" in refused(old, new, workflow.start(old, Desk(), {}))[0]


def test_a_variable_that_the_instance_never_had_is_refused():
    new = one(
        draw.start(), draw.user("a"), draw.xor("g", default="g__e"), draw.end(), draw.end("e2"),
        flows="s>a a>g g>e g>e2", conditions={"g>e2": "visited"},
    )  # fmt: skip
    old = line("a")

    assert "« visited »" in refused(old, new, workflow.start(old, Desk(), {}))[0]
    assert refused(old, new, workflow.start(old, Desk(), {"visited": False})) == []
