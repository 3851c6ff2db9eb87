"""The application on SQLite in a temporary folder, people signed in, and a client that checks each page."""

from __future__ import annotations

import dataclasses
import functools
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from engine.app import Engine
from engine.clock import FrozenClock
from engine.settings import Settings
from tests.conftest import START
from tests.web import installation
from tests.web.api_client import Program
from tests.web.installation import PASSWORD, World

KEBAB = re.compile(r"(/|(/[a-z0-9.-]+)+/?)")
PARAMETER = re.compile(r"/[0-9a-f]{8}-[0-9a-f-]{27}|/[A-Za-z0-9_-]{32,}|/\d+")


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """An installation made once per test process; each test works on a copy of its files."""
    folder = tmp_path_factory.mktemp("installed")
    engine, world = installation.build(folder, FrozenClock(START))
    engine.close()
    return folder, world


@pytest.fixture
def world(installed: tuple[Path, World]) -> World:
    """Who is who."""
    return installed[1]


@pytest.fixture
def engine(installed: tuple[Path, World], tmp_path: Path, clock: FrozenClock) -> Iterator[Engine]:
    """An installation of this test alone."""
    for file in installed[0].glob("alize.db*"):
        shutil.copy(file, tmp_path)
    made = installation.open_engine(tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def flask_app(engine: Engine) -> Flask:
    """The application of this test's installation."""
    made = application_of(dataclasses.replace(engine.settings, database_url="sqlite://", data_dir=""))
    made.extensions["alize"] = engine
    for limiter in made.extensions["limiter"]:
        limiter.reset()
    return made


@functools.cache
def application_of(settings: Settings) -> Flask:
    """An application for such settings, made once: which installation it serves is said by each test.

    It is as long to make as a page is to answer, and keeps nothing of an installation besides.
    """
    from web import app as web_app

    made = web_app.create_app(cast("Engine", SimpleNamespace(settings=settings)))
    made.test_client_class = CheckingClient
    made.testing = True
    # What is unforeseen answers as it would in production: a page, and a line in the log.
    made.config["PROPAGATE_EXCEPTIONS"] = False
    return made


@pytest.fixture
def client(flask_app: Flask) -> FlaskClient:
    """A browser that nobody signed in with."""
    return flask_app.test_client()


SignIn = Callable[[FlaskClient, str], FlaskClient]


@pytest.fixture
def sign_in(world: World) -> SignIn:
    """Sign somebody in with their password: `sign_in(client, "officer")` gives the client back."""

    def enter(browser: FlaskClient, who: str) -> FlaskClient:
        answer = browser.post("/connexion", data={"email": world.emails[who], "password": PASSWORD})
        assert answer.status_code == 303, f"{who} cannot sign in: {answer.status_code}"
        return browser

    return enter


@pytest.fixture
def member(client: FlaskClient, sign_in: SignIn) -> FlaskClient:
    """The member's browser."""
    return sign_in(client, "member")


@pytest.fixture
def officer(flask_app: Flask, sign_in: SignIn) -> FlaskClient:
    """The officer's browser, beside another's."""
    return sign_in(flask_app.test_client(), "officer")


@pytest.fixture
def project(engine: Engine, world: World) -> UUID:
    """A project of the first basin, waiting for its qualification."""
    return installation.open_project(engine, world)


@pytest.fixture
def api(flask_app: Flask, engine: Engine, world: World) -> Program:
    """A program that uses the API, and holds each answer against the API's own document."""
    return Program.of(flask_app, engine, world)


class CheckingClient(FlaskClient):
    """A browser that sends the token of forms, and checks what every page must be.

    `csrf=False` sends a form without its token, as another site would.
    """

    def open(self, *values: object, csrf: bool = True, **names: object) -> TestResponse:
        """Send a request; a page that is not as pages must be fails the test."""
        method = str(names.get("method", "GET"))
        if csrf and method not in {"GET", "HEAD"} and not str(values[0]).startswith("/api/"):
            headers = dict(names.pop("headers", None) or {})  # type: ignore[call-overload]
            names["headers"] = {"X-CSRFToken": self.token(), **headers}
        answer = super().open(*values, **names)  # type: ignore[arg-type]
        if (
            answer.mimetype == "text/html"
            and answer.location is None
            and b"<html" in answer.data[:600].lower()
        ):
            problems = list(problems_of(answer.get_data(as_text=True), answer.headers))
            assert not problems, f"{method} {values[0]} ({answer.status_code}): {problems}"
        return answer

    def token(self) -> str:
        """The token that this browser's pages carry."""
        page = super().open("/aide", method="GET")
        found = re.search(r'name="csrf-token" content="([^"]+)"', page.get_data(as_text=True))
        return found[1] if found else ""


def problems_of(text: str, headers: dict[str, str]) -> Iterator[str]:
    """What is wrong with a page: structure, language, scripts, forms, addresses, headers."""
    page = html.document_fromstring(text)
    if len(page.findall(".//h1")) != 1:
        yield f"{len(page.findall('.//h1'))} h1"
    title = (page.findtext(".//title") or "").strip()
    if not title.endswith("– Alizé") or title.startswith("–"):
        yield f"title {title!r}"
    if page.get("lang") not in {"fr", "en"}:
        yield f"lang {page.get('lang')!r}"
    yield from (f"script inside the page: {each.text[:40]}" for each in page.iter("script") if each.text)
    yield from ("style inside the page" for _each in page.iter("style"))
    for element in page.iter():
        if isinstance(element.tag, str):
            yield from (
                f"{element.tag} {name}" for name in element.attrib if name == "style" or name.startswith("on")
            )
    yield from problems_of_forms(page)
    identifiers = [each.get("id") for each in page.xpath("//*[@id]")]
    yield from (f"id {one!r} twice" for one in set(identifiers) if identifiers.count(one) > 1)
    if "script-src 'self'" not in headers.get("Content-Security-Policy", ""):
        yield "no content security policy"


def problems_of_forms(page: html.HtmlElement) -> Iterator[str]:
    """Forms that send carry a token; addresses are in small letters with hyphens; controls have a name."""
    for form in page.iter("form"):
        action = form.get("action") or "/"
        actions = [
            action,
            *(each.get("formaction") for each in form.iter("button") if each.get("formaction")),
        ]
        for each in actions:
            path = PARAMETER.sub("/x", each.partition("#")[0].partition("?")[0])
            if not KEBAB.fullmatch(path):
                yield f"form to {each}"
        if (form.get("method") or "get").lower() == "post" and not form.xpath(".//input[@name='csrf_token']"):
            yield f"form to {action} without a token"
    for control in page.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        named = control.get("aria-label") or control.get("aria-labelledby")
        labelled = page.xpath("//label[@for=$id]", id=control.get("id", ""))
        if not named and not labelled and not control.xpath("ancestor::label"):
            yield f"{control.tag} {control.get('name')} without a label"
