"""Put the web application together: blueprints, sign-in, headers, what every page knows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from engine.errors import EngineError
from web import (
    admin,
    api,
    auth,
    basins,
    committee,
    documents,
    errors,
    inbox,
    mailbox,
    metrics,
    monitoring,
    projects,
    sent_late,
    shell,
    static_files,
    typography,
    variants,
)
from web import help as help_pages
from web import work as web_work

if TYPE_CHECKING:
    from engine.app import Engine
    from engine.settings import Settings

LARGEST_UPLOAD = 20 * 1024 * 1024
PAGES = (
    auth.pages,
    inbox.pages,
    projects.pages,
    committee.pages,
    documents.pages,
    basins.pages,
    variants.pages,
    monitoring.pages,
    admin.pages,
    mailbox.pages,
    help_pages.pages,
)
# One’s own account is read before what sets a form aside: the days one is away are kept from here.
sent_late.keep(auth.pages, auth.absences.declare_absence)

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)


def create_app(engine: Engine) -> Flask:
    """The Flask application of an engine already built."""
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    app.config.update(configuration(engine.settings))
    app.extensions["alize"] = engine
    if engine.settings.proxies:
        # Limits count tries by network address: behind a proxy all would come from the proxy's.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=engine.settings.proxies, x_proto=0)  # type: ignore[method-assign]
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    Compress(app)
    csrf = CSRFProtect(app)
    csrf.exempt(api.pages)
    auth.register(app)
    errors.register(app)
    typography.register(app, locale=web_work.locale, today=web_work.today, zone=web_work.zone)
    static_files.register(app)
    shell.register(app)
    metrics.register(app)
    for pages in (*PAGES, api.pages):
        app.register_blueprint(pages)
    app.after_request(secure)
    app.add_url_rule("/healthz", "healthz", auth.public(healthz))
    app.add_url_rule("/readyz", "readyz", auth.public(readyz))
    app.add_url_rule("/.well-known/security.txt", "security_txt", auth.public(security_txt))
    return app


def configuration(settings: Settings) -> dict[str, object]:
    """What Flask and its extensions are told, by the settings of the installation."""
    production = settings.environment == "production"
    return {
        "SECRET_KEY": settings.secret_key,
        "MAX_CONTENT_LENGTH": LARGEST_UPLOAD,
        "MAX_FORM_PARTS": 2_000,
        "SESSION_COOKIE_NAME": "alize",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": production and settings.base_url.startswith("https://"),
        "PERMANENT_SESSION_LIFETIME": auth.COOKIE,
        # Two answers may cross: one that changed nothing must not give back what the other has just replaced,
        # a sentence to show on the next page for instance.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "WTF_CSRF_TIME_LIMIT": None,
        # A page of tasks is ten times smaller over the wire; built files are compressed once, at build.
        "COMPRESS_MIMETYPES": ["text/html", "text/csv", "image/svg+xml", "application/json", "text/calendar"],
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 4,
        "COMPRESS_LEVEL": 5,
    }


def secure(response: Response) -> Response:
    """Headers of every answer: nothing from elsewhere, nothing framed, nothing guessed, nothing kept."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if web_work.engine().settings.base_url.startswith("https://"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static" and "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store" if g.get("actor") else "no-cache"
    return response


start_metrics = metrics.start


def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", content_type="text/plain")


def readyz() -> Response:
    """The database answers, and its tables are those of this release; whether a restore holds what leaves."""
    engine = web_work.engine()
    try:
        engine.require_ready()
    except EngineError as refusal:
        return Response(f"{refusal.message}\n", status=503, content_type="text/plain; charset=utf-8")
    said = "held\n" if engine.is_held() else "copy\n" if engine.is_copy() else "ok\n"
    return Response(said, content_type="text/plain")


def security_txt() -> Response:
    """Whom to tell of a weakness (RFC 9116)."""
    engine = web_work.engine()
    expires = (engine.database.clock.wall() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    address = engine.settings.security_contact
    contact = f"mailto:{address}" if address else f"{engine.settings.base_url}/aide#securite"
    lines = (f"Contact: {contact}", f"Expires: {expires}", "Preferred-Languages: fr, en")
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
