"""What a basin changes, in sentences: its parameters and its changes, each with its reason and its day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from engine.i18n import mark as _
from engine.registry import differences, drawings, library, points, versions, wording
from engine.registry.parameters import BY_KEY, TABLE, Kind, Parameter
from engine.spiff import durations
from engine.variants import composing, editing
from forms import catalogue
from web import typography
from web import work as web_work
from web.basins import parameters
from web.basins.page import ROLES

if TYPE_CHECKING:
    from uuid import UUID

    from engine.persistence.unit_of_work import UnitOfWork
    from engine.registry.drawings import Drawing

PUBLISHED = tuple(line for line in TABLE if line.kind is Kind.PUBLISHED)
KINDS: Mapping[str, str] = {
    "step": _("Étape ajoutée"),
    "questions": _("Questions ajoutées"),
    "due": _("Autre délai"),
    "name": _("Autre nom"),
    "diagram": _("Diagramme dessiné"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a basin does otherwise."""

    kind: str
    sentence: str
    reason: str | None
    since: date | None
    key: str  # What addresses know it by.
    name: str  # What buttons call it.
    told: Sequence[str] = ()  # What a drawing changes, one sentence each.


class Names:
    """What the reference calls its processes and its steps, and the forms their titles."""

    def __init__(self, drawn: Sequence[Drawing], own: Mapping[tuple[str, str], str]) -> None:
        self.drawn = drawn
        self.processes = {each.process: each.name for each in drawn}
        known = {(each.process, step.id): step.name for each in drawn for step in each.steps}
        self.steps = {**own, **known}

    def title(self, process: str) -> str:
        """The name of a process; its id when the reference has it no more."""
        return web_work.translated(self.processes.get(process, process))

    def step(self, process: str, step: str) -> str:
        """The name of a step; its id when the reference has it no more."""
        return web_work.translated(self.steps.get((process, step), step))

    def asked_in(self, change: Mapping[str, Any]) -> str:
        """Where questions are asked: a form wherever it is, or one step."""
        if change.get("form"):
            return title_of(str(change["form"]))
        return self.step(str(change.get("process")), str(change.get("step")))


def names_of(work: UnitOfWork, version_id: UUID, drawn: Mapping[str, str] | None = None) -> Names:
    """What a version calls things, and what the steps that a basin drew beside are called there.

    A version is read once per machine process, for versions never change.
    """
    own = library.processes_of(composing.in_bytes(drawn or {}))
    steps = {(process.id, node.id): node.name for process in own.values() for node in process.nodes}
    return Names(drawings.drawings(work, version_id), {key: name for key, name in steps.items() if name})


def title_of(form: str) -> str:
    """The title of a form; its key when this release has it no more."""
    try:
        return web_work.translated(catalogue.form(form).title)
    except catalogue.UnknownForm:
        return form


def role_of(role: str) -> str:
    """A role in the reader's words."""
    return web_work.translated(ROLES.get(role, role))


def place_of(point: str) -> str:
    """A declared place in the reader's words."""
    known = points.BY_KEY.get(point)
    return web_work.translated(known.label) if known else point


def days_of(duration: object) -> int:
    """The days of « P10D »."""
    return durations.parse_iso(str(duration)).days


def told_of(work: UnitOfWork, reference_id: UUID | None, drawn: Mapping[str, str]) -> dict[str, list[str]]:
    """What each drawing of a basin changes of its reference, in sentences, by process."""
    if reference_id is None or not drawn:
        return {}
    reference = versions.files_of(work, reference_id)
    told: dict[str, list[str]] = {}
    for name, text in drawn.items():
        before = {name: reference[name]} if name in reference else {}
        for each in differences.between(before, {name: text.encode()}):
            told.setdefault(name.removesuffix(".bpmn"), []).append(capital(each.sentence(web_work.locale())))
    return told


def capital(text: str) -> str:
    """A sentence as it begins a line."""
    return text[:1].upper() + text[1:]


def lines_of(
    changes: Iterable[Mapping[str, Any]], names: Names, told: Mapping[str, Sequence[str]] | None = None
) -> list[Line]:
    """The changes of a basin, in the order in which they were made; `told` is what its drawings change."""
    return [
        Line(
            kind=web_work.translated(KINDS.get(str(change.get("kind")), "")),
            sentence=sentence_of(change, names),
            reason=change.get("reason"),
            since=day_of(change.get("since")),
            key=editing.key_of(change),
            name=name_of(change, names),
            told=(told or {}).get(str(change.get("process")), ()) if change.get("kind") == "diagram" else (),
        )
        for change in changes
    ]


def name_of(change: Mapping[str, Any], names: Names) -> str:
    """What people call a change: a step's name, the form of questions, a diagram's name."""
    kind = change.get("kind")
    if kind in {"step", "name"}:
        return str(change.get("name", ""))
    if kind == "questions":
        return names.asked_in(change)
    if kind == "due":
        return names.step(str(change.get("process")), str(change.get("step")))
    return names.title(str(change.get("process")))


def sentence_of(change: Mapping[str, Any], names: Names) -> str:
    """One change, as an officer would tell it."""
    process, step = str(change.get("process")), str(change.get("step"))
    match change.get("kind"):
        case "step":
            return typography.counted(
                days_of(change["due"]), _("« {name} », {place} : {role} s’en charge, en {count} jour."),
                _("« {name} », {place} : {role} s’en charge, en {count} jours."), web_work.locale(),
                name=change["name"], place=place_of(change["point"]), role=who_of(change),
            ) + asked_too(change)  # fmt: skip
        case "questions":
            asked = change.get("questions", ())
            text = _("À « {where} » : {questions}.")
            return web_work.translated(text, where=names.asked_in(change), questions=listed(asked))
        case "due":
            return typography.counted(
                days_of(change["due"]), _("« {step} » se fait en {count} jour."),
                _("« {step} » se fait en {count} jours."), web_work.locale(),
                step=names.step(process, step),
            )  # fmt: skip
        case "name":
            text = _("« {step} » s’appelle ici « {name} ».")
            return web_work.translated(text, step=names.step(process, step), name=change["name"])
        case _:
            text = _("Le processus « {process} » suit un dessin du bassin.")
            return web_work.translated(text, process=names.title(process))


def who_of(change: Mapping[str, Any]) -> str:
    """Who does a step, as a sentence names them: « l’opérateur »."""
    return web_work.translated(wording.role(str(change["role"])))


def asked_too(change: Mapping[str, Any]) -> str:
    """The questions of a step, after its sentence."""
    if not change.get("questions"):
        return ""
    asked = web_work.translated(_("On y demande : {questions}."), questions=listed(change["questions"]))
    return f" {asked}"


def listed(questions: Iterable[Mapping[str, Any]]) -> str:
    """Questions one after the other."""
    return ", ".join(
        web_work.translated(_("« {label} »"), label=str(each.get("label", ""))) for each in questions
    )


def day_of(written: object) -> date | None:
    """A day as a row keeps it."""
    return date.fromisoformat(written) if isinstance(written, str) and written else None


def parameter_lines(published: Mapping[str, Any], reasons: Mapping[str, Any]) -> list[Line]:
    """The published parameters that are not the programme's."""
    return [
        of_parameter(line, published[line.key], reasons.get(line.key, {}))
        for line in PUBLISHED
        if published.get(line.key, line.default) != line.default
    ]


def of_parameter(line: Parameter, value: Any, told: Mapping[str, Any]) -> Line:
    """One parameter that a basin chose."""
    label = web_work.translated(line.label)
    return Line(
        kind=web_work.translated(_("Paramètre")),
        sentence=web_work.translated(
            _("{label} : {value} au lieu de {default}."), label=label,
            value=parameters.in_words(line, value), default=parameters.in_words(line, line.default),
        ),
        reason=told.get("reason") or None,
        since=day_of(told.get("since")),
        key=line.key,
        name=label,
    )  # fmt: skip


def label_of(key: str) -> str:
    """A parameter's label."""
    return web_work.translated(BY_KEY[key].label)
