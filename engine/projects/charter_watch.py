"""What the charter asks of a project's life, judged from its history alone: no diagram, proof or state."""

# The registry proves a process before anybody runs it. This page believes nothing of that: it reads what
# people did, in order, and says what the charter did not allow. If a rule, the translation or the engine is
# wrong one day, they are not wrong here in the same way. It therefore shares no code with engine/registry.

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import clock
from engine.persistence import history

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

MONTHS = 18
FAVOURABLE = frozenset({"approved", "approved_with_conditions"})
ADOPTED = "projects.project.adopted"
entry = history.history


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of a project's history: what, which day, in which capacity, with which figures."""

    kind: str
    on: date | None = None
    capacity: str | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Breach:
    """A line of the charter that a life did not keep, and its article."""

    line: str
    article: str


@dataclass(slots=True)
class Life:
    """What is known of a project so far, each time an entry is read."""

    has_diagnostic: bool = False
    has_decision_to_sign: bool = False
    outcome: str = ""  # Of the last decision that a chair signed.
    signed_by: set[str] = field(default_factory=set)  # Capacities, on the text as last prepared.
    effective_on: date | None = None
    reports: int = 0  # Since the label.
    ladders: set[int] = field(default_factory=set)
    is_closure_signed: bool = False
    is_termination_signed: bool = False


def breaches(entries: Iterable[Happened]) -> list[Breach]:
    """Give each line of the charter that a history breaks, in the order in which it does.

    `entries` are those of one project, in the order of their numbers. What was written before a project was
    taken over is what somebody declared of it, and is not judged.
    """
    life: Life = Life()
    found: list[Breach] = []
    for each in entries:
        if each.kind == ADOPTED:
            life, found = taken_over(each), []
        watch = WATCHED.get(each.kind)
        if watch is not None:
            found += list(watch(life, each))
    return found


def taken_over(each: Happened) -> Life:
    """Give what a project that began before Alizé has behind it, as whoever took it over declared (D15)."""
    life = Life(has_diagnostic=True)
    if each.figures.get("entry") in ("signing", "follow_up"):
        life.outcome = "approved"
    if effective_on := each.figures.get("effective_on"):
        life.effective_on = date.fromisoformat(effective_on)
    return life


def adopted(_life: Life, _each: Happened) -> Iterator[Breach]:
    """A project was taken over: what is behind it was declared."""
    yield from ()


def diagnosed(life: Life, each: Happened) -> Iterator[Breach]:
    """The prescriber, a member of the committee, writes the diagnostic (§V)."""
    life.has_diagnostic = True
    if each.capacity != "prescriber":
        yield Breach("prescriber", "§V")


def decided(life: Life, _each: Happened) -> Iterator[Breach]:
    """The committee decides on the diagnostic, which it was sent before (§V)."""
    life.has_decision_to_sign = True
    if not life.has_diagnostic:
        yield Breach("diagnostic", "§V")


def signed_off(life: Life, each: Happened) -> Iterator[Breach]:
    """The chair signs what the committee decided, and nothing else (§V)."""
    if each.capacity != "chair":
        yield Breach("sign_off", "§V")
    if not life.has_decision_to_sign:
        yield Breach("sign_off", "§V")
    life.has_decision_to_sign = False
    life.outcome = str(each.figures.get("outcome", ""))


def returned(life: Life, _each: Happened) -> Iterator[Breach]:
    """What goes back to the committee is not decided any more."""
    life.outcome = ""
    yield from ()


def prepared(life: Life, _each: Happened) -> Iterator[Breach]:
    """A text is drawn up for what the committee agreed to; whoever signed an older one did not sign it."""
    life.signed_by = set()
    if life.outcome not in FAVOURABLE:
        yield Breach("decision", "§VI")


def agreed(life: Life, each: Happened) -> Iterator[Breach]:
    """Somebody signed the agreement, in one capacity."""
    life.signed_by.add(str(each.figures.get("signed_as") or each.capacity))
    yield from ()


def labelled(life: Life, each: Happened) -> Iterator[Breach]:
    """The firm and the chair signed, after a favourable decision that nobody took back (§VI)."""
    effective_on = each.figures.get("effective_on")
    life.effective_on = date.fromisoformat(effective_on) if effective_on else each.on
    life.reports = 0
    if life.outcome not in FAVOURABLE:
        yield Breach("decision", "§VI")
    for capacity in ("beneficiary", "chair"):
        if capacity not in life.signed_by:
            yield Breach("signatures", "§VI")
            return


def ladder_began(life: Life, each: Happened) -> Iterator[Breach]:
    """Somebody is reminded of a report."""
    life.ladders.add(int(each.figures.get("report_number", 0)))
    yield from ()


def reported(life: Life, each: Happened) -> Iterator[Breach]:
    """A report that came late was asked for again meanwhile (§VI)."""
    life.reports += 1
    first, last = (int(each.figures.get(name, 0)) for name in ("number", "last_number"))
    is_late = int(each.figures.get("days_late", 0)) > 0
    if is_late and not life.ladders & set(range(first, max(first, last) + 1)):
        yield Breach("escalation", "§VI")


def closure_signed(life: Life, each: Happened) -> Iterator[Breach]:
    """The chair signs the closure (§VI)."""
    life.is_closure_signed = True
    if each.capacity != "chair":
        yield Breach("closure", "§VI")


def termination_signed(life: Life, each: Happened) -> Iterator[Breach]:
    """The chair signs an early end (§VI)."""
    life.is_termination_signed = True
    if each.capacity != "chair":
        yield Breach("termination", "§VI")


def ended(life: Life, each: Happened) -> Iterator[Breach]:
    """A firm that is followed is left at its term, or by an early end that the chair signed (§VI)."""
    end = each.figures.get("end")
    if end == "terminated" and not life.is_termination_signed:
        yield Breach("termination", "§VI")
    if end == "closed":
        yield from closed(life, each)
    elif life.effective_on is not None and end != "terminated":
        yield Breach("follow_up", "§VI")


def closed(life: Life, each: Happened) -> Iterator[Breach]:
    """Eighteen months after the last signature, with at least one report, by the chair's hand (§VI)."""
    if life.effective_on is None:
        yield Breach("agreement", "§VI")
    elif each.on is not None and each.on < clock.add_months(life.effective_on, MONTHS):
        yield Breach("follow_up", "§VI")
    if not life.reports:
        yield Breach("reports", "§VI")
    if not life.is_closure_signed:
        yield Breach("closure", "§VI")


def opened(_life: Life, each: Happened) -> Iterator[Breach]:
    """Steering looks afterwards: no project waits for it (§V)."""
    if each.figures.get("role") == "steering":
        yield Breach("steering", "§V")


WATCHED: Mapping[str, Callable[[Life, Happened], Iterator[Breach]]] = {
    ADOPTED: adopted,
    "projects.diagnostic.recorded": diagnosed,
    "committee.decision.recorded": decided,
    "committee.decision.signed": signed_off,
    "agreements.project.returned": returned,
    "committee.decision.cancelled": returned,
    "agreements.agreement.prepared": prepared,
    "agreements.agreement.signed": agreed,
    "agreements.signature.recorded": agreed,
    "agreements.firm.labelled": labelled,
    "escalation.ladder.started": ladder_began,
    "projects.report.recorded": reported,
    "projects.closure.signed": closure_signed,
    "projects.termination.signed": termination_signed,
    "projects.project.ended": ended,
    "runtime.task.opened": opened,
}
# What may break a line: whoever has no such entry since yesterday is not read again tonight.
TELLING = ("agreements.firm.labelled", "committee.decision.signed", "projects.project.ended")


def lived(work: UnitOfWork, case_id: UUID) -> Iterator[Happened]:
    """A project's own history, in order, as far as it is watched."""
    rows = work.connection.execute(
        sa.select(entry.c.kind, entry.c.occurred_on, entry.c.capacity, entry.c.data)
        .where(entry.c.chain_id == case_id, entry.c.kind.in_(sorted(WATCHED)))
        .order_by(entry.c.number)
    )
    for row in rows:
        yield Happened(row.kind, row.occurred_on, row.capacity, json.loads(row.data))
