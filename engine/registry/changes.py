"""What a basin changes of the reference, as data: read, judged in sentences, written back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, ClassVar

from engine import errors
from engine.i18n import mark as _
from engine.registry import points
from forms import basin_steps, extras, texts
from forms.extras import Question

# What drawing tools call a step: « Activity_0x1b2c3 ».
DRAWN_STEP = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,57}")
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{1,57}")
DUE = re.compile(r"P[1-9][0-9]{0,2}D")
LONGEST_NAME = 80
LONGEST_REASON = 1000
MOST_CHANGES = 60
# The forms that say nothing of the programme: those that a basin's own step may open.
FORMS = tuple(form.key for form in basin_steps.FORMS)
OPERATION = "projects.record_basin_step"


class InvalidChanges(errors.EngineError):
    """Les changements du bassin sont à corriger : {summary}."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(summary=" ".join(problems).removesuffix("."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the basin's own, at one of the declared points."""

    kind: ClassVar[str] = "step"
    point: str
    id: str
    name: str
    role: str
    due: str
    form: str
    personal: bool = False
    questions: tuple[Question, ...] = ()
    reason: str
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """Questions that the basin adds to a form wherever it is, or to one step alone."""

    kind: ClassVar[str] = "questions"
    form: str = ""
    process: str = ""
    step: str = ""
    questions: tuple[Question, ...]
    reason: str
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Another delay for a step of the reference."""

    kind: ClassVar[str] = "due"
    process: str
    step: str
    due: str
    reason: str
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """Another name for a step of the reference."""

    kind: ClassVar[str] = "name"
    process: str
    step: str
    name: str
    reason: str
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagram:
    """A process that the basin drew itself; the file stands beside, under the process's name."""

    kind: ClassVar[str] = "diagram"
    process: str
    reason: str
    since: date | None = None

    @property
    def file(self) -> str:
        """The drawn file."""
        return f"{self.process}.bpmn"


Change = Step | Questions | Due | Name | Diagram
KINDS: Mapping[str, type[Change]] = {
    each.kind: each for each in (Step, Questions, Due, Name, Diagram)
}  # The kinds of changes, in the order in which they are told.
OPTIONAL = frozenset({"personal", "since"})


def read(table: Mapping[str, Any], drawn: Iterable[str] = ()) -> tuple[Change, ...]:
    """Give the changes of a basin's overlay; `drawn` names the diagrams that stand beside it.

    Raises `InvalidChanges`, whose `problems` are sentences for whoever wrote them.
    """
    listed = table.get("changes", [])
    problems = [
        _("La table « {table} » n’existe pas : seuls des changements sont attendus.").format(table=each)
        for each in sorted(set(table) - {"changes"})
    ]
    if not isinstance(listed, list | tuple):
        raise InvalidChanges([_("« changes » doit être une liste de changements.")])
    if len(listed) > MOST_CHANGES:
        raise InvalidChanges([_("Un bassin fait {most} changements au plus.").format(most=MOST_CHANGES)])
    found: list[Change] = []
    for number, entry in enumerate(listed, start=1):
        wrong = list(problems_of(entry))
        problems += [
            _("Changement n° {number}{name} : {problem}").format(
                number=number, name=named(entry), problem=problem
            )
            for problem in wrong
        ]
        if not wrong:
            found.append(change_of(entry))
    problems += problems_together(found, frozenset(drawn))
    if problems:
        raise InvalidChanges(problems)
    return tuple(found)


def as_mapping(change: Change) -> dict[str, Any]:
    """Give a change as TOML and JSON write it; what says nothing is left out."""
    written: dict[str, Any] = {"kind": change.kind}
    for field in fields(change):
        value = getattr(change, field.name)
        if field.name == "questions":
            value = [extras.as_mapping(question) for question in value]
        if isinstance(value, date):
            value = value.isoformat()
        if value not in (None, "", [], False):
            written[field.name] = value
    return written


def change_of(entry: Mapping[str, Any]) -> Change:
    """Give an entry that was found right as a change."""
    values = {key: value for key, value in entry.items() if key != "kind"}
    if "questions" in values:
        values["questions"] = extras.read_all(values["questions"])
    if isinstance(values.get("since"), str):
        values["since"] = date.fromisoformat(values["since"])
    return KINDS[entry["kind"]](**values)


def named(entry: object) -> str:
    """How a sentence calls an entry: by what it adds or touches."""
    if not isinstance(entry, Mapping):
        return ""
    name = next((entry[key] for key in ("name", "step", "process", "form") if entry.get(key)), None)
    return f" (« {name} »)" if isinstance(name, str) else ""


def problems_of(entry: object) -> Iterator[str]:
    """Give what is wrong with one entry, sentence by sentence."""
    kind = entry.get("kind") if isinstance(entry, Mapping) else None
    if not isinstance(entry, Mapping) or not isinstance(kind, str) or kind not in KINDS:
        yield _("sa nature (« kind ») doit être l’une de : {kinds}.").format(kinds=", ".join(KINDS))
        return
    known = [field.name for field in fields(KINDS[entry["kind"]])]
    for key in sorted(set(entry) - {"kind", *known}):
        yield _("« {key} » ne veut rien dire ici.").format(key=key)
    for key in known:
        if key in entry or is_expected(entry, key):
            problem = CHECKS[key](entry.get(key, ""))
            if problem:
                yield problem
    if entry["kind"] == Step.kind:
        yield from problems_of_step(entry)


def is_expected(entry: Mapping[str, Any], key: str) -> bool:
    """Whether an entry of this kind must say this."""
    if entry["kind"] == Questions.kind and key in ("form", "process", "step"):
        by_form = bool(entry.get("form"))
        return by_form if key == "form" else not by_form
    return key not in OPTIONAL and not (entry["kind"] == Step.kind and key == "questions")


def problems_of_step(entry: Mapping[str, Any]) -> Iterator[str]:
    """Give what is wrong with a step that is right field by field."""
    point = points.BY_KEY.get(str(entry.get("point")))
    if point is not None and entry.get("role") not in point.roles:
        yield _("{point}, une étape peut être confiée à : {roles}.").format(
            point=point.label, roles=", ".join(point.roles)
        )
    if entry.get("form") not in FORMS:
        yield _("une étape du bassin s’ouvre sur l’un de ces formulaires : {forms}.").format(
            forms=", ".join(FORMS)
        )
    if entry.get("form") == basin_steps.ONLY_QUESTIONS and not entry.get("questions"):
        yield _("une étape qui ne pose que les questions du bassin en pose une au moins.")


def check_identifier(value: object) -> str | None:
    """Accept a name of an element, a form or a process."""
    if isinstance(value, str) and IDENTIFIER.fullmatch(value):
        return None
    return _("« {value} » n’est pas un identifiant : minuscules sans accent, chiffres et « _ ».").format(
        value=value
    )


def check_step(value: object) -> str | None:
    """Accept the name that a diagram gives a step."""
    if isinstance(value, str) and DRAWN_STEP.fullmatch(value):
        return None
    return _(
        "« {value} » n’est pas l’identifiant d’une étape : lettres sans accent, chiffres et « _ »."
    ).format(value=value)


def check_name(value: object) -> str | None:
    """Accept a short text on one line."""
    if isinstance(value, str) and 0 < len(value.strip()) <= LONGEST_NAME and texts.is_one_line(value):
        return None
    said = _("un nom d’une ligne, de {most} caractères au plus, sans signe invisible, est attendu.")
    return said.format(most=LONGEST_NAME)


def check_reason(value: object) -> str | None:
    """Accept a sentence that says why."""
    if isinstance(value, str) and value.strip() and len(value) <= LONGEST_REASON and texts.is_readable(value):
        return None
    return _("son motif (« reason ») manque : une phrase dit pourquoi le bassin le demande.")


def check_due(value: object) -> str | None:
    """Accept a number of days."""
    if isinstance(value, str) and DUE.fullmatch(value):
        return None
    return _("le délai est un nombre de jours, comme P10D pour dix jours.")


def check_point(value: object) -> str | None:
    """Accept one of the declared points."""
    if isinstance(value, str) and value in points.BY_KEY:
        return None
    return _("le point « {value} » n’existe pas ; une étape se place à l’un de : {points}.").format(
        value=value, points=", ".join(points.BY_KEY)
    )


def check_flag(value: object) -> str | None:
    """Accept true or false."""
    return None if isinstance(value, bool) else _("« personal » vaut « true » ou « false ».")


def check_since(value: object) -> str | None:
    """Accept a date."""
    try:
        if type(value) is date or date.fromisoformat(str(value)):
            return None
    except ValueError:
        pass
    return _("« since » est une date, comme 2026-01-31.")


def check_questions(value: object) -> str | None:
    """Accept a list of questions, each right on its own; what is wrong is said of the first that is not."""
    if not value:
        return _("des questions sont attendues, chacune avec son libellé et sa nature.")
    for wrong in extras.wrongs_of(value):
        return _("question n° {number} : {problem}").format(
            number=wrong.at + 1, problem=texts.written(wrong.message, texts.plain, "fr")
        )
    return None


CHECKS: Mapping[str, Callable[[object], str | None]] = {
    "point": check_point, "id": check_identifier, "name": check_name, "role": check_identifier,
    "due": check_due, "form": check_identifier, "personal": check_flag, "questions": check_questions,
    "reason": check_reason, "since": check_since, "process": check_identifier, "step": check_step,
}  # fmt: skip


def problems_together(found: Iterable[Change], drawn: frozenset[str]) -> Iterator[str]:
    """Give what is wrong with changes that are right one by one."""
    seen: set[tuple[str, ...]] = set()
    announced = set()
    for change in found:
        subject = subject_of(change)
        if subject in seen:
            yield _("Deux changements disent la même chose de « {what} » : n’en gardez qu’un.").format(
                what=subject[-1]
            )
        seen.add(subject)
        if isinstance(change, Diagram):
            announced.add(change.file)
            if change.file not in drawn:
                yield _("Le diagramme « {file} » est annoncé, mais n’est pas dans le dossier.").format(
                    file=change.file
                )
    for file in sorted(drawn - announced):
        yield _("Le diagramme « {file} » est dans le dossier sans être annoncé par un changement.").format(
            file=file
        )


def subject_of(change: Change) -> tuple[str, ...]:
    """What only one change may speak of."""
    match change:
        case Step():
            return ("step", change.id)
        case Questions():
            return ("questions", *(each for each in (change.form, change.process, change.step) if each))
        case Due() | Name():
            return (change.kind, change.process, change.step)
        case Diagram():
            return ("diagram", change.process)


def identifier(name: str, taken: Iterable[str]) -> str:
    """Give an id for a step that people call by this name, unlike any of those taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = "basin_" + (re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40] or "step")
    known, number, found = set(taken), 1, stem
    while found in known:
        number += 1
        found = f"{stem}_{number}"
    return found


def called(change: Change) -> str:
    """How a sentence calls a change: by the name it gives, or by what it touches."""
    match change:
        case Step() | Name():
            return change.name
        case Questions():
            return ", ".join(question.label for question in change.questions)
        case Due():
            return f"{change.step} ({change.due})"
        case Diagram():
            return change.file
