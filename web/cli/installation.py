"""Create an installation, serve it, run its scheduler, show its health."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger as GunicornLog

from engine import demo as demonstration
from engine import doctor, errors, scheduler
from engine.settings import Settings
from web import app as web_app
from web.cli import french, parts

if TYPE_CHECKING:
    from flask import Flask

    from engine.app import Engine

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class ServerLog(GunicornLog):
    """What Gunicorn has to say, in our logs and in their form."""

    def setup(self, cfg: Config) -> None:
        """Leave what it says of errors to the handlers of all logs."""
        super().setup(cfg)
        self.error_log.propagate = True


class Server(BaseApplication):
    """Gunicorn, started from the command line rather than from its own configuration file."""

    def __init__(self, application: Flask, options: dict[str, Any]) -> None:
        self.application = application
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Give Gunicorn our options."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application each worker serves."""
        return self.application


@click.command()
@click.option("--check", "only_check", is_flag=True,
              help="Ne rien changer : dire ce qui serait fait, ou pourquoi ce serait refusé.")  # fmt: skip
def init(only_check: bool) -> None:
    """Créer la base de cette installation, ou la mettre à niveau, et publier la référence."""
    with parts.opened(ready=False) as engine:
        lacking = engine.foretell()
        if only_check:
            for each in lacking:
                click.echo(each)
            parts.say(
                f"{len(lacking)} changement(s) de tables à faire ; rien ne manque aux projets en cours."
            )
            return
        engine.create()
        parts.say(f"Base prête : {engine.settings.environment}.")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Combien de processus servent les pages.",
)
@click.option(
    "--threads",
    default=8,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Combien de demandes chacun sert à la fois.",
)
@click.option("--no-scheduler", is_flag=True, help="Ne pas lancer l’horloge dans ce processus.")
def serve(host: str, port: int, workers: int, threads: int, no_scheduler: bool) -> None:
    """Servir l’application (et l’horloge, sauf avec --no-scheduler)."""
    with parts.opened(overrides=address_served(host, port)) as engine:
        engine.require_promises()
        refuse_unsafe(engine, host=host, workers=workers)
        engine.note_address()
        application = web_app.create_app(engine)

        def begin(_: object) -> None:
            engine.database.dispose()  # Connections do not survive a fork.
            if not no_scheduler:
                scheduler.start(engine)
            web_app.start_metrics(engine)

        Server(
            application,
            {
                "bind": f"{host}:{port}",
                "workers": workers,
                "threads": threads,
                "worker_class": "gthread",
                "accesslog": None,
                "errorlog": None,
                "logger_class": ServerLog,
                "loglevel": "warning",
                "graceful_timeout": 20,
                "post_worker_init": begin,
                "when_ready": lambda _: announce(engine, host, port),
                "control_socket_disable": True,
            },
        ).run()


def address_served(host: str, port: int) -> dict[str, str]:
    """A demonstration's mails lead to where it is served, unless its environment gives another address."""
    settings = Settings.from_environment()
    if settings.environment != "demo" or settings.base_url != Settings().base_url:
        return {}
    return {"base_url": f"http://{host}:{port}"}


def refuse_unsafe(engine: Engine, *, host: str, workers: int) -> None:
    """A demonstration listens on the loopback only (D25); SQLite has one web process (D27)."""
    if engine.settings.environment == "demo" and host not in LOOPBACK:
        raise click.UsageError("Une démonstration n’écoute que sur cette machine : --host 127.0.0.1.")
    if engine.database.is_sqlite and workers > 1:
        raise click.UsageError("Sur SQLite, un seul processus sert les pages : --workers 1.")


def announce(engine: Engine, host: str, port: int) -> None:
    """Say where the application is, and in a demonstration with whom to sign in."""
    parts.say(f"\n  Alizé : http://{host}:{port}\n")
    if engine.settings.environment == "demo":
        for line in demonstration.accounts():
            parts.say(f"  {line}")
        parts.say("")


@click.command(name="scheduler")
def run_scheduler() -> None:
    """Faire battre l’horloge dans ce processus, jusqu’à ce qu’on l’arrête."""
    with parts.opened() as engine:
        engine.require_promises()
        engine.note_address()
        metronome = scheduler.start(engine)
        web_app.start_metrics(engine)
        stop = threading.Event()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *_: stop.set())
        parts.say(f"Horloge en marche : {scheduler.process_name()}.")
        stop.wait()
        metronome.shutdown(wait=True)


@click.command()
@click.option("--reset", is_flag=True, help="Effacer la démonstration et la refaire.")
@click.option("--at", "at", type=french.Day(), help="Le jour où elle se trouve.")
def demo(reset: bool, at: datetime | None) -> None:
    """Créer la démonstration, s’il n’y en a pas."""
    environment = {"environment": "demo", "clock": "simulated"}
    settings = Settings.from_environment(overrides=environment)
    if reset:
        demonstration.erase(settings)
    with parts.opened(ready=False, overrides=environment) as engine:
        made = demonstration.make(engine, at=moment(at.date()) if at else None, say=parts.say)
        parts.say("Démonstration créée." if made else "La démonstration existe déjà.")


def moment(day: date) -> datetime:
    """Nine in the morning in Paris."""
    return datetime.combine(day, time(9), tzinfo=ZoneInfo("Europe/Paris"))


@click.command(name="doctor")
@click.option("--environment", "only_environment", is_flag=True, help="Seulement les réglages.")
@click.option(
    "--network",
    is_flag=True,
    help="Essayer aussi le serveur de courriel, le certificat de l’adresse, l’horodatage.",
)
def examine(only_environment: bool, network: bool) -> None:
    """Dire ce qui va, ce qui ne va pas et ce qui est imprudent."""
    settings = Settings.from_environment()
    for line in doctor.settings_lines(settings, os.environ):
        click.echo(line)
    if only_environment:
        return
    with parts.opened(ready=False) as engine:
        problems = list(doctor.problems(engine, network=network))
        to_do = list(unfinished(engine))
    for problem in problems:
        click.echo(problem)
    for line in to_do:
        click.echo(f"À faire : {line}")
    if problems:
        raise SystemExit(1)
    parts.say("Tout va bien.")


def unfinished(engine: Engine) -> list[str]:
    """What the basins still lack, where the database can be read at all."""
    with contextlib.suppress(errors.EngineError), engine.database.start_reading(parts.CONSOLE) as work:
        engine.require_ready()
        return list(doctor.unfinished(work))
    return []


COMMANDS = (init, serve, run_scheduler, demo, examine)
