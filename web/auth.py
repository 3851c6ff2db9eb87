"""Who is signed in, what a route asks of them, and the pages of sign-in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlsplit
from uuid import UUID

from flask import Blueprint, Flask, abort, g, redirect, request, session, url_for
from flask_login import LoginManager, current_user

from engine.people import permissions
from engine.people.models import Person
from engine.people.permissions import Permission, Rights
from engine.persistence.unit_of_work import Actor
from web import work as web_work

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("auth", __name__)
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person signed in, with their rights of today: read once per request.

    `scope_task_id` limits a session opened by a task's link and a code to that task (D20).
    """

    person_id: UUID
    full_name: str
    locale: str
    rights: Rights
    scope_task_id: UUID | None = None

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What Flask-Login keeps in the session."""
        return str(self.person_id)


def viewer() -> Viewer:
    """The person signed in; only a view behind `requires` may ask."""
    return cast("Viewer", current_user)


def public(view: View) -> View:
    """Mark a view that asks nothing of anybody."""
    view.permission = None  # type: ignore[attr-defined]
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    """Let a view be reached only by those who hold a permission somewhere.

    The engine decides again where: in this basin, on this project. A session limited to one task
    reaches only the views marked `for_one_task`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*values: Any, **names: Any) -> Any:
            if not current_user.is_authenticated:
                return to_sign_in()
            person = viewer()
            if person.scope_task_id is not None:
                if not is_scope_of(guarded, person, names):
                    abort(403)
            elif permission not in person.rights.anywhere():
                abort(403)
            return view(*values, **names)

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.for_one_task = getattr(view, "for_one_task", False)  # type: ignore[attr-defined]
        return cast("View", guarded)

    return decorate


def for_one_task(view: View) -> View:
    """Mark a view, of one task by its `task_id`, that a session limited to that task may reach."""
    view.for_one_task = True  # type: ignore[attr-defined]
    return view


def is_scope_of(view: Any, person: Viewer, names: dict[str, Any]) -> bool:
    """True when a limited session is asking for its own task, on a view made for it."""
    return bool(view.for_one_task) and names.get("task_id") == person.scope_task_id


def to_sign_in() -> Response:
    """Send a person to the sign-in page, and back afterwards to where they wanted to go."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("auth.sign_in", next=wanted))


def local_path(target: str | None) -> str | None:
    """A path of this application, or None: a link never sends anybody elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc or "\\" in target else target


def register(app: Flask) -> None:
    """Give the application its sign-in."""
    manager = LoginManager(app)
    manager.session_protection = None  # Phones change address all day; the session is bound otherwise.
    manager.user_loader(load_viewer)
    app.before_request(identify)


def identify() -> None:
    """Say who acts in this request, before any view opens a unit of work."""
    if request.endpoint == "static" or request.path.startswith("/api/"):
        return
    if current_user.is_authenticated:
        g.actor = Actor(viewer().person_id, "web")
        g.person_locale = viewer().locale


def load_viewer(person_id: str) -> Viewer | None:
    """The person of a session, if their account still stands and the session is of its generation."""
    with web_work.start_reading() as work:
        person = work.database.get(Person, UUID(person_id))
        if person is None:
            return None
        rights = permissions.permissions_of(work, person.id)
        scope = session.get("scope_task_id")
        return Viewer(person.id, person.full_name, person.locale, rights, UUID(scope) if scope else None)
