"""Organisations: one row each for the country, SIREN, dated SIRET, and look-alikes in a basin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from stdnum.exceptions import ValidationError
from stdnum.fr import siren as sirens
from stdnum.fr import siret as sirets

from engine import errors
from engine.i18n import mark as _
from engine.people import assignments, basins
from engine.people.folding import clean, fold_name, resemble
from engine.people.models import Assignment, Organisation, OrganisationIdentifier, Role
from engine.persistence import claims

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

LONGEST_NAME = 200
CORRECTABLE = ("name", "city", "phone")


class UnknownOrganisation(errors.NotFound):
    """Cette organisation n’est pas connue."""


class AlreadyKnown(errors.Conflict):
    """Une organisation porte déjà ce numéro SIREN."""


@dataclass(frozen=True, slots=True)
class Card:
    """What may be seen of an organisation: beyond its basins, only name, SIREN and city (D16)."""

    id: UUID
    name: str
    siren: str | None
    city: str | None
    in_basin: bool
    siret: str | None = None
    phone: str | None = None


def add(
    work: UnitOfWork,
    *,
    name: str,
    siret: str | None = None,
    siren: str | None = None,
    city: str | None = None,
    phone: str | None = None,
    fictitious: bool = False,
    from_date: date | None = None,
) -> Organisation:
    """Add an organisation; without any number while it is being registered.

    Raises `InvalidAnswers` by field, `AlreadyKnown` with the organisation that has this SIREN.
    """
    siret = None if not siret else require_siret(siret)
    siren = siret[:9] if siret else (require_siren(siren) if siren else None)
    known = None if siren is None else _known(work, siren)
    if known is not None:
        raise AlreadyKnown(organisation_id=known.id)
    organisation = Organisation(
        name=_checked_name(name),
        search_name=fold_name(name),
        siren=siren,
        city=clean(city) or None,
        phone=clean(phone) or None,
        fictitious=fictitious,
        created_at=work.now,
    )
    work.database.add(organisation)
    work.database.flush()
    content = {"name": organisation.name, "siren": siren, "city": organisation.city}
    work.record("people.organisation.added", chain=organisation.id, subject=organisation.id, content=content)
    if siret:
        _identify(work, organisation, siret, from_date)
    return organisation


def find_or_add(
    work: UnitOfWork,
    *,
    name: str,
    siret: str | None = None,
    city: str | None = None,
    phone: str | None = None,
    fictitious: bool = False,
) -> Organisation:
    """Find the organisation with this SIREN, whatever basin met it first, or add it.

    What is known of it is not changed: its other basins' words are not this basin's to correct.
    Raises `InvalidAnswers` by field.
    """
    known = _known(work, require_siret(siret)[:9]) if siret else None
    if known is None:
        return add(work, name=name, siret=siret, city=city, phone=phone, fictitious=fictitious)
    return known


def find(work: UnitOfWork, organisation_id: UUID) -> Organisation:
    """Find an organisation. Raises `UnknownOrganisation`."""
    organisation = work.database.get(Organisation, organisation_id)
    if organisation is None:
        raise UnknownOrganisation
    return organisation


def by_siren(work: UnitOfWork, siren: str) -> Organisation | None:
    """The organisation with this SIREN, if any basin knows it."""
    return work.database.scalars(sa.select(Organisation).where(Organisation.siren == siren)).one_or_none()


def _known(work: UnitOfWork, siren: str) -> Organisation | None:
    """The organisation with this SIREN, that which another act is adding at this instant included."""
    found = by_siren(work, siren)
    if found is None:
        claims.hold_name(work, siren, alone=True)
        found = by_siren(work, siren)
    return found


def correct(work: UnitOfWork, organisation_id: UUID, **changes: str | None) -> Organisation:
    """Correct the name, the city or the phone. Raises `InvalidAnswers`, `UnknownOrganisation`."""
    organisation = find(work, organisation_id)
    if not set(changes) <= set(CORRECTABLE):
        raise TypeError(f"not correctable: {', '.join(sorted(set(changes) - set(CORRECTABLE)))}")
    before = {field: getattr(organisation, field) for field in changes}
    after = {field: clean(value) or None for field, value in changes.items()}
    if "name" in after:
        after["name"] = _checked_name(after["name"] or "")
        organisation.search_name = fold_name(after["name"] or "")
    if after == before:
        return organisation
    for field, value in after.items():
        setattr(organisation, field, value)
    work.database.flush()
    work.record(
        "people.organisation.corrected",
        chain=organisation.id,
        subject=organisation.id,
        fields=sorted(after),
        content={"from": before, "to": after},
    )
    return organisation


def register(
    work: UnitOfWork, organisation_id: UUID, *, siret: str, from_date: date | None = None
) -> OrganisationIdentifier:
    """Give an organisation the SIRET it has from a day on: first registration, or a move.

    Raises `InvalidAnswers` when the number is wrong or of another SIREN, `AlreadyKnown` when another
    organisation has this SIREN.
    """
    organisation = find(work, organisation_id)
    number = require_siret(siret)
    if organisation.siren is None:
        known = by_siren(work, number[:9])
        if known is not None:
            raise AlreadyKnown(organisation_id=known.id)
        organisation.siren = number[:9]
    elif organisation.siren != number[:9]:
        raise errors.InvalidAnswers(
            {"siret": [_("Ce SIRET n’est pas celui d’un établissement de cette organisation.")]}
        )
    return _identify(work, organisation, number, from_date)


def siret_on(work: UnitOfWork, organisation_id: UUID, on: date) -> str | None:
    """The SIRET of an organisation on a day; None before its registration."""
    found = OrganisationIdentifier
    statement = (
        sa.select(found.siret)
        .where(found.organisation_id == organisation_id, assignments.in_force(on, found))
        .order_by(found.valid_from.desc())
        .limit(1)
    )
    return work.connection.scalars(statement).one_or_none()


def card(work: UnitOfWork, organisation_id: UUID, *, basin_id: int) -> Card:
    """What a basin may see of an organisation (D16). Raises `UnknownOrganisation`."""
    organisation = find(work, organisation_id)
    statement = sa.select(_in_basin(basin_id)).where(Organisation.id == organisation_id)
    if not work.connection.execute(statement).scalar_one():
        return _card(organisation, in_basin=False)
    siret = siret_on(work, organisation_id, basins.today(work, basin_id))
    return _card(organisation, in_basin=True, siret=siret)


def find_similar(work: UnitOfWork, basin_id: int, name: str, siret: str | None = None) -> list[Card]:
    """List the organisations that may be this firm already, the surest first.

    In the basin: the same SIREN, or a name that resembles whatever its accents, case and legal form.
    Elsewhere: the same SIREN only, and only what other basins may see. A number that is not valid
    is not compared.
    """
    siren = siret_key(siret)
    folded = fold_name(name)
    statement = sa.select(Organisation, _in_basin(basin_id).label("in_basin")).where(
        sa.or_(_in_basin(basin_id), Organisation.siren == siren if siren else sa.false())
    )
    found = [
        _card(organisation, in_basin=in_basin)
        for organisation, in_basin in work.database.execute(statement)
        if (siren and organisation.siren == siren)
        or (folded and in_basin and resemble(folded, organisation.search_name))
    ]
    return sorted(found, key=lambda card: (not siren or card.siren != siren, not card.in_basin, card.name))


def of_basin(work: UnitOfWork, basin_id: int, on: date, role: Role | None = None) -> list[Organisation]:
    """List the organisations with a status in a basin on a day (all, or one), by name."""
    held = [Assignment.basin_id == basin_id, Assignment.organisation_id == Organisation.id]
    held += [Assignment.person_id.is_(None), assignments.in_force(on)]
    if role is not None:
        held.append(Assignment.role == role.value)
    statement = (
        sa.select(Organisation)
        .where(sa.select(1).where(*held).exists())
        .order_by(Organisation.search_name, Organisation.id)
    )
    return list(work.database.scalars(statement))


def names(work: UnitOfWork, organisation_ids: set[UUID]) -> dict[UUID, str]:
    """The names of several organisations, in one statement."""
    if not organisation_ids:
        return {}
    statement = sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(organisation_ids))
    return {row.id: row.name for row in work.connection.execute(statement)}


def require_siret(text: str) -> str:
    """Give a SIRET without its blanks, its key checked (La Poste's exception known).

    Raises `InvalidAnswers` on the field `siret`.
    """
    try:
        return str(sirets.validate(text))
    except (ValidationError, ValueError) as error:
        raise errors.InvalidAnswers(
            {"siret": [_("Ce numéro SIRET n’est pas valable : 14 chiffres, vérifiez-les.")]}
        ) from error


def require_siren(text: str) -> str:
    """Give a SIREN without its blanks, its key checked. Raises `InvalidAnswers` on the field `siren`."""
    try:
        return str(sirens.validate(text))
    except (ValidationError, ValueError) as error:
        raise errors.InvalidAnswers(
            {"siren": [_("Ce numéro SIREN n’est pas valable : 9 chiffres, vérifiez-les.")]}
        ) from error


def siret_key(siret: str | None) -> str | None:
    """The SIREN within a SIRET, or None when there is none or it is not valid."""
    try:
        return require_siret(siret)[:9] if siret else None
    except errors.InvalidAnswers:
        return None


def _checked_name(name: str) -> str:
    trimmed = " ".join(name.split())
    if not trimmed or len(trimmed) > LONGEST_NAME or not trimmed.isprintable():
        raise errors.InvalidAnswers({"name": [_("Indiquez le nom, en 200 caractères au plus.")]})
    return trimmed


def _identify(
    work: UnitOfWork, organisation: Organisation, siret: str, from_date: date | None
) -> OrganisationIdentifier:
    """Open the period of a SIRET, closing the one before it on that day."""
    start = from_date or basins.today(work, None)
    current = work.database.scalars(
        sa.select(OrganisationIdentifier).where(
            OrganisationIdentifier.organisation_id == organisation.id,
            OrganisationIdentifier.valid_to.is_(None),
        )
    ).one_or_none()
    if current is not None:
        if start < current.valid_from:
            raise errors.InvalidAnswers(
                {"from_date": [_("Cette date vient avant celle du numéro précédent.")]}
            )
        current.valid_to = start
    found = OrganisationIdentifier(organisation_id=organisation.id, siret=siret, valid_from=start)
    work.database.add(found)
    work.database.flush()
    work.record(
        "people.organisation.identified",
        chain=organisation.id,
        subject=organisation.id,
        valid_from=start,
        content={"siret": siret},
    )
    return found


def _in_basin(basin_id: int) -> sa.Exists:
    return (
        sa.select(1)
        .where(Assignment.organisation_id == Organisation.id, Assignment.basin_id == basin_id)
        .exists()
    )


def _card(organisation: Organisation, *, in_basin: bool, siret: str | None = None) -> Card:
    return Card(
        id=organisation.id,
        name=organisation.name,
        siren=organisation.siren,
        city=organisation.city,
        in_basin=in_basin,
        siret=siret,
        phone=organisation.phone if in_basin else None,
    )
