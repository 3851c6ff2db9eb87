"""A session as one page: its agenda and who received it, who was there, each item, its minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import render_template, url_for

from engine.committee import (
    agenda,
    diffusion,
    items,
    life,
    minutes_words,
    reading,
    session_names,
    sessions,
    waits,
)
from engine.committee.item_kinds import DECIDED, LABELS, Kind
from engine.i18n import mark as _
from engine.people import persons
from engine.people.permissions import Permission
from engine.projects import listed
from forms import choices
from forms.interests import Presence
from web import once, typography
from web import work as web_work
from web.auth import requires, viewer
from web.committee import ballots, item_states, minutes
from web.committee.access import heading, session_asked
from web.committee.blueprint import pages
from web.committee.sessions import present_of, sessions_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from engine.committee.agenda import Agenda, Line
    from engine.committee.candidates import Candidate
    from engine.committee.diffusion import Receipt
    from engine.committee.models import CommitteeSession
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.listed import Named

SUSPENDED = _("Projet suspendu")
PREVIOUS = _("Procès-verbal du {day}")
CONCLUDE, CHANGE, POSTPONE = _("Donner une suite"), _("Changer la suite"), _("Reporter")


@dataclass(frozen=True, slots=True)
class Names:
    """What the items of an agenda are about: firms by project, days by session whose minutes are approved."""

    firms: dict[UUID, Named]
    days: dict[UUID, date]
    presiding: dict[UUID, str]  # Whoever presides over an item in the chair’s place.


@pages.get("/seances/<uuid:session_id>")
@requires(Permission.SEE_BASIN)
def show_session(session_id: UUID) -> str:
    """Show one session: what is on its agenda, what is left to do, what it decided."""
    with web_work.start_reading() as work:
        session, basin = session_asked(work, session_id, Permission.SEE_BASIN)
        shown = view_model(work, session, basin)
    return render_template("committee/session.html", **shown)


def view_model(work: UnitOfWork, session: CommitteeSession, basin: Basin) -> dict[str, Any]:
    """What the page is given; its template says what each name means."""
    rights, today = viewer().rights, web_work.today()
    sees = rights.allows(Permission.SEE_PROJECT, basin_id=basin.id)
    conducts = rights.allows(Permission.CONDUCT_SESSION, basin_id=basin.id)
    is_planned = session.state == sessions.PLANNED
    seen = agenda.shown(work, session, rights) if sees else agenda.Agenda()
    named = names_of(work, seen)
    receipts = diffusion.receipts(work, session.id) if session.diffused_at and sees else []
    return {
        **state_of(session, work, sees=sees),
        "basin": basin.name,
        "session": sessions_of(work, [session])[0],
        "heading": heading(session),
        "number": session.number,
        "sees": sees,
        "lines": lines_of(work, session, seen, named, conducts=conducts),
        "left_out": len(seen.left_out),
        "removed": [removed_line(each, named) for each in seen.removed],
        "late": [candidate(each, named, today) for each in seen.late],
        "held_back": [held_back(each, named, today) for each in seen.held_back],
        "receipts": [receipt(each) for each in receipts],
        "sent_again_on": sent_again_on(session, receipts),
        "conducts": conducts,
        "edits": conducts and is_planned,
        "may_plan": rights.allows(Permission.PLAN_SESSION, basin_id=basin.id),
        "to_do": to_do(work, session),
        "minutes": minutes.summary(work, session) if session.state == sessions.HELD and sees else None,
        "links": links(session, conducts=conducts, sees=sees),
        "waits": waited(work, session, basin, seen, named, today=today) if is_planned and sees else None,
        "urls": urls_of(session, basin),
        "new_key": once.new_key,
    }


def state_of(session: CommitteeSession, work: UnitOfWork, *, sees: bool) -> dict[str, Any]:
    """How far the session is; what was noted of it, for those who may read what it dealt with."""
    is_planned = session.state == sessions.PLANNED
    names = ("note", "guests", "remarks", "late_diffusion_reason")
    typed = {name: getattr(session, name) if sees else None for name in names}
    hidden = viewer().rights.hidden()
    readable = {name: reading.typed(work, text, without=hidden) for name, text in typed.items()}
    return {
        "note": readable["note"],
        "guests": readable["guests"],
        "remarks": readable["remarks"],
        "present": present_of(work, session) if session.present_seat_ids and sees else [],
        "away": list(away_of(work, session)) if sees else [],
        "is_open": is_planned and session.diffused_at is None,
        "is_written": session.kind == sessions.WRITTEN,
        "diffused_at": session.diffused_at,
        "late_reason": readable["late_diffusion_reason"],
        "notice_on": life.notice_day(work, session.basin_id, session.held_on) if is_planned else None,
    }


def receipt(found: Receipt) -> dict[str, Any]:
    """Who was sent the agenda, and the day on which they received it."""
    at = found.acknowledged_at
    return {
        "name": found.full_name,
        "is_guest": found.guest,
        "on": at.astimezone(web_work.zone()).date() if at else None,
    }


def away_of(work: UnitOfWork, session: CommitteeSession) -> Iterator[str]:
    """Who was not there and had themselves represented, or excused: a sentence for each."""
    if session.state == sessions.HELD and session.kind != sessions.WRITTEN:
        said = (Presence.REPRESENTED, Presence.EXCUSED)
        yield from minutes_words.attendance(work, session, web_work.locale(), only=said)


def sent_again_on(session: CommitteeSession, receipts: list[Receipt]) -> date | None:
    """The day on which an agenda that changed was sent once more."""
    if session.diffused_at is None or not receipts:
        return None
    first = session.diffused_at.astimezone(web_work.zone()).date()
    return max((each.sent_on for each in receipts if each.sent_on > first), default=None)


def urls_of(session: CommitteeSession, basin: Basin) -> dict[str, str]:
    """Where the gestures of the page lead."""

    def to(endpoint: str) -> str:
        return url_for(f"committee.{endpoint}", session_id=session.id)

    return {
        "sessions": url_for("committee.index", bassin=basin.slug),
        "shift": to("shift_item"),
        "remove": to("ask_removal"),
        "restore": to("restore_item"),
        "add": to("ask_addition"),
        "pick": to("pick_item"),
        "diffuse": to("ask_diffusion"),
        "dossier": to("show_dossier"),
        "calendar": to("session_event"),
    }


def lines_of(
    work: UnitOfWork, session: CommitteeSession, seen: Agenda, named: Names, *, conducts: bool
) -> list[dict[str, Any]]:
    """The items as the page shows them, with their voices, and what may be done of each."""
    is_held = session.state == sessions.HELD
    standings = {each.item.id: each for each in items.standings(work, session.id)} if is_held else {}
    written = [each.item for each in seen.lines if each.item is not None]
    voices = ballots.of_items(work, session, written) if written else {}
    return [
        line_of(each, named, web_work.today(), standings)
        | {"voices": voices.get(each.item.id) if each.item is not None else None}
        | (ways_on(session, each, standings) if conducts else {})
        for each in seen.lines
    ]


def names_of(work: UnitOfWork, seen: Agenda) -> Names:
    """The firms of an agenda, and the sessions whose minutes stand on it: a statement each; who presides."""
    every: list[Line | Candidate] = [*seen.lines, *seen.removed, *seen.late, *seen.held_back]
    firms = listed.named(work, {each.project_id for each in every if each.project_id is not None})
    about = {each.subject_id for each in every if each.kind == Kind.PREVIOUS_MINUTES and each.subject_id}
    presiding = persons.names(work, [each.item.chaired_by_id for each in seen.lines if each.item is not None])
    days = {key: each.held_on for key, each in session_names.several(work, about).items()}
    return Names(firms, days, presiding)


def title_of(line: Line | Candidate, named: Names) -> str:
    """What an item is called: its firm, its day, its number, what was typed; else its kind says it."""
    if line.kind == Kind.PREVIOUS_MINUTES and line.subject_id in named.days:
        day = typography.long_date(named.days[line.subject_id], web_work.locale())
        return web_work.translated(PREVIOUS, day=day)
    firm = named.firms[line.project_id].firm if line.project_id in named.firms else None
    return firm or line.title or web_work.translated(LABELS[line.kind])


def title_by_key(work: UnitOfWork, session: CommitteeSession, key: str) -> str | None:
    """What an item of an agenda is called, for whoever may read it."""
    seen = agenda.shown(work, session, viewer().rights)
    named = names_of(work, seen)
    return next((title_of(each, named) for each in seen.lines if each.key == key), None)


def line_of(line: Line, named: Names, today: date, standings: dict[UUID, items.Standing]) -> dict[str, Any]:
    """An item of the agenda as the page shows it."""
    standing = standings.get(line.item.id) if line.item is not None else None
    project = named.firms.get(line.project_id) if line.project_id is not None else None
    return {
        "key": line.key,
        "number": line.number,
        "item_id": line.item.id if line.item is not None else None,
        "kind": LABELS[line.kind],
        "title": title_of(line, named),
        "about": line.title if line.project_id is not None else None,
        "city": project.city if project else None,
        "reference": project.reference if project else None,
        "url": page_of(line),
        "note": line.item.note if line.item is not None else None,
        "since": line.since,
        "days": (today - line.since).days if line.since and line.kind in DECIDED else None,
        "is_late": line.item is not None and line.item.is_late,
        "standing": standing,
        "state": item_states.state_of(standing) if standing is not None else None,
        "outcome_note": line.item.outcome_note if line.item is not None else None,
        "presided_by": named.presiding.get(line.item.chaired_by_id)
        if line.item is not None and line.item.chaired_by_id is not None else None,
    }  # fmt: skip


def page_of(line: Line | Candidate) -> str | None:
    """Where one reads what an item is about."""
    if line.project_id is not None:
        return url_for("projects.show_project", project_id=line.project_id)
    if line.kind == Kind.PREVIOUS_MINUTES and line.subject_id is not None:
        return url_for("committee.show_minutes", session_id=line.subject_id)
    return None


def ways_on(
    session: CommitteeSession, line: Line, standings: dict[UUID, items.Standing]
) -> dict[str, str | None]:
    """Where what becomes of an item is recorded, or who presides over it, while minutes are unsigned."""
    if line.item is None or session.minutes_signed_on is not None or session.state == sessions.CANCELLED:
        return {}
    standing = standings.get(line.item.id)
    is_held = session.state == sessions.HELD
    is_decided = standing is not None and standing.has_decision
    decides = is_held and standing is not None and not standing.is_decided
    item_id = line.item.id

    def to(endpoint: str) -> str:
        return url_for(f"committee.{endpoint}", session_id=session.id, item_id=item_id)

    has_come = session.diffused_at is not None and session.held_on <= web_work.today()
    presided = line.project_id is not None and (is_held or has_come)
    postponed = POSTPONE if line.kind in DECIDED else CONCLUDE
    task_id = standing.task_id if standing is not None and decides else None
    return {
        "decide_url": url_for("inbox.show_task", task_id=task_id) if task_id is not None else None,
        "outcome_url": to("ask_outcome") if is_held and not is_decided else None,
        "outcome_label": CHANGE if line.item.outcome is not None else postponed,
        "chair_url": to("ask_item_chair") if presided and not is_decided else None,
    }


def links(session: CommitteeSession, *, conducts: bool, sees: bool) -> list[tuple[str, str]]:
    """What else there is to open of a session."""
    is_held, is_closed = session.state == sessions.HELD, session.minutes_signed_on is not None
    is_meeting = session.kind != sessions.WRITTEN
    known = (
        (_("Présences et pouvoirs"), "ask_attendance", conducts and is_held and is_meeting and not is_closed),
        (_("Prolonger la consultation"), "ask_extension", conducts and is_consulted(session)),
        (_("Observations"), "session_observations", sees and not is_held),
    )
    return [
        (label, url_for(f"committee.{endpoint}", session_id=session.id))
        for label, endpoint, is_shown in known
        if is_shown
    ]


def is_consulted(session: CommitteeSession) -> bool:
    """Whether members are answering in writing."""
    is_planned = session.state == sessions.PLANNED
    return is_planned and session.kind == sessions.WRITTEN and session.diffused_at is not None


def removed_line(line: Line, named: Names) -> dict[str, Any]:
    """An item that was taken off, and why."""
    return {
        "key": line.key,
        "title": title_of(line, named),
        "reason": line.item.removed_reason if line.item is not None else None,
    }


def candidate(found: Candidate, named: Names, today: date) -> dict[str, Any]:
    """What is ready and stands on no agenda."""
    return {
        "key": found.key,
        "kind": LABELS[found.kind],
        "title": title_of(found, named),
        "url": page_of(found),
        "days": (today - found.since).days,
    }


def held_back(found: Candidate, named: Names, today: date) -> dict[str, Any]:
    """What waits all the same, and for whom."""
    causes = {str(cause.value): cause.label for cause in choices.WaitingCause}
    return candidate(found, named, today) | {
        "why": causes.get(found.held_back or "", SUSPENDED),
        "until": found.awaited_until,
    }


def to_do(work: UnitOfWork, session: CommitteeSession) -> list[dict[str, Any]]:
    """What the session waits for now: each of its open steps once, its day, its page when it is one's own."""
    me = viewer().person_id
    roles = {role.value for role in viewer().rights.roles(session.basin_id)}
    found: dict[str, dict[str, Any]] = {}
    for each in sessions.waiting_steps(work, session.id):
        own = each.assignee_id == me if each.assignee_id is not None else each.role in roles
        shown = found.setdefault(
            each.step, {"title": each.title, "due_on": each.due_on, "url": None, "count": 0}
        )
        shown["count"] += 1
        if own:
            shown["url"] = url_for("inbox.show_task", task_id=each.id)
    return list(found.values())


def waited(
    work: UnitOfWork, session: CommitteeSession, basin: Basin, seen: Agenda, named: Names, *, today: date
) -> dict[str, Any]:
    """How long files wait for a session; those that would wait too long may be consulted on in writing."""
    found = waits.of_basin(work, session.basin_id, today)
    is_meeting = session.kind != sessions.WRITTEN
    offered = waits.too_long(seen.lines, session.held_on) if is_meeting else []
    return {
        "median": found.median_days,
        "longest": found.longest_days,
        "too_long": [
            {
                "title": title_of(each, named),
                "days": (session.held_on - each.since).days if each.since else 0,
                "url": url_for("committee.ask_plan", bassin=basin.slug, forme="written", point=each.key),
            }
            for each in offered
        ],
    }
