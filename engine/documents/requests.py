"""Ask for a paper in an act; find it again, see how far it is, ask anew for one that failed."""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.documents.models import Paper, State, has_failed, is_requested, paper
from engine.persistence import keyset
from engine.persistence.base import new_id
from engine.persistence.prepared import Prepared

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

# What is the same: the same kind of document about the same subject, in the same language, for the same
# readers. Its next version is counted by the very statement that writes it.
SAME = ("kind", "subject_id", "locale", "variant")
ASKED = (
    "id", "basin_id", "chain_id", "project_id", *SAME, "name", "audience", "state", "requested_at",
    "requested_by", "next_try_at",
)  # fmt: skip


# Written as they are: a prepared statement binds what its rows hold, and nothing else.
ZERO, ONE = (sa.literal_column(number, sa.Integer) for number in "01")


def _given(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, type_=paper.c[name].type)


_last = sa.select(sa.func.coalesce(sa.func.max(paper.c.version), ZERO)).where(
    *(paper.c[name] == _given(name) for name in SAME)
)
INSERT = Prepared(
    sa.insert(paper).from_select(
        [*ASKED, "version"],
        sa.select(*map(_given, ASKED), _last.scalar_subquery() + ONE),
        include_defaults=False,
    )
)


# Made five seconds after the act, as a rule: one that waits for longer than this is said to wait.
LATE = timedelta(minutes=10)


class Progress(enum.StrEnum):
    """How far a paper is, as people are told."""

    MADE = "made"
    SOON = "soon"  # In some seconds, as a rule.
    PUT_OFF = "put_off"  # It was tried, or nobody came: it is made later, by itself.
    FAILED = "failed"  # Not without somebody.
    ERASED = "erased"  # Its time is over.


class PaperNotFound(errors.NotFound):
    """Ce document n’existe pas, ou ne vous est pas visible."""


class NothingToMakeAgain(errors.Conflict):
    """Ce document n’a pas échoué : il est déjà fait, ou se prépare."""


def ask(
    work: UnitOfWork,
    *,
    kind: str,
    subject_id: UUID,
    chain_id: UUID,
    basin_id: int,
    project_id: UUID | None = None,
    locale: str = "fr",
    variant: str = "",
    name: str,
    audience: str,
) -> UUID:
    """Ask for the next version of a document; it is made once the act has committed. Gives its id.

    `chain_id` is the history it belongs to, that the act locks already; `name` is what a reader's machine
    will call the file. The row is there at once, so that others of the same act may refer to it.
    """
    paper_id = new_id()
    work.record(
        "documents.paper.requested", chain=chain_id, subject=paper_id, basin_id=basin_id, paper=kind,
        about=str(subject_id), language=locale,
    )  # fmt: skip
    row = {
        "id": paper_id, "basin_id": basin_id, "chain_id": chain_id, "project_id": project_id, "kind": kind,
        "subject_id": subject_id, "locale": locale, "variant": variant, "name": name, "audience": audience,
        "state": State.REQUESTED.value, "requested_at": work.now, "requested_by": work.actor.person_id,
        "next_try_at": work.wall,
    }  # fmt: skip
    INSERT.run(work.connection, row)
    return paper_id


def again(work: UnitOfWork, paper_id: UUID) -> None:
    """Have a paper that failed for good made after all, its attempts counted from the first.

    Raises `PaperNotFound`, `NothingToMakeAgain`.
    """
    found = find(work, paper_id)
    work.head_of(found.chain_id)
    done = work.connection.execute(
        sa.update(paper)
        .where(paper.c.id == paper_id, paper.c.state == State.FAILED.value)
        .values(
            state=State.REQUESTED.value, attempts=0, next_try_at=work.wall, leased_until=None, failed_at=None,
            failure=None,
        )
    )  # fmt: skip
    if done.rowcount != 1:
        raise NothingToMakeAgain
    work.record(
        "documents.paper.requested", chain=found.chain_id, subject=paper_id, basin_id=found.basin_id,
        paper=found.kind, about=str(found.subject_id), language=found.locale,
    )  # fmt: skip


def find(work: UnitOfWork, paper_id: UUID) -> Paper:
    """A paper, as the database has it now. Raises `PaperNotFound`."""
    found = work.database.get(Paper, paper_id, populate_existing=True)
    if found is None:
        raise PaperNotFound
    return found


def progress(work: UnitOfWork, found: Paper) -> Progress:
    """How far a paper is: a reason to try again later, or a delay that no attempt takes, is told."""
    if found.state == State.MADE.value:
        return Progress.MADE
    if found.state == State.FAILED.value:
        return Progress.FAILED
    if found.state == State.ERASED.value:
        return Progress.ERASED
    is_put_off = found.failure is not None or found.requested_at < work.now - LATE
    return Progress.PUT_OFF if is_put_off else Progress.SOON


def of_project(work: UnitOfWork, project_id: UUID) -> list[Paper]:
    """Every paper of a project, the latest asked for first."""
    return list(
        work.database.scalars(
            sa.select(Paper)
            .where(Paper.project_id == project_id)
            .order_by(Paper.requested_at.desc(), Paper.id)
            .execution_options(populate_existing=True)
        )
    )


def with_content(work: UnitOfWork, content_hash: str) -> list[Paper]:
    """The papers whose file is this very content, the first made first."""
    statement = sa.select(Paper).where(Paper.content_hash == content_hash).order_by(Paper.made_at, Paper.id)
    return list(work.database.scalars(statement))


def has_sealed(work: UnitOfWork, fingerprint: str) -> bool:
    """Whether a certificate has sealed a paper of this installation."""
    statement = sa.select(paper.c.id).where(paper.c.sealed_by == fingerprint).limit(1)
    return work.connection.execute(statement).first() is not None


def of_subject(work: UnitOfWork, kind: str, subject_id: UUID) -> list[Paper]:
    """Every paper of a kind about a subject, in every language and variant, the latest version first."""
    return list(
        work.database.scalars(
            sa.select(Paper)
            .where(Paper.subject_id == subject_id, Paper.kind == kind)
            .order_by(Paper.locale, Paper.variant, Paper.version.desc())
            .execution_options(populate_existing=True)
        )
    )


def latest(
    work: UnitOfWork, kind: str, subject_id: UUID, *, locale: str = "fr", variant: str = ""
) -> Paper | None:
    """The last version asked for, made or not; None when nobody ever asked."""
    return next(
        (
            each
            for each in of_subject(work, kind, subject_id)
            if (each.locale, each.variant) == (locale, variant)
        ),
        None,
    )


def is_late(work: UnitOfWork) -> sa.ColumnElement[bool]:
    """Whether a paper has waited for longer than any attempt takes."""
    return sa.and_(is_requested, paper.c.requested_at < work.now - LATE)


@dataclass(frozen=True, slots=True)
class Stuck:
    """A paper that failed for good, or that has waited for too long, and why."""

    id: UUID
    kind: str
    name: str
    basin_id: int
    project_id: UUID | None
    state: str
    attempts: int
    requested_at: datetime
    failure: str | None

    @property
    def has_failed(self) -> bool:
        """Whether somebody must have it made again."""
        return self.state == State.FAILED.value


def stuck_page(
    work: UnitOfWork, *, basin_ids: Collection[int] | None = None, after: str = "", limit: int = keyset.PAGE
) -> keyset.Page:
    """The papers that somebody should look at, of these basins (None: all), the latest asked for first.

    Raises `errors.InvalidAnswers` for a wrong cursor.
    """
    statement = sa.select(*(paper.c[each.name] for each in fields(Stuck))).where(is_stuck(work, basin_ids))
    if after:
        order = sa.tuple_(paper.c.requested_at, paper.c.id)
        statement = statement.where(order < keyset.place(after, paper.c.requested_at, paper.c.id))
    rows = work.connection.execute(
        statement.order_by(paper.c.requested_at.desc(), paper.c.id.desc()).limit(limit + 1)
    )
    return keyset.cut([Stuck(**row) for row in rows.mappings()], limit, by="requested_at")


def count_stuck(work: UnitOfWork, *, basin_ids: Collection[int] | None = None) -> int:
    """How many papers somebody should look at, of these basins (None: all)."""
    statement = sa.select(sa.func.count()).select_from(paper).where(is_stuck(work, basin_ids))
    return int(work.connection.execute(statement).scalar_one())


def is_stuck(work: UnitOfWork, basin_ids: Collection[int] | None) -> sa.ColumnElement[bool]:
    """Whether a paper of these basins failed for good, or is late."""
    condition = sa.or_(has_failed, is_late(work))
    return condition if basin_ids is None else sa.and_(condition, paper.c.basin_id.in_(basin_ids))


def stuck(work: UnitOfWork) -> list[tuple[str, str | None, int]]:
    """What failed for good and what is late: its state, why, how many."""
    statement = (
        sa.select(paper.c.state, paper.c.failure, sa.func.count())
        .where(sa.or_(has_failed, is_late(work)))
        .group_by(paper.c.state, paper.c.failure)
        .order_by(paper.c.state, paper.c.failure)
    )
    return [(state, failure, count) for state, failure, count in work.connection.execute(statement)]
