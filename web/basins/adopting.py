"""Take over projects that began before Alizé: a spreadsheet or one form, shown first, then all or nothing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, flash, g, render_template, request, url_for

from engine.adoption import adopted, columns, files, packing, reading, single, template
from engine.adoption.problems import ToCorrect
from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.runtime.adopting import NoSuchEntry
from web import errors as web_errors
from web import once, spreadsheets
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.basins import asking
from web.basins.blueprint import pages
from web.basins.page import ROLES
from web.page_forms import Messages, PageForm, answers_sent, general, show_again_with
from web.sent_late import set_aside

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response as AnyResponse

    from engine.adoption.files import Outcome
    from engine.adoption.reading import Table
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork

FILE, KEPT, SEEN = "file", "kept", "seen"
NAME = "alize-projets-a-reprendre"
MOST_SHOWN = 200  # Of what is to be corrected: the annotated file says it all, where it stands.


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows of a file: what is wrong with it, or what it would give."""

    problems: list[tuple[int | None, str, str]]
    count: int
    unknown: list[str]
    outcome: Outcome | None
    kept: str


@pages.get("/bassins/<string:slug>/reprise")
@requires(Permission.ADOPT_PROJECTS)
def ask_files(slug: str) -> str:
    """Show how projects are taken over, and those that were."""
    with web_work.start_reading() as work:
        return page_of(work, opened(work, slug))


def opened(work: UnitOfWork, slug: str) -> Basin:
    """The basin of the address, for those who may take projects over there."""
    return asking.basin_for(work, slug, Permission.ADOPT_PROJECTS)


def page_of(
    work: UnitOfWork, basin: Basin, shown: Shown | None = None, refused: str = "", *, still: str = ""
) -> str:
    """The page: the model, the file to send, what it gives, the projects taken over so far.

    `still` is a file that an older page carried: it can be looked at again.
    """
    return render_template(
        "basins/adopting.html",
        basin=basin,
        shown=shown,
        refused=refused,
        still=still,
        adopted=adopted.of_basin(work, basin.id),
        templates=[
            (each.upper(), url_for("basins.adoption_model", slug=basin.slug, format=each))
            for each in ("xlsx", "csv")
        ],
        action=url_for("basins.check_file", slug=basin.slug),
        confirm_url=url_for("basins.adopt_file", slug=basin.slug),
        annotated_url=url_for("basins.annotate_file", slug=basin.slug),
        one_url=url_for("basins.ask_adoption", slug=basin.slug),
        roles=ROLES,
        key=once.new_key(),
    )


@pages.get("/bassins/<string:slug>/reprise/modele.<any(csv, xlsx):format>")
@requires(Permission.ADOPT_PROJECTS)
def adoption_model(slug: str, format: spreadsheets.Format) -> Response:  # noqa: A002 - the address’s part.
    """The model to fill, with the people and the companies of the basin to choose from."""
    with web_work.start_reading() as work:
        basin = opened(work, slug)
        is_book = format == "xlsx"
        content = (
            template.as_workbook(work, basin_id=basin.id) if is_book else template.as_csv(web_work.locale())
        )
    return attached(content, f"{NAME}-{basin.slug}", format)


def attached(content: bytes, name: str, extension: spreadsheets.Format) -> Response:
    """A file to keep."""
    response = Response(content, content_type=spreadsheets.TYPES[extension])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{extension}"'
    return response


@pages.post("/bassins/<string:slug>/reprise")
@requires(Permission.ADOPT_PROJECTS)
@keeps_when_idle(set_aside)
def check_file(slug: str) -> tuple[str, int]:
    """Show what a file would give, or all that is wrong with it; nothing is written either way."""
    with web_work.start_reading() as work:
        opened(work, slug)  # Whoever may not do it learns nothing of the file.
    try:
        table = table_sent()
    except ToCorrect as refusal:
        return refused_page(slug, refusal)
    return rehearsed_page(slug, table)


def table_sent() -> Table:
    """The file that was sent, or that the page still carried, read before the database is taken.

    Raises `ToCorrect`.
    """
    if KEPT in request.form:
        return packing.unpacked(request.form[KEPT])
    sent = request.files.get(FILE)
    if sent is None or not sent.filename:
        raise reading.refused(_("Choisissez le fichier à lire."))
    return reading.read(sent.stream.read(reading.LARGEST + 1))


def refused_page(slug: str, refusal: ToCorrect) -> tuple[str, int]:
    """The page with what refuses a file as a whole."""
    is_one = len(refusal.problems) == 1
    said = None if is_one else shown_problems(None, refusal)
    sentence = refusal.problems[0].said(web_work.locale()) if is_one else ""
    with web_work.start_reading() as work:
        shown = page_of(work, opened(work, slug), said, sentence)
    return shown, HTTPStatus.UNPROCESSABLE_ENTITY


def rehearsed_page(slug: str, table: Table) -> tuple[str, int]:
    """The page with what a file would give: done in full, then undone, so that nothing is guessed."""
    try:
        with web_work.start_work() as work:
            basin = opened(work, slug)
            files.undo(files.take_over(work, table, basin_id=basin.id))
    except files.Rehearsed as done:
        kept = packing.packed(table)
        if not kept:
            return refused_page(slug, reading.refused(reading.TOO_BIG))
        shown, status = Shown([], 0, [], done.outcome, kept), HTTPStatus.OK
    except ToCorrect as refusal:
        shown, status = shown_problems(table, refusal), HTTPStatus.UNPROCESSABLE_ENTITY
    except NoSuchEntry as refusal:
        return refused_page(slug, reading.refused(web_errors.sentence_of(refusal)))
    with web_work.start_reading() as work:
        return page_of(work, opened(work, slug), shown), status


def shown_problems(table: Table | None, refusal: ToCorrect) -> Shown:
    """All that is wrong with a file: line, column, sentence; and whom to invite first."""
    locale = web_work.locale()
    found = [
        (each.line, each.heading(locale), each.sentence(locale)) for each in refusal.problems[:MOST_SHOWN]
    ]
    return Shown(
        found,
        len(refusal.problems),
        refusal.unknown(),
        None,
        packing.packed(table) if table is not None else "",
    )


@pages.post("/bassins/<string:slug>/reprise/confirmer")
@requires(Permission.ADOPT_PROJECTS)
@keeps_when_idle(set_aside)
def adopt_file(slug: str) -> AnyResponse | tuple[str, int]:
    """Take over what the page showed, checked again; another file's worth of changes is shown instead."""
    show_again_with(partial(still_page, slug))
    table = None
    try:
        with once.start_work() as work:
            basin = opened(work, slug)
            table = packing.unpacked(request.form.get(KEPT, ""))
            outcome = files.take_over(work, table, basin_id=basin.id)
            response = once.done(work, url_for("basins.ask_files", slug=slug))
    except ToCorrect as refusal:
        if table is None:
            return refused_page(slug, refusal)
        with web_work.start_reading() as work:
            shown = page_of(work, opened(work, slug), shown_problems(table, refusal))
        return shown, HTTPStatus.UNPROCESSABLE_ENTITY
    tell(outcome)
    return response


def still_page(slug: str, typed: Mapping[str, object], _messages: Messages) -> str:
    """The page of a confirmation that came after its session's end: what it carried is looked at again."""
    with web_work.start_reading() as work:
        return page_of(work, opened(work, slug), still=str(typed.get(KEPT, "")))


def tell(outcome: Outcome) -> None:
    """Say how many projects were taken over, or that all had been already."""
    count = len(outcome.taken_over)
    if not count:
        flash(web_work.translated(_("Rien à reprendre : tous ces projets l’étaient déjà.")), "success")
    elif count == 1:
        flash(web_work.translated(_("Un projet est repris.")), "success")
    else:
        flash(web_work.translated(_("{count} projets sont repris."), count=count), "success")


@pages.post("/bassins/<string:slug>/reprise/annote")
@requires(Permission.ADOPT_PROJECTS)
def annotate_file(slug: str) -> Response | tuple[str, int]:
    """The file that was sent, as a workbook that says what is wrong in front of each line."""
    with web_work.start_reading() as work:
        basin = opened(work, slug)
        try:
            table = packing.unpacked(request.form.get(KEPT, ""))
        except ToCorrect as refusal:
            return refused_page(slug, refusal)
        problems = files.problems_of_table(work, table, basin_id=basin.id)
    content = template.annotated(table, problems, web_work.locale())
    return attached(content, f"{NAME}-{basin.slug}-a-corriger", "xlsx")


@pages.get("/bassins/<string:slug>/reprise/projet")
@requires(Permission.ADOPT_PROJECTS)
def ask_adoption(slug: str) -> str:
    """The form of one project."""
    return one_page(slug)


def one_page(
    slug: str,
    values: asking.Values | None = None,
    messages: Messages | None = None,
    foreseen: files.TakenOver | None = None,
) -> str:
    """The form of one project; once checked, what it would give stands above it."""
    with web_work.start_reading() as work:
        basin = opened(work, slug)
        form = PageForm(columns.FORM, basin.id)
        inputs = form.inputs(form.context(work), values, messages)
    return render_template(
        "basins/adopting_one.html",
        basin=basin,
        form=form.form,
        inputs=inputs,
        general_errors=general(messages, inputs),
        foreseen=foreseen,
        seen=SEEN,
        answers_seen=fingerprint(values or {}),
        action=url_for("basins.adopt_one", slug=slug),
        back_url=url_for("basins.ask_files", slug=slug),
        roles=ROLES,
        key=once.new_key(),
    )


@pages.post("/bassins/<string:slug>/reprise/projet")
@requires(Permission.ADOPT_PROJECTS)
@keeps_when_idle(set_aside)
def adopt_one(slug: str) -> AnyResponse | str:
    """Take one project over, once what these very answers give was shown."""
    show_again_with(partial(one_page, slug))
    typed = {name: value for name, value in answers_sent().items() if name != SEEN}
    try:
        with once.start_work() as work:
            basin = opened(work, slug)
            answers = PageForm(columns.FORM, basin.id).read(work, typed)
            found = single.take_over(work, answers, basin_id=basin.id)
            if request.form.get(SEEN) != fingerprint(typed):
                files.undo(files.Outcome([found]))
            response = once.done(work, url_for("projects.show_project", project_id=found.project_id))
    except files.Rehearsed as done:
        g.pop("show_again", None)
        return one_page(slug, typed, None, done.outcome.taken_over[0])
    flash(web_work.translated(_("Projet repris : {firm}."), firm=found.firm), "success")
    return response


def fingerprint(typed: Mapping[str, object]) -> str:
    """What tells answers from others: one that is changed after it was shown is shown again."""
    text = json.dumps(typed, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
