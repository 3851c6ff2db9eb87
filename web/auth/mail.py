"""The mail that carries a code, and how an address is shown without being told."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import session

from engine.outbox import notify
from engine.people import codes

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


def mail_code(work: UnitOfWork, made: codes.Sent) -> None:
    """Leave the mail of a code, which the next tick sends, within five seconds.

    It does not leave from the request itself: waiting for a mail server only when the address is
    known would tell who has an account. Its row forgets the code once sent, or once it expired.
    """
    notify.notify(
        work,
        kind="code",
        recipient_id=made.person_id,
        data={"code": made.code, "expires_at": work.wall + codes.LASTING},
    )


def keep_code(code_id: UUID) -> None:
    """Remember in this browser which code it asked for, so that it takes no other."""
    session["codes"] = [*session.get("codes", ()), code_id.hex][-codes.LIVE_AT_MOST :]


def codes_kept() -> list[UUID]:
    """Which codes this browser asked for."""
    return [UUID(each) for each in session.get("codes", ())]


def masked(address: str | None) -> str:
    """An address as its owner knows it again and nobody else learns it: « c…@exemple.test »."""
    name, at, domain = (address or "").partition("@")
    return f"{name[:1]}…{at}{domain}" if at else ""
