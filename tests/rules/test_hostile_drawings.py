"""Drawings made to harm, put into a draft: no page ever works on one for longer than its limits."""

from __future__ import annotations

import os
import signal
import time

import pytest

from engine.isolation import child_of
from engine.registry import applying, library, reading
from engine.variants import checking, composing

FILE = "completion.bpmn"
CHANGE = {
    "kind": "diagram",
    "process": "completion",
    "reason": "Nos partenaires complètent avec l’entreprise.",
}
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC">'
)
ENDS = ("sx", "xf", "fa", "fb", "aj", "bj", "jy", "yx")
LOOPS = 70  # Of seven steps each: as many as a file may have.


def loop(number: int) -> str:
    """A process of one loop with a parallel part in it, which is put in a subprocess of its own."""
    arrows = "".join(
        f'<sequenceFlow id="{source}{target}{number}" sourceRef="{source}{number}" '
        f'targetRef="{target}{number}"/>'
        for source, target in ENDS
    )
    return (
        f'<process id="p{number}"><startEvent id="s{number}"/><exclusiveGateway id="x{number}"/>'
        f'<parallelGateway id="f{number}"/><task id="a{number}"/><task id="b{number}"/>'
        f'<parallelGateway id="j{number}"/><exclusiveGateway id="y{number}"/>{arrows}</process>'
    )


def shape(name: str) -> str:
    return (
        f'<di:BPMNShape id="{name}_di" bpmnElement="{name}">'
        '<dc:Bounds x="1" y="1" width="9" height="9"/></di:BPMNShape>'
    )


def intricate() -> bytes:
    """A file that may be read, and whose picture would be moved aside for minutes."""
    drawn = [f"{kind}{number}" for kind in "sxfabjy" for number in range(LOOPS)]
    shapes = "".join(map(shape, [*drawn, *(f"n{number}" for number in range(5000))]))
    loops = "".join(map(loop, range(LOOPS)))
    picture = f'<di:BPMNDiagram id="d"><di:BPMNPlane id="l">{shapes}</di:BPMNPlane></di:BPMNDiagram>'
    return f"{HEAD}{loops}{picture}</definitions>".encode()


def compose(content: bytes) -> dict[str, bytes]:
    return composing.compose(library.reference(), published={}, changes=[CHANGE], drawn={FILE: content})


def honest(name: str) -> bytes:
    return library.reference()[FILE].replace(b"Sans nouvelles", name.encode())


def test_a_drawing_that_would_take_minutes_is_given_up_within_its_limits(monkeypatch):
    content = intricate()
    assert len(reading.read(content, FILE).processes) == LOOPS
    compose(honest("Silence"))  # The child is there.
    monkeypatch.setattr(applying, "SECONDS", 0.5)
    started = time.perf_counter()

    with pytest.raises(applying.TooIntricate):
        compose(content)

    assert time.perf_counter() - started < 2.5
    monkeypatch.undo()
    assert b"Sans suite" in compose(honest("Sans suite"))[FILE]


def test_a_draft_whose_drawing_is_given_up_says_so(monkeypatch):
    monkeypatch.setattr(applying, "SECONDS", 0.1)

    whole = checking.composed_of(
        library.reference(), published={}, changes=[CHANGE], drawn={FILE: intricate()}
    )

    assert isinstance(whole.refusal, applying.TooIntricate)
    assert not checking.judge(whole).is_accepted


def test_a_child_that_says_nothing_is_given_up_and_the_next_one_answers(monkeypatch):
    compose(honest("Sans bruit"))
    monkeypatch.setattr(applying, "SECONDS", 0.2)
    os.kill(child_of(applying.CHILD).pid, signal.SIGSTOP)

    with pytest.raises(applying.TooIntricate):
        compose(honest("Sans signe"))

    monkeypatch.undo()
    assert b"Sans signe" in compose(honest("Sans signe"))[FILE]
