"""The day a report was due at first: a mandatary replaced meanwhile gives the next one more time (D9)."""

from __future__ import annotations

import sqlalchemy as sa

from engine.persistence.base import table_of
from engine.projects.follow_up_models import MandataryReplacement
from engine.runtime.models import Task

task, handed = table_of(Task), table_of(MandataryReplacement)

# Beside an open task: the day on which a report handed over was due at first; no day for anything else.
FIRST_DUE_ON = (
    sa.select(sa.func.min(handed.c.report_due_on))
    .where(
        task.c.form == "follow_up_report",
        handed.c.project_id == task.c.case_id,
        handed.c.recorded_at >= task.c.opened_at,
    )
    .correlate(task)
    .scalar_subquery()
)
