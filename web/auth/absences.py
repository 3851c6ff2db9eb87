"""One's own absences, and who does one's tasks meanwhile: declare, name, withdraw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from flask import flash, render_template, request, url_for

from engine import errors
from engine.i18n import mark as _
from engine.people import absences, basins, chairs, persons, substitutions
from engine.people.substitutions import EndReason
from engine.projects import substitutes
from engine.runtime import standing_in
from web import once
from web import work as web_work
from web.auth.blueprint import pages
from web.auth.gates import signed_in
from web.auth.refusals import shows_again
from web.auth.viewers import viewer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.people.models import Absence, Substitution
    from engine.people.substitutions import Candidate
    from engine.persistence.unit_of_work import UnitOfWork

NOT_A_DAY = _("Indiquez un jour, par exemple 2026-11-16.")
CHOICE = "substitute-{basin_id}"  # The name of the choice made for one basin.


@dataclass(frozen=True, slots=True)
class Place:
    """A basin in which another may do one's tasks: who may be named there, and whether one presides."""

    basin_id: int
    name: str
    field: str
    candidates: list[Candidate]
    chosen: str
    presides: bool


@dataclass(frozen=True, slots=True)
class Period:
    """An absence, and who stands in: (substitution, basin, name)."""

    absence: Absence
    substitutes: list[tuple[Substitution, str, str]]


@pages.get("/compte/absences", endpoint="absences")
@signed_in
def show_absences() -> str:
    """Show one's absences, and for whom one stands in."""
    return page()


def page(refusal: str = "") -> str:
    """The page of one's absences; a refusal stands at its head."""
    person_id = viewer().person_id
    with web_work.start_reading() as work:
        return render_template(
            "auth/absences.html", refusal=refusal, key=once.new_key(), **view_model(work, person_id)
        )


def view_model(work: UnitOfWork, person_id: UUID) -> dict[str, object]:
    """What the template is given: one's periods, the basins where somebody may be named, whom one helps."""
    today = absences.day_of(work, person_id)
    others = substitutions.by_substitute(work, person_id)
    names = persons.names(work, [each.person_id for each in others])
    return {
        "periods": periods_of(work, person_id, today),
        "places": places_of(work, person_id, today),
        "helped": [
            (names.get(each.person_id, ""), basins.find(work, each.basin_id).name, each) for each in others
        ],
        "first_day": request.form.get("first_day", ""),
        "last_day": request.form.get("last_day", ""),
        "longest": substitutions.LONGEST_DAYS,
    }


def periods_of(work: UnitOfWork, person_id: UUID, since: date) -> list[Period]:
    """A person's absences that are not over, each with who stands in."""
    found = absences.of_person(work, person_id, since=since)
    named = substitutions.of_absences(work, [each.id for each in found])
    names = persons.names(work, [each.substitute_id for each in named])
    return [
        Period(
            absence,
            [
                (each, basins.find(work, each.basin_id).name, names.get(each.substitute_id, ""))
                for each in named
                if each.absence_id == absence.id
            ],
        )
        for absence in found
    ]


def places_of(work: UnitOfWork, person_id: UUID, on: date) -> list[Place]:
    """The basins in which somebody may be named in a person's place."""
    return [
        Place(
            basin_id,
            basins.find(work, basin_id).name,
            CHOICE.format(basin_id=basin_id),
            substitutions.candidates(work, person_id=person_id, basin_id=basin_id, on=on),
            request.form.get(CHOICE.format(basin_id=basin_id), ""),
            person_id in chairs.presiding_on(work, basin_id, on),
        )
        for basin_id in substitutions.basins_of(work, person_id, on)
    ]


@pages.post("/compte/absences")
@shows_again(page)
@signed_in
def declare_absence() -> Response:
    """Declare days on which one is away, and who does one's tasks: reminders wait, or go to them."""
    with once.start_work() as work:
        declared = declare(work, viewer().person_id)
        said = _("Absence enregistrée, remplacement compris.") if declared else _("Absence enregistrée.")
        answer = done(work, said)
    follow()
    return answer


def declare(work: UnitOfWork, person_id: UUID) -> int:
    """Declare what the form says of somebody's absence; how many substitutes were named."""
    absence = absences.declare(
        work, person_id=person_id, first_day=day_of("first_day"), last_day=day_of("last_day")
    )
    return name_all(work, absence)


def name_all(work: UnitOfWork, absence: Absence) -> int:
    """Name the substitutes that the form says, basin by basin; how many."""
    named = 0
    for basin_id in substitutions.basins_of(work, absence.person_id, basins.today(work, None)):
        chosen = request.form.get(CHOICE.format(basin_id=basin_id), "")
        if chosen:
            substitutes.name(work, absence=absence, basin_id=basin_id, substitute_id=person_named(chosen))
            named += 1
    return named


def person_named(text: str) -> UUID:
    """The person chosen. Raises `InvalidAnswers`."""
    try:
        return UUID(text)
    except ValueError as error:
        raise substitutions.refusal(_("Choisissez l’une des personnes proposées.")) from error


def day_of(field: str) -> date:
    """A day as a browser sends it. Raises `InvalidAnswers`."""
    try:
        return date.fromisoformat(request.form.get(field, ""))
    except ValueError as error:
        raise errors.InvalidAnswers({field: [NOT_A_DAY]}) from error


@pages.post("/compte/absences/<uuid:absence_id>/remplacant")
@shows_again(page)
@signed_in
def name_substitute(absence_id: UUID) -> Response:
    """Name who does one's tasks during an absence declared before. Raises `UnknownAbsence`."""
    with once.start_work() as work:
        absence = own_absence(work, viewer().person_id, absence_id)
        if not name_all(work, absence):
            raise substitutions.refusal(_("Choisissez l’une des personnes proposées."))
        answer = done(work, _("Remplacement enregistré."))
    follow()
    return answer


@pages.post("/compte/absences/<uuid:absence_id>/retirer")
@signed_in
def withdraw_absence(absence_id: UUID) -> Response:
    """Withdraw one of one's own absences, with who stood in. Raises `UnknownAbsence` when it is another's."""
    with once.start_work() as work:
        substitutes.withdraw_absence(work, own_absence(work, viewer().person_id, absence_id))
        answer = done(work, _("Absence retirée."))
    follow()
    return answer


def own_absence(work: UnitOfWork, person_id: UUID, absence_id: UUID) -> Absence:
    """An absence of a person. Raises `UnknownAbsence` when it is another's, or withdrawn."""
    for each in absences.of_person(work, person_id, since=date.min):
        if each.id == absence_id:
            return each
    raise absences.UnknownAbsence


@pages.post("/compte/remplacements/<uuid:substitution_id>/retirer")
@signed_in
def withdraw_substitution(substitution_id: UUID) -> Response:
    """End a substitution: the person away does, or whoever stands in and cannot any more.

    Raises `UnknownSubstitution` when it concerns neither.
    """
    with once.start_work() as work:
        found = substitutions.find(work, substitution_id)
        if viewer().person_id not in {found.person_id, found.substitute_id}:
            raise substitutions.UnknownSubstitution
        standing_in.end(work, substitution_id, reason=EndReason.WITHDRAWN)
        answer = done(work, _("Remplacement retiré : les tâches sont de nouveau à leur titulaire."))
    follow()
    return answer


def follow() -> None:
    """Give the tasks to substitutes and back at once; what somebody holds is left to the next minute."""
    standing_in.follow(web_work.engine().database)


def done(work: UnitOfWork, sentence: str) -> Response:
    """Back to one's absences, saying what was done; the same form sent twice is one act (D24)."""
    flash(web_work.translated(sentence), "success")
    return once.done(work, url_for("auth.absences"))
