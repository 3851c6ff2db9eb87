"""Put a basin into the reference: its parameters as literals, its changes, the diagrams it drew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml import etree

from engine import errors
from engine.i18n import mark as _
from engine.registry import changes, inserting, normalising, points, reading
from engine.registry.changes import Change
from engine.registry.parameters import Parameters
from engine.spiff.steps import ALIZE, BPMN, alize

USER_TASK = f"{{{BPMN}}}userTask"


class UnknownParameter(errors.EngineError):
    """L’élément « {element} » demande le paramètre publié « {key} », qui n’existe pas."""


class AnchorVanished(errors.Conflict):
    """Le changement « {change} » n’a plus où se placer. {why} {what_to_do}."""

    def __init__(self, change: Change, why: str, what_to_do: str) -> None:
        self.change = change
        super().__init__(change=changes.called(change), why=why, what_to_do=what_to_do)


def apply(
    reference: Mapping[str, bytes],
    *,
    published: Mapping[str, Any],
    changes: Sequence[Change] = (),
    drawn: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """Give the diagrams of a basin: the reference with its parameters, its changes, what it drew.

    What is proved must be what runs (D3), so values stand in the file itself. The same always gives the
    same, byte for byte, and a file that nothing touches stays as it is and keeps its hash. Steps at one
    point follow each other as they are declared.

    Raises `AnchorVanished`, `inserting.IdentifierTaken`, `UnknownParameter`, or `reading.Unreadable`.
    """
    files = dict(reference)
    for change in of_kind(changes, "diagram"):
        files[change.file] = drawn_file(change, reference, drawn or {})
    files = {name: substituted(content, published) for name, content in files.items()}
    roots = {name: reading.read_root(content) for name, content in files.items()} if changes else {}
    touched = {name for change in changes for name in carried_out(change, roots)}
    for name in touched:
        etree.indent(roots[name])
    made = {name: written(roots[name]) if name in touched else files[name] for name in files}
    return {name: normalising.normalised(content) for name, content in made.items()}


def substitute(files: Mapping[str, bytes], parameters: Parameters) -> dict[str, bytes]:
    """Give the diagrams of a basin that changes no step: its published parameters as literals.

    Raises `UnknownParameter`, or `reading.Unreadable` for a file that is not safe to read.
    """
    return apply(files, published=parameters.published)


def substituted(content: bytes, published: Mapping[str, Any]) -> bytes:
    """Give one diagram with its parameters as literals.

    A flow without an id is given one: SpiffWorkflow would drop it silently.
    """
    root = reading.read_root(content)
    changed = [set_literal(timer, published) for timer in parametrised(root)]
    changed.append(normalising.name_flows(root) > 0)
    return written(root) if any(changed) else content


def written(root: etree._Element) -> bytes:
    """Give a changed diagram as a file."""
    text: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return text


def parametrised(root: etree._Element) -> Iterator[etree._Element]:
    """Give the events whose timer a basin may set."""
    for element in root.iter(f"{{{BPMN}}}*"):
        if alize(element, "parameter"):
            yield element


def set_literal(event: etree._Element, published: Mapping[str, Any]) -> bool:
    """Write a parameter's value in its timer; tell whether that changed anything."""
    key = alize(event, "parameter") or ""
    literal = event.find(f".//{{{BPMN}}}timeDuration")
    if literal is None or key not in published:
        raise UnknownParameter(element=event.get("id", ""), key=key)
    if (literal.text or "").strip() == published[key]:
        return False
    literal.text = published[key]
    return True


def of_kind(made: Sequence[Change], kind: str) -> Iterator[Any]:
    """Give the changes of one kind, in their order."""
    return (change for change in made if change.kind == kind)


def drawn_file(change: changes.Diagram, reference: Mapping[str, bytes], drawn: Mapping[str, bytes]) -> bytes:
    """Give the diagram that stands for one of the reference's. Raises `AnchorVanished`."""
    if change.file not in reference:
        raise AnchorVanished(
            change,
            _("La référence n’a plus ce processus."),
            _("Retirez votre dessin, ou redessinez celui des processus qui le remplace"),
        )
    if change.file not in drawn:
        raise AnchorVanished(
            change, _("Le fichier « {file} » manque.").format(file=change.file),
            _("Joignez-le, ou retirez ce changement"),
        )  # fmt: skip
    return drawn[change.file]


def carried_out(change: Change, roots: Mapping[str, etree._Element]) -> list[str]:
    """Make one change in the diagrams it concerns; give their names. Raises `AnchorVanished`."""
    match change:
        case changes.Step():
            return [add_step(change, roots)]
        case changes.Questions(form=form) if form:
            return add_questions(change, roots)
        case changes.Questions():
            inserting.ask(find(change, roots), change.questions)
        case changes.Due():
            set_due(change, find(change, roots))
        case changes.Name():
            find(change, roots).set("name", change.name)
        case changes.Diagram():
            return []
    return [f"{change.process}.bpmn"]


def add_step(change: changes.Step, roots: Mapping[str, etree._Element]) -> str:
    """Put a step at its point; give the name of the file."""
    point = points.BY_KEY[change.point]
    for name in (point.file, *(name for name in roots if name != point.file)):
        flow = points.flow_at(roots[name], change.point) if name in roots else None
        if flow is not None:
            require_joined(change, roots[name], flow)
            inserting.insert(roots[name], flow, change)
            return name
    raise AnchorVanished(
        change,
        _("Aucune flèche ne porte plus le point « {point} » dans les diagrammes.").format(point=point.label),
        _("Marquez de ce point, dans le diagramme, la flèche où cette étape doit venir, ou retirez-la"),
    )


def require_joined(change: changes.Step, root: etree._Element, flow: etree._Element) -> None:
    """Refuse a point on an arrow that joins no two steps of one level. Raises `AnchorVanished`."""
    scope = flow.getparent()
    within = {each.get("id") for each in scope} if scope is not None else set()
    if not {flow.get("sourceRef"), flow.get("targetRef")} <= within:
        what_to_do = _("Redessinez-la dans le diagramme « {name} », ou retirez cette étape")
        raise AnchorVanished(
            change,
            _("La flèche qui porte ce point ne joint pas deux étapes."),
            what_to_do.format(name=name_of(root)),
        )


def add_questions(change: changes.Questions, roots: Mapping[str, etree._Element]) -> list[str]:
    """Put questions on every step that opens a form; give the names of the files."""
    touched = []
    for name, root in roots.items():
        asked = [task for task in root.iter(USER_TASK) if alize(task, "form") == change.form]
        for task in asked:
            inserting.ask(task, change.questions)
        touched += [name] * bool(asked)
    if not touched:
        raise AnchorVanished(
            change,
            _("Aucune étape ne s’ouvre plus sur ce formulaire."),
            _("Posez ces questions à une autre étape, ou retirez-les"),
        )
    return touched


def find(
    change: changes.Questions | changes.Due | changes.Name, roots: Mapping[str, etree._Element]
) -> etree._Element:
    """Give the step that a change is about. Raises `AnchorVanished`."""
    root = roots.get(f"{change.process}.bpmn")
    if root is None:
        raise AnchorVanished(change, _("La référence n’a plus ce processus."), _("Retirez ce changement"))
    for task in root.iter(USER_TASK):
        if task.get("id") == change.step:
            return task
    raise AnchorVanished(
        change,
        _("Cette étape n’est plus dans le processus « {process} ».").format(process=name_of(root)),
        _("Rattachez ce changement à l’étape qui la remplace, ou retirez-le"),
    )


def name_of(root: etree._Element) -> str:
    """Give the name of a diagram's process."""
    process = root.find(f"{{{BPMN}}}process")
    return "" if process is None else process.get("name") or process.get("id") or ""


def set_due(change: changes.Due, task: etree._Element) -> None:
    """Give a step another delay. Raises `AnchorVanished` where a date is set otherwise."""
    if not changes.DUE.fullmatch(alize(task, "due") or ""):
        raise AnchorVanished(
            change,
            _("L’échéance de « {step} » est une date du dossier ou d’une séance.").format(
                step=task.get("name", "")
            ),
            _("Un délai en jours ne peut pas la remplacer : retirez ce changement"),
        )
    task.set(f"{{{ALIZE}}}due", change.due)
