"""Check and publish diagrams from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from engine import installing
from engine.registry import checks, library, overlay
from engine.registry.context import Context
from engine.registry.problems import Problem
from web.cli import parts

VERDICTS = {
    checks.Verdict.ACCEPTED: "accepté", checks.Verdict.REFUSED: "refusé",
    checks.Verdict.UNKNOWN: "on ne sait pas",
}  # fmt: skip
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--basin", "slug", help="Le bassin dont les paramètres s’appliquent.")
@click.option("--profile-only", is_flag=True, help="Seulement la lecture, l’exécution et la solidité.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="Pour une personne, ou pour un programme.")  # fmt: skip
def check(files: tuple[Path, ...], slug: str | None, profile_only: bool, form: str) -> None:
    """Vérifier des diagrammes ; un fichier n’est jamais exécuté."""
    refused = False
    given = {path.name: path.read_bytes() for path in files}
    published = library.basin(slug).parameters.published if slug is not None else None
    for name, content in given.items():
        context = Context(profile_only=True) if profile_only else installing.known(around(given), name)
        as_run = content if published is None else overlay.substituted(content, published)
        report = checks.check_safely(as_run, filename=name, context=context)
        refused = refused or report.verdict is not checks.Verdict.ACCEPTED
        if form == "json":
            click.echo(json.dumps(report.as_json(), ensure_ascii=False))
            continue
        click.echo(f"{name} : {VERDICTS[report.verdict]}")
        for line in (line for problem in report.problems for line in lines_of(problem)):
            click.echo(f"  {line}")
    if refused:
        sys.exit(1)


def lines_of(problem: Problem) -> Iterator[str]:
    """What is wrong, what the charter says of it, what to do, and the story that shows it."""
    yield f"{problem.code} {problem.message('fr')}"
    if problem.article:
        yield f"  Cahier des charges, {problem.article} : « {problem.rule} » {problem.remedy}"
    for number, told in enumerate(problem.story, start=1):
        yield f"    {number}. {told.sentence('fr')}"


def around(given: dict[str, bytes]) -> dict[str, bytes]:
    """The diagrams a checked file may call: the reference's, and those given with it."""
    return {**library.reference(), **given}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--basin", "slug", help="Le bassin qui publie ; sans lui, c’est la référence du programme.")
@click.option("--replace", is_flag=True, help="Même si une version publiée pour plus tard est remplacée.")
def publish(folder: Path, slug: str | None, *, replace: bool) -> None:
    """Publier un dossier de diagrammes : les nouveaux projets le prennent, personne d’autre."""
    with parts.opened() as engine:
        installing.prove_folder(engine.database, folder, slug=slug)
        with engine.database.start_work(parts.CONSOLE) as work:
            published = installing.publish_folder(work, folder, slug=slug, replaces_coming=replace)
    parts.say_published(published)


@click.command()
@click.argument("slug")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
def pack(slug: str, path: Path) -> None:
    """Écrire le processus d’un bassin dans un fichier zip, que « alize publish » sait reprendre."""
    with parts.opened() as engine, engine.database.start_reading(parts.CONSOLE) as work:
        content = installing.export_basin(work, slug)
    path.write_bytes(content)
    parts.say(f"{path} : {len(content) // 1000} ko.")


COMMANDS = (check, publish, pack)
