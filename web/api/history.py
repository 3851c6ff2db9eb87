"""The append-only history, in the order in which it was committed."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from engine import exports
from engine.i18n import mark as _
from engine.people import permissions
from engine.people.permissions import Permission
from web import work as web_work
from web.api import bodies
from web.api.bodies import Body, Whole
from web.api.endpoints import endpoint

MOST_ENTRIES = 1_000


class EntriesAsked(Body):
    """Which entries: those after a number already read."""

    after = Whole(least=0, most=bodies.LARGEST_NUMBER, load_default=0)
    limit = Whole(least=1, most=MOST_ENTRIES, load_default=MOST_ENTRIES)


@endpoint(
    "GET",
    "/history",
    title=_("Lire l’historique"),
    note=_(
        "« next » est le numéro à redonner dans « after », maintenant ou plus tard : aucune entrée "
        "n’est sautée."
    ),
    permission=Permission.READ_HISTORY,
    query=EntriesAsked,
    answers={200: "HistoryList"},
)
def list_history(query: dict[str, Any]) -> Response:
    """Read the history with its hashes, without what people wrote.

    `next` is the number to give as `after` to go on, now or later: no entry is ever passed over, not
    even one whose transaction is still open (D22). Entries of other basins are left out.
    """
    with web_work.start_reading() as work:
        rights = permissions.permissions_of(work, work.actor.person_id)
        items = exports.history_after(
            work, after=query["after"], limit=query["limit"],
            basin_ids=rights.basins_with(Permission.READ_HISTORY), without=rights.hidden(),
        )  # fmt: skip
    return jsonify(items=items, next=items[-1]["seq"] if items else query["after"])
