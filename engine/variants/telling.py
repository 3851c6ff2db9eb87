"""Who is told what of a draft: the national coordination, then the basin's officers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from engine.outbox.notify import notify
from engine.people import assignments, basins
from engine.people.models import Role

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.variants.models import VariantDraft


def submitted(work: UnitOfWork, draft: VariantDraft) -> None:
    """Ask the national coordination to read a draft over; never the one who submitted it."""
    readers = assignments.having(work, Role.NATIONAL_COORDINATOR, None) - {draft.submitted_by}
    for person_id in sorted(readers):
        notify(work, kind="variant_submitted", recipient_id=person_id, basin_id=draft.basin_id,
               data={"path": "/programme/relectures"})  # fmt: skip


def reviewed(work: UnitOfWork, draft: VariantDraft) -> None:
    """Tell whoever submitted a draft what became of it, and the basin's other officers."""
    for person_id in officers(work, draft):
        notify(work, kind="variant_reviewed", recipient_id=person_id, basin_id=draft.basin_id,
               data={"path": page_of(work, draft) + "/brouillon", "outcome": draft.state})  # fmt: skip


def published(work: UnitOfWork, draft: VariantDraft, *, number: int, effective_on: object) -> None:
    """Tell the basin's officers, but the one who did it, that a version is published."""
    told = {"path": page_of(work, draft), "number": number, "effective_on": effective_on}
    for person_id in officers(work, draft):
        notify(
            work, kind="variant_published", recipient_id=person_id, basin_id=draft.basin_id, data=told
        )  # fmt: skip


def page_of(work: UnitOfWork, draft: VariantDraft) -> str:
    """The path of the basin's page about its process."""
    return f"/bassins/{basins.find(work, draft.basin_id).slug}/processus"


def officers(work: UnitOfWork, draft: VariantDraft) -> list[UUID]:
    """The basin's officers, and whoever submitted the draft, but the one who acts."""
    told = assignments.having(work, Role.OPERATOR, draft.basin_id)
    if draft.submitted_by is not None:
        told |= {draft.submitted_by}
    return sorted(told - {work.actor.person_id})
