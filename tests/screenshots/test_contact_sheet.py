"""Photograph the demonstration's pages, in both languages, on a phone and on a desk, on one sheet."""

from __future__ import annotations

import html
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from engine import app as engine_app
from engine import demo
from engine.settings import Settings
from tests import chromium

SHEET = Path(__file__).parents[2] / "var" / "screenshots"
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1366, "height": 900}}
PASSWORD = "alize-demonstration"
# Paths, and pages reached from one: `/projets > main tbody a` is the first link of that kind on the list.
VISITS = {
    "operatrice.tdl": (
        "/taches", "/taches > [data-row-link]", "/projets", "/projets > main tbody th a", "/projets/nouveau",
        "/seances", "/pilotage", "/bassins", "/bassins > main tbody a", "/aide",
    ),
    "presidence.tdl": ("/taches", "/taches > [data-row-link]", "/signatures"),
    "membre2.tdl": ("/taches", "/taches > [data-row-link]"),
    "pilotage.tdl": ("/pilotage",),
    "administration": (
        "/administration", "/administration/personnes", "/administration/personnes > main tbody a",
        "/administration/bassins/terres-de-lorraine/roles", "/administration/courriels",
        "/administration/taches-de-fond", "/messages", "/messages > .mails a", "/compte", "/accessibilite",
    ),
}  # fmt: skip
# The parts of a project's page, photographed for the project that has lived longest.
PARTS = ("", "/parcours", "/engagements", "/convention", "/suivi", "/documents", "/historique")

pytestmark = pytest.mark.screenshots


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration, served on a free port of this machine."""
    from web import app as web_app

    folder = tmp_path_factory.mktemp("demonstration")
    settings = Settings(
        database_url=f"sqlite:///{folder}/alize.db",
        environment="demo",
        clock="simulated",
        data_dir=str(folder),
    )
    engine = engine_app.build(settings)
    demo.make(engine, at=None, say=lambda _: None)
    server = make_server("127.0.0.1", 0, web_app.create_app(engine), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    engine.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        made = chromium.launch(playwright, ["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("locale", ["fr-FR", "en-GB"])
def test_every_page_fits_its_screen(address: str, browser: Browser, size: str, locale: str) -> None:
    folder = SHEET / f"{locale[:2]}-{size}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pictures = []
    for who, paths in VISITS.items():
        context = browser.new_context(viewport=SIZES[size], locale=locale, base_url=address)
        page = context.new_page()
        sign_in(page, who)
        for path in [*paths, *(parts_of(page) if who == "operatrice.tdl" else ())]:
            page.goto(path.split(" > ")[0])
            if " > " in path:
                page.locator(path.split(" > ")[1]).first.click()
                page.wait_for_load_state()
            page.wait_for_load_state("networkidle")
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, f"{path} is {wide} px too wide for {who}"
            name = f"{len(pictures):02}-{who}{re.sub('[^a-z-]+', '_', path)[:60]}.png"
            page.screenshot(path=folder / name, full_page=True)
            pictures.append(name)
        context.close()
    write_sheet(folder, pictures)


def parts_of(page: Page) -> list[str]:
    """The pages of a project that was labelled: the longest on the list."""
    page.goto("/projets?q=Bel-Air")
    address = page.locator("main tbody a").first.get_attribute("href")
    return [f"{address}{part}" for part in PARTS]


def sign_in(page: Page, who: str) -> None:
    """Sign in with the demonstration's password."""
    page.goto("/connexion")
    page.fill("input[type=email]", f"{who}@exemple.test")
    page.fill("input[type=password]", PASSWORD)
    page.locator("input[type=password]").press("Enter")
    page.wait_for_url(lambda url: "/connexion" not in url)


def write_sheet(folder: Path, pictures: list[str]) -> None:
    """One page with every picture, to be opened in a browser and looked at."""
    figures = "".join(
        f'<figure><img src="{html.escape(each)}" width="420" alt=""><figcaption>{html.escape(each)}</figcaption>'
        "</figure>"
        for each in pictures
    )
    (folder / "index.html").write_text(
        f"<!doctype html><title>{folder.name}</title>{figures}", encoding="utf-8"
    )
