"""Who may enter: somebody signed in, somebody who holds a permission, somebody with one task's link."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from flask import abort, g, request, session, url_for
from flask_login import current_user

from engine.people.permissions import Permission
from web.auth.addresses import leave_for, path_before
from web.auth.marks import carried
from web.auth.task_links import task_link_page
from web.auth.viewers import Viewer, viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

View = TypeVar("View", bound=Callable[..., Any])


def requires(permission: Permission) -> Callable[[View], View]:
    """Let a view be reached only by those who hold a permission somewhere.

    The engine decides again where: in this basin, on this project. A session limited to one task
    reaches only the views marked `for_one_task`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*values: Any, **names: Any) -> Any:
            elsewhere = refused(guarded, names)
            if elsewhere is not None:
                return elsewhere
            person = viewer()
            if person.scope_task_id is None and permission not in person.rights.anywhere():
                abort(403)
            return view(*values, **names)

        return carried(guarded, view, permission.value)  # type: ignore[no-any-return]

    return decorate


def signed_in(view: View) -> View:
    """Let a view be reached by whoever is signed in: it concerns themselves."""

    @wraps(view)
    def guarded(*values: Any, **names: Any) -> Any:
        elsewhere = refused(guarded, names)
        return view(*values, **names) if elsewhere is None else elsewhere

    return carried(guarded, view, "signed_in")  # type: ignore[no-any-return]


def refused(view: Any, names: dict[str, Any]) -> Response | str | None:
    """Where to send somebody who may not enter yet; None lets them in. A link opens its task only."""
    if not current_user.is_authenticated:
        kept = view.when_idle(g.idle, **names) if view.when_idle and g.get("idle") else None
        if kept is not None:
            return cast("Response", kept)
        is_task = view.for_one_task and "task_id" in names
        return to_task_link(names["task_id"]) if is_task else to_sign_in()
    person = viewer()
    if person.must_set_up and not view.during_set_up:
        return leave_for(url_for("auth.show_second_factor"))
    if person.scope_task_id is not None and not (view.for_any_session or is_scope_of(view, person, names)):
        is_reading = request.method in {"GET", "HEAD"}
        if is_reading and view.for_one_task and "task_id" in names:
            # The link of another mail of theirs, perhaps: its code will tell.
            return to_task_link(names["task_id"])
        abort(403)
    return None


def is_scope_of(view: Any, person: Viewer, names: dict[str, Any]) -> bool:
    """True when a limited session is asking for its own task, on a view made for it."""
    return bool(view.for_one_task) and names.get("task_id") == person.scope_task_id


def to_task_link(task_id: UUID) -> Response | str:
    """Show whose task it is; what was being sent is asked again after the code."""
    if "pending" in session:
        return to_sign_in()
    if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
        return task_link_page(task_id)
    return leave_for(url_for("auth.show_task_link", task_id=task_id))


def to_sign_in() -> Response:
    """Send a person to the sign-in page, and back afterwards to where they wanted to go."""
    if "pending" in session:
        return leave_for(url_for("auth.ask_second_factor"))
    is_page = request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request")
    wanted = request.full_path.rstrip("?") if is_page else path_before()
    return leave_for(url_for("auth.show_sign_in", next=None if wanted == "/" else wanted))
