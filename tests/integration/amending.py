"""Amend an agreement in force: what tests of several subjects go through."""

from __future__ import annotations

from datetime import date
from typing import Any

from engine.agreements.models import AMENDMENT, Agreement
from engine.escalation.replacement import replace_mandatary
from engine.operations import amending, context
from engine.people import basins
from engine.projects.models import CommittedMeans
from engine.runtime import tasks
from forms import catalogue
from forms.context import Context
from tests.integration.programme import Programme

DUE = date(2027, 2, 16)  # Three months after the tests' Monday, on which the agreement is signed.
ASKED = {"object": "means", "what": "Deux jours de plus.", "reason": "Le marché grandit."}


def set_parameter(programme: Programme, key: str, value: object) -> None:
    """Change a parameter of the basin, after what was changed before."""
    programme.clock.advance(seconds=1)
    with programme.work_as("officer") as work:
        basins.change_parameter(
            work, basin_id=programme.basin_id, key=key, value=value, reason="essai"
        )  # fmt: skip


def ask(programme: Programme, *, days: str = "2") -> None:
    """The mandatary asks for an intervention in the report, the officer finds a company and forwards it."""
    programme.play_until(DUE)
    programme.report(new_intervention=True, intervention_domain="quality", intervention_days=days,
                     intervention_purpose="Préparer l’ISO 9001.")  # fmt: skip
    programme.complete(
        "review_request", "officer",
        {"forward": True, "company_id": str(programme.firms["lender"]), "days": days, "domain": "quality",
         "expert_id": str(programme.people["expert"])},
    )  # fmt: skip


def request(programme: Programme, **changes: object) -> None:
    """The officer asks for an amendment by the form."""
    with programme.work_as("officer") as work:
        answers = catalogue.load("amendment_request", {**ASKED, **changes}, Context(channel="json"))
        amending.request_amendment(work, programme.case_id, answers)


def proposed(programme: Programme, step: str = "prepare_amendment") -> dict[str, Any]:
    """What the page of a step starts from."""
    task = programme.task(step)
    with programme.work_as("officer") as work:
        found = context(work, tasks.find(work, task_id=task.id).task, channel="json").prefill
        return {key: value for key, value in catalogue.to_json(found).items() if value is not None}


def rows(proposal: dict[str, Any], programme: Programme) -> list[dict[str, Any]]:
    """The lines proposed, the expert signing for the company where nobody sits for it."""
    return [
        {name: value for name, value in row.items() if value is not None}
        | ({} if row.get("person_id") else {"person_id": str(programme.people["expert"])})
        for row in proposal["signatories"]
    ]


def prepare(programme: Programme, **changes: object) -> None:
    """The officer drafts the amendment as the page proposes it."""
    proposal = proposed(programme)
    answers = {**proposal, "signatories": rows(proposal, programme), **changes}
    programme.complete("prepare_amendment", "officer", answers)


def sign_all(programme: Programme) -> None:
    """Everybody who has not signed yet does."""
    while "sign_agreement" in programme.steps():
        programme.sign(programme.task("sign_agreement").position or 0)


def amended(programme: Programme) -> list[Agreement]:
    """Every version of the project's amendments, in order."""
    found = [each for each in programme.rows(Agreement) if each.kind == AMENDMENT]
    return sorted(found, key=lambda each: (each.number, each.version))


def in_force(programme: Programme) -> list[tuple[str, int]]:
    """The days that count today."""
    return [(each.domain, each.quarter_days) for each in programme.rows(CommittedMeans) if each.in_force]


def decide_means(programme: Programme, **changes: object) -> None:
    """The committee decides other days, the terms of today kept."""
    programme.meet(since=programme.task("committee_decision").opened_on)
    answers = {
        **proposed(programme, "committee_decision"), "outcome": "approved",
        "mandatary_id": str(programme.people["mandatary"]), **changes,
    }  # fmt: skip
    programme.complete("committee_decision", "officer", answers)
    programme.complete("sign_off_decision", "chair", {"decision": "sign"})
    programme.complete(
        "notify_decision", "officer", {"channel": "email", "sent_on": programme.today.isoformat()}
    )


def means(programme: Programme, domain: str, days: str) -> list[dict[str, str]]:
    """Days of the lender."""
    return [{"company_id": str(programme.firms["lender"]), "domain": domain, "days": days}]


def replace(programme: Programme, to: str = "successor") -> None:
    """The chair hands the project over."""
    with programme.work_as("chair") as work:
        replace_mandatary(
            work, case_id=programme.case_id, to_person=programme.people[to], reason="Départ."
        )  # fmt: skip
