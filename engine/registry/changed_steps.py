"""What became of one step of a diagram, in sentences: it came, it went, it is not what it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.i18n import mark as _
from engine.registry import parameters, points, wording
from engine.registry.graph import SCOPES, Node, Process
from engine.registry.naming import name_of, named_before
from engine.registry.wording import Lasting, Said
from forms import catalogue

# By tag: that it came, that it went. What is a task of nobody is a step all the same.
CAME_AND_WENT: Mapping[str, tuple[str, str]] = {
    "serviceTask": (
        _("une action automatique ajoutée : {name}, {where}"),
        _("une action automatique retirée : {name}, {where}"),
    ),
    "callActivity": (
        _("un processus appelé : {name}, {where}"), _("un processus qui n’est plus appelé : {name}, {where}"),
    ),
    "startEvent": (_("un début ajouté : {name}"), _("un début retiré : {name}")),
    "endEvent": (_("une fin ajoutée : {name}, {where}"), _("une fin retirée : {name}, {where}")),
    "boundaryEvent": (
        _("une interruption possible ajoutée : {name}, {where}"),
        _("une interruption possible retirée : {name}, {where}"),
    ),
    "intermediateCatchEvent": (
        _("une attente ajoutée : {name}, {where}"), _("une attente retirée : {name}, {where}"),
    ),
    "intermediateThrowEvent": (
        _("un signalement ajouté : {name}, {where}"), _("un signalement retiré : {name}, {where}"),
    ),
    "parallelGateway": (
        _("des travaux en parallèle ajoutés, {where}"), _("des travaux en parallèle retirés, {where}"),
    ),
    "subProcess": (
        _("un groupe d’étapes ajouté : {name}, {where}"), _("un groupe d’étapes retiré : {name}, {where}"),
    ),
}  # fmt: skip
STEP = (_("une étape ajoutée : {name}, {where}"), _("une étape retirée : {name}, {where}"))
CHOICE = (_("un choix ajouté : {name}, {where}"), _("un choix retiré : {name}, {where}"))
MEETING = (_("un point de rencontre ajouté, {where}"), _("un point de rencontre retiré, {where}"))
# What an attribute of ours says, in the order in which it is told.
OTHER_SETTINGS = ("waits_for", "from", "at_least", "entry", "step", "parameter")


def added(process: Process, node: Node) -> Said:
    """Say that a step came, and where."""
    return Said(templates_of(process, node)[0], {"name": name_of(node), "where": place_of(process, node)})


def removed(process: Process, node: Node) -> Said:
    """Say that a step went, and where it was."""
    return Said(templates_of(process, node)[1], {"name": name_of(node), "where": place_of(process, node)})


def templates_of(process: Process, node: Node) -> tuple[str, str]:
    """Give the two sentences of this kind of element."""
    if node.tag.endswith("Gateway") and node.tag != "parallelGateway":
        return CHOICE if len(process.outgoing(node.id)) > 1 else MEETING
    if node.tag in SCOPES:
        return CAME_AND_WENT["subProcess"]
    return CAME_AND_WENT.get(node.tag, STEP)


def place_of(process: Process, node: Node) -> Said:
    """Say where a step is: at the point it was put at, on what it interrupts, or after what it follows."""
    point = points.BY_KEY.get(node.alize.get("added", ""))
    if point is not None:
        return Said(point.label)
    host = process.node(node.attached_to)
    if host is not None:
        return Said(_("sur « {step} »"), {"step": name_of(host)})
    earlier = named_before(process, node)
    if earlier is None:
        return Said(_("au début"))
    return Said(_("après « {step} »"), {"step": earlier.name})


def changed(before: Process, after: Process, old: Node, new: Node) -> Iterator[tuple[str, Said]]:
    """Give what changed of a step that both versions have: which side of it, and the sentence."""
    step = {"step": name_of(new)}
    if old.tag != new.tag:
        yield "kind", Said(_("« {step} » n’est plus de même nature"), step)
    if old.name != new.name:
        names = {"old": name_of(old), "new": name_of(new)}
        yield "name", Said(_("« {old} » s’appelle désormais « {new} »"), names)
    yield from of_task(step, old, new)
    yield from of_timer(step, old, new)
    yield from of_event(after, step, old, new)
    yield from of_questions(step, old, new)
    if old.scope != new.scope:
        inside = {**step, "scope": name_of(after.node(new.scope)) if after.node(new.scope) else after.name}
        yield "scope", Said(_("« {step} » est désormais dans « {scope} »"), inside)
    lanes = before.lanes.get(old.id, ""), after.lanes.get(new.id, "")
    if lanes[0] != lanes[1] and lanes[1]:
        yield "lane", Said(_("« {step} » passe dans le couloir « {lane} »"), {**step, "lane": lanes[1]})
    if old.documentation != new.documentation:
        yield "documentation", Said(_("l’explication de « {step} » a changé"), step)


def of_task(step: Mapping[str, Any], old: Node, new: Node) -> Iterator[tuple[str, Said]]:
    """Give what changed of who does what, with what, by when."""
    was, now = old.alize, new.alize
    if was.get("role") != now.get("role"):
        roles = {"old": wording.role(was.get("role", "")), "new": wording.role(now.get("role", ""))}
        yield "role", Said(_("« {step} » est désormais faite par {new}, et non par {old}"), {**step, **roles})
    if was.get("personal") != now.get("personal"):
        template = _("« {step} » doit désormais être faite en personne")
        if now.get("personal") != "true":
            template = _("« {step} » peut désormais être faite au nom d’un autre")
        yield "personal", Said(template, step)
    if was.get("form") != now.get("form"):
        titles = {"old": title_of(was.get("form", "")), "new": title_of(now.get("form", ""))}
        template = _("« {step} » s’ouvre sur « {new} » au lieu de « {old} »")
        yield "form", Said(template, {**step, **titles})
    if was.get("operation") != now.get("operation"):
        yield "operation", Said(_("« {step} » n’a plus le même effet sur le dossier"), step)
    if was.get("due") != now.get("due"):
        delays = {"old": Lasting(was.get("due", "")), "new": Lasting(now.get("due", ""))}
        yield "due", Said(_("le délai de « {step} » : {new} au lieu de {old}"), {**step, **delays})
    if any(was.get(name) != now.get(name) for name in OTHER_SETTINGS):
        yield "settings", Said(_("un réglage de « {step} » a changé"), step)


def title_of(form: str) -> str:
    """The title of a form, or its key when this release has none of that name."""
    try:
        return catalogue.form(form).title
    except catalogue.UnknownForm:
        return form or wording.NO_VALUE


def of_timer(step: Mapping[str, Any], old: Node, new: Node) -> Iterator[tuple[str, Said]]:
    """Give what changed of a delay: a parameter's by its own name."""
    if old.timer == new.timer:
        return
    times = [Lasting(each.timer.text) if each.timer else Said(wording.NO_VALUE) for each in (old, new)]
    values = {**step, "old": times[0], "new": times[1]}
    line = parameters.BY_KEY.get(new.alize.get("parameter", ""))
    if line is None:
        yield "timer", Said(_("« {step} » : {new} au lieu de {old}"), values)
    else:
        yield "parameter", Said(_("{label} : {new} au lieu de {old}"), {**values, "label": line.label})


def of_event(after: Process, step: Mapping[str, Any], old: Node, new: Node) -> Iterator[tuple[str, Said]]:
    """Give what changed of what a step interrupts, calls, awaits, repeats."""
    host = {**step, "host": name_of(after.node(new.attached_to))}
    if old.attached_to != new.attached_to:
        yield "host", Said(_("« {step} » porte désormais sur « {host} »"), host)
    if old.interrupting != new.interrupting:
        template = _("« {step} » interrompt désormais « {host} »")
        if not new.interrupting:
            template = _("« {step} » n’interrompt plus « {host} »")
        yield "interrupting", Said(template, host)
    if old.called != new.called:
        called = {**step, "old": old.called or wording.NO_VALUE, "new": new.called or wording.NO_VALUE}
        yield "called", Said(_("« {step} » ouvre le processus « {new} » au lieu de « {old} »"), called)
    if (old.events, old.code) != (new.events, new.code):
        yield "event", Said(_("« {step} » n’attend plus, ou n’annonce plus, la même chose"), step)
    if old.loop != new.loop:
        yield "loop", Said(_("« {step} » ne se répète plus de la même façon"), step)
    if old.default != new.default and new.default:
        target = next((flow.target for flow in after.outgoing(new.id) if flow.id == new.default), None)
        values = {**step, "target": name_of(after.node(target))}
        yield "default", Said(_("sans autre réponse, « {step} » mène désormais à « {target} »"), values)


def of_questions(step: Mapping[str, Any], old: Node, new: Node) -> Iterator[tuple[str, Said]]:
    """Give the questions that came, went, or are asked otherwise."""
    was, now = ({str(each.get("key")): each for each in node.questions} for node in (old, new))
    for key, template in (
        *((key, _("une question ajoutée à « {step} » : {question}")) for key in now if key not in was),
        *((key, _("une question retirée de « {step} » : {question}")) for key in was if key not in now),
        *(
            (key, _("une question de « {step} » a changé : {question}"))
            for key in now
            if key in was and dict(was[key]) != dict(now[key])
        ),
    ):
        asked = now.get(key, was.get(key, {}))
        yield "questions", Said(template, {**step, "question": str(asked.get("label", key))})
