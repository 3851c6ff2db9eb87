"""Let decisions that were sent back already wait for their officer, not for the committee's next session."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

task = sa.table("task", *(sa.column(name) for name in ("waits_for", "closed_at", "step", "instance_id")))
decision = sa.table(
    "decision", *(sa.column(name) for name in ("id", "instance_id", "sent_back_at", "supersedes_id"))
)


def upgrade() -> None:
    """Go to this release's tables."""
    taken_again = decision.alias("taken_again")
    was_sent_back = (
        sa.select(1)
        .where(
            decision.c.instance_id == task.c.instance_id,
            decision.c.sent_back_at.is_not(None),
            ~sa.select(1).where(taken_again.c.supersedes_id == decision.c.id).exists(),
        )
        .exists()
    )
    op.execute(
        sa.update(task)
        .where(task.c.closed_at.is_(None), task.c.step == "committee_decision", was_sent_back)
        .values(waits_for="operator")
    )
