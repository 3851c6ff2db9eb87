"""Somebody leaves: what they hold, who takes it, line by line; then their account is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from flask import make_response, render_template, request

from engine.departures import closing, handing, holdings
from engine.departures.handing import Outcome
from engine.departures.holdings import Holding, What
from engine.i18n import mark as _
from engine.people import accounts, basins, permissions, persons
from engine.people.models import Role
from engine.people.permissions import Permission
from web import errors as web_errors
from web import once, typography
from web import work as web_work
from web.admin import words
from web.admin.blueprint import Messages, done_once, pages, shows_again
from web.admin.people import card_of, require_visible
from web.auth import requires, viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.people.models import Person
    from engine.persistence.unit_of_work import UnitOfWork

STAYS, DEFAULT = "-", ""
WHATS = {
    What.ROLE: _("Rôle"), What.PART: _("Place dans un projet"), What.MANDATE: _("Suivi d’un projet"),
    What.SIGNATURE: _("Signature attendue"), What.TASK: _("Tâche"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One thing held, in words: what, where, what goes with it; who was chosen, and what was refused."""

    key: str
    what: str
    title: str
    place: str
    note: str
    chosen: str
    refusal: str
    is_checked: bool


def require_managed(work: UnitOfWork, person_id: UUID) -> Person:
    """A person whom one looks after. Raises `NotVisible`, `MissingPermission`."""
    person = require_visible(work, person_id)
    permissions.require_may_manage(work, person_id)
    return person


@pages.get("/administration/personnes/<uuid:person_id>/passation")
@requires(Permission.MANAGE_PEOPLE)
def show_handover(person_id: UUID) -> str:
    """List all that somebody holds, and ask who takes it."""
    return handover_page(person_id)


def handover_page(
    person_id: UUID, messages: Messages | None = None, outcomes: Sequence[Outcome] | None = None
) -> str:
    """The page of a handover; after a check or a refusal, each line says what it would come to."""
    with web_work.start_reading() as work:
        person = require_managed(work, person_id)
        found = holdings.of_person(work, person_id)
        told = {each.holding.key: each for each in outcomes or ()}
        return render_template(
            "admin/handover.html",
            person=person,
            lines=[line_of(each, told.get(each.key)) for each in found],
            takers=holdings.takers(work, person_id, {each.basin_id for each in found}),
            follows=holdings.following(work, person_id).drafts,
            taker=request.form.get("taker", ""),
            reason=request.form.get("reason", ""),
            refusals=[text for texts in (messages or {}).values() for text in texts],
            is_checked=outcomes is not None,
            cannot=sum(each.refusal is not None for each in outcomes or ()),
            may_close=closing_is_left(work, person_id),
            report=reported(work, person_id),
        )


def reported(work: UnitOfWork, person_id: UUID) -> list[tuple[datetime, str, str, str]]:
    """What was handed over already: when, what, on which project, to whom."""
    found = handing.report(work, person_id)
    names = persons.names(work, {each.taker_id for each in found})
    say = web_work.translated
    return [
        (
            each.at,
            f"{say(WHATS[each.what])}, {role_name(each.role)}",
            each.reference,
            names.get(each.taker_id, ""),
        )
        for each in found
    ]


def role_name(role: str) -> str:
    """A role in words."""
    return web_work.translated(words.ROLES[Role(role)]) if role in set(Role) else role


def closing_is_left(work: UnitOfWork, person_id: UUID) -> bool:
    """Whether the account is still to be closed."""
    return person_id != viewer().person_id and person_id not in closed_or_none(work, person_id)


def closed_or_none(work: UnitOfWork, person_id: UUID) -> set[UUID]:
    """The person, when their account is closed or they have none."""
    try:
        account = accounts.find(work, person_id)
    except accounts.NoAccount:
        return {person_id}
    return {person_id} if account.disabled_at is not None else set()


def line_of(holding: Holding, outcome: Outcome | None = None) -> Line:
    """One thing held, in words."""
    say = web_work.translated
    role = role_name(holding.role)
    place = " · ".join(filter(None, (holding.firm, holding.reference, holding.basin or say(_("National")))))
    return Line(
        key=holding.key,
        what=say(WHATS[holding.what]),
        title=say(holding.title) if holding.title else f"{role}{organisation_of(holding)}",
        place=place,
        note=note_of(holding),
        chosen=request.form.get(holding.key, DEFAULT),
        refusal="" if outcome is None or outcome.refusal is None else web_errors.sentence_of(outcome.refusal),
        is_checked=outcome is not None and outcome.taker_id is not None,
    )


def organisation_of(holding: Holding) -> str:
    """For whom a seat or a chair is held."""
    return f", {holding.organisation}" if holding.organisation else ""


def note_of(holding: Holding) -> str:
    """What goes with a line: the open tasks of a part, a wait, a due day."""
    say, locale = web_work.translated, web_work.locale()
    if holding.tasks:
        return say(_("Avec : {tasks}"), tasks=", ".join(say(each) for each in holding.tasks))
    if holding.awaiting_until is not None:
        return say(_("En attente jusqu’au {day}"), day=typography.long_date(holding.awaiting_until, locale))
    if holding.due_on is not None:
        return say(_("À faire avant la fin du {day}"), day=typography.long_date(holding.due_on, locale))
    return ""


@pages.post("/administration/personnes/<uuid:person_id>/passation")
@shows_again(handover_page)
@requires(Permission.MANAGE_PEOPLE)
def hand_over(person_id: UUID) -> Response:
    """Check all the lines, or hand them over in one act; refused, nothing is done and each line says why."""
    reason = request.form.get("reason", "")
    with web_work.start_reading() as work:
        require_managed(work, person_id)
        takers = chosen(holdings.of_person(work, person_id))
    if "check" in request.form:
        outcomes = handing.check(
            web_work.engine().database, web_work.actor(), person_id, takers, reason=reason,
            locale=web_work.locale(),
        )  # fmt: skip
        return make_response(handover_page(person_id, outcomes=outcomes))
    try:
        with once.start_work() as work:
            name = persons.find(work, person_id).full_name
            done_lines = handing.hand_over(work, person_id, takers, reason=reason)
            count = sum(each.taker_id is not None for each in done_lines)
            text = (
                _("Passation de {name} : {count} ligne confiée. Un courriel part à qui la reprend.")
                if count == 1
                else _("Passation de {name} : {count} lignes confiées. Chacun reçoit un seul courriel.")
            )
            return done_once(work, text, address_of(person_id), name=name, count=count)
    except handing.CannotAllBeHandedOver as refusal:
        said = {"": [web_errors.sentence_of(refusal)]}
        return make_response(handover_page(person_id, said, refusal.outcomes), 409)
    except handing.NothingLeft as refusal:
        return make_response(handover_page(person_id, {"": [web_errors.sentence_of(refusal)]}), 409)


def address_of(person_id: UUID) -> str:
    """The address of the page: what is left is shown there."""
    return f"{card_of(person_id)}/passation"


def chosen(found: Sequence[Holding]) -> dict[str, UUID]:
    """Who takes each line: the one named for it, else the one named for all; « - » leaves it."""
    default = identifier(request.form.get("taker", ""))
    takers: dict[str, UUID] = {}
    for each in found:
        typed = request.form.get(each.key, DEFAULT)
        taker = default if typed == DEFAULT else identifier(typed)
        if taker is not None:
            takers[each.key] = taker
    return takers


def identifier(text: str) -> UUID | None:
    """A person chosen, or nobody."""
    try:
        return UUID(text)
    except ValueError:
        return None


@pages.get("/administration/personnes/<uuid:person_id>/desactiver")
@requires(Permission.MANAGE_PEOPLE)
def confirm_closing(person_id: UUID) -> str:
    """Show what closing an account does, what remains, what must be done first. Raises `NoAccount`."""
    with web_work.start_reading() as work:
        person = require_managed(work, person_id)
        accounts.find(work, person_id)
        found = holdings.of_person(work, person_id)
        return render_template(
            "admin/closing.html",
            person=person,
            alone=[web_errors.sentence_of(each) for each in closing.alone(work, person_id)],
            released=[line_of(each) for each in found if each.what is What.TASK],
            left=[line_of(each) for each in found if each.what is not What.TASK],
            acting=[
                basins.find(work, each.basin_id).name
                for each in closing.acting_chairs(work, person_id)
                if each.basin_id is not None
            ],
            is_closed=person_id in closed_or_none(work, person_id),
        )


@pages.post("/administration/personnes/<uuid:person_id>/desactiver")
@requires(Permission.MANAGE_PEOPLE)
def disable_account(person_id: UUID) -> Response:
    """Close an account: sessions, devices and tokens end at once; what was taken goes back to the group.

    Raises `closing.Alone` for the only one of a kind, saying what to do first.
    """
    with once.start_work() as work:
        require_managed(work, person_id)
        closing.close(work, person_id)
        said = _("Compte désactivé : ses sessions, appareils et jetons sont fermés.")
        return done_once(work, said, card_of(person_id))
