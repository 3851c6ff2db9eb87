"""Rehearsals that somebody shared as a page: kept for ninety days, read by whoever sees the basin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine import errors
from engine.i18n import mark as _
from engine.people import basins
from engine.people import models as people  # noqa: F401 -- the table our foreign key names
from engine.persistence.base import Base, new_id, table_of
from engine.registry.models import ProcessVersion

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

KEPT_FOR = timedelta(days=90)
LONGEST_TITLE = 120


class UnknownRehearsal(errors.NotFound):
    """Cette répétition n’existe pas, ou sa page a expiré : elles se gardent quatre-vingt-dix jours."""


class SharedRehearsal(Base):
    """A rehearsal as it was played: what was asked of it, what it gave, of which content.

    It names nobody real: who plays in it is imaginary, and who shared it is an identifier.
    """

    __tablename__ = "shared_rehearsal"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"), index=True)
    title: Mapped[str]
    content_hash: Mapped[str]  # Of the diagrams played, as versions and drafts are known by.
    asked: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    shared_at: Mapped[datetime]
    shared_by: Mapped[UUID]
    expires_at: Mapped[datetime] = mapped_column(index=True)


shared_rehearsal = table_of(SharedRehearsal)


def share(
    work: UnitOfWork,
    *,
    basin_id: int,
    title: str,
    content_hash: str,
    asked: Mapping[str, Any],
    result: Mapping[str, Any],
) -> UUID:
    """Keep a rehearsal for ninety days under an address; gives its identifier.

    Raises `errors.InvalidAnswers` on `title`.
    """
    named = " ".join(title.split())
    if not named or len(named) > LONGEST_TITLE or not named.isprintable():
        raise errors.InvalidAnswers({"title": [_("Donnez un titre, en 120 caractères au plus.")]})
    shared = SharedRehearsal(
        id=new_id(),
        basin_id=basin_id,
        title=named,
        content_hash=content_hash,
        asked=dict(asked),
        result=dict(result),
        shared_at=work.now,
        shared_by=work.actor.person_id,
        expires_at=work.now + KEPT_FOR,
    )
    work.database.add(shared)
    work.database.flush()
    work.record(
        "registry.rehearsal.shared", chain=basins.chain_of(work, basin_id), subject=shared.id,
        basin_id=basin_id, content_hash=content_hash, content={"title": named},
    )  # fmt: skip
    return shared.id


def read(work: UnitOfWork, shared_id: UUID) -> SharedRehearsal:
    """A rehearsal that was shared and has not expired. Raises `UnknownRehearsal`."""
    found = work.database.get(SharedRehearsal, shared_id)
    if found is None or found.expires_at <= work.now:
        raise UnknownRehearsal
    return found


def of_basin(work: UnitOfWork, basin_id: int) -> Sequence[Any]:
    """The rehearsals shared in a basin, the last first: id, title, shared_at, shared_by, expires_at."""
    columns = [shared_rehearsal.c[name] for name in ("id", "title", "shared_at", "shared_by", "expires_at")]
    return work.connection.execute(
        sa.select(*columns)
        .where(shared_rehearsal.c.basin_id == basin_id, shared_rehearsal.c.expires_at > work.now)
        .order_by(shared_rehearsal.c.shared_at.desc(), shared_rehearsal.c.id)
    ).all()


def version_played(work: UnitOfWork, shared: SharedRehearsal) -> UUID | None:
    """The version that a shared rehearsal played, if what it played was ever published."""
    version = table_of(ProcessVersion)
    found: UUID | None = work.connection.execute(
        sa.select(version.c.id)
        .where(version.c.basin_id == shared.basin_id, version.c.content_hash == shared.content_hash)
        .limit(1)
    ).scalar_one_or_none()
    return found


def forget_expired(work: UnitOfWork) -> int:
    """Forget the rehearsals whose ninety days are over; how many there were."""
    return work.connection.execute(
        sa.delete(shared_rehearsal).where(shared_rehearsal.c.expires_at <= work.now)
    ).rowcount
