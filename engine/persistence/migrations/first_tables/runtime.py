"""Lay down the tables of published processes, their instances and tasks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base


def upgrade() -> None:
    """Create these tables and their indexes."""
    op.create_table(
        "process_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("reference_id", sa.Uuid(), nullable=True),
        sa.Column("charter_version", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("published_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reference_id"], ["process_version.id"], name=op.f("process_version_reference_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("process_version_pkey")),
        sa.UniqueConstraint("basin_id", "number", name=op.f("process_version_basin_id_number_key")),
    )
    op.create_index(op.f("process_version_basin_id"), "process_version", ["basin_id"], unique=False)
    op.create_index(op.f("process_version_content_hash"), "process_version", ["content_hash"], unique=False)
    op.create_table(
        "incident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("incident_pkey")),
    )
    op.create_index(op.f("incident_case_id"), "incident", ["case_id"], unique=False)
    op.create_table(
        "instance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("firm", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("marking", sa.Text(), nullable=False),
        sa.Column("awaited", sa.Text(), nullable=False),
        sa.Column("due_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("wake_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("history_length", sa.Integer(), nullable=False),
        sa.Column("history_hash", sa.Text(), nullable=False),
        sa.Column("anchored_length", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("satellites", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("started_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("end_event", sa.Text(), nullable=True),
        sa.Column("suspended_on", sa.Date(), nullable=True),
        sa.Column("suspended_until", sa.Date(), nullable=True),
        sa.Column("held_by_incident", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["process_version.id"], name=op.f("instance_version_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("instance_pkey")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index(op.f("instance_case_id"), "instance", ["case_id"], unique=False)
    op.create_index(
        "instance_not_anchored",
        "instance",
        ["basin_id"],
        unique=False,
        postgresql_where=sa.text("history_length > anchored_length"),
        sqlite_where=sa.text("history_length > anchored_length"),
    )
    op.create_index(
        "instance_wake_at",
        "instance",
        ["wake_at"],
        unique=False,
        postgresql_where=sa.text("wake_at IS NOT NULL"),
        sqlite_where=sa.text("wake_at IS NOT NULL"),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("form_number", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("pool", sa.Boolean(), nullable=False),
        sa.Column("assignee_id", sa.Uuid(), nullable=True),
        sa.Column("capacity", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.Column("charter_step", sa.Text(), nullable=True),
        sa.Column("waits_for", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("firm", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("opened_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("awaiting", sa.Text(), nullable=True),
        sa.Column("awaiting_since", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("awaiting_until", sa.Date(), nullable=True),
        sa.Column("awaiting_reason", sa.Text(), nullable=True),
        sa.Column("awaited_seconds", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("suspended", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("closed_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=True),
        sa.Column("late_reason", sa.Text(), nullable=True),
        sa.Column("waiting_seconds", sa.Integer(), nullable=True),
        sa.Column("working_seconds", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["assignee_id"], ["person.id"], name=op.f("task_assignee_id_fkey")),
        sa.ForeignKeyConstraint(["instance_id"], ["instance.id"], name=op.f("task_instance_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("task_pkey")),
    )
    op.create_index(
        "task_facts",
        "task",
        [
            "basin_id",
            "closed_at",
            "process",
            "step",
            "waits_for",
            "outcome",
            "waiting_seconds",
            "working_seconds",
            "awaited_seconds",
            "opened_on",
            "due_on",
            "occurred_on",
        ],
        unique=False,
        postgresql_where=sa.text("closed_at IS NOT NULL"),
        sqlite_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_index("task_of_case", "task", ["case_id", "opened_at"], unique=False)
    op.create_index(
        "task_of_person",
        "task",
        ["assignee_id", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "task_of_role",
        "task",
        ["basin_id", "role", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL AND assignee_id IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL AND assignee_id IS NULL"),
    )
    op.create_index(
        "task_open_of_basin",
        "task",
        ["basin_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "task_open_of_case",
        "task",
        ["case_id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "draft",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("form_number", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("saved_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("draft_person_id_fkey")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("draft_task_id_fkey")),
        sa.PrimaryKeyConstraint("task_id", "person_id", name=op.f("draft_pkey")),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("form_number", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("recorded_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("submission_task_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("submission_pkey")),
        sa.UniqueConstraint("task_id", name=op.f("submission_task_id_key")),
    )
    op.create_index(op.f("submission_case_id"), "submission", ["case_id"], unique=False)
