"""A process drawn by the server: BPMN's own layout as an accessible SVG, for print, mail and no script."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lxml import etree
from markupsafe import Markup

from engine.registry.layout import Box
from web.bpmn_reading import MODEL, Edge, NotDrawable, Shape, parsed, read

INK, SOFT, LINE, PALE = "#1d2728", "#566062", "#3f4a4b", "#9aa3a2"
LANES = ("participant", "lane")
# SVG is particular about case: these attributes are written as they are here.
CAMEL = ("viewBox", "refX", "refY", "markerWidth", "markerHeight")
# Pale fills under dark text; the two highest levels also thicken the border, so colour is not the only sign.
HEAT = {1: "#fffaf0", 2: "#fdeecb", 3: "#fbdca0", 4: "#f7c27d", 5: "#f3a76a"}
SIGNS = {
    "userTask": "M16.4 10a3.4 3.4 0 1 1-6.8 0a3.4 3.4 0 1 1 6.8 0M6.5 20c.5-4 3-6 6.5-6s6 2 6.5 6z",
    "serviceTask": "M17.5 13a4.5 4.5 0 1 1-9 0a4.5 4.5 0 1 1 9 0M13 6v2.5M13 17.5V20M6 13h2.5M17.5 13H20"
    "M8 8l1.8 1.8M16.2 16.2 18 18M18 8l-1.8 1.8M9.8 16.2 8 18",
    "sendTask": "M6 8h14v9H6zM6 8l7 5 7-5",
    "timerEventDefinition": "M8 0a8 8 0 1 1-16 0a8 8 0 1 1 16 0M0-5v5l3.5 2",
    "messageEventDefinition": "M-7-5h14v10h-14zM-7-5l7 5 7-5",
    "escalationEventDefinition": "M0-8l5.5 13L0 0l-5.5 5z",
    "errorEventDefinition": "M-7 6l4.5-11 4.5 6 5-8-4 12-5-6z",
    "terminateEventDefinition": "M8 0a8 8 0 1 1-16 0a8 8 0 1 1 16 0",
    "exclusiveGateway": "M-7-7l14 14M7-7l-14 14",
    "parallelGateway": "M0-10v20M-10 0h20",
}
# What another version added, took away or changed: its fill, its border, and the sign written on it.
MARKS = {
    "added": ("#e4efed", "#0f5257", "+"),
    "removed": ("#fbe9e7", "#8c1d22", "−"),
    "changed": ("#fdeecb", "#8a5a00", "≠"),
}
FONT = "Source Sans 3 Variable, Source Sans 3, Liberation Sans, Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class Heat:
    """How hot a step is (1 to 5), and the figure written on it (« 12 j »)."""

    level: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """What is said of a step by its fill and border."""

    is_current: bool = False
    is_done: bool = False
    heat: Heat | None = None
    mark: str = ""  # One of `MARKS`.

    def paint(self, width: float = 1.6) -> dict[str, object]:
        """The fill and border that say it; `width` is the border that BPMN wants."""
        if self.heat and self.heat.level in HEAT:
            border, stroke = {4: (3.0, LINE), 5: (4.5, "#8c1d22")}.get(self.heat.level, (width, LINE))
            return {"fill": HEAT[self.heat.level], "stroke": stroke, "stroke_width": border}
        if self.mark in MARKS:
            fill, stroke_of, _sign = MARKS[self.mark]
            return {"fill": fill, "stroke": stroke_of, "stroke_width": max(3.0, width)}
        if self.is_current:
            return {"fill": "#e4efed", "stroke": "#0f5257", "stroke_width": 4}
        if self.is_done:
            return {"fill": "#e7f2ea", "stroke": "#4f8064", "stroke_width": width}
        return {"fill": "#fff", "stroke": LINE, "stroke_width": width}


def render(
    xml: bytes | str,
    *,
    title: str,
    description: str = "",
    current: Collection[str] = (),
    done: Collection[str] = (),
    heat: Mapping[str, Heat] | None = None,
    marks: Mapping[str, str] | None = None,
    prefix: str = "diagram",
    say: Callable[[str], str] = str,
) -> Markup:
    """Draw the process of a BPMN file as it was laid out, with its state.

    `current` are the steps where the project waits, `done` those behind it, `heat` where time goes,
    `marks` what another version added, removed or changed (one of `MARKS` for an element).
    `prefix` keeps the ids of two pictures on one page apart; `say` gives the names in the reader's
    language. All text of the file is escaped.

    Raises `NotDrawable` when the file cannot be read safely or has no layout.
    """
    shapes, edges = read(parsed(xml), say)
    hot, marked = heat or {}, marks or {}
    states = {
        shape.id: State(shape.id in current, shape.id in done, hot.get(shape.id), marked.get(shape.id, ""))
        for shape in shapes
    }
    lanes = [paint_lane(shape) for shape in shapes if shape.kind in LANES]
    around = [paint_activity(shape, states[shape.id]) for shape in shapes if is_container(shape)]
    flows = [paint_edge(edge, prefix) for edge in edges]
    nodes = [paint_node(shape, states[shape.id]) for shape in shapes if not is_container(shape)]
    names = [paint_label(edge.name, edge.label) for edge in edges if edge.name and edge.label]
    head = tag("marker", tag("path", d="M0 0L10 5L0 10z", fill=LINE), id=f"{prefix}-arrow",
               viewBox="0 0 10 10", refX=9, refY=5, markerWidth=7, markerHeight=7, orient="auto")  # fmt: skip
    return tag(
        "svg",
        tag("title", title, id=f"{prefix}-title"),
        tag("desc", description, id=f"{prefix}-description"),
        tag("defs", head),
        *lanes, *around, *flows, *nodes, *names,
        xmlns="http://www.w3.org/2000/svg", viewBox=extent(shapes, edges), role="img",
        aria_labelledby=f"{prefix}-title {prefix}-description", font_family=FONT, font_size=12, fill=INK,
    )  # fmt: skip


def render_if_drawn(xml: bytes, **more: Any) -> Markup | None:
    """Draw as `render` does; None for a file that was published without its drawing."""
    try:
        return render(xml, **more)
    except NotDrawable:
        return None


def tag(name: str, *inside: str, **attributes: object) -> Markup:
    """One SVG element: the only place where markup is made, so that everything is escaped."""
    written = Markup("").join(
        Markup(' {}="{}"').format(
            key if key in CAMEL else key.replace("_", "-"),
            f"{value:.1f}" if isinstance(value, float) else value,
        )
        for key, value in attributes.items()
        if value is not None
    )
    return Markup("<{0}{1}>{2}</{0}>").format(name, written, Markup("").join(inside))


def extent(shapes: list[Shape], edges: list[Edge]) -> str:
    """The rectangle that holds everything drawn, as a viewBox."""
    boxes = [shape.box for shape in shapes]
    labels = [shape.label for shape in shapes] + [edge.label for edge in edges]
    boxes += [label for label in labels if label]
    points = [point for edge in edges for point in edge.points]
    points += [(box.x, box.y) for box in boxes] + [(box.x + box.width, box.y + box.height) for box in boxes]
    across, down = [x for x, _ in points], [y for _, y in points]
    left, top, right, bottom = min(across) - 12, min(down) - 12, max(across) + 12, max(down) + 16
    return f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"


def is_container(shape: Shape) -> bool:
    """Say whether other shapes are drawn inside this one: a subprocess larger than any task."""
    return shape.kind == "subProcess" and shape.box.width > 160


def moved(x: float, y: float) -> str:
    """A translation, as SVG writes it."""
    return f"translate({x:.1f} {y:.1f})"


def paint_lane(shape: Shape) -> Markup:
    """A pool or a lane, its name along its left side."""
    box = shape.box
    name = textwrap.shorten(shape.name, width=max(4, int(box.height / 6.4)), placeholder="…")
    frame = tag("rect", **asdict(box), fill="#fff", stroke=PALE)
    turned = moved(box.x + 19, box.middle[1]) + " rotate(-90)"
    return frame + tag("text", name, transform=turned, text_anchor="middle", fill=SOFT)


def paint_edge(edge: Edge, prefix: str) -> Markup:
    """A flow with its arrow; a default flow carries its slash, a message flow is dashed."""
    dashes = {"association": "2 4", "messageFlow": "7 4"}.get(edge.kind)
    arrow = None if edge.kind == "association" else f"url(#{prefix}-arrow)"
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in edge.points)
    line = tag("polyline", points=points, fill="none", stroke=LINE, stroke_width=1.4,
               stroke_dasharray=dashes, marker_end=arrow)  # fmt: skip
    if not edge.is_default:
        return line
    (x, y), (next_x, next_y) = edge.points[:2]
    away = 11 / (math.hypot(next_x - x, next_y - y) or 1)
    slash = moved(x + away * (next_x - x), y + away * (next_y - y))
    return line + tag("path", transform=slash, d="M-4-5l8 10", stroke=LINE, stroke_width=1.4)


def paint_node(shape: Shape, state: State) -> Markup:
    """Whatever is neither a lane nor a flow."""
    if shape.kind in LANES:
        return Markup("")
    if shape.kind.endswith("Event"):
        return paint_event(shape, state)
    if shape.kind.endswith("Gateway"):
        return paint_gateway(shape, state)
    if shape.kind == "textAnnotation":
        return paint_label(shape.name, shape.box)
    return paint_activity(shape, state)


def paint_activity(shape: Shape, state: State) -> Markup:
    """A task, a called process or a subprocess; called processes have the thick border of BPMN."""
    box = shape.box
    x, y = box.middle
    border = state.paint(3.2 if shape.kind == "callActivity" else 1.6)
    parts = [tag("rect", data_step=shape.id, rx=9, **asdict(box), **border)]
    if is_container(shape):
        parts += [words(shape.name, x, box.y + 16, across=box.width)]
    else:
        parts += [words(shape.name, x, y, across=box.width - 10), sign(shape.kind, box.x, box.y)]
    loop = shape.element.find(f"{MODEL}multiInstanceLoopCharacteristics")
    if loop is not None:
        bars = "M-5 0h10M-5 4h10M-5-4h10" if loop.get("isSequential") == "true" else "M0-5v10M4-5v10M-4-5v10"
        foot = moved(x, box.y + box.height - 9)
        parts.append(tag("path", transform=foot, d=bars, stroke=LINE, stroke_width=1.6))
    if state.is_current:
        parts.append(tag("circle", cx=box.x, cy=box.y, r=9, fill="#0f5257", stroke="#fff", stroke_width=2.5))
    if state.heat and state.heat.label:
        parts.append(figure(state.heat.label, box))
    if state.mark in MARKS:
        parts.append(figure(MARKS[state.mark][2], box))
    return tag("g", *parts)


def figure(label: str, box: Box) -> Markup:
    """The figure of a step, on a small plate at its lower right corner."""
    width = 12 + 6.6 * len(label)
    x, y = box.x + box.width - width + 8, box.y + box.height - 9
    plate = tag("rect", x=x, y=y, width=width, height=19, rx=3, fill="#fff", stroke=LINE)
    return plate + tag("text", label, x=x + width / 2, y=y + 13.5, text_anchor="middle", font_weight=600)


def sign(kind: str, x: float, y: float, *, fill: str = "none", width: float = 1.0) -> Markup:
    """The small drawing that says what kind of thing this is; none for an unknown kind."""
    if kind not in SIGNS:
        return Markup("")
    return tag("path", transform=moved(x, y), d=SIGNS[kind], fill=fill, stroke=LINE, stroke_width=width)


def paint_event(shape: Shape, state: State) -> Markup:
    """A circle: thin to start, double in between, thick to end; what it waits for is drawn inside."""
    x, y = shape.box.middle
    radius = shape.box.width / 2
    dashes = "4 3" if shape.element.get("cancelActivity") == "false" else None
    border = state.paint(3.4 if shape.kind == "endEvent" else 1.6)
    parts = [tag("circle", data_step=shape.id, cx=x, cy=y, r=radius, stroke_dasharray=dashes, **border)]
    if shape.kind not in ("startEvent", "endEvent"):
        parts.append(tag("circle", cx=x, cy=y, r=max(1.0, radius - 3), fill="none", stroke=LINE))
    throws = shape.kind in ("endEvent", "intermediateThrowEvent")
    definitions = [etree.QName(child).localname for child in shape.element.iterchildren(etree.Element)]
    parts += [sign(kind, x, y, fill=LINE if throws else "none") for kind in definitions]
    return Markup("").join(parts) + paint_label(shape.name, shape.label or below(shape.box))


def paint_gateway(shape: Shape, state: State) -> Markup:
    """A diamond with its sign, its question beside it."""
    x, y = shape.box.middle
    half, up = shape.box.width / 2, shape.box.height / 2
    outline = f"M0 {-up:.1f}L{half:.1f} 0L0 {up:.1f}L{-half:.1f} 0z"
    diamond = tag("path", data_step=shape.id, transform=moved(x, y), d=outline, **state.paint())
    return (
        diamond + sign(shape.kind, x, y, width=3.0) + paint_label(shape.name, shape.label or below(shape.box))
    )


def below(box: Box) -> Box:
    """Where a name goes that the file did not place."""
    return Box(box.middle[0] - 50, box.y + box.height + 3, 100, 14)


def paint_label(name: str, where: Box) -> Markup:
    """A name outside its shape; a halo keeps it legible over a flow."""
    lines = wrap(name, max(where.width, 108))
    halo = {"fill": LINE, "stroke": "#fff", "stroke_width": 3, "paint_order": "stroke"}
    return stacked(lines, where.middle[0], where.y + 11, **halo)


def words(name: str, x: float, y: float, *, across: float) -> Markup:
    """A name inside its shape, on as many lines as its width needs, around its middle."""
    lines = wrap(name, across)
    return stacked(lines, x, y + 4 - (len(lines) - 1) * 6.75)


def stacked(lines: list[str], x: float, first: float, **looks: object) -> Markup:
    """Centred lines of text, one under the other."""
    looks |= {"text_anchor": "middle", "x": x}
    return Markup("").join(tag("text", line, y=first + 13.5 * at, **looks) for at, line in enumerate(lines))


def wrap(name: str, across: float) -> list[str]:
    """Cut a name into lines of about this width; at 12 px a character takes 5.9 on average."""
    return textwrap.wrap(name, max(6, int(across / 5.9)), break_long_words=True)[:5]
