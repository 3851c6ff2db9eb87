"""Who is behind a session, and whether it may go on: one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam

from engine.people.models import Account, Person

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

OF = (
    sa.select(
        Person.id,
        Person.full_name,
        Person.locale,
        Person.email,
        Account.generation,
        Account.disabled_at,
        Account.totp_confirmed_at,
    )
    .outerjoin(Account, Account.person_id == Person.id)
    .where(Person.id == bindparam("person_id", type_=sa.Uuid()))
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A person and their account as they are now; `generation` is none without an account.

    A session carries the generation it was opened under: another one means that it was ended.
    """

    person_id: UUID
    full_name: str
    locale: str
    email: str | None
    generation: int | None
    is_disabled: bool
    has_second_factor: bool


def of(work: UnitOfWork, person_id: UUID) -> Standing | None:
    """Give a person's standing, or None for somebody who is not known."""
    row = work.connection.execute(OF, {"person_id": person_id}).one_or_none()
    if row is None:
        return None
    return Standing(
        person_id=row.id,
        full_name=row.full_name,
        locale=row.locale,
        email=row.email,
        generation=row.generation,
        is_disabled=row.disabled_at is not None,
        has_second_factor=row.totp_confirmed_at is not None,
    )
