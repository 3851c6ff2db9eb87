"""Reading a diagram: what it tells, and what is never accepted."""

import pytest

from engine import errors
from engine.spiff import parser
from engine.spiff.durations import InvalidDuration
from engine.spiff.expressions import InvalidExpression
from engine.spiff.reading import InvalidDiagram, read_xml
from tests.unit.spiff import drawing as draw

PLAIN = draw.diagram(draw.start(), draw.user("a"), draw.end(), flows="s>a a>e")


def one(*nodes, flows, **more):
    return parser.parse(draw.files(draw.diagram(*nodes, flows=flows, **more)), "p")


def test_a_step_tells_what_the_drawing_says():
    drawn = draw.diagram(
        '<laneSet><lane id="l" name="Présidence"><flowNodeRef>sign</flowNodeRef></lane></laneSet>',
        draw.start(),
        draw.user("sign", "<documentation> Relire. </documentation>" + draw.instances("n"), form="sign_off", role="chair",
                  due="P5D", personal="true", step="sign_off", waits_for="firm", at_least="1", operation="x.sign"),
        draw.end(),
        flows="s>sign sign>e",
    )  # fmt: skip

    step = parser.parse(draw.files(drawn), "p").step("p", "sign")

    assert (step.process, step.id, step.kind, step.name) == ("p", "sign", "user", "sign")
    assert (step.form, step.role, step.due, step.operation) == ("sign_off", "chair", "P5D", "x.sign")
    assert (step.personal, step.charter_step, step.waits_for) == (True, "sign_off", "firm")
    assert (step.at_least, step.many, step.lane, step.documentation) == (1, True, "Présidence", "Relire.")


def test_what_was_not_said_is_nothing_rather_than_a_guess():
    step = parser.parse(draw.files(PLAIN), "p").step("p", "a")

    assert (step.form, step.role, step.operation, step.due, step.lane) == (None,) * 5
    assert (step.personal, step.at_least, step.many, step.documentation) == (False, 0, False, "")


def test_a_step_inside_an_embedded_subprocess_belongs_to_the_process_of_the_file():
    inner = draw.start("is") + draw.user("deep") + draw.end("ie") + draw.arrows("is>deep deep>ie", {})
    spec = one(
        draw.start(), f'<subProcess id="ladder">{inner}</subProcess>', draw.end(), flows="s>ladder ladder>e"
    )

    assert spec.step("p", "deep").process == "p"
    assert spec.step("p", "ladder").kind == "subprocess"


def test_the_steps_of_called_processes_are_there_and_those_of_others_are_not():
    caller = draw.diagram(draw.start(), draw.call("c", "q"), draw.end(), flows="s>c c>e")
    called = draw.diagram(draw.start(), draw.user("a"), draw.end(), flows="s>a a>e", process="q")
    other = draw.diagram(draw.start(), draw.user("a"), draw.end(), flows="s>a a>e", process="r")

    spec = parser.parse(draw.files(caller, called, other), "p")

    assert spec.processes == ("p", "q")
    assert {process for process, _ in spec.steps} == {"p", "q"}


def test_the_routing_variables_read_by_the_diagrams_are_told():
    spec = one(
        draw.start(), draw.xor("g", "g__e"), draw.user("a", draw.instances("n", until="stop")),
        draw.catch("w", draw.dated("opens_on")), draw.catch("x", draw.literal("P1M", "from_on")), draw.end(),
        flows="s>g g>a g>e a>w w>x x>e", conditions={"g>a": "x == 1"},
    )  # fmt: skip

    assert spec.routing_names == {"x", "n", "stop", "opens_on", "from_on"}


def test_a_specification_cannot_be_changed():
    spec = parser.parse(draw.files(PLAIN), "p")

    with pytest.raises(TypeError):
        spec.steps["p", "b"] = spec.step("p", "a")
    with pytest.raises(AttributeError):
        spec.process = "q"


ENTITY = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("doctype", ["<!DOCTYPE d>", '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd">',
                                     '<!DOCTYPE d [<!ENTITY x "y">]>'])  # fmt: skip
def test_a_document_type_is_refused(doctype, encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?>{doctype}{PLAIN.decode()}'

    with pytest.raises(InvalidDiagram) as refusal:
        read_xml("x.bpmn", text.encode(encoding))

    assert "DOCTYPE" in refusal.value.message


def test_an_entity_is_neither_read_nor_expanded():
    with pytest.raises(InvalidDiagram) as refusal:
        read_xml("x.bpmn", ENTITY + PLAIN.replace(b'name="a"', b'name="&x;"'))

    assert "root:" not in str(refusal.value.details)


def test_the_word_doctype_in_a_text_is_not_a_document_type():
    drawn = PLAIN.replace(b"</userTask>", b"<documentation>&lt;!DOCTYPE&gt;</documentation></userTask>")

    assert parser.parse(draw.files(drawn), "p").step("p", "a").documentation == "<!DOCTYPE>"


@pytest.mark.parametrize("content", [b"", b"{}", b"\0\0", b"<a>", b"<a/>" * 2, b"<a>" * 400 + b"</a>" * 400])
def test_what_is_not_a_sane_xml_file_is_refused(content):
    with pytest.raises(InvalidDiagram):
        read_xml("x.bpmn", content)


def test_a_file_too_large_is_refused_unread(monkeypatch):
    with pytest.raises(InvalidDiagram):
        read_xml("x.bpmn", b" " * 2_000_001)
    with pytest.raises(InvalidDiagram):
        read_xml("x.bpmn", b"<a>" + b"<b/>" * 20_001 + b"</a>")


def test_a_diagram_in_another_encoding_is_read():
    text = '<?xml version="1.0" encoding="utf-16"?>' + PLAIN.decode()

    assert parser.parse({"x": text.encode("utf-16")}, "p").step("p", "a").kind == "user"


@pytest.mark.parametrize(
    "node",
    [
        "<scriptTask id='a'><script>import os</script></scriptTask>",
        "<businessRuleTask id='a'/>",
        "<serviceTask id='a'/>",
        draw.user("a", "<standardLoopCharacteristics loopMaximum='3'/>"),
        draw.user("a", "<multiInstanceLoopCharacteristics><loopDataInputRef>x</loopDataInputRef></multiInstanceLoopCharacteristics>"),
        draw.catch("a", "<timerEventDefinition><timeCycle>R3/P1M</timeCycle></timerEventDefinition>"),
        draw.catch("a", draw.dated("after(report_due_on, 'P1D')")),
        draw.catch("a", draw.dated("'2026-01-01'")),
        draw.catch("a", "<timerEventDefinition/>"),
        draw.catch("a", draw.literal("P1M", "__class__")),
        draw.catch("a", "<conditionalEventDefinition><condition>x</condition></conditionalEventDefinition>"),
        "<subProcess id='a' triggeredByEvent='true'/>",
        draw.call("a", "p"),
        draw.call("a", "nowhere"),
        draw.user("a") + draw.user("a"),
        "",
    ],
)  # fmt: skip
def test_what_would_be_executed_or_would_not_end_is_never_accepted(node):
    with pytest.raises(InvalidDiagram):
        one(draw.start(), node, draw.end(), flows="s>a a>e")


def test_a_duration_that_is_none_is_refused_in_our_own_words():
    with pytest.raises(InvalidDuration) as refusal:
        one(draw.start(), draw.catch("a", draw.literal("1 month")), draw.end(), flows="s>a a>e")

    assert "1 month" in refusal.value.message


@pytest.mark.parametrize("where", ["condition", "cardinality", "completion"])
def test_every_expression_of_a_diagram_is_read_before_anything_plays(where):
    attack = "__import__('os')"
    inner = draw.instances(attack) if where == "cardinality" else draw.instances("n", until=attack)
    task = draw.user("a", "" if where == "condition" else inner)
    conditions = {"g>a": attack if where == "condition" else "x"}

    with pytest.raises(InvalidExpression):
        one(
            draw.start(),
            draw.xor("g", "g__e"),
            task,
            draw.end(),
            flows="s>g g>a g>e a>e",
            conditions=conditions,
        )


def test_a_process_that_calls_itself_through_another_is_refused():
    one_way = draw.diagram(draw.start(), draw.call("c", "q"), draw.end(), flows="s>c c>e")
    back = draw.diagram(draw.start(), draw.call("c", "p"), draw.end(), flows="s>c c>e", process="q")

    with pytest.raises(InvalidDiagram):
        parser.parse(draw.files(one_way, back), "p")


def test_two_files_may_not_hold_the_same_process():
    with pytest.raises(InvalidDiagram):
        parser.parse(draw.files(PLAIN, PLAIN), "p")


def test_a_very_long_chain_is_refused_and_does_not_crash():
    names = [f"t{n}" for n in range(3000)]
    flows = " ".join(f"{a}>{b}" for a, b in zip(["s", *names], [*names, "e"], strict=True))

    with pytest.raises(errors.EngineError):
        one(draw.start(), *map(draw.user, names), draw.end(), flows=flows)
