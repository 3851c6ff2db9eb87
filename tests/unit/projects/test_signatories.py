"""Who signs an agreement: the union of R25, one line per capacity."""

from __future__ import annotations

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from engine.agreements.signatories import (
    BENEFICIARY,
    CHAIR,
    MANDATARY,
    PARTNER_COMPANY,
    Line,
    missing,
    union,
)

FIRMS = [UUID(int=number) for number in range(1, 7)]
firms = st.sampled_from(FIRMS)


def line(capacity: str, firm: UUID) -> Line:
    return Line(capacity, firm, uuid4())


@given(
    firm=firms,
    chair=firms,
    companies=st.lists(firms, max_size=8),
    mandatary=st.none() | firms,
)
def test_every_capacity_that_the_charter_asks_for_signs_exactly_once(
    firm: UUID, chair: UUID, companies: list[UUID], mandatary: UUID | None
) -> None:
    lines = union(
        beneficiary=line(BENEFICIARY, firm),
        chair=line(CHAIR, chair),
        companies=[line(PARTNER_COMPANY, each) for each in companies],
        mandatary=line(MANDATARY, mandatary) if mandatary else None,
    )

    kept = [(each.capacity, each.organisation_id) for each in lines]
    assert len(kept) == len(set(kept))
    assert kept[:2] == [(BENEFICIARY, firm), (CHAIR, chair)]
    assert {each for capacity, each in kept if capacity == PARTNER_COMPANY} == set(companies)
    if mandatary is not None:
        is_known = mandatary in {firm, chair, *companies}
        assert ((MANDATARY, mandatary) in kept) is not is_known


def test_a_chair_whose_company_lends_days_signs_twice_in_two_capacities() -> None:
    company = FIRMS[0]

    lines = union(
        beneficiary=line(BENEFICIARY, FIRMS[1]),
        chair=line(CHAIR, company),
        companies=[line(PARTNER_COMPANY, company)],
        mandatary=line(MANDATARY, company),
    )

    assert [each.capacity for each in lines] == [BENEFICIARY, CHAIR, PARTNER_COMPANY]


def test_a_capacity_left_out_is_missing_whoever_else_signs() -> None:
    required = [line(BENEFICIARY, FIRMS[0]), line(CHAIR, FIRMS[1]), line(PARTNER_COMPANY, FIRMS[2])]

    assert missing(required, required[:2]) == required[2:]
    assert missing(required, [*required, line(MANDATARY, FIRMS[3])]) == []
