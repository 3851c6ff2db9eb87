"""Backups, restores, and letting a restored installation go again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from engine import app, backups
from engine.outbox import mail_log
from engine.persistence import installation
from engine.retention import replaying
from engine.settings import Settings
from web.cli import french, parts, progress

if TYPE_CHECKING:
    from engine.app import Engine


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--verify", "only_verify", is_flag=True, help="Ne rien écrire : relire cette sauvegarde en entier."
)
def backup(path: Path, only_verify: bool) -> None:
    """Sauvegarder la base et les documents dans un seul fichier, que l’on relit aussitôt."""
    if only_verify:
        verify(path)
        return
    with parts.opened() as engine, progress.of_total("Sauvegarde") as shown:
        replaying.keep(engine.database, Path(engine.settings.data_dir))
        counts = backups.backup(engine.database, path, documents=engine.documents, progress=shown)
    parts.say(f"{sum(counts.values())} lignes sauvegardées dans {path}.")
    verify(path)


def verify(path: Path) -> None:
    """Read a backup again, and say what is in it."""
    with progress.of_total("Relecture") as shown:
        manifest = backups.verify(path, progress=shown)
    documents = sum(name.startswith("documents/") for name in manifest["digests"])
    rows = sum(manifest["rows"].values())
    if lost := manifest.get("lost"):
        parts.say(f"Attention, {lost} document(s) que la base nomme n’y sont pas (« alize doctor »).")
    parts.say(
        f"Sauvegarde intacte : {rows} lignes, {documents} document(s), version {manifest['release']}, "
        f"base « {manifest['environment']} »."
    )


@click.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--erasures", "listed", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="La liste de ce qui a été effacé depuis, gardée ailleurs.")  # fmt: skip
@click.option("--as-copy", is_flag=True, help="En faire une copie, d’où rien ne partira jamais.")
def restore(path: Path, listed: Path | None, as_copy: bool) -> None:
    """Restaurer une sauvegarde dans une base vide ; elle attend ensuite « alize resume »."""
    engine = app.build(Settings.from_environment())
    folder = Path(engine.settings.data_dir)
    try:
        # Read first: a list that cannot be read must not be found out once everything is back.
        lines = replaying.merge(folder, [] if listed is None else replaying.read(listed))
        with progress.of_total("Restauration") as shown:
            counts = backups.restore(
                engine.database, path, documents=engine.documents, as_copy=as_copy,
                environment=engine.settings.environment, progress=shown,
            )  # fmt: skip
        forgotten = replaying.replay(engine.database, lines, engine.store)
        replaying.keep(engine.database, folder)
        parts.say(f"{sum(counts.values())} lignes restaurées. Rien ne part avant « alize resume ».")
        if forgotten:
            parts.say(f"{forgotten} effacement(s) d’après cette sauvegarde refait(s).")
        say_where(engine)
    finally:
        engine.close()


def say_where(engine: Engine) -> None:
    """Say of a copy that it is one."""
    with engine.database.start_reading(parts.CONSOLE) as work:
        standing = installation.standing(work)
    if standing.address == "":
        parts.say("C’est une copie : aucun courriel n’en partira, même après « alize resume ».")
    elif standing.is_copy_at(engine.settings.base_url):
        parts.say(
            f"Cette base sert à {standing.address}, les réglages disent {engine.settings.base_url} : c’est "
            "une copie, d’où aucun courriel ne part. Si elle a déménagé ici : « alize resume --moved »."
        )


@click.command()
@click.option("--mails-since", "since", type=french.Day(), required=True,
              help="Les courriels écrits avant ce jour ne partiront pas.")  # fmt: skip
@click.option(
    "--moved", is_flag=True, help="Dire que cette base sert désormais à ALIZE_BASE_URL, et plus ailleurs."
)
@click.option("--yes", is_flag=True, help="Ne pas demander confirmation.")
def resume(since: datetime, moved: bool, yes: bool) -> None:
    """Montrer ce qui partirait, écarter le reste, puis relâcher une base restaurée."""
    start = since.replace(tzinfo=ZoneInfo("Europe/Paris"))
    with parts.opened() as engine:
        address = engine.settings.base_url
        with engine.database.start_reading(parts.CONSOLE) as work:
            standing = installation.standing(work)
            if moved:
                installation.require_may_move(standing)
            if not standing.is_held and not (moved and standing.is_copy_at(address)):
                parts.say("Cette base n’est pas retenue : il n’y a rien à faire.")
                return
            stays_copy = standing.is_copy_at(address) and not moved
            for mail in () if stays_copy else mail_log.pending_since(work, since=start):
                click.echo(f"{mail.send_after:%Y-%m-%d %H:%M}\t{mail.kind}\t{mail.recipient}")
        say_where(engine)
        if not yes:
            question = "Laisser partir ces courriels, écarter les autres et reprendre ?"
            french.confirm("Reprendre, sans aucun courriel ?" if stays_copy else question)
        # Again, should the restore have been stopped before its end.
        lines = replaying.keep(engine.database, Path(engine.settings.data_dir))
        replaying.replay(engine.database, lines, engine.store)
        with engine.database.start_work(parts.CONSOLE) as work:
            if moved:
                installation.move_to(work, address)
            dropped = mail_log.drop_restored(work, before=start)
            installation.release(work)
        parts.say(f"Reprise. {dropped} courriel(s) d’avant cette date écarté(s).")


COMMANDS = (backup, restore, resume)
