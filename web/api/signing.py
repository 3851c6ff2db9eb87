"""What comes before a signature by the API: a code, which the signature then leans on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, jsonify, request

from engine.agreements import signatures
from engine.i18n import mark as _
from engine.people import codes, persons, proofs
from engine.people.permissions import Permission
from engine.runtime import locking, tasks
from web import auth
from web import work as web_work
from web.api import access, representations
from web.api.bodies import Body, Text
from web.api.endpoints import endpoint
from web.auth.mail import mail_code, masked

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


class Code(Body):
    """The six digits that came by mail."""

    code = Text(required=True, longest=20, shortest=1)


@endpoint(
    "POST",
    "/tasks/<uuid:task_id>/signature-code",
    title=_("Recevoir un code pour signer"),
    note=_("Un code part à l’adresse de la personne à qui la signature revient ; il vaut dix minutes."),
    permission=Permission.COMPLETE_TASK,
    answers={202: "SignatureCode"},
    refusals=(403, 404, 409, 429),
)
@auth.limited
def send_signature_code(task_id: UUID) -> Response:
    """Mail a code to whoever has this line to sign: a bearer signs online only after it."""
    with web_work.start_work() as work:
        require_own(work, task_id)
        made = codes.send_code(work, bearer_id(), codes.SIGNATURE, task_id, address=request.remote_addr or "")
        mail_code(work, made)
        person = persons.find(work, made.person_id)
        response = jsonify(
            address=masked(person.email), expires_at=representations.instant(work.wall + codes.LASTING)
        )
    response.status_code = 202
    return response


@endpoint(
    "POST",
    "/tasks/<uuid:task_id>/signature-proof",
    title=_("Confirmer son identité avant de signer"),
    note=_("Après le bon code, la signature en ligne de cette tâche est possible une demi-heure."),
    permission=Permission.COMPLETE_TASK,
    body=Code,
    answers={200: "SignatureProof"},
    refusals=(403, 404, 409, 429),
)
@auth.limited
def prove_identity(task_id: UUID, body: dict[str, Any]) -> Response:
    """Take the code: a fresh proof, that a signature of this task may lean on for half an hour."""
    with web_work.start_reading() as work:
        require_own(work, task_id)
    with web_work.start_work() as work:
        codes.verify(
            work, person_id=bearer_id(), code=body["code"], address=request.remote_addr or "",
            purpose=codes.SIGNATURE, task_id=task_id,
        )  # fmt: skip
        until = work.wall + proofs.GOOD_FOR
    return jsonify(proved_until=representations.instant(until))


def require_own(work: UnitOfWork, task_id: UUID) -> None:
    """Only whoever has the line to sign proves who they are for it. Raises `locking.PersonalTask`."""
    standing = tasks.find(work, task_id=task_id)
    locking.require_open(standing)
    if standing.task.form != signatures.FORM or standing.task.assignee_id != bearer_id():
        raise locking.PersonalTask


def bearer_id() -> UUID:
    """Who asks."""
    return access.caller().person.person_id
