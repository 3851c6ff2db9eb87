"""Who holds what today: the one door to committee seats, chairs and the roles on a project."""

from __future__ import annotations

from engine.people.chairs import (
    Chair,
    NotEligibleToChair,
    appoint_chair,
    chair_candidates,
    chair_in_force,
    chairs_in_force,
    designate_acting_chair,
    eligible_chair,
    is_vacant,
)
from engine.people.committee_seats import (
    NoSeat,
    PartnerGauge,
    Seat,
    give_seat,
    in_conflict,
    may_follow_up,
    may_prescribe,
    partner_companies_count,
    partner_gauge,
    seats_in_force,
    seats_of,
    speaking_seats,
)
from engine.people.holders import InConflict, SameHolder, hold, holder, holders, release, replace_holder

__all__ = [
    "Chair",
    "InConflict",
    "NoSeat",
    "NotEligibleToChair",
    "PartnerGauge",
    "SameHolder",
    "Seat",
    "appoint_chair",
    "chair_candidates",
    "chair_in_force",
    "chairs_in_force",
    "designate_acting_chair",
    "eligible_chair",
    "give_seat",
    "hold",
    "holder",
    "holders",
    "in_conflict",
    "is_vacant",
    "may_follow_up",
    "may_prescribe",
    "partner_companies_count",
    "partner_gauge",
    "release",
    "replace_holder",
    "seats_in_force",
    "seats_of",
    "speaking_seats",
]
