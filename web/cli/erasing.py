"""What the system holds on a person, and their erasure, from the command line."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click

from engine.documents import store
from engine.people import persons
from engine.retention import archiving, erasing, gathering, obstacles, plans
from web.cli import french, parts


@click.group()
def person() -> None:
    """Ce que le système sait d’une personne, et son effacement."""


@person.command(name="find")
@click.argument("text")
def find(text: str) -> None:
    """Chercher une personne par son nom ou son adresse : identifiant, nom, adresse."""
    with parts.opened() as engine, engine.database.start_reading(parts.CONSOLE) as work:
        found = persons.by_email(work, text) if "@" in text else persons.search(work, text)
        for each in found:
            click.echo(f"{each.id}\t{each.full_name}\t{each.email or ''}")


@person.command(name="export")
@click.argument("person_id", type=click.UUID, metavar="PERSONNE")
@click.option("--to", "path", type=click.Path(path_type=Path, dir_okay=False), required=True,
              help="Le fichier zip à écrire.")  # fmt: skip
def export(person_id: UUID, path: Path) -> None:
    """Écrire tout ce que le système sait d’une personne : une page, des tableaux, du JSON, ses fichiers."""
    with parts.opened() as engine:
        with engine.database.start_reading(parts.CONSOLE) as work:
            found = gathering.gather(work, person_id)
        store.write_whole(path, archiving.archive(found, engine.store))  # Read by its owner only.
        with engine.database.start_work(parts.CONSOLE) as work:
            gathering.note(work, person_id)
    parts.say(f"{sum(len(part.rows) for part in found.parts)} lignes écrites dans {path}.")


@person.command(name="erase")
@click.argument("person_id", type=click.UUID, metavar="PERSONNE")
@click.option("--yes", is_flag=True, help="Ne pas demander confirmation.")
def erase(person_id: UUID, yes: bool) -> None:
    """Effacer une personne, après avoir dit ce qui doit être gardé ; cela ne se reprend pas."""
    with parts.opened() as engine:
        with engine.database.start_reading(parts.CONSOLE) as work:
            name = persons.find(work, person_id).full_name
            if erasing.is_begun(work, person_id):
                raise obstacles.AlreadyErased
            obstacles.require_none(work, person_id)
            for sentence in obstacles.kept(work, person_id):
                parts.say(f"Gardé : {sentence}")
        if not yes:
            french.confirm(f"Effacer {name} ? Cela ne se reprend pas.")
        with engine.database.start_work(parts.CONSOLE) as work:
            erasing.begin(work, person_id)
        is_whole = plans.complete(engine.database, engine.store, person_id, actor=parts.CONSOLE)
    begun = "Effacement commencé, puis interrompu (voir le journal) : il se terminera seul dans l’heure."
    parts.say("Personne effacée." if is_whole else begun)


COMMANDS = (person,)
