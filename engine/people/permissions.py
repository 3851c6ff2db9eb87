"""Who may do what: one table role → permissions, everything else is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine import clock, errors
from engine.people import basins
from engine.people.models import CASE_ROLES, Assignment, Basin, Role
from engine.persistence.unit_of_work import SYSTEM

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


class Permission(StrEnum):
    """What a route, an API verb or a command asks for."""

    # Projects.
    SEE_PROJECT = "see_project"
    OPEN_PROJECT = "open_project"
    ADOPT_PROJECTS = "adopt_projects"  # Take over those that began before Alizé (D15).
    COMPLETE_TASK = "complete_task"  # Opens the door only: each task has its own people (D17).
    ACT_ON_BEHALF = "act_on_behalf"
    DELEGATE = "delegate"
    AWAIT = "await"
    REMIND = "remind"  # Ask others for what they are late with.
    WITHDRAW = "withdraw"
    TERMINATE = "terminate"
    REPLACE_MANDATARY = "replace_mandatary"
    REPLACE_PERSON = "replace_person"  # Prescriber, expert, signatory, head of the firm; never a mandatary.
    SUSPEND = "suspend"
    NOTE = "note"
    ALERT = "alert"  # Say that a followed firm is in difficulty (E5).
    CORRECT = "correct"
    DECLARE_INTEREST = "declare_interest"  # Say what links oneself to a project, and step back from it.
    GIVE_OPINION = "give_opinion"  # Of an item, before the session.
    AMEND = "amend"  # Ask for a change of an agreement in force.
    PAY_ADVANCE = "pay_advance"  # Record that the advance was paid out.
    ATTEST_PAPER = "attest_paper"  # Record what people signed on paper, the paper in hand (D18).
    # Basins.
    SEE_BASIN = "see_basin"
    SEE_MONITORING = "see_monitoring"
    SEE_PEOPLE = "see_people"
    PLAN_SESSION = "plan_session"
    OBSERVE = "observe"  # Remark, for the steering committee, on what was done; nothing waits for it.
    CONDUCT_SESSION = "conduct_session"  # Agenda, attendance, votes, outcomes, minutes.
    SEE_INTERESTS = "see_interests"  # The whole register; one's own declarations are anybody's to read.
    DESIGNATE_ACTING_CHAIR = "designate_acting_chair"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_ROLES = "manage_roles"
    ERASE_PERSON = "erase_person"  # And give them, before, a file of what the system holds on them.
    READ_ARCHIVE = "read_archive"  # Projects whose time is over but for the law (engine/retention).
    KEEP_LONGER = "keep_longer"  # Put off what a rule of retention would archive or erase.
    CHANGE_PARAMETERS = "change_parameters"
    RECORD_PARTNERSHIP = "record_partnership"
    READ_HISTORY = "read_history"
    EXPORT = "export"
    CHECK_PROCESS = "check_process"
    PUBLISH = "publish"
    EDIT_VARIANT = "edit_variant"  # Begin a draft of the basin's process, change it, submit it, publish it.
    MIGRATE_PROJECTS = "migrate_projects"  # Move running projects to another version (D30).
    # The programme.
    REVIEW_VARIANT = "review_variant"  # Read a basin's draft over, approve it or send it back.
    ADD_BASIN = "add_basin"
    VALIDATE_TERRITORY = "validate_territory"
    # The installation.
    SEE_INCIDENTS = "see_incidents"
    RETRY_INCIDENT = "retry_incident"
    SEE_OUTBOX = "see_outbox"
    RETRY_MAIL = "retry_mail"
    RETRY_PAPER = "retry_paper"  # Have a document made again that could not be.
    SEE_TICKS = "see_ticks"
    ADVANCE_CLOCK = "advance_clock"


P = Permission

_READS = frozenset({P.SEE_PROJECT, P.SEE_BASIN, P.SEE_MONITORING, P.SEE_PEOPLE, P.READ_HISTORY, P.EXPORT})
_HAS_A_PART = frozenset({P.SEE_PROJECT, P.COMPLETE_TASK, P.DELEGATE, P.AWAIT, P.NOTE})

# Read a line as « who holds this role may … », in the basin of the role, or on its project.
# What a role does not name, it may not do; a permission alone completes no task (D17).
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    # The officer runs the basin daily, and types what members say by phone.
    Role.OPERATOR: _READS | _HAS_A_PART | {
        P.OPEN_PROJECT, P.ADOPT_PROJECTS, P.ACT_ON_BEHALF, P.REMIND, P.WITHDRAW, P.TERMINATE,
        P.REPLACE_PERSON, P.SUSPEND, P.CORRECT, P.ALERT, P.AMEND, P.PAY_ADVANCE, P.ATTEST_PAPER,
        P.PLAN_SESSION, P.CONDUCT_SESSION, P.SEE_INTERESTS, P.DESIGNATE_ACTING_CHAIR, P.MANAGE_PEOPLE,
        P.CHANGE_PARAMETERS, P.RECORD_PARTNERSHIP, P.CHECK_PROCESS, P.SEE_OUTBOX, P.RETRY_PAPER,
        P.EDIT_VARIANT, P.MIGRATE_PROJECTS, P.READ_ARCHIVE, P.KEEP_LONGER,
    },
    # The chair signs off, replaces a mandatary (D19), and names a stand-in before a leave (D18).
    # Once a firm is labelled, only the chair suspends its project (D7).
    Role.CHAIR: _HAS_A_PART | {
        P.SEE_BASIN, P.SEE_MONITORING, P.SEE_PEOPLE, P.REPLACE_MANDATARY, P.DESIGNATE_ACTING_CHAIR, P.EXPORT,
        P.SUSPEND, P.ALERT, P.DECLARE_INTEREST, P.GIVE_OPINION, P.SEE_INTERESTS,
    },
    # A member sees the projects of the committee's sessions; a part in one lets them act there.
    Role.SEAT: frozenset({
        P.SEE_PROJECT, P.SEE_BASIN, P.SEE_PEOPLE, P.COMPLETE_TASK, P.DECLARE_INTEREST, P.GIVE_OPINION,
    }),
    Role.PRESCRIBER: _HAS_A_PART,
    Role.MANDATARY: _HAS_A_PART | {P.ALERT},
    Role.EXPERT: frozenset({P.SEE_PROJECT, P.COMPLETE_TASK, P.AWAIT, P.NOTE}),
    Role.SME_HEAD: frozenset({P.SEE_PROJECT, P.COMPLETE_TASK}),
    Role.SIGNATORY: frozenset({P.SEE_PROJECT, P.COMPLETE_TASK}),
    # Whoever stepped back from a project loses there what the committee gives them: see `Rights.roles_on`.
    Role.RECUSED: frozenset(),
    # Steering controls after the fact: it reads, and stops nothing (R13).
    Role.STEERING: _READS | {P.OBSERVE, P.SEE_INTERESTS},
    Role.AUDITOR: _READS | {
        P.SEE_INTERESTS, P.SEE_INCIDENTS, P.SEE_OUTBOX, P.SEE_TICKS, P.READ_ARCHIVE,
    },
    # The national coordinator sees every basin's figures, not its projects; begins a basin, and records that
    # the national committee validated its territory (R1).
    Role.NATIONAL_COORDINATOR: frozenset({
        P.SEE_BASIN, P.SEE_MONITORING, P.EXPORT, P.CHECK_PROCESS, P.ADD_BASIN, P.VALIDATE_TERRITORY,
        P.REVIEW_VARIANT,
    }),
    # The administrator manages, and completes nothing.
    Role.ADMINISTRATOR: _READS | {
        P.MANAGE_PEOPLE, P.MANAGE_ROLES, P.ERASE_PERSON, P.READ_ARCHIVE, P.KEEP_LONGER,
        P.CHANGE_PARAMETERS, P.RECORD_PARTNERSHIP, P.CHECK_PROCESS,
        P.PUBLISH, P.ADD_BASIN, P.SEE_INCIDENTS, P.RETRY_INCIDENT, P.SEE_OUTBOX, P.RETRY_MAIL,
        P.RETRY_PAPER, P.SEE_TICKS, P.ADVANCE_CLOCK,
    },
}  # fmt: skip

READING = frozenset(permission for permission in P if permission.name.startswith(("SEE_", "READ_"))) | {
    P.EXPORT, P.CHECK_PROCESS,
}  # fmt: skip
# These are the installation's or the programme's, not a basin's: only a national role opens them.
NATIONAL_ONLY = frozenset({
    P.SEE_TICKS, P.ADVANCE_CLOCK, P.ADD_BASIN, P.VALIDATE_TERRITORY, P.REVIEW_VARIANT,
})  # fmt: skip

NOTHING: frozenset[Permission] = frozenset()


class MissingPermission(errors.NotAllowed):
    """Votre rôle ne permet pas de faire cela. Votre opérateur peut vous dire qui le peut."""


class NotVisible(errors.NotFound):
    """Cette page ou cet élément n’existe pas, ou ne vous est pas visible."""


@dataclass(frozen=True, slots=True)
class Place:
    """A basin as menus and lists name it; read with the rights, at no cost of its own."""

    slug: str
    name: str
    zone: ZoneInfo


@dataclass(slots=True)
class Rights:
    """What one person may do today, nationally, basin by basin, project by project."""

    person_id: UUID
    is_system: bool = False
    national: set[Role] = field(default_factory=set)
    basins: dict[int, set[Role]] = field(default_factory=dict)
    cases: dict[UUID, set[Role]] = field(default_factory=dict)
    case_basins: dict[UUID, int] = field(default_factory=dict)
    recused: dict[UUID, int] = field(default_factory=dict)  # Projects stepped back from, with their basins.
    places: dict[int, Place] = field(default_factory=dict)

    def allows(
        self, permission: Permission, *, basin_id: int | None = None, case_id: UUID | None = None
    ) -> bool:
        """Tell whether the person may do this, in a basin and perhaps on one of its projects.

        Without a basin: somewhere at all, or nationally for what belongs to the installation.
        """
        if self.is_system:
            return True
        if permission in _of(self.national):
            return True
        if permission in NATIONAL_ONLY:
            return False
        if basin_id is None and case_id is None:
            return permission in self.anywhere()
        if case_id is not None and permission in _of(self.cases.get(case_id, ())):
            return basin_id is None or self.case_basins.get(case_id) == basin_id
        return basin_id is not None and permission in _of(self.roles_in(basin_id, case_id))

    def roles_in(self, basin_id: int, case_id: UUID | None = None) -> set[Role]:
        """The roles of a basin that count on one of its projects: the officer's alone once recused."""
        held = self.basins.get(basin_id, set())
        return held & {Role.OPERATOR} if case_id in self.recused else held

    def roles_on(self, case_id: UUID, basin_id: int) -> set[Role]:
        """Everything that the person is to a project: nationally, by its basin, by a part in it."""
        return self.national | self.roles_in(basin_id, case_id) | self.cases.get(case_id, set())

    def hidden(self, permission: Permission = P.SEE_PROJECT) -> set[UUID]:
        """The projects that lists of a basin leave out: those stepped back from, and nothing else held."""
        return {
            case_id
            for case_id, basin_id in self.recused.items()
            if not self.allows(permission, basin_id=basin_id, case_id=case_id)
        }

    def anywhere(self) -> frozenset[Permission]:
        """Everything that the person may do somewhere: what menus show."""
        if self.is_system:
            return frozenset(P)
        places = (self.national, *self.basins.values(), *self.cases.values())
        return NOTHING.union(*(_of(roles) for roles in places)) - (NATIONAL_ONLY - _of(self.national))

    def permissions(self, basin_id: int) -> frozenset[Permission]:
        """Everything that the person may do in a basin as a whole."""
        return frozenset(permission for permission in P if self.allows(permission, basin_id=basin_id))

    def basins_with(self, permission: Permission) -> set[int] | None:
        """The basins in which the person may do this; None is all of them (a national role)."""
        if self.is_system or permission in _of(self.national):
            return None
        return {
            basin_id for basin_id, roles in self.basins.items() if permission in _of(roles) - NATIONAL_ONLY
        }

    def cases_with(self, permission: Permission) -> set[UUID]:
        """The projects on which the person has a part that lets them do this."""
        return {case_id for case_id, roles in self.cases.items() if permission in _of(roles)}

    def sees_basin(self, basin_id: int) -> bool:
        """Tell whether the basin exists for this person: a role in it, on its projects, or national."""
        known = self.is_system or bool(self.national) or basin_id in self.basins
        return known or basin_id in self.case_basins.values()

    def roles(self, basin_id: int | None = None) -> set[Role]:
        """The roles held in a basin, national ones included; of everywhere without a basin."""
        if basin_id is None:
            return self.national.union(*self.basins.values(), *self.cases.values())
        here = {case_id for case_id, where in self.case_basins.items() if where == basin_id}
        return self.national | self.basins.get(basin_id, set()).union(*(self.cases[each] for each in here))


def permissions_of(work: UnitOfWork, person_id: UUID) -> Rights:
    """What a person may do today; one statement, remembered for the unit of work."""
    key = (__name__, person_id)
    if key not in work.memory:
        work.memory[key] = _read_rights(work, person_id)
    rights: Rights = work.memory[key]
    return rights


def lend(work: UnitOfWork, rights: Rights) -> None:
    """Spare a unit of work the question: these rights were read a moment ago, in the same request."""
    work.memory[__name__, rights.person_id] = rights


def forget(work: UnitOfWork) -> None:
    """Read rights again at the next question: this act has just changed roles."""
    for key in [key for key in work.memory if isinstance(key, tuple) and key[0] == __name__]:
        del work.memory[key]


def require(
    work: UnitOfWork,
    permission: Permission,
    *,
    basin_id: int | None = None,
    case_id: UUID | None = None,
) -> Rights:
    """Let the actor go on, or refuse.

    Raises `NotVisible` (404) when the basin, or the project, does not exist for them, and
    `MissingPermission` (403) when they see it but may not do this.
    """
    rights = permissions_of(work, work.actor.person_id)
    if rights.allows(permission, basin_id=basin_id, case_id=case_id):
        return rights
    if basin_id is not None and not rights.sees_basin(basin_id):
        raise NotVisible
    if case_id is not None and not rights.allows(P.SEE_PROJECT, basin_id=basin_id, case_id=case_id):
        raise NotVisible
    raise MissingPermission(permission=permission.value)


def require_national(work: UnitOfWork, permission: Permission) -> Rights:
    """Let the actor go on only by a national role: what concerns every basin. Raises `MissingPermission`."""
    rights = permissions_of(work, work.actor.person_id)
    if rights.basins_with(permission) is not None:
        raise MissingPermission(permission=permission.value)
    return rights


def require_may_manage(work: UnitOfWork, person_id: UUID) -> None:
    """Let the actor correct a person's address or account, or refuse.

    Codes go to that address (D20): whoever changes it could sign in as that person. So the actor
    manages people in every basin where the person has a role, and roles where the person manages.
    Raises `MissingPermission`.
    """
    if not may_manage(work, person_id):
        raise MissingPermission(permission=P.MANAGE_PEOPLE.value)


def may_manage(work: UnitOfWork, person_id: UUID) -> bool:
    """Tell whether the actor may correct a person's address or account: see `require_may_manage`."""
    actor = permissions_of(work, work.actor.person_id)
    manages, rules = actor.basins_with(P.MANAGE_PEOPLE), actor.basins_with(P.MANAGE_ROLES)
    theirs = permissions_of(work, person_id)
    basins_of = set(theirs.basins) | set(theirs.case_basins.values())
    ruled = {basin_id for basin_id, roles in theirs.basins.items() if P.MANAGE_ROLES in _of(roles)}
    is_within = manages is None or (bool(manages) and basins_of <= manages)
    is_above = rules is None or (not theirs.national and ruled <= rules)
    return is_within and is_above


# No zone is further than a day from UTC; each basin's own day decides once the rows are read.
A_DAY = timedelta(days=1)
PERSON: sa.BindParameter[UUID] = sa.bindparam("person")


def _roles(condition: sa.ColumnElement[bool], until: Any) -> sa.Select[Any]:
    return (
        sa.select(
            Assignment.role, Assignment.basin_id, Assignment.case_id, Assignment.valid_from,
            Assignment.valid_to, Basin.zone, Basin.slug, Basin.name, until.label("substitute_until"),
        )
        .outerjoin(Basin, Basin.id == Assignment.basin_id)
        .where(
            condition,
            Assignment.valid_from <= sa.bindparam("tomorrow"),
            sa.or_(Assignment.valid_to.is_(None), Assignment.valid_to > sa.bindparam("yesterday")),
        )
    )  # fmt: skip


# One's own roles, then the parts on projects of those for whom one stands in, while they are away.
HELD = sa.union_all(
    _roles(Assignment.person_id == PERSON, sa.cast(sa.null(), sa.Date)),
    _roles(Assignment.substitute_id == PERSON, Assignment.substitute_until),
)


def _read_rights(work: UnitOfWork, person_id: UUID) -> Rights:
    if person_id == SYSTEM.person_id:
        # Commands and ticks are the machine's own; a page's actor is always somebody.
        return Rights(person_id, is_system=work.actor.channel in {"system", "cli"})
    rights = Rights(person_id)
    around = work.now.date()
    asked = {"person": person_id, "tomorrow": around + A_DAY, "yesterday": around - A_DAY}
    rows = work.connection.execute(HELD, asked)
    days: dict[str | None, date] = {None: clock.local_date(work.now, basins.NATIONAL_ZONE)}
    for role, basin_id, case_id, valid_from, valid_to, zone, slug, name, until in rows:
        if zone not in days:
            days[zone] = clock.local_date(work.now, ZoneInfo(zone))
        if until is not None and until < days[zone]:
            continue
        if valid_from <= days[zone] and (valid_to is None or valid_to > days[zone]):
            _add(rights, Role(role), basin_id, case_id)
            if basin_id is not None and basin_id not in rights.places:
                rights.places[basin_id] = Place(slug, name, ZoneInfo(zone))
    _step_back(rights)
    return rights


def _step_back(rights: Rights) -> None:
    """Take from an acting chair the projects they stepped back from since: they preside there no more."""
    for case_id in rights.recused:
        if rights.cases.get(case_id) == {Role.CHAIR}:
            del rights.cases[case_id], rights.case_basins[case_id]
        else:
            rights.cases.get(case_id, set()).discard(Role.CHAIR)


def _add(rights: Rights, role: Role, basin_id: int | None, case_id: UUID | None) -> None:
    if role is Role.RECUSED:
        if case_id is not None and basin_id is not None:
            rights.recused[case_id] = basin_id
    elif case_id is not None:
        rights.cases.setdefault(case_id, set()).add(role)
        if basin_id is not None:
            rights.case_basins[case_id] = basin_id
    elif basin_id is None:
        rights.national.add(role)
    elif role not in CASE_ROLES:  # Being known as an expert in a basin opens none of its projects.
        rights.basins.setdefault(basin_id, set()).add(role)


def _of(roles: Iterable[Role]) -> frozenset[Permission]:
    return NOTHING.union(*(PERMISSIONS.get(role, NOTHING) for role in roles))
