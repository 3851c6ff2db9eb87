"""A basin's own questions, from the diagram that draws them to the step that asks them."""

from __future__ import annotations

import pytest

from engine.registry import reading
from engine.spiff import parser
from engine.spiff.reading import InvalidDiagram
from forms.context import Choice, Question

DRAWN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:alize="https://alize.example/bpmn"
             xmlns:other="https://example.org/editor" id="d" targetNamespace="https://alize.example/tests">
  <process id="p" isExecutable="true">
    <startEvent id="s"/>
    <userTask id="t" name="Visite" alize:form="basin_visit" alize:role="operator" alize:due="P5D">
      <documentation>Une visite.</documentation>
      <extensionElements>{questions}</extensionElements>
    </userTask>
    <endEvent id="e"/>
    <sequenceFlow id="s_t" sourceRef="s" targetRef="t"/>
    <sequenceFlow id="t_e" sourceRef="t" targetRef="e"/>
  </process>
</definitions>
"""
QUESTIONS = """
  <alize:question key="bank" label="Quelle banque&#x202F;?" type="text" mandatory="true" hint="Agence"/>
  <other:note key="ignored">Une remarque.</other:note>
  <alize:question key="district" label="Quartier" type="choice">
    <alize:choice value="centre" label="Centre"/><alize:choice value="port" label="Port"/>
  </alize:question>
"""


def file(questions: str) -> bytes:
    """A diagram whose only step asks these."""
    return DRAWN.replace("{questions}", questions).encode()


def test_a_step_asks_what_is_drawn_in_it_in_its_order() -> None:
    step = parser.parse({"p.bpmn": file(QUESTIONS)}, "p").step("p", "t")

    assert step.questions == (
        Question("bank", "Quelle banque\u202f?", "text", mandatory=True, hint="Agence"),
        Question("district", "Quartier", "choice", choices=(Choice("centre", "Centre"), Choice("port", "Port"))),
    )  # fmt: skip


def test_most_steps_ask_nothing_more() -> None:
    specification = parser.parse({"p.bpmn": file("")}, "p")

    assert all(step.questions == () for step in specification.steps.values())


def test_a_wrong_question_never_runs() -> None:
    with pytest.raises(InvalidDiagram):
        parser.parse({"p.bpmn": file('<alize:question key="Bank" label="?" type="text"/>')}, "p")


@pytest.mark.parametrize(
    "questions",
    [
        "<alize:question/>",
        '<alize:question key="a" label="&#x202E;" type="tax" mandatory="maybe" other:of="x"/>',
        "<alize:question>words<alize:choice/><alize:choice value='a'/></alize:question>" * 40,
        '<alize:question key="a"><alize:question key="b"/></alize:question>',
    ],
)
def test_a_check_reads_them_as_they_are_written_right_or_not(questions: str) -> None:
    (node,) = [each for each in reading.read(file(questions), "p.bpmn").nodes() if each.id == "t"]

    assert len(node.questions) in {1, 40}
