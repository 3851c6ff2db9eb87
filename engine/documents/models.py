"""The table of papers: each document to be made, made, or that could not be made."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.people import models as _people  # noqa: F401 -- the tables referred to below
from engine.persistence.base import Base, table_of


class State(enum.StrEnum):
    """How far a paper has come."""

    REQUESTED = "requested"
    MADE = "made"
    FAILED = "failed"  # Tried many times without success: someone must look.
    ERASED = "erased"  # Its content is gone with its time, and no other ever takes its place.


class Paper(Base):
    """One document about one subject, in one language: asked for in the act, made after it has committed.

    `variant` tells apart those who may not read the same (a dossier without the items one is recused on);
    `version` counts what was asked again. Leases and retries follow the machine's clock. The database
    refuses another content once there is one: what was signed or sent stays what it was.
    """

    __tablename__ = "paper"
    __table_args__ = (sa.UniqueConstraint("kind", "subject_id", "locale", "variant", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    chain_id: Mapped[UUID]  # The history it belongs to: a project's or a session's.
    project_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("project.id"), index=True)
    subject_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    locale: Mapped[str]
    variant: Mapped[str] = mapped_column(default="", server_default=sa.text("''"))
    version: Mapped[int]
    name: Mapped[str]
    audience: Mapped[str]
    state: Mapped[str]
    requested_at: Mapped[datetime]
    requested_by: Mapped[UUID]
    attempts: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    next_try_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    failure: Mapped[str | None]
    failed_at: Mapped[datetime | None]
    template: Mapped[str | None]  # With its number: « agreement@1 ».
    standard: Mapped[str | None]  # « a-2a+ua-1 »: what the file was made to conform to.
    content_hash: Mapped[str | None]
    size: Mapped[int | None]
    pages: Mapped[int | None]
    made_at: Mapped[datetime | None]
    is_specimen: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    sealed_by: Mapped[str | None]  # The fingerprint of the certificate.
    timestamped: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


paper = table_of(Paper)
is_requested = paper.c.state == sa.literal_column("'requested'")
sa.Index("paper_due", paper.c.next_try_at, postgresql_where=is_requested, sqlite_where=is_requested)
has_failed = paper.c.state == sa.literal_column("'failed'")
sa.Index("paper_failed", paper.c.failed_at, postgresql_where=has_failed, sqlite_where=has_failed)
sa.Index("paper_content_hash", paper.c.content_hash)

WRITTEN_ONCE = {
    "postgresql": [
        """CREATE OR REPLACE FUNCTION refuse_other_content() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN
             IF (OLD.content_hash IS NULL AND (OLD.state <> 'erased' OR NEW.content_hash IS NULL))
                OR NEW.content_hash IS NOT DISTINCT FROM OLD.content_hash
                OR (NEW.content_hash IS NULL AND NEW.state = 'erased')
             THEN RETURN NEW; END IF;
             RAISE EXCEPTION 'a paper is made once';
           END $$""",
        """CREATE TRIGGER paper_made_once BEFORE UPDATE ON paper
           FOR EACH ROW EXECUTE FUNCTION refuse_other_content()""",
    ],
    "sqlite": [
        """CREATE TRIGGER paper_made_once BEFORE UPDATE ON paper
           WHEN NEW.content_hash IS NOT OLD.content_hash
             AND (OLD.content_hash IS NOT NULL OR OLD.state = 'erased')
             AND NOT (NEW.content_hash IS NULL AND NEW.state = 'erased')
           BEGIN SELECT RAISE(ABORT, 'a paper is made once'); END""",
    ],
}


def _install(_: object, connection: sa.Connection, **__: object) -> None:
    for statement in WRITTEN_ONCE[connection.dialect.name]:
        connection.exec_driver_sql(statement)


sa.event.listen(paper, "after_create", _install)
