"""The HTTP API, version 1: JSON over the same engine functions as the pages."""

from __future__ import annotations

from web.api import (
    acts_open,
    basins,
    clock,
    documentation,
    history,
    look_alikes,
    monitoring,
    papers,
    problems,
    processes,
    project_acts,
    projects,
    records,
    sessions,
    sign_in,
    signed_papers,
    signing,
    task_acts,
    task_waits,
    tasks,
    tokens,
)
from web.api.endpoints import pages

__all__ = [
    "acts_open",
    "basins",
    "clock",
    "documentation",
    "history",
    "look_alikes",
    "monitoring",
    "pages",
    "papers",
    "problems",
    "processes",
    "project_acts",
    "projects",
    "records",
    "sessions",
    "sign_in",
    "signed_papers",
    "signing",
    "task_acts",
    "task_waits",
    "tasks",
    "tokens",
]
