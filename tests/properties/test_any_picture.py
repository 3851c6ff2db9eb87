"""Whatever a file holds, its picture is only a picture: shapes and text, nothing that acts."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from engine.registry import library
from tests import effort
from tests.properties import any_files
from web import bpmn_reading, bpmn_svg

KINDS = {"svg", "title", "desc", "defs", "marker", "path", "g", "rect", "circle", "text", "tspan", "polygon",
         "polyline", "line"}  # fmt: skip
PAYLOADS = (
    "</text></svg><script>alert(1)</script>", '" onload="alert(1)', "javascript:alert(1)", "' onclick='x",
    "<img src=x onerror=alert(1)>", "<![CDATA[<script>]]>", "&#60;script&#62;", "url(//evil.example)",
    "\u202eesrever", "}</style><style>*{display:none}", "\U0001f4a3" * 50, "a" * 5_000,
)  # fmt: skip
# A picture without its places is none.
PLACED = {"x", "y", "width", "height", "bpmnElement"}


def poisoned(dice: random.Random) -> bytes:
    """A shipped diagram in which names, ids, texts and numbers say what they should not."""
    files = library.reference()
    root = etree.fromstring(files[dice.choice(sorted(files))])
    elements = list(root.iter(etree.Element))
    for element in dice.sample(elements, min(40, len(elements))):
        for name in element.attrib:
            if dice.random() < (0.002 if name in PLACED else 0.4):
                element.set(name, dice.choice(PAYLOADS))
        if dice.random() < 0.3:
            element.text = dice.choice(PAYLOADS)
        if "documentation" in element.tag:
            element.text = dice.choice(PAYLOADS)
    return etree.tostring(root)


def require_only_a_picture(content: bytes) -> bool:
    """Draw a file, or be told that it cannot be; what is drawn holds shapes and text alone."""
    try:
        drawing = bpmn_svg.render(content, title=PAYLOADS[0], description=PAYLOADS[1])
    except bpmn_reading.NotDrawable:
        return False
    root = etree.fromstring(drawing.encode())
    for element in root.iter(etree.Element):
        assert etree.QName(element).namespace == "http://www.w3.org/2000/svg"
        assert etree.QName(element).localname in KINDS, element.tag
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on"), name
            assert not name.endswith(("href", "style")), name
            assert not (name not in ("data-step", "id") and "url(//" in value), (name, value)
    return True


def test_picture_of_a_poisoned_diagram_is_only_a_picture():
    tries = effort.times(60, 2_000)

    drawn = sum(require_only_a_picture(poisoned(effort.dice("poisoned", number))) for number in range(tries))

    assert drawn > tries / 2, "most of these can be drawn"


@given(seed=st.integers(0, 2**32))
def test_picture_of_a_damaged_file_is_only_a_picture(seed):
    require_only_a_picture(any_files.damaged_file(any_files.dice_of(seed)))
