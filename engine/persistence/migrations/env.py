"""How Alembic reaches the database: the connection it is given, the models of every package."""

from __future__ import annotations

import importlib
import os

import sqlalchemy as sa
from alembic import context

from engine.persistence.base import Base
from engine.persistence.database import open_engine

PACKAGES = (
    "engine.persistence.history", "engine.persistence.claims", "engine.persistence.idempotency",
    "engine.persistence.installation", "engine.persistence.stored_clock", "engine.people.models",
    "engine.outbox.models", "engine.registry.models", "engine.runtime.models", "engine.projects.models",
    "engine.projects.follow_up_models", "engine.committee.models", "engine.agreements.models",
    "engine.skills.models", "engine.escalation.models",
)  # fmt: skip
for name in PACKAGES:
    importlib.import_module(name)


def migrate(connection: sa.Connection) -> None:
    """Run the migrations on one connection, in one transaction."""
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    engine = open_engine(os.environ.get("ALIZE_DATABASE_URL", "sqlite:///var/alize.db"))
    with engine.connect() as own, own.begin():
        migrate(own)
