"""Organisations and dated roles from the command line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import click

from engine import errors
from engine.departures import closing
from engine.people import assignments, basins, directory, giving, organisations, persons
from engine.people.folding import clean
from engine.people.models import BASIN_ROLES, ORGANISATION_ROLES, Role
from web.cli import parts
from web.cli.basins import DAY, day

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

ROLES = sorted(role.value for role in (BASIN_ROLES | ORGANISATION_ROLES) - {Role.BENEFICIARY})


class UnknownPerson(errors.NotFound):
    """Personne n’a l’adresse {email} : « alize user add » ajoute quelqu’un."""


class SharedAddress(errors.Conflict):
    """{count} personnes ont l’adresse {email} : donnez l’identifiant, que « alize user list » montre."""


class NoSuchOrganisation(errors.NotFound):
    """Aucune organisation ne répond à « {text} » : donnez son SIREN, ou ajoutez-la."""


class SeveralOrganisations(errors.Conflict):
    """Plusieurs organisations répondent à « {text} » : donnez le SIREN ou l’identifiant."""


@click.group()
def organisation() -> None:
    """Les organisations : entreprises, collectivités, financeurs."""


@organisation.command(name="add")
@click.argument("name")
@click.option("--siret", help="Ses quatorze chiffres ; leur clé est vérifiée.")
@click.option("--city", default="", help="Sa commune.")
@click.option("--phone", default="", help="Son téléphone.")
def add(name: str, siret: str | None, city: str, phone: str) -> None:
    """Ajouter une organisation, une fois pour tout le pays ; son identifiant sort."""
    with parts.opened() as engine, engine.database.start_work(parts.CONSOLE) as work:
        if not siret and (known := namesakes(work, name)):
            parts.say("Une organisation porte déjà ce nom, sans autre précision : c’est elle qui est donnée.")
            click.echo(str(known[0]))
            return
        click.echo(str(organisations.add(work, name=name, siret=siret, city=city, phone=phone).id))


@organisation.command(name="list")
@click.argument("text", default="")
def list_organisations(text: str) -> None:
    """Lister les organisations : identifiant, SIREN, nom, ville."""
    with parts.opened() as engine, engine.database.start_reading(parts.CONSOLE) as work:
        for each in directory.organisations(work, basin_ids=None, text=text, limit=10_000).lines:
            click.echo(f"{each.id}\t{each.siren or ''}\t{each.name}\t{each.city or ''}")


@click.group()
def role() -> None:
    """Les rôles datés d’un bassin : qui tient quoi, depuis quand."""


@role.command(name="give")
@click.argument("name", type=click.Choice(ROLES), metavar="ROLE")
@click.option("--basin", "slug", required=True, help="Le nom court du bassin.")
@click.option("--person", help="Son adresse, ou son identifiant.")
@click.option("--organisation", "body", help="Son SIREN, son nom exact ou son identifiant.")
@click.option("--from", "start", type=DAY, help="Le premier jour ; sans lui, aujourd’hui.")
@click.option("--until", type=DAY, help="Le jour où il n’est plus tenu.")
@click.option("--guest", is_flag=True, help="Un siège sans voix.")
def give(
    name: str, *, slug: str, person: str | None, body: str | None, start: datetime | None,
    until: datetime | None, guest: bool,
) -> None:  # fmt: skip
    """Donner un rôle dans un bassin ; son identifiant sort."""
    with parts.opened() as engine, engine.database.start_work(parts.CONSOLE) as work:
        made = giving.give(
            work, role=Role(name), basin_id=basins.by_slug(work, slug).id,
            person_id=person_named(work, person), organisation_id=organisation_named(work, body),
            guest=guest, from_date=day(start), until=day(until),
        )  # fmt: skip
        click.echo(str(made.id))


@role.command(name="list")
@click.option("--basin", "slug", required=True, help="Le nom court du bassin.")
def list_roles(slug: str) -> None:
    """Lister les rôles d’un bassin, passés compris."""
    with parts.opened() as engine, engine.database.start_reading(parts.CONSOLE) as work:
        for each in directory.roles_of_basin(work, basins.by_slug(work, slug).id):
            holder = (each.person or "", each.organisation or "")
            told = (each.assignment_id, each.role, *holder, each.valid_from, each.valid_to or "")
            click.echo("\t".join(str(one) for one in told))


@role.command(name="end")
@click.argument("assignment", type=click.UUID)
@click.option("--on", "last", type=DAY, help="Le jour où il n’est plus tenu ; sans lui, aujourd’hui.")
@click.option("--reason", required=True, help="Pourquoi ; cela reste dans l’historique.")
def end(assignment: UUID, last: datetime | None, reason: str) -> None:
    """Mettre fin à un rôle ; ce qui a été fait reste."""
    with parts.opened() as engine, engine.database.start_work(parts.CONSOLE) as work:
        if assignments.find(work, assignment).case_id is not None:
            raise assignments.UnknownAssignment  # A role on a project changes hands on the project's page.
        closing.end_role(work, assignment, reason=reason, on=day(last))


def person_named(work: UnitOfWork, text: str | None) -> UUID | None:
    """The person of an address or an id. Raises `UnknownPerson`, `SharedAddress`."""
    if text is None:
        return None
    if identifier(text) is not None:
        return persons.find(work, UUID(text)).id
    found = persons.by_email(work, text)
    if not found:
        raise UnknownPerson(email=text)
    if len(found) > 1:
        raise SharedAddress(email=text, count=len(found))
    return found[0].id


def organisation_named(work: UnitOfWork, text: str | None) -> UUID | None:
    """The organisation of a SIREN, a name or an id. Raises `NoSuchOrganisation`, `SeveralOrganisations`."""
    if text is None:
        return None
    if identifier(text) is not None:
        return organisations.find(work, UUID(text)).id
    found = directory.organisations(work, basin_ids=None, text=text).lines
    exact = [each for each in found if text in {each.name, each.siren}] or found
    if not exact:
        raise NoSuchOrganisation(text=text)
    if len(exact) > 1:
        raise SeveralOrganisations(text=text)
    return UUID(str(exact[0].id))


def namesakes(work: UnitOfWork, name: str) -> list[UUID]:
    """The organisations of exactly this name."""
    found = directory.organisations(work, basin_ids=None, text=name, limit=10_000).lines
    return [UUID(str(each.id)) for each in found if each.name == clean(name)]


def identifier(text: str) -> UUID | None:
    """The id that a text is, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None


COMMANDS = (organisation, role)
