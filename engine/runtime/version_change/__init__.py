"""Running projects move from one version of their process to another: exactly, case by case (D30).

`preview` says what would become of each; `order` asks for it; `carry_out` does it, one unit of work per
project; `undo` takes one project back until the first act on it; `report` tells what became of each.
"""

from __future__ import annotations

from engine.runtime.version_change.carrying import carry_out, carry_out_due
from engine.runtime.version_change.models import Outcome
from engine.runtime.version_change.moving import NotRunning
from engine.runtime.version_change.ordering import (
    Candidate,
    NeverInForce,
    NotInForceYet,
    candidates,
    count_elsewhere,
    named,
    numbered,
    order,
    waiting_batches,
)
from engine.runtime.version_change.prospects import Awaited, Prospect, preview
from engine.runtime.version_change.reporting import BatchNotFound, Line, Report, batches, outcomes, report
from engine.runtime.version_change.undoing import Act, NothingToUndo, TooLate, may_undo, undo

__all__ = [
    "Act", "Awaited", "BatchNotFound", "Candidate", "Line", "NeverInForce", "NotInForceYet", "NotRunning",
    "NothingToUndo", "Outcome", "Prospect", "Report", "TooLate", "batches", "candidates", "carry_out",
    "carry_out_due", "count_elsewhere", "may_undo", "named", "numbered", "order", "outcomes", "preview",
    "report", "undo", "waiting_batches",
]  # fmt: skip
