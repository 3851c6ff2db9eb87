"""The person signed in, as every view sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from flask_login import current_user

from engine.people import second_factor
from engine.people.permissions import Rights
from engine.people.standing import Standing
from web import work as web_work

# Where invented people sign in, nobody has a second factor to show (D25).
WITHOUT_SECOND_FACTOR = frozenset({"demo", "test"})


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person signed in, with their rights of today: read once per request.

    `scope_task_id` limits a session opened by a task's link and a code to that task (D20).
    `must_set_up` is true for somebody whose role asks for a second factor not registered yet.
    """

    person_id: UUID
    full_name: str
    locale: str
    rights: Rights
    scope_task_id: UUID | None = None
    must_set_up: bool = False

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What Flask-Login keeps in the session."""
        return str(self.person_id)


def viewer() -> Viewer:
    """The person signed in; only a view behind `requires` or `signed_in` may ask."""
    return cast("Viewer", current_user)


def asks_second_factor() -> bool:
    """Tell whether this installation asks for second factors at all."""
    return web_work.engine().settings.environment not in WITHOUT_SECOND_FACTOR


def must_set_up(standing: Standing, rights: Rights) -> bool:
    """Tell whether a role of today asks for a second factor that is not registered yet."""
    has_to = bool(rights.roles() & second_factor.ROLES)
    return has_to and not standing.has_second_factor and asks_second_factor()
