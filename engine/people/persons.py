"""Persons: add, find, correct; a person may have no account."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors, i18n
from engine.i18n import mark as _
from engine.people.folding import clean, fold
from engine.people.models import Account, Person

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

LONGEST_NAME = 200
LONGEST_EMAIL = 254
EMAIL = re.compile(
    r"[^\s@<>,;:\"()\[\]\\\x00-\x1f]+@[^\s@<>,;:\"()\[\]\\\x00-\x1f.]+(\.[^\s@<>,;:\"()\[\]\\.]+)+"
)
PHONE = re.compile(r"\+?[0-9][0-9 .()-]{5,24}")
CORRECTABLE = ("full_name", "email", "phone", "locale")


class UnknownPerson(errors.NotFound):
    """Cette personne n’est pas connue."""


class ErasedPerson(errors.Conflict):
    """Cette personne est effacée : il ne reste d’elle qu’un identifiant, qui ne sert plus."""


def add(
    work: UnitOfWork,
    *,
    full_name: str,
    email: str | None = None,
    phone: str | None = None,
    locale: str = "fr",
    fictitious: bool = False,
) -> Person:
    """Add a person, who has no account and no role yet. Raises `InvalidAnswers` by field."""
    values = checked({"full_name": full_name, "email": email, "phone": phone, "locale": locale})
    person = Person(
        **values,
        search_name=fold(values["full_name"] or ""),
        fictitious=fictitious,
        created_at=work.now,
    )
    work.database.add(person)
    work.database.flush()
    work.record("people.person.added", chain=person.id, subject=person.id, content=values)
    return person


def find(work: UnitOfWork, person_id: UUID) -> Person:
    """Find a person. Raises `UnknownPerson`."""
    person = work.database.get(Person, person_id)
    if person is None:
        raise UnknownPerson
    return person


def lock(work: UnitOfWork, person_id: UUID) -> Person:
    """A person, their row locked and read again; after the dossier, where there is one.

    Raises `UnknownPerson`.
    """
    work.database.flush()
    person = work.database.get(Person, person_id, with_for_update=True, populate_existing=True)
    if person is None:
        raise UnknownPerson
    return person


def require_known(person: Person) -> Person:
    """A person of whom something is left. Raises `ErasedPerson`."""
    if person.erased_at is not None:
        raise ErasedPerson
    return person


def names(work: UnitOfWork, person_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The full names of several persons, in one statement; unknown ones are left out."""
    wanted = {person_id for person_id in person_ids if person_id is not None}
    if not wanted:
        return {}
    statement = sa.select(Person.id, Person.full_name).where(Person.id.in_(wanted))
    return {row.id: row.full_name for row in work.connection.execute(statement)}


def several(work: UnitOfWork, person_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Several persons by identifier, in one statement; unknown ones are left out."""
    wanted = set(person_ids)
    if not wanted:
        return {}
    found = work.database.scalars(sa.select(Person).where(Person.id.in_(wanted)))
    return {person.id: person for person in found}


def by_email(work: UnitOfWork, email: str) -> list[Person]:
    """List the persons with this address; two may share one."""
    statement = sa.select(Person).where(Person.email == fold_email(email)).order_by(Person.full_name)
    return list(work.database.scalars(statement))


def search(work: UnitOfWork, text: str, *, at_most: int = 50) -> list[Person]:
    """List the persons whose name has every word of `text`, whatever its case and accents."""
    words = fold(text).split()
    matches = [Person.search_name.contains(word, autoescape=True) for word in words]
    statement = sa.select(Person).where(*matches).order_by(Person.search_name, Person.id).limit(at_most)
    return list(work.database.scalars(statement))


def correct(work: UnitOfWork, person_id: UUID, **changes: str | None) -> Person:
    """Correct a person's name, address, phone or language; another address is presumed to work.

    The account follows the address. Who may change whose address: `permissions.require_may_manage`.
    Raises `UnknownPerson`, `ErasedPerson`, and `InvalidAnswers` by field.
    """
    person = require_known(find(work, person_id))
    current = {field: getattr(person, field) for field in CORRECTABLE}
    unknown = set(changes) - set(CORRECTABLE)
    if unknown:
        raise TypeError(f"not correctable: {', '.join(sorted(unknown))}")
    values = checked({**current, **changes})
    changed = {field: value for field, value in values.items() if value != current[field]}
    if not changed:
        return person
    if "email" in changed:
        _move_account(work, person, changed["email"])
    for field, value in changed.items():
        setattr(person, field, value)
    person.search_name = fold(person.full_name)
    work.database.flush()
    work.record(
        "people.person.corrected",
        chain=person.id,
        subject=person.id,
        fields=sorted(changed),
        content={"from": {field: current[field] for field in changed}, "to": changed},
    )
    return person


def mark_address_invalid(work: UnitOfWork, person_id: UUID) -> bool:
    """Remember that mail does not arrive (D10); False when that was known already."""
    person = find(work, person_id)
    if person.address_invalid_at is not None:
        return False
    person.address_invalid_at = work.now
    work.database.flush()
    work.record("people.address.found_invalid", chain=person.id, subject=person.id)
    return True


def _move_account(work: UnitOfWork, person: Person, email: str | None) -> None:
    """Let the account, if there is one, sign in with the new address."""
    person.address_invalid_at = None
    account = work.database.get(Account, person.id)
    if account is None:
        return
    if email is None:
        raise errors.InvalidAnswers({"email": [_("Un compte demande une adresse de courriel.")]})
    taken = sa.select(Account.person_id).where(Account.email == email, Account.person_id != person.id)
    if work.connection.execute(taken).first() is not None:
        raise errors.InvalidAnswers({"email": [_("Un autre compte utilise déjà cette adresse.")]})
    account.email = email


def fold_email(email: str) -> str:
    """Give an address as it is kept and compared: trimmed, in lower case."""
    return clean(email).lower()


def checked(values: Mapping[str, str | None]) -> dict[str, str | None]:
    """Give a person's fields trimmed, empty ones as None.

    Raises `InvalidAnswers` by field: a name is needed; the rest must look like what it is.
    """
    trimmed = {field: (value or "").strip() or None for field, value in values.items()}
    messages: dict[str, list[str]] = {}
    name, email, phone = trimmed["full_name"], trimmed["email"], trimmed["phone"]
    if name is None or len(name) > LONGEST_NAME or not name.isprintable():
        messages["full_name"] = [_("Indiquez le prénom et le nom, en 200 caractères au plus.")]
    if email is not None:
        trimmed["email"] = email = fold_email(email)
        if len(email) > LONGEST_EMAIL or not EMAIL.fullmatch(email):
            messages["email"] = [
                _("Cette adresse de courriel n’est pas complète (exemple : nom@exemple.fr).")
            ]
    if phone is not None and not PHONE.fullmatch(phone):
        messages["phone"] = [_("Ce numéro de téléphone n’est pas complet (exemple : 01 99 00 12 34).")]
    if trimmed["locale"] not in i18n.LOCALES:
        messages["locale"] = [_("Choisissez le français ou l’anglais.")]
    if messages:
        raise errors.InvalidAnswers(messages)
    return trimmed
