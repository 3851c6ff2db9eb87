"""Tables of the cooperation agreement: its versions, its signatories, their signatures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.persistence.base import Base, new_id
from engine.projects import models as projects  # noqa: F401 -- the tables our foreign keys name


class Agreement(Base):
    """One version of a project's cooperation agreement; a new version voids the signatures of the last.

    `text` is a snapshot of the decision as it was signed off; `body` the agreement in words, made from
    it; `text_hash` the SHA-256 of the body, which every signature binds. `media_type` says how the body
    is read: an archive format would bring its own. The database refuses to rewrite any of them.
    """

    __tablename__ = "agreement"
    __table_args__ = (sa.UniqueConstraint("project_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id"))
    number: Mapped[str] = mapped_column(index=True)
    version: Mapped[int]
    decision_id: Mapped[UUID | None]
    text: Mapped[dict[str, Any]]
    body: Mapped[str]
    media_type: Mapped[str]
    text_hash: Mapped[str]
    state: Mapped[str]
    prepared_on: Mapped[date]
    prepared_at: Mapped[datetime]
    prepared_by: Mapped[UUID]
    effective_on: Mapped[date | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]


IMMUTABLE = {
    "postgresql": [
        """CREATE OR REPLACE FUNCTION refuse_other_words() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN
             IF TG_OP = 'UPDATE'
                AND (NEW.project_id, NEW.number, NEW.version, NEW.text::text, NEW.body, NEW.media_type,
                     NEW.text_hash)
                  IS NOT DISTINCT FROM
                    (OLD.project_id, OLD.number, OLD.version, OLD.text::text, OLD.body, OLD.media_type,
                     OLD.text_hash)
             THEN RETURN NEW; END IF;
             RAISE EXCEPTION 'an agreement is never rewritten';
           END $$""",
        """CREATE TRIGGER agreement_kept BEFORE UPDATE OR DELETE ON agreement
           FOR EACH ROW EXECUTE FUNCTION refuse_other_words()""",
    ],
    "sqlite": [
        """CREATE TRIGGER agreement_no_delete BEFORE DELETE ON agreement
           BEGIN SELECT RAISE(ABORT, 'an agreement is never rewritten'); END""",
        """CREATE TRIGGER agreement_no_update BEFORE UPDATE ON agreement
           WHEN NEW.project_id IS NOT OLD.project_id OR NEW.number IS NOT OLD.number
             OR NEW.version IS NOT OLD.version OR NEW.text IS NOT OLD.text OR NEW.body IS NOT OLD.body
             OR NEW.media_type IS NOT OLD.media_type OR NEW.text_hash IS NOT OLD.text_hash
           BEGIN SELECT RAISE(ABORT, 'an agreement is never rewritten'); END""",
    ],
}


def _install(_: object, connection: sa.Connection, **__: object) -> None:
    for statement in IMMUTABLE[connection.dialect.name]:
        connection.exec_driver_sql(statement)


sa.event.listen(Agreement.__table__, "after_create", _install)


class Signatory(Base):
    """A line to sign: one capacity of one person, at its place in the agreement (R25)."""

    __tablename__ = "signatory"
    __table_args__ = (sa.UniqueConstraint("agreement_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    agreement_id: Mapped[UUID] = mapped_column(sa.ForeignKey("agreement.id"))
    position: Mapped[int]
    capacity: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("organisation.id"))


STANDS = sa.text("struck_at IS NULL")


class Signature(Base):
    """What a signatory answered: signed or refused, on which day, on which exact text."""

    __tablename__ = "signature"
    # A line is signed once; what was struck out stays beside, to be read (D21).
    __table_args__ = (
        sa.Index(
            "signature_signatory_id",
            "signatory_id",
            unique=True,
            postgresql_where=STANDS,
            sqlite_where=STANDS,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    agreement_id: Mapped[UUID] = mapped_column(sa.ForeignKey("agreement.id"), index=True)
    signatory_id: Mapped[UUID] = mapped_column(sa.ForeignKey("signatory.id"))
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("person.id"))
    capacity: Mapped[str]
    text_hash: Mapped[str]
    mode: Mapped[str]
    signed_on: Mapped[date | None]
    refused_on: Mapped[date | None]
    refused_reason: Mapped[str | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    document_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("document.id"))
    voided_at: Mapped[datetime | None]
    struck_at: Mapped[datetime | None]  # Recorded on paper for somebody who had not signed.
