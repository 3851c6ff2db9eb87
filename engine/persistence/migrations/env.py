"""How Alembic reaches the database: the connection it is given, the models of every package."""

from __future__ import annotations

import importlib
import os
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from engine.persistence.base import Base
from engine.persistence.database import open_engine

PACKAGES = (
    "engine.persistence.history", "engine.persistence.anchors", "engine.persistence.claims",
    "engine.persistence.idempotency", "engine.persistence.installation",
    "engine.persistence.stored_clock", "engine.people.models",
    "engine.outbox.models", "engine.documents.models", "engine.registry.models",
    "engine.registry.shared_rehearsals", "engine.runtime.models",
    "engine.runtime.version_change.models",
    "engine.projects.models", "engine.projects.follow_up_models", "engine.committee.models",
    "engine.committee.agenda_models", "engine.committee.minutes_models", "engine.agreements.models",
    "engine.skills.models", "engine.escalation.models", "engine.analytics.models",
    "engine.variants.models", "engine.retention.models",
)  # fmt: skip
for name in PACKAGES:
    importlib.import_module(name)


def render(kind: str, item: Any, _: object) -> str | Literal[False]:
    """Write truth values as such: SQLite would have them as 0 and 1, which PostgreSQL refuses."""
    argument = getattr(item, "arg", None)
    if kind == "server_default" and isinstance(argument, (sa.sql.elements.False_, sa.sql.elements.True_)):
        return "sa.false()" if isinstance(argument, sa.sql.elements.False_) else "sa.true()"
    return False


def migrate(connection: sa.Connection) -> None:
    """Run the migrations on one connection, in one transaction."""
    context.configure(
        connection=connection, target_metadata=Base.metadata, compare_type=True, render_item=render
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    engine = open_engine(os.environ.get("ALIZE_DATABASE_URL", "sqlite:///var/alize.db"))
    with engine.connect() as own, own.begin():
        migrate(own)
