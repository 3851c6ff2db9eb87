"""Fresh proofs: when somebody last showed who they are, which a signature on line leans on."""

# A proof is written by the unit that takes the code, before the act that signs: a wrong code is counted,
# which keeps its unit of work, and nothing signed may be kept with it. Times are the machine's (D6).

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.people.models import SignatureProof
from engine.persistence.base import new_id, table_of

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

GOOD_FOR = timedelta(minutes=30)
KEPT = timedelta(days=1)  # One that no signature leaned on is of no use to anybody after that.

proof = table_of(SignatureProof)


class ProofNeeded(errors.NotAllowed):
    """Confirmez votre identité par un code."""


class Means(StrEnum):
    """How somebody showed who they are."""

    TASK_CODE = "task_code"  # Sent with the link of one task, good for that task.
    SIGN_IN_CODE = "sign_in_code"
    SIGNATURE_CODE = "signature_code"  # Asked for in order to sign.
    SECOND_FACTOR = "second_factor"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a signature keeps of the proof it leans on; `address` is the network's."""

    id: UUID
    person_id: UUID
    task_id: UUID | None
    means: Means
    proved_at: datetime
    address: str | None


FRESH = (
    sa.select(
        proof.c.id, proof.c.person_id, proof.c.task_id, proof.c.means, proof.c.proved_at, proof.c.address
    )
    .where(
        proof.c.person_id == sa.bindparam("person"),
        proof.c.proved_at > sa.bindparam("since"),
        proof.c.voided_at.is_(None),
        sa.or_(proof.c.task_id.is_(None), proof.c.task_id == sa.bindparam("task", type_=sa.Uuid)),
    )
    .order_by(proof.c.proved_at.desc(), proof.c.id.desc())
    .limit(1)
)


def prove(
    work: UnitOfWork, *, person_id: UUID, means: str, task_id: UUID | None = None, address: str | None = None
) -> UUID:
    """Remember that a person has just shown who they are, from a network address; gives the proof's id.

    With a task, it is good for that task alone. Checking the code is the caller's, before.
    """
    given = SignatureProof(
        id=new_id(),
        person_id=person_id,
        task_id=task_id,
        means=Means(means).value,
        proved_at=work.wall,
        address=address or None,
    )
    work.database.add(given)
    work.database.flush()
    work.record(
        "people.proof.given", chain=person_id, subject=given.id, means=given.means, task=given.task_id
    )
    return given.id


def fresh(
    work: UnitOfWork, *, person_id: UUID, task_id: UUID | None, within: timedelta = GOOD_FOR
) -> Proof | None:
    """The last proof that a person gave lately enough to sign a task (None: several at once); reads only."""
    work.flush_objects()
    asked = {"person": person_id, "task": task_id, "since": work.wall - within}
    row = work.connection.execute(FRESH, asked).one_or_none()
    if row is None:
        return None
    return Proof(row.id, row.person_id, row.task_id, Means(row.means), row.proved_at, row.address)


def require(
    work: UnitOfWork, *, person_id: UUID, task_id: UUID | None, within: timedelta = GOOD_FOR
) -> Proof:
    """The proof on which a person may sign now. Raises `ProofNeeded` without one."""
    found = fresh(work, person_id=person_id, task_id=task_id, within=within)
    if found is None:
        raise ProofNeeded
    return found


def count_use(work: UnitOfWork, proof_id: UUID) -> None:
    """Remember that a signature leans on a proof, which is then kept as long as the signature."""
    work.connection.execute(
        sa.update(proof).where(proof.c.id == proof_id).values(used_count=proof.c.used_count + 1)
    )


def void(work: UnitOfWork, person_id: UUID) -> None:
    """Let no signature lean any more on what a person proved: everything that they had open was ended."""
    work.connection.execute(
        sa.update(proof)
        .where(proof.c.person_id == person_id, proof.c.voided_at.is_(None))
        .values(voided_at=work.wall)
    )


def purge(work: UnitOfWork) -> int:
    """Forget the proofs of yesterday that no signature leans on, and the addresses in them; how many."""
    old = sa.delete(proof).where(proof.c.used_count == 0, proof.c.proved_at < work.wall - KEPT)
    return int(work.connection.execute(old).rowcount)
