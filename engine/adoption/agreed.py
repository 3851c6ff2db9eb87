"""What was signed, paid, given and reported before Alizé, as declared: what comes after it leans on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from engine.adoption import grids
from engine.agreements import drafting, papers, phrasing, wording
from engine.agreements.models import EFFECTIVE, AdvancePayment, Agreement
from engine.documents import printable
from engine.i18n import mark as _
from engine.i18n import translate
from engine.people import basins, holders, organisations, persons
from engine.people.models import Role
from engine.persistence.base import new_id
from engine.projects import grid, references
from engine.projects.follow_up_models import Report
from engine.projects.recording import quarter_days, stamped
from engine.skills import interventions
from engine.skills.models import Intervention, InterventionDay
from forms.texts import Amount, Message, written

if TYPE_CHECKING:
    from datetime import date

    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project

DECLARED = _(
    "Convention {number}, signée le {day} avant la mise en service d’Alizé. Ce texte n’est pas celui qui a "
    "été signé : il en dit ce qui a été déclaré à la reprise du projet. L’original, tenu par "
    "l’opérateur, fait foi."
)
LENT = _("{company} : {days}, {domain}")
ADVANCE = _("Avance remboursable : {amount}, sur {months} mois.")
FOLLOWED = _("Suivi de {months} mois, un compte rendu tous les {cadence} mois ; mandataire : {mandatary}.")


def sign(work: UnitOfWork, project: Project, answers: Mapping[str, Any]) -> Agreement:
    """Keep the agreement that all had signed, and what was done under it since."""
    project.effective_on = answers["signed_on"]
    project.follow_up_ends_on = grid.ends_on(answers["signed_on"], answers["follow_up_months"])
    work.database.flush()
    agreement = text_of(work, project, answers)
    work.database.add(agreement)
    add_days_given(work, project, answers)
    add_last_report(work, project, answers)
    if answers["advance_paid_on"] is not None:
        pay(work, project, answers)
    work.record(
        "agreements.agreement.declared", chain=project.id, subject=agreement.id, basin_id=project.basin_id,
        occurred_on=answers["signed_on"], number=agreement.number, effective_on=project.effective_on,
        follow_up_ends_on=project.follow_up_ends_on,
    )  # fmt: skip
    return agreement


def text_of(work: UnitOfWork, project: Project, answers: Mapping[str, Any]) -> Agreement:
    """The agreement in force: its terms as data, which amendments compare, and who holds the original."""
    number = answers["agreement_number"] or references.next_reference(
        work, basin_id=project.basin_id, series=references.AGREEMENTS, year=answers["signed_on"].year
    )
    facts = facts_of(work, project, answers, number)
    locale = papers.language(work, project.basin_id)
    body = printable.clean("\n".join(words(facts, answers["signed_on"], locale)))
    return Agreement(
        id=new_id(),
        basin_id=project.basin_id,
        project_id=project.id,
        number=number,
        version=1,
        decision_id=project.decision_id,
        text=facts,
        body=body,
        media_type=wording.PLAIN_TEXT,
        text_hash=wording.digest_of(body),
        state=EFFECTIVE,
        prepared_on=answers["signed_on"],
        prepared_at=work.now,
        prepared_by=work.actor.person_id,
        effective_on=answers["signed_on"],
        locale=locale,
    )


def facts_of(work: UnitOfWork, project: Project, answers: Mapping[str, Any], number: str) -> dict[str, Any]:
    """The terms that were signed, as a drafted text keeps them; nobody's signature is claimed."""
    means = drafting.means_in_force(work, project.id)
    named = [*(each.company_id for each in means), project.mandatary_organisation_id]
    firms = organisations.names(work, {each for each in named if each})
    people = persons.names(work, [project.mandatary_id])
    return drafting.terms_of(project) | {
        "number": number,
        "version": 1,
        "basin": basins.find(work, project.basin_id).name,
        "prepared_on": answers["signed_on"].isoformat(),
        "means": [
            {"company": firms.get(each.company_id), "domain": each.domain, "quarter_days": each.quarter_days,
             "day_rate_cents": each.day_rate_cents}
            for each in means
        ],
        "mandatary": next(iter(people.values()), None),
        "mandatary_organisation": firms.get(named[-1]) if named[-1] else None,
        "signatories": [],
        "objective": project.need,
        "jobs_target": answers["jobs_to_create"],
        "has_annex": False,
    }  # fmt: skip


def words(facts: Mapping[str, Any], signed_on: date, locale: str) -> Iterator[str]:
    """The agreement in words: what was declared of it, and where the one that was signed is."""

    def say(text: str, **values: object) -> str:
        return written(Message(text, **values), translate, locale)

    yield translate(wording.TITLE, locale)
    yield say(DECLARED, number=facts["number"], day=signed_on)
    for each in facts["means"]:
        yield wording.ITEM + say(
            LENT, company=each["company"], days=wording.in_days(each["quarter_days"], locale),
            domain=phrasing.domain(each["domain"], locale),
        )  # fmt: skip
    if facts["advance_cents"]:
        yield say(ADVANCE, amount=Amount(facts["advance_cents"]), months=facts["advance_months"])
    yield say(
        FOLLOWED,
        months=facts["follow_up_months"],
        cadence=facts["cadence_months"],
        mandatary=facts["mandatary"],
    )


def add_days_given(work: UnitOfWork, project: Project, answers: Mapping[str, Any]) -> None:
    """The days that experts had given already, counted on the day up to which they were."""
    for position, row in enumerate(answers["means"]):
        quarters = quarter_days(row["given_days"])
        if not quarters:
            continue
        intervention = Intervention(
            id=new_id(),
            basin_id=project.basin_id,
            project_id=project.id,
            turn=interventions.BEFORE_ALIZE,
            position=position,
            company_id=row["company_id"],
            expert_id=row["expert_id"],
            domain=str(row["domain"].value),
            quarter_days_planned=quarters,
            state=interventions.DONE,
            planned_at=work.now,
            planned_by=work.actor.person_id,
            done_on=answers["given_until"],
        )
        work.database.add(intervention)
        work.database.flush()
        work.database.add(
            InterventionDay(
                id=new_id(),
                **stamped(work, project.id, project.basin_id, answers["given_until"]),
                intervention_id=intervention.id,
                quarter_days=quarters,
            )
        )
        holders.hold(
            work, role=Role.EXPERT, case_id=project.id, basin_id=project.basin_id, person_id=row["expert_id"],
            organisation_id=row["company_id"],
        )  # fmt: skip
        work.record(
            "skills.intervention.declared", chain=project.id, subject=intervention.id,
            basin_id=project.basin_id, occurred_on=answers["given_until"], state=intervention.state,
            quarter_days=quarters,
        )  # fmt: skip


def add_last_report(work: UnitOfWork, project: Project, answers: Mapping[str, Any]) -> None:
    """The last report that the mandatary gave: one row for all of them, on time as far as anybody says."""
    if answers["last_report_on"] is None:
        return
    today = basins.today(work, project.basin_id)
    number = grids.next_number(answers, today) - 1
    report = Report(
        id=new_id(),
        **stamped(work, project.id, project.basin_id, answers["last_report_on"]),
        mandatary_id=project.mandatary_id,
        number=number,
        last_number=number,
        due_on=grids.grid_of(answers).due_on(number),
        days_late=0,
        nothing_new=False,
        jobs_created=answers["jobs_created"],
        jobs_sustained=answers["jobs_sustained"],
        new_intervention=False,
    )
    work.database.add(report)
    work.record(
        "projects.report.declared", chain=project.id, subject=report.id, basin_id=project.basin_id,
        occurred_on=report.occurred_on, number=number, last_number=number,
    )  # fmt: skip


def pay(work: UnitOfWork, project: Project, answers: Mapping[str, Any]) -> None:
    """The advance, paid out already."""
    payment = AdvancePayment(
        id=new_id(),
        **stamped(work, project.id, project.basin_id, answers["advance_paid_on"]),
        amount_cents=answers["advance_amount"],
        paid_on=answers["advance_paid_on"],
        bank_reference=answers["payment_reference"],
    )
    work.database.add(payment)
    project.advance_paid_on = answers["advance_paid_on"]
    work.record(
        "agreements.advance.paid", chain=project.id, subject=payment.id, basin_id=project.basin_id,
        occurred_on=payment.paid_on, amount_cents=payment.amount_cents,
        content={"bank_reference": payment.bank_reference},
    )  # fmt: skip
