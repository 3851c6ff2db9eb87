"""The list of dossiers: filters in the address, whom each one waits for, the same as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import g, render_template, request, url_for

from engine import clock
from engine.committee.expecting import SESSION
from engine.i18n import mark as _
from engine.people import basins
from engine.people.permissions import Permission, Place
from engine.projects import dossiers, parties, timeline
from engine.projects.statuses import PHASE_LABELS, STATUS_LABELS, Phase, Status, phase_of
from forms.choices import WaitingCause
from web import spreadsheets, typography
from web import work as web_work
from web.auth import requires, viewer
from web.projects import basin_answers, words
from web.projects.blueprint import pages

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.people.permissions import Rights
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project
    from engine.projects.parties import Waiting

STILL_OPEN = frozenset(status for status in Status if phase_of(status) is not Phase.ENDED)
BY_LATENESS = "retard"
STATES = (("open", _("En cours")), ("ended", _("Terminés")), ("all", _("Tous")))
COLUMNS = (
    _("Entreprise"), _("Référence"), _("Ville"), _("Bassin"), _("Phase"), _("État"), _("Étape attendue"),
    _("En attente de"), _("Depuis le"), _("Échéance"), _("Ouvert le"), _("Convention signée le"),
    _("Terme du suivi"), _("Terminé le"), _("Adresse"), _("Demandé par le bassin"),
    _("Repris en cours"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What the address asks for."""

    basin: str = ""
    phase: str = ""
    state: str = "open"
    text: str = ""
    status: str = ""
    late: bool = False
    order: str = ""
    after: str = ""

    @classmethod
    def read(cls) -> Question:
        """What this request asks for."""
        return cls(
            basin=request.args.get("bassin", ""),
            phase=request.args.get("phase", ""),
            state=request.args.get("etat", "") or "open",
            text=request.args.get("q", "").strip()[:200].replace("\0", ""),
            status=request.args.get("statut", ""),
            late=request.args.get("retard") == "1",
            order=BY_LATENESS if request.args.get("tri") == BY_LATENESS else "",
            after=request.args.get("apres", ""),
        )

    @property
    def narrows(self) -> bool:
        """Whether something other than the usual list is asked for."""
        return bool(self.basin or self.phase or self.text or self.status or self.late or self.state != "open")

    @property
    def by_lateness(self) -> bool:
        """Late ones are read the most overdue first, whatever the order of the others."""
        return self.late or self.order == BY_LATENESS

    def address(self, path: str = "/projets", **changes: Any) -> str:
        """The address of the same list, or with something changed."""
        asked = replace(self, **{"after": "", **changes})
        values = {
            "bassin": asked.basin, "phase": asked.phase, "etat": "" if asked.state == "open" else asked.state,
            "statut": asked.status, "retard": "1" if asked.late else "", "q": asked.text, "tri": asked.order,
            "apres": asked.after,
        }  # fmt: skip
        kept = urlencode({name: value for name, value in values.items() if value})
        return f"{path}?{kept}" if kept else path

    def page(self, work: UnitOfWork, rights: Rights, *, limit: int = 50) -> dossiers.Page:
        """The dossiers that answer it."""
        return dossiers.list_projects(
            work,
            basin_ids=rights.basins_with(Permission.SEE_PROJECT),
            also=rights.cases_with(Permission.SEE_PROJECT),
            without=rights.hidden(),
            archives=rights.basins_with(Permission.READ_ARCHIVE),
            basin=self.basin or None,
            phase=self.phase or None,
            state=None if self.state == "all" else self.state,
            status=self.status or None,
            late=self.late,
            by_lateness=self.by_lateness,
            q=self.text,
            after=self.after or None,
            limit=limit,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One dossier of the list; see the template."""

    url: str
    firm: str
    reference: str
    city: str | None
    basin: str
    phase: str
    status: str
    badge: tuple[str, str] | None
    step: str | None
    who: str | None
    since: date | None
    days: int
    due_on: date | None
    awaiting: str | None
    awaiting_until: date | None
    others: int
    rest: str | None


@pages.get("/projets")
@requires(Permission.SEE_PROJECT)
def index() -> str:
    """Show the dossiers that the reader may see."""
    question, rights = Question.read(), viewer().rights
    with web_work.start_reading() as work:
        found = question.page(work, rights)
        rows = rows_of(work, found.projects)
        places = places_of(work)
    return render_template("projects/index.html", **view_model(question, found, rows, places))


@pages.get("/projets.csv", defaults={"extension": "csv"})
@pages.get("/projets.xlsx", defaults={"extension": "xlsx"})
@requires(Permission.SEE_PROJECT)
def export_projects(extension: spreadsheets.Format) -> Response:
    """Send what the list shows, all its pages, as a file."""
    with web_work.start_reading() as work:
        lines = (cells(*each) for each in every(work, Question.read()))
        header = [web_work.translated(name) for name in COLUMNS]
        return spreadsheets.answer("projets", extension, header, lines)


def every(work: UnitOfWork, question: Question) -> Iterator[tuple[Project, Row, str]]:
    """Each dossier that the filters keep, page after page, and what its basin asked besides."""
    size = dossiers.LONGEST_PAGE
    while True:
        found = question.page(work, viewer().rights, limit=size)
        asked = basin_answers.in_a_line(work, found.projects)
        for project, row in zip(found.projects, rows_of(work, found.projects), strict=True):
            yield project, row, asked.get(project.id, "")
        if found.next is None:
            return
        question = replace(question, after=found.next)


def cells(project: Project, row: Row, asked: str) -> list[object]:
    """One dossier as a line of a file."""
    return [
        row.firm, row.reference, row.city or "", row.basin, web_work.translated(row.phase),
        web_work.translated(row.status), web_work.translated(row.step or ""), row.who or "", row.since or "",
        row.due_on or "", project.opened_on, project.effective_on or "", project.follow_up_ends_on or "",
        project.ended_on or "", web_work.engine().settings.base_url.rstrip("/") + row.url, asked,
        web_work.translated(_("oui")) if project.adopted else "",
    ]  # fmt: skip


def view_model(
    question: Question, found: dossiers.Page, rows: list[Row], known: dict[int, Place]
) -> dict[str, Any]:
    """What the template is given; it says what each name means."""
    rights = viewer().rights
    places = sorted((place.name, place.slug) for place in known.values())
    return {
        "rows": rows,
        "states": states(question),
        "is_late": question.late,
        "has_handed_over": any(row.badge == words.BADGES["late_at_first"] for row in rows),
        "statuses": statuses(question),
        "orders": [
            ("", _("les plus récents d’abord"), not question.by_lateness),
            (BY_LATENESS, _("les plus en retard d’abord"), question.by_lateness),
        ],
        "is_ended": question.state == "ended",
        "phases": [(phase.value, PHASE_LABELS[phase], phase.value == question.phase) for phase in Phase],
        "basins": [(slug, name, slug == question.basin) for name, slug in places] if len(places) > 1 else [],
        "search": question.text,
        "kept": {
            name: value
            for name, value in (
                ("etat", "" if question.state == "open" else question.state),
                ("retard", "1" if question.late else ""),
            )
            if value
        },
        "show_basin": len(places) > 1,
        "may_open": Permission.OPEN_PROJECT in rights.anywhere(),
        "open_url": url_for("projects.ask_intake", bassin=question.basin or None),
        "exports": [(name.upper(), question.address(f"/projets.{name}")) for name in ("csv", "xlsx")]
        if rows
        else [],
        "narrows": question.narrows,
        "first_url": question.address() if question.after else None,
        "next_url": question.address(after=found.next) if found.next else None,
    }


def states(question: Question) -> list[tuple[str, str, bool]]:
    """The lists one click away: open, late, ended, all; a filter that none of the list has is left."""
    found = []
    for key, label in STATES:
        kept = "" if key == "ended" and question.status in STILL_OPEN else question.status
        url = question.address(state=key, late=False, status=kept)
        found.append((label, url, key == question.state and not question.late))
    late = (_("En retard"), question.address(state="open", late=True), question.late)
    return [found[0], late, *found[1:]]


def statuses(question: Question) -> list[tuple[str, str, bool]]:
    """The statuses that a list may be narrowed to: those of its phase, open or ended as asked."""
    phase = Phase(question.phase) if question.phase in set(Phase) else None
    return [
        (status.value, STATUS_LABELS[status], status.value == question.status)
        for status in Status
        if status.value == question.status
        or (
            (phase is None or phase_of(status) is phase)
            and (question.state == "all" or (status in STILL_OPEN) == (question.state == "open"))
        )
    ]


def rows_of(work: UnitOfWork, projects: list[Project] | Any) -> list[Row]:
    """The dossiers as rows: three statements at most, however many they are."""
    waits = parties.first_waits(work, [each.id for each in projects])
    badges = timeline.badges(work, projects)
    places = places_of(work)
    return [row_of(work.now, each, waits.get(each.id), badges.get(each.id), places) for each in projects]


def places_of(work: UnitOfWork) -> dict[int, Place]:
    """The basins that the reader sees; those of one's own roles are known already."""
    rights = viewer().rights
    if rights.basins_with(Permission.SEE_PROJECT) is not None:
        return rights.places
    if "places" not in g:
        g.places = {each.id: Place(each.slug, each.name, ZoneInfo(each.zone)) for each in basins.every(work)}
    found: dict[int, Place] = g.places
    return found


def row_of(
    now: datetime,
    project: Project,
    waiting: Waiting | None,
    badge: str | None,
    places: dict[int, Place],
) -> Row:
    """One dossier as a row."""
    status = Status(project.status)
    place = places.get(project.basin_id)
    today = clock.local_date(now, place.zone if place else web_work.PROGRAMME_ZONE)
    return Row(
        url=url_for("projects.show_project", project_id=project.id),
        firm=project.firm,
        reference=project.reference,
        city=project.city,
        basin=place.name if place else "",
        phase=PHASE_LABELS[phase_of(status)],
        status=STATUS_LABELS[status],
        badge=words.BADGES[badge] if badge and badge != "up_to_date" else None,
        step=waiting.title if waiting else None,
        who=whom(waiting) if waiting else None,
        since=waiting.opened_on if waiting else None,
        days=(today - waiting.opened_on).days if waiting else 0,
        due_on=waiting.due_on if waiting and not project.suspended_until else None,
        awaiting=words.label(WaitingCause, waiting.awaiting) if waiting and waiting.awaiting else None,
        awaiting_until=waiting.awaiting_until if waiting else None,
        others=waiting.others if waiting else 0,
        rest=rest_of(project, waiting),
    )


def whom(waiting: Waiting) -> str:
    """Whom a dossier waits for: a person, the next session, else a role."""
    if waiting.waits_for == SESSION:
        return web_work.translated(_("La prochaine séance"))
    return waiting.person or web_work.translated(words.role_of(waiting.role))


def rest_of(project: Project, waiting: Waiting | None) -> str | None:
    """Why nobody is waited for."""
    locale = web_work.locale()
    if project.ended_on is not None:
        day = typography.long_date(project.ended_on, locale)
        return web_work.translated(_("Terminé le {day}"), day=day)
    if project.suspended_on is not None and project.suspended_until is not None:
        day = typography.long_date(project.suspended_until, locale)
        return web_work.translated(_("Suspendu jusqu’au {day}"), day=day)
    return None if waiting else web_work.translated(_("Rien n’est attendu pour l’instant"))
