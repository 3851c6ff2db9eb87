"""What stands for a step of the charter: the right element, the right person, with its effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.i18n import mark as _
from engine.registry import graph
from engine.registry.charter import nesting
from engine.registry.charter.articles import Article, Bearer, Charter, Ladder
from engine.spiff import durations

# By the kind of element that may bear a step: what to draw instead of what was drawn.
KINDS = {
    "userTask": _("« {name} » doit rester la tâche d’une personne : le cahier des charges l’attend d’elle."),
    "serviceTask": _("« {name} » doit rester un acte d’Alizé : le cahier des charges en dépend."),
    "callActivity": _("« {name} » doit rester un sous-processus : c’est plus d’un acte."),
    "intermediateCatchEvent": _("« {name} » doit rester une attente, que chaque chemin respecte."),
    "boundaryEvent": _("« {name} » doit rester un événement posé au bord d’une étape."),
    "endEvent": _("« {name} » doit rester une fin."),
    "sequenceFlow": _("« {name} » ne peut pas tenir lieu de réponse : marquez plutôt la flèche d’un choix."),
}  # fmt: skip
ROLES = {
    "chair": _("« {name} » doit être fait par la présidence du comité, et par elle seule."),
    "mandatary": _("« {name} » doit être fait par le mandataire du projet."),
    "operator": _("« {name} » doit être fait par l’opérateur."),
    "prescriber": _("« {name} » doit être fait par le prescripteur, membre du comité."),
    "seat": _("« {name} » doit être fait par chaque membre du comité, en son nom."),
    "signatory": _("« {name} » doit être fait par chaque signataire, en son nom."),
}
PERSONAL = _("« {name} » doit rester un acte personnel, que personne ne fait à la place de son auteur.")
FORM = _("« {name} » doit garder son formulaire : c’est lui qui consigne l’acte.")
OPERATION = _("« {name} » doit garder son effet : sans lui, l’acte n’est pas enregistré.")
CONDITION = _(
    "La flèche « {name} » doit garder sa condition, {wanted} : elle seule prouve la réponse donnée."
)
MESSAGE = _("« {name} » doit attendre le message qui lui est propre.")
IDENTIFIER = _("« {name} » doit garder son identifiant : c’est à lui que le programme reconnaît cette fin.")
EACH = _("« {name} » doit être demandé à chacun de ceux qui sont prévus, sans en omettre.")
UNTIL = _("« {name} » doit s’arrêter au premier refus, et pour aucune autre raison.")
MONTHS = _("« {name} » attend {written} : {months} mois au moins sont demandés, écrits P{months}M ou plus.")
COUNTED_FROM = _(
    "« {name} » doit compter depuis la date d’effet de la convention, et non depuis un autre jour."
)
HIDDEN = _(
    "« {name} » fait un acte que le cahier des charges encadre, sans en porter la mention : rendez-la-lui."
)
REPEATED = _(
    "« {name} » se répète, peut-être aucune fois, et « {act} » en dépend : retirez la répétition ; une "
    "flèche qui revient sur ses pas peut faire recommencer un acte."
)
INNER_END = _("« {name} » finit le projet : cette fin n’a sa place qu’au premier niveau de son diagramme.")
UNMARKED_END = _("« {name} » est une fin du programme sans en porter la mention : rendez-la-lui.")
EMPTY = _("« {name} » ne contient plus les interventions : sans elles, personne n’accompagne la PME.")
FORBIDDEN = _("« {name} » fait attendre un projet après le comité de pilotage.")
NO_LADDER = _("Le compte rendu « {name} » peut tarder sans que personne soit relancé.")
TAKEN_AWAY = _("« {event} » retire le compte rendu « {name} » avant qu’il soit rendu.")


@dataclass(frozen=True)
class Fault:
    """One element that does not bear what the charter asks of it, and the sentence that says so."""

    article: Article
    process: str
    element: str
    template: str
    values: dict[str, object] = field(default_factory=dict)


def faults(
    charter: Charter, process: graph.Process, processes: Mapping[str, graph.Process]
) -> Iterator[Fault]:
    """Find the elements of a process that stand for a step of the charter and may not.

    `processes` are those of its version, by id: what it calls belongs to its steps.
    """
    for flow in process.flows:
        yield from of_step(charter, process, flow)
    for node in process.nodes:
        yield from of_step(charter, process, node)
        yield from of_operation(charter, process, node)
        yield from of_content(charter, process, processes, node)
        yield from of_repetition(charter, process, processes, node)
        yield from of_end(charter, process, processes, node)
        yield from of_role(charter, process, node)
        for article in charter.articles:
            for ladder in article.ladders:
                if node.tag == "userTask" and node.alize.get("step") == ladder.step:
                    yield from of_ladder(article, ladder, process, node)


def of_step(charter: Charter, process: graph.Process, item: graph.Node | graph.Flow) -> Iterator[Fault]:
    """Compare an element with what may bear its step; the first difference says enough."""
    found = charter.bearer_of(item.alize.get("step", ""))
    if found is None:
        return
    article, bearer = found
    name = name_of(process, item)
    wrong = wrong_arrow(bearer, item) if isinstance(item, graph.Flow) else wrong_node(bearer, item)
    if wrong is not None:
        template, values = wrong
        yield Fault(article, process.id, item.id, template, {"name": name, **values})


Wrong = tuple[str, dict[str, object]]


def wrong_arrow(bearer: Bearer, flow: graph.Flow) -> Wrong | None:
    """What an arrow lacks to stand for the answer of a choice."""
    if "sequenceFlow" not in bearer.on:
        return KINDS[min(bearer.on)], {}
    if bearer.condition is not None and spaced(flow.condition) != spaced(bearer.condition):
        return CONDITION, {"wanted": bearer.condition}
    return None


def wrong_node(bearer: Bearer, node: graph.Node) -> Wrong | None:
    """What a node lacks to stand for a step, or nothing: the first of what is asked of it."""
    if node.tag not in bearer.on:
        return KINDS[min(bearer.on)], {}
    if bearer.role is not None and node.alize.get("role") != bearer.role:
        return ROLES[bearer.role], {}
    asked = (
        (PERSONAL, not bearer.personal or node.alize.get("personal") == "true"),
        (FORM, bearer.form in (None, node.alize.get("form"))),
        (OPERATION, bearer.operation in (None, node.alize.get("operation"))),
        (MESSAGE, bearer.code in (None, node.code)),
        (IDENTIFIER, not bearer.ids or node.id in bearer.ids),
        (EACH, bearer.each is None or is_for_each(bearer, node)),
        (UNTIL, bearer.until is None or stops_when_told(bearer, node)),
    )
    lacking = next((template for template, is_there in asked if not is_there), None)
    return wrong_wait(bearer, node) if lacking is None else (lacking, {})


def wrong_wait(bearer: Bearer, node: graph.Node) -> Wrong | None:
    """What a timer lacks: months written out, days never make one, counted from the right day (D2, D3)."""
    if bearer.months is not None and months_of(node.timer) < bearer.months:
        written = node.timer.text if node.timer is not None else "…"
        return MONTHS, {"written": written, "months": bearer.months}
    if bearer.counted_from is not None and node.alize.get("from") != bearer.counted_from:
        return COUNTED_FROM, {}
    return None


def months_of(timer: graph.Timer | None) -> int:
    """The calendar months of a literal timer; none for what is not literal."""
    if timer is None or timer.kind != "timeDuration":
        return 0
    try:
        return durations.parse_iso(timer.text).months
    except durations.InvalidDuration:
        return 0


def is_for_each(bearer: Bearer, node: graph.Node) -> bool:
    """Whether a step is asked of as many people as the charter says, one at least (D12)."""
    if node.loop is None or spaced(node.loop.cardinality) != bearer.each:
        return False
    ends_early = bearer.until is None and node.loop.completion is not None
    return not ends_early and node.alize.get("at_least") == bearer.at_least


def stops_when_told(bearer: Bearer, node: graph.Node) -> bool:
    """Whether a step asked of several stops when the charter says so, and only then.

    Each answer takes the place of the one before: asked to the end, a refusal would be forgotten.
    """
    return node.loop is not None and spaced(node.loop.completion) == bearer.until


def of_operation(charter: Charter, process: graph.Process, node: graph.Node) -> Iterator[Fault]:
    """Find what does an act of the charter without its mark: no rule would see it."""
    step = charter.step_of(node.alize.get("operation", ""))
    found = charter.bearer_of(step or "")
    if step is not None and found is not None and node.alize.get("step") != step:
        yield Fault(found[0], process.id, node.id, HIDDEN, {"name": name_of(process, node)})


def of_content(
    charter: Charter, process: graph.Process, processes: Mapping[str, graph.Process], node: graph.Node
) -> Iterator[Fault]:
    """Find the steps that no longer hold what they are there for."""
    found = charter.bearer_of(node.alize.get("step", ""))
    if found is None or found[1].holds is None:
        return
    inside = nesting.inside(process, processes, node)
    if not any(each.alize.get("operation") == found[1].holds for each in inside):
        yield Fault(found[0], process.id, node.id, EMPTY, {"name": name_of(process, node)})


def of_repetition(
    charter: Charter, process: graph.Process, processes: Mapping[str, graph.Process], node: graph.Node
) -> Iterator[Fault]:
    """Find what repeats an act of the charter: several lives of it at once, or none, are not its order.

    Only what is asked of each of several people is repeated so (D12).
    """
    if node.loop is None:
        return
    own = charter.bearer_of(node.alize.get("step", ""))
    if own is not None and own[1].each is not None:
        return
    for item in (node, *nesting.inside(process, processes, node)):
        found = charter.bearer_of(item.alize.get("step", ""))
        if found is not None:
            values: dict[str, object] = {"name": name_of(process, node), "act": item.name or item.id}
            yield Fault(found[0], process.id, node.id, REPEATED, values)
            return


def of_end(
    charter: Charter, process: graph.Process, processes: Mapping[str, graph.Process], node: graph.Node
) -> Iterator[Fault]:
    """Find the ends of a project drawn where no project ends, and those that hide what they are."""
    if node.tag != "endEvent":
        return
    values: dict[str, object] = {"name": name_of(process, node)}
    found = charter.bearer_of(node.alize.get("step", ""))
    if found is not None and found[1].ids:
        if node.scope != process.id or nesting.is_called(process.id, processes):
            yield Fault(found[0], process.id, node.id, INNER_END, values)
    elif process.id in charter.projects and node.scope == process.id:
        hidden = charter.article_of_end(node.id)
        if hidden is not None:
            yield Fault(hidden, process.id, node.id, UNMARKED_END, values)


def of_role(charter: Charter, process: graph.Process, node: graph.Node) -> Iterator[Fault]:
    """Find the tasks of those whom no life may wait for (R13)."""
    for article in charter.articles:
        if node.tag == "userTask" and node.alize.get("role") in article.forbidden_roles:
            yield Fault(article, process.id, node.id, FORBIDDEN, {"name": name_of(process, node)})


def of_ladder(
    article: Article, ladder: Ladder, process: graph.Process, report: graph.Node
) -> Iterator[Fault]:
    """Find the reports that may be late unnoticed, or that an event takes away (D8)."""
    boundaries = process.boundaries(report.id)
    name = name_of(process, report)
    for event in boundaries:
        if event.interrupting:
            values: dict[str, object] = {"name": name, "event": name_of(process, event)}
            yield Fault(article, process.id, report.id, TAKEN_AWAY, values)
            return
    if not any(begins(ladder, process, report, event) for event in boundaries):
        yield Fault(article, process.id, report.id, NO_LADDER, {"name": name})


def begins(ladder: Ladder, process: graph.Process, report: graph.Node, event: graph.Node) -> bool:
    """Whether an event waits for the report's own due date, and then begins the ladder."""
    timer, due = event.timer, report.alize.get("due")
    if timer is None or timer.kind != "timeDate" or not timer.text == due == ladder.on:
        return False
    targets = (process.node(flow.target) for flow in process.outgoing(event.id))
    return any(target is not None and target.alize.get("operation") == ladder.begins for target in targets)


def name_of(process: graph.Process, item: graph.Node | graph.Flow) -> str:
    """What people read of an element: its name; for an arrow, the question and its answer."""
    if isinstance(item, graph.Node):
        return item.name or item.id
    source = process.node(item.source)
    question = (source.name or source.id) if source is not None else item.source
    return f"{question} {item.name or item.target}"


def spaced(text: str | None) -> str:
    """A condition without what spaces and line breaks change."""
    return " ".join((text or "").split())
