"""Make room for annexes, amendments, proofs and providers beside agreements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base
from engine.persistence.migrations.first_tables import recorded

STANDS = sa.text("struck_at IS NULL")
IS_GOING_ON = sa.text("state IN ('asked', 'sent')")
NEVER_REWRITTEN = {
    "postgresql": [
        """CREATE OR REPLACE FUNCTION refuse_other_words() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN
             IF TG_OP = 'UPDATE'
                AND (NEW.project_id, NEW.number, NEW.version, NEW.text::text, NEW.body, NEW.media_type,
                     NEW.text_hash, NEW.kind, NEW.parent_id, NEW.locale)
                  IS NOT DISTINCT FROM
                    (OLD.project_id, OLD.number, OLD.version, OLD.text::text, OLD.body, OLD.media_type,
                     OLD.text_hash, OLD.kind, OLD.parent_id, OLD.locale)
                AND (OLD.file_hash IS NULL OR NEW.file_hash IS NOT DISTINCT FROM OLD.file_hash)
             THEN RETURN NEW; END IF;
             RAISE EXCEPTION 'an agreement is never rewritten';
           END $$""",
    ],
    "sqlite": [
        """CREATE TRIGGER agreement_no_delete BEFORE DELETE ON agreement
           BEGIN SELECT RAISE(ABORT, 'an agreement is never rewritten'); END""",
        """CREATE TRIGGER agreement_no_update BEFORE UPDATE ON agreement
           WHEN NEW.project_id IS NOT OLD.project_id OR NEW.number IS NOT OLD.number
             OR NEW.version IS NOT OLD.version OR NEW.text IS NOT OLD.text OR NEW.body IS NOT OLD.body
             OR NEW.media_type IS NOT OLD.media_type OR NEW.text_hash IS NOT OLD.text_hash
             OR NEW.kind IS NOT OLD.kind OR NEW.parent_id IS NOT OLD.parent_id
             OR NEW.locale IS NOT OLD.locale
             OR (OLD.file_hash IS NOT NULL AND NEW.file_hash IS NOT OLD.file_hash)
           BEGIN SELECT RAISE(ABORT, 'an agreement is never rewritten'); END""",
    ],
}


def upgrade() -> None:
    """Add these columns and tables; an agreement is never rewritten, as before."""
    change_agreements()
    change_signatures()
    add_tables()


def change_agreements() -> None:
    """Tell agreements from annexes and amendments, which have their numbers and versions."""
    with op.batch_alter_table("agreement") as table:
        table.add_column(sa.Column("kind", sa.Text(), server_default="agreement", nullable=False))
        table.add_column(sa.Column("parent_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("instance_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("locale", sa.Text(), server_default="fr", nullable=False))
        table.add_column(sa.Column("file_hash", sa.Text(), nullable=True))
        table.add_column(sa.Column("paper_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("envelope_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("adds", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("changes", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        table.drop_constraint(op.f("agreement_project_id_version_key"), type_="unique")
        table.create_unique_constraint(
            op.f("agreement_project_id_kind_number_version_key"),
            ["project_id", "kind", "number", "version"],
        )
        table.create_foreign_key(op.f("agreement_parent_id_fkey"), "agreement", ["parent_id"], ["id"])
        table.create_foreign_key(op.f("agreement_paper_id_fkey"), "paper", ["paper_id"], ["id"])
        table.create_foreign_key(op.f("agreement_envelope_id_fkey"), "paper", ["envelope_id"], ["id"])
    for name in ("parent_id", "instance_id", "paper_id", "envelope_id"):
        op.create_index(op.f(f"agreement_{name}"), "agreement", [name], unique=False)
    # SQLite has made the table anew, and dropped with the old one what guarded it.
    for statement in NEVER_REWRITTEN[op.get_bind().dialect.name]:
        op.execute(statement)


def change_signatures() -> None:
    """Keep how a line is to be signed, and what proves that it was."""
    op.add_column("signatory", sa.Column("way", sa.Text(), server_default="online", nullable=False))
    moment = engine.persistence.base.UtcDateTime(timezone=True)
    with op.batch_alter_table("signature") as table:
        table.add_column(sa.Column("proof_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("identified_by", sa.Text(), nullable=True))
        table.add_column(sa.Column("proved_at", moment, nullable=True))
        table.add_column(sa.Column("address", sa.Text(), nullable=True))
        table.add_column(sa.Column("consent", sa.Text(), nullable=True))
        table.add_column(sa.Column("evidence_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("attested", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.create_foreign_key(op.f("signature_evidence_id_fkey"), "document", ["evidence_id"], ["id"])


def add_tables() -> None:
    """Create the tables of requests to providers and of advances paid."""
    op.create_table(
        "provider_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("signatory_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("leased_until", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("evidence_document_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("provider_request_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["evidence_document_id"], ["document.id"], name=op.f("provider_request_evidence_document_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("provider_request_project_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["signatory_id"], ["signatory.id"], name=op.f("provider_request_signatory_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("provider_request_pkey")),
    )
    op.create_index(op.f("provider_request_project_id"), "provider_request", ["project_id"], unique=False)
    op.create_index(op.f("provider_request_reference"), "provider_request", ["reference"], unique=False)
    op.create_index(
        "provider_request_due",
        "provider_request",
        ["next_try_at"],
        unique=False,
        postgresql_where=IS_GOING_ON,
        sqlite_where=IS_GOING_ON,
    )
    op.create_index(
        "provider_request_signatory_id",
        "provider_request",
        ["signatory_id"],
        unique=True,
        postgresql_where=IS_GOING_ON,
        sqlite_where=IS_GOING_ON,
    )
    op.create_table(
        "advance_payment",
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("bank_reference", sa.Text(), nullable=False),
        *recorded.columns(),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("advance_payment_basin_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("advance_payment_project_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("advance_payment_pkey")),
    )
    op.create_index(op.f("advance_payment_project_id"), "advance_payment", ["project_id"], unique=False)
    op.create_index(
        "advance_payment_once",
        "advance_payment",
        ["project_id"],
        unique=True,
        postgresql_where=STANDS,
        sqlite_where=STANDS,
    )
