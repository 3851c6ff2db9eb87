"""Who has a voice on an item of a session, by which of the basin's rules, and what their votes come to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.committee import taking_part, votes
from engine.committee.agenda_models import AgendaItem, Ballot
from engine.committee.taking_part import PRESENT, REPRESENTED
from engine.people import basins, chairs, committee_seats, recusals
from engine.registry import parameters
from forms.choices import DecisionMode
from forms.votes import Majority, VoteChoice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from engine.committee.models import CommitteeSession
    from engine.people.committee_seats import Seat
    from engine.persistence.unit_of_work import UnitOfWork

OPINION, VOTE = "opinion", "vote"
WRITTEN = "written"  # The kind of a session in which nobody meets: those who answered are those there.
RULES = (
    "committee.decision_mode", "committee.quorum_percent", "committee.majority", "committee.casting_vote",
    "committee.proxies_each",
)  # fmt: skip
DEFAULTS: Mapping[str, object] = {key: parameters.BY_KEY[key].default for key in RULES}


def rules(work: UnitOfWork, session: CommitteeSession, mode: str | None = None) -> votes.Rules:
    """How a basin's committee decides, as it was set on the day of the session; `mode` as an item has it."""
    on = taking_part.day_of(work, session)
    return rules_on(work, session.basin_id, on, mode=mode, is_written=session.kind == WRITTEN)


def rules_on(
    work: UnitOfWork, basin_id: int, on: date, *, mode: str | None = None, is_written: bool = False
) -> votes.Rules:
    """How a basin's committee decides, as it was set on a day; nobody represents anybody in writing."""
    known = basins.parameters(work, basin_id, DEFAULTS, on=on)
    return votes.Rules(
        mode=DecisionMode.of(mode or known["committee.decision_mode"]),
        quorum_percent=known["committee.quorum_percent"],
        majority=Majority.of(known["committee.majority"]),
        has_casting_vote=known["committee.casting_vote"],
        proxies_each=0 if is_written else known["committee.proxies_each"],
    )


def seats_of(work: UnitOfWork, session: CommitteeSession) -> list[Seat]:
    """The seats of the committee on the day of a session, guests last."""
    on = taking_part.day_of(work, session)
    return committee_seats.seats_in_force(work, session.basin_id, on)


def voters(
    work: UnitOfWork, session: CommitteeSession, project_id: UUID | None, *, chaired_by_id: UUID | None = None
) -> votes.Voters:
    """The seats with a voice on what a session deals with, and what each is to it.

    Whoever stepped back since the session's day has no voice either: nothing is counted any more that they
    say. `chaired_by_id` presides over the item; else whoever presides over the session.
    """
    seats = seats_of(work, session)
    on = taking_part.day_of(work, session)
    without = taking_part.conflicts(work, project_id, seats, on)
    if project_id is not None:
        since = recusals.recused_on(work, project_id, basins.today(work, session.basin_id))
        without |= {seat.assignment_id: taking_part.RECUSED for seat in seats if seat.person_id in since}
    noted = taking_part.attendance_of(work, session.id)
    return votes.Voters(
        seats=frozenset(seat.assignment_id for seat in seats if not seat.guest),
        recused=frozenset(without),
        present=frozenset(each.seat_id for each in noted if each.presence == PRESENT),
        proxies={
            each.seat_id: each.proxy_to_seat_id
            for each in sorted(noted, key=lambda each: each.seat_id)
            if each.presence == REPRESENTED and each.proxy_to_seat_id is not None
        },
        chair=chair_seat(work, session, seats, chaired_by_id),
    )


def chair_seat(
    work: UnitOfWork, session: CommitteeSession, seats: Sequence[Seat], chaired_by_id: UUID | None
) -> UUID | None:
    """The seat of whoever presides: over the item, else over the session, else the basin's own chair."""
    person_id = chaired_by_id or session.chaired_by_id
    if person_id is None:
        found = chairs.chair_in_force(work, session.basin_id, taking_part.day_of(work, session))
        person_id = None if found is None else found.person_id
    held = [seat for seat in seats if seat.person_id == person_id and not seat.guest]
    held.sort(key=lambda seat: not seat.for_partner_company)
    return held[0].assignment_id if held else None


def voters_on(work: UnitOfWork, session: CommitteeSession, item: AgendaItem) -> votes.Voters:
    """The seats with a voice on an item; in a written consultation, those who answered are those there."""
    found = voters(work, session, item.project_id, chaired_by_id=item.chaired_by_id)
    if session.kind != WRITTEN:
        return found
    answered = frozenset(each.seat_id for each in standing(work, item.id, VOTE)) & found.seats
    return votes.Voters(found.seats, found.recused, answered, {}, found.chair)


def result(
    work: UnitOfWork, session: CommitteeSession, item: AgendaItem, mode: str | None = None
) -> votes.Result:
    """What the votes on an item come to, by the rules of its session."""
    said = {each.seat_id: VoteChoice.of(each.choice) for each in standing(work, item.id, VOTE)}
    return votes.tally(voters_on(work, session, item), said, rules(work, session, mode))


def standing(work: UnitOfWork, item_id: UUID, kind: str) -> list[Ballot]:
    """The opinions, or the votes, that stand on an item, in the order they were given."""
    return list(
        work.database.scalars(
            sa.select(Ballot)
            .where(Ballot.item_id == item_id, Ballot.kind == kind, Ballot.withdrawn_at.is_(None))
            .order_by(Ballot.cast_at, Ballot.id)
            .execution_options(populate_existing=True)
        )
    )
