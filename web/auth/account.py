"""One's own account: password, devices, absences, language, and which mails one receives."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import flash, redirect, render_template, request, session, url_for

from engine.i18n import mark as _
from engine.people import accounts, basins, codes, persons, second_factor, standing, tokens
from web import work as web_work
from web.auth import absences, sessions
from web.auth.blueprint import pages
from web.auth.gates import signed_in
from web.auth.marks import limited
from web.auth.refusals import shows_again
from web.auth.viewers import asks_second_factor, viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


@pages.get("/compte", endpoint="account")
@signed_in
def show_account() -> str:
    """Show what is one's own."""
    return page()


def page(refusal: str = "") -> str:
    """The page of the account; a refusal stands at its head."""
    person_id = viewer().person_id
    with web_work.start_reading() as work:
        here = sessions.is_device_of(work, person_id)
        devices = codes.devices_of(work, person_id)
        return render_template(
            "auth/account.html",
            refusal=refusal,
            account_holder=persons.find(work, person_id),
            account=accounts.find(work, person_id),
            tokens=tokens.in_force_of(work, person_id),
            devices=[(each, here is not None and each.id == here.id) for each in devices],
            absences=absences.periods_of(work, person_id, basins.today(work, None)),
            codes_left=second_factor.recovery_codes_left(work, person_id),
            asks_second_factor=asks_second_factor(),
        )


def done(sentence: str) -> Response:
    """Back to the account, saying what was done."""
    flash(web_work.translated(sentence), "success")
    return redirect(url_for("auth.account"), 303)


@pages.post("/compte/mot-de-passe")
@limited
@shows_again(page)
@signed_in
def change_password() -> Response:
    """Change one's password; every other session and device ends, this session goes on."""
    person_id = viewer().person_id
    with web_work.start_work() as work:
        accounts.change_password(
            work,
            person_id,
            current=request.form.get("current"),
            new=request.form.get("password", ""),
            address=request.remote_addr or "",
        )
        who = standing.of(work, person_id)
    if who is not None:
        sessions.open_session(who, is_strong=bool(session.get("strong")))
    return done(_("Mot de passe changé. Vos autres appareils devront se connecter de nouveau."))


@pages.post("/compte/sessions/fermer")
@signed_in
def end_sessions() -> Response:
    """End every session, remembered device and token of one's own, this session apart."""
    person_id = viewer().person_id
    with web_work.start_work() as work:
        accounts.end_sessions(work, person_id)
        who = standing.of(work, person_id)
    if who is not None:
        sessions.open_session(who, is_strong=bool(session.get("strong")))
    return done(_("Toutes vos autres sessions sont fermées."))


@pages.post("/compte/appareils/<uuid:device_id>/oublier")
@signed_in
def forget_device(device_id: UUID) -> Response:
    """Forget one of one's devices."""
    with web_work.start_work() as work:
        codes.forget_device(work, viewer().person_id, device_id=device_id)
    return done(_("Appareil oublié."))


@pages.post("/compte/jetons/<uuid:token_id>/revoquer")
@signed_in
def revoke_token(token_id: UUID) -> Response:
    """End one of one's own access tokens. Raises `NotFound` when it is another's."""
    with web_work.start_work() as work:
        tokens.revoke(work, viewer().person_id, token_id=token_id)
    return done(_("Jeton révoqué : il ne sert plus."))


@pages.post("/compte/langue")
@signed_in
def keep_language() -> Response:
    """Keep the language of one's pages and mails."""
    with web_work.start_work() as work:
        person = persons.correct(work, viewer().person_id, locale=request.form.get("locale"))
    session["locale"] = person.locale
    return done(_("Langue enregistrée."))
