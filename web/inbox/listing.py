"""The inbox: what one has to do, the most urgent first; the same as a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for

from engine.committee import session_names, waiting
from engine.i18n import mark as _
from engine.people import persons
from engine.people.models import Role
from engine.people.permissions import Permission
from engine.runtime import inbox
from engine.runtime.acts import TaskView
from web import case_pages, spreadsheets, typography
from web import work as web_work
from web.auth import requires, signed_in, viewer
from web.auth.marks import for_any_session
from web.inbox import calendar_feed
from web.inbox.blueprint import pages
from web.inbox.question import Question
from web.inbox.rows import GROUPS, Row, Rows, grouped, people_of

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.committee.session_names import Named, Sent
    from engine.persistence.unit_of_work import UnitOfWork

MANY = 8  # Below, a list is read at a glance: nothing to search.
UNDO_SECONDS = 10
SCOPES = (("all", _("Toutes")), ("mine", _("Les miennes")), ("claimable", _("À prendre")))
COLUMNS = (
    _("Tâche"), _("Entreprise"), _("Référence"), _("Bassin"), _("Échéance"), _("Urgence"),
    _("En attente de"), _("Jusqu’au"), _("Confiée à moi"), _("Remplacement"), _("Adresse"),
)  # fmt: skip


@pages.get("/")
@signed_in
@for_any_session
def home() -> Response:
    """Go where one's day begins: to one's tasks, or to the figures for those who have none."""
    person = viewer()
    if person.scope_task_id is not None:
        return redirect(url_for("inbox.show_task", task_id=person.scope_task_id))
    may = person.rights.anywhere()
    if Permission.COMPLETE_TASK in may:
        return redirect(url_for("inbox.index"))
    if Permission.SEE_MONITORING in may:
        return redirect("/pilotage")
    return redirect("/aide")


@pages.get("/taches")
@requires(Permission.COMPLETE_TASK)
def index() -> str:
    """Show the tasks; to htmx, only the list."""
    return page_of(Question.read(request.args))


@pages.get("/taches/suivante")
@requires(Permission.COMPLETE_TASK)
def next_task() -> Response:
    """Go on to the most urgent of one's own tasks, or back to the list when none is left."""
    with web_work.start_reading() as work:
        following = inbox.next_after(
            work, inbox.Viewer.of(viewer().rights), done=request.args.get("apres", type=UUID) or UUID(int=0)
        )
    if following is None:
        return redirect(url_for("inbox.index"), 303)
    flash(web_work.translated(_("Voici la suivante.")), "info")
    return redirect(url_for("inbox.show_task", task_id=following.id), 303)


@pages.get("/taches.csv", defaults={"format_": "csv"})
@pages.get("/taches.xlsx", defaults={"format_": "xlsx"})
@requires(Permission.COMPLETE_TASK)
def export_tasks(format_: spreadsheets.Format) -> Response:
    """Send what the list shows, all its pages, as a file."""
    question = Question.read(request.args)
    with web_work.start_reading() as work:
        found = list(every(work, question))
        named = case_pages.sessions_among(work, found)
        names = persons.names(work, people_of(found))
        rows = Rows(viewer().rights, question, work.now, web_work.locale(), named, names=names)
    lines = [cells(rows.of(each)) for each in found]
    header = [web_work.translated(name) for name in COLUMNS]
    return spreadsheets.answer("taches", format_, header, lines)


def every(work: UnitOfWork, question: Question) -> Iterator[TaskView]:
    """Each task that the filters keep, page after page."""
    who, filters, after = inbox.Viewer.of(viewer().rights), question.filters(viewer().rights), None
    while True:
        found = inbox.page(work, who, filters, after=after)
        yield from found.tasks
        after = found.next
        if after is None:
            return


def cells(row: Row) -> list[object]:
    """One task as a line of a file."""
    return [
        row.title, row.firm, row.reference, row.basin, row.due_on,
        web_work.translated(GROUPS[row.group]), row.awaiting or "", row.awaiting_until or "",
        web_work.translated(_("oui")) if row.is_mine else "",
        row.stood_in or "",
        web_work.engine().settings.base_url.rstrip("/") + row.url,
    ]  # fmt: skip


def page_of(
    question: Question,
    *,
    undo: tuple[str, str, int, dict[str, str]] | None = None,
    notice: str | None = None,
) -> str:
    """The list as a page, or as the part of it that htmx replaces."""
    wants_part = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    template = "inbox/_rows.html" if wants_part else "inbox/index.html"
    return render_template(template, undo=undo, notice=notice, **view_model(question, is_part=wants_part))


def view_model(question: Question, *, is_part: bool = False) -> dict[str, Any]:
    """What the templates are given; they say what each name means."""
    rights = viewer().rights
    with web_work.start_reading() as work:
        who = inbox.Viewer.of(rights)
        counts = inbox.counts(work, who)
        found = inbox.page(work, who, question.filters(rights), after=question.after)
        named, dossiers = sessions_of(work, found.tasks, is_part=is_part)
        names = persons.names(work, people_of(found.tasks))
        reader = Rows(rights, question, work.now, web_work.locale(), named, names=names)
        to_sign = signatures(work) if not is_part else 0
    rows = [reader.of(each, has_draft=each.id in found.drafts) for each in found.tasks]
    total = counts.mine + counts.claimable
    part = {
        "count": bounded(total),
        "title": web_work.translated(_("Mes tâches")),
        "announce": announcement(rows, more=found.next is not None) if is_part else None,
        "scopes": scopes(question, counts),
        "show_basin": len(rights.places) > 1,
        "groups": grouped(rows, more=found.next is not None),
        "bulk_url": question.address("/taches/prendre", after=question.after)
        if sum(row.gesture == "claim" for row in rows) > 1
        else None,
        "empty": empty(question, counts),
        "first_url": question.address() if question.after else None,
        "next_url": question.address(after=found.next) if found.next else None,
    }
    if is_part:
        return part
    shown = around(question, counts, rows, more=found.next is not None)
    return part | shown | {"to_sign": to_sign, "dossiers": [dossier_line(each) for each in dossiers]}


def sessions_of(
    work: UnitOfWork, found: Collection[TaskView], *, is_part: bool
) -> tuple[Mapping[UUID, Named], list[Sent]]:
    """The sessions among the tasks, and for a member the dossiers to receive: one statement, or none."""
    rights = viewer().rights
    if is_part or not any(Role.SEAT in held for held in rights.basins.values()):
        return case_pages.sessions_among(work, found), []
    listed = case_pages.of_sessions(found)
    return session_names.with_dossiers(work, listed, rights.person_id, web_work.today())


def dossier_line(sent: Sent) -> tuple[str, str]:
    """A session whose dossier waits to be received: its day, and where the dossier is read."""
    day = typography.long_date(sent.held_on, web_work.locale())
    return day, url_for("committee.show_dossier", session_id=sent.session_id)


def signatures(work: UnitOfWork) -> int:
    """How many acts wait for the reader as chair: they are signed on one page."""
    rights = viewer().rights
    held = [*rights.basins.values(), *rights.cases.values()]
    return len(waiting.to_sign(work, rights)) if any(Role.CHAIR in each for each in held) else 0


def around(question: Question, counts: inbox.Counts, rows: list[Row], *, more: bool) -> dict[str, Any]:
    """What stands around the list: the first thing to do, the filters, the files, the calendar."""
    begins = not question.narrows and question.after is None and question.scope != "claimable"
    total, late = counts.mine + counts.claimable, sum(row.group == "late" for row in rows)
    return {
        "lead": lead(counts, late if begins and not more and question.scope == "all" else counts.late),
        "first": next((row for row in rows if row.group != "waiting"), None) if begins else None,
        "searchable": total > MANY or question.narrows,
        "search": question.text,
        "facets": facets(question, has_late=bool(late)),
        "kept": {} if question.scope == "all" else {"scope": question.scope},
        "exports": [
            (label, question.address(path))
            for label, path in (("CSV", "/taches.csv"), ("XLSX", "/taches.xlsx"))
        ]
        if rows
        else [],
        "beside_url": url_for("inbox.show_elsewhere")
        if Permission.REMIND in viewer().rights.anywhere()
        else None,
        "calendar_url": calendar_feed.address(),
    }


def bounded(count: int) -> str | None:
    """A count as it is written: « 7 », « 99+ », nothing for none."""
    if count >= inbox.COUNTED:
        return f"{inbox.COUNTED - 1}+"
    return str(count) if count else None


def lead(counts: inbox.Counts, late: int) -> str | None:
    """How much there is to do, in a sentence; the engine counts the late ones among one's own only."""
    total = counts.mine + counts.claimable
    if not total or total >= inbox.COUNTED:
        return None
    locale = web_work.locale()
    said = typography.counted(total, _("{count} tâche"), _("{count} tâches"), locale)
    if not late:
        return said
    return web_work.translated(
        _("{tasks}, dont {count} en retard"), tasks=said, count=typography.number(late, locale)
    )


def scopes(question: Question, counts: inbox.Counts) -> list[tuple[str, str, str, bool]]:
    """Whose tasks are shown; one who only has their own has nothing to choose."""
    if not counts.claimable and question.scope == "all":
        return []
    tallies = {"all": counts.mine + counts.claimable, "mine": counts.mine, "claimable": counts.claimable}
    return [
        (label, question.address(scope=scope), bounded(tallies[scope]) or "0", scope == question.scope)
        for scope, label in SCOPES
    ]


Facet = tuple[str, str, str, list[tuple[str, str, bool]]]


def facets(question: Question, *, has_late: bool) -> list[Facet]:
    """The filters with something to choose: name, label, what « all » is called, choices."""
    found: list[Facet] = []
    if has_late or question.overdue:
        found.append(("overdue", _("Échéance"), _("Toutes"), [("1", _("En retard"), question.overdue)]))
    places = sorted(viewer().rights.places.values(), key=lambda each: each.name)
    if len(places) > 1:
        choices = [(place.slug, place.name, place.slug == question.basin) for place in places]
        found.append(("basin", _("Bassin"), _("Tous"), choices))
    return found


def empty(question: Question, counts: inbox.Counts) -> tuple[str, str, str | None, str | None]:
    """What to say and to do when there is no line to show."""
    say = web_work.translated
    if question.narrows:
        return (
            say(_("Aucune tâche ne correspond")),
            say(_("Rien, parmi vos tâches, ne répond à ces filtres.")),
            url_for("inbox.index"),
            say(_("Enlever les filtres")),
        )
    if question.scope == "mine" and counts.claimable:
        return (
            say(_("Rien ne vous est confié")),
            say(_("Des tâches attendent que quelqu’un de votre rôle les prenne.")),
            question.address(scope="claimable"),
            say(_("Voir les tâches à prendre")),
        )
    sees = Permission.SEE_PROJECT in viewer().rights.anywhere()
    return (
        say(_("Rien à faire pour l’instant")),
        say(_("Quand une tâche vous reviendra, un courriel vous préviendra et elle apparaîtra ici.")),
        "/projets" if sees else None,
        say(_("Voir les projets")) if sees else None,
    )


def announcement(rows: list[Row], *, more: bool) -> str:
    """What a screen reader is told once the list has changed."""
    said = typography.counted(len(rows), _("{count} tâche"), _("{count} tâches"), web_work.locale())
    return web_work.translated(_("{tasks} sur cette page"), tasks=said) if more else said
