"""What happened on a dossier as lines of a timeline: who, for whom, both dates, what was struck out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import url_for

from engine import clock
from engine.agreements import payments, striking
from engine.i18n import mark as _
from engine.people import persons
from engine.projects import corrections, readers, timeline, whereabouts
from forms import choices
from web import typography
from web import work as web_work
from web.projects.history_words import sentence_of
from web.projects.words import ROLES, label

if TYPE_CHECKING:
    from engine.projects.timeline import Event
    from engine.projects.whereabouts import Whereabouts
    from web.projects.frame import File

# Said already by the entry of the dossier itself.
SAID_TWICE = ("runtime.case.", "outbox.", "escalation.ladder.", "agreements.text.")
DONE = "runtime.task.completed"
# What people wrote, in the order in which it is read.
WRITTEN = (
    "need", "text", "statement", "summary", "question", "missing", "note", "completion", "comment", "change",
    "objectives", "explanation", "remarks", "reason", "name",
)  # fmt: skip
PAID = "agreements.advance.paid"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline; see `_macros/pieces.html`."""

    title: str
    when: str
    who: str | None
    note: str | None
    struck: bool
    occurred_on: date
    recorded_at: datetime
    actor: str | None
    on_behalf_of: str | None
    capacity: str
    url: str | None = None
    state: str = "done"
    kind: str = ""
    subject_id: UUID | None = None


PER_PAGE = 100


def entries(file: File, where: Whereabouts, *, everything: bool = False, at_most: int = 500) -> list[Entry]:
    """What happened on a dossier, the latest first, as much of it as this reader may read."""
    read = timeline.timeline(file.work, file.project.id, everything=everything, at_most=at_most)
    return lines_of(file, where, read if everything else without_echoes(read))


def page(
    file: File, where: Whereabouts, *, everything: bool = False, before: int | None = None
) -> tuple[list[Entry], int | None]:
    """A page of it, older than one of its entries, and after which number the next goes on; None at the end.

    What this reader may not read is left out: a page may be shorter than another.
    """
    read = timeline.timeline(
        file.work, file.project.id, everything=everything, before=before, at_most=PER_PAGE + 1
    )
    shown = read if everything else without_echoes(read)
    if len(read) <= PER_PAGE:
        return lines_of(file, where, shown), None
    over = read[PER_PAGE]  # The first of the next page, which says whether the last of this one echoes it.
    return lines_of(file, where, [each for each in shown if each is not over]), read[PER_PAGE - 1].number


def lines_of(file: File, where: Whereabouts, events: list[Event]) -> list[Entry]:
    """Entries of the history in words, those that this reader may read."""
    work, project_id = file.work, file.project.id
    found = readers.told(work, file.project, events)
    struck = {each.original_id for each in corrections.of_project(work, project_id)}
    struck |= {each.id for each in striking.of_project(work, project_id)}
    if any(each.kind == PAID for each in found):  # Most projects have no advance: nothing is asked of them.
        struck |= payments.struck(work, project_id)
    steps = {
        (process.id, node.id): node.name
        # The dossier's own version comes first there: what it says of a step is said last.
        for version_id in reversed(dict.fromkeys(each.version_id for each in where.followed))
        for process in whereabouts.processes_of(work, version_id).values()
        for node in process.nodes
    }
    return [
        entry_of(
            file,
            each,
            steps,
            is_struck=each.subject_id in struck and not each.kind.endswith((".corrected", ".struck")),
        )
        for each in found
    ]


def without_echoes(found: list[Event]) -> list[Event]:
    """The entries less those that repeat the one beside them: a step completed by what was just recorded."""
    kept = []
    for event, before in zip(found, [*found[1:], None], strict=False):
        if event.kind.startswith(SAID_TWICE):
            continue
        is_echo = (
            event.kind == DONE
            and before is not None
            and before.kind != DONE
            and (before.recorded_at, before.actor) == (event.recorded_at, event.actor)
        )
        if not is_echo:
            kept.append(event)
    return kept


def entry_of(file: File, event: Event, steps: dict[tuple[str, str], str], *, is_struck: bool) -> Entry:
    """One entry in words."""
    day = event.occurred_on or clock.local_date(event.recorded_at, web_work.zone())
    capacity = capacity_of(event.capacity)
    return Entry(
        title=sentence_of(event, steps),
        when=when(event),
        who=whose(event, capacity),
        note=note_of(event),
        struck=is_struck,
        occurred_on=day,
        recorded_at=event.recorded_at,
        actor=event.actor,
        kind=event.kind,
        subject_id=event.subject_id,
        on_behalf_of=event.on_behalf_of,
        capacity=capacity,
        url=document_url(file, event),
    )


def when(event: Event) -> str:
    """The day it happened and, when it was another, the day it was recorded (D1)."""
    locale, zone = web_work.locale(), web_work.zone()
    recorded = clock.local_date(event.recorded_at, zone)
    if event.occurred_on is not None and event.occurred_on != recorded:
        return web_work.translated(
            _("{day}, saisi le {recorded}"),
            day=typography.long_date(event.occurred_on, locale),
            recorded=typography.moment_in_words(event.recorded_at, locale, zone=zone),
        )
    if event.actor is None and event.recorded_at == clock.start_of_day(recorded, zone):
        return typography.long_date(recorded, locale)  # A day's timer: nothing happened at midnight.
    return typography.moment_in_words(event.recorded_at, locale, zone=zone)


def whose(event: Event, capacity: str) -> str:
    """Who acted, for whom, in which capacity; the machine by its name."""
    if event.actor is None:
        return web_work.translated(_("automatique"))
    said = both(event.actor, event.on_behalf_of)
    return f"{said} ({capacity})" if capacity else said


def both(actor: str | None, on_behalf_of: str | None) -> str:
    """Who acted, and in whose name."""
    if actor and on_behalf_of and actor != on_behalf_of:
        said = web_work.translated(_("{actor} au nom de {person}"), actor=actor, person=on_behalf_of)
        return typography.elided(said, on_behalf_of)
    return actor or ""


def capacity_of(capacity: str | None) -> str:
    """In which capacity, as people say it."""
    if not capacity:
        return ""
    known = ROLES.get(capacity) or label(choices.SignatoryCapacity, capacity)
    said = web_work.translated(known)
    return said[:1].lower() + said[1:]


def note_of(event: Event) -> str | None:
    """What people wrote, as it may be read."""
    texts = [str(event.content[name]) for name in WRITTEN if event.content.get(name)]
    if event.content.get("correspondent"):
        texts.insert(0, web_work.translated(_("Avec {person}."), person=event.content["correspondent"]))
    if event.content.get("proposal"):
        texts.append(web_work.translated(_("Proposition : {words}"), words=event.content["proposal"]))
    if event.content.get("correction"):
        texts.append(web_work.translated(_("Il fallait lire : {words}"), words=event.content["correction"]))
    return " ".join(texts) or None


def document_url(file: File, event: Event) -> str | None:
    """Where the document of an entry is read."""
    if event.kind != "projects.document.added":
        return None
    return url_for("projects.read_document", project_id=file.project.id, document_id=event.subject_id)


def names_of(work: Any, done: Iterable[Any]) -> dict[UUID, str]:
    """The names of those who did some tasks, and for whom."""
    return persons.names(work, [one for each in done for one in (each.closed_by, each.on_behalf_of)])
