"""Accounts and tokens from the command line: the first administrator, a lost password."""

from __future__ import annotations

from uuid import UUID

import click

from engine import errors
from engine.departures import closing, handing, holdings
from engine.outbox import notify
from engine.people import accounts, assignments, basins, persons, tokens
from engine.people.models import NATIONAL_ROLES, Role
from engine.persistence.unit_of_work import UnitOfWork
from web.cli import parts

# What a person may be without an organisation to be it for; the other roles are given on their page.
ROLES = sorted(role.value for role in (*NATIONAL_ROLES, Role.OPERATOR, Role.STEERING))
SCOPES = sorted(scope.value for scope in tokens.Scope)


class UnknownAddress(errors.NotFound):
    """Personne n’a de compte à l’adresse {email}."""


class UnknownToken(errors.NotFound):
    """Ce jeton n’est pas de {email} : « alize token list » montre les siens."""


@click.group()
def user() -> None:
    """Les comptes des personnes."""


@user.command(name="add")
@click.argument("email")
@click.argument("full_name")
@click.option("--role", "role", type=click.Choice(ROLES), help="Un rôle à donner aussitôt.")
@click.option("--basin", "slug", help="Le bassin du rôle ; sans lui, le rôle est national.")
@click.option("--phone", default="", help="Son téléphone, que ses courriels et ses collègues verront.")
@click.option("--invite", is_flag=True, help="Sans mot de passe : une invitation part à son adresse.")
@click.option("--password", help="Le mot de passe ; demandé s’il manque, sauf avec --invite.")
def add(
    email: str, full_name: str, *, role: str | None, slug: str | None, phone: str, invite: bool,
    password: str | None,
) -> None:  # fmt: skip
    """Créer une personne et son compte."""
    if not invite and password is None:
        password = click.prompt("Mot de passe", hide_input=True, confirmation_prompt=True, err=True)
    with parts.opened() as engine, engine.database.start_work(parts.CONSOLE) as work:
        person = persons.add(work, full_name=full_name, email=email, phone=phone)
        accounts.create(work, person_id=person.id, password=password)
        if invite:
            notify.notify(work, kind="invitation", recipient_id=person.id, data={"path": "/connexion"})
        if role is not None:
            require_place(Role(role), slug)
            assignments.assign(
                work,
                role=Role(role),
                basin_id=basins.by_slug(work, slug).id if slug else None,
                person_id=person.id,
            )
        click.echo(str(person.id))


def require_place(role: Role, slug: str | None) -> None:
    """A role is given where it exists: some only in a basin."""
    if slug is None and role not in NATIONAL_ROLES:
        raise click.UsageError(f"Le rôle « {role} » se donne dans un bassin : ajoutez --basin.")


@user.command(name="list")
def list_accounts() -> None:
    """Lister les comptes."""
    with parts.opened() as engine, engine.database.start_reading(parts.CONSOLE) as work:
        for person, account in accounts.every(work):
            state = "désactivé" if account.disabled_at else "actif"
            click.echo(f"{person.id}\t{account.email}\t{person.full_name}\t{state}")


@user.command(name="disable")
@click.argument("email")
def disable(email: str) -> None:
    """Désactiver un compte : ses sessions, ses appareils et ses jetons s’éteignent.

    Refusé pour la seule présidence ou le seul opérateur d’un bassin, et pour la dernière administration.
    """
    with parts.opened() as engine, engine.database.start_work(parts.CONSOLE) as work:
        closing.close(work, person_of(work, email))


@user.command(name="enable")
@click.argument("email")
def enable(email: str) -> None:
    """Réactiver un compte désactivé."""
    with parts.opened() as engine, engine.database.start_work(parts.CONSOLE) as work:
        accounts.enable(work, person_of(work, email))


@user.command(name="handover")
@click.argument("email")
@click.argument("to_email")
@click.option("--reason", required=True, help="Pourquoi : un départ, un changement de poste.")
@click.option("--check", "is_check", is_flag=True, help="Dire seulement ce qui se ferait, ligne par ligne.")
@click.option(
    "--possible", is_flag=True, help="Laisser ce qui ne peut pas être confié, au lieu de tout refuser."
)
def handover(email: str, to_email: str, *, reason: str, is_check: bool, possible: bool) -> None:
    """Confier à une autre personne tout ce que tient celle qui part : rôles, projets, tâches."""
    with parts.opened() as engine:
        with engine.database.start_reading(parts.CONSOLE) as work:
            leaver, taker = person_of(work, email), person_of(work, to_email)
            takers = {each.key: taker for each in holdings.of_person(work, leaver)}
        if not takers:
            click.echo("Rien à confier.")
            return
        checked = handing.check(engine.database, parts.CONSOLE, leaver, takers, reason=reason, locale="fr")
        for each in checked:
            click.echo(told(each))
        if possible:
            takers = {each.holding.key: taker for each in checked if each.refusal is None}
        if not is_check and takers:
            with engine.database.start_work(parts.CONSOLE) as work:
                handing.hand_over(work, leaver, takers, reason=reason)


def told(outcome: handing.Outcome) -> str:
    """One line of a handover: what, in which role, where, and why it cannot be."""
    found = outcome.holding
    why = "possible" if outcome.refusal is None else outcome.refusal.message
    return "\t".join((found.what.value, found.role, found.reference or found.basin or "", why))


@user.command(name="password")
@click.argument("email")
@click.password_option("--password", help="Le mot de passe ; demandé s’il manque.")
def set_password(email: str, password: str) -> None:
    """Donner un nouveau mot de passe à un compte."""
    with parts.opened() as engine, engine.database.start_work(parts.CONSOLE) as work:
        accounts.set_password(work, person_of(work, email), password)


def person_of(work: UnitOfWork, email: str) -> UUID:
    """The person of an account's address; raises `UnknownAddress`."""
    account = accounts.find_by_email(work, email)
    if account is None:
        raise UnknownAddress(email=email)
    return account.person_id


@click.group()
def token() -> None:
    """Les jetons de l’API."""


@token.command(name="create")
@click.argument("email")
@click.option("--name", default="ligne de commande", show_default=True, help="À quoi il sert.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(SCOPES),
    help="Lire, agir, administrer ; sans elle, les trois.",
)
@click.option(
    "--days", default=90, show_default=True, type=click.IntRange(1, 365), help="Combien de jours il vaut."
)
def create_token(email: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """Créer un jeton ; il n’est montré qu’une fois."""
    with parts.opened() as engine, engine.database.start_work(parts.CONSOLE) as work:
        wanted = [tokens.Scope(each) for each in scopes] or list(tokens.Scope)
        text, _row = tokens.create(
            work, person_id=person_of(work, email), name=name, scopes=wanted, days=days
        )
    click.echo(text)


@token.command(name="list")
@click.argument("email")
def list_tokens(email: str) -> None:
    """Lister les jetons d’une personne : identifiant, nom, portées, fin, dernier usage, état."""
    with parts.opened() as engine, engine.database.start_reading(parts.CONSOLE) as work:
        for each in tokens.of_person(work, person_of(work, email)):
            used = f"{each.last_used_at:%Y-%m-%d}" if each.last_used_at else ""
            state = "révoqué" if each.revoked_at else "expiré" if each.expires_at <= work.wall else "valable"
            told = (
                str(each.id),
                each.name,
                ",".join(each.scopes),
                f"{each.expires_at:%Y-%m-%d}",
                used,
                state,
            )
            click.echo("\t".join(told))


@token.command(name="revoke")
@click.argument("email")
@click.argument("token_id", type=click.UUID, metavar="TOKEN")
def revoke_token(email: str, token_id: UUID) -> None:
    """Révoquer un jeton d’une personne, par l’identifiant que « alize token list » montre."""
    with parts.opened() as engine, engine.database.start_work(parts.CONSOLE) as work:
        person_id = person_of(work, email)
        if token_id not in {each.id for each in tokens.of_person(work, person_id)}:
            raise UnknownToken(email=email)
        tokens.revoke(work, person_id, token_id=token_id)


COMMANDS = (user, token)
