"""Figures: what was measured, beside what quality asks for, as a table and as JSON."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib import metadata

MET, MISSED, SHOWN = "atteint", "manqué", "–"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: the goal it answers to (P1…P12), on which database, and how it compares.

    `limit` is the most it may be, the least when `at_least`; none for what is only shown.
    """

    goal: str
    database: str
    what: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the goal is reached."""
        if self.limit is None:
            return SHOWN
        return MET if (self.value >= self.limit) is self.at_least or self.value == self.limit else MISSED


@dataclass(slots=True)
class Times:
    """Durations of one kind of operation, in seconds."""

    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """The median, in milliseconds."""
        return statistics.median(self.seconds) * 1000

    @property
    def p95(self) -> float:
        """What ninety-five in a hundred do not exceed, in milliseconds."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * 1000

    @property
    def note(self) -> str:
        """The rest that a median does not tell."""
        return f"p95 {number(self.p95)} ms, {len(self.seconds)} mesures"


def number(value: float) -> str:
    """A number as French writes it, with as many digits as it deserves."""
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2
    whole = f"{value:,.{digits}f}".replace(",", "\u202f").replace(".", ",")
    return whole.rstrip("0").rstrip(",") if "," in whole else whole


def table(figures: Sequence[Figure]) -> str:
    """The figures as a table in Markdown: goal, database, what, limit, measured, verdict."""
    lines = ["| | Base | Mesure | Objectif | Mesuré | Verdict | |", "|---|---|---|---:|---:|---|---|"]
    for each in figures:
        sign = "≥" if each.at_least else "≤"
        limit = "" if each.limit is None else f"{sign} {number(each.limit)} {each.unit}"
        lines.append(
            f"| {each.goal} | {each.database} | {each.what} | {limit} | {number(each.value)} {each.unit} "
            f"| {each.verdict} | {each.note} |"
        )
    return "\n".join(lines)


def machine() -> dict[str, object]:
    """What the figures depend on."""
    libraries = ("SQLAlchemy", "psycopg", "SpiffWorkflow", "Flask", "typst", "pyHanko")
    return {
        "processors": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in libraries},
        "load": round(os.getloadavg()[0], 1),
    }


def document(
    figures: Sequence[Figure], *, at: datetime, quick: bool, not_measured: Sequence[str]
) -> dict[str, object]:
    """The whole run, for JSON."""
    return {
        "at": at.isoformat(),
        "quick": quick,
        **machine(),
        "not_measured": list(not_measured),
        "figures": [{**asdict(each), "verdict": each.verdict} for each in figures],
    }
