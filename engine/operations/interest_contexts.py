"""What the forms of interests, attendance, opinions, votes and consultations must know."""

# A form about a session, or about one of its items, is asked with its identifier in place of a dossier’s.

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from engine.committee import consultations, items, sessions, taking_part, voices, votes
from engine.committee.item_kinds import LABELS, Kind
from engine.i18n import mark as _
from engine.i18n import translate
from engine.operations import proposals
from engine.operations.asked import Asked, Parts
from engine.operations.session_contexts import of_session, session_of
from engine.people import chairs, committee_seats, permissions
from engine.people.permissions import Permission
from engine.projects import listed
from forms.context import Choice

if TYPE_CHECKING:
    from engine.committee.agenda_models import AgendaItem
    from engine.committee.models import CommitteeSession
    from engine.people.committee_seats import Seat

UNANSWERED = _("Personne n’a voté : aucun point n’est décidé, chacun attend une autre séance.")
NO_PROXIES = _("Ce bassin n’admet pas de pouvoirs.")


def interest_declaration(asked: Asked) -> Parts:
    """A member declares for themselves; the officer says who of the members did, in session."""

    def members() -> list[Choice]:
        seats = committee_seats.seats_in_force(asked.work, asked.basin_id, asked.today)
        return proposals.of_people(seats)

    rights = permissions.permissions_of(asked.work, asked.work.actor.person_id)
    conducts = rights.allows(Permission.CONDUCT_SESSION, basin_id=asked.basin_id, case_id=asked.case_id)
    return Parts(choices={"person_id": members}, limits={"for_another": conducts})


def session_held(asked: Asked) -> Parts:
    """A row per seat of the session’s day, who presided, and what is known already of who was there."""
    session = None if asked.case_id is None else session_of(asked)
    on = asked.today if session is None else taking_part.day_of(asked.work, session)

    def seats() -> list[Choice]:
        return named_seats(seats_of(asked, session))

    def presiding() -> list[Choice]:
        return proposals.of_people(chairs.chair_candidates(asked.work, asked.basin_id, on))

    def start() -> Mapping[str, object]:
        known = {} if session is None else attendance_known(asked, session)
        chair = chairs.chair_in_force(asked.work, asked.basin_id, on)
        return {
            "held_on": asked.today if session is None else min(session.held_on, asked.today),
            "chaired_by_id": (session and session.chaired_by_id) or (chair and chair.person_id),
            "attendance": [
                {
                    "seat_id": str(seat.assignment_id),
                    "presence": "present",
                    **known.get(seat.assignment_id, {}),
                }
                for seat in seats_of(asked, session)
            ],
        }

    takes_proxies = session is not None and voices.rules(asked.work, session).proxies_each > 0
    is_unanswered = session is not None and consultations.is_unanswered(asked.work, session)
    told = [(_("Réponses"), translate(UNANSWERED, asked.work.locale))] if is_unanswered else []
    return Parts(
        choices={
            "attendance-seat_id": seats,
            "attendance-proxy_to_seat_id": seats,
            "chaired_by_id": presiding,
        },
        prefill=start,
        facts=lambda: told,
        limits={"is_unanswered": is_unanswered},
        excluded={} if takes_proxies else {"attendance-presence": {"represented": NO_PROXIES}},
    )


def seats_of(asked: Asked, session: CommitteeSession | None) -> list[Seat]:
    """The seats on the day of a session, or today’s; nobody asks a guest to answer in writing."""
    if session is None:
        return committee_seats.seats_in_force(asked.work, asked.basin_id, asked.today)
    every = voices.seats_of(asked.work, session)
    return [each for each in every if not each.guest] if session.kind == sessions.WRITTEN else every


def attendance_known(asked: Asked, session: CommitteeSession) -> dict[UUID, dict[str, object]]:
    """Who was noted as there; in a consultation, until it is noted, whoever answered it."""
    noted = taking_part.attendance_of(asked.work, session.id)
    if noted or session.kind != sessions.WRITTEN:
        return {
            each.seat_id: {
                "presence": each.presence,
                "proxy_to_seat_id": each.proxy_to_seat_id and str(each.proxy_to_seat_id),
            }
            for each in noted
        }
    answered = consultations.answered(asked.work, session.id)
    return {
        seat.assignment_id: {"presence": "present" if seat.assignment_id in answered else "absent"}
        for seat in voices.seats_of(asked.work, session)
    }


def item_opinion(asked: Asked) -> Parts:
    """The seats for which the reader speaks, when they have several."""
    person_id = asked.work.actor.person_id
    held = committee_seats.speaking_seats(asked.work, person_id, asked.basin_id, asked.today)
    return Parts(
        choices={
            "seat_id": lambda: [Choice(str(seat.assignment_id), seat.organisation_name) for seat in held]
        },
        limits={"several_seats": len(held) > 1},
    )


def item_ballots(asked: Asked) -> Parts:
    """One row for each seat that may vote on an item, with what it voted."""
    work = asked.work
    if asked.case_id is None:
        raise LookupError("votes are those on an item")
    item = items.find(work, asked.case_id)
    session = sessions.find(work, item.session_id)
    rules = voices.rules(work, session, voices.VOTE)
    there = votes.represented_by(voices.voters_on(work, session, item), rules)
    able = [seat for seat in voices.seats_of(work, session) if seat.assignment_id in there]

    def start() -> Mapping[str, object]:
        said = {each.seat_id: each.choice for each in voices.standing(work, item.id, voices.VOTE)}
        return {
            "ballots": [
                {"seat_id": str(seat.assignment_id), "choice": said.get(seat.assignment_id)} for seat in able
            ]
        }

    return Parts(choices={"ballots-seat_id": lambda: named_seats(able)}, prefill=start)


def consultation_answer(asked: Asked) -> Parts:
    """One row per item put to the vote of the seat that answers; nothing of those it stepped back from."""
    session = session_of(asked)
    position = None if asked.task is None else asked.task.position
    seat = consultations.answering(asked.work, session, position)
    put = consultations.put_to(asked.work, session, seat)

    def named() -> list[Choice]:
        names = names_of(asked, put)
        return [Choice(str(item.id), names[item.id]) for item in put]

    return Parts(
        choices={"answers-item_id": named},
        facts=partial(of_session, asked),
        limits={"has_items": bool(put)},
    )


def names_of(asked: Asked, put: Sequence[AgendaItem]) -> dict[UUID, str]:
    """What items are called: the firm, or what the officer typed; and what each comes for."""
    firms = listed.named(asked.work, {item.project_id for item in put if item.project_id is not None})
    said = {}
    for item in put:
        kind = translate(LABELS[Kind(item.kind)], asked.work.locale)
        about = item.title or (firms[item.project_id].firm if item.project_id else None)
        said[item.id] = f"{about} ({kind})" if about else kind
    return said


def named_seats(seats: Sequence[Seat]) -> list[Choice]:
    """Seats by their holder, the organisation beside; who holds two is told with which."""
    held = Counter(seat.person_id for seat in seats)
    return [
        Choice(str(seat.assignment_id), seat.full_name, seat.organisation_name)
        if held[seat.person_id] == 1
        else Choice(str(seat.assignment_id), f"{seat.full_name}, {seat.organisation_name}")
        for seat in seats
    ]
