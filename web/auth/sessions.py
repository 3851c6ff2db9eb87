"""Sessions: opened by a proof, bound to the account's generation, limited, ended by idleness or by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import current_app, g, redirect, request, session, url_for
from flask_login import current_user, login_user

from engine.people import codes, permissions, standing
from engine.persistence.unit_of_work import Actor
from web import work as web_work
from web.auth.addresses import local_path
from web.auth.viewers import Viewer, asks_second_factor, must_set_up

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.people.models import Device
    from engine.people.standing import Standing
    from engine.persistence.unit_of_work import UnitOfWork

IDLE = timedelta(hours=12)
# The cookie outlives the session it carries: it still says whose page was left open, which is enough to
# keep what was typed in it as that person's draft, and for nothing else.
COOKIE = timedelta(days=7)
# However busy, a session is proved again after this long: a copy of its cookie is not good for ever. Who
# shows a second factor signs or manages for others: theirs is a working day.
LONGEST = timedelta(days=30)
LONGEST_STRONG = timedelta(hours=12)
# Somebody without an account has one thing to do: their session is short, whatever they do in it.
FOR_ONE_TASK = timedelta(hours=2)
PENDING = timedelta(minutes=10)
DEVICE_COOKIE = "alize-device"
KEPT_AT_ROTATION = ("locale",)

# What a browser says of itself, and what people call it; the first that fits.
BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pending:
    """A first proof was given; the second factor is still asked. Kept in the signed session."""

    person_id: UUID
    by: str
    is_remembered: bool
    wanted: str | None


def open_session(who: Standing, *, is_strong: bool = False, scope_task_id: UUID | None = None) -> None:
    """Open a session under new secrets: what the browser held before it is worth nothing."""
    rotate()
    now = seconds(web_work.engine().database.clock.wall())
    session.permanent = True
    session["generation"] = who.generation
    session["strong"] = is_strong
    session["opened"] = session["seen"] = now
    if scope_task_id is not None:
        session["scope_task_id"] = scope_task_id.hex
    login_user(_viewer(who, permissions.Rights(who.person_id), scope_task_id))


def rotate() -> None:
    """Empty the session, the choice of a language apart."""
    kept = {name: session[name] for name in KEPT_AT_ROTATION if name in session}
    session.clear()
    session.update(kept)


def wait_for_second_factor(person_id: UUID, *, by: str, is_remembered: bool, wanted: str | None) -> Response:
    """Remember that the first proof was given, and go and ask for the second."""
    rotate()
    session["pending"] = {
        "person": person_id.hex,
        "by": by,
        "remembered": is_remembered,
        "wanted": wanted,
        "since": seconds(web_work.engine().database.clock.wall()),
    }
    return redirect(url_for("auth.ask_second_factor"), 303)


def pending() -> Pending | None:
    """The first proof given in this session, while it is fresh."""
    kept: dict[str, Any] | None = session.get("pending")
    if kept is None:
        return None
    age = seconds(web_work.engine().database.clock.wall()) - kept["since"]
    if age > PENDING.total_seconds():
        session.pop("pending")
        return None
    return Pending(UUID(kept["person"]), kept["by"], kept["remembered"], kept["wanted"])


def lacks_second_factor(who: Standing, *, is_strong: bool) -> bool:
    """Tell whether somebody registered a second factor that this proof did not show."""
    return who.has_second_factor and not is_strong and asks_second_factor()


def load_viewer(person_id: str) -> Viewer | None:
    """The person of a session, if their account still stands and the session is of its generation."""
    with web_work.start_reading() as work:
        who = standing.of(work, UUID(person_id))
        if who is None or not is_still_good(who, work.wall):
            return None
        rights = permissions.permissions_of(work, who.person_id)
    scope = session.get("scope_task_id")
    return _viewer(who, rights, UUID(scope) if scope else None)


def is_still_good(who: Standing, wall: datetime) -> bool:
    """Tell whether this session may go on: same generation, not idle, as strong as it must be."""
    return is_theirs(who) and not is_over(wall)


def is_over(wall: datetime) -> bool:
    """Tell whether time alone has ended this session: left idle, or open for too long."""
    now = seconds(wall)
    return now - session.get("seen", 0) > IDLE.total_seconds() or now >= ends_at()


def ends_at() -> int:
    """The second at which this session ends, whatever is done in it."""
    longest = LONGEST_STRONG if session.get("strong") else LONGEST
    if "scope_task_id" in session:
        longest = FOR_ONE_TASK
    return int(session.get("opened", 0) + longest.total_seconds()) + 1


def seconds_left() -> int:
    """How long this session lasts at most from now on."""
    return max(0, ends_at() - seconds(web_work.engine().database.clock.wall()))


def is_theirs(who: Standing) -> bool:
    """Tell whether this session is of the account's generation, and as strong as it must be."""
    if "scope_task_id" in session:
        return who.generation is None  # They may have been given an account since: they sign in with it.
    is_current = who.generation is not None and who.generation == session.get("generation")
    is_strong = bool(session.get("strong"))
    return is_current and not who.is_disabled and not lacks_second_factor(who, is_strong=is_strong)


def _viewer(who: Standing, rights: permissions.Rights, scope_task_id: UUID | None) -> Viewer:
    return Viewer(
        person_id=who.person_id,
        full_name=who.full_name,
        locale=who.locale,
        rights=rights,
        scope_task_id=scope_task_id,
        must_set_up=scope_task_id is None and must_set_up(who, rights),
    )


def identify() -> None:
    """Say who acts in this request, before any view opens a unit of work."""
    if request.endpoint in {None, "static"} or request.path.startswith("/api/"):
        return
    if not current_user.is_authenticated and "_user_id" in session:
        g.idle = idle_person()
        if g.idle is None:
            rotate()
    if not current_user.is_authenticated and DEVICE_COOKIE in request.cookies and "pending" not in session:
        recognise_device()
    if current_user.is_authenticated:
        g.actor = Actor(current_user.person_id, "web", request.remote_addr)
        g.person_locale = current_user.locale
        g.rights = current_user.rights
        touch()


def idle_person() -> UUID | None:
    """Whose session this was, if nothing but time ended it; a session of one task, on that task only."""
    scope = session.get("scope_task_id")
    is_elsewhere = scope is not None and (request.view_args or {}).get("task_id") != UUID(scope)
    if is_elsewhere or request.endpoint == "auth.sign_out":
        return None
    with web_work.start_reading() as work:
        who = standing.of(work, UUID(session["_user_id"]))
    return who.person_id if who is not None and is_theirs(who) else None


def touch() -> None:
    """Remember that the session serves; at most once a minute, so that most answers set no cookie."""
    now = seconds(web_work.engine().database.clock.wall())
    if now - session["seen"] >= 60:
        session["seen"] = now


def recognise_device() -> None:
    """Open a session for a member remembered on this device (D20): it only reads, and tells nobody."""
    with web_work.start_reading() as work:
        device = codes.recognise_device(work, request.cookies[DEVICE_COOKIE])
        who = None if device is None else standing.of(work, device.person_id)
    if device is None or who is None or request.method not in {"GET", "HEAD"}:
        return
    if lacks_second_factor(who, is_strong=device.with_second_factor):
        wait_for_second_factor(who.person_id, by="device", is_remembered=True, wanted=request.full_path)
        return
    open_session(who, is_strong=device.with_second_factor)
    login_user(load_viewer(str(who.person_id)))  # With their rights, for the rest of this request.


def is_device_of(work: UnitOfWork, person_id: UUID) -> Device | None:
    """The device in use, if it is one on which this person is remembered."""
    secret = request.cookies.get(DEVICE_COOKIE)
    device = codes.recognise_device(work, secret) if secret else None
    return device if device is not None and device.person_id == person_id else None


def remember_device(work: UnitOfWork, person_id: UUID, *, is_strong: bool) -> str:
    """Remember a member on this device for 90 days; gives the secret for its cookie."""
    label = device_label(request.user_agent.string)
    return codes.remember_device(work, person_id, label=label, with_second_factor=is_strong)


def device_label(agent: str) -> str:
    """Name a device so that its owner knows it again: « Firefox, Android »."""
    found = [next((name for mark, name in table if mark in agent), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(part for part in found if part)


def onwards(wanted: str | None, *, device_secret: str | None = None) -> Response:
    """Go where the person wanted to go; the device keeps its secret, if it is to be remembered."""
    response = redirect(local_path(wanted) or "/", 303)
    if device_secret is not None:
        response.set_cookie(
            DEVICE_COOKIE,
            device_secret,
            max_age=int(codes.REMEMBERED.total_seconds()),
            httponly=True,
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
            samesite="Lax",
        )
    return response


def seconds(instant: datetime) -> int:
    """An instant as whole seconds, as the session keeps it."""
    return int(instant.timestamp())
