"""Lay down the tables of mails, and of the rungs that reminders climb."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base


def upgrade() -> None:
    """Create these tables and their indexes."""
    op.create_table(
        "captured_mail",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("basin_id", sa.Integer(), nullable=True),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("captured_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("captured_mail_pkey")),
    )
    op.create_index(op.f("captured_mail_captured_at"), "captured_mail", ["captured_at"], unique=False)
    op.create_index(op.f("captured_mail_case_id"), "captured_mail", ["case_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("basin_id", sa.Integer(), nullable=True),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("counts_for", sa.Integer(), nullable=True),
        sa.Column("unhurried", sa.Boolean(), nullable=False),
        sa.Column("dedupe_key", sa.Text(), nullable=True),
        sa.Column("created_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("send_after", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("sent_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("failed_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["recipient_id"], ["person.id"], name=op.f("outbox_recipient_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("outbox_pkey")),
        sa.UniqueConstraint("dedupe_key", name=op.f("outbox_dedupe_key_key")),
    )
    op.create_index(
        "outbox_due",
        "outbox",
        ["send_after"],
        unique=False,
        postgresql_where=sa.text("outcome IS NULL"),
        sqlite_where=sa.text("outcome IS NULL"),
    )
    op.create_index(
        "outbox_failed",
        "outbox",
        ["failed_at"],
        unique=False,
        postgresql_where=sa.text("failed_at IS NOT NULL"),
        sqlite_where=sa.text("failed_at IS NOT NULL"),
    )
    op.create_index(
        "outbox_header",
        "outbox",
        ["message_id"],
        unique=False,
        postgresql_where=sa.text("message_id IS NOT NULL"),
        sqlite_where=sa.text("message_id IS NOT NULL"),
    )
    op.create_index("outbox_of_case", "outbox", ["case_id", "created_at"], unique=False)
    op.create_index("outbox_of_recipient", "outbox", ["recipient_id", "created_at"], unique=False)
    op.create_table(
        "rung_climbed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("report_number", sa.Integer(), nullable=True),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("climbed_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("outbox_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("rung_climbed_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["outbox_id"],
            ["outbox.id"],
            name=op.f("rung_climbed_outbox_id_fkey"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["recipient_id"], ["person.id"], name=op.f("rung_climbed_recipient_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("rung_climbed_pkey")),
    )
    op.create_index(
        op.f("rung_climbed_basin_id_climbed_at"), "rung_climbed", ["basin_id", "climbed_at"], unique=False
    )
    op.create_index(
        op.f("rung_climbed_case_id_climbed_at"), "rung_climbed", ["case_id", "climbed_at"], unique=False
    )
