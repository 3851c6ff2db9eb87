"""Lay down the tables of a session's agenda, of interests, attendance and ballots."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base

STANDS = sa.text("removed_at IS NULL")
IS_GOING_ON = sa.text("ended_on IS NULL")
COUNTS = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    """Create these tables and their indexes."""
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=True),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("is_late", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("added_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("removed_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Uuid(), nullable=True),
        sa.Column("removed_reason", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("outcome_note", sa.Text(), nullable=True),
        sa.Column("outcome_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome_by", sa.Uuid(), nullable=True),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("chaired_by_id", sa.Uuid(), nullable=True),
        sa.Column("conducted_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("agenda_item_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["chaired_by_id"], ["person.id"], name=op.f("agenda_item_chaired_by_id_fkey")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("agenda_item_decision_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("agenda_item_project_id_fkey")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["committee_session.id"], name=op.f("agenda_item_session_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("agenda_item_pkey")),
    )
    op.create_index(op.f("agenda_item_session_id"), "agenda_item", ["session_id"], unique=False)
    op.create_index(op.f("agenda_item_project_id"), "agenda_item", ["project_id"], unique=False)
    op.create_index(op.f("agenda_item_decision_id"), "agenda_item", ["decision_id"], unique=False)
    op.create_index(
        "agenda_item_once",
        "agenda_item",
        ["session_id", "key"],
        unique=True,
        postgresql_where=STANDS,
        sqlite_where=STANDS,
    )
    op.create_table(
        "diffusion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("paper_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("acknowledged_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_through", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("diffusion_basin_id_fkey")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("diffusion_paper_id_fkey")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("diffusion_person_id_fkey")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["committee_session.id"], name=op.f("diffusion_session_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("diffusion_pkey")),
        sa.UniqueConstraint(
            "session_id", "version", "seat_id", name=op.f("diffusion_session_id_version_seat_id_key")
        ),
    )
    op.create_index(op.f("diffusion_paper_id"), "diffusion", ["paper_id"], unique=False)
    op.create_table(
        "interest_declaration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("is_recused", sa.Boolean(), nullable=False),
        sa.Column("through", sa.Text(), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("is_late", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("interest_declaration_assignment_id_fkey")
        ),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("interest_declaration_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("interest_declaration_organisation_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("interest_declaration_person_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("interest_declaration_project_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["committee_session.id"], name=op.f("interest_declaration_session_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("interest_declaration_pkey")),
    )
    op.create_index(
        op.f("interest_declaration_project_id"), "interest_declaration", ["project_id"], unique=False
    )
    op.create_index(
        "interest_declaration_once",
        "interest_declaration",
        ["project_id", "person_id"],
        unique=True,
        postgresql_where=IS_GOING_ON,
        sqlite_where=IS_GOING_ON,
    )
    op.create_table(
        "attendance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("presence", sa.Text(), nullable=False),
        sa.Column("proxy_to_seat_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("attendance_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("attendance_organisation_id_fkey")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("attendance_person_id_fkey")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["committee_session.id"], name=op.f("attendance_session_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("attendance_pkey")),
        sa.UniqueConstraint("session_id", "seat_id", name=op.f("attendance_session_id_seat_id_key")),
    )
    op.create_table(
        "ballot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("through", sa.Text(), nullable=False),
        sa.Column("cast_by", sa.Uuid(), nullable=False),
        sa.Column("cast_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("ballot_basin_id_fkey")),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"], name=op.f("ballot_item_id_fkey")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("ballot_person_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("ballot_pkey")),
    )
    op.create_index(op.f("ballot_item_id"), "ballot", ["item_id"], unique=False)
    op.create_index(
        "ballot_once",
        "ballot",
        ["item_id", "kind", "seat_id"],
        unique=True,
        postgresql_where=COUNTS,
        sqlite_where=COUNTS,
    )
