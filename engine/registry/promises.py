"""Names in published versions are a public contract: refuse to start when one is gone (D13)."""

from __future__ import annotations

from collections.abc import Container, Mapping

import sqlalchemy as sa

from engine import errors
from engine.persistence.base import table_of
from engine.persistence.unit_of_work import UnitOfWork
from engine.registry import versions
from engine.registry.models import ProcessVersion
from forms import catalogue

version = table_of(ProcessVersion)
LIVE = sa.text(
    "SELECT DISTINCT version_id, process FROM instance WHERE ended_at IS NULL ORDER BY process"
).columns(version_id=sa.Uuid, process=sa.Text)


class BrokenPromise(errors.Unavailable):
    """Des projets en cours emploient ce que ce programme n’a plus : {missing}."""


def require_kept(work: UnitOfWork, *, operations: Mapping[str, object], routing: Container[str]) -> None:
    """Raise `BrokenPromise`, naming each form, operation and variable of live versions that is gone."""
    known = frozenset(catalogue.keys())
    missing: set[str] = set()
    for row in work.connection.execute(LIVE).all():
        specification = versions.specification(work, version_id=row.version_id, process=row.process)
        for step in specification.steps.values():
            if step.form and step.form not in known:
                missing.add(f"formulaire « {step.form} » ({step.process}.{step.id})")
            if step.operation and step.operation not in operations:
                missing.add(f"opération « {step.operation} » ({step.process}.{step.id})")
        missing |= {
            f"variable « {name} » ({row.process})"
            for name in specification.routing_names
            if name not in routing
        }
    if missing:
        raise BrokenPromise(missing=", ".join(sorted(missing)))
