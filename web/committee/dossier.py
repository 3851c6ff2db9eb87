"""The dossier of a session on a page, for a telephone too; saying that one received it opens the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import flash, render_template, url_for

from engine.committee import bound_dossiers, diffusion, dossier, reading, sessions
from engine.documents import requests
from engine.i18n import mark as _
from engine.operations import session_papers
from engine.people.permissions import Permission
from web import once, paper_files
from web import work as web_work
from web.auth import requires, viewer
from web.committee import ballots
from web.committee.access import heading, session_asked
from web.committee.blueprint import pages
from web.committee.cockpit import page_of
from web.committee.sessions import hours_of

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.committee.models import CommitteeSession
    from engine.persistence.unit_of_work import UnitOfWork


@pages.get("/seances/<uuid:session_id>/dossier")
@requires(Permission.SEE_PROJECT)
def show_dossier(session_id: UUID) -> str:
    """Show what there is to read on each item, without what the reader stepped back from."""
    with web_work.start_reading() as work:
        session, basin = session_asked(work, session_id, Permission.SEE_PROJECT)
        shown = view_model(work, session)
    return render_template("committee/dossier.html", basin=basin.name, **shown)


@pages.post("/seances/<uuid:session_id>/dossier/recu")
@requires(Permission.SEE_PROJECT)
def acknowledge(session_id: UUID) -> Response:
    """Say that one received the agenda, then open the file, or the page while it is being made."""
    with once.start_work() as work:
        session_asked(work, session_id, Permission.SEE_PROJECT)
        paper_id = diffusion.acknowledge(work, session_id)
        found = None if paper_id is None else requests.find(work, paper_id)
        is_made = found is not None and paper_files.is_made(found)
        place = (
            url_for("documents.read_paper", paper_id=paper_id)
            if is_made
            else url_for("committee.show_dossier", session_id=session_id)
        )
        response = once.done(work, place)
    if not is_made:
        flash(web_work.translated(_("Votre accusé de réception est noté.")), "success")
    return response


def view_model(work: UnitOfWork, session: CommitteeSession) -> dict[str, Any]:
    """What the page is given; its template says what each name means."""
    hidden = frozenset(viewer().rights.hidden())
    found = dossier.of(work, session, without=hidden)
    asked = session_papers.reader(work, session)
    mine = [each for each in bound_dossiers.latest(work, session.id) if each.person_id == viewer().person_id]
    paper_id = mine[0].paper_id if mine else None
    rows = [each.line.item for each in found.entries if each.line.item is not None]
    voices = ballots.of_items(work, session, rows)
    return {
        "session_id": session.id,
        "held_on": session.held_on,
        "heading": heading(session),
        "hour": hours_of(session),
        "where": session.place,
        "video_link": session.video_link,
        "message": reading.typed(work, session.note, without=hidden),
        "is_sent": session.diffused_at is not None,
        "is_planned": session.state == sessions.PLANNED,
        "is_mine": bool(mine),
        "acknowledged_at": mine[0].acknowledged_at if mine else None,
        "paper": paper_files.line(work, requests.find(work, paper_id)) if paper_id else None,
        "items": [
            session_papers.item(asked, each)
            | {
                "voices": voices.get(each.line.item.id) if each.line.item is not None else None,
                "is_late": each.line.item is not None and each.line.item.is_late,
                "url": page_of(each.line),
                "is_project": each.line.project_id is not None,
            }
            for each in found.entries
        ],
        "left_out": found.left_out,
        "session_url": url_for("committee.show_session", session_id=session.id),
        "receipt_url": url_for("committee.acknowledge", session_id=session.id),
        "key": once.new_key(),
    }
