"""Write the next migration, numbered, by comparing the models with a scratch database brought up to date."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from engine.persistence import schema


def write(what_changes: str) -> Path:
    """Write the migration and return its path."""
    config = schema.configuration()
    versions = schema.MIGRATIONS / "versions"
    versions.mkdir(exist_ok=True)
    number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["ALIZE_DATABASE_URL"] = f"sqlite:///{scratch}/migrated.db"
        command.upgrade(config, "head")
        command.revision(config, message=what_changes, autogenerate=True, rev_id=f"{number:04d}")
    return next(versions.glob(f"{number:04d}_*.py"))


if __name__ == "__main__":
    print(f"{write(sys.argv[1])}: read it, then run make test-fast")
