"""A browser for the whole run, and a site of its own for each story."""

from __future__ import annotations

import copy
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, sync_playwright

from tests import chromium
from tests.conftest import START
from tests.journeys.basin import SimulatedClock
from tests.journeys.site import Site, build
from tests.web import installation
from tests.web.installation import World

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for every story."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with sync_playwright() as playwright:
        made = chromium.launch(playwright, FLAGS)
        yield made
        made.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Keep what each visitor saw last when a story fails, where `ALIZE_FAILURES` says."""
    report = yield
    folder, site = os.environ.get("ALIZE_FAILURES"), getattr(item, "funcargs", {}).get("site")
    if folder and site and report.when == "call" and report.failed:
        for number, visitor in enumerate(site.visitors):
            visitor.page.screenshot(path=f"{folder}/{item.name}-{number}.png", full_page=True)
    return report


@pytest.fixture
def clock() -> SimulatedClock:
    """A Monday morning, until a story lets time pass."""
    return SimulatedClock(START)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """An installation made once; each story works on a copy."""
    folder = tmp_path_factory.mktemp("installed")
    engine, world = build(folder, SimulatedClock(START))
    engine.close()
    return folder, world


@pytest.fixture
def site(
    installed: tuple[Path, World], tmp_path: Path, clock: SimulatedClock, browser: Browser
) -> Iterator[Site]:
    """The application on SQLite."""
    for file in installed[0].glob("alize.db*"):
        shutil.copy(file, tmp_path)
    engine = installation.open_engine(tmp_path, clock)
    # A story may give somebody another address: the next story knows nothing of it.
    made = Site(engine, copy.deepcopy(installed[1]), clock, browser)
    made.open()
    yield made
    made.close()
    noticed = [each for visitor in made.visitors for each in visitor.noticed]
    assert noticed == [], "something failed in a page, or was asked of somebody else's server"


@pytest.fixture
def postgres_site(
    postgres_server: str, tmp_path: Path, clock: SimulatedClock, browser: Browser
) -> Iterator[Site]:
    """The same on PostgreSQL."""
    name = f"journey_{uuid4().hex}"
    admin = sa.create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = sa.make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    engine, world = build(tmp_path, clock, database_url=url)
    made = Site(engine, world, clock, browser)
    made.open()
    yield made
    made.close()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()
