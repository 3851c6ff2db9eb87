"""Lay down the tables of a project until the committee decides."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base
from engine.persistence.migrations.first_tables import recorded


def upgrade() -> None:
    """Create these tables and their indexes."""
    op.create_table(
        "reference_counter",
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("reference_counter_basin_id_fkey")),
        sa.PrimaryKeyConstraint("basin_id", "series", "year", name=op.f("reference_counter_pkey")),
    )
    op.create_table(
        "project",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("firm", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("siret", sa.Text(), nullable=True),
        sa.Column("not_registered", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("opened_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column("brought_by_id", sa.Uuid(), nullable=True),
        sa.Column("known_member_id", sa.Uuid(), nullable=True),
        sa.Column("sme_head_id", sa.Uuid(), nullable=True),
        sa.Column("resubmission_of", sa.Uuid(), nullable=True),
        sa.Column("commune", sa.Text(), nullable=True),
        sa.Column("out_of_perimeter_reason", sa.Text(), nullable=True),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.Column("headcount_on", sa.Date(), nullable=True),
        sa.Column("activity_code", sa.Text(), nullable=True),
        sa.Column("created_on", sa.Date(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("group_name", sa.Text(), nullable=True),
        sa.Column("schemes", sa.JSON(), nullable=False),
        sa.Column("reoriented_to", sa.Text(), nullable=True),
        sa.Column("qualification_note", sa.Text(), nullable=True),
        sa.Column("qualified_on", sa.Date(), nullable=True),
        sa.Column("partnership_agreement_id", sa.Uuid(), nullable=False),
        sa.Column("charter_version", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("mandatary_id", sa.Uuid(), nullable=True),
        sa.Column("mandatary_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("follow_up_months", sa.Integer(), nullable=True),
        sa.Column("cadence_months", sa.Integer(), nullable=True),
        sa.Column("advance_cents", sa.BigInteger(), nullable=False),
        sa.Column("advance_months", sa.Integer(), nullable=True),
        sa.Column("advance_deferral_months", sa.Integer(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("follow_up_ends_on", sa.Date(), nullable=True),
        sa.Column("suspended_on", sa.Date(), nullable=True),
        sa.Column("suspended_until", sa.Date(), nullable=True),
        sa.Column("adopted", sa.Boolean(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_kind", sa.Text(), nullable=True),
        sa.Column("end_cause", sa.Text(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("project_basin_id_fkey")),
        sa.ForeignKeyConstraint(["mandatary_id"], ["person.id"], name=op.f("project_mandatary_id_fkey")),
        sa.ForeignKeyConstraint(
            ["mandatary_organisation_id"],
            ["organisation.id"],
            name=op.f("project_mandatary_organisation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("project_organisation_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_agreement_id"],
            ["partnership_agreement.id"],
            name=op.f("project_partnership_agreement_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["resubmission_of"], ["project.id"], name=op.f("project_resubmission_of_fkey")
        ),
        sa.ForeignKeyConstraint(["sme_head_id"], ["person.id"], name=op.f("project_sme_head_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("project_pkey")),
        sa.UniqueConstraint("reference", name=op.f("project_reference_key")),
    )
    op.create_index("project_of_basin", "project", ["basin_id", "opened_at", "id"], unique=False)
    op.create_index("project_of_status", "project", ["basin_id", "status"], unique=False)
    op.create_index(op.f("project_organisation_id"), "project", ["organisation_id"], unique=False)
    op.create_table(
        "committed_means",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("quarter_days", sa.Integer(), nullable=False),
        sa.Column("day_rate_cents", sa.BigInteger(), nullable=False),
        sa.Column("committed_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("committed_means_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["organisation.id"], name=op.f("committed_means_company_id_fkey")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("committed_means_project_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("committed_means_pkey")),
    )
    op.create_index(op.f("committed_means_project_id"), "committed_means", ["project_id"], unique=False)
    op.create_table(
        "complementary_diagnostic",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("ordered_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ordered_by", sa.Uuid(), nullable=False),
        sa.Column("ordered_in", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("expert_id", sa.Uuid(), nullable=False),
        sa.Column("expert_organisation_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=True),
        sa.Column("recommendation", sa.Text(), nullable=True),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("quarter_days", sa.Integer(), nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["basin_id"], ["basin.id"], name=op.f("complementary_diagnostic_basin_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["person.id"], name=op.f("complementary_diagnostic_expert_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["expert_organisation_id"],
            ["organisation.id"],
            name=op.f("complementary_diagnostic_expert_organisation_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("complementary_diagnostic_project_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("complementary_diagnostic_pkey")),
    )
    op.create_index(
        op.f("complementary_diagnostic_project_id"), "complementary_diagnostic", ["project_id"], unique=False
    )
    op.create_table(
        "completeness_check",
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        *recorded.columns(),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("completeness_check_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.id"], name=op.f("completeness_check_project_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("completeness_check_pkey")),
    )
    op.create_index(op.f("completeness_check_project_id"), "completeness_check", ["project_id"], unique=False)
    op.create_table(
        "correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("original_id", sa.Uuid(), nullable=False),
        sa.Column("replacement_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("correction", sa.Text(), nullable=True),
        sa.Column("recorded_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("followed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("correction_basin_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("correction_project_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("correction_pkey")),
    )
    op.create_index(op.f("correction_original_id"), "correction", ["original_id"], unique=False)
    op.create_index(op.f("correction_project_id"), "correction", ["project_id"], unique=False)
    op.create_table(
        "diagnostic",
        sa.Column("prescriber_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("market", sa.Text(), nullable=True),
        sa.Column("bearer_rating", sa.Text(), nullable=True),
        sa.Column("bearer_comment", sa.Text(), nullable=True),
        sa.Column("project_rating", sa.Text(), nullable=True),
        sa.Column("project_comment", sa.Text(), nullable=True),
        sa.Column("impact_rating", sa.Text(), nullable=True),
        sa.Column("impact_comment", sa.Text(), nullable=True),
        sa.Column("jobs_to_create", sa.Integer(), nullable=True),
        sa.Column("jobs_to_sustain", sa.Integer(), nullable=True),
        sa.Column("horizon_months", sa.Integer(), nullable=True),
        sa.Column("advance_requested_cents", sa.BigInteger(), nullable=False),
        sa.Column("financing_plan", sa.JSON(), nullable=False),
        sa.Column("subsidiarity", sa.Text(), nullable=True),
        sa.Column("deadweight", sa.Text(), nullable=True),
        sa.Column("risks", sa.Text(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("has_interest", sa.Boolean(), nullable=False),
        sa.Column("interest", sa.Text(), nullable=True),
        sa.Column("visited_on", sa.Date(), nullable=True),
        *recorded.columns(),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("diagnostic_basin_id_fkey")),
        sa.ForeignKeyConstraint(["prescriber_id"], ["person.id"], name=op.f("diagnostic_prescriber_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("diagnostic_project_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("diagnostic_pkey")),
    )
    op.create_index(op.f("diagnostic_project_id"), "diagnostic", ["project_id"], unique=False)
    op.create_table(
        "document",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        *recorded.columns(),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("document_basin_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("document_project_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("document_pkey")),
    )
    op.create_index(op.f("document_content_hash"), "document", ["content_hash"], unique=False)
    op.create_index(op.f("document_project_id"), "document", ["project_id"], unique=False)
    op.create_table(
        "file_completion",
        sa.Column("completion", sa.Text(), nullable=False),
        *recorded.columns(),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("file_completion_basin_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("file_completion_project_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("file_completion_pkey")),
    )
    op.create_index(op.f("file_completion_project_id"), "file_completion", ["project_id"], unique=False)
    op.create_table(
        "note",
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        *recorded.columns(),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("note_basin_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("note_project_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("note_pkey")),
    )
    op.create_index(op.f("note_project_id"), "note", ["project_id"], unique=False)
    op.create_table(
        "phone_call",
        sa.Column("correspondent", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        *recorded.columns(),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("phone_call_basin_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("phone_call_project_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("phone_call_pkey")),
    )
    op.create_index(op.f("phone_call_project_id"), "phone_call", ["project_id"], unique=False)
    op.create_table(
        "skill_need",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("diagnostic_id", sa.Uuid(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("quarter_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("skill_need_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["diagnostic_id"], ["diagnostic.id"], name=op.f("skill_need_diagnostic_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("skill_need_pkey")),
    )
    op.create_index(op.f("skill_need_diagnostic_id"), "skill_need", ["diagnostic_id"], unique=False)
