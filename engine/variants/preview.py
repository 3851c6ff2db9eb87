"""The dates that a draft's parameters would give: an agreement signed on a day, in the basin's calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from engine.escalation import basin_tables
from engine.escalation.ladder import Rung
from engine.examples import following, ladder
from engine.examples.showing import Place
from engine.people import basins
from engine.projects import grid
from engine.registry import parameters
from engine.spiff import durations

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

MOST_REPORTS = 12


@dataclass(frozen=True, slots=True)
class Preview:
    """What would follow from a signature on a day: the earliest end, the reports, who is asked when."""

    signed_on: date
    ends_on: date
    reports: Sequence[date]
    late: Sequence[tuple[Rung, date]]  # If the first report does not come.
    signatures_reminded_on: date  # Were the text sent to sign on that day.
    signatures_expire_on: date
    adjournment_reminded_on: date  # Were the project adjourned on that day.


def preview(work: UnitOfWork, *, basin_id: int, published: Mapping[str, Any], signed_on: date) -> Preview:
    """Work out the dates; what is current in the basin is read as it stands today (D14)."""
    published = parameters.as_published(published)
    current = basins.parameters(work, basin_id, parameters.defaults(parameters.Kind.CURRENT))
    asked = max(durations.parse_iso(published["follow_up.minimum"]).months, int(current["follow_up.months"]))
    ends_on = grid.ends_on(signed_on, asked)
    of_project = grid.Grid(signed_on, int(current["follow_up.cadence_months"]), ends_on)
    reports = list(islice(following.days(of_project), MOST_REPORTS))
    return Preview(
        signed_on=signed_on,
        ends_on=ends_on,
        reports=reports,
        late=late_report(work, basin_id, reports[0]),
        signatures_reminded_on=after(signed_on, published["agreement.signature_reminder"]),
        signatures_expire_on=after(signed_on, published["agreement.signature_expiry"]),
        adjournment_reminded_on=after(signed_on, published["committee.adjournment_reminder"]),
    )


def late_report(work: UnitOfWork, basin_id: int, due_on: date) -> list[tuple[Rung, date]]:
    """The day of each rung for a report that never comes, each sent on its day (D9)."""
    place = Place(work, basin_id, due_on)
    climbed = ladder.climbed(
        basin_tables.ladder_of(work, basin_id), following.calendar_of(place), due_on,
        following.opening(place, due_on),
    )  # fmt: skip
    return list(climbed.items())


def after(day: date, duration: str) -> date:
    """The day when a duration of whole months and days is over."""
    lasting = durations.parse_iso(duration)
    return durations.add_months(day, lasting.months) + timedelta(days=lasting.days)
