"""Read the history outside the application: export it, verify it."""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

import click

from engine import doctor, exports
from engine.people import basins
from engine.persistence import anchors
from web.cli import parts, progress

ROOT = re.compile(r"\b[0-9a-f]{64}\b")


@click.command()
@click.argument("what", type=click.Choice(["history", "projects"]))
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True,
              help="Une ligne de JSON par entrée, ou un tableau.")  # fmt: skip
def export(what: str, form: str) -> None:
    """Exporter l’historique ou les projets, une ligne par entrée, sur la sortie standard."""
    with parts.opened() as engine, engine.database.start_reading(parts.CONSOLE) as work:
        rows = exports.history_rows(work) if what == "history" else exports.project_rows(work)
        if form == "jsonl":
            for row in rows:
                click.echo(json.dumps(row, ensure_ascii=False))
            return
        writer = None
        for row in rows:
            if writer is None:
                writer = csv.DictWriter(sys.stdout, list(row), delimiter=";")
                writer.writeheader()
            writer.writerow({name: exports.harmless(value) for name, value in row.items()})


@click.command(name="verify-history")
@click.option("--anchor", "anchor_file", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="Un fichier d’empreintes gardées ailleurs ; le courriel lui-même convient.")  # fmt: skip
def verify_history(anchor_file: Path | None) -> None:
    """Refaire toutes les empreintes de l’historique et dire ce qui ne va pas."""
    known = ROOT.findall(anchor_file.read_text(encoding="utf-8", errors="replace")) if anchor_file else []
    with parts.opened() as engine, engine.database.start_reading(parts.CONSOLE) as work:
        with progress.shown("Historique", anchors.count_entries(work)) as advance:
            found = doctor.history_problems(work, known_roots=known, progress=lambda: advance(1))
            problems = list(found)
        uncovered = anchors.not_anchored(work)
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(1)
    parts.say(f"Historique intact. {uncovered} entrée(s) qu’aucune ancre ne couvre encore.")


@click.command(name="anchors")
def show_anchors() -> None:
    """Donner la dernière empreinte de chaque bassin, à garder hors de l’installation."""
    with parts.opened() as engine, engine.database.start_reading(parts.CONSOLE) as work:
        known = [(anchors.PROGRAMME, "programme"), *((each.id, each.slug) for each in basins.every(work))]
        for basin_id, slug in known:
            last = anchors.latest(work, basin_id)
            if last is not None:
                click.echo(f"{slug}\t{last.number}\t{last.at.isoformat()}\t{last.root}")


COMMANDS = (export, verify_history, show_anchors)
