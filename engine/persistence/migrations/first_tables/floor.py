"""Lay down the tables under everything: the history and its anchors, claims, clocks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base

# History is append-only: only its erasable content may be emptied, never filled again.
APPEND_ONLY = {
    "postgresql": [
        """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN
             IF TG_OP = 'UPDATE' AND NEW.content IS NULL AND NEW.salt IS NULL
                AND (to_jsonb(NEW) - 'content' - 'salt') = (to_jsonb(OLD) - 'content' - 'salt')
             THEN RETURN NEW; END IF;
             RAISE EXCEPTION 'history is append-only';
           END $$""",
        """CREATE TRIGGER history_append_only BEFORE UPDATE OR DELETE ON history
           FOR EACH ROW EXECUTE FUNCTION refuse_change()""",
        """ALTER TABLE history ALTER COLUMN transaction_id
           SET DEFAULT (pg_current_xact_id()::text::bigint)""",
    ],
    "sqlite": [
        """CREATE TRIGGER history_no_delete BEFORE DELETE ON history
           BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
        """CREATE TRIGGER history_no_update BEFORE UPDATE ON history
           WHEN NEW.content IS NOT NULL OR NEW.salt IS NOT NULL
             OR NEW.seq IS NOT OLD.seq OR NEW.chain_id IS NOT OLD.chain_id
             OR NEW.number IS NOT OLD.number OR NEW.basin_id IS NOT OLD.basin_id
             OR NEW.recorded_at IS NOT OLD.recorded_at OR NEW.occurred_on IS NOT OLD.occurred_on
             OR NEW.actor_id IS NOT OLD.actor_id OR NEW.on_behalf_of IS NOT OLD.on_behalf_of
             OR NEW.capacity IS NOT OLD.capacity OR NEW.kind IS NOT OLD.kind
             OR NEW.subject_id IS NOT OLD.subject_id OR NEW.data IS NOT OLD.data
             OR NEW.content_digest IS NOT OLD.content_digest OR NEW.hash IS NOT OLD.hash
             OR NEW.transaction_id IS NOT OLD.transaction_id
           BEGIN SELECT RAISE(ABORT, 'history is append-only'); END""",
    ],
}


def upgrade() -> None:
    """Create these tables and their indexes."""
    op.create_table(
        "anchor",
        sa.Column("basin_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("previous_root", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("basin_id", "number", name=op.f("anchor_pkey")),
    )
    op.create_table(
        "anchor_leaf",
        sa.Column("basin_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chain_id", sa.Uuid(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("basin_id", "number", "chain_id", name=op.f("anchor_leaf_pkey")),
    )
    op.create_table(
        "chain_head",
        sa.Column("chain_id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=True),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("anchored_length", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", name=op.f("chain_head_pkey")),
    )
    op.create_table(
        "history",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("chain_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=True),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.Column("capacity", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("salt", sa.Text(), nullable=True),
        sa.Column("content_digest", sa.Text(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("history_pkey")),
        sa.UniqueConstraint("chain_id", "number", name=op.f("history_chain_id_number_key")),
    )
    op.create_index("history_recorded_at", "history", ["recorded_at"], unique=False, postgresql_using="brin")
    op.create_index("history_subject", "history", ["subject_id"], unique=False)
    op.create_table(
        "idempotency_key",
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("kept_until", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("actor_id", "route", "key", name=op.f("idempotency_key_pkey")),
    )
    op.create_index(op.f("idempotency_key_kept_until"), "idempotency_key", ["kept_until"], unique=False)
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("created_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("held_since", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("installation_pkey")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("lease_pkey")),
    )
    op.create_table(
        "simulated_clock",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("instant", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("advancing_until", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("simulated_clock_pkey")),
    )
    op.create_table(
        "tick_mark",
        sa.Column("tick", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("taken_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tick", "period", name=op.f("tick_mark_pkey")),
    )
    op.create_table(
        "tick_run",
        sa.Column("tick", sa.Text(), nullable=False),
        sa.Column("process_name", sa.Text(), nullable=False),
        sa.Column("last_started_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_ended_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("runs", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("tick", "process_name", name=op.f("tick_run_pkey")),
    )
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(sa.text(statement.replace(":", "\\:")))
