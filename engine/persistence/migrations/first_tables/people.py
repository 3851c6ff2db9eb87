"""Lay down the tables of persons, organisations and basins, and of who holds which role."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base


def upgrade() -> None:
    """Create these tables and their indexes."""
    op.create_table(
        "basin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), server_default="Europe/Paris", nullable=False),
        sa.Column("territory", sa.Text(), server_default="FR", nullable=False),
        sa.Column("chain_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("basin_pkey")),
        sa.UniqueConstraint("chain_id", name=op.f("basin_chain_id_key")),
        sa.UniqueConstraint("code", name=op.f("basin_code_key")),
        sa.UniqueConstraint("slug", name=op.f("basin_slug_key")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search_name", sa.Text(), nullable=False),
        sa.Column("siren", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("fictitious", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("organisation_pkey")),
        sa.UniqueConstraint("siren", name=op.f("organisation_siren_key")),
    )
    op.create_index(op.f("organisation_search_name"), "organisation", ["search_name"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("search_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), server_default="fr", nullable=False),
        sa.Column("address_invalid_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("fictitious", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("person_pkey")),
    )
    op.create_index(op.f("person_email"), "person", ["email"], unique=False)
    op.create_table(
        "absence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("recorded_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("absence_ordered_check")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("absence_person_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("absence_pkey")),
    )
    op.create_index(op.f("absence_person_id_last_day"), "absence", ["person_id", "last_day"], unique=False)
    op.create_table(
        "account",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_confirmed_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("generation", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("account_person_id_fkey")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("account_pkey")),
        sa.UniqueConstraint("email", name=op.f("account_email_key")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("api_token_person_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("api_token_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("api_token_token_hash_key")),
    )
    op.create_index(op.f("api_token_person_id"), "api_token", ["person_id"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("acting", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("guest", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("created_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "person_id IS NOT NULL OR organisation_id IS NOT NULL", name=op.f("assignment_somebody_check")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("assignment_ordered_check")
        ),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("assignment_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("assignment_organisation_id_fkey")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("assignment_person_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("assignment_pkey")),
    )
    op.create_index(op.f("assignment_basin_id_role"), "assignment", ["basin_id", "role"], unique=False)
    op.create_index(op.f("assignment_case_id_role"), "assignment", ["case_id", "role"], unique=False)
    op.create_index(
        "assignment_one_chair",
        "assignment",
        ["basin_id"],
        unique=True,
        postgresql_where=sa.text("valid_to IS NULL AND role = 'chair' AND acting IS false"),
        sqlite_where=sa.text("valid_to IS NULL AND role = 'chair' AND acting IS 0"),
    )
    op.create_index(
        "assignment_one_holder",
        "assignment",
        ["case_id", "role"],
        unique=True,
        postgresql_where=sa.text("valid_to IS NULL AND role IN ('mandatary', 'prescriber', 'sme_head')"),
        sqlite_where=sa.text("valid_to IS NULL AND role IN ('mandatary', 'prescriber', 'sme_head')"),
    )
    op.create_index(
        "assignment_one_seat",
        "assignment",
        ["basin_id", "person_id", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("valid_to IS NULL AND role = 'seat'"),
        sqlite_where=sa.text("valid_to IS NULL AND role = 'seat'"),
    )
    op.create_index(op.f("assignment_organisation_id"), "assignment", ["organisation_id"], unique=False)
    op.create_index(
        op.f("assignment_person_id_basin_id_role_case_id"),
        "assignment",
        ["person_id", "basin_id", "role", "case_id"],
        unique=False,
    )
    op.create_table(
        "basin_parameter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("valid_from", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("basin_parameter_basin_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("basin_parameter_pkey")),
    )
    op.create_index(
        op.f("basin_parameter_basin_id_key_valid_from"),
        "basin_parameter",
        ["basin_id", "key", "valid_from"],
        unique=False,
    )
    op.create_table(
        "device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("with_second_factor", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("expires_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("device_person_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("device_pkey")),
        sa.UniqueConstraint("token_hash", name=op.f("device_token_hash_key")),
    )
    op.create_index(op.f("device_person_id"), "device", ["person_id"], unique=False)
    op.create_table(
        "organisation_identifier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("siret", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("organisation_identifier_organisation_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("organisation_identifier_pkey")),
    )
    op.create_index(
        op.f("organisation_identifier_organisation_id"),
        "organisation_identifier",
        ["organisation_id"],
        unique=False,
    )
    op.create_index(op.f("organisation_identifier_siret"), "organisation_identifier", ["siret"], unique=False)
    op.create_table(
        "partnership_agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("charter_version", sa.Text(), nullable=False),
        sa.Column("renewed_from", sa.Uuid(), nullable=True),
        sa.Column("extended_reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("partnership_agreement_ordered_check")),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("partnership_agreement_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["renewed_from"],
            ["partnership_agreement.id"],
            name=op.f("partnership_agreement_renewed_from_fkey"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("partnership_agreement_pkey")),
    )
    op.create_index(
        op.f("partnership_agreement_basin_id"), "partnership_agreement", ["basin_id"], unique=False
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("recovery_code_person_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("recovery_code_pkey")),
    )
    op.create_index(op.f("recovery_code_person_id"), "recovery_code", ["person_id"], unique=False)
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_hash", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.Column("at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("sign_in_attempt_pkey")),
    )
    op.create_index(op.f("sign_in_attempt_address_at"), "sign_in_attempt", ["address", "at"], unique=False)
    op.create_index(op.f("sign_in_attempt_at"), "sign_in_attempt", ["at"], unique=False)
    op.create_index(
        op.f("sign_in_attempt_email_hash_at"), "sign_in_attempt", ["email_hash", "at"], unique=False
    )
    op.create_table(
        "sign_in_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("created_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("used_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("sign_in_code_person_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("sign_in_code_pkey")),
    )
    op.create_index(
        op.f("sign_in_code_person_id_created_at"), "sign_in_code", ["person_id", "created_at"], unique=False
    )
