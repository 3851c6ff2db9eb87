"""The second factor: six digits from an application, or a recovery code, after the password or mail."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import pyotp
import sqlalchemy as sa

from engine import errors
from engine.i18n import mark as _
from engine.people import attempts, permissions, proofs
from engine.people.models import Account, Device, RecoveryCode, Role

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

ROLES = frozenset({Role.CHAIR, Role.OPERATOR, Role.ADMINISTRATOR})
RECOVERY_CODES = 10
STEP_SECONDS = 30
ISSUER = "Alizé"


class SecondFactorNeeded(errors.NotAllowed):
    """Saisissez le code à six chiffres de votre application, ou un code de secours."""


class WrongSecondFactor(errors.NotAllowed):
    """Ce code ne convient pas. Attendez le suivant, ou utilisez un code de secours."""

    is_counted = True


class SecondFactorToSetUp(errors.NotAllowed):
    """Votre rôle demande un second facteur : enregistrez votre application avant de continuer."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an application needs to produce codes: a secret to type, or an address to photograph."""

    secret: str
    uri: str


def is_needed(work: UnitOfWork, person_id: UUID) -> bool:
    """Tell whether a person's roles today ask for a second factor: chair, officer, administrator."""
    return bool(permissions.permissions_of(work, person_id).roles() & ROLES)


def must_set_up(work: UnitOfWork, person_id: UUID, *, demonstration: bool = False) -> bool:
    """Tell whether a person who signed in must first register an application; never in a demonstration."""
    if demonstration or not is_needed(work, person_id):
        return False
    account = work.database.get(Account, person_id)
    return account is None or account.totp_confirmed_at is None


def begin(work: UnitOfWork, person_id: UUID) -> Enrolment:
    """Propose a new secret; nothing is asked of the person until `confirm` has proved it works.

    Raises `errors.Conflict` when one is already in use: remove it first.
    """
    account = _account(work, person_id)
    if account.totp_confirmed_at is not None:
        raise errors.Conflict(_("Une application est déjà enregistrée : retirez-la d’abord."))
    account.totp_secret = pyotp.random_base32()
    work.database.flush()
    return _enrolment(account, account.totp_secret)


def proposed(work: UnitOfWork, person_id: UUID) -> Enrolment | None:
    """The secret proposed by `begin` and not confirmed yet; None when there is none. Reads only."""
    account = work.database.get(Account, person_id)
    if account is None or account.totp_secret is None or account.totp_confirmed_at is not None:
        return None
    return _enrolment(account, account.totp_secret)


def confirm(work: UnitOfWork, person_id: UUID, code: str) -> list[str]:
    """Register the application that produced `code`; gives the recovery codes, shown this once.

    Raises `InvalidAnswers` on `code` when it is not the application's.
    """
    account = _account(work, person_id)
    step = None if account.totp_secret is None else _step_of(work, account, code)
    if account.totp_confirmed_at is not None or step is None:
        raise errors.InvalidAnswers({"code": [_("Ce code ne convient pas. Attendez le suivant.")]})
    account.totp_confirmed_at = work.wall
    account.totp_last_step = step
    forget_devices(work, person_id)
    work.record("people.second_factor.registered", chain=person_id, subject=person_id)
    return renew_recovery_codes(work, person_id)


def renew_recovery_codes(work: UnitOfWork, person_id: UUID) -> list[str]:
    """Replace the recovery codes by ten new ones, each good once; only their hashes are kept."""
    work.database.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    made = [pyotp.random_base32(32)[:16].lower() for _number in range(RECOVERY_CODES)]
    work.database.add_all(RecoveryCode(person_id=person_id, code_hash=_hash(code)) for code in made)
    work.database.flush()
    work.record("people.recovery_codes.renewed", chain=person_id, subject=person_id, count=len(made))
    return ["-".join(code[start : start + 4] for start in range(0, 16, 4)) for code in made]


def remove(work: UnitOfWork, person_id: UUID) -> None:
    """Forget the application and the recovery codes: lost telephone, checked by the administrator."""
    account = _account(work, person_id)
    account.totp_secret = account.totp_confirmed_at = account.totp_last_step = None
    work.database.execute(sa.delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    forget_devices(work, person_id)
    work.record("people.second_factor.removed", chain=person_id, subject=person_id)


def forget_devices(work: UnitOfWork, person_id: UUID) -> None:
    """Forget every device that was spared the factor before: it is shown anew on each of them."""
    work.database.flush()
    work.database.execute(
        sa.update(Device)
        .where(
            Device.person_id == person_id,
            Device.with_second_factor.is_(True),
            Device.revoked_at.is_(None),
        )
        .values(revoked_at=work.wall)
    )


def verify(work: UnitOfWork, person_id: UUID, code: str, address: str) -> None:
    """Check the second factor of somebody whose first is proved (a code received by mail).

    A right one is a fresh proof of who they are (`proofs`).
    Raises `WrongSecondFactor`, counted, and `attempts.TooManyAttempts`.
    """
    account = _account(work, person_id)
    attempts.require_below_limits(work, subject=account.email, address=address)
    accepted = accept(work, account, code)
    attempts.count(work, subject=account.email, address=address, succeeded=accepted)
    if not accepted:
        work.record("people.second_factor.refused", chain=person_id, subject=person_id)
        raise WrongSecondFactor
    proofs.prove(work, person_id=person_id, means=proofs.Means.SECOND_FACTOR, address=address)


def accept(work: UnitOfWork, account: Account, code: str) -> bool:
    """Take a code of the application, or else a recovery code; each is good once.

    The account's row is locked by the caller.
    """
    step = _step_of(work, account, code)
    if step is not None:
        account.totp_last_step = step
        work.database.flush()
        return True
    statement = (
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.person_id == account.person_id,
            RecoveryCode.code_hash == _hash(_compact(code)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=work.wall)
    )
    if work.connection.execute(statement).rowcount != 1:
        return False
    work.record("people.recovery_code.used", chain=account.person_id, subject=account.person_id)
    return True


def recovery_codes_left(work: UnitOfWork, person_id: UUID) -> int:
    """How many recovery codes are still good."""
    statement = sa.select(sa.func.count()).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    )
    return work.connection.execute(statement).scalar_one()


def _enrolment(account: Account, secret: str) -> Enrolment:
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=ISSUER)
    return Enrolment(secret, uri)


def _step_of(work: UnitOfWork, account: Account, code: str) -> int | None:
    """The time step whose code this is: now, or one step around, and after the last one taken."""
    if account.totp_secret is None:
        return None
    given = _compact(code).encode()
    now = int(work.wall.timestamp()) // STEP_SECONDS
    for step in (now, now - 1, now + 1):
        expected = pyotp.TOTP(account.totp_secret).generate_otp(step).encode()
        is_new = account.totp_last_step is None or step > account.totp_last_step
        if secrets.compare_digest(expected, given) and is_new:
            return step
    return None


def _account(work: UnitOfWork, person_id: UUID) -> Account:
    statement = (
        sa.select(Account)
        .where(Account.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    account = work.database.scalars(statement).one_or_none()
    if account is None:
        raise errors.NotFound
    return account


def _compact(code: str) -> str:
    return "".join(character for character in code.lower() if character.isalnum() and character.isascii())


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
