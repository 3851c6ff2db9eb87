"""Everything that the system holds on one person, gathered from the register: nothing can be left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.i18n import mark as _
from engine.people import persons
from engine.people.models import Assignment, Role
from engine.persistence import history
from engine.persistence.base import Base
from engine.projects.models import Project
from engine.retention import emptying, naming
from engine.retention.register import Entry, Fate
from engine.retention.tables import REGISTER

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

HISTORY = "history"
# Names of columns as people read them; the others are close enough to what they hold.
LABELS: Mapping[str, str] = {
    "full_name": _("Nom"), "email": _("Courriel"), "phone": _("Téléphone"), "locale": _("Langue"),
    "address": _("Adresse"), "name": _("Nom"), "label": _("Appareil"), "role": _("Rôle"),
    "valid_from": _("Depuis"), "valid_to": _("Jusqu’à"), "created_at": _("Créé le"),
    "recorded_at": _("Enregistré le"), "occurred_on": _("Fait le"), "kind": _("Nature"),
    "content": _("Contenu"), "data": _("Données"), "text": _("Texte"), "summary": _("Résumé"),
    "answers": _("Réponses"), "contact_name": _("Contact"), "contact_email": _("Courriel du contact"),
    "contact_phone": _("Téléphone du contact"), "firm": _("Entreprise"), "reference": _("Référence"),
    "need": _("Besoin"), "bearer_comment": _("Appréciation du porteur"),
    "bearer_rating": _("Note du porteur"), "first_day": _("Premier jour"), "last_day": _("Dernier jour"),
    "sent_at": _("Envoyé le"), "title": _("Titre"), "step": _("Étape"), "opened_at": _("Ouvert le"),
    "closed_at": _("Fermé le"), "due_on": _("Dû le"), "signed_on": _("Signé le"), "comment": _("Commentaire"),
    "reason": _("Motif"), "details": _("Détails"), "choice": _("Choix"), "presence": _("Présence"),
    "last_seen_at": _("Vu le"), "expires_at": _("Expire le"),
}  # fmt: skip
FATES = {
    Fate.DROP: _("Effacé si vous le demandez."),
    Fate.EMPTY: _("Ce qui vous nomme est effacé si vous le demandez."),
    Fate.KEEP: _("Gardé le temps que la loi ou le programme demande, puis effacé."),
}


@dataclass(frozen=True, slots=True)
class Part:
    """What one table holds on the person: as it is called, what becomes of it, and its rows."""

    table: str
    title: str
    fate: str
    columns: Sequence[str]
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that the person sent."""

    name: str
    content_hash: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything on one person, and the files that they sent."""

    person_id: UUID
    parts: Sequence[Part]
    files: Sequence[Sent]


def gather(work: UnitOfWork, person_id: UUID) -> Gathered:
    """Gather what every table of the register holds on a person. Raises `persons.UnknownPerson`.

    What was written about the head of a firm is theirs to read, opinions included, whoever wrote it.
    """
    persons.find(work, person_id)
    headed = headed_by(work, person_id)
    parts = []
    for table, line in emptying.in_order():
        if not line.title:
            continue
        rows = list(rows_of(work, table, line, person_id, headed))
        if rows:
            parts.append(Part(line.table, line.title, FATES[line.at_erasure], columns_of(table, line), rows))
    order = {name: place for place, name in enumerate(REGISTER)}
    return Gathered(person_id, sorted(parts, key=lambda part: order[part.table]), files_of(work, person_id))


def headed_by(work: UnitOfWork, person_id: UUID) -> list[UUID]:
    """The projects of which the person is, or was, the firm's head."""
    found: sa.CompoundSelect[Any] = sa.union(
        sa.select(Project.id).where(Project.sme_head_id == person_id),
        sa.select(Assignment.case_id).where(
            Assignment.person_id == person_id, Assignment.role == Role.SME_HEAD.value
        ),
    )
    return [each for each in work.connection.scalars(found) if each is not None]


def columns_of(table: sa.Table, line: Entry) -> list[str]:
    """What is told of a row: its words, codes, dates and numbers; neither secrets nor internal links."""
    return [
        column.name
        for column in table.columns
        if column.name not in line.hidden and not isinstance(column.type, sa.Uuid)
    ]


def rows_of(
    work: UnitOfWork, table: sa.Table, line: Entry, person_id: UUID, headed: Sequence[UUID]
) -> Iterator[dict[str, Any]]:
    """The rows of a table that are about the person, or by them."""
    links = [name for name in (line.person, *line.persons) if name is not None]
    conditions: list[sa.ColumnElement[bool]] = [table.c[name] == person_id for name in links]
    if line.about_head:
        for case_id in headed:
            condition = emptying.of_case(table, line, case_id)
            conditions += [] if condition is None else [condition]
    if line.table == HISTORY:
        conditions += entries_about(work, person_id)
    if not conditions:
        return
    columns = [table.c[name] for name in columns_of(table, line)]
    found = sa.select(*columns).where(sa.or_(*conditions)).order_by(*table.primary_key.columns)
    for row in work.connection.execute(found):
        yield {name: plain(value) for name, value in row._mapping.items()}


def entries_about(work: UnitOfWork, person_id: UUID) -> list[sa.ColumnElement[bool]]:
    """Which history entries are about a person: their own chain, those on them, those that name them."""
    entries = history.history.c
    person = persons.find(work, person_id)
    found: list[sa.ColumnElement[bool]] = [entries.chain_id == person_id, entries.subject_id == person_id]
    if person.erased_at is None:
        says = naming.namer(surnames_of=[person.full_name], addresses=[person.email, person.phone])
        found.append(entries.seq.in_(emptying.entries_that(work, says)))
    return found


def plain(value: object) -> object:
    """A value as JSON holds it."""
    if value is None or isinstance(value, (bool, int, str, list, dict)):
        return value
    return history.plain(value)


def files_of(work: UnitOfWork, person_id: UUID) -> list[Sent]:
    """The files that the person sent, and whose content is still there."""
    document = Base.metadata.tables["document"]
    found = sa.select(document.c.name, document.c.content_hash).where(
        document.c.recorded_by == person_id, document.c.content_hash != ""
    )
    return [Sent(row.name, row.content_hash) for row in work.connection.execute(found)]


def note(work: UnitOfWork, person_id: UUID) -> None:
    """Keep in the person's history that such a file was made, and for whom: themselves or another."""
    work.record(
        "people.data.exported", chain=person_id, subject=person_id,
        own=work.actor.person_id == person_id,
    )  # fmt: skip
