"""Erase a person: refuse while something forbids it, empty what is theirs, then their name, for good."""

# It takes several units of work, for the whole history is read: each leaves the person a little more
# erased, `Erasure.finished_at` says when nothing is left to do, and the tick goes on after a crash.

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import clock
from engine.people import basins, permissions, persons
from engine.people.models import Assignment, Person, Role
from engine.people.permissions import Permission
from engine.persistence import claims, history
from engine.persistence.base import new_id, table_of
from engine.persistence.unit_of_work import SYSTEM
from engine.projects.models import Document, Project
from engine.retention import contents, emptying, naming, obstacles, skeletons
from engine.retention.models import Erasure

if TYPE_CHECKING:
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import Actor, UnitOfWork

PERSON = "person"
erasure = table_of(Erasure)
person = table_of(Person)


def require_may_erase(work: UnitOfWork, person_id: UUID) -> None:
    """Let the actor erase a person, who may have, or have had, roles in several basins, or refuse.

    Whoever erases looks after every basin where the person ever was something.
    Raises `permissions.MissingPermission`.
    """
    if not may_erase(work, person_id):
        raise permissions.MissingPermission(permission=Permission.ERASE_PERSON.value)


def may_erase(work: UnitOfWork, person_id: UUID) -> bool:
    """Tell whether the actor may erase a person: see `require_may_erase`."""
    rights = permissions.permissions_of(work, work.actor.person_id)
    mine = rights.basins_with(Permission.ERASE_PERSON)
    if (mine is not None and not mine) or not permissions.may_manage(work, person_id):
        return False
    ever = sa.select(Assignment.basin_id).where(Assignment.person_id == person_id).distinct()
    return mine is None or set(work.connection.scalars(ever)) <= mine


def begin(work: UnitOfWork, person_id: UUID, *, forced: bool = False) -> None:
    """Close whatever the person may enter by, and note that they are to be erased; `carry_out` goes on.

    `forced` is for what was erased before a backup was restored: nothing is asked again.
    Raises `persons.UnknownPerson`, `obstacles.AlreadyErased`, `obstacles.CannotErase`.
    """
    found = persons.lock(work, person_id)
    if found.erased_at is not None or (is_begun(work, person_id) and not forced):
        raise obstacles.AlreadyErased
    if not forced:
        obstacles.require_none(work, person_id)
    row = {"id": new_id(), "kind": PERSON, "subject_id": person_id, "started_at": work.now,
           "started_by": work.actor.person_id, "finished_at": None}  # fmt: skip
    claims.insert_once(work, erasure, row)
    work.connection.execute(
        sa.update(erasure)
        .where(erasure.c.kind == PERSON, erasure.c.subject_id == person_id)
        .values(finished_at=None)
    )
    # The row of the person stays as it is: the history is searched for the name it bears.
    emptying.empty_person(work, person_id, but=frozenset({"person", "project"}))
    end_parts(work, person_id)
    work.database.expire_all()
    work.record("retention.person.erasure_begun", chain=person_id, subject=person_id)


def end_parts(work: UnitOfWork, person_id: UUID) -> None:
    """End the parts kept in projects that have ended: they only let the person read."""
    today = clock.local_date(work.now, basins.NATIONAL_ZONE)
    held = table_of(Assignment)
    work.connection.execute(
        sa.update(held)
        .where(held.c.person_id == person_id, sa.or_(held.c.valid_to.is_(None), held.c.valid_to > today))
        .values(
            valid_to=sa.case((held.c.valid_from > today, held.c.valid_from), else_=today),
            ended_at=work.now, ended_by=work.actor.person_id,
        )
    )  # fmt: skip


def is_begun(work: UnitOfWork, person_id: UUID) -> bool:
    """Whether somebody's erasure is begun, finished or not."""
    found = sa.select(erasure.c.id).where(erasure.c.kind == PERSON, erasure.c.subject_id == person_id)
    return work.connection.execute(found).first() is not None


def erase(
    database: Database,
    person_id: UUID,
    *,
    actor: Actor = SYSTEM,
    forced: bool = False,
    provided: Callable[[UnitOfWork], bool] | None = None,
) -> bool:
    """Erase a person, from the first refusal to the last row. Raises as `begin` does.

    `provided` is asked in the first act, before anything is written: False, and nothing is done.
    Who may ask for it is the caller's to check, with `require_may_erase`.
    """
    with database.start_work(actor) as work:
        if provided is not None and not provided(work):
            return False
        begin(work, person_id, forced=forced)
    carry_out(database, person_id, actor=actor)
    return True


def carry_out(database: Database, person_id: UUID, *, actor: Actor = SYSTEM) -> None:
    """Go on with an erasure that was begun, from wherever it stands; nothing when it is finished."""
    with database.start_reading(actor) as reading:
        found = reading.connection.execute(sa.select(person).where(person.c.id == person_id)).one()
        says = naming.namer(surnames_of=[found.full_name], addresses=[found.email, found.phone])
        entries = [] if found.erased_at is not None else emptying.entries_that(reading, says)
        files = sent_alone(reading, person_id)
    for start in range(0, len(entries), emptying.AT_ONCE):
        with database.start_work(actor) as work:
            emptying.empty_numbered(work, entries[start : start + emptying.AT_ONCE])
    if found.erased_at is None:
        with database.start_work(actor) as work:
            emptying.empty_quotes(work, says)
    for document_id in files:
        with database.start_work(actor) as work:
            forget_file(work, document_id)
    with database.start_work(actor) as work:
        finish(work, person_id)


def sent_alone(work: UnitOfWork, person_id: UUID) -> list[UUID]:
    """The files that only this person sent, to projects that ended unsigned, and that prove no signature.

    What was sent to a project with a signed agreement is part of its file, kept for the contract's time;
    so is what an officer sent: it was received from others.
    """
    signature, request = emptying.table("signature"), emptying.table("provider_request")
    proofs = (signature.c.document_id, signature.c.evidence_id, request.c.evidence_document_id)
    was_officer = sa.exists().where(
        Assignment.person_id == person_id, Assignment.role == Role.OPERATOR.value,
        Assignment.basin_id == Project.basin_id,
    )  # fmt: skip
    found = (
        sa.select(Document.id)
        .join(Project, Project.id == Document.project_id)
        .where(
            Document.recorded_by == person_id, Document.content_hash != "", Project.ended_on.is_not(None),
            Project.effective_on.is_(None), ~was_officer,
            *(~sa.exists().where(column == Document.id) for column in proofs),
        )
    )  # fmt: skip
    return list(work.connection.scalars(found))


def forget_file(work: UnitOfWork, document_id: UUID) -> None:
    """Empty a document's row, once; its content goes when nothing refers to it."""
    where = emptying.table("document")
    row = work.connection.execute(
        sa.select(where.c.content_hash, where.c.project_id, where.c.basin_id).where(where.c.id == document_id)
    ).one()
    values = emptying.emptied(where, ("name", "content_hash"))
    there = sa.update(where).where(where.c.id == document_id, where.c.content_hash != "").values(values)
    if work.connection.execute(there).rowcount == 0:
        return  # The tick, or another process, was here meanwhile.
    contents.note(work, [row.content_hash])
    work.record("retention.document.erased", chain=row.project_id, subject=document_id, basin_id=row.basin_id)


def finish(work: UnitOfWork, person_id: UUID) -> None:
    """Empty what the person's own chain says, and at last their name."""
    found = persons.lock(work, person_id)
    if found.erased_at is None:
        emptying.empty_entries(work, history.history.c.chain_id == person_id)
        emptying.empty_person(work, person_id)
        end_parts(work, person_id)  # One that was given in the meantime.
        work.connection.execute(
            sa.update(person)
            .where(person.c.id == person_id)
            .values(erased_at=work.now, address_invalid_at=None)
        )
        work.record("retention.person.erased", chain=person_id, subject=person_id)
    work.connection.execute(
        sa.update(erasure)
        .where(erasure.c.kind == PERSON, erasure.c.subject_id == person_id, erasure.c.finished_at.is_(None))
        .values(finished_at=work.now)
    )
    work.database.expire_all()


def unfinished(work: UnitOfWork) -> list[UUID]:
    """The persons whose erasure was begun and not finished."""
    found = sa.select(erasure.c.subject_id).where(erasure.c.kind == PERSON, erasure.c.finished_at.is_(None))
    return list(work.connection.scalars(found.order_by(erasure.c.started_at)))


def reduce(
    database: Database,
    case_id: UUID,
    *,
    actor: Actor = SYSTEM,
    provided: Callable[[UnitOfWork], bool] | None = None,
) -> bool:
    """Leave a skeleton of a project; its contact goes too when nothing else is known of them.

    `provided` is asked as `erase` does. Raises `skeletons.NotEnded`.
    """
    with database.start_reading(actor) as reading:
        naming_it = skeletons.entries_naming(reading, case_id)
    with database.start_work(actor) as work:
        if provided is not None and not provided(work):
            return False
        head = skeletons.reduce(work, case_id, naming_it=naming_it)
        is_alone = head is not None and skeletons.is_alone(work, head)
        if head is not None and is_alone and not obstacles.obstacles(work, head):
            begin(work, head)
        else:
            head = None
    if head is not None:
        carry_out(database, head, actor=actor)
    return True


def state_of(work: UnitOfWork) -> list[dict[str, Any]]:
    """The list of what was forgotten, by identifiers: what a restored backup is to forget again."""
    rows = work.connection.execute(
        sa.select(erasure.c.kind, erasure.c.subject_id, erasure.c.started_at).order_by(erasure.c.started_at)
    )
    return [
        {"kind": row.kind, "subject": row.subject_id.hex, "at": row.started_at.isoformat()} for row in rows
    ]
