"""Bring back a copy signed on paper: its code says which text it is, the officer records each signature."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for

from engine import errors
from engine.agreements import scans
from engine.i18n import mark as _
from engine.people import organisations, persons
from engine.people.permissions import Permission
from engine.projects import listed, recording
from engine.runtime import incidents
from engine.runtime.advance import OperationFailed
from forms import choices
from web import errors as web_errors
from web import once, typography
from web import work as web_work
from web.auth import requires
from web.documents.blueprint import pages
from web.documents.validating import uploaded, workshop

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from engine.agreements.models import Agreement
    from engine.agreements.scans import Awaited
    from engine.documents.workshop import Inspected
    from engine.persistence.unit_of_work import UnitOfWork

CAPACITIES = {each.value: each.label for each in choices.SignatoryCapacity}
TEXTS = {
    "agreement": _("Convention {number}, version {version}"),
    "annex": _("Annexe {number}, version {version}"),
    "amendment": _("Avenant {number}, version {version}"),
}


@pages.get("/numerisations")
@requires(Permission.ATTEST_PAPER)
def ask_scan() -> ResponseReturnValue:
    """Ask for a scan."""
    return form_page()


def form_page(problem: str | None = None, status: int = 200) -> ResponseReturnValue:
    """The form, with what is wrong, and the texts that wait for a signature."""
    with web_work.start_reading() as work:
        found = list(scans.being_signed(work))
        firms = listed.named(work, {each.project_id for each in found})
        texts = [
            {"id": each.id, "label": label_of(each), "firm": firms[each.project_id].firm} for each in found
        ]
    page = render_template(
        "documents/scan.html", texts=texts, problem=problem, chosen=request.form.get("text", ""),
        key=once.new_key(),
    )  # fmt: skip
    return page, status


def label_of(text: Agreement) -> str:
    """« Convention TDL-2026-C012, version 2 »."""
    written = TEXTS.get(text.kind, TEXTS["agreement"])
    return web_work.translated(written, number=text.number, version=text.version)


@pages.post("/numerisations")
@requires(Permission.ATTEST_PAPER)
def take_scan() -> ResponseReturnValue:
    """Recognise a scan and keep it in its project; then each signature that it bears is recorded."""
    try:
        content = uploaded("file")
        inspected = workshop().inspect(content)
        with once.start_work() as work:
            text = scans.text_of(work, inspected, chosen_id=identifier(request.form.get("text", "")))
            name = request.files["file"].filename or "exemplaire.pdf"
            scan = scans.keep(work, web_work.engine().store, text, content=content, name=name)
            return once.done(
                work, url_for("documents.ask_scanned_lines", document_id=scan.id, text_id=text.id)
            )
    except (errors.InvalidAnswers, errors.Conflict) as refusal:
        return form_page(said(refusal), web_errors.status_of(refusal).value)


def said(refusal: errors.EngineError) -> str:
    """Why a scan, or what was typed about it, is refused."""
    if isinstance(refusal, errors.InvalidAnswers):
        return web_work.translated(next(iter(refusal.messages.values()))[0])
    return web_errors.sentence_of(refusal)


def identifier(text: str) -> UUID | None:
    """An identifier that a page sent; None for an empty one. Raises `errors.InvalidAnswers`."""
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise errors.InvalidAnswers({"text": [_("Choisissez un texte de la liste.")]}) from error


@pages.get("/numerisations/<uuid:document_id>/<uuid:text_id>")
@requires(Permission.ATTEST_PAPER)
def ask_scanned_lines(document_id: UUID, text_id: UUID) -> ResponseReturnValue:
    """Ask which signatures a scan bears, and of which day."""
    return lines_page(document_id, text_id)


def lines_page(
    document_id: UUID, text_id: UUID, problems: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    """The lines of a text that nobody has signed yet, a day to write beside each."""
    with web_work.start_reading() as work:
        text = scans.find(work, text_id)
        scan = scans.scan_of(work, text, document_id)
        project = recording.find(work, text.project_id)
        page = render_template(
            "documents/scanned.html",
            label=label_of(text),
            firm=project.firm,
            project_url=url_for("projects.show_project", project_id=project.id),
            scan={
                "name": scan.name,
                "url": url_for("projects.read_document", project_id=project.id, document_id=scan.id),
            },
            lines=lines_of(work, scans.awaited(work, text)),
            problems=problems or {},
            today=web_work.today(),
            earliest=text.prepared_on,
        )
    return page, status


def lines_of(work: UnitOfWork, awaited: list[Awaited]) -> list[dict[str, Any]]:
    """Each line by its capacity, its person and their organisation, with what was typed about it."""
    people = persons.names(work, [each.person_id for each in awaited])
    firms = organisations.names(work, {each.organisation_id for each in awaited if each.organisation_id})
    return [
        {
            "id": each.signatory_id.hex,
            "capacity": CAPACITIES.get(each.capacity, each.capacity),
            "person": people.get(each.person_id, ""),
            "organisation": firms.get(each.organisation_id, "") if each.organisation_id else "",
            "typed": request.form.get(f"signed_on-{each.signatory_id.hex}", ""),
        }
        for each in awaited
    ]


@pages.post("/numerisations/<uuid:document_id>/<uuid:text_id>")
@requires(Permission.ATTEST_PAPER)
def record_scan(document_id: UUID, text_id: UUID) -> ResponseReturnValue:
    """Record the signatures that a scan bears, each in an act of its own: one refused stops no other."""
    with web_work.start_reading() as work:
        text = scans.find(work, text_id)
        scan = scans.scan_of(work, text, document_id)
        lines = scans.awaited(work, text)
    require_same(workshop().inspect(web_work.engine().store.read(scan.content_hash)), text_id)
    try:
        days = days_typed(lines)
    except errors.InvalidAnswers as refusal:
        problems = {name: web_work.translated(texts[0]) for name, texts in refusal.messages.items()}
        return lines_page(document_id, text_id, problems, 422)
    refused = {
        line.signatory_id.hex: said(why)
        for line, day in days
        if (why := recorded(document_id, text_id, line, day)) is not None
    }
    count = len(days) - len(refused)
    if count:
        flash(
            typography.counted(
                count, web_work.translated(_("Une signature est enregistrée.")),
                web_work.translated(_("{count} signatures sont enregistrées.")), web_work.locale(),
            ),
            "success",
        )  # fmt: skip
    if refused:
        return lines_page(document_id, text_id, refused, 422)
    return redirect(url_for("projects.show_agreement", project_id=text.project_id), 303)


def require_same(inspected: Inspected, text_id: UUID) -> None:
    """Look again at what the page was shown for: its address can be typed. Raises as `scans.text_of`."""
    with web_work.start_reading() as work:
        scans.text_of(work, inspected, chosen_id=text_id)


def days_typed(lines: list[Awaited]) -> list[tuple[Awaited, date]]:
    """The day typed beside each line that the scan bears. Raises `errors.InvalidAnswers`, by line."""
    problems: dict[str, list[str]] = {}
    found = []
    for line in lines:
        typed = request.form.get(f"signed_on-{line.signatory_id.hex}", "").strip()
        try:
            found += [(line, date.fromisoformat(typed))] if typed else []
        except ValueError:
            problems[line.signatory_id.hex] = [_("Indiquez le jour de la signature.")]
    if not problems and not found:
        problems["none"] = [_("Indiquez le jour d’une signature au moins, tel que l’exemplaire le porte.")]
    if not problems and "attested" not in request.form:
        problems["attested"] = [_("Attestez que vous tenez l’original signé.")]
    if problems:
        raise errors.InvalidAnswers(problems)
    return found


def recorded(document_id: UUID, text_id: UUID, line: Awaited, day: date) -> errors.EngineError | None:
    """Record one signature; what refuses it is given back, and the others go on."""
    try:
        with web_work.start_work() as work:
            scans.record(
                work, text_id=text_id, signatory_id=line.signatory_id, document_id=document_id,
                signed_on=day, attested=True,
            )  # fmt: skip
    except OperationFailed as failure:
        incidents.record(web_work.engine().database, failure, actor=web_work.actor())
        return failure
    except errors.EngineError as refusal:
        return refusal
    return None
