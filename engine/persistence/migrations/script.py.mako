"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.persistence.base

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Go to this release's tables."""
    ${upgrades if upgrades else "pass"}
