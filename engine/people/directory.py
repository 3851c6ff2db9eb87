"""The persons and organisations that somebody may see, by name, with what they are today."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine.people import assignments
from engine.people.folding import fold, fold_name
from engine.people.models import Account, Assignment, Basin, Organisation, Person
from engine.persistence.keyset import PAGE, Page

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Held:
    """A role as a list shows it: where, and for whom or by whom."""

    assignment_id: UUID
    role: str
    basin_id: int | None
    basin: str | None
    case_id: UUID | None
    person_id: UUID | None
    person: str | None
    organisation_id: UUID | None
    organisation: str | None
    acting: bool
    guest: bool
    valid_from: date
    valid_to: date | None
    ended_reason: str | None

    def is_in_force(self, on: date) -> bool:
        """Tell whether the role is held on a day."""
        return self.valid_from <= on and (self.valid_to is None or self.valid_to > on)


@dataclass(frozen=True, slots=True)
class Listed:
    """A person of the list, with the roles of today; on projects, only that there are some."""

    id: UUID
    full_name: str
    email: str | None
    phone: str | None
    is_address_invalid: bool
    has_account: bool
    is_disabled: bool
    roles: list[Held] = field(default_factory=list)


def persons(
    work: UnitOfWork,
    *,
    basin_ids: Collection[int] | None,
    today: date,
    text: str = "",
    after: str = "",
    limit: int = PAGE,
    but_closed: bool = False,
) -> Page:
    """List the persons who have, or had, a role in these basins (None: everybody), by name.

    Somebody who has no role anywhere yet is seen by all who look after people. `but_closed` leaves out
    those whose account is closed: they have left, and nothing is proposed to be given to them. Whoever was
    erased is nobody any more.
    """
    conditions = [visible(basin_ids), *([Account.disabled_at.is_(None)] if but_closed else [])]
    conditions += [Person.search_name.contains(word, autoescape=True) for word in fold(text).split()]
    if after:
        conditions.append(by_name > after)
    rows = work.connection.execute(
        sa.select(
            Person.id, Person.full_name, Person.email, Person.phone, Person.address_invalid_at,
            Account.person_id.label("account"), Account.disabled_at, by_name.label("key"),
        )
        .outerjoin(Account, Account.person_id == Person.id)
        .where(Person.erased_at.is_(None), *conditions)
        .order_by(by_name)
        .limit(limit + 1)
    ).all()  # fmt: skip
    shown = rows[:limit]
    roles = held(work, Assignment.person_id.in_([row.id for row in shown]), assignments.in_force(today))
    lines = [
        Listed(
            id=row.id,
            full_name=row.full_name,
            email=row.email,
            phone=row.phone,
            is_address_invalid=row.address_invalid_at is not None,
            has_account=row.account is not None,
            is_disabled=row.disabled_at is not None,
            roles=[each for each in roles if each.person_id == row.id and is_among(each, basin_ids)],
        )
        for row in shown
    ]
    return Page(lines, shown[-1].key if len(rows) > limit else None)


def accounts(work: UnitOfWork, *, text: str = "", after: str = "", limit: int = PAGE) -> Page:
    """List every account with its person, by name; the words of `text` are in the name or the address."""
    conditions = [
        sa.or_(
            Person.search_name.contains(fold(word), autoescape=True),
            Account.email.icontains(word, autoescape=True),
        )
        for word in text.split()
    ]
    if after:
        conditions.append(by_name > after)
    rows = work.database.execute(
        sa.select(Person, Account, by_name.label("key"))
        .join(Account, Account.person_id == Person.id)
        .where(*conditions)
        .order_by(by_name)
        .limit(limit + 1)
    ).all()
    shown = rows[:limit]
    lines = [(person, account) for person, account, _key in shown]
    return Page(lines, shown[-1].key if len(rows) > limit else None)


# Names are not unique: the id behind them makes the order total.
by_name = Person.search_name + " " + sa.cast(Person.id, sa.Text)


def visible(basin_ids: Collection[int] | None) -> sa.ColumnElement[bool]:
    """The condition that a person has a role in these basins, or none at all yet."""
    if basin_ids is None:
        return sa.true()
    any_role = sa.select(1).where(Assignment.person_id == Person.id)
    return sa.or_(any_role.where(Assignment.basin_id.in_(basin_ids)).exists(), sa.not_(any_role.exists()))


def is_visible(work: UnitOfWork, person_id: UUID, *, basin_ids: Collection[int] | None) -> bool:
    """Tell whether a person is one whom somebody looking after these basins may see."""
    statement = sa.select(1).select_from(Person).where(Person.id == person_id, visible(basin_ids))
    return work.connection.execute(statement).first() is not None


def is_among(role: Held, basin_ids: Collection[int] | None) -> bool:
    """Tell whether a role belongs to one of the basins (None: all, national ones included)."""
    return basin_ids is None or role.basin_id in basin_ids


def held(work: UnitOfWork, *conditions: sa.ColumnElement[bool]) -> list[Held]:
    """List roles with the names that they carry, the latest first."""
    rows = work.connection.execute(
        sa.select(
            Assignment.id.label("assignment_id"), Assignment.role, Assignment.basin_id,
            Basin.name.label("basin"), Assignment.case_id, Assignment.person_id,
            Person.full_name.label("person"), Assignment.organisation_id,
            Organisation.name.label("organisation"), Assignment.acting, Assignment.guest,
            Assignment.valid_from, Assignment.valid_to, Assignment.ended_reason,
        )
        .outerjoin(Basin, Basin.id == Assignment.basin_id)
        .outerjoin(Person, Person.id == Assignment.person_id)
        .outerjoin(Organisation, Organisation.id == Assignment.organisation_id)
        .where(*conditions)
        .order_by(
            Assignment.valid_from.desc(), Assignment.role, Person.search_name, Organisation.search_name,
            Assignment.id,
        )
    )  # fmt: skip
    return [Held(**row._asdict()) for row in rows]


def roles_of_person(
    work: UnitOfWork, person_id: UUID, *, basin_ids: Collection[int] | None = None
) -> list[Held]:
    """List every role that a person has, had or will have in these basins, the latest first."""
    found = held(work, Assignment.person_id == person_id)
    return [each for each in found if is_among(each, basin_ids)]


def roles_of_organisation(
    work: UnitOfWork, organisation_id: UUID, *, basin_ids: Collection[int] | None = None
) -> list[Held]:
    """List every role in which an organisation is, was or will be in these basins, the latest first."""
    found = held(work, Assignment.organisation_id == organisation_id)
    return [each for each in found if is_among(each, basin_ids)]


def roles_of_basin(work: UnitOfWork, basin_id: int | None, on: date | None = None) -> list[Held]:
    """List the roles of a basin (None: national) that are not of one project: on a day, or all."""
    conditions = [Assignment.basin_id == basin_id, Assignment.case_id.is_(None)]
    return held(work, *conditions, *([] if on is None else [assignments.in_force(on)]))


organisation_by_name = Organisation.search_name + " " + sa.cast(Organisation.id, sa.Text)


def organisations(
    work: UnitOfWork,
    *,
    basin_ids: Collection[int] | None,
    text: str = "",
    after: str = "",
    limit: int = PAGE,
) -> Page:
    """List organisations by name: those with a role in these basins, and any when a text is searched.

    Beyond these basins only the name, the SIREN and the city may be shown (D16): `in_basins` tells.
    """
    role = sa.select(1).where(Assignment.organisation_id == Organisation.id)
    here = sa.true() if basin_ids is None else role.where(Assignment.basin_id.in_(basin_ids)).exists()
    words = fold_name(text).split()
    found = sa.or_(
        sa.and_(sa.true(), *(Organisation.search_name.contains(word, autoescape=True) for word in words)),
        Organisation.siren == "".join(text.split()),
    )
    conditions = [found if words else sa.or_(here, sa.not_(role.exists()))]
    if after:
        conditions.append(organisation_by_name > after)
    rows = work.connection.execute(
        sa.select(
            Organisation.id, Organisation.name, Organisation.siren, Organisation.city, Organisation.phone,
            here.label("in_basins"), organisation_by_name.label("key"),
        )
        .where(*conditions)
        .order_by(organisation_by_name)
        .limit(limit + 1)
    ).all()  # fmt: skip
    shown = rows[:limit]
    return Page(list(shown), shown[-1].key if len(rows) > limit else None)


def role(work: UnitOfWork, assignment_id: UUID) -> Held:
    """One role with the names that it carries. Raises `assignments.UnknownAssignment`."""
    found = held(work, Assignment.id == assignment_id)
    if not found:
        raise assignments.UnknownAssignment
    return found[0]
