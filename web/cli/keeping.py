"""Backups, restores, and letting a restored installation go again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from engine import app, backups
from engine.outbox import mail_log
from engine.persistence import installation
from engine.settings import Settings
from web.cli import french, parts


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
def backup(path: Path) -> None:
    """Sauvegarder la base et les documents dans un seul fichier."""
    with parts.opened() as engine:
        counts = backups.backup(engine.database, path, documents=engine.documents)
    parts.say(f"{sum(counts.values())} lignes sauvegardées dans {path}.")


@click.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(path: Path) -> None:
    """Restaurer une sauvegarde dans une base vide ; elle attend ensuite « alize resume »."""
    engine = app.build(Settings.from_environment())
    try:
        counts = backups.restore(engine.database, path, documents=engine.documents)
    finally:
        engine.close()
    parts.say(f"{sum(counts.values())} lignes restaurées. Rien ne part avant « alize resume ».")


@click.command()
@click.option("--mails-since", "since", type=french.Day(), required=True,
              help="Les courriels écrits avant ce jour ne partiront pas.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Ne pas demander confirmation.")
def resume(since: datetime, yes: bool) -> None:
    """Montrer ce qui partirait, écarter le reste, puis relâcher une base restaurée."""
    start = since.replace(tzinfo=ZoneInfo("Europe/Paris"))
    with parts.opened() as engine:
        with engine.database.start_reading(parts.CONSOLE) as work:
            if not installation.is_held(work):
                parts.say("Cette base n’est pas retenue : il n’y a rien à faire.")
                return
            for mail in mail_log.pending_since(work, since=start):
                click.echo(f"{mail.send_after:%Y-%m-%d %H:%M}\t{mail.kind}\t{mail.recipient}")
        if not yes:
            question = "Laisser partir ces courriels, écarter les autres et reprendre ?"
            click.confirm(question, abort=True, err=True)
        with engine.database.start_work(parts.CONSOLE) as work:
            dropped = mail_log.drop_restored(work, before=start)
            installation.release(work)
        parts.say(f"Reprise. {dropped} courriel(s) d’avant cette date écarté(s).")


COMMANDS = (backup, restore, resume)
