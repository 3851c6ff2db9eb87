"""Before a signature: read the file that it binds, and confirm by a code who one is."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import make_response, redirect, request, url_for

from engine import errors
from engine.agreements import presenting, proving
from engine.documents import requests
from engine.people import attempts, codes, proofs
from engine.people.permissions import Permission
from engine.runtime import locking, tasks
from web import errors as web_errors
from web import paper_files
from web import work as web_work
from web.auth import for_one_task, limited, requires, signature_codes, viewer
from web.inbox.answers import sent
from web.inbox.blueprint import pages
from web.inbox.shown import Typed
from web.inbox.signature import FORM, PROOF
from web.inbox.task_page import task_page

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.persistence.unit_of_work import UnitOfWork

PLACES = ("inbox.send_signature_code", "inbox.verify_signature_code")


@pages.get("/taches/<uuid:task_id>/document", defaults={"number": 1})
@pages.get("/taches/<uuid:task_id>/document/<int:number>")
@requires(Permission.COMPLETE_TASK)
@for_one_task
def read_document(task_id: UUID, number: int) -> Response:
    """Send the file to sign, or the annex after it; one that is not made yet leads back to its task."""
    with web_work.start_reading() as work:
        standing = tasks.find(work, task_id=task_id)
        if not standing.is_officer and standing.task.assignee_id != viewer().person_id:
            raise locking.NotYours
        texts = presenting.texts_of(work, standing.task) if standing.task.form == FORM else []
        papers = [text.paper_id for text in texts if text.paper_id is not None]
        if not 1 <= number <= len(papers):
            raise requests.PaperNotFound
        found = requests.find(work, papers[number - 1])
    if not paper_files.is_made(found):
        return redirect(url_for("inbox.show_task", task_id=task_id), 303)
    return paper_files.sent(found)


@pages.post("/taches/<uuid:task_id>/signature/code")
@requires(Permission.COMPLETE_TASK)
@for_one_task
@limited
def send_signature_code(task_id: UUID) -> Response:
    """Mail a code to whoever has this line to sign."""
    with web_work.start_reading() as work:
        require_own(work, task_id)
    signature_codes.send(task_id)
    return redirect(url_for("inbox.show_task", task_id=task_id, _anchor="signer"), 303)


@pages.post("/taches/<uuid:task_id>/signature/code/verifier")
@requires(Permission.COMPLETE_TASK)
@for_one_task
@limited
def verify_signature_code(task_id: UUID) -> Response:
    """Take the code: the signature itself comes next, as an act of its own."""
    with web_work.start_reading() as work:
        require_own(work, task_id)
    signature_codes.verify(task_id)
    return redirect(url_for("inbox.show_task", task_id=task_id, _anchor="signer"), 303)


def require_own(work: UnitOfWork, task_id: UUID) -> None:
    """Only whoever has the line to sign proves who they are for it. Raises `locking.PersonalTask`."""
    standing = tasks.find(work, task_id=task_id)
    locking.require_open(standing)
    if standing.task.form != FORM or standing.task.assignee_id != viewer().person_id:
        raise locking.PersonalTask


@pages.errorhandler(codes.WrongCode)
@pages.errorhandler(codes.TooManyCodes)
@pages.errorhandler(codes.NoAddress)
@pages.errorhandler(attempts.TooManyAttempts)
@web_errors.unless_hidden
def ask_again(refusal: errors.EngineError) -> Response:
    """The page of the task again, with what is wrong with the code."""
    if request.endpoint not in PLACES:
        return web_errors.expected(refusal)
    typed = Typed(errors={"code": [web_errors.sentence_of(refusal)]}, act=PROOF)
    response = make_response(task_page(task_number(), typed, status=web_errors.status_of(refusal)))
    web_errors.say_when(response, refusal)
    return response


@pages.errorhandler(proofs.ProofNeeded)
@pages.errorhandler(proving.NotPrintedYet)
@web_errors.unless_hidden
def show_what_is_missing(refusal: errors.EngineError) -> Response:
    """The page again: it asks for a code where the proof is too old, or says that the file is being made."""
    if request.endpoint != "inbox.submit_task":
        return web_errors.expected(refusal)
    typed = Typed(sent().answers, {"": [web_errors.sentence_of(refusal)]})
    response = make_response(task_page(task_number(), typed, status=web_errors.status_of(refusal)))
    web_errors.say_when(response, refusal)
    return response


def task_number() -> UUID:
    """The task that this request is about."""
    return UUID(str((request.view_args or {})["task_id"]))
