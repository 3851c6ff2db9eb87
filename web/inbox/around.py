"""What stands around a task: whom to call, where its project is, what was done before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from flask import url_for
from lxml import etree

from engine.i18n import mark as _
from engine.people import assignments, persons
from engine.people.models import Role
from engine.projects import references, timeline
from engine.registry import versions
from engine.runtime import inbox
from web import bpmn_svg, typography
from web import work as web_work
from web.auth import viewer

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import TaskView

WHERE, HISTORY = "projet", "historique"
TABS = (("", _("À faire")), (WHERE, _("Où en est le projet")), (HISTORY, _("Ce qui a été fait")))
ROLES = {
    Role.SME_HEAD: _("Dirigeant de l’entreprise"),
    Role.PRESCRIBER: _("Prescripteur"),
    Role.MANDATARY: _("Mandataire"),
    Role.EXPERT: _("Intervenant"),
    Role.OPERATOR: _("Opérateur du bassin"),
}
MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
MOST_RECALLED = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of « where it is », as the timeline's macro shows it."""

    state: str
    title: str
    when: str
    who: str | None = None
    url: str | None = None
    note: str | None = None
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a project is: the drawing of its present stretch, and the same in words."""

    title: str
    summary: str
    picture: Any
    steps: list[Entry]


def tabs(view: TaskView, current: str) -> list[tuple[str, str, bool]]:
    """The parts of the page."""
    names = {"": _("La tâche")} if view.closed_at else {}
    if references.names_session(view.reference):
        names[WHERE] = _("Où en est la séance")
    return [
        (names.get(key, label), url_for("inbox.show_task", task_id=view.id, vue=key or None), key == current)
        for key, label in TABS
    ]


def people(work: UnitOfWork, view: TaskView, today: date) -> list[tuple[str, str, str | None, str | None]]:
    """Whom to call about the project, oneself left out: name, role, telephone, address."""
    found: dict[UUID, Role] = {}
    here = assignments.of_case(work, view.case_id, today)
    officers = assignments.of_basin(work, view.basin_id, today, Role.OPERATOR)[:2]
    for role in ROLES:
        for held in (*here, *officers):
            if held.role == role and held.person_id not in (None, viewer().person_id):
                found.setdefault(held.person_id, role)
    cards = persons.several(work, found)
    return [
        (cards[each].full_name, web_work.translated(ROLES[role]), cards[each].phone, cards[each].email)
        for each, role in found.items()
    ]


def history(work: UnitOfWork, view: TaskView) -> list[Entry]:
    """What people have done on the project, the latest first."""
    done = inbox.done_of_case(work, view.case_id)
    names = persons.names(work, {person for each in done for person in (each.closed_by, each.on_behalf_of)})
    return [entry_of(each, names) for each in done]


def entry_of(done: TaskView, names: dict[UUID, str]) -> Entry:
    """One thing done: on which day, by whom, in whose name."""
    who = names.get(done.closed_by) if done.closed_by else None
    if done.on_behalf_of:
        other = names.get(done.on_behalf_of, "")
        said = web_work.translated(_("{name}, au nom de {other}"), name=who, other=other)
        who = typography.elided(said, other)
    day = done.occurred_on or done.due_on
    when = typography.long_date(day, web_work.locale())
    return Entry("done", web_work.translated(done.title), when, who)


def whereabouts(work: UnitOfWork, view: TaskView, today: date) -> Whereabouts:
    """The drawing of the stretch where the project is now, and its steps in words."""
    root = timeline.instances_of(work, view.case_id)[0]
    files = versions.files_of(work, root.version_id)
    process, tokens = stretch(root.process, orjson.loads(root.marking).get("tokens") or [])
    done = inbox.done_of_case(work, view.case_id)
    current = {root.end_event} if root.end_event else {token["step"] for token in tokens}
    content = files[f"{process}.bpmn"]
    steps = words(work, view, done, today)
    now = [entry.title for entry in steps if entry.state in {"current", "late"}]
    summary = web_work.translated(_("En ce moment : {steps}."), steps=", ".join(now) or "–")
    title = web_work.translated(name_of(content))
    picture = bpmn_svg.render_if_drawn(
        content,
        title=title,
        description=summary,
        current=current,
        done=before(content, current),
        say=web_work.translated,
    )
    return Whereabouts(title, summary, picture, steps)


def stretch(process: str, tokens: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """The process to draw: while all is inside one step that itself calls others, that step."""
    inner = tokens[0].get("inside") if len(tokens) == 1 else None
    if inner and any("inside" in token for token in inner) and tokens[0]["step"] != "execution":
        return stretch(tokens[0]["step"], inner)
    flat = [found for token in tokens for found in [token, *token.get("inside", ())]]
    return process, flat


def before(content: bytes, current: set[str]) -> set[str]:
    """The steps that the project cannot have avoided: without them, nothing leads to where it is."""
    root = etree.fromstring(content)
    leads: dict[str, set[str]] = {}
    for flow in root.iter(f"{MODEL}sequenceFlow"):
        leads.setdefault(str(flow.get("sourceRef")), set()).add(str(flow.get("targetRef")))
    for event in root.iter(f"{MODEL}boundaryEvent"):
        leads.setdefault(str(event.get("attachedToRef")), set()).add(str(event.get("id")))
    for inner in root.iter(f"{MODEL}subProcess"):
        starts = {str(each.get("id")) for each in inner.findall(f"{MODEL}startEvent")}
        leads.setdefault(str(inner.get("id")), set()).update(starts)
    beginning = {str(each.get("id")) for each in root.findall(f"{MODEL}process/{MODEL}startEvent")}
    return {
        step
        for step in leads
        if step not in current and not reached(leads, beginning - {step}, step) & current
    }


def reached(leads: dict[str, set[str]], beginning: set[str], without: str) -> set[str]:
    """What the flows lead to from a beginning, one step left out."""
    found, todo = set(beginning), list(beginning)
    while todo:
        for following in leads.get(todo.pop(), set()) - found - {without}:
            found.add(following)
            todo.append(following)
    return found


def name_of(content: bytes) -> str:
    """The French name of a diagram's process."""
    found = etree.fromstring(content).find(f"{MODEL}process")
    return "" if found is None else str(found.get("name"))


def words(work: UnitOfWork, view: TaskView, done: list[TaskView], today: date) -> list[Entry]:
    """The last things done, what is awaited now, the days to come: where the project is without a drawing."""
    say, locale = web_work.translated, web_work.locale()
    names = persons.names(work, {person for each in done for person in (each.closed_by, each.on_behalf_of)})
    steps = [entry_of(each, names) for each in reversed(done[:MOST_RECALLED])]
    for awaited in timeline.what_is_next(work, view.case_id):
        is_late = awaited.due_on < today
        steps.append(
            Entry(
                "late" if is_late else "current",
                say(awaited.title),
                say(_("à faire avant la fin du {day}"), day=typography.long_date(awaited.due_on, locale)),
                awaited.person,
            )
        )
    # A session has no other day than its own, which its steps say.
    is_session = references.names_session(view.reference)
    steps += [
        Entry("to-come", say(coming.what), typography.long_date(coming.on, locale))
        for coming in ([] if is_session else timeline.dates_to_come(work, view.case_id))
        if not coming.is_task
    ][:MOST_RECALLED]
    return steps
