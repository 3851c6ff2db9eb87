"""One-time codes sent by mail, and the devices on which a member is remembered (D20)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NoReturn
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.people import accounts, attempts, passwords, persons, proofs
from engine.people.models import Account, Device, Person, SignInCode
from engine.persistence.base import new_id

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

SIGN_IN = "sign_in"
TASK = "task"
SIGNATURE = "signature"  # Asked for by somebody signed in, who is about to sign.
# What a right code of each purpose proves: a signature may lean on it for a while.
PROVES = {
    SIGN_IN: proofs.Means.SIGN_IN_CODE,
    TASK: proofs.Means.TASK_CODE,
    SIGNATURE: proofs.Means.SIGNATURE_CODE,
}
LASTING = timedelta(minutes=10)
ATTEMPTS = 5
# Per quarter of an hour: codes for one person asked from one network address, and from all of them together,
# so that whoever knows somebody's address neither keeps them out nor fills their mailbox.
SENT_AT_MOST = 5
SENT_IN_ALL = 30
LIVE_AT_MOST = 3  # A mail may come after the next one was asked for: these are still taken.
SENT_WINDOW = timedelta(minutes=15)
REMEMBERED = timedelta(days=90)
KEPT = timedelta(days=1)


class WrongCode(errors.NotAllowed):
    """Ce code ne convient pas, ou n’est plus valable. Vérifiez-le, ou demandez-en un autre."""

    is_counted = True


class TooManyCodes(errors.NotAllowed):
    """Plusieurs codes viennent d’être envoyés. Regardez vos courriels, ou réessayez dans {minutes} min."""


class NoAddress(errors.Conflict):
    """Aucune adresse de courriel n’est connue pour cette personne : votre opérateur peut la compléter."""


class OneTaskOnly(errors.NotAllowed):
    """Sans compte, un code n’ouvre que la tâche reçue par courriel : suivez le lien du courriel."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A code just made: the browser that asked for it keeps its identifier, never the code."""

    id: UUID
    person_id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class CodeSession:
    """What a right code opens: a member's own session, or one limited to a task."""

    person_id: UUID
    scope_task_id: UUID | None


def send_code(
    work: UnitOfWork,
    person_id: UUID,
    purpose: str = SIGN_IN,
    task_id: UUID | None = None,
    *,
    address: str = "",
) -> Sent:
    """Make a code of six digits for a person, asked from a network address; the caller mails it.

    Good for ten minutes, five tries, once; only its hash is kept. Those sent before stay good until one
    of them is used, because anybody may ask for another. Somebody without an account only gets one for a
    task. That the task is theirs is for the caller to have checked.
    Raises `NoAddress`, `OneTaskOnly`, `TooManyCodes`, `accounts.DisabledAccount`.
    """
    person = _locked(work, person_id)
    if not person.email:
        raise NoAddress
    account = work.database.get(Account, person_id)
    if account is None and task_id is None:
        raise OneTaskOnly
    if account is not None and account.disabled_at is not None:
        raise accounts.DisabledAccount
    _require_few_sent(work, person_id, address)
    code = f"{secrets.randbelow(10**6):06}"
    code_id = new_id()
    work.database.add(
        SignInCode(
            id=code_id,
            person_id=person_id,
            purpose=purpose,
            task_id=task_id,
            code_hash=passwords.hash_secret(code),
            created_at=work.wall,
            expires_at=work.wall + LASTING,
            attempts=0,
        )
    )
    attempts.count_sent(work, person_id=person_id, address=address)
    work.record("people.code.sent", chain=person_id, subject=person_id, purpose=purpose, task=task_id)
    return Sent(code_id, person_id, code)


def send_sign_in_code(work: UnitOfWork, email: str, *, address: str = "") -> Sent | None:
    """Make a sign-in code for whoever has an account at this address, or give None.

    The page answers the same in both cases, and after the same time: whether an account exists is
    never said. A disabled account, or one that had enough codes, counts as none.
    """
    account = accounts.find_by_email(work, email)
    try:
        if account is not None:
            return send_code(work, account.person_id, SIGN_IN, address=address)
    except errors.EngineError:
        pass
    passwords.hash_secret("000000")
    return None


def verify(
    work: UnitOfWork,
    *,
    person_id: UUID,
    code: str,
    address: str,
    purpose: str = SIGN_IN,
    task_id: UUID | None = None,
    among: Collection[UUID] | None = None,
) -> CodeSession:
    """Take the code that a person received: the member's own session, or one limited to the task.

    Only one of those in `among` (None: any) is taken: what this browser asked for, so that codes that
    somebody else asked for are neither an obstacle nor one more chance to guess. A right one is a fresh
    proof of who they are (`proofs`); to sign, it opens nothing more.

    A wrong code is kept although it is refused: the unit of work should hold nothing else. Roles that
    need a second factor are asked for it next (`second_factor.verify`).
    Raises `WrongCode`, `attempts.TooManyAttempts`, `accounts.DisabledAccount`.
    """
    _locked(work, person_id)
    attempts.require_below_limits(work, subject=person_id.hex, address=address)
    live = _live(work, person_id, purpose, task_id, among)
    for each in live:
        each.attempts += 1
    digits = "".join(character for character in code if character.isdecimal())
    sent = _matching(live, digits, tries=LIVE_AT_MOST if among is None else len(among))
    if sent is None:
        _refuse(work, person_id, address)
    sent.used_at = work.wall
    _void(work, person_id)
    account = work.database.get(Account, person_id)
    if account is not None and account.disabled_at is not None:
        raise accounts.DisabledAccount
    attempts.count(work, subject=person_id.hex, address=address, succeeded=True)
    proofs.prove(work, person_id=person_id, means=PROVES[purpose], task_id=task_id, address=address)
    if purpose != SIGNATURE:
        accounts.note_sign_in(work, person_id, by="code")
    return CodeSession(person_id, None if account is not None else task_id)


def verify_sign_in(
    work: UnitOfWork, *, email: str, code: str, address: str, among: Collection[UUID] | None = None
) -> CodeSession:
    """Take a sign-in code from whoever typed this address; an unknown one is a wrong code.

    Raises `WrongCode`, `attempts.TooManyAttempts`, `accounts.DisabledAccount`.
    """
    account = accounts.find_by_email(work, email)
    if account is not None:
        return verify(work, person_id=account.person_id, code=code, address=address, among=among)
    # Counted apart from passwords, as those of an account are: both limits together would tell otherwise.
    typed = f"code {persons.fold_email(email)}"
    attempts.require_below_limits(work, subject=typed, address=address)
    _matching([], code, tries=LIVE_AT_MOST if among is None else len(among))
    attempts.count(work, subject=typed, address=address, succeeded=False)
    raise WrongCode


def remember_device(
    work: UnitOfWork, person_id: UUID, *, label: str = "", with_second_factor: bool = False
) -> str:
    """Remember a member on this device for 90 days; gives the secret for its cookie, shown this once.

    Raises `accounts.NoAccount`: somebody limited to a task is not remembered.
    """
    accounts.find(work, person_id)
    secret = secrets.token_urlsafe(32)
    device = Device(
        person_id=person_id,
        token_hash=_hash(secret),
        label=label[:120],
        with_second_factor=with_second_factor,
        created_at=work.wall,
        expires_at=work.wall + REMEMBERED,
    )
    work.database.add(device)
    work.database.flush()
    work.record("people.device.remembered", chain=person_id, subject=device.id)
    return secret


def recognise_device(work: UnitOfWork, secret: str) -> Device | None:
    """The device that keeps this secret, while it is remembered and its account open; reads only."""
    statement = (
        sa.select(Device)
        .join(Account, Account.person_id == Device.person_id)
        .where(
            Device.token_hash == _hash(secret),
            Device.expires_at > work.wall,
            Device.revoked_at.is_(None),
            Account.disabled_at.is_(None),
        )
    )
    return work.database.scalars(statement).one_or_none()


def devices_of(work: UnitOfWork, person_id: UUID) -> list[Device]:
    """List the devices on which a person is remembered, the latest first."""
    statement = (
        sa.select(Device)
        .where(Device.person_id == person_id, Device.expires_at > work.wall, Device.revoked_at.is_(None))
        .order_by(Device.created_at.desc())
    )
    return list(work.database.scalars(statement))


def forget_device(work: UnitOfWork, person_id: UUID, *, device_id: UUID) -> None:
    """Forget one of a person's devices. Raises `NotFound` when it is not theirs."""
    device = work.database.get(Device, device_id)
    if device is None or device.person_id != person_id:
        raise errors.NotFound
    device.revoked_at = device.revoked_at or work.wall
    work.database.flush()
    work.record("people.device.forgotten", chain=person_id, subject=device_id)


def purge(work: UnitOfWork) -> int:
    """Delete codes and devices that are long over, and proofs that served nothing; how many."""
    over = (
        sa.delete(SignInCode).where(SignInCode.expires_at < work.wall - KEPT),
        sa.delete(Device).where(Device.expires_at < work.wall - KEPT),
    )
    gone = sum(int(work.connection.execute(statement).rowcount) for statement in over)
    return gone + proofs.purge(work)


def _locked(work: UnitOfWork, person_id: UUID) -> Person:
    """The person's row, locked: codes tried at once are counted one after the other."""
    statement = (
        sa.select(Person)
        .where(Person.id == person_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    person = work.database.scalars(statement).one_or_none()
    if person is None:
        raise persons.UnknownPerson
    return person


def _matching(live: list[SignInCode], digits: str, *, tries: int) -> SignInCode | None:
    """The code that was typed; as slow whether there are codes or none, so that nothing is revealed."""
    found = None
    for number in range(max(1, tries, len(live))):
        each = live[number] if number < len(live) else None
        if passwords.matches(digits, None if each is None else each.code_hash):
            found = found or each
    return found


def _void(work: UnitOfWork, person_id: UUID) -> None:
    """Void what was sent to a person and not used."""
    work.database.execute(
        sa.update(SignInCode)
        .where(
            SignInCode.person_id == person_id,
            SignInCode.used_at.is_(None),
            SignInCode.cancelled_at.is_(None),
        )
        .values(cancelled_at=work.wall)
    )


def _live(
    work: UnitOfWork, person_id: UUID, purpose: str, task_id: UUID | None, among: Collection[UUID] | None
) -> list[SignInCode]:
    statement = (
        sa.select(SignInCode)
        .where(
            SignInCode.person_id == person_id,
            SignInCode.purpose == purpose,
            SignInCode.task_id == task_id,
            SignInCode.used_at.is_(None),
            SignInCode.cancelled_at.is_(None),
            SignInCode.expires_at > work.wall,
            SignInCode.attempts < ATTEMPTS,
        )
        .order_by(SignInCode.created_at.desc(), SignInCode.id.desc())
        .limit(LIVE_AT_MOST)
    )
    if among is not None:
        statement = statement.where(SignInCode.id.in_(among))
    return list(work.database.scalars(statement))


def _require_few_sent(work: UnitOfWork, person_id: UUID, address: str) -> None:
    since = work.wall - SENT_WINDOW
    for limit, where in ((SENT_AT_MOST, address), (SENT_IN_ALL, None)):
        oldest = attempts.nth_sent(work, person_id=person_id, address=where, since=since, number=limit)
        if oldest is not None:
            until = oldest + SENT_WINDOW
            minutes = max(1, -(-int((until - work.wall).total_seconds()) // 60))
            raise TooManyCodes(minutes=minutes, until=until)


def _refuse(work: UnitOfWork, person_id: UUID, address: str) -> NoReturn:
    attempts.count(work, subject=person_id.hex, address=address, succeeded=False)
    work.record("people.code.refused", chain=person_id, subject=person_id)
    raise WrongCode


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
