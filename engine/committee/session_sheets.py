"""The documents that a session leaves: its minutes, an extract for each decision, its errata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import clock
from engine.committee import (
    decision_words,
    items,
    letters,
    minutes_words,
    readers,
    sessions,
    taking_part,
    voices,
    votes,
)
from engine.committee.agenda_models import AgendaItem
from engine.committee.item_kinds import LABELS, Kind
from engine.committee.minutes_models import Erratum, Extract, Minutes
from engine.committee.models import CommitteeSession, Decision
from engine.documents import requests
from engine.documents.making import Sheet
from engine.i18n import mark as _
from engine.i18n import translate
from engine.people import basins, organisations, persons
from engine.persistence import anchors
from engine.projects import written
from engine.projects.models import Project
from engine.projects.written import Block
from forms.choices import DecisionMode
from forms.interests import Presence

if TYPE_CHECKING:
    from datetime import date

    from engine.documents.models import Paper
    from engine.persistence.unit_of_work import UnitOfWork

MINUTES, EXTRACT, ERRATUM = "minutes", "extract", "erratum"
TO_THE_COMMITTEE = "committee"
MINUTES_NAMED = _("Procès-verbal {number}.pdf")
EXTRACT_NAMED = _("Extrait {number}.pdf")
ERRATUM_NAMED = _("Erratum {number} {session}.pdf")
SHOWN_AS = {
    Presence.PRESENT: _("présence"), Presence.EXCUSED: _("absence excusée"), Presence.ABSENT: _("absence"),
    Presence.REPRESENTED: _("représentation"),
}  # fmt: skip


# ── Asked for in the act ─────────────────────────────────────────────────────────────────────────────────


def ask_for_minutes(work: UnitOfWork, session: CommitteeSession, signed: Minutes) -> UUID:
    """Ask for the file of minutes just signed."""
    locale = readers.language(work, session.basin_id)
    return requests.ask(
        work, kind=MINUTES, subject_id=signed.id, chain_id=session.id, basin_id=session.basin_id,
        locale=locale, audience=TO_THE_COMMITTEE,
        name=translate(MINUTES_NAMED, locale, number=session.number),
    )  # fmt: skip


def ask_for_erratum(work: UnitOfWork, session: CommitteeSession, erratum: Erratum) -> UUID:
    """Ask for the document of an erratum."""
    locale = readers.language(work, session.basin_id)
    return requests.ask(
        work, kind=ERRATUM, subject_id=erratum.id, chain_id=session.id, basin_id=session.basin_id,
        locale=locale, audience=TO_THE_COMMITTEE,
        name=translate(ERRATUM_NAMED, locale, number=erratum.number, session=session.number),
    )  # fmt: skip


def ask_for_extract(work: UnitOfWork, extract: Extract) -> None:
    """Ask for what the minutes say of a project, for its dossier; the project is locked."""
    item = work.database.get_one(AgendaItem, extract.item_id)
    decision = work.database.get_one(Decision, item.decision_id)
    locale = readers.language(work, extract.basin_id)
    requests.ask(
        work, kind=EXTRACT, subject_id=decision.id, chain_id=extract.project_id, basin_id=extract.basin_id,
        project_id=extract.project_id, locale=locale, audience=TO_THE_COMMITTEE,
        name=translate(EXTRACT_NAMED, locale, number=decision.number),
    )  # fmt: skip


# ── Gathered when it is made ─────────────────────────────────────────────────────────────────────────────


def minutes_sheet(work: UnitOfWork, paper: Paper) -> Sheet:
    """What the file of signed minutes is made of: the very words that were signed, and who was there."""
    signed = work.database.get_one(Minutes, paper.subject_id)
    session = sessions.find(work, signed.session_id)
    title = translate(_("Procès-verbal {number}"), paper.locale, number=session.number)
    data = of_its_session(work, session, signed.signed_on or session.held_on) | {
        "title": title,
        "reference": session.number,
        "blocks": [
            {"kind": each.kind, "text": each.text}
            for each in (*minutes_words.blocks(signed.body), *numbered(work, session, paper.locale))
        ],
        "attendance": attendance(work, session, paper.locale),
        "chair": {
            "name": persons.names(work, [signed.signed_by]).get(signed.signed_by, "")
            if signed.signed_by
            else "",
            "capacity": translate(letters.CAPACITIES[signed.signed_as or "chair"], paper.locale),
        },
        "signed_on": (signed.signed_on or session.held_on).isoformat(),
        "anchor": last_anchor(work, session),
    }
    return Sheet("minutes@1", data)


def numbered(work: UnitOfWork, session: CommitteeSession, locale: str) -> list[Block]:
    """The numbers that the session's decisions were given, which their own signature alone gives them.

    They are beside the words that were signed, and no part of them.
    """
    standing = [each for each in items.standings(work, session.id) if each.item.removed_at is None]
    said = [
        translate(
            _("point {position}, {firm} : décision {number}, signée le {day}"), locale, position=position,
            firm=each.firm or "", number=each.decision.number,
            day=written.day(each.decision.signed_on.isoformat(), locale),
        )
        for position, each in enumerate(standing, start=1)
        if each.decision is not None and each.decision.signed_on is not None
    ]  # fmt: skip
    if not said:
        return []
    heading = Block("heading", translate(_("Numéros des décisions"), locale))
    lines = letters.punctuated(said, locale)
    return [heading, *(Block("item", each) for each in lines)]


def extract_sheet(work: UnitOfWork, paper: Paper) -> Sheet:
    """What the minutes say of one project: its decision, who was there, who stepped back."""
    decision = work.database.get_one(Decision, paper.subject_id)
    item = work.database.scalars(sa.select(AgendaItem).where(AgendaItem.decision_id == decision.id)).one()
    session = sessions.find(work, item.session_id)
    project = work.database.get_one(Project, decision.project_id)
    locale = paper.locale
    day = decision.signed_on or session.held_on
    data = (
        of_its_session(work, session, day)
        | counted(work, session, item, decision)
        | {
            "title": translate(
                _("Extrait du procès-verbal, décision {number}"), locale, number=decision.number
            ),
            "reference": decision.number,
            "position": position(work, item),
            "kind": translate(LABELS[Kind(item.kind)], locale).lower(),
            "firm": ", ".join(each for each in (project.firm, project.city) if each),
            "project": project.reference,
            "outcome": f"{decision_words.outcome(decision, item.kind, locale)}.",
            "number": decision.number,
            "means": letters.punctuated(decision_words.means(work, decision, locale), locale),
            "conditions": decision_words.conditions(work, decision),
            "reasons": decision_words.reasons(decision, locale),
            "recused": minutes_words.recused(work, session, item),
            "chair": letters.chair_of(work, decision, locale),
            "signed_on": day.isoformat(),
        }
    )
    return Sheet("extract@1", data, most_pages=4)


def erratum_sheet(work: UnitOfWork, paper: Paper) -> Sheet:
    """What an erratum says: what was written, what is right, and why."""
    erratum = work.database.get_one(Erratum, paper.subject_id)
    session = sessions.find(work, erratum.session_id)
    author = persons.names(work, [erratum.recorded_by]).get(erratum.recorded_by, "")
    title = _("Erratum n° {number} au procès-verbal {session}")
    data = of_its_session(work, session, erratum.occurred_on) | {
        "title": translate(title, paper.locale, number=erratum.number, session=session.number),
        "reference": session.number,
        "number": erratum.number,
        "about": about(work, erratum, paper.locale),
        "wrong": erratum.wrong,
        "right": erratum.right_text,
        "reason": erratum.reason,
        "recorded_on": erratum.occurred_on.isoformat(),
        "author_name": author,
    }
    return Sheet("erratum@1", data, most_pages=4)


def bind_minutes(work: UnitOfWork, paper: Paper) -> None:
    """Bind the file that is made to the minutes it is of."""
    signed = work.database.get_one(Minutes, paper.subject_id)
    signed.file_hash = paper.content_hash


def of_its_session(work: UnitOfWork, session: CommitteeSession, day: date) -> dict[str, Any]:
    """What each of these documents says: for which basin, of which session, on which day."""
    head = letters.letterhead(work, session.basin_id, day)
    return {name: head[name] for name in ("author", "date", "basin")} | {
        "session": {"number": session.number, "held_on": session.held_on.isoformat()}
    }


def attendance(work: UnitOfWork, session: CommitteeSession, locale: str) -> list[dict[str, Any]]:
    """Who was there, seat by seat, and who held whose vote."""
    noted = taking_part.attendance_of(work, session.id)
    names = persons.names(work, [each.person_id for each in noted])
    firms = organisations.names(work, {each.organisation_id for each in noted if each.organisation_id})
    held_by = {each.seat_id: names.get(each.person_id, "") for each in noted}
    return [
        {
            "person": names.get(each.person_id, ""),
            "organisation": firms.get(each.organisation_id, "") if each.organisation_id else "",
            "presence": translate(SHOWN_AS[Presence.of(each.presence)], locale),
            "proxy": held_by.get(each.proxy_to_seat_id) if each.proxy_to_seat_id else None,
        }
        for each in sorted(noted, key=lambda each: names.get(each.person_id, ""))
    ]


def counted(
    work: UnitOfWork, session: CommitteeSession, item: AgendaItem, decision: Decision
) -> dict[str, Any]:
    """How many seats were there for an item, out of how many, and what they voted if they did."""
    found = voices.voters_on(work, session, item)
    rules = voices.rules(work, session, decision.mode)
    there = votes.represented_by(found, rules)
    is_vote = decision.mode == DecisionMode.VOTE and decision.votes_for is not None
    told = voices.result(work, session, item, decision.mode)
    return {
        "present": len(there),
        "eligible": len(found.seats - found.recused),
        "quorum_needed": told.quorum_needed if is_vote else 0,
        "has_quorum": told.has_quorum if is_vote and there else None,
        "votes": {
            "in_favour": decision.votes_for,
            "against": decision.votes_against or 0,
            "abstained": decision.abstentions or 0,
        }
        if is_vote
        else None,
    }


def position(work: UnitOfWork, item: AgendaItem) -> int:
    """Which item it was of its session, from 1, those taken off the agenda left out."""
    return minutes_words.numbers(work, item.session_id).get(item.id, 1)


def about(work: UnitOfWork, erratum: Erratum, locale: str) -> str | None:
    """The item that an erratum is about, as the minutes call it."""
    if erratum.item_id is None:
        return None
    item = work.database.get_one(AgendaItem, erratum.item_id)
    return translate(
        _("Point {number}, {named}"), locale, number=position(work, item),
        named=minutes_words.titled(work, item, locale),
    )  # fmt: skip


def last_anchor(work: UnitOfWork, session: CommitteeSession) -> dict[str, str] | None:
    """The last night at which the history of the basin was anchored, and its hash (D22)."""
    found = work.connection.execute(anchors.LAST, {"basin": session.basin_id}).one_or_none()
    if found is None:
        return None
    day = clock.local_date(found.at, basins.zone_of(work, session.basin_id))
    return {"day": day.isoformat(), "digest": found.root}
