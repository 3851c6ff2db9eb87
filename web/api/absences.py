"""Absences as the API declares and withdraws them, and who does the tasks meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, jsonify, url_for

from engine.i18n import mark as _
from engine.people import absences, basins, persons, substitutions
from engine.people.permissions import Permission
from engine.people.substitutions import EndReason
from engine.people.tokens import Scope
from engine.projects import substitutes
from engine.runtime import standing_in
from web import work as web_work
from web.api import access, writes
from web.api.bodies import Body, Day, Identifier, Text
from web.api.endpoints import endpoint
from web.api.tokens import require_managed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from engine.people.models import Absence, Substitution
    from engine.persistence.unit_of_work import UnitOfWork

REFUSALS = (403, 404, 409, 503)


class Whose(Body):
    """The bearer’s own, or those of a person whom the bearer looks after."""

    person_id = Identifier(load_default=None)


class Declared(Body):
    """From which day to which, both included; of whom, when it is not the bearer."""

    first_day = Day(required=True)
    last_day = Day(required=True)
    person_id = Identifier(load_default=None)


class Named(Body):
    """Who does the tasks, in which basin."""

    basin = Text(longest=80, shortest=1, required=True)
    substitute_id = Identifier(required=True)


def acting_for(person_id: UUID | None) -> UUID:
    """Whose absences the bearer acts on: their own, or those of whom they look after.

    Raises `OutOfScope`, `MissingPermission`; where the person is, is for `require_managed` to look at.
    """
    bearer = access.caller().bearer
    if person_id is None or person_id == bearer.person_id:
        if Scope.ACT not in bearer.scopes:
            raise access.OutOfScope(scope=Scope.ACT.value)
        return bearer.person_id
    access.require(Permission.MANAGE_PEOPLE)
    return person_id


def require_own_or_managed(work: UnitOfWork, person_id: UUID) -> None:
    """Let those go on whose absence it is, or who look after that person. Raises `NotVisible`."""
    if person_id != work.actor.person_id:
        require_managed(work, person_id)


def found(work: UnitOfWork, absence_id: UUID) -> Absence:
    """An absence of the bearer, or of whom they look after. Raises `UnknownAbsence`."""
    absence = absences.find(work, absence_id)
    if absence.person_id != work.actor.person_id:
        if Permission.MANAGE_PEOPLE not in access.caller().rights.anywhere():
            raise absences.UnknownAbsence
        require_managed(work, absence.person_id)
    return absence


@endpoint(
    "GET",
    "/absences",
    title=_("Lister des absences"),
    note=_("Les siennes, ou celles d’une personne dont on suit le compte ; celles qui ne sont pas finies."),
    query=Whose,
    answers={200: "AbsenceList"},
    refusals=(403, 404),
)
def list_absences(query: dict[str, Any]) -> Response:
    """List the absences that are not over, each with who stands in."""
    with web_work.start_reading() as work:
        person_id = query["person_id"] or work.actor.person_id
        if person_id != work.actor.person_id:
            access.require(Permission.MANAGE_PEOPLE)
        require_own_or_managed(work, person_id)
        listed = absences.of_person(work, person_id, since=absences.day_of(work, person_id))
        return jsonify(items=described(work, listed))


@endpoint(
    "POST",
    "/absences",
    title=_("Déclarer une absence"),
    note=_("La sienne, ou celle d’une personne dont on suit le compte."),
    body=Declared,
    keyed=True,
    answers={201: "Absence"},
    refusals=REFUSALS,
)
def declare_absence(body: dict[str, Any]) -> Response:
    """Declare days on which somebody is away."""
    person_id = acting_for(body["person_id"])

    def made(work: UnitOfWork) -> str:
        require_own_or_managed(work, person_id)
        absence = absences.declare(
            work, person_id=person_id, first_day=body["first_day"], last_day=body["last_day"]
        )
        return url_for("api.show_absence", absence_id=absence.id)

    return shown(writes.create(made))


@endpoint(
    "GET",
    "/absences/<uuid:absence_id>",
    title=_("Montrer une absence"),
    answers={200: "Absence"},
    refusals=(403, 404),
)
def show_absence(absence_id: UUID) -> Response:
    """Show an absence, withdrawn or not, and who stands in."""
    with web_work.start_reading() as work:
        return jsonify(described(work, [found(work, absence_id)])[0])


@endpoint(
    "POST",
    "/absences/<uuid:absence_id>/substitutes",
    title=_("Nommer qui fait les tâches pendant une absence"),
    note=_("Un bassin à la fois. Les tâches personnelles attendent leur titulaire."),
    body=Named,
    keyed=True,
    answers={200: "Absence"},
    refusals=REFUSALS,
)
def name_substitute(absence_id: UUID, body: dict[str, Any]) -> Response:
    """Name who does somebody's tasks in a basin during an absence."""

    def do(work: UnitOfWork) -> None:
        absence = to_act_on(work, absence_id)
        basin = basins.by_slug(work, body["basin"])
        substitutes.name(work, absence=absence, basin_id=basin.id, substitute_id=body["substitute_id"])

    return followed(do, absence_id)


@endpoint(
    "POST",
    "/absences/<uuid:absence_id>/withdraw",
    title=_("Retirer une absence"),
    note=_("Qui remplaçait ne remplace plus : les tâches reviennent à leur titulaire."),
    keyed=True,
    answers={200: "Absence"},
    refusals=REFUSALS,
)
def withdraw_absence(absence_id: UUID) -> Response:
    """Withdraw an absence, with who stood in."""
    return followed(lambda work: substitutes.withdraw_absence(work, to_act_on(work, absence_id)), absence_id)


def to_act_on(work: UnitOfWork, absence_id: UUID) -> Absence:
    """An absence that the bearer may act on. Raises `UnknownAbsence`, also for one that was withdrawn."""
    absence = found(work, absence_id)
    acting_for(absence.person_id)
    return absences.lock(work, absence_id)


def followed(do: Callable[[UnitOfWork], object], absence_id: UUID) -> Response:
    """Do this once, give the tasks to substitutes and back, and show the absence as it is then."""
    return shown(writes.act(do, url_for("api.show_absence", absence_id=absence_id)))


def shown(write: writes.Write) -> Response:
    """The absence as it is now, with the status and the place of the first answer."""
    standing_in.follow(web_work.engine().database)
    with web_work.start_reading() as work:
        return write.answer(jsonify(described(work, [absences.find(work, write.made_id)])[0]))


@endpoint(
    "GET",
    "/substitutions",
    title=_("Lister pour qui l’on fait les tâches"),
    answers={200: "SubstitutionList"},
)
def list_substitutions() -> Response:
    """List for whom the bearer stands in, now or later."""
    with web_work.start_reading() as work:
        return jsonify(items=stood_in(work, substitutions.by_substitute(work, work.actor.person_id)))


@endpoint(
    "POST",
    "/substitutions/<uuid:substitution_id>/end",
    title=_("Mettre fin à un remplacement"),
    note=_("Par la personne absente, par qui la remplace, ou par qui suit le compte de la personne absente."),
    keyed=True,
    answers={200: "Substitution"},
    refusals=REFUSALS,
)
def end_substitution(substitution_id: UUID) -> Response:
    """End a substitution: the tasks are their holder's again."""

    def do(work: UnitOfWork) -> None:
        one = substitutions.find(work, substitution_id)
        if work.actor.person_id != one.substitute_id:
            found(work, one.absence_id)
        acting_for(None if work.actor.person_id == one.substitute_id else one.person_id)
        standing_in.end(work, substitution_id, reason=EndReason.WITHDRAWN)

    write = writes.act(do, url_for("api.list_substitutions"))
    standing_in.follow(web_work.engine().database)
    with web_work.start_reading() as work:
        return write.answer(jsonify(stood_in(work, [substitutions.find(work, substitution_id)])[0]))


def described(work: UnitOfWork, listed: Sequence[Absence]) -> list[dict[str, Any]]:
    """Absences as the API shows them."""
    named = stood_in(work, substitutions.of_absences(work, [each.id for each in listed]))
    return [
        {
            "id": str(each.id),
            "person_id": str(each.person_id),
            "first_day": each.first_day.isoformat(),
            "last_day": each.last_day.isoformat(),
            "withdrawn": each.withdrawn_at is not None,
            "substitutions": [one for one in named if one["absence_id"] == str(each.id)],
        }
        for each in listed
    ]


def stood_in(work: UnitOfWork, listed: Sequence[Substitution]) -> list[dict[str, Any]]:
    """Substitutions as the API shows them."""
    names = persons.names(work, [who for each in listed for who in (each.person_id, each.substitute_id)])
    return [
        {
            "id": str(each.id),
            "absence_id": str(each.absence_id),
            "basin": basins.find(work, each.basin_id).slug,
            "person": {"id": str(each.person_id), "name": names.get(each.person_id, "")},
            "substitute": {"id": str(each.substitute_id), "name": names.get(each.substitute_id, "")},
            "first_day": each.first_day.isoformat(),
            "last_day": each.last_day.isoformat(),
            "ended": each.end_reason,
        }
        for each in listed
    ]
