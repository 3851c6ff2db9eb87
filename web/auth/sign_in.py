"""The pages of sign-in: a password or a code by mail, leaving, staying, the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, make_response, redirect, render_template, request, session, url_for
from flask_login import current_user

from engine import errors, i18n
from engine.i18n import mark as _
from engine.people import accounts, codes, second_factor, standing
from engine.persistence.base import new_id
from web import work as web_work
from web.auth import sessions
from web.auth.addresses import local_path, path_before
from web.auth.blueprint import pages
from web.auth.gates import signed_in
from web.auth.mail import codes_kept, keep_code, mail_code
from web.auth.marks import during_set_up, for_any_session, limited, public
from web.auth.refusals import shows_again
from web.auth.viewers import asks_second_factor, viewer

if TYPE_CHECKING:
    from uuid import UUID

    from werkzeug.wrappers import Response as WerkzeugResponse

    from engine.persistence.unit_of_work import UnitOfWork

SIGN_IN = "auth/sign_in.html"
CODE = "auth/code.html"
EMAIL_MISSING = _("Indiquez votre adresse de courriel.")


def sign_in_page(refusal: str = "", *, wrong: str = "") -> str:
    """The page of sign-in, with what was typed, never a password."""
    return render_template(
        SIGN_IN,
        refusal=refusal,
        wrong=wrong,
        email=request.form.get("email", ""),
        is_remembered="remember" in request.form,
        wanted=local_path(request.values.get("next")) or "",
    )


def code_page(refusal: str = "") -> str:
    """The page that asks for the code mailed."""
    return render_template(
        CODE,
        refusal=refusal,
        email=session.get("code_for", ""),
        is_remembered=session.get("remembered", False),
        wanted=session.get("wanted") or "",
        minutes=int(codes.LASTING.total_seconds() // 60),
    )


@pages.get("/connexion")
@public
def show_sign_in() -> WerkzeugResponse | str:
    """Ask for an address, and a password or a code; whoever is signed in goes on."""
    if current_user.is_authenticated:
        return redirect(local_path(request.args.get("next")) or "/")
    return sign_in_page()


@pages.post("/connexion")
@public
@limited
@shows_again(sign_in_page)
def sign_in() -> WerkzeugResponse:
    """Open a session with a password."""
    address, email = request.remote_addr or "", request.form.get("email", "")
    with web_work.start_work() as work:
        known = known_device(work, email)
        person = accounts.sign_in(
            work,
            email,
            request.form.get("password", ""),
            address,
            demonstration=not asks_second_factor() or known,
        )
        who = standing_after(work, person.id)
        secret = device_secret(work, person.id, is_strong=known)
    sessions.open_session(who, is_strong=known)
    return sessions.onwards(request.form.get("next"), device_secret=secret)


def known_device(work: UnitOfWork, email: str) -> bool:
    """Tell whether whoever types this address is on a device where their second factor was shown."""
    account = accounts.find_by_email(work, email)
    device = None if account is None else sessions.is_device_of(work, account.person_id)
    return device is not None and device.with_second_factor


def standing_after(work: UnitOfWork, person_id: UUID) -> standing.Standing:
    """The standing of somebody just recognised."""
    who = standing.of(work, person_id)
    if who is None:
        raise accounts.NoAccount
    return who


def device_secret(work: UnitOfWork, person_id: UUID, *, is_strong: bool) -> str | None:
    """Remember the device if the box is ticked, and it is not already; gives what its cookie keeps."""
    if "remember" not in request.form or sessions.is_device_of(work, person_id) is not None:
        return None
    return sessions.remember_device(work, person_id, is_strong=is_strong)


@pages.post("/connexion/code")
@public
@limited
def send_code() -> WerkzeugResponse | str:
    """Mail a code to whoever has an account at this address; the answer is the same when nobody has."""
    email = request.form.get("email", "").strip()
    if not email:
        return make_response(sign_in_page(web_work.translated(EMAIL_MISSING), wrong="email"), 422)
    with web_work.start_work() as work:
        made = codes.send_sign_in_code(work, email, address=request.remote_addr or "")
        if made is not None:
            mail_code(work, made)
        # As many are kept when nobody has this address: a cookie can be read by whoever holds it.
        keep_code(new_id() if made is None else made.id)
    session["code_for"] = email[:254]
    session["wanted"] = local_path(request.form.get("next"))
    session["remembered"] = "remember" in request.form
    return redirect(url_for("auth.show_code"), 303)


@pages.get("/connexion/code")
@public
def show_code() -> WerkzeugResponse | str:
    """Ask for the code that was mailed."""
    if "code_for" not in session:
        return redirect(url_for("auth.show_sign_in"))
    return code_page()


@pages.post("/connexion/code/verifier")
@public
@limited
@shows_again(code_page)
def verify_code() -> WerkzeugResponse:
    """Open a session with a code, or go and ask for the second factor."""
    email, wanted = session.get("code_for", ""), session.get("wanted")
    is_remembered = "remember" in request.form
    with web_work.start_work() as work:
        found = codes.verify_sign_in(
            work, email=email, code=request.form.get("code", ""), address=request.remote_addr or "",
            among=codes_kept(),
        )  # fmt: skip
        known = sessions.is_device_of(work, found.person_id)
        is_strong = known is not None and known.with_second_factor
        who = standing_after(work, found.person_id)
        lacks = sessions.lacks_second_factor(who, is_strong=is_strong)
        secret = None if lacks else device_secret(work, found.person_id, is_strong=is_strong)
    if lacks:
        return sessions.wait_for_second_factor(
            found.person_id, by="code", is_remembered=is_remembered, wanted=wanted
        )
    sessions.open_session(who, is_strong=is_strong)
    return sessions.onwards(wanted, device_secret=secret)


@pages.post("/deconnexion")
@during_set_up
@for_any_session
@signed_in
def sign_out() -> WerkzeugResponse:
    """End this session; a remembered device is forgotten, or it would open another at once."""
    with web_work.start_work() as work:
        device = sessions.is_device_of(work, viewer().person_id)
        if device is not None:
            codes.forget_device(work, viewer().person_id, device_id=device.id)
    sessions.rotate()
    response = redirect(url_for("auth.show_sign_in"), 303)
    response.delete_cookie(sessions.DEVICE_COOKIE)
    return response


@pages.post("/connexion/prolonger")
@during_set_up
@for_any_session
@signed_in
def stay() -> Response:
    """Stay signed in: being asked is enough."""
    session.modified = True
    return Response(status=204)


@pages.post("/langue")
@public
def change_language() -> WerkzeugResponse:
    """Show the pages in another language, for this session."""
    chosen = request.form.get("locale", "")
    if chosen in i18n.LOCALES:
        session["locale"] = chosen
    return redirect(local_path(request.form.get("next")) or path_before() or "/", 303)


@pages.errorhandler(second_factor.SecondFactorNeeded)
def second_factor_needed(_refusal: errors.EngineError) -> WerkzeugResponse:
    """The password was right: ask for the second factor, without keeping the password."""
    with web_work.start_reading() as work:
        account = accounts.find_by_email(work, request.form.get("email", ""))
    if account is None:
        return redirect(url_for("auth.show_sign_in"), 303)
    return sessions.wait_for_second_factor(
        account.person_id,
        by="password",
        is_remembered="remember" in request.form,
        wanted=local_path(request.form.get("next")),
    )
