"""Put a basin's own step into a diagram: into the flow that a point marks, its lane, the picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from engine import errors
from engine.registry import layout, points
from engine.registry.changes import OPERATION, Step
from engine.registry.layout import Box, Layout, Spot
from engine.spiff.steps import ALIZE, BPMN, alize
from forms.extras import Question

WIDTH, HEIGHT = 118.0, 78.0
COLUMN, ROW = 158.0, 112.0
MARGIN = 10.0
ASIDE = 14.0  # From the step to where an arrow climbs: inside its own column, where nothing else stands.
# Lanes are named in the file, for whoever opens it: French, as in the reference.
LANES = {
    "operator": "Opérateur", "prescriber": "Prescripteur", "mandatary": "Mandataire", "chair": "Présidence",
}  # fmt: skip


class IdentifierTaken(errors.Conflict):
    """L’étape « {name} » ne peut pas s’appeler « {id} » dans le diagramme : ce nom y est déjà pris."""


def insert(root: etree._Element, flow: etree._Element, step: Step) -> None:
    """Put a step into a flow: the flow leads to it, a new one leads on, and carries the point from now on.

    A diagram that was drawn with the step already in it keeps it where it is, as the change says it.
    Raises `IdentifierTaken`.
    """
    known = {element.get("id", ""): element for element in root.iter(f"{{{BPMN}}}*") if element.get("id")}
    there = known.get(step.id)
    if there is not None:
        if there.get(points.ADDED) != step.point:
            raise IdentifierTaken(name=step.name, id=step.id)
        describe(there, step)
        return
    source, target = known[flow.get("sourceRef", "")], known[flow.get("targetRef", "")]
    task = etree.Element(f"{{{BPMN}}}userTask", id=step.id)
    describe(task, step)
    target.addprevious(task)
    onward = connect(flow, task, target, known)
    lane = lane_of(root, task, step.role)
    drawn = Layout(root)
    drawn.elements[step.id] = task
    if drawn.box(source.get("id", "")) and drawn.box(target.get("id", "")):
        draw(drawn, flow, onward, lane)


def describe(task: etree._Element, step: Step) -> None:
    """Write what a step is: its name, who does it, by when, with which form and questions."""
    told = {
        "form": step.form, "role": step.role, "personal": "true" if step.personal else "", "due": step.due,
        "operation": OPERATION, "added": step.point,
    }  # fmt: skip
    task.set("name", step.name)
    for key, value in told.items():
        task.attrib.pop(f"{{{ALIZE}}}{key}", "")
        if value:
            task.set(f"{{{ALIZE}}}{key}", value)
    for child in task.findall(f"{{{BPMN}}}documentation"):
        task.remove(child)
    documentation = etree.Element(f"{{{BPMN}}}documentation")
    documentation.text = step.reason
    task.insert(0, documentation)
    ask(task, step.questions, afresh=True)


def ask(task: etree._Element, questions: Iterable[Question], *, afresh: bool = False) -> None:
    """Write a basin's questions on a task, after those it has unless they are to be written `afresh`."""
    extensions = task.find(f"{{{BPMN}}}extensionElements")
    if extensions is None:
        extensions = etree.Element(f"{{{BPMN}}}extensionElements")
        task.insert(1 if task.find(f"{{{BPMN}}}documentation") is not None else 0, extensions)
    if afresh:
        for old in extensions.findall(f"{{{ALIZE}}}question"):
            extensions.remove(old)
    for question in questions:
        write_question(extensions, question)
    if not len(extensions):
        task.remove(extensions)


def write_question(extensions: etree._Element, question: Question) -> None:
    """Write one question, with what it says and nothing else."""
    written = etree.SubElement(extensions, f"{{{ALIZE}}}question")
    written.set("key", question.key)
    written.set("label", question.label)
    written.set("type", question.type)
    if question.mandatory:
        written.set("mandatory", "true")
    for name in ("hint", "unit"):
        if getattr(question, name):
            written.set(name, getattr(question, name))
    for choice in question.choices:
        etree.SubElement(written, f"{{{ALIZE}}}choice", value=choice.value, label=choice.label)


def connect(
    flow: etree._Element, task: etree._Element, target: etree._Element, known: Mapping[str, etree._Element]
) -> etree._Element:
    """Lead the flow to the task and a new one from it to the target; give the new one."""
    step_id, target_id, flow_id = task.get("id", ""), target.get("id", ""), flow.get("id", "")
    onward_id = next(each for each in names(f"{step_id}__{target_id}") if each not in known)
    onward = etree.Element(f"{{{BPMN}}}sequenceFlow", id=onward_id, sourceRef=step_id, targetRef=target_id)
    onward.set(points.MARK, str(flow.attrib.pop(points.MARK)))
    flow.set("targetRef", step_id)
    flow.addnext(onward)
    etree.SubElement(task, f"{{{BPMN}}}incoming").text = flow_id
    etree.SubElement(task, f"{{{BPMN}}}outgoing").text = onward_id
    for incoming in target.findall(f"{{{BPMN}}}incoming"):
        if (incoming.text or "").strip() == flow_id:
            incoming.text = onward_id
    return onward


def names(stem: str) -> Iterator[str]:
    """Give a name, then the same with a number."""
    yield stem
    yield from (f"{stem}_{number}" for number in range(2, 1000))


def lane_of(root: etree._Element, task: etree._Element, role: str) -> str | None:
    """Put a task in the lane of its role, made if the process has others; give the lane's id.

    What stands in an embedded subprocess stands in no lane of its own.
    """
    process = task.getparent()
    lanes = None if process is None else process.find(f"{{{BPMN}}}laneSet")
    if process is None or lanes is None or process.tag != f"{{{BPMN}}}process":
        return None
    roles = {each.get("id", ""): alize(each, "role") for each in process.iter(f"{{{BPMN}}}userTask")}
    lane = next((each for each in lanes if each.get("id") == f"lane_{role}"), None)
    if lane is None:
        lane = next(
            (each for each in lanes if {roles.get(text_of(name)) for name in each} - {None} == {role}), None
        )
    if lane is None:
        lane = etree.SubElement(lanes, f"{{{BPMN}}}lane", id=f"lane_{role}", name=LANES[role])
        draw_lane(root, lanes, lane.get("id", ""))
    etree.SubElement(lane, f"{{{BPMN}}}flowNodeRef").text = task.get("id", "")
    return lane.get("id")


def text_of(element: etree._Element) -> str:
    """Give the id that a reference holds."""
    return (element.text or "").strip()


def draw_lane(root: etree._Element, lanes: etree._Element, lane: str) -> None:
    """Draw a new lane under the others; the pool grows by as much."""
    drawn = Layout(root)
    boxes = [box for each in lanes if (box := drawn.box(each.get("id", ""))) is not None]
    if not boxes:
        return
    lowest = max(boxes, key=lambda box: box.bottom)
    drawn.draw_shape(lane, Box(lowest.x, lowest.bottom, lowest.width, ROW), isHorizontal="true")
    for element_id in drawn.shapes:
        box = drawn.box(element_id)
        if drawn.elements[element_id].tag == f"{{{BPMN}}}participant" and box and box.bottom == lowest.bottom:
            bounds = drawn.shapes[element_id].find(layout.BOUNDS)
            if bounds is not None:
                bounds.set("height", layout.number(box.height + ROW))


def draw(drawn: Layout, flow: etree._Element, onward: etree._Element, lane: str | None) -> None:
    """Draw the step in a column of its own between the two ends of its flow."""
    step_id, flow_id = flow.get("targetRef", ""), flow.get("id", "")
    source_id, target_id = flow.get("sourceRef", ""), onward.get("targetRef", "")
    flow.set("targetRef", target_id)  # The arrow still ends where it did: its bends follow that shape.
    cut = column(drawn, source_id, target_id)
    drawn.make_room(cut, COLUMN, "x")
    flow.set("targetRef", step_id)
    bends = drawn.points(flow_id)
    where = row(drawn, flow, target_id, cut + COLUMN / 2, region_of(drawn, flow, lane))
    box = Box(cut + (COLUMN - WIDTH) / 2, where - HEIGHT / 2, WIDTH, HEIGHT)
    drawn.draw_shape(step_id, box)
    source, target = drawn.box(source_id), drawn.box(target_id)
    if source is None or target is None:
        return
    bends = drawn.points(flow_id) or [(source.right, source.middle[1]), (target.x, target.middle[1])]
    drawn.draw_edge(flow_id, leading_in(source, bends[0], box))
    drawn.draw_edge(onward.get("id", ""), leading_on(box, target, bends[-1]))


def column(drawn: Layout, source_id: str, target_id: str) -> float:
    """Give where the new column begins: before the target, or after a source that leads back."""
    source, target = drawn.box(source_id), drawn.box(target_id)
    if source is None or target is None:
        raise LookupError(f"{source_id} and {target_id} are drawn")
    if source.right > target.x:
        return source.right + MARGIN
    return max(min(target.middle[0] - COLUMN / 2, target.x - 2 * MARGIN), source.right + MARGIN)


def region_of(drawn: Layout, flow: etree._Element, lane: str | None) -> str | None:
    """Give the container in which the step's row is looked for: its lane, or its subprocess."""
    if lane is not None and drawn.box(lane) is not None:
        return lane
    scope = flow.getparent()
    inside = None if scope is None else scope.get("id", "")
    return inside if inside is not None and drawn.box(inside) is not None else None


def row(drawn: Layout, flow: etree._Element, target_id: str, across: float, region: str | None) -> float:
    """Give the height of the step's middle: its neighbours' if that is free, else any row, else a new one."""
    near = [drawn.box(target_id), drawn.box(flow.get("sourceRef", ""))]
    rows = [box.middle[1] for box in near if box is not None]
    inside = None if region is None else drawn.box(region)
    if region is None or inside is None:
        return rows[0]
    others = [drawn.box(each) for each in drawn.shapes if not drawn.is_container(each)]
    rows += [box.middle[1] for box in others if box is not None and box.meets(inside)]
    rows.append(inside.middle[1])
    for middle in rows:
        wanted = Box(across - WIDTH / 2, middle - HEIGHT / 2, WIDTH, HEIGHT)
        fits = inside.y + 5 <= wanted.y and wanted.bottom <= inside.bottom - 5
        if fits and is_free(drawn, wanted, flow.get("id", "")):
            return middle
    drawn.make_room(inside.bottom - 1, ROW, "y")
    return inside.bottom + ROW / 2 - MARGIN


def is_free(drawn: Layout, wanted: Box, flow_id: str) -> bool:
    """Whether no shape stands there and no other arrow runs through."""
    for element_id in drawn.shapes:
        box = drawn.box(element_id)
        if box is not None and not drawn.is_container(element_id) and box.meets(wanted, 4):
            return False
    return not any(
        part.meets(wanted, MARGIN)
        for element_id in drawn.edges
        if element_id != flow_id
        for part in layout.segments(drawn.points(element_id))
    )


def leading_in(source: Box, start: Spot, task: Box) -> list[Spot]:
    """Give the bends from where the flow left its source to the left side of the step."""
    end = (task.x, task.middle[1])
    if start[1] == end[1]:
        return [start, end]
    leaves_up = abs(start[0] - source.middle[0]) < 2 and start[0] < end[0]
    if leaves_up and (end[1] < start[1]) == (start[1] <= source.middle[1]):
        return [start, (start[0], end[1]), end]
    start, aside = (source.right, source.middle[1]), task.x - ASIDE
    return [start, (aside, start[1]), (aside, end[1]), end] if start[1] != end[1] else [start, end]


def leading_on(task: Box, target: Box, end: Spot) -> list[Spot]:
    """Give the bends from the step to where the flow entered its target."""
    start = (task.right, task.middle[1])
    if end[0] < start[0]:  # The flow leads back: it leaves the step by its lower side.
        low = max(task.bottom, target.bottom) + 2 * MARGIN
        return [(task.middle[0], task.bottom), (task.middle[0], low), (target.middle[0], low),
                (target.middle[0], target.bottom)]  # fmt: skip
    if start[1] == end[1]:
        return [start, end]
    enters_above = abs(end[0] - target.middle[0]) < 2
    if enters_above and (start[1] < end[1]) == (end[1] <= target.middle[1]):
        return [start, (end[0], start[1]), end]
    end, aside = (target.x, target.middle[1]), task.right + ASIDE
    return [start, (aside, start[1]), (aside, end[1]), end] if start[1] != end[1] else [start, end]
