"""Tell the officers that documents wait for their seal: once a week, as long as they wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.outbox import notify
from engine.people import assignments, basins
from engine.people.models import Role
from engine.persistence import claims

if TYPE_CHECKING:
    from engine.documents.models import Paper
    from engine.documents.workshop import SealWaits
    from engine.persistence.unit_of_work import UnitOfWork

KIND = "paper_waiting"


def tell_waiting(work: UnitOfWork, paper: Paper, refusal: SealWaits) -> None:
    """Write to the officers of a paper's basin that it waits, and what is missing; not for each paper."""
    today = basins.today(work, paper.basin_id)
    year, week, _day = today.isocalendar()
    if not claims.take_period(work, tick=KIND, period=f"{paper.basin_id}/{year}-{week:02}"):
        return
    officers = assignments.of_basin(work, paper.basin_id, today, Role.OPERATOR)
    notify.post(
        work,
        [
            notify.row(
                work, kind=KIND, recipient_id=person_id, basin_id=paper.basin_id,
                data={"reason": type(refusal).__name__, "waiting_on": today},
            )
            for person_id in dict.fromkeys(each.person_id for each in officers)
            if person_id is not None
        ],
    )  # fmt: skip
