"""tell requests for interventions apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

NOBODY = "00000000000000000000000000000000"


def upgrade() -> None:
    """Go to this release's tables; opinions ordered until now were the project's own."""
    op.add_column("intervention_request", sa.Column("decision_id", sa.Uuid(), nullable=True))
    op.add_column(
        "complementary_diagnostic",
        sa.Column("instance_id", sa.Uuid(), nullable=False, server_default=NOBODY),
    )
    op.execute("UPDATE complementary_diagnostic SET instance_id = project_id")
