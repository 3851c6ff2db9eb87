"""The second factor: shown at sign-in, registered and renewed from one's account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import segno
from flask import make_response, redirect, render_template, request, session, url_for

from engine.people import accounts, second_factor, standing
from web import work as web_work
from web.auth import sessions
from web.auth.blueprint import pages
from web.auth.gates import signed_in
from web.auth.marks import during_set_up, limited, public
from web.auth.refusals import shows_again
from web.auth.viewers import viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


def asking_page(refusal: str = "") -> str:
    """The page that asks for the second factor."""
    return render_template("auth/second_factor.html", refusal=refusal)


@pages.get("/connexion/second-facteur")
@public
def ask_second_factor() -> Response | str:
    """Ask for the second factor of somebody who gave the first proof."""
    if sessions.pending() is None:
        return redirect(url_for("auth.show_sign_in"))
    return asking_page()


@pages.post("/connexion/second-facteur")
@public
@limited
@shows_again(asking_page)
def verify_second_factor() -> Response:
    """Open the session of somebody who gave both proofs."""
    waiting = sessions.pending()
    if waiting is None:
        return redirect(url_for("auth.show_sign_in"), 303)
    with web_work.start_work() as work:
        second_factor.verify(work, waiting.person_id, request.form.get("code", ""), request.remote_addr or "")
        who = standing.of(work, waiting.person_id)
        if who is None or who.is_disabled:
            raise accounts.DisabledAccount
        if waiting.by == "password":
            accounts.note_sign_in(work, who.person_id, by="password")
        secret = None
        if waiting.is_remembered:
            secret = sessions.remember_device(work, who.person_id, is_strong=True)
    sessions.open_session(who, is_strong=True)
    return sessions.onwards(waiting.wanted, device_secret=secret)


@pages.get("/compte/second-facteur")
@during_set_up
@signed_in
def show_second_factor() -> str:
    """Show how to register an application, or that one is registered."""
    return set_up_page()


def set_up_page(refusal: str = "") -> str:
    """The page of the second factor: nothing yet, a secret to confirm, or one in use."""
    person_id = viewer().person_id
    with web_work.start_reading() as work:
        enrolment = second_factor.proposed(work, person_id)
        who = standing.of(work, person_id)
        left = second_factor.recovery_codes_left(work, person_id)
    return render_template(
        "auth/second_factor_set_up.html",
        picture=None if enrolment is None else segno.make(enrolment.uri).svg_data_uri(scale=5, border=3),
        secret="" if enrolment is None else grouped(enrolment.secret),
        uri=None if enrolment is None else enrolment.uri,
        is_registered=who is not None and who.has_second_factor,
        must_set_up=viewer().must_set_up,
        codes_left=left,
        refusal=refusal,
    )


def grouped(secret: str) -> str:
    """A secret as it is typed by hand: four by four."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


@pages.post("/compte/second-facteur")
@during_set_up
@signed_in
def begin_second_factor() -> Response:
    """Propose a secret to register in an application."""
    with web_work.start_work() as work:
        second_factor.begin(work, viewer().person_id)
    return redirect(url_for("auth.show_second_factor"), 303)


@pages.post("/compte/second-facteur/confirmer")
@limited
@during_set_up
@shows_again(set_up_page)
@signed_in
def confirm_second_factor() -> Response:
    """Register the application that gave this code; the recovery codes are shown this once."""
    with web_work.start_work() as work:
        made = second_factor.confirm(work, viewer().person_id, request.form.get("code", ""))
    session["strong"] = True
    return recovery_codes_page(made)


@pages.post("/compte/codes-de-secours")
@limited
@shows_again(set_up_page)
@signed_in
def renew_recovery_codes() -> Response:
    """Replace the recovery codes, after a code of the application."""
    person_id = viewer().person_id
    with web_work.start_work() as work:
        second_factor.verify(work, person_id, request.form.get("code", ""), request.remote_addr or "")
        made = second_factor.renew_recovery_codes(work, person_id)
    return recovery_codes_page(made)


@pages.post("/compte/second-facteur/retirer")
@limited
@shows_again(set_up_page)
@signed_in
def remove_second_factor() -> Response:
    """Forget the application, after one of its codes."""
    person_id = viewer().person_id
    with web_work.start_work() as work:
        second_factor.verify(work, person_id, request.form.get("code", ""), request.remote_addr or "")
        second_factor.remove(work, person_id)
    session["strong"] = False
    return redirect(url_for("auth.show_second_factor"), 303)


def recovery_codes_page(made: list[str]) -> Response:
    """The recovery codes, which no other page will ever show."""
    page = render_template("auth/recovery_codes.html", recovery_codes=made)
    return make_response(page, 200, {"Cache-Control": "no-store"})
