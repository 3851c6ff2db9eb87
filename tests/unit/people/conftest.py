"""A committee to test with: one basin, its companies, members, officer and chair."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

import pytest

from engine.people import assignments, basins, organisations, persons, seats
from engine.people.models import Role
from engine.persistence.database import Database

LONG_AGO = date(2026, 1, 1)
TODAY = date(2026, 11, 16)


@dataclass
class Committee:
    """A basin with four partner companies, a member sitting for each, an officer and a chair."""

    basin_id: int
    companies: list[UUID] = field(default_factory=list)
    members: list[UUID] = field(default_factory=list)
    officer: UUID = field(default_factory=uuid4)
    firm: UUID = field(default_factory=uuid4)
    case_id: UUID = field(default_factory=uuid4)

    @property
    def chair(self) -> UUID:
        """The member who presides: the first."""
        return self.members[0]


def make_committee(database: Database, slug: str = "terres-de-lorraine", code: str = "TDL") -> Committee:
    with database.start_work() as work:
        committee = Committee(basins.add(work, slug=slug, code=code, name=f"Bassin {code} (démo)").id)
        basin_id = committee.basin_id
        for number in range(1, 5):
            company = organisations.add(work, name=f"Forges {code} {number} (démo)", city="Toul").id
            member = persons.add(
                work, full_name=f"Membre {number} {code}", email=f"membre{number}.{code}@exemple.test"
            ).id
            assignments.assign(
                work,
                role=Role.PARTNER_COMPANY,
                basin_id=basin_id,
                organisation_id=company,
                from_date=LONG_AGO,
            )
            seats.give_seat(
                work, basin_id=basin_id, person_id=member, organisation_id=company, from_date=LONG_AGO
            )
            committee.companies.append(company)
            committee.members.append(member)
        seats.appoint_chair(work, basin_id=basin_id, person_id=committee.members[0], from_date=LONG_AGO)
        committee.officer = persons.add(
            work, full_name=f"Officier {code}", email=f"officier.{code}@exemple.test"
        ).id
        assignments.assign(
            work, role=Role.OPERATOR, basin_id=basin_id, person_id=committee.officer, from_date=LONG_AGO
        )
        committee.firm = organisations.add(work, name=f"Usinage Bel-Air {code} (démo)", city="Toul").id
        seats.hold(
            work,
            role=Role.BENEFICIARY,
            case_id=committee.case_id,
            basin_id=basin_id,
            organisation_id=committee.firm,
        )
    return committee


@pytest.fixture
def committee(sqlite: Database) -> Committee:
    """The committee of Terres de Lorraine, on SQLite."""
    return make_committee(sqlite)
