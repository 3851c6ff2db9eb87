"""Tables of what a session leaves: its minutes, their errata, the extracts that follow, observations."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.committee import agenda_models as agenda  # noqa: F401 -- the tables our foreign keys name
from engine.persistence.base import Base, new_id, table_of


class Minutes(Base):
    """One version of a session's minutes, as the officer submitted it; sent back, another follows.

    `body` are its words, a paragraph a line; the chair signs their hash. The database refuses to rewrite
    minutes that are signed, and to delete any.
    """

    __tablename__ = "minutes"
    __table_args__ = (sa.UniqueConstraint("session_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("committee_session.id"))
    version: Mapped[int]
    state: Mapped[str]  # draft | to_sign | signed | sent_back
    body: Mapped[str]
    body_hash: Mapped[str]
    drafted_at: Mapped[datetime]
    drafted_by: Mapped[UUID]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[UUID | None]
    signed_on: Mapped[date | None]
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    signed_as: Mapped[str | None]
    sent_back_at: Mapped[datetime | None]
    sent_back_by: Mapped[UUID | None]
    sent_back_reason: Mapped[str | None]
    file_hash: Mapped[str | None]
    paper_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("paper.id"), index=True)


class Erratum(Base):
    """What signed minutes say wrong, what is right, and why: nothing signed is ever edited.

    `paper_id` is its document, `noted_in` the session that took note of it; the rest never changes.
    """

    __tablename__ = "erratum"
    __table_args__ = (sa.UniqueConstraint("session_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("committee_session.id"))
    item_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("agenda_item.id"))
    decision_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("decision.id"))
    number: Mapped[int]
    wrong: Mapped[str]
    right_text: Mapped[str]
    reason: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[UUID]
    occurred_on: Mapped[date]
    paper_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("paper.id"), index=True)
    noted_in: Mapped[UUID | None] = mapped_column(sa.ForeignKey("committee_session.id"))


class Extract(Base):
    """What signed minutes bring about on one project; a tick delivers it, the project's lock first."""

    __tablename__ = "extract"
    __table_args__ = (sa.UniqueConstraint("item_id", "effect"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("committee_session.id"), index=True)
    item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("agenda_item.id"))
    project_id: Mapped[UUID] = mapped_column(sa.ForeignKey("project.id"), index=True)
    effect: Mapped[str]  # decision | ratified | confirmed | cancelled | noted
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    leased_until: Mapped[datetime | None]
    failure: Mapped[str | None]


class Observation(Base):
    """What the steering committee remarks on a session or on a project; nothing waits for its answer."""

    __tablename__ = "observation"
    __table_args__ = (
        sa.CheckConstraint("(session_id IS NULL) <> (project_id IS NULL)", name="about_one_thing"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[int] = mapped_column(sa.ForeignKey("basin.id"))
    session_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("committee_session.id"), index=True)
    project_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("project.id"), index=True)
    text: Mapped[str]
    audience: Mapped[str]
    written_at: Mapped[datetime]
    written_by: Mapped[UUID]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]


_is_to_deliver = sa.text("delivered_at IS NULL")
sa.Index("extract_due", Extract.created_at, postgresql_where=_is_to_deliver, sqlite_where=_is_to_deliver)

SIGNED_ONCE = {
    "postgresql": [
        """CREATE OR REPLACE FUNCTION refuse_other_minutes() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN
             IF TG_OP = 'UPDATE' AND (OLD.state <> 'signed' OR
                (to_jsonb(NEW) - 'file_hash' - 'paper_id') = (to_jsonb(OLD) - 'file_hash' - 'paper_id')
                AND (OLD.file_hash IS NULL OR NEW.file_hash IS NOT DISTINCT FROM OLD.file_hash))
             THEN RETURN NEW; END IF;
             RAISE EXCEPTION 'signed minutes are never rewritten';
           END $$""",
        """CREATE TRIGGER minutes_kept BEFORE UPDATE OR DELETE ON minutes
           FOR EACH ROW EXECUTE FUNCTION refuse_other_minutes()""",
    ],
    "sqlite": [
        """CREATE TRIGGER minutes_no_delete BEFORE DELETE ON minutes
           BEGIN SELECT RAISE(ABORT, 'signed minutes are never rewritten'); END""",
        """CREATE TRIGGER minutes_no_update BEFORE UPDATE ON minutes
           WHEN OLD.state = 'signed' AND (
             NEW.id IS NOT OLD.id OR NEW.basin_id IS NOT OLD.basin_id OR NEW.state IS NOT OLD.state
             OR NEW.session_id IS NOT OLD.session_id OR NEW.version IS NOT OLD.version
             OR NEW.body IS NOT OLD.body OR NEW.body_hash IS NOT OLD.body_hash
             OR NEW.drafted_at IS NOT OLD.drafted_at OR NEW.drafted_by IS NOT OLD.drafted_by
             OR NEW.submitted_at IS NOT OLD.submitted_at OR NEW.submitted_by IS NOT OLD.submitted_by
             OR NEW.signed_on IS NOT OLD.signed_on OR NEW.signed_at IS NOT OLD.signed_at
             OR NEW.signed_by IS NOT OLD.signed_by OR NEW.signed_as IS NOT OLD.signed_as
             OR NEW.sent_back_at IS NOT OLD.sent_back_at OR NEW.sent_back_by IS NOT OLD.sent_back_by
             OR NEW.sent_back_reason IS NOT OLD.sent_back_reason
             OR (OLD.file_hash IS NOT NULL AND NEW.file_hash IS NOT OLD.file_hash))
           BEGIN SELECT RAISE(ABORT, 'signed minutes are never rewritten'); END""",
    ],
}
APPENDED_ONLY = {
    "postgresql": [
        """CREATE OR REPLACE FUNCTION refuse_other_erratum() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN
             IF TG_OP = 'UPDATE'
                AND (to_jsonb(NEW) - 'paper_id' - 'noted_in') = (to_jsonb(OLD) - 'paper_id' - 'noted_in')
                AND (OLD.noted_in IS NULL OR NEW.noted_in IS NOT DISTINCT FROM OLD.noted_in)
             THEN RETURN NEW; END IF;
             RAISE EXCEPTION 'an erratum is never rewritten';
           END $$""",
        """CREATE TRIGGER erratum_kept BEFORE UPDATE OR DELETE ON erratum
           FOR EACH ROW EXECUTE FUNCTION refuse_other_erratum()""",
    ],
    "sqlite": [
        """CREATE TRIGGER erratum_no_delete BEFORE DELETE ON erratum
           BEGIN SELECT RAISE(ABORT, 'an erratum is never rewritten'); END""",
        """CREATE TRIGGER erratum_no_update BEFORE UPDATE ON erratum
           WHEN NEW.id IS NOT OLD.id OR NEW.basin_id IS NOT OLD.basin_id
             OR NEW.session_id IS NOT OLD.session_id OR NEW.item_id IS NOT OLD.item_id
             OR NEW.decision_id IS NOT OLD.decision_id OR NEW.number IS NOT OLD.number
             OR NEW.wrong IS NOT OLD.wrong OR NEW.right_text IS NOT OLD.right_text
             OR NEW.reason IS NOT OLD.reason OR NEW.recorded_at IS NOT OLD.recorded_at
             OR NEW.recorded_by IS NOT OLD.recorded_by OR NEW.occurred_on IS NOT OLD.occurred_on
             OR (OLD.noted_in IS NOT NULL AND NEW.noted_in IS NOT OLD.noted_in)
           BEGIN SELECT RAISE(ABORT, 'an erratum is never rewritten'); END""",
    ],
}


def _install(table: sa.Table, connection: sa.Connection, **__: object) -> None:
    statements = SIGNED_ONCE if table.name == Minutes.__tablename__ else APPENDED_ONLY
    for statement in statements[connection.dialect.name]:
        connection.exec_driver_sql(statement)


for _table in (Minutes, Erratum):
    sa.event.listen(table_of(_table), "after_create", _install)
