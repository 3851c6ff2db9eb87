"""Projects that began before Alizé, from the command line: the model, a dry run, then the same for good."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.adoption import files, reading, template
from engine.adoption.problems import ToCorrect
from engine.people import basins
from web.cli import parts

if TYPE_CHECKING:
    from engine.adoption.files import Outcome, TakenOver

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("file", type=FILE)
@click.option("--basin", "slug", required=True, help="Le bassin, par son nom court.")
@click.option("--dry-run", is_flag=True, help="Dire ce que cela donnerait, et ne rien reprendre.")
@click.option("--model", is_flag=True, help="Écrire dans FILE le modèle à remplir, et ne rien reprendre.")
def adopt(file: Path, slug: str, *, dry_run: bool, model: bool) -> None:
    """Reprendre des projets en cours, depuis un fichier .xlsx ou .csv : tous, ou aucun."""
    with parts.opened() as engine:
        if model:
            with engine.database.start_reading(parts.CONSOLE) as work:
                basin = basins.by_slug(work, slug)
                is_csv = file.suffix.lower() == ".csv"
                content = template.as_csv("fr") if is_csv else template.as_workbook(work, basin_id=basin.id)
            with file.open("xb") as kept:  # A file that was filled is not written over.
                kept.write(content)
            return
        try:
            with file.open("rb") as opened:
                table = reading.read(opened.read(reading.LARGEST + 1))
            with engine.database.start_work(parts.CONSOLE) as work:
                outcome = files.take_over(work, table, basin_id=basins.by_slug(work, slug).id)
                if dry_run:
                    files.undo(outcome)
        except files.Rehearsed as rehearsed:
            tell(rehearsed.outcome)
            parts.say("Rien n’a été repris : c’était un essai.")
        except ToCorrect as refusal:
            for problem in refusal.problems:
                click.echo(problem.said("fr"), err=True)
            parts.say("Rien n’a été repris.")
            raise SystemExit(1) from None
        else:
            tell(outcome)


def tell(outcome: Outcome) -> None:
    """What each line became."""
    for each in outcome.taken_over:
        click.echo("\t".join(told(each)))
    for number, _project_id, reference, firm in outcome.already:
        click.echo(f"{number}\t{firm}\t{reference}\tdéjà repris")


def told(found: TakenOver) -> list[str]:
    """A project taken over: line, firm, number, stage, next report, first day on which it may close."""
    days = [day.isoformat() if day else "–" for day in (found.next_report_on, found.closing_from)]
    return [str(found.number), found.firm, found.reference, found.stage.label, *days]


COMMANDS = (adopt,)
