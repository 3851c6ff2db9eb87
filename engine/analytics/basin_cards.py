"""The basins in one look: agreement, partner companies, seats, sessions, version; one statement."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.committee.models import CommitteeSession
from engine.people import assignments
from engine.people.models import Assignment, Basin, PartnershipAgreement, Role
from engine.registry.models import ProcessVersion

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class BasinCard:
    """A basin, as the list of basins shows it; by name, never by rank."""

    id: int
    slug: str
    name: str
    code: str
    agreement_ends_on: date | None  # Of the agreement in force.
    partner_companies: int
    seats: int
    last_session_on: date | None
    next_session_on: date | None
    version: int | None


def read(work: UnitOfWork, basin_ids: Collection[int] | None, *, on: date) -> list[BasinCard]:
    """The cards of some basins, or of all of them, as of a day."""
    statement = sa.select(Basin.id, Basin.slug, Basin.name, Basin.code, *figures(on)).order_by(Basin.name)
    if basin_ids is not None:
        statement = statement.where(Basin.id.in_(list(basin_ids)))
    return [BasinCard(*row) for row in work.connection.execute(statement)]


def figures(on: date) -> list[sa.ScalarSelect[Any]]:
    """What is looked up for each basin."""

    def of(column: Any, table: Any, *conditions: Any) -> sa.ScalarSelect[Any]:
        found = sa.select(column).where(table.basin_id == Basin.id, *conditions)
        return found.correlate(Basin).scalar_subquery()

    held = assignments.in_force(on)
    return [
        of(sa.func.max(PartnershipAgreement.ends_on), PartnershipAgreement,
           PartnershipAgreement.starts_on <= on, PartnershipAgreement.ends_on >= on),
        of(sa.func.count(Assignment.organisation_id.distinct()), Assignment,
           Assignment.role == Role.PARTNER_COMPANY.value, held),
        of(sa.func.count(), Assignment, Assignment.role == Role.SEAT.value,
           Assignment.guest.is_(sa.false()), held),
        of(sa.func.max(CommitteeSession.held_on), CommitteeSession, CommitteeSession.state == "held"),
        of(sa.func.min(CommitteeSession.held_on), CommitteeSession,
           CommitteeSession.state == "planned", CommitteeSession.held_on >= on),
        of(sa.func.max(ProcessVersion.number), ProcessVersion, ProcessVersion.effective_on <= on),
    ]  # fmt: skip
