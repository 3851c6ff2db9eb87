"""keep what is to be forgotten and what was, and let signed texts and papers be emptied in time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base

revision = "0022"
down_revision = "0021"

MOMENT = engine.persistence.base.UtcDateTime(timezone=True)
POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION refuse_other_words() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN
             IF TG_OP = 'UPDATE'
                AND (NEW.project_id, NEW.number, NEW.version, NEW.media_type,
                     NEW.text_hash, NEW.kind, NEW.parent_id, NEW.locale)
                  IS NOT DISTINCT FROM
                    (OLD.project_id, OLD.number, OLD.version, OLD.media_type,
                     OLD.text_hash, OLD.kind, OLD.parent_id, OLD.locale)
                AND ((NEW.text::text, NEW.body) IS NOT DISTINCT FROM (OLD.text::text, OLD.body)
                     OR (NEW.text::text = '{}' AND NEW.body = ''))
                AND (OLD.file_hash IS NULL OR NEW.file_hash IS NOT DISTINCT FROM OLD.file_hash
                     OR (NEW.file_hash IS NULL AND NEW.body = ''))
             THEN RETURN NEW; END IF;
             RAISE EXCEPTION 'an agreement is never rewritten';
           END $$""",
    """CREATE OR REPLACE FUNCTION refuse_other_content() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN
             IF (OLD.content_hash IS NULL AND (OLD.state <> 'erased' OR NEW.content_hash IS NULL))
                OR NEW.content_hash IS NOT DISTINCT FROM OLD.content_hash
                OR (NEW.content_hash IS NULL AND NEW.state = 'erased')
             THEN RETURN NEW; END IF;
             RAISE EXCEPTION 'a paper is made once';
           END $$""",
)
SQLITE = (
    "DROP TRIGGER agreement_no_update",
    """CREATE TRIGGER agreement_no_update BEFORE UPDATE ON agreement
           WHEN NEW.project_id IS NOT OLD.project_id OR NEW.number IS NOT OLD.number
             OR NEW.version IS NOT OLD.version
             OR ((NEW.text IS NOT OLD.text OR NEW.body IS NOT OLD.body)
                 AND NOT (NEW.text = '{}' AND NEW.body = ''))
             OR NEW.media_type IS NOT OLD.media_type OR NEW.text_hash IS NOT OLD.text_hash
             OR NEW.kind IS NOT OLD.kind OR NEW.parent_id IS NOT OLD.parent_id
             OR NEW.locale IS NOT OLD.locale
             OR (OLD.file_hash IS NOT NULL AND NEW.file_hash IS NOT OLD.file_hash
                 AND NOT (NEW.file_hash IS NULL AND NEW.body = ''))
           BEGIN SELECT RAISE(ABORT, 'an agreement is never rewritten'); END""",
    "DROP TRIGGER paper_made_once",
    """CREATE TRIGGER paper_made_once BEFORE UPDATE ON paper
           WHEN NEW.content_hash IS NOT OLD.content_hash
             AND (OLD.content_hash IS NOT NULL OR OLD.state = 'erased')
             AND NOT (NEW.content_hash IS NULL AND NEW.state = 'erased')
           BEGIN SELECT RAISE(ABORT, 'a paper is made once'); END""",
)


def upgrade() -> None:
    """Go to this release's tables."""
    op.add_column("person", sa.Column("erased_at", MOMENT, nullable=True))
    op.add_column("project", sa.Column("archived_at", MOMENT, nullable=True))
    op.add_column("project", sa.Column("erased_at", MOMENT, nullable=True))
    op.create_table(
        "retention_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("first_warned_at", MOMENT, nullable=True),
        sa.Column("last_warned_at", MOMENT, nullable=True),
        sa.Column("extended_at", MOMENT, nullable=True),
        sa.Column("extended_by", sa.Uuid(), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("retention_plan_basin_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("retention_plan_pkey")),
        sa.UniqueConstraint("rule", "subject_id", name=op.f("retention_plan_rule_subject_id_key")),
    )
    for column in ("subject_id", "basin_id"):
        op.create_index(op.f(f"retention_plan_{column}"), "retention_plan", [column])
    op.create_table(
        "erasure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("erasure_pkey")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("erasure_kind_subject_id_key")),
    )
    op.create_table(
        "forgotten_content",
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("forgotten_content_pkey")),
    )
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(sa.text(statement.replace(":", r"\:")))
