"""A session's minutes to be read: their words, their file, the errata that go with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import render_template, url_for

from engine.committee import errata, minutes, observations, reading
from engine.documents import requests
from engine.i18n import mark as _
from engine.operations import paper_readers
from engine.people import persons
from engine.people.models import Role
from engine.people.permissions import Permission
from web import paper_files
from web import work as web_work
from web.auth import requires, viewer
from web.committee.access import heading, session_asked
from web.committee.blueprint import pages
from web.committee.item_states import state_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from engine.committee.minutes_models import Minutes
    from engine.committee.models import CommitteeSession
    from engine.persistence.unit_of_work import UnitOfWork

STATES = {
    minutes.TO_SIGN: (_("À signer"), "soon"),
    minutes.SIGNED: (_("Signé"), "done"),
    minutes.SENT_BACK: (_("Renvoyé à l’opérateur"), "late"),
}


@pages.get("/seances/<uuid:session_id>/proces-verbal")
@requires(Permission.SEE_PROJECT)
def show_minutes(session_id: UUID) -> str:
    """Show a session's minutes; whoever stepped back from an item does not read it."""
    with web_work.start_reading() as work:
        session, basin = session_asked(work, session_id, Permission.SEE_PROJECT)
        hidden = viewer().rights.hidden()
        found = minutes.latest(work, session.id)
        shown = None if found is None else words_shown(work, session, found, hidden)
        read = reading.of_session(work, session, locale=web_work.locale(), without=hidden)
        corrections = errata_of(work, session, hidden)
        remarks = remarks_of(work, session.id)
    rights = viewer().rights
    return render_template(
        "committee/minutes.html",
        basin=basin.name,
        held_on=session.held_on,
        heading=heading(session),
        number=session.number,
        session_url=url_for("committee.show_session", session_id=session_id),
        minutes=shown,
        decisions=[
            {"number": each.number, "title": each.title, "state": state_of(each.standing),
             "decision": each.standing.decision.number if each.standing.decision else None}
            for each in read
            if not each.is_hidden
        ],
        errata=corrections,
        observations=remarks,
        sign_url=url_for("committee.show_signature", session_id=session_id),
        erratum_url=url_for("committee.ask_erratum", session_id=session_id)
        if session.minutes_signed_on and rights.allows(Permission.CONDUCT_SESSION, basin_id=basin.id)
        else None,
        observations_url=url_for("committee.session_observations", session_id=session_id),
    )  # fmt: skip


def summary(work: UnitOfWork, session: CommitteeSession) -> dict[str, Any]:
    """The minutes inside their session's page: how far they are, and what the reader may do."""
    rights, hidden = viewer().rights, viewer().rights.hidden()
    found = minutes.latest(work, session.id)
    is_closed = session.minutes_signed_on is not None
    conducts = rights.allows(Permission.CONDUCT_SESSION, basin_id=session.basin_id)
    return {
        "state": STATES[found.state] if found else None,
        "signed_on": session.minutes_signed_on,
        "url": url_for("committee.show_minutes", session_id=session.id),
        "file": file_line(work, found.paper_id) if found else None,
        "errata": len(errata.readable(work, session.id, without=hidden)),
        "observations": remarks_of(work, session.id),
        "observations_url": url_for("committee.session_observations", session_id=session.id),
        "sign_url": url_for("committee.show_signature", session_id=session.id)
        if not is_closed and Role.CHAIR in rights.roles(session.basin_id)
        else None,
        "erratum_url": url_for("committee.ask_erratum", session_id=session.id)
        if is_closed and conducts
        else None,
        "is_closed": is_closed,
    }


def words_shown(
    work: UnitOfWork, session: CommitteeSession, found: Minutes, hidden: Collection[UUID]
) -> dict[str, Any]:
    """The minutes as they stand: their state, their words, who signed them, their file."""
    words = reading.words_of(work, session, found, without=hidden)
    names = persons.names(work, [found.signed_by, found.drafted_by])
    return {
        "state": STATES[found.state],
        "is_signed": found.state == minutes.SIGNED,
        "is_to_sign": found.state == minutes.TO_SIGN,
        "words": words,
        "version": found.version,
        "drafted_by": names.get(found.drafted_by),
        "signed_by": names.get(found.signed_by) if found.signed_by else None,
        "is_acting": found.signed_as == "acting_chair",
        "signed_on": found.signed_on,
        "reason": found.sent_back_reason,
        "file": file_line(work, found.paper_id),
    }


def errata_of(work: UnitOfWork, session: CommitteeSession, hidden: Collection[UUID]) -> list[dict[str, Any]]:
    """The errata of a session, less those on a project that the reader stepped back from."""
    found = errata.readable(work, session.id, without=hidden)
    names = persons.names(work, [each.recorded_by for each in found])
    return [
        {
            "number": each.number,
            "wrong": each.wrong,
            "right": each.right_text,
            "reason": each.reason,
            "by": names.get(each.recorded_by),
            "on": each.occurred_on,
            "is_noted": each.noted_in is not None,
            "file": file_line(work, each.paper_id),
        }
        for each in found
    ]


def file_line(work: UnitOfWork, paper_id: UUID | None) -> paper_files.Line | None:
    """The file of minutes or of an erratum, for those to whom its address would give it."""
    file = requests.find(work, paper_id) if paper_id is not None else None
    may = file is not None and paper_readers.may_read(work, file)
    return paper_files.line(work, file) if file is not None and may else None


def remarks_of(work: UnitOfWork, session_id: UUID) -> int:
    """How many observations there are on a session."""
    return len(observations.of(work, session_id=session_id))
