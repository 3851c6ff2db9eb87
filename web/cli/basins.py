"""A basin from the command line: begin it, validate it, sign its agreement, set its parameters."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from engine import doctor, installing
from engine.analytics import readiness
from engine.analytics.readiness import Need
from engine.committee import sessions
from engine.operations import page_context
from engine.people import basins as engine_basins
from engine.people import partnerships, territories
from engine.registry import current, parameters
from forms import catalogue
from web.cli import french, parts

if TYPE_CHECKING:
    from engine.people.models import Basin

DAY = french.Day()


def day(asked: datetime | None) -> date | None:
    """The day that an option gives."""
    return None if asked is None else asked.date()


@click.group()
def basin() -> None:
    """Les bassins : en ajouter un, enregistrer sa convention, régler ses paramètres."""


@basin.command(name="add")
@click.argument("name")
@click.option("--code", required=True, help="Le sigle qui commence ses numéros de dossiers : TDL.")
@click.option("--territory", default="FR", show_default=True, type=click.Choice(parameters.TERRITORIES),
              help="D’où viennent ses jours fériés.")  # fmt: skip
@click.option("--zone", default="", help="Son fuseau horaire ; sans lui, celui du territoire.")
@click.option("--slug", default="", help="Son nom dans les adresses ; sans lui, tiré du nom.")
@click.option("--follow", is_flag=True, help="Publier aussitôt la référence pour lui.")
def add(name: str, *, code: str, territory: str, zone: str, slug: str, follow: bool) -> None:
    """Ajouter un bassin ; son nom court sort sur la sortie standard."""
    with parts.opened() as engine:
        if follow:
            installing.prove_reference(engine.database)
        with engine.database.start_work(parts.CONSOLE) as work:
            made = territories.add(work, name=name, code=code, territory=territory, zone=zone, slug=slug)
            if follow:
                installing.follow_reference(work, made)
            click.echo(made.slug)


@basin.command(name="list")
def list_basins() -> None:
    """Lister les bassins : nom court, sigle, nom, territoire, fuseau."""
    with parts.opened() as engine, engine.database.start_reading(parts.CONSOLE) as work:
        for each in engine_basins.every(work):
            click.echo(f"{each.slug}\t{each.code}\t{each.name}\t{each.territory}\t{each.zone}")


@basin.command(name="ready")
@click.argument("slug")
def ready(slug: str) -> None:
    """Dire ce qui manque avant le premier projet ; statut 1 s’il manque quelque chose pour l’ouvrir."""
    with parts.opened() as engine, engine.database.start_reading(parts.CONSOLE) as work:
        points = readiness.points(work, engine_basins.by_slug(work, slug))
    for point in points:
        click.echo(f"{'fait' if point.is_done else '    '}  {doctor.said(point)}")
    if readiness.missing(points, Need.PROJECT):
        raise SystemExit(1)


@basin.command(name="validate")
@click.argument("slug")
@click.option("--on", "decided", type=DAY, required=True, help="Le jour de la décision.")
@click.option("--minutes", required=True, help="Le relevé de décisions : son numéro ou sa séance.")
def validate(slug: str, decided: datetime, minutes: str) -> None:
    """Enregistrer la décision du comité national qui valide le territoire."""
    with parts.opened() as engine, engine.database.start_work(parts.CONSOLE) as work:
        found = engine_basins.by_slug(work, slug)
        territories.validate(work, found.id, decided_on=decided.date(), minutes=minutes)


@basin.command(name="follow")
@click.argument("slug")
def follow_reference(slug: str) -> None:
    """Publier la référence du programme pour un bassin qui n’a pas de variante."""
    with parts.opened() as engine:
        installing.prove_following(engine.database, slug)
        with engine.database.start_work(parts.CONSOLE) as work:
            published = installing.follow_reference(work, engine_basins.by_slug(work, slug))
    parts.say_published(published)


@basin.command(name="sign")
@click.argument("slug")
@click.option("--from", "start", type=DAY, required=True, help="Le premier jour.")
@click.option("--to", "last", type=DAY, help="Le dernier jour ; sans lui, trois ans.")
@click.option("--reason", default="", help="Pourquoi une autre durée que trois ans.")
@click.option("--charter", default=installing.CHARTER_VERSION, show_default=True,
              help="La version du cahier des charges.")  # fmt: skip
@click.option("--evaluated-on", "evaluated", type=DAY,
              help="Pour un renouvellement : le jour de l’évaluation.")  # fmt: skip
def sign(
    slug: str,
    *,
    start: datetime,
    last: datetime | None,
    reason: str,
    charter: str,
    evaluated: datetime | None,
) -> None:
    """Enregistrer la convention de partenariat, signée par tous les partenaires avec ses annexes."""
    with parts.opened() as engine, engine.database.start_work(parts.CONSOLE) as work:
        found = engine_basins.by_slug(work, slug)
        before = partnerships.last_before(work, found.id)
        agreement = partnerships.sign(
            work, basin_id=found.id, starts_on=start.date(), ends_on=day(last), reason=reason,
            charter_version=charter, renewed_from=None if before is None else before.id,
            evaluated_on=day(evaluated),
        )  # fmt: skip
    parts.say(f"Convention du {agreement.starts_on:%d/%m/%Y} au {agreement.ends_on:%d/%m/%Y}.")


@basin.command(name="end")
@click.argument("slug")
@click.option("--on", "last", type=DAY, required=True, help="Le nouveau dernier jour.")
@click.option("--reason", required=True, help="L’avenant, ou le motif.")
def move_end(slug: str, last: datetime, reason: str) -> None:
    """Prolonger la dernière convention, ou y mettre fin plus tôt : les projets en cours continuent."""
    with parts.opened() as engine, engine.database.start_work(parts.CONSOLE) as work:
        agreement = partnerships.last_before(work, engine_basins.by_slug(work, slug).id)
        if agreement is None:
            raise partnerships.UnknownAgreement
        partnerships.move_end(work, agreement.id, ends_on=last.date(), reason=reason)


@basin.command(name="parameters")
@click.argument("slug")
def list_parameters(slug: str) -> None:
    """Lister les paramètres : clé, valeur, sorte (current change aussitôt), libellé."""
    with parts.opened() as engine, engine.database.start_reading(parts.CONSOLE) as work:
        values = current.in_force(work, engine_basins.by_slug(work, slug).id)
    for line in parameters.TABLE:
        click.echo(f"{line.key}\t{values[line.key]}\t{line.kind.value}\t{line.label}")


@basin.command(name="set")
@click.argument("slug")
@click.argument("key")
@click.argument("value")
@click.option("--reason", required=True, help="Pourquoi ; cela reste dans l’historique.")
def set_parameter(slug: str, key: str, value: str, reason: str) -> None:
    """Changer un paramètre courant. VALUE s’écrit comme dans parameters.toml : 60, true, vote."""
    with parts.opened() as engine, engine.database.start_work(parts.CONSOLE) as work:
        found = engine_basins.by_slug(work, slug)
        current.change(work, basin_id=found.id, key=key, value=value_of(value), reason=reason)


def value_of(text: str) -> object:
    """A value as TOML writes it; a word without quotes is itself."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


@click.group()
def session() -> None:
    """Les séances du comité d’agrément."""


@session.command(name="plan")
@click.argument("slug")
@click.argument("held", type=DAY)
@click.option("--at", "starts_at", help="L’heure : 14:30.")
@click.option("--place", help="Le lieu.")
def plan(slug: str, held: datetime, starts_at: str | None, place: str | None) -> None:
    """Prévoir une séance, par exemple : alize session plan toulois 2026-12-10 --at 14:30."""
    asked = {"held_on": held.date().isoformat(), "kind": "meeting", "starts_at": starts_at, "place": place}
    with parts.opened() as engine, engine.database.start_work(parts.CONSOLE) as work:
        found: Basin = engine_basins.by_slug(work, slug)
        context = page_context(work, "session_plan", basin_id=found.id, showing=False, channel="json")
        sessions.plan(work, basin_id=found.id, answers=catalogue.load("session_plan", asked, context))


COMMANDS = (basin, session)
