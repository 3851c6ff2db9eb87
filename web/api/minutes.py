"""What a session leaves, as the API gives, signs, corrects and shows it: outcomes, minutes, errata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, jsonify, url_for

from engine.committee import errata, items, minutes, reading
from engine.i18n import mark as _
from engine.people import permissions, persons
from engine.people.permissions import Permission
from engine.projects.recording import coded
from engine.runtime import tasks
from web import work as web_work
from web.api import answering, representations, writes
from web.api.bodies import Answers, Body
from web.api.endpoints import endpoint
from web.api.sessions import readable
from web.api.voices import readable_item

if TYPE_CHECKING:
    from engine.committee.minutes_models import Erratum
    from engine.committee.models import CommitteeSession
    from engine.committee.reading import Read
    from engine.persistence.unit_of_work import UnitOfWork

OUTCOME, CHAIR, DRAFT, SIGN_OFF = "item_outcome", "item_chair", "minutes_draft", "minutes_sign_off"
ERRATUM = "session_erratum"
REFUSALS = (403, 404, 409, 503)


class Outcome(Body):
    """What became of an item."""

    answers = Answers(required=True, form=OUTCOME)


class Presided(Body):
    """Who presides over an item."""

    answers = Answers(required=True, form=CHAIR)


class Drafted(Body):
    """The words of the minutes."""

    answers = Answers(required=True, form=DRAFT)


class SignedOff(Body):
    """The chair's signature of the minutes, or why they are sent back."""

    answers = Answers(required=True, form=SIGN_OFF)


class Corrected(Body):
    """What signed minutes say wrong."""

    answers = Answers(required=True, form=ERRATUM)


@endpoint(
    "GET",
    "/sessions/<uuid:session_id>/minutes",
    title=_("Lire le procès-verbal d’une séance"),
    note=_("Un point dont on s’est déporté n’y figure que par son numéro."),
    permission=Permission.SEE_PROJECT,
    answers={200: "Minutes"},
    refusals=(404,),
)
def show_minutes(session_id: UUID) -> Response:
    """Show what became of each item, the minutes as they stand, and their errata."""
    with web_work.start_reading() as work:
        return jsonify(described(work, readable(work, session_id, Permission.SEE_PROJECT)))


@endpoint(
    "POST",
    "/sessions/<uuid:session_id>/minutes/submit",
    title=_("Donner un procès-verbal à signer"),
    note=_("« answers » répond au formulaire « minutes_draft »."),
    permission=Permission.CONDUCT_SESSION,
    body=Drafted,
    keyed=True,
    answers={200: "Minutes"},
    refusals=REFUSALS,
)
def submit_minutes(session_id: UUID, body: dict[str, Any]) -> Response:
    """Give the minutes to sign: every item has been concluded."""
    return stepped(session_id, DRAFT, Permission.CONDUCT_SESSION, body["answers"])


@endpoint(
    "POST",
    "/sessions/<uuid:session_id>/minutes/sign",
    title=_("Signer un procès-verbal, ou le renvoyer"),
    note=_("« answers » répond au formulaire « minutes_sign_off »."),
    permission=Permission.COMPLETE_TASK,
    body=SignedOff,
    keyed=True,
    answers={200: "Minutes"},
    refusals=REFUSALS,
)
def sign_minutes(session_id: UUID, body: dict[str, Any]) -> Response:
    """Sign the minutes whose hash is given, once every decision of the session is signed."""
    return stepped(session_id, SIGN_OFF, Permission.SEE_PROJECT, body["answers"])


@endpoint(
    "POST",
    "/agenda-items/<uuid:item_id>/outcome",
    title=_("Donner une suite à un point"),
    note=_("« answers » répond au formulaire « item_outcome »."),
    permission=Permission.CONDUCT_SESSION,
    body=Outcome,
    keyed=True,
    answers={200: "Minutes"},
    refusals=REFUSALS,
)
def give_outcome(item_id: UUID, body: dict[str, Any]) -> Response:
    """Say what became of an item that no decision settles."""

    def do(work: UnitOfWork, answers: dict[str, Any]) -> None:
        items.outcome(work, item_id, outcome=str(coded(answers["outcome"])), note=answers.get("note"))

    return conducted(item_id, OUTCOME, body["answers"], do)


@endpoint(
    "POST",
    "/agenda-items/<uuid:item_id>/chair",
    title=_("Confier la présidence d’un point"),
    note=_("« answers » répond au formulaire « item_chair »."),
    permission=Permission.CONDUCT_SESSION,
    body=Presided,
    keyed=True,
    answers={200: "Minutes"},
    refusals=REFUSALS,
)
def give_chair(item_id: UUID, body: dict[str, Any]) -> Response:
    """Let somebody eligible preside over an item, and sign what is decided of it (R14)."""

    def do(work: UnitOfWork, answers: dict[str, Any]) -> None:
        items.preside(work, item_id, person_id=answers["person_id"])

    return conducted(item_id, CHAIR, body["answers"], do)


@endpoint(
    "POST",
    "/sessions/<uuid:session_id>/errata",
    title=_("Établir un erratum"),
    note=_("« answers » répond au formulaire « session_erratum »."),
    permission=Permission.CONDUCT_SESSION,
    body=Corrected,
    keyed=True,
    answers={201: "Erratum"},
    refusals=REFUSALS,
)
def record_erratum(session_id: UUID, body: dict[str, Any]) -> Response:
    """Say what signed minutes got wrong: nothing signed is edited."""

    def made(work: UnitOfWork) -> str:
        session = readable(work, session_id, Permission.CONDUCT_SESSION)
        answers = answering.clean(
            work, ERRATUM, body["answers"], basin_id=session.basin_id, case_id=session_id
        )
        erratum = errata.record(
            work, session_id, item_id=answers.get("item_id"), wrong=answers["wrong"], right=answers["right"],
            reason=answers["reason"],
        )  # fmt: skip
        return url_for("api.show_erratum", erratum_id=erratum.id)

    write = writes.create(made)
    with web_work.start_reading() as work:
        return write.answer(jsonify(corrected(errata.find(work, write.made_id))))


@endpoint(
    "GET",
    "/errata/<uuid:erratum_id>",
    title=_("Lire un erratum"),
    permission=Permission.SEE_PROJECT,
    answers={200: "Erratum"},
    refusals=(404,),
)
def show_erratum(erratum_id: UUID) -> Response:
    """Show an erratum to whoever reads the minutes it is of."""
    with web_work.start_reading() as work:
        found = errata.find(work, erratum_id)
        rights = permissions.require(work, Permission.SEE_PROJECT, basin_id=found.basin_id)
        seen = errata.readable(work, found.session_id, without=rights.hidden())
        if found.id not in {each.id for each in seen}:
            raise errata.ErratumNotFound
        return jsonify(corrected(found))


def stepped(session_id: UUID, form: str, permission: Permission, answers: dict[str, object]) -> Response:
    """Complete the step of a session that waits for this form. Raises `minutes.NotWaiting`."""

    def do(work: UnitOfWork) -> None:
        session = readable(work, session_id, permission)
        task_id = minutes.waiting_task(work, session.id, form)
        tasks.complete(work, task_id=task_id, answers=answers, channel="json")

    return shown(writes.act(do, url_for("api.show_minutes", session_id=session_id)), session_id)


def conducted(item_id: UUID, form: str, raw: dict[str, object], act: Any) -> Response:
    """Do an act on an item from the answers to its form, and show its session's items."""

    def do(work: UnitOfWork) -> None:
        item = readable_item(work, item_id, Permission.CONDUCT_SESSION)
        act(work, answering.clean(work, form, raw, basin_id=item.basin_id, case_id=item_id))

    with web_work.start_reading() as work:
        session_id = readable_item(work, item_id, Permission.SEE_PROJECT).session_id
    return shown(writes.act(do, url_for("api.show_minutes", session_id=session_id)), session_id)


def shown(write: writes.Write, session_id: UUID) -> Response:
    """The session's minutes as they are now, with the status and the place of the first answer."""
    with web_work.start_reading() as work:
        return write.answer(jsonify(described(work, readable(work, session_id, Permission.SEE_PROJECT))))


def described(work: UnitOfWork, session: CommitteeSession) -> dict[str, Any]:
    """What a session came to, as the bearer may read it."""
    hidden = permissions.permissions_of(work, work.actor.person_id).hidden()
    found = minutes.latest(work, session.id)
    words = None if found is None else reading.words_of(work, session, found, without=hidden)
    read = reading.of_session(work, session, locale=work.locale, without=hidden)
    signed_by = None if found is None or found.signed_by is None else found.signed_by
    return {
        "session_id": str(session.id),
        "number": session.number,
        "state": found.state if found else None,
        "version": found.version if found else None,
        "words": [each.text for each in words] if words is not None else None,
        "document_digest": found.body_hash if found else None,
        "signed_on": representations.day(found.signed_on) if found else None,
        "signed_by": persons.names(work, [signed_by]).get(signed_by) if signed_by else None,
        "sent_back_reason": found.sent_back_reason if found else None,
        "items": [entry(each) for each in read],
        "errata": [corrected(each) for each in errata.readable(work, session.id, without=hidden)],
    }


def entry(read: Read) -> dict[str, Any]:
    """An item and what it came to; its number alone to whoever stepped back."""
    standing, decision = read.standing, None if read.is_hidden else read.standing.decision
    return {
        "id": str(standing.item.id),
        "number": read.number,
        "kind": standing.item.kind,
        "title": None if read.is_hidden else read.title,
        "is_decided": standing.is_decided,
        "outcome": None if read.is_hidden else standing.item.outcome,
        "note": None if read.is_hidden else standing.item.outcome_note,
        "decision_id": representations.identifier(decision.id) if decision else None,
        "decision_number": decision.number if decision else None,
        "words": [each.text for each in read.words],
    }


def corrected(erratum: Erratum) -> dict[str, Any]:
    """An erratum as the API shows it."""
    return {
        "id": str(erratum.id),
        "session_id": str(erratum.session_id),
        "item_id": representations.identifier(erratum.item_id),
        "number": erratum.number,
        "wrong": erratum.wrong,
        "right": erratum.right_text,
        "reason": erratum.reason,
        "recorded_on": representations.day(erratum.occurred_on),
        "noted_in": representations.identifier(erratum.noted_in),
    }
