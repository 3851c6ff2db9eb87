"""A colleague's absence: somebody ill telephones, and an officer declares it and names who stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import render_template, request

from engine.i18n import mark as _
from engine.people import absences, permissions, substitutions
from engine.people.permissions import Permission
from engine.people.substitutions import EndReason
from engine.projects import substitutes
from engine.runtime import standing_in
from web import once
from web import work as web_work
from web.admin.blueprint import Messages, done_once, pages, shows_again
from web.admin.people import card_of, require_visible
from web.auth import absences as own
from web.auth import requires

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.people.models import Person
    from engine.persistence.unit_of_work import UnitOfWork


def require_managed(work: UnitOfWork, person_id: UUID) -> Person:
    """A person of one's basins whom one looks after. Raises `NotVisible`, `MissingPermission`."""
    person = require_visible(work, person_id)
    permissions.require_may_manage(work, person_id)
    return person


@pages.get("/administration/personnes/<uuid:person_id>/absences")
@requires(Permission.MANAGE_PEOPLE)
def absences_of_person(person_id: UUID) -> str:
    """Show a colleague's absences, and who does their tasks."""
    return absences_page(person_id)


def absences_page(person_id: UUID, absence_id: UUID | None = None, messages: Messages | None = None) -> str:
    """The page of a colleague's absences; what was refused, of one or of a new one, stands at its head."""
    del absence_id
    with web_work.start_reading() as work:
        person = require_managed(work, person_id)
        today = absences.day_of(work, person_id)
        return render_template(
            "admin/absences.html",
            person=person,
            refusal=" ".join(
                web_work.translated(text) for texts in (messages or {}).values() for text in texts
            ),
            periods=own.periods_of(work, person_id, today),
            places=own.places_of(work, person_id, today),
            first_day=request.form.get("first_day", ""),
            last_day=request.form.get("last_day", ""),
            longest=substitutions.LONGEST_DAYS,
        )


def address_of(person_id: UUID) -> str:
    """The address of the page."""
    return f"{card_of(person_id)}/absences"


@pages.post("/administration/personnes/<uuid:person_id>/absences")
@shows_again(absences_page)
@requires(Permission.MANAGE_PEOPLE)
def declare_absence_of(person_id: UUID) -> Response:
    """Declare a colleague's absence, and who does their tasks."""
    with once.start_work() as work:
        require_managed(work, person_id)
        own.declare(work, person_id)
        answer = done_once(work, _("Absence enregistrée."), address_of(person_id))
    own.follow()
    return answer


@pages.post("/administration/personnes/<uuid:person_id>/absences/<uuid:absence_id>/remplacant")
@shows_again(absences_page)
@requires(Permission.MANAGE_PEOPLE)
def name_substitute_of(person_id: UUID, absence_id: UUID) -> Response:
    """Name who does a colleague's tasks during an absence. Raises `UnknownAbsence`."""
    with once.start_work() as work:
        require_managed(work, person_id)
        if not own.name_all(work, own.own_absence(work, person_id, absence_id)):
            raise substitutions.refusal(_("Choisissez l’une des personnes proposées."))
        answer = done_once(work, _("Remplacement enregistré."), address_of(person_id))
    own.follow()
    return answer


@pages.post("/administration/personnes/<uuid:person_id>/absences/<uuid:absence_id>/retirer")
@requires(Permission.MANAGE_PEOPLE)
def withdraw_absence_of(person_id: UUID, absence_id: UUID) -> Response:
    """Withdraw a colleague's absence, with who stood in. Raises `UnknownAbsence`."""
    with once.start_work() as work:
        require_managed(work, person_id)
        substitutes.withdraw_absence(work, own.own_absence(work, person_id, absence_id))
        answer = done_once(work, _("Absence retirée."), address_of(person_id))
    own.follow()
    return answer


@pages.post("/administration/personnes/<uuid:person_id>/remplacements/<uuid:substitution_id>/retirer")
@requires(Permission.MANAGE_PEOPLE)
def withdraw_substitution_of(person_id: UUID, substitution_id: UUID) -> Response:
    """End a colleague's substitution. Raises `UnknownSubstitution` when it is another's."""
    with once.start_work() as work:
        require_managed(work, person_id)
        if substitutions.find(work, substitution_id).person_id != person_id:
            raise substitutions.UnknownSubstitution
        standing_in.end(work, substitution_id, reason=EndReason.WITHDRAWN)
        said = _("Remplacement retiré : les tâches sont de nouveau à leur titulaire.")
        answer = done_once(work, said, address_of(person_id))
    own.follow()
    return answer
