"""Damaged instances of processes: find them, put them right."""

from __future__ import annotations

from pathlib import Path

import click

from engine import backups
from engine.runtime import rebuilding
from web.cli import parts, progress


@click.group()
def instance() -> None:
    """Vérifier et réparer l’état enregistré des projets."""


@instance.command()
@click.argument("references", nargs=-1, metavar="[DOSSIER]...")
def check(references: tuple[str, ...]) -> None:
    """Relire l’état de chaque projet en cours, ou de ceux-ci, et dire lesquels sont abîmés."""
    with parts.opened() as engine, engine.database.start_reading(parts.CONSOLE) as work:
        count = rebuilding.count_live(work, references=references)
        with progress.shown("Lecture des projets", count) as advance:
            found = list(rebuilding.damaged(work, references=references, progress=lambda: advance(1)))
    for each in found:
        click.echo(f"{each.reference}\t{each.process}\t{each.reason}")
    if found:
        parts.say("« alize instance rebuild DOSSIER » les remet en état, un dossier à la fois.")
        raise SystemExit(1)
    parts.say(f"{count} processus en cours : tous se lisent.")


@instance.command()
@click.argument("reference", metavar="DOSSIER")
@click.option("--from", "path", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="Une sauvegarde, si l’état et le marquage sont perdus tous les deux.")  # fmt: skip
def rebuild(reference: str, path: Path | None) -> None:
    """Remettre en état un dossier dont l’état enregistré est abîmé, et rien d’autre."""
    with parts.opened() as engine:
        saved = None
        if path is not None:
            with engine.database.start_reading(parts.CONSOLE) as work:
                case_id = rebuilding.find(work, reference)
            saved = backups.saved_case(path, case_id)
        with engine.database.start_work(parts.CONSOLE) as work:
            done = rebuilding.rebuild(work, reference=reference, saved=saved)
    for each in done:
        click.echo(f"{each.reference}\t{each.process}\tremis en état")
    if not done:
        parts.say("Rien n’y est abîmé : il n’y a rien à faire.")


COMMANDS = (instance,)
