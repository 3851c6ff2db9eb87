"""Who each task is for, and by when: what the runtime asks of the domain when a step opens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from engine.agreements import signatories
from engine.calendar import working_days
from engine.committee import expecting, life
from engine.people import basins, calendars
from engine.people.models import Role
from engine.projects import casting, reports
from engine.projects.recording import find
from engine.skills import interventions
from engine.spiff import durations

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Case, Casting, Routing

WITHOUT_DATE = timedelta(days=30)
TO_CORRECT = timedelta(days=5)  # For a decision that the chair sent back: no session is waited for.

CASTERS: Mapping[str, casting.Cast] = {
    Role.EXPERT.value: interventions.cast,
    Role.SIGNATORY.value: signatories.cast,
    Role.SEAT.value: life.cast_seat,
}


def cast(work: UnitOfWork, case: Case, role: str, position: int | None, instance_id: UUID) -> Casting:
    """Who a task is for: the holder on this project, in a capacity, or any holder in the basin."""
    return CASTERS.get(role, casting.cast)(work, case, role, position, instance_id)


def due_on(work: UnitOfWork, case: Case, rule: str, routing: Mapping[str, Routing], opened_on: date) -> date:
    """The day by which a task is due: a session's, a date of the routing, or a delay.

    A delay ends on an open day of the basin: the first one on or after its last day. A date that was
    decided, or is on the grid of reports (D4), stays where it is.
    """
    if rule == expecting.SESSION and is_to_correct(routing):
        ends_on = opened_on + TO_CORRECT
    elif rule == expecting.SESSION:
        expecting.opens(work, case.basin_id)
        return expecting.due_day(work, case.basin_id, opened_on)
    elif rule in (life.OWN_SESSION, life.OWN_NOTICE):
        own = life.due_day(work, basin_id=case.basin_id, case_id=case.id, rule=rule, opened_on=opened_on)
        if own is not None:
            return own
        ends_on = opened_on + WITHOUT_DATE
    elif rule in routing:
        if routing[rule]:
            return date.fromisoformat(str(routing[rule]))
        ends_on = opened_on + WITHOUT_DATE
    else:
        delay = durations.parse_iso(rule)
        ends_on = durations.add_months(opened_on, delay.months) + timedelta(days=delay.days)
    return calendars.calendar_of(work, case.basin_id).first_open_on_or_after(ends_on)


def awaits(waits_for: str, routing: Mapping[str, Routing]) -> str:
    """Who is waited for: a session, unless what it decided only waits for the officer's correction."""
    if waits_for == expecting.SESSION and is_to_correct(routing):
        return Role.OPERATOR.value
    return waits_for


def is_to_correct(routing: Mapping[str, Routing]) -> bool:
    """Whether a decision was recorded and the chair has not signed it: they sent it back."""
    return bool(routing.get("decision_outcome")) and not routing.get("decision_signed")


def postpone(work: UnitOfWork, case: Case, day: date, suspended_on: date, resumed_on: date) -> date:
    """A date moved by the working days that a suspension took (D7); one already past stays where it was."""
    if day < suspended_on:
        return day
    territory = working_days.Territory(basins.find(work, case.basin_id).territory)
    lost = working_days.working_days_between(suspended_on, resumed_on, territory)
    return working_days.add_working_days(day, lost, territory)


def hold_back(work: UnitOfWork, case: Case, day: date, moved: date) -> date:
    """How far a timer may move: no report due within a follow-up is asked for after its term (D2, D7).

    The eighteen months do not stop for a suspension; a last report moved beyond them would. It opens as
    long before them as the basin says (D9).
    """
    ends_on = find(work, case.id).follow_up_ends_on
    if ends_on is None or day > ends_on:
        return moved
    opening = reports.opens_on(work, case.basin_id, ends_on)
    return max(day, min(moved, opening if day <= opening else ends_on))
