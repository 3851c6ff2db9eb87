"""Rehearse a basin's process from the command line: one imaginary project, month by month."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from web.cli import french, parts

if TYPE_CHECKING:
    from engine.rehearsal.told import Entry

WORDS = {
    "task_opened": "à faire", "task_done": "fait", "task_dropped": "sans objet", "mail": "courriel",
    "escalation": "relance", "timer": "échéance", "session": "séance", "event": "événement",
    "refused": "refusé", "end": "fin",
}  # fmt: skip


@click.command()
@click.option("--basin", "slug", required=True, help="Le bassin dont le processus en vigueur est joué.")
@click.option(
    "--seed", type=click.IntRange(0, 9_999), help="Jouer au hasard ; le même nombre redonne la même vie."
)
@click.option("--months", type=click.IntRange(1, 60), default=24, show_default=True, help="Combien de mois.")
@click.option("--starts-on", "day", type=french.Day(), help="Le premier jour ; aujourd’hui sinon.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="Pour une personne, ou pour un programme.")  # fmt: skip
def simulate(slug: str, seed: int | None, months: int, day: datetime | None, form: str) -> None:
    """Jouer un projet imaginaire dans le processus d’un bassin ; rien n’est enregistré, rien ne part."""
    from engine.people import basins
    from engine.rehearsal import places, rehearsing, told
    from engine.rehearsal.setting import Choices, Otherwise, Pace

    with parts.opened() as engine, engine.database.start_reading(parts.CONSOLE) as work:
        basin = basins.by_slug(work, slug)
        today = basins.today(work, basin.id)
        found = places.in_force(work, basin, on=today)
    chosen = Choices() if seed is None else Choices(otherwise=Otherwise.RANDOM, pace=Pace.RANDOM)
    starts_on = today if day is None else day.date()
    played = rehearsing.play(
        found.files, found.place, chosen, starts_on=starts_on, months=months, seed=seed or 1
    )
    if form == "json":
        click.echo(json.dumps(told.as_mapping(played), ensure_ascii=False))
        return
    for entry in played.entries:
        click.echo(line_of(entry))
    parts.say(played.sentence.written())


def line_of(entry: Entry) -> str:
    """One thing that happened, on one line."""
    due_on: date | None = entry.due_on if entry.kind == "task_opened" else None
    said = [entry.title, entry.who, f"pour le {due_on:%d/%m/%Y}" if due_on else ""]
    if entry.detail is not None:
        said.append(entry.detail.written())
    return f"{entry.on:%d/%m/%Y}  {WORDS[entry.kind]:<10} {' · '.join(filter(None, said))}"


COMMANDS = (simulate,)
