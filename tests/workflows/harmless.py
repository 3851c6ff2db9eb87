"""Drawings of the reference with something added or changed that a basin may well want: nothing goes wrong."""

# That they do no harm is what is expected of them, not what is said of them: they are played like the others.

from __future__ import annotations

import copy
from collections.abc import Mapping

from lxml import etree

from tests.rules.editing import BPMN, flows
from tests.workflows.sheets import Element, NoPlace, Operator, Sheet, kind_of, ours, scope_of

OPINION = {
    "form": "basin_opinion",
    "role": "operator",
    "due": "P10D",
    "operation": "projects.record_basin_step",
}


def plain_arrow(sheet: Sheet) -> Element:
    """An arrow on which a step may be put: one that leaves no choice between events."""
    return sheet.one("sequenceFlow", where=lambda each: kind_of(sheet.source(each)) != "eventBasedGateway")


def new_step(sheet: Sheet, beside: Element, name: str) -> Element:
    """A step of the basin's own."""
    form = sheet.dice.choice(["basin_note", "basin_opinion", "basin_visit"])
    role = sheet.dice.choice(["operator", "chair"])
    said = OPINION | {"form": form, "role": role, "due": sheet.dice.choice(["P5D", "P15D", "P30D"])}
    return sheet.add(beside, "userTask", name, name="Étape du bassin", **said)


def put_on(sheet: Sheet, arrow: Element, step: Element) -> None:
    """Put a step in the middle of an arrow."""
    after = sheet.target(arrow)
    sheet.lead(arrow, step)
    sheet.draw(step, after)


def add_step(sheet: Sheet) -> str:
    """One step more."""
    arrow = plain_arrow(sheet)
    put_on(sheet, arrow, new_step(sheet, arrow, "basin_step"))
    return str(arrow.get("id"))


def add_two_steps(sheet: Sheet) -> str:
    """Two steps more, one after the other."""
    arrow = plain_arrow(sheet)
    for name in ("basin_step", "basin_step_before"):
        put_on(sheet, arrow, new_step(sheet, arrow, name))
    return str(arrow.get("id"))


def add_optional_step(sheet: Sheet) -> str:
    """A step where it is wanted, passed by where it is not."""
    arrow = plain_arrow(sheet)
    step = new_step(sheet, arrow, "basin_step")
    split = sheet.add(arrow, "exclusiveGateway", "basin_choice", name="Avis voulu ?")
    join = sheet.add(arrow, "exclusiveGateway", "basin_choice_done")
    after = sheet.target(arrow)
    sheet.lead(arrow, split)
    sheet.draw(split, step, when=sheet.free_choice)
    split.set("default", str(sheet.draw(split, join).get("id")))
    sheet.draw(step, join)
    sheet.draw(join, after)
    return str(arrow.get("id"))


def add_parallel_step(sheet: Sheet) -> str:
    """A step beside another; both are waited for."""
    step = sheet.one("userTask", where=lambda each: sheet.is_on_a_line(each) and not sheet.boundaries(each))
    beside = new_step(sheet, step, "basin_step")
    split = sheet.add(step, "parallelGateway", "basin_split")
    join = sheet.add(step, "parallelGateway", "basin_join")
    [out] = sheet.leaving(step)
    for arrow in sheet.entering(step):
        sheet.lead(arrow, split)
    after = sheet.target(out)
    sheet.lead(out, join)
    sheet.draw(split, step)
    sheet.draw(split, beside)
    sheet.draw(beside, join)
    sheet.draw(join, after)
    return str(step.get("id"))


def add_reminder(sheet: Sheet) -> str:
    """Somebody is reminded of a step, once; it stands in no loop, as the profile asks."""
    step = sheet.one("userTask", where=lambda each: not turns(sheet, each) and each.find(LOOP) is None)
    event = sheet.add(step, "boundaryEvent", "basin_reminder_day", name="Rappel")
    event.set("attachedToRef", str(step.get("id")))
    event.set("cancelActivity", "false")
    timer = etree.SubElement(event, f"{{{BPMN}}}timerEventDefinition", id="basin_reminder_timer")
    etree.SubElement(timer, f"{{{BPMN}}}timeDuration").text = sheet.dice.choice(["P10D", "P20D"])
    noted = new_step(sheet, step, "basin_reminder")
    end = sheet.add(step, "endEvent", "basin_reminded", name="Rappel fait")
    sheet.draw(event, noted)
    sheet.draw(noted, end)
    return str(step.get("id"))


LOOP = f"{{{BPMN}}}multiInstanceLoopCharacteristics"


def turns(sheet: Sheet, element: Element) -> bool:
    """Whether one comes back to an element."""
    known, pending = set(), [element]
    while pending:
        each = pending.pop()
        events = sheet.boundaries(each)
        for arrow in [arrow for one in (each, *events) for arrow in sheet.leaving(one)]:
            target = sheet.target(arrow)
            if target is element:
                return True
            if target.get("id") not in known:
                known.add(target.get("id"))
                pending.append(target)
    return False


def put_in_a_process(sheet: Sheet) -> str:
    """A step becomes a process of its own, which is called."""
    step = sheet.one("userTask", where=lambda each: sheet.is_on_a_line(each) and not sheet.boundaries(each))
    inside = copy.deepcopy(step)
    name = str(step.get("id"))
    place = sheet.add(step, "subProcess", f"{name}_apart", name=str(step.get("name")))
    for arrow in flows(sheet.root):
        for end in ("sourceRef", "targetRef"):
            if arrow.get(end) == name:
                arrow.set(end, f"{name}_apart")
    scope_of(step).remove(step)
    start = etree.SubElement(place, f"{{{BPMN}}}startEvent", id=f"{name}_begins", name="Début")
    end = etree.SubElement(place, f"{{{BPMN}}}endEvent", id=f"{name}_is_done", name="Fin")
    place.append(inside)
    sheet.draw(start, inside)
    sheet.draw(inside, end)
    return name


def rename_step(sheet: Sheet) -> str:
    """A step is called otherwise."""
    step = sheet.one("userTask", "callActivity", "endEvent", "exclusiveGateway")
    step.set("name", "Autrement dit")
    return str(step.get("id"))


def change_due(sheet: Sheet) -> str:
    """A step is due sooner or later."""
    step = sheet.one("userTask", where=lambda each: str(each.get(ours("due"))).startswith("P"))
    step.set(ours("due"), sheet.dice.choice(["P3D", "P12D", "P45D"]))
    return f"{step.get('id')} in {step.get(ours('due'))}"


def follow_longer(sheet: Sheet) -> str:
    """The firm is followed for longer."""
    duration = next(
        (each for each in sheet.root.iter(f"{{{BPMN}}}timeDuration") if each.text == "P18M"), None
    )
    if duration is None:
        raise NoPlace
    duration.text = sheet.dice.choice(["P24M", "P2Y", "P30M", "P19M", "P1Y6M"])
    return str(duration.text)


def change_reminder(sheet: Sheet) -> str:
    """A reminder or an expiry comes on another day."""
    duration = sheet.one(
        "timerEventDefinition", where=lambda each: kind_of(scope_of(each)) == "boundaryEvent"
    )
    part = duration.find(f"{{{BPMN}}}timeDuration")
    if part is None:
        raise NoPlace
    part.text = sheet.dice.choice(["P20D", "P45D", "P120D"])
    return f"{scope_of(duration).get('id')} after {part.text}"


def ask_more(sheet: Sheet) -> str:
    """A form asks one question more."""
    step = sheet.one("userTask")
    extension = etree.Element(f"{{{BPMN}}}extensionElements")
    step.insert(0, extension)
    etree.SubElement(
        extension, ours("question"), key="basin_reason", label="Pourquoi ?", type="text", mandatory="false"
    )
    return str(step.get("id"))


OPERATORS: Mapping[str, Operator] = {
    each.__name__: each
    for each in (
        add_step, add_two_steps, add_optional_step, add_parallel_step, add_reminder, put_in_a_process,
        rename_step, change_due, follow_longer, change_reminder, ask_more,
    )
}  # fmt: skip
