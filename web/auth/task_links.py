"""A task's link alone: whose task it is, a button, a code, then that task and nothing else (D20)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import redirect, render_template, request, session, url_for
from flask_login import current_user

from engine.people import codes, standing
from engine.runtime import task_links
from web import work as web_work
from web.auth import sessions
from web.auth.blueprint import pages
from web.auth.mail import codes_kept, keep_code, mail_code, masked
from web.auth.marks import limited, public
from web.auth.refusals import shows_again
from web.auth.viewers import viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.runtime.task_links import Holder


def task_link_page(task_id: UUID) -> str:
    """Show whose task this is to somebody not signed in; raises `NotFound` for a task that never was."""
    with web_work.start_reading() as work:
        holder = task_links.holder_of(work, task_id)
    return link_page(holder, task_id)


def link_page(holder: Holder, task_id: UUID, refusal: str = "") -> str:
    """The page of a task's link."""
    return render_template(
        "auth/task_link.html",
        holder=holder,
        address=masked(holder.email),
        task_id=task_id,
        refusal=refusal,
        wanted=address_of(task_id),
    )


def address_of(task_id: UUID) -> str:
    """The address of a task's page."""
    return f"/taches/{task_id}"


def refused_link_page(refusal: str) -> str:
    """The page of a task's link again: the code could not be sent."""
    task_id = UUID(str((request.view_args or {})["task_id"]))
    with web_work.start_reading() as work:
        return link_page(task_links.holder_of(work, task_id), task_id, refusal)


def code_page(refusal: str = "") -> str:
    """The page that asks for the code of this task."""
    task_id = UUID(str((request.view_args or {})["task_id"]))
    with web_work.start_reading() as work:
        holder = task_links.holder_of(work, task_id)
        has_account = holder.person_id is not None and has_an_account(standing.of(work, holder.person_id))
    return render_template(
        "auth/task_code.html",
        holder=holder,
        address=masked(holder.email),
        task_id=task_id,
        has_account=has_account,
        refusal=refusal,
        minutes=int(codes.LASTING.total_seconds() // 60),
    )


def has_an_account(who: standing.Standing | None) -> bool:
    """Tell whether a person signs in otherwise than by a task's link."""
    return who is not None and who.generation is not None


@pages.get("/taches/<uuid:task_id>/code")
@public
def show_task_link(task_id: UUID) -> Response | str:
    """Ask for the code sent; before any was asked for, show whose task it is."""
    if current_user.is_authenticated and viewer().scope_task_id in {None, task_id}:
        return redirect(address_of(task_id))
    return code_page() if session.get("task_code_for") == task_id.hex else task_link_page(task_id)


@pages.post("/taches/<uuid:task_id>/code")
@public
@limited
@shows_again(refused_link_page)
def send_task_code(task_id: UUID) -> Response:
    """Mail a code to the address on record of whoever the task is for."""
    with web_work.start_work() as work:
        holder = task_links.holder_of(work, task_id)
        if holder.person_id is not None and holder.is_open:
            made = codes.send_code(
                work, holder.person_id, codes.TASK, task_id, address=request.remote_addr or ""
            )
            mail_code(work, made)
            keep_code(made.id)
            session["task_code_for"] = task_id.hex
    return redirect(url_for("auth.show_task_link", task_id=task_id), 303)


@pages.post("/taches/<uuid:task_id>/code/verifier")
@public
@limited
@shows_again(code_page)
def verify_task_code(task_id: UUID) -> Response:
    """Open a session limited to the task or, for a member, their own."""
    with web_work.start_work() as work:
        holder = task_links.holder_of(work, task_id)
        if holder.person_id is None:
            raise codes.WrongCode
        opened = codes.verify(
            work,
            person_id=holder.person_id,
            code=request.form.get("code", ""),
            address=request.remote_addr or "",
            purpose=codes.TASK,
            task_id=task_id,
            among=codes_kept(),
        )
        who = standing.of(work, opened.person_id)
        if who is None:
            raise codes.WrongCode
        known = sessions.is_device_of(work, who.person_id)
        is_strong = known is not None and known.with_second_factor
        lacks = sessions.lacks_second_factor(who, is_strong=is_strong)
        is_remembered = "remember" in request.form and opened.scope_task_id is None
        secret = None
        if is_remembered and not lacks and known is None:
            secret = sessions.remember_device(work, who.person_id, is_strong=False)
    wanted = address_of(task_id)
    if lacks:
        return sessions.wait_for_second_factor(
            who.person_id, by="code", is_remembered=is_remembered, wanted=wanted
        )
    sessions.open_session(who, is_strong=is_strong, scope_task_id=opened.scope_task_id)
    return sessions.onwards(wanted, device_secret=secret)
