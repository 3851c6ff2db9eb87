"""Lay down the tables of cooperation agreements and their signatures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base


def upgrade() -> None:
    """Create these tables and their indexes."""
    op.create_table(
        "agreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("prepared_on", sa.Date(), nullable=False),
        sa.Column("prepared_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("prepared_by", sa.Uuid(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("voided_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("agreement_basin_id_fkey")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("agreement_project_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("agreement_pkey")),
        sa.UniqueConstraint("project_id", "version", name=op.f("agreement_project_id_version_key")),
    )
    op.create_index(op.f("agreement_number"), "agreement", ["number"], unique=False)
    op.create_table(
        "signatory",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("signatory_agreement_id_fkey")),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("signatory_basin_id_fkey")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("signatory_organisation_id_fkey")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("signatory_person_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("signatory_pkey")),
        sa.UniqueConstraint("agreement_id", "position", name=op.f("signatory_agreement_id_position_key")),
    )
    op.create_index(op.f("signatory_person_id"), "signatory", ["person_id"], unique=False)
    op.create_table(
        "signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("signatory_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("capacity", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("refused_on", sa.Date(), nullable=True),
        sa.Column("refused_reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("voided_at", engine.persistence.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("signature_agreement_id_fkey")),
        sa.ForeignKeyConstraint(["basin_id"], ["basin.id"], name=op.f("signature_basin_id_fkey")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("signature_document_id_fkey")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("signature_person_id_fkey")),
        sa.ForeignKeyConstraint(["signatory_id"], ["signatory.id"], name=op.f("signature_signatory_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("signature_pkey")),
        sa.UniqueConstraint("signatory_id", name=op.f("signature_signatory_id_key")),
    )
    op.create_index(op.f("signature_agreement_id"), "signature", ["agreement_id"], unique=False)
