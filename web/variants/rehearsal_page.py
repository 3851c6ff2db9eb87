"""A rehearsal as its page shows it: months, rows, figures, the diagram with what was played."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from babel.dates import format_date

from engine.i18n import mark as _
from engine.registry import library
from engine.rehearsal.told import Entry, How, Kind, Rehearsal, Said
from web import bpmn_svg, typography
from web import work as web_work

REFERENCE = re.compile(r"^\[[^\]]+\]\s*")
MAIN = "project"
KINDS: Mapping[Kind, tuple[str, str | None, str]] = {
    Kind.OPENED: (_("à faire"), None, "hourglass"),
    Kind.DONE: (_("fait"), "done", "check"),
    Kind.DROPPED: (_("sans objet"), None, "check"),
    Kind.MAIL: (_("courriel"), None, "mail"),
    Kind.RUNG: (_("relance"), "soon", "alert"),
    Kind.TIMER: (_("échéance"), "wait", "clock"),
    Kind.SESSION: (_("séance"), "accent", "calendar"),
    Kind.EVENT: (_("événement"), "accent", "document"),
    Kind.REFUSED: (_("refusé"), "late", "alert"),
    Kind.END: (_("fin"), "accent", "check"),
}
TONES = {How.ENDED: "success", How.MONTHS_OVER: "info", How.WAITING: "info", How.STUCK: "warning"}
# What one may want to read alone.
SHOWN: Mapping[str, tuple[str, frozenset[Kind]]] = {
    "": (_("Tout"), frozenset(Kind)),
    "etapes": (_("Les étapes"), frozenset(Kind) - {Kind.MAIL, Kind.OPENED}),
    "courriels": (_("Les courriels"), frozenset({Kind.MAIL})),
    "relances": (_("Les relances et refus"), frozenset({Kind.RUNG, Kind.REFUSED})),
}
ROLES = {
    "operator": _("Opérateur"),
    "chair": _("Présidence"),
    "prescriber": _("Prescripteur"),
    "mandatary": _("Mandataire"),
    "expert": _("Intervenant"),
    "signatory": _("Signataire"),
    "sme_head": _("Dirigeant de l’entreprise"),
    "seat": _("Membre du comité d’agrément"),
    "steering": _("Comité de pilotage"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the timeline: several mails of one moment are one line."""

    on: date
    day: str  # « lun. 5 », and nothing where the line before is of the same day.
    at: str
    kind: str
    word: str
    tone: str | None
    icon: str
    title: str
    role: str
    people: tuple[str, ...]
    due_on: date | None
    late_days: int
    detail: str
    element: str


@dataclass(frozen=True, slots=True)
class Month:
    """The lines of a month."""

    first: date
    name: str
    rows: tuple[Row, ...]


def role_name(role: str) -> str:
    """What a role is called."""
    return web_work.translated(ROLES.get(role, role))


def sentence_of(played: Rehearsal) -> str:
    """How a rehearsal ended, in the reader's language."""
    return told(played.sentence)


def told(said: Said) -> str:
    """A sentence in the reader's language: its days in words, its steps by their names."""
    return web_work.translated(
        said.template, **{name: in_words(value) for name, value in said.values.items()}
    )


def in_words(value: str | date | Said) -> str:
    """A value of a sentence: a day as people read it, a sentence, or a name in their language."""
    if isinstance(value, Said):
        return told(value)
    return (
        typography.long_date(value, web_work.locale())
        if isinstance(value, date)
        else web_work.translated(value)
    )


def months(played: Rehearsal, *, role: str, shown: str) -> list[Month]:
    """The timeline, month by month, for one role or all."""
    kinds = SHOWN.get(shown, SHOWN[""])[1]
    entries = [each for each in played.entries if each.kind in kinds and role in {"", each.role}]
    rows = [row_of(together, played.firm) for together in gathered(entries)]
    return [
        Month(first, written(first, "LLLL y"), tuple(once_a_day(list(found))))
        for first, found in groupby(rows, key=lambda row: row.on.replace(day=1))
    ]


def once_a_day(rows: Sequence[Row]) -> list[Row]:
    """The same lines, the day said on the first of each day alone."""
    return [
        replace(row, day="") if before is not None and before.on == row.on else row
        for before, row in zip([None, *rows], rows, strict=False)
    ]


def written(day: date, pattern: str) -> str:
    """A day as the reader's language writes it."""
    return str(format_date(day, pattern, locale=web_work.locale()))


def gathered(entries: Sequence[Entry]) -> Iterable[list[Entry]]:
    """Entries that are one line: the same thing at the same minute, for several people."""
    for _key, found in groupby(entries, key=lambda each: (each.on, each.at, each.kind, each.title)):
        yield list(found)


def row_of(entries: Sequence[Entry], firm: str) -> Row:
    """One line of the timeline; a mail's subject without what every mail repeats."""
    entry = entries[0]
    word, tone, icon = KINDS[entry.kind]
    late = (entry.on - entry.due_on).days if entry.kind is Kind.DONE and entry.due_on else 0
    roles = {each.role for each in entries}
    return Row(
        on=entry.on,
        day=written(entry.on, "EEE d"),
        at=entry.at,
        kind=entry.kind.value,
        word=web_work.translated(word),
        tone="late" if late > 0 else tone,
        icon=icon,
        title=web_work.translated(REFERENCE.sub("", entry.title).removesuffix(f" – {firm}")),
        role=role_name(entry.role) if len(roles) == 1 and entry.role else "",
        people=tuple(dict.fromkeys(each.who for each in entries if each.who)),
        due_on=entry.due_on if entry.kind in {Kind.OPENED, Kind.RUNG} else None,
        late_days=max(0, late),
        detail="" if entry.detail is None else told(entry.detail),
        element=entry.element,
    )


def roles_of(played: Rehearsal) -> list[str]:
    """Who has lines in a rehearsal."""
    return sorted({each.role for each in played.entries if each.role}, key=role_name)


def table_of(played: Rehearsal) -> list[tuple[str | int, ...]]:
    """By role: tasks, mails, minutes given to forms."""
    summary = played.summary
    roles = sorted({*summary.tasks, *summary.mails}, key=role_name)
    counts = (summary.tasks, summary.mails, summary.minutes)
    return [(role_name(role), *(each.get(role, 0) for each in counts)) for role in roles]


def drawn(played: Rehearsal, files: Mapping[str, bytes], process: str) -> dict[str, Any] | None:
    """One diagram with what was played; None when it is not there, or cannot be drawn."""
    content = files.get(f"{process}.bpmn")
    if content is None:
        return None
    name = names_of(files).get(process, process)
    summary = web_work.translated(_("En vert, ce qui a été joué."))
    current = [played.choice.element] if played.choice and played.choice.process == process else []
    picture = bpmn_svg.render_if_drawn(
        content, title=name, description=summary, done=played.passed.get(process, ()), current=current,
        prefix=f"rehearsed-{process.replace('_', '-')}", say=web_work.translated,
    )  # fmt: skip
    if picture is None:
        return None
    return {"title": name, "summary": summary, "picture": picture, "process": process}


def names_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """The processes of a set of diagrams, by what they are called."""
    return {
        key: web_work.translated(process.name or key) for key, process in library.processes_of(files).items()
    }


def ways_in(played: Rehearsal, files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """The diagrams in which something was played, the project's own first."""
    names = names_of(files)
    found = [each for each in played.passed if each in names]
    return [(each, names[each]) for each in sorted(found, key=lambda each: (each != MAIN, names[each]))]
