"""The page of an act on one item of a session: which item, what it is called, the form around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import g, render_template, request, url_for

from engine.committee import items, minutes_words, sessions
from engine.committee.item_kinds import LABELS, Kind
from engine.people import basins, permissions
from engine.people.permissions import Permission
from engine.projects import dossiers
from web import once
from web import work as web_work
from web.committee.access import heading
from web.page_forms import Messages, PageForm, general

if TYPE_CHECKING:
    from engine.committee.agenda_models import AgendaItem
    from engine.committee.models import CommitteeSession
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from forms.presentation import Input

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Point:
    """An item of a session that the reader may see."""

    item: AgendaItem
    session: CommitteeSession
    basin: Basin
    name: str  # The firm it is about, or what the officer typed.
    kind: str
    number: int  # Its place on the agenda, as the session's page counts.

    @property
    def back_url(self) -> str:
        """The session, at this item."""
        return url_for("committee.show_session", session_id=self.session.id, _anchor=f"point-{self.number}")


def item_asked(work: UnitOfWork, session_id: UUID, item_id: UUID, permission: Permission) -> Point:
    """An item of a session, for those who may do this; whoever stepped back from its project sees none.

    Raises `items.ItemNotFound`, `permissions.NotVisible`, `permissions.MissingPermission`.
    """
    item = items.find(work, item_id)
    if item.session_id != session_id:
        raise items.ItemNotFound
    permissions.require(work, permission, basin_id=item.basin_id, case_id=item.project_id)
    session = sessions.find(work, session_id)
    g.zone = basins.zone_of(work, item.basin_id)
    kind = web_work.translated(LABELS[Kind(item.kind)])
    name = item.title or kind
    if item.project_id is not None:
        name = dossiers.find(work, item.project_id).firm
    number = minutes_words.numbers(work, session_id).get(item_id, 1)
    return Point(item, session, basins.find(work, item.basin_id), name, kind, number)


def item_page(
    point: Point,
    form: PageForm,
    inputs: list[Input],
    messages: Messages | None,
    *,
    template: str = "committee/item.html",
    **more: Any,
) -> str:
    """The page of an act on an item."""
    return render_template(
        template,
        title=form.form.title,
        intro=form.form.intro,
        submit=form.form.submit,
        name=point.name,
        kind=point.kind if point.kind != point.name else None,
        basin=point.basin.name,
        heading=heading(point.session),
        back_url=point.back_url,
        inputs=inputs,
        general_errors=general(messages, inputs) or rows_wrong(messages, inputs),
        action=request.full_path.rstrip("?"),
        key=once.new_key(),
        **more,
    )


def rows_wrong(messages: Messages | None, inputs: Sequence[Input]) -> list[str]:
    """What is wrong with rows that the page shows no more: a seat that left meanwhile."""
    shown = {inner.name for each in inputs for row in each.rows for inner in row.inputs}
    known = {each.name for each in inputs}
    return [
        text
        for path, texts in (messages or {}).items()
        if path not in shown and path not in known and path.split("-")[0] in known
        for text in texts
    ]
