"""Drawings of the reference with one thing wrong, perhaps: where and what is drawn by lot."""

# Nobody says here which of them do harm: tests/workflows/lives.py plays them, and sees.

from __future__ import annotations

import copy
from collections.abc import Mapping

from lxml import etree

from engine.registry import library
from tests.rules.editing import BPMN, flows, named, prune, remove
from tests.workflows.sheets import (
    ACTIVITIES,
    GATEWAYS,
    PROJECT,
    NoPlace,
    Operator,
    Sheet,
    kind_of,
    ours,
    scope_of,
)

ROLES = ("operator", "chair", "prescriber", "mandatary", "expert", "steering")


# What somebody may do wrong while drawing.


def take_step_out(sheet: Sheet) -> str:
    """A step is taken out; what led to it leads on."""
    step = sheet.step_on_a_line()
    [out] = sheet.leaving(step)
    for arrow in sheet.entering(step):
        sheet.lead(arrow, sheet.target(out))
    for each in (out, *sheet.boundaries(step), step):
        remove(sheet.root, each)
    prune(sheet.root)
    return str(step.get("id"))


def swap_steps(sheet: Sheet) -> str:
    """Two steps change places."""
    one = sheet.step_on_a_line()
    scope = scope_of(one)
    other = sheet.one(
        *ACTIVITIES,
        where=lambda each: each is not one and scope_of(each) is scope and sheet.is_on_a_line(each),
    )
    arrows = [(arrow, name) for arrow in flows(sheet.root) for name in ("sourceRef", "targetRef")]
    changed = [(arrow, name, arrow.get(name)) for arrow, name in arrows]
    ids = {one.get("id"): other.get("id"), other.get("id"): one.get("id")}
    for arrow, name, before in changed:
        arrow.set(name, str(ids.get(before, before)))
    return f"{one.get('id')} and {other.get('id')}"


def redirect_arrow(sheet: Sheet) -> str:
    """An arrow leads elsewhere."""
    arrow = sheet.one("sequenceFlow")
    there = sheet.one(
        *ACTIVITIES, *GATEWAYS, "endEvent",
        where=lambda each: scope_of(each) is scope_of(arrow) and each.get("id") != arrow.get("targetRef"),
    )  # fmt: skip
    sheet.lead(arrow, there)
    if sheet.dice.random() < 0.8:
        prune(sheet.root)
    return f"{arrow.get('id')} to {there.get('id')}"


def remove_arrow(sheet: Sheet) -> str:
    """One of several ways is taken out."""
    gateway = sheet.one(*GATEWAYS, where=lambda each: len(sheet.leaving(each)) > 1)
    arrow = sheet.dice.choice(sheet.leaving(gateway))
    remove(sheet.root, arrow)
    if gateway.get("default") == arrow.get("id"):
        del gateway.attrib["default"]
    prune(sheet.root)
    return str(arrow.get("id"))


def pass_step_by(sheet: Sheet) -> str:
    """A step may be passed by."""
    step = sheet.step_on_a_line()
    [out] = sheet.leaving(step)
    split = sheet.add(step, "exclusiveGateway", f"before_{step.get('id')}")
    for arrow in sheet.entering(step):
        sheet.lead(arrow, split)
    split.set("default", str(sheet.draw(split, step).get("id")))
    sheet.draw(split, sheet.target(out), when=sheet.free_choice)
    return str(step.get("id"))


def change_gateway(sheet: Sheet) -> str:
    """A gateway becomes one of another kind."""
    gateway = sheet.one(*GATEWAYS)
    before = kind_of(gateway)
    after = sheet.dice.choice([each for each in GATEWAYS if each != before])
    gateway.tag = f"{{{BPMN}}}{after}"
    if after in ("parallelGateway", "eventBasedGateway"):
        gateway.attrib.pop("default", None)
        for arrow in sheet.leaving(gateway):
            for condition in arrow.findall(f"{{{BPMN}}}conditionExpression"):
                arrow.remove(condition)
    return f"{gateway.get('id')} from {before} to {after}"


def change_role(sheet: Sheet) -> str:
    """A step is given to somebody else."""
    step = sheet.one("userTask")
    role = sheet.dice.choice([each for each in ROLES if each != step.get(ours("role"))])
    step.set(ours("role"), role)
    return f"{step.get('id')} to {role}"


def drop_personal(sheet: Sheet) -> str:
    """A step is no longer somebody's own."""
    step = sheet.one("userTask", where=lambda each: each.get(ours("personal")) is not None)
    del step.attrib[ours("personal")]
    return str(step.get("id"))


def change_operation(sheet: Sheet) -> str:
    """A step does something else, or nothing."""
    step = sheet.one("userTask", "serviceTask", where=lambda each: each.get(ours("operation")) is not None)
    before = step.get(ours("operation"))
    known = {
        str(each.get(ours("operation")))
        for content in library.reference().values()
        for each in etree.fromstring(content).iter(f"{{{BPMN}}}{kind_of(step)}")
        if each.get(ours("operation"))
    }
    after = sheet.dice.choice(sorted(known - {str(before)} | {""}))
    if after:
        step.set(ours("operation"), after)
    else:
        del step.attrib[ours("operation")]
    return f"{step.get('id')} to {after or 'nothing'}"


def change_timer(sheet: Sheet) -> str:
    """A delay is another one."""
    timer = sheet.one("timerEventDefinition")
    part = next(iter(timer))
    before = part.text
    part.tag = f"{{{BPMN}}}timeDuration"
    part.text = sheet.dice.choice(
        [each for each in ("P12M", "P6M", "P17M", "P540D", "P1D") if each != before]
    )
    host = scope_of(timer)
    host.attrib.pop(ours("due"), None)
    return f"{host.get('id')} from {before} to {part.text}"


def date_timer(sheet: Sheet) -> str:
    """A delay becomes a date that somebody has written."""
    timer = sheet.one("timerEventDefinition")
    part, host = next(iter(timer)), scope_of(timer)
    variable = sheet.dice.choice(
        ["follow_up_ends_on", "report_due_on", "effective_on", "conditions_due_on", "complementary_due_on"]
    )
    part.tag, part.text = f"{{{BPMN}}}timeDate", variable
    for name in ("parameter", "from"):
        host.attrib.pop(ours(name), None)
    host.set(ours("due"), variable)
    return f"{host.get('id')} at {variable}"


def forget_anchor(sheet: Sheet) -> str:
    """A delay runs from another day."""
    event = sheet.one(
        "intermediateCatchEvent", "boundaryEvent", where=lambda each: each.get(ours("from")) is not None
    )
    if sheet.dice.random() < 0.5:
        del event.attrib[ours("from")]
    else:
        event.set(ours("from"), sheet.dice.choice(["report_due_on", "conditions_due_on"]))
    return f"{event.get('id')} from {event.get(ours('from'))}"


def remove_boundary(sheet: Sheet) -> str:
    """An event on an edge is taken out, and all that it leads to."""
    event = sheet.one("boundaryEvent")
    remove(sheet.root, event)
    prune(sheet.root)
    return str(event.get("id"))


def toggle_boundary(sheet: Sheet) -> str:
    """An event on an edge interrupts no more, or does so now."""
    event = sheet.one("boundaryEvent")
    if event.get("cancelActivity") == "false":
        del event.attrib["cancelActivity"]
    else:
        event.set("cancelActivity", "false")
    return str(event.get("id"))


def move_boundary(sheet: Sheet) -> str:
    """An event stands on the edge of another step."""
    event = sheet.one("boundaryEvent")
    host = sheet.one(
        "userTask", "callActivity", "subProcess",
        where=lambda each: scope_of(each) is scope_of(event) and each.get("id") != event.get("attachedToRef"),
    )  # fmt: skip
    event.set("attachedToRef", str(host.get("id")))
    return f"{event.get('id')} to {host.get('id')}"


def ask_steering(sheet: Sheet) -> str:
    """The steering committee is waited for."""
    arrow = sheet.one("sequenceFlow")
    step = sheet.add(
        arrow, "userTask", "asked_of_steering", name="Avis du pilotage", form="basin_note", role="steering",
        due="P5D", operation="projects.record_basin_step",
    )  # fmt: skip
    after = sheet.target(arrow)
    sheet.lead(arrow, step)
    sheet.draw(step, after)
    return str(arrow.get("id"))


def add_lost_step(sheet: Sheet) -> str:
    """A step is drawn that nothing leads to."""
    there = sheet.one(*ACTIVITIES, "exclusiveGateway", "endEvent")
    step = sheet.add(
        there, "userTask", "reached_by_nobody", name="Jamais", form="basin_note", role="operator", due="P5D",
        operation="projects.record_basin_step",
    )  # fmt: skip
    sheet.draw(step, there)
    return str(there.get("id"))


def double_branch(sheet: Sheet) -> str:
    """A step is drawn twice, side by side."""
    step = sheet.one("userTask", "serviceTask", "callActivity", where=sheet.is_on_a_line)
    [out] = sheet.leaving(step)
    twin = copy.deepcopy(step)
    twin.set("id", f"{step.get('id')}_again")
    scope_of(step).append(twin)
    split = sheet.add(step, sheet.dice.choice(["parallelGateway", "inclusiveGateway"]), "doubled_split")
    for arrow in sheet.entering(step):
        sheet.lead(arrow, split)
    after = sheet.target(out)
    if sheet.dice.random() < 0.5:
        join = sheet.add(step, sheet.dice.choice(["exclusiveGateway", "parallelGateway"]), "doubled_join")
        sheet.draw(join, after)
        sheet.lead(out, join)
        after = join
    first, second = sheet.draw(split, step), sheet.draw(split, twin)
    sheet.draw(twin, after)
    if kind_of(split) == "inclusiveGateway":
        split.set("default", str(first.get("id")))
        etree.SubElement(second, f"{{{BPMN}}}conditionExpression").text = sheet.free_choice
    return str(step.get("id"))


def end_plainly(sheet: Sheet) -> str:
    """An end sets nothing off any more."""
    end = sheet.one("endEvent", where=lambda each: any("Definition" in kind_of(part) for part in each))
    for part in list(end):
        if kind_of(part).endswith("EventDefinition"):
            end.remove(part)
    return str(end.get("id"))


def end_at_once(sheet: Sheet) -> str:
    """An end ends everything around it."""
    end = sheet.one("endEvent")
    for part in list(end):
        if kind_of(part).endswith("EventDefinition"):
            end.remove(part)
    etree.SubElement(end, f"{{{BPMN}}}terminateEventDefinition", id="ended_at_once")
    return str(end.get("id"))


def rename_end(sheet: Sheet) -> str:
    """An end is called otherwise."""
    end = sheet.one("endEvent")
    before = str(end.get("id"))
    for arrow in sheet.entering(end):
        arrow.set("targetRef", "over")
    end.set("id", "over")
    return before


def drop_mark(sheet: Sheet) -> str:
    """A step of the charter is one no more."""
    element = sheet.one(
        "userTask", "serviceTask", "callActivity", "subProcess", "intermediateCatchEvent", "boundaryEvent",
        "endEvent", "sequenceFlow", where=lambda each: each.get(ours("step")) is not None,
    )  # fmt: skip
    del element.attrib[ours("step")]
    return str(element.get("id"))


def move_mark(sheet: Sheet) -> str:
    """What the charter knows by its mark is marked elsewhere."""
    kinds = ("userTask", "serviceTask", "callActivity", "intermediateCatchEvent", "endEvent", "sequenceFlow")
    element = sheet.one(*kinds, where=lambda each: each.get(ours("step")) is not None)
    other = sheet.one(*kinds, where=lambda each: each.get(ours("step")) is None)
    other.set(ours("step"), str(element.attrib.pop(ours("step"))))
    return f"{element.get('id')} to {other.get('id')}"


def swap_default(sheet: Sheet) -> str:
    """What happens when nothing is said, and what happens when something is, change places."""
    gateway = sheet.one("exclusiveGateway", where=lambda each: each.get("default") is not None)
    usual = named(sheet.root, str(gateway.get("default")))
    others = [arrow for arrow in sheet.leaving(gateway) if arrow is not usual]
    if not others:
        raise NoPlace
    other = sheet.dice.choice(others)
    one, two = usual.get("targetRef"), other.get("targetRef")
    usual.set("targetRef", str(two))
    other.set("targetRef", str(one))
    return str(gateway.get("id"))


def change_condition(sheet: Sheet) -> str:
    """An arrow is taken when another thing is so."""
    arrow = sheet.one(
        "sequenceFlow", where=lambda each: each.find(f"{{{BPMN}}}conditionExpression") is not None
    )
    condition = arrow.find(f"{{{BPMN}}}conditionExpression")
    assert condition is not None
    before = str(condition.text)
    condition.text = sheet.dice.choice(
        [f"not ({before})", sheet.free_choice, f"({before}) and {sheet.free_choice}"]
    )
    return f"{arrow.get('id')} when {condition.text}"


def change_call(sheet: Sheet) -> str:
    """A call calls something else."""
    call = sheet.one("callActivity")
    other = sheet.dice.choice([each for each in PROJECT if each != call.get("calledElement")])
    call.set("calledElement", other)
    return f"{call.get('id')} to {other}"


def change_repeated(sheet: Sheet) -> str:
    """A step that several carry out is done by one, or left at another moment."""
    step = sheet.one("userTask", where=lambda each: any(kind_of(part).startswith("multi") for part in each))
    loop = next(part for part in step if kind_of(part).startswith("multi"))
    what = sheet.dice.choice(["loop", "completionCondition", "loopCardinality", "at_least"])
    if what == "loop":
        step.remove(loop)
    elif what == "at_least":
        step.attrib.pop(ours("at_least"), None)
    elif what == "loopCardinality":
        next(loop.iter(f"{{{BPMN}}}loopCardinality")).text = sheet.dice.choice(["1", "report_number"])
    else:
        for part in list(loop.iter(f"{{{BPMN}}}completionCondition")):
            loop.remove(part)
    return f"{step.get('id')}: {what}"


OPERATORS: Mapping[str, Operator] = {
    each.__name__: each
    for each in (
        take_step_out, swap_steps, redirect_arrow, remove_arrow, pass_step_by, change_gateway, change_role,
        drop_personal, change_operation, change_timer, date_timer, forget_anchor, remove_boundary,
        toggle_boundary, move_boundary, ask_steering, add_lost_step, double_branch, end_plainly, end_at_once,
        rename_end, drop_mark, move_mark, swap_default, change_condition, change_call, change_repeated,
    )
}  # fmt: skip
# Those that mean something in a process of which nobody knows what it is about.
OF_ANY_PROCESS: Mapping[str, Operator] = {
    each.__name__: each
    for each in (
        take_step_out, swap_steps, redirect_arrow, remove_arrow, change_gateway, remove_boundary,
        toggle_boundary, move_boundary, add_lost_step, double_branch, end_plainly, end_at_once,
    )
}  # fmt: skip
