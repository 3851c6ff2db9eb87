"""Two new interventions asked for at once: each has its own process, decision, expert and days (R30)."""

from __future__ import annotations

from datetime import date

import pytest

from engine.people import assignments, persons
from engine.people.models import Role
from engine.projects.follow_up_models import InterventionRequest
from engine.runtime import tasks
from engine.runtime.locking import read
from engine.skills.models import Intervention
from tests.integration import amending
from tests.integration.programme import LONG_AGO, Programme

FIRST, SECOND = date(2027, 2, 16), date(2027, 5, 16)


@pytest.fixture
def programme(sqlite, clock):
    """A labelled firm whose mandatary asked for quality in February and for sales in May."""
    made = Programme(sqlite, clock).install()
    with made.work_as("officer") as work:
        made.people["seller"] = persons.add(work, full_name="Seller (démo)", email="s@exemple.test").id
        assignments.assign(
            work, role=Role.EXPERT, basin_id=made.basin_id, person_id=made.people["seller"],
            organisation_id=made.firms["lender"], from_date=LONG_AGO,
        )  # fmt: skip
    made.label()
    made.play_until(FIRST)
    made.report(new_intervention=True, intervention_domain="quality", intervention_days="2",
                intervention_purpose="Certifier l’atelier.")  # fmt: skip
    made.play_until(SECOND)
    made.report(new_intervention=True, intervention_domain="sales", intervention_days="4",
                intervention_purpose="Vendre en Belgique.")  # fmt: skip
    return made


def requests(programme):
    """The request for quality, then the one for sales."""
    found = {each.domain: each for each in programme.rows(InterventionRequest)}
    return found["quality"], found["sales"]


def task_of(programme, step, request):
    """The open task of a step in the process of one request."""
    [found] = [
        each
        for each in programme.open_tasks()
        if (each.step, each.instance_id) == (step, request.instance_id)
    ]
    return found


def complete(programme, step, request, by, answers):
    """Complete the step of one request's process."""
    task = task_of(programme, step, request)
    with programme.work_as(by) as work:
        tasks.complete(work, task_id=task.id, answers=answers, channel="json")


def shown(programme, task):
    """What the task's page shows and proposes."""
    with programme.work_as("officer") as work:
        context = work.domain.context(work, read(work, task.id).task, showing=True)
        return dict(context.facts), dict(context.prefill)


def decide(programme, request, domain, days):
    """The committee grants one request."""
    means = [{"company_id": str(programme.firms["lender"]), "domain": domain, "days": days}]
    complete(programme, "committee_decision", request, "officer", programme.decision(human_means=means))
    complete(programme, "sign_off_decision", request, "chair", {"decision": "sign"})
    told = {"channel": "email", "sent_on": programme.today.isoformat()}
    complete(programme, "notify_decision", request, "officer", told)


def test_each_process_knows_its_own_request_from_its_first_day(programme):
    quality, sales = requests(programme)

    facts, prefill = shown(programme, task_of(programme, "review_request", sales))

    assert facts["Pour quoi faire"] == "Vendre en Belgique."
    assert (str(prefill["domain"]), float(prefill["days"])) == ("sales", 4.0)
    facts, prefill = shown(programme, task_of(programme, "review_request", quality))
    assert facts["Pour quoi faire"] == "Certifier l’atelier."
    assert (str(prefill["domain"]), float(prefill["days"])) == ("quality", 2.0)


def test_the_request_that_is_reviewed_is_the_one_that_was_answered(programme):
    quality, sales = requests(programme)

    complete(programme, "review_request", sales, "officer", {"forward": False, "reason": "Trop tôt."})

    quality, sales = requests(programme)
    assert (sales.forwarded, sales.review_reason) == (False, "Trop tôt.")
    assert quality.forwarded is None


def test_each_decision_gives_its_own_expert_its_own_days(programme):
    quality, sales = requests(programme)
    for request, expert in ((quality, "expert"), (sales, "seller")):
        forwarded = {"forward": True, "expert_id": str(programme.people[expert])}
        complete(programme, "review_request", request, "officer", forwarded)
    programme.meet(since=programme.today)
    facts, _ = shown(programme, task_of(programme, "committee_decision", quality))
    assert facts["Pour quoi faire"] == "Certifier l’atelier."
    for request, domain, given in ((sales, "sales", "4"), (quality, "quality", "2")):
        decide(programme, request, domain, given)
        amending.prepare(programme)
        amending.sign_all(programme)

    assert task_of(programme, "carry_out_intervention", quality).assignee_id == programme.people["expert"]
    assert task_of(programme, "carry_out_intervention", sales).assignee_id == programme.people["seller"]
    complete(programme, "carry_out_intervention", sales, "seller", programme.work_done("1"))
    complete(programme, "carry_out_intervention", quality, "expert", programme.work_done("0.5"))

    granted = {each.request_instance_id: each for each in programme.rows(Intervention)}
    assert (granted[sales.instance_id].domain, granted[sales.instance_id].quarter_days_planned) == (
        "sales", 16,
    )  # fmt: skip
    assert (granted[quality.instance_id].domain, granted[quality.instance_id].quarter_days_planned) == (
        "quality", 8,
    )  # fmt: skip
    assert all(each.closed_at is not None for each in requests(programme))


def test_an_opinion_ordered_on_one_request_is_not_the_other_ones(programme):
    quality, sales = requests(programme)
    for request, expert in ((quality, "expert"), (sales, "seller")):
        forwarded = {"forward": True, "expert_id": str(programme.people[expert])}
        complete(programme, "review_request", request, "officer", forwarded)
    programme.meet(since=programme.today)
    for request, expert, question in ((quality, "seller", "Est-ce mûr ?"), (sales, "expert", "Où vendre ?")):
        asked = programme.decision(
            "complementary_diagnostic", question=question, expert_id=str(programme.people[expert]),
            complementary_due_on="2027-07-01",
        )  # fmt: skip
        complete(programme, "committee_decision", request, "officer", asked)
        complete(programme, "sign_off_decision", request, "chair", {"decision": "sign"})
        told = {"channel": "email", "sent_on": programme.today.isoformat()}
        complete(programme, "notify_decision", request, "officer", told)

    first = task_of(programme, "complementary_diagnostic", quality)
    assert first.assignee_id == programme.people["seller"]
    assert shown(programme, first)[0]["Question posée"] == "Est-ce mûr ?"
    opinion = {"findings": "Oui.", "recommendation": "favourable", "days_spent": "1"}
    complete(programme, "complementary_diagnostic", quality, "seller", opinion)

    second = task_of(programme, "complementary_diagnostic", sales)
    assert shown(programme, second)[0]["Question posée"] == "Où vendre ?"
