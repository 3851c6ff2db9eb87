"""Lay down the tables of a project’s follow-up, until it ends."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base
from engine.persistence.migrations.first_tables import recorded


def upgrade() -> None:
    """Create these tables and their indexes."""
    op.create_table(
        "report",
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("mandatary_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_for", sa.Date(), nullable=True),
        sa.Column("days_late", sa.Integer(), nullable=False),
        sa.Column("nothing_new", sa.Boolean(), nullable=False),
        sa.Column("weather", sa.Text(), nullable=True),
        sa.Column("progress", sa.Text(), nullable=True),
        sa.Column("jobs_created", sa.Integer(), nullable=True),
        sa.Column("jobs_sustained", sa.Integer(), nullable=True),
        sa.Column("contact_on", sa.Date(), nullable=True),
        sa.Column("new_intervention", sa.Boolean(), nullable=False),
        sa.Column("intervention_domain", sa.Text(), nullable=True),
        sa.Column("intervention_quarter_days", sa.Integer(), nullable=True),
        sa.Column("intervention_purpose", sa.Text(), nullable=True),
        sa.Column("difficulties", sa.Text(), nullable=True),
        *recorded.columns(),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("report_basin_id_fkey")),
        sa.ForeignKeyConstraint(["mandatary_id"], ["person.id"], name=op.f("report_mandatary_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("report_project_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("report_pkey")),
    )
    op.create_index("report_in_order", "report", ["project_id", "number"], unique=False)
    op.create_index(op.f("report_project_id"), "report", ["project_id"], unique=False)
    op.create_table(
        "report_period",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("days_late", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("report_period_basin_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("report_period_project_id_fkey")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("report_period_report_id_fkey")),
        sa.PrimaryKeyConstraint("report_id", "number", name=op.f("report_period_pkey")),
    )
    op.create_index(op.f("report_period_project_id"), "report_period", ["project_id"], unique=False)
    op.create_table(
        "address_problem",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("found_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("closed_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("address_problem_basin_id_fkey")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("address_problem_person_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("address_problem_project_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("address_problem_pkey")),
    )
    op.create_index(op.f("address_problem_instance_id"), "address_problem", ["instance_id"], unique=False)
    op.create_index(op.f("address_problem_project_id"), "address_problem", ["project_id"], unique=False)
    op.create_table(
        "end_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("decided_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("end_request_basin_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("end_request_project_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("end_request_pkey")),
    )
    op.create_index(op.f("end_request_project_id"), "end_request", ["project_id"], unique=False)
    op.create_table(
        "final_review",
        sa.Column("jobs_created", sa.Integer(), nullable=True),
        sa.Column("jobs_sustained", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("turnover_before_cents", sa.BigInteger(), nullable=True),
        sa.Column("turnover_after_cents", sa.BigInteger(), nullable=True),
        sa.Column("certification", sa.Text(), nullable=True),
        sa.Column("relations_continue", sa.Boolean(), nullable=True),
        sa.Column("satisfaction", sa.Text(), nullable=True),
        sa.Column("lessons", sa.Text(), nullable=True),
        sa.Column("testimony", sa.Text(), nullable=True),
        sa.Column("quotation_allowed", sa.Boolean(), nullable=False),
        sa.Column("may_join_committee", sa.Boolean(), nullable=False),
        sa.Column("may_sponsor", sa.Boolean(), nullable=False),
        *recorded.columns(),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("final_review_basin_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("final_review_project_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("final_review_pkey")),
    )
    op.create_index(op.f("final_review_project_id"), "final_review", ["project_id"], unique=False)
    op.create_table(
        "intervention_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=True),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("domain", sa.Text(), nullable=True),
        sa.Column("quarter_days", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("expert_id", sa.Uuid(), nullable=True),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("forwarded", sa.Boolean(), nullable=True),
        sa.Column("review_reason", sa.Text(), nullable=True),
        sa.Column("review_note", sa.Text(), nullable=True),
        sa.Column("reviewed_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("intervention_request_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["organisation.id"], name=op.f("intervention_request_company_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["person.id"], name=op.f("intervention_request_expert_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("intervention_request_project_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("intervention_request_report_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("intervention_request_pkey")),
    )
    op.create_index(
        op.f("intervention_request_instance_id"), "intervention_request", ["instance_id"], unique=False
    )
    op.create_index(
        op.f("intervention_request_project_id"), "intervention_request", ["project_id"], unique=False
    )
    op.create_table(
        "mandatary_replacement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("from_person_id", sa.Uuid(), nullable=True),
        sa.Column("from_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("to_person_id", sa.Uuid(), nullable=False),
        sa.Column("to_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("report_due_on", sa.Date(), nullable=True),
        sa.Column("new_due_on", sa.Date(), nullable=True),
        sa.Column("ratified_in", sa.Uuid(), nullable=True),
        sa.Column("ratified_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("mandatary_replacement_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["from_organisation_id"],
            ["organisation.id"],
            name=op.f("mandatary_replacement_from_organisation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["from_person_id"], ["person.id"], name=op.f("mandatary_replacement_from_person_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("mandatary_replacement_project_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["to_organisation_id"],
            ["organisation.id"],
            name=op.f("mandatary_replacement_to_organisation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["to_person_id"], ["person.id"], name=op.f("mandatary_replacement_to_person_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("mandatary_replacement_pkey")),
    )
    op.create_index(
        op.f("mandatary_replacement_project_id"), "mandatary_replacement", ["project_id"], unique=False
    )
