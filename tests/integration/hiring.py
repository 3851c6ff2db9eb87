"""Other officers in a programme of tests, and accounts for all who are there."""

from __future__ import annotations

from engine.people import accounts, assignments, persons
from engine.people.models import Role
from tests.integration.programme import LONG_AGO, Programme


def hire(programme: Programme, *names: str) -> None:
    """Other officers beside the one there is."""
    with programme.database.start_work() as work:
        for name in names:
            person = persons.add(work, full_name=name.title(), email=f"{name}@exemple.test")
            programme.people[name] = person.id
            assignments.assign(
                work, role=Role.OPERATOR, basin_id=programme.basin_id, person_id=person.id,
                from_date=LONG_AGO,
            )  # fmt: skip


def open_accounts(programme: Programme) -> None:
    """Everybody there is may sign in."""
    with programme.database.start_work() as work:
        for person_id in programme.people.values():
            accounts.create(work, person_id=person_id)
