"""A project whose time is over: put apart for few readers, then a skeleton that still counts in figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import clock, errors
from engine.committee import bound_dossiers
from engine.documents.models import State
from engine.people import assignments, basins
from engine.people.models import Assignment, Organisation, OrganisationIdentifier, Person, Role
from engine.persistence import claims, history
from engine.persistence.base import new_id, table_of
from engine.projects.models import Project
from engine.retention import contents, emptying, naming
from engine.retention.models import Erasure
from engine.runtime.models import Instance

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

SKELETON, PIECES = "skeleton", "pieces"
# Every skeleton's firm is this one: nothing says which projects were the same firm's.
NOBODY_S = UUID(int=0xE0)
ACCOUNTING = frozenset({"advance_payment"})
# Size classes of the national statistics institute, by their smallest headcount.
CLASSES = (5000, 250, 50, 10, 1, 0)
# Who was there for the firm: their link to the project goes; the committee's side did its duty in public.
OF_FIRM = (Role.SME_HEAD.value, Role.BENEFICIARY.value)
FILES = ("document", "paper")

project = table_of(Project)


class NotEnded(errors.Conflict):
    """Ce projet n’est pas terminé : rien n’en est archivé ni effacé."""


def entries_naming(work: UnitOfWork, case_id: UUID) -> list[int]:
    """The history entries of the basin about a project outside its own chain, or that name its firm.

    The file of another project of the same firm keeps its own words until its own time is over.
    """
    found = work.connection.execute(sa.select(project).where(project.c.id == case_id)).one()
    says = naming_of(found)
    entries = history.history.c
    same = [project.c.organisation_id == found.organisation_id]
    if found.sme_head_id is not None:
        same.append(project.c.sme_head_id == found.sme_head_id)
    others = list(
        work.connection.scalars(
            sa.select(project.c.id).where(
                project.c.id != case_id, project.c.erased_at.is_(None), sa.or_(*same)
            )
        )
    )
    told = emptying.entries_that(work, says, basin_id=found.basin_id, but=entries.chain_id.in_(others))
    return sorted({*told, *entries_of_sessions(work, case_id)})


def naming_of(found: Any) -> Callable[[str], bool]:
    """Whether a text names the firm of a project, or its contact."""
    return naming.namer(
        names=[found.firm],
        surnames_of=[found.contact_name],
        addresses=[found.contact_email, found.contact_phone],
    )


def entries_of_sessions(work: UnitOfWork, case_id: UUID) -> list[int]:
    """The entries of sessions about what they dealt with for a project: they may tell all and name nobody."""
    items, ballots = emptying.table("agenda_item"), emptying.table("ballot")
    rows = work.connection.execute(
        sa.select(items.c.id, items.c.session_id).where(items.c.project_id == case_id)
    ).all()
    item_ids = [row.id for row in rows]
    cast = work.connection.scalars(sa.select(ballots.c.id).where(ballots.c.item_id.in_(item_ids)))
    about = {each.hex for each in (*item_ids, *cast)}
    entries = history.history.c
    told = work.connection.execute(
        sa.select(entries.seq, entries.subject_id, entries.data).where(
            entries.chain_id.in_({row.session_id for row in rows}), entries.content.is_not(None)
        )
    )
    return [row.seq for row in told if row.subject_id.hex in about or any(each in row.data for each in about)]


def locked(work: UnitOfWork, case_id: UUID) -> Any:
    """A project's row, its chain locked first as every act does. Raises `NotEnded`."""
    work.head_of(case_id)
    row = sa.select(project).where(project.c.id == case_id)
    found = work.connection.execute(row.with_for_update().execution_options(populate_existing=True)).one()
    root = work.connection.execute(sa.select(Instance.ended_at).where(Instance.id == case_id)).one()
    if found.ended_on is None or root.ended_at is None:
        raise NotEnded
    return found


def archive(work: UnitOfWork, case_id: UUID) -> None:
    """Put a project apart: parts in it end, and only who looks after the basin reads it still."""
    found = locked(work, case_id)
    if found.archived_at is not None:
        return
    end_parts(work, case_id)
    work.connection.execute(sa.update(project).where(project.c.id == case_id).values(archived_at=work.now))
    work.record("retention.project.archived", chain=case_id, subject=case_id, basin_id=found.basin_id)


def end_parts(work: UnitOfWork, case_id: UUID) -> None:
    """End the parts that people kept in a project to read it: nothing of it keeps them known any more."""
    today = clock.local_date(work.now, basins.NATIONAL_ZONE)
    for each in assignments.of_case(work, case_id):
        if each.person_id is not None and each.valid_to is None:
            each.valid_to, each.ended_at = max(each.valid_from, today), work.now
            each.ended_by = work.actor.person_id
    work.flush()


def reduce(work: UnitOfWork, case_id: UUID, *, naming_it: list[int]) -> UUID | None:
    """Leave of a project what figures need, and nothing else; the head of its firm, who may go too.

    `naming_it` are the entries that `entries_naming` found. Raises `NotEnded`.
    """
    found = locked(work, case_id)
    if found.erased_at is not None:
        return None
    for name in FILES:
        where = emptying.table(name)
        hashes = sa.select(where.c.content_hash).where(where.c.project_id == case_id)
        contents.note(work, work.connection.scalars(hashes))
    forget_session_files(work, case_id)
    end_parts(work, case_id)
    emptying.empty_case(work, case_id, kept=ACCOUNTING)
    emptying.empty_entries(work, history.history.c.chain_id == case_id)
    emptying.empty_numbered(work, naming_it)
    emptying.empty_quotes(work, naming_of(found))
    forget_links(work, found)
    work.connection.execute(
        sa.update(project)
        .where(project.c.id == case_id)
        .values(
            organisation_id=nobody_s(work), erased_at=work.now, headcount=size_class(found.headcount),
            archived_at=sa.func.coalesce(project.c.archived_at, work.now),
            search_text=found.reference.lower(), resubmission_of=None,
        )
    )  # fmt: skip
    # A later project of the firm would say whose this one was.
    work.connection.execute(
        sa.update(project).where(project.c.resubmission_of == case_id).values(resubmission_of=None)
    )
    forget_firm(work, found.organisation_id)
    remember(work, SKELETON, case_id)
    work.record("retention.project.erased", chain=case_id, subject=case_id, basin_id=found.basin_id)
    head: UUID | None = found.sme_head_id
    return head


def forget_session_files(work: UnitOfWork, case_id: UUID) -> None:
    """Erase the dossiers of the sessions that dealt with a project: its diagnostic is bound in them.

    They were made to be read before a session; what it decided is in its minutes, which stay.
    """
    papers, items = emptying.table("paper"), emptying.table("agenda_item")
    sessions = sa.select(items.c.session_id).where(items.c.project_id == case_id)
    there = sa.and_(
        papers.c.kind == bound_dossiers.PAPER,
        papers.c.subject_id.in_(sessions),
        papers.c.content_hash.is_not(None),
    )
    contents.note(work, work.connection.scalars(sa.select(papers.c.content_hash).where(there)))
    work.connection.execute(
        sa.update(papers).where(there).values(content_hash=None, state=State.ERASED.value)
    )


def size_class(headcount: int | None) -> int | None:
    """The smallest headcount of the class that a firm is in: its size, and no longer its payroll."""
    return None if headcount is None else next(least for least in CLASSES if headcount >= least)


def most_of_class(least: int) -> int | None:
    """The largest headcount of the class that begins with this one; None for the class without end."""
    larger = [each for each in CLASSES if each > least]
    return min(larger) - 1 if larger else None


def forget_links(work: UnitOfWork, found: Any) -> None:
    """Cut what links the firm's people to the project: their roles, and the tasks that were theirs."""
    work.connection.execute(
        sa.delete(Assignment).where(
            Assignment.case_id == found.id,
            sa.or_(Assignment.role.in_(OF_FIRM), Assignment.person_id == found.sme_head_id),
        )
    )
    if found.sme_head_id is not None:
        theirs = emptying.table("task")
        work.connection.execute(
            sa.update(theirs)
            .where(theirs.c.case_id == found.id, theirs.c.assignee_id == found.sme_head_id)
            .values(assignee_id=None)
        )


def nobody_s(work: UnitOfWork) -> UUID:
    """The organisation of every skeleton, made the first time."""
    claims.insert_once(
        work, table_of(Organisation),
        {"id": NOBODY_S, "name": emptying.ERASED_FIRM, "search_name": "", "fictitious": False,
         "created_at": work.now},
    )  # fmt: skip
    return NOBODY_S


def forget_firm(work: UnitOfWork, organisation_id: UUID) -> None:
    """Empty a firm that no role names and no other project: a sole trader's bears their name."""
    used = (
        sa.select(1).where(Assignment.organisation_id == organisation_id),
        sa.select(1).where(project.c.organisation_id == organisation_id),
    )
    if any(work.connection.execute(each.limit(1)).first() for each in used):
        return
    emptying.empty_entries(work, history.history.c.chain_id == organisation_id)
    organisation = table_of(Organisation)
    work.connection.execute(
        sa.delete(OrganisationIdentifier).where(OrganisationIdentifier.organisation_id == organisation_id)
    )
    work.connection.execute(
        sa.update(organisation)
        .where(organisation.c.id == organisation_id)
        .values(name=emptying.ERASED_FIRM, search_name="", siren=None, city=None, phone=None)
    )


def forget_pieces(work: UnitOfWork, case_id: UUID) -> None:
    """Forget what accounting pieces say besides their amounts, ten years after the end."""
    found = locked(work, case_id)
    where = emptying.table("advance_payment")
    work.connection.execute(
        sa.update(where)
        .where(where.c.project_id == case_id)
        .values(emptying.emptied(where, ("bank_reference",)))
    )
    remember(work, PIECES, case_id)
    work.record("retention.pieces.erased", chain=case_id, subject=case_id, basin_id=found.basin_id)


def remember(work: UnitOfWork, kind: str, subject_id: UUID) -> None:
    """Keep that something was forgotten, for a restored backup to forget it again."""
    claims.insert_once(
        work, table_of(Erasure),
        {"id": new_id(), "kind": kind, "subject_id": subject_id,
         "started_at": work.now, "started_by": work.actor.person_id, "finished_at": work.now},
    )  # fmt: skip


def is_remembered(work: UnitOfWork, kind: str, subject_id: UUID) -> bool:
    """Whether this was forgotten already."""
    found = sa.select(Erasure.id).where(Erasure.kind == kind, Erasure.subject_id == subject_id)
    return work.connection.execute(found).first() is not None


def is_alone(work: UnitOfWork, person_id: UUID) -> bool:
    """Whether a person was only known for projects that are skeletons now: no role, account nor file left."""
    account, found = emptying.table("account"), work.connection
    asked = (
        sa.select(1).where(Assignment.person_id == person_id),
        sa.select(1).where(account.c.person_id == person_id),
        sa.select(1).where(project.c.sme_head_id == person_id),
    )
    there = found.execute(sa.select(Person.erased_at).where(Person.id == person_id)).first()
    return (
        there is not None
        and there.erased_at is None
        and not any(found.execute(each.limit(1)).first() for each in asked)
    )
