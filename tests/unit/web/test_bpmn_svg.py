"""The drawing made by the server: whole, legible without colour, and safe whatever a file holds."""

from __future__ import annotations

from importlib import resources
from xml.sax.saxutils import quoteattr

import pytest
from lxml import etree

from engine.i18n import translate
from engine.registry import library
from web import bpmn_reading, bpmn_svg

SVG = "{http://www.w3.org/2000/svg}"
REFERENCE = sorted(
    file.name
    for file in resources.files("workflows").joinpath("reference").iterdir()
    if file.name.endswith(".bpmn")
)
HOSTILE_NAMES = (
    "</text></svg><script>alert(1)</script>",
    '" onload="alert(1)',
    "<img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202eesrever\u202c",
    "é" * 5000,
)


def reference(name: str) -> bytes:
    return resources.files("workflows").joinpath("reference", name).read_bytes()


def diagram(name: str = "Rédiger", x: str = "100", shape: str = "task") -> str:
    return f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
      xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC">
      <process id="p"><userTask id="task" name={quoteattr(name)}/></process>
      <bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p"><bpmndi:BPMNShape bpmnElement="{shape}">
      <dc:Bounds x="{x}" y="80" width="100" height="80"/></bpmndi:BPMNShape></bpmndi:BPMNPlane>
      </bpmndi:BPMNDiagram></definitions>"""


def parsed(drawing: str) -> etree._Element:
    return etree.fromstring(drawing.encode())


def step(drawing: str, step_id: str) -> etree._Element:
    (found,) = parsed(drawing).xpath("//*[@data-step=$id]", id=step_id)
    return found


@pytest.mark.parametrize("name", REFERENCE)
def test_every_reference_process_is_drawn_with_all_its_nodes(name: str):
    source = etree.fromstring(reference(name))
    nodes = source.xpath(
        "//*[local-name()='userTask' or local-name()='serviceTask' or local-name()='callActivity'"
        " or contains(local-name(), 'Gateway') or local-name()='startEvent' or local-name()='endEvent']/@id"
    )

    drawing = parsed(bpmn_svg.render(reference(name), title="Processus"))

    assert set(nodes) <= set(drawing.xpath("//@data-step"))


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_only_text(name: str):
    drawing = parsed(bpmn_svg.render(diagram(name), title=name, description=name))

    kinds = {etree.QName(element).localname for element in drawing.iter(etree.Element)}
    attributes = {attribute for element in drawing.iter(etree.Element) for attribute in element.attrib}
    assert kinds <= {"svg", "title", "desc", "defs", "marker", "path", "g", "rect", "text"}
    assert not [attribute for attribute in attributes if attribute.lower().startswith("on")]
    assert drawing.findtext(f"{SVG}title") == name


def test_the_picture_says_its_name_and_what_it_tells():
    drawing = parsed(
        bpmn_svg.render(diagram(), title="Décision", description="Une étape attend.", prefix="here")
    )

    assert drawing.get("role") == "img"
    told = [drawing.xpath("//*[@id=$id]", id=name)[0].text for name in drawing.get("aria-labelledby").split()]
    assert told == ["Décision", "Une étape attend."]


def test_two_pictures_on_a_page_share_no_id():
    first, second = (
        set(parsed(bpmn_svg.render(diagram(), title="x", prefix=name)).xpath("//@id")) for name in "ab"
    )

    assert first.isdisjoint(second)


def test_the_current_step_is_marked_by_more_than_a_colour():
    plain = bpmn_svg.render(diagram(), title="x")
    current = bpmn_svg.render(diagram(), title="x", current=["task"])

    assert float(step(current, "task").get("stroke-width")) > float(step(plain, "task").get("stroke-width"))
    assert (
        len(parsed(current).findall(f".//{SVG}circle")) == len(parsed(plain).findall(f".//{SVG}circle")) + 1
    )


def test_heat_writes_its_figure_and_thickens_the_border_of_the_hottest():
    mild = bpmn_svg.render(diagram(), title="x", heat={"task": bpmn_svg.Heat(2, "3 j")})
    hot = bpmn_svg.render(diagram(), title="x", heat={"task": bpmn_svg.Heat(5, "41 j")})

    assert "41 j" in [text.text for text in parsed(hot).iter(f"{SVG}text")]
    assert float(step(hot, "task").get("stroke-width")) > float(step(mild, "task").get("stroke-width"))


@pytest.mark.parametrize(
    "file",
    [
        "not xml",
        "<definitions/>",
        diagram(x="nan"),
        diagram(x="1e999"),
        diagram(x="over there"),
        diagram(shape="nobody"),
        '<!DOCTYPE d [<!ENTITY a "aaaa">]>' + diagram().replace("Rédiger", "&a;"),
    ],
    ids=["text", "no layout", "nan", "infinite", "words", "unknown element", "entities"],
)
def test_what_cannot_be_drawn_is_refused(file: str):
    with pytest.raises(bpmn_reading.NotDrawable):
        bpmn_svg.render(file, title="x")


def test_an_english_drawing_has_english_words_and_the_same_steps():
    french = bpmn_svg.render(reference("agreement.bpmn"), title="t")
    english = bpmn_svg.render(reference("agreement.bpmn"), title="t", say=lambda text: translate(text, "en"))

    said = " ".join(" ".join(parsed(english).itertext()).split())
    for word in ("Prepare the agreement", "Conditions?", "declined", "Chair"):
        assert word in said, word
    assert "Convention" not in said
    steps = [[each.get("data-step") for each in parsed(drawn).iter() if each.get("data-step")]
             for drawn in (french, english)]  # fmt: skip
    assert steps[0] == steps[1]


def test_a_file_sent_to_be_drawn_changes_its_names_and_nothing_else():
    content = reference("convention_signature.bpmn")

    same = bpmn_reading.named(content, str)
    english = etree.fromstring(bpmn_reading.named(content, lambda text: translate(text, "en")))

    assert etree.tostring(etree.fromstring(same), method="c14n") == etree.tostring(
        etree.fromstring(content), method="c14n"
    )
    names = {each.get("id"): each.get("name") for each in english.iter(f"{bpmn_reading.MODEL}userTask")}
    assert names["sign_agreement"] == "Sign the agreement"
    assert len(list(english.iter())) == len(list(etree.fromstring(content).iter()))


def test_what_another_version_changed_is_marked_by_more_than_a_colour():
    drawn = bpmn_svg.render(
        library.reference()["appraisal.bpmn"], title="Instruction", marks={"qualify": "changed"}
    )

    assert "≠" in drawn
    assert bpmn_svg.MARKS["changed"][1] in drawn
    assert "≠" not in bpmn_svg.render(library.reference()["appraisal.bpmn"], title="Instruction")
