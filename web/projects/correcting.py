"""Put a recorded act right: choose it, see what followed from it, say why (D21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import flash, render_template, request, url_for

from engine.i18n import mark as _
from engine.operations import correcting
from engine.operations.recalled.corrected import KINDS
from engine.people import persons
from engine.people.permissions import Permission
from engine.projects import corrections
from engine.projects.corrections import STRIKEABLE, Consequence, Found
from engine.projects.timeline import MACHINERY
from forms import catalogue, presentation
from web import once, typography
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.page_forms import Messages, PageForm, answers_sent, general, show_again_with
from web.projects.access import open_file
from web.projects.blueprint import pages
from web.projects.history_words import SENTENCES, consequence
from web.sent_late import set_aside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project

FORM = "correction"
OURS = ("reason", "correction", "consequences_read")


@pages.get("/projets/<uuid:project_id>/correction")
@requires(Permission.CORRECT)
def choose_record(project_id: UUID) -> str:
    """List what may be corrected on a dossier, the latest first."""
    with web_work.start_reading() as work:
        project = open_file(work, project_id, Permission.CORRECT)
        found = corrections.correctable(work, project_id)
        names = persons.names(work, [each.record.recorded_by for each in found])
    rows = [
        {
            "url": url_for("projects.ask_correction", project_id=project_id, record_id=each.record.id),
            "kind": KINDS[each.kind],
            "text": gist(each),
            "on": each.record.occurred_on,
            "who": names.get(each.record.recorded_by),
        }
        for each in found
    ]
    return render_template("projects/correctable.html", rows=rows, **around(project))


@pages.get("/projets/<uuid:project_id>/correction/<uuid:record_id>")
@requires(Permission.CORRECT)
def ask_correction(project_id: UUID, record_id: UUID) -> str:
    """Show a record, what followed from it, and what may be changed."""
    return correction_page(project_id, record_id)


@pages.post("/projets/<uuid:project_id>/correction/<uuid:record_id>")
@requires(Permission.CORRECT)
@keeps_when_idle(set_aside)
def correct(project_id: UUID, record_id: UUID) -> Response:
    """Strike the wrong record out; one that carries figures is replaced by the right one."""
    show_again_with(partial(correction_page, project_id, record_id))
    with once.start_work() as work:
        project = open_file(work, project_id, Permission.CORRECT)
        found = corrections.find(work, record_id, project_id=project_id)
        put_right(work, project, found)
        response = once.done(work, url_for("projects.history", project_id=project_id))
    flash(web_work.translated(_("L’acte est corrigé ; l’ancien reste visible, barré.")), "success")
    return response


def put_right(work: UnitOfWork, project: Project, found: Found) -> None:
    """Read what was typed and correct the record."""
    form = PageForm(FORM, project.basin_id, project.id)
    followed = bool(what_followed(work, found))
    typed = {**answers_sent(), "act_id": str(found.record.id)}
    if found.kind in STRIKEABLE:
        answers = form.read(work, typed, has_consequences=followed)
        corrections.strike_out(
            work, project_id=project.id, record_id=found.record.id, reason=answers["reason"],
            correction=answers["correction"],
        )  # fmt: skip
        return
    # The right values are the correction itself: nothing more is asked in words.
    answers = form.read(work, {**typed, "correction": "–"}, has_consequences=followed)
    corrections.correct(
        work, project_id=project.id, record_id=found.record.id, reason=answers["reason"],
        changes=changes_of(work, found, typed),
    )  # fmt: skip


def what_followed(work: UnitOfWork, found: Found) -> list[Consequence]:
    """What people would call a consequence: what the engine notes for itself is left out."""
    return [
        each
        for each in corrections.what_followed(work, found.record)
        if each.kind in SENTENCES and not each.kind.startswith(MACHINERY)
    ]


def changes_of(work: UnitOfWork, found: Found, typed: Mapping[str, object]) -> dict[str, object]:
    """What differs between the record and what was typed, validated by the form that asked for it."""
    key = correcting.ASKED_BY[found.kind]
    context = correcting.record_context(work, found)
    kept = presentation.answers_of(controls(presentation.inputs(catalogue.form(key), context)))
    raw = kept | {name: typed[name] for name in found.fields if name in typed}
    return correcting.changes_of(found, catalogue.load(key, raw, context))


def controls(inputs: list[presentation.Input]) -> list[tuple[str, str]]:
    """The controls of a page as a browser would send them."""
    sent: list[tuple[str, str]] = []
    for each in inputs:
        for row in each.rows:
            sent += controls(list(row.inputs))
        sent += [(each.name, value) for value in each.values]
        if each.value and not each.rows:
            sent.append((each.name, each.value))
    return sent


def correction_page(
    project_id: UUID,
    record_id: UUID,
    values: Mapping[str, object] | None = None,
    messages: Messages | None = None,
) -> str:
    """The page of one correction."""
    with web_work.start_reading() as work:
        project = open_file(work, project_id, Permission.CORRECT)
        found = corrections.find(work, record_id, project_id=project_id)
        followed = what_followed(work, found)
        inputs = [] if found.kind in STRIKEABLE else record_inputs(work, found, values, messages)
        form = PageForm(FORM, project.basin_id, project.id)
        context = form.context(work, has_consequences=bool(followed))
        asked = form.inputs(context, values, messages)
        names = persons.names(work, [found.record.recorded_by, found.record.on_behalf_of])
    wanted = [name for name in OURS if name != "correction" or found.kind in STRIKEABLE]
    inputs += [each for each in asked if each.name in wanted]
    return render_template(
        "projects/correct.html",
        kind=KINDS[found.kind],
        gist=gist(found),
        record=found.record,
        who=names.get(found.record.recorded_by),
        strikes=found.kind in STRIKEABLE,
        consequences=[consequence(each) for each in followed],
        inputs=inputs,
        general_errors=general(messages, inputs),
        action=request.path,
        key=once.new_key(),
        submit=_("Corriger"),
        **around(project),
    )


def record_inputs(
    work: UnitOfWork,
    found: Found,
    values: Mapping[str, object] | None,
    messages: Messages | None,
) -> list[presentation.Input]:
    """The questions that may be answered otherwise, holding what was recorded or typed since."""
    context = correcting.record_context(work, found)
    form = catalogue.form(correcting.ASKED_BY[found.kind])
    shown = presentation.inputs(form, context, values, messages)
    return [replace(each, shown_when=None, folded=False) for each in shown if each.name in found.fields]


def gist(found: Found) -> str:
    """A record in a few words."""
    record: Any = found.record
    if found.kind == "report":
        said = _("n° {number}, échéance du {day}")
        return web_work.translated(said, number=record.number, day=day(record.due_on))
    if found.kind == "intervention_day":
        given = typography.days(record.days, web_work.locale())
        said = web_work.translated(_("{days} le {day}"), days=given, day=day(record.occurred_on))
        return f"{said} · {record.activity}" if record.activity else said
    text = {
        "note": "text", "phone_call": "summary", "document": "name", "diagnostic": "summary",
        "final_review": "lessons", "firm_alert": "statement",
    }[found.kind]  # fmt: skip
    words = str(getattr(record, text) or "")
    return words if len(words) <= 160 else f"{words[:159].rstrip()}…"


def day(value: date) -> str:
    """A day in the reader's language."""
    return typography.long_date(value, web_work.locale())


def around(project: Project) -> dict[str, Any]:
    """What both pages say of the dossier."""
    return {
        "firm": project.firm,
        "reference": project.reference,
        "project_url": url_for("projects.show_project", project_id=project.id),
        "history_url": url_for("projects.history", project_id=project.id),
    }
