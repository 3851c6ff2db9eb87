"""Accounts: open one, sign in with a password, change it, disable it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NoReturn
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.i18n import mark as _
from engine.people import attempts, passwords, persons, proofs, second_factor
from engine.people.models import Account, ApiToken, Device, Person
from engine.persistence import claims

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


class WrongCredentials(errors.NotAllowed):
    """L’adresse ou le mot de passe ne convient pas. Vérifiez-les, ou demandez un code par courriel."""

    is_counted = True


class DisabledAccount(errors.NotAllowed):
    """Ce compte est désactivé. Votre opérateur peut vous renseigner."""

    is_counted = True


class NoAccount(errors.NotFound):
    """Cette personne n’a pas de compte."""


class AccountExists(errors.Conflict):
    """Un compte existe déjà pour cette personne ou cette adresse."""


def create(
    work: UnitOfWork,
    *,
    person_id: UUID,
    email: str | None = None,
    password: str | None = None,
    password_hash: str | None = None,
) -> Account:
    """Open an account for a person, at their address; without a password they sign in by code (D20).

    `password_hash`, made by `passwords.hash_secret`, serves many accounts made at once.
    Raises `AccountExists`, `persons.ErasedPerson`, and `InvalidAnswers` for a missing address or a weak
    password.
    """
    person = persons.require_known(persons.find(work, person_id))
    address = persons.fold_email(email or person.email or "")
    if not address:
        raise errors.InvalidAnswers({"email": [_("Un compte demande une adresse de courriel.")]})
    if password is not None:
        passwords.require_strong(password, full_name=person.full_name, email=address)
        password_hash = passwords.hash_secret(password)
    if person.email != address:
        persons.correct(work, person_id, email=address)
    for name in (str(person_id), address):  # Whoever opens the same at this instant waits, and is told.
        claims.hold_name(work, name, alone=True)
    taken = sa.select(Account).where(sa.or_(Account.email == address, Account.person_id == person_id))
    if work.database.scalars(taken).first() is not None:
        raise AccountExists
    account = Account(
        person_id=person_id, email=address, password_hash=password_hash, generation=1, created_at=work.wall
    )
    work.database.add(account)
    work.database.flush()
    work.record("people.account.opened", chain=person_id, subject=person_id)
    return account


def find(work: UnitOfWork, person_id: UUID) -> Account:
    """Find a person's account. Raises `NoAccount`."""
    account = work.database.get(Account, person_id)
    if account is None:
        raise NoAccount
    return account


def find_by_email(work: UnitOfWork, email: str) -> Account | None:
    """The account that signs in with this address, if there is one; pages never tell."""
    statement = sa.select(Account).where(Account.email == persons.fold_email(email))
    return work.database.scalars(statement).one_or_none()


def every(work: UnitOfWork) -> list[tuple[Person, Account]]:
    """List the accounts with their persons, by name."""
    statement = (
        sa.select(Person, Account).join(Account, Account.person_id == Person.id).order_by(Person.search_name)
    )
    return [(person, account) for person, account in work.database.execute(statement)]


def sign_in(
    work: UnitOfWork,
    email: str,
    password: str,
    address: str,
    second_factor: str | None = None,
    *,
    demonstration: bool = False,
) -> Person:
    """Recognise a person by address, password and, once registered, second factor.

    `address` is the network address, for limits. A failure is kept although it is refused, so the
    unit of work should hold nothing else. Whether an account exists is never said: an unknown
    address, an account without password and a wrong password are one refusal, in the same time.
    A demonstration asks for no second factor. The caller then asks `second_factor.must_set_up`.
    Raises `attempts.TooManyAttempts`, `WrongCredentials`, `DisabledAccount` (only after the right
    password), `second_factor.SecondFactorNeeded`, `second_factor.WrongSecondFactor`.
    """
    typed = persons.fold_email(email)
    account = _locked(work, typed)
    attempts.require_below_limits(work, subject=typed, address=address)
    matched = passwords.matches(password, account.password_hash if account else None)
    if account is None or not matched:
        _refuse(work, account, typed, address, WrongCredentials())
    if account.disabled_at is not None:
        _refuse(work, account, typed, address, DisabledAccount())
    if account.totp_confirmed_at is not None and not demonstration:
        _require_second_factor(work, account, second_factor, address)
    if account.password_hash is not None and passwords.is_outdated(account.password_hash):
        account.password_hash = passwords.hash_secret(password)
    attempts.count(work, subject=typed, address=address, succeeded=True)
    note_sign_in(work, account.person_id, by="password")
    return persons.find(work, account.person_id)


def note_sign_in(work: UnitOfWork, person_id: UUID, *, by: str) -> None:
    """Remember when a person was last seen, and tell their history how they signed in."""
    account = work.database.get(Account, person_id)
    if account is not None:
        account.last_seen_at = work.wall
        work.database.flush()
    work.record("people.account.signed_in", chain=person_id, subject=person_id, by=by)


def change_password(
    work: UnitOfWork, person_id: UUID, *, current: str | None, new: str, address: str
) -> None:
    """Change one's own password; other sessions, devices and tokens end.

    `current` is needed when there is one. Raises `WrongCredentials` (counted), `TooManyAttempts`,
    `InvalidAnswers` on `password`.
    """
    account = _locked(work, find(work, person_id).email)
    if account is None:
        raise NoAccount
    if account.password_hash is not None:
        attempts.require_below_limits(work, subject=account.email, address=address)
        if not passwords.matches(current or "", account.password_hash):
            _refuse(work, account, account.email, address, WrongCredentials())
    set_password(work, person_id, new)


def set_password(work: UnitOfWork, person_id: UUID, password: str | None) -> None:
    """Give an account another password, or none: it then signs in by code. Everything open ends.

    Raises `NoAccount`, `InvalidAnswers` on `password`.
    """
    account = find(work, person_id)
    if password is not None:
        person = persons.find(work, person_id)
        passwords.require_strong(password, full_name=person.full_name, email=account.email)
    account.password_hash = None if password is None else passwords.hash_secret(password)
    end_everything(work, person_id)
    work.record("people.password.changed", chain=person_id, subject=person_id, has_one=password is not None)


def lock(work: UnitOfWork, person_ids: Iterable[UUID]) -> dict[UUID, Account]:
    """Lock the accounts of several persons, and read them again; whoever has none is left out.

    In the order of their identifiers: two acts that lock some of the same ones take turns.
    """
    work.database.flush()
    found = work.database.scalars(
        sa.select(Account)
        .where(Account.person_id.in_(set(person_ids)))
        .order_by(Account.person_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {each.person_id: each for each in found}


def disable(work: UnitOfWork, person_id: UUID) -> None:
    """Close an account's door and end everything that it had open. Raises `NoAccount`."""
    account = find(work, person_id)
    if account.disabled_at is not None:
        return
    account.disabled_at = work.wall
    end_everything(work, person_id)
    work.record("people.account.disabled", chain=person_id, subject=person_id)


def closed_among(work: UnitOfWork, person_ids: Iterable[UUID | None]) -> set[UUID]:
    """Those of several persons whose account is closed: they have left, and are proposed for nothing."""
    wanted = {person_id for person_id in person_ids if person_id is not None}
    if not wanted:
        return set()
    closed = sa.select(Account.person_id).where(
        Account.person_id.in_(wanted), Account.disabled_at.is_not(None)
    )
    return set(work.connection.scalars(closed))


def enable(work: UnitOfWork, person_id: UUID) -> None:
    """Open again a disabled account. Raises `NoAccount`."""
    account = find(work, person_id)
    if account.disabled_at is None:
        return
    account.disabled_at = None
    work.database.flush()
    work.record("people.account.enabled", chain=person_id, subject=person_id)


def end_sessions(work: UnitOfWork, person_id: UUID) -> None:
    """End everything that somebody has open, on their own demand. Raises `NoAccount`."""
    end_everything(work, person_id)
    work.record("people.sessions.ended", chain=person_id, subject=person_id)


def end_everything(work: UnitOfWork, person_id: UUID) -> None:
    """End every session (by raising the generation they carry), remembered device, token and proof."""
    find(work, person_id).generation += 1
    work.database.flush()
    for table in (Device, ApiToken):
        work.database.execute(
            sa.update(table)
            .where(table.person_id == person_id, table.revoked_at.is_(None))
            .values(revoked_at=work.wall)
        )
    proofs.void(work, person_id)


def _locked(work: UnitOfWork, email: str) -> Account | None:
    """The account with this address, locked, so that tries at once are counted one after the other."""
    return work.database.scalars(
        sa.select(Account)
        .where(Account.email == email)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _require_second_factor(work: UnitOfWork, account: Account, code: str | None, address: str) -> None:
    if not code or not code.strip():
        raise second_factor.SecondFactorNeeded
    if not second_factor.accept(work, account, code):
        _refuse(work, account, account.email, address, second_factor.WrongSecondFactor())
    proofs.prove(work, person_id=account.person_id, means=proofs.Means.SECOND_FACTOR, address=address)


def _refuse(
    work: UnitOfWork, account: Account | None, typed: str, address: str, refusal: errors.EngineError
) -> NoReturn:
    attempts.count(work, subject=typed, address=address, succeeded=False)
    if account is not None:
        work.record(
            "people.account.sign_in_refused",
            chain=account.person_id,
            subject=account.person_id,
            reason=type(refusal).__name__,
        )
    raise refusal
