"""lay down the first tables."""

from __future__ import annotations

from engine.persistence.migrations.first_tables import (
    agreements,
    committee,
    floor,
    follow_up,
    mails,
    people,
    projects,
    runtime,
    skills,
)

revision = "0001"
down_revision = None

# A table comes after those that it refers to.
IN_ORDER = (floor, people, mails, runtime, projects, committee, agreements, follow_up, skills)


def upgrade() -> None:
    """Go to this release's tables."""
    for tables in IN_ORDER:
        tables.upgrade()
