"""Lay down the tables of minutes, and of what follows from them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base

IS_TO_DELIVER = sa.text("delivered_at IS NULL")
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


def upgrade() -> None:
    """Create these tables and their indexes, and what keeps them as they were signed."""
    op.create_table(
        "minutes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("drafted_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_as", sa.Text(), nullable=True),
        sa.Column("sent_back_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("sent_back_by", sa.Uuid(), nullable=True),
        sa.Column("sent_back_reason", sa.Text(), nullable=True),
        sa.Column("file_hash", sa.Text(), nullable=True),
        sa.Column("paper_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("minutes_basin_id_fkey")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("minutes_paper_id_fkey")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["committee_session.id"], name=op.f("minutes_session_id_fkey")
        ),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name=op.f("minutes_signed_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("minutes_pkey")),
        sa.UniqueConstraint("session_id", "version", name=op.f("minutes_session_id_version_key")),
    )
    op.create_index(op.f("minutes_paper_id"), "minutes", ["paper_id"], unique=False)
    op.create_table(
        "erratum",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Text(), nullable=False),
        sa.Column("right_text", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("paper_id", sa.Uuid(), nullable=True),
        sa.Column("noted_in", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("erratum_basin_id_fkey")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("erratum_decision_id_fkey")),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("erratum_item_id_fkey")),
        sa.ForeignKeyConstraint(["noted_in"], ["committee_session.id"], name=op.f("erratum_noted_in_fkey")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("erratum_paper_id_fkey")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["committee_session.id"], name=op.f("erratum_session_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("erratum_pkey")),
        sa.UniqueConstraint("session_id", "number", name=op.f("erratum_session_id_number_key")),
    )
    op.create_index(op.f("erratum_paper_id"), "erratum", ["paper_id"], unique=False)
    op.create_table(
        "extract",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("created_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("leased_until", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("extract_basin_id_fkey")),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("extract_item_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("extract_project_id_fkey")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["committee_session.id"], name=op.f("extract_session_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("extract_pkey")),
        sa.UniqueConstraint("item_id", "effect", name=op.f("extract_item_id_effect_key")),
    )
    op.create_index(op.f("extract_session_id"), "extract", ["session_id"], unique=False)
    op.create_index(op.f("extract_project_id"), "extract", ["project_id"], unique=False)
    op.create_index(
        "extract_due",
        "extract",
        ["created_at"],
        unique=False,
        postgresql_where=IS_TO_DELIVER,
        sqlite_where=IS_TO_DELIVER,
    )
    op.create_table(
        "observation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("written_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(session_id IS NULL) <> (project_id IS NULL)", name=op.f("observation_about_one_thing_check")
        ),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("observation_basin_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("observation_project_id_fkey")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["committee_session.id"], name=op.f("observation_session_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("observation_pkey")),
    )
    op.create_index(op.f("observation_session_id"), "observation", ["session_id"], unique=False)
    op.create_index(op.f("observation_project_id"), "observation", ["project_id"], unique=False)
    name = op.get_bind().dialect.name
    for statement in (*SIGNED_ONCE[name], *APPENDED_ONLY[name]):
        op.execute(statement)
