"""The page on which an agreement is signed: the very words, in which capacity, one button, or a refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import url_for

from engine.agreements import presenting, provider_lines, provider_requests, proving, signatories, signatures
from engine.agreements.models import AGREEMENT, AMENDMENT, ANNEX
from engine.i18n import mark as _
from forms import choices, presentation
from web import typography
from web import work as web_work
from web.auth import signature_codes, viewer

if TYPE_CHECKING:
    from engine.agreements.presenting import OwnLine
    from web.inbox.shown import Shown

FORM = "agreement_signature"
PROOF = "proof"
ASKED = ("consent", "reason")
# What each text is called, in its first version and in a later one.
TITLES = {
    AGREEMENT: (_("La convention {number}"), _("La convention {number}, version {version}")),
    ANNEX: (
        _("L’annexe sur l’avance, à la convention {number}"),
        _("L’annexe sur l’avance, à la convention {number}, version {version}"),
    ),
    AMENDMENT: (_("L’avenant {number}"), _("L’avenant {number}, version {version}")),
}
SUBMIT = {
    (AGREEMENT,): _("Signer la convention"),
    (AGREEMENT, ANNEX): _("Signer la convention et son annexe"),
    (ANNEX,): _("Signer l’annexe sur l’avance"),
    (AMENDMENT,): _("Signer l’avenant"),
}
NOT_ONLINE = {
    proving.PAPER: _(
        "Ce document se signe sur papier : imprimez-le, signez-le et rendez-le à l’opérateur, qui "
        "l’enregistre."
    ),
    proving.PROVIDER: _(
        "Ce document se signe chez un prestataire de signature : suivez le lien qu’il vous a envoyé."
    ),
}
CAPACITIES = {str(each.value): each.label for each in choices.SignatoryCapacity} | {
    signatories.ACTING_CHAIR: _("Présidence par intérim")
}


def asked(inputs: Sequence[presentation.Input]) -> list[presentation.Input]:
    """What the page asks: a consent, or why one refuses; each in a form of its own, so shown at once."""
    return [replace(each, shown_when=None, required=True) for each in inputs if each.name in ASKED]


def of(page: Shown) -> dict[str, Any] | None:
    """The texts to sign, and in which capacity; nothing for any other task. See `inbox/_signature.html`."""
    if page.view.form != FORM:
        return None
    shown = presenting.of_task(page.work, page.view)
    if shown is None:
        return None
    is_own = page.may.complete and page.view.assignee_id == viewer().person_id
    asks = is_own and not shown.is_voided
    return {
        "texts": [text_of(page, text, number) for number, text in enumerate(shown.texts, start=1)],
        "is_voided": shown.is_voided,
        "is_ready": shown.is_ready,
        "digests": dict(zip(signatures.DIGESTS, (text.digest for text in shown.texts), strict=False)),
        "submit": SUBMIT[tuple(text.kind for text in shown.texts)],
        "capacity": in_capacity(shown.line) if is_own and shown.line else None,
        "others": [other(each) for each in shown.others] if is_own else [],
        "not_online": not_online(page, shown) if asks else None,
        "provider": at_provider(page, shown) if asks else None,
        "proof": proof(page) if asks and shown.is_ready else None,
        "refuses": bool(page.typed.answers and page.typed.answers.get("answer") == "refuse"),
    }  # fmt: skip


def text_of(page: Shown, text: presenting.ShownText, number: int) -> dict[str, Any]:
    """One text: its title, its words, its file where there is one, and what agreeing to it says."""
    title = TITLES[text.kind][0 if text.version == 1 else 1]
    address = url_for("inbox.read_document", task_id=page.view.id, number=number)
    return {
        "title": web_work.translated(title, number=text.number, version=text.version),
        "blocks": text.blocks,
        "locale": text.locale,
        "digest": text.digest,
        "url": address if text.paper_id and text.digest else None,
        "has_file": text.paper_id is not None,
        "consent": text.consent,
    }


def not_online(page: Shown, shown: presenting.Shown) -> str | None:
    """Why this line is not signed on this page: the basin signs otherwise, or so does this signatory."""
    allowed = proving.ways(page.work, page.view.basin_id, {text.kind for text in shown.texts})
    way = shown.line.way if shown.line else signatories.ONLINE
    if way == signatories.ONLINE and way in allowed:
        return None
    return NOT_ONLINE[proving.PROVIDER if way == proving.PROVIDER else proving.PAPER]


def at_provider(page: Shown, shown: presenting.Shown) -> dict[str, str] | None:
    """Where a line is signed elsewhere, or how to ask for it again; nothing while it is being asked."""
    if shown.line is None or shown.line.way != proving.PROVIDER:
        return None
    found = provider_lines.of_task(page.work, page.view)
    if found is not None and found.state in provider_requests.GOING_ON:
        return {"url": found.url, "ask_url": ""} if found.url else None
    return {"url": "", "ask_url": url_for("documents.ask_provider", task_id=page.view.id)} if found else None


def proof(page: Shown) -> dict[str, Any]:
    """How far the reader is in confirming who they are."""
    found = signature_codes.state(page.work, page.view.id)
    wrong = page.typed.errors.get("code", ()) if page.typed.act == PROOF else ()
    return {
        "until": signature_codes.still_good(found),
        "is_asked": found.is_asked or bool(wrong),
        "address": found.address,
        "wrong": wrong[0] if wrong else None,
        "send_url": url_for("inbox.send_signature_code", task_id=page.view.id),
        "verify_url": url_for("inbox.verify_signature_code", task_id=page.view.id),
    }  # fmt: skip


def in_capacity(line: OwnLine) -> str:
    """« Mandataire, pour Forges (démo) »."""
    capacity = web_work.translated(CAPACITIES.get(line.capacity, line.capacity))
    if not line.organisation:
        return capacity
    return web_work.translated(_("{capacity}, pour {firm}"), capacity=capacity, firm=line.organisation)


def other(line: OwnLine) -> tuple[str, str | None]:
    """The other signature of whoever signs twice: what is said of it, and where it is given."""
    capacity = in_capacity(line)
    if line.signed_on is not None:
        day = typography.long_date(line.signed_on, web_work.locale())
        return web_work.translated(_("{capacity} : signée le {day}."), capacity=capacity, day=day), None
    said = web_work.translated(_("{capacity} : une autre signature, sur sa propre page."), capacity=capacity)
    return said, url_for("inbox.show_task", task_id=line.task_id) if line.task_id else None
