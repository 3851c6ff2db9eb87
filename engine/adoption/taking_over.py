"""Take a project over: its rows as declared, as if it had been lived here, and its process at its stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.adoption import agreed, checking, decided, routes
from engine.i18n import mark as _
from engine.i18n import translate
from engine.people import basins, committee_seats, holders, organisations
from engine.people.folding import fold
from engine.people.models import Role
from engine.persistence.base import new_id
from engine.projects import dossiers, everyday, references
from engine.projects.models import Diagnostic, Project
from engine.projects.recording import coded, stamped
from engine.projects.statuses import Status
from engine.runtime import adopting
from forms.adoption import DECIDED, SIGNED, Stage

if TYPE_CHECKING:
    from datetime import date

    from engine.people.models import PartnershipAgreement
    from engine.persistence.unit_of_work import UnitOfWork

STATUSES = {
    Stage.AWAITING_SESSION: Status.READY_FOR_COMMITTEE,
    Stage.SIGNING: Status.APPROVED,
    Stage.FOLLOW_UP: Status.LABELLED,
}
KEPT = ("commune", "out_of_perimeter_reason", "headcount", "activity_code")
OWN_NUMBER = _("Numéro de ce dossier avant sa reprise : {number}.")


def take_over(work: UnitOfWork, *, basin_id: int, answers: Mapping[str, Any]) -> UUID:
    """Take one project over from clean answers that were checked; gives its id.

    Nothing of its past is mailed to anybody, and its history says who declared it.
    Raises `errors.InvalidAnswers` for a rule broken meanwhile, `NoSuchEntry` where the basin's diagrams do
    not say where it may enter, `versions.NothingPublished`.
    """
    checking.check_one(work, answers, basin_id=basin_id)
    basin = basins.find(work, basin_id)
    zone = ZoneInfo(basin.zone)
    today = work.today(zone)
    partnership = checking.partnership_of(work, basin_id, answers["received_on"])
    if partnership is None:
        raise LookupError("a project was checked without a partnership agreement")
    project = opened(work, basin_id, answers, partnership, today)
    name_people(work, project, answers, today)
    diagnose(work, project, answers)
    if DECIDED.holds(answers):
        decided.decide(work, project, answers, today)
    if SIGNED.holds(answers):
        agreed.sign(work, project, answers)
    work.database.flush()
    if answers["own_number"]:
        everyday.write_note(
            work, project_id=project.id, audience=everyday.COMMITTEE,
            text=translate(OWN_NUMBER, "fr", number=answers["own_number"]),
        )  # fmt: skip
    adopting.adopt(
        work, case_id=project.id, basin_id=basin_id, zone=zone, process=dossiers.PROCESS,
        entry=str(answers["stage"].value), reference=project.reference, firm=project.firm,
        routing=routes.routing_of(project, answers, today),
    )  # fmt: skip
    return project.id


def pass_over_numbers(work: UnitOfWork, answers: Mapping[str, Any], *, basin_id: int) -> None:
    """Have the basin's series go on behind the numbers that a project brings."""
    for name in ("decision_number", "agreement_number"):
        if answers.get(name):
            references.pass_over(work, answers[name], basin_id=basin_id)


def opened(
    work: UnitOfWork,
    basin_id: int,
    answers: Mapping[str, Any],
    partnership: PartnershipAgreement,
    today: date,
) -> Project:
    """The dossier's row, under the agreement of the day on which the request was received (D16)."""
    known = checking.firm_of(work, answers, basin_id=basin_id)
    firm = known or organisations.find_or_add(
        work, name=answers["name"], siret=answers["siret"], city=answers["city"]
    )
    project = Project(
        id=new_id(),
        basin_id=basin_id,
        adopted=True,
        **dossiers.asked(work, {**answers, "not_registered": not answers["siret"]}),
        **dossiers.named(work, basin_id, firm, today),
        **{name: answers[name] for name in KEPT},
        headcount_on=today if answers["headcount"] is not None else None,
        category=coded(answers["category"]),
        qualified_on=answers["received_on"],
        status=status_of(answers).value,
        opened_at=work.now,
        opened_by=work.actor.person_id,
        opened_on=answers["received_on"],
        partnership_agreement_id=partnership.id,
        charter_version=partnership.charter_version,
    )
    project.city = project.city or answers["city"]
    if answers["own_number"]:
        project.search_text = f"{project.search_text} {fold(answers['own_number'])}"
    work.database.add(project)
    work.database.flush()
    return project


def status_of(answers: Mapping[str, Any]) -> Status:
    """Where a project stands, in the words people use; a condition is lifted before the agreement."""
    return Status.APPROVED_WITH_CONDITIONS if answers["condition"] else STATUSES[answers["stage"]]


def name_people(work: UnitOfWork, project: Project, answers: Mapping[str, Any], today: date) -> None:
    """The firm, its head, its prescriber: who has a part in the project from now on."""
    dossiers.hold_first_roles(work, project)
    if answers["prescriber_id"] is not None:
        named = committee_seats.sitter(work, answers["prescriber_id"])
        holders.hold(
            work, role=Role.PRESCRIBER, case_id=project.id, basin_id=project.basin_id,
            person_id=named.person_id, organisation_id=named.organisation_id, from_date=today,
        )  # fmt: skip


def diagnose(work: UnitOfWork, project: Project, answers: Mapping[str, Any]) -> None:
    """What the diagnostic aimed at: the jobs that figures count, on the day it was made or known."""
    day = answers["diagnosed_on"] or answers["decided_on"] or answers["received_on"]
    prescriber = answers["prescriber_id"]
    diagnostic = Diagnostic(
        id=new_id(),
        **stamped(work, project.id, project.basin_id, day),
        prescriber_id=None if prescriber is None else committee_seats.sitter(work, prescriber).person_id,
        version=1,
        summary=project.need,
        jobs_to_create=answers["jobs_to_create"],
        jobs_to_sustain=answers["jobs_to_sustain"],
        advance_requested_cents=answers["advance_requested"] or 0,
        visited_on=answers["diagnosed_on"],
    )
    work.database.add(diagnostic)
    work.record(
        "projects.diagnostic.declared", chain=project.id, subject=diagnostic.id, basin_id=project.basin_id,
        occurred_on=day, version=1,
    )  # fmt: skip
