"""Lay down the tables of papers, and of the proofs that signatures lean on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base

IS_REQUESTED = sa.text("state = 'requested'")
HAS_FAILED = sa.text("state = 'failed'")
MADE_ONCE = {
    "postgresql": [
        """CREATE OR REPLACE FUNCTION refuse_other_content() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN
             IF OLD.content_hash IS NULL OR NEW.content_hash IS NOT DISTINCT FROM OLD.content_hash
             THEN RETURN NEW; END IF;
             RAISE EXCEPTION 'a paper is made once';
           END $$""",
        """CREATE TRIGGER paper_made_once BEFORE UPDATE ON paper
           FOR EACH ROW EXECUTE FUNCTION refuse_other_content()""",
    ],
    "sqlite": [
        """CREATE TRIGGER paper_made_once BEFORE UPDATE ON paper
           WHEN OLD.content_hash IS NOT NULL AND NEW.content_hash IS NOT OLD.content_hash
           BEGIN SELECT RAISE(ABORT, 'a paper is made once'); END""",
    ],
}


def upgrade() -> None:
    """Create these tables and their indexes, and what keeps a paper as it was made."""
    op.create_table(
        "paper",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("chain_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("requested_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_try_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("leased_until", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("failed_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("template", sa.Text(), nullable=True),
        sa.Column("standard", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("made_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("is_specimen", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sealed_by", sa.Text(), nullable=True),
        sa.Column("timestamped", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("paper_basin_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("paper_project_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("paper_pkey")),
        sa.UniqueConstraint(
            "kind",
            "subject_id",
            "locale",
            "variant",
            "version",
            name=op.f("paper_kind_subject_id_locale_variant_version_key"),
        ),
    )
    op.create_index(op.f("paper_content_hash"), "paper", ["content_hash"], unique=False)
    op.create_index(
        "paper_due",
        "paper",
        ["next_try_at"],
        unique=False,
        postgresql_where=IS_REQUESTED,
        sqlite_where=IS_REQUESTED,
    )
    op.create_index(
        "paper_failed",
        "paper",
        ["failed_at"],
        unique=False,
        postgresql_where=HAS_FAILED,
        sqlite_where=HAS_FAILED,
    )
    op.create_index(op.f("paper_project_id"), "paper", ["project_id"], unique=False)
    op.create_index(op.f("paper_subject_id"), "paper", ["subject_id"], unique=False)
    op.create_table(
        "signature_proof",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("means", sa.Text(), nullable=False),
        sa.Column("proved_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("used_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("voided_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("signature_proof_person_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("signature_proof_pkey")),
    )
    op.create_index(
        op.f("signature_proof_person_id_proved_at"),
        "signature_proof",
        ["person_id", "proved_at"],
        unique=False,
    )
    for statement in MADE_ONCE[op.get_bind().dialect.name]:
        op.execute(statement)
