"""A code just before signing: asked for, mailed, typed; apart from the signature, which leans on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from flask import request, session

from engine.i18n import mark as _
from engine.people import codes, persons, proofs
from web import typography
from web import work as web_work
from web.auth.mail import codes_kept, keep_code, mail_code, masked
from web.auth.viewers import viewer

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

ASKED = "signature_code_for"
SEVERAL = "several"  # Of the page where several acts are signed at once: no task of its own.


@dataclass(frozen=True, slots=True)
class Proved:
    """How far the reader is in showing who they are."""

    left: timedelta | None  # How long a signature may still lean on what they proved; None: nothing fresh.
    is_asked: bool  # A code was sent to this browser, for this.
    address: str  # Where it goes, as its owner knows it again.


def state(work: UnitOfWork, task_id: UUID | None) -> Proved:
    """What the reader proved lately, and whether a code is on its way."""
    person_id = viewer().person_id
    found = proofs.fresh(work, person_id=person_id, task_id=task_id)
    person = persons.find(work, person_id)
    return Proved(
        found.proved_at + proofs.GOOD_FOR - work.wall if found else None,
        session.get(ASKED) == mark(task_id),
        masked(person.email),
    )


def still_good(proved: Proved) -> str | None:
    """How long the reader may still sign; a time of day would be the machine’s, not the programme’s (D6)."""
    if proved.left is None:
        return None
    minutes = math.ceil(proved.left.total_seconds() / 60)
    one = _("Identité confirmée : vous pouvez signer pendant encore {count} minute.")
    several = _("Identité confirmée : vous pouvez signer pendant encore {count} minutes.")
    return typography.counted(minutes, one, several, web_work.locale())


def mark(task_id: UUID | None) -> str:
    """What this browser remembers having asked a code for."""
    return task_id.hex if task_id else SEVERAL


def send(task_id: UUID | None) -> None:
    """Mail the reader a code to sign a task with, or several acts at once.

    Raises `codes.TooManyCodes`, `codes.NoAddress`, `codes.OneTaskOnly`.
    """
    with web_work.start_work() as work:
        made = codes.send_code(
            work, viewer().person_id, codes.SIGNATURE, task_id, address=request.remote_addr or ""
        )
        mail_code(work, made)
    keep_code(made.id)
    session[ASKED] = mark(task_id)


def verify(task_id: UUID | None) -> None:
    """Take the code that the reader typed: a fresh proof, in a unit of its own.

    Raises `codes.WrongCode`, `attempts.TooManyAttempts`.
    """
    with web_work.start_work() as work:
        codes.verify(
            work,
            person_id=viewer().person_id,
            code=request.form.get("code", ""),
            address=request.remote_addr or "",
            purpose=codes.SIGNATURE,
            task_id=task_id,
            among=codes_kept(),
        )
    session.pop(ASKED, None)
