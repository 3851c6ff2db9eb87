"""How long each kind of thing is kept: one table for the whole country, and what is due by it."""

# Domain page §5.7 (RGPD). The terms are the programme's, not a basin's choice: a firm's rights are the same
# everywhere. docs/decisions/0041 says why each is what it is.

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import clock
from engine.i18n import mark as _
from engine.people import basins
from engine.people.models import Account, Assignment, Person, Role
from engine.persistence.history import history
from engine.persistence.unit_of_work import SYSTEM
from engine.projects import closing
from engine.projects.models import Project
from engine.projects.statuses import EndKind
from engine.retention import skeletons
from engine.retention.emptying import table
from engine.retention.models import Erasure
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

WARNED = timedelta(days=30)  # A first time, then
WARNED_AGAIN = timedelta(days=7)
LONGEST_EXTENSION = 2  # Years after the rule's own day.
EXTENDED = "retention.plan.extended"


class Rule(StrEnum):
    """What is kept for a time of its own."""

    IDLE = "idle"
    LEAD = "lead"
    REJECTED = "rejected"
    ARCHIVE = "archive"
    CLOSED = "closed"
    PIECES = "pieces"
    ACCOUNT = "account"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Term:
    """How many years after what; what is then done, in a sentence."""

    years: int
    label: str
    since: str
    deed: str


COUNTED = _("Effacer noms, textes et documents ; garder ce qui compte dans les chiffres")
ENDED = _("après sa fin")
TERMS = {
    Rule.IDLE: Term(
        1, _("Demande que personne ne suit"), _("après le dernier acte"), _("La classer sans suite")
    ),
    Rule.LEAD: Term(1, _("Demande sans suite"), ENDED, COUNTED),
    Rule.REJECTED: Term(2, _("Projet rejeté ou abandonné"), ENDED, COUNTED),
    Rule.ARCHIVE: Term(
        1, _("Projet terminé"), ENDED, _("L’archiver, lisible par l’opérateur et l’administration seuls")
    ),
    Rule.CLOSED: Term(6, _("Projet archivé"), ENDED, COUNTED),
    Rule.PIECES: Term(10, _("Pièces comptables"), ENDED, _("Effacer les références des versements")),
    Rule.ACCOUNT: Term(
        2, _("Compte inutilisé"), _("après la dernière connexion"), _("Fermer le compte")
    ),
    Rule.PERSON: Term(
        3, _("Personne que plus rien ne lie au programme"), _("après son dernier rôle"),
        _("Effacer la personne"),
    ),
}  # fmt: skip
# Acts about how long a project is kept do not pursue it.
NOT_PURSUING = (EXTENDED, "retention.project.archived")


@dataclass(frozen=True, slots=True)
class Due:
    """One thing whose time ends on a day."""

    rule: Rule
    subject_id: UUID
    basin_id: int | None
    due_on: date


def years_after(day: date, years: int) -> date:
    """The same day some years later; the 28th for a 29 February that is not there."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def soon(work: UnitOfWork) -> list[Due]:
    """Everything whose time ends within thirty days, or has ended."""
    today = clock.local_date(work.now, basins.NATIONAL_ZONE)
    every = (
        *idle_requests(work, today),
        *ended_projects(work, today),
        *old_pieces(work),
        *accounts(work),
        *persons(work),
    )
    return [each for each in every if each.due_on - WARNED <= today]


def is_due(work: UnitOfWork, rule: Rule, subject_id: UUID) -> bool:
    """Whether one thing's time has ended: asked again in the very act that ends it."""
    today = clock.local_date(work.now, basins.NATIONAL_ZONE)
    found: Iterator[Due]
    if rule is Rule.ACCOUNT:
        found = accounts(work, subject_id)
    elif rule is Rule.PERSON:
        found = persons(work, subject_id)
    elif rule is Rule.PIECES:
        found = old_pieces(work, subject_id)
    elif rule is Rule.IDLE:
        found = idle_requests(work, today, subject_id)
    else:
        found = ended_projects(work, today, subject_id)
    return any(each.rule is rule and each.due_on <= today for each in found)


def only(column: Any, subject_id: UUID | None) -> sa.ColumnElement[bool]:
    """The condition that a row is about one thing; about anything when none is named."""
    return sa.true() if subject_id is None else column == subject_id


def idle_requests(work: UnitOfWork, today: date, of: UUID | None = None) -> Iterator[Due]:
    """The requests still open, not decided upon, by when somebody last did something for them."""
    pursued = sa.and_(
        history.c.chain_id == Project.id,
        history.c.actor_id != SYSTEM.person_id,
        history.c.kind.not_in(NOT_PURSUING),
    )
    last = sa.select(sa.func.max(history.c.recorded_at)).where(pursued).scalar_subquery()
    opened_before = today - timedelta(days=365) + WARNED + timedelta(days=1)
    rows = work.connection.execute(
        sa.select(Project.id, Project.basin_id, Project.opened_at, last.label("last")).where(
            only(Project.id, of), Project.ended_on.is_(None), Project.decided_on.is_(None),
            Project.effective_on.is_(None), Project.opened_on <= opened_before,
        )
    )  # fmt: skip
    for row in rows:
        day = clock.local_date(row.last or row.opened_at, basins.NATIONAL_ZONE)
        yield Due(Rule.IDLE, row.id, row.basin_id, years_after(day, TERMS[Rule.IDLE].years))


def ended_projects(work: UnitOfWork, today: date, of: UUID | None = None) -> Iterator[Due]:
    """The projects that have ended, with what becomes of each next."""
    rows = work.connection.execute(
        sa.select(
            Project.id, Project.basin_id, Project.ended_on, Project.end_kind, Project.end_cause,
            Project.effective_on, Project.decided_on, Project.archived_at,
        ).where(
            only(Project.id, of), Project.ended_on.is_not(None), Project.erased_at.is_(None),
            Project.ended_on <= today,
        )
    )  # fmt: skip
    for row in rows:
        rule = rule_of(row)
        # A request that ended because nobody took it up for a year has had its year.
        years = 0 if row.end_cause == closing.UNPURSUED else TERMS[rule].years
        yield Due(rule, row.id, row.basin_id, years_after(row.ended_on, years))


def rule_of(row: Any) -> Rule:
    """Which rule is next for an ended project: it was signed, decided upon, or neither."""
    if row.effective_on is not None:
        return Rule.ARCHIVE if row.archived_at is None else Rule.CLOSED
    is_decided = row.decided_on is not None or row.end_kind == EndKind.REJECTED.value
    return Rule.REJECTED if is_decided else Rule.LEAD


def old_pieces(work: UnitOfWork, of: UUID | None = None) -> Iterator[Due]:
    """The accounting pieces of skeletons, which outlive them."""
    payment, done = table("advance_payment"), Erasure
    is_done = sa.exists().where(done.kind == skeletons.PIECES, done.subject_id == Project.id)
    rows = work.connection.execute(
        sa.select(Project.id, Project.basin_id, Project.ended_on).where(
            only(Project.id, of), Project.erased_at.is_not(None), Project.ended_on.is_not(None), ~is_done,
            sa.exists().where(payment.c.project_id == Project.id),
        )
    )  # fmt: skip
    for row in rows:
        yield Due(Rule.PIECES, row.id, row.basin_id, years_after(row.ended_on, TERMS[Rule.PIECES].years))


def accounts(work: UnitOfWork, of: UUID | None = None) -> Iterator[Due]:
    """The accounts, by when they were last used; a national administrator's is never closed by itself.

    They are used in the machine's time (D6): a demonstration whose years pass in a minute closes none.
    """
    ahead = clock.local_date(work.now, basins.NATIONAL_ZONE) - clock.local_date(
        work.wall, basins.NATIONAL_ZONE
    )
    administers = sa.exists().where(
        Assignment.person_id == Account.person_id, Assignment.role == Role.ADMINISTRATOR.value,
        Assignment.basin_id.is_(None), Assignment.valid_to.is_(None),
    )  # fmt: skip
    rows = work.connection.execute(
        sa.select(Account.person_id, Account.created_at, Account.last_seen_at).where(
            only(Account.person_id, of), ~administers
        )
    )
    for row in rows:
        last = max(instant for instant in (row.created_at, row.last_seen_at) if instant is not None)
        day = clock.local_date(last, basins.NATIONAL_ZONE)
        yield Due(Rule.ACCOUNT, row.person_id, None, years_after(day, TERMS[Rule.ACCOUNT].years) + ahead)


def persons(work: UnitOfWork, of: UUID | None = None) -> Iterator[Due]:
    """The persons that nothing keeps: no account, no role nor task, no project of theirs that is not over."""
    account = table("account")
    started = sa.exists().where(Erasure.kind == "person", Erasure.subject_id == Person.id)
    last = sa.select(sa.func.max(Assignment.valid_to)).where(Assignment.person_id == Person.id)
    rows = work.connection.execute(
        sa.select(Person.id, Person.created_at, last.scalar_subquery().label("last")).where(
            only(Person.id, of), Person.erased_at.is_(None), ~started,
            ~sa.exists().where(account.c.person_id == Person.id),
            ~sa.exists().where(Assignment.person_id == Person.id, Assignment.valid_to.is_(None)),
            ~sa.exists().where(Task.assignee_id == Person.id, Task.closed_at.is_(None)),
            ~sa.exists().where(Project.sme_head_id == Person.id),
        )
    )  # fmt: skip
    for row in rows:
        created = clock.local_date(row.created_at, basins.NATIONAL_ZONE)
        day = max(created, row.last) if row.last is not None else created
        yield Due(Rule.PERSON, row.id, None, years_after(day, TERMS[Rule.PERSON].years))
