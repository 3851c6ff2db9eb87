"""What forms propose to choose from: members, experts, partner companies, sessions, documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.agreements import proving
from engine.committee import decisions, sessions
from engine.i18n import mark as _
from engine.i18n import translate
from engine.operations import wording
from engine.people import accounts, assignments, chairs, committee_seats, organisations, persons
from engine.people.models import Account, Assignment, Organisation, Person, Role
from engine.projects import documents, mandates
from forms import choices
from forms.context import Choice

if TYPE_CHECKING:
    from uuid import UUID

    from engine.committee.models import CommitteeSession
    from engine.operations.asked import Asked
    from engine.people.committee_seats import Seat


NOT_IN_THIS_BASIN = _("Ce bassin ne signe pas de cette manière.")


def ways(asked: Asked, kinds: Iterable[str]) -> tuple[str, Mapping[str, Mapping[str, str]]]:
    """How a basin signs texts of these kinds as a rule, and the ways that it does not have."""
    allowed = proving.ways(asked.work, asked.basin_id, kinds)
    usual = next(way for way in proving.WAYS if way in allowed)
    return usual, {"signatories-mode": {way: NOT_IN_THIS_BASIN for way in proving.WAYS if way not in allowed}}


def of_people(seats: Sequence[Seat]) -> list[Choice]:
    """Members by name, the organisation they sit for beside; who sits twice is proposed once."""
    found = {str(seat.person_id): seat for seat in reversed(seats)}
    return [Choice(key, seat.full_name, seat.organisation_name) for key, seat in reversed(found.items())]


def of_seats(seats: Sequence[Seat]) -> list[Choice]:
    """Members to act for their organisation; who sits twice is proposed for each: the page asks (D16)."""
    held = Counter(seat.person_id for seat in seats)
    return [
        Choice(str(seat.person_id), seat.full_name, seat.organisation_name)
        if held[seat.person_id] == 1
        else Choice(str(seat.assignment_id), f"{seat.full_name}, {seat.organisation_name}")
        for seat in seats
    ]


def speaking(asked: Asked) -> list[Seat]:
    """The seats with a voice, not for the firm itself, nor its head's (R17, R28, D16)."""
    if asked.case_id is not None:
        free = mandates.candidates(asked.work, basin_id=asked.basin_id, case_id=asked.case_id)
        return still_here(asked, free)
    found = committee_seats.seats_in_force(asked.work, asked.basin_id, asked.today)
    return still_here(asked, [seat for seat in found if not seat.guest])


def still_here(asked: Asked, found: Sequence[Seat]) -> list[Seat]:
    """Those of some seats whose holder has not left: nobody whose account is closed is proposed."""
    gone = accounts.closed_among(asked.work, [seat.person_id for seat in found])
    return [seat for seat in found if seat.person_id not in gone]


def members(asked: Asked) -> list[Choice]:
    """Those who may prescribe or follow up, by name."""
    return of_people(speaking(asked))


def members_by_seat(asked: Asked) -> list[Choice]:
    """Those who may prescribe or follow up, and for which organisation when there are two."""
    return of_seats(speaking(asked))


def other_members(asked: Asked) -> list[Choice]:
    """The members who may take a mandate over: all but the one who has it."""
    holder = asked.project.mandatary_id
    return of_seats([seat for seat in speaking(asked) if seat.person_id != holder])


def choice_of(asked: Asked, person_id: UUID | None, organisation_id: UUID | None) -> UUID | None:
    """How `members_by_seat` names somebody named before: by their seat when they have two."""
    held = [seat for seat in speaking(asked) if seat.person_id == person_id]
    if len(held) < 2:
        return person_id
    return next((seat.assignment_id for seat in held if seat.organisation_id == organisation_id), None)


def seats(asked: Asked) -> list[Choice]:
    """The seats of the committee, by their own identifier: who was present."""
    return [
        Choice(str(seat.assignment_id), seat.full_name, seat.organisation_name)
        for seat in committee_seats.seats_in_force(asked.work, asked.basin_id, asked.today)
    ]


def acting_chairs(asked: Asked) -> list[Choice]:
    """Those who may stand in for the chair: as eligible as a chair, on this project too (D18, R14)."""
    found = chairs.stand_ins(asked.work, asked.basin_id, asked.today, asked.case_id)
    return of_seats(still_here(asked, found))


def experts(asked: Asked) -> list[Choice]:
    """The experts that the basin knows, and those of its projects, by name, their organisation beside."""
    rows = asked.work.connection.execute(
        sa.select(Person.id, Person.full_name, Organisation.name)
        .join(Assignment, Assignment.person_id == Person.id)
        .outerjoin(Organisation, Organisation.id == Assignment.organisation_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(
            Account.disabled_at.is_(None),
            Assignment.basin_id == asked.basin_id,
            Assignment.role.in_([Role.EXPERT.value, Role.SEAT.value]),
            assignments.in_force(asked.today),
        )
        .order_by(Assignment.role, Person.search_name)
    )
    found: dict[str, Choice] = {}
    for person_id, name, organisation in rows:
        found.setdefault(str(person_id), Choice(str(person_id), name, organisation or ""))
    return list(found.values())


def partner_companies(asked: Asked) -> list[Choice]:
    """The basin's active partner companies, the firm itself left out (D16)."""
    firm = asked.project.organisation_id if asked.case_id is not None else None
    companies = organisations.of_basin(asked.work, asked.basin_id, asked.today, Role.PARTNER_COMPANY)
    return [Choice(str(each.id), each.name) for each in companies if each.id != firm]


def every_organisation(asked: Asked) -> list[Choice]:
    """The organisations with a status in the basin, and the firm of the dossier."""
    found = {each.id: each.name for each in organisations.of_basin(asked.work, asked.basin_id, asked.today)}
    if asked.case_id is not None:
        found[asked.project.organisation_id] = asked.project.firm
    sitting = committee_seats.seats_in_force(asked.work, asked.basin_id, asked.today)
    found |= {seat.organisation_id: seat.organisation_name for seat in sitting}
    return [Choice(str(key), name) for key, name in sorted(found.items(), key=lambda each: each[1])]


def signing_people(asked: Asked) -> list[Choice]:
    """Those who may sign an agreement: the firm's head, the members, the experts, the officers (R26)."""
    head = asked.project.sme_head_id
    found = []
    if head is not None:
        person = asked.work.database.get_one(Person, head)
        found.append(Choice(str(head), person.full_name, asked.project.firm))
    everybody = committee_seats.seats_in_force(asked.work, asked.basin_id, asked.today)
    found += of_people(still_here(asked, everybody))
    found += experts(asked)
    officers = assignments.of_basin(asked.work, asked.basin_id, asked.today, Role.OPERATOR)
    gone = accounts.closed_among(asked.work, [each.person_id for each in officers])
    names = persons.names(asked.work, {each.person_id for each in officers} - gone)
    found += [Choice(str(key), name) for key, name in names.items()]
    return list({choice.value: choice for choice in reversed(found)}.values())[::-1]


def committee_sessions(asked: Asked, possible: Sequence[CommitteeSession]) -> list[Choice]:
    """The sessions in which this decision may have been taken, as one chooses among them.

    One held before the file came to the committee says beside it that a reason is expected.
    """
    ready_on = asked.project.opened_on if asked.task is None else asked.task.opened_on
    return [
        Choice(
            str(each.id),
            wording.long_day(asked, each.held_on),
            kind_of_session(asked, each, is_early=each.held_on < ready_on),
        )
        for each in possible
    ]


def possible_sessions(asked: Asked) -> list[CommitteeSession]:
    """The sessions held since the dossier was opened, the latest first."""
    since = asked.project.opened_on
    return sessions.open_for_decisions(asked.work, asked.basin_id, asked.today, since=since)


def kind_of_session(asked: Asked, session: CommitteeSession, *, is_early: bool) -> str:
    """How a session was held; and that it came before the file did."""
    kind = wording.label(asked, choices.SessionKind, session.kind) or ""
    if not is_early:
        return kind
    return translate(_("{kind}, avant l’ouverture de la tâche"), asked.work.locale, kind=kind)


def session_since(asked: Asked, possible: Sequence[CommitteeSession]) -> Mapping[str, str]:
    """The latest session that can have seen the dossier: one held before it was ready is not proposed."""
    if not possible or asked.task is None or possible[0].held_on < asked.task.opened_on:
        return {}
    return {"session_id": str(possible[0].id)}


def conditions(asked: Asked) -> list[Choice]:
    """The conditions of the approval that are still to be lifted."""
    decision = None if asked.case_id is None else decisions.latest(asked.work, asked.case_id)
    if decision is None:
        return []
    return [Choice(str(each.id), each.text) for each in decisions.conditions_of(asked.work, decision.id)]


def attachments(asked: Asked) -> list[Choice]:
    """The documents of the dossier, which an answer may join: those that whoever answers may read."""
    if asked.case_id is None:
        return []
    found = documents.readable(asked.work, asked.case_id)
    return [Choice(str(each.id), each.name) for each in found if documents.is_free(each)]
