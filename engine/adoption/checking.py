"""What a file of projects may not say: the programme’s rules, firms followed already, one project twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.adoption import grids
from engine.adoption.problems import Problem
from engine.agreements.models import Agreement
from engine.committee.models import Decision
from engine.i18n import mark as _
from engine.people import basins, committee_seats, organisations, partnerships, persons
from engine.people.folding import fold, fold_name
from engine.projects.models import Project
from forms.adoption import SIGNED
from forms.texts import Message

if TYPE_CHECKING:
    from datetime import date

    from engine.adoption import lines
    from engine.people.models import Organisation, PartnershipAgreement
    from engine.persistence.unit_of_work import UnitOfWork

FOLLOWED = _("Cette entreprise est déjà suivie ici, sous le numéro {reference}.")
OTHER_NAME = _("Ce SIREN est celui de « {name} » : écrivez ce nom, ou vérifiez le numéro.")
NO_PARTNERSHIP = _(
    "Aucune convention de partenariat enregistrée ne couvrait le bassin ce jour-là ni avant : "
    "enregistrez-la d’abord, sur la page du bassin."
)
OWN_FIRM = _(
    "C’est l’entreprise du projet : elle ne peut ni en décider, ni le suivre, ni lui prêter ses jours (D16)."
)
OWN_HEAD = _("Cette personne dirige l’entreprise du projet : elle ne peut ni en décider, ni le suivre (D16).")
TWICE_BY_NAME = _(
    "Même nom que la ligne {line}, dont le SIRET n’est pas dit ici ou là : un projet par ligne, une ligne "
    "par projet."
)
TWICE = _("Même entreprise que la ligne {line} : un projet par ligne, une ligne par projet.")
NUMBER_TWICE = _("Même numéro que la ligne {line}.")
NUMBER_ELSEWHERE = _(
    "Un autre bassin a donné ce numéro à une décision : écrivez le vôtre avec votre code, "
    "« {code} {number} »."
)
NUMBER_TAKEN = _("Ce numéro est déjà celui d’un autre projet.")

Refuse = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Ready:
    """A project that may be taken over: its line, its answers, its firm where it is known."""

    number: int
    answers: Mapping[str, Any]


@dataclass(slots=True)
class Checked:
    """What a file comes to: what may be taken over, and what has been already."""

    ready: list[Ready] = field(default_factory=list)
    already: list[tuple[int, UUID, str, str]] = field(default_factory=list)  # Line, project, reference, firm.


def check(work: UnitOfWork, projects: Sequence[lines.Project], *, basin_id: int) -> Checked:
    """Check each line against the basin, and the lines against each other; problems are left on the lines."""
    found = Checked()
    today = basins.today(work, basin_id)
    for project in projects:
        if project.answers is None:
            continue
        before = adopted_before(work, project.answers, basin_id=basin_id)
        if before is not None:
            found.already.append((project.number, before.id, before.reference, before.firm))
            continue
        check_rules(work, project.answers, project.refuse, basin_id=basin_id, today=today)
        found.ready.append(Ready(project.number, project.answers))
    refuse_twice(projects)
    return found


def check_one(work: UnitOfWork, answers: Mapping[str, Any], *, basin_id: int) -> None:
    """Check one project as typed on a page. Raises `errors.InvalidAnswers` by question."""
    messages: dict[str, list[str]] = {}

    def refuse(path: str | None, text: str, **values: object) -> None:
        messages.setdefault(path or "", []).append(said(text, work.locale, **values))

    before = adopted_before(work, answers, basin_id=basin_id)
    if before is not None:
        refuse("name", FOLLOWED, reference=before.reference)
    else:
        check_rules(work, answers, refuse, basin_id=basin_id, today=basins.today(work, basin_id))
    if messages:
        raise errors.InvalidAnswers(messages)


def said(text: str, locale: str, **values: object) -> str:
    """A sentence in a language, its days written as that language does."""
    return Problem(text, values=values).sentence(locale)


def check_rules(
    work: UnitOfWork, answers: Mapping[str, Any], refuse: Refuse, *, basin_id: int, today: date
) -> None:
    """Call `refuse(path, sentence, **values)` for what the programme or the basin does not allow."""
    if partnership_of(work, basin_id, answers["received_on"]) is None:
        refuse("received_on", NO_PARTNERSHIP)
    firm = firm_of(work, answers, basin_id=basin_id)
    check_firm(work, answers, firm, refuse, basin_id=basin_id)
    check_people(work, answers, firm, refuse, basin_id=basin_id, today=today)
    check_numbers(work, answers, refuse, basin_id=basin_id)
    if SIGNED.holds(answers):
        try:
            grids.next_number(answers, today)
        except errors.InvalidAnswers as refusal:
            for path, sentences in refusal.messages.items():
                for each in sentences:
                    refuse(path, str(each), **(each.values if isinstance(each, Message) else {}))


def partnership_of(work: UnitOfWork, basin_id: int, day: date) -> PartnershipAgreement | None:
    """The partnership under which a project was received: in force that day, or the last one before (D16)."""
    on_that_day = partnerships.in_force(work, basin_id, day)
    return on_that_day or partnerships.last_before(work, basin_id, day)


def firm_of(work: UnitOfWork, answers: Mapping[str, Any], *, basin_id: int) -> Organisation | None:
    """The organisation that a line is about: by its SIREN, else by its name among the basin's projects."""
    if answers["siret"]:
        return organisations.by_siren(work, answers["siret"][:9])
    known = work.database.scalars(
        sa.select(Project).where(Project.basin_id == basin_id, Project.not_registered.is_(True))
    )
    name = fold_name(answers["name"])
    return next(
        (organisations.find(work, each.organisation_id) for each in known if fold_name(each.firm) == name),
        None,
    )


def adopted_before(work: UnitOfWork, answers: Mapping[str, Any], *, basin_id: int) -> Project | None:
    """The project that this very line became, when the file was taken over already.

    Its firm may have been registered since, or its SIRET be written in one of the two files only: its name
    and the day of its request tell it then.
    """
    of_that_day = sa.select(Project).where(
        Project.basin_id == basin_id, Project.adopted.is_(True), Project.opened_on == answers["received_on"]
    )
    firm = firm_of(work, answers, basin_id=basin_id)
    if firm is not None:
        of_firm = of_that_day.where(Project.organisation_id == firm.id).limit(1)
        found = work.database.scalars(of_firm).first()
        if found is not None:
            return found
    by_name = of_that_day.where(Project.not_registered.is_(True)) if answers["siret"] else of_that_day
    name = fold_name(answers["name"])
    return next((each for each in work.database.scalars(by_name) if fold_name(each.firm) == name), None)


def check_firm(
    work: UnitOfWork, answers: Mapping[str, Any], firm: Organisation | None, refuse: Refuse, *, basin_id: int
) -> None:
    """A firm is known under one name, and is followed once at a time."""
    if firm is None:
        return
    if answers["siret"] and fold_name(firm.name) != fold_name(answers["name"]):
        refuse("name", OTHER_NAME, name=firm.name)
    going_on = work.database.scalars(
        sa.select(Project.reference)
        .where(Project.basin_id == basin_id, Project.organisation_id == firm.id, Project.ended_on.is_(None))
        .limit(1)
    ).first()
    if going_on is not None:
        refuse("name", FOLLOWED, reference=going_on)


def check_people(
    work: UnitOfWork,
    answers: Mapping[str, Any],
    firm: Organisation | None,
    refuse: Refuse,
    *,
    basin_id: int,
    today: date,
) -> None:
    """Nobody decides on their own firm, follows it up, nor lends it days (D16, R17, R28)."""
    for path in ("prescriber_id", "mandatary_id"):
        if answers.get(path) is None:
            continue
        named = committee_seats.sitter(work, answers[path])
        person = persons.find(work, named.person_id)
        seats = committee_seats.speaking_seats(work, named.person_id, basin_id, today)
        sits_for = {
            each.organisation_id for each in seats if named.organisation_id in {None, each.organisation_id}
        }
        if firm is not None and sits_for <= {firm.id}:
            refuse(path, OWN_FIRM)
        elif person.search_name == fold(answers["contact_name"]) and person.email == answers["contact_email"]:
            refuse(path, OWN_HEAD)
    for at, row in enumerate(answers.get("means") or ()):
        if firm is not None and row["company_id"] == firm.id:
            refuse(f"means-{at}-company_id", OWN_FIRM)


def check_numbers(work: UnitOfWork, answers: Mapping[str, Any], refuse: Refuse, *, basin_id: int) -> None:
    """The numbers that a basin gave are its own, each given once."""
    number = answers.get("decision_number")
    whose = sa.select(Decision.basin_id).where(Decision.number == number)
    taken_in = work.connection.scalar(whose) if number else None
    if taken_in == basin_id:
        refuse("decision_number", NUMBER_TAKEN)
    elif taken_in is not None:
        refuse("decision_number", NUMBER_ELSEWHERE, code=basins.find(work, basin_id).code, number=number)
    number = answers.get("agreement_number")
    taken = sa.select(Agreement.id).where(Agreement.number == number, Agreement.basin_id == basin_id)
    if number and work.connection.scalar(taken.limit(1)):
        refuse("agreement_number", NUMBER_TAKEN)


def refuse_twice(projects: Sequence[lines.Project]) -> None:
    """Refuse a second line for one firm, and a number given twice."""
    read = [project for project in projects if project.answers is not None]
    refuse_same_names(read)
    for path, text, key in (
        ("name", TWICE, firm_key),
        ("own_number", NUMBER_TWICE, of("own_number")),
        ("decision_number", NUMBER_TWICE, of("decision_number")),
        ("agreement_number", NUMBER_TWICE, of("agreement_number")),
    ):
        first: dict[object, int] = {}
        for project in read:
            value = key(project.answers or {})
            if value and value in first:
                project.refuse(path, text, line=first[value])
            first.setdefault(value, project.number)


def refuse_same_names(read: Sequence[lines.Project]) -> None:
    """Refuse a second line of one name where one of the two says no SIRET: nothing tells them apart."""
    first: dict[str, lines.Project] = {}
    for project in read:
        answers = project.answers or {}
        before = first.setdefault(fold_name(answers["name"]), project)
        siret_before = (before.answers or {})["siret"]
        if bool(siret_before) != bool(answers["siret"]):
            project.refuse("name", TWICE_BY_NAME, line=before.number)


def firm_key(answers: Mapping[str, Any]) -> object:
    """What tells one firm from another in a file: its SIREN, else its name."""
    return answers["siret"][:9] if answers["siret"] else fold_name(answers["name"])


def of(path: str) -> Callable[[Mapping[str, Any]], object]:
    """What reads one answer."""
    return lambda answers: answers.get(path)
