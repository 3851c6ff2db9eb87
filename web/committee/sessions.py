"""The sessions of a basin's committee: those to come, what waits for them, those held."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import render_template, url_for

from engine.committee import sessions, waiting
from engine.i18n import mark as _
from engine.people import basins, chairs, persons
from engine.people.models import Role
from engine.people.permissions import Permission
from engine.projects import dossiers, mandates
from forms import choices
from web import spreadsheets, typography
from web import work as web_work
from web.auth import requires, viewer
from web.committee.access import basin_asked, takes_part
from web.committee.blueprint import pages

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.committee.models import CommitteeSession
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork

# Between six and ten sessions a year (cahier des charges, R32): said, never imposed.
FEWEST, MOST = 6, 10
RECENT = 12  # The page shows a year and a half; files have them all.
STATES = {
    "planned": (_("Prévue"), "accent"),
    "held": (_("Tenue"), "done"),
    "cancelled": (_("Annulée"), ""),
}
TO_NOTE = (_("Passée, à noter"), "late")  # Its day is over, and nobody said whether it took place.
MINUTES_SIGNED = (_("Signé"), "done")
MINUTES_TO_SIGN = (_("Pas encore signé"), "wait")
COLUMNS = (
    _("Date"),
    _("Heure"),
    _("Forme"),
    _("Lieu"),
    _("État"),
    _("Décisions"),
    _("Présidée par"),
    _("Procès-verbal signé le"),
)


@pages.get("/seances")
@requires(Permission.SEE_BASIN)
def index() -> str:
    """Show a basin's sessions and what is ready for the next one."""
    with web_work.start_reading() as work:
        basin = basin_asked(work, Permission.SEE_BASIN)
        shown = view_model(work, basin)
    return render_template("committee/index.html", **shown)


@pages.get("/seances.csv", defaults={"extension": "csv"})
@pages.get("/seances.xlsx", defaults={"extension": "xlsx"})
@requires(Permission.SEE_BASIN)
def export_sessions(extension: spreadsheets.Format) -> Response:
    """Send a basin's sessions as a file."""
    with web_work.start_reading() as work:
        basin = basin_asked(work, Permission.SEE_BASIN)
        found = sessions_of(work, sessions.of_basin(work, basin.id))
    lines = [
        [
            each["held_on"], each["starts_at"] or "", web_work.translated(each["kind"]), each["where"] or "",
            web_work.translated(each["state"]), each["decisions"], each["chaired_by"] or "",
            each["minutes_signed_on"],
        ]
        for each in found
    ]  # fmt: skip
    header = [web_work.translated(name) for name in COLUMNS]
    return spreadsheets.answer("seances", extension, header, lines)


def view_model(work: UnitOfWork, basin: Basin) -> dict[str, Any]:
    """What the list's template is given; it says what each name means."""
    today = web_work.today()
    found = sessions.of_basin(work, basin.id)
    shown = sessions_of(work, found)
    held, planned = waiting.count_of_year(work, basin.id, today)
    rights = viewer().rights
    sees = rights.allows(Permission.SEE_PROJECT, basin_id=basin.id)
    conducts = rights.allows(Permission.CONDUCT_SESSION, basin_id=basin.id)
    chair = chairs.chair_in_force(work, basin.id, today)
    past = [each for each in reversed(shown) if not each["is_planned"]]
    return {
        "basin": basin.name,
        "basins": choice_of_basins(work, basin),
        "year": today.year,
        "held": held,
        "planned": planned,
        "fewest": FEWEST,
        "most": MOST,
        "to_note": [each for each in shown if each["is_overdue"]],
        "coming": [each for each in shown if each["is_planned"] and not each["is_overdue"]],
        "past": past[:RECENT],
        "older": max(0, len(past) - RECENT),
        "ready": [
            ready_row(each, today, conducts=conducts)
            for each in waiting.ready(work, basin.id, without=rights.hidden())
        ]
        if sees
        else [],
        "to_ratify": ratifications(work, basin.id) if sees else [],
        "chair": (chair.full_name, chair.organisation_name, chair.acting, chair.until) if chair else None,
        "to_sign": len(waiting.to_sign(work, rights)) if Role.CHAIR in rights.roles(basin.id) else 0,
        "sign_url": url_for("committee.to_sign"),
        "may_plan": rights.allows(Permission.PLAN_SESSION, basin_id=basin.id),
        "plan_url": url_for("committee.ask_plan", bassin=basin.slug),
        "year_url": url_for("committee.ask_year", bassin=basin.slug),
        "acting_url": acting_url(basin),
        "register_url": url_for("committee.register", bassin=basin.slug),
        "reads_register": rights.allows(Permission.SEE_INTERESTS, basin_id=basin.id),
        "exports": spreadsheets.links("committee.export_sessions", bassin=basin.slug) if shown else [],
    }


def acting_url(basin: Basin) -> str | None:
    """Where an acting chair is designated, for whoever may."""
    may = viewer().rights.allows(Permission.DESIGNATE_ACTING_CHAIR, basin_id=basin.id)
    return url_for("committee.ask_acting_chair", bassin=basin.slug) if may else None


def choice_of_basins(
    work: UnitOfWork, shown: Basin, endpoint: str = "committee.index"
) -> list[tuple[str, str, bool]]:
    """The basins whose sessions the reader may see, when there is a choice, each with its own page."""
    allowed = viewer().rights.basins_with(Permission.SEE_BASIN)
    found = [
        (each.name, url_for(endpoint, bassin=each.slug), each.id == shown.id)
        for each in basins.every(work)
        if allowed is None or each.id in allowed
    ]
    return found if len(found) > 1 else []


def sessions_of(work: UnitOfWork, found: list[CommitteeSession]) -> list[dict[str, Any]]:
    """Sessions as pages and files show them, in their order."""
    today = web_work.today()
    decided = waiting.decided_in(work, [each.id for each in found if each.held_on <= today])
    names = persons.names(work, [each.chaired_by_id for each in found])
    states = {
        each.id: TO_NOTE if each.state == "planned" and each.held_on < today else STATES[each.state]
        for each in found
    }
    return [
        {
            "id": each.id,
            "url": url_for("committee.show_session", session_id=each.id),
            "held_on": each.held_on,
            "starts_at": each.starts_at,
            "hour": hours_of(each),
            "kind": label(choices.SessionKind, each.kind),
            "where": each.place,
            "video_link": each.video_link if takes_part(each.basin_id) else None,
            "state": states[each.id][0],
            "tone": states[each.id][1],
            "is_planned": each.state == "planned",
            "is_due": each.state == "planned" and each.held_on <= today,
            "is_overdue": each.state == "planned" and each.held_on < today,
            "decisions": decided.get(each.id, 0),
            "minutes": minutes_of(each),
            "minutes_signed_on": each.minutes_signed_on,
            "chaired_by": names.get(each.chaired_by_id) if each.chaired_by_id else None,
            "move_url": url_for("committee.ask_move", session_id=each.id),
            "cancel_url": url_for("committee.ask_cancel", session_id=each.id),
            "held_url": url_for("committee.ask_held", session_id=each.id),
        }
        for each in found
    ]


def hours_of(session: CommitteeSession) -> str | None:
    """When a session begins, and when it is expected to end; a consultation in writing has no hour."""
    locale, starts_at = web_work.locale(), session.starts_at
    if not starts_at:
        return None
    start = typography.hour_of_day(starts_at, locale)
    hour, _colon, minute = starts_at.partition(":")
    if not (hour.isdecimal() and minute.isdecimal()):  # Typed before hours had one form.
        return start
    hours, minutes = divmod(int(hour) * 60 + int(minute) + session.duration_minutes, 60)
    end = typography.hour_of_day(f"{hours % 24}:{minutes:02}", locale)
    return web_work.translated(_("de {start} à {end}"), start=start, end=end)


def minutes_of(session: CommitteeSession) -> tuple[str, str] | None:
    """Whether the minutes of a session held are signed; one held before sessions had a case has none here."""
    if session.minutes_signed_on is not None:
        return MINUTES_SIGNED
    return MINUTES_TO_SIGN if session.state == "held" and session.has_case else None


# What waits for the committee besides a project itself.
BESIDES = {"intervention_request": _("Nouvelle intervention"), "amendment": _("Avenant")}


def ready_row(found: waiting.Ready, today: date, *, conducts: bool) -> dict[str, Any]:
    """A dossier ready for a decision, and since when it waits; who conducts sessions records it there."""
    return {
        "url": url_for("projects.show_project", project_id=found.case_id),
        "task_url": url_for("inbox.show_task", task_id=found.task_id) if conducts else None,
        "firm": found.firm,
        "city": found.city,
        "reference": found.reference,
        "since": found.opened_on,
        "days": (today - found.opened_on).days,
        "opinion": label(choices.Opinion, found.opinion) if found.opinion else None,
        "advance_cents": found.advance_cents,
        "about": BESIDES.get(found.process),
        "awaiting_until": found.awaiting_until,
        "awaiting": label(choices.WaitingCause, found.awaiting) if found.awaiting else None,
    }


def ratifications(work: UnitOfWork, basin_id: int) -> list[dict[str, Any]]:
    """The mandataries replaced since the last session, which the next one is asked to ratify (D19)."""
    hidden = viewer().rights.hidden()
    found = [each for each in mandates.to_ratify(work, basin_id) if each.project_id not in hidden]
    names = persons.names(work, [one for each in found for one in (each.from_person_id, each.to_person_id)])
    return [
        {
            "firm": dossiers.find(work, each.project_id).firm,
            "url": url_for("projects.follow_up", project_id=each.project_id),
            "former": names.get(each.from_person_id) if each.from_person_id else None,
            "new": names.get(each.to_person_id),
            "on": each.occurred_on,
        }
        for each in found
    ]


def present_of(work: UnitOfWork, session: CommitteeSession) -> list[str]:
    """The members who were there, by name."""
    return waiting.present(work, [UUID(each) for each in session.present_seat_ids])


def label(coded: type[choices.Coded], value: str) -> str:
    """The French label of a stored code."""
    return next((member.label for member in coded if member.value == value), value)
