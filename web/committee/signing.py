"""What the chair signs: several acts on one page, one confirmation, each its own transaction (D18, D21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import flash, render_template, request, url_for

from engine import errors
from engine.agreements import presenting, signatures
from engine.committee import waiting
from engine.i18n import mark as _
from engine.operations import context
from engine.people.permissions import Permission
from engine.runtime import incidents, tasks
from engine.runtime.advance import OperationFailed
from forms import catalogue
from web import case_pages, once, spreadsheets, typography
from web import errors as web_errors
from web import work as web_work
from web.auth import keeps_when_idle, requires, signature_codes, viewer
from web.committee.blueprint import pages
from web.page_forms import show_again_with
from web.sent_late import set_aside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.committee.session_names import Named
    from engine.runtime.acts import TaskView

AGREEMENT, MINUTES = "agreement_signature", "minutes_sign_off"
COLUMNS = (_("Tâche"), _("Entreprise"), _("Référence"), _("Échéance"))
SIGN_OFF = {"decision": "sign"}
NOTHING_TICKED = _("Cochez au moins un acte à signer.")
NOT_CONFIRMED = _("Confirmez que vous avez lu ces actes.")


@dataclass(frozen=True, slots=True)
class Signed:
    """What became of one act: signed, or refused with the sentence that says why."""

    title: str
    firm: str
    refusal: str | None = None


@pages.get("/signatures")
@requires(Permission.COMPLETE_TASK)
def to_sign() -> str:
    """Show what waits for the reader's signature as chair, each with what it says."""
    return signing_page()


@pages.get("/signatures.csv", defaults={"extension": "csv"})
@pages.get("/signatures.xlsx", defaults={"extension": "xlsx"})
@requires(Permission.COMPLETE_TASK)
def export_to_sign(extension: spreadsheets.Format) -> Response:
    """The same list as a file."""
    with web_work.start_reading() as work:
        found = waiting.to_sign(work, viewer().rights)
        sessions = case_pages.sessions_among(work, found)
        rows = [
            (web_work.translated(each.title), firm_of(each, sessions), each.reference, each.due_on)
            for each in found
        ]
    header = [web_work.translated(each) for each in COLUMNS]
    return spreadsheets.answer("a-signer", extension, header, rows)


@pages.post("/signatures")
@requires(Permission.COMPLETE_TASK)
@keeps_when_idle(set_aside)
def sign() -> Response | tuple[str, int]:
    """Sign every act that was ticked; what could not be signed is told, the others are signed."""
    show_again_with(lambda _values, _messages: signing_page())
    web_work.require_current()
    location = url_for("committee.to_sign")
    with web_work.start_reading() as work:
        before = once.answered(work)
        wanted = {each.id: each for each in waiting.to_sign(work, viewer().rights)}
    if before is not None:
        return before
    ticked = [wanted[each] for each in identifiers() if each in wanted]
    gone = len(identifiers()) - len(ticked)
    if gone and not ticked:
        tell([], gone)
        return signing_page(), 422
    if not ticked or "confirmed" not in request.form:
        return signing_page(refusal=NOT_CONFIRMED if ticked else NOTHING_TICKED), 422
    done = [sign_one(each) for each in ticked]
    with web_work.start_work() as work:
        response = once.done(work, location)
    tell(done, gone)
    return response


def identifiers() -> list[UUID]:
    """The acts that were ticked; what is no identifier was not shown by us."""
    found = []
    for text in request.form.getlist("task"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def firm_of(task: TaskView, sessions: Mapping[UUID, Named]) -> str:
    """The firm that an act is about, or the day of the session."""
    return case_pages.name(task.firm, task.reference, web_work.locale(), sessions.get(task.case_id))


def sign_one(task: TaskView) -> Signed:
    """Sign one act in a transaction of its own: one that is refused leaves the others signed."""
    answers: dict[str, object] = dict(SIGN_OFF)
    if task.form == AGREEMENT:
        answers = {
            "answer": "accept", "consent": "yes",
            **{name: request.form.get(f"{name}-{task.id}", "") for name in signatures.DIGESTS},
        }  # fmt: skip
    elif task.form == MINUTES:
        answers["document_digest"] = request.form.get(f"document_digest-{task.id}", "")
    with web_work.start_reading() as work:
        firm = case_pages.called(work, task, web_work.locale())
    title = web_work.translated(task.title)
    try:
        with web_work.start_work() as work:
            tasks.complete(work, task_id=task.id, answers=answers)
    except OperationFailed as failure:
        incidents.record(web_work.engine().database, failure, actor=web_work.actor())
        return Signed(title, firm, web_errors.sentence_of(failure))
    except (errors.EngineError, catalogue.InvalidAnswers) as refusal:
        return Signed(title, firm, web_errors.sentence_of(refusal))
    return Signed(title, firm)


def tell(done: list[Signed], gone: int) -> None:
    """Say how many acts were signed, which were not, and how many waited no more when they were sent."""
    signed = [each for each in done if each.refusal is None]
    if signed:
        said = typography.counted(
            len(signed), _("{count} acte signé : {list}."), _("{count} actes signés : {list}."),
            web_work.locale(), list=", ".join(f"{each.title} ({each.firm})" for each in signed),
        )  # fmt: skip
        flash(said, "success")
    for each in done:
        if each.refusal is not None:
            said = _("Non signé : {title}, {firm}. {why}")
            told = web_work.translated(said, title=each.title, firm=each.firm, why=each.refusal)
            flash(told, "error")
    if gone:
        said = typography.counted(
            gone,
            _("{count} acte coché n’attendait plus votre signature : signé déjà, renvoyé, ou refait."),
            _("{count} actes cochés n’attendaient plus votre signature : signés déjà, renvoyés, ou refaits."),
            web_work.locale(),
        )
        flash(said, "info")


def signing_page(refusal: str | None = None, *, wrong_code: str | None = None) -> str:
    """The page; what was ticked stays ticked. A signature of an agreement asks for one code, for all."""
    ticked = set(identifiers()) if "task" in request.form else None
    with web_work.start_reading() as work:
        waits = waiting.to_sign(work, viewer().rights)
        proved = signature_codes.state(work, None) if any(each.form == AGREEMENT for each in waits) else None
        sessions = case_pages.sessions_among(work, waits)
        is_proved = proved is None or proved.left is not None
        items = [item(work, each, ticked, firm_of(each, sessions), is_proved=is_proved) for each in waits]
    return render_template(
        "committee/signatures.html",
        items=items,
        proof=proof_of(proved, wrong_code) if proved else None,
        count=len(items) or None,
        refusal=refusal,
        exports=spreadsheets.links("committee.export_to_sign") if items else [],
        key=once.new_key(),
        action=url_for("committee.to_sign"),
    )


def proof_of(proved: signature_codes.Proved, wrong: str | None) -> dict[str, Any]:
    """How far the reader is in confirming who they are; see `_macros/proof.html`."""
    return {
        "until": signature_codes.still_good(proved),
        "is_asked": proved.is_asked or wrong is not None,
        "address": proved.address,
        "wrong": wrong,
        "send_url": url_for("committee.send_signatures_code"),
        "verify_url": url_for("committee.verify_signatures_code"),
    }  # fmt: skip


def item(
    work: Any, task: TaskView, ticked: set[UUID] | None, firm: str, *, is_proved: bool
) -> dict[str, Any]:
    """One act to sign, with what its own page recalls; an agreement once it is made, and a code given."""
    known = context(work, task)
    agreement = presenting.of_task(work, task) if task.form == AGREEMENT else None
    texts = agreement.texts if agreement else ()
    digests = dict(zip(signatures.DIGESTS, (text.digest for text in texts), strict=False))
    if task.form == MINUTES:
        digests = {signatures.DIGESTS[0]: str(known.prefill.get("document_digest", ""))}
    may_sign = agreement is None or (agreement.is_ready and is_proved)
    return {
        "id": task.id,
        "title": task.title,
        "firm": firm,
        "reference": task.reference,
        "due_on": task.due_on,
        "url": url_for("inbox.show_task", task_id=task.id),
        "facts": list(known.facts),
        "digests": digests,
        "texts": [
            {
                "blocks": text.blocks, "locale": text.locale, "consent": text.consent, "number": text.number,
                "url": url_for("inbox.read_document", task_id=task.id, number=number)
                if text.paper_id and text.digest else None,
            }
            for number, text in enumerate(texts, start=1)
        ],
        "session_url": url_for("committee.show_signature", session_id=task.case_id)
        if task.form == MINUTES else None,
        "is_prepared": agreement is None or agreement.is_ready,
        "may_sign": may_sign,
        "is_ticked": may_sign and (ticked is None or task.id in ticked),
    }  # fmt: skip
