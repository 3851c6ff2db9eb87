"""The HTTP API, version 1: JSON over the same engine functions as the pages."""

from __future__ import annotations

from web.api import (
    basins,
    clock,
    documentation,
    history,
    monitoring,
    problems,
    processes,
    projects,
    sign_in,
    task_acts,
    tasks,
)
from web.api.endpoints import pages

__all__ = [
    "basins",
    "clock",
    "documentation",
    "history",
    "monitoring",
    "pages",
    "problems",
    "processes",
    "projects",
    "sign_in",
    "task_acts",
    "tasks",
]
