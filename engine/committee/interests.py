"""What links members to projects: declared, stepped back from, ended; the register that keeps it all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.committee import acting, bound_dossiers, sessions, taking_part
from engine.committee.agenda_models import AgendaItem, InterestDeclaration
from engine.committee.models import Decision
from engine.i18n import mark as _
from engine.outbox import notify
from engine.people import chairs, committee_seats, permissions, recusals
from engine.people.folding import clean
from engine.people.models import Organisation, Person
from engine.people.permissions import Permission
from engine.persistence.base import new_id
from engine.projects import alerts, dossiers, recording
from engine.projects.models import Project
from engine.runtime import cases

if TYPE_CHECKING:
    from datetime import date

    from engine.people.committee_seats import Seat
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import Case

SELF, IN_SESSION = "self", "in_session"
NO_LINK, EXPECTED_EXPERT = "none", "expected_expert"
MAIL = "interest_to_confirm"
DECLARED_AGAIN = _("Déclaré de nouveau")


class InterestNotFound(errors.NotFound):
    """Cette déclaration n’existe pas, ou ne vous est pas visible."""


class AlreadyDeclared(errors.Conflict):
    """Un déport est déjà déclaré sur ce projet ; mettez-y fin avant d’en déclarer un autre."""


class InterestEnded(errors.Conflict):
    """Cette déclaration a déjà pris fin."""


class OfAnotherBasin(errors.Conflict):
    """Cette séance n’est pas de ce bassin."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A line of the register of interests."""

    declaration: InterestDeclaration
    person: str
    organisation: str | None
    reference: str
    firm: str


def declare(
    work: UnitOfWork,
    *,
    project_id: UUID,
    situation: str,
    details: str | None = None,
    is_recused: bool = False,
    session_id: UUID | None = None,
    person_id: UUID | None = None,
) -> InterestDeclaration:
    """Write down what links a member to a project; a real link makes them step back from it at once.

    A member declares for themselves; the officer, for one who says so in session. Only an expected expert
    chooses whether to step back. Votes and opinions that they gave on it, and nothing has decided yet, are
    withdrawn; where they presided, an acting chair is asked for. Once a decision they took part in is
    signed, the declaration is late: the committee is to confirm it. Raises `AlreadyDeclared`,
    `committee_seats.NoSeat`, `OfAnotherBasin`, and as `permissions.require`.
    """
    case = cases.lock(work, project_id).case
    recording.find_kept(work, project_id)
    member = person_id or work.actor.person_id
    by_self = member == work.actor.person_id
    asked = Permission.DECLARE_INTEREST if by_self else Permission.CONDUCT_SESSION
    permissions.require(work, asked, basin_id=case.basin_id, case_id=project_id)
    today = work.today(case.zone)
    end_one_before(work, project_id, member, today)
    since = day_of(work, case.basin_id, session_id, today)
    seat = seat_of(work, member, case.basin_id, since)
    made = InterestDeclaration(
        id=new_id(),
        basin_id=case.basin_id,
        project_id=project_id,
        session_id=session_id,
        person_id=member,
        seat_id=seat.assignment_id,
        organisation_id=seat.organisation_id,
        situation=situation,
        details=clean(details or "") or None,
        is_recused=situation not in {NO_LINK, EXPECTED_EXPERT} or (situation != NO_LINK and is_recused),
        through=SELF if by_self else IN_SESSION,
        declared_on=since,
        recorded_at=work.now,
        recorded_by=work.actor.person_id,
    )
    keep(work, case, made)
    return made


def keep(work: UnitOfWork, case: Case, made: InterestDeclaration) -> None:
    """Write a declaration down, and let its member step back where it makes them."""
    today = work.today(case.zone)
    presided = chairs.eligible_chair(work, made.person_id, made.basin_id, today, made.project_id)
    if made.is_recused:
        made.assignment_id = recusals.recuse(
            work,
            case_id=case.id,
            basin_id=case.basin_id,
            person_id=made.person_id,
            from_date=made.declared_on,
        ).id
        withdraw_ballots(work, made.project_id, made.person_id)
    work.database.add(made)
    work.database.flush()
    made.is_late = made.is_recused and bool(taking_part.signed_decisions(work, made))
    work.record(
        "committee.interest.declared", chain=case.id, subject=made.id, basin_id=case.basin_id,
        occurred_on=made.declared_on, person=made.person_id, recused=made.is_recused, late=made.is_late,
        through=made.through, content={"situation": made.situation, "details": made.details},
    )  # fmt: skip
    if made.is_late:
        tell(work, made)
    if made.is_recused and presided and cases.lock(work, case.id).root.ended_at is None:
        acting.ask_for_one(work, case)


def tell(work: UnitOfWork, made: InterestDeclaration) -> None:
    """Write to the officers and the chair that a decision is to be confirmed (E17)."""
    project = dossiers.find(work, made.project_id)
    notify.post(
        work,
        [
            notify.row(
                work, kind=MAIL, recipient_id=reader, case_id=project.id, basin_id=project.basin_id,
                reference=project.reference, data={"declared_on": made.declared_on},
                dedupe_key=f"interest/{made.id.hex}/{reader.hex}",
            )
            for reader in alerts.readers(work, project)
            if reader != made.person_id
        ],
    )  # fmt: skip


def end(work: UnitOfWork, declaration_id: UUID, *, reason: str) -> InterestDeclaration:
    """End a declaration, with its reason: whoever stepped back comes back to the project from today.

    One’s own, or by the officer. Raises `InterestNotFound`, `InterestEnded`, `errors.InvalidAnswers`.
    """
    found = find(work, declaration_id)
    case = cases.lock(work, found.project_id).case
    work.database.refresh(found)
    if found.person_id != work.actor.person_id:
        permissions.require(work, Permission.CONDUCT_SESSION, basin_id=case.basin_id)
    if found.ended_on is not None:
        raise InterestEnded
    close(work, found, reason, work.today(case.zone))
    for session_id in sessions_about(work, found.project_id):
        bound_dossiers.follow_recusal(work, session_id, found.person_id)
    return found


def close(work: UnitOfWork, found: InterestDeclaration, reason: str, on: date) -> None:
    """Write that a declaration is over, and the recusal with it."""
    if not clean(reason):
        raise errors.InvalidAnswers({"reason": [_("Dites pourquoi ce lien n’existe plus.")]})
    found.ended_on, found.ended_by, found.ended_reason = on, work.actor.person_id, clean(reason)
    work.database.flush()
    if found.assignment_id is not None:
        recusals.end(work, found.assignment_id, reason=reason, on=on)
    work.record(
        "committee.interest.ended", chain=found.project_id, subject=found.id, basin_id=found.basin_id,
        occurred_on=on, person=found.person_id, content={"reason": found.ended_reason},
    )  # fmt: skip


def end_one_before(work: UnitOfWork, project_id: UUID, person_id: UUID, today: date) -> None:
    """End what a member declared before, unless they stepped back: that is ended by an act of its own.

    Raises `AlreadyDeclared`.
    """
    before = standing(work, project_id, person_id)
    if before is None:
        return
    if before.is_recused:
        raise AlreadyDeclared
    close(work, before, DECLARED_AGAIN, today)


def day_of(work: UnitOfWork, basin_id: int, session_id: UUID | None, today: date) -> date:
    """The day on which an interest was said: a session’s own, when it was said there; else today.

    Raises `OfAnotherBasin`, `sessions.SessionNotFound`.
    """
    if session_id is None:
        return today
    session = sessions.find(work, session_id)
    if session.basin_id != basin_id:
        raise OfAnotherBasin
    return min(session.held_on, today)


def seat_of(work: UnitOfWork, person_id: UUID, basin_id: int, on: date) -> Seat:
    """The seat by which a person declares, guests’ too. Raises `committee_seats.NoSeat`."""
    held = committee_seats.seats_of(work, person_id, basin_id, on)
    if not held:
        raise committee_seats.NoSeat
    return held[0]


def withdraw_ballots(work: UnitOfWork, project_id: UUID, person_id: UUID) -> None:
    """Withdraw what a person said of a project’s items that nothing has decided yet, and its pages.

    A vote given meanwhile is refused, or is withdrawn: the sessions are locked first.
    """
    for session_id in sessions_about(work, project_id):
        bound_dossiers.follow_recusal(work, session_id, person_id)
    taking_part.withdraw_all(work, project_id, person_id)


def sessions_about(work: UnitOfWork, project_id: UUID) -> list[UUID]:
    """The sessions on whose agenda a project is, locked in order, after the project."""
    rows = work.connection.scalars(
        sa.select(AgendaItem.session_id).where(
            AgendaItem.project_id == project_id, AgendaItem.removed_at.is_(None)
        )
    )
    return sessions.lock_each(work, set(rows))


def standing(work: UnitOfWork, project_id: UUID, person_id: UUID) -> InterestDeclaration | None:
    """What a person declares about a project now."""
    return work.database.scalars(
        sa.select(InterestDeclaration).where(
            InterestDeclaration.project_id == project_id,
            InterestDeclaration.person_id == person_id,
            InterestDeclaration.ended_on.is_(None),
        )
    ).one_or_none()


def find(work: UnitOfWork, declaration_id: UUID) -> InterestDeclaration:
    """A declaration. Raises `InterestNotFound`."""
    found = work.database.get(InterestDeclaration, declaration_id)
    if found is None:
        raise InterestNotFound
    return found


def named(work: UnitOfWork, declaration_id: UUID) -> Registered:
    """A declaration as the register has it. Raises `InterestNotFound`."""
    found = registered(work, InterestDeclaration.id == declaration_id)
    if not found:
        raise InterestNotFound
    return found[0]


def of_project(work: UnitOfWork, project_id: UUID) -> list[Registered]:
    """Everything declared about a project, the latest first."""
    return registered(work, InterestDeclaration.project_id == project_id)


def register(
    work: UnitOfWork,
    basin_id: int,
    *,
    person_id: UUID | None = None,
    without: Iterable[UUID] = (),
) -> list[Registered]:
    """The register of a basin’s interests, the latest first; of one person when they read their own.

    `without` are the projects that the reader stepped back from: they read there what they declared
    themselves, which is where they end it, and nothing of the others.
    """
    asked = [InterestDeclaration.basin_id == basin_id]
    if person_id is not None:
        asked.append(InterestDeclaration.person_id == person_id)
    hidden = list(without)
    if hidden:
        is_own = InterestDeclaration.person_id == work.actor.person_id
        asked.append(sa.or_(InterestDeclaration.project_id.not_in(hidden), is_own))
    return registered(work, *asked)


def registered(work: UnitOfWork, *asked: sa.ColumnElement[bool]) -> list[Registered]:
    """Declarations with the names that their readers know them by."""
    rows = work.database.execute(
        sa.select(InterestDeclaration, Person.full_name, Organisation.name, Project.reference, Project.firm)
        .join(Person, Person.id == InterestDeclaration.person_id)
        .join(Project, Project.id == InterestDeclaration.project_id)
        .outerjoin(Organisation, Organisation.id == InterestDeclaration.organisation_id)
        .where(*asked)
        .order_by(InterestDeclaration.recorded_at.desc(), InterestDeclaration.id)
    )
    return [Registered(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def to_confirm(work: UnitOfWork, basin_id: int) -> list[tuple[Decision, InterestDeclaration]]:
    """The signed decisions that a late interest brings back to the committee, with that interest (E17)."""
    rows = work.database.execute(
        sa.select(Decision, InterestDeclaration)
        .join(InterestDeclaration, InterestDeclaration.project_id == Decision.project_id)
        .where(
            Decision.basin_id == basin_id,
            Decision.signed_at.is_not(None),
            Decision.reviewed.is_(None),
            Decision.signed_at <= InterestDeclaration.recorded_at,
            InterestDeclaration.is_late.is_(True),
        )
        .order_by(Decision.signed_at, InterestDeclaration.recorded_at)
    )
    found: dict[UUID, tuple[Decision, InterestDeclaration]] = {}
    for decision, declaration in rows:
        if decision.id not in found and taking_part.took_part(work, decision, declaration):
            found[decision.id] = (decision, declaration)
    return list(found.values())
