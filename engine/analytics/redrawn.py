"""Steps that an older version drew in another process: figures count both as one, where it stands now."""

from __future__ import annotations

from collections.abc import Mapping

Step = tuple[str, str]  # Process, step.

# Since the signatures of an agreement are gathered by a process of their own, which amendments call too.
NOW: Mapping[Step, Step] = {("agreement", "sign_agreement"): ("convention_signature", "sign_agreement")}


def now(process: str, step: str) -> Step:
    """Where a step stands in the diagrams of today, whichever version it was done in."""
    return NOW.get((process, step), (process, step))


def process_in_sql() -> str:
    """The process where a task’s step stands now, as an expression of SQL."""
    moved = " ".join(
        f"WHEN step = '{step}' AND process = '{process}' THEN '{found}'"
        for (process, step), (found, _step) in NOW.items()
    )
    return f"CASE {moved} ELSE process END"
